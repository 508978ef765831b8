"""Saved stories of KoboldCpp and KoboldAI Lite.

Owns: one stream of text back to who said what, in each of its modes.
Knows nothing of: files on disk, engines.

    {"gamestarted": true, "prompt", "actions": [text], "worldinfo": [entry],
     "savedsettings": {"opmode": 1 story, 2 adventure, 3 chat, 4 instruct,
      "chatname", "chatopponent": "A||$||B", "instruct_starttag", …}}

The text is the prompt and all actions joined: an action is what was generated in one
go, not what somebody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from ..core.types import Role, Window, WindowMessage
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, shared_id
from .lorebooks import Notes
from .speech import spoken, without_inlays
from .textgen import INSTRUCT_CHARACTER

HOST = "koboldcpp"
_ADVENTURE, _CHAT, _INSTRUCT = 2, 3, 4
_BETWEEN_NAMES = "||$||"
_ROLES: dict[str, tuple[Role, str, str]] = {
    "INPUT": ("user", "instruct_starttag", "instruct_starttag_end"),
    "OUTPUT": ("assistant", "instruct_endtag", "instruct_endtag_end"),
    "SYSTEM": ("system", "instruct_systag", "instruct_systag_end"),
}
_ACTION = re.compile(r"^> (.+)$", re.MULTILINE)


class _Said(NamedTuple):
    role: Role
    name: str
    text: str


class _Names(NamedTuple):
    """What the user is called, and the characters; empty ones are not told."""

    you: str
    characters: tuple[str, ...]


def is_story(value: object) -> bool:
    """Say whether a JSON value is a saved story."""
    told = dict_of(value)
    return (
        isinstance(told.get("actions"), list)
        and isinstance(told.get("prompt"), str)
        and bool({"gamestarted", "savedsettings", "worldinfo"} & told.keys())
    )


def read_story(
    value: Mapping[str, Any], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read a story.

    Raises:
        InvalidInput: It is empty, or nothing tells who is the character.
    """
    settings = dict_of(value.get("savedsettings"))
    actions = filter(None, map(text_of, list_of(value.get("actions"))))
    text = without_inlays("".join([text_of(value.get("prompt")), *actions]))
    mode = settings.get("opmode")
    names = _names(settings, mode, wishes)
    if not names.characters:
        raise refuse("is a story that names no character. Name who tells it.")
    messages = tuple(_shown(_told(text, mode, settings, names), path.stem, names))
    notes: dict[str, Any] = {}
    warnings: list[str] = []
    for character in names.characters:
        book = Notes(character=character, name=character, you=names.you)
        book.add_entries(list_of(value.get("worldinfo")))
        notes |= {f"{character}\0{key}": note for key, note in book.found.items()}
        warnings = book.warnings
    if not messages and not notes:
        raise refuse("is a story of KoboldCpp without a word.")
    chat = FoundChat(
        host=HOST,
        name=path.stem,
        characters=names.characters,
        window=Window(messages=messages, complete=True),
    )
    return FileContent(
        format="KoboldCpp story",
        chats=(chat,) if messages else (),
        notes=tuple(notes.values()),
        warnings=tuple(warnings),
    )


def _names(settings: Mapping[str, Any], mode: object, wishes: ImportOptions) -> _Names:
    you = text_of(settings.get("chatname")).strip() or wishes.your_name
    told = text_of(settings.get("chatopponent")).split(_BETWEEN_NAMES)
    others = tuple(dict.fromkeys(filter(None, map(str.strip, told))))
    if mode == _CHAT:
        # Whoever is named by hand is the first of those who speak.
        first = (wishes.character,) if wishes.character else others[:1]
        return _Names(you, tuple(dict.fromkeys([*first, *others[1:]])))
    default = INSTRUCT_CHARACTER if mode == _INSTRUCT else ""
    character = wishes.character or default
    return _Names(wishes.your_name, (character,) if character else ())


def _told(
    text: str, mode: object, settings: Mapping[str, Any], names: _Names
) -> Iterator[_Said]:
    if mode == _CHAT:
        return _of_chat(text, settings, names)
    if mode == _INSTRUCT:
        return _of_instruct(text, settings, names)
    if mode == _ADVENTURE:
        return _of_adventure(text, names)
    return iter([_Said("assistant", names.characters[0], text)])


def _of_chat(text: str, settings: Mapping[str, Any], names: _Names) -> Iterator[_Said]:
    """Take a text apart where a line begins with a name and a colon."""
    told = text_of(settings.get("chatopponent")).split(_BETWEEN_NAMES)
    as_written = [one.strip() for one in told if one.strip()]
    speakers = dict(zip(as_written, names.characters, strict=False)) | {
        names.you: names.you
    }
    longest_first = sorted(speakers, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    parts = re.split(rf"^({pattern}):", text, flags=re.MULTILINE)
    yield _Said("system", "", parts[0])
    for name, said in zip(parts[1::2], parts[2::2], strict=True):
        role: Role = "user" if name == names.you else "assistant"
        yield _Said(role, speakers[name], said)


def _of_instruct(
    text: str, settings: Mapping[str, Any], names: _Names
) -> Iterator[_Said]:
    """Take a text apart at its tags; what stands before the first one sets it up."""
    tags = _tags(settings)
    if not tags:
        yield _Said("assistant", names.characters[0], text)
        return
    longest_first = sorted(tags, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
    called = {"user": names.you, "assistant": names.characters[0]}
    for tag, said in zip(parts[1::2], parts[2::2], strict=True):
        role = tags[tag]
        if role in ("user", "assistant"):
            yield _Said(role, called[role], said)


def _tags(settings: Mapping[str, Any]) -> dict[str, Role]:
    """Return who speaks after which tag; after one that ends a turn, the system."""
    found: dict[str, Role] = {}
    for word, (role, start, end) in _ROLES.items():
        if settings.get("raw_instruct_tags"):
            starts = text_of(settings.get(start)).replace("\\n", "\n").strip()
            ends = text_of(settings.get(end)).replace("\\n", "\n").strip()
        else:
            starts, ends = f"{{{{[{word}]}}}}", f"{{{{[{word}_END]}}}}"
        found |= {ends: "system"} if ends else {}
        found |= {starts: role} if starts else {}
    return found


def _of_adventure(text: str, names: _Names) -> Iterator[_Said]:
    parts = _ACTION.split(text)
    yield _Said("assistant", names.characters[0], parts[0])
    for action, answer in zip(parts[1::2], parts[2::2], strict=True):
        yield _Said("user", names.you, action)
        yield _Said("assistant", names.characters[0], answer)


def _shown(told: Iterator[_Said], chat: str, names: _Names) -> Iterator[WindowMessage]:
    together = len(names.characters) > 1
    present = (names.you, *names.characters) if together else ()
    for number, one in enumerate(told):
        text = spoken(one.text) if one.role == "assistant" else one.text.strip()
        if text:
            yield WindowMessage(
                role=one.role,
                content=text,
                name=one.name,
                present=present,
                message_id=shared_id(HOST, chat, number, one.role, text)
                if together
                else "",
            )
