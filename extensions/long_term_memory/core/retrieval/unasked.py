"""Who needs something without asking for it: what may bear on that.

Owns: how much more likely what somebody told of himself at some length is then, and
what tells a fact.
Knows nothing of: where the chances come from, how many are told.

"Cook me something nice!" shares no word with "peanuts nearly killed me once", and lies
no nearer to it than to much of what is said of soup. The larger a memory, the more of
its small talk lies as near by chance; and what bears on a need is told by the user, in
more words than small talk takes. Of a question that is not so: whoever asks names what
he asks for. The two weights are those of a logistic regression over the messages in the
half of `benchmarks/data/live_chat` that is there to build on: was it ever needed? How
they grow was set on `benchmarks/long_chat.py --natural`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .intent import Intent
from .relevance import Clues
from .similarity import Scores

Numbers = NDArray[np.float64]

LENGTH: Final = 1.0
"""Log-odds of being needed, for each natural logarithm of the number of words."""

USER: Final = 0.8
"""The same for the user's messages beside the character's."""

FEW: Final = 96
"""So many candidates can be told apart without it; twice as many count in full."""

FACT: Final = 0.5
"""The same for what tells a fact that still holds and that the message has need of;
half of it for any other fact. Chosen by hand on the same half."""

_LEAST: Final = 1e-6
_ROUNDS: Final = 6
"""After so many the sum of chances is right to a thousandth."""


def borne_in_mind(helps: Scores, clues: Clues, intent: Intent) -> Scores:
    """Return the chances of candidates to help, by how likely nothing is asked for.

    What tells a fact gains whatever is asked.

    Their sum stays, so that no more is told than before, only something else.

    Args:
        helps: For each candidate, the chance that it helps, if anything does.
        clues: Of the candidates.
        intent: What kind of message it is.
    """
    growth = np.log2(max(len(helps), FEW) / FEW) * intent.probabilities["implicit"]
    facts = FACT * clues.fact
    if not growth and not facts.any():
        return helps
    told = LENGTH * np.log(np.maximum(clues.length, 1)) + USER * clues.user
    held = np.clip(helps, _LEAST, 1 - _LEAST).astype(np.float64)
    odds = np.log(held / (1 - held)) + growth * (told - told.mean()) + facts
    for _ in range(_ROUNDS):
        odds -= np.log(_chances(odds).sum() / held.sum())
    found: Scores = _chances(odds).astype(np.float32)
    return found


def _chances(odds: Numbers) -> Numbers:
    chances: Numbers = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return chances
