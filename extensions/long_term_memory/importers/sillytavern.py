"""Chats of SillyTavern: JSON lines, alone or in a group, of all its versions.

Owns: the header, messages, what is hidden, who was there.
Knows nothing of: files on disk, engines.

The current version of a message is in `mes`; its other swipes are not taken. Macros
that stand unexpanded in a text are expanded, as SillyTavern does when it sends it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePath
from typing import Any

from ..core.reasoning import without_reasoning
from ..core.types import Role, Shown, Window
from .dates import read_date
from .found import Found, FoundChat, Wishes
from .reading import dict_of, list_of, parse_lines, refuse, text_of

HOST = "sillytavern"
GROUP_CHATS = "group chats"
GROUPS = "groups"

# What the program itself says, in no voice of the story.
_NO_STORY = {
    *("comment", "help", "generic", "welcome", "slash_commands", "formatting"),
    *("hotkeys", "macros", "empty", "welcome_prompt", "assistant_note"),
}
_UNKNOWN = {"", "unused"}
_MACRO = re.compile(r"\{\{(user|char)\}\}|<(USER|BOT)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group as its own file tells it.

    Attributes:
        members: Names of all characters in it.
        chats: Names of its chats.
    """

    members: tuple[str, ...]
    chats: frozenset[str]


def is_header(value: object) -> bool:
    """Say whether a line opens a chat file."""
    return (
        isinstance(value, dict)
        and "mes" not in value
        and bool({"chat_metadata", "user_name", "character_name"} & value.keys())
    )


def is_message(value: object) -> bool:
    """Say whether a line is a message."""
    return isinstance(value, dict) and isinstance(value.get("mes"), str)


def read_group(value: Mapping[str, Any]) -> Group:
    """Read a group's own file; its members are the files of their cards."""
    members = [PurePath(text_of(one)).stem for one in list_of(value.get("members"))]
    chats = {text_of(one) for one in list_of(value.get("chats"))}
    chats.add(text_of(value.get("chat_id")))
    return Group(members=tuple(filter(None, members)), chats=frozenset(chats - {""}))


def is_group(value: object) -> bool:
    """Say whether a JSON value is a group's own file."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("members"), list)
        and ("chat_id" in value or "chats" in value)
    )


def read_chat(
    text: str, path: PurePath, wishes: Wishes, groups: Sequence[Group] = ()
) -> Found:
    """Read a chat file.

    Args:
        text: All its lines.
        path: Where it lies, which tells the chat's name.
        wishes: What the one who imports says.
        groups: The groups known, which tell who else is in a group's chat.

    Raises:
        InvalidInput: It holds no message.
    """
    header: dict[str, Any] = {}
    lines: list[dict[str, Any]] = []
    warnings: list[str] = []
    strangers = 0
    for _, value, fault in parse_lines(text):
        if fault:
            warnings.append(fault)
        elif is_header(value) and not header and not lines:
            header = value
        elif is_message(value):
            lines.append(value)
        else:
            strangers += 1
    if strangers:
        warnings.append(f"{strangers} lines are no messages")
    if not lines:
        raise refuse("; ".join(["holds no message", *warnings]) + ".")
    you = _first_known(header.get("user_name"), _most_common(lines, user=True))
    members = _members(header, lines, path, wishes, groups)
    window = _window(lines, path.stem, you or wishes.your_name, members)
    parent = text_of(dict_of(header.get("chat_metadata")).get("main_chat"))
    chat = FoundChat(
        host=HOST,
        name=path.stem,
        characters=members,
        window=window,
        forked_from=parent or None,
    )
    kind = "SillyTavern group chat" if len(members) > 1 else "SillyTavern chat"
    return Found(format=kind, chats=(chat,), warnings=tuple(warnings))


def expand(text: str, *, user: str, character: str) -> str:
    """Put the names where a text has their macros."""
    if "{{" not in text and "<" not in text:
        return text
    return _MACRO.sub(
        lambda match: user if (match[1] or match[2]).lower() == "user" else character,
        text,
    )


def _members(
    header: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    path: PurePath,
    wishes: Wishes,
    groups: Sequence[Group],
) -> tuple[str, ...]:
    """Return in whose banks a chat belongs."""
    speakers = _speakers(lines)
    group = next((one for one in groups if path.stem in one.chats), None)
    in_group = group is not None or path.parent.name == GROUP_CHATS
    if in_group or _has_members(lines):
        known = _named_as_they_speak(group.members, lines) if group else ()
        return tuple(dict.fromkeys([*speakers, *known]))
    if wishes.character:
        return (wishes.character,)
    name = _first_known(header.get("character_name"), *speakers[:1], path.parent.name)
    if not name:
        raise refuse("does not tell whose chat it is. Name the character.")
    return (name,)


def _has_members(lines: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether replies tell whose card they came from, and there are several."""
    cards = {text_of(line.get("original_avatar")) for line in lines}
    return len(cards - {""}) > 1


def _named_as_they_speak(
    members: Iterable[str], lines: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Return members by the names they speak under; else by their cards' files."""
    spoken = {
        PurePath(text_of(line.get("original_avatar"))).stem: text_of(line.get("name"))
        for line in lines
        if line.get("original_avatar") and line.get("name")
    }
    return [spoken.get(member, member) for member in members]


def _speakers(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return who speaks besides the user, the most talkative first."""
    counts = Counter(
        text_of(line.get("name"))
        for line in lines
        if _role(line) == "assistant" and not line.get("is_system")
    )
    return [name for name, _ in counts.most_common() if name not in _UNKNOWN]


def _most_common(lines: Iterable[Mapping[str, Any]], *, user: bool) -> str:
    counts = Counter(
        text_of(line.get("name")) for line in lines if bool(line.get("is_user")) == user
    )
    return counts.most_common(1)[0][0] if counts else ""


def _first_known(*names: object) -> str:
    return next((text_of(n) for n in names if text_of(n) not in _UNKNOWN), "")


def _window(
    lines: Sequence[Mapping[str, Any]],
    chat: str,
    you: str,
    members: Sequence[str],
) -> Window:
    """Translate messages; in a group each tells who heard it."""
    together = len(members) > 1
    present = (you, *members) if together else ()
    messages: list[Shown] = []
    for number, line in enumerate(lines):
        if line.get("is_system") and _type(line) in _NO_STORY:
            continue
        role = _role(line)
        name = you if role == "user" else text_of(line.get("name"))
        content = expand(
            line["mes"], user=you, character=name if together else members[0]
        ).strip()
        if role == "assistant":
            content = without_reasoning(content)
        if not content:
            continue
        messages.append(
            Shown(
                role=role,
                content=content,
                name=text_of(line.get("name")) or name,
                said_at=read_date(line.get("send_date")),
                hidden=bool(line.get("is_system")),
                present=present,
                message_id=_shared_id(chat, number, role, content) if together else "",
            )
        )
    return Window(messages=tuple(messages), complete=True)


def _role(line: Mapping[str, Any]) -> Role:
    if line.get("is_user"):
        return "user"
    return "system" if _type(line) == "narrator" else "assistant"


def _type(line: Mapping[str, Any]) -> str:
    return text_of(dict_of(line.get("extra")).get("type"))


def _shared_id(chat: str, number: int, role: str, content: str) -> str:
    """Return the id that a group's message has in the banks of all its members."""
    text = "\0".join((HOST, chat, str(number), role, content))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
