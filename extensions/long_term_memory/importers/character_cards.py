"""Character cards as JSON, versions 1 to 3.

Owns: the versions of a card, its lorebook and persona as notes.
Knows nothing of: pictures, files on disk, engines.

A card's persona is the host's: it sends that itself, so it becomes a note only on
request. Lorebook entries become notes, which are recalled when they fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .decoding import dict_of, refuse, text_of
from .file_content import FileContent, ImportOptions
from .lorebooks import Notes, entries_of

_PERSONA = ("description", "personality", "scenario", "char_persona", "world_scenario")


def is_card(value: object) -> bool:
    """Say whether a JSON value is a character card."""
    if not isinstance(value, dict):
        return False
    if text_of(value.get("spec")).startswith("chara_card"):
        return isinstance(value.get("data"), dict)
    named = bool({"name", "char_name"} & value.keys())
    return named and bool(
        {"first_mes", "mes_example", "personality", "char_persona", "char_greeting"}
        & value.keys()
    )


def read_card(value: Mapping[str, Any], wishes: ImportOptions) -> FileContent:
    """Read a card's JSON.

    Raises:
        InvalidInput: It names nobody.
    """
    card = dict_of(value.get("data")) or dict(value)
    name = (text_of(card.get("name")) or text_of(card.get("char_name"))).strip()
    character = wishes.character or name
    if not character:
        raise refuse("is a character card without a name. Name the character.")
    notes = Notes(character=character, name=name or character, you=wishes.your_name)
    notes.add_entries(entries_of(dict_of(card.get("character_book"))))
    if wishes.persona:
        for field in _PERSONA:
            notes.add(text_of(card.get(field)))
    warnings = notes.warnings
    if not notes.found and not notes.off:
        warnings.append("it has no lorebook; its persona is the host's to send")
    return FileContent(
        format="character card",
        notes=tuple(notes.found.values()),
        warnings=tuple(warnings),
    )
