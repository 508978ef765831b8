"""Which memories the list shows: what a person chose, and a page of it.

Owns: what can be chosen, how a typed day is read, and the page that is looked at.
Knows nothing of: Gradio, HTML, what buttons do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ..core.text.emotion import LABELS
from ..core.types import MemoryItem, MemoryKind
from ..engine.bank import Bank
from ..engine.browsing import Listing, MemoryFilter, browse
from ..engine.finding import Hit, find
from ..errors import InvalidInput
from . import markup
from .chances import percent
from .texts import say

PAGE_LENGTH: Final = 15
# The most that a search tells; with more hits, further words serve better.
MOST_FOUND: Final = 300
# A list to choose from that is longer serves nobody.
MOST_CHOICES: Final = 200

SHELVES: Final = (
    *("all", "turn", "note", "summary"),
    *("pinned", "edited", "hidden", "deleted"),
)
ORDERS: Final = ("newest", "oldest")
ANY: Final = ""

_DAY: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which memories a person wants to see.

    Attributes:
        words: What he searches for.
        shelf: Which of them; a value of SHELVES.
        chat: Our id of the chat that they were said in; empty for any.
        speaker: Who said them, as `speakers` names him; empty for anybody.
        since: The first day, month or year, as it was typed; empty for none.
        until: The last one.
        tag: Which tag they have; empty for any or none.
        feeling: A label of a feeling that they show; empty for any.
        order: A value of ORDERS.
        page: Which page, from 0.
    """

    words: str = ""
    shelf: str = "all"
    chat: str = ANY
    speaker: str = ANY
    since: str = ""
    until: str = ""
    tag: str = ""
    feeling: str = ANY
    order: str = "newest"
    page: int = 0

    @property
    def is_narrow(self) -> bool:
        """Whether anything beside words leaves memories out."""
        return (
            self.shelf != "all"
            or any((self.chat, self.speaker, self.tag, self.feeling))
            or any((self.since.strip(), self.until.strip()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page of memories.

    Attributes:
        fits: Why each was found, by its id; empty where nothing was searched.
        pages: How many pages there are; at least 1.
        total: How many memories there are.
        note: What was amiss with the search; "" if nothing.
    """

    memories: list[MemoryItem]
    pages: int
    total: int
    fits: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def shelves() -> list[tuple[str, str]]:
    """Return labels and values of what the list can show."""
    return [(say(f"memories.shelf_{one}"), one) for one in SHELVES]


def orders() -> list[tuple[str, str]]:
    """Return labels and values of the orders of the list."""
    return [(say(f"memories.order_{one}"), one) for one in ORDERS]


def chats(bank: Bank | None) -> list[tuple[str, str]]:
    """Return labels and values of the chats, the one seen last first."""
    known = [] if bank is None else bank.chats()[:MOST_CHOICES]
    limit = markup.MAX_NAME_CHARS
    return [
        (say("memories.any_chat"), ANY),
        *((markup.shortened(one.title, limit) or one.id, one.id) for one in known),
    ]


def feelings() -> list[tuple[str, str]]:
    """Return labels and values of the feelings that a message may show."""
    named = sorted((say(f"feelings.{label}"), label) for label in LABELS)
    return [(say("feelings.any"), ANY), *named]


def speakers(bank: Bank | None) -> list[tuple[str, str]]:
    """Return labels and values of all who said anything, the user first."""
    known = [] if bank is None else bank.speakers()[:MOST_CHOICES]
    return [
        (say("memories.anybody"), ANY),
        *((_called(*one), json.dumps(one)) for one in known),
    ]


def page_of(bank: Bank, choice: Choice) -> FoundPage:
    """Return the page that is looked at; behind the last one that is the last.

    Raises:
        InvalidInput: A day is none.
    """
    if choice.words.strip():
        return _searched(bank, choice)
    found = _listed(bank, choice, choice.page * PAGE_LENGTH, PAGE_LENGTH)
    pages = _pages(found.total)
    if not found.memories and choice.page:
        found = _listed(bank, choice, (pages - 1) * PAGE_LENGTH, PAGE_LENGTH)
    return FoundPage(memories=list(found.memories), pages=pages, total=found.total)


def found_by(bank: Bank, choice: Choice, *, limit: int) -> list[MemoryItem]:
    """Return all memories that the list shows, on whatever page.

    Args:
        bank: Whose.
        choice: Which.
        limit: How many at the most.

    Raises:
        InvalidInput: A day is none.
    """
    if choice.words.strip():
        return [hit.memory for hit in _hits(bank, choice)[0]]
    return list(_listed(bank, choice, 0, limit).memories)


def _listed(bank: Bank, choice: Choice, offset: int, limit: int) -> Listing:
    return browse(
        bank,
        filter_of(choice),
        deleted=choice.shelf == "deleted",
        oldest_first=choice.order == "oldest",
        offset=offset,
        limit=limit,
    )


def filter_of(choice: Choice) -> MemoryFilter:
    """Return what was chosen as the engine knows it.

    Raises:
        InvalidInput: A day is none.
    """
    kind = MemoryKind(choice.shelf) if choice.shelf in set(MemoryKind) else None
    role, name = _speaker(choice.speaker)
    return MemoryFilter(
        kinds=frozenset({kind} if kind else ()),
        chats=frozenset({choice.chat} if choice.chat else ()),
        roles=frozenset({role} if role else ()),
        names=frozenset({name} if role else ()),
        since=_period(choice.since)[0],
        until=_period(choice.until)[1],
        pinned=True if choice.shelf == "pinned" else None,
        edited=True if choice.shelf == "edited" else None,
        hidden=True if choice.shelf == "hidden" else None,
        tag=choice.tag,
        emotions=frozenset({choice.feeling} & set(LABELS)),
    )


def _called(role: str, name: str) -> str:
    named = markup.shortened(name, markup.MAX_NAME_CHARS)
    known = say(f"common.{role}") if role in ("user", "assistant") else role
    if not named or role != "user" or named == known:
        return named or known
    return say("memories.you_as", you=known, name=named)


def _speaker(chosen: str) -> tuple[str, str]:
    """Return role and name of who was chosen; empty for anybody."""
    try:
        told = json.loads(chosen) if chosen else None
    except ValueError:
        told = None
    match told:
        case [str(role), str(name)]:
            return role, name
    return "", ""


def _period(typed: str) -> tuple[datetime | None, datetime | None]:
    """Return when a day, month or year begins, and when the next one does."""
    if not typed.strip():
        return None, None
    read = _DAY.fullmatch(typed.strip())
    try:
        if read is None:
            raise ValueError(typed)
        year, month, day = (int(part) if part else 0 for part in read.groups())
        begins = datetime(year, month or 1, day or 1)
        ends = datetime(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        if day:
            ends = datetime.fromordinal(begins.toordinal() + 1)
        return begins.astimezone(), ends.astimezone()
    except (ValueError, OverflowError, OSError):
        raise InvalidInput(say("memories.no_day", typed=typed.strip())) from None


def _hits(bank: Bank, choice: Choice) -> tuple[list[Hit], str]:
    """Return what was found by words or meaning, and what was amiss."""
    wanted = filter_of(choice)
    if choice.shelf == "deleted":
        gone = browse(bank, wanted, deleted=True, limit=MOST_FOUND).memories
        words = choice.words.casefold().split()
        hits = [
            Hit(one, None, True)
            for one in gone
            if all(word in one.content.casefold() for word in words)
        ]
        return hits, ""
    told = find(bank, choice.words, limit=MOST_FOUND, wanted=wanted)
    return list(told.hits), told.note


def _searched(bank: Bank, choice: Choice) -> FoundPage:
    hits, note = _hits(bank, choice)
    pages = _pages(len(hits))
    start = min(choice.page, pages - 1) * PAGE_LENGTH
    shown = hits[start : start + PAGE_LENGTH]
    return FoundPage(
        memories=[hit.memory for hit in shown],
        fits={hit.memory.id: _fits(hit) for hit in shown},
        pages=pages,
        total=len(hits),
        note=note,
    )


def _fits(hit: Hit) -> str:
    """Say why something was found."""
    parts = [say("memories.has_words")] if hit.words else []
    if hit.chance is not None:
        parts.append(say("memories.answers", chance=percent(hit.chance)))
    return say("common.comma").join(parts)


def _pages(length: int) -> int:
    return max(1, -(-length // PAGE_LENGTH))
