"""Engines on fakes, and a small language for chats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings, SummarySettings
from long_term_memory.core.types import Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import HashEmbedder

# Summaries of twenty messages, whatever the default is.
TWENTIES = Settings(summaries=SummarySettings(summary_every=20))
MIKU = Scope(user="anon", character="Miku")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Begin in autumn."""
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(self, **step: float) -> None:
        """Move on, as `timedelta` words it."""
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    """The engine's clock."""
    return Clock()


@pytest.fixture
def open_engine(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Engine]]:
    """Open engines on one data directory: a second one is a second process."""
    opened: list[Engine] = []

    def open_one() -> Engine:
        engine = build_engine(
            TWENTIES, tmp_path / "data", clock=clock, load=HashEmbedder
        )
        opened.append(engine)
        return engine

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[[], Engine]) -> Engine:
    """An engine on an empty data directory."""
    return open_engine()


@pytest.fixture
def bank(engine: Engine) -> Bank:
    """Miku's bank."""
    return engine.bank(MIKU)
