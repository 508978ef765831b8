"""The embedders of an engine, by what the settings call them.

Owns: which one is wanted now, and that no model is loaded twice.
Knows nothing of: banks, vectors, how a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from weakref import WeakValueDictionary

from ...config import EmbeddingSettings
from ...models.embedder import LazyEmbedder


class Embedders:
    """The wanted embedder, and former ones for as long as a bank holds on to them."""

    def __init__(
        self,
        make: Callable[[EmbeddingSettings], LazyEmbedder],
        settings: EmbeddingSettings,
    ) -> None:
        """Prepare the one that the settings name; nothing is loaded yet."""
        self._make = make
        self._lock = Lock()
        self._known: WeakValueDictionary[str, LazyEmbedder] = WeakValueDictionary()
        self.change(settings)

    @property
    def source(self) -> str:
        """What the settings call the wanted one: a name or a folder."""
        return self._settings.embedding_model

    def change(self, settings: EmbeddingSettings) -> None:
        """Want the embedder that other settings name."""
        with self._lock:
            self._settings = settings
            self.wanted = self._make(settings)
            self._known[settings.embedding_model] = self.wanted

    def named(self, source: str) -> LazyEmbedder:
        """Return the embedder that settings once called so; one that failed is new."""
        with self._lock:
            known = self._known.get(source)
            if known is None or known.error is not None:
                known = self._make(replace(self._settings, embedding_model=source))
                self._known[source] = known
            return known
