"""Requests handed to a memory as the routes hand them, without a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from long_term_memory.server.openai.client_hints import read_ids, without_ours
from long_term_memory.server.openai.completion import (
    CHAT,
    TEXT,
    Answered,
    ClientCall,
    CompletionMemory,
    PreparedRequest,
)


def pass_chat(
    memory: CompletionMemory,
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    user: str,
) -> PreparedRequest:
    """Have a chat followed and fed; raises InvalidInput if its hints make no sense."""
    return memory.prepare(_call(CHAT, body, headers, user))


def pass_text(
    memory: CompletionMemory,
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    user: str,
) -> PreparedRequest:
    """Do the same for a text to be continued."""
    return memory.prepare(_call(TEXT, body, headers, user))


def replied(
    memory: CompletionMemory, prepared: PreparedRequest, reply: str | None
) -> None:
    """Tell memory the reply; None if it broke off."""
    memory.finish(prepared, Answered(reply=reply, body=prepared.body))


def _call(
    path: str, body: Mapping[str, Any], headers: Mapping[str, str], user: str
) -> ClientCall:
    return ClientCall(
        path=path,
        headers=headers,
        body=without_ours(body),
        hints=read_ids(body, headers),
        user=user,
    )
