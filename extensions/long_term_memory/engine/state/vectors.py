"""The vectors of one model in a bank: in memory, and what is still to be embedded.

Owns: reading them as they grow, and when they move to the bulk store.
Knows nothing of: embedders, which model ought to be used, hosts, ranking.
"""

from __future__ import annotations

import numpy as np

from ...core.records import ModelInfo
from ...core.retrieval.vector_index import VectorIndex
from ...storage.protocols import BankStore
from ..worker import Backlog

# Below this, moving vectors to the bulk store costs as much for one as for all.
FLUSH_AT = 256
FLUSH_LEAST = 64


class ModelIndex:
    """One model's vectors; the bank's lock guards it."""

    def __init__(self, store: BankStore, model: ModelInfo) -> None:
        """Read what the store has; damage is mended.

        Raises:
            StoreError: It cannot be read.
        """
        self.model = model
        self.table = store.vectors.table(model)
        self.search = VectorIndex(model.dimension)
        self.backlog = Backlog()
        self.linked = 0
        self._store = store
        self._links_read = 0
        self._vectors_read = 0
        self._unflushed = 0
        self.read()
        self._unflushed = 0

    def read(self) -> None:
        """Read the vectors and links that are new since the last look.

        Raises:
            EmbeddingMismatch: Another program replaced them; make a new lane.
        """
        with self._store.reading():
            links = self.table.links(after=self._links_read)
            vectors = self.table.vectors(after=self._vectors_read)
        # Those that came in between are taken with their links, at the next look.
        linked = int(links[:, 4].max(initial=0)) - self._vectors_read
        vectors = vectors[: max(0, linked)]
        if len(links):
            self._links_read = int(links[-1, 0])
        whole = (links[:, 2] == 0) & (links[:, 3] <= 0)
        self.linked += int(np.count_nonzero(whole))
        self._unflushed += len(vectors)
        self._vectors_read += len(vectors)
        if len(links):
            self.search.extend(vectors, links)

    def flush_many(self) -> None:
        """Move vectors to the bulk store, if so many wait that it is worth it."""
        least = FLUSH_AT if len(self.backlog) else FLUSH_LEAST
        if self._unflushed >= least:
            self.table.flush()
            self._unflushed = 0
