"""Share tokens: how much each part of a prompt may take, and what fits into it.

Owns: shares of the context, the plan of a prompt, choosing what fits, shortening, where
history starts.
Knows nothing of: tokenizers (lengths come from a callable), hosts, what the text says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import Final, NamedTuple, TypeVar

from ...config import PromptSettings
from ..policy import Rooms
from ..types import TokenCounter

T = TypeVar("T")
STEP_TOKENS = 32
ELLIPSIS = " …"
# A sentence ends at its mark and what closes with it, before a blank or the end; the
# full-width marks need no blank. A line ends one, too. It never tries a place twice, so
# that a million marks take no longer than a million letters.
SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)*\]]*+(?=\s)"  # noqa: RUF001
    r"|[。！？]++[」』”）]*+|(?=\n)"  # noqa: RUF001
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenShares:
    """Tokens for each part of a prompt; together at most the whole context.

    Attributes:
        head: Most for the head block, part of `memories`.
        recall: Most for the recall block, part of `memories`.
    """

    persona: int
    memories: int
    history: int
    reply: int
    head: int
    recall: int


def share_tokens(limit_tokens: int, settings: PromptSettings) -> TokenShares:
    """Divide a model's context, the reply included, as the settings say.

    The head block has at most a third of what memories may take, so that many pinned
    memories leave room to recall something.
    """
    whole = max(limit_tokens, 0)
    memories = whole * settings.rag_token_percent // 100
    head = min(settings.head_tokens, memories // 3)
    return TokenShares(
        persona=whole * settings.system_token_percent // 100,
        memories=memories,
        history=whole * settings.history_token_percent // 100,
        reply=whole * settings.response_token_percent // 100,
        head=head,
        recall=min(settings.recall_tokens, memories - head),
    )


def split_tokens(tokens: int, prompt: PromptSettings, story: int) -> Rooms:
    """Divide what all that memory adds may take.

    The head block and the story have at most a third each, so that many pinned
    memories leave room to recall something.

    Args:
        tokens: For all of it.
        prompt: Says what the head block may take at the most.
        story: What the story may.
    """
    whole = max(tokens, 0)
    head, summary = min(prompt.head_tokens, whole // 3), min(story, whole // 3)
    return Rooms(head=head, summary=summary, recall=whole - head - summary)


def steps_of(tokens: int) -> int:
    """Return tokens rounded down to steps of about an eighth, small ones to 32.

    A limit that hangs on what is counted anew each turn would change what is written
    by a word or two, and cost the prompt's cache.
    """
    step = STEP_TOKENS
    while step * 16 <= tokens:
        step *= 2
    return tokens // step * step


def steady_limit(tokens: int, previous: int) -> int:
    """Return a limit in steps that stays as it was while what it hangs on varies.

    A lorebook's entries come and go with the words of a message; at the edge of a step
    they would move a limit to and fro. So it goes down when it has to, and up only when
    a quarter of the room is free above it.

    Args:
        tokens: What may be taken now.
        previous: What this returned last time, 0 at first.
    """
    if steps_of(tokens * 3 // 4) <= previous <= tokens:
        return previous
    return steps_of(tokens)


def fit(
    items: Sequence[T],
    limit_tokens: int,
    count: TokenCounter,
    render: Callable[[Sequence[T]], str],
    part: Callable[[T], str],
) -> tuple[list[T], str, int]:
    """Keep the best items that fit; one that does not fit is passed over.

    Counting may cost a request to another process, so the longest run of best items is
    found by halving, and behind it only parts small enough are tried in place.

    Args:
        items: Best first.
        limit_tokens: Most tokens for the rendered text; it is never exceeded.
        count: Tokens of a text.
        render: The text of some items, with all that stands around them.
        part: What one item adds to the text, at the least.

    Returns:
        The items kept, best first, their text, and its tokens. No item: no text.
    """
    kept, text, tokens = _longest_run(items, limit_tokens, count, render)
    for item in items[len(kept) + 1 :]:
        if count(part(item)) > limit_tokens - tokens:
            continue
        tried = render([*kept, item])
        if (size := count(tried)) <= limit_tokens:
            kept, text, tokens = [*kept, item], tried, size
    return kept, text, tokens


def _longest_run(
    items: Sequence[T],
    limit_tokens: int,
    count: TokenCounter,
    render: Callable[[Sequence[T]], str],
) -> tuple[list[T], str, int]:
    """Return the longest run of first items that fits, its text and its tokens."""
    best: tuple[list[T], str, int] = ([], "", 0)
    low, high, length = 0, len(items), len(items)  # mostly all fit: tried first
    while low < high:
        text = render(items[:length])
        if (tokens := count(text)) <= limit_tokens:
            best, low = (list(items[:length]), text, tokens), length
        else:
            high = length - 1
        length = (low + high + 1) // 2
    return best


def shorten(text: str, limit_chars: int) -> str:
    """Return a text of at most so many characters, cut where a sentence ends.

    A cut shows as an ellipsis. Where no sentence ends in time, the last word does.
    """
    if len(text) <= limit_chars:
        return text
    room = limit_chars - len(ELLIPSIS)
    # One character more is looked at: a blank behind the mark shows that it ends there.
    found = SENTENCE_END.finditer(text[: room + 1])
    ends = [end.end() for end in found if 0 < end.end() <= room]
    cut = ends[-1] if ends else text.rfind(" ", 0, room + 1)
    return text[: cut if cut > 0 else max(room, 0)].rstrip() + ELLIPSIS


def steady_start(
    lengths: Sequence[int],
    limit_tokens: int,
    previous_start: int,
    *,
    step_share: float = 0.25,
    returns: bool = True,
) -> int:
    """Say which message of the history is the first to be kept.

    A start that moves with every turn makes the model read the whole prompt anew every
    turn. So it stays while the rest fits, and then moves so far that `step_share` of
    the limit is free again. It moves back only when twice that share is free, as after
    deletions; the gap keeps it from swinging with a limit that varies.

    Args:
        lengths: Tokens of each message, oldest first.
        limit_tokens: Most tokens for those that are kept.
        previous_start: What this returned for the chat last time, 0 at first.
        step_share: Which share of the limit is freed when the start moves, 0 … 0.5.
        returns: Whether it may move back.

    Returns:
        An index into `lengths`; their number if not even the last message fits.
    """
    kept = [*accumulate(reversed(lengths), initial=0)]
    kept.reverse()  # now by start: the tokens from there on
    start = min(max(previous_start, 0), len(lengths))
    spare = kept[start] < limit_tokens * (1 - 2 * step_share)
    if start > 0 and spare and returns:
        start = min(start, _first_within(kept, limit_tokens * (1 - step_share)))
    if kept[start] > limit_tokens:
        start = _first_within(kept, limit_tokens * (1 - step_share))
    if start == len(lengths):
        return _first_within(kept, limit_tokens)
    return start


class Begun(NamedTuple):
    """Where the sent part of a chat began, of how many messages, within which limit."""

    start: int = 0
    messages: int = 0
    limit_tokens: int = 0


NOT_BEGUN: Final = Begun()


def going_on(lengths: Sequence[int], limit_tokens: int, before: Begun) -> Begun:
    """Say where the sent part of a chat begins now; see `steady_start`.

    A newest message that is written anew, shorter, is no reason to bring back what
    left: only messages that are gone are, or a limit that is wider by a quarter.

    Args:
        lengths: Tokens of each message, the one that is answered at the end.
        limit_tokens: Most tokens for those that are kept.
        before: What this returned for the chat last time.
    """
    wider = limit_tokens * 4 > before.limit_tokens * 5
    returns = wider or len(lengths) < before.messages
    start = steady_start(lengths, limit_tokens, before.start, returns=returns)
    least = min(before.limit_tokens, limit_tokens)
    return Begun(start, len(lengths), limit_tokens if returns else least)


def _first_within(kept: Sequence[int], limit_tokens: float) -> int:
    """Return the earliest start from which the tokens are within a limit."""
    return next(
        (at for at, tokens in enumerate(kept) if tokens <= limit_tokens), len(kept) - 1
    )


class Trim(StrEnum):
    """Whether old messages of the chat are left out.

    `OFF`: never. `ON`: as the shares say. `OVERFLOW`: where the context would overflow.
    """

    OFF = "off"
    ON = "on"
    OVERFLOW = "overflow"


NEWEST_SHARE: Final = 8
"""Where nothing is left out the newest message is taken to have so great a share of the
context, or the room of the story would hang on its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRoom:
    """What a host counted of a prompt, in tokens.

    Attributes:
        context: The model's context, the reply included; 0 if it is unknown.
        fixed: What is never left out: the persona, other prompts, a template's frame.
        newest: The message that is answered.
        history: Takes a number of tokens and returns the length of each message before
            that one, the oldest first; what stands before the last so many tokens
            need not be counted and may be 0.
        reply: The reply; None for its share of the context.
        wanted_from: How many older messages are left out in any case.
        summary: Most for summaries.
        before: Most of these for other chats, half at most; 0 if there are none.
        pinned: Whether anything is pinned.
        facts: Most for facts, beside which nothing need be pinned.
    """

    context: int
    fixed: int
    newest: int
    history: Callable[[int], Sequence[int]]
    reply: int | None = None
    wanted_from: int = 0
    summary: int = 0
    before: int = 0
    pinned: bool = True
    facts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPolicy:
    """How a chat is cut, where hosts differ: all else is shared alike for all.

    Attributes:
        trim: Whether old messages are left out; some clients want to do that alone.
        steady: They leave in steps.
    """

    trim: Trim = Trim.OVERFLOW
    steady: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPlan:
    """What each part of a prompt may take, in tokens, and how much of the chat is sent.

    Attributes:
        head: Most for pinned memories.
        summary: Most for summaries.
        recall: Most for recalled memories.
        first: The first of the chat's messages that is sent.
        begun: The same among those that are wanted, to go on from.
    """

    head: int
    summary: int
    recall: int
    first: int = 0
    begun: Begun = NOT_BEGUN


NOT_PLANNED: Final = PromptPlan(head=0, summary=0, recall=0)


def plan_prompt(
    room: PromptRoom,
    settings: PromptSettings,
    policy: BudgetPolicy,
    previous: PromptPlan = NOT_PLANNED,
) -> PromptPlan:
    """Share a prompt among memory, the chat and all else; nothing fixed is ever cut.

    What the head block does not need goes to recall. Of what is left the story gets a
    third, whatever was said last, and gives it to the chat while that still fits.

    Args:
        room: What the host counted.
        settings: Shares and limits.
        policy: How the chat is cut.
        previous: What this returned for the chat last time: the first message that is
            sent and the room of summaries move in steps.
    """
    if not room.context:
        return PromptPlan(
            head=settings.head_tokens,
            summary=room.summary,
            recall=settings.recall_tokens,
            first=room.wanted_from,
        )
    shares = share_tokens(room.context, settings)
    reply = shares.reply if room.reply is None else room.reply
    free = max(room.context - reply, 0) - room.fixed
    head = shares.head if room.pinned else min(shares.head, room.facts)
    recall = min(settings.recall_tokens, shares.memories - head)
    most = PromptPlan(head=head, summary=room.summary, recall=recall)
    if policy.trim is Trim.OFF:
        return _beside_all(most, room, free, previous)
    third = max(free - head - recall, 0) // 3
    summary = min(room.summary, steady_limit(third, previous.summary))
    plan = _within(replace(most, summary=summary), free - room.newest)
    left = max(free - room.newest - plan.head - plan.recall, 0)
    if policy.trim is Trim.ON:
        left = min(left, max(shares.history - room.newest, 0))
    return _with_history(plan, room, left, policy, previous.begun)


def _within(plan: PromptPlan, rest: int) -> PromptPlan:
    """Cut what memory may take to what is there beside the newest message."""
    recall = max(0, min(plan.recall, rest - plan.head - plan.summary))
    history = max(0, rest - plan.head - recall)
    return replace(
        plan,
        head=max(0, min(plan.head, rest)),
        recall=recall,
        # A message that fills the prompt takes all of it: less would be told anew.
        summary=plan.summary if plan.summary <= history else 0,
    )


def _with_history(
    plan: PromptPlan, room: PromptRoom, left: int, policy: BudgetPolicy, begun: Begun
) -> PromptPlan:
    """Say how much of the chat is sent in what is left beside memory.

    Args:
        plan: What memory may take.
        room: What the host counted.
        left: Tokens for the chat and its story, without the newest message.
        policy: How the chat is cut.
        begun: Where the sent part began last time.
    """
    before = min(room.before, plan.summary // 2)
    whole = left - before
    lengths = room.history(whole)
    begun = begun if policy.steady else NOT_BEGUN
    # A chat that fits again, by a shorter message, goes on as it did.
    fits = begun.start == 0 and sum(lengths) <= whole
    most = whole if fits else left - plan.summary
    if policy.steady:
        most = max(most + room.newest, 0)
        begun = going_on([*lengths, room.newest], most, begun)
    else:
        begun = Begun(_first_that_fits(lengths, most))
    # What is to be answered is sent in any case.
    first = room.wanted_from + min(begun.start, len(lengths))
    return replace(plan, first=first, begun=begun)


def _beside_all(
    most: PromptPlan, room: PromptRoom, free: int, previous: PromptPlan
) -> PromptPlan:
    """Give memory what a history that is sent whole leaves free.

    Args:
        most: What memory may take.
        room: What the host counted.
        free: Tokens for both.
        previous: What was planned for the chat last time.
    """
    told = sum(room.history(max(free, 0)))
    left = max(free - told - room.newest, 0)
    head = min(most.head, left)
    # The least that is kept free for the newest message.
    newest = max(room.context // NEWEST_SHARE, room.newest)
    steady = max(free - told - newest - head, 0)
    summary = min(most.summary, steady_limit(steady, previous.summary))
    return replace(
        most,
        head=head,
        summary=summary,
        recall=min(most.recall, left - head - summary),
        first=room.wanted_from,
    )


def _first_that_fits(lengths: Sequence[int], limit_tokens: int) -> int:
    """Return the earliest start from which the tokens are within a limit."""
    kept = [*accumulate(reversed(lengths), initial=0)]
    kept.reverse()
    return _first_within(kept, limit_tokens)
