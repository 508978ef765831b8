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
    NOTHING_FOUND,
    FoundKinds,
    MessageReading,
    ReadPlace,
    kinds_of,
    lot_key,
    lot_kinds,
    lot_of,
    lot_read,
    lot_text,
    read_message,
)
from ...core.records import READ_KNOWLEDGE
from ...core.retrieval.arrays import Growing
from ...core.types import Message
from ...lru import Lru
from ..state.bank_state import BankState

LOT: Final = 100
"""Messages that are read in one step in the background."""

AT_ONCE: Final = 32
"""Of a chat so many may be read in a turn; more are left to the background."""

UNREAD: Final = -1
_NOTHING: Final = MessageReading()
Lot = dict[ReadPlace, MessageReading]

MOST_UNKEPT: Final = 2_000
"""So much is held at most before it is kept."""

LOTS_AT_ONCE: Final = 56
"""Of what is kept so many lots are taken over in a turn; more in the background."""

LOTS_IN_BACKGROUND: Final = 8
LOTS_HELD: Final = 56
"""So many lots are held whole; of the others only of what kind they are."""

PATHS_HELD: Final = 8
"""Of so many paths it is known that all is read."""

OPENINGS: Final = 1
"""Of what kind is what was found in a message: one bit each."""

COMMANDS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """Messages to be read, with those before them."""

    places: Sequence[ReadPlace]
    said: dict[int, Message]


class MessageReadings:
    """The readings of one bank; the bank's lock guards it.

    Attributes:
        version: Another one whenever anything was found or is gone.
        commands_version: The same of commands alone.
    """

    def __init__(self, state: BankState) -> None:
        """Read nothing yet, neither messages nor what is kept."""
        self._state = state
        self.version = self.commands_version = 0
        self._noted = 0
        # The lots that were not taken over yet; None if nobody looked which they are.
        self._unloaded: list[int] | None = None
        self._clear()
        state.listen(self)

    # -- what the state tells ------------------------------------------------------

    def changed(self) -> None:
        """Go on: a message never changes."""

    def forgot(self) -> None:
        """Know nothing but what is still kept."""
        self._clear()

    # -- what was found ------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether all that is kept was taken over."""
        return self._unloaded == []

    def at(self, place: ReadPlace) -> MessageReading:
        """Return what was found in a message behind another one."""
        return self._lot(lot_of(place.row)).get(place, _NOTHING)

    def found(
        self, last_row: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]:
        """Return by row how many facts were found, what else, and a stamp.

        The stamp of a row is another one whenever something else was found in it.
        """
        self._reach(last_row)
        return self._facts.values, self._else.values, self._stamps.values

    def fact_counts(self) -> NDArray[np.uint8]:
        """Return how many facts were found in messages, by row; none in later ones."""
        self._load()
        return self._facts.values

    def bearings(self, last_row: int) -> NDArray[np.uint32]:
        """Return by row what the facts of messages bear on, as bits."""
        self._reach(last_row)
        return self._bearings.values

    def commands(self) -> list[tuple[ReadPlace, MessageReading]]:
        """Return the readings with a command, as far as they are known, by row."""
        return [(place, self.at(place)) for place in sorted(self._commands)]

    def command_rows(self) -> set[int]:
        """Return the rows of messages with a command, as far as they are known."""
        return {place.row for place in self._commands}

    # -- reading -------------------------------------------------------------------

    def catch_up(self, rows: NDArray[np.int32]) -> None:
        """Read what is unread at the end of a path, if it is little."""
        if not self.load(LOTS_AT_ONCE) or rows is self._caught_up.get(id(rows)):
            return
        due = self._unread(rows, AT_ONCE + 1)
        if 0 < len(due) <= AT_ONCE:
            self._take(self._read(self._fetched(due)))
        if len(due) <= AT_ONCE:
            self._caught_up.put(id(rows), rows)

    def load(self, most: int) -> bool:
        """Take over what is kept, so many lots at most; return whether all was."""
        if self._unloaded is None:
            last = lot_of(self._state.messages.last_row)
            self._unloaded = list(range(last + 1))
        if self._unloaded:
            self.version += 1
        for lot in reversed(self._unloaded[-most:]):
            text = self._state.store.metadata.get(lot_key(lot))
            if text is not None:
                plain, others = lot_kinds(text)
                self._reach(max(plain, default=0))
                self._read_behind.values[plain] = np.array(plain, np.int32) - 1
                self._note(others)
            self._unloaded.pop()
        return not self._unloaded

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
            if not self.load(LOTS_IN_BACKGROUND):
                return True
            places = self._next()
            # What is not kept is read anew by the next who opens the bank.
            if self.keep(MOST_UNKEPT if places else 1):
                return True
            if not places:
                return False
            due, version = self._fetched(places), self.version
        read = self._read(due)
        with state.lock:
            # What was forgotten meanwhile must not come back.
            if self.is_ready and (version == self.version or self._same(due)):
                self._take(read)
            if len(places) < LOT:
                self.keep()
        return True

    def read_anew(self) -> None:
        """Drop all that was found and kept; it is read again in the background."""
        with self._state.lock:
            with self._state.store.exclusive():
                for key in self._state.store.metadata.with_prefix(READ_KNOWLEDGE):
                    self._state.store.metadata.drop(key)
            self._clear()
            self._unloaded = []
            self._state.wake()

    # -- inside --------------------------------------------------------------------

    def _clear(self) -> None:
        self.version += 1
        self.commands_version += 1
        self._unloaded = None
        self._lots: Lru[int, Lot] = Lru(LOTS_HELD)
        # Those in which something is not kept yet.
        self._open: dict[int, Lot] = {}
        self._commands: set[ReadPlace] = set()
        # By row: behind which row it was read last, what was found, and when, counted.
        self._read_behind: Growing[np.int32] = Growing(np.int32)
        self._facts: Growing[np.uint8] = Growing(np.uint8)
        self._else: Growing[np.uint8] = Growing(np.uint8)
        self._stamps: Growing[np.int64] = Growing(np.int64)
        self._bearings: Growing[np.uint32] = Growing(np.uint32)
        self._also: set[ReadPlace] = set()
        self._unkept = 0
        # Paths of which all is read, by identity, so they are held: a turn asks often.
        self._caught_up: Lru[int, NDArray[np.int32]] = Lru(PATHS_HELD)

    def _load(self) -> None:
        """Take over all that is kept."""
        while not self.load(LOTS_AT_ONCE):
            pass

    def _lot(self, number: int) -> Lot:
        """Return what was found in a lot."""
        lot = self._open.get(number) or self._lots.get(number)
        if lot is None:
            text = self._state.store.metadata.get(lot_key(number))
            lot = lot_read(text)[1] if text is not None else {}
            self._lots.put(number, lot)
        return lot

    def _note(self, read: Iterable[tuple[ReadPlace, FoundKinds]]) -> None:
        for place, found in read:
            if place.row >= len(self._read_behind):
                # By more than one, for they come one by one.
                self._reach(place.row + len(self._read_behind) // 8)
            behind = self._read_behind.values
            if behind[place.row] not in (UNREAD, place.before):
                self._also.add(ReadPlace(place.row, int(behind[place.row])))
            behind[place.row] = place.before
            if found != NOTHING_FOUND:
                self._noted += 1
                self._stamps.values[place.row] = self._noted
                facts, kinds = self._facts.values, self._else.values
                facts[place.row] = max(facts[place.row], min(found.facts, 255))
                kinds[place.row] |= OPENINGS * found.openings
                kinds[place.row] |= COMMANDS * found.commands
                self._bearings.values[place.row] |= np.uint32(found.bearing)
                if found.commands:
                    self._commands.add(place)
                    self.commands_version += 1

    def _take(self, read: Sequence[tuple[ReadPlace, MessageReading]]) -> None:
        for place, reading in read:
            number = lot_of(place.row)
            lot = self._open.setdefault(number, self._lot(number))
            if not reading.is_empty:
                lot[place] = reading
        self._note((place, kinds_of(reading)) for place, reading in read)
        self._unkept += len(read)
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
        self._facts.reach(len(self._read_behind), 0)
        self._else.reach(len(self._read_behind), 0)
        self._stamps.reach(len(self._read_behind), 0)
        self._bearings.reach(len(self._read_behind), 0)

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
        lots = sorted(self._open)
        behind = self._read_behind.values
        with self._state.store.derived():
            for lot in lots:
                self._state.store.metadata.put(lot_key(lot), self._text_of(lot, behind))
        for lot in lots:
            self._lots.put(lot, self._open.pop(lot))
        self._unkept = 0
        return True

    def _text_of(self, lot: int, behind: NDArray[np.int32]) -> str:
        first = lot * LOT_ROWS
        rows = first + np.flatnonzero(behind[first : first + LOT_ROWS] != UNREAD)
        read = {ReadPlace(row, int(behind[row])) for row in rows.tolist()}
        read |= {place for place in self._also if lot_of(place.row) == lot}
        return lot_text(read, self._lot(lot))
