"""What Smart Context stores of a chat becomes the character's memory.

Owns: putting its pieces together again, and whether a chat is followed already.
Knows nothing of: the protocol, how texts are kept, prompts.

Smart Context sends each message cut into pieces, with the message as SillyTavern has it
beside every piece, and only what has left its newest ten. So its chat ends before the
real one: it may lengthen a path or replace its end, never shorten it. A chat that goes
through the proxy is known better there, and is left to it, but for what had been said
before the proxy saw any of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from ..core.branches import is_telling
from ..core.matching import match, same_text
from ..core.times import tellable
from ..core.types import Place, Scope, Shown, Window
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.guard import guard
from ..stores.collections import Entry

HOST: Final = "smart-context"
# "Seraphina - 2026-11-21@00h32m43s282ms", perhaps a branch's or a copy's name.
_CHAT: Final = re.compile(r"(?P<character>.+?) - \d{4}-\d{1,2}-\d{1,2}\b")
# Its own pieces; what it imports from another chat bears a suffix.
_PIECE: Final = re.compile(r"msg-\d+")
# Two chats begin alike; so much of one in another is no chance.
_FOLLOWED: Final = 0.5
# Where a proxy came late its path is a stretch of this one, with hardly a difference.
_STRETCH: Final = 0.75
_LEAST: Final = 4
# More messages than any chat has; what claims a later place is no message of one.
_MOST: Final = 10_000_000


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


def story_of(entries: Iterable[Entry]) -> list[Shown]:
    """Return the messages that entries are pieces of, in the order of the chat.

    Of a message that was sent again, after an edit or a swipe, the newest counts.
    What says nothing of its message, is hidden from the model, or was imported from
    another chat is left out.
    """
    pieces: dict[int, list[tuple[Entry, dict[str, Any]]]] = {}
    for entry in entries:
        told = _told(entry)
        if told is None:
            continue
        known = pieces.setdefault(told["index"], [])
        if known and known[0][0].batch < entry.batch:
            known.clear()
        if not known or known[0][0].batch == entry.batch:
            known.append((entry, told))
    return [_shown(index, pieces[index]) for index in sorted(pieces)]


def character_of(chat: str, story: Sequence[Shown]) -> str:
    """Return whose chat it is; empty for a group, whose members the proxy tells."""
    speakers = {one.name for one in story if one.role == "assistant" and one.name}
    if len(speakers) == 1:
        return speakers.pop()
    found = _CHAT.match(chat)
    return found["character"] if found and not speakers else ""


def goes_on(path: Sequence[Place], story: Sequence[Shown]) -> bool:
    """Whether a chat ends no earlier than what is known of it.

    What follows the last message that both have may have been edited, or deleted and
    said anew; then it counts once there is as much of it.
    """
    same = _same(path, story)
    old, new = same[-1] if same else (-1, -1)
    return len(story) - new >= len(path) - old


def told_here(bank: Bank, chat: str, story: Sequence[Shown]) -> Sequence[Shown]:
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


def _begun(path: Sequence[Place], story: Sequence[Shown]) -> int:
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


def _same(path: Sequence[Place], story: Sequence[Shown]) -> list[tuple[int, int]]:
    return [
        (old, new)
        for old, new in match(path, story)
        if same_text(path[old].message, story[new])
    ]


def _told(entry: Entry) -> dict[str, Any] | None:
    """Return the message that a piece is of; None if it does not say."""
    if not _PIECE.fullmatch(entry.id):
        return None
    try:
        told = json.loads(entry.meta)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("is_system"):
        return None
    index = told.get("index")
    placed = isinstance(index, int) and 0 <= index < _MOST
    known = placed and isinstance(told.get("mes"), str)
    return told if known and isinstance(told.get("is_user"), bool) else None


def _shown(index: int, pieces: Sequence[tuple[Entry, dict[str, Any]]]) -> Shown:
    _, told = pieces[0]
    name = told.get("name")
    return Shown(
        role="user" if told["is_user"] else "assistant",
        content=_whole(told) or " ".join(one["mes"] for _, one in pieces),
        name=name if isinstance(name, str) else "",
        said_at=_said_at(told),
        position=index,
    )


def _whole(told: Mapping[str, Any]) -> str:
    """Return the reply that is chosen among the swiped ones, which are not cut."""
    swipes, chosen = told.get("swipes"), told.get("swipe_id")
    if not isinstance(swipes, list) or not isinstance(chosen, int):
        return ""
    text = swipes[chosen] if 0 <= chosen < len(swipes) else ""
    return text if isinstance(text, str) and told["mes"].strip() in text else ""


def _said_at(told: Mapping[str, Any]) -> datetime | None:
    """Return when the chosen reply was said; the message's own date is a number."""
    swipes, chosen = told.get("swipe_info"), told.get("swipe_id")
    if not isinstance(swipes, list) or not isinstance(chosen, int):
        return None
    one = swipes[chosen] if 0 <= chosen < len(swipes) else None
    when = one.get("send_date") if isinstance(one, Mapping) else None
    try:
        found = datetime.fromisoformat(when) if isinstance(when, str) else None
    except ValueError:
        return None
    if found is None:
        return None
    return tellable(found if found.tzinfo else found.replace(tzinfo=UTC))
