"""Chats that Agnai (Agnaistic) exports.

Owns: who of those who speak is the character, and who else is one.
Knows nothing of: files on disk, engines.

    {"name": "Exported", "greeting", "scenario", "treeLeafId", "messages": [{"_id",
      "createdAt", "handle", "name", "userId" or "characterId", "msg", "ooc"}]}

What stands in it is the path that was shown; the chat's main character has the id
"imported".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ..core.types import Window, WindowMessage
from .dates import read_date
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, shared_id
from .report import counted
from .speech import expand, spoken

HOST = "agnai"
MAIN = "imported"
_WHO = {"handle", "userId", "characterId"}


def is_export(value: object) -> bool:
    """Say whether a JSON value is an exported chat."""
    rows = [dict_of(row) for row in list_of(dict_of(value).get("messages"))[:20]]
    return bool(rows) and all("msg" in row and _WHO & row.keys() for row in rows)


def read_export(
    value: Mapping[str, Any], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read a chat.

    Raises:
        InvalidInput: Nobody speaks in it, or nothing tells who is the character.
    """
    rows = [dict_of(row) for row in list_of(value.get("messages"))]
    pictures = sum(row.get("adapter") == "image" for row in rows)
    rows = [row for row in rows if _said(row) and row.get("adapter") != "image"]
    characters = _characters(rows, wishes)
    if not characters:
        raise refuse("does not tell whose chat it is. Name the character.")
    window = Window(
        messages=tuple(_messages(rows, path.stem, characters, wishes.your_name)),
        complete=True,
    )
    if not window.messages:
        raise refuse("is a chat of Agnai without a message.")
    chat = FoundChat(host=HOST, name=path.stem, characters=characters, window=window)
    words = f"{counted(pictures, 'picture')} left out"
    return FileContent(
        format="Agnai chat", chats=(chat,), warnings=(words,) if pictures else ()
    )


def _characters(
    rows: Sequence[Mapping[str, Any]], wishes: ImportOptions
) -> tuple[str, ...]:
    """Return all characters that speak, the main one first."""
    spoken_by: Counter[str] = Counter()
    for row in rows:
        if not _is_user(row):
            # The main one stands before any other.
            spoken_by[_name(row)] += 1_000_000 if row.get("characterId") == MAIN else 1
    del spoken_by[""]
    names = [name for name, _ in spoken_by.most_common()]
    if wishes.character:
        names[:1] = [wishes.character]
    return tuple(dict.fromkeys(names))


def _messages(
    rows: Sequence[Mapping[str, Any]],
    chat: str,
    characters: Sequence[str],
    you: str,
) -> list[WindowMessage]:
    users = Counter(_name(row) for row in rows if _is_user(row))
    name_of_user = next((name for name, _ in users.most_common() if name), you)
    together = len(characters) > 1
    present = (name_of_user, *characters) if together else ()
    found = []
    for number, row in enumerate(rows):
        is_user = _is_user(row)
        text = expand(_said(row), user=name_of_user, character=characters[0])
        said = text.strip() if is_user else spoken(text)
        role = "user" if is_user else "assistant"
        if said:
            found.append(
                WindowMessage(
                    role="user" if is_user else "assistant",
                    content=said,
                    name=_name(row) or (name_of_user if is_user else characters[0]),
                    said_at=read_date(row.get("createdAt")),
                    hidden=row.get("ooc") is True,
                    present=present,
                    message_id=shared_id(HOST, chat, number, role, said)
                    if together
                    else "",
                )
            )
    return found


def _is_user(row: Mapping[str, Any]) -> bool:
    return not text_of(row.get("characterId"))


def _said(row: Mapping[str, Any]) -> str:
    return text_of(row.get("msg"))


def _name(row: Mapping[str, Any]) -> str:
    return (text_of(row.get("name")) or text_of(row.get("handle"))).strip()
