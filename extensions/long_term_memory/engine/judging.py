"""What is thought of the candidates of a message before any is chosen.

Owns: a reading, what was found for it, and the judgement of that.
Knows nothing of: which candidates are told, prompts, hosts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.asking import Asked
from ..core.intent import Intent, classify_intent
from ..core.ranking import Ranked
from ..core.relevance import Clues, Judgement
from ..core.selection import FIRST, bounds_of, least_help_of
from ..core.signals import Scores
from ..models.intent import load_intent_model
from ..models.relevance import load_relevance_model
from ..stores.search import Comparison
from .hands import Noted
from .words import Meant

Slots = NDArray[np.int32]


class Heard:
    """A comparison that remembers how the cosines spread."""

    def __init__(self, likeness: Comparison) -> None:
        """Wrap a comparison."""
        self._likeness = likeness
        self.precise = likeness.precise
        self.exact_turns = likeness.exact_turns
        self.passages = likeness.passages
        self.passage_moments = likeness.passage_moments
        self.windows = likeness.windows
        self.window_moments = likeness.window_moments
        self.parts = likeness.parts
        self._cosines: Scores | None = None

    def turns(self) -> Scores:
        """Return the cosine of each slot, computed once."""
        if self._cosines is None:
            self._cosines = self._likeness.turns()
        return self._cosines


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing to look for: as written, as ranking reads it, and what it means."""

    text: str
    asked: Asked
    meant: Meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All candidates of one reading, and what is known of them, messages first.

    Attributes:
        heard: How meanings were compared; None if they were not.
        embedder: Name of the model that compared them, likewise.
    """

    reading: Reading
    heard: Heard | None
    ranked: Ranked
    noted: Noted
    clues: Clues
    embedder: str | None

    def by_score(self) -> Slots:
        """Return the places of candidates, those of the highest plain score first."""
        return np.argsort(-self.clues.score, kind="stable").astype(np.int32)

    def judged(self) -> Judged:
        """Say how likely the candidates are to help."""
        intents, meant = load_intent_model(), self.reading.meant
        vector = meant.vector if self.embedder == intents.embedder else None
        intent = classify_intent(self.reading.text, vector, intents)
        judgement = load_relevance_model().judge(
            self.clues, self.reading.asked, intent, self.embedder
        )
        return Judged(looked=self, intent=intent, judgement=judgement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The candidates of one reading, and what is thought of them."""

    looked: Looked
    intent: Intent
    judgement: Judgement

    def order(self) -> Slots:
        """Return the places of candidates, best first."""
        return self.judgement.order(self.looked.clues.score).astype(np.int32)

    def likely(self) -> int:
        """Count those that could be picked."""
        helps = self.judgement.helps
        least = least_help_of(bounds_of(self.judgement.foreign), len(helps))
        return max(FIRST, int(np.count_nonzero(helps >= least)))
