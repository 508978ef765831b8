"""Chats that RisuAI exports: one, or all of a character.

Owns: their messages; the character's name, which only the file's name tells.
Knows nothing of: files on disk, engines.

    {"type": "risuChat", "ver": 2, "data": chat}
    {"type": "risuAllChats", "ver": 2, "data": [chat, …]}
    chat: {"id", "name", "message": [{"role": "user" or "char", "data", "saying",
           "time", "chatId", "disabled", "isComment"}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ..core.types import Window, WindowMessage
from .dates import read_date
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, titled
from .speech import expand, spoken, without_inlays

HOST = "risuai"
_TYPES = {"risuChat", "risuAllChats"}
# "Calla_2026-06-17T083021281Z_chat", "Calla_all_chats_2026-06-17T083021281Z"
_NAMED = re.compile(r"(.+?)(?:_all_chats)?_\d{4}-\d\d-\d\dT\d+Z?(?:_(?:all_)?chats?)?")
# What stands in place of a chat that the program has put away elsewhere.
_PUT_AWAY = "\uef01COLDSTORAGE\uef01"


def is_export(value: object) -> bool:
    """Say whether a JSON value is an export of chats."""
    return isinstance(value, dict) and text_of(value.get("type")) in _TYPES


def read_export(
    value: Mapping[str, Any], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read an export.

    Raises:
        InvalidInput: It holds no message, or nothing tells whose chats they are.
    """
    named = _NAMED.fullmatch(path.stem)
    character = wishes.character or (named[1].strip() if named else "")
    if not character:
        raise refuse(
            "does not tell whose chats they are: its name was changed. Name the "
            "character."
        )
    inner = value.get("data")
    listed = inner if isinstance(inner, list) else [inner]
    chats: list[FoundChat] = []
    away = 0
    for number, one in enumerate(map(dict_of, listed)):
        rows = [dict_of(row) for row in list_of(one.get("message"))]
        away += any(text_of(row.get("data")).startswith(_PUT_AWAY) for row in rows)
        messages = _messages(rows, character, wishes.your_name)
        if messages:
            told = text_of(one.get("id")) or _first_id(rows) or f"{number}"
            chats.append(
                FoundChat(
                    host=HOST,
                    name=titled(one.get("name"), told),
                    characters=(character,),
                    window=Window(messages=tuple(messages), complete=True),
                )
            )
    if not chats:
        raise refuse("is an export of RisuAI without a message.")
    words = f"{away} chats are not in the file: open them in RisuAI and export anew"
    return FileContent(
        format="RisuAI chats",
        chats=tuple(chats),
        warnings=(words,) if away else (),
    )


def _first_id(rows: list[dict[str, Any]]) -> str:
    return next(filter(None, (text_of(row.get("chatId")) for row in rows)), "")


def _messages(
    rows: list[dict[str, Any]], character: str, you: str
) -> list[WindowMessage]:
    found = []
    # A mark on a message can switch off all before it.
    hidden_to = max(
        (at for at, row in enumerate(rows) if row.get("disabled") == "allBefore"),
        default=0,
    )
    for at, row in enumerate(rows):
        text = text_of(row.get("data"))
        if row.get("isComment") is True or text.startswith(_PUT_AWAY):
            continue
        is_user = row.get("role") == "user"
        text = without_inlays(expand(text, user=you, character=character))
        said = text.strip() if is_user else spoken(text)
        if said:
            name = text_of(row.get("name")).strip()
            found.append(
                WindowMessage(
                    role="user" if is_user else "assistant",
                    content=said,
                    name=name or (you if is_user else character),
                    said_at=read_date(row.get("time")),
                    hidden=row.get("disabled") is True or at < hidden_to,
                )
            )
    return found
