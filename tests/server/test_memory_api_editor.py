"""All that the page's Memories, Summaries and Why show is done by REST alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from long_term_memory.core.types import Scope
from long_term_memory.editor import memory_actions, memory_search
from long_term_memory.editor.tabs import summaries
from long_term_memory.engine import browsing
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.revising import tag_of

from .api_client import LINES, Api, contents, settled, talk, window

MIKU = Scope(user="default", character="Miku")
CAT = "What is my cat called?"


def test_everything_on_the_page_is_done_by_rest_alone(
    served: tuple[Api, Engine],
) -> None:
    """Each click that the page knows stands here beside the call that does the same."""
    api, engine = served
    bank = engine.bank(MIKU)
    chat = api.show("one", *LINES, *talk(60))["chat"]["id"]
    note = api.note("Anna is allergic to nuts.")
    settled(engine)
    done: set[str] = set()

    def by(click: str, act: Callable[[], Any]) -> Any:
        done.add(click)
        return act()

    # Memories: the shelves, their pages and counts, and the search.
    for shelf in memory_search.SHELVES:
        by(f"shelf {shelf}", partial(shelf_is_the_same, api, engine, shelf))
    found = api.told("POST", "/search", {"text": "lazy cat"})["hits"]
    page = memory_search.Choice(words="lazy cat")
    listed_there = memory_search.page_of(bank, page).memories
    ids = [one["memory"]["id"] for one in found]
    assert ids == [one.id for one in listed_there]

    filters_are_the_same(api, engine, chat)

    # What is shown of each, and what each of its buttons does.
    fields_are_the_same(api, engine)
    where = f"/memories/{note['id']}"
    told = by("edit", lambda: api.told("GET", where))
    saved = by(
        "save",
        lambda: api.told("PATCH", where, {"content": "Bees."}, etag=told["etag"]),
    )
    assert bank.memories.get(note["id"]).content == "Bees."
    [before] = by("earlier", lambda: api.told("GET", f"{where}/versions"))["versions"]
    back = {"content": before["content"]}
    saved = by("bring-back", lambda: api.told("PATCH", where, back, etag=saved["etag"]))
    assert bank.memories.get(note["id"]).content == "Anna is allergic to nuts."
    by("pin", lambda: api.told("PATCH", where, {"pinned": True}, etag="*"))
    assert [one.id for one in bank.memories.pinned()] == [note["id"]]
    by("unpin", lambda: api.told("PATCH", where, {"pinned": False}, etag="*"))
    by("hide", lambda: api.told("PATCH", where, {"hidden": True}, etag="*"))
    assert bank.memories.get(note["id"]).hidden
    by("unhide", lambda: api.told("PATCH", where, {"hidden": False}, etag="*"))
    by("tag", lambda: api.told("PATCH", where, {"tags": ["food"]}, etag="*"))
    assert bank.memories.get(note["id"]).tags == ("food",)
    api.told("PATCH", where, {"pinned": True}, etag="*")
    by("delete", lambda: api.told("DELETE", where))
    assert bank.memories.get(note["id"]).deleted
    by("restore", lambda: api.told("POST", f"{where}/restore"))
    assert not bank.memories.get(note["id"]).deleted

    # Why: what was put in, and why, and why not the rest.
    shown = window("two", ("user", "Anna", CAT))
    prompt = {"text": CAT, "tokens": 900}
    turn = api.told("POST", "/turns", {"window": shown, "prompt": prompt})["prompt"]
    [last] = api.told("GET", "/turns", chat="two")["turns"]
    assert (last["asked"], last["head"]["text"]) == (CAT, turn["head"]["text"])
    assert last["head"]["parts"]["pinned"] > 0
    for one in last["recall"]["memories"]:
        assert {"chance", "to_be_safe", "signals", "content"} <= one.keys()
    why = api.told("GET", "/turns/why", chat="two")
    assert why["readings"]
    assert all(
        {"reason", "chance", "signals"} <= one.keys() for one in why["candidates"]
    )
    [stood] = api.told("GET", "/recalls", memory=note["id"])["recalls"]
    assert api.told("GET", where)["recalled_at"] == stood["at"]
    api.told("PATCH", where, {"pinned": False}, etag="*")
    assert bank.memories.pinned() == []
    many_at_once(api, engine, by)

    # Summaries: how they stand, and their buttons.
    made = by("make-now", lambda: api.told("POST", "/summaries/make", {"chat": chat}))
    assert made["made"] > 1
    listed = api.told("GET", "/summaries", chat=chat)["summaries"]
    told_of = bank.summaries.listed(chat)
    assert [one["memory"]["id"] for one in listed] == [one.memory.id for one in told_of]
    for one, known in zip(listed, told_of, strict=True):
        assert (one["tier"], one["first"], one["last"], one["room"]) == (
            *(known.tier, known.first, known.last, known.room),
        )
        assert (one["in_prompt"], one["shown"]) == (known.in_prompt, known.shown)
    heads = api.told("GET", "/summaries")["heads"]
    assert turn["head"]["text"] in heads.values()
    chunk = next(one["memory"] for one in listed if one["tier"] == "chunk")
    at = f"/memories/{chunk['id']}"
    kept = by("lock", lambda: api.told("PATCH", at, {"locked": True}, etag="*"))
    assert kept["edited"]
    free = by("unlock", lambda: api.told("PATCH", at, {"locked": False}, etag="*"))
    assert not free["edited"]
    api.told("PATCH", at, {"content": "I wrote this."}, etag="*")
    meant = {"chat": chat, "id": chunk["id"]}
    told = by("regenerate", lambda: api.told("POST", "/summaries/preview", meant))
    [rewrite] = told["rewrites"]
    assert rewrite["now"] == "I wrote this."
    by("take", lambda: api.told("POST", f"/summaries/{chunk['id']}/make"))
    assert bank.memories.get(chunk["id"]).content == rewrite["anew"]
    every = {"chat": chat}
    by("anew-all", lambda: api.told("POST", "/summaries/preview", every))
    anew = {**every, "anew": True}
    by("anew-all-now", lambda: api.told("POST", "/summaries/make", anew))

    # Forgetting, which asks before.
    asked = {"memories": [note["id"]]}
    plan = by("forget", lambda: api.told("POST", "/forget/preview", asked))
    assert plan["plans"][0]["notes"] == 1
    by("forget-now", lambda: api.told("POST", "/forget", asked))
    assert note["content"] not in contents(api.told("GET", "/memories"))

    clicks = {*memory_actions.ACTS, *summaries.ACTS}
    clicks |= {"edit", "earlier", "forget", "forget-now"}
    shelves = {f"shelf {one}" for one in memory_search.SHELVES}
    assert done == clicks | shelves


def shelf_is_the_same(api: Api, engine: Engine, shelf: str) -> None:
    """A shelf of the page holds what a list by REST holds, all pages of it."""
    asked: dict[str, Any] = {"limit": 500, "count": True}
    if shelf in ("turn", "note", "summary"):
        asked["kind"] = shelf
    elif shelf != "all":
        asked[shelf] = True
    told = api.told("GET", "/memories", **asked)
    bank, found = engine.bank(MIKU), list[str]()
    choice = memory_search.Choice(shelf=shelf)
    for page in range(memory_search.page_of(bank, choice).pages):
        shown = memory_search.page_of(bank, replace(choice, page=page))
        found += [one.id for one in shown.memories]
    assert {one["id"] for one in told["memories"]} == set(found)
    assert told["total"] == len(found)


def filters_are_the_same(api: Api, engine: Engine, chat: str) -> None:
    """What the page chooses by, a list by REST is asked for, in either order."""
    bank = engine.bank(MIKU)
    titles = [one["id"] for one in api.told("GET", "/chats")["chats"]]
    assert titles == [id_ for _, id_ in memory_search.chats(bank)][1:]
    told = api.told("GET", "/speakers")["speakers"]
    known = [json.loads(value) for _, value in memory_search.speakers(bank)[1:]]
    assert [[one["role"], one["name"]] for one in told] == known
    whole = json.dumps(["user", "Anna"])
    for choice, asked in (
        (memory_search.Choice(chat=chat), {"chat": chat}),
        (memory_search.Choice(speaker=whole), {"role": "user", "name": "Anna"}),
        (memory_search.Choice(order="oldest"), {"order": "oldest"}),
        (memory_search.Choice(since="2001"), {"since": "2001-01-01T00:00:00Z"}),
        (memory_search.Choice(until="2001"), {"until": "2001-01-01T00:00:00Z"}),
        (memory_search.Choice(tag="food"), {"tag": "food"}),
    ):
        shown = memory_search.page_of(bank, choice)
        page = api.told("GET", "/memories", limit=15, count=True, **asked)
        assert [one["id"] for one in page["memories"]] == [
            one.id for one in shown.memories
        ]
        assert page["total"] == shown.total


def fields_are_the_same(api: Api, engine: Engine) -> None:
    """Whatever a row and its details are made of, REST tells, field by field."""
    bank = engine.bank(MIKU)
    for told in api.told("GET", "/memories", limit=500)["memories"]:
        memory = bank.memories.get(told["id"])
        known = {
            "id": memory.id,
            "kind": memory.kind,
            "content": memory.content,
            "name": memory.name,
            "role": memory.role,
            "happened_at": memory.happened_at and memory.happened_at.isoformat(),
            "created_at": memory.created_at.isoformat(),
            "sources": list(memory.sources),
            "chat": memory.chat,
            "pinned": memory.pinned,
            "edited": memory.edited,
            "hidden": memory.hidden,
            "deleted": memory.deleted,
            "tags": list(memory.tags),
            "etag": tag_of(memory),
        }
        assert told == told | known
        # Nothing that a memory has is left out.
        assert set(memory._fields) <= set(told)
    beside = api.told("GET", f"/memories/{memory.id}/around")["memories"]
    assert [one["id"] for one in beside] == [
        one.id for one in browsing.around(bank, memory, 2)
    ]


def many_at_once(api: Api, engine: Engine, by: Callable[..., Any]) -> None:
    """What is done to chosen memories, and taking it back."""
    bank = engine.bank(MIKU)
    known = [one["id"] for one in api.told("GET", "/memories", kind="turn")["memories"]]
    for change in ({"pinned": True}, {"hidden": True}, {"deleted": True}):
        body = {"ids": known[:3], **change}
        assert api.told("PATCH", "/memories", body) == {"changed": 3}
    assert all(bank.memories.get(one).deleted for one in known[:3])
    steps = api.told("GET", "/steps")["steps"]
    listed = bank.edit_history.newest()
    assert [(one["what"], one["count"]) for one in steps] == [
        (one.what, one.count) for one in listed
    ]
    for _ in range(3):
        api.told("POST", "/steps/undo")
    assert not any(bank.memories.get(one).pinned for one in known[:3])
    api.told("POST", "/steps/redo")
    api.told("POST", "/steps/undo")
    parts = {"parts": ["One.", "Two."]}
    made = by("split", lambda: api.told("POST", f"/memories/{known[0]}/split", parts))
    ids = [one["id"] for one in made["memories"]]
    api.told("POST", "/memories/merge", {"ids": ids, "content": "One and two."})
    seen = api.told("POST", "/memories/replace/preview", {"find": "One and"})
    assert [one["anew"] for one in seen["changes"]] == ["two."]
    api.told("POST", "/memories/replace", {"find": "One and", "seen": seen["seen"]})
    assert "two." in contents(api.told("GET", "/memories"))
    for _ in range(3):
        api.told("POST", "/steps/undo")
    assert not bank.memories.get(known[0]).deleted
