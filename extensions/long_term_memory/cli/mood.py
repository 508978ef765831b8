"""`ltm mood`: how a chat and those who speak in it feel of late.

Owns: how moods are printed.
Knows nothing of: how they are found.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..core.knowledge.emotion import grouped
from ..core.knowledge.mood import Mood
from ..engine.bank import Bank
from ..engine.records import ChatInfo
from ..errors import NotFound
from . import sentences
from .options import (
    Character,
    DataDir,
    Json,
    User,
    bank_of,
    looking,
    tell,
    tell_json,
)
from .search import find_chat

DIGITS = 3


def mood(
    chat: Annotated[
        str,
        typer.Argument(
            help="A chat's name or id; none takes the one that was seen last.",
            metavar="CHAT",
        ),
    ] = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell the mood of a chat, and of each who speaks in it.

    Of each message the feeling that it shows counts half as much for every six
    messages after it.
    """
    with looking(data_dir) as engine:
        bank = bank_of(engine, user, character)
        info = find_chat(bank, chat) if chat else _newest(bank)
        found = bank.emotions.mood(info.id)
    if as_json:
        speakers = [{"name": who, **_told(one)} for who, one in found.speakers.items()]
        tell_json({"chat": info.title, **_told(found.chat), "speakers": speakers})
        return
    tell(sentences.MOOD_OF.format(name=info.title, mood=_in_words(found.chat)))
    for who, one in found.speakers.items():
        tell("  " + sentences.MOOD_OF.format(name=who, mood=_in_words(one)))


def _newest(bank: Bank) -> ChatInfo:
    chats = bank.chats()
    if not chats:
        raise NotFound(sentences.NO_CHAT_YET.format(character=bank.scope.character))
    return chats[0]


def _in_words(mood: Mood) -> str:
    return sentences.MOOD.format(
        label=mood.label, group=mood.group, percent=round(100 * mood.intensity)
    )


def _told(mood: Mood) -> dict[str, Any]:
    shares = grouped(mood.shares)
    return {
        "label": mood.label,
        "group": mood.group,
        "intensity": round(mood.intensity, DIGITS),
        "shares": {group: round(share, DIGITS) for group, share in shares.items()},
        "messages": mood.messages,
    }
