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

LIMITED: Final = 2.0
"""The same for what tells what somebody cannot have, do or face, at an occasion that is
named, by how likely it is that nothing is asked for. Chosen on the same half."""

CONCERNS: Final = 0.5
"""How likely a limit concerns a message that is such a need, at its occasion."""

LIKELY: Final = 0.5
"""From this chance on a message is held for such a need."""

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
    implicit = intent.probabilities["implicit"]
    growth = np.log2(max(len(helps), FEW) / FEW) * implicit
    facts = FACT * np.minimum(clues.fact, 1) + LIMITED * implicit * (clues.fact > 1)
    if not growth and not facts.any():
        return helps
    told = LENGTH * np.log(np.maximum(clues.length, 1)) + USER * clues.user
    held = np.clip(helps, _LEAST, 1 - _LEAST).astype(np.float64)
    odds = np.log(held / (1 - held)) + growth * (told - told.mean()) + facts
    for _ in range(_ROUNDS):
        odds -= np.log(_chances(odds).sum() / held.sum())
    found: Scores = _chances(odds).astype(np.float32)
    return found


def needed_for(needed: float, clues: Clues, intent: Intent) -> float:
    """Return the chance that anything helps, if a limit may be what is needed.

    Args:
        needed: The chance by likeness alone.
        clues: Of the candidates.
        intent: What kind of message it is.
    """
    implicit = intent.probabilities["implicit"]
    if implicit < LIKELY or not (clues.fact > 1).any():
        return needed
    return 1 - (1 - needed) * (1 - CONCERNS * implicit)


def _chances(odds: Numbers) -> Numbers:
    chances: Numbers = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return chances
