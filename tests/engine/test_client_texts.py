"""Forgetting reaches what clients keep beside the memories."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.forgetting.planner import ForgetPlan
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import CollectionEntry
from long_term_memory.core.types import Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.deciding import decide, read_snapshot

from .builders import a_chat
from .conftest import MIKU, Clock

LINES = (
    "Hello, what is on your mind today?",
    "> I hid the heliotrope under the seventh stair.",
    "Yes.",
    "> And what of the garden behind the mill?",
    "Yes.",
)
SECRET = "I hid the heliotrope under the seventh stair."
NAME = "Miku - 2026-11-21@00h32m43s282ms"


def piece(
    number: int, index: int, name: str, text: str, **more: Any
) -> CollectionEntry:
    is_user = name == "Me"
    meta = {"name": name, "is_user": is_user, "mes": text, "index": index, **more}
    role = "user" if is_user else "assistant"
    return CollectionEntry(f"msg-{number}", role, number, json.dumps(meta), text)


def pieces(*lines: str, character: str = "Miku", **more: Any) -> list[CollectionEntry]:
    """Cut a chat into one piece a message; "> " marks the user's."""
    return [
        piece(
            n, n, "Me" if one.startswith("> ") else character, one.lstrip("> "), **more
        )
        for n, one in enumerate(lines)
    ]


def plain(content: str, number: int = 0) -> CollectionEntry:
    return CollectionEntry(f"id-{number}", "user", 0, "", content)


def texts(engine: Engine, name: str, user: str = MIKU.user) -> list[str]:
    return [one.content for one in engine.collections.entries(user, name) or ()]


def add(
    engine: Engine, name: str, entries: list[CollectionEntry], user: str = MIKU.user
) -> None:
    engine.collections.add(user, name, entries)


def forget(engine: Engine, **target: Any) -> ForgetPlan:
    return engine.forgetting(MIKU).forget(ForgetTarget(**target))


def id_of(bank: Bank, text: str) -> str:
    return next(one.id for one in bank.memories.list() if one.content == text)


def held(folder: Path, word: str) -> list[str]:
    return [
        one.name
        for one in folder.rglob("*")
        if one.is_file() and word.encode() in one.read_bytes()
    ]


def test_a_message_goes_whole_wherever_its_pieces_lie(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", *LINES)
    cut = [
        piece(0, 0, "Miku", LINES[0]),
        piece(1, 1, "Me", "I hid the heliotrope"),
        piece(2, 1, "Me", "under the seventh stair."),
        piece(3, 2, "Miku", "Yes."),
    ]
    add(engine, NAME, cut)
    add(engine, "notes", [plain(f"Note: {SECRET}"), plain("heliotrope under the", 1)])
    add(engine, "others", [plain("I hid the", 0), plain("A garden.", 1)])

    plan = forget(engine, memories=(id_of(bank, SECRET),))

    assert plan.client_texts == 4
    assert texts(engine, NAME) == [LINES[0], "Yes."]
    assert texts(engine, "notes") == []
    assert texts(engine, "others") == ["I hid the", "A garden."]
    engine.close()
    assert held(tmp_path / "data", "heliotrope") == []


def test_a_reply_that_was_swiped_away_leaves_only_its_place(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", "> Tell me.", SECRET)
    a_chat(bank, "one", "> Tell me.", "There is nothing under any stair.")
    told = pieces(
        "> Tell me.",
        "There is nothing under any stair.",
        swipes=[SECRET, "There is nothing under any stair."],
        swipe_id=1,
    )
    add(engine, NAME, told)
    off_path = [
        one.id
        for one in bank.state.store.messages.get(range(1, 9)).values()
        if one.content == SECRET
    ]

    forget(engine, memories=tuple(off_path))

    assert texts(engine, NAME) == [one.content for one in told]
    [_, left] = engine.collections.entries(MIKU.user, NAME) or []
    assert json.loads(left.meta)["swipes"] == ["", told[1].content]
    engine.close()
    assert held(tmp_path / "data", "heliotrope") == []


def test_a_short_text_goes_only_where_it_was_named(engine: Engine, bank: Bank) -> None:
    chat = a_chat(bank, "one", *LINES)
    add(engine, NAME, pieces(*LINES))
    first_yes = chat.path()[2].message.id

    forget(engine, memories=(first_yes,))

    left = [LINES[0], SECRET, LINES[3].removeprefix("> "), "Yes."]
    assert texts(engine, NAME) == left


def test_what_quotes_it_and_stays_in_the_memory_stays_here(
    engine: Engine, bank: Bank
) -> None:
    """A gap in the client's chat would take the message off the memory's."""
    quoting = f"You said: {SECRET} I shall never tell."
    a_chat(bank, "one", *LINES[:2], quoting)
    add(engine, NAME, pieces(*LINES[:2], quoting))

    forget(engine, memories=(id_of(bank, SECRET),))

    assert texts(engine, NAME) == [LINES[0], quoting]


def test_a_chat_goes_with_its_collection(engine: Engine, bank: Bank) -> None:
    a_chat(bank, NAME, *LINES)
    add(engine, NAME, [*pieces(*LINES), plain("What nobody else knows.", 7)])
    add(engine, "other", [plain("What stays.")])
    [chat] = [one.id for one in bank.chats()]

    forget(engine, chats=(chat,))

    assert engine.collections.entries(MIKU.user, NAME) is None
    assert texts(engine, "other") == ["What stays."]


def test_a_character_goes_with_the_collections_it_speaks_in(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", *LINES)
    add(engine, NAME, pieces("Never observed: heliotrope.", "> Nor this."))
    add(engine, "group", [*pieces("Heliotrope."), piece(9, 9, "Ben", "Heliotrope!")])
    add(engine, "Ben - 2026-11-21", pieces("I am Ben.", character="Ben"))
    add(engine, "nobody's", [plain("Of whom?")])

    forget(engine, everything=True)

    assert engine.collections.entries(MIKU.user, NAME) is None
    assert engine.collections.entries(MIKU.user, "group") is None
    assert texts(engine, "Ben - 2026-11-21") == ["I am Ben."]
    assert engine.client_texts.unowned([MIKU.user]) == ["nobody's"]
    engine.close()
    assert held(tmp_path / "data", "eliotrope") == []


def test_a_span_takes_what_was_said_in_it(engine: Engine, bank: Bank) -> None:
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    told = [
        piece(n, n, "Miku", f"Of day {n}, unknown to the memory.")._replace(
            date=1000 * one.timestamp()
        )
        for n, one in enumerate(at)
    ]
    a_chat(bank, "one", *LINES)
    add(engine, NAME, told)
    add(engine, "nobody's", [plain("Kept just now.")])
    add(engine, "Ben - 2026-11-21", pieces("I am Ben.", character="Ben"))

    forget(engine, since=at[1], until=at[2])
    assert texts(engine, NAME) == [told[0].content, told[2].content]
    forget(engine, since=at[2])

    assert texts(engine, NAME) == [told[0].content]
    assert texts(engine, "nobody's") == []
    assert texts(engine, "Ben - 2026-11-21") == ["I am Ben."]


@pytest.mark.parametrize("name", [NAME, "a name that tells nothing"])
def test_what_was_forgotten_is_not_taken_in_again(
    engine: Engine, bank: Bank, tmp_path: Path, name: str
) -> None:
    chat = a_chat(bank, "one", *LINES)
    forget(engine, memories=(id_of(bank, SECRET), chat.path()[2].message.id))
    cut = [
        piece(0, 0, "Miku", LINES[0]),
        piece(1, 1, "Me", "I hid the heliotrope"),
        piece(2, 1, "Me", "under the seventh stair."),
        piece(3, 2, "Miku", "Yes."),
        piece(4, 3, "Me", "And what of the garden behind the mill?", swipes=[SECRET]),
        piece(5, 4, "Miku", "Yes."),
    ]

    engine.collections.add(MIKU.user, name, cut)
    engine.collections.add(MIKU.user, name, [plain(SECRET, 9)])

    assert texts(engine, name) == [LINES[0], cut[4].content, "Yes."]
    engine.close()
    assert held(tmp_path / "data", "heliotrope") == []


def test_who_is_told_apart_by_a_key_is_reached_and_nobody_else(engine: Engine) -> None:
    anna = Scope(user="key anna", character="Miku")
    a_chat(engine.bank(anna), "one", *LINES)
    for user in ("key anna", "key", "default", "another"):
        add(engine, "x", [plain(SECRET)], user)

    engine.forgetting(anna).forget(ForgetTarget(everything=True))

    left = [
        user
        for user in ("key anna", "key", "default", "another")
        if texts(engine, "x", user)
    ]
    assert left == ["another"]


def test_a_stopped_removal_is_finished_when_a_memory_is_opened(
    engine: Engine, bank: Bank, tmp_path: Path, clock: Clock
) -> None:
    del clock
    a_chat(bank, "one", *LINES)
    add(engine, NAME, pieces(*LINES))
    file = tmp_path / "data" / "collections.sqlite3-wal"
    leaving = engine.client_texts
    # As a process does that is killed before it removes traces.
    leaving._store.change(lambda held: dict.fromkeys(one.id for one in held.entries))
    assert file.stat().st_size

    assert engine.forgetting(MIKU).finish()

    assert not engine.forgetting(MIKU).finish()
    assert b"heliotrope" not in file.read_bytes()
    assert b"heliotrope" not in file.with_name("collections.sqlite3").read_bytes()


def test_what_came_while_the_bank_did_not_know_yet_goes_too(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    """Another program stores it between the first sweep and the bank's own."""
    a_chat(bank, "one", *LINES)
    add(engine, NAME, pieces(*LINES))
    target = ForgetTarget(memories=(id_of(bank, SECRET),))
    snapshot = read_snapshot(bank.state.store)
    decision = decide(snapshot, target, bank.state.chats.forgotten)
    elsewhere = engine.client_texts.of(MIKU)
    assert elsewhere.forget(snapshot, decision, []) == 1
    add(engine, NAME, pieces(*LINES))

    elsewhere.again()
    elsewhere.finish()

    assert SECRET not in texts(engine, NAME)
    files = (tmp_path / "data").glob("collections*")
    assert all(b"heliotrope" not in one.read_bytes() for one in files)


def test_a_memory_that_cannot_be_read_does_not_keep_clients_out(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", *LINES)
    engine.close()
    [file] = (tmp_path / "data").rglob("memory.sqlite3")
    file.write_bytes(b"no database" * 500)

    add(engine, NAME, pieces(*LINES))

    assert len(texts(engine, NAME)) == len(LINES)
