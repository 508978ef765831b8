"""Zip files of others: CHARX cards, and exports that come packed.

Owns: what is unpacked of an archive, and how much at most.
Knows nothing of: what the files in it mean; files on disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath, PurePosixPath
from typing import IO, NamedTuple

from .decoding import MAX_BYTES, refuse

ZIP_MARK = b"PK\x03\x04"
# Years of chats are some thousand files.
MAX_MEMBERS = 20_000
# The list of so many members, each with a name of a usual length, and more.
MAX_LISTED = 4 * 1024 * 1024
# All that is unpacked of one archive; the rest is told.
MAX_UNPACKED = 4 * MAX_BYTES
READ = (".json", ".jsonl", ".png")
PACKED = (".zip", ".charx", ".7z", ".rar", ".gz", ".tar")
# Of these alone Python unpacks a part at a time; a few bytes of the others can hold
# gigabytes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END = b"PK\x05\x06"
_END_BYTES = 22 + 65_535
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)


class Member(NamedTuple):
    """A file in an archive; `fault` says why there is no data, else empty."""

    path: PurePath
    data: bytes
    fault: str = ""


def ends_as_archive(file: IO[bytes]) -> bool:
    """Say whether a file of another kind has an archive at its end."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END_BYTES))
    return _END in file.read(_END_BYTES)


def members(file: IO[bytes], wanted: Callable[[PurePath], bool]) -> Iterator[Member]:
    """Yield the files of an archive that can hold what we read, by their names.

    Args:
        file: The archive.
        wanted: Which of them are unpacked; the others are passed over.

    Raises:
        InvalidInput: It is damaged, or lists more than any export does.
    """
    _check_list(file)
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise refuse("is a damaged archive. Take the original.") from error
    with archive:
        left = MAX_UNPACKED
        for info in sorted(archive.infolist(), key=lambda one: one.filename):
            path = PurePosixPath(info.filename)
            if info.is_dir() or _is_hidden(path) or not wanted(path):
                continue
            if path.suffix.lower() in PACKED:
                yield Member(path, b"", "is an archive in an archive. Unpack it")
            elif path.suffix.lower() in READ:
                member = _unpacked(archive, info, min(left, MAX_BYTES))
                left -= len(member.data)
                yield member


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Member:
    """Unpack one file; what its entry says of its size is not relied on."""
    path = PurePosixPath(info.filename)
    if info.compress_type not in _METHODS:
        return Member(path, b"", "is packed in an unusual way. Unpack it")
    try:
        with archive.open(info) as packed:
            data = packed.read(most + 1)
    except _BROKEN as error:
        words = "needs a password" if info.flag_bits & 1 else "is damaged"
        del error
        return Member(path, b"", words)
    if len(data) > most:
        return Member(path, b"", f"is larger than {most >> 20} MB unpacked")
    return Member(path, data)


def _is_hidden(path: PurePath) -> bool:
    """Whether a file is the packer's own, as macOS adds them."""
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _check_list(file: IO[bytes]) -> None:
    """Refuse an archive whose list of files alone would fill the memory."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _END_BYTES))
    tail = file.read(_END_BYTES)
    at = tail.rfind(_END)
    file.seek(0)
    if at < 0 or len(tail) - at < 22:
        raise refuse("is a damaged archive: it breaks off. Take the original.")
    count, listed = struct.unpack_from("<HI", tail, at + 10)
    if count > MAX_MEMBERS or listed > MAX_LISTED:
        raise refuse(
            f"is an archive of more than {MAX_MEMBERS:,} files. Unpack it, and name "
            "the folder."
        )
