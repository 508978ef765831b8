"""All that the page's Memories, Summaries and Why show is done by REST alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from long_term_memory.core.types import Scope
from long_term_memory.editor import memory_actions, memory_search
from long_term_memory.editor.tabs import summaries
from long_term_memory.engine.engine import Engine

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

    # What is shown of each, and what each of its buttons does.
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
    by("unpin", lambda: api.told("PATCH", where, {"pinned": False}, etag="*"))
    assert bank.memories.pinned() == []

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
    elif shelf not in ("all", "edited"):
        asked[shelf] = True
    told = api.told("GET", "/memories", **asked)
    if shelf == "edited":  # Each memory tells it of itself.
        told["memories"] = [one for one in told["memories"] if one["edited"]]
        told["total"] = len(told["memories"])
    bank, found = engine.bank(MIKU), list[str]()
    choice = memory_search.Choice(shelf=shelf)
    for page in range(memory_search.page_of(bank, choice).pages):
        shown = memory_search.page_of(bank, replace(choice, page=page))
        found += [one.id for one in shown.memories]
    assert {one["id"] for one in told["memories"]} == set(found)
    assert told["total"] == len(found)
