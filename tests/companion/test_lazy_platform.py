"""The conversations are opened ahead where there are some."""

from __future__ import annotations

from pathlib import Path

from long_term_memory.companion.database import FILE
from long_term_memory.companion.lazy_platform import OPENING, LazyPlatform

from .grounds import a_ground, an_engine


def test_without_conversations_nothing_is_opened(tmp_path: Path) -> None:
    engine = an_engine(tmp_path)
    lazy = LazyPlatform(engine)

    lazy.begin()

    assert not lazy.is_made
    assert not (tmp_path / FILE).exists()
    engine.close()


def test_conversations_that_there_are_are_opened_ahead(tmp_path: Path) -> None:
    with a_ground(tmp_path):
        pass
    engine = an_engine(tmp_path)
    lazy = LazyPlatform(engine)

    lazy.begin()

    assert lazy.is_made
    lazy.close()
    engine.close()


def test_a_database_that_is_none_is_told_of_and_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"This is no database. " * 100)
    engine = an_engine(tmp_path)
    lazy = LazyPlatform(engine)

    lazy.begin()

    assert engine.faults.counts() == {OPENING: 1}
    lazy.close()
    engine.close()
