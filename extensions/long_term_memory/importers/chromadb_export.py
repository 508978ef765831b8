"""Exports of the ChromaDB that SillyTavern's Extras API keeps.

Owns: rows back to messages: SillyTavern cuts each into pieces of 384 characters.
Knows nothing of: files on disk, engines.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ..core.types import Role, Window, WindowMessage
from .dates import read_date
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions
from .sillytavern import HOST

_NAME_IN_CHAT = re.compile(r"(.+?) - \d{4}-\d")


def is_export(value: object) -> bool:
    """Say whether a JSON value is an export, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(
        isinstance(one, dict)
        and isinstance(one.get("chat_id"), str)
        and isinstance(one.get("content"), list)
        for one in listed
    )


def read_export(value: object, wishes: ImportOptions) -> FileContent:
    """Read an export.

    Raises:
        InvalidInput: Nothing tells whose chat it is.
    """
    exports = value if isinstance(value, list) else [value]
    chats = []
    warnings = []
    for one in map(dict_of, exports):
        rows = [row for row in map(_row, list_of(one["content"])) if row is not None]
        if not rows:
            warnings.append(f"{one['chat_id']!r} has no messages")
            continue
        chats.append(_chat(one["chat_id"], rows, wishes))
    if not chats:
        raise refuse("is a Chroma export without messages.")
    return FileContent(
        format="Chroma export", chats=tuple(chats), warnings=tuple(warnings)
    )


def _row(row: object) -> dict[str, Any] | None:
    """Return a row's text, role, date and the chat message that it was cut from."""
    if not isinstance(row, dict) or not isinstance(row.get("document"), str):
        return None
    metadata = dict_of(row.get("metadata"))
    return {
        "text": row["document"],
        "role": text_of(metadata.get("role")),
        "date": metadata.get("date"),
        "meta": _meta(metadata.get("meta")),
    }


def _meta(packed: object) -> dict[str, Any]:
    try:
        return dict_of(json.loads(packed)) if isinstance(packed, str) else {}
    except (ValueError, RecursionError):
        return {}


def _chat(
    name: str, rows: Sequence[dict[str, Any]], wishes: ImportOptions
) -> FoundChat:
    character = wishes.character or _character(name, rows)
    if not character:
        raise refuse("does not tell whose chat it is. Name the character.")
    # Without an index each row stands for itself.
    cut = groupby(enumerate(rows), lambda pair: _source(pair[0], pair[1]))
    messages = [
        _shown([row for _, row in pieces], character, wishes.your_name)
        for _, pieces in cut
    ]
    told = [shown for shown in messages if shown.content]
    window = Window(messages=tuple(told), complete=True)
    return FoundChat(host=HOST, name=name, characters=(character,), window=window)


def _source(number: int, row: Mapping[str, Any]) -> object:
    """Return which message a row was cut from: rows of one stand together."""
    index = row["meta"].get("index")
    return (row["role"], index) if isinstance(index, int) else number


def _shown(
    pieces: Sequence[Mapping[str, Any]], character: str, you: str
) -> WindowMessage:
    first = pieces[0]
    meta = first["meta"]
    is_user = meta.get("is_user", first["role"] == "user")
    role: Role = "user" if is_user else "assistant"
    if first["role"] == "system":
        role = "system"
    default = you if is_user else character
    return WindowMessage(
        role=role,
        content=_whole(pieces).strip(),
        name=text_of(meta.get("name")) or default,
        said_at=read_date(first["date"]),
        hidden=bool(meta.get("is_system")) and role != "system",
    )


def _whole(pieces: Sequence[Mapping[str, Any]]) -> str:
    """Return a message's text: its current swipe if that is told whole, else joined."""
    meta = pieces[0]["meta"]
    swipes, at = list_of(meta.get("swipes")), meta.get("swipe_id")
    if isinstance(at, int) and 0 <= at < len(swipes):
        whole = text_of(swipes[at])
        if whole.strip().startswith(pieces[0]["text"].strip()):
            return whole
    return " ".join(piece["text"].strip() for piece in pieces)


def _character(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    match = _NAME_IN_CHAT.match(name)
    if match is not None:
        return match[1]
    speakers = Counter(
        text_of(row["meta"].get("name"))
        for row in rows
        if row["role"] == "assistant" and row["meta"].get("name")
    )
    return speakers.most_common(1)[0][0] if speakers else ""
