"""What is to come in a chat: what of it a turn speaks of, and a list of all.

Owns: asking the pure rules only for what may be due, so that a long memory costs no
turn its time; what a person called off by hand.
Knows nothing of: prompts, how messages are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.forgetting.knowledge import DUE_BY_HAND
from ...core.knowledge.closing import closed_by
from ...core.knowledge.due import (
    ASKED_FOR,
    Moment,
    SaidBefore,
    Thread,
    ThreadColumn,
    moment_of,
    tells_day,
)
from ...core.records import Annotation
from ...core.types import MemoryKind, Query
from ..state.bank_state import BankState
from ..state.policies import Viewer
from .known import Knowledge, Known

FIRST, LAST, STORY, MARK = ThreadColumn
MOST_LOOKED: Final = 240
"""Messages after which nobody looks any more for how something went."""

LOOKED_BEFORE: Final = 160
"""So many messages before its day may tell that it was done or called off."""

LOT: Final = 64
MOST_DUE: Final = 5
"""Of what one turn speaks of; nobody asks of more at once."""


class Due(NamedTuple):
    """Something that the turn under way speaks of."""

    thread: Thread
    moment: Moment


class DueState(StrEnum):
    """How something to come stands."""

    COMING = "coming"
    PAST = "past"
    """Its day is over, and nothing was told of it."""
    CLOSED = "closed"
    OFF = "off"
    """A person called it off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """Something to come, for people.

    Attributes:
        closed_by: Id of the message that told how it went; empty if none did.
    """

    thread: Thread
    state: DueState
    closed_by: str = ""


class DueBook:
    """What is to come in the chats of one bank; takes the bank's lock itself."""

    def __init__(self, state: BankState, knowledge: Knowledge) -> None:
        """Work on a bank."""
        self._state = state
        self._knowledge = knowledge

    def due(self, viewer: Viewer, query: Query) -> list[Due]:
        """Return what the turn speaks of that a message of the user's begins."""
        if query.speaker != "user" or query.limit == 0:
            return []
        with self._state.lock:
            known = self._knowledge.of(viewer)
            if not known.has_coming or not known.coming.threads:
                return []
            turn, end = self._turn(viewer, query, known)
            found = self._found(known, turn, end)
            return list(_first(found, MOST_DUE))

    def all(self, viewer: Viewer) -> list[DueItem]:
        """Return all that is or was to come: what has a day by days, then the rest."""
        self._knowledge.get_ready(viewer)
        with self._state.lock:
            known = self._knowledge.whole_of(viewer)
            today = self._state.clock().astimezone().date()
            items = [
                self._item(known, one, place, today)
                for one, place in zip(
                    known.coming.threads, _places(known).tolist(), strict=True
                )
            ]
        return sorted(
            items, key=lambda one: (one.thread.first or date.max, one.thread.id)
        )

    def call_off(self, thread_id: str, viewer: Viewer, *, off: bool = True) -> bool:
        """Speak of something no more, or again; return whether there is any such."""
        self._knowledge.get_ready(viewer)
        with self._state.step("delete" if off else "restore"):
            threads = self._knowledge.whole_of(viewer).coming.threads
            if not any(one.id == thread_id for one in threads):
                return False
            key, now = f"{DUE_BY_HAND}{thread_id}", self._state.clock()
            if not off:
                self._state.annotate_all([], [(MemoryKind.FACT, key)])
                return True
            self._state.annotate(
                Annotation(
                    kind=MemoryKind.FACT,
                    key=key,
                    content=None,
                    pinned=False,
                    created_at=now,
                    updated_at=now,
                    deleted_at=now,
                )
            )
            return True

    # -- inside --------------------------------------------------------------------

    def _turn(
        self, viewer: Viewer, query: Query, known: Known
    ) -> tuple[SaidBefore, int]:
        """Return the user's message that is answered, and its place among all."""
        now = query.asked_at or self._state.clock()
        end = len(known.line.rows)
        if viewer.row is not None:
            places = self._state.chats.state(viewer.row)
            for row, place in zip(
                reversed(places.rows), reversed(places.places), strict=True
            ):
                if place.hidden:
                    continue
                message = place.message
                if message.role == "user" and message.content == query.text:
                    at = message.said_at or now
                    where = np.flatnonzero(known.line.rows == row)
                    said = SaidBefore(
                        message.id, "user", "", query.text, at, str(viewer.row)
                    )
                    return said, int(where[-1]) if len(where) else end
                if message.role == "user":
                    break
        return SaidBefore("", "user", "", query.text, now, str(viewer.row or 0)), end

    def _found(self, known: Known, turn: SaidBefore, end: int) -> Iterator[Due]:
        places = _places(known)
        for at in _may_be_due(known, places, turn, end).tolist():
            thread, place = known.coming.threads[at], int(places[at])
            if self._is_called_off(thread):
                continue
            between = list(self._after(known, thread, place, end))
            moment = moment_of(thread, between, turn, None)
            if moment is None:
                continue
            if closed_by(thread, [*between, turn], None) is None:
                yield Due(thread, moment)

    def _is_called_off(self, thread: Thread) -> bool:
        hand = self._state.annotations.get(MemoryKind.FACT, f"{DUE_BY_HAND}{thread.id}")
        return hand is not None

    def _after(
        self, known: Known, thread: Thread, place: int, end: int
    ) -> Iterator[SaidBefore]:
        """Yield what was said after something was named; of very much the last."""
        start = max(place + 1, end - MOST_LOOKED)
        if thread.first is not None:
            # What was said long before its day tells little.
            day = _midnight(thread.first).timestamp()
            on_it = np.flatnonzero(known.line.times[place + 1 : end] >= day)
            first = place + 1 + int(on_it[0]) if len(on_it) else end
            start = max(place + 1, first - LOOKED_BEFORE)
        for lot in range(start, end, LOT):
            rows = known.line.rows[lot : min(lot + LOT, end)].tolist()
            chats = known.line.chats[lot : min(lot + LOT, end)].tolist()
            yield from self._knowledge.messages(rows, chats)

    def _item(self, known: Known, thread: Thread, place: int, today: date) -> DueItem:
        if self._is_called_off(thread):
            return DueItem(thread=thread, state=DueState.OFF)
        end = len(known.line.rows)
        later = self._after(known, thread, place, end)
        closed = closed_by(thread, later, None)
        if closed is not None:
            return DueItem(thread=thread, state=DueState.CLOSED, closed_by=closed.id)
        past = thread.last is not None and thread.last < today
        return DueItem(thread=thread, state=DueState.PAST if past else DueState.COMING)


def _first(found: Iterator[Due], most: int) -> Iterator[Due]:
    for _, one in zip(range(most), found, strict=False):
        yield one


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _may_be_due(
    known: Known, places: NDArray[np.int64], turn: SaidBefore, end: int
) -> NDArray[np.intp]:
    """Return the numbers of what may be spoken of in a turn, by the times alone."""
    line, table = known.line, known.coming.table
    first, last, story = (table[:, at] for at in (FIRST, LAST, STORY))
    has_day = first > 0
    waits = ~has_day & (story == 0)
    may = (story > 0) & tells_day(turn)
    if waits.any():
        may[waits] = line.next_talk[places[waits]] >= end
    if turn.at is not None:
        today = turn.at.astimezone().date().toordinal()
        near = has_day & (first <= today) & (today <= last + ASKED_FOR.days)
        at = np.flatnonzero(near)
        since = np.where(today > last[at], last[at] + 1, first[at]).tolist()
        begin = np.array([_begins(day) for day in since])
        may[at] = ~(line.spoken_last(end)[places[at] + 1] >= begin)
    return np.flatnonzero(may & (places >= 0) & (places < end))


def _begins(day: int) -> float:
    """Return when a day begins here, in seconds."""
    return _midnight(date.fromordinal(day)).timestamp()


def _places(known: Known) -> NDArray[np.int64]:
    """Return where the messages stand that named each thing to come last."""
    found: NDArray[np.int64] = known.line.place_of[known.coming.table[:, MARK]]
    return found
