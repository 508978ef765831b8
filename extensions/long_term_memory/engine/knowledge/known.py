"""What a chat knows besides words: the facts that stand in it, and what is to come.

Owns: that both are read along all that the chat may see, in the order in which it was
said, and go on from the last look where only the end changed.
Knows nothing of: prompts, how messages are read, what a person changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.due import TALK_GAP, NamedMatter, SaidBefore, Thread, threads_of
from ...core.knowledge.facts import Heard, KnownFact, facts_of
from ...core.knowledge.outcomes import forget_outcomes
from ...core.knowledge.promotion import step_of
from ...core.knowledge.readings import MessageReading
from ...core.retrieval.corpus import USER, Corpus
from ...core.types import Message
from ..state.bank_state import BankState
from ..state.messages import SeenPath
from ..state.policies import Viewer
from .message_readings import MessageReadings
from .model_facts import ModelFacts

LAST_FOLDED_ANEW: Final = 24
"""So many readings at the end are read along anew each time, for swipes change them."""

Item = TypeVar("Item")
Made = TypeVar("Made")


class ToldAt(NamedTuple):
    """A message that told something, at its place.

    Attributes:
        own: Its place in the chat that is speaking; -1 in another one.
        seconds: When it was said, or first seen.
    """

    row: int
    chat: int
    own: int
    seconds: float
    reading: MessageReading

    @property
    def at(self) -> datetime:
        """When it was said, or first seen."""
        return datetime.fromtimestamp(self.seconds, UTC)


class _Fold(Generic[Made]):
    """What was made of a sequence, going on where only its end changed."""

    def __init__(
        self, make: Callable[[Sequence[ToldAt], Sequence[Made]], Sequence[Made]]
    ) -> None:
        """Take what makes things of tellings and of what was made before them."""
        self._make = make
        self._base: list[ToldAt] = []
        self._made_of_base: Sequence[Made] = ()

    def of(self, tellings: Sequence[ToldAt]) -> Sequence[Made]:
        """Return what is made of tellings."""
        base = len(self._base)
        if [*tellings[:base]] != self._base:
            self._base, self._made_of_base, base = [], (), 0
        settled = max(0, len(tellings) - LAST_FOLDED_ANEW)
        if settled > base + LAST_FOLDED_ANEW:
            more = tellings[base:settled]
            self._made_of_base = self._make(more, self._made_of_base)
            self._base, base = [*tellings[:settled]], settled
        return self._make(tellings[base:], self._made_of_base)


@dataclass(frozen=True, kw_only=True)
class Line:
    """All that a chat may see, in the order in which it was said.

    Attributes:
        times: When, in seconds; NaN where nobody knows.
        users: Which of them the user said.
        chats: In which chat each was said.
        sorting: Where each stands if the paths are laid one after the other.
    """

    rows: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    times: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    users: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    chats: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    sorting: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    @cached_property
    def place_of(self) -> NDArray[np.int64]:
        """By row, where a message stands; -1 of one that is not here."""
        size = int(self.rows.max(initial=0)) + 1
        places = np.full(size, -1, np.int64)
        places[self.rows] = np.arange(len(self.rows))
        return places

    @cached_property
    def next_talk(self) -> NDArray[np.int64]:
        """By place, where the user speaks first in a later talk; the end if nowhere."""
        end = len(self.rows)
        gaps = np.diff(self.times) >= TALK_GAP.total_seconds()
        begins = gaps | (np.diff(self.chats) != 0)
        talks = np.concatenate([np.zeros(min(end, 1), np.int64), np.cumsum(begins)])
        first = np.full(int(talks.max(initial=0)) + 2, end, np.int64)
        spoken = np.flatnonzero(self.users)
        np.minimum.at(first, talks[spoken], spoken)
        later = np.minimum.accumulate(first[::-1])[::-1]
        found: NDArray[np.int64] = later[talks + 1]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a chat knows.

    Attributes:
        facts: As they stand, the replaced ones in their history.
        at_step: As they stood at the last step of the chat.
        threads: What is to come, or was.
        rows: Of the messages that named it, by their ids.
        line: All that the chat may see.
    """

    facts: Sequence[KnownFact] = ()
    at_step: Sequence[KnownFact] = ()
    threads: Sequence[Thread] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    line: Line = field(default_factory=Line)


class _Folds:
    """What was made along all that one chat may see."""

    def __init__(
        self,
        threads: Callable[[Sequence[ToldAt], Sequence[Thread]], Sequence[Thread]],
    ) -> None:
        """Begin with nothing."""
        self.facts: _Fold[KnownFact] = _Fold(_facts)
        self.at_step: _Fold[KnownFact] = _Fold(_facts)
        self.threads: _Fold[Thread] = _Fold(threads)


class Knowledge:
    """What the chats of one bank know; the bank's lock guards it."""

    def __init__(
        self, state: BankState, readings: MessageReadings, by_model: ModelFacts
    ) -> None:
        """Know nothing yet."""
        self._state = state
        self._readings = readings
        self._by_model = by_model
        self._last: tuple[object, Known] | None = None
        self._held: Sequence[SeenPath] = ()
        self._folds: dict[int | None, _Folds] = {}
        self._rows: dict[str, int] = {}
        self._told: dict[int, ToldAt] = {}
        state.listen(self)

    def changed(self) -> None:
        """Look anew: a deletion by hand silences what a message told."""
        self._last = None

    def forgot(self) -> None:
        """Keep nothing that was made of messages."""
        self._last, self._held = None, ()
        self._folds, self._rows, self._told = {}, {}, {}
        forget_outcomes()

    def of(self, viewer: Viewer) -> Known:
        """Return what a chat knows; of what is unread a little is read first."""
        state = self._state
        seen = state.messages.seen(
            viewer.row,
            hidden=state.policies.sight(viewer).hidden,
            now=state.clock(),
            idle=timedelta(seconds=state.settings().webui.idle_seconds),
        )
        for path in seen:
            self._readings.catch_up(path.rows)
        muted = state.annotations.muted
        versions = (self._readings.version, self._by_model.version)
        key = (viewer.row, versions, muted, [id(p.rows) for p in seen])
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        known = self._made(viewer.row, seen)
        # The paths are held, or other ones may take the places of these.
        self._last, self._held = (key, known), seen
        return known

    def told_in_hidden(self, viewer: Viewer) -> set[str]:
        """Return the keys of the facts that chats tell which a chat may not see."""
        state = self._state
        hidden = state.policies.sight(viewer).hidden
        return {
            fact.key
            for chat in state.messages.chats()
            if chat in hidden
            for _, reading in self._read(state.messages.path(chat).rows)
            for fact in reading.facts
        }

    def messages(self, rows: Sequence[int], chats: Sequence[int]) -> list[SaidBefore]:
        """Return messages as what is to come asks for them."""
        found = self._state.store.messages.get(rows)
        return [
            said_of(found[row], str(chat))
            for row, chat in zip(rows, chats, strict=True)
            if row in found
        ]

    # -- inside --------------------------------------------------------------------

    def _made(self, chat: int | None, seen: Sequence[SeenPath]) -> Known:
        line = _line(seen, self._state.messages.columns)
        tellings = list(self._tellings(chat, seen, line))
        own = len(seen[-1].rows) if seen and seen[-1].chat == chat else 0
        stepped = [one for one in tellings if one.own < step_of(own)]
        folds = self._folds.setdefault(chat, _Folds(self._threads_made))
        return Known(
            facts=folds.facts.of(tellings),
            at_step=folds.at_step.of(stepped),
            threads=folds.threads.of([one for one in tellings if one.reading.openings]),
            rows=self._rows,
            line=line,
        )

    def _read(self, rows: NDArray[np.int32]) -> list[tuple[int, MessageReading]]:
        """Return what rules and a model found along a path, by place in it."""
        found = dict(self._readings.found(rows))
        for at, drawn in self._by_model.found(rows):
            if at in found:
                facts = (*found[at].facts, *drawn.facts)
                found[at] = replace(found[at], facts=facts)
            else:
                found[at] = drawn
        return sorted(found.items())

    def _threads_made(
        self, tellings: Sequence[ToldAt], before: Sequence[Thread]
    ) -> Sequence[Thread]:
        found = self._state.store.messages.get([one.row for one in tellings])
        self._rows |= {message.id: row for row, message in found.items()}
        named = (
            NamedMatter(
                said_of(found[one.row], str(one.chat)),
                one.reading.openings,
                one.reading.story,
            )
            for one in tellings
        )
        return threads_of(named, None, before)

    def _tellings(
        self, chat: int | None, seen: Sequence[SeenPath], line: Line
    ) -> list[ToldAt]:
        """Return what was told along all paths, in the order in which it was said."""
        muted = self._state.annotations.muted
        places = np.empty(len(line.rows), np.int64)
        places[line.sorting] = np.arange(len(line.rows))
        found: dict[int, tuple[int, ToldAt]] = {}
        start = 0
        for path in seen:
            for at, reading in self._read(path.rows):
                row = int(path.rows[at])
                if row in muted:
                    continue
                seconds = float(line.times[places[start + at]])
                moment = reading.seen if np.isnan(seconds) else seconds
                own = at if path.chat == chat else -1
                told = self._told.get(row)
                # The same object as before: of thousands hardly any is another one.
                if (
                    told is None
                    or told.reading is not reading
                    or (told.chat, told.own, told.seconds) != (path.chat, own, moment)
                ):
                    told = ToldAt(row, path.chat, own, moment, reading)
                    self._told[row] = told
                found[row] = (int(places[start + at]), told)
            start += len(path.rows)
        return [told for _, told in sorted(found.values(), key=lambda one: one[0])]


def said_of(message: Message, chat: str) -> SaidBefore:
    """Return a message as what is to come asks for it."""
    return SaidBefore(
        id=message.id,
        role=message.role,
        name=message.name,
        text=message.content,
        at=message.said_at,
        talk=chat,
    )


def _facts(
    tellings: Sequence[ToldAt], before: Sequence[KnownFact]
) -> Sequence[KnownFact]:
    heard = (Heard(fact, one.at) for one in tellings for fact in one.reading.facts)
    return facts_of(heard, before)


def _line(seen: Sequence[SeenPath], columns: Corpus) -> Line:
    """Lay paths beside each other in the order in which all was said.

    Each keeps its own order, whatever its clock did.
    """
    seen = [one for one in seen if len(one.rows)]
    if not seen:
        return Line()
    rows = np.concatenate([one.rows for one in seen])
    chats = np.repeat([one.chat for one in seen], [len(one.rows) for one in seen])
    times = np.concatenate([_filled(columns.said_at[one.rows]) for one in seen])
    rising = np.concatenate(
        [
            np.maximum.accumulate(np.nan_to_num(_filled(columns.said_at[one.rows])))
            for one in seen
        ]
    )
    sorting = np.argsort(rising, kind="stable")
    return Line(
        rows=rows[sorting],
        times=times[sorting],
        users=columns.author[rows[sorting]] == USER,
        chats=chats[sorting].astype(np.int32),
        sorting=sorting,
    )


def _filled(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times in which what nobody knows is as what stands before it."""
    known = np.where(np.isnan(times), 0, np.arange(len(times)))
    return times[np.maximum.accumulate(known)] if len(times) else times
