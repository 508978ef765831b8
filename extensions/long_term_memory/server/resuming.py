"""Going on, as the server starts, with what was begun before it ended.

Owns: which memories are opened for that.
Knows nothing of: how it is done.

An import leaves messages that are found by words alone, and a server that was killed
leaves some, too. Without this they would wait until somebody chats.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.recent import newest_first

# Those that were changed last; whoever has hundreds does not chat with all.
MOST_BANKS: Final = 8


def resume(engine: Engine) -> None:
    """Open the memories that were changed last, so that their vectors go on."""
    for scope in newest(engine):
        what = f"going on with the memory of {scope.character}"
        guard(engine.faults, what, partial(_go_on, engine, scope), lambda: None)


def _go_on(engine: Engine, scope: Scope) -> None:
    """Read a memory; if it lacks vectors, load the model and go on."""
    bank = engine.bank(scope)
    known = bank.stats()
    if known.embedded < known.messages:
        bank.begin_indexing()


def newest(engine: Engine) -> list[Scope]:
    """Return the scopes of the memories that were changed last, newest first."""
    scopes = guard(
        engine.faults, "listing the memories", engine.scopes, lambda: list[Scope]()
    )
    return newest_first(engine, scopes)[:MOST_BANKS]
