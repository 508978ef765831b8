"""What the user told memory in the midst of a chat, done and undone with its message.

Owns: that a command holds while its message stands on a path: a note for "remember",
deletions for "forget"; that both go when it goes, unless a person changed them since.
Knows nothing of: which sentences are commands, prompts.

What a command brought about is kept as a person would have done it, so it is shown,
undone, exported and forgotten as that is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.forgetting.knowledge import SAID_NOTE
from ...core.knowledge.commands import Command, Wish
from ...core.knowledge.readings import MessageReading, ReadPlace
from ...core.records import SAID_TO_MEMORY, Annotation
from ...core.types import MemoryKind, Message
from ..state.bank_state import BankState
from ..state.policies import Viewer
from .message_readings import MessageReadings

MOST_HIDDEN = 2_000
Rows = NDArray[np.int32]

Done = dict[tuple[MemoryKind, str], str | None]
"""What a command asks for, by kind and key: a note's text, or None for a deletion."""


class _Seen(NamedTuple):
    """What was looked at last.

    Attributes:
        known: Which commands there are, and whether they are obeyed.
        hidden: By a command's row, the chats that its own does not see.
        paths: By chat.
    """

    known: tuple[int, bool]
    hidden: Mapping[int, frozenset[int]]
    paths: Mapping[int, Rows]


class ChatCommands:
    """The commands in the chats of one bank; the bank's lock is held."""

    def __init__(self, state: BankState, readings: MessageReadings) -> None:
        """Work on a bank."""
        self._state = state
        self._readings = readings
        self._seen: _Seen | None = None

    def follow(self) -> None:
        """Do what is told on any path now, and undo what no longer is.

        Raises:
            StoreError: It could not be stored; the next call tries it again.
        """
        state = self._state
        messages = state.messages
        known = self._readings.commands_version, state.settings().facts.chat_commands
        hidden = {row: self._hidden(row) for row in self._readings.command_rows()}
        paths = {chat: messages.path(chat).rows for chat in messages.chats()}
        now = _Seen(known, hidden, paths)
        if self._is_new(now):
            commands = self._readings.commands()
            if commands or self._kept():
                with state.exclusive():
                    self._follow(dict(commands), self._kept())
        self._seen = now

    # -- inside --------------------------------------------------------------------

    def _is_new(self, now: _Seen) -> bool:
        """Say whether a command may ask for something else since the last look."""
        seen = self._seen
        if seen is None or (seen.known, seen.hidden) != (now.known, now.hidden):
            return True
        changed = {
            chat: (seen.paths.get(chat, _NO_ROWS), now.paths.get(chat, _NO_ROWS))
            for chat in seen.paths.keys() | now.paths.keys()
            if seen.paths.get(chat) is not now.paths.get(chat)
        }
        return any(self._touches(*paths, now.hidden) for paths in changed.values())

    def _touches(self, old: Rows, new: Rows, commands: Iterable[int]) -> bool:
        """Say whether what changed of a path may matter to a command.

        What comes after a command in its chat does not, nor what was said later.
        """
        same = _same(old, new)
        moved = np.concatenate([old[same:], new[same:]])
        times = self._state.messages.columns.said_at[moved]
        said_at = self._state.messages.columns.said_at
        for row in commands:
            if (moved == row).any():
                return True
            if not (new[:same] == row).any() and not (times > said_at[row]).all():
                return True
        return False

    def _kept(self) -> dict[str, dict[str, float]]:
        """Return what commands brought about: by message id, keys and moments."""
        found = self._state.store.metadata.with_prefix(SAID_TO_MEMORY)
        return {
            key.removeprefix(SAID_TO_MEMORY): json.loads(text)
            for key, text in found.items()
        }

    def _follow(
        self,
        commands: dict[ReadPlace, MessageReading],
        kept: dict[str, dict[str, float]],
    ) -> None:
        state = self._state
        wanted = self._wanted(commands)
        for message_id in sorted(wanted.keys() | kept.keys()):
            if message_id not in wanted and not self._gone(message_id):
                continue
            before = kept.get(message_id, {})
            now = self._done(wanted.get(message_id, {}), before)
            key = f"{SAID_TO_MEMORY}{message_id}"
            if now:
                state.store.metadata.put(key, json.dumps(now))
            elif message_id in kept:
                state.store.metadata.drop(key)

    def _gone(self, message_id: str) -> bool:
        """Say whether a command no longer holds; one that is yet unread does."""
        if not self._state.settings().facts.chat_commands:
            return True
        rows = self._state.store.messages.rows_of([message_id])
        row = rows.get(message_id)
        return row is None or self._state.messages.chat_of(row) is None

    def _wanted(self, commands: dict[ReadPlace, MessageReading]) -> dict[str, Done]:
        """Return what the commands that stand on paths ask for, by message id."""
        if not self._state.settings().facts.chat_commands:
            return {}
        rows = sorted({place.row for place in commands})
        messages = self._state.store.messages.get(rows)
        wanted: dict[str, Done] = {}
        for place, reading in commands.items():
            message = messages[place.row]
            if self._state.messages.chat_of(place.row) is None:
                continue
            done = wanted.setdefault(message.id, {})
            for number, command in enumerate(reading.commands):
                done.update(self._asked(command, number, place.row, message))
        return wanted

    def _asked(self, command: Command, number: int, row: int, message: Message) -> Done:
        if command.wish is Wish.REMEMBER:
            key = f"{SAID_NOTE}{message.id}-{number}"
            return {(MemoryKind.NOTE, key): _note(command, message)}
        found = self._state.store.messages.get(list(self._named(command.text, row)))
        return {
            (MemoryKind.TURN, one.id): None
            for one in (*found.values(), message)
            if one.role != "system"
        }

    def _named(self, matter: str, row: int) -> Iterator[int]:
        """Yield the messages before a command that name its matter, seen from there."""
        messages = self._state.messages
        hidden = self._hidden(row)
        found = self._state.store.full_text.search(_bare(matter), limit=MOST_HIDDEN)
        wanted = np.zeros(max([messages.last_row, *found]) + 1, np.bool_)
        wanted[found] = True
        before: set[int] = set()
        for chat in messages.chats():
            if chat in hidden:
                continue
            rows = messages.path(chat).rows
            # In another chat the rows tell what came before.
            own = np.flatnonzero(rows == row)
            rows = rows[: own[0]] if len(own) else rows
            before.update(rows[wanted[rows]].tolist())
        for one in found:
            if one in before and self._is_before(one, row):
                yield one

    def _hidden(self, row: int) -> frozenset[int]:
        """Return the chats that the chat of a message does not see."""
        chat = self._state.messages.chat_of(row)
        return frozenset(self._state.policies.sight(Viewer(chat)).hidden)

    def _is_before(self, one: int, row: int) -> bool:
        """Say whether a message was said before another, as far as anybody knows."""
        times = self._state.messages.columns.said_at
        here = self._state.messages.chat_of(one), self._state.messages.chat_of(row)
        return here[0] == here[1] or not times[one] > times[row]

    def _done(self, wanted: Done, before: dict[str, float]) -> dict[str, float]:
        """Bring what is by hand in line with a command; return what it brought about.

        Args:
            wanted: What the command asks for now.
            before: What it brought about so far.
        """
        now = self._state.clock()
        left = {_packed(*key): key for key in wanted}
        done: dict[str, float] = {}
        for packed, moment in before.items():
            if packed in left:
                done[packed] = moment  # Whatever a person made of it since.
            else:
                self._undo(packed, moment)
        for packed, (kind, key) in left.items():
            if packed in done:
                continue
            hand = self._state.annotations.get(kind, key)
            if hand is not None and _is_ours(hand, wanted[kind, key]):
                # An export brought it, without what it rests on.
                done[packed] = hand.updated_at.timestamp()
            if hand is not None:
                continue  # It is by hand already, and that wins.
            self._state.annotate(_hand(kind, key, wanted[kind, key], now))
            done[packed] = now.timestamp()
        return done

    def _undo(self, packed: str, moment: float) -> None:
        kind, key = _unpacked(packed)
        hand = self._state.annotations.get(kind, key)
        if hand is None:
            return
        made = datetime.fromtimestamp(moment, UTC)
        untouched = _hand(kind, key, hand.content, made)
        same = abs((hand.updated_at - made).total_seconds()) < 0.001
        if same and (hand.pinned, bool(hand.deleted_at)) == (
            untouched.pinned,
            bool(untouched.deleted_at),
        ):
            self._state.annotate_all([], [(kind, key)])


_NO_ROWS = np.empty(0, np.int32)


def _same(one: Rows, other: Rows) -> int:
    """Count how many rows both begin with."""
    end = min(len(one), len(other))
    differ = np.flatnonzero(one[:end] != other[:end])
    return int(differ[0]) if len(differ) else end


def _note(command: Command, message: Message) -> str:
    """Return a note that says who said it, for "I" is nobody in a note."""
    return f"{message.name}: {command.text}" if message.name else command.text


def _bare(matter: str) -> str:
    """Return what is looked for: without whose it is."""
    words = matter.split()
    while len(words) > 1 and words[0].casefold() in _WHOSE:
        words.pop(0)
    return " ".join(words)


_WHOSE = frozenset(
    "my our the a an his her their this that mein meine meinen meinem meiner unser"
    " unsere "
    "den die das der dem ein eine einen".split()
)


def _hand(kind: MemoryKind, key: str, content: str | None, now: datetime) -> Annotation:
    return Annotation(
        kind=kind,
        key=key,
        content=content,
        pinned=kind is MemoryKind.NOTE,
        created_at=now,
        updated_at=now,
        deleted_at=now if kind is MemoryKind.TURN else None,
    )


def _is_ours(hand: Annotation, content: str | None) -> bool:
    """Say whether a note is as a command makes it; only commands name notes so."""
    as_made = hand.pinned and hand.deleted_at is None and hand.content == content
    return hand.kind is MemoryKind.NOTE and as_made


def _packed(kind: MemoryKind, key: str) -> str:
    return f"{kind.value} {key}"


def _unpacked(packed: str) -> tuple[MemoryKind, str]:
    kind, _, key = packed.partition(" ")
    return MemoryKind(kind), key
