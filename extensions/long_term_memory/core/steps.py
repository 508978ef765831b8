"""What was done by hand, step by step, as it can be undone and done again.

Owns: what a step is, which of them are kept, and how both are written.
Knows nothing of: where they are kept, who undoes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from .hand_records import pack_hand, unpack_hand
from .records import Annotation
from .types import MemoryKind

MOST_STEPS: Final = 200
MOST_CHARS: Final = 16_000_000
"""So long all steps may be together; the newest is kept however long it is."""

TAKE_BACK: Final = "take_back"
"""The step that takes an import or a clearing back, whichever came since."""

INSEPARABLE: Final = frozenset({"split", "merge"})
"""Steps that mean nothing without one of their memories."""

Key = tuple[MemoryKind, str]


class HandChange(NamedTuple):
    """What became of what is by hand of one memory; None where nothing was."""

    before: Annotation | None
    after: Annotation | None

    @property
    def key(self) -> Key:
        """Of which memory."""
        one = self.before or self.after
        assert one is not None
        return one.kind, one.key

    @property
    def is_none(self) -> bool:
        """Whether nothing is another than before."""
        return is_same(self.before, self.after)

    @property
    def texts(self) -> tuple[str, ...]:
        """What it tells of the memory."""
        return tuple(one.content or "" for one in self if one is not None)


class RuleChange(NamedTuple):
    """What became of what was set for a character, its storylines or one chat.

    Attributes:
        name: Which of them; see `engine.state.policies`.
        before: As it is kept; empty where nothing was set.
        after: The same.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandStep:
    """One thing that a person did, to memories or to what is set for chats.

    Attributes:
        what: A word for it, such as "delete"; see `engine.memories`.
        changes: What became of each memory.
        rules: What became of what was set.
        batch: Id of the import or clearing that it was, or took back; what became of
            chats and notes stands in its own record.
    """

    what: str
    at: datetime
    changes: tuple[HandChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    batch: str = ""

    def as_text(self) -> str:
        """Return it as it is kept."""
        changes = [
            [one and pack_hand(one) for one in (change.before, change.after)]
            for change in self.changes
        ]
        told = {"what": self.what, "at": self.at.isoformat(), "changes": changes}
        if self.rules:
            told["rules"] = self.rules
        if self.batch:
            told["batch"] = self.batch
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> HandStep:
        """Read what was kept."""
        told = json.loads(text)
        return cls(
            what=told["what"],
            at=datetime.fromisoformat(told["at"]),
            changes=tuple(
                HandChange(*(one and unpack_hand(one) for one in change))
                for change in told["changes"]
            ),
            rules=tuple(RuleChange(*one) for one in told.get("rules", ())),
            batch=told.get("batch", ""),
        )


class StepSize(NamedTuple):
    """A step that is kept: its number, and how long it is."""

    number: int
    chars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepList:
    """Which steps are kept, the oldest first.

    Attributes:
        done: So many of them are done; those behind were undone.
        last: The highest number that a step ever had.
    """

    steps: tuple[StepSize, ...] = ()
    done: int = 0
    last: int = 0

    def as_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(
            {"steps": self.steps, "done": self.done, "last": self.last},
            separators=(",", ":"),
        )

    @classmethod
    def of(cls, text: str | None) -> StepList:
        """Read what was kept; None is the list of a bank that has none."""
        if text is None:
            return cls()
        told = json.loads(text)
        steps = tuple(StepSize(*one) for one in told["steps"])
        return cls(steps=steps, done=told["done"], last=told["last"])

    def with_new(self, chars: int) -> StepList:
        """Return the list after a new step: what was undone cannot be redone then.

        Args:
            chars: How long the step is.
        """
        last = self.last + 1
        steps = (*self.steps[: self.done], StepSize(last, chars))
        room, kept = MOST_CHARS, 0
        for one in reversed(steps[-MOST_STEPS:]):
            room -= one.chars
            if kept and room < 0:
                break
            kept += 1
        return StepList(steps=steps[len(steps) - kept :], done=kept, last=last)

    def without(self, numbers: Iterable[int]) -> StepList:
        """Return the list without some of its steps."""
        gone = set(numbers)
        left = tuple(one for one in self.steps if one.number not in gone)
        done = sum(one.number not in gone for one in self.steps[: self.done])
        return replace(self, steps=left, done=done)


def is_same(one: Annotation | None, other: Annotation | None) -> bool:
    """Whether two states of what is by hand say the same, whenever that was written."""
    if one is None or other is None:
        return one is other
    return one._replace(updated_at=other.updated_at) == other


def in_short(changes: Iterable[HandChange]) -> tuple[HandChange, ...]:
    """Return what became of each memory in all, without what is as it was before."""
    found: dict[Key, HandChange] = {}
    for change in changes:
        first = found.get(change.key, change)
        found[change.key] = HandChange(first.before, change.after)
    return tuple(one for one in found.values() if not one.is_none)


def rules_in_short(changes: Iterable[RuleChange]) -> tuple[RuleChange, ...]:
    """Return what became of each rule in all, without what is as it was before."""
    found: dict[str, RuleChange] = {}
    for change in changes:
        first = found.get(change.name, change)
        found[change.name] = change._replace(before=first.before)
    return tuple(one for one in found.values() if one.before != one.after)
