"""What is thought of the candidates of a message before any is chosen.

Owns: a reading, what was found for it, and the judgement of that.
Knows nothing of: where models come from, which candidates are told, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..records import ModelInfo
from .intent import Intent, IntentModel, classify_intent
from .note_ranking import RankedNotes
from .query import ParsedQuery
from .query_expansion import Neighbours
from .ranking import Ranked
from .relevance import Clues, Judgement, RelevanceModel, stands
from .selection import bounds_of, least_help_of
from .supersession import MOST
from .unasked import borne_in_mind, needed_for
from .vector_index import Comparison

Slots = NDArray[np.int32]
Vector = NDArray[np.float32]

ANYTHING_HELPS = 0.9
"""The chance that something helps one who asks for all that is known of a person."""


class QueryEmbedding(NamedTuple):
    """What a query means, as far as that is known.

    Attributes:
        vector: The query's vector; None compares words only.
        near: The near words of its own.
        note: One line for the user if something was amiss.
        model: Whose vector it is.
    """

    vector: Vector | None = None
    near: Mapping[int, Neighbours] = MappingProxyType({})
    note: str = ""
    model: ModelInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubQuery:
    """One thing to look for: as written, as ranking reads it, and what it means."""

    text: str
    asked: ParsedQuery
    meant: QueryEmbedding


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All candidates of one reading, and what is known of them, messages first.

    Attributes:
        compared: How meanings were compared; None if they were not.
        embedder: Name of the model that compared them, likewise.
    """

    reading: SubQuery
    compared: Comparison | None
    ranked: Ranked
    noted: RankedNotes
    clues: Clues
    embedder: str | None

    def by_score(self) -> Slots:
        """Return the places of candidates, those of the highest plain score first."""
        return np.argsort(-self.clues.score, kind="stable").astype(np.int32)

    def judged(self, intents: IntentModel, relevance: RelevanceModel) -> Judged:
        """Say how likely the candidates are to help."""
        asked = self.reading.asked
        vector = None
        if reads_vector(asked, self.embedder, intents):
            vector = self.reading.meant.vector
        intent = classify_intent(self.reading.text, vector, intents)
        judgement = relevance.judge(self.clues, asked, intent, self.embedder)
        helps = borne_in_mind(judgement.helps, self.clues, intent)
        needed = needed_for(judgement.needed, self.clues, intent)
        judgement = judgement._replace(helps=helps, needed=needed)
        if asked.broad and len(self.clues.score):
            needed = max(judgement.needed, ANYTHING_HELPS)
            judgement = judgement._replace(needed=needed)
        return Judged(looked=self, intent=intent, judgement=judgement)


def reads_vector(asked: ParsedQuery, embedder: str | None, model: IntentModel) -> bool:
    """Say whether what kind of message it is is read off its vector as well.

    Args:
        asked: The message as ranking reads it.
        embedder: Name of the model that made the vector; None if there is none.
        model: Tells the kinds.
    """
    # Of a broad one the vector is of what would answer, not of the message.
    return embedder == model.embedder and not asked.broad


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The candidates of one reading, and what is thought of them."""

    looked: Looked
    intent: Intent
    judgement: Judgement

    def wanted(self) -> Judged:
        """Return the same for one who wants to be told whatever there is.

        A search is no message of a chat: what is asked of a candidate is whether it
        helps if any does.
        """
        return replace(self, judgement=self.judgement._replace(needed=1.0))

    def order(self, *, filled: bool = False) -> Slots:
        """Return the places of candidates, best first.

        Args:
            filled: Whether the room is filled by rank: by the plain score, then.
        """
        if filled:
            return self.looked.by_score()
        return self.judgement.order(self.looked.clues.score).astype(np.int32)

    def likely(self, visible: Collection[str], *, cut: bool = True) -> Slots:
        """Return the places of those that could be picked, best first.

        What is compared with each other is among them: what replaces a likely one may
        be unlikely by itself.

        Args:
            visible: Ids of what the host shows, which is not picked.
            cut: Whether those are left out that follow the last likely one. Not if some
                of these may yet be dropped, for then others take their places.
        """
        helps = self.judgement.helps
        least = least_help_of(bounds_of(self.judgement.foreign), len(helps))
        order = self.order()
        # It is ordered by more than the chance, so a likely one may stand far below.
        at = np.flatnonzero(helps[order] >= least)
        if cut:
            order = order[: max(MOST, int(at[-1]) + 1 if len(at) else 0)]
        keys = self.looked.noted.keys
        here = [place for place, key in enumerate(keys) if key in visible]
        if not here:
            return order
        return order[~np.isin(order, np.array(here) + len(self.looked.ranked.rows))]

    def best_of(self, order: Slots) -> Unread | None:
        """Return what the best of some places could be; None if there are none."""
        if not len(order):
            return None
        helps = self.judgement.helps[order]
        score = self.looked.clues.score[order]
        return Unread(float(helps.max()), float(stands(helps, score).max()))


class Unread(NamedTuple):
    """What candidates that were not read could be at best.

    Attributes:
        helps: The chance that one helps, if anything does.
        standing: How high it stands.
    """

    helps: float
    standing: float
