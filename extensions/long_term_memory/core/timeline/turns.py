"""A chat's turns: what the user says, and all that is said until he speaks again.

Owns: where a turn begins, and when it is settled.
Knows nothing of: what is done with turns, stores, hosts.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..types import Message, PathEntry

Turn = tuple[Message, ...]


def settled_turns(path: Sequence[PathEntry]) -> list[Turn]:
    """Return the turns of a path that are over, oldest first.

    A greeting is a turn of its own. The last one is over once it has a reply that can
    no longer be swiped.
    """
    turns: list[list[Message]] = []
    speaks_user = False
    for place in path:
        is_user = place.message.role == "user"
        if not turns or (is_user and not speaks_user):
            turns.append([])
        turns[-1].append(place.message)
        speaks_user = is_user
    if turns and (speaks_user or path[-1].provisional):
        turns.pop()
    return [tuple(turn) for turn in turns]
