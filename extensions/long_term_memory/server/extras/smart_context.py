"""What Smart Context stores of a chat becomes the character's memory.

Owns: whether a chat is followed already, and how far.
Knows nothing of: the protocol, how texts are kept and put together, prompts.

Smart Context sends only what has left its newest ten messages. So its chat ends before
the real one: it may lengthen a path or replace its end, never shorten it. A chat that
goes through the proxy is known better there, and is left to it, but for what had been
said before the proxy saw any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

from ...core.timeline.identity import is_telling
from ...core.timeline.matching import match, same_text
from ...core.types import PathEntry, Scope, Window, WindowMessage
from ...engine.bank import Bank
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.pieces import character_of, story_of

HOST: Final = "smart-context"
# Two chats begin alike; so much of one in another is no chance.
_FOLLOWED: Final = 0.5
# Where a proxy came late its path is a stretch of this one, with hardly a difference.
_STRETCH: Final = 0.75
_LEAST: Final = 4


class SmartContext:
    """Lets banks hear of the chats whose messages are stored."""

    def __init__(self, engine: Engine) -> None:
        """Serve the banks of an engine."""
        self._engine = engine
        # Of two calls the one that read less must not come last.
        self._lock = Lock()

    def heard(self, user: str, chat: str) -> None:
        """Follow a chat after some of its messages were stored; never raises.

        Args:
            user: Whose it is.
            chat: What Smart Context calls it.
        """
        if not self._engine.settings.extras.extras_memory:
            return
        guard(
            self._engine.faults,
            "remembering what Smart Context stored",
            lambda: self._follow(user, chat),
            lambda: None,
        )

    def _follow(self, user: str, chat: str) -> None:
        with self._lock:
            self._observe(user, chat)

    def _observe(self, user: str, chat: str) -> None:
        story = story_of(self._engine.collections.entries(user, chat) or ())
        character = character_of(chat, story)
        if not character or not any(one.role == "user" for one in story):
            return
        bank = self._engine.bank(Scope(user=user, character=character))
        told = told_here(bank, chat, story)
        if not any(one.role == "user" for one in told):
            return
        ours = bank.chat(chat, host=HOST)
        if len(told) < len(story) or goes_on(ours.path(), told):
            ours.observe(Window(messages=tuple(told), complete=False))


def goes_on(path: Sequence[PathEntry], story: Sequence[WindowMessage]) -> bool:
    """Whether a chat ends no earlier than what is known of it.

    What follows the last message that both have may have been edited, or deleted and
    said anew; then it counts once there is as much of it.
    """
    same = _same(path, story)
    old, new = same[-1] if same else (-1, -1)
    return len(story) - new >= len(path) - old


def told_here(
    bank: Bank, chat: str, story: Sequence[WindowMessage]
) -> Sequence[WindowMessage]:
    """Return how a story begins, as far as no other host follows the chat.

    It does so under the chat's name or by its text; one that met the chat in its middle
    leaves what had been said before.
    """
    for known in bank.chats():
        names = [one for one in known.names if one[0] != HOST]
        if any(name == chat for _, name in names):
            return ()
        if names:
            host, name = names[0]
            story = story[: _begun(bank.chat(name, host=host).path(), story)]
    return story


def _begun(path: Sequence[PathEntry], story: Sequence[WindowMessage]) -> int:
    """Return where in a story a path begins; its length if that is another chat's."""
    same = _same(path, story)
    if len(same) < 2:
        return len(story)
    start = max(0, same[0][1] - same[0][0])
    if not start:
        return 0 if len(same) >= _FOLLOWED * len(story) else len(story)
    both = min(len(path), len(story) - start)
    words = (story[new] for _, new in same)
    telling = any(one.role == "user" and is_telling(one.content) for one in words)
    stretch = telling and len(same) >= max(_LEAST, _STRETCH * both)
    return start if stretch else len(story)


def _same(
    path: Sequence[PathEntry], story: Sequence[WindowMessage]
) -> list[tuple[int, int]]:
    return [
        (old, new)
        for old, new in match(path, story)
        if same_text(path[old].message, story[new])
    ]
