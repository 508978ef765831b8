"""What the server has in memory is not told once it was forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.rounds import GONE, Rounds
from long_term_memory.errors import NotFound
from long_term_memory.server.usage import ChatStamp, Usage, UsageTotals
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder

from .tavern import Tavern, a_memory

SERA = Scope(user="default", character="Seraphina")
BRAM = Scope(user="default", character="Bram")
SECRET = "The heliotrope stands under the seventh stair."


def forget_it(engine: Engine, scope: Scope = SERA) -> None:
    [secret] = [
        one.id for one in engine.bank(scope).memories.list() if SECRET in one.content
    ]
    engine.forgetting(scope).forget(ForgetTarget(memories=(secret,)))


def test_a_last_use_is_not_told_after_a_forgetting_and_one_of_another_is(
    tmp_path: Path,
) -> None:
    with a_memory(tmp_path) as memory:
        Tavern(memory, character="Bram", mode="body").send("Good morning to the mill.")
        sera = Tavern(memory, mode="body")
        sera.send(SECRET)
        assert SECRET in memory.last.of("default", character="Seraphina").query.text

        forget_it(memory._engine)

        with pytest.raises(NotFound, match="forgotten"):
            memory.last.of("default", character="Seraphina")
        assert memory.last.of("default").scope == BRAM
        sera.send("And what else?")
        last = memory.last.of("default", character="Seraphina")
        assert last.query.text
        assert SECRET not in repr(last)


def test_a_forgetting_by_another_program_counts(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        Tavern(memory, mode="body").send(SECRET)
        data = memory._engine.data_dir
        other = build_engine(Settings(), data, load=HashEmbedder)
        forget_it(other)
        other.close()

        with pytest.raises(NotFound):
            memory.last.of("default")


def test_nothing_is_told_of_a_memory_that_is_not_there_any_more(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        Tavern(memory, mode="body").send(SECRET)
        engine = memory._engine
        rounds = Rounds(engine)
        assert rounds.now(SERA) == ""
        engine.close()
        assert rounds.now(SERA) == ""

        (bank_folder(engine.data_dir, SERA) / "memory.sqlite3").write_bytes(b"no" * 999)
        assert rounds.now(SERA) == GONE
        shutil.rmtree(bank_folder(engine.data_dir, SERA))

        assert rounds.now(SERA) == GONE
        with pytest.raises(NotFound):
            memory.last.of("default")
        assert not bank_folder(engine.data_dir, SERA).exists()


def test_a_chats_name_is_told_no_more_and_its_sums_stay() -> None:
    rounds = {SERA: "", BRAM: ""}
    ledger = UsageTotals({}, rounds.__getitem__)
    ledger.note("Seraphina: heliotrope", "m", Usage(read=5), ChatStamp(SERA, ""))
    ledger.note("Bram: mill", "m", Usage(read=7), ChatStamp(BRAM, ""))
    rounds[SERA] = "1"

    assert list(ledger.chats(1)) == ["Bram: mill"]
    assert list(ledger.chats(9)) == ["Bram: mill"]
    assert ledger.count() == 1
    assert ledger.total.read == 12
    ledger.note("Seraphina: heliotrope", "m", Usage(read=1), ChatStamp(SERA, "1"))
    assert list(ledger.chats(9)) == ["Seraphina: heliotrope", "Bram: mill"]
