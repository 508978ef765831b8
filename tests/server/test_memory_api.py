"""REST for memories: each call, what it answers, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine

from .api_client import LINES, Api, an_api, contents, talk, window
from .test_app import ask as ask_plainly

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
    assert api.told("GET", where) == {**mine, "recalled_at": None}
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
    assert api.told("GET", f"/memories/{note['id']}") == {**note, "recalled_at": None}

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


def test_what_one_person_said_is_forgotten(api: Api) -> None:
    api.show("g", *LINES, ("assistant", "Bram", "Mine is called Tove, the old cat."))
    asked = {"names": ["bram"]}

    told = api.told("POST", "/forget/preview", asked)
    api.told("POST", "/forget", asked)

    assert told["plans"][0]["messages"] == 1
    left = contents(api.told("GET", "/memories"))
    assert set(left) == {text for _, _, text in LINES}


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
    assert api.told("GET", f"/memories/{note['id']}") == {**note, "recalled_at": None}


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
