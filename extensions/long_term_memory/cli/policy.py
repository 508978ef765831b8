"""`ltm policy` and `ltm story`: what is remembered and recalled, by character and chat.

Owns: what their options mean, and how it is told.
Knows nothing of: how it is kept.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from ..config.memory import INJECTION_LOCATIONS
from ..core.policy import (
    Policy,
    PolicyInForce,
    RecallsFrom,
    Remembering,
    Storyline,
)
from ..engine.bank import Bank
from ..errors import InvalidInput
from ..importers.report import counted
from . import sentences
from .options import (
    Character,
    DataDir,
    Json,
    User,
    bank_of,
    looking,
    opened,
    tell,
    tell_json,
)
from .search import find_chat

DEFAULT: Final = "default"
NO_BUDGET: Final = -1
_WORDS: Final = {
    Remembering.YES: sentences.IS_REMEMBERED,
    Remembering.PAUSED: sentences.IS_PAUSED,
    Remembering.INCOGNITO: sentences.IS_INCOGNITO,
    RecallsFrom.CHAT: sentences.RECALLS_ITSELF,
    RecallsFrom.STORY: sentences.RECALLS_STORY,
    RecallsFrom.ALL: sentences.RECALLS_ALL,
}


def policy(
    chat: Annotated[
        str,
        typer.Argument(
            help="A chat's name or id; none means all chats of the character.",
            metavar="CHAT",
        ),
    ] = "",
    remembers: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="yes; paused: nothing new is stored; incognito: nor does anything of "
            "it get into other chats, or of them into it; default.",
        ),
    ] = None,
    recalls_from: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help="chat: this one alone; story: chats of its storyline; all: all of "
            "the character's; default.",
        ),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(
            min=NO_BUDGET,
            help="Most tokens of memory in one prompt; -1 is the default again.",
        ),
    ] = None,
    position: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help="Where recalled memories go: " + ", ".join(INJECTION_LOCATIONS) + "; "
            "default.",
        ),
    ] = None,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say or show what is remembered and recalled, for a character or one chat.

    What is said for a chat counts, else what is said for its character, else the
    settings.
    """
    asked = {
        "remembers": remembers,
        "recalls_from": recalls_from,
        "budget": budget,
        "position": position,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    session = opened if wanted else looking
    with session(data_dir) as engine:
        bank = bank_of(engine, user, character)
        chat_id = find_chat(bank, chat).id if chat else None
        if wanted:
            _set(bank, chat_id, wanted)
        own = _own(bank, chat_id)
        holds = bank.policies.in_force(chat_id)
    if as_json:
        tell_json({"set": own.as_json(), "in_force": asdict(holds)})
        return
    whose = chat or sentences.EVERY_CHAT.format(character=bank.scope.character)
    for line in _in_words(own, holds):
        tell(f"{whose} {line}")


def _own(bank: Bank, chat_id: str | None) -> Policy:
    if chat_id is None:
        return bank.policies.character()
    return bank.policies.chat(chat_id)


def _set(bank: Bank, chat_id: str | None, wanted: dict[str, Any]) -> None:
    given = {
        name: None if value in (DEFAULT, NO_BUDGET) else value
        for name, value in wanted.items()
    }
    told = Policy.from_json({**_own(bank, chat_id).as_json(), **given})
    if chat_id is None:
        bank.policies.set_character(told)
    else:
        bank.policies.set_chat(chat_id, told)


def _in_words(own: Policy, holds: PolicyInForce) -> list[str]:
    said = own.as_json()
    most = sentences.AS_MUCH_AS_FITS
    if holds.budget is not None:
        most = sentences.AT_MOST.format(budget=holds.budget)
    told = {
        "remembers": _WORDS[holds.remembers],
        "recalls_from": _WORDS[holds.recalls_from],
        "budget": sentences.GIVEN_TOKENS.format(most=most),
        "position": sentences.MEMORIES_AT.format(position=holds.position),
    }
    return [
        words + ("." if name in said else sentences.BY_DEFAULT)
        for name, words in told.items()
    ]


def story(
    name: Annotated[
        str, typer.Argument(help="A storyline; none lists them.", metavar="NAME")
    ] = "",
    new: Annotated[
        bool, typer.Option("--new", help="Begin it; new chats join it from now on.")
    ] = False,
    chats: Annotated[
        list[str] | None,
        typer.Option(
            "--chat",
            metavar="CHAT",
            help="Put this chat into it, with its branches; may be said again.",
        ),
    ] = None,
    rename: Annotated[
        str, typer.Option(metavar="NAME", help="Call it something else.")
    ] = "",
    drop: Annotated[
        bool, typer.Option("--drop", help="Take it away; it must hold no chat.")
    ] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List, begin and change storylines: chats of one know nothing of another's.

    Every chat stands in one. A new chat joins the newest; a branch stays with the chat
    that it comes from.
    """
    changes = new or bool(chats) or bool(rename) or drop
    if changes and not (name or new):
        raise InvalidInput(sentences.NAME_A_STORYLINE)
    session = opened if changes else looking
    with session(data_dir) as engine:
        bank = bank_of(engine, user, character)
        stories = bank.storylines
        found = stories.begin(name) if new else stories.get(name) if name else None
        if found is not None:
            for chat in chats or ():
                found = stories.move(find_chat(bank, chat).id, found.id)
            if rename:
                found = stories.rename(found.id, rename)
            if drop:
                stories.drop(found.id)
        titles = {chat.id: chat.title for chat in bank.chats()}
        told = stories.all()
    told = [one for one in told if found is None or drop or one.id == found.id]
    if as_json:
        tell_json([_as_json(one) for one in told])
        return
    for one in told:
        newest = sentences.NEW_CHATS_JOIN if one.newest else ""
        tell(f"{_called(one)}: {counted(len(one.chats), 'chat')}{newest}")
        for chat_id in one.chats:
            tell(f"  {titles.get(chat_id, chat_id)}")


def _called(one: Storyline) -> str:
    return one.name or sentences.FIRST_STORYLINE


def _as_json(one: Storyline) -> dict[str, Any]:
    begun = one.begun_at and one.begun_at.isoformat()
    return {**asdict(one), "begun_at": begun}
