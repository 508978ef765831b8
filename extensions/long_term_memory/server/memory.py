"""What memory makes of a request to the model, and of its reply.

Owns: the order of a turn: read, follow, recall, put in; then the reply.
Knows nothing of: routes, the network, how requests are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..config import Settings
from ..core.types import Context
from ..engine.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request as it goes to the model.

    Attributes:
        body: The request, without what was for us, with what was recalled.
        context: What was put in; None if the request passes through.
        note: The memories used, for the reasoning field; empty if not to be shown.
        quiet: Neither stored nor fed.
    """

    body: dict[str, Any]
    context: Context | None = None
    note: str = ""
    quiet: bool = False


class ChatMemory:
    """Remembers and recalls in chats that pass by. Safe to use from any thread."""

    def __init__(self, engine: Engine, settings: Callable[[], Settings]) -> None:
        """Serve one engine.

        Args:
            engine: Does the remembering.
            settings: The settings in force.
        """
        self._engine = engine
        self._settings = settings

    def prepare(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> Prepared:
        """Follow the chat that a request shows, and add what it brings to mind."""
        del headers, user
        return Prepared(body={k: v for k, v in body.items() if k != "ltm"}, quiet=True)

    def prepare_text(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> Prepared:
        """Do the same for a text to be continued."""
        return self.prepare(body, headers, user=user)

    def finish(self, prepared: Prepared, reply: str | None) -> None:
        """Keep a reply until the next request shows what became of it."""
        del prepared, reply
