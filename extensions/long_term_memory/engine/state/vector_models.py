"""Which model's vectors a bank uses, and how far another one is.

Owns: the record of it in the bank, the lanes, the moment of changing over.
Knows nothing of: embedders, queries, hosts.

One model serves: queries are compared with its vectors. If the settings name another
one, that one's vectors are made beside them, and serve once they are whole; then the
former ones are dropped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np

from ...core.records import ModelInfo
from ...errors import EmbeddingMismatch
from ...storage.protocols import BankStore
from .messages import MessageIndex
from .vectors import ModelIndex

RECORD = "embedding/serving"
PAUSED = "embedding/paused"
# Not simply all others: another program may be making vectors of the model it wants.
DROPPING = "embedding/dropping"


class Serving(NamedTuple):
    """A model whose vectors are whole, and what the settings called it.

    Attributes:
        source: A name or a folder, by which it can be loaded again.
    """

    model: ModelInfo
    source: str


def unfinished(store: BankStore) -> str:
    """Say that a change of models goes on where it was stopped; empty if none was."""
    if store.metadata.get(DROPPING) is not None:
        return ""  # It is over, but for what is to be dropped.
    if len([one for one in store.vectors.models() if one.links]) < 2:
        return ""
    goes_on = "waits, as it was told to" if store.metadata.get(PAUSED) else "goes on"
    return (
        "a change of embedding models had not come to its end; it "
        f"{goes_on}, and the former vectors serve until then"
    )


class VectorModels:
    """The models of one bank; the bank's lock guards them.

    Attributes:
        serving: Those that queries are compared with; None before the first look.
        coming: Those of the wanted model while they are not whole.
        outvoted: Another program changed over from the model that we want.
        paused: A person wants the change of models to wait.
        leftovers: Vectors of a former model are to be dropped.
    """

    def __init__(self, store: BankStore) -> None:
        """Read nothing yet."""
        self._store = store
        self.serving: ModelIndex | None = None
        self.coming: ModelIndex | None = None
        self.outvoted = False
        self.paused = False
        self.leftovers = False
        self._opened_for: list[ModelInfo | None] = []

    @property
    def settled(self) -> bool:
        """Whether the wanted model is known, and with it which lanes there are."""
        return self._opened_for not in ([], [None])

    def is_open(self, wanted: ModelInfo | None) -> bool:
        """Whether the lanes are there for what is wanted."""
        return self._opened_for == [wanted]

    def open(self, wanted: ModelInfo | None, source: str) -> None:
        """Read the vectors that serve, and those of the wanted model.

        Args:
            wanted: The model that the settings name; None while it is not loaded, or
                cannot be.
            source: What the settings call it.
        """
        self.look()
        found = self._chosen(wanted, source)
        known = [lane for lane in (self.serving, self.coming) if lane is not None]
        lanes = {lane.model: lane for lane in known}
        self.serving = self.coming = None
        if found is not None:
            self.serving = lanes.get(found.model) or ModelIndex(
                self._store, found.model
            )
            if found.model == wanted:
                self._record(Serving(wanted, source))
            elif wanted is not None and not self.outvoted:
                self.coming = lanes.get(wanted) or ModelIndex(self._store, wanted)
        self._need([lane for lane in (self.serving, self.coming) if lane is not None])
        self._opened_for = [wanted]

    def stored(self, index: MessageIndex) -> int:
        """Count the messages that have a vector, though none is in memory yet."""
        noted = self.recorded()
        if noted is None or all(
            one.model != noted.model for one in self._store.vectors.models()
        ):
            return 0
        links = self._store.vectors.table(noted.model).links()
        return int(np.count_nonzero(np.isin(index.rows_on_paths(), links[:, 1])))

    def ask_for(self, messages: MessageIndex, chat: int, keep: int = 0) -> None:
        """Ask for the vectors of a chat's path from `keep` on."""
        for lane in (self.serving, self.coming):
            if lane is not None:
                lane.backlog.add(messages.due(lane.search, chat, keep))

    def close(self) -> None:
        """Hold nothing in memory any more, as when the settings name another model."""
        self.serving = self.coming = None
        self._opened_for = []
        self.outvoted = False

    def read(self) -> bool:
        """Read what is new; False if another program replaced vectors: open again."""
        self.look()
        try:
            for lane in (self.serving, self.coming):
                if lane is not None:
                    lane.read()
        except EmbeddingMismatch:
            self._lose()
            return False
        return True

    def switch(self, came: ModelIndex, source: str) -> None:
        """Let the vectors that came serve from now on, durably."""
        with self._store.exclusive():
            if self.serving is not None:
                self._drop_later(self.serving.model)
            self._record(Serving(came.model, source))
        self.serving, self.coming = came, None

    def drop_leftovers(self) -> None:
        """Drop the models whose vectors nobody needs any more."""
        for model in self._dropping():
            self._store.vectors.drop(model)
        if self._store.metadata.get(DROPPING) is not None:
            self._store.metadata.drop(DROPPING)
        self.leftovers = False

    def abandon(self) -> None:
        """Give up the change of models, as when the settings name another one."""
        if self.coming is not None:
            self._drop_later(self.coming.model)
        # What serves goes on serving.
        self.coming = None
        self.outvoted = False
        self._opened_for = []

    def recorded(self) -> Serving | None:
        """Return the model that served last, if that was ever noted."""
        text = self._store.metadata.get(RECORD)
        if text is None:
            return None
        told = json.loads(text)
        return Serving(ModelInfo(**told["model"]), told["source"])

    def look(self) -> None:
        """Learn whether a change of models is to wait, or left something behind."""
        self.paused = self._store.metadata.get(PAUSED) is not None
        self.leftovers = self._store.metadata.get(DROPPING) is not None

    def pause(self, paused: bool) -> None:
        """Let the change of models wait, or go on; it holds across restarts."""
        if paused:
            self._store.metadata.put(PAUSED, "yes")
        else:
            self._store.metadata.drop(PAUSED)
        self.paused = paused

    # -- inside ------------------------------------------------------------------

    def _chosen(self, wanted: ModelInfo | None, source: str) -> Serving | None:
        """Say which model serves: the noted one if it has vectors, else the fullest."""
        links = {
            one.model: one.links for one in self._store.vectors.models() if one.links
        }
        noted = self.recorded()
        if noted is not None and noted.model in links:
            return noted
        fullest = max(links, key=links.__getitem__, default=None)
        if wanted is None:
            return None if fullest is None else Serving(fullest, fullest.name)
        if fullest is None or links.get(wanted) == links[fullest]:
            return Serving(wanted, source)
        self._record(Serving(fullest, fullest.name))
        return Serving(fullest, fullest.name)

    def _dropping(self) -> list[ModelInfo]:
        text = self._store.metadata.get(DROPPING)
        return [] if text is None else [ModelInfo(**one) for one in json.loads(text)]

    def _drop_later(self, model: ModelInfo) -> None:
        models = [*self._dropping(), model]
        self._store.metadata.put(DROPPING, json.dumps([asdict(one) for one in models]))

    def _need(self, lanes: Sequence[ModelIndex]) -> None:
        """Keep what is used again after all."""
        needed = {lane.model for lane in lanes}
        left = [model for model in self._dropping() if model not in needed]
        if left != self._dropping():
            self._store.metadata.put(
                DROPPING, json.dumps([asdict(one) for one in left])
            )

    def _lose(self) -> None:
        """Let go of lanes that another program replaced.

        If it did so by changing over from the model that we want, we do not change
        back: two programs with different settings would never come to an end.
        """
        [wanted] = self._opened_for or [None]
        served = self.serving is not None and self.serving.model == wanted
        self.close()
        noted = self.recorded()
        self.outvoted = served and noted is not None and noted.model != wanted

    def _record(self, serving: Serving) -> None:
        text = json.dumps({"model": asdict(serving.model), "source": serving.source})
        if self._store.metadata.get(RECORD) != text:
            self._store.metadata.put(RECORD, text)
