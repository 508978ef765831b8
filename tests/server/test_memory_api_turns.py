"""REST for memories: showing chats, composing prompts, recall and search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.engine.engine import Engine

from .api_client import LINES, Api, an_api, contents, settled, talk, window
from .test_app import ask as ask_plainly

CAT = "What is my cat called?"

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


def test_the_old_door_tells_the_same_turn(api: Api) -> None:
    api.show("one", *LINES)
    api.told("POST", "/compose", {"chat": "one", "text": CAT})

    app = api._client._transport.app  # type: ignore[attr-defined]
    old = ask_plainly(app, "GET", "/api/ltm/last?chat=one").json()
    assert api.told("GET", "/turns")["turns"] == [old]


def test_the_last_turn_is_told_after_a_restart(tmp_path: Path) -> None:
    with an_api(tmp_path) as (api, _):
        api.show("one", *LINES)
        api.told("POST", "/compose", {"chat": "one", "text": CAT})

    with an_api(tmp_path) as (api, _):
        [turn] = api.told("GET", "/turns")["turns"]

    assert turn["chat"] == "one"
    assert "the record" in turn["note"]


def test_a_turn_in_a_pause_is_told_of_the_storyline_that_it_names(api: Api) -> None:
    api.show("one", *LINES, story="Voyage")
    api.show("two", *talk(2), story="Winter")
    api.told("PUT", "/policy", {"remembers": "paused"})
    said = {"role": "user", "content": CAT}
    chat = {"chat": "three", "messages": [said]}
    prompt = {"text": CAT, "gated": False, "tokens": 900}

    def recalled(**window: str) -> str:
        body = {"window": {**chat, **window}, "prompt": prompt}
        text: str = api.told("POST", "/turns", body)["prompt"]["recall"]["text"]
        return text

    assert LINES[0][2] in recalled(story="Voyage")
    assert LINES[0][2] in recalled(parent="one")
    assert LINES[0][2] not in recalled()


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


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_clock_that_is_far_off_is_no_fault(api: Api, at: str) -> None:
    api.show("one", *LINES)
    asked = {"text": f"Today, last March and last year: {CAT}", "at": at}

    found = api.told("POST", "/recall", {**asked, "gated": False})

    assert contents(found)


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


# -- policies and storylines -------------------------------------------------------


def test_a_character_and_a_chat_have_policies_of_their_own(api: Api) -> None:
    chat = api.show("one", *LINES)["chat"]["id"]
    told = api.told("GET", "/policy")
    assert told["remembers"] is None
    assert told["in_force"]["remembers"] == "yes"

    told = api.told("PUT", "/policy", {"remembers": "paused", "budget": 60})
    assert told["in_force"]["remembers"] == "paused"
    assert api.told("GET", f"/chats/{chat}/policy")["in_force"]["budget"] == 60
    kept = api.show("two", *talk(2))
    assert (kept["stored"], kept["chat"]) == (False, None)
    assert api.show("one", *LINES, *talk(2))["stored"] is False

    own = api.told("PUT", f"/chats/{chat}/policy", {"remembers": "yes"})
    assert own["in_force"]["remembers"] == "yes"
    assert own["in_force"]["budget"] == 60
    # What was said in the pause stays out, and what is said now comes in.
    after = ("user", "Anna", "On Friday I gave the lantern to Tove.")
    assert api.show("one", *LINES, *talk(2), after)["added"] == 1
    api.told("PUT", "/policy", {})
    assert api.told("GET", "/policy")["in_force"]["budget"] is None
    assert api.refused(400, "PUT", "/policy", {"position": "NOWHERE"})
    assert api.refused(400, "PUT", "/policy", {"budget": -1})
    api.refused(404, "PUT", "/chats/unknown/policy", {})


def test_a_chat_stands_in_one_storyline_and_recalls_from_it(
    served: tuple[Api, Engine],
) -> None:
    api, engine = served
    chat = api.show("one", *LINES)["chat"]["id"]
    [first] = api.told("GET", "/storylines")["storylines"]
    assert (first["id"], first["chats"], first["newest"]) == ("first", [chat], True)

    winter = api.told("POST", "/storylines", {"name": "Winter"})
    other = api.show("two", *talk(2))["chat"]["id"]
    third = api.show("three", *talk(4), story="Spring")["chat"]["id"]
    told = {one["name"]: one for one in api.told("GET", "/storylines")["storylines"]}
    assert told["Winter"]["chats"] == [other]
    assert told["Spring"]["chats"] == [third]
    settled(engine)

    asked = {"text": CAT, "chat": "two", "gated": False}
    story = api.told("POST", "/recall", {**asked, "recalls_from": "story"})
    assert LINES[0][2] not in contents(story)
    every = api.told("POST", "/recall", {**asked, "recalls_from": "all"})
    assert LINES[0][2] in contents(every)

    moved = api.told("PUT", f"/storylines/{winter['id']}/chats/{chat}")
    assert set(moved["chats"]) == {chat, other}
    story = api.told("POST", "/recall", {**asked, "recalls_from": "story"})
    assert LINES[0][2] in contents(story)
    # A chat stands in one storyline: it left the other.
    api.told("PUT", f"/storylines/first/chats/{chat}")
    told = {one["id"]: one for one in api.told("GET", "/storylines")["storylines"]}
    assert told[winter["id"]]["chats"] == [other]

    renamed = api.told("PATCH", f"/storylines/{winter['id']}", {"name": "Snow"})
    assert renamed["name"] == "Snow"
    api.refused(409, "POST", "/storylines", {"name": "snow"})
    api.refused(409, "DELETE", f"/storylines/{winter['id']}")
    api.refused(409, "DELETE", "/storylines/first")
    api.refused(404, "DELETE", "/storylines/unknown")
    api.refused(404, "PUT", "/storylines/first/chats/unknown")
    api.told("PUT", f"/storylines/first/chats/{other}")
    left = api.told("DELETE", f"/storylines/{winter['id']}")["storylines"]
    assert winter["id"] not in {one["id"] for one in left}


def test_the_record_and_what_is_shared_are_told(served: tuple[Api, Engine]) -> None:
    api, engine = served
    chat = api.show("one", *LINES)["chat"]["id"]
    note = api.note("Anna is allergic to nuts.", pinned=True)
    settled(engine)
    prompt = {"text": CAT, "tokens": 900}
    shown = window("one", *LINES, ("user", "Anna", CAT))
    api.told("POST", "/turns", {"window": shown, "prompt": prompt})

    [record, *_] = api.told("GET", "/recalls", chat=chat)["recalls"]
    assert note["id"] in {one["id"] for one in record["memories"]}
    assert CAT not in str(record)
    assert api.told("GET", "/recalls", chat="unknown")["recalls"] == []
    assert api.told("GET", "/usage")["days"] == []
    api.refused(400, "GET", "/usage", since="soon")

    shared = api.told("POST", f"/memories/{note['id']}/share")
    assert shared["content"] == note["content"]
    assert api.told("POST", f"/memories/{note['id']}/share") == shared
    api.refused(404, "POST", "/memories/unknown/share")


def test_a_chat_is_incognito_from_its_first_message_on(api: Api) -> None:
    api.show("one", *LINES)
    meant = {"chat": "secret", "host": "api"}
    told = api.told("PUT", "/policy", {"remembers": "incognito"}, **meant)
    assert told["in_force"]["remembers"] == "incognito"
    assert api.told("GET", "/policy", **meant) == told
    assert api.told("GET", "/policy")["remembers"] is None

    shown = api.show("secret", *LINES, ("user", "Anna", "I hid the brass key."))

    assert (shown["stored"], shown["chat"]) == (False, None)
    assert "brass key" not in str(api.told("GET", "/memories"))
    asked = {"text": CAT, "chat": "secret", "gated": False}
    assert api.told("POST", "/recall", asked)["memories"] == []
    other = api.told("GET", "/policy", chat="secret", host="another")
    assert other["remembers"] is None


def test_when_a_memory_was_recalled_last_is_told(served: tuple[Api, Engine]) -> None:
    api, engine = served
    api.show("one", *LINES)
    note = api.note("Anna is allergic to nuts.", pinned=True)
    other = api.note("The train leaves at nine.")
    settled(engine)
    where = f"/memories/{note['id']}"
    assert api.told("GET", where)["recalled_at"] is None

    api.told("POST", "/compose", {"chat": "one", "text": CAT})

    [record] = api.told("GET", "/recalls")["recalls"]
    assert api.told("GET", where)["recalled_at"] == record["at"]
    assert api.told("GET", f"/memories/{other['id']}")["recalled_at"] is None


def test_the_notes_for_all_characters_are_kept_by_the_same_calls(api: Api) -> None:
    meant = {"character": "(all characters)"}
    api.refused(404, "GET", "/memories", **meant)
    note = api.told("POST", "/memories", {"content": "I live in Oslo."}, **meant)
    where = f"/memories/{note['id']}"
    api.told("PATCH", where, {"pinned": True}, etag=note["etag"], **meant)
    api.told("PATCH", where, {"content": "I live in Bergen."}, etag="*", **meant)
    [listed] = api.told("GET", "/memories", **meant)["memories"]
    assert (listed["content"], listed["pinned"]) == ("I live in Bergen.", True)
    api.told("DELETE", where, **meant)
    api.told("POST", f"{where}/restore", **meant)
    # It is nobody who chats.
    kept = api.told("POST", "/observe", window("one", *LINES), **meant)
    assert (kept["stored"], kept["chat"]) == (False, None)
    assert api.told("GET", "/characters")["characters"] == []
    api.told("POST", "/forget", {"memories": [note["id"]]}, **meant)
    assert api.told("GET", "/memories", **meant)["memories"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/policy", {"budget": True}),
        ("PUT", "/policy", {"budget": "600"}),
        ("POST", "/recall", {"text": CAT, "threshold": True}),
        ("POST", "/recall", {"text": CAT, "limit": True}),
        ("POST", "/recall", {"text": CAT, "visible": True}),
        ("POST", "/recall", {"text": CAT, "gated": 1}),
        ("POST", "/recall", {"text": CAT, "at": 1_700_000_000}),
        ("POST", "/recall", {"text": CAT, "at": "1700000000"}),
        ("POST", "/recall", {"text": CAT, "at": "2026-05-02T18:00:00"}),
        ("POST", "/memories", {"content": "x", "pinned": "yes"}),
        ("POST", "/observe", {**window("one", *LINES), "story": "x" * 201}),
        ("POST", "/storylines", {"name": "x" * 201}),
    ],
)
def test_a_value_of_another_kind_is_refused(
    api: Api, method: str, path: str, body: dict[str, Any]
) -> None:
    api.show("one", *LINES)

    error = api.refused(400, method, path, body)

    assert error["field"].startswith("body.")
    assert "Value error" not in error["message"]


def test_of_chats_that_were_taken_away_no_facts_are_told(api: Api) -> None:
    api.show("one", ("user", "Anna", "My sister Mira is allergic to hazelnuts."))
    api.told("DELETE", "/characters")

    assert api.told("GET", "/facts")["facts"] == []
