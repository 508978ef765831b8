"""Several embedding models that can be had, lost and held up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from long_term_memory.config import EmbeddingSettings, Settings
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Clock, Faults
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder, LazyEmbedder
from long_term_memory.storage.sqlite.backend import SqliteBackend
from long_term_memory.testing import HashEmbedder


class Model(HashEmbedder):
    """An embedder with a name of its own, that can be held up."""

    def __init__(self, name: str, dimension: int = 64) -> None:
        super().__init__(dimension=dimension)
        self.name = name
        self.texts = 0
        self.asked = Event()
        self.free = Event()
        self.free.set()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed, once it is let go."""
        self.asked.set()
        assert self.free.wait(20)
        self.texts += len(texts)
        return super().embed(texts)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Embed nothing meanwhile."""
        self.free.clear()
        try:
            yield
        finally:
            self.free.set()


class Library:
    """The models that can be loaded, by what settings call them."""

    def __init__(self, *models: Model) -> None:
        """Have these models, each under its name."""
        self.models = {model.name: model for model in models}

    def load(self, name: str) -> Embedder:
        """Load a model."""
        if name not in self.models:
            raise EmbeddingError(f"There is no model {name!r} here.")
        return self.models[name]

    def make(self, settings: EmbeddingSettings) -> LazyEmbedder:
        """Prepare the model that settings name."""
        return LazyEmbedder(lambda: self.load(settings.embedding_model))


def settings_with(model: str, base: Settings | None = None) -> Settings:
    """Name a model, and wait for it long enough."""
    wanted = EmbeddingSettings(embedding_model=model, wait_seconds=20)
    return replace(base or Settings(), embedding=wanted)


def start(
    folder: Path,
    library: Library,
    model: str,
    clock: Clock,
    base: Settings | None = None,
) -> Engine:
    """Build an engine on disk that finds its models in a library."""
    backends = Backends(
        make_embedder=library.make,
    )
    storage = SqliteBackend(folder)
    settings = settings_with(model, base)
    return Engine(settings, folder, storage, backends, clock, Faults(clock))
