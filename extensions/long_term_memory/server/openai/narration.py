"""Tell a narrator's lines from what is put in among the lines for the model alone.

Owns: what speaks for a system message being part of the story.
Knows nothing of: requests, paths, what a client's extension is called.

Both come as system messages amid the chat's lines. An injection (an author's note, an
entry of a lore book) keeps its distance from the end and so moves on with each turn; a
narrator's line, SillyTavern's `/sys`, stays where it was said. So one that stood
between the same lines before, when the chat was of another length, is narration; and so
is one that the chat's path holds already, or that the client names.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Final, NamedTuple

from ...core.text.recipes import digest
from ...lru import Lru
from .chat_reader import ChatLine, RequestChat

MOST_CHATS: Final = 4_096
MOST_PLACES: Final = 64
"""Of one chat; so many system messages hardly ever stand amid the lines."""


class _Place(NamedTuple):
    """A system message and the lines around it, by their hashes alone."""

    text: bytes
    before: tuple[bytes, ...]
    after: bytes


class Narration:
    """Knows a narrator's lines by where they stand. Safe to use from any thread."""

    def __init__(self) -> None:
        """Start without knowing any chat."""
        # By chat: how many lines stood behind each place when it was first seen.
        self._chats: Lru[Hashable, Lru[_Place, int]] = Lru(MOST_CHATS)

    def lines(
        self,
        chat: Hashable,
        script: RequestChat,
        *,
        known: Collection[str],
        named: Sequence[str] = (),
    ) -> tuple[ChatLine, ...]:
        """Return a request's lines with those of a narrator among them.

        Args:
            chat: Which chat it shows.
            script: What it shows.
            known: Texts of the narrator's that its path holds.
            named: How those lines begin of which the client says that they are his.
        """
        found = []
        for aside in script.asides:
            text = aside.content
            told = any(text.startswith(one) for one in named if one.strip())
            # Each place is noted, whatever else speaks for it.
            if self._stayed(chat, script, aside) or told or text in known:
                found.append(aside)
        if not found:
            return script.lines
        return tuple(sorted((*script.lines, *found), key=lambda line: line.at))

    def _stayed(self, chat: Hashable, script: RequestChat, aside: ChatLine) -> bool:
        """Say whether a message stands where it stood in a chat of another length."""
        before = [_mark(one) for one in script.lines if one.at < aside.at]
        after = [_mark(one) for one in script.lines if one.at > aside.at]
        if not before or not after:
            return False
        place = _Place(_mark(aside), tuple(before[-2:]), after[0])
        places = self._chats.get_or_make(chat, lambda: Lru(MOST_PLACES))
        return places.get_or_make(place, lambda: len(after)) != len(after)


def _mark(line: ChatLine) -> bytes:
    return digest(line.role, line.content)
