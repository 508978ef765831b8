"""What Smart Context tells of the messages whose pieces it stores.

Owns: putting a message together again, whose chat a collection is, when a piece was
said.
Knows nothing of: banks, the protocol, how texts are kept.

Smart Context sends each message cut into pieces, with the message as SillyTavern has it
beside every piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ..core.records import CollectionEntry
from ..core.types import WindowMessage

# "Seraphina - 2026-11-21@00h32m43s282ms", perhaps a branch's or a copy's name.
_CHAT: Final = re.compile(r"(?P<character>.+?) - \d{4}-\d{1,2}-\d{1,2}\b")
# Its own pieces; what it imports from another chat bears a suffix.
_PIECE: Final = re.compile(r"msg-\d+")
# More messages than any chat has; what claims a later place is no message of one.
_MOST: Final = 10_000_000
# 2001; a number below it counts something else.
_LEAST_SECONDS: Final = 1_000_000_000
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def story_of(entries: Iterable[CollectionEntry]) -> list[WindowMessage]:
    """Return the messages that entries are pieces of, in the order of the chat.

    Of a message that was sent again, after an edit or a swipe, the newest counts.
    What says nothing of its message, is hidden from the model, or was imported from
    another chat is left out.
    """
    pieces: dict[int, list[tuple[CollectionEntry, dict[str, Any]]]] = {}
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


def character_of(chat: str, story: Sequence[WindowMessage]) -> str:
    """Return whose chat it is; empty for a group, whose members the proxy tells."""
    speakers = {one.name for one in story if one.role == "assistant" and one.name}
    if len(speakers) == 1:
        return speakers.pop()
    found = _CHAT.match(chat)
    return found["character"] if found and not speakers else ""


def members_of(entries: Iterable[CollectionEntry]) -> set[str]:
    """Return who speaks in a chat beside the user."""
    told = filter(None, map(_told, entries))
    return {str(one["name"]) for one in told if not one["is_user"] and one.get("name")}


def index_of(entry: CollectionEntry) -> int | None:
    """Return the place of the message that an entry is a piece of, if it says."""
    told = _told(entry)
    return None if told is None else int(told["index"])


def words_of(entry: CollectionEntry) -> str:
    """Return what an entry's message says in this piece; its content if it does not."""
    told = _told(entry)
    return entry.content if told is None else str(told["mes"])


def time_of(entry: CollectionEntry) -> datetime:
    """Return when an entry was said, or failing that, stored."""
    told = _told(entry) or {}
    when = _said_at(told) or _moment(told.get("send_date")) or _moment(entry.date)
    return when or entry.kept_at or _NEVER


def _told(entry: CollectionEntry) -> dict[str, Any] | None:
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


def _shown(
    index: int, pieces: Sequence[tuple[CollectionEntry, dict[str, Any]]]
) -> WindowMessage:
    _, told = pieces[0]
    name = told.get("name")
    return WindowMessage(
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
    return _moment(when) if isinstance(when, str) else None


def _moment(when: object) -> datetime | None:
    """Read a time, as text or since 1970; None if it is none of these decades."""
    try:
        if isinstance(when, str):
            found = datetime.fromisoformat(when)
        elif isinstance(when, int | float) and when > _LEAST_SECONDS:
            # Seconds had not so many digits in any year of a chat.
            seconds = when / 1000 if when > 1000 * _LEAST_SECONDS else when
            found = datetime.fromtimestamp(seconds, UTC)
        else:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
