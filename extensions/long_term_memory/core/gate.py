"""Whether anything should be recalled at all.

Owns: what counts as evidence, and how much is enough.
Knows nothing of: stores, ranking, settings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for recalling something.

    Attributes:
        text: The query without names.
        dated: Whether it names a past date.
        lexical: The highest lexical share of any message, 0 … 1.
        cosine: The highest cosine of any message; None while there are no vectors.
    """

    text: str
    dated: bool
    lexical: float
    cosine: float | None


def worth_recalling(evidence: Evidence) -> bool:
    """Say whether anything in memory is likely to matter for a message."""
    return True
