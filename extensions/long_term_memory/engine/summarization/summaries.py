"""Rolling summaries of one bank: what is due, making it, and what a prompt tells.

Owns: what of a chat has left the window, making what is due, showing what is live.
Knows nothing of: prompts, hosts, how a store keeps summaries.

A chat is summarised once a host has said that its beginning left the window. Then all
of it that is settled is made ahead, the newest messages left out: so the head block can
change in the very turn in which the window moves, and costs the cache nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from time import monotonic
from typing import NamedTuple

from ...core.prompt.story import written
from ...core.records import ROUND, StoredSummary
from ...core.retrieval.corpus import USER
from ...core.summaries import tiers as summaries
from ...core.summaries.events import without_open
from ...core.summaries.tiers import Key, Maker, Span
from ...core.types import Block, Context, MemoryItem, MemoryKind, Message
from ...errors import UnusableAnswer, UpstreamError
from ...lru import Lru
from ...models.embedder import Embedder
from ...models.llm import Writer
from ..state.bank_state import BankState
from ..state.summaries import Survey
from .authoring import Author
from .extracting import told, told_again, user_of
from .tales import (
    Rewrite,
    SummaryInfo,
    Tale,
    Telling,
    ToldHead,
    is_by_rules,
    messages_of,
)
from .writing import WriterSource, taken_from_model

TALES_KEPT = 64
_TaleKey = tuple[int, int, bool]
FIRST_SECONDS = 0.2
"""A chat of a hundred messages takes a third of that."""


class _Times(NamedTuple):
    """When a message was said, as far as a host told, and when it was first seen."""

    said: datetime | None
    seen: datetime


class Summaries:
    """The summaries of one bank; safe to use from any thread."""

    def __init__(self, state: BankState, pen: WriterSource) -> None:
        """Work on a bank; `pen` lends a language model, if there is one."""
        self._state = state
        self._store = state.store
        self._lock = state.lock
        self._clock = state.clock
        self._index = state.messages
        self.shelf = state.summaries
        self._author = Author(self.shelf, pen, state.clock)
        self._left: dict[int, int] = {}
        self._rooms: dict[int, int] = {}
        self._shown: dict[int, ToldHead] = {}
        self._memories: dict[tuple[Key, int], MemoryItem] = {}
        self._times: dict[int, _Times] = {}
        self._tales: Lru[_TaleKey, tuple[Survey, int, Tale]] = Lru(TALES_KEPT)
        self._before: dict[int, Telling] = {}
        state.listen(self)

    def changed(self) -> None:
        """Look at everything anew: by hand or elsewhere, something changed."""
        self._memories.clear()
        self._times.clear()
        self._before.clear()

    def forgot(self) -> None:
        """Forget what prompts held, for something of it was forgotten for good."""
        self._shown.clear()
        self._tales.clear()
        self._before.clear()

    # -- what a prompt tells -----------------------------------------------------

    def story(self, chat: int | None, visible: Iterable[int], room: int) -> Tale:
        """Return what tells all that left a chat's window.

        Args:
            chat: Row of the chat; None for one that is not stored.
            visible: Message rows that the host sends; what stands before them has
                left. None at all: as it was at the last look.
            room: Most tokens for all of it.
        """
        with self._lock:
            if chat is None or not self._on:
                return Tale()
            self._look(chat, set(visible))
            self._rooms[chat] = room
            if not self._left.get(chat):
                return Tale()
            self._make_first(chat)
            return self._tale(chat, room, together=True)

    def retold(self, chat: int | None, room: int) -> Tale:
        """Return what tells all that left a chat's window, for once in more words.

        Args:
            chat: Row of the chat; None for one that is not stored.
            room: Most tokens for all of it.
        """
        with self._lock:
            if chat is None or not self._on or not self._left.get(chat):
                return Tale()
            return self._tale(chat, room)

    def survey(self, chat: int) -> Survey:
        """Say how a chat's summaries stand; the same object until something changes."""
        path = self._index.path(chat).rows
        return self.shelf.survey(chat, path, due=self._left.get(chat, 0) > 0)

    def memory(self, chat: int, span: Span, text: str) -> MemoryItem:
        """Show a summary of a chat as a memory."""
        known = self._memories.get((span.key, chat))
        if known is None:
            known = self._memories[span.key, chat] = self._as_memory(chat, span, text)
        return known

    def shown(self, chat: int | None, context: Context, round_: str | None) -> Context:
        """Learn which summaries stand in a chat's prompt; return what was composed.

        Args:
            chat: Row of the chat; None for one that is not stored.
            context: What was composed.
            round_: Of forgetting, as the turn began; after another one nothing is kept.
        """
        with self._lock:
            if chat is not None and self._store.metadata.get(ROUND) == round_:
                told = (item.memory for item in context.head.items)
                texts = {memory.id: memory.content for memory in told}
                self._shown[chat] = ToldHead(context.head, texts)
        return context

    def last_head(self, chat: str) -> Block | None:
        """Return the head block of a chat's last prompt; None before the first.

        Args:
            chat: Our id of it.
        """
        with self._lock:
            rows = (row for row in self._shown if self._state.chat_id(row) == chat)
            return next((self._shown[row].head for row in rows), None)

    def is_older(self, key: Key) -> bool:
        """Say whether a text by hand is older than a message that it tells."""
        return self.shelf.hand(key) is None and self.shelf.older_hand(key) is not None

    # -- making ------------------------------------------------------------------

    def due(self) -> int:
        """Count what is due in all chats whose beginning left the window."""
        with self._lock:
            surveys = [self.survey(chat) for chat in self._left if self._on]
            due = sum(len(survey.due) + survey.waiting for survey in surveys)
            if due or self._author.writer() is None:
                return due
            return int(self._next_unwritten() is not None)

    def work(self, embedder: Embedder, count: int) -> int:
        """Make one summary that is due, or have one written; return how many are left.

        A model that fails is left alone for a while; what was extracted stays.

        Args:
            embedder: Not needed: rules choose by words.
            count: One is enough for once, whatever is asked.
        """
        del embedder, count
        made = self.make()
        with self._lock:
            writer = None if made else self._author.writer()
        if writer is not None:
            try:
                self.write(writer)
            except UpstreamError as error:
                with self._lock:
                    self._author.failed(error)
        return self.due()

    def make(self) -> bool:
        """Make one summary that is due; return whether there was one."""
        with self._lock:
            found = self._next_due()
        if found is not None:
            self._make(*found)
        return found is not None

    def make_now(self, chat: str) -> int:
        """Make all that is due in a chat, whether it fits the window or not.

        Args:
            chat: Our id of it.

        Returns:
            How many were made.
        """
        made = 0
        with self._lock:
            rows = self._rows_of(chat)
        for row in rows:
            while (found := self._due_now(row)) is not None:
                self._make(row, *found)
                made += 1
        return made

    def changes(self, chat: str, *, key: str = "") -> list[Rewrite]:
        """Say what a chat's summaries would read if rules made them anew.

        Args:
            chat: Our id of it.
            key: Id of the one that is meant; all that no hand and no model wrote
                without it.
        """
        with self._lock:
            known = [
                (row, one, self.survey(row).spans[bytes.fromhex(one.memory.id)])
                for row in self._rows_of(chat)
                for one in self._listed(row)
                if (one.memory.id == key if key else is_by_rules(one))
            ]
        # Turns go on meanwhile: choosing passages of a long chat takes seconds.
        return [
            Rewrite(told=one, text=text)
            for row, one, span in known
            for text in [self._by_rules(row, span)]
            if text != one.memory.content
        ]

    def make_anew(self, chat: str) -> int:
        """Make anew all of a chat that no hand and no model wrote; return how many."""
        with self._lock:
            for row in self._rows_of(chat):
                for one in self._listed(row):
                    if is_by_rules(one):
                        self.shelf.drop(bytes.fromhex(one.memory.id))
            self._memories.clear()
        return self.make_now(chat)

    def write(self, writer: Writer) -> bool:
        """Have a model write one summary that a prompt tells or soon will.

        Of an answer that cannot be told the pen hears; what was extracted stays, and
        no model is asked for that one again.

        Returns:
            Whether there was one to write.

        Raises:
            UpstreamError: The model failed; what was extracted stays.
        """
        with self._lock:
            found = self._next_unwritten()
            if found is None:
                return False
            chat, span, inputs = found
            self._author.was_lent = True
            draft, passages = self._author.draft(
                span, self._messages(chat, span), self._state.names()
            )
            round_ = self._store.metadata.get(ROUND)
        try:
            made = taken_from_model(writer, draft, passages)
        except UnusableAnswer as error:
            with self._lock:
                self._author.refuse(span.key, inputs, error)
                # What waited for this one waits no more.
                self._tales.clear()
            return True
        with self._lock:
            self._author.hear(span.key, made)
        self._keep(chat, span, inputs, written(made.entries), round_, writer.name)
        return True

    # -- for people --------------------------------------------------------------

    def listed(self, chat: str | None = None) -> list[SummaryInfo]:
        """Return the live summaries of each chat, the farthest-looking tier first.

        Args:
            chat: Our id of a chat; None lists all chats.
        """
        with self._lock:
            return [
                told
                for row in self._index.chats()
                if chat in (None, self._state.chat_id(row))
                for told in self._listed(row)
            ]

    def find(self, memory_id: str) -> MemoryItem | None:
        """Return a live summary by its id, None if there is none."""
        with self._lock:
            try:
                key = bytes.fromhex(memory_id)
            except ValueError:
                return None
            for chat in self._index.chats():
                survey = self.survey(chat)
                if key in survey.texts:
                    return self.memory(chat, survey.spans[key], survey.texts[key])
            return None

    def drop(self, memory_id: str) -> None:
        """Have a summary made anew."""
        with self._lock:
            self.shelf.drop(bytes.fromhex(memory_id))
            self._author.forget(bytes.fromhex(memory_id))
            self._memories.clear()
            self._before.clear()

    # -- inside ------------------------------------------------------------------

    def _rows_of(self, chat: str) -> list[int]:
        return [row for row in self._index.chats() if self._state.chat_id(row) == chat]

    def _make_first(self, chat: int) -> None:
        """Make at once what tells a chat whose beginning leaves for the first time.

        All else is made ahead. A turn later the prompt would begin otherwise again,
        and a model would read it once more.
        """
        until = monotonic() + FIRST_SECONDS
        if not self.survey(chat).texts:
            while (found := self._due_now(chat)) and monotonic() < until:
                self._make(chat, *found)

    def _due_now(self, chat: int) -> tuple[Span, bytes] | None:
        with self._lock:
            path = self._index.path(chat).rows
            due = self.shelf.survey(chat, path, due=True).due if self._on else []
            return due[0] if due else None

    def _make(self, chat: int, span: Span, inputs: bytes) -> None:
        with self._lock:
            round_ = self._store.metadata.get(ROUND)
        self._keep(chat, span, inputs, self._by_rules(chat, span), round_)

    def _by_rules(self, chat: int, span: Span) -> str:
        """Return what rules make a summary say."""
        with self._lock:
            targets = self.shelf.targets
            texts = self.survey(chat).texts
            parts = [self.shelf.source(one, texts.get(one, "")) for one in span.parts]
            user = self._user_in(chat, span)
            messages = [] if parts else self._messages(chat, span)
        if parts:
            return told_again(parts, span.tier, targets, user)
        return told(messages, targets)

    def _user_in(self, chat: int, span: Span) -> str:
        """Return what the user is called in a stretch."""
        rows = self._index.path(chat).rows[span.first : span.end]
        said = rows[self._index.columns.author[rows] == USER][:1].tolist()
        return user_of(list(self._store.messages.get(said).values()))

    @property
    def _on(self) -> bool:
        return self.shelf.options.rolling_summaries

    def _look(self, chat: int, visible: set[int]) -> None:
        """Learn what of a chat a host sends."""
        rows = self._index.path(chat).rows.tolist()
        first = next((at for at, row in enumerate(rows) if row in visible), None)
        if first is not None:
            self._left.pop(chat, None)
            self._left[chat] = first  # at the end: this chat comes first now
        elif chat in self._left:
            self._left[chat] = min(self._left[chat], len(rows))

    def _told(self, chat: int, survey: Survey, room: int | None = None) -> list[Span]:
        """Return what is told of a chat in a room; without one, in that of its head."""
        if room is None:
            room = self._rooms.get(chat, self.shelf.options.summary_tokens)
        left = summaries.until(survey.outline, self._left.get(chat, 0))
        return summaries.in_prompt(
            left,
            survey.texts,
            sizes=survey.sizes,
            room=room,
            by_hand=survey.by_hand,
        )

    def _next_due(self) -> tuple[int, Span, bytes] | None:
        """Find what is to be made next, in the chat that was shown last."""
        for chat in reversed(self._left) if self._on else ():
            survey = self.survey(chat)
            if survey.due:
                return (chat, *survey.due[0])
        return None

    def _next_unwritten(self) -> tuple[int, Span, bytes] | None:
        """Find an extract in a prompt, or a chunk that will soon stand in one."""
        for chat in reversed(self._left) if self._on else ():
            survey = self.survey(chat)
            soon = [s for s in survey.outline.chunks if s.end > self._left[chat]]
            told = [span for span in self._told(chat, survey) if survey.texts[span.key]]
            for span in [*told, *soon]:
                if self._author.wants(span, survey):
                    return chat, span, self.shelf.inputs(span, survey.texts)
        return None

    def _messages(self, chat: int, span: Span) -> list[Message]:
        rows = self._index.path(chat).rows[span.first : span.end].tolist()
        return self._state.as_left(rows)

    def _keep(
        self,
        chat: int,
        span: Span,
        inputs: bytes,
        text: str,
        round_: str | None,
        model: str = "",
    ) -> None:
        with self._lock, self._store.exclusive():
            if self._store.metadata.get(ROUND) != round_:
                return  # Something was forgotten meanwhile; it may be told here.
            rows = tuple(self._index.path(chat).rows[span.first : span.end].tolist())
            shorter = len(rows) != span.end - span.first
            if shorter or (not span.parts and self.shelf.key_of(rows) != span.key):
                return  # The path changed meanwhile; what is due now comes next.
            summary = StoredSummary(
                key=span.key,
                maker=Maker.MODEL if model else Maker.EXTRACT,
                tier=span.tier,
                chat=chat,
                first=rows[0],
                last=rows[-1],
                messages=() if span.parts else rows,
                parts=span.parts,
                inputs=inputs,
                text=text,
                model=model,
                made_at=self._clock(),
            )
            self.shelf.put(summary)
            self._memories.clear()

    def _tale(self, chat: int, room: int, *, together: bool = False) -> Tale:
        """Return what tells a chat; the same object until something changes.

        Args:
            chat: Row of the chat.
            room: Most tokens for all of it.
            together: Whether what a model writes waits for the rest of it.
        """
        survey = self.survey(chat)
        known = self._tales.get((chat, room, together))
        if known and known[0] is survey and known[1] == self._left[chat]:
            return known[2]
        told = Telling(
            (self._left[chat], room),
            tuple(self._told(chat, survey, room)),
            survey.texts,
            frozenset(survey.whole),
        )
        told = self._together(chat, told, survey) if together else told
        tale = self._told_by(chat, told)
        if known and known[2] == tale:
            tale = known[2]  # The chat went on; how this is written down is known.
        self._tales.put((chat, room, together), (survey, self._left[chat], tale))
        return tale

    def _together(self, chat: int, told: Telling, survey: Survey) -> Telling:
        """Return what a prompt tells: what it told before, while more is written.

        While a model writes one summary after the other, each would change the prompt,
        and all that follows would be read anew; so they come in together, when all are
        written or the window moves.
        """
        before = self._before.get(chat)
        goes_on = (
            before is not None
            and self._author.was_lent
            and before.at == told.at
            and messages_of(before.spans) == messages_of(told.spans)
            and all(self.shelf.says(s.key, before.texts[s.key]) for s in before.spans)
            and any(span.key in survey.whole for span in told.spans)
            and any(self._author.wants(span, survey) for span in told.spans)
        )
        if before is None or not goes_on:
            self._before[chat] = told
        return self._before[chat]

    def _told_by(self, chat: int, told: Telling) -> Tale:
        texts = dict(told.texts)
        # What waited to be done then need not wait any more.
        for span in told.spans[:-1]:
            if span.key in told.whole:
                texts[span.key] = without_open(texts[span.key])
        stretches = summaries.tiled(told.spans, self._left[chat])
        # One that tells nothing is a mark in the story; a deleted one, too.
        memories = [
            self.memory(chat, one, text)._replace(content=text)
            if (text := texts.get(one.key))
            else self._silence(chat, one)
            for one in stretches
        ]
        return Tale(
            memories,
            self.shelf.hand_lines(span.key for span in told.spans),
            frozenset(one.key.hex() for one in told.spans if one.key in told.whole),
            {
                memory.id: ended
                for memory, one in zip(memories, stretches, strict=True)
                if (ended := self._times_of(chat, one.end - 1).said) is not None
            },
        )

    def _silence(self, chat: int, span: Span) -> MemoryItem:
        """Return what stands for a stretch that nothing tells."""
        at = self._times_of(chat, span.first)
        return MemoryItem(
            id=span.key.hex(),
            kind=MemoryKind.SUMMARY,
            content="",
            created_at=at.said or at.seen,
            happened_at=at.said,
        )

    def _times_of(self, chat: int, place: int) -> _Times:
        row = int(self._index.path(chat).rows[place])
        if row not in self._times:
            message = self._store.messages.get([row])[row]
            self._times[row] = _Times(message.said_at, message.seen_at)
        return self._times[row]

    def _as_memory(self, chat: int, span: Span, text: str) -> MemoryItem:
        messages = self._messages(chat, span)
        hand = self.shelf.hand(span.key) or self.shelf.older_hand(span.key)
        record = self.shelf.record(span.key, b"")
        made_at = record.made_at if record else hand.created_at if hand else None
        return MemoryItem(
            id=span.key.hex(),
            kind=MemoryKind.SUMMARY,
            # A deleted one tells nobody anything; people see what it said.
            content=text or (hand and hand.content) or (record.text if record else ""),
            created_at=made_at or self._clock(),
            happened_at=messages[0].said_at,
            sources=tuple(one.id for one in messages),
            chat=self._state.chat_id(chat),
            edited=hand is not None and hand.content is not None,
            deleted=hand is not None and hand.deleted_at is not None,
        )

    def _listed(self, chat: int) -> list[SummaryInfo]:
        survey = self.survey(chat)
        shown_texts = self._shown[chat].texts if chat in self._shown else {}
        in_prompt = {key for key in survey.texts if key.hex() in shown_texts}
        found = []
        stories = [s for s in survey.outline.stories if s.key in survey.texts]
        # Each story holds the one before it: one is enough to look at.
        shown = [s for s in stories if s.key in in_prompt] or stories[-1:]
        for span in (*shown, *survey.outline.chapters, *survey.outline.chunks):
            if span.key not in survey.texts:
                continue
            record = self.shelf.record(span.key, self.shelf.inputs(span, survey.texts))
            memory = self.memory(chat, span, survey.texts[span.key])
            if memory.deleted and not memory.content:
                continue  # It was forgotten.
            found.append(
                SummaryInfo(
                    memory=memory,
                    tier=span.tier,
                    chat=self._state.chat_id(chat),
                    first=span.first + 1,
                    last=span.end,
                    maker=record.maker if record else Maker.EXTRACT,
                    model=record.model if record else "",
                    remark=self._author.remark(span.key),
                    in_prompt=span.key in in_prompt,
                    shown=shown_texts.get(span.key.hex(), ""),
                    older=self.is_older(span.key),
                    room=self._rooms.get(chat, self.shelf.options.summary_tokens),
                )
            )
        return found
