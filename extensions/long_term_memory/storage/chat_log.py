"""Readable logs of chats: a file a chat, a line of JSON a turn, only ever appended to.

Owns: the files, and what they hold of which turns.
Knows nothing of: when a turn is over, settings.

    {"chat": id, "title": …}
    {"turn": 1, "at": …, "said": [{"name": …, "role": …, "text": …}], "ids": […]}

A later line of the same turn takes the place of the earlier one (it was edited or
swiped); {"turn": 2, "gone": true} says that it was deleted. The log is a view: the
database is the truth, and the log can be written anew from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..core.timeline.turns import Turn
from ..errors import StoreError
from ..files import log_ending, log_name, make_private_file, make_private_folder

LOGS = "logs"

Ids = tuple[str, ...]


class _Known(NamedTuple):
    """What a file of so many bytes holds: the messages of each turn."""

    size: int
    turns: list[Ids]


class LogFiles:
    """The readable logs of one bank; the bank's lock guards them."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something is written."""
        self.folder = folder
        self._known: dict[str, _Known] = {}

    def follow(self, chat: str, title: str, turns: Sequence[Turn]) -> Path | None:
        """Append what a chat's log lacks; return the file if anything was written.

        Args:
            chat: Our id of the chat.
            title: What people call it.
            turns: All its settled turns.

        Raises:
            StoreError: It cannot be written.
        """
        try:
            path = self._path(chat, title)
            known = self._read(chat, path)
            lines = _lines(known, turns)
            if not lines:
                return None
            if not path.exists():
                make_private_folder(self.folder, parents=False)
                make_private_file(path)
                lines.insert(0, {"chat": chat, "title": title})
            with path.open("a", encoding="ascii") as file:
                file.writelines(json.dumps(line) + "\n" for line in lines)
            size = path.stat().st_size
        except OSError as error:
            raise StoreError(
                f"Cannot write the readable log in {self.folder}: {error.strerror}. "
                "Make it writable, or switch the setting `readable_log` off."
            ) from error
        self._known[chat] = _Known(size, [_ids(turn) for turn in turns])
        return path

    def rewrite(self, chat: str, title: str, turns: Sequence[Turn]) -> Path | None:
        """Write a chat's log anew, without what is no longer on its path.

        Raises:
            StoreError: It cannot be written.
        """
        self._path(chat, title).unlink(missing_ok=True)
        self._known.pop(chat, None)
        return self.follow(chat, title, turns)

    def renew(self, chats: Iterable[tuple[str, str, Sequence[Turn]]]) -> None:
        """Write all logs anew that there are, from what stands on the paths now.

        Args:
            chats: Our id, title and settled turns of every chat; the log of one
                without turns goes, and so does one of an unknown chat.

        Raises:
            StoreError: A log cannot be removed or written.
        """
        kept = [chat for chat in chats if self._path(*chat[:2]).exists()]
        try:
            for path in self.folder.glob("*.jsonl"):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"Cannot remove a readable log in {self.folder}: {error.strerror}. "
                "Close what has it open; it is removed when the memory is opened next."
            ) from error
        self._known.clear()
        for chat in kept:
            self.follow(*chat)

    def _path(self, chat: str, title: str) -> Path:
        """Return a chat's file; it keeps its name when the chat is renamed."""
        for path in self.folder.glob(f"*{log_ending(chat)}"):
            return path
        return self.folder / log_name(chat, title)

    def _read(self, chat: str, path: Path) -> list[Ids]:
        """Return what a file holds, read again if another program wrote to it."""
        size = path.stat().st_size if path.exists() else 0
        known = self._known.get(chat)
        if known is None or known.size != size:
            turns = _turns_in(path.read_bytes()) if size else []
            known = self._known[chat] = _Known(size, turns)
        return known.turns


def _turns_in(data: bytes) -> list[Ids]:
    """Return the messages of each turn in a log; a line that was cut off is nothing."""
    turns: dict[int, Ids] = {}
    for line in data.splitlines():
        try:
            record = json.loads(line)
            number = record.get("turn")
            if record.get("gone"):
                turns.pop(number, None)
            elif number:
                turns[number] = tuple(record["ids"])
        except (ValueError, LookupError, AttributeError, TypeError):
            continue
    return [turns.get(number, ()) for number in range(1, max(turns, default=0) + 1)]


def _lines(known: Sequence[Ids], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return the lines that bring a log up to date."""
    lines = [
        _record(number, turn)
        for number, turn in enumerate(turns, 1)
        if number > len(known) or known[number - 1] != _ids(turn)
    ]
    gone = range(len(turns) + 1, len(known) + 1)
    return lines + [{"turn": number, "gone": True} for number in gone]


def _record(number: int, turn: Turn) -> dict[str, Any]:
    at = next((one.said_at for one in turn if one.said_at), None)
    return {
        "turn": number,
        "at": at and at.isoformat(),
        "said": [
            {"name": one.name, "role": one.role, "text": one.content} for one in turn
        ],
        "ids": list(_ids(turn)),
    }


def _ids(turn: Turn) -> Ids:
    return tuple(message.id for message in turn)
