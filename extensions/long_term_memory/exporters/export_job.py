"""Write banks into files.

Owns: names of files, writing them whole or not at all.
Knows nothing of: what the formats look like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Final

from ..build import chat_log_in
from ..core.timeline.turns import settled_turns
from ..core.types import MemoryItem, Scope
from ..engine.bank import Bank
from ..errors import InvalidInput, StoreError
from ..files import folder_name, make_private_file, make_private_folder
from . import csv_table, jsonl, markdown, transcript

FORMATS: Final[dict[str, Callable[[Bank], Iterator[str]]]] = {
    "jsonl": jsonl.lines,
    "csv": csv_table.lines,
    "md": markdown.lines,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written, and its size."""

    path: Path
    character: str
    bytes: int


def text(bank: Bank, format: str) -> Iterator[str]:
    """Yield a bank in a format.

    Raises:
        InvalidInput: There is no such format.
    """
    try:
        return FORMATS[format](bank)
    except KeyError:
        raise InvalidInput(
            f"There is no format {format!r}. Choose one of {', '.join(FORMATS)}.",
            field="format",
        ) from None


def names_of(scopes: Iterable[Scope]) -> dict[Scope, str]:
    """Return a name for what is written of each of several banks, different for all.

    Names of characters can be chosen so that theirs are equal: who comes later gets a
    number.
    """
    found: dict[Scope, str] = {}
    for scope in scopes:
        first = folder_name(scope.character)
        numbered = (f"{first}-{number}" for number in count(2))
        taken = set(found.values())
        found[scope] = next(one for one in chain([first], numbered) if one not in taken)
    return found


def write(bank: Bank, format: str, target: Path, name: str = "") -> Exported:
    """Write a bank into a file, whole or not at all, for its owner's eyes only.

    Args:
        bank: The bank.
        format: "jsonl" (lossless), "csv" or "md".
        target: A file, or a folder that gets a file named for the character.
        name: What that is called, without its ending; see `names_of`.

    Raises:
        InvalidInput: There is no such format.
        StoreError: It cannot be written.
    """
    parts = text(bank, format)
    named = f"{name or folder_name(bank.scope.character)}.{format}"
    path = target / named if target.is_dir() else target
    return _written(bank, parts, path, format)


def write_chosen(bank: Bank, memories: Iterable[MemoryItem], path: Path) -> Exported:
    """Write some memories into a file as a table (CSV), whole or not at all.

    Raises:
        StoreError: It cannot be written.
    """
    return _written(bank, csv_table.chosen(bank, memories), path, "csv")


def _written(bank: Bank, parts: Iterator[str], path: Path, format: str) -> Exported:
    draft = path.with_name(path.name + ".part")
    try:
        draft.unlink(missing_ok=True)
        make_private_file(draft)
        # Spreadsheets take a CSV without the mark for another encoding.
        encoding = "utf-8-sig" if format == "csv" else "utf-8"
        with draft.open("w", encoding=encoding, newline="") as file:
            file.writelines(parts)
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            f"Cannot write {path}: {error.strerror}. Choose another place."
        ) from error
    return Exported(
        path=path, character=bank.scope.character, bytes=path.stat().st_size
    )


def write_logs(bank: Bank, folder: Path, name: str = "") -> list[Exported]:
    """Write readable logs of all chats, a file each, anew from the truth.

    Args:
        bank: The bank.
        folder: Gets a folder named for the character.
        name: What that is called; see `names_of`.

    Raises:
        StoreError: They cannot be written.
    """
    try:
        make_private_folder(folder)
    except OSError as error:
        raise StoreError(
            f"Cannot write into {folder}: {error.strerror}. Choose another place."
        ) from error
    files = chat_log_in(folder / (name or folder_name(bank.scope.character)))
    paths = [
        files.rewrite(chat.id, chat.title, settled_turns(bank.path_of(chat.id)))
        for chat in transcript.chats(bank)
    ]
    return [
        Exported(path=path, character=bank.scope.character, bytes=path.stat().st_size)
        for path in paths
        if path is not None
    ]
