"""What was used last, as a client asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.types import (
    Block,
    Context,
    MemoryItem,
    MemoryKind,
    Query,
    Recalled,
    Scope,
    ScoreParts,
)
from long_term_memory.errors import NotFound
from long_term_memory.identity.owners import owner_of
from long_term_memory.server.app import create_app
from long_term_memory.server.last_request import (
    MOST_CHATS,
    LastUse,
    LastUses,
    as_json,
    note_of,
)

from .tavern import NODE, Tavern, a_memory
from .test_app import ask

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONG = "The bees of the old mill hum. " * 20


def a_context(note: str = "") -> Context:
    """Return what was used: a note and a long message."""
    pinned = MemoryItem(
        id="p", kind=MemoryKind.NOTE, content="It is spring.", created_at=NOON
    )
    said = MemoryItem(
        id="m",
        kind=MemoryKind.TURN,
        content=LONG,
        created_at=NOON,
        happened_at=NOON,
        name="Tester",
    )
    parts = ScoreParts({"lexical": 1.5}, distance=0.25)
    return Context(
        head=Block(
            text="[spring]",
            tokens=3,
            items=(Recalled(memory=pinned, score=0.0, parts=ScoreParts()),),
        ),
        recall=Block(
            text="[bees]",
            tokens=4,
            items=(Recalled(memory=said, score=2.0, parts=parts, chance=0.82),),
        ),
        kind="question",
        needed=0.9,
        note=note,
    )


def a_use(user: str = "default", character: str = "Sera", chat: str = "c") -> LastUse:
    return LastUse(
        at=NOON,
        scope=Scope(user=user, character=character),
        chat=chat,
        kind="normal",
        query=Query(text="Hi?"),
        left_out=2,
        context=a_context(),
    )


def test_the_server_tells_what_it_used_and_why(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        app = create_app(memory._engine, Settings())

        found = ask(app, "GET", "/api/ltm/last?chat=none")

        assert found.status_code == 404
        assert "since the server was started" in found.json()["error"]["message"]
        foreign = {"origin": "https://evil.example"}
        assert ask(app, "GET", "/api/ltm/last", headers=foreign).status_code == 403


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
def test_wrong_ids_are_told_to_the_client(tmp_path: Path, path: str) -> None:
    with a_memory(tmp_path) as memory:
        app = create_app(memory._engine, Settings())
        body = {
            "messages": [{"role": "user", "content": "Hi"}],
            "prompt": "Hi",
            "stream": True,
            "ltm": {"last_id": "soon"},
        }

        found = ask(app, "POST", path, json=body, headers=NODE)

        assert found.status_code == 400
        assert found.json()["error"]["param"] == "ltm.last_id"


def test_the_newest_use_of_what_is_named_is_found() -> None:
    uses = LastUses()
    for use in (
        a_use(chat="one"),
        a_use(chat="two", character="Bram"),
        a_use("alice", chat="three"),
    ):
        uses.keep(use)

    assert uses.of("default").chat == "two"
    assert uses.of("default", character="Sera").chat == "one"
    assert uses.of("default", chat="one").chat == "one"
    assert uses.of("Default\u200b", character="SERA\u200b").chat == "one"
    for wrong in ({"chat": "three"}, {"character": "Nobody"}):
        with pytest.raises(NotFound):
            uses.of("default", **wrong)


def test_only_the_newest_chats_are_kept() -> None:
    uses = LastUses()
    for number in range(MOST_CHATS + 1):
        uses.keep(a_use(chat=str(number)))

    assert uses.of("default", chat="1").chat == "1"
    with pytest.raises(NotFound):
        uses.of("default", chat="0")


def test_a_use_is_let_go_of_once_something_was_forgotten() -> None:
    rounds = {"now": ""}
    uses = LastUses(lambda scope: rounds["now"])
    uses.keep(a_use(chat="one"))
    assert [turn.scope for turn in uses.turns()] == [a_use().scope]

    rounds["now"] = "1"
    assert uses.turns() == []
    rounds["now"] = ""
    assert uses.turns() == []


def test_what_was_used_last_is_told_from_the_record_after_a_restart(
    tmp_path: Path,
) -> None:
    with a_memory(tmp_path) as memory:
        Tavern(memory).send("Hello there, I am looking for the old mill.")
        before = memory.last.of("default")
        assert before.chat

    with a_memory(tmp_path) as memory:
        after = memory.last.of("default", character="Seraphina")
        assert after.query.text == before.query.text
        assert (after.scope, after.name) == (before.scope, before.name)
        assert [turn.chat for turn in memory.last.turns()] == [before.name]
        with pytest.raises(NotFound):
            memory.last.of("default", chat="another")
        with pytest.raises(NotFound):
            memory.last.of("somebody else")


def test_without_a_record_what_was_used_last_is_gone_with_the_server(
    tmp_path: Path,
) -> None:
    with a_memory(tmp_path) as memory:
        settings = memory._engine.settings
        retention = replace(settings.retention, record_recalls=False)
        memory._engine.configure(replace(settings, retention=retention))
        Tavern(memory).send("Hello there.")
        assert memory.last.of("default").chat

    with a_memory(tmp_path) as memory, pytest.raises(NotFound):
        memory.last.of("default")


def test_a_use_is_told_with_signals() -> None:
    told = as_json(a_use())

    [item] = told["recall"]["memories"]
    assert (item["content"], item["score"]) == (LONG, 2.0)
    assert item["chance"] == 0.82
    assert not item["to_be_safe"]
    assert told["intent"] == "question"
    assert told["needed"] == 0.9
    assert item["signals"]["lexical"] == 1.5
    assert item["happened_at"] == "2026-11-21T12:00:00+00:00"
    assert told["head"]["memories"][0]["happened_at"] is None
    assert (told["type"], told["messages_left_out"]) == ("normal", 2)


def test_the_list_for_the_reasoning_field_is_short() -> None:
    head, pinned, said, note = note_of(a_context("Only words.")).split("\n")

    assert (head, pinned, note) == ("Memories used:", "- It is spring.", "Only words.")
    assert said.startswith("- 2026-11-21 Tester: The bees")
    assert said.endswith(" …")
    assert len(said) < 200
    assert note_of(Context(note="Only words.")) == "Only words."
    assert note_of(Context()) == ""


@pytest.mark.parametrize(
    ("key", "named", "owner"),
    [
        ("", "", "default"),
        ("", "alice", "alice"),
        ("default", "alice", "alice"),
        ("bob", "", "bob"),
        ("bob", "bob", "bob"),
        ("bob", "BOB\u200b", "bob"),
        ("bob", "alice", "bob alice"),
    ],
)
def test_a_key_says_whose_memory_it_is(
    tmp_path: Path, key: str, named: str, owner: str
) -> None:
    with a_memory(tmp_path) as memory:
        assert owner_of(key, named) == owner
        tavern = Tavern(memory, key=key, extra={"user": named} if named else {})
        tavern.send("Hello there.")

        assert memory.last.of(owner).scope.user == owner
