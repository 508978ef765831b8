"""Patterns that are compiled when they are first asked.

Owns: `late`.
Knows nothing of: what a pattern is for.

There are more than a thousand, most of them for what people tell of themselves in one
language or another. To compile them all takes longer than most commands do, and most
commands read no chat.
"""

from __future__ import annotations

import re
from typing import Any, cast


class LatePattern:
    """Stands for a pattern until it is asked, then answers as quickly as it would."""

    def __init__(self, source: str, flags: int) -> None:
        """Take what `re.compile` takes."""
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what the compiled pattern has, and keep it as one's own."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first asked.

    A source that is no pattern is told then. The functions of `re` take none of these:
    ask the pattern itself.
    """
    return cast("re.Pattern[str]", LatePattern(source, flags))
