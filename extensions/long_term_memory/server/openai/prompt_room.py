"""Share a model's context between the prompt, memory, the chat and the reply.

Owns: how many tokens memory may take, and which of the chat's lines are sent.
Knows nothing of: what is recalled, where it is put.

The prompt, which holds the persona, is never cut. Without a known context nothing is
left out but what the request itself wants left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from ...config import Settings
from ...core.prompt.budget import NOT_BEGUN, Begun, going_on, share_tokens, steady_limit
from ...models.tokens import TokenCounter
from .chat_reader import RequestChat, text_of
from .client_hints import RequestOptions

# What stands around one message: its role and its marks.
FRAME_TOKENS: Final = 4
COUNTED_TEXTS: Final = 8_192
# Where nothing is trimmed the newest message is taken to have so great a share of the
# context, or the room of the story would hang on its length.
NEWEST_SHARE: Final = 8
# Longer texts are counted each time, for they would be held as long as the numbers.
LONGEST_COUNTED: Final = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRoom:
    """What each part may take.

    Attributes:
        head: Most tokens for pinned memories.
        summary: The same for summaries.
        recall: The same for recalled memories.
        first: Index of the first of the chat's lines that is sent.
        begun: The same among the lines that are wanted, to go on from.
    """

    head: int
    summary: int
    recall: int
    first: int = 0
    begun: Begun = NOT_BEGUN


NO_ROOM: Final = RequestRoom(head=0, summary=0, recall=0)


def counting_once(count: TokenCounter) -> TokenCounter:
    """Return a counter that counts the lines of a chat but once."""
    known = lru_cache(maxsize=COUNTED_TEXTS)(count)
    return lambda text: (known if len(text) <= LONGEST_COUNTED else count)(text)


def room_for(
    body: Mapping[str, Any],
    script: RequestChat,
    settings: Settings,
    wishes: RequestOptions,
    *,
    count: TokenCounter,
    previous: RequestRoom = NO_ROOM,
) -> RequestRoom:
    """Share the context for one request.

    Args:
        body: The request.
        script: What it shows.
        settings: Shares and limits.
        wishes: What the request wants otherwise.
        count: Counts tokens.
        previous: What was returned for the chat last time: the first line that is
            sent and the room of summaries move in steps.
    """
    asked = wishes.recall_tokens
    prompt = settings.prompt
    if asked is not None:
        prompt = replace(prompt, recall_tokens=asked)
    told = settings.summaries
    summary = told.summary_tokens if told.rolling_summaries else 0
    wanted = wishes.recent_turns
    recent = _recent(
        script, wanted if wanted is not None else settings.proxy.recent_turns or None
    )
    limit = settings.upstream.llm_context_tokens
    if not limit or script.told is not None:
        return RequestRoom(
            head=prompt.head_tokens,
            summary=summary,
            recall=prompt.recall_tokens,
            first=recent,
        )
    shares = share_tokens(limit, prompt)
    summary = min(summary, shares.memories // 3)
    memory = RequestRoom(
        head=shares.head,
        summary=summary,
        recall=min(shares.recall, max(shares.memories - shares.head - summary, 0)),
        first=recent,
    )
    lengths = [count(one.content) + FRAME_TOKENS for one in script.lines[recent:]]
    free = limit - _reply(body, shares.reply) - _fixed(body, script, count)
    how = settings.proxy.trim_history
    if how == "off":
        newest = limit // NEWEST_SHARE
        return _beside_all(memory, lengths, free, previous=previous, newest=newest)
    # The chat has the rest: of that the story gets a third, whatever was said last.
    spare = max(free - memory.head - memory.recall, 0) // 3
    summary = min(summary, steady_limit(spare, previous.summary))
    memory = replace(memory, summary=summary)
    room = free - memory.head - memory.summary - memory.recall
    if how == "on":
        room = min(room, shares.history)
    begun = going_on(lengths, max(room, 0), previous.begun)
    # What is to be answered is sent in any case.
    first = recent + min(begun.start, max(len(lengths) - 1, 0))
    return replace(memory, first=first, begun=begun)


def _beside_all(
    memory: RequestRoom,
    lengths: Sequence[int],
    free: int,
    *,
    previous: RequestRoom,
    newest: int,
) -> RequestRoom:
    """Give memory what a history that is sent whole leaves free.

    Args:
        memory: What memory may take.
        lengths: Tokens of the lines.
        free: Tokens for both.
        previous: What was returned last time.
        newest: The least that is kept free for the newest line.
    """
    left = max(free - sum(lengths), 0)
    head = min(memory.head, left)
    steady = max(free - sum(lengths[:-1]) - max(newest, *lengths[-1:], 0) - head, 0)
    summary = min(memory.summary, steady_limit(steady, previous.summary))
    recall = min(memory.recall, left - head - summary)
    return replace(memory, head=head, summary=summary, recall=recall)


def _recent(script: RequestChat, turns: int | None) -> int:
    """Return the first line of so many of the newest turns."""
    if turns is None or script.told is not None:
        return 0
    begun = [at for at, line in enumerate(script.lines) if line.role == "user"]
    if len(begun) <= turns:
        return 0
    return begun[-max(turns, 1)]


def _reply(body: Mapping[str, Any], share: int) -> int:
    """Return the reply's tokens: as many as the client wants, else its share."""
    for name in ("max_completion_tokens", "max_tokens"):
        asked = body.get(name)
        if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0:
            return asked
    return share


def _fixed(body: Mapping[str, Any], script: RequestChat, count: TokenCounter) -> int:
    """Count what is never left out: all that is not one of the chat's lines."""
    spoken = {line.at for line in script.lines}
    return sum(
        count(text_of(message)) + FRAME_TOKENS
        for at, message in enumerate(body["messages"])
        if at not in spoken
    )
