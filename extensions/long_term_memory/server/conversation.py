"""Find the chat that a request goes on with.

Owns: what speaks for a request's window being a known chat's, a branch of it, or new.
Knows nothing of: requests, prompts, how a path is brought in line with a window.

By a client's id, a chat is found whatever it shows; only a branch that bears its
parent's id is told by the text. Without an id the text alone must suffice:

- the chat goes on, or its last reply is being made anew: it is the same;
- some lines at its end are gone or others: deleted or edited, if they are
  few; if they are many, this is a branch, and the old end stays where it is;
- a greeting alone speaks for nothing, for all chats with a character begin with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple
from uuid import uuid4

from ..core.branches import is_telling
from ..core.matching import match, same_text
from ..core.types import Place, Shown, Window
from ..engine.bank import Bank
from ..engine.chat import Chat, ChatInfo

HOST: Final = "proxy"
# The webui follows its chats itself, by its own logs.
NOT_OURS: Final = ("webui",)
# Between an id and the number of a branch that a client calls by its parent's id.
BRANCH: Final = "~"
# Two turns: what a person deletes, or says anew, at the end of a chat.
FEW: Final = 4
# A window that slid shows its chat by so many lines, or by a telling one.
SLID: Final = 4
ALIKE: Final = 0.6
# Chats that are looked at without an id; older ones are gone on with by an id.
MOST_CHATS: Final = 300


class Fit(IntEnum):
    """How a window fits a known path, the best last."""

    NONE = 0
    BRANCH = 1
    CHANGED = 2
    REPLIED = 3
    GOES_ON = 4


class Found(NamedTuple):
    """A known chat, and how the window fits it; the greatest is the likeliest."""

    fit: Fit
    matched: int
    newness: int
    name: tuple[str, str]


class ChatKey(NamedTuple):
    """How a chat is named; the same in the banks of all who take part."""

    host: str
    name: str
    forked_from: str | None = None

    def of(self, bank: Bank) -> Chat:
        """Return the chat of that name in a bank."""
        return bank.chat(self.name, host=self.host, forked_from=self.forked_from)


def find_chat(
    bank: Bank, window: Window, *, name: str, parent: str = "", exact: bool = False
) -> ChatKey:
    """Name the chat that a window shows; it may be one that is not stored yet.

    Args:
        bank: The character's memory.
        window: What the request shows.
        name: The client's id of the chat; empty if it tells none.
        parent: Its id of the chat that this one branched from, if it tells.
        exact: No other chat bears this id, not even a branch.
    """
    if name and exact:
        return ChatKey(HOST, name, parent or None)
    best = max(_fitting(bank, window, name), default=None)
    if best is None or (not name and best.fit is Fit.NONE):
        return ChatKey(HOST, name or uuid4().hex, (name and parent) or None)
    host, known = best.name
    if best.fit is not Fit.BRANCH:
        return ChatKey(host, known)
    new = f"{name}{BRANCH}{uuid4().hex[:8]}" if name else uuid4().hex
    return ChatKey(host, new, known)


def fit_of(places: Sequence[Place], window: Window) -> tuple[Fit, int]:
    """Say how a window fits a path, and how many lines they share."""
    shown = window.messages
    if not places or not shown:
        return Fit.NONE, 0
    pairs = [
        (old, new)
        for old, new in match(places, shown)
        if same_text(places[old].message, shown[new])
    ]
    said = [shown[new].content for _, new in pairs if shown[new].role == "user"]
    telling = len(said) > 1 or any(map(is_telling, said))
    begins_alike = bool(pairs) and pairs[0] == (0, 0)
    if begins_alike:
        fits = bool(said) or not any(one.message.role == "user" for one in places)
    else:
        fits = len(pairs) >= SLID or (len(pairs) > 1 and telling)
    if not fits:
        alike = _reworded(places, shown)
        return (Fit.CHANGED if alike else Fit.NONE), len(pairs)
    gone = [one for one in places[pairs[-1][0] + 1 :] if not one.hidden]
    return _fit(gone, telling=telling), len(pairs)


def _fit(gone: Sequence[Place], *, telling: bool) -> Fit:
    """Judge by what no longer stands at the path's end."""
    if not gone:
        return Fit.GOES_ON
    if len(gone) == 1 and gone[0].message.role == "assistant":
        return Fit.REPLIED
    if not telling:
        return Fit.NONE
    return Fit.CHANGED if len(gone) <= FEW else Fit.BRANCH


def _reworded(places: Sequence[Place], shown: Sequence[Shown]) -> bool:
    """Whether a chat's only line of the user's was edited."""
    before = [one.message.content for one in places if one.message.role == "user"]
    now = [one.content for one in shown if one.role == "user"]
    if len(before) != 1 or len(now) != 1 or len(places) > FEW:
        return False
    greeted = [one for one in shown if one.role == "assistant"]
    if greeted and not same_text(places[0].message, greeted[0]):
        return False
    return SequenceMatcher(None, before[0][:500], now[0][:500]).ratio() >= ALIKE


def _fitting(bank: Bank, window: Window, name: str) -> Iterator[Found]:
    """Yield the chats that may be meant, up to one that surely is."""
    texts = {one.content.strip() for one in window.messages if one.role == "user"}
    for age, info in enumerate(_candidates(bank.chats(), name)):
        host, known = info
        places = bank.chat(known, host=host).path()
        if not name and len(texts) > 1 and not _shares(places, texts):
            continue
        fit, matched = fit_of(places, window)
        yield Found(fit, matched, -age, info)
        if fit is Fit.GOES_ON and matched >= len(window.messages) - FEW // 2:
            return


def _candidates(chats: Iterable[ChatInfo], name: str) -> list[tuple[str, str]]:
    """Return the names of chats, the one seen last first."""
    if name:
        return [
            (host, known)
            for chat in chats
            for host, known in chat.names
            if host == HOST and (known == name or known.startswith(name + BRANCH))
        ]
    ours = (
        next((one for one in chat.names if one[0] not in NOT_OURS), None)
        for chat in islice(chats, MOST_CHATS)
    )
    return [one for one in ours if one is not None]


def _shares(places: Iterable[Place], texts: set[str]) -> bool:
    return any(place.message.content.strip() in texts for place in places)
