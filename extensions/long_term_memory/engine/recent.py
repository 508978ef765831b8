"""Which memories were changed last.

Owns: the order, without opening them.
Knows nothing of: what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.types import Scope
from .engine import Engine


def newest_first(engine: Engine, scopes: Iterable[Scope]) -> list[Scope]:
    """Return scopes by when their memories were changed, the newest first."""
    return sorted(scopes, key=engine.storage.changed_at, reverse=True)
