"""The webui's chat logs on disk: where they are, and which of them changed.

Owns: paths and reading of the log files.
Knows nothing of: the webui's modules, the engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InvalidInput, StoreError

# A chat of years has a few megabytes; beyond this a file is no chat log.
MAX_LOG_BYTES = 256 * 1024 * 1024


class FileStamp(NamedTuple):
    """When a log was last written, and its size; another stamp is another content."""

    at: datetime
    bytes: int


class ChatLogs:
    """The folder of one character's chat logs (or of the instruct chats)."""

    def __init__(self, user_data: Path, character: str | None) -> None:
        """Name the folder; it need not exist.

        Args:
            user_data: The webui's user data folder.
            character: File stem of the card; None for instruct chats.
        """
        logs = user_data / "logs"
        self.folder = logs / "instruct"
        if character is not None:
            self.folder = logs / "chat" / _plain_name(character)

    def path(self, chat: str) -> Path:
        """Return the file of a chat."""
        return self.folder / f"{_plain_name(chat)}.json"

    def exists(self, chat: str) -> bool:
        """Whether the webui still has a chat under this name."""
        return self.stamp(chat) is not None

    def stamp(self, chat: str) -> FileStamp | None:
        """Return when the log was last written; None if there is none."""
        try:
            found = self.path(chat).stat()
        except (OSError, ValueError):
            return None
        return FileStamp(datetime.fromtimestamp(found.st_mtime, tz=UTC), found.st_size)

    def read(self, chat: str) -> Mapping[str, Any] | None:
        """Read a chat's history; None if the file is gone or half written.

        The webui writes in place, so a reader may meet the file half written; the
        next look finds it whole.

        Raises:
            StoreError: The file cannot be read.
            InvalidInput: The file is whole, but no chat log.
        """
        path = self.path(chat)
        try:
            if path.stat().st_size > MAX_LOG_BYTES:
                raise InvalidInput(f"The chat log {path.name} is too large to be one.")
            text = path.read_text(encoding="utf-8")
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise StoreError(
                f"Cannot read the chat log {path.name}: {error.strerror}. "
                "Check the permissions of the webui's logs folder."
            ) from error
        try:
            history = json.loads(text)
        except ValueError:
            return None
        if not isinstance(history, Mapping):
            raise InvalidInput(f"The chat log {path.name} holds no chat history.")
        return history


def _plain_name(name: str) -> str:
    """Return a name that leads to no other folder, as the webui's own files do."""
    return name.replace("/", "_").replace("\\", "_")
