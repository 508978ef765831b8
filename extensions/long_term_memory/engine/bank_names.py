"""Find the bank that a name means, however it is written.

Owns: which of the known spellings a scope takes.
Knows nothing of: folders, what is in a bank.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import groupby
from threading import Lock
from typing import Final

from ..core.text.names import name_key
from ..core.types import Scope

MOST_SPELLINGS: Final = 4_096
"""So many names are known again without a look at the disk."""


class Spelled:
    """Remembers which bank a name means; safe to use from any thread."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._known: dict[Scope, Scope] = {}
        self._lock = Lock()

    def known(
        self,
        scope: Scope,
        holds: Callable[[Scope], bool],
        banks: Callable[[], Collection[Scope]],
    ) -> Scope:
        """Return a scope as it is known.

        Args:
            scope: As it is told now.
            holds: Whether there is a bank of just this spelling.
            banks: Tells what there is; asked if need be, for it looks at all of them.
        """
        known = self._known
        found = known.get(scope)
        if found is not None:
            return found
        # Nobody waits while we look at the disk.
        if not holds(scope):
            all_ = banks()
            found = spelled(scope, all_)
            if found not in all_:
                # Another program may make one at any time.
                return found
        found = found or scope
        with self._lock:
            # In the dictionary of before: it may have been cleared meanwhile.
            known[scope] = found
            while len(known) > MOST_SPELLINGS:
                del known[next(iter(known))]
        return found

    def clear(self) -> None:
        """Forget all, as there are other banks now."""
        with self._lock:
            self._known = {}


def spelled(scope: Scope, known: Collection[Scope]) -> Scope:
    """Return a scope as it is known; a new one of a known user under his name.

    Args:
        scope: As it is told now.
        known: The banks that there are.
    """
    if scope in known:
        return scope
    user, character = name_key(scope.user), name_key(scope.character)
    of_user = [one for one in known if name_key(one.user) == user]
    of_user.sort(key=lambda one: (one.user != scope.user, one.user, one.character))
    for one in of_user:
        if name_key(one.character) == character:
            return one
    named = of_user[0].user if of_user else scope.user
    return Scope(user=named, character=scope.character)


def key_of(scope: Scope) -> tuple[str, str]:
    """Return what all spellings of a scope have in common."""
    return name_key(scope.user), name_key(scope.character)


def twins(scopes: Iterable[Scope]) -> list[list[Scope]]:
    """Return the groups of scopes that are spelled otherwise, but mean the same."""
    ordered = sorted(scopes, key=lambda one: (key_of(one), one.user, one.character))
    groups = [list(group) for _, group in groupby(ordered, key_of)]
    return [group for group in groups if len(group) > 1]
