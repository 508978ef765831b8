"""REST for memories: each call, what it answers, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine

from .api_client import LINES, Api, an_api, talk, window
from .test_app import ask as ask_plainly

CAT = "What is my cat called?"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Api, Engine]]:
    with an_api(tmp_path) as found:
        yield found


@pytest.fixture
def api(served: tuple[Api, Engine]) -> Api:
    return served[0]


def settled(engine: Engine) -> None:
    assert engine.bank(Scope(user="default", character="Miku")).settle(20)


def contents(page: Any) -> list[str]:
    return [one["content"] for one in page["memories"]]


# -- observe -----------------------------------------------------------------------


def test_a_window_sent_twice_is_one(api: Api) -> None:
    first = api.show("one", *LINES)
    again = api.show("one", *LINES)

    assert (first["added"], again["added"], again["removed"]) == (2, 0, 0)
    assert again["chat"] == first["chat"]
    assert first["chat"]["names"] == [{"host": "api", "name": "one"}]


def test_a_swipe_an_edit_and_a_deletion_are_followed(api: Api) -> None:
    chat = api.show("one", *LINES, *talk(4))["chat"]["id"]

    def lines() -> list[str]:
        told = api.told("GET", f"/chats/{chat}/messages")
        return [one["memory"]["content"] for one in told["messages"]]

    swiped = [*LINES, *talk(4)[:-1], ("assistant", "Miku", "Another reply, swiped to.")]
    api.show("one", *swiped, complete=True)
    assert lines()[-1] == "Another reply, swiped to."

    edited = [("user", "Anna", "My cat is called Momo."), *swiped[1:]]
    api.show("one", *edited, complete=True)
    assert lines()[0] == "My cat is called Momo."

    api.show("one", *edited[:2], complete=True)
    assert lines() == [one[2] for one in edited[:2]]


def test_a_branch_shares_its_past_and_goes_its_own_way(api: Api) -> None:
    first = api.show("one", *LINES, *talk(4))["chat"]
    other = [*LINES, ("user", "Anna", "I sold the blue blanket to Tove.")]
    branch = api.show("two", *other, parent="one", complete=True)["chat"]

    assert branch["id"] != first["id"]
    assert branch["messages"] == 3
    assert api.told("GET", f"/chats/{first['id']}")["messages"] == 6


def test_a_chat_that_is_renamed_stays_itself(api: Api) -> None:
    first = api.show("one", *LINES)["chat"]
    again = api.show("uno", *LINES, *talk(2), renamed_from="one")["chat"]

    assert again["id"] == first["id"]
    assert again["names"] == [{"host": "api", "name": "uno"}]
    # Said twice, as by a client that did not hear the answer, it changes nothing.
    last = api.show("uno", *LINES, *talk(2), renamed_from="one")
    assert (last["chat"]["id"], last["added"]) == (first["id"], 0)
    renamed = {"host": "api", "name": "une"}
    told = api.told("PATCH", f"/chats/{first['id']}", renamed)
    assert told["title"] == "une"
    assert told["names"] == [renamed]
    found = api.told("GET", "/chats", host="api", name="une")["chats"]
    assert [one["id"] for one in found] == [first["id"]]
    assert api.told("GET", "/chats", name="uno")["chats"] == []


def test_a_name_that_another_chat_has_is_refused(api: Api) -> None:
    api.show("one", *LINES)
    other = api.show("two", *talk(2))["chat"]["id"]

    error = api.refused(409, "PATCH", f"/chats/{other}", {"name": "one"})

    assert error["type"] == "Conflict"
    assert api.told("GET", f"/chats/{other}")["title"] == "two"


def test_the_last_reply_stays_provisional_until_it_is_confirmed(api: Api) -> None:
    chat = api.show("one", *LINES)["chat"]["id"]
    told = api.told("GET", f"/chats/{chat}/messages")["messages"]
    assert [one["provisional"] for one in told] == [False, True]

    api.show("one", *LINES, ("user", "Anna", "She is, and she likes tuna."))
    told = api.told("GET", f"/chats/{chat}/messages")["messages"]
    assert [one["provisional"] for one in told] == [False, False, False]


def test_what_is_quiet_is_not_kept(api: Api) -> None:
    told = api.show("one", *LINES, type="quiet")

    assert told == {"stored": False, "chat": None, "added": 0, "removed": 0}
    api.refused(404, "GET", "/chats")


def test_members_of_a_group_hear_what_they_are_present_for(
    served: tuple[Api, Engine],
) -> None:
    api, _ = served
    body = window("group", *LINES, ("user", "Anna", "Bram, you alone: I hid the key."))
    body["messages"][2]["present"] = ["Bram"]
    api.told("POST", "/observe", {**body, "members": ["Bram", "Miku"]})

    def heard(character: str) -> list[str]:
        page = api.told("GET", "/memories", character=character)
        return contents(page)[::-1]

    assert heard("Miku") == [one[2] for one in LINES]
    assert heard("Bram") == [*heard("Miku"), "Bram, you alone: I hid the key."]
    ids = [
        {one["id"] for one in api.told("GET", "/memories", character=who)["memories"]}
        for who in ("Miku", "Bram")
    ]
    assert ids[0] < ids[1]


def test_times_and_ids_of_the_client_are_kept(api: Api) -> None:
    body = window("one", *LINES)
    body["messages"][0] |= {"id": "m-1", "said_at": "2026-05-02T10:00:00+02:00"}
    chat = api.told("POST", "/observe", body)["chat"]["id"]

    first = api.told("GET", f"/chats/{chat}/messages")["messages"][0]

    assert first["client_id"] == "m-1"
    assert first["memory"]["happened_at"] == "2026-05-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messages": [{"role": "user", "content": "a", "id": "x"}] * 2}, "body"),
        ({"complete": True, "at": [0, 2]}, "body"),
        ({"at": [5, 5]}, "body"),
        ({"at": [5, 4]}, "body"),
        ({"at": [-1, 4]}, "body.messages.0.position"),
        ({"parent": "one"}, "body"),
        ({"parent": "a", "renamed_from": "b"}, "body"),
        ({"chat": " "}, "body.chat"),
        ({"chat": "x" * 301}, "body.chat"),
        ({"host": ""}, "body.host"),
        ({"type": "loud"}, "body.type"),
        ({"unheard": 1}, "body.unheard"),
        ({"said": "2026-05-02T10:00:00"}, "body.messages.0.said_at"),
        ({"said": "0001-01-01T00:00:00+14:00"}, "body.messages.0.said_at"),
        ({"members": ["x"] * 33}, "body.members"),
    ],
)
def test_a_window_that_contradicts_itself_is_refused_whole(
    api: Api, change: dict[str, Any], field: str
) -> None:
    api.show("before", *talk(2))
    body = window("one", *LINES)
    at, said = change.pop("at", None), change.pop("said", None)
    for message, position in zip(body["messages"], at or (), strict=False):
        message["position"] = position
    if said:
        body["messages"][0]["said_at"] = said

    error = api.refused(400, "POST", "/observe", {**body, **change})

    assert error["type"] == "InvalidInput"
    assert error["field"] == field
    assert [one["title"] for one in api.told("GET", "/chats")["chats"]] == ["before"]


def test_a_window_that_is_too_long_is_refused_and_its_parts_are_taken(
    api: Api,
) -> None:
    lines = [{"role": "user", "content": f"Line {at}."} for at in range(20_001)]

    error = api.refused(413, "POST", "/observe", {"chat": "one", "messages": lines})
    assert error["type"] == "TooLarge"
    assert error["field"] == "messages"
    far = [{"role": "user", "content": "x"}] * 100_000
    error = api.refused(413, "POST", "/observe", {"chat": "one", "messages": far})
    assert error["type"] == "TooLarge"
    api.refused(404, "GET", "/chats")

    first = api.told("POST", "/observe", {"chat": "one", "messages": lines[:300]})
    more = api.told("POST", "/observe", {"chat": "one", "messages": lines[290:600]})
    assert first["chat"]["id"] == more["chat"]["id"]
    assert more["chat"]["messages"] == 600


# -- a turn ------------------------------------------------------------------------


def test_a_turn_is_followed_composed_and_told_of(served: tuple[Api, Engine]) -> None:
    api, engine = served
    api.show("one", *LINES)
    note = api.note("Anna is allergic to nuts.", pinned=True)
    settled(engine)

    shown = window("two", ("user", "Anna", CAT), host="my-app", type="normal")
    told = api.told(
        "POST", "/turns", {"window": shown, "prompt": {"text": CAT, "tokens": 600}}
    )

    prompt = told["prompt"]
    assert told["observed"]["added"] == 1
    assert "allergic to nuts" in prompt["head"]["text"]
    assert "Miso" in prompt["recall"]["text"] + prompt["head"]["text"]
    assert prompt["head"]["memories"][0]["id"] == note["id"]
    assert prompt["head"]["tokens"] + prompt["recall"]["tokens"] <= 600
    assert prompt["positions"] == {
        "head": "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES",
        "recall": "AFTER_LAST_MESSAGE",
    }
    [turn] = api.told("GET", "/turns")["turns"]
    assert (turn["chat"], turn["asked"], turn["type"]) == ("two", CAT, "normal")
    assert turn["head"]["text"] == prompt["head"]["text"]
    why = api.told("GET", "/turns/why", chat="two")
    assert why["readings"] == [CAT]
    assert why["intent"] == "question"


def test_the_old_door_tells_the_same_turn(tmp_path: Path) -> None:
    with an_api(tmp_path) as (api, engine):
        api.show("one", *LINES)
        api.told("POST", "/compose", {"chat": "one", "text": CAT})
        from long_term_memory.server.app import create_app

        # Another app keeps another list: what was composed is in memory alone.
        other = create_app(engine, Settings())
        assert ask_plainly(other, "GET", "/api/ltm/last").status_code == 404
        [turn] = api.told("GET", "/turns")["turns"]
        assert turn["chat"] == "one"


def test_a_chat_that_is_not_kept_leaves_no_turn(api: Api) -> None:
    api.show("one", *LINES)
    api.told("POST", "/compose", {"text": CAT})

    assert api.told("GET", "/turns")["turns"] == []
    api.refused(404, "GET", "/turns/why")


@pytest.mark.parametrize(
    ("room", "most"),
    [
        ({"tokens": 90}, 90),
        ({"tokens": 0}, 0),
        ({"context_tokens": 400}, 400),
        ({"parts": {"head": 10, "recall": 30, "summary": 0}}, 40),
        ({}, 10_000),
    ],
)
def test_memory_keeps_to_its_room(api: Api, room: dict[str, Any], most: int) -> None:
    for number in range(12):
        api.note(f"Note {number}: Anna likes pictures of lighthouses.", pinned=True)
    api.show("one", *LINES)

    prompt = api.told("POST", "/compose", {"chat": "one", "text": CAT, **room})

    assert prompt["head"]["tokens"] + prompt["recall"]["tokens"] <= most


def test_two_rooms_are_refused(api: Api) -> None:
    api.show("one", *LINES)
    body = {"text": CAT, "tokens": 5, "context_tokens": 9}

    error = api.refused(400, "POST", "/compose", body)

    assert "one of tokens" in error["message"]


def test_what_the_prompt_holds_anyway_is_not_recalled(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    api.show("one", *LINES)
    settled(engine)
    asked = {"chat": "one", "text": CAT, "gated": False}
    found = api.told("POST", "/recall", asked)["memories"]
    assert LINES[0][2] in [one["content"] for one in found]

    shown = api.told("POST", "/recall", {**asked, "visible": 2})["memories"]
    named = {**asked, "visible": [one["id"] for one in found]}

    assert shown == []
    assert api.told("POST", "/recall", named)["memories"] == []


# -- recall and search -------------------------------------------------------------


def test_recall_tells_the_chance_of_each_and_keeps_to_a_threshold(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    api.show("one", *LINES)
    settled(engine)

    told = api.told("POST", "/recall", {"text": CAT})
    [best, *_] = told["memories"]

    assert best["content"] == LINES[0][2]
    assert best["chance"] > 0.3
    assert best["signals"]["lexical"] > 0
    assert told["intent"] == "question"
    sure = {"text": CAT, "threshold": best["chance"]}
    assert len(api.told("POST", "/recall", sure)["memories"]) == 1
    assert api.told("POST", "/recall", {"text": CAT, "threshold": 1})["memories"] == []


def test_search_finds_by_words_by_meaning_and_among_some(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    chat = api.show("one", *LINES)["chat"]["id"]
    other = api.show("two", *talk(2))["chat"]["id"]
    note = api.note("The cat at the harbour is grey.", pinned=True)
    settled(engine)

    def found(**asked: Any) -> list[str]:
        told = api.told("POST", "/search", {"text": "cat", **asked})["hits"]
        return [one["memory"]["content"] for one in told]

    assert set(found()) >= {LINES[0][2], LINES[1][2], note["content"]}
    assert found(mode="words", kinds=["note"]) == [note["content"]]
    assert found(mode="words", pinned=True) == [note["content"]]
    assert set(found(mode="words", chats=[chat])) == {one[2] for one in LINES}
    assert found(chats=[other], threshold=0.9) == []
    assert found(mode="words", names=["Miku"]) == [LINES[1][2]]
    assert found(mode="words", roles=["user"]) == [LINES[0][2]]
    assert found(mode="words", edited=True) == []
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert found(since=later) == []
    assert len(found(mode="words", until=later)) == 3
    assert found(mode="words", limit=1) != []
    hits = api.told("POST", "/search", {"text": CAT, "mode": "meaning"})["hits"]
    assert hits[0]["chance"] > 0.1
    assert not any(one["words"] for one in hits)


def test_why_something_comes_to_mind_is_told_of_every_candidate(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    api.show("one", *LINES, *talk(2))
    settled(engine)

    asked = {"text": CAT, "chat": "one", "visible": 1}
    told = api.told("POST", "/explain", asked)

    assert told["readings"] == [CAT]
    [first, *_] = told["candidates"]
    assert first["memory"]["content"] == LINES[0][2]
    assert first["reason"] is None
    assert first["signals"]["lexical"] > 0
    reasons = {one["memory"]["content"]: one["reason"] for one in told["candidates"]}
    assert reasons[talk(2)[1][2]] == "in window"
    few = api.told("POST", "/explain", {**asked, "candidates": 1})
    assert few["candidates"] == [first]


# -- single memories ---------------------------------------------------------------


def test_two_editors_lose_nothing(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")
    where = f"/memories/{note['id']}"
    hers = api.told("PATCH", where, {"content": "Nuts and bees."}, etag=note["etag"])

    error = api.refused(412, "PATCH", where, {"content": "Oats."}, etag=note["etag"])

    assert error["type"] == "PreconditionFailed"
    assert api.told("GET", where)["content"] == "Nuts and bees."
    error = api.refused(428, "PATCH", where, {"content": "Oats."})
    assert error["type"] == "PreconditionRequired"
    api.refused(412, "DELETE", where, etag=note["etag"])
    both = {"content": "Nuts, bees and oats.", "pinned": True}
    told = api.told("PATCH", where, both, etag=hers["etag"])
    assert (told["content"], told["pinned"]) == ("Nuts, bees and oats.", True)
    assert api.told("PATCH", where, {"pinned": False}, etag="*")["pinned"] is False


def test_the_tag_of_an_answer_is_the_tag_of_the_memory(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")

    found = api.ask("GET", f"/memories/{note['id']}")

    assert found.headers["etag"] == f'"{note["etag"]}"'
    several = f'"other", {found.headers["etag"]}'
    told = api.ask(
        "PATCH",
        f"/memories/{note['id']}",
        {"pinned": True},
        headers={"if-match": several},
    )
    assert told.status_code == 200
    weak = {"if-match": f"W/{told.headers['etag']}"}
    api.refused(
        412, "PATCH", f"/memories/{note['id']}", {"pinned": False}, headers=weak
    )


def test_a_memory_is_hidden_brought_back_and_told_of(api: Api) -> None:
    api.show("one", *LINES)
    [turn] = api.told("GET", "/memories", kind="turn", limit=1)["memories"]
    where = f"/memories/{turn['id']}"

    gone = api.told("DELETE", where)
    assert gone["deleted"] is True
    assert turn["content"] not in contents(api.told("GET", "/memories"))
    assert contents(api.told("GET", "/memories", deleted=True)) == [turn["content"]]
    assert api.told("DELETE", where) == gone
    assert api.told("POST", f"{where}/restore")["deleted"] is False

    api.told("PATCH", where, {"content": "A busy cat!"}, etag=turn["etag"])
    [before] = api.told("GET", f"{where}/versions")["versions"]
    assert (before["content"], before["by_hand"]) == (turn["content"], False)
    now = api.told("GET", where)
    assert (now["content"], now["edited"]) == ("A busy cat!", True)


def test_a_note_that_is_sent_twice_is_one_also_after_a_restart(tmp_path: Path) -> None:
    key = {"idempotency-key": "n-1"}
    body = {"content": "Anna is allergic to nuts."}
    with an_api(tmp_path) as (api, _):
        first = api.ask("POST", "/memories", body, headers=key)
        again = api.ask("POST", "/memories", {**body, "client_id": "n-1"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
    with an_api(tmp_path) as (api, _):
        assert api.ask("POST", "/memories", body, headers=key).status_code == 200
        other = api.refused(
            409, "POST", "/memories", {"content": "Other."}, headers=key
        )
        assert other["type"] == "Conflict"
        two = {**body, "client_id": "n-2"}
        api.refused(400, "POST", "/memories", two, headers=key)
        assert len(api.told("GET", "/memories")["memories"]) == 1
        # What was corrected since is told as it is now.
        note = first.json()
        where = f"/memories/{note['id']}"
        api.told("PATCH", where, {"content": "Bees."}, etag=note["etag"])
        found = api.ask("POST", "/memories", body, headers=key)
        assert (found.status_code, found.json()["content"]) == (200, "Bees.")
        # Another character's note is another one.
        told = api.ask("POST", "/memories", body, headers=key, character="Bram")
        assert told.status_code == 201
        api.told("POST", "/forget", {"memories": [note["id"]]})
        api.refused(409, "POST", "/memories", body, headers=key)


def test_several_changes_are_done_or_refused_one_by_one(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")
    known = {"id": note["id"], "if_match": note["etag"]}
    done = api.told(
        "POST",
        "/memories/batch",
        {
            "operations": [
                {"op": "add", "content": "The train leaves at nine.", "client_id": "a"},
                {"op": "add", "content": "The train leaves at nine.", "client_id": "a"},
                {"op": "edit", "content": "Bees.", **known},
                {"op": "edit", "content": "Oats.", **known},
                {"op": "edit", "content": "Oats.", "id": note["id"]},
                {"op": "edit", **known},
                {"op": "delete", "id": note["id"]},
                {"op": "restore", "id": note["id"]},
                {"op": "delete", "id": "unknown"},
                {"op": "delete"},
                {"op": "add", "content": "  "},
                {"op": "add", "id": "x", "content": "Text."},
            ]
        },
    )["results"]

    statuses = [one["status"] for one in done]
    assert statuses == [201, 200, 200, 412, 428, 400, 200, 200, 404, 400, 400, 400]
    assert done[3]["error"]["type"] == "PreconditionFailed"
    assert done[4]["error"]["type"] == "PreconditionRequired"
    assert done[10]["error"]["field"] == "content"
    assert contents(api.told("GET", "/memories")) == [
        "The train leaves at nine.",
        "Bees.",
    ]


def test_pages_go_on_where_they_ended_whatever_comes_or_goes(api: Api) -> None:
    api.show("one", *talk(30))
    for number in range(5):
        api.note(f"Note {number}.")
    whole = contents(api.told("GET", "/memories", limit=100))
    assert len(whole) == 35

    found, cursor = [], ""
    while True:
        page = api.told("GET", "/memories", limit=4, cursor=cursor)
        found += contents(page)
        cursor = page["next"]
        if len(found) == 8:
            api.note("A note that comes while pages are turned.")
            seen = page["memories"][-1]["id"]
            api.told("DELETE", f"/memories/{seen}")
        if cursor is None:
            break

    assert found == whole
    page = api.told("GET", "/memories", kind=["note", "summary"], limit=100)
    assert len(page["memories"]) == 6
    assert page["next"] is None


def test_a_page_of_a_chat_has_what_was_said_in_it(api: Api) -> None:
    api.show("one", *LINES)
    chat = api.show("two", *talk(3))["chat"]["id"]
    api.note("A note is of no chat.")

    found = contents(api.told("GET", "/memories", chat=chat))

    assert found == [one[2] for one in talk(3)][::-1]
    api.refused(404, "GET", "/memories", chat="unknown")


# -- summaries ---------------------------------------------------------------------


def test_summaries_are_made_read_edited_locked_and_made_anew(
    served: tuple[Api, Engine],
) -> None:
    api, _ = served
    chat = api.show("one", *talk(60))["chat"]["id"]
    assert api.told("GET", "/summaries")["summaries"] == []

    assert api.told("POST", "/summaries/make", {"chat": chat})["made"] > 3
    told = api.told("GET", "/summaries", chat=chat)["summaries"]
    chunk = next(one for one in told if one["tier"] == "chunk")["memory"]
    assert chunk["kind"] == "summary"
    assert api.told("GET", f"/memories/{chunk['id']}")["content"] == chunk["content"]

    where = f"/memories/{chunk['id']}"
    mine = api.told("PATCH", where, {"content": "I wrote this."}, etag=chunk["etag"])
    assert mine["edited"] is True
    error = api.refused(400, "PATCH", where, {"pinned": True}, etag="*")
    assert error["field"] == "pinned"
    assert api.told("GET", where) == mine
    free = api.told("PATCH", where, {"locked": False}, etag=mine["etag"])
    assert (free["content"], free["edited"]) == (chunk["content"], False)
    kept = api.told("PATCH", where, {"locked": True}, etag=free["etag"])
    assert kept["edited"] is True
    both = {"locked": False, "content": "No."}
    api.refused(400, "PATCH", where, both, etag="*")

    api.told("PATCH", where, {"content": "I wrote this."}, etag="*")
    [rewrite] = api.told(
        "POST", "/summaries/preview", {"chat": chat, "id": chunk["id"]}
    )["rewrites"]
    assert (rewrite["now"], rewrite["anew"]) == ("I wrote this.", chunk["content"])
    anew = api.told("POST", f"/summaries/{chunk['id']}/make")
    assert anew["content"] == chunk["content"]
    # What is made of it is made again, without what was written.
    api.told("POST", "/summaries/make", {"chat": chat})
    assert api.told("POST", "/summaries/preview", {"chat": chat})["rewrites"] == []
    made = api.told("POST", "/summaries/make", {"chat": chat, "anew": True})
    assert made["made"] == len(told)


def test_what_is_no_summary_is_not_made_or_locked(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")

    api.refused(400, "POST", f"/summaries/{note['id']}/make")
    api.refused(400, "PATCH", f"/memories/{note['id']}", {"locked": True}, etag="*")
    api.refused(404, "POST", "/summaries/unknown/make")
    for call in ("make", "preview"):
        api.refused(404, "POST", f"/summaries/{call}", {"chat": "unknown"})
    chat = api.show("one", *LINES)["chat"]["id"]
    body = {"chat": chat, "id": "unknown"}
    api.refused(404, "POST", "/summaries/preview", body)


# -- chats and characters ----------------------------------------------------------


def test_a_chat_and_a_character_are_taken_away_and_brought_back(api: Api) -> None:
    chat = api.show("one", *LINES)["chat"]["id"]
    api.show("two", *talk(2))
    api.note("Anna is allergic to nuts.")

    taken = api.told("DELETE", f"/chats/{chat}")
    assert taken["taken"] == 1
    api.refused(404, "GET", f"/chats/{chat}")
    assert [one["id"] for one in api.told("GET", "/undo")["undoable"]] == [
        taken["undo"]
    ]
    undone = api.told("POST", f"/undo/{taken['undo']}")
    assert undone == {"chats": 1, "notes": 0, "kept": []}
    assert api.told("GET", f"/chats/{chat}")["messages"] == 2

    taken = api.told("DELETE", "/characters")
    assert taken["taken"] == 3
    assert api.told("GET", "/memories")["memories"] == []
    assert api.told("DELETE", "/characters") == {"undo": "", "taken": 0}
    api.told("POST", f"/undo/{taken['undo']}")
    assert len(api.told("GET", "/memories")["memories"]) == 5
    api.refused(404, "POST", "/undo/unknown")


def test_characters_are_listed_and_counted(api: Api) -> None:
    api.show("one", *LINES)
    api.told("POST", "/memories", {"content": "Bees."}, character="Bram")

    told = api.told("GET", "/characters")["characters"]
    assert {one["name"] for one in told} == {"Miku", "Bram"}
    stats = api.told("GET", "/characters/stats")
    assert (stats["messages"], stats["chats"], stats["notes"]) == (2, 1, 0)


def test_a_chat_is_read_from_any_place(api: Api) -> None:
    chat = api.show("one", *talk(20))["chat"]["id"]

    def places(**asked: int) -> list[int]:
        told = api.told("GET", f"/chats/{chat}/messages", **asked)
        assert told["total"] == 20
        return [one["position"] for one in told["messages"]]

    assert places(limit=3) == [17, 18, 19]
    assert places(start=0, limit=2) == [0, 1]
    assert places(start=19) == [19]
    assert places(start=40) == []


# -- forgetting and changes --------------------------------------------------------


def test_forgetting_says_before_what_it_takes(api: Api) -> None:
    chat = api.show("one", *LINES)["chat"]["id"]
    note = api.note("Anna is allergic to nuts.")
    asked = {"memories": [note["id"]], "chats": [chat]}

    told = api.told("POST", "/forget/preview", asked)
    assert (told["forgotten"], told["plans"][0]["messages"]) == (False, 2)
    assert api.told("GET", f"/memories/{note['id']}") == note

    gone = api.told("POST", "/forget", asked)
    assert gone["forgotten"] is True
    assert gone["plans"] == told["plans"]
    api.refused(404, "GET", f"/memories/{note['id']}")
    assert api.show("one", *LINES)["stored"] is False
    assert api.told("GET", "/memories")["memories"] == []
    api.refused(404, "POST", "/forget", asked)


def test_forgetting_reaches_the_others_of_a_group_if_it_is_asked_to(api: Api) -> None:
    api.told("POST", "/observe", {**window("g", *LINES), "members": ["Bram"]})
    [first, *_] = api.told("GET", "/memories")["memories"]
    asked = {"memories": [first["id"]]}

    assert api.told("POST", "/forget/preview", asked)["also_kept_by"] == ["Bram"]
    both = api.told("POST", "/forget/preview", {**asked, "everywhere": True})
    assert {one["character"] for one in both["plans"]} == {"Miku", "Bram"}
    api.told("POST", "/forget", {**asked, "everywhere": True})
    for character in ("Miku", "Bram"):
        page = api.told("GET", "/memories", character=character)
        assert first["content"] not in contents(page)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"everything": True, "memories": ["x"]},
        {"memories": []},
        {"since": "yesterday"},
    ],
)
def test_a_forgetting_that_names_nothing_is_refused(
    api: Api, body: dict[str, Any]
) -> None:
    api.note("Anna is allergic to nuts.")

    api.refused(400, "POST", "/forget", body)
    api.refused(400, "POST", "/forget/preview", body)

    assert len(api.told("GET", "/memories")["memories"]) == 1


def test_a_span_and_everything_are_forgotten(api: Api) -> None:
    body = window("one", *LINES)
    body["messages"][0]["said_at"] = "2026-05-02T10:00:00Z"
    body["messages"][1]["said_at"] = "2026-06-02T10:00:00Z"
    api.told("POST", "/observe", body)
    api.note("Anna is allergic to nuts.")

    gone = api.told("POST", "/forget", {"until": "2026-06-01T00:00:00Z"})
    assert gone["plans"][0]["messages"] == 1
    assert len(api.told("GET", "/memories")["memories"]) == 2
    api.told("POST", "/forget", {"everything": True})
    assert api.told("GET", "/memories")["memories"] == []


def test_changes_are_told_since_the_last_look(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")
    other = api.note("Bees.")
    first = api.told("GET", "/changes")
    assert (first["reset"], first["changes"]) == (True, [])

    def since(cursor: str) -> tuple[list[tuple[str, str, bool]], str]:
        told = api.told("GET", "/changes", since=cursor)
        assert told["reset"] is False
        found = [(one["kind"], one["id"], one["gone"]) for one in told["changes"]]
        return found, told["cursor"]

    assert since(first["cursor"])[0] == []
    chat = api.show("one", *LINES)["chat"]["id"]
    api.told("PATCH", f"/memories/{note['id']}", {"pinned": True}, etag="*")
    found, second = since(first["cursor"])
    assert set(found) == {("chat", chat, False), ("memory", note["id"], False)}
    api.told("POST", "/forget", {"memories": [other["id"]]})
    found, _ = since(second)
    assert ("memory", other["id"], True) in found
    # Who looked before that hears of all of it, each once.
    found, _ = since(first["cursor"])
    assert sorted(found) == sorted(
        [
            ("chat", chat, False),
            ("memory", note["id"], False),
            ("memory", other["id"], True),
        ]
    )
    assert api.told("GET", "/changes", since="abc.1")["reset"] is True
    for wrong in ("x", "x.", ".1", "x.-1", "x.9e9"):
        api.refused(400, "GET", "/changes", since=wrong)


# -- who, and what is wrong --------------------------------------------------------


def test_unknown_things_are_told_and_nothing_is_made(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    calls = [
        ("GET", "/memories", None),
        ("GET", "/memories/x", None),
        ("PATCH", "/memories/x", {"pinned": True}),
        ("DELETE", "/memories/x", None),
        ("POST", "/memories/x/restore", None),
        ("GET", "/memories/x/versions", None),
        ("GET", "/chats", None),
        ("DELETE", "/characters", None),
        ("POST", "/recall", {"text": "x"}),
        ("POST", "/search", {"text": "x"}),
        ("POST", "/explain", {"text": "x"}),
        ("POST", "/compose", {"text": "x"}),
        ("GET", "/summaries", None),
        ("POST", "/forget", {"everything": True}),
        ("GET", "/changes", None),
        ("GET", "/undo", None),
        ("POST", "/memories/batch", {"operations": [{"op": "delete", "id": "x"}]}),
    ]
    for method, path, body in calls:
        error = api.refused(404, method, path, body, etag="*")
        assert error["type"] == "NotFound", path

    assert engine.scopes() == []


def test_an_id_of_another_bank_is_unknown_here(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")
    chat = api.show("one", *LINES)["chat"]["id"]
    api.told("POST", "/memories", {"content": "Bees."}, character="Bram")

    for call in (
        ("GET", f"/memories/{note['id']}"),
        ("DELETE", f"/memories/{note['id']}"),
        ("GET", f"/chats/{chat}"),
        ("DELETE", f"/chats/{chat}"),
        ("GET", f"/chats/{chat}/messages"),
    ):
        api.refused(404, *call, character="Bram")
    asked = {"memories": [note["id"]]}
    api.refused(404, "POST", "/forget", asked, character="Bram")
    assert api.told("GET", f"/memories/{note['id']}") == note


def test_a_request_names_one_character_and_one_user(tmp_path: Path) -> None:
    with an_api(tmp_path, character="") as (api, _):
        assert api.refused(400, "GET", "/memories")["field"] == "query.character"
        api.refused(400, "GET", "/memories", character=" ")
        api.refused(400, "GET", "/memories", character=["a", "b"])
        api.refused(400, "GET", "/characters", user=["a", "b"])
        api.refused(400, "GET", "/memories", character="x" * 301)


def test_a_cursor_that_is_none_of_ours_is_refused(api: Api) -> None:
    api.note("Anna is allergic to nuts.")

    for wrong in ("x", "e30=", "WyJ0dXJuIiwgIiIsICJ4Il0=", "[" * 999, "%ff"):
        error = api.refused(400, "GET", "/memories", cursor=wrong)
        assert error["field"] == "cursor"


def test_names_are_one_however_they_are_written(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")

    told = api.told("GET", "/memories", character="  miku\u200b")

    assert [one["id"] for one in told["memories"]] == [note["id"]]


def test_half_a_letter_is_refused_and_one_that_is_kept_is_told(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    raw = b'{"content": "half \\ud83d of a letter"}'
    found = api._runner.run(
        api._client.post(
            "/api/ltm/v1/memories?character=Miku",
            content=raw,
            headers={"content-type": "application/json"},
        )
    )
    assert found.status_code == 400

    bank = engine.bank(Scope(user="default", character="Miku"))
    bank.memories.add("half \ud83d of a letter")

    assert contents(api.told("GET", "/memories")) == ["half \ud83d of a letter"]


def test_what_is_no_json_is_refused_in_the_same_shape(tmp_path: Path) -> None:
    with an_api(tmp_path) as (api, _):
        app = api._client._transport.app  # type: ignore[attr-defined]
        where = "/api/ltm/v1/memories?character=Miku"
        for sent, kind, status in (
            (b"{", "application/json", 400),
            (b"[]", "application/json", 400),
            (b"{}", "text/plain", 415),
            (b"", "application/json", 400),
            (b'{"content": "a", "content": "b"}', "application/json", 400),
            (b'{"content": NaN}', "application/json", 400),
            (b"[" * 100_000, "application/json", 400),
        ):
            found = ask_plainly(
                app, "POST", where, content=sent, headers={"content-type": kind}
            )
            assert found.status_code == status, sent[:20]
            assert set(found.json()["error"]) <= {"type", "message", "field"}
