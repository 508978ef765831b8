"""What checks find and what backups hold, as plain values.

Owns: how bad a thing is, in words for people; what a backup says it holds.
Knows nothing of: what is looked at, where and how backups are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ..errors import NotFound
from .types import Scope

CONVERSATIONS_FILE: Final = "companion.sqlite3"
"""What conversations keep beside the memories, in the data directory."""
CONVERSATIONS_ASIDE: Final = "companion.set-aside-"
"""How folders begin that hold what it was before another took its place."""
CONVERSATIONS_DRAFT: Final = f"{CONVERSATIONS_FILE}.new"
"""What is about to take its place."""


class Beside(StrEnum):
    """What is kept beside the banks."""

    TEXTS = "collections"
    CONVERSATIONS = "conversations"

    @property
    def words(self) -> str:
        """What it is, for people."""
        whose = "clients" if self is Beside.TEXTS else "conversations"
        return f"what {whose} keep"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What looks like a memory and is none that can be opened.

    Attributes:
        where: Its place, as the back end names it.
        why: Why it is left out, and what to do about it.
    """

    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A database in an archive.

    Attributes:
        member: Its database's name inside the archive.
        digest: BLAKE2 of that database, in hex.
        rows: How many rows its tables have.
    """

    member: str
    digest: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBeside(Packed):
    """What is kept beside the banks, in an archive."""

    kept: Beside

    @property
    def name(self) -> str:
        """What it is, for people."""
        return self.kept.words


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBank(Packed):
    """One bank in an archive."""

    scope: Scope

    @property
    def name(self) -> str:
        """What it is, for people."""
        return f"the memory of {self.scope.character}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A backup that was made.

    Attributes:
        path: Where it lies, as the back end names it.
        size_bytes: What it takes there.
        at: When it was made.
        reason: Why: "by-hand", "before-import" …
        sequence: Rises from one backup in a folder to the next, whatever clocks say; 0
            in those of older versions.
        beside: What is kept beside the banks, as far as it is in it.
    """

    path: str
    size_bytes: int
    at: datetime
    reason: str
    banks: tuple[PackedBank, ...]
    sequence: int = 0
    beside: tuple[PackedBeside, ...] = ()

    def kept(self, kept: Beside) -> PackedBeside | None:
        """Return what is in it beside the banks; None if nothing is."""
        return next((one for one in self.beside if one.kept is kept), None)

    def bank(self, scope: Scope) -> PackedBank:
        """Return what is in it of a bank.

        Raises:
            NotFound: Nothing is.
        """
        for bank in self.banks:
            if bank.scope == scope:
                return bank
        names = ", ".join(repr(bank.scope.character) for bank in self.banks)
        raise NotFound(
            f"{self.path} holds no memory of {scope.character!r}, but: {names}."
        )
