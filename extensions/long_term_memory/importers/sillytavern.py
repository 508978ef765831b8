"""Chats of SillyTavern: JSON lines, alone or in a group, of all its versions.

Owns: the header, messages, what is hidden, who was there.
Knows nothing of: files on disk, engines.

The current version of a message is in `mes`; its other swipes are not taken. Macros
that stand unexpanded in a text are expanded, as SillyTavern does when it sends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..core.types import Role, Window, WindowMessage
from .dates import read_date
from .decoding import Lines, dict_of, few, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, shared_id
from .speech import expand, spoken

HOST = "sillytavern"
GROUP_CHATS = "group chats"
GROUPS = "groups"

# What the program itself says, in no voice of the story.
_NO_STORY = {
    *("comment", "help", "generic", "welcome", "slash_commands", "formatting"),
    *("hotkeys", "macros", "empty", "welcome_prompt", "assistant_note"),
}
_UNKNOWN = {"", "unused"}
# Programs that write a chat anew put the time of that into all of its lines.
_SAME_TIME_MS = 60_000


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


def is_line(value: object) -> bool:
    """Say whether a line is one of a chat file."""
    return is_header(value) or is_message(value)


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
    text: str, path: PurePath, wishes: ImportOptions, groups: Sequence[Group] = ()
) -> FileContent:
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
    strangers = 0
    read = Lines(text)
    for value in read:
        if is_header(value) and not header and not lines:
            header = value
        elif is_message(value):
            lines.append(value)
        else:
            strangers += 1
    warnings = [*few(read.faults)]
    if strangers:
        warnings.append(f"{strangers} lines are no messages")
    if not lines:
        raise refuse("; ".join(["holds no message", *warnings]) + ".")
    you = _first_known(header.get("user_name"), _most_common(lines, user=True))
    members = _members(header, lines, path, wishes, groups)
    if _are_written_anew(header, lines):
        lines = [{**line, "send_date": None} for line in lines]
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
    return FileContent(format=kind, chats=(chat,), warnings=tuple(warnings))


def _are_written_anew(
    header: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> bool:
    """Say whether a chat's times are those of its export, as CAI Tools writes them."""
    made, times = header.get("create_date"), [one.get("send_date") for one in lines]
    return isinstance(made, int) and all(
        isinstance(at, int) and abs(at - made) < _SAME_TIME_MS for at in times
    )


def _members(
    header: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    path: PurePath,
    wishes: ImportOptions,
    groups: Sequence[Group],
) -> tuple[str, ...]:
    """Return in whose banks a chat belongs."""
    speakers = _speakers(lines)
    group = next((one for one in groups if path.stem in one.chats), None)
    in_group = group is not None or path.parent.name == GROUP_CHATS
    if in_group or _has_members(lines):
        known = _named_as_they_speak(group.members, lines) if group else ()
        members = tuple(dict.fromkeys([*speakers, *known]))
        if not members and not wishes.character:
            raise refuse("is a group chat in which no character speaks. Name one.")
        return members or (wishes.character,)
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
    messages: list[WindowMessage] = []
    for number, line in enumerate(lines):
        if line.get("is_system") and _type(line) in _NO_STORY:
            continue
        role = _role(line)
        name = you if role == "user" else text_of(line.get("name"))
        content = expand(
            line["mes"], user=you, character=name if together else members[0]
        )
        content = spoken(content) if role == "assistant" else content.strip()
        if not content:
            continue
        messages.append(
            WindowMessage(
                role=role,
                content=content,
                name=text_of(line.get("name")) or name,
                said_at=read_date(line.get("send_date")),
                hidden=bool(line.get("is_system")),
                present=present,
                message_id=shared_id(HOST, chat, number, role, content)
                if together
                else "",
            )
        )
    return Window(messages=tuple(messages), complete=True)


def _role(line: Mapping[str, Any]) -> Role:
    if line.get("is_user"):
        return "user"
    return "system" if _type(line) == "narrator" else "assistant"


def _type(line: Mapping[str, Any]) -> str:
    return text_of(dict_of(line.get("extra")).get("type"))
