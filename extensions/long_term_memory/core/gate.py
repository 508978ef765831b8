"""Whether anything should be recalled at all.

Owns: what counts as evidence, and how much is enough.
Knows nothing of: stores, ranking, settings, the words of small talk.

Small talk resembles other small talk, in meaning and in words: "Good night!" lies
nearer to its likes than most questions to their answers. So a message must first have
something to ask for; only then is it asked whether memory has it.
"""

from __future__ import annotations

from typing import Final

from .pleasantries import tells_nothing
from .signals import Moments

NEAR_COSINE: Final = 0.33
"""Something lies so near in meaning, or ..."""

NEAR_SHARE: Final = 0.22
"""... holds so much of the message's words. Measured with MiniLM on long chats: with
neither, 23 of 25 unrelated subjects are silent, and 0.4 % of questions."""

_ABOVE: Final = 0.6
"""To other embedders all texts are alike: something must be nearer than two messages
of this bank usually are, by so many deviations. With MiniLM that is 0.25 to 0.33."""


def near_bound(pairs: Moments | None) -> float:
    """Say which cosine counts as near.

    Args:
        pairs: How the cosines of any two messages spread; None while they are few.
    """
    if pairs is None:
        return NEAR_COSINE
    return max(NEAR_COSINE, pairs.mean + _ABOVE * pairs.deviation)


def near_enough(*, cosine: float, lexical: float, bound: float = NEAR_COSINE) -> bool:
    """Say whether the nearest memory is likely to matter.

    Args:
        cosine: The highest of any message; -1 while there are no vectors.
        lexical: The highest lexical share of any message, 0 … 1.
        bound: What `near_bound` says.
    """
    return cosine >= bound or lexical >= NEAR_SHARE


def asks_for_something(text: str) -> bool:
    """Say whether a text has any word beyond greetings, thanks and interjections."""
    return not tells_nothing(text)
