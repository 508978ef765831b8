"""What a summary says if passages are chosen for it.

Owns: what a summary may be made of, how long it may be, and which passages are kept.
Knows nothing of: stores, what becomes of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from ...core.prompt.story import Chooser, StoryLine, entries_of, written
from ...core.summaries import tiers as summaries
from ...core.summaries.binding import Spoken
from ...core.summaries.hearing import heard
from ...core.summaries.promises import ends_of
from ...core.summaries.telling import Passage, shortened
from ...core.summaries.tiers import Tier
from ...core.summaries.turning_points import choose
from ...core.types import Message
from ...models.tokens import estimate_tokens
from ..state.summaries import Source


def told(
    messages: Sequence[Message], targets: Mapping[Tier, int], *, least_tokens: int = 0
) -> str:
    """Return what a chunk says.

    Args:
        messages: What it tells, in order.
        targets: The tokens that each tier aims at.
        least_tokens: It may have so many, however short the messages are.
    """
    source = sum(estimate_tokens(message.content) for message in messages)
    target = max(least_tokens, summaries.target(Tier.CHUNK, targets, source))
    return written([entry for _, entry in passages_told(messages, target)])


def passages_told(
    messages: Sequence[Message], target_tokens: int
) -> list[tuple[int, StoryLine]]:
    """Return the passages that tell most of messages, each with its message's place.

    Args:
        messages: In order.
        target_tokens: Most tokens for all passages.
    """
    passages = heard(
        [
            Spoken(name=one.name, text=one.content, user=one.role == "user")
            for one in messages
        ]
    )
    chosen = choose(passages, target_tokens=target_tokens, count=estimate_tokens)
    if ends := ends_of(passages, chosen):
        chosen = choose(
            passages, target_tokens=target_tokens, count=estimate_tokens, kept=ends
        )
    return list(_entries(passages, chosen, messages))


def told_again(
    parts: Sequence[Source], tier: Tier, targets: Mapping[Tier, int], user: str
) -> str:
    """Return what a summary of summaries says.

    Args:
        parts: In story order.
        tier: Of the summary.
        targets: The tokens that each tier aims at.
        user: What the user is called.
    """
    entries: list[StoryLine] = []
    for part in parts:
        day = next((one.day for one in reversed(entries) if one.day), None)
        entries += [
            replace(one, by_hand=one.text in part.by_hand)
            for one in entries_of(part.text, day=day)
        ]
    chosen = Chooser(entries, user, estimate_tokens).chosen(
        targets[tier], with_ends=True
    )
    return written(list(chosen.values()))


def user_of(messages: Sequence[Message]) -> str:
    """Return what the user is called in messages; empty if he said nothing."""
    return next((one.name for one in messages if one.role == "user"), "")


def _entries(
    passages: Sequence[Passage], chosen: Sequence[int], messages: Sequence[Message]
) -> Iterator[tuple[int, StoryLine]]:
    """Yield passages that follow each other in one line, with their message's place."""
    for _, run in groupby(
        enumerate(chosen),
        lambda one: (one[1] - one[0], passages[one[1]].place, passages[one[1]].name),
    ):
        told = [passages[at] for _, at in run]
        entry = StoryLine(
            text=shortened([one.text for one in told]),
            name=told[0].name,
            day=day_of(messages[told[0].place]),
        )
        yield told[0].place, entry


def day_of(message: Message) -> date | None:
    """Return the day on which a message was said, if a host told it."""
    return message.said_at.astimezone().date() if message.said_at else None
