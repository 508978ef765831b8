"""What the memory API answers of the record.

Owns: the fields of these answers.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from .answers import ApiAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer(ApiAnswer):
    """A memory that stood in a prompt; its tokens are about."""

    id: str
    block: str
    chance: float | None
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(ApiAnswer):
    """What memory put into one prompt; `asked` is the message that was answered."""

    number: int
    at: str
    chat: str
    asked: str
    intent: str
    needed: float
    head_tokens: int
    recall_tokens: int
    memories: list[RecordedAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallsAnswer(ApiAnswer):
    """The record of recalls, the newest first; empty where it is switched off."""

    recalls: list[RecordAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswer(ApiAnswer):
    """What replies of one day took, in tokens, and in dollars where prices are set."""

    day: str
    calls: int
    read: int
    written: int
    memory: int
    saved: int
    dollars: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageAnswer(ApiAnswer):
    """Usage by rising days; empty where the record is switched off."""

    days: list[DayAnswer]
