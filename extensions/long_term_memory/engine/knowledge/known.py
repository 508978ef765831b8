"""What a chat knows besides words: the facts that stand in it, and what is to come.

Owns: that both are read along all that the chat may see, in the order in which it was
said, and go on from the last look where only the end changed.
Knows nothing of: prompts, how messages are read, what a person changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import isnan
from time import sleep
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.bearing import OF_KIND, without_kinds
from ...core.knowledge.due import (
    TALK_GAP,
    NamedMatter,
    SaidBefore,
    ThreadFold,
)
from ...core.knowledge.facts import Fact, Heard
from ...core.knowledge.outcomes import forget_outcomes
from ...core.knowledge.outdated import (
    NOTHING_OUTDATED,
    Outdated,
    forget_outdated,
    outdated,
)
from ...core.knowledge.promotion import step_of
from ...core.knowledge.readings import MessageReading, ReadPlace
from ...core.knowledge.standing import FactFold
from ...core.retrieval.corpus import USER, Corpus
from ...core.retrieval.signals import Bearings
from ...core.types import Message
from ...lru import Lru
from ..state.bank_state import BankState
from ..state.messages import SeenPath
from ..state.policies import Viewer
from .message_readings import OPENINGS, MessageReadings
from .model_facts import ModelFacts


class Room(NamedTuple):
    """How much is told at once.

    Attributes:
        facts: So many messages with facts.
        openings: So many that name something to come; each takes longer.
    """

    facts: int
    openings: int


IN_A_TURN: Final = Room(2_500, 400)
"""What is more is left to the background; until then a prompt goes without."""

IN_BACKGROUND: Final = Room(200, 60)
EVERYTHING: Final = Room(1 << 60, 1 << 60)
WHOLE: Final = 1 << 60
LOT: Final = 200
FOLDS_KEPT: Final = 4
"""Of the chats that asked last; others are told anew when they ask."""

SAID_KEPT: Final = 512

MOST_STEPS: Final = 1_000
"""Who waits for all waits for so many steps; the rest is found out in one."""

PAUSE_SECONDS: Final = 0.001
"""Without it who holds the lock would take it again before anybody who waits."""


class Foldable(Protocol):
    """What is made along a chat, and can be taken back."""

    @property
    def steps(self) -> int:
        """How many messages can be taken back."""

    def take_back(self) -> None:
        """Take back what the last message told."""


Folded = TypeVar("Folded", bound=Foldable)


@dataclass(frozen=True, slots=True)
class Tellings:
    """Messages that told something, in the order in which they were said.

    Attributes:
        befores: What stands before each on its path; 0 for nothing.
        stamps: Other ones whenever something else was found in a message.
        seconds: When each was said; NaN where nobody knows.
        chats: In which chat.
        owns: Its place in the chat that is speaking; -1 in another one.
    """

    rows: NDArray[np.int32]
    befores: NDArray[np.int32]
    stamps: NDArray[np.int64]
    seconds: NDArray[np.float64]
    chats: NDArray[np.int32]
    owns: NDArray[np.int32]

    def __len__(self) -> int:
        """Count them."""
        return len(self.rows)

    def where(self, wanted: NDArray[np.bool_] | slice) -> Tellings:
        """Return some of them."""
        return Tellings(
            self.rows[wanted],
            self.befores[wanted],
            self.stamps[wanted],
            self.seconds[wanted],
            self.chats[wanted],
            self.owns[wanted],
        )

    def alike(self, other: Tellings) -> int:
        """Count how many of the first ones are the same in both."""
        end = min(len(self), len(other))
        same = (
            (self.rows[:end] == other.rows[:end])
            & (self.befores[:end] == other.befores[:end])
            & (self.stamps[:end] == other.stamps[:end])
            & (self.chats[:end] == other.chats[:end])
            & (
                (self.seconds[:end] == other.seconds[:end])
                | (np.isnan(self.seconds[:end]) & np.isnan(other.seconds[:end]))
            )
        )
        return end if same.all() else int(same.argmin())


class _Fold(Generic[Folded]):
    """What was made along a chat, going on where only its end changed."""

    def __init__(
        self, begin: Callable[[], Folded], tell: Callable[[Folded, Tellings], None]
    ) -> None:
        """Begin with nothing; `tell` tells more to what was made."""
        self._begin, self._tell = begin, tell
        self.made = begin()
        self._done: Tellings | None = None

    def follow(self, told: Tellings, most: int) -> int:
        """Make it of other tellings, of so many more at most; return how many wait."""
        done = 0 if self._done is None else len(self._done)
        same = 0 if self._done is None else told.alike(self._done)
        if done - same > self.made.steps:
            self.made, same = self._begin(), 0
        else:
            for _ in range(done - same):
                self.made.take_back()
        end = min(len(told), same + most)
        self._done = told.where(slice(0, same))
        for at in range(same, end, LOT):
            self._tell(self.made, told.where(slice(at, min(at + LOT, end))))
        self._done = told.where(slice(0, end))
        return len(told) - end


@dataclass(frozen=True, kw_only=True)
class Line:
    """All that a chat may see, in the order in which it was said.

    Attributes:
        times: When, in seconds; NaN where nobody knows.
        users: Which of them the user said.
        chats: In which chat each was said.
        befores: What stands before each on its path; 0 for nothing.
        owns: Its place in the chat that is speaking; -1 in another one.
    """

    rows: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    times: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    users: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    chats: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    befores: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    owns: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

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
        spoken = np.flatnonzero(self.users)[::-1]
        first[talks[spoken]] = spoken  # What is assigned last stays: the first one.
        later = np.minimum.accumulate(first[::-1])[::-1]
        found: NDArray[np.int64] = later[talks + 1]
        return found

    def spoken_last(self, end: int) -> NDArray[np.float64]:
        """Return by place when the user spoke last from there on, before an end.

        Behind all it is minus infinity.
        """
        found = np.full(len(self.rows) + 2, -np.inf)
        spoken = self.users[:end] & ~np.isnan(self.times[:end])
        found[:end][spoken] = self.times[:end][spoken]
        latest: NDArray[np.float64] = np.maximum.accumulate(found[::-1])[::-1]
        return latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a chat knows; it holds until somebody asks for the same chat again.

    Attributes:
        facts: As they stand, the replaced ones in their history.
        at_step: As they stood at the last step of the chat.
        coming: What is to come, or was.
        line: All that the chat may see.
        has_facts: All facts are there; else the background is at it.
        has_coming: All that is to come is there.
    """

    facts: FactFold
    at_step: FactFold
    coming: ThreadFold
    line: Line
    has_facts: bool
    has_coming: bool

    @property
    def is_whole(self) -> bool:
        """Whether all is there."""
        return self.has_facts and self.has_coming


class _ReplacedRows(NamedTuple):
    """Where what was told was replaced since.

    Attributes:
        facts: In which; they grow.
        renewals: Of the facts, as they stood.
        kinds: By row, the kinds of a message's facts that hold no more, as bits.
    """

    facts: FactFold
    renewals: int
    kinds: NDArray[np.uint32]

    def is_of(self, facts: FactFold, last_row: int) -> bool:
        """Say whether it is of these facts as they stand now, up to a row."""
        now = self.facts is facts and self.renewals == facts.renewals
        return now and last_row < len(self.kinds)


class _Folds:
    """What was made along all that one chat may see."""

    def __init__(
        self,
        facts: Callable[[FactFold, Tellings], None],
        coming: Callable[[ThreadFold, Tellings], None],
    ) -> None:
        """Begin with nothing."""
        self.facts = _Fold(FactFold, facts)
        self.at_step = _Fold(FactFold, facts)
        self.coming = _Fold(lambda: ThreadFold(None), coming)


class Knowledge:
    """What the chats of one bank know; the bank's lock guards it."""

    def __init__(
        self,
        state: BankState,
        readings: MessageReadings,
        by_model: ModelFacts,
        room: Room = IN_A_TURN,
    ) -> None:
        """Know nothing yet; `room` is how much a turn has time for."""
        self._room = room
        self._state = state
        self._readings = readings
        self._by_model = by_model
        self._said: Lru[int, Message] = Lru(SAID_KEPT)
        self._waiting: Viewer | None = None
        self._last: tuple[object, Known] | None = None
        self._replaced: _ReplacedRows | None = None
        self._outdated: tuple[Known | None, Outdated] = (None, NOTHING_OUTDATED)
        self._held: Sequence[SeenPath] = ()
        self._folds: Lru[int | None, _Folds] = Lru(FOLDS_KEPT)
        state.listen(self)

    def changed(self) -> None:
        """Look anew: a deletion by hand silences what a message told."""
        self._last = None

    def forgot(self) -> None:
        """Keep nothing that was made of messages."""
        self._last, self._held, self._replaced = None, (), None
        self._outdated = (None, NOTHING_OUTDATED)
        self._folds.clear()
        self._said.clear()
        forget_outcomes()
        forget_outdated()

    def of(self, viewer: Viewer) -> Known:
        """Return what a chat knows, as far as a turn has time to find out."""
        key, seen = self._asked_for(viewer)
        if self._last is not None and self._last[0] == key:
            return self._last[1]  # Once a turn, however many ask.
        return self._followed(viewer, key, seen, self._room)

    def outdated(self, viewer: Viewer) -> Outdated:
        """Return what holds no more in a chat."""
        known = self.of(viewer)
        if self._outdated[0] is not known:
            self._outdated = (known, outdated(known.facts.known()))
        return self._outdated[1]

    def whole_of(self, viewer: Viewer) -> Known:
        """Return all that a chat knows, however long it takes."""
        self._readings.load(WHOLE)
        key, seen = self._asked_for(viewer)
        if self._last is not None and self._last[0] == key and self._last[1].is_whole:
            return self._last[1]
        return self._followed(viewer, key, seen, EVERYTHING)

    def get_ready(self, viewer: Viewer) -> None:
        """Find out all that a chat knows, and let turns come in between.

        Takes the bank's lock for a step at a time. Whoever holds that already has had
        all found out before, and does not wait.
        """
        for _ in range(MOST_STEPS):
            with self._state.lock:
                key, seen = self._asked_for(viewer)
                known = self._last[1] if self._last and self._last[0] == key else None
                known = known or self._followed(viewer, key, seen, self._room)
                if known.is_whole:
                    return
                self._last = None
            sleep(PAUSE_SECONDS)

    def work(self) -> bool:
        """Find out a little of what a turn had no time for; return whether any was."""
        with self._state.lock:
            if self._waiting is None:
                return False
            key, seen = self._asked_for(self._waiting)
            self._followed(self._waiting, key, seen, IN_BACKGROUND)
            return True

    def told_in_hidden(self, viewer: Viewer) -> set[str]:
        """Return the keys of the facts that chats tell which a chat may not see."""
        state = self._state
        hidden = state.policies.sight(viewer).hidden & {*state.messages.chats()}
        self._readings.load(WHOLE)
        return {
            fact.key
            for chat in hidden
            for reading in self._stating(state.messages.path(chat).rows)
            for fact in reading.facts
        }

    def bearings(self, viewer: Viewer) -> Bearings | None:
        """Return what tells, by rows, what of messages still holds for a chat, as bits.

        See `bearing_of`; it holds while the lock does. None until all that the chat
        knows is there.
        """
        known = self.of(viewer)
        if not known.has_facts:
            return None
        last = self._state.messages.last_row
        told = self._readings.bearings(last), self._by_model.bearings(last)
        replaced = self._replaced
        if replaced is None or not replaced.is_of(known.facts, last):
            self._replaced = replaced = self._replaced_in(known.facts, last)
        kinds = replaced.kinds
        return lambda rows: without_kinds(told[0][rows] | told[1][rows], kinds[rows])

    def facts_in(self, known: Known, row: int) -> tuple[Fact, ...]:
        """Return the facts that a message of a chat tells, as rules and a model did."""
        before = int(known.line.befores[known.line.place_of[row]])
        read = self._readings.at(ReadPlace(row, before))
        return *read.facts, *self._by_model.at(row).facts

    def messages(self, rows: Sequence[int], chats: Sequence[int]) -> list[SaidBefore]:
        """Return messages as what is to come asks for them."""
        unknown = [row for row in rows if row not in self._said]
        found = self._state.store.messages.get(unknown)
        for row, message in found.items():
            self._said.put(row, message)
        known = (found.get(row) or self._said.get(row) for row in rows)
        return [
            said_of(one, str(chat))
            for one, chat in zip(known, chats, strict=True)
            if one is not None
        ]

    # -- inside --------------------------------------------------------------------

    def _replaced_in(self, facts: FactFold, last_row: int) -> _ReplacedRows:
        gone: dict[str, int] = {}
        for source, category in facts.replaced:
            gone[source] = gone.get(source, 0) | OF_KIND[category]
        # With room for what comes, or each turn would look them up anew.
        kinds = np.zeros(last_row + 1 + LOT, np.uint32)
        for message, row in self._state.store.messages.rows_of(list(gone)).items():
            kinds[row] = gone[message]
        return _ReplacedRows(facts, facts.renewals, kinds)

    def _asked_for(self, viewer: Viewer) -> tuple[object, Sequence[SeenPath]]:
        """Return what a chat may see, and what is another one once that changed.

        Of what is unread a little is read first.
        """
        state = self._state
        seen = state.messages.seen(
            viewer.row,
            hidden=state.policies.sight(viewer).hidden,
            now=state.clock(),
            idle=timedelta(seconds=state.settings().webui.idle_seconds),
        )
        for path in seen:
            self._readings.catch_up(path.rows)
        versions = (self._readings.version, self._by_model.version)
        muted = state.annotations.muted
        return (viewer.row, versions, muted, [id(one.rows) for one in seen]), seen

    def _followed(
        self, viewer: Viewer, key: object, seen: Sequence[SeenPath], room: Room
    ) -> Known:
        known = self._made(viewer.row, seen, room)
        self._waiting = None if known.is_whole else viewer
        # The paths are held, or other ones may take the places of these.
        self._last, self._held = (key, known), seen
        return known

    def _made(self, chat: int | None, seen: Sequence[SeenPath], room: Room) -> Known:
        line = _line(seen, chat, self._state.messages.columns)
        told, states, opens = self._told(line)
        folds = self._folds.get_or_make(
            chat, lambda: _Folds(self._tell_facts, self._tell_coming)
        )
        stating = told.where(states)
        own = len(seen[-1].rows) if seen and seen[-1].chat == chat else 0
        stepped = stating.where(stating.owns < step_of(own))
        waits = folds.facts.follow(stating, room.facts)
        waits += folds.at_step.follow(stepped, room.facts)
        coming = folds.coming.follow(told.where(opens), room.openings)
        return Known(
            facts=folds.facts.made,
            at_step=folds.at_step.made,
            coming=folds.coming.made,
            line=line,
            has_facts=not waits and self._readings.is_ready,
            has_coming=not coming and self._readings.is_ready,
        )

    def _stating(self, rows: NDArray[np.int32]) -> Iterator[MessageReading]:
        """Yield what states facts along a path, as rules and a model found it."""
        last = int(rows.max(initial=0))
        facts, drawn = self._readings.found(last)[0], self._by_model.stamps(last)
        for at in np.flatnonzero((facts[rows] > 0) | (drawn[rows] > 0)).tolist():
            row = int(rows[at])
            yield self._readings.at(ReadPlace(row, int(rows[at - 1]) if at else 0))
            yield self._by_model.at(row)

    def _told(
        self, line: Line
    ) -> tuple[Tellings, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return what was told along a line, what states facts, what is to come."""
        last = int(line.rows.max(initial=0))
        facts, others, stamps = self._readings.found(last)
        drawn = self._by_model.stamps(last)
        states = (facts[line.rows] > 0) | (drawn[line.rows] > 0)
        opens = others[line.rows] & OPENINGS > 0
        telling = states | opens
        # What two chats hold in common is told once, where it was said last.
        telling &= line.place_of[line.rows] == np.arange(len(line.rows))
        if muted := self._state.annotations.muted:
            telling &= ~np.isin(line.rows, np.fromiter(muted, np.int32, len(muted)))
        at = np.flatnonzero(telling)
        rows = line.rows[at]
        told = Tellings(
            rows,
            line.befores[at],
            stamps[rows] + drawn[rows],
            line.times[at],
            line.chats[at],
            line.owns[at],
        )
        return told, states[at], opens[at]

    def _tell_facts(self, fold: FactFold, told: Tellings) -> None:
        for row, before, seconds in zip(
            told.rows.tolist(),
            told.befores.tolist(),
            told.seconds.tolist(),
            strict=True,
        ):
            reading = self._readings.at(ReadPlace(row, before))
            drawn = self._by_model.at(row)
            if isnan(seconds):
                seconds = reading.seen or drawn.seen
            at = datetime.fromtimestamp(seconds, UTC)
            fold.tell(Heard(fact, at) for fact in (*reading.facts, *drawn.facts))

    def _tell_coming(self, fold: ThreadFold, told: Tellings) -> None:
        rows = told.rows.tolist()
        found = self._state.store.messages.get(rows)
        for row, before, chat in zip(
            rows, told.befores.tolist(), told.chats.tolist(), strict=True
        ):
            reading = self._readings.at(ReadPlace(row, before))
            said = said_of(found[row], str(chat))
            fold.tell(NamedMatter(said, reading.openings, reading.story, row))


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


def _line(seen: Sequence[SeenPath], own: int | None, columns: Corpus) -> Line:
    """Lay paths beside each other in the order in which all was said.

    Each keeps its own order, whatever its clock did.
    """
    seen = [one for one in seen if len(one.rows)]
    if not seen:
        return Line()
    rows = np.concatenate([one.rows for one in seen])
    befores = np.concatenate([[0], rows[:-1]]).astype(np.int32)
    befores[np.cumsum([0, *(len(one.rows) for one in seen[:-1])])] = 0
    chats = np.repeat([one.chat for one in seen], [len(one.rows) for one in seen])
    owns = np.full(len(rows), -1, np.int32)
    if seen[-1].chat == own:
        end = len(seen[-1].rows)
        owns[-end:] = np.arange(end)
    each = [_filled(columns.said_at[one.rows]) for one in seen]
    times = np.concatenate(each)
    if len(seen) == 1:
        at: NDArray[np.intp] | slice = slice(None)
    else:
        rising = [np.maximum.accumulate(np.nan_to_num(one)) for one in each]
        at = np.argsort(np.concatenate(rising), kind="stable")
    return Line(
        rows=rows[at],
        times=times[at],
        users=columns.author[rows[at]] == USER,
        chats=chats[at].astype(np.int32),
        befores=befores[at],
        owns=owns[at],
    )


def _filled(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times in which what nobody knows is as what stands before it."""
    unknown = np.isnan(times)
    if not unknown.any():
        return times
    known = np.where(unknown, 0, np.arange(len(times)))
    filled: NDArray[np.float64] = times[np.maximum.accumulate(known)]
    return filled
