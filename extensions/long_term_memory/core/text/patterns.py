"""Patterns that are compiled when they are first asked.

Owns: `late`, having all of them compiled ahead, and texts in small letters.
Knows nothing of: what a pattern is for.

There are more than a thousand, most of them for what people tell of themselves in one
language or another. To compile them all takes longer than most commands do, and most
commands read no chat. A host that will chat has them compiled beside its start.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

AT_ONCE: Final = 5


class LatePattern:
    """Stands for a pattern until it is asked, then answers as quickly as it would."""

    def __init__(self, source: str, flags: int) -> None:
        """Take what `re.compile` takes."""
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what the compiled pattern has, and keep it as one's own."""
        found = getattr(self.compile(), name)
        setattr(self, name, found)
        return found

    def compile(self) -> re.Pattern[str]:
        """Return the pattern itself; it is compiled once."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first asked.

    A source that is no pattern is told then. The functions of `re` take none of these:
    ask the pattern itself.
    """
    made = LatePattern(source, flags)
    _NOT_WARM.append(made)
    return cast("re.Pattern[str]", made)


def small(text: str) -> str:
    """Return a text in small letters, of the same length.

    A pattern in small letters finds in it just what it would find in the text itself
    where it ignored case, which takes two to five times as long.
    """
    if text.isascii():
        return text.lower()
    for odd, plain in _ODD.items():
        text = text.replace(odd, plain)
    return text.lower()


def compile_waiting(pause: Callable[[], None]) -> None:
    """Compile what was made and not asked yet, a few at a time with pauses.

    A source that is no pattern is left to be told where it is asked.

    Args:
        pause: Lets others go on, after every few.
    """
    done = 0
    while _NOT_WARM:
        one = _NOT_WARM.popleft()
        with suppress(re.error):
            one.compile()
        done += 1
        if done % AT_ONCE == 0:
            pause()


_ODD: Final = {"\u0130": "i", "\u0131": "i", "\u017f": "s"}
"""Letters that a pattern takes for plain ones, and `str.lower` does not."""

_NOT_WARM: Final[deque[LatePattern]] = deque()
