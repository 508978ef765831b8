"""Who else tells that something is over: one who was there, was asked, or brings it.

Owns: the words of both.
Knows nothing of: outcomes told of one's own accord, days, chats.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late
from .outcome_texts import PENDING, is_related, read

_WITNESSED: Final = late(
    r"\b(?:congrat\w*|thank you for|thanks for|you (?:passed|did it|made it|won|were"
    r"|played|sang|looked|brought|kept|came)|i (?:heard|saw|watched) you"
    r"|that \w+ (?:was"
    r"|is) the (?:best|worst)|so proud of you|(?:takes|opens|eats|reads|unfolds"
    r"|accepts)"
    r" the|gl\u00fcckwunsch|danke f\u00fcr)\b|\u606d\u559c|\u8c22\u8c22\u4f60",
    re.IGNORECASE,
)
"""What somebody says who was there, or was told."""

_GUESSED: Final = late(
    r"\b(?:i (?:bet|hope|guess|suppose|am sure)|i'm sure|surely|must have|will|if|when"
    r"|you'll|going to|in advance|bestimmt|sicher|hoffentlich)\b",
    re.IGNORECASE,
)
_ASKED_OF: Final = late(
    r"\b(?:how (?:did|was|were)|did (?:you|it|they|he|she)|tell me (?:about|how)|what"
    r" (?:did|happened)|any news|wie (?:war|lief|ging))\b|\u600e\u4e48\u6837"
    r"|\u5982\u4f55",
    re.IGNORECASE,
)
_TO_TELL: Final = late(
    r"\b(?:tell|explain|describe|read|answer|report|say|erz\u00e4hl\w*|erkl\u00e4r\w*"
    r"|bericht\w*|sag\w*|les\w*)\b|\u8bb2|\u544a\u8bc9|\u8bf4",
    re.IGNORECASE,
)
_ACTED: Final = late(r"\*([^*]+)\*")
_NOT_NOW: Final = late(
    r"\b(?:not (?:yet|now|today)|next time|tomorrow|later|forgot|haven'?t|noch nicht"
    r"|sp\u00e4ter|vergessen|morgen)\b|\u8fd8\u6ca1|\u4e0b\u6b21|\u5fd8\u4e86",
    re.IGNORECASE,
)
_TOLD_WORD: Final = late(r"[\w'\u2019-]+(?<![\u3400-\u9fff])|[\u3400-\u9fff]")
TELLING_WORDS: Final = 10
"""So many words are more than a greeting, and tell what was to be told."""


def asks_how(matter: str, said: str) -> bool:
    """Say whether a message asks how something went."""
    found = _ASKED_OF.search(said)
    return found is not None and is_related(read(matter), read(said))


def answers_how(said: str) -> bool:
    """Say whether an answer to how something went tells of it: "so so", "meh"."""
    return bool(read(said).sentences) and PENDING.search(said) is None


def delivered(matter: str, said: str) -> bool:
    """Say whether who promised something for the next talk begins it with that."""
    acts = " ".join(_ACTED.findall(said))
    told = " ".join((*read(said).sentences, acts))
    if _NOT_NOW.search(told):
        return False
    if _TO_TELL.search(matter) and len(_TOLD_WORD.findall(told)) >= TELLING_WORDS:
        return True
    return bool(read(matter).stems & read(told).stems)


def witnessed(matter: str, said: str) -> bool:
    """Say whether one who did not name something tells that it is over."""
    thing = read(matter)
    return any(
        _WITNESSED.search(one)
        and not _GUESSED.search(one)
        and not PENDING.search(one)
        and is_related(thing, read(one))
        for one in read(said).sentences
    )
