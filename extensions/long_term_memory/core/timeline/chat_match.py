"""How well what a host shows fits a chat that is known, by the text alone.

Owns: what speaks for a window being a chat's going on, a branch of it, or another one,
and when following it would take away what somebody else told.
Knows nothing of: chats' names, hosts, how a path is brought in line with a window.

- the chat goes on, or its last reply is being made anew: it is the same;
- some lines at its end are gone or others: deleted or edited, if they are
  few; if they are many, this is a branch, and the old end stays where it is;
- a line of the user's that is another now was edited if the reply to it still stands;
- a greeting alone speaks for nothing, for all chats with a character begin with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Final, NamedTuple

from ..types import PathEntry, Window, WindowMessage
from .alignment import align
from .identity import is_telling
from .matching import match, same_text

FEW: Final = 4
"""Two turns: what a person deletes, or says anew, at the end of a chat."""

TURN: Final = 2
"""A user's line and the reply to it."""

SLID: Final = 4
"""A window that slid shows its chat by so many lines, or by a telling one."""


class Fit(IntEnum):
    """How a window fits a known path, the best last."""

    NONE = 0
    BRANCH = 1
    CHANGED = 2
    REPLIED = 3
    GOES_ON = 4


class Match(NamedTuple):
    """How a window and a path belong together.

    Attributes:
        fit: How well.
        matched: Lines that they share.
        turns: Lines of the user's among these that were answered alike.
        telling: What the user said in them is more than small talk.
        past: Places of the path that stand before all that the window shows.
        risky: To follow the window may take lines of the user's out of the path.
    """

    fit: Fit = Fit.NONE
    matched: int = 0
    turns: int = 0
    telling: bool = False
    past: int = 0
    risky: bool = False

    @property
    def proven(self) -> bool:
        """Whether what they share is no chance."""
        return self.telling and self.turns > 0


def match_of(places: Sequence[PathEntry], window: Window) -> Match:
    """Say how a window and a path belong together."""
    shown = window.messages
    pairs = [
        (old, new)
        for old, new in match(places, shown)
        if same_text(places[old].message, shown[new])
    ]
    if not pairs:
        return Match()
    said = [shown[new].content for _, new in pairs if shown[new].role == "user"]
    turns = sum(
        shown[new].role == "user" and shown[after].role == "assistant"
        for (_, new), (_, after) in pairwise(pairs)
    )
    found = Match(
        matched=len(pairs),
        turns=turns,
        telling=len(said) > 1 or any(map(is_telling, said)),
        past=max(pairs[0][0] - pairs[0][1], 0),
    )
    if pairs[0] == (0, 0):
        fits = bool(said) or not any(place.message.role == "user" for place in places)
    else:
        fits = len(pairs) >= SLID or (len(pairs) > 1 and found.telling)
    gone = [place for place in places[pairs[-1][0] + 1 :] if not place.hidden]
    strangers = pairs[-1][1] + 1 - len(pairs)
    lost = any(place.message.role == "user" for place in gone)
    found = found._replace(risky=strangers > 0 or lost)
    if fits:
        # Lines that are others amid few that are common may be another chat's.
        doubtful = strangers > 0 and not found.proven
        return found._replace(fit=Fit.NONE if doubtful else _fit(gone, found))
    return found._replace(fit=Fit.CHANGED if _reworded(places, shown) else Fit.NONE)


def is_sure(found: Match, window: Window) -> bool:
    """Say whether nothing but a turn is new, so that no other chat can fit better."""
    most = len(window.messages) - TURN
    goes_on = found.fit is Fit.GOES_ON and found.turns > 0 and not found.risky
    return goes_on and found.matched >= most


def loses(places: Sequence[PathEntry], window: Window, *, contested: bool) -> bool:
    """Say whether following a window may take what another told out of a path.

    What was said at the end may have been deleted, or another client may show it. Of
    what was said before, the reply tells: it stands where a line was but edited. Words
    of which a chat is full tell nothing, unless a turn before is the same; or one after
    it, where nothing else is gone and that told nothing.

    Args:
        places: The chat's path.
        window: What is shown.
        contested: Two clients may show this chat, for they began with the same words.
    """
    removed = set(align(places, window).removed)
    stays = [place.message.id not in removed for place in places]
    last = max((at for at, kept in enumerate(stays) if kept), default=-1)
    known = not contested and _is_aside(places, stays)
    for at, (place, (kept, answered)) in enumerate(
        zip(places, pairwise([*stays, False]), strict=True)
    ):
        said = place.message
        if said.role != "user":
            continue
        if kept:
            known = known or (answered and is_telling(said.content) and not contested)
        elif at > last:
            return contested
        elif not answered or not (known or is_telling(places[at + 1].message.content)):
            return True
    return False


def _fit(gone: Sequence[PathEntry], found: Match) -> Fit:
    """Judge by what no longer stands at the path's end."""
    if not gone:
        return Fit.GOES_ON
    if len(gone) == 1 and gone[0].message.role == "assistant":
        # A "Good morning!" is said anew every day.
        return Fit.REPLIED if found.telling or found.turns else Fit.NONE
    # Two chats may begin with the same words; the same answer is no chance.
    if not found.proven:
        return Fit.NONE
    return Fit.CHANGED if len(gone) <= FEW else Fit.BRANCH


def _reworded(places: Sequence[PathEntry], shown: Sequence[WindowMessage]) -> bool:
    """Whether a chat's only line of the user's was edited: its reply still stands."""
    before = [place for place in places if place.message.role == "user"]
    now = [message for message in shown if message.role == "user"]
    if len(before) != 1 or not now or len(places) > FEW:
        return False
    greeted = [message for message in shown if message.role == "assistant"]
    first = places[0].message
    if first.role == "assistant" and greeted and not same_text(first, greeted[0]):
        return False
    reply = places[-1].message
    stands = any(same_text(reply, message) for message in greeted)
    return reply.role == "assistant" and stands and is_telling(reply.content)


def _is_aside(places: Sequence[PathEntry], stays: Sequence[bool]) -> bool:
    """Whether only a line that tells nothing goes, and a telling turn stays."""
    gone = [
        place.message for place, kept in zip(places, stays, strict=True) if not kept
    ]
    if len(gone) != 1 or is_telling(gone[0].content):
        return False
    return any(
        kept and answered and said.message.role == "user"
        for said, (kept, answered) in zip(
            places, pairwise([*stays, False]), strict=True
        )
        if is_telling(said.message.content)
    )
