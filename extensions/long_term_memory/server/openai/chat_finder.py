"""Find the chat that a request goes on with.

Owns: what speaks for a request's window being a known chat's, a branch of it, or new.
Knows nothing of: requests, prompts, how a path is brought in line with a window.

By a client's id, a chat is found whatever it shows; only a branch that bears its
parent's id is told by the text. Without an id the text alone must suffice:

- the chat goes on, or its last reply is being made anew: it is the same;
- some lines at its end are gone or others: deleted or edited, if they are
  few; if they are many, this is a branch, and the old end stays where it is;
- a line of the user's that is another now was edited if the reply to it still stands;
- a greeting alone speaks for nothing, for all chats with a character begin with it.

In doubt it is another chat, and both are kept: two clients may begin with the same
words, or with words that differ in a name, and neither may lose what it told.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import islice, pairwise
from typing import Final, NamedTuple
from uuid import uuid4

from ...core.timeline.alignment import align
from ...core.timeline.identity import is_telling
from ...core.timeline.matching import match, same_text
from ...core.types import PathEntry, Window, WindowMessage
from ...engine.bank import Bank
from ...engine.chat import Chat
from ...engine.records import ChatInfo

HOST: Final = "proxy"
# The webui follows its chats itself, by its own logs.
NOT_OURS: Final = ("webui",)
# Between an id and the number of a branch that a client calls by its parent's id.
BRANCH: Final = "~"
# Two turns: what a person deletes, or says anew, at the end of a chat.
FEW: Final = 4
# A user's line and the reply to it.
TURN: Final = 2
# A window that slid shows its chat by so many lines, or by a telling one.
SLID: Final = 4
# Chats that are looked at without an id; older ones are gone on with by an id.
MOST_CHATS: Final = 300


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


class ChatCandidate(NamedTuple):
    """A known chat, and how the window fits it; the greatest is the likeliest."""

    match: Match
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


class Located(NamedTuple):
    """Where a window belongs.

    Attributes:
        key: Its chat.
        past: What a branch has before it.
        contested: Two clients may show this chat, for they began with the same words.
    """

    key: ChatKey
    past: tuple[WindowMessage, ...] = ()
    contested: bool = False


def find_chat(
    bank: Bank,
    window: Window,
    *,
    name: str,
    parent: str = "",
    exact: bool = False,
    newest: ChatKey | None = None,
    contested: Container[ChatKey] = (),
) -> Located:
    """Name the chat that a window shows; it may be one that is not stored yet.

    Args:
        bank: The character's memory.
        window: What the request shows.
        name: The client's id of the chat; empty if it tells none.
        parent: Its id of the chat that this one branched from, if it tells.
        exact: No other chat bears this id, not even a branch.
        newest: The chat that was found last, which mostly is the one again.
        contested: Chats that two clients may show.
    """
    likely = ChatKey(HOST, name) if name else newest
    places = likely.of(bank).path() if likely is not None else []
    told = bool(name and exact)
    sure = bool(places) and (told or _surely(match_of(places, window), window))
    if likely is not None and sure:
        return Located(likely, contested=likely in contested)
    chats = bank.chats()
    if name and not exact and (own := _called(chats, name, exact=False)):
        best = max(_fitting(bank, window, own))
        if best.match.fit is not Fit.BRANCH:
            return Located(ChatKey(*best.name))
        new = f"{name}{BRANCH}{uuid4().hex[:8]}"
        return _branch(bank, ChatKey(HOST, new), best)
    known = _called(chats, parent, exact=True) if parent else []
    best_of_all = max(_fitting(bank, window, known or _ours(chats)), default=None)
    found = best_of_all.match if best_of_all else Match()
    new_key = ChatKey(HOST, name or uuid4().hex)
    if best_of_all is None or found.fit is Fit.NONE:
        return Located(new_key._replace(forked_from=(known and parent) or None))
    if name or found.fit is Fit.BRANCH:
        proven = bool(known) or found.proven
        return _branch(bank, new_key, best_of_all) if proven else Located(new_key)
    key = ChatKey(*best_of_all.name)
    both = key in contested
    if found.risky and _loses(key.of(bank).path(), window, contested=both):
        if not found.proven:
            return Located(new_key)
        return _branch(bank, new_key, best_of_all)._replace(contested=both)
    # The same beginning is asked for again: by who began, or by another one.
    return Located(key, contested=both or found.turns == 0)


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
        fits = bool(said) or not any(one.message.role == "user" for one in places)
    else:
        fits = len(pairs) >= SLID or (len(pairs) > 1 and found.telling)
    gone = [one for one in places[pairs[-1][0] + 1 :] if not one.hidden]
    strangers = pairs[-1][1] + 1 - len(pairs)
    lost = any(one.message.role == "user" for one in gone)
    found = found._replace(risky=strangers > 0 or lost)
    if fits:
        # Lines that are others amid few that are common may be another chat's.
        doubtful = strangers > 0 and not found.proven
        return found._replace(fit=Fit.NONE if doubtful else _fit(gone, found))
    return found._replace(fit=Fit.CHANGED if _reworded(places, shown) else Fit.NONE)


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


def _branch(bank: Bank, key: ChatKey, parent: ChatCandidate) -> Located:
    """Name a branch; what its window no longer shows comes from its parent."""
    host, name = parent.name
    past = tuple(
        WindowMessage(
            role=place.message.role,
            content=place.message.content,
            name=place.message.name,
            said_at=place.message.said_at,
            hidden=place.hidden,
        )
        for place in bank.chat(name, host=host).path()[: parent.match.past]
    )
    forked_from = name if host == key.host else None
    return Located(key._replace(forked_from=forked_from), past)


def _reworded(places: Sequence[PathEntry], shown: Sequence[WindowMessage]) -> bool:
    """Whether a chat's only line of the user's was edited: its reply still stands."""
    before = [one.message.content for one in places if one.message.role == "user"]
    now = [one.content for one in shown if one.role == "user"]
    if len(before) != 1 or not now or len(places) > FEW:
        return False
    greeted = [one for one in shown if one.role == "assistant"]
    first = places[0].message
    if first.role == "assistant" and greeted and not same_text(first, greeted[0]):
        return False
    reply = places[-1].message
    stands = any(same_text(reply, one) for one in greeted)
    return reply.role == "assistant" and stands and is_telling(reply.content)


def _loses(places: Sequence[PathEntry], window: Window, *, contested: bool) -> bool:
    """Whether following a window may take what another client told out of a path.

    What was said at the end may have been deleted, or another client may show it. Of
    what was said before, the reply tells: it stands where a line was but edited. Words
    of which a chat is full tell nothing, unless a turn before is the same; or one after
    it, where nothing else is gone and that told nothing.
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


def _is_aside(places: Sequence[PathEntry], stays: Sequence[bool]) -> bool:
    """Whether only a line that tells nothing goes, and a telling turn stays."""
    gone = [one.message for one, kept in zip(places, stays, strict=True) if not kept]
    if len(gone) != 1 or is_telling(gone[0].content):
        return False
    return any(
        kept and answered and said.message.role == "user"
        for said, (kept, answered) in zip(
            places, pairwise([*stays, False]), strict=True
        )
        if is_telling(said.message.content)
    )


def _fitting(
    bank: Bank, window: Window, names: Iterable[tuple[str, str]]
) -> Iterator[ChatCandidate]:
    """Yield how chats fit, the one seen last first, up to one that surely is it."""
    for age, (host, name) in enumerate(names):
        places = bank.chat(name, host=host).path()
        found = match_of(places, window)
        yield ChatCandidate(found, -age, (host, name))
        if _surely(found, window):
            return


def _surely(found: Match, window: Window) -> bool:
    """Whether nothing but a turn is new, so that no other chat can fit better."""
    most = len(window.messages) - TURN
    goes_on = found.fit is Fit.GOES_ON and found.turns > 0 and not found.risky
    return goes_on and found.matched >= most


def _called(
    chats: Iterable[ChatInfo], name: str, *, exact: bool
) -> list[tuple[str, str]]:
    """Return the names of the chats that a client calls so."""
    return [
        (host, known)
        for chat in chats
        for host, known in chat.names
        if host == HOST
        and (known == name or (not exact and known.startswith(name + BRANCH)))
    ]


def _ours(chats: Iterable[ChatInfo]) -> list[tuple[str, str]]:
    """Return one name of each chat that a client may show."""
    named = (
        next((one for one in chat.names if one[0] not in NOT_OURS), None)
        for chat in islice(chats, MOST_CHATS)
    )
    return [one for one in named if one is not None]
