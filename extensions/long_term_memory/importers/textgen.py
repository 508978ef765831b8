"""Chat logs of text-generation-webui, of every shape it has written.

Owns: rows of user and reply, where the name of chat and character stand.
Knows nothing of: files on disk, engines.

Live chats pass the same history to the webui's hooks; both must read alike, or an
imported chat would not go on where it ended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ..core.text.own_blocks import without_blocks
from ..core.text.reasoning import without_reasoning
from ..core.types import Role, Window, WindowMessage
from .dates import read_date
from .decoding import dict_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions

HOST = "webui"
INSTRUCT_CHARACTER = "Instruct"
GREETING_MARKER = "<|BEGIN-VISIBLE-CHAT|>"

# The last is how CAI Tools names the chats that it writes for the webui.
_NAMED = re.compile(
    r"persistent_(?P<a>.+)|(?P<b>.+)_persistent|(?P<c>.+)_oobabooga_Chat(?: \(\d+\))?"
)


def is_log(value: object) -> bool:
    """Say whether a JSON value is a chat log of the webui."""
    if not isinstance(value, dict):
        return False
    old = value.get("data")
    # Other programs have a list of that name, too, but not of pairs.
    return isinstance(value.get("internal"), list) or (
        isinstance(old, list) and all(isinstance(row, list) for row in old[:1])
    )


def read_log(
    value: Mapping[str, Any], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read a chat log.

    Args:
        value: The file's JSON.
        path: Where it lies, which tells the chat's name and the character.
        wishes: What the one who imports says.

    Raises:
        InvalidInput: Its rows are no rows, or nothing tells whose chat it is.
    """
    rows = value.get("internal")
    rows = rows if isinstance(rows, list) else value.get("data")
    if not isinstance(rows, list):
        raise refuse("has no rows of a chat.")
    character = wishes.character or character_of(path)
    if not character:
        raise refuse(
            "does not tell whose chat it is. Name the character, or leave it where "
            "the webui has it, in logs/chat/NAME."
        )
    times = dict_of(value.get("metadata"))
    messages: list[WindowMessage] = []
    for number, row in enumerate(rows):
        messages += _row_messages(number, row, times, character, wishes.your_name)
    chat = FoundChat(
        host=HOST,
        name=path.stem,
        characters=(character,),
        window=Window(messages=tuple(messages), complete=True),
    )
    return FileContent(format="text-generation-webui chat", chats=(chat,))


def character_of(path: PurePath) -> str:
    """Return the character whose log lies there; empty if the path does not tell."""
    match = _NAMED.fullmatch(path.stem)
    if match is not None:
        return match["a"] or match["b"] or match["c"]
    if path.parent.name == "instruct":
        return INSTRUCT_CHARACTER
    # Not any folder: a log in "Downloads" is not a character's of that name.
    return path.parent.name if path.parent.parent.name == "chat" else ""


def _row_messages(
    number: int, row: object, times: Mapping[str, Any], character: str, you: str
) -> list[WindowMessage]:
    """Read a row; instructions in mid-chat are no utterance of the story."""
    if (
        not isinstance(row, Sequence)
        or isinstance(row, str)
        or len(row) < 2
        or not (isinstance(row[0], str) and isinstance(row[1], str))
    ):
        raise refuse(f"is a damaged chat log: row {number + 1} is no pair of texts.")
    said = without_blocks(row[0]).strip()
    instructs = len(row) > 3 and dict_of(row[3]).get("role") == "system"
    found: list[WindowMessage] = []
    if said and said != GREETING_MARKER and not instructs:
        found.append(_shown("user", said, you, times, number))
    reply = without_blocks(without_reasoning(row[1]))
    if reply:
        found.append(_shown("assistant", reply, character, times, number))
    return found


def _shown(
    role: Role, text: str, name: str, times: Mapping[str, Any], number: int
) -> WindowMessage:
    at = text_of(dict_of(times.get(f"{role}_{number}")).get("timestamp"))
    return WindowMessage(role=role, content=text, name=name, said_at=read_date(at))
