"""Lorebooks, also called world info and memory books, of many programs.

Owns: how their entries are written, and entries as notes.
Knows nothing of: cards, files on disk, engines.

    SillyTavern     {"entries": {"0": {"key": [], "comment", "content", "disable"}}}
    cards, V3       {"spec": "lorebook_v3", "data": {"entries": [{"keys": [], …}]}}
    RisuAI          {"type": "risu", "data": [{"key": "a, b", "comment", "content"}]}
    Agnai           {"kind": "memory", "entries": [{"keywords": [], "entry", "name"}]}
    NovelAI         {"lorebookVersion": 1, "entries": [{"displayName", "text", …}]}
    KoboldCpp       [{"key": "a, b", "content", "comment"}], in a saved story
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from ..engine.memories import MAX_NOTE_CHARS
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundNote, ImportOptions
from .speech import expand

_CONTENTS = ("content", "entry", "text")
_TITLES = ("name", "comment", "displayName")
_KEYS = ("keys", "key", "keywords")


@dataclass(slots=True, kw_only=True)
class Notes:
    """Notes on their way, each once, and what was left out.

    Attributes:
        character: Whose they become.
        name: What the character is called in the texts.
        you: What the user is called in them.
    """

    character: str
    name: str
    you: str
    found: dict[str, FoundNote] = field(default_factory=dict)
    off: int = 0
    long: int = 0

    def add_entries(self, entries: Iterable[object]) -> None:
        """Take the entries of a lorebook that are switched on."""
        for entry in entries:
            if not isinstance(entry, dict) or entry.get("mode") == "folder":
                continue
            if _is_off(entry):
                self.off += 1
            else:
                self.add(_content(entry), _title(entry))

    def add(self, text: str, title: str = "") -> None:
        """Take a text; what it is about stands before it, if it does not say so."""
        content = expand(text, user=self.you, character=self.name).strip()
        if content and title and title.casefold() not in content.casefold():
            content = f"{title}: {content}"
        if len(content) > MAX_NOTE_CHARS:
            self.long += 1
        elif content:
            key = _key(self.character, content)
            note = FoundNote(character=self.character, key=key, content=content)
            self.found[key] = note

    @property
    def warnings(self) -> list[str]:
        """What was left out, in words."""
        told = []
        if self.off:
            told.append(f"{self.off} lorebook entries are switched off")
        if self.long:
            told.append(
                f"{self.long} entries are longer than {MAX_NOTE_CHARS:,} characters"
            )
        return told


def is_lorebook(value: object) -> bool:
    """Say whether a JSON value is a lorebook that stands alone."""
    if not isinstance(value, dict):
        return False
    if value.get("type") == "risu":
        return isinstance(value.get("data"), list)
    if text_of(value.get("spec")).startswith("lorebook"):
        return isinstance(value.get("data"), dict)
    entries = entries_of(value)
    return bool(entries) and all(
        isinstance(entry, dict) and any(name in entry for name in _CONTENTS)
        for entry in entries[:20]
    )


def read_lorebook(value: Mapping[str, Any], wishes: ImportOptions) -> FileContent:
    """Read a lorebook that stands alone.

    Raises:
        InvalidInput: Nobody said whose notes its entries become.
    """
    if not wishes.character:
        raise refuse(
            "is a lorebook, which is no character's. Name the character whose notes "
            "its entries become."
        )
    notes = Notes(
        character=wishes.character, name=wishes.character, you=wishes.your_name
    )
    inner = value.get("data")
    notes.add_entries(
        inner if isinstance(inner, list) else entries_of(dict_of(inner) or value)
    )
    return FileContent(
        format="lorebook",
        notes=tuple(notes.found.values()),
        warnings=tuple(notes.warnings),
    )


def entries_of(book: Mapping[str, Any]) -> list[Any]:
    """Return a lorebook's entries; some programs write them as an object."""
    entries = book.get("entries")
    return list(entries.values()) if isinstance(entries, dict) else list_of(entries)


def _is_off(entry: Mapping[str, Any]) -> bool:
    return (
        entry.get("enabled") is False
        or entry.get("disable") is True
        or entry.get("widisabled") is True
    )


def _content(entry: Mapping[str, Any]) -> str:
    return next(filter(None, (text_of(entry.get(name)) for name in _CONTENTS)), "")


def _title(entry: Mapping[str, Any]) -> str:
    """Return what an entry is about: its name, else the words that call it up."""
    for name in _TITLES:
        if title := text_of(entry.get(name)).strip():
            return title
    for name in _KEYS:
        keys = entry.get(name)
        listed = [keys] if isinstance(keys, str) else list_of(keys)
        if words := [text_of(key).strip() for key in listed if text_of(key).strip()]:
            return ", ".join(words)
    return ""


def _key(character: str, content: str) -> str:
    text = f"{character}\0{content}".encode("utf-8", "surrogatepass")
    return "card-" + blake2b(text, digest_size=12).hexdigest()
