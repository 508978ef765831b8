"""A text that is found out when somebody asks for it.

Owns: that it is found out at most once for all who ask, and compares as what it is.
Knows nothing of: what it says, how it is found out.
"""

from __future__ import annotations

from collections.abc import Callable


class Later:
    """Stands for a text that costs much and that few ask for; `str` finds it out."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], str]) -> None:
        """Find nothing out yet; `find` may be called by two who ask at once."""
        self._find: Callable[[], str] | None = find
        self._found = ""

    def __str__(self) -> str:
        find = self._find
        if find is not None:
            self._found = find()
            self._find = None
        return self._found

    def __eq__(self, other: object) -> bool:
        """Compare as the text; whoever compares has it found out."""
        return isinstance(other, (str, Later)) and str(self) == str(other)

    def __hash__(self) -> int:
        """Return the text's own."""
        return hash(str(self))


Word = str | Later
"""A text that is known, or one that is found out when somebody asks."""
