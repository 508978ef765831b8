"""A summary can be deleted and brought back, or forgotten, by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import MemoryItem, MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import NotFound

from .builders import a_chat
from .conftest import MIKU
from .test_forget import WORD, files_with
from .test_summaries import a_line, lines, summaries, told


@pytest.fixture
def chat(bank: Bank) -> Chat:
    """A chat of which the first half is told in short."""
    chat = a_chat(bank, "one", *lines(240))
    told(bank, chat, 20)
    return chat


def a_chunk(bank: Bank) -> MemoryItem:
    """Return the oldest chunk of which some chapter tells something."""
    higher = "\n".join(above(bank).values()).splitlines()
    listed = [
        one
        for one in bank.summaries.listed()
        if one.tier == "chunk" and set(one.memory.content.splitlines()) & set(higher)
    ]
    return min(listed, key=lambda one: one.first).memory


def above(bank: Bank) -> dict[str, str]:
    """Return what the chapters say, by id."""
    return {
        one.memory.id: one.memory.content
        for one in bank.summaries.listed()
        if one.tier == "chapter"
    }


def test_what_was_made_of_a_deleted_summary_is_written_again_and_so_is_its_undo(
    bank: Bank, chat: Chat
) -> None:
    chunk, before = a_chunk(bank), above(bank)

    bank.memories.delete(chunk.id)
    told(bank, chat, 20)
    without = above(bank)
    [deleted] = bank.memories.list(kind=MemoryKind.SUMMARY, deleted=True)
    bank.memories.restore(chunk.id)
    told(bank, chat, 20)

    assert without.keys() == before.keys()
    assert without != before
    assert deleted.content == chunk.content
    assert above(bank) == before
    assert bank.memories.get(chunk.id) == chunk


def test_a_summary_is_forgotten_with_what_was_made_of_it_and_stays_away(
    engine: Engine, bank: Bank, chat: Chat, tmp_path: Path
) -> None:
    chunk = a_chunk(bank)
    bank.memories.update(chunk.id, content=f"They spoke of {WORD} by the stairs.")
    told(bank, chat, 20)
    assert any(WORD in text for text in above(bank).values())
    target = ForgetTarget(memories=(chunk.id,))

    plan = engine.forgetting(MIKU).plan(target)
    assert files_with(tmp_path / "data")
    engine.forgetting(MIKU).forget(target)

    assert plan
    assert (plan.messages, plan.locked) == (0, 1)
    assert plan.summaries > 1
    assert files_with(tmp_path / "data") == []
    assert WORD not in told(bank, chat, 20)
    assert above(bank)
    assert chunk.id not in [one.id for one in summaries(bank)]
    assert not bank.memories.list(kind=MemoryKind.SUMMARY, deleted=True)
    assert len(chat.path()) == 240


def test_a_forgotten_summary_stays_away_until_it_is_asked_for(
    engine: Engine, bank: Bank, chat: Chat
) -> None:
    chunk = a_chunk(bank)

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(chunk.id,)))
    told(bank, chat, 20)
    assert chunk.id not in [one.id for one in summaries(bank)]
    bank.memories.regenerate(chunk.id)
    told(bank, chat, 20)

    assert bank.memories.get(chunk.id).content == chunk.content


def test_a_stretch_that_changes_is_told_anew_though_its_summary_was_forgotten(
    engine: Engine, bank: Bank, chat: Chat
) -> None:
    chunk = a_chunk(bank)
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(chunk.id,)))

    changed = lines(240)
    changed[2] = a_line(999)
    a_chat(bank, "one", *changed)
    told(bank, bank.chat("one", host="test"), 20)

    assert a_chunk(bank).content
    assert a_chunk(bank).id != chunk.id
    assert changed[2].removeprefix("> ") in [
        place.message.content for place in chat.path()[:20]
    ]


def test_what_is_no_memory_at_all_is_no_summary(engine: Engine, bank: Bank) -> None:
    with pytest.raises(NotFound):
        engine.forgetting(MIKU).plan(ForgetTarget(memories=("ab12",)))
