"""What changed in a bank since somebody looked.

Owns: the order of changes, and what a caller is told who has seen some of them.
Knows nothing of: stores, who asks.

Nothing of it is stored: whoever asks after a restart, or after very many changes, is
told to read everything again. A look compares with the look before, so it costs what a
list of all notes and chats costs, and nothing where nobody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from typing import Final, Literal, NamedTuple

from ..core.types import Scope
from ..errors import InvalidInput
from ..lru import Lru
from .bank import Bank
from .revising import tag_of

Kind = Literal["memory", "chat"]
MOST_BANKS: Final = 64
MOST_GONE: Final = 10_000
"""So many that are gone are remembered; whoever has not looked since reads anew."""


class Key(NamedTuple):
    """What can change: a memory of a person's or a summary, or a chat."""

    kind: Kind
    id: str


class Changed(NamedTuple):
    """Something that changed; `gone` if it is there no more."""

    key: Key
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed.

    Attributes:
        changed: The one that changed last at the end, each once.
        cursor: What to ask with next time.
        reset: Nobody knows what changed: read everything again.
    """

    changed: tuple[Changed, ...] = ()
    cursor: str
    reset: bool = False


class ChangeLog:
    """The changes of one bank, in their order. Pure; its owner's lock guards it."""

    def __init__(self, name: str) -> None:
        """Know nothing yet; `name` tells its cursors from those of another log."""
        self._name = name
        self._tags: dict[Key, str | None] = {}
        self._numbers: dict[Key, int] = {}
        self._last = 0
        # Changes up to this one are not all known any more.
        self._lost = 0

    def take(self, now: Mapping[Key, str]) -> None:
        """Compare with what is there now: a tag for each."""
        gone = [key for key, tag in self._tags.items() if tag and key not in now]
        changed = [key for key, tag in now.items() if self._tags.get(key) != tag]
        for key in (*gone, *changed):
            self._last += 1
            self._numbers.pop(key, None)
            self._numbers[key] = self._last
            self._tags[key] = now.get(key)
        left = [key for key in self._numbers if self._tags[key] is None]
        for key in left[: max(0, len(left) - MOST_GONE)]:
            self._lost = self._numbers.pop(key)
            del self._tags[key]

    def since(self, cursor: str) -> Changes:
        """Return what changed after a cursor was given out.

        Raises:
            InvalidInput: The cursor is none.
        """
        name, _, number = cursor.partition(".")
        end = f"{self._name}.{self._last}"
        if cursor and not (number.isascii() and number.isdecimal() and name):
            raise InvalidInput("The cursor is none that was given out.", field="since")
        known = name == self._name and len(number) < len(end)
        seen = int(number) if known else -1
        if not self._lost <= seen <= self._last:
            return Changes(cursor=end, reset=True)
        found = [key for key, at in self._numbers.items() if at > seen]
        return Changes(
            changed=tuple(Changed(key, self._tags[key] is None) for key in found),
            cursor=end,
        )


class ChangeFeed:
    """Tells changes of banks; safe to use from any thread."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._logs: Lru[Scope, ChangeLog] = Lru(MOST_BANKS)
        self._lock = Lock()

    def since(self, bank: Bank, cursor: str) -> Changes:
        """Return what changed in a bank; see `ChangeLog.since`.

        Args:
            bank: Which.
            cursor: What the last look returned; empty at first.

        Raises:
            InvalidInput: The cursor is none.
        """
        # Under the lock, or an older look would undo a newer one.
        with self._lock:
            log = self._logs.get(bank.scope)
            if log is None:
                log = ChangeLog(token_hex(6))
                self._logs.put(bank.scope, log)
            log.take(standing(bank))
            return log.since(cursor)


def standing(bank: Bank) -> dict[Key, str]:
    """Return a tag for all that a person can change, and for each chat."""
    found = {Key("chat", one.id): f"{one.revision} {one.title}" for one in bank.chats()}
    for hand in bank.memories.hands():
        touched = (
            hand.content,
            hand.pinned,
            hand.deleted_at,
            hand.hidden,
            hand.tags,
        )
        found[Key("memory", hand.key)] = str(hash(touched))
    for told in bank.summaries.listed():
        found[Key("memory", told.memory.id)] = tag_of(told.memory)
    return found
