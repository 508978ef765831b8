"""Reorder what was found by a model that reads message and memory together.

Owns: which candidates are read again, and how both orders are mixed.
Knows nothing of: how candidates were found, how the model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ...core.retrieval.similarity import moments, standing_out
from ...core.text.tokenizer import MAX_CHARACTERS
from ...core.types import Recalled
from .search import Recall

READ: Final = 50
"""So many of the best are read; a cross-encoder takes milliseconds for each."""

Scores = NDArray[np.float32]


class Reads(Protocol):
    """What scores texts in time, or says why not; see `PatientReranker`."""

    def score(
        self, query: str, texts: list[str], *, timeout_seconds: float
    ) -> tuple[Scores | None, str]:
        """Return a score for each text, or None and a line for the user."""


GetReranker = Callable[[], Reads | None]


def reranked(recall: Recall, text: str, reader: Reads, *, seconds: float) -> Recall:
    """Reorder what was found; without scores, as it was, with a note.

    Both orders count alike, for the model knows neither who is spoken of nor when.

    Args:
        recall: Best first.
        text: What was looked for.
        reader: Scores texts.
        seconds: How long it may take.
    """
    if len(recall.found) < 2:
        return recall
    read, rest = recall.found[:READ], recall.found[READ:]
    texts = [_line(item) for item in read]
    scores, note = reader.score(text, texts, timeout_seconds=seconds)
    if scores is None:
        return replace(recall, note=recall.note or note)
    ours = np.array([item.score for item in read], np.float32)
    both = _standing(ours) + _standing(scores)
    order = np.argsort(-both, kind="stable").tolist()
    return replace(recall, found=[*(read[place] for place in order), *rest])


def _standing(scores: Scores) -> Scores:
    return standing_out(scores, moments(scores))


def _line(item: Recalled) -> str:
    memory = item.memory
    # Models read some hundred words of it at the most.
    content = memory.content[:MAX_CHARACTERS]
    return f"{memory.name}: {content}" if memory.name else content
