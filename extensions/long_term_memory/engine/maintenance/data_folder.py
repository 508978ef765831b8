"""Can anything be kept in the data directory: may it be written, is there room?

Owns: the words for it. Writes to find out, and leaves nothing.
Knows nothing of: banks.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ...core.maintenance import Finding, Level, fault, ok

WHAT: Final = "data directory"
PROBE_BYTES: Final = 1 << 20
LITTLE_BYTES: Final = 100 << 20
"""Months of chats; a backup, or an update with its backup, may not fit."""


def data_folder(folder: Path) -> Iterator[Finding]:
    """Say whether memories can be kept in a folder, which need not exist yet."""
    where = folder.absolute()
    try:
        nearest = next(one for one in (where, *where.parents) if os.path.lexists(one))
        if not nearest.is_dir():
            words = f"{nearest} is no folder. Move it away, or name another one"
            yield fault(WHAT, words, mendable=False)
            return
        free = _probed(nearest)
    except OSError as error:
        yield fault(WHAT, f"{where} {_why(error)}", mendable=False)
        return
    made = "" if nearest == where else " (made when it is needed)"
    yield ok(WHAT, f"{where}{made}")
    if free < LITTLE_BYTES:
        words = f"only {free / 1e6:,.0f} MB are free in {nearest}: free some space"
        yield Finding(level=Level.NOTE, what="disk", words=words)


def _probed(folder: Path) -> int:
    """Write something and wait for the disk; return how many bytes are free.

    The file has no name where the system can do that, so that a kill leaves nothing.
    """
    if not os.access(folder, os.W_OK | os.X_OK):
        code = errno.EROFS if _is_read_only(folder) else errno.EACCES
        raise OSError(code, os.strerror(code))
    with tempfile.TemporaryFile(dir=folder, prefix=".ltm-probe-") as file:
        file.write(b"\0" * PROBE_BYTES)
        file.flush()
        os.fsync(file.fileno())
    return shutil.disk_usage(folder).free


def _is_read_only(folder: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "cannot be written: the disk is full. Chats go on, but nothing is "
            "remembered until there is room. Free some space"
        )
    if error.errno == errno.EROFS:
        return (
            "cannot be written: the disk is read-only, as it may become when it fails. "
            "Nothing new is remembered. Save what is there: ltm backup --to ELSEWHERE"
        )
    words = error.strerror or str(error)
    return f"cannot be written ({words}). Check its permissions"
