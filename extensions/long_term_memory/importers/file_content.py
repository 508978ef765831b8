"""What a file holds for us, as plain things.

Owns: the shapes that every format is read into, and names and ids in them.
Knows nothing of: formats, engines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from sys import getsizeof
from typing import Any

from ..core.types import Window, WindowMessage
from .decoding import MAX_MEMORY, few, refuse
from .report import counted
from .trees import Branch, Paths

# A title is a line of a list; programs cut theirs at about that.
MAX_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the one who imports says about all files.

    Attributes:
        user: Whose memory it becomes.
        character: The character, whatever the files say; empty takes theirs.
        your_name: What the user is called where a file does not tell.
        persona: Take a card's persona text as notes, too; hosts send it anyway.
    """

    user: str = "default"
    character: str = ""
    your_name: str = "You"
    persona: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChat:
    """A chat as a host wrote it down.

    Attributes:
        host: The host's name as its live chats carry it, so that both align.
        name: The host's name of the chat.
        characters: In whose banks it belongs: one, or all members of a group.
        forked_from: The host's name of the chat it branched from, if it tells.
    """

    host: str
    name: str
    characters: tuple[str, ...]
    window: Window
    forked_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNote:
    """A note; its key follows from what it is, so that it comes only once."""

    character: str
    key: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """All that one file holds.

    Attributes:
        format: What kind of file it is, for people.
        settings: The predecessor's settings by name, if it is its settings file.
        warnings: What was left out, or read with a doubt.
    """

    format: str
    chats: tuple[FoundChat, ...] = ()
    notes: tuple[FoundNote, ...] = ()
    settings: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()


class Whole:
    """What an archive holds, put together file by file.

    Attributes:
        faults: What could not be read, a line for each.
        full: It holds as much as is read at once.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.faults: list[str] = []
        self.full = False
        self._found: list[FileContent] = []
        self._size = 0

    def add(self, found: FileContent) -> None:
        """Take what one file holds."""
        self._found.append(found)
        self._size += sum(
            getsizeof(one.content)
            for chat in found.chats
            for one in chat.window.messages
        )
        if self._size > MAX_MEMORY // 2 and not self.full:
            self.full = True
            self.faults.append("the rest is left out: unpack it, and name the folder")

    def found(self) -> FileContent:
        """Return all of it.

        Raises:
            InvalidInput: It is nothing.
        """
        if not self._found:
            first = f": {self.faults[0]}" if self.faults else ""
            raise refuse(f"is an archive in which nothing is known{first}.")
        formats = dict.fromkeys(one.format for one in self._found)
        warnings = [words for one in self._found for words in one.warnings]
        return FileContent(
            format=f"archive: {', '.join(formats)}",
            chats=tuple(chat for one in self._found for chat in one.chats),
            notes=tuple(note for one in self._found for note in one.notes),
            warnings=(*few(warnings), *few(self.faults)),
        )


def without_future(found: FileContent, latest: datetime) -> FileContent:
    """Take times later than one for unknown, and tell of them."""
    count = 0
    chats = []
    for chat in found.chats:
        late = [
            one.said_at is not None and one.said_at > latest
            for one in chat.window.messages
        ]
        count += sum(late)
        messages = tuple(
            one._replace(said_at=None) if is_late else one
            for one, is_late in zip(chat.window.messages, late, strict=True)
        )
        window = replace(chat.window, messages=messages)
        chats.append(replace(chat, window=window) if any(late) else chat)
    if not count:
        return found
    words = f"{counted(count, 'time')} in the future, taken for unknown"
    return replace(found, chats=tuple(chats), warnings=(*found.warnings, words))


def titled(title: object, told: str) -> str:
    """Return a chat's name out of its title and id: readable, and no other's.

    Args:
        title: What the program calls it, if that is a text.
        told: Its id, or what else tells it from others.
    """
    short = title.strip()[:MAX_TITLE] if isinstance(title, str) else ""
    return f"{short} ({_mark(told)})" if short else _mark(told)


def several(
    host: str,
    name: str,
    character: str,
    paths: Paths,
    read: Callable[[Branch], Sequence[WindowMessage]],
) -> list[FoundChat]:
    """Return the path of a tree that is shown as a chat, and its branches as others."""
    found = []
    for branch in (paths.shown, *paths.branches):
        is_shown = branch is paths.shown
        messages = tuple(read(branch))
        if messages:
            found.append(
                FoundChat(
                    host=host,
                    name=name if is_shown else f"{name} / {_mark(branch.key)}",
                    characters=(character,),
                    window=Window(messages=messages, complete=True),
                    forked_from=None if is_shown else name,
                )
            )
    return found


def _mark(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def shared_id(host: str, chat: str, number: int, role: str, content: str) -> str:
    """Return the id that a group's message has in the banks of all its members."""
    text = "\0".join((host, chat, str(number), role, content))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
