"""Have a language model write a summary, and tell the rest in passages.

Owns: how much of a stretch is sent, how much of the answer is taken, what stands in for
what of it is not.
Knows nothing of: when it is done, stores, which model it is, what makes a note hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from ...core.prompt.story import Chooser, StoryLine
from ...core.summaries.events import (
    SCHEMA,
    STILL_OPEN,
    Kept,
    NoteFault,
    check,
    read_notes,
    told_of,
)
from ...core.summaries.extractive import telling_part
from ...core.summaries.tiers import Tier, instruction
from ...core.text.sanitise import one_line, sanitise
from ...errors import UnusableAnswer, UpstreamError
from ...models.llm import Writer
from ...models.tokens import estimate_tokens

# What fits into the smallest context in use (4,096) beside instruction and answer.
MOST_INPUT_TOKENS = 2_600
WORDS_PER_TOKEN = 0.75
# Models overshoot what they are told; what is longer than this is left out.
SLACK = 1.5
CHARS_PER_TOKEN = 4
LEAST_CHARS = 100
# JSON around a note is as long as the note; models that think need as much again.
FRAME = 3
MOST_ANSWER_TOKENS = 1_200
# Less of its target than this tells too little of a stretch, however true it is.
ENOUGH = 0.5
# Tokens in which a passage can be told.
LEAST_ROOM = 20

Placed = tuple[int, StoryLine]
Passages = Callable[[Sequence[int], int], list[Placed]]
"""Tells the lines at some places in passages, in so many tokens at the most."""


class WriterSource(NamedTuple):
    """A language model that may be used at any time, and who hears of its failures.

    Attributes:
        lend: Returns the model, None while there is none.
        failed: Hears what it was asked for, and why it did not write.
        refused: Hears why a note or a fact of its was not told.
    """

    lend: Callable[[], Writer | None] = lambda: None
    failed: Callable[[str, UpstreamError], object] = lambda doing, error: None
    refused: Callable[[StrEnum, int], object] = lambda reason, count: None


NO_WRITER = WriterSource()
DOING: Final = "having a summary written"


class SummaryPrompt(NamedTuple):
    """What a model is asked, and what its answer is held against.

    Attributes:
        text: The lines, numbered.
        lines: The same, whole.
        target_tokens: What the summary aims at.
        names: The participants.
    """

    instruction: str
    text: str
    lines: Sequence[StoryLine]
    target_tokens: int
    names: Collection[str] = ()


class Written(NamedTuple):
    """A summary that a model wrote, as far as it holds.

    Attributes:
        entries: In story order.
        refused: How many of its notes were not kept, by reason.
    """

    entries: list[StoryLine]
    refused: Mapping[NoteFault, int]


def asked_of_model(
    tier: Tier,
    lines: Sequence[StoryLine],
    target_tokens: int,
    names: Collection[str] = (),
) -> SummaryPrompt:
    """Prepare what a model is asked.

    Args:
        tier: Of the summary.
        lines: What was said or told, in order; speakers may be empty.
        target_tokens: What the summary aims at.
        names: The participants.
    """
    share = MOST_INPUT_TOKENS * CHARS_PER_TOKEN // max(1, len(lines))
    whole = sum(estimate_tokens(one.text) for one in lines) <= MOST_INPUT_TOKENS
    numbered = []
    for number, one in enumerate(lines, 1):
        text = one.text if whole else telling_part(one.text, max(share, LEAST_CHARS))
        said = f"{one.name}: {text}" if one.name else text
        # Nothing in a chat may look like the end of what the model is given.
        numbered.append(f"{number}. {one_line(sanitise(said))}")
    words = max(10, round(target_tokens * WORDS_PER_TOKEN))
    asked = "\n".join(numbered)
    return SummaryPrompt(instruction(tier, words), asked, lines, target_tokens, names)


def taken_from_model(
    writer: Writer, draft: SummaryPrompt, passages: Passages
) -> Written:
    """Return what the model writes, as far as it holds, and passages for the rest.

    Args:
        writer: The model.
        draft: What it is asked.
        passages: Tells what the model did not.

    Raises:
        UpstreamError: The model failed.
        UnusableAnswer: Nothing of what it wrote holds.
    """
    most = int(draft.target_tokens * SLACK)
    room = min(most * FRAME, MOST_ANSWER_TOKENS)
    answer = writer.write(draft.instruction, draft.text, max_tokens=room, schema=SCHEMA)
    checked = check(read_notes(answer), draft.lines, draft.names)
    kept = _within(checked.kept, most)
    refused = +(
        checked.refused + Counter({NoteFault.ROOM: len(checked.kept) - len(kept)})
    )
    if not kept:
        why = told_of(refused) or "it holds no notes"
        raise UnusableAnswer(
            f"Nothing that the language model ({writer.name}) wrote can be told "
            f"({why}); passages are. Try another model if that goes on."
        )
    return Written(_with_the_rest(kept, draft, passages, refused), refused)


def sentences_told(
    lines: Sequence[StoryLine], user: str, places: Sequence[int], tokens: int
) -> list[Placed]:
    """Return those sentences of some lines that tell most.

    Args:
        lines: In story order.
        user: What the user is called.
        places: Of the lines that may be told.
        tokens: Most of them.
    """
    some = [lines[place] for place in places]
    chosen = Chooser(some, user, estimate_tokens).chosen(tokens)
    return [(places[at], entry) for at, entry in chosen.items()]


def _within(kept: Sequence[Kept], most: int) -> list[Kept]:
    """Return as many notes as there is room for."""
    found: list[Kept] = []
    for one in kept:
        cost = _cost(one.entry)
        if cost <= most:
            found.append(one)
            most -= cost
    return found


def _with_the_rest(
    kept: Sequence[Kept],
    draft: SummaryPrompt,
    passages: Passages,
    refused: Collection[NoteFault],
) -> list[StoryLine]:
    """Add what a person wrote, and passages where notes were refused or are few."""
    told = {place for one in kept for place in one.sources}
    by_hand = [at for at, line in enumerate(draft.lines) if line.by_hand]
    rest = [at for at in range(len(draft.lines)) if at not in {*told, *by_hand}]
    placed = [(one.sources[0], one.entry) for one in kept]
    placed += [(at, draft.lines[at]) for at in by_hand]
    used = sum(_cost(entry) for _, entry in placed)
    room = draft.target_tokens - used
    if (refused or used < ENOUGH * draft.target_tokens) and rest and room > LEAST_ROOM:
        placed += passages(rest, room)
    # What waits to be done stands last.
    placed.sort(key=lambda one: (one[1].name == STILL_OPEN, one[0]))
    return [entry for _, entry in placed]


def _cost(entry: StoryLine) -> int:
    return estimate_tokens(f"{entry.name}: {entry.text}" if entry.name else entry.text)
