"""How what a person wrote or decided is written into a note about a bank.

Owns: the form, which what an older version wrote is read by as well.
Knows nothing of: where it is kept, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .records import Annotation
from .types import MemoryKind


def pack_hand(hand: Annotation) -> dict[str, Any]:
    """Return it as JSON can hold it."""

    def moment(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        **hand._asdict(),
        "kind": hand.kind.value,
        "created_at": moment(hand.created_at),
        "updated_at": moment(hand.updated_at),
        "deleted_at": moment(hand.deleted_at),
        "tags": list(hand.tags),
    }


def unpack_hand(packed: Mapping[str, Any]) -> Annotation:
    """Read what `pack_hand` returned."""
    deleted_at = packed["deleted_at"]
    return Annotation(
        kind=MemoryKind(packed["kind"]),
        key=packed["key"],
        content=packed["content"],
        pinned=packed["pinned"],
        created_at=datetime.fromisoformat(packed["created_at"]),
        updated_at=datetime.fromisoformat(packed["updated_at"]),
        deleted_at=deleted_at and datetime.fromisoformat(deleted_at),
        hidden=packed.get("hidden", False),
        tags=tuple(packed.get("tags", ())),
    )
