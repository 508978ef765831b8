"""The words of a conversation, as its chat in a bank holds them.

Owns: showing the bank what was said, changed or taken out, and reading it again.
Knows nothing of: the database, records, who may.

A message is known in the bank by its id: that is the `host_id` of its place.

There is no other copy of it that could be shown again after a forgetting. So what a
character says is kept though the same was forgotten once, as its greeting is with the
first conversation; a user is told, and may say it in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from ..core.types import PathEntry, Role, Window, WindowMessage
from ..engine.bank import Bank
from ..engine.chat import Chat
from ..errors import Conflict, NotFound

FORGOTTEN: Final = (
    "Just these words were forgotten for good, so they are not kept again. Say it in "
    "other words."
)
SWITCHED_OFF: Final = (
    "This character is set not to remember, so nothing can be kept of a conversation "
    "with it. Change that in its policy."
)


def key_of(entry: PathEntry) -> str:
    """Return the id of the message at a place, whoever put it there."""
    return entry.host_id or f"msg_{entry.message.id}"


def append(bank: Bank, chat: Chat, said: WindowMessage, *, reply: bool) -> str:
    """Add a message at a chat's end; durable when this returns.

    Args:
        bank: Where it goes.
        chat: The conversation's.
        said: The message, with its id as `host_id`.
        reply: Whether it may still be swiped.

    Returns:
        The bank's own id of it.

    Raises:
        Conflict: The bank may not keep it.
        StoreError: It could not be stored.
    """
    path = chat.path()
    _check(bank, said.role, said.content)
    # The place before it tells where it belongs.
    before = [_shown(path[-1], len(path) - 1)] if path else []
    window = Window(
        messages=(*before, said._replace(position=len(path))),
        complete=False,
        open_ended=reply,
        kept_here=True,
    )
    chat.observe(window)
    return _kept(chat, said)


def replace_last(chat: Chat, said: WindowMessage) -> str:
    """Put another reply in the place of the last one, which has the same id.

    Returns:
        The bank's own id of it.

    Raises:
        Conflict: The bank may not keep it.
    """
    path = chat.path()
    before = [_shown(one, at) for at, one in enumerate(path[-2:-1], len(path) - 2)]
    window = Window(
        messages=(*before, said._replace(position=len(path) - 1)),
        complete=False,
        open_ended=True,
        kept_here=True,
    )
    chat.observe(window)
    return _kept(chat, said)


def change(bank: Bank, chat: Chat, message_id: str, content: str) -> None:
    """Change what one message says.

    Raises:
        Conflict: The bank may not keep the new words.
    """
    path = chat.path()
    _check(bank, _at(path, message_id).message.role, content)
    chat.observe(_with(path, message_id, content))
    entry = _at(chat.path(), message_id)
    if entry.message.content != content:
        raise Conflict(SWITCHED_OFF)


def take_out(
    bank: Bank, chat: Chat, message_ids: Iterable[str], *, chat_id: str | None
) -> None:
    """Take messages out of a chat, if they are there.

    Args:
        bank: Where they are.
        chat: The conversation's.
        message_ids: Which.
        chat_id: The bank's own id of the chat.
    """
    gone = set(message_ids)
    path = chat.path()
    left = [one for one in path if key_of(one) not in gone]
    if len(left) == len(path):
        return
    if left:
        chat.observe(_window(left))
    elif chat_id is not None:
        # An empty window says nothing of a chat.
        bank.undo_log.clear(
            uuid4().hex[:8], "deletion of a message", [chat_id], step=""
        )


def texts_of(
    bank: Bank, path: Sequence[PathEntry], ids: Iterable[str]
) -> dict[str, str]:
    """Return words by message id, as a person left them, of those that are there.

    Args:
        bank: Whose path it is.
        path: The chat's.
        ids: Of messages.
    """
    wanted, found = set(ids), dict[str, str]()
    for entry in reversed(path):
        if len(found) == len(wanted):
            break
        if (key := key_of(entry)) in wanted:
            found[key] = bank.memories.shown(entry.message, "").content
    return found


def text_of(bank: Bank, words_id: str) -> str | None:
    """Return words by the bank's own id, on a path or not; None if they are gone."""
    try:
        return bank.memories.get(words_id).content
    except NotFound:
        return None


def said(
    message_id: str, content: str, *, role: Role, name: str, at: datetime | None
) -> WindowMessage:
    """Return a message as it is shown to the bank."""
    return WindowMessage(
        role=role, content=content, name=name, said_at=at, host_id=message_id
    )


def _check(bank: Bank, role: Role, content: str) -> None:
    """Raise Conflict if these are words of a user that were forgotten."""
    if role != "assistant" and bank.was_forgotten("", content):
        raise Conflict(FORGOTTEN)


def _at(path: Sequence[PathEntry], message_id: str) -> PathEntry:
    [entry] = [one for one in path if key_of(one) == message_id]
    return entry


def _kept(chat: Chat, told: WindowMessage) -> str:
    path = chat.path()
    if path and (path[-1].host_id, path[-1].message.content) == (
        told.host_id,
        told.content,
    ):
        return path[-1].message.id
    raise Conflict(SWITCHED_OFF)


def _with(path: Sequence[PathEntry], message_id: str, content: str) -> Window:
    """Return a whole path as a window, in which one message says something else."""
    window = _window(path)
    shown = tuple(
        one._replace(content=content, message_id="")
        if key_of(entry) == message_id
        else one
        for entry, one in zip(path, window.messages, strict=True)
    )
    return replace(window, messages=shown)


def _window(path: Sequence[PathEntry]) -> Window:
    return Window(
        messages=tuple(_shown(entry, at) for at, entry in enumerate(path)),
        complete=True,
        open_ended=bool(path) and path[-1].provisional,
        kept_here=True,
    )


def _shown(entry: PathEntry, position: int) -> WindowMessage:
    message = entry.message
    return WindowMessage(
        role=message.role,
        content=message.content,
        name=message.name,
        said_at=message.told_at,
        host_id=entry.host_id,
        position=position,
        hidden=entry.hidden,
        present=message.present,
        message_id=message.id,
    )
