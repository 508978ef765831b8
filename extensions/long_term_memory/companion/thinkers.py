"""Which models begin a reply in the middle of a thought.

Owns: how that is guessed of a model that was never heard, and learned of one that was.
Knows nothing of: streams, marks of thoughts, who is shown what.

A template that opens the thought in the prompt leaves a reply that holds its end alone,
so its first words look like speech. Services that read thoughts by themselves send none
of it. What a model did last it does again.
"""

from __future__ import annotations

import re
from typing import Final

from ..core.text.reasoning import begins_in_thought
from ..lru import Lru

KNOWN: Final = 1_000
"""Models whose way is remembered."""

# Families whose templates open the thought: DeepSeek-R1, QwQ, "…-Thinking-2507" …
_NAMED: Final = re.compile(
    r"(?:^|[^a-z0-9])(?:r1|qwq|think(?:er|ing)?|reason(?:er|ing)?|magistral|glm-?z1"
    r"|exaone-deep|skywork-o1|marco-o1)(?:$|[^a-z0-9])",
    re.IGNORECASE,
)


class Thinkers:
    """Knows how models begin; safe to use from any thread."""

    def __init__(self) -> None:
        """Know of none."""
        self._known: Lru[str, bool] = Lru(KNOWN)

    def begins_in_thought(self, model: str) -> bool:
        """Say whether a model's next reply is likely to begin so."""
        known = self._known.get(model)
        return bool(_NAMED.search(model)) if known is None else known

    def heard(self, model: str, text: str, *, whole: bool) -> None:
        """Learn from a reply.

        Args:
            model: Who wrote it.
            text: All that was written.
            whole: Whether it ended by itself; else its end may be yet to come.
        """
        begins = begins_in_thought(text)
        if begins or whole:
            self._known.put(model, begins)
