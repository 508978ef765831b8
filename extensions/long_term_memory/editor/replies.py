"""The last replies of a character: which there are, and how each is called.

Owns: their order, their keys, and that none is told twice.
Knows nothing of: Gradio, HTML, how a turn is shown (`turns`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from ..core.types import Scope
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from ..engine.faults import guard
from .host import Host
from .markup import shortened
from .memory_actions import Labels
from .texts import day, say
from .turns import MADE_UP

MOST: Final = 30
NEWEST: Final = "newest"
_LABEL_CHARS: Final = 60


def replies(engine: Engine, host: Host, scope: Scope | None) -> list[LastTurn]:
    """Return the last turns of a character, the newest first.

    Those of the record, which outlives a restart; and what the host knows besides, as
    of chats of which nothing is kept.

    Args:
        engine: Where the memories are.
        host: Knows its own last turns.
        scope: Whose; None while there is nobody.
    """
    if scope is None:
        return []
    recorded = guard(
        engine.faults,
        "reading the last turns",
        lambda: engine.bank(scope).recalls.turns(limit=MOST),
        lambda: list[LastTurn](),
    )
    fresh = [
        one
        for one in host.turns()
        if one.scope == scope and not _is_recorded(one, recorded)
    ]
    return sorted([*fresh, *recorded], key=lambda one: one.at, reverse=True)[:MOST]


def key_of(turn: LastTurn) -> str:
    """Name a turn for a control's value."""
    return json.dumps([turn.number, turn.chat, turn.at.isoformat()])


def choices(turns: Sequence[LastTurn]) -> Labels:
    """Return labels and keys of turns, with one that is always the newest."""
    newest = (say("why.newest"), NEWEST)
    return [newest, *((_label(one), key_of(one)) for one in turns)]


def chosen(turns: Sequence[LastTurn], key: object) -> LastTurn | None:
    """Return the turn of a key, the newest of all if there is no such turn."""
    named = next((one for one in turns if key_of(one) == key), None)
    return named or next(iter(turns), None)


def _is_recorded(turn: LastTurn, recorded: Sequence[LastTurn]) -> bool:
    return any(
        one.context is turn.context or (one.chat == turn.chat and one.at >= turn.at)
        for one in recorded
    )


def _label(turn: LastTurn) -> str:
    text = turn.query.text or say("why.unknown_message")
    asked = shortened(" ".join(text.split()), _LABEL_CHARS)
    chat = "" if MADE_UP.fullmatch(turn.chat) else shortened(turn.chat, _LABEL_CHARS)
    tokens = turn.context.head.tokens + turn.context.recall.tokens
    when = say("common.comma").join(one for one in (day(turn.at), chat) if one)
    return say("why.label", asked=asked, when=when, count=tokens)
