"""Tell branches and renamed chats from chats that merely begin alike.

Owns: what counts as evidence that two chats share messages.
Knows nothing of: how a path changes, stores, hosts.

Hosts copy a chat to branch it and rename its file, without telling. Two chats that
begin with "Hi" have nothing in common for that, nor have two that begin with the
greeting of one card. Evidence is either:

- equal texts with equal host times, which have a resolution of a minute: at least two
  timed messages, one of them the user's; what we heard as it was said counts as timed
  where a host notes nearly the moment of our clock;
- or at least two telling turns: the user says something that nobody says twice, and
  the reply to it is the same.

What the character says before the user's first message is the card's greeting and
counts for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ..text.scripts import is_unspaced
from ..types import Message, PathEntry, Window, WindowMessage
from .matching import same_text, same_time

TELLING_WORDS: Final = 3
"""Besides small talk: "my sister lives in Oslo" has three, "how was your day?" none."""

TELLING_LETTERS: Final = 10
"""In scripts without spaces, which need about two characters for a word."""

HEARD_WITHIN: Final = timedelta(minutes=3)
"""A reply takes so long; a client notes when it began or when it was whole."""

TELLING_TURNS: Final = 2
TIMED_MESSAGES: Final = 2

_LAST_TURN: Final = 2
"""Messages that a renamed chat may lack: the host shows a turn being regenerated so."""

_SMALL_TALK: Final = frozenset(
    """a about ah all alright am and any anything are aren't as asked at back be been
    being bit bot bye can can't chat could course day did didn't do doing don't else
    evening ever everyone fine for friend from get give go going good got great haha
    happy have hello help here hey hi hiya hm hmm hope how how's i i'd i'll i'm in is it
    it's joke just kind know let let's like little lol long look lot love maybe me meet
    mind mine more morning much my myself name need never new nice nicely night no nod
    nods nope not nothing now of off oh ok okay on one or our out please pleased pretty
    really right say see shall should sleep smile smiles so some something soon sorry
    speak start story stuff sure talk tell thank thanks that that's the then there thing
    things think this time to today together tonight too up very wait want wanna was
    wave waves we welcome well were what what's when where which who why will with would
    wow yeah yep yes you you're your yours""".split()
)
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


class Kinship(StrEnum):
    """How a chat that is seen for the first time relates to a known one.

    `NONE`: not at all. `FORK`: it branches off and shares a beginning. `SAME`: it is
    that chat under a new name.
    """

    NONE = "none"
    FORK = "fork"
    SAME = "same"


def is_telling(text: str) -> bool:
    """Say whether a text is more than small talk, so that nobody says it twice."""
    if is_unspaced(text):
        letters = {letter for letter in text if letter.isalpha()}
        return len(letters) >= TELLING_LETTERS
    words = {word.casefold().replace("\u2019", "'") for word in _WORD.findall(text)}
    return len(words - _SMALL_TALK) >= TELLING_WORDS


def shared_prefix(path: Sequence[PathEntry], window: Window) -> int:
    """Count the places at a path's beginning that a window begins with, too.

    Role and text are equal and, where the host tells both, the time to the minute.
    """
    first = next(iter(window.messages), None)
    if first is not None and first.position and not window.complete:
        return 0  # what is shown is not the beginning
    count = 0
    for place, one in zip(path, window.messages, strict=False):
        if not same_text(place.message, one):
            break
        if same_time(place.message.told_at, one.said_at) is False:
            break
        count += 1
    return count


def kinship(
    path: Sequence[PathEntry], window: Window, *, old_name_gone: bool
) -> Kinship:
    """Say what a chat of unknown name is to the one with this path.

    Args:
        path: A known chat's places.
        window: What the unknown chat shows.
        old_name_gone: The host has no chat of the known one's name any more.

    Returns:
        `SAME` if that name is gone and the whole path is there, or all but its last
        turn on evidence; `FORK` if a beginning is shared on evidence; else `NONE`.
    """
    count = shared_prefix(path, window)
    run = [place.message for place in path[:count]]
    proven = _is_evidence(run, window)
    if old_name_gone and count == len(path) and any(_is_user(one) for one in run):
        return Kinship.SAME
    if old_name_gone and proven and count >= len(path) - _LAST_TURN:
        return Kinship.SAME
    return Kinship.FORK if proven else Kinship.NONE


def _is_user(message: Message) -> bool:
    return message.role == "user"


def _is_evidence(run: Sequence[Message], window: Window) -> bool:
    """Say whether two chats that begin with this run share these messages."""
    begun = next((at for at, one in enumerate(run) if _is_user(one)), len(run))
    timed = [
        message
        for message, one in zip(run[begun:], window.messages[begun:], strict=False)
        if same_time(message.told_at, one.said_at) or _is_heard(message, one)
    ]
    if len(timed) >= TIMED_MESSAGES and any(map(_is_user, timed)):
        return True
    return _telling_turns(run[begun:]) >= TELLING_TURNS


def _is_heard(message: Message, shown: WindowMessage) -> bool:
    """Say whether we heard a message at about the time that a host tells of it."""
    if message.told_at or message.said_at is None or shown.said_at is None:
        return False
    return abs(message.said_at - shown.said_at) <= HEARD_WITHIN


def _telling_turns(run: Sequence[Message]) -> int:
    """Count user messages that tell something and are followed by a reply."""
    return sum(
        _is_user(message) and reply.role == "assistant" and is_telling(message.content)
        for message, reply in pairwise(run)
    )
