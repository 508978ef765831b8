"""Which memories were changed last, and the last turn of them all.

Owns: the order, without opening them; how many are looked into for a turn.
Knows nothing of: what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..core.text.names import is_same_name
from ..core.types import Scope
from .compose import LastTurn
from .engine import Engine

LOOKED_INTO: Final = 4
"""So many of the memories changed last may hold the last turn; each is opened."""


def newest_first(engine: Engine, scopes: Iterable[Scope]) -> list[Scope]:
    """Return scopes by when their memories were changed, the newest first."""
    return sorted(scopes, key=engine.storage.changed_at, reverse=True)


def last_turn(
    engine: Engine, *, user: str = "", character: str = "", chat: str = ""
) -> LastTurn | None:
    """Return the last turn from the records, as after a restart; None if there is none.

    Args:
        engine: Where the memories are.
        user: Whose; empty for anybody's.
        character: Which one's; empty for any.
        chat: A host's name of the chat, or our id; empty for any.

    Raises:
        StoreError: A memory cannot be read.
    """
    wanted = [
        scope
        for scope in newest_first(engine, engine.scopes())
        if (not user or is_same_name(scope.user, user))
        and (not character or is_same_name(scope.character, character))
    ]
    for scope in wanted[:LOOKED_INTO]:
        bank = engine.bank(scope)
        known = bank.chats() if chat else []
        ids = [
            one.id
            for one in known
            if chat in (one.id, *(name for _, name in one.names))
        ]
        if chat and not ids:
            continue
        found = bank.recalls.last_turn(chat=ids[0] if ids else "")
        if found is not None:
            return found
    return None
