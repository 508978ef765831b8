"""What a chat is told of the character's other chats: their stories, the last scene.

Owns: which chats came before another, and what tells them.
Knows nothing of: prompts, hosts, how sentences are chosen.

What came before a chat is what was stored before its first message: so much of another
chat's path as ends with an older row. That chat may go on, and summaries of it may be
made; what came before this one stays the same, and with it the prompt's beginning. An
edit, a deletion or a forgotten message there is another path, and is told so at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise, takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...config import Settings
from ...core.policy import RecallsFrom
from ...core.retrieval.occasions import begins_anew
from ...core.summaries import tiers as summaries
from ...core.summaries.tiers import Span, Tier
from ...core.text.memorable import Worth, worth
from ...core.types import MemoryItem, MemoryKind, Message
from ...lru import Lru
from ..state.bank_state import BankState
from ..state.policies import Viewer
from ..state.summaries import Source, Survey
from .extracting import told, told_again, user_of
from .summaries import Summaries
from .tales import Tale

Path = NDArray[np.int32]

MOST_CHATS: Final = 20
"""The newest of a character's other chats; older ones tell too little of now."""
MOST_EXTRACTS: Final = 20
"""Stretches that no summary tells yet and that are read for it, the newest."""
EXTRACTS_KEPT: Final = 512
TALES_KEPT: Final = 64
LEAST_TOKENS: Final = 40
"""Of a chat of two messages half would be half a sentence."""
OPENING: Final = 4
"""Messages in which a user may say that he begins a new story."""
NEW: Final = 6
"""Messages of a chat in which its last scene is not its own yet."""
LOOKED_AT: Final = 40
SCENE: Final = 8
"""Messages of the last scene; of so many more the small talk is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierChat:
    """Another chat as it was before.

    Attributes:
        chat: Its row.
        path: Its message rows now.
        end: So many of them came before.
        survey: What tells them.
    """

    chat: int
    path: Path
    end: int
    survey: Survey

    def is_same(self, other: EarlierChat) -> bool:
        """Whether nothing changed; paths and surveys are replaced, never changed."""
        return (
            self.path is other.path
            and self.survey is other.survey
            and self.end == other.end
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was told a chat before, and of what."""

    sources: Sequence[EarlierChat]
    tale: Tale


class Past:
    """Tells chats of others; the bank's lock is held."""

    def __init__(self, state: BankState, summaries: Summaries) -> None:
        """Tell the chats of a bank by its summaries."""
        self._state = state
        self._store = state.store
        self._settings = state.settings
        self._clock = state.clock
        self._index = state.messages
        self._summaries = summaries
        self._known: Lru[tuple[int, int], _Known] = Lru(TALES_KEPT)
        self._times: dict[int, datetime] = {}
        self._extracts: Lru[bytes, str] = Lru(EXTRACTS_KEPT)
        state.listen(self)

    def changed(self) -> None:
        """Look at everything anew: by hand or elsewhere, something changed."""
        self._known.clear()
        self._times.clear()

    def forgot(self) -> None:
        """Keep nothing that was told, for something of it was forgotten for good."""
        self._extracts.clear()

    def any(self, chat: int | None) -> bool:
        """Say whether a chat has other chats to be told of."""
        return chat is not None and bool(self._before(chat))

    def lived(
        self, chat: int | None, room: int, asked: RecallsFrom | None = None
    ) -> Tale:
        """Return what tells all that came before a chat, in the order it was told.

        Args:
            chat: Row of the chat; None for one that is not stored.
            room: Most tokens for it; for less, coarser summaries are taken.
            asked: Where to recall from this once.
        """
        if chat is None or room <= 0 or self._is_new_story(chat):
            return Tale()
        sources = [
            EarlierChat(
                chat=other, path=path, end=end, survey=self._summaries.survey(other)
            )
            for other, path, end in self._before(chat, asked)
        ]
        known = self._known.get((chat, room))
        if known is None or not _are_same(known, sources):
            tale = self._told(sources, self._state.chats[chat].created_at, room)
            if known is not None and known.tale == tale:
                tale = known.tale  # How it is written down is known.
            known = _Known(sources=sources, tale=tale)
            self._known.put((chat, room), known)
        return known.tale

    def scene(
        self, chat: int | None, asked: RecallsFrom | None = None
    ) -> list[MemoryItem]:
        """Return the last scene of all before a chat that has just begun, in order.

        Nothing for a chat with a scene of its own, which the host shows.
        """
        if chat is None or len(self._index.path(chat).rows) > NEW:
            return []
        before = self._before(chat, asked)
        if not before or self._is_new_story(chat):
            return []
        _, path, end = before[-1]
        said = self._state.memories_of(path[max(0, end - LOOKED_AT) : end].tolist())
        telling = [
            one
            for one in said
            if not one.deleted
            and worth(one.content, one.role or "user") == Worth.MEMORY
        ]
        return telling[-SCENE:]

    # -- inside ------------------------------------------------------------------

    def _is_new_story(self, chat: int) -> bool:
        rows = self._index.path(chat).rows[:OPENING].tolist()
        messages = self._store.messages.get(rows).values()
        return any(one.role == "user" and begins_anew(one.content) for one in messages)

    def _before(
        self, chat: int, asked: RecallsFrom | None = None
    ) -> list[tuple[int, Path, int]]:
        """Return the other chats, their paths and how much of them came before."""
        own = self._index.path(chat)
        settings = self._settings()
        if not len(own.rows):
            return []
        hidden = self._state.policies.sight(Viewer(chat, asked=asked)).hidden
        born = own.rows.min()
        found = []
        for other in set(self._index.chats()) - hidden:
            path = self._index.path(other)
            older = np.flatnonzero(path.rows < born)
            if path.family == own.family or not len(older):
                continue
            end = int(older[-1]) + 1
            when = self._when(int(path.rows[older].max()))
            if not self._is_too_old(when, settings):
                found.append((when, other, path.rows, end))
        found.sort(key=lambda one: one[:2])
        return [one[1:] for one in found[-MOST_CHATS:]]

    def _when(self, row: int) -> datetime:
        """Return when a message was said, or seen if no host told."""
        if row not in self._times:
            message = self._store.messages.get([row])[row]
            self._times[row] = message.said_at or message.seen_at
        return self._times[row]

    def _is_too_old(self, when: datetime, settings: Settings) -> bool:
        days = settings.retention.retention_days
        return bool(days) and when < self._clock() - timedelta(days=days)

    def _told(self, sources: Sequence[EarlierChat], born: datetime, room: int) -> Tale:
        """Put together what tells several chats.

        What was made after this chat began does not count, or it would change while
        the chat goes on; what a person wrote does.
        """
        pieces: list[tuple[EarlierChat, Span, str | None]] = []
        by_hand: set[str] = set()
        whole: set[str] = set()
        for source in sources:
            survey = self._state.summaries.before(
                source.survey, born, partial(self._again, source)
            )
            made = survey.texts
            spans = summaries.in_prompt(
                summaries.until(survey.outline, source.end),
                made,
                sizes=survey.sizes,
                room=room,
                by_hand=survey.by_hand,
            )
            by_hand |= self._state.summaries.hand_lines(one.key for one in spans)
            whole |= {one.key.hex() for one in spans if one.key in survey.whole}
            for span in summaries.tiled(spans, source.end):
                for piece in [span] if span.key in made else self._divided(span):
                    pieces.append((source, piece, made.get(span.key)))
        return self._tale(pieces, frozenset(by_hand), frozenset(whole))

    def _divided(self, span: Span) -> list[Span]:
        """Divide what no summary tells as chunks would."""
        every = self._settings().summaries.summary_every
        cuts = [*range(span.first, span.end, every), span.end]
        return [Span(Tier.CHUNK, span.key, first, end) for first, end in pairwise(cuts)]

    def _again(self, source: EarlierChat, span: Span, parts: Sequence[Source]) -> str:
        """Return what rules make of the parts of a span."""
        targets = self._state.summaries.targets
        rows = source.path[span.first : span.end].tolist()
        by_hand = sorted({line for part in parts for line in part.by_hand})
        key = summaries.inputs_hash(
            targets[span.tier],
            [span.key, *by_hand, b"", *(one.text for one in parts)],
        )

        def make() -> str:
            messages = self._store.messages.get(rows)
            user = user_of([messages[row] for row in rows])
            return told_again(parts, span.tier, targets, user)

        return self._extracts.get_or_make(key, make)

    def _tale(
        self,
        pieces: Sequence[tuple[EarlierChat, Span, str | None]],
        by_hand: frozenset[str],
        whole: frozenset[str],
    ) -> Tale:
        untold = [at for at, (_, _, text) in enumerate(pieces) if text is None]
        read = set(untold[-MOST_EXTRACTS:])
        memories: list[MemoryItem] = []
        ends: dict[str, datetime] = {}
        for at, (source, span, text) in enumerate(pieces):
            rows = source.path[span.first : span.end].tolist()
            if text is None:
                memory = self._extract(source, rows, silent=at not in read)
            else:
                memory = self._summaries.memory(source.chat, span, text)
                memory = memory._replace(content=text)
            memories.append(memory)
            ended = self._store.messages.get([rows[-1]])[rows[-1]].said_at
            if ended is not None:
                ends[memory.id] = ended
        return Tale(memories, by_hand, whole, ends)

    def _extract(
        self, source: EarlierChat, rows: Sequence[int], *, silent: bool
    ) -> MemoryItem:
        """Return what tells messages that no summary tells, by rules."""
        messages = self._state.as_left([rows[0]] if silent else rows)
        if rows[0] == source.path[0]:
            messages = _without_greeting(messages)
        ids = [one.id for one in messages]
        return MemoryItem(
            id=summaries.chunk_key(ids).hex(),
            kind=MemoryKind.SUMMARY,
            content="" if silent else self._by_rules(messages),
            created_at=messages[-1].seen_at,
            happened_at=messages[0].said_at,
            sources=tuple(ids),
            chat=self._state.chat_id(source.chat),
        )

    def _by_rules(self, messages: Sequence[Message]) -> str:
        targets = self._state.summaries.targets
        # A hash, for no text of a message may stay behind in a key.
        key = summaries.inputs_hash(
            targets[Tier.CHUNK],
            [
                part
                for one in messages
                for part in (one.id, str(one.said_at), one.content)
            ],
        )
        return self._extracts.get_or_make(
            key, lambda: told(messages, targets, least_tokens=LEAST_TOKENS)
        )


def _are_same(known: _Known, sources: Sequence[EarlierChat]) -> bool:
    return len(known.sources) == len(sources) and all(
        map(EarlierChat.is_same, known.sources, sources)
    )


def _without_greeting(messages: Sequence[Message]) -> list[Message]:
    """Return messages without words of what a card says at the start of every chat."""
    greeting = list(takewhile(lambda one: one.role != "user", messages))
    return [
        *(one._replace(content="") for one in greeting),
        *messages[len(greeting) :],
    ]
