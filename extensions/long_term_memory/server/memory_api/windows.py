"""What a program shows of a chat, as the engine reads it.

Owns: the way from a request to a window, and who else sees it.
Knows nothing of: routes, prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ...core.policy import Remembering
from ...core.timeline.matching import same_text
from ...core.types import PathEntry, Scope, Window, WindowMessage
from ...engine.bank import Bank
from ...engine.chat import Chat
from ...engine.engine import Engine
from ...engine.ingestion.observe import Observation
from ...engine.records import ChatInfo
from ...errors import Conflict, TooLarge
from .schemas import answers
from .schemas.turns import ShownMessage, WindowBody
from .telling import chat_answer

MOST_MESSAGES: Final = 20_000
"""As many as memory reads of a chat behind the proxy."""
QUIET: Final = "quiet"
UNKEPT: Final = answers.ObservedAnswer(stored=False, chat=None, added=0, removed=0)


def check_size(body: WindowBody) -> None:
    """Raise TooLarge if a window holds more messages than are taken at once."""
    if len(body.messages) > MOST_MESSAGES:
        raise TooLarge(
            f"A window may hold {MOST_MESSAGES:,} messages; this has "
            f"{len(body.messages):,}. Send the chat in parts, the oldest first: each "
            "part with its end, and a few messages of the part before.",
            field="messages",
        )


def window_of(body: WindowBody) -> Window:
    """Return what is shown."""
    shown = tuple(_message(one) for one in body.messages)
    last = shown[-1] if shown else None
    provisional, just_said = body.provisional, body.just_said
    if provisional is None:
        provisional = last is not None and last.role == "assistant"
    if just_said is None:
        just_said = last is not None and last.role == "user" and last.said_at is None
    return Window(
        messages=shown,
        complete=body.complete,
        open_ended=provisional and last is not None,
        just_said=just_said and last is not None,
    )


def _message(one: ShownMessage) -> WindowMessage:
    return WindowMessage(
        role=one.role,
        content=one.content,
        name=one.name,
        said_at=one.said_at,
        host_id=one.id,
        position=one.position,
        hidden=one.hidden,
        present=tuple(one.present),
    )


def observe(engine: Engine, scope: Scope, body: WindowBody) -> answers.ObservedAnswer:
    """Let all who were there see a window; durable when this returns.

    In a group each member's memory is written by itself, the speaker's first: if one
    fails, the same window sent again brings the rest.

    Raises:
        TooLarge: It holds too many messages.
        Conflict: The new name of a chat is another's.
        StoreError: It could not be stored.
    """
    check_size(body)
    if body.type == QUIET:
        return UNKEPT
    window = window_of(body)
    bank = engine.bank(scope)
    chat = _named(bank, body)
    done = chat.observe(window)
    others = [name for name in dict.fromkeys(body.members) if name != scope.character]
    if others:
        known = _with_ids(window, chat.path(), scope.character)
        for name in others:
            there = engine.bank(engine.named(replace(scope, character=name)))
            _named(there, body).observe(known)
    keeps = chat.policy_in_force.remembers is Remembering.YES
    return _told(bank, body, done, keeps=keeps)


def _with_ids(window: Window, path: Sequence[PathEntry], character: str) -> Window:
    """Return a window whose messages bear the ids that its speaker knows them by."""
    shown = list(window.messages)
    heard = [
        at
        for at, one in enumerate(shown)
        if not one.hidden and (not one.present or character in one.present)
    ]
    known = [one.message for one in path if not one.hidden]
    for at, message in zip(reversed(heard), reversed(known), strict=False):
        if same_text(message, shown[at]):
            shown[at] = shown[at]._replace(message_id=message.id)
    return replace(window, messages=tuple(shown))


def _told(
    bank: Bank, body: WindowBody, done: Observation, *, keeps: bool
) -> answers.ObservedAnswer:
    info = _known_as(bank, body.host, body.chat)
    return answers.ObservedAnswer(
        stored=keeps and info is not None,
        chat=None if info is None else chat_answer(info),
        added=done.added,
        removed=done.removed,
    )


def _named(bank: Bank, body: WindowBody) -> Chat:
    """Return the chat that a window shows, under its name of today."""
    if body.renamed_from is not None:
        old = _known_as(bank, body.host, body.renamed_from)
        if old is not None and _known_as(bank, body.host, body.chat) is None:
            with suppress(Conflict):  # Another request was faster.
                bank.rename_chat(old.id, host=body.host, name=body.chat)
    return bank.chat(
        body.chat,
        host=body.host,
        forked_from=body.parent,
        story=body.story or "",
    )


def _known_as(bank: Bank, host: str, name: str) -> ChatInfo | None:
    return next((one for one in bank.chats() if (host, name) in one.names), None)
