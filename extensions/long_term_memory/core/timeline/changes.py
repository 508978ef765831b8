"""How a path changes, as a value.

Owns: the shapes in which an alignment is told.
Knows nothing of: how it is found, ids of new messages, stores, hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ..types import PathEntry, WindowMessage


class Change(StrEnum):
    """What became of one message."""

    SAME = "same"
    APPENDED = "appended"
    EDITED = "edited"
    SWIPED = "swiped"
    INSERTED = "inserted"
    REMOVED = "removed"
    HIDDEN = "hidden"
    SLID = "slid"


class Aligned(NamedTuple):
    """One place of the new path; a named tuple because an early edit makes thousands.

    Attributes:
        place: The known place that stands here, with its old flags; None for a new one.
        shown: The new message that stands here; None for a known one.
        hidden: Whether it is hidden now.
        provisional: Whether it is a reply that may still be swiped.
        host_id: The host's id of it, if it has one.
        change: What became of it.
    """

    place: PathEntry | None
    shown: WindowMessage | None
    hidden: bool
    provisional: bool
    host_id: str | None
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a path changes.

    Attributes:
        keep: So many leading places stay as they are, flags and all.
        tail: What stands after them.
        removed: Ids of the messages that leave the path, edited ones among them.
        counts: How many messages met each fate; hidden ones only if they were not
            before, removed ones only if nothing came in their place.
    """

    keep: int
    tail: tuple[Aligned, ...] = ()
    removed: tuple[str, ...] = ()
    counts: Mapping[Change, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether the path is another one, or a flag of it."""
        return bool(self.tail or self.removed)
