"""An engine whose back end can do no more than keep banks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.editor.jobs import Job
from long_term_memory.editor.sections.backups import BackupSection
from long_term_memory.editor.texts import say
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.engine.forgetting.rounds import GONE, Rounds
from long_term_memory.engine.maintenance.backups import back_up, remembering
from long_term_memory.engine.maintenance.encryption import encryption_of
from long_term_memory.engine.maintenance.health import UNCHECKED, examine, repair
from long_term_memory.engine.maintenance.joining import join_twins
from long_term_memory.errors import StoreError
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.testing import HashEmbedder, InMemoryBackend

from .builders import a_chat, recalled, texts
from .conftest import MIKU

CAT = "My cat is called Miso."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine with one bank, in memory alone."""
    backends = Backends(make_embedder=lambda settings: LazyEmbedder(HashEmbedder))
    storage, faults = InMemoryBackend(), Faults(utc_now)
    made = Engine(Settings(), tmp_path / "data", storage, backends, utc_now, faults)
    a_chat(made.bank(MIKU), "one", f"> {CAT}", "What a name!")
    yield made
    made.close()


def test_memories_are_kept_recalled_and_forgotten(engine: Engine) -> None:
    bank = engine.bank(MIKU)
    chat = bank.chat("one", host="test")
    other = a_chat(bank, "two", "> Hello.")
    assert bank.settle(20)
    assert CAT in recalled(other, "What is my cat called?")

    cat = chat.path()[0].message.id
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(cat,)))

    assert texts(chat) == ["What a name!"]
    assert CAT not in recalled(other, "What is my cat called?")


def test_a_bank_that_was_closed_is_whole_when_it_is_opened_again(
    engine: Engine,
) -> None:
    with engine.closed([MIKU]):
        pass

    assert engine.bank(MIKU).stats().messages == 2


def test_no_backup_can_be_made_and_the_way_out_is_told(engine: Engine) -> None:
    with pytest.raises(StoreError, match="by its own means"):
        back_up(engine)

    assert remembering(engine, MIKU) == []
    shown = BackupSection("backups", engine, Job(engine)).html(MIKU)
    assert say("safety.elsewhere") in shown
    assert "Back up now" not in shown


def test_memories_cannot_be_encrypted_and_the_way_out_is_told(engine: Engine) -> None:
    with pytest.raises(StoreError, match="by its own means"):
        encryption_of(engine)


def test_the_doctor_says_that_there_is_nothing_to_look_at(engine: Engine) -> None:
    found = list(examine(engine, lambda settings: HashEmbedder()))

    assert [one.words for one in found if one.what == "memories"] == [UNCHECKED]
    assert not {"encryption", "SQLite"} & {one.what for one in found}
    assert [one.words for one in repair(engine)] == [UNCHECKED]


def test_memories_whose_names_are_but_spelled_otherwise_stay_apart(
    engine: Engine,
) -> None:
    """Two that were made before names were one however they are written."""
    other = Scope(user=MIKU.user, character=MIKU.character.lower())
    engine.storage.open(other).close()

    [found] = join_twins(engine)

    assert "cannot be joined from here" in found.words
    assert len(engine.scopes()) == 2


def test_nothing_is_written_to_the_disk(engine: Engine) -> None:
    engine.clear_exports.look()

    assert engine.status().fault is None
    assert not engine.data_dir.exists()


def test_whether_a_bank_is_there_is_told_by_the_back_end(engine: Engine) -> None:
    nobody = Scope(user="anon", character="Nobody")

    assert Rounds(engine).now(MIKU) == ""
    assert Rounds(engine).now(nobody) == GONE
