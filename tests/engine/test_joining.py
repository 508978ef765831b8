"""One name is one memory, and memories that were two become one without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import MemoryKind, Query, Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.joining import held, join_twins
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder
from long_term_memory.testing import HashEmbedder, ScriptedLLM

NFC = Scope(user="default", character="Zoë")
NFD = Scope(user="default", character="Zoe\u0308")
SMALL = Scope(user="DEFAULT", character="zoë ")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = build_engine(Settings(), tmp_path, load=HashEmbedder)
    yield made
    made.close()


def tell(engine: Engine, scope: Scope, chat: str, *texts: str) -> None:
    """Have the user say things, each answered."""
    messages = [
        WindowMessage(role=role, content=content)  # type: ignore[arg-type]
        for text in texts
        for role, content in (("user", text), ("assistant", f"Oh: {text}"))
    ]
    window = Window(messages=tuple(messages), complete=True)
    engine.bank(scope).chat(chat, host="test").observe(window)


def make_twins(engine: Engine, *scopes: Scope) -> None:
    """Make banks as versions did that held each spelling for a name of its own."""
    for scope in scopes:
        open_bank(make_bank_folder(engine.data_dir, scope)).close()
    engine._spelled.clear()


def live(engine: Engine, scope: Scope) -> set[str]:
    return {
        one.content
        for one in engine.bank(scope).memories.list()
        if one.kind is MemoryKind.TURN
    }


def test_however_a_name_is_written_its_bank_is_one(engine: Engine) -> None:
    tell(engine, NFC, "one", "I keep bees.")

    assert engine.bank(NFD) is engine.bank(NFC)
    assert engine.bank(SMALL) is engine.bank(NFC)
    assert engine.opened(SMALL) is engine.bank(NFC)
    assert engine.scopes() == [NFC]
    assert engine.bank(SMALL).scope == NFC


def test_a_new_character_of_a_known_user_is_his(engine: Engine) -> None:
    engine.bank(NFC)

    engine.bank(Scope(user="Default", character="Miku"))

    assert {scope.user for scope in engine.scopes()} == {"default"}


def test_a_name_is_found_again_after_a_restart(tmp_path: Path) -> None:
    for scope in (NFC, NFD, SMALL):
        engine = build_engine(Settings(), tmp_path, load=HashEmbedder)
        tell(engine, scope, "one", "I keep bees.")
        assert engine.scopes() == [NFC]
        engine.close()


def test_twins_of_before_are_joined_without_loss(engine: Engine) -> None:
    make_twins(engine, NFC, NFD, SMALL)
    tell(engine, NFC, "one", "I keep bees.", "I sail.", "I paint.")
    tell(engine, NFD, "two", "I bake bread.", "I ride.")
    tell(engine, SMALL, "one", "I dig wells.")
    for scope in (NFD, SMALL):
        engine.bank(scope).memories.add(f"A note of {scope.character}", pinned=True)
    [bread] = [
        one
        for one in engine.bank(NFD).memories.list()
        if one.content == "I bake bread."
    ]
    engine.bank(NFD).memories.update(bread.id, content="I bake cakes.")
    said = live(engine, NFC) | live(engine, NFD) | live(engine, SMALL)
    numbers = [held(engine.bank(scope)) for scope in (NFC, NFD, SMALL)]

    found = list(join_twins(engine))

    assert [one.level for one in found] == [Level.NOTE] * 2
    assert engine.scopes() == [NFC]
    assert live(engine, NFC) == said
    now = held(engine.bank(NFC))
    assert now.chats == sum(one.chats for one in numbers)
    assert now.messages == sum(one.messages for one in numbers)
    assert now.notes == sum(one.notes for one in numbers)
    assert "1 chats, 6 messages, 0 by hand" in found[0].words
    pinned = {one.content for one in engine.bank(NFD).memories.pinned()}
    assert pinned == {"A note of Zoe\u0308", "A note of zoë"}
    assert engine.bank(NFC).settle(20)
    recalled = (
        engine.bank(NFC)
        .chat("three", host="test")
        .recall(Query(text="Do I bake cakes?", gated=False))
    )
    assert "I bake cakes." in str(recalled)
    assert list(join_twins(engine)) == []


def test_facts_that_a_model_drew_are_joined_as_well(engine: Engine) -> None:
    make_twins(engine, NFC, NFD)
    tell(engine, NFC, "one", *(f"I sail boat {number}." for number in range(9)))
    harp = "The harp in our hall came down from grandmother Ilse."
    tell(engine, NFD, "two", harp, "I bake.", "I ride.", "I paint.")
    fact = {"text": "Ilse had a harp.", "about": "Ilse", "source": 1}
    drawn = json.dumps({"facts": [fact | {"category": "possession"}]})
    assert engine.bank(NFD).knowledge.by_model.write(ScriptedLLM(drawn))
    assert engine.bank(NFD).knowledge.by_model.status().kept == 1

    list(join_twins(engine))

    assert engine.scopes() == [NFC]
    status = engine.bank(NFC).knowledge.by_model.status()
    assert (status.asked, status.kept) == (6, 1)


def test_what_was_joined_is_set_aside_and_can_be_undone(engine: Engine) -> None:
    make_twins(engine, NFC, NFD)
    tell(engine, NFC, "one", "I keep bees.", "I sail.")
    tell(engine, NFD, "two", "I bake bread.")

    list(join_twins(engine))

    folder = bank_folder(engine.data_dir, NFC)
    assert not bank_folder(engine.data_dir, NFD).exists()
    [aside] = folder.glob("set-aside-*")
    assert (aside / "memory.sqlite3").exists()
    assert len(list((folder / "backups").glob("*before-join.zip"))) == 1


def test_a_copy_that_went_on_keeps_both_ends(engine: Engine) -> None:
    import shutil

    tell(engine, NFC, "one", "I keep bees.")
    engine.close()
    source, target = (bank_folder(engine.data_dir, one) for one in (NFC, NFD))
    shutil.copytree(source, target)
    make_bank_folder(engine.data_dir, NFD, anew=True)
    tell(engine, NFC, "one", "I keep bees.", "I sail.", "I paint.")
    tell(engine, NFD, "one", "I keep bees.", "I ride.")

    list(join_twins(engine))

    assert {"I sail.", "I paint.", "I ride."} <= live(engine, NFC)


def test_what_was_forgotten_in_both_keeps_them_apart(engine: Engine) -> None:
    make_twins(engine, NFC, NFD)
    for scope in (NFC, NFD):
        tell(engine, scope, "one", "I keep bees in the old mill by the river.")
        [mine] = [
            one for one in engine.bank(scope).memories.list() if one.role == "user"
        ]
        engine.forgetting(scope).forget(ForgetTarget(memories=(mine.id,)))

    [found] = join_twins(engine)

    assert found.level is Level.FAULT
    assert "stay apart" in found.words
    assert len(engine.scopes()) == 2


def test_what_was_forgotten_in_one_does_not_come_back(engine: Engine) -> None:
    make_twins(engine, NFC, NFD)
    bees = "I keep bees in the old mill by the river."
    tell(engine, NFC, "one", "I sail.", "I paint.", bees)
    tell(engine, NFD, "one", bees, "I ride.")
    [mine] = [one for one in engine.bank(NFD).memories.list() if one.content == bees]
    engine.forgetting(NFD).forget(ForgetTarget(memories=(mine.id,)))

    list(join_twins(engine))

    [scope] = engine.scopes()
    assert bees not in live(engine, scope)
    assert {"I sail.", "I paint.", "I ride."} <= live(engine, scope)
