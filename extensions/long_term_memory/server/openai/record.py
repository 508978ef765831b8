"""Count what a reply took: tokens, money, seconds.

Owns: whose word on tokens counts, and what memory's part of them was.
Knows nothing of: how a reply came, prices, who reads the sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...identity.auth import DEFAULT_USER
from ...models.tokens import TokenCounter, estimate_tokens
from ..metrics import Metrics
from ..usage import ChatStamp, Usage, UsageTotals
from .completion import Answered, PreparedRequest

# A longer text would take a second; what it took is then told roughly.
LONGEST_COUNTED: Final = 2_000_000
LETTERS_PER_TOKEN: Final = 4


class UsageRecorder:
    """Is told of each answer of the model."""

    def __init__(
        self,
        metrics: Metrics,
        totals: UsageTotals,
        count: TokenCounter = estimate_tokens,
    ) -> None:
        """Count for both.

        Args:
            metrics: Shows numbers to Prometheus.
            totals: Keeps the sums by chat.
            count: Counts tokens where the model itself told none.
        """
        self.totals = totals
        self._metrics = metrics
        self._count = count

    def record(self, prepared: PreparedRequest, answered: Answered) -> Usage:
        """Count an answer; return what it took."""
        told = answered.usage or {}
        usage = Usage(
            read=self._tokens(told, "prompt_tokens", lambda: body_text(answered.body)),
            written=self._tokens(told, "completion_tokens", lambda: answered.text),
            memory=memory_tokens(prepared),
            saved=prepared.saved,
        )
        usage = self.totals.note(
            chat_of(prepared), answered.model, usage, _stamp_of(prepared)
        )
        self._metrics.reply(
            answered.model, usage, answered.seconds, answered.first_seconds
        )
        return usage

    def _tokens(self, usage: Mapping[str, Any], name: str, text: Any) -> int:
        given = usage.get(name)
        if isinstance(given, int) and given >= 0:
            return given
        counted = text()
        if len(counted) > LONGEST_COUNTED:
            return len(counted) // LETTERS_PER_TOKEN
        return self._count(counted)


def chat_of(prepared: PreparedRequest) -> str:
    """Name the chat of a request for people; empty if it belongs to none."""
    turn = prepared.turn
    if turn is None:
        return ""
    scope = turn.scope
    whose = "" if scope.user == DEFAULT_USER else f"{scope.user}, "
    return f"{whose}{scope.character}: {turn.key.name}"


def _stamp_of(prepared: PreparedRequest) -> ChatStamp | None:
    if prepared.turn is None:
        return None
    return ChatStamp(prepared.turn.scope, prepared.round)


def memory_tokens(prepared: PreparedRequest) -> int:
    """Return how many tokens of a request memory put in."""
    context = prepared.context
    return context.head.tokens + context.recall.tokens if context else 0


def body_text(body: Mapping[str, Any]) -> str:
    """Return all that a request says, as far as it is text."""
    prompt = body.get("prompt")
    if isinstance(prompt, str):
        return prompt
    return "\n".join(_texts(body.get("messages")))


def _texts(messages: Any) -> list[str]:
    found = []
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if isinstance(message, Mapping) else None
        parts = content if isinstance(content, list) else [{"text": content}]
        for part in parts:
            text = part.get("text") if isinstance(part, Mapping) else None
            if isinstance(text, str):
                found.append(text)
    return found
