"""An engine on fakes, and a folder for foreign files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import HashEmbedder


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Open engines on data directories of their own, by name."""
    opened: list[Engine] = []

    def open_one(name: str) -> Engine:
        engine = build_engine(
            Settings(),
            tmp_path / name,
            clock=lambda: datetime.now(UTC),
            load=HashEmbedder,
        )
        opened.append(engine)
        return engine

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[[str], Engine]) -> Engine:
    """An engine on an empty data directory."""
    return open_engine("data")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder for files of others."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder
