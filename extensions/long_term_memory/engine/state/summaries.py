"""The summaries of one bank as they stand: what is told, what is due.

Owns: the summaries in memory, and keeping them in step with paths, settings and what
was written by hand.
Knows nothing of: how they are made, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...config import Settings, SummarySettings
from ...core.prompt.story import entries_of
from ...core.records import (
    Annotation,
    StoredSummary,
)
from ...core.summaries import tiers as summaries
from ...core.summaries.events import without_open
from ...core.summaries.tiers import Key, Maker, Outline, Piece, Rows, Span, Tier
from ...core.types import MemoryKind
from ...models.tokens import estimate_tokens
from ...storage.protocols import (
    BankStore,
)
from .annotations import AnnotationIndex

TEXTS_COUNTED = 8_192
HEIR_SHARE = 0.5
"""Of the messages of two stretches so many are the same if one succeeds the other."""
REPLACED_KEPT = 64
"""Texts of a model that it wrote anew since, of each summary; later chats began amid
them. After a restart rules tell the parts of such a one."""
SHRINKS_TO = 4
"""An extract is told by a quarter of its lines before a coarser one stands for it."""

Path = NDArray[np.int32]


class Source(NamedTuple):
    """The text of a part of a summary.

    Attributes:
        by_hand: Lines that a person wrote, whichever summary below they come from.
    """

    text: str
    by_hand: Collection[str] = ()


Again = Callable[[Span, Sequence[Source]], str]
"""Tells the parts of a span by rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One path's summaries as they are now.

    Attributes:
        texts: What each live summary says; "" for one that was deleted by hand.
        due: What can be made now, with the hash of what it is made from.
        sizes: The tokens that each text needs at the least: of an extract lines may be
            left out, of other texts nothing.
        by_hand: What a person wrote.
        whole: What a model wrote.
        fresh: What need not be made anew; what rests on it can be made.
        spans: Everything of the outline, by key.
        above: What is made of a summary, by its key.
    """

    outline: Outline
    texts: dict[Key, str] = field(default_factory=dict)
    due: list[tuple[Span, bytes]] = field(default_factory=list)
    sizes: dict[Key, int] = field(default_factory=dict)
    by_hand: set[Key] = field(default_factory=set)
    whole: set[Key] = field(default_factory=set)
    fresh: set[Key] = field(default_factory=set)
    spans: dict[Key, Span] = field(default_factory=dict)
    above: dict[Key, list[Span]] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many wait for what is due."""
        now = {span.key for span, _ in self.due}
        return len(self.spans.keys() - self.fresh - now)

    def copy(self) -> Survey:
        """Return another of the same outline, which can be changed."""
        return replace(
            self,
            texts=self.texts.copy(),
            due=self.due.copy(),
            sizes=self.sizes.copy(),
            whole=self.whole.copy(),
            fresh=self.fresh.copy(),
        )

    def forget(self, span: Span) -> None:
        """Forget how a summary stands."""
        self.texts.pop(span.key, None)
        self.sizes.pop(span.key, None)
        self.whole.discard(span.key)
        self.fresh.discard(span.key)
        self.due[:] = [one for one in self.due if one[0] is not span]

    def tell(self, key: Key, text: str, maker: str = Maker.EXTRACT) -> None:
        """Tell a summary as a model or rules made it."""
        self.texts[key] = text
        self.sizes[key] = _size(text)
        if maker == Maker.MODEL:
            self.whole.add(key)
        else:
            self.sizes[key] //= SHRINKS_TO


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was seen of a path at a time; it holds while what it rests on does."""

    path: Path
    due: bool
    options: SummarySettings
    outline: Outline
    survey: Survey | None = None


class SummaryIndex:
    """The summaries in memory; the bank's lock guards it."""

    def __init__(
        self,
        store: BankStore,
        settings: Callable[[], Settings],
        annotations: AnnotationIndex,
    ) -> None:
        """Read what was made before; `annotations` tell what was done by hand."""
        self._store = store
        self._settings = settings
        self._annotations = annotations
        self._looks: dict[int, _Look] = {}
        self._heirs: dict[int, Mapping[Key, Key]] = {}
        self.reload()

    @property
    def options(self) -> SummarySettings:
        """The settings in force."""
        return self._settings().summaries

    @property
    def targets(self) -> dict[Tier, int]:
        """The tokens that a summary of each tier aims at."""
        return {
            Tier.CHUNK: self.options.summary_chunk_tokens,
            Tier.CHAPTER: self.options.summary_chapter_tokens,
            Tier.STORY: self.options.summary_story_tokens,
        }

    def reload(self) -> None:
        """Read everything again, after another process changed it."""
        self._records: dict[tuple[Key, str], StoredSummary] = {}
        self._replaced: dict[Key, list[StoredSummary]] = {}
        self._known: dict[int, list[Rows]] = {}
        self._keys: dict[Rows, Key] = {}
        self._rows: dict[Key, Rows] = {}
        for summary in self._store.summaries.all():
            self._learn(summary)
        self._looks.clear()
        self._heirs.clear()

    def changed(self) -> None:
        """Look anew at what is told: something was made, or changed by hand."""
        self._looks = {
            chat: replace(look, survey=None) for chat, look in self._looks.items()
        }

    def put(self, summary: StoredSummary) -> None:
        """Store what was made."""
        self._store.summaries.put(summary)
        former = self._records.get((summary.key, summary.maker))
        if former is not None and former.maker == Maker.MODEL:
            replaced = self._replaced.setdefault(former.key, [])
            replaced.append(former)
            del replaced[:-REPLACED_KEPT]
        self._learn(summary)
        self._looks = {
            chat: replace(look, survey=look.survey and self._with(look.survey, summary))
            for chat, look in self._looks.items()
        }

    def drop(self, key: Key) -> None:
        """Forget what was made for a key."""
        self._store.summaries.drop(key)
        for maker in Maker:
            self._records.pop((key, maker), None)
        self._replaced.pop(key, None)
        self.changed()

    def hand(self, key: Key) -> Annotation | None:
        """Return what was done to a summary by hand, if anything."""
        return self._annotations.get(MemoryKind.SUMMARY, key.hex())

    def by_hand(self, key: Key) -> str | None:
        """Return a text that was locked by hand, "" for a deleted one, else None."""
        hand = self.hand(key)
        if hand is None:
            hand = self.older_hand(key)
        if hand is None:
            return None
        return "" if hand.deleted_at is not None else hand.content

    def older_hand(self, key: Key) -> Annotation | None:
        """Return what a person wrote before a message of the stretch was changed.

        It is kept until he decides anew: an edit of an old message takes nothing away
        that was written by hand.
        """
        older = next((told[key] for told in self._heirs.values() if key in told), None)
        return None if older is None else self.hand(older)

    def key_of(self, rows: Rows) -> Key | None:
        """Return the key of a chunk of these messages, if one was ever planned."""
        return self._keys.get(rows)

    def survey(self, chat: int, path: Path, *, due: bool) -> Survey:
        """Say how a chat's summaries stand.

        Args:
            chat: Row of the chat.
            path: Its message rows; the same array as long as nothing changed.
            due: Whether its beginning has left the window; else only what was made
                before is looked at.
        """
        look = self._looks.get(chat)
        options = self.options
        if look is None or look.path is not path or look.due != due:
            look = None
        elif look.options != options:
            same = look.options.summary_every == options.summary_every
            look = replace(look, options=options, survey=None) if same else None
        if look is None:
            outline = self._outline(tuple(path.tolist()), due=due)
            look = _Look(path=path, due=due, options=options, outline=outline)
        if look.survey is None:
            self._heirs.pop(chat, None)
            if heirs := self._succeeded(chat, path, look.outline):
                self._heirs[chat] = heirs
            look = replace(look, survey=self._surveyed(look.outline))
        self._looks[chat] = look
        assert look.survey is not None
        return look.survey

    def before(self, survey: Survey, at: datetime, again: Again) -> Survey:
        """Return what a survey would tell of what was made before a time.

        What a person wrote counts whenever it was written. Of what was made of parts
        only the newest is kept; if that is younger, its parts are told again.

        Args:
            survey: As it is now.
            at: The time.
            again: Tells the parts of a span by rules.
        """
        found = replace(survey, texts={}, sizes={}, whole=set())
        for span in survey.outline.spans():
            key = span.key
            if key in survey.by_hand:
                found.texts[key], found.sizes[key] = (
                    survey.texts[key],
                    survey.sizes[key],
                )
                continue
            record = self.record(key, self.inputs(span, found.texts), before=at)
            if record is not None:
                found.tell(key, record.text, record.maker)
            elif span.parts and all(part in found.texts for part in span.parts):
                parts = [self.source(one, found.texts[one]) for one in span.parts]
                found.tell(key, again(span, parts))
        return found

    def inputs(self, span: Span, texts: dict[Key, str]) -> bytes:
        """Return the hash of what a summary is made from."""
        parts: list[str | bytes] = [texts.get(key, "") for key in span.parts]
        told = parts or [span.key, *self._by_hand_within(span.key)]
        return summaries.inputs_hash(self.targets[span.tier], told)

    def record(
        self, key: Key, inputs: bytes, *, before: datetime | None = None
    ) -> StoredSummary | None:
        """Return a model's text for these inputs, else an extract, else an old text.

        Args:
            key: Of the summary.
            inputs: The hash of what it is made from.
            before: Only what was made before this time counts.
        """
        records = [self._records.get((key, maker)) for maker in ("model", "extract")]
        known = [record for record in records if record is not None]
        if before is not None:
            known = [*known[:1], *reversed(self._replaced.get(key, ())), *known[1:]]
            known = [record for record in known if record.made_at < before]
        fitting = [record for record in known if record.inputs == inputs]
        newest = sorted(known, key=lambda record: record.made_at)[-1:]
        return next(iter(fitting + newest), None)

    def is_written(self, key: Key, inputs: bytes) -> bool:
        """Whether a model wrote a summary from these inputs."""
        record = self._records.get((key, Maker.MODEL))
        return record is not None and record.inputs == inputs

    def text_of(self, key: Key) -> str:
        """Return what a summary says now, by hand or as it was made; on any path."""
        return self._texts_of([key])[key]

    def says(self, key: Key, text: str) -> bool:
        """Whether a summary says a text, by hand or as it was made by anyone."""
        records = (self._records.get((key, maker)) for maker in Maker)
        made = {record.text for record in records if record is not None}
        return text in made or text == self.by_hand(key)

    def inputs_of(self, one: StoredSummary) -> bytes:
        """Return the hash of what a summary would be made from now; on any path."""
        return self._inputs_of(one, self._texts_of(one.parts))

    def _by_hand_within(self, key: Key) -> list[str]:
        """Return what a person made of messages of a chunk, each with its place."""
        rewritten = self._annotations.rewritten
        return [
            part
            for place, row in enumerate(self._rows.get(key, ()))
            if row in rewritten
            for part in (str(place), rewritten[row])
        ]

    def source(self, key: Key, text: str) -> Source:
        """Return a part with its text, and which of its lines a person wrote.

        What waited to be done then need not wait any more.
        """
        text = text if self.by_hand(key) is not None else without_open(text)
        return Source(text, self.hand_lines([key]))

    def hand_lines(self, keys: Iterable[Key]) -> frozenset[str]:
        """Return the lines that a person wrote in summaries or their parts."""
        return frozenset(
            entry.text
            for one in self._under(keys)
            for entry in entries_of(self.by_hand(one) or "")
        )

    def _texts_of(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return what summaries and all below them say now."""
        texts: dict[Key, str] = {}
        for key in reversed(self._under(keys)):
            made = self._any_record(key)
            text = self.by_hand(key)
            if text is None and made is not None:
                record = self.record(key, self._inputs_of(made, texts))
                text = None if record is None else record.text
            texts[key] = text or ""
        return texts

    def _inputs_of(self, one: StoredSummary, texts: Mapping[Key, str]) -> bytes:
        parts: list[str | bytes] = [texts[key] for key in one.parts]
        target = self.targets[Tier(one.tier)]
        told = parts or [one.key, *self._by_hand_within(one.key)]
        return summaries.inputs_hash(target, told)

    def _under(self, keys: Iterable[Key]) -> list[Key]:
        """Return keys and those of what they are made of, each after what it serves.

        What a person wrote is made of nothing. The story of a long chat rests on
        another, and so on for thousands: no function may call itself for each.
        """
        found: dict[Key, None] = {}
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            found.pop(key, None)
            found[key] = None
            made = self._any_record(key)
            if made is not None and self.by_hand(key) is None:
                waiting += made.parts
        return list(found)

    def _any_record(self, key: Key) -> StoredSummary | None:
        made = (self._records.get((key, maker)) for maker in Maker)
        return next((one for one in made if one is not None), None)

    def chunked(self) -> NDArray[np.int32]:
        """Return the rows of all messages that a chunk tells, rising."""
        rows = (row for one in self._records.values() for row in one.messages)
        return np.unique(np.fromiter(rows, np.int32))

    # -- inside ------------------------------------------------------------------

    def _learn(self, summary: StoredSummary) -> None:
        self._records[summary.key, summary.maker] = summary
        rows = summary.messages
        if rows and rows not in self._known.get(rows[0], ()):
            self._keys[rows] = summary.key
            self._rows[summary.key] = rows
            self._known.setdefault(rows[0], []).append(rows)

    def _succeeded(self, chat: int, path: Path, outline: Outline) -> dict[Key, Key]:
        """Return the stretches that took the place of others, told by hand.

        A changed message is another one, and so is every stretch that holds it. Only
        the chat's own count: a branch is not told what its sibling went on with.
        """
        spans = outline.spans()
        live = {span.key for span in spans}
        lost = sorted(
            {
                (hand.updated_at, key)
                for (key, _), record in self._records.items()
                if record.chat == chat and key not in live
                for hand in [self.hand(key)]
                if hand is not None and hand.content and hand.deleted_at is None
            }
        )
        found: dict[Key, Key] = {}
        for _, key in lost:
            told = self._rows_under(key)
            tier = self._tier_of(key)
            shares = [
                (_alike(told, set(path[span.first : span.end].tolist())), span.key)
                for span in spans
                if span.tier == tier
            ]
            share, heir = max(shares, default=(0.0, key))
            if share >= HEIR_SHARE:
                found[heir] = key
        return found

    def _rows_under(self, key: Key) -> set[int]:
        """Return the messages that a summary tells, by whatever way."""
        rows: set[int] = set()
        keys = [key]
        while keys:
            record = self._any_record(keys.pop())
            if record is not None:
                rows.update(record.messages)
                keys += record.parts
        return rows

    def _tier_of(self, key: Key) -> str:
        made = (self._records.get((key, maker)) for maker in Maker)
        return next(record.tier for record in made if record is not None)

    def _surveyed(self, outline: Outline) -> Survey:
        spans = {span.key: span for span in outline.spans()}
        survey = Survey(outline=outline, spans=spans)
        for span in spans.values():
            self._looked_at(span, survey)
            for part in span.parts:
                survey.above.setdefault(part, []).append(span)
        return survey

    def _looked_at(self, span: Span, survey: Survey) -> None:
        """Learn how a summary stands; all that it is made of is known."""
        key = span.key
        ready = survey.fresh.issuperset(span.parts)
        inputs = self.inputs(span, survey.texts)
        record = self.record(key, inputs)
        is_current = record is not None and record.inputs == inputs
        locked = self.by_hand(key)
        if locked is not None:
            survey.texts[key] = locked
            survey.sizes[key] = _size(locked)
            survey.by_hand.add(key)
            survey.fresh.add(key)
            # Ours is there when a person takes the older one away.
            if ready and self.hand(key) is None and not is_current:
                survey.due.append((span, inputs))
            return
        # An old text serves until the new one is made.
        if record is not None:
            survey.tell(key, record.text, record.maker)
        if ready and is_current:
            survey.fresh.add(key)
        elif ready:
            survey.due.append((span, inputs))

    def _with(self, survey: Survey, made: StoredSummary) -> Survey | None:
        """Return a survey with what was made; None if all is to be looked at anew.

        Of a long chat thousands are made one after the other, and to look at all of
        them after each would take the square of that.
        """
        span = survey.spans.get(made.key)
        if span is None:
            return survey
        if (span, made.inputs) not in survey.due or made.key in survey.by_hand:
            return None
        found = survey.copy()
        changed = [span]
        while changed:
            one = changed.pop()
            before = found.texts.get(one.key), one.key in found.fresh
            found.forget(one)
            self._looked_at(one, found)
            if before != (found.texts.get(one.key), one.key in found.fresh):
                changed += found.above.get(one.key, ())
        return found

    def _outline(self, path: Rows, *, due: bool) -> Outline:
        """Divide what is settled of a path; nothing new while all of it is visible."""
        every = self.options.summary_every
        settled = path[: max(0, len(path) - every)] if due else path
        spans = summaries.tile(settled, every, self._known)
        if due:
            self._name([path[first:end] for first, end in spans])
        pieces = []
        for first, end in spans:
            key = self._keys.get(path[first:end])
            if key is None:
                break
            pieces.append(Piece(first, end, key))
        return summaries.outline(pieces)

    def _name(self, chunks: Sequence[Rows]) -> None:
        """Find the keys of chunks, which come from their messages' ids."""
        new = [rows for rows in chunks if rows not in self._keys]
        messages = self._store.messages.get(
            sorted({row for rows in new for row in rows})
        )
        for rows in new:
            ids = [messages[row].id for row in rows]
            self._keys[rows] = summaries.chunk_key(ids)
            self._rows[self._keys[rows]] = rows


def _alike(one: set[int], other: set[int]) -> float:
    """Return the share of messages that two stretches have in common."""
    return len(one & other) / max(1, len(one | other))


@lru_cache(maxsize=TEXTS_COUNTED)
def _size(text: str) -> int:
    """Count once per text: all are looked at again whenever one changes."""
    return estimate_tokens(text)
