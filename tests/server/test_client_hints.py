"""What a client tells of its chat, and in which order it counts."""

from __future__ import annotations

from typing import Any

import pytest

from long_term_memory.errors import InvalidInput
from long_term_memory.server.openai.client_hints import (
    ClientHints,
    RequestOptions,
    read_ids,
    without_ours,
)

TAG = '[[ltm char="Sera" user="Tester" type="swipe" last="9" chat="tagged"]]'


def body(text: str = "Write on.", **more: Any) -> dict[str, Any]:
    """Make a request with a prompt and a line of the user's."""
    messages = [
        {"role": "system", "content": text},
        {"role": "user", "content": "Hello."},
    ]
    return {"messages": messages, **more}


@pytest.mark.parametrize(
    ("asked", "headers", "chat"),
    [
        ({"ltm": {"chat": "inner"}, "conv_id": "beside"}, {"x-ltm-chat": "h"}, "inner"),
        ({"conv_id": "beside"}, {"x-ltm-chat": "h"}, "beside"),
        ({}, {"x-ltm-chat": "h"}, "h"),
        ({}, {"x-openwebui-chat-id": "w"}, "w"),
        ({}, {"x-ltm-chat": "h", "x-openwebui-chat-id": "w"}, "h"),
        ({}, {}, "tagged"),
        ({"ltm": {"chat": ""}}, {}, "tagged"),
        ({"ltm": {"chat": "x{{pick::0::1}}"}}, {}, "tagged"),
        ({"ltm": None}, {}, "tagged"),
        ({"ltm": {"chat": 17}}, {}, "17"),
    ],
)
def test_what_is_nearest_to_the_body_counts(
    asked: dict[str, Any], headers: dict[str, str], chat: str
) -> None:
    ids = read_ids(body(f"Write on.\n{TAG}", **asked), headers)

    assert ids.chat == chat


def test_open_webui_tells_who_chats_and_in_which_chat() -> None:
    """Its names come as in addresses; what is told in our own words comes first."""
    told = {
        "x-openwebui-user-id": "7f3c",
        "x-openwebui-user-name": "Zo%C3%AB%20B",
        "x-openwebui-user-email": "zoe@example.org",
        "x-openwebui-user-role": "admin",
        "x-openwebui-chat-id": "c0ffee",
    }

    assert read_ids(body(), told) == ClientHints(
        owner="7f3c", user="Zo\u00eb B", chat="c0ffee"
    )
    ours = {"x-ltm-user-id": "zoe", "x-ltm-chat": "h", "x-ltm-user": "Z"}
    assert read_ids(body(), told | ours) == ClientHints(owner="zoe", user="Z", chat="h")
    with_id = read_ids(body(), told | {"x-ltm-conv-id": "k"})
    assert with_id.chat == "k"


def test_a_tag_tells_all_that_macros_can() -> None:
    assert read_ids(body(TAG), {}) == ClientHints(
        user="Tester",
        character="Sera",
        chat="tagged",
        kind="swipe",
        last_id=9,
    )


def test_a_storyline_is_told_anywhere() -> None:
    tag = '[[ltm story="The voyage" char="Sera"]]'

    assert read_ids(body(tag), {}).story == "The voyage"
    assert read_ids({**body(), "ltm": {"story": "Home"}}, {}).story == "Home"
    assert read_ids(body(), {"x-ltm-story": "Home"}).story == "Home"


def test_the_body_tells_all() -> None:
    told = {
        "char": "Sera",
        "user": "Tester",
        "user_id": "alice",
        "group": ["Sera", "Bram"],
        "chat": "abc",
        "exact": True,
        "parent": "def",
        "type": "Normal",
        "last_id": "22",
        "swipe": "2/1",
        "enabled": "true",
        "recall_tokens": 500,
        "num_memories": "3",
        "replay_k": 2,
        "recent_turns": 4,
        "gate": "off",
        "recalled_as": "turns",
        "unheard_of": {"a": 1},
    }

    assert read_ids(body(ltm=told), {}) == ClientHints(
        owner="alice",
        user="Tester",
        character="Sera",
        members=("Sera", "Bram"),
        chat="abc",
        exact=True,
        parent="def",
        kind="normal",
        last_id=22,
        wishes=RequestOptions(
            recall_tokens=500,
            num_memories=3,
            replay_turns=2,
            recent_turns=4,
            gate=False,
            recalled_as="turns",
        ),
    )


@pytest.mark.parametrize(
    ("asked", "owner"),
    [
        ({"user": "alice"}, "alice"),
        ({"user": "alice", "user_id": " alice "}, "alice"),
        ({"user": "carol", "ltm": {"user_id": "carol"}}, "carol"),
        ({"user": "carol", "ltm": {"user": "Tester"}}, "carol"),
        ({"ltm": {"user": "Tester"}}, ""),
        ({}, ""),
    ],
)
def test_whose_memory_it_is_is_not_what_he_is_called(
    asked: dict[str, Any], owner: str
) -> None:
    assert read_ids(body(**asked), {}).owner == owner


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ({"user": "alice", "user_id": "bob"}, {}),
        ({"user": "alice", "ltm": {"user_id": "bob"}}, {}),
        ({"user_id": "alice", "ltm": {"user_id": "bob"}}, {}),
        ({"ltm": {"user_id": "alice"}}, {"x-ltm-user-id": "bob"}),
        ({"user": "alice"}, {"x-ltm-user-id": "Alice"}),
        ({"user": "alice"}, {"x-openwebui-user-id": "7f3c"}),
    ],
)
def test_whoever_names_two_users_is_refused(
    asked: dict[str, Any], headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput, match="several users") as error:
        read_ids(body(**asked), headers)

    assert error.value.field == "user_id"


def test_wishes_may_stand_beside_the_messages_by_the_names_of_others() -> None:
    asked = body(recent_turns=4, candidates=9, gate_keep=2, replay_k=1)

    assert read_ids(asked, {}).wishes == RequestOptions(
        recent_turns=4, candidates=9, num_memories=2, replay_turns=1
    )
    assert without_ours(asked) == body()


def test_wishes_from_several_places_add_up() -> None:
    asked = body(ltm={"gate": False}, replay_k=1, candidates=5)
    headers = {"x-ltm-gate": "true", "x-ltm-gate-keep": "7"}

    found = read_ids(asked, headers).wishes

    assert found == RequestOptions(
        gate=False, replay_turns=1, candidates=5, num_memories=7
    )
    assert found.limit == 5
    assert RequestOptions().limit is None


def test_a_request_without_ids_tells_nothing() -> None:
    assert read_ids(body(), {"user-agent": "node-fetch"}) == ClientHints()


def test_the_chats_own_lines_tell_nothing() -> None:
    """Else whoever writes one could speak in another chat's name."""
    asked = body()
    asked["messages"][1]["content"] = TAG

    assert read_ids(asked, {}) == ClientHints()


def test_a_text_to_be_continued_has_a_tag_too() -> None:
    assert read_ids({"prompt": f"{TAG}\nOnce.\nSera:"}, {}).chat == "tagged"


@pytest.mark.parametrize(
    ("asked", "headers", "field"),
    [
        ({"ltm": []}, {}, "ltm"),
        ({"ltm": "chat"}, {}, "ltm"),
        ({"ltm": {"chat": []}}, {}, "ltm.chat"),
        ({"ltm": {"chat": True}}, {}, "ltm.chat"),
        ({"ltm": {"chat": "x" * 301}}, {}, "ltm.chat"),
        ({"ltm": {"last_id": "soon"}}, {}, "ltm.last_id"),
        ({"ltm": {"last_id": -2}}, {}, "ltm.last_id"),
        ({"ltm": {"last_id": 1.5}}, {}, "ltm.last_id"),
        ({"ltm": {"group": "x" * 400}}, {}, "ltm.group"),
        ({"ltm": {"group": {}}}, {}, "ltm.group"),
        ({"ltm": {"enabled": "perhaps"}}, {}, "ltm.enabled"),
        ({"ltm": {"gate": 0.5}}, {}, "ltm.gate"),
        ({"ltm": {"recall_tokens": True}}, {}, "ltm.recall_tokens"),
        ({"ltm": {"recall_tokens": 10**9}}, {}, "ltm.recall_tokens"),
        ({"ltm": {"num_memories": "9" * 5000}}, {}, "ltm.num_memories"),
        ({"ltm": {"recalled_as": "song"}}, {}, "ltm.recalled_as"),
        ({"user": {}}, {}, "user"),
        ({"user_id": []}, {}, "user_id"),
        ({"conv_id": 1.5}, {}, "conv_id"),
        ({}, {"x-ltm-last-id": "soon"}, "header.last_id"),
    ],
)
def test_what_makes_no_sense_is_named(
    asked: dict[str, Any], headers: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        read_ids(body(**asked), headers)

    assert error.value.field == field
    assert field in str(error.value)


@pytest.mark.parametrize(
    "text", ['[[ltm last="soon" chat="c"]]', '[[ltm enabled="perhaps" chat="c"]]']
)
def test_of_a_tag_only_what_is_wrong_is_lost(text: str) -> None:
    ids = read_ids(body(text), {})

    assert (ids.chat, ids.last_id, ids.enabled) == ("c", None, True)


@pytest.mark.parametrize("last", ["", "-1", "{{lastMessageId}}", None])
def test_a_chat_without_messages_has_no_last_one(last: str | None) -> None:
    assert read_ids(body(ltm={"last_id": last}), {}).last_id is None


def test_nothing_of_ours_goes_to_the_model() -> None:
    asked = body(f"Write on.\n{TAG}", ltm={"chat": "a"}, conv_id="b", user_id="c")
    asked["user"] = "alice"
    asked["messages"][1] = {
        "role": "user",
        "content": [
            {"type": "text", "text": f"Hello.{TAG}"},
            {"type": "image_url", "image_url": {"url": "data:"}},
            "odd",
        ],
    }
    asked["messages"].append("odd")

    assert without_ours(asked) == {
        "messages": [
            {"role": "system", "content": "Write on."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Hello."},
                    {"type": "image_url", "image_url": {"url": "data:"}},
                    "odd",
                ],
            },
            "odd",
        ],
        "user": "alice",
    }
    assert without_ours({"prompt": f"Once.{TAG}"}) == {"prompt": "Once."}
    assert without_ours({"prompt": ["Once."]}) == {"prompt": ["Once."]}
