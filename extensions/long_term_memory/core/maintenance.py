"""What somebody who looks at memories finds, in words for people.

Owns: how bad a thing is.
Knows nothing of: what is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: The thing, as a phrase; empty for the bank as a whole.
        words: What was found, and what to do about it.
        mendable: Whether it can be mended from the messages, losing nothing.
        blind: Whether it could not be looked at, so that nothing is known.
        bank: Whose memory it is about, in words; empty if about none.
    """

    level: Level
    what: str
    words: str
    mendable: bool = False
    blind: bool = False
    bank: str = ""


def ok(what: str, words: str) -> Finding:
    """Return that a thing is well."""
    return Finding(level=Level.OK, what=what, words=words)


def fault(
    what: str, words: str, *, mendable: bool = True, blind: bool = False
) -> Finding:
    """Return that a thing is amiss."""
    return Finding(
        level=Level.FAULT, what=what, words=words, mendable=mendable, blind=blind
    )
