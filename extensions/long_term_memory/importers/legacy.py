"""The memories and settings of the predecessor of this extension.

Owns: whose memories a database holds, and its rows as a chat.
Knows nothing of: SQLite, engines.

It stored single messages of 100 characters and more, without what stood between them:
in order they make a chat with gaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import PurePath
from typing import Any

from ..config import Settings, from_mapping, values_of
from ..core.types import Window, WindowMessage
from .dates import read_date
from .decoding import refuse
from .file_content import FileContent, FoundChat, ImportOptions
from .foreign_database import OldMemory

HOST = "long_term_memory"
DATABASE = "long_term_memory.db"
MEMORIES_FOLDER = "bot_memories"
_SECTIONS = {"ltm_context", "ltm_writes", "ltm_reads"}


def is_config(value: object) -> bool:
    """Say whether a JSON value is the predecessor's ltm_config.json."""
    return isinstance(value, dict) and bool(_SECTIONS & value.keys())


def read_config(value: Mapping[str, Any]) -> FileContent:
    """Read the settings by their names of today; what cannot be used is told."""
    settings, problems = from_mapping(value, Settings())
    defaults = values_of(Settings())
    changed = {
        name: one for name, one in values_of(settings).items() if one != defaults[name]
    }
    return FileContent(
        format="settings of the predecessor",
        settings=changed,
        warnings=tuple(problems),
    )


def read_memories(
    rows: Sequence[OldMemory], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read the rows of a database.

    Args:
        rows: In order of their ids.
        path: Where it lies: a folder for each character, or all in one.
        wishes: What the one who imports says.

    Raises:
        InvalidInput: It is empty, or nothing tells who of them is the character.
    """
    told = [row for row in rows if row.message.strip()]
    if not told:
        raise refuse("is a database of the predecessor without memories.")
    character = wishes.character or _character(told, path, wishes.your_name)
    messages = tuple(
        WindowMessage(
            role="assistant" if _folder(row.name) == _folder(character) else "user",
            content=row.message.strip(),
            name=row.name,
            said_at=read_date(row.timestamp, zone=UTC),
        )
        for row in told
    )
    chat = FoundChat(
        host=HOST,
        name=HOST,
        characters=(character,),
        window=Window(messages=messages, complete=True),
    )
    return FileContent(format="memories of the predecessor", chats=(chat,))


def _character(rows: Sequence[OldMemory], path: PurePath, you: str) -> str:
    """Return the name that the folder is named for, as it is written in the rows."""
    folder = path.parent.name
    counts = Counter(row.name for row in rows)
    for name, _ in counts.most_common():
        if _folder(name) == folder:
            return name
    if path.parent.parent.name == MEMORIES_FOLDER:
        return folder
    others = [name for name in counts if _folder(name) != _folder(you)]
    if len(others) == 1 and len(counts) == 2:
        return others[0]
    listed = ", ".join(repr(name) for name, _ in counts.most_common(5))
    raise refuse(f"holds memories of {listed}. Name the one who is the character.")


def _folder(name: str) -> str:
    """Return the folder that the predecessor made for a character."""
    return name.strip().lower().replace(" ", "_")
