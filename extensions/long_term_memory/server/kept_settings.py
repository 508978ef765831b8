"""Keeping settings that were changed on the server's page.

Owns: which of them stay, and what is said of those that do not.
Knows nothing of: the page.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..config import Settings, changes
from ..config.saved_settings import SAVED_FILE, save_settings
from ..engine.engine import Engine


class Keeper:
    """Keeps what was changed since the server started or kept last."""

    def __init__(self, engine: Engine, given: frozenset[str]) -> None:
        """Remember what holds now.

        Args:
            engine: Whose settings are kept, beside its memories.
            given: What is named where the server is started, and wins there.
        """
        self._data_dir = engine.data_dir
        self._given = given
        self._known = engine.settings

    def save(self, settings: Settings) -> str:
        """Keep what was changed; return where, and what will not stay, in words.

        Raises:
            StoreError: It cannot be written.
        """
        changed = changes(self._known, settings)
        save_settings(self._data_dir, changed)
        self._known = settings
        where = f"in {SAVED_FILE}, beside the memories"
        return where + _but(sorted(self._given & changed.keys()))


def _but(names: Iterable[str]) -> str:
    """Say what will not stay."""
    listed = ", ".join(names)
    if not listed:
        return ""
    return f"; but {listed} is set where the server is started, which counts then"
