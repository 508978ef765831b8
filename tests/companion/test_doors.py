"""No call and no event of one user tells or changes what is another's."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import socketio
from starlette.testclient import TestClient

from long_term_memory.companion.records import CharacterProfile
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.server.openapi import describe
from tests.server.upstreams import PATIENT

from .grounds import an_engine
from .live import ANNA, ANNAS, ME, MINE, a_plain, a_world, an_io

# More by hand: LTM_EXAMPLES=3000.
CALLS = int(os.environ.get("LTM_EXAMPLES", "260"))
PREFIX = "/api/v1"
KEYS = {name: f"{name}-0123456789abcdef" for name in ("default", "anna", "ben")}
PNG = b"\x89PNG\r\n\x1a\n"
Random = random.Random


@dataclass
class Person:
    """One who has a key, a word that only he knows, and ids of his."""

    name: str
    http: TestClient
    ids: dict[str, list[str]] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return f"qz{self.name}"

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        headers = {"authorization": f"Bearer {KEYS[self.name]}"}
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.http.request(
            method, f"{PREFIX}{path}", headers=headers, params=query, **sent
        )

    def told(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        found = self.ask(method, path, body, **query)
        assert found.is_success, (method, path, found.text)
        return found.json()

    def lives(self) -> None:
        """Make all that a user can have, in words that are his alone."""
        for number in range(3):
            profile = {"name": f"Miku {number}", "greeting": f"Hello, {self.word}."}
            character = self.told("POST", "/characters", profile)["id"]
            begun = self.told("POST", "/conversations", {"characterId": character})
            of_it = f"/conversations/{begun['id']}/messages"
            for line in ("lantern is blue", "cat is called Miso"):
                body = {"content": f"My {self.word} {line}."}
                self.ids.setdefault("message_id", []).append(
                    self.told("POST", of_it, body)["id"]
                )
            greeting = self.told("GET", of_it)["messages"][0]["id"]
            note = self.told(
                "POST",
                f"/characters/{character}/memory/{self.name}",
                {"content": f"Likes {self.word}."},
            )
            self.ids["message_id"].append(greeting)
            self.ids.setdefault("character_id", []).append(character)
            self.ids.setdefault("conversation_id", []).append(begun["id"])
            self.ids.setdefault("memory_id", []).append(note["id"])
        self.ids["user_id"] = [self.name]

    def everything(self) -> str:
        """Return all that is told of what is his."""
        found = [
            self.told("GET", "/characters"),
            self.told("GET", "/search", q="lantern"),
        ]
        for status in ("active", "archived", "deleted"):
            listed = self.told("GET", "/conversations", status=status)
            found.append(listed)
            if status != "deleted":
                found += [
                    self.told("GET", f"/conversations/{one['id']}/messages")
                    for one in listed["conversations"]
                ]
        for one in found[0]["characters"]:
            known = f"/characters/{one['id']}/memory/{self.name}"
            found.append(self.told("GET", known))
        return json.dumps(found)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The memories of three users."""
    lines = [f"{name}: {key}" for name, key in KEYS.items() if name != ME]
    (tmp_path / "api_key.txt").write_text("\n".join([KEYS[ME], *lines]))
    made = an_engine(tmp_path, secure=True, data_dir=str(tmp_path))
    yield made
    made.close()


@pytest.fixture
def http(engine: Engine) -> Iterator[TestClient]:
    """A server of theirs, whose model cannot be reached."""
    app = create_app(engine, engine.settings)
    with TestClient(app, base_url="http://127.0.0.1:5100") as client:
        yield client


def settled(engine: Engine) -> None:
    """Wait until nothing is derived any more, which changes what is told."""
    for scope in engine.scopes():
        assert engine.bank(scope).settle(PATIENT)


Body = Callable[[Random, Person, dict[str, str]], Any]

# What is sent to each call that takes a body; ids are anybody's.
BODIES: dict[str, Body] = {
    "POST /characters": lambda r, me, _: {"name": f"{me.word} {r.random()}"},
    "POST /characters/import": lambda r, me, _: json.dumps(
        {"name": f"{me.word} {r.random()}", "description": me.word}
    ).encode(),
    "PUT /characters/{character_id}": lambda *_: {"age": "9"},
    "PUT /characters/{character_id}/avatar": lambda *_: PNG + b"rest",
    "POST /conversations": lambda _, __, ids: {"characterId": ids["character_id"]},
    "POST /conversations/bulk": lambda r, _, ids: {
        "ids": [ids["conversation_id"]],
        "action": r.choice(["archive", "activate", "delete", "forget", "read"]),
    },
    "PUT /conversations/{conversation_id}": lambda r, me, _: {
        **{"title": me.word, "status": r.choice(["active", "archived"])},
        "metadata": {"mood": me.word},
    },
    "POST /conversations/{conversation_id}/messages": lambda r, me, _: {
        **{"content": f"{me.word} {r.random()}", "clientId": f"c{r.randrange(3)}"},
    },
    "PUT /conversations/{conversation_id}/messages/read": lambda _, __, ids: {
        "upTo": ids["message_id"]
    },
    "PUT /messages/{message_id}": lambda r, me, _: {
        "content": f"{me.word} again {r.random()}"
    },
    "PUT /messages/{message_id}/swipe": lambda *_: {"swipe": 0},
    "PUT /conversations/{conversation_id}/mode": lambda *_: {"mode": "study"},
    "POST /conversations/{conversation_id}/vision": lambda _, me, __: {
        "vision": f"A {me.word} boat."
    },
    "POST /characters/{character_id}/memory/{user_id}": lambda _, me, __: {
        "content": f"{me.word} note"
    },
}
QUERIES: dict[str, Body] = {
    "GET /conversations": lambda r, _, ids: {
        **({"character": ids["character_id"]} if r.random() < 0.5 else {}),
        "status": r.choice(["active", "archived", "deleted"]),
    },
    "GET /conversations/{conversation_id}/messages": lambda r, _, ids: {
        r.choice(["before", "after"]): ids["message_id"]
    },
    "GET /search": lambda r, _, ids: {
        "q": r.choice(["lantern", "qz", "Miso"]),
        **({"character": ids["character_id"]} if r.random() < 0.5 else {}),
    },
    "DELETE /conversations/{conversation_id}": lambda r, *_: {
        "forget": r.choice(["true", "false"])
    },
}


def test_no_call_of_one_user_reaches_another(http: TestClient, engine: Engine) -> None:
    people = [Person(name, http) for name in KEYS]
    for one in people:
        one.lives()
    paths = describe(http.app)["paths"]  # type: ignore[arg-type]
    calls = [
        (method.upper(), path.removeprefix(PREFIX))
        for path, operations in paths.items()
        if path.startswith(f"{PREFIX}/")
        for method in operations
    ]
    with_body = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, operations in paths.items()
        if path.startswith(f"{PREFIX}/")
        for method, told in operations.items()
        if "requestBody" in told
    }
    assert with_body <= set(BODIES)
    for method, path in calls:
        found = http.request(method, f"{PREFIX}{path}")
        assert found.status_code == 401, (method, path, found.text)
    chance, went_well = Random(7), Counter[str]()
    settled(engine)
    before = {one.name: one.everything() for one in people}
    for me in people:
        others = [one for one in people if one is not me]
        for at in range(CALLS // 3):
            method, path = calls[at % len(calls)]
            call(chance, me, others, method, path, went_well)
        settled(engine)
        before[me.name] = me.everything()
        for other in others:
            assert other.everything() == before[other.name]
    missed = set(map(" ".join, calls)) - {*went_well}
    # There is no model, so nothing is to be swiped or written again but greetings.
    assert len(missed) < 0.3 * len(calls), missed


def call(
    chance: Random,
    me: Person,
    others: list[Person],
    method: str,
    path: str,
    went_well: Counter[str],
) -> None:
    """Make a call with anybody's ids, and look at what is told."""
    name = f"{method} {path}"
    whose = [me if chance.random() < 0.7 else chance.choice(others) for _ in "ab"]
    ids = {
        slot: chance.choice(chance.choice(whose).ids[slot])
        for slot in ("character_id", "conversation_id", "message_id", "memory_id")
    }
    ids["user_id"] = whose[0].name
    for slot, used in ids.items():
        path = path.replace(f"{{{slot}}}", used)
    body = BODIES[name](chance, me, ids) if name in BODIES else None
    query = QUERIES[name](chance, me, ids) if name in QUERIES else {}
    told = me.ask(method, path, body, **query)
    assert told.status_code < 500, (name, told.text)
    if told.is_success:
        went_well[name] += 1
    for other in others:
        assert other.word not in told.text, (name, query, told.text)
        theirs = {one for some in other.ids.values() for one in some}
        leaked = {one for one in theirs if one in told.text} - set(ids.values())
        assert not leaked - {other.name}, (name, query, told.text)


def test_no_event_of_one_user_reaches_another(tmp_path: Path) -> None:
    with ExitStack() as ending:
        world = ending.enter_context(a_world(tmp_path, keys=True))
        profile = CharacterProfile(name="Maren", greeting="Hello, qzmine.")
        character = world.platform.characters.create(ME, profile)
        mine = world.platform.messages.begin(ME, character.id)
        world.conversation(ANNA)
        before = world.said(mine)

        async def go() -> None:
            async with (
                an_io(world.url, ANNAS) as anna,
                an_io(world.url, MINE) as me,
                a_plain(world.url, f"?token={ANNAS}") as plain,
            ):
                await me.call("conversation:join", conversationId=mine.id)
                for name in (
                    *("conversation:join", "conversation:leave", "message:send"),
                    *("message:stop", "typing:start", "typing:stop"),
                ):
                    for more in ({}, {"lastMessageId": "msg_x"}):
                        told = {"conversationId": mine.id, **more}
                        if name == "message:send":
                            told = {"conversationId": mine.id, "content": "qzanna"}
                        found = await anna.call(name, **told)
                        assert "qzmine" not in json.dumps(found)
                for mode in ("/mode study", "/stop"):
                    sent = {"conversationId": mine.id, "content": mode}
                    assert not (await anna.call("message:send", **sent))["ok"]
                    await plain.say(message=mode)
                more = {"conversationId": mine.id, "content": "More qzmine."}
                assert (await me.call("message:send", **more))["ok"]
                await me.until_done()
                assert "qzmine" not in json.dumps(anna.heard)
                assert "qzanna" not in json.dumps(me.heard)
                refused = f"?token={ANNAS}&character={character.id}"
                async with a_plain(world.url, refused) as other:
                    assert (await other.closed())[0] == 1008
                async with a_plain(world.url) as nobody:
                    assert (await nobody.closed())[0] == 1008
                with pytest.raises(socketio.exceptions.ConnectionError):
                    async with an_io(world.url, "none-0123456789abcdef"):
                        raise AssertionError

        asyncio.run(go())
        assert world.said(mine) == [
            *before,
            ("user", "More qzmine."),
            ("character", "Hello there."),
        ]
        assert world.platform.conversations.open(ME, mine.id).mode == "default"
