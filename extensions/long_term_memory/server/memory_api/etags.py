"""ETags: which state of a memory an editor has seen.

Owns: reading `If-Match`, and the answer that bears an `ETag`.
Knows nothing of: how states are told apart (`revising` does).
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header, HTTPException

from ...core.types import MemoryItem
from ...engine.bank import Bank
from ...engine.revising import tag_of
from ...web.responses import PlainJSON
from .telling import felt_answer, sent

ANY: Final = "*"
NEEDED: Final = (
    "Say which state of the memory you have seen: send its ETag as If-Match, or * to "
    "write over whatever is there."
)
# RFC 9110, 8.8.3; a weak one never matches (13.1.1).
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=2_000,
        description="The ETag of the state that you have seen; * means whatever is "
        "there.",
    ),
]


def seen_in(if_match: str, *, needed: bool) -> frozenset[str] | None:
    """Return the tags that a header names; None if any state will do.

    Args:
        if_match: The header, or an etag as answers hold it.
        needed: Whether one must be sent.

    Raises:
        HTTPException: 428: none was sent.
    """
    told = if_match.strip()
    if told == ANY or (not told and not needed):
        return None
    if not told:
        raise HTTPException(428, NEEDED)
    tags = _TAG.findall(told) or [f'"{told}"']
    return frozenset(tag.strip('"') for tag in tags if not tag.startswith("W/"))


def with_etag(bank: Bank, memory: MemoryItem, status: int = 200) -> PlainJSON:
    """Answer with a memory of a bank, and the tag of its state."""
    return sent(felt_answer(bank, memory), status=status, etag=tag_of(memory))
