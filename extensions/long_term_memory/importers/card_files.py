"""A character card as a program uploads it: PNG, JSON or CHARX, by its bytes.

Owns: finding the card and its picture in a file; what of a card is its persona.
Knows nothing of: what becomes of a character, files on disk, engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from .archives import ZIP_MARK, members
from .character_cards import is_card
from .decoding import check_size, decode, dict_of, list_of, parse_json, refuse, text_of
from .pictures import PNG_MARK, card_in

CARD: Final = "card.json"
_EMBEDDED: Final = "embeded://"  # The format spells it so.


class CardFile(NamedTuple):
    """A card's JSON, and its picture in PNG; empty if it has none."""

    value: dict[str, Any]
    picture: bytes


class Persona(NamedTuple):
    """What a card tells of a character, whatever its version."""

    name: str
    description: str
    personality: str
    scenario: str
    greeting: str
    alternate_greetings: tuple[str, ...]
    example_messages: str
    instructions: str
    tags: tuple[str, ...]


def read_card_file(data: bytes) -> CardFile:
    """Read an uploaded card.

    Raises:
        InvalidInput: It is none, is damaged, or would take too much memory.
    """
    check_size(len(data))
    if data.startswith(PNG_MARK):
        return CardFile(card_in(data)[0], data)
    if data.startswith(ZIP_MARK):
        return _packed(data)
    return CardFile(_checked(parse_json(decode(data))), b"")


def persona_of(value: Mapping[str, Any]) -> Persona:
    """Return what a card tells of its character."""
    card = dict_of(value.get("data")) or dict(value)
    rules = (text_of(card.get(key)) for key in _INSTRUCTIONS)
    return Persona(
        name=_first(card, "name", "char_name").strip(),
        description=_first(card, "description", "char_persona"),
        personality=text_of(card.get("personality")),
        scenario=_first(card, "scenario", "world_scenario"),
        greeting=_first(card, "first_mes", "char_greeting"),
        alternate_greetings=_texts(card.get("alternate_greetings")),
        example_messages=_first(card, "mes_example", "example_dialogue"),
        instructions="\n\n".join(one.strip() for one in rules if one.strip()),
        tags=_texts(card.get("tags")),
    )


_INSTRUCTIONS: Final = ("system_prompt", "post_history_instructions")


def _first(card: Mapping[str, Any], *names: str) -> str:
    return next((told for one in names if (told := text_of(card.get(one)))), "")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(told for one in list_of(value) if (told := text_of(one)).strip())


def _checked(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or not is_card(value):
        raise refuse("is no character card.")
    return value


def _packed(data: bytes) -> CardFile:
    """Read a CHARX: its card, then the picture that the card names."""
    cards = _members(data, CARD)
    if not cards:
        raise refuse(f"is an archive without {CARD}, so it is no CHARX.")
    value = _checked(parse_json(decode(cards[0])))
    icon = _icon(value)
    found = _members(data, icon) if icon else []
    picture = found[0] if found else b""
    return CardFile(value, picture if picture.startswith(PNG_MARK) else b"")


def _members(data: bytes, name: str) -> list[bytes]:
    """Return the one file of a name, unpacked; nothing else is."""
    wanted = PurePath(name)
    found = []
    for member in members(BytesIO(data), lambda path: path == wanted):
        if member.fault:
            raise refuse(f"has a {name} that {member.fault}.")
        found.append(member.data)
    return found


def _icon(value: Mapping[str, Any]) -> str:
    """Return the name of the main picture in the archive; empty if there is none."""
    assets = map(dict_of, list_of(dict_of(value.get("data")).get("assets")))
    icons = [one for one in assets if one.get("type") == "icon"]
    icons.sort(key=lambda one: one.get("name") != "main")
    for one in icons:
        uri = text_of(one.get("uri"))
        if uri.startswith(_EMBEDDED):
            return uri.removeprefix(_EMBEDDED)
    return ""
