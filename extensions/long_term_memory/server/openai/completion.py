"""One completion as it travels: what was asked, what memory made of it, what came.

Owns: these records, and what the relay needs of a memory.
Knows nothing of: how any of it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from ...core.types import Context, Query
from .client_hints import ClientHints
from .ingest import IngestedRequest

CHAT: Final = "/chat/completions"
TEXT: Final = "/completions"
# SillyTavern's own server: it throws the words of most errors away.
SILLYTAVERN: Final = "node-fetch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCall:
    """What a client asks.

    Attributes:
        path: What is asked of the model, such as "/chat/completions".
        headers: The client's, by names in small letters.
        passed: The headers that go to the model.
        body: The request without what is for us; empty until it is read.
        hints: What was for us in it.
        user: Whose key it was; empty where there are no keys.
    """

    path: str
    headers: Mapping[str, str]
    passed: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    hints: ClientHints = field(default_factory=ClientHints)
    user: str = ""

    @property
    def streams(self) -> bool:
        """Whether the client waits for events."""
        return bool(self.body.get("stream"))

    @property
    def shows_notes(self) -> bool:
        """Whether the protocol has a place for thoughts."""
        return self.path == CHAT

    @property
    def shown_as_success(self) -> bool:
        """Whether the client shows an error's words only with status 200."""
        return self.headers.get("user-agent", "").startswith(SILLYTAVERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request as it goes to the model.

    Attributes:
        body: The request, without what was for us, with what was recalled.
        context: What was put in; None if the request passes through.
        note: For the reasoning field; empty if nothing is to be shown.
        quiet: Neither stored nor fed.
        saved: Tokens that need not be sent, as memory told of them in fewer; about.
        turn: What was followed, so that the reply finds its chat.
        round: How often the bank had forgotten something when the request came.
        query: What was recalled for, without what was said before.
        at: When memory was asked; None if it was not.
    """

    body: dict[str, Any]
    context: Context | None = None
    note: str = ""
    quiet: bool = False
    saved: int = 0
    turn: IngestedRequest | None = field(default=None, repr=False)
    round: str = ""
    query: Query | None = field(default=None, repr=False)
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of asking the model.

    Attributes:
        reply: The whole text; None if it broke off.
        body: What the model was asked.
        text: The reply as far as it came.
        usage: The tokens that the model counted, empty if it told none; None if it did
            not answer.
        model: Which answered: as it was asked for, else as it calls itself.
        seconds: From the request to the answer's end.
        first_seconds: From the request to the first text; None if it came whole.
    """

    reply: str | None
    body: Mapping[str, Any]
    text: str = ""
    usage: Mapping[str, Any] | None = None
    model: str = ""
    seconds: float = 0.0
    first_seconds: float | None = None


class CompletionMemory(Protocol):
    """What remembers chats that pass by; called from several threads."""

    def prepare(self, call: ClientCall) -> PreparedRequest:
        """Keep what a request shows, and add what it brings to mind."""
        ...

    def finish(self, prepared: PreparedRequest, answered: Answered) -> None:
        """Keep the reply, and count what it took."""
        ...
