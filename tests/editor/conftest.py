"""An engine for the page: real but for its stores and its embedder, which are fakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.config import EmbeddingSettings, Settings, SummarySettings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.testing import HashEmbedder, InMemoryBackend, InMemoryBank

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
# Summaries of twenty messages, whatever the default is.
TWENTIES = Settings(summaries=SummarySettings(summary_every=20))
ANNA = Scope(user="default", character="Anna")


class Stores(InMemoryBackend):
    """Keeps memories, unless it is told to refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal: Exception | None = None

    def open(self, scope: Scope) -> InMemoryBank:
        if self.refusal is not None:
            raise self.refusal
        return super().open(scope)


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
def engine(stores: Stores, tmp_path: Path) -> Iterator[Engine]:
    def embedder(_: EmbeddingSettings) -> LazyEmbedder:
        return LazyEmbedder(HashEmbedder)

    backends = Backends(make_embedder=embedder)
    made = Engine(
        TWENTIES, tmp_path, stores, backends, lambda: NOW, Faults(lambda: NOW)
    )
    yield made
    made.close()


@pytest.fixture
def anna(engine: Engine) -> Scope:
    """A bank with one chat of four messages."""
    tell(engine, "Picnic", "Hello Anna", "Hello!", "My cat is Miso.", "A fine name.")
    return ANNA


def tell(engine: Engine, chat: str, *texts: str, scope: Scope = ANNA) -> None:
    """Show a chat in which user and character take turns."""
    shown = tuple(
        WindowMessage(
            role="assistant" if place % 2 else "user",
            name=scope.character if place % 2 else "You",
            content=text,
            position=place,
        )
        for place, text in enumerate(texts)
    )
    bank = engine.bank(scope)
    bank.chat(chat, host="test").observe(Window(messages=shown, complete=True))
