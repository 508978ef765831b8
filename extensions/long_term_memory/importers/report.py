"""What an import says: how far it is, and what became of each file.

Owns: the words.
Knows nothing of: files, engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ImportPhase(StrEnum):
    """What an import is doing: reading files, or learning what they mean."""

    READING = "reading files"
    LEARNING = "learning messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import is.

    Attributes:
        done, total: Files, or texts with a vector.
        seconds: Since this phase began.
    """

    phase: ImportPhase
    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Things a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None if nothing is done yet."""
        return (self.total - self.done) / self.rate if self.rate else None


class Outcome(StrEnum):
    """What became of one chat, the note-worthiest last.

    `KNOWN`: all of it was here. `NEW`: it came. `GREW`: it went on. `FOLLOWED`: the
    file is newer, and the chat is now as the file has it. `BESIDE`: the memory is
    newer and differs; the file's version stands beside it as a branch. `KEPT`: a chat
    of our own export went another way here, and stays as it is.
    """

    KNOWN = "known already"
    NEW = "new"
    GREW = "went on"
    FOLLOWED = "changed, now as in the file"
    BESIDE = "an older version, kept beside the chat as a branch"
    KEPT = "went another way here and stays so"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file.

    Attributes:
        read: Whether it was; else `words` says why not.
        words: One line for people.
        chats, messages, notes: How many came.
        settings: The predecessor's settings, if the file holds them.
    """

    path: str
    read: bool
    words: str
    format: str = ""
    characters: tuple[str, ...] = ()
    chats: int = 0
    messages: int = 0
    notes: int = 0
    settings: tuple[tuple[str, object], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do.

    Attributes:
        batch: Id under which it can be undone; empty if it brought nothing.
        cancelled: It was stopped; run again, it goes on where it stopped.
        reading_seconds: For reading and storing.
        learning_seconds: For the vectors after that.
        note: What else a person should know, else empty.
    """

    files: tuple[FileReport, ...]
    batch: str = ""
    cancelled: bool = False
    reading_seconds: float = 0.0
    learning_seconds: float = 0.0
    note: str = ""

    @property
    def messages(self) -> int:
        """How many messages came."""
        return sum(file.messages for file in self.files)

    @property
    def chats(self) -> int:
        """How many chats came or changed."""
        return sum(file.chats for file in self.files)

    @property
    def notes(self) -> int:
        """How many notes came."""
        return sum(file.notes for file in self.files)

    @property
    def left_out(self) -> int:
        """How many files could not be read."""
        return sum(not file.read for file in self.files)


def pace(progress: ImportProgress) -> str:
    """Word rate and time left: "52 a second, 3 min left"."""
    left = progress.seconds_left
    if left is None:
        return ""
    words = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
    return f"{progress.rate:,.0f} a second, {words} left"


def counted(number: int, noun: str) -> str:
    """Return "1 note", "2 notes"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summary(
    *,
    characters: tuple[str, ...],
    outcomes: list[Outcome],
    messages: int,
    notes: int,
) -> str:
    """Say in one line what came of a file."""
    whose = ", ".join(characters) or "nobody"
    parts = []
    if messages:
        parts.append(counted(messages, "message"))
    if notes:
        parts.append(counted(notes, "note"))
    told = [outcome for outcome in Outcome if outcome in outcomes]
    if not parts and set(told) <= {Outcome.KNOWN}:
        return f"{whose}: nothing new"
    unusual = [one.value for one in told if one not in (Outcome.NEW, Outcome.KNOWN)]
    words = " and ".join(parts) or "changed"
    return f"{whose}: {words}" + (f" ({'; '.join(unusual)})" if unusual else "")
