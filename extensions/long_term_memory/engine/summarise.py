"""Rolling summaries of one bank: what is due, making it, and what a prompt tells.

Owns: what of a chat has left the window, making what is due, showing what is live.
Knows nothing of: prompts, hosts, how a store keeps summaries.

A chat is summarised once a host has said that its beginning left the window. Then all
of it that is settled is made ahead, the newest messages left out: so the head block can
change in the very turn in which the window moves, and costs the cache nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import RLock

from ..config import Settings
from ..core import summaries
from ..core.summaries import Key, Maker, Span
from ..core.telling import said_in
from ..core.types import Context, Memory, MemoryKind, Message
from ..errors import UpstreamError
from ..models.llm import Writer
from ..stores.base import (
    BankStore,
)
from ..stores.records import (
    ROUND,
    StoredSummary,
)
from .extracting import told, told_again, user_of
from .guard import Clock
from .index import Index
from .shelf import HandOf, Shelf, Survey
from .tales import Tale, Told
from .writing import Draft, Pen, asked_of_model, taken_from_model

# A model that failed is not asked again for so long.
REST = timedelta(minutes=5)


class Summaries:
    """The summaries of one bank; safe to use from any thread."""

    def __init__(
        self,
        store: BankStore,
        lock: RLock,
        clock: Clock,
        settings: Callable[[], Settings],
        *,
        index: Index,
        names: Callable[[], list[str]],
        chat_id: Callable[[int], str],
        pen: Pen,
    ) -> None:
        """Read what was made before.

        Args:
            store: The bank's store.
            lock: The bank's lock.
            clock: Says when a summary was made.
            settings: Tells the settings in force.
            index: Tells the chats' paths.
            names: Tells what the participants are called.
            chat_id: Tells our id of a chat's row.
            pen: Lends a language model, if there is one.
        """
        self._store = store
        self._lock = lock
        self._clock = clock
        self._index = index
        self._names = names
        self._chat_id = chat_id
        self._pen = pen
        self._rests_until: datetime | None = None
        self.shelf = Shelf(store, settings)
        self._left: dict[int, int] = {}
        self._rooms: dict[int, int] = {}
        self._shown: dict[int, frozenset[str]] = {}
        self._memories: dict[tuple[Key, int], Memory] = {}

    def reload(self) -> None:
        """Read everything again, after another process changed it."""
        with self._lock:
            self.shelf.reload()
            self._memories.clear()

    def heed(self, hand_of: HandOf) -> None:
        """Learn who tells what was done by hand."""
        self.shelf.heed(hand_of)

    def changed(self) -> None:
        """Look at everything anew: something by hand changed."""
        with self._lock:
            self.shelf.changed()
            self._memories.clear()

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
            survey = self._survey(chat)
            spans = self._told(chat, survey)
            # One that tells nothing is a mark in the story; a deleted one, too.
            return Tale(
                [
                    self._memory(chat, span, text)._replace(content=text)
                    for span in spans
                    for text in [survey.texts[span.key]]
                ],
                self.shelf.hand_lines(span.key for span in spans),
                frozenset(one.key.hex() for one in spans if one.key in survey.whole),
            )

    def shown(self, chat: int | None, context: Context) -> Context:
        """Learn which summaries stand in a chat's prompt; return what was composed."""
        with self._lock:
            if chat is not None:
                items = context.head.items
                self._shown[chat] = frozenset(item.memory.id for item in items)
        return context

    # -- making ------------------------------------------------------------------

    def due(self) -> int:
        """Count what is due in all chats whose beginning left the window."""
        with self._lock:
            surveys = [self._survey(chat) for chat in self._left if self._on]
            due = sum(len(survey.due) + survey.waiting for survey in surveys)
            if due or self._rests() or self._pen.lend() is None:
                return due
            return int(self._next_unwritten() is not None)

    def work(self) -> int:
        """Make one summary that is due, or have one written; return how many are left.

        A model that fails is left alone for a while; what was extracted stays.
        """
        writer = None if self.make() or self._rests() else self._pen.lend()
        if writer is not None:
            try:
                self.write(writer)
            except UpstreamError as error:
                self._rests_until = self._clock() + REST
                self._pen.failed(error)
        return self.due()

    def make(self) -> bool:
        """Make one summary that is due; return whether there was one."""
        with self._lock:
            found = self._next_due()
            if found is None:
                return False
            chat, span, inputs = found
            round_, targets = self._store.metadata.get(ROUND), self.shelf.targets
            messages = self._messages(chat, span)
            parts = [self.shelf.source(key) for key in span.parts]
        if parts:
            text = told_again(parts, span.tier, targets, user_of(messages))
        else:
            text = told(messages, targets)
        self._keep(chat, span, inputs, text, round_)
        return True

    def write(self, writer: Writer) -> bool:
        """Have a model write one summary that a prompt tells or soon will.

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
            draft, round_ = self._draft(chat, span), self._store.metadata.get(ROUND)
            kept = [line for part in span.parts for line in self._by_hand(part)]
        text = taken_from_model(writer, draft)
        # What a person wrote is not left to a model.
        text = "\n".join([text, *(line for line in kept if line not in text)])
        self._keep(chat, span, inputs, text, round_, writer.name)
        return True

    # -- for people --------------------------------------------------------------

    def listed(self, chat: str | None = None) -> list[Told]:
        """Return the live summaries of each chat, the farthest-looking tier first.

        Args:
            chat: Our id of a chat; None lists all chats.
        """
        with self._lock:
            return [
                told
                for row in self._index.chats()
                if chat in (None, self._chat_id(row))
                for told in self._listed(row)
            ]

    def find(self, memory_id: str) -> Memory | None:
        """Return a live summary by its id, None if there is none."""
        with self._lock:
            try:
                key = bytes.fromhex(memory_id)
            except ValueError:
                return None
            for chat in self._index.chats():
                survey = self._survey(chat)
                for span in survey.outline.spans():
                    if span.key == key and key in survey.texts:
                        return self._memory(chat, span, survey.texts[key])
            return None

    def drop(self, memory_id: str) -> None:
        """Have a summary made anew."""
        with self._lock:
            self.shelf.drop(bytes.fromhex(memory_id))
            self._memories.clear()

    # -- inside ------------------------------------------------------------------

    @property
    def _on(self) -> bool:
        return self.shelf.options.rolling_summaries

    def _rests(self) -> bool:
        return self._rests_until is not None and self._clock() < self._rests_until

    def _look(self, chat: int, visible: set[int]) -> None:
        """Learn what of a chat a host sends."""
        rows = self._index.path(chat).rows.tolist()
        first = next((at for at, row in enumerate(rows) if row in visible), None)
        if first is not None:
            self._left.pop(chat, None)
            self._left[chat] = first  # at the end: this chat comes first now

    def _survey(self, chat: int) -> Survey:
        path = self._index.path(chat).rows
        return self.shelf.survey(chat, path, due=self._left.get(chat, 0) > 0)

    def _told(self, chat: int, survey: Survey) -> list[Span]:
        left = summaries.until(survey.outline, self._left.get(chat, 0))
        return summaries.in_prompt(
            left,
            survey.texts,
            sizes=survey.sizes,
            room=self._rooms.get(chat, self.shelf.options.summary_tokens),
            by_hand=survey.by_hand,
        )

    def _next_due(self) -> tuple[int, Span, bytes] | None:
        """Find what is to be made next, in the chat that was shown last."""
        for chat in reversed(self._left) if self._on else ():
            survey = self._survey(chat)
            if survey.due:
                return (chat, *survey.due[0])
        return None

    def _next_unwritten(self) -> tuple[int, Span, bytes] | None:
        """Find an extract in a prompt, or a chunk that will soon stand in one."""
        for chat in reversed(self._left) if self._on else ():
            survey = self._survey(chat)
            soon = [s for s in survey.outline.chunks if s.end > self._left[chat]]
            told = [span for span in self._told(chat, survey) if survey.texts[span.key]]
            for span in [*told, *soon]:
                inputs = self.shelf.inputs(span, survey.texts)
                by_hand = self.shelf.by_hand(span.key)
                if by_hand is None and not self.shelf.is_written(span.key, inputs):
                    return chat, span, inputs
        return None

    def _by_hand(self, key: Key) -> list[str]:
        return sorted(self.shelf.hand_lines([key]))

    def _messages(self, chat: int, span: Span) -> list[Message]:
        rows = self._index.path(chat).rows[span.first : span.end].tolist()
        messages = self._store.messages.get(rows)
        return [messages[row] for row in rows]

    def _draft(self, chat: int, span: Span) -> Draft:
        texts = self._survey(chat).texts
        said = [("", texts[key]) for key in span.parts] or [
            (one.name, said_in(one.content)) for one in self._messages(chat, span)
        ]
        return asked_of_model(span.tier, said, self.shelf.targets[span.tier])

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
            if not span.parts and self.shelf.key_of(rows) != span.key:
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

    def _memory(self, chat: int, span: Span, text: str) -> Memory:
        known = self._memories.get((span.key, chat))
        if known is None:
            known = self._memories[span.key, chat] = self._as_memory(chat, span, text)
        return known

    def _as_memory(self, chat: int, span: Span, text: str) -> Memory:
        rows = self._index.path(chat).rows[span.first : span.end].tolist()
        messages = self._store.messages.get(rows)
        hand = self.shelf.hand(span.key)
        record = self.shelf.record(span.key, b"")
        made_at = record.made_at if record else hand.created_at if hand else None
        return Memory(
            id=span.key.hex(),
            kind=MemoryKind.SUMMARY,
            # A deleted one tells nobody anything; people see what it said.
            content=text or (hand and hand.content) or (record.text if record else ""),
            created_at=made_at or self._clock(),
            happened_at=messages[rows[0]].said_at,
            sources=tuple(messages[row].id for row in rows),
            chat=self._chat_id(chat),
            edited=hand is not None and hand.content is not None,
            deleted=hand is not None and hand.deleted_at is not None,
        )

    def _listed(self, chat: int) -> list[Told]:
        survey = self._survey(chat)
        told = self._told(chat, survey)
        in_prompt = {span.key for span in told if survey.texts[span.key]}
        if chat in self._shown:
            in_prompt = {key for key in in_prompt if key.hex() in self._shown[chat]}
        found = []
        stories = [s for s in survey.outline.stories if s.key in survey.texts]
        # Each story holds the one before it: one is enough to look at.
        shown = [s for s in stories if s.key in in_prompt] or stories[-1:]
        for span in (*shown, *survey.outline.chapters, *survey.outline.chunks):
            if span.key not in survey.texts:
                continue
            record = self.shelf.record(span.key, self.shelf.inputs(span, survey.texts))
            memory = self._memory(chat, span, survey.texts[span.key])
            if memory.deleted and not memory.content:
                continue  # It was forgotten.
            found.append(
                Told(
                    memory=memory,
                    tier=span.tier,
                    chat=self._chat_id(chat),
                    first=span.first + 1,
                    last=span.end,
                    maker=record.maker if record else Maker.EXTRACT,
                    model=record.model if record else "",
                    in_prompt=span.key in in_prompt,
                )
            )
        return found
