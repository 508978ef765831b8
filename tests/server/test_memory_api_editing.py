"""REST for many memories at once, tags, filters, and steps that are undone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from .api_client import LINES, Api, an_api, contents, talk
from .conftest import running


def ids(api: Api, **asked: Any) -> list[str]:
    """Return the ids of all memories that are listed, page by page."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.told("GET", "/memories", limit=3, cursor=cursor, **asked)
        found += [one["id"] for one in page["memories"]]
        cursor = page["next"]
    return found


def test_many_memories_are_changed_alike_as_one_step(api: Api) -> None:
    api.show("one", *talk(8))
    known = ids(api, kind="turn")

    told = api.told(
        "PATCH", "/memories", {"ids": known, "add_tags": ["Bergen", "#ice"]}
    )

    assert told == {"changed": 8}
    assert ids(api, tag="bergen") == known
    assert api.told("GET", "/tags")["tags"] == [
        {"name": "Bergen", "memories": 8},
        {"name": "ice", "memories": 8},
    ]
    api.told("PATCH", "/memories", {"ids": known[:2], "hidden": True})
    assert ids(api, hidden=True) == known[:2]
    found = api.told("POST", "/search", {"text": "Bergen", "hidden": False})["hits"]
    assert not {one["memory"]["id"] for one in found} & {*known[:2]}
    asked = {"text": "Which day did I promise to bring lanterns?", "gated": False}
    recalled = api.told("POST", "/recall", asked)["memories"]
    assert not {one["id"] for one in recalled} & {*known[:2]}

    hidden, tagged = api.told("GET", "/steps")["steps"]
    assert (hidden["what"], hidden["count"], tagged["count"]) == ("hide", 2, 8)
    assert set(api.told("POST", "/steps/undo")["ids"]) == {*known[:2]}
    assert ids(api, hidden=True) == []
    assert api.told("GET", "/steps")["steps"][0]["undone"]
    assert api.told("POST", "/steps/redo")["what"] == "hide"
    assert ids(api, hidden=True) == known[:2]
    api.refused(404, "POST", "/steps/redo")


def test_if_one_is_amiss_none_is_changed(api: Api) -> None:
    api.show("one", *LINES)
    page = api.told("GET", "/memories")["memories"]
    seen = {one["id"]: one["etag"] for one in page}
    body = {"ids": [*seen], "deleted": True}
    where = f"/memories/{page[0]['id']}"
    api.told("PATCH", where, {"tags": ["mine"]}, etag=page[0]["etag"])

    api.refused(412, "PATCH", "/memories", {**body, "etags": seen})
    api.refused(404, "PATCH", "/memories", {**body, "ids": [*seen, "unknown"]})
    api.refused(400, "PATCH", "/memories", {**body, "ids": []})
    api.refused(400, "PATCH", "/memories", {"ids": [*seen]})
    api.refused(400, "PATCH", "/memories", {"ids": [*seen], "add_tags": ["x" * 41]})
    many = [f"{number:032}" for number in range(10_001)]
    api.refused(400, "PATCH", "/memories", {"ids": many, "deleted": True})

    assert ids(api) == [*seen]
    assert ids(api, deleted=True) == []
    assert api.told("PATCH", "/memories", body) == {"changed": 2}
    assert ids(api, deleted=True) == [*seen]


def test_tags_come_and_go_with_the_state_that_an_editor_saw(api: Api) -> None:
    note = api.note("Anna is allergic to nuts.")
    where = f"/memories/{note['id']}"
    assert (note["tags"], note["hidden"]) == ([], False)

    told = api.told("PATCH", where, {"tags": ["food", " food "]}, etag=note["etag"])

    assert told["tags"] == ["food"]
    assert told["etag"] != note["etag"]
    api.refused(412, "PATCH", where, {"tags": []}, etag=note["etag"])
    assert api.told("PATCH", where, {"tags": []}, etag=told["etag"])["tags"] == []
    api.refused(400, "PATCH", where, {"tags": "food"}, etag="*")


def test_one_becomes_several_and_several_become_one(api: Api) -> None:
    note = api.note("Anna is allergic to nuts. Her train is at nine.")
    where = f"/memories/{note['id']}"
    parts = ["Anna is allergic to nuts.", "Her train is at nine."]
    api.refused(412, "POST", f"{where}/split", {"parts": parts, "etag": "stale"})

    told = api.told("POST", f"{where}/split", {"parts": parts, "etag": note["etag"]})

    assert [one["content"] for one in told["memories"]] == parts
    assert api.told("GET", where)["deleted"]
    meant = {"ids": [one["id"] for one in told["memories"]], "content": "Both."}
    merged = api.told("POST", "/memories/merge", meant)
    assert contents(api.told("GET", "/memories")) == [merged["content"]] == ["Both."]
    api.told("POST", "/steps/undo")
    api.told("POST", "/steps/undo")
    assert contents(api.told("GET", "/memories")) == [note["content"]]
    api.refused(400, "POST", f"{where}/split", {"parts": ["x", " "]})
    api.refused(400, "POST", f"{where}/split", {"parts": ["x"]})
    api.refused(404, "POST", "/memories/unknown/split", {"parts": parts})
    api.refused(400, "POST", "/memories/merge", {"ids": [note["id"]], "content": "x"})


def test_a_text_is_replaced_as_it_was_seen_or_not_at_all(api: Api) -> None:
    chat = api.show("one", *LINES)["chat"]["id"]
    api.note("Miso is the cat.")
    asked = {"find": "miso", "put": "Pickle"}

    seen = api.told("POST", "/memories/replace/preview", asked)

    assert seen["total"] == len(seen["changes"]) == 2
    assert {one["anew"] for one in seen["changes"]} >= {"Pickle is the cat."}
    new = api.note("Miso likes tuna.")
    body = {**asked, "seen": seen["seen"]}
    api.refused(412, "POST", "/memories/replace", body)
    assert api.told("GET", f"/memories/{new['id']}")["content"] == "Miso likes tuna."
    told = api.told("POST", "/memories/replace", {**asked, "chats": [chat]})
    assert told == {"changed": 1}
    assert "Pickle" in contents(api.told("GET", "/memories", chat=chat))[-1]
    assert api.told("POST", "/memories/replace", asked) == {"changed": 2}
    api.refused(400, "POST", "/memories/replace", {"find": "(", "regex": True})
    api.refused(400, "POST", "/memories/replace", {"find": ""})


def test_lists_are_filtered_and_keep_their_order_while_pages_are_turned(
    api: Api,
) -> None:
    chat = api.show("one", *talk(10))["chat"]["id"]
    api.show("two", *LINES)
    annas = ids(api, name="Anna")
    assert len(annas) == 6
    page = api.told("GET", "/memories", name="Anna", limit=2, count=True)
    assert page["total"] == 6
    # What comes meanwhile stands before, and what goes leaves no gap.
    api.show("three", ("user", "Anna", "I bought a red bicycle in Oslo today."))
    api.told("DELETE", f"/memories/{annas[2]}")
    rest = api.told("GET", "/memories", name="Anna", limit=9, cursor=page["next"])
    assert [one["id"] for one in rest["memories"]] == annas[3:]
    assert rest["next"] is None

    assert api.told("GET", "/memories", chat=chat, count=True, limit=1)["total"] == 9
    edited = annas[3]
    api.told("PATCH", f"/memories/{edited}", {"content": "Otherwise."}, etag="*")
    assert ids(api, edited=True) == [edited]
    assert ids(api, edited=True, pinned=True) == []
    assert ids(api, until="2001-01-01T00:00:00Z") == []
    assert set(ids(api, since="2001-01-01T00:00:00Z", kind="turn")) >= {*annas[3:]}
    assert ids(api, name="Anna", deleted=True) == [annas[2]]
    api.refused(400, "GET", "/memories", name="Anna", cursor="x")
    api.refused(400, "GET", "/memories", since="soon")
    api.refused(404, "GET", "/memories", name="Anna", chat="unknown")


@pytest.mark.slow
def test_a_bulk_change_is_whole_or_not_there_after_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "memories"
    with an_api(folder) as (api, _):
        api.show("one", *talk(2_000))
        known: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = api.told("GET", "/memories", limit=500, cursor=cursor, kind="turn")
            known += [one["id"] for one in page["memories"]]
            cursor = page["next"]
    query = {"character": "Miku"}
    for seconds in (0.05, 0.15, 0.3):
        with running(folder) as server:
            where = f"{server.url}/api/ltm/v1/memories"
            body = {"ids": known, "add_tags": [f"t{seconds}"]}
            with suppress(httpx.ReadTimeout):
                httpx.patch(where, params=query, json=body, timeout=seconds)
            server.process.kill()
        with an_api(folder) as (api, _):
            tags = {
                one["name"]: one["memories"] for one in api.told("GET", "/tags")["tags"]
            }
            assert tags.get(f"t{seconds}", 2_000) == 2_000
            assert len(api.told("GET", "/steps")["steps"]) == len(tags)
