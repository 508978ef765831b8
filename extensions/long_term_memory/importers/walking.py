"""Which files there are below some paths.

Owns: walking folders, links that lead out of them, names that are no text.
Knows nothing of: what files hold.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

# Parts of databases of ours or the predecessor's, thousands of files without a text.
_NO_FOLDERS = (".zarr",)
_BESIDE_DATABASES = ("-journal", "-wal", "-shm", ".lock")
LEADS_OUT = "is a link that leads out of the folder. Name the file itself."


class Seen(NamedTuple):
    """A path that was found; `refusal` says why it is not to be opened, else empty."""

    path: Path
    refusal: str = ""


def find_files(paths: Iterable[Path]) -> list[Seen]:
    """Return all files below some paths, each once, the oldest names first.

    A path that does not exist is returned as it is, to be told on its own line. Links
    in a folder are followed as long as they stay in it.
    """
    found: dict[Path, Seen] = {}
    for path in paths:
        path = path.expanduser().absolute()
        below = sorted(_walk(path)) if path.is_dir() else [Seen(path)]
        found.update({one.path: one for one in below})
    return list(found.values())


def printable(path: Path) -> str:
    """Return a path as text that every terminal and page can show."""
    return os.fsencode(path).decode("utf-8", "replace")


def _walk(folder: Path) -> Iterator[Seen]:
    home = Path(os.path.realpath(folder))
    # Not into links to folders: what they lead to inside is found anyway, and a loop
    # would never end.
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in [name for name in folders if Path(root, name).is_symlink()]:
            if not _stays(Path(root, name), home):
                yield Seen(Path(root, name), LEADS_OUT)
        folders[:] = [
            name
            for name in folders
            if not name.endswith(_NO_FOLDERS) and not name.startswith(".")
        ]
        for name in files:
            if name.startswith(".") or name.endswith(_BESIDE_DATABASES):
                continue
            path = Path(root, name)
            if not path.is_symlink():
                yield Seen(path)
            elif not _stays(path, home):
                yield Seen(path, LEADS_OUT)
            elif path.exists():
                continue  # a second name of a file that is found anyway
            else:
                yield Seen(path)


def _stays(link: Path, home: Path) -> bool:
    """Say whether a link leads to something in the folder."""
    return Path(os.path.realpath(link)).is_relative_to(home)
