"""Which memories were changed last.

Owns: telling it by their files, without opening them.
Knows nothing of: what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..core.types import Scope
from ..stores.layout import bank_folder


def newest_first(data_dir: Path, scopes: Iterable[Scope]) -> list[Scope]:
    """Return scopes by when their memories were changed, the newest first."""
    return sorted(scopes, key=lambda scope: changed(data_dir, scope), reverse=True)


def changed(data_dir: Path, scope: Scope) -> float:
    """Return when a memory was changed last; 0 if that cannot be told."""
    folder = bank_folder(data_dir, scope)
    times = [0.0]
    for name in ("memory.sqlite3", "memory.sqlite3-wal"):
        try:
            times.append((folder / name).stat().st_mtime)
        except OSError:
            continue
    return max(times)
