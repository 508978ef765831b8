"""What the engine tells of itself, as plain values.

Owns: their fields and what each means.
Knows nothing of: how they come about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..core.later import Word
from ..core.records import StoredChat
from ..core.types import MemoryItem, Recalled
from .faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How the whole is doing, for people.

    Attributes:
        data_dir: Where the memories lie.
        embedder: Name of the embedding model.
        embedder_state: "not loaded yet", "loading", "ready", or "failed".
        embedder_note: What to do if it failed, else empty.
        banks: How many banks there are on disk.
        open_banks: How many of them are open.
        due: Texts in open banks that wait for a vector.
        fault: The last thing that went wrong, None if all is well.
        unkept: Why memories are not kept at present, empty if they are.
        mended: What was found damaged and mended when banks were opened.
        notices: What was forgotten because of its age, or is going to be tomorrow.
    """

    data_dir: Path
    embedder: str
    embedder_state: str
    embedder_note: str
    banks: int
    open_banks: int
    due: int
    fault: Fault | None
    unkept: str = ""
    mended: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def never(name: str) -> bool:
    """Say that a host still knows every chat it ever named."""
    del name
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatInfo:
    """A chat, for lists and for hosts.

    Attributes:
        id: Ours.
        title: For people: the newest of its names.
        names: (host, name) pairs.
        messages: Places on its path.
        seen_at: When it was last observed.
        revision: Rises with every change of its path.
    """

    id: str
    title: str
    names: tuple[tuple[str, str], ...]
    messages: int
    created_at: datetime
    seen_at: datetime
    revision: int = 0

    @classmethod
    def of(cls, chat: StoredChat, messages: int) -> ChatInfo:
        """Tell of a chat with so many messages on its path."""
        return cls(
            id=chat.id,
            title=chat.title,
            names=chat.names,
            messages=messages,
            created_at=chat.created_at,
            seen_at=chat.seen_at,
            revision=chat.revision,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatName:
    """How a host names a chat, and what it knows about other names.

    Attributes:
        host: Which host, such as "webui".
        name: The host's name; empty for a chat that is never stored.
        forked_from: Name of the chat it branched from, if the host knows.
        gone: Whether the host no longer has a chat under an old name; then an equal
            path under a new name is that chat renamed, not a branch.
        story: Name of the storyline that it belongs to, if the host knows.
    """

    host: str
    name: str
    forked_from: str | None = None
    gone: Callable[[str], bool]
    story: str = ""


class TranscriptEntry(NamedTuple):
    """What stands at one place of a chat, with what a person decided about it.

    Attributes:
        hidden: The host keeps it out of its prompt.
    """

    memory: MemoryItem
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallResult:
    """What was found, best first.

    Attributes:
        places: By memory id, a number that rises along the chats.
        kind: What kind of message it is, which may be found out when it is asked for;
            empty if nothing was looked for. `intent` tells it.
        needed: The chance that anything told helps; of several readings, the highest.
        silent: That was too low to tell anything.
        before: By memory id, what it answers and is not understood without.
        scene: Ids of what belongs together, also if the head block tells some of it.
        lexical_only: Only words were compared, for there is no embedder yet.
        note: One line for the user if something was amiss.
    """

    found: list[Recalled] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    kind: Word = ""
    needed: float = 0.0
    silent: bool = False
    before: dict[str, MemoryItem] = field(default_factory=dict)
    scene: frozenset[str] = frozenset()
    lexical_only: bool = False
    note: str = ""

    @property
    def intent(self) -> str:
        """What kind of message it is; empty if nothing was looked for."""
        return str(self.kind)
