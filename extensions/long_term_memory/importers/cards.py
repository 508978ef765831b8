"""Character cards: pictures and JSON, versions 1 to 3.

Owns: PNG chunks, the versions of a card, lorebook entries as notes.
Knows nothing of: files on disk, engines.

A card's persona is the host's: it sends that itself, so it becomes a note only on
request. Lorebook entries become notes, which are recalled when they fit.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from ..engine.memories import MAX_NOTE_CHARS
from .found import Found, FoundNote, Wishes
from .reading import dict_of, list_of, parse_json, refuse, text_of
from .sillytavern import expand

PNG_MARK = b"\x89PNG\r\n\x1a\n"
# The first that is there wins.
_KEYWORDS = ("ccv3", "chara")
_PERSONA = ("description", "personality", "scenario", "char_persona", "world_scenario")


class _Chunk(NamedTuple):
    """A PNG chunk; `sound` is False if its checksum is wrong."""

    kind: bytes
    data: bytes
    sound: bool


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


def read_picture(data: bytes, wishes: Wishes) -> Found:
    """Read the card in a PNG picture.

    Raises:
        InvalidInput: The picture has none, or it is damaged.
    """
    found: dict[str, _Chunk] = {}
    for chunk in _chunks(data):
        keyword, _, _ = chunk.data.partition(b"\0")
        name = keyword.decode("latin-1").lower()
        if chunk.kind == b"tEXt" and name in _KEYWORDS:
            found.setdefault(name, chunk)
    if not found:
        raise refuse("is a picture without a character card in it.")
    faults: list[str] = []
    for name in _KEYWORDS:
        if name not in found:
            continue
        value = _embedded(found[name])
        if value is not None:
            read = read_card(value, wishes)
            return Found(
                format="character card (PNG)",
                notes=read.notes,
                warnings=(*faults, *read.warnings),
            )
        faults.append(f"the card's part {name!r} is damaged")
    raise refuse("is a picture whose character card is damaged. Take the original.")


def read_card(value: Mapping[str, Any], wishes: Wishes) -> Found:
    """Read a card's JSON.

    Raises:
        InvalidInput: It names nobody.
    """
    card = dict_of(value.get("data")) or dict(value)
    name = text_of(card.get("name")) or text_of(card.get("char_name"))
    character = wishes.character or name.strip()
    if not character:
        raise refuse("is a character card without a name. Name the character.")
    notes: dict[str, FoundNote] = {}
    disabled = long = 0
    book = dict_of(card.get("character_book"))
    for entry in _entries(book):
        if entry.get("enabled") is False or entry.get("disable") is True:
            disabled += 1
            continue
        content = _note(entry, name or character, wishes.your_name)
        long += len(content) > MAX_NOTE_CHARS
        _add(notes, character, content)
    if wishes.persona:
        for field in _PERSONA:
            text = text_of(card.get(field))
            _add(notes, character, _expanded(text, name or character, wishes))
    warnings = []
    if disabled:
        warnings.append(f"{disabled} lorebook entries are switched off")
    if long:
        warnings.append(f"{long} entries are longer than {MAX_NOTE_CHARS:,} characters")
    if not notes and not disabled:
        warnings.append("it has no lorebook; its persona is the host's to send")
    return Found(
        format="character card",
        notes=tuple(notes.values()),
        warnings=tuple(warnings),
    )


def _expanded(text: str, name: str, wishes: Wishes) -> str:
    return expand(text, user=wishes.your_name, character=name).strip()


def _entries(book: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a lorebook's entries; some programs write them as an object."""
    entries = book.get("entries")
    listed = list(entries.values()) if isinstance(entries, dict) else list_of(entries)
    return [entry for entry in listed if isinstance(entry, dict)]


def _note(entry: Mapping[str, Any], character: str, you: str) -> str:
    """Return an entry as a note; what it is about stands before it, if it is short."""
    content = expand(
        text_of(entry.get("content")), user=you, character=character
    ).strip()
    keys = [text_of(key) for key in list_of(entry.get("keys") or entry.get("key"))]
    title = text_of(entry.get("name")) or text_of(entry.get("comment"))
    title = (title or ", ".join(filter(None, keys))).strip()
    if not content or not title or title.casefold() in content.casefold():
        return content
    return f"{title}: {content}"


def _add(notes: dict[str, FoundNote], character: str, content: str) -> None:
    if not content or len(content) > MAX_NOTE_CHARS:
        return
    text = f"{character}\0{content}".encode("utf-8", "surrogatepass")
    key = "card-" + blake2b(text, digest_size=12).hexdigest()
    notes[key] = FoundNote(character=character, key=key, content=content)


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Yield a PNG's chunks up to where it breaks off."""
    at = len(PNG_MARK)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(data):
            # Cut off, or a length that lies: what is there may still be whole.
            yield _Chunk(data[at + 4 : at + 8], data[at + 8 :], sound=False)
            return
        told = int.from_bytes(data[end : end + 4], "big")
        sound = crc32(data[at + 4 : end]) == told
        yield _Chunk(data[at + 4 : at + 8], data[at + 8 : end], sound)
        at = end + 4


def _embedded(chunk: _Chunk) -> dict[str, Any] | None:
    """Return the JSON in a chunk; None if it is damaged.

    A wrong checksum alone is no damage: some editors forget to renew it. What is told
    by its base64 and its JSON is whole.
    """
    _, _, packed = chunk.data.partition(b"\0")
    try:
        value = json.loads(b64decode(packed, validate=True).decode("utf-8"))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def parse_card(text: str, wishes: Wishes) -> Found:
    """Read a card from JSON text.

    Raises:
        InvalidInput: It is no JSON, or names nobody.
    """
    return read_card(dict_of(parse_json(text)), wishes)
