"""What the memory API answers about many memories at once.

Owns: the fields of these answers.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from .answers import ApiAnswer, MemoryAnswer, RewriteAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacingAnswer(ApiAnswer):
    """What would read otherwise.

    Attributes:
        changes: Up to 500 of the memories.
        total: How many there are.
        left_out: How many are left alone, for they would be empty or too long.
        seen: Stands for all of it; send it back, and nothing else is changed.
    """

    changes: list[RewriteAnswer]
    total: int
    left_out: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedAnswer(ApiAnswer):
    """How many memories were changed."""

    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsAnswer(ApiAnswer):
    """The notes that a memory became."""

    memories: list[MemoryAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAnswer(ApiAnswer):
    """A tag, and how many memories have it."""

    name: str
    memories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsAnswer(ApiAnswer):
    """All tags, by the alphabet."""

    tags: list[TagAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswer(ApiAnswer):
    """Something done by hand.

    Attributes:
        what: A word for it, such as delete.
        count: How many memories it changed.
        undone: Whether it was undone, and can be done again.
        text: How one of the memories begins; empty where nobody wrote it. Of an import
            or a clearing what it was.
    """

    what: str
    at: str
    count: int
    undone: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsAnswer(ApiAnswer):
    """What was done by hand, the newest first."""

    steps: list[StepAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedAnswer(ApiAnswer):
    """What became of a step: memories that are as before, or as it made them.

    Attributes:
        kept: Ids of those that were changed since, past the steps, and left alone. Of
            an import the titles of chats that went on since, and texts of notes.
        chats, notes: So many an import or a clearing brought or took.
    """

    what: str
    ids: list[str]
    kept: list[str]
    chats: int
    notes: int
