"""Count what a reply took: tokens, money, seconds.

Owns: whose word on tokens counts, and what memory's part of them was.
Knows nothing of: how a reply came, prices, who reads the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ...models.tokens import TokenCounter, estimate_tokens
from ..auth import DEFAULT_USER
from ..metrics import Metrics
from ..usage import ChatStamp, Ledger, Usage
from .pipeline import PreparedRequest
from .relay import Answered

# A longer text would take a second; what it took is then told roughly.
LONGEST_COUNTED: Final = 2_000_000
LETTERS_PER_TOKEN: Final = 4


Keeping = Callable[[PreparedRequest, Usage], None]


def _kept_nowhere(prepared: PreparedRequest, usage: Usage) -> None:
    """Keep nothing by day."""
    del prepared, usage


class Tally:
    """Is told of each answer of the model."""

    def __init__(
        self,
        metrics: Metrics,
        ledger: Ledger,
        count: TokenCounter = estimate_tokens,
        *,
        keep: Keeping = _kept_nowhere,
    ) -> None:
        """Count for both.

        Args:
            metrics: Shows numbers to Prometheus.
            ledger: Keeps the sums by chat.
            count: Counts tokens where the model itself told none.
            keep: Keeps what a reply took, by day.
        """
        self._keep = keep
        self.ledger = ledger
        self._metrics = metrics
        self._count = count

    def __call__(self, told: Answered) -> None:
        """Count an answer; called in the loop, so it reads no long text twice."""
        prepared = told.prepared if isinstance(told.prepared, PreparedRequest) else None
        usage = Usage(
            read=self._tokens(told.usage, "prompt_tokens", lambda: text_of(told.body)),
            written=self._tokens(told.usage, "completion_tokens", lambda: told.text),
            memory=memory_tokens(prepared),
            saved=prepared.saved if prepared else 0,
        )
        usage = self.ledger.note(
            chat_of(prepared), told.model, usage, _stamp_of(prepared)
        )
        self._metrics.reply(told.model, usage, told.seconds, told.first_seconds)
        if prepared is not None:
            self._keep(prepared, usage)

    def _tokens(self, usage: Mapping[str, Any], name: str, text: Any) -> int:
        given = usage.get(name)
        if isinstance(given, int) and given >= 0:
            return given
        counted = text()
        if len(counted) > LONGEST_COUNTED:
            return len(counted) // LETTERS_PER_TOKEN
        return self._count(counted)


def chat_of(prepared: PreparedRequest | None) -> str:
    """Name the chat of a request for people; empty if it belongs to none."""
    turn = prepared.turn if prepared else None
    if turn is None:
        return ""
    scope = turn.scope
    whose = "" if scope.user == DEFAULT_USER else f"{scope.user}, "
    return f"{whose}{scope.character}: {turn.key.name}"


def _stamp_of(prepared: PreparedRequest | None) -> ChatStamp | None:
    if prepared is None or prepared.turn is None:
        return None
    return ChatStamp(prepared.turn.scope, prepared.round)


def memory_tokens(prepared: PreparedRequest | None) -> int:
    """Return how many tokens of a request memory put in."""
    context = prepared.context if prepared else None
    return context.head.tokens + context.recall.tokens if context else 0


def text_of(body: Mapping[str, Any]) -> str:
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
