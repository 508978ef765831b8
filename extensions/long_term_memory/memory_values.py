"""What the library, the client over HTTP and the tool server take and return.

Owns: plain values and the calls that all of them have.
Knows nothing of: engines, networks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal, Protocol, get_args

from .core.types import Role
from .errors import InvalidInput

API_HOST: Final = "api"
"""Programs' own names of chats are told from those of other hosts by this word."""

EntryKind = Literal["turn", "note", "summary", "fact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message, as a program shows it to memory.

    Attributes:
        role: Who speaks, for the model.
        content: What was said.
        name: The author's name; empty if there is none.
        id: The program's own stable id of the message, if it has one. With it an edited
            message is known to be the same.
        said_at: When it was said, aware; None if that is not known.
        present: Names of those who witnessed it; empty means everyone in the chat.
    """

    role: Role
    content: str
    name: str = ""
    id: str | None = None
    said_at: datetime | None = None
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryEntry:
    """One thing that is remembered.

    Attributes:
        id: Stable; of a message, a note or a summary.
        text: What it says, as it would stand in a prompt: a correction by hand wins.
        name: Who said it; empty for notes and summaries.
        role: The speaker's role; None where nobody spoke.
        said_at: When it was said, aware UTC; None if that is not known.
        created_at: When it became known, aware UTC.
        chat: Id of the chat it was heard in; None for notes.
        pinned: Stands in every prompt.
        edited: Was corrected by hand.
        deleted: Was taken out of recall by hand, and can be restored.
    """

    id: str
    kind: EntryKind
    text: str
    created_at: datetime
    name: str = ""
    role: Role | None = None
    said_at: datetime | None = None
    chat: str | None = None
    pinned: bool = False
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledEntry:
    """A memory that a message brought to mind.

    Attributes:
        entry: The memory.
        score: The weighted sum of the signals, which ranks; comparable within one call.
        chance: How likely it is to help to answer the message, 0 … 1; None where that
            was not judged, as for pinned memories.
    """

    entry: MemoryEntry
    score: float
    chance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptBlocks:
    """What memory adds to one prompt.

    Attributes:
        head: Goes to the beginning, after the system prompt: what is pinned, and the
            story so far. It stays the same from turn to turn, for the prompt cache.
        recall: Goes just before the newest message: what this message brought to mind.
        head_tokens: Tokens of `head`.
        recall_tokens: Tokens of `recall`.
        recalled: What stands in `recall`, best first.
        intent: What kind of message it is; empty if nothing was looked for.
        needed: The chance that anything told helps to answer it, 0 … 1.
        note: One sentence if something was amiss, such as vectors that are not there
            yet; else empty.
    """

    head: str = ""
    recall: str = ""
    head_tokens: int = 0
    recall_tokens: int = 0
    recalled: tuple[RecalledEntry, ...] = ()
    intent: str = ""
    needed: float = 0.0
    note: str = ""

    @property
    def text(self) -> str:
        """Both blocks as one text, for programs with one place to put it."""
        return "\n\n".join(block for block in (self.head, self.recall) if block)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveResult:
    """What changed by showing a chat.

    Attributes:
        added: Messages that came into the chat.
        removed: Messages that left it, by a swipe, an edit or a deletion.
        length: Messages of the chat now.
    """

    added: int
    removed: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatEntry:
    """A chat with a character.

    Attributes:
        id: Its stable id; `forget` takes it.
        title: For people: the newest of its names.
        messages: How many it has now.
        seen_at: When it was last shown, aware UTC.
    """

    id: str
    title: str
    messages: int
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetResult:
    """What a forgetting takes, or would take.

    Attributes:
        done: Whether it is gone; False for a preview.
        messages: Messages, copies elsewhere included.
        notes: Notes by hand.
        summaries: Summaries that told any of it.
        chats: Titles of chats that go as a whole.
        examples: How some of the messages begin; only in a preview.
    """

    done: bool
    messages: int
    notes: int
    summaries: int
    chats: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


Shown = ChatMessage | Mapping[str, Any]
"""A message, or a mapping with the same names: what chat completions have fits."""


def message_of(shown: Shown) -> ChatMessage:
    """Read a message.

    Raises:
        InvalidInput: It has no role or text, or something unknown; `field` names it.
    """
    message = shown if isinstance(shown, ChatMessage) else _from_mapping(shown)
    if message.role not in get_args(Role):
        roles = ", ".join(get_args(Role))
        raise InvalidInput(
            f"A message's role is one of {roles}, not {message.role!r}.", field="role"
        )
    if not isinstance(message.content, str):
        raise InvalidInput("A message's content is a text.", field="content")
    if message.said_at is not None and message.said_at.tzinfo is None:
        raise InvalidInput("A message's time needs its zone.", field="said_at")
    return message


def _from_mapping(shown: Mapping[str, Any]) -> ChatMessage:
    known = {one.name for one in fields(ChatMessage)}
    if unknown := sorted(set(map(str, shown)) - known):
        raise InvalidInput(
            f"A message has no {unknown[0]!r}; it may have {', '.join(sorted(known))}."
        )
    if lacking := sorted({"role", "content"} - set(shown)):
        raise InvalidInput(f"A message lacks its {lacking[0]}.", field=lacking[0])
    return ChatMessage(**shown)


class ChatCalls(Protocol):
    """What a program does with one chat."""

    def observe(
        self, messages: Sequence[Shown], *, complete: bool = True, draft: bool = False
    ) -> ObserveResult:
        """Show the chat as it stands; durable when this returns."""
        ...

    def compose(
        self, text: str, *, tokens: int = 1000, visible: int = 0
    ) -> PromptBlocks:
        """Return what to put into the prompt for a message."""
        ...

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind, best first."""
        ...

    def messages(self) -> list[ChatMessage]:
        """Return the chat as memory knows it, oldest first."""
        ...


class CharacterCalls(Protocol):
    """What a program does with the memory of one character."""

    def chat(self, name: str) -> ChatCalls:
        """Name a chat; it is stored once it shows a message."""
        ...

    def chats(self) -> list[ChatEntry]:
        """Return the chats with this character, the one seen last first."""
        ...

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind of all chats, best first."""
        ...

    def search(
        self, words: str, *, limit: int = 50, in_sight: bool = False
    ) -> list[MemoryEntry]:
        """Return memories with words that begin as all of these, newest first."""
        ...

    def entries(
        self, *, kind: EntryKind | None = None, deleted: bool = False, limit: int = 50
    ) -> list[MemoryEntry]:
        """Return what is remembered, newest first."""
        ...

    def get(self, entry_id: str) -> MemoryEntry:
        """Return one memory."""
        ...

    def note(self, text: str, *, pinned: bool = False) -> MemoryEntry:
        """Write down what is to be known."""
        ...

    def edit(self, entry_id: str, text: str) -> MemoryEntry:
        """Correct a memory."""
        ...

    def pin(self, entry_id: str, pinned: bool = True) -> MemoryEntry:
        """Put a memory into every prompt, or no longer."""
        ...

    def delete(self, entry_id: str) -> None:
        """Take a memory out of recall."""
        ...

    def restore(self, entry_id: str) -> MemoryEntry:
        """Bring a deleted memory back."""
        ...

    def forget(
        self,
        *entry_ids: str,
        chat: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        everything: bool = False,
        preview: bool = False,
    ) -> ForgetResult:
        """Remove memories for good."""
        ...
