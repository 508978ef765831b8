"""Engines, banks and the worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import EmbeddingSettings, Settings
from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, guard
from long_term_memory.errors import EmbeddingError, StoreError
from long_term_memory.models.embedder import Embedder
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, a_request, window
from .conftest import MIKU, Clock


def test_nothing_is_written_before_something_is_stored(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path / "data", load=HashEmbedder)

    assert engine.scopes() == []
    assert engine.status().embedder_state == "not loaded yet"
    engine.close()

    assert not (tmp_path / "data").exists()


def test_banks_are_found_again_by_their_real_names(engine: Engine) -> None:
    scopes = [
        MIKU,
        Scope(user="../x", character="CON"),
        Scope(user="ü", character="🐈" * 99),
    ]
    for scope in scopes:
        a_chat(engine.bank(scope), "one", "> Hello.")

    assert sorted(engine.scopes(), key=repr) == sorted(scopes, key=repr)
    assert engine.status().banks == 3


def failing() -> Embedder:
    raise EmbeddingError("There is no model. Install one.")


def test_without_an_embedder_everything_else_works_and_the_user_is_told(
    tmp_path: Path,
) -> None:
    engine = build_engine(Settings(), tmp_path, load=failing)
    bank = engine.bank(MIKU)
    chat = bank.chat("one", host="test")
    chat.observe(window("> My cat is called Miso."))

    found = chat.recall(Query(text="Miso the cat"))

    assert [item.memory.content for item in found] == ["My cat is called Miso."]
    assert engine.status().embedder_state == "failed"
    assert "Install one" in engine.status().embedder_note
    engine.close()


def test_another_model_embeds_everything_anew(engine: Engine) -> None:
    bank = engine.bank(MIKU)
    a_chat(bank, "one", "> My cat is called Miso.", "Lovely!")

    engine.configure(
        replace(engine.settings, embedding=EmbeddingSettings(device="auto"))
    )
    bank.chat("one", host="test").recall(Query(text="cat"))

    assert bank.settle(20)
    assert bank.stats().embedded == 2


def test_a_fault_is_kept_and_the_fallback_is_done(clock: Clock) -> None:
    faults = Faults(clock)

    def act() -> str:
        raise StoreError("The disk is full. Make room.")

    assert guard(faults, "saving", act, lambda: "without us") == "without us"
    assert faults.last is not None
    assert (faults.last.what, faults.last.words) == (
        "saving",
        "The disk is full. Make room.",
    )

    faults.clear()
    assert faults.last is None


def test_a_bug_is_told_without_the_text_it_met(clock: Clock) -> None:
    """Messages must not leak into logs or status lines through exceptions."""
    faults = Faults(clock)

    empty: dict[str, None] = {}
    guard(faults, "saving", lambda: empty["a private message"], lambda: None)

    assert faults.last is not None
    assert "private" not in faults.last.words


def test_guard_lets_the_end_of_the_program_pass(clock: Clock) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guard(Faults(clock), "saving", stop, lambda: None)


def test_what_was_mended_at_opening_is_told(
    open_engine: Callable[[], Engine], tmp_path: Path
) -> None:
    bank = open_engine().bank(MIKU)
    a_chat(bank, "one", "> My cat is Miso.", "A fine cat.")
    folder = bank_folder(tmp_path / "data", MIKU)
    left = bank_folder(tmp_path / "left", MIKU)
    shutil.copytree(folder, left)
    journal = left / "memory.sqlite3-wal"
    os.truncate(journal, journal.stat().st_size // 2)

    engine = build_engine(Settings(), tmp_path / "left", load=HashEmbedder)
    engine.bank(MIKU)
    [words] = engine.status().mended
    engine.close()

    assert words.startswith("The memory of Miku: the journal was damaged")


def test_the_acts_of_a_turn_are_timed(engine: Engine) -> None:
    told: list[tuple[str, float]] = []
    chat = engine.bank(MIKU).chat("one", host="test")
    chat.observe(window("> This is told to nobody."))
    engine.timings.tell(lambda act, seconds: told.append((act, seconds)))

    chat.observe(window("> My cat is called Miso."))
    chat.compose(a_request("What is my cat called?"))

    assert [act for act, _ in told] == ["observe", "recall", "compose"]
    assert all(seconds > 0 for _, seconds in told)


def test_faults_are_counted_by_what_was_being_done(clock: Clock) -> None:
    faults = Faults(clock)

    for what in ("saving", "recalling", "saving"):
        faults.report(what, StoreError("The disk is full."))

    assert faults.counts() == {"saving": 2, "recalling": 1}


class Remote(HashEmbedder):
    """An embedder whose service may be away."""

    away = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.away:
            raise EmbeddingError("The service is away.")
        return super().embed(texts)


def test_words_do_while_a_service_that_embeds_is_away(tmp_path: Path) -> None:
    remote = Remote()
    engine = build_engine(Settings(), tmp_path, load=lambda: remote)
    try:
        bank = engine.bank(MIKU)
        a_chat(bank, "one", "> My cat is called Miso.", "Lovely!")
        remote.away = True

        context = bank.chat("two", host="test").compose(a_request("my cat Miso"))

        assert "Miso" in context.recall.text
        assert context.lexical_only
        assert "The service is away." in context.note
    finally:
        engine.close()


def test_a_bank_that_was_kept_closed_is_opened_anew_and_the_others_go_on(
    engine: Engine,
) -> None:
    other = Scope(user="default", character="Other")
    miku, kept = engine.bank(MIKU), engine.bank(other)
    a_chat(miku, "a", "> Hello.", "Hi!")
    assert miku.settle(20)

    with engine.closed([MIKU]), pytest.raises(StoreError):
        miku.stats()

    assert engine.bank(other) is kept
    a_chat(kept, "a", "> Elephants.", "Yes!")
    assert kept.settle(20)
    assert kept.stats().embedded == 2
    assert engine.bank(MIKU).stats().messages == 2
    a_chat(engine.bank(MIKU), "b", "> Elephants.", "Yes!")
    assert engine.bank(MIKU).settle(20)
