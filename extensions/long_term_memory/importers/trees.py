"""Conversations as trees: every answer that was ever given hangs under its question.

Owns: the path that is shown, and which other paths are branches.
Knows nothing of: formats, what messages hold.

Another version of a reply to which nobody answered is a swipe, and is not taken, as of
other hosts; a path on which the user said anything else is a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .decoding import dict_of, text_of
from .report import counted

MAX_BRANCHES = 50
# Of all branches together; each repeats the path that it left.
MAX_NODES = 50_000


class Branch(NamedTuple):
    """A path from the root.

    Attributes:
        key: The id of the first node that no path before it has: it stays the same when
            the path goes on.
        nodes: In order.
    """

    key: str
    nodes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The paths of a tree.

    Attributes:
        shown: The one that the program shows.
        branches: The others on which the user went on, the oldest first.
        swipes: Versions of replies that are not taken.
        left: Branches that are not taken, for there are too many.
    """

    shown: Branch
    branches: tuple[Branch, ...] = ()
    swipes: int = 0
    left: int = 0


def paths_of(
    nodes: Mapping[str, Any],
    current: object,
    *,
    parent: str,
    is_user: Callable[[Mapping[str, Any]], bool],
) -> Paths:
    """Find the paths of a tree; what leads nowhere or in a circle ends a path.

    Args:
        nodes: By id, in the order in which they were written.
        current: The id of the last node that is shown; anything else takes the last.
        parent: The name of the field with the id of a node's parent.
        is_user: Whether the user says something in a node.
    """
    known = {key: dict_of(node) for key, node in nodes.items()}
    ups = {key: text_of(node.get(parent)) for key, node in known.items()}
    inner = set(ups.values())
    leaves = [key for key in known if key not in inner]
    last = current if isinstance(current, str) and current in known else ""
    last = last or (leaves[-1] if leaves else next(reversed(known), ""))
    shown = _up(last, ups)
    seen = set(shown)
    branches: list[Branch] = []
    swipes = left = total = 0
    for leaf in leaves:
        if leaf in seen:
            continue
        path = _up(leaf, ups)
        own = [key for key in path if key not in seen]
        if len(own) < len(path) and not any(is_user(known[key]) for key in own):
            swipes += 1
        elif len(branches) == MAX_BRANCHES or total + len(path) > MAX_NODES:
            left += 1
        else:
            total += len(path)
            branches.append(_branch(own[0], path, known))
        seen.update(path)
    return Paths(
        shown=_branch(next(iter(shown), ""), shown, known),
        branches=tuple(branches),
        swipes=swipes,
        left=left,
    )


def warnings_of(found: Sequence[Paths]) -> list[str]:
    """Say what of some trees was not taken."""
    told = []
    if swipes := sum(one.swipes for one in found):
        told.append(f"{counted(swipes, 'other version')} of replies not taken")
    if left := sum(one.left for one in found):
        told.append(f"{left} branches are not taken: there are too many")
    return told


def _branch(key: str, path: Sequence[str], known: Mapping[str, Any]) -> Branch:
    return Branch(key, tuple(known[key] for key in path))


def _up(leaf: str, ups: Mapping[str, str]) -> list[str]:
    """Return the ids from the root to a node."""
    path: dict[str, None] = {}
    at = leaf
    while at in ups and at not in path:
        path[at] = None
        at = ups[at]
    return list(path)[::-1]
