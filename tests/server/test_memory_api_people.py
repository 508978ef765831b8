"""No call of the memory API leads from one person's key to another one's memory."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import ServerSettings, Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.identity.auth import KEY_FILE
from long_term_memory.server.app import create_app
from long_term_memory.server.openapi import describe
from long_term_memory.testing import HashEmbedder

from .api_client import PREFIX, Api

KEYS = {name: f"{name}-0123456789abcdef" for name in ("anna", "ben")}
# More by hand: LTM_EXAMPLES=5000.
CALLS = int(os.environ.get("LTM_EXAMPLES", "700"))
Random = random.Random


@dataclass
class Person:
    """One who has a key, what only he knows, and ids of his."""

    name: str
    api: Api
    word: str
    ids: dict[str, list[str]] = field(default_factory=dict)

    def all_ids(self) -> set[str]:
        return {one for ids in self.ids.values() for one in ids}


@pytest.fixture
def people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Person, Person, dict[str, Any]]]:
    """Two people on one server, and the description of its interface."""
    monkeypatch.delenv("LTM_API_KEY", raising=False)
    lines = [f"{name}: {key}" for name, key in KEYS.items()]
    (tmp_path / KEY_FILE).write_text("\n".join(lines), encoding="utf-8")
    server = ServerSettings(secure=True, data_dir=str(tmp_path))
    chosen = replace(Settings(), server=server)
    engine = build_engine(chosen, tmp_path, load=HashEmbedder)
    app = create_app(engine, chosen)
    found = [Person(name, Api(app, key=key), f"qz{name}") for name, key in KEYS.items()]
    for one in found:
        live(one)
        settle(one, engine)
    yield found[0], found[1], describe(app)["paths"]
    for one in found:
        one.api.close()
    engine.close()


def settle(one: Person, engine: Engine) -> None:
    """Wait until facts are known, and learn what they and what is due are called."""
    assert engine.bank(Scope(user=one.name, character="Miku")).settle(30)
    for kind, path in (("fact_id", "/facts"), ("due_id", "/due")):
        told = one.api.told("GET", path)
        listed = next(value for value in told.values() if isinstance(value, list))
        one.ids[kind] = [entry["id"] for entry in listed] or ["unknown"]


def live(one: Person) -> None:
    """Have somebody remember something: in chats of the same names, in other words."""
    api = one.api
    for number in range(3):
        shown = [
            {"role": "user", "content": f"My {one.word} lantern {number} is in Oslo."},
            {"role": "assistant", "content": f"The {one.word} lantern, how lovely!"},
            {"role": "user", "content": f"My sister Q{one.word} is allergic to nuts."},
        ]
        body = {"chat": f"chat {number}", "messages": shown}
        told = api.told("POST", "/observe", body)
        one.ids.setdefault("chat_id", []).append(told["chat"]["id"])
    api.note(f"The {one.word} key is hidden.", pinned=True)
    page = api.told("GET", "/memories", limit=500)["memories"]
    one.ids["memory_id"] = [memory["id"] for memory in page]
    story = api.told("POST", "/storylines", {"name": f"The {one.word} winter"})
    one.ids["story_id"] = [story["id"]]
    text = {"chat": "chat 0", "text": "Where is the lantern?"}
    api.told("POST", "/compose", text)
    taken = api.told("DELETE", f"/chats/{one.ids['chat_id'].pop()}")
    one.ids["batch"] = [taken["undo"]]


Body = Callable[[Random, Person, str, str], Any]


def window(chance: Random, who: Person, chat: str) -> dict[str, Any]:
    said = f"A {who.word} line, number {chance.randrange(1_000)}."
    return {"chat": chat, "messages": [{"role": "user", "content": said}]}


# What is sent to each call that takes a body: ids and names are anybody's.
BODIES: dict[str, Body] = {
    "POST /observe": lambda r, me, _, chat: window(r, me, chat),
    "POST /compose": lambda r, me, _, chat: {"chat": chat, "text": "The lantern?"},
    "POST /turns": lambda r, me, _, chat: {
        "window": window(r, me, chat),
        "prompt": {"text": "The lantern?"},
    },
    "POST /recall": lambda r, me, id_, chat: {
        **{"chat": chat, "text": "Where is the lantern?", "gated": False},
        **{"recalls_from": "all", "visible": [id_]},
    },
    "POST /search": lambda r, me, id_, _: {
        **{"text": r.choice(["lantern", "qz"]), "threshold": 0},
        **({"chats": [id_]} if r.random() < 0.3 else {}),
    },
    "POST /explain": lambda r, me, _, chat: {"chat": chat, "text": "The lantern?"},
    "POST /memories": lambda r, me, id_, _: {
        **{"content": f"A {me.word} note.", "client_id": id_},
    },
    "POST /memories/batch": lambda r, me, id_, _: {
        "operations": [
            {"op": r.choice(["edit", "delete", "restore"]), "id": id_, "if_match": "*"}
            | {"content": f"A {me.word} change."}
        ]
    },
    "PATCH /memories/{memory_id}": lambda r, me, *_: {"content": f"{me.word} again."},
    "PATCH /memories": lambda r, me, id_, _: {"ids": [id_], "add_tags": [me.word]},
    "POST /memories/merge": lambda r, me, id_, _: {
        "ids": [id_, r.choice(me.ids["memory_id"])],
        "content": f"A {me.word} whole.",
    },
    "POST /memories/{memory_id}/split": lambda r, me, *_: {
        "parts": [f"{me.word} one.", f"{me.word} two."]
    },
    "POST /memories/replace/preview": lambda r, me, *_: {"find": r.choice(["qz", "a"])},
    "POST /memories/replace": lambda r, me, *_: {
        **{"find": r.choice(["lantern", "qz"]), "put": f"{me.word} thing"},
    },
    "POST /facts/merge": lambda r, me, *_: {
        **{
            "into": r.choice(me.ids["fact_id"]),
            "others": [r.choice(me.ids["fact_id"])],
        },
        **{"content": f"A {me.word} fact."},
    },
    "PATCH /facts/{fact_id}": lambda r, me, *_: {"content": f"A {me.word} fact."},
    "PATCH /due/{due_id}": lambda *_: {"off": True},
    "POST /summaries/make": lambda r, me, id_, _: {"chat": id_},
    "POST /summaries/preview": lambda r, me, id_, _: {"chat": id_},
    "PATCH /chats/{chat_id}": lambda r, me, _, chat: {
        "name": f"{me.word} {r.random()}"
    },
    "POST /forget": lambda r, me, id_, _: {"memories": [id_], "everywhere": True},
    "POST /forget/preview": lambda r, me, *_: {"everything": True, "everywhere": True},
    "PUT /policy": lambda r, me, *_: {"recalls_from": "all"},
    "PUT /chats/{chat_id}/policy": lambda r, me, *_: {"recalls_from": "all"},
    "POST /storylines": lambda r, me, *_: {"name": f"{me.word} {r.random()}"},
    "PATCH /storylines/{story_id}": lambda r, me, *_: {
        "name": f"{me.word} {r.random()}"
    },
}


def test_no_call_of_one_person_reaches_the_other(
    people: tuple[Person, Person, dict[str, Any]],
) -> None:
    anna, ben, paths = people
    calls = [
        (method.upper(), path.removeprefix(PREFIX))
        for path, operations in paths.items()
        if path.startswith(PREFIX)
        for method in operations
    ]
    with_body = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, operations in paths.items()
        if path.startswith(PREFIX)
        for method, told in operations.items()
        if "requestBody" in told
    }
    assert with_body == set(BODIES)
    chance, went_well = Random(7), Counter[str]()
    before = {one.name: everything(one) for one in (anna, ben)}
    for me, other in ((anna, ben), (ben, anna)):
        for at in range(CALLS // 2):
            method, path = calls[at % len(calls)]
            call(chance, me, other, method, path, went_well)
        if me is anna:
            assert everything(ben) == before["ben"]
            after = everything(anna)
    assert everything(anna) == after
    # Else nobody would know whether anything was ever asked that has an answer.
    assert len(went_well) > 0.75 * len(calls), set(map(" ".join, calls)) - {*went_well}


def call(
    chance: Random,
    me: Person,
    other: Person,
    method: str,
    path: str,
    went_well: Counter[str],
) -> None:
    """Make a call with ids and names of anybody's, and look at what is told."""
    name = f"{method} {path}"
    whose = me if chance.random() < 0.6 else other
    used = []
    for slot, ids in whose.ids.items():
        if f"{{{slot}}}" in path:
            used.append(chance.choice(ids))
            path = path.replace(f"{{{slot}}}", used[-1])
    kinds = "chat_id" if "summaries" in name else "memory_id"
    used.append(chance.choice(whose.ids[kinds]))
    chat = f"chat {chance.randrange(3)}"
    body = BODIES[name](chance, me, used[-1], chat) if name in BODIES else None
    query: dict[str, Any] = {}
    if chance.random() < 0.4:
        query["user"] = chance.choice(["anna", "ben", "default", "BEN\u200b", "anna "])
    if method == "GET" and "{" not in name and chance.random() < 0.5:
        query["chat"] = chance.choice([chat, used[-1]])
    told = me.api.ask(method, path, body, etag="*", **query)
    assert told.status_code < 500, (name, told.text)
    if told.is_success:
        went_well[name] += 1
    assert other.word not in told.text, (name, query, told.text)
    leaked = {one for one in other.all_ids() if one in told.text} - set(used)
    assert not leaked, (name, query, told.text)


def everything(one: Person) -> dict[str, Any]:
    """Return all that somebody's memory tells, but for when it was looked at."""
    api = one.api
    asked = ("/memories", "/chats", "/policy", "/storylines", "/undo", "/recalls")
    found = {path: api.told("GET", path) for path in asked}
    found["deleted"] = api.told("GET", "/memories", deleted=True)
    found["usage"] = api.told("GET", "/usage")
    return found
