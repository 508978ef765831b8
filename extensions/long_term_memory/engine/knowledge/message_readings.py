"""What was read in the messages of one bank: facts, what is to come, commands.

Owns: which messages were read behind which, what was found, and that both are kept
among the notes about the bank, so that nothing is read anew at the next start.
Knows nothing of: what becomes of what was found, prompts.

It can all be made again from the messages; what is lost or written twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.readings import (
    LOT_ROWS,
    MessageReading,
    ReadPlace,
    lot_key,
    lot_of,
    lot_read,
    lot_text,
    read_message,
)
from ...core.records import READ_KNOWLEDGE
from ...core.retrieval.arrays import Growing
from ...core.types import Message
from ..state.bank_state import BankState

LOT: Final = 100
"""Messages that are read in one step in the background."""

AT_ONCE: Final = 32
"""Of a chat so many may be read in a turn; more are left to the background."""

LEAST_KEPT: Final = 64
"""So much is kept at once; less is read anew at the next start, if need be."""

UNREAD: Final = -1
_NOTHING: Final = MessageReading()

FACTS: Final = 1
"""Of what kind is what was found in a message: one bit each."""

OPENINGS: Final = 2
COMMANDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """Messages to be read, with those before them."""

    places: Sequence[ReadPlace]
    said: dict[int, Message]


class MessageReadings:
    """The readings of one bank; the bank's lock guards it.

    Attributes:
        version: Another one whenever anything was found or is gone.
    """

    def __init__(self, state: BankState) -> None:
        """Read nothing yet, neither messages nor what is kept."""
        self._state = state
        self.version = 0
        self._noted = 0
        self._is_loaded = False
        self._clear()
        state.listen(self)

    # -- what the state tells ------------------------------------------------------

    def changed(self) -> None:
        """Go on: a message never changes."""

    def forgot(self) -> None:
        """Know nothing but what is still kept."""
        self._clear()
        self._is_loaded = False

    # -- what was found ------------------------------------------------------------

    def at(self, place: ReadPlace) -> MessageReading:
        """Return what was found in a message behind another one."""
        return self._found.get(place, _NOTHING)

    def kinds(self, last_row: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return by row of what kind is what was found, and a stamp.

        The stamp of a row is another one whenever something else was found in it.
        """
        self._load()
        self._reach(last_row)
        return self._kinds.values, self._stamps.values

    def fact_counts(self) -> dict[int, int]:
        """Return how many facts were found in messages that have any, by row."""
        self._load()
        counts: dict[int, int] = {}
        for place, reading in self._found.items():
            if reading.facts:
                most = max(counts.get(place.row, 0), len(reading.facts))
                counts[place.row] = most
        return counts

    def commands(self) -> list[tuple[ReadPlace, MessageReading]]:
        """Return all readings with a command, by rising row."""
        self._load()
        return [(place, self._found[place]) for place in sorted(self._commands)]

    # -- reading -------------------------------------------------------------------

    def catch_up(self, rows: NDArray[np.int32]) -> None:
        """Read what is unread at the end of a path, if it is little."""
        self._load()
        due = self._unread(rows, AT_ONCE + 1)
        if 0 < len(due) <= AT_ONCE:
            self._take(self._read(self._fetched(due)))

    def read_all(self) -> None:
        """Read all that is unread on any path."""
        self._load()
        while places := self._next():
            self._take(self._read(self._fetched(places)))

    def due(self) -> int:
        """Count what is unread on any path."""
        self._load()
        return sum(len(self._unread(rows, len(rows))) for rows in self._paths())

    def work(self) -> bool:
        """Read a lot, or keep what was read; return whether either was due.

        Takes the bank's lock, but not while it reads.

        Raises:
            StoreError: It could not be kept; the next call tries it again.
        """
        state = self._state
        with state.lock:
            self._load()
            places = self._next()
            if not places:
                return self.keep(LEAST_KEPT)
            due, version = self._fetched(places), self.version
        read = self._read(due)
        with state.lock:
            # What was forgotten meanwhile must not come back.
            if self._is_loaded and (version == self.version or self._same(due)):
                self._take(read)
        return True

    def read_anew(self) -> None:
        """Drop all that was found and kept; it is read again in the background."""
        with self._state.lock:
            with self._state.store.exclusive():
                for key in self._state.store.metadata.with_prefix(READ_KNOWLEDGE):
                    self._state.store.metadata.drop(key)
            self._clear()
            self._is_loaded = True
            self._state.wake()

    # -- inside --------------------------------------------------------------------

    def _clear(self) -> None:
        self.version += 1
        self._found: dict[ReadPlace, MessageReading] = {}
        self._commands: set[ReadPlace] = set()
        # By row: behind which row it was read last, what was found, and when, counted.
        self._read_behind: Growing[np.int32] = Growing(np.int32)
        self._kinds: Growing[np.uint8] = Growing(np.uint8)
        self._stamps: Growing[np.int64] = Growing(np.int64)
        self._also: set[ReadPlace] = set()
        self._changed_lots: set[int] = set()
        self._unkept = 0

    def _load(self) -> None:
        """Take over what is kept, once."""
        if self._is_loaded:
            return
        self._is_loaded = True
        for text in self._state.store.metadata.with_prefix(READ_KNOWLEDGE).values():
            read, found = lot_read(text)
            self._note((place, found.get(place, _NOTHING)) for place in read)
        self._changed_lots.clear()
        self._unkept = 0

    def _note(self, read: Iterable[tuple[ReadPlace, MessageReading]]) -> None:
        for place, reading in read:
            if place.row >= len(self._read_behind):
                # By more than one, for they come one by one.
                self._reach(place.row + len(self._read_behind) // 8)
            behind = self._read_behind.values
            if behind[place.row] not in (UNREAD, place.before):
                self._also.add(ReadPlace(place.row, int(behind[place.row])))
            behind[place.row] = place.before
            self._changed_lots.add(lot_of(place.row))
            self._unkept += 1
            if not reading.is_empty:
                self._found[place] = reading
                self._noted += 1
                self._stamps.values[place.row] = self._noted
                self._kinds.values[place.row] |= _kinds_of(reading)
                if reading.commands:
                    self._commands.add(place)

    def _take(self, read: Sequence[tuple[ReadPlace, MessageReading]]) -> None:
        self._note(read)
        if any(not reading.is_empty for _, reading in read):
            self.version += 1

    def _paths(self) -> Iterator[NDArray[np.int32]]:
        messages = self._state.messages
        for chat in messages.chats():
            yield messages.path(chat).rows

    def _unread(self, rows: NDArray[np.int32], most: int) -> list[ReadPlace]:
        """Return what of a path is unread behind what stands before it, in order.

        Args:
            rows: The path.
            most: The first so many are enough.
        """
        if not len(rows):
            return []
        self._reach(int(rows.max()))
        before = np.concatenate([np.zeros(1, np.int32), rows[:-1]])
        places = np.flatnonzero(self._read_behind.values[rows] != before)
        found: list[ReadPlace] = []
        for at in places.tolist():
            one = ReadPlace(int(rows[at]), int(before[at]))
            if one not in self._also:
                found.append(one)
                if len(found) == most:
                    break
        return found

    def _reach(self, row: int) -> None:
        self._read_behind.reach(row + 1, UNREAD)
        self._kinds.reach(len(self._read_behind), 0)
        self._stamps.reach(len(self._read_behind), 0)

    def _next(self) -> list[ReadPlace]:
        """Return the next few that are unread on any path."""
        for rows in self._paths():
            if places := self._unread(rows, LOT):
                return places
        return []

    def _fetched(self, places: Sequence[ReadPlace]) -> _Due:
        rows = sorted({row for place in places for row in place if row})
        return _Due(places=places, said=self._state.store.messages.get(rows))

    def _same(self, due: _Due) -> bool:
        return self._state.store.messages.get(list(due.said)) == due.said

    def _read(self, due: _Due) -> list[tuple[ReadPlace, MessageReading]]:
        character = self._state.scope.character
        return [
            (
                place,
                read_message(
                    due.said[place.row], due.said.get(place.before), character
                ),
            )
            for place in due.places
        ]

    def keep(self, least: int = 1) -> bool:
        """Keep what was read since the last time, if it is so much; say whether it was.

        The bank's lock is held.

        Raises:
            StoreError: It could not be kept; the next call tries it again.
        """
        if self._unkept < least:
            return False
        lots = sorted(self._changed_lots)
        behind = self._read_behind.values
        with self._state.store.exclusive():
            for lot in lots:
                self._state.store.metadata.put(lot_key(lot), self._text_of(lot, behind))
        self._changed_lots -= set(lots)
        self._unkept = 0
        return True

    def _text_of(self, lot: int, behind: NDArray[np.int32]) -> str:
        first = lot * LOT_ROWS
        rows = first + np.flatnonzero(behind[first : first + LOT_ROWS] != UNREAD)
        read = {ReadPlace(row, int(behind[row])) for row in rows.tolist()}
        read |= {place for place in self._also if lot_of(place.row) == lot}
        return lot_text(read, self._found)


def _kinds_of(reading: MessageReading) -> int:
    return (
        FACTS * bool(reading.facts)
        | OPENINGS * bool(reading.openings)
        | COMMANDS * bool(reading.commands)
    )
