"""What a model writes of a bank's summaries: which, from what, and what came of it.

Owns: the rest after a failure, what a model could not write, why notes were left out.
Knows nothing of: prompts, the worker, how an answer is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ...core.prompt.story import StoryLine, entries_of
from ...core.summaries.events import told_of
from ...core.summaries.telling import said_in
from ...core.summaries.tiers import Key, Span
from ...core.types import Message
from ...errors import UnusableAnswer, UpstreamError
from ...models.llm import Writer
from ..faults import Clock
from ..state.summaries import SummaryIndex, Survey
from .extracting import day_of, passages_told, user_of
from .writing import (
    DOING,
    Passages,
    Placed,
    SummaryPrompt,
    WriterSource,
    Written,
    asked_of_model,
    sentences_told,
)

# A model that failed is not asked again for so long.
REST = timedelta(minutes=5)


class Author:
    """The model that writes a bank's summaries; the bank's lock guards it.

    Attributes:
        was_lent: Whether a model was there at any time.
    """

    def __init__(self, shelf: SummaryIndex, pen: WriterSource, clock: Clock) -> None:
        """Know what was made, and who lends a model if there is one."""
        self._shelf = shelf
        self._pen = pen
        self._clock = clock
        self._rests_until: datetime | None = None
        self.was_lent = False
        # What a model wrote for these inputs could not be told; it is not asked again.
        self._unusable: set[tuple[Key, bytes]] = set()
        self._remarks: dict[Key, str] = {}

    def writer(self) -> Writer | None:
        """Return a model that may write now."""
        writer = self._pen.lend()
        self.was_lent = self.was_lent or writer is not None
        rests = self._rests_until is not None and self._clock() < self._rests_until
        return None if rests else writer

    def failed(self, error: UpstreamError) -> None:
        """Leave a model alone for a while."""
        self._rests_until = self._clock() + REST
        self._pen.failed(DOING, error)

    def wants(self, span: Span, survey: Survey) -> bool:
        """Say whether a model may yet write a summary."""
        inputs = self._shelf.inputs(span, survey.texts)
        done = self._shelf.is_written(span.key, inputs)
        done = done or (span.key, inputs) in self._unusable
        return not done and self._shelf.by_hand(span.key) is None

    def refuse(self, key: Key, inputs: bytes, error: UnusableAnswer) -> None:
        """Ask no model again for a summary of these inputs; it may write others."""
        self._unusable.add((key, inputs))
        self._pen.failed(DOING, error)

    def forget(self, key: Key) -> None:
        """Let a model try a summary again."""
        self._unusable = {one for one in self._unusable if one[0] != key}

    def hear(self, key: Key, made: Written) -> None:
        """Keep why notes of a model were not told, and count them."""
        for reason, count in made.refused.items():
            self._pen.refused(reason, count)
        self._remarks[key] = told_of(made.refused)

    def remark(self, key: Key) -> str:
        """Return why notes of a summary were not told; empty if all were."""
        return self._remarks.get(key, "")

    def draft(
        self, span: Span, messages: Sequence[Message], names: Iterable[str]
    ) -> tuple[SummaryPrompt, Passages]:
        """Return what a model is asked, and what tells in passages what it does not."""
        passages: Passages = partial(_passages, messages)
        lines = [
            StoryLine(name=one.name, text=said_in(one.content), day=day_of(one))
            for one in messages
        ]
        if span.parts:
            lines = self._lines_of(span)
            passages = partial(sentences_told, lines, user_of(messages))
        known = {*names, *(one.name for one in messages)}
        target = self._shelf.targets[span.tier]
        return asked_of_model(span.tier, lines, target, known), passages

    def _lines_of(self, span: Span) -> list[StoryLine]:
        """Return the lines of what a summary is made of."""
        lines: list[StoryLine] = []
        for key in span.parts:
            part = self._shelf.source(key, self._shelf.text_of(key))
            day = next((one.day for one in reversed(lines) if one.day), None)
            lines += [
                replace(one, by_hand=one.text in part.by_hand)
                for one in entries_of(part.text, day=day)
            ]
        return lines


def _passages(
    messages: Sequence[Message], places: Sequence[int], tokens: int
) -> list[Placed]:
    """Tell some of the messages in passages, with their places among all."""
    some = [messages[place] for place in places]
    return [(places[at], entry) for at, entry in passages_told(some, tokens)]
