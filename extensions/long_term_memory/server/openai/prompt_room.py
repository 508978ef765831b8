"""Count what a request holds: its chat's lines, all else, the reply it wants.

Owns: what is counted of a request, and which of its lines are wanted at all.
Knows nothing of: how the tokens are shared, what is recalled, where it is put.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ...config import Settings
from ...core.prompt.budget import PromptRoom
from ...llm.speech import message_text
from ...models.tokens import TokenCounter
from .chat_reader import RequestChat
from .client_hints import RequestOptions

# What stands around one message: its role and its marks.
FRAME_TOKENS: Final = 4
COUNTED_TEXTS: Final = 8_192
# Longer texts are counted each time, for they would be held as long as the numbers.
LONGEST_COUNTED: Final = 8_000


class HeadContents(NamedTuple):
    """What else than recall a chat may be told: pins, facts, of other chats."""

    pinned: bool
    facts: bool
    others: bool


NO_HEAD: Final = HeadContents(pinned=False, facts=False, others=False)


def counting_once(count: TokenCounter) -> TokenCounter:
    """Return a counter that counts the lines of a chat but once."""
    known = lru_cache(maxsize=COUNTED_TEXTS)(count)
    return lambda text: (known if len(text) <= LONGEST_COUNTED else count)(text)


def room_of(
    body: Mapping[str, Any],
    script: RequestChat,
    settings: Settings,
    wishes: RequestOptions,
    count: TokenCounter,
    told: HeadContents,
) -> PromptRoom:
    """Count what a request holds.

    Args:
        body: The request.
        script: What it shows; at least one line.
        settings: The context, and how much of the chat is wanted.
        wishes: What the request wants otherwise.
        count: Counts tokens.
        told: What else than recall the chat may be told.
    """
    summaries = settings.summaries
    wanted = wishes.recent_turns
    recent = _recent(
        script, wanted if wanted is not None else settings.proxy.recent_turns or None
    )
    # Of a request that is one text nothing can be left out.
    known = 0 if script.told is not None else settings.upstream.llm_context_tokens
    counted = script.lines[recent:] if known else ()
    lengths = [count(line.content) + FRAME_TOKENS for line in counted]
    return PromptRoom(
        context=known,
        fixed=_fixed(body, script, count) if known else 0,
        newest=lengths[-1] if known else 0,
        history=lambda limit: lengths[:-1],
        reply=_reply(body),
        wanted_from=recent,
        summary=summaries.story_tokens,
        before=summaries.before_tokens if told.others else 0,
        pinned=told.pinned,
        facts=settings.facts.fact_tokens if told.facts else 0,
    )


def _recent(script: RequestChat, turns: int | None) -> int:
    """Return the first line of so many of the newest turns."""
    if turns is None or script.told is not None:
        return 0
    begun = [at for at, line in enumerate(script.lines) if line.role == "user"]
    if len(begun) <= turns:
        return 0
    return begun[-max(turns, 1)]


def _reply(body: Mapping[str, Any]) -> int | None:
    """Return the reply's tokens: as many as the client wants; None if it says none."""
    for name in ("max_completion_tokens", "max_tokens"):
        asked = body.get(name)
        if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0:
            return asked
    return None


def _fixed(body: Mapping[str, Any], script: RequestChat, count: TokenCounter) -> int:
    """Count what is never left out: all that is not one of the chat's lines."""
    spoken = {line.at for line in script.lines}
    return sum(
        count(message_text(message)) + FRAME_TOKENS
        for at, message in enumerate(body["messages"])
        if at not in spoken
    )
