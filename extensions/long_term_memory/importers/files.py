"""Files on disk: which there are, and what each of them is, by its content.

Owns: walking folders, sizes, choosing the reader.
Knows nothing of: what formats mean, engines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core.types import Scope
from ..errors import InvalidInput
from ..stores.foreign import read_long_term_memory
from . import cards, chroma, own, predecessor, sillytavern, textgen
from .found import Found, Wishes
from .reading import check_size, decode, parse_json, refuse

SQLITE_MARK = b"SQLite format 3\0"
_HEAD_BYTES = 65_536
_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")

# Parts of databases of ours or the predecessor's, thousands of files without a text.
_NO_FOLDERS = (".zarr",)
_BESIDE_DATABASES = ("-journal", "-wal", "-shm", ".lock")


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return all files below some paths, each once, the oldest names first.

    A path that does not exist is returned as it is, to be told on its own line.
    """
    found: dict[Path, None] = {}
    for path in paths:
        path = path.expanduser().absolute()
        below = sorted(_walk(path)) if path.is_dir() else [path]
        found.update(dict.fromkeys(below))
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.endswith(_NO_FOLDERS) and not name.startswith(".")
        ]
        for name in files:
            if not name.startswith(".") and not name.endswith(_BESIDE_DATABASES):
                yield Path(root, name)


def find_groups(files: Sequence[Path]) -> list[sillytavern.Group]:
    """Return the groups that tell who is in the group chats among the files."""
    folders = {
        file.parent.with_name(sillytavern.GROUPS)
        for file in files
        if file.parent.name == sillytavern.GROUP_CHATS
    }
    groups = []
    for file in sorted(one for folder in folders for one in folder.glob("*.json")):
        try:
            value = parse_json(decode(_bytes(file)))
        except InvalidInput:
            continue
        if sillytavern.is_group(value):
            groups.append(sillytavern.read_group(value))
    return groups


def written_at(path: Path) -> datetime:
    """Return when a file was last written.

    Raises:
        InvalidInput: It is gone.
    """
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}.") from error


def is_own(path: Path) -> bool:
    """Say whether a file is an export of ours, whatever its size.

    Raises:
        InvalidInput: It cannot be read.
    """
    head = _opened(path, _HEAD_BYTES)
    try:
        return own.is_head(json.loads(head.split(b"\n", 1)[0].decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return False


def read_file(
    path: Path, wishes: Wishes, groups: Sequence[sillytavern.Group] = ()
) -> Found:
    """Read a file of whatever kind it is.

    Raises:
        InvalidInput: It cannot be read, or is nothing we know; its words go on a line
            after the file's name.
        StoreError: It is a database that cannot be read.
    """
    head = _opened(path, 16)
    if head.startswith(SQLITE_MARK):
        return predecessor.read_memories(read_long_term_memory(path), path, wishes)
    if head.startswith(_PICTURES):
        raise refuse("is a picture without a character card: only PNG can hold one.")
    if head.startswith(_ARCHIVES):
        raise refuse("is an archive. Unpack it.")
    data = _bytes(path)
    if head.startswith(cards.PNG_MARK):
        return cards.read_picture(data, wishes)
    if not data.strip():
        raise refuse("is empty.")
    if b"\0" in data[:1024] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("is no text, and nothing else that is known.")
    return _read_text(decode(data), path, wishes, groups)


def read_own(path: Path) -> own.Contents:
    """Check an export of ours.

    Raises:
        InvalidInput: It is damaged; nothing of it should be taken.
    """
    with path.open("rb") as lines:
        return own.check(lines)


def own_records(path: Path) -> Iterator[own.Record]:
    """Yield what a checked export of ours holds."""
    with path.open("rb") as lines:
        yield from own.records(lines)


def whose(scope: Scope, wishes: Wishes) -> Scope:
    """Return whose memory an export becomes."""
    return Scope(user=wishes.user, character=wishes.character or scope.character)


def _read_text(
    text: str, path: Path, wishes: Wishes, groups: Sequence[sillytavern.Group]
) -> Found:
    first = _first_line(text)
    if sillytavern.is_header(first) or sillytavern.is_message(first):
        return sillytavern.read_chat(text, path, wishes, groups)
    if not text.lstrip().startswith(("{", "[")):
        raise refuse("is neither JSON nor a picture, so no chat that is known.")
    return _read_value(parse_json(text), path, wishes)


def _read_value(value: Any, path: Path, wishes: Wishes) -> Found:
    if textgen.is_log(value):
        return textgen.read_log(value, path, wishes)
    if cards.is_card(value):
        return cards.read_card(value, wishes)
    if chroma.is_export(value):
        return chroma.read_export(value, wishes)
    if predecessor.is_config(value):
        return predecessor.read_config(value)
    if sillytavern.is_group(value):
        return Found(format="SillyTavern group")
    raise refuse("is JSON, but no chat, card or export that is known.")


def _first_line(text: str) -> object:
    try:
        return json.loads(text.lstrip().split("\n", 1)[0])
    except (ValueError, RecursionError):
        return None


def _opened(path: Path, count: int) -> bytes:
    """Return a file's first bytes."""
    try:
        if not path.is_file():
            raise refuse("is no file." if path.exists() else "does not exist.")
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}.") from error


def _bytes(path: Path) -> bytes:
    """Return a file's content, if it is not too large."""
    try:
        check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}.") from error
