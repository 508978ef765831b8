"""Reorder what was found by a model that reads message and memory together.

Owns: which candidates are read again, and how both orders are mixed.
Knows nothing of: how candidates were found, how the model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ...core.retrieval.similarity import moments, standing_out
from ...core.text.tokenizer import MAX_CHARACTERS
from ...core.types import Recalled

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


def reranked(
    found: Sequence[Recalled], text: str, reader: Reads, *, seconds: float
) -> tuple[list[Recalled], str]:
    """Reorder what was found; without scores, as it was, with a line for the user.

    Both orders count alike, for the model knows neither who is spoken of nor when.

    Args:
        found: Best first.
        text: What was looked for.
        reader: Scores texts.
        seconds: How long it may take.
    """
    if len(found) < 2:
        return list(found), ""
    read, rest = found[:READ], found[READ:]
    texts = [_line(item) for item in read]
    scores, note = reader.score(text, texts, timeout_seconds=seconds)
    if scores is None:
        return list(found), note
    ours = np.array([item.score for item in read], np.float32)
    both = _standing(ours) + _standing(scores)
    order = np.argsort(-both, kind="stable").tolist()
    return [*(read[place] for place in order), *rest], ""


def _standing(scores: Scores) -> Scores:
    return standing_out(scores, moments(scores))


def _line(item: Recalled) -> str:
    memory = item.memory
    # Models read some hundred words of it at the most.
    content = memory.content[:MAX_CHARACTERS]
    return f"{memory.name}: {content}" if memory.name else content
