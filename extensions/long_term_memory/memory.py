"""The engine as a library: a memory for your own program in ten lines.

Owns: a small, typed face of the engine that stays as it is.
Knows nothing of: hosts, networks.

Example:
    from long_term_memory.memory import Memory

    with Memory("my_memories") as memory:
        mia = memory.character("Mia")
        chat = mia.chat("first evening")
        chat.observe([{"role": "user", "content": "My cat is called Pickle."}])
        print(chat.compose("What is my cat called?").text)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

from .build import build_engine
from .config import Settings, from_mapping
from .core.forgetting.planner import ForgetPlan
from .core.forgetting.target import ForgetTarget
from .core.prompt.budget import split_tokens
from .core.types import (
    Context,
    MemoryItem,
    MemoryKind,
    Recalled,
    Scope,
    Window,
    WindowMessage,
)
from .engine.asking import query_in
from .engine.bank import Bank
from .engine.chat import Chat
from .engine.compose import Request
from .engine.engine import Engine
from .engine.finding import find
from .errors import ConfigError, InvalidInput
from .memory_values import (
    API_HOST,
    ChatEntry,
    ChatMessage,
    EntryKind,
    ForgetResult,
    MemoryEntry,
    ObserveResult,
    PromptBlocks,
    RecalledEntry,
    Shown,
    message_of,
)
from .models.tokens import estimate_tokens

__all__ = ["CharacterMemory", "ChatMemory", "Memory"]

DEFAULT_USER = "default"
"""Whose memory it is where nobody is named; the server and the command line agree."""


class Memory:
    """The memories of all characters in one folder.

    Safe to use from any thread. Nothing is downloaded, and no model is loaded before
    something is to be compared by its meaning.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        settings: Settings | Mapping[str, object] | None = None,
        user_name: str = "User",
    ) -> None:
        """Open a folder; it is made when something is stored.

        Args:
            folder: Where the memories lie. The same folder may be open in a server or
                another program at the same time.
            settings: Settings by their names, such as `{"num_memories_to_fetch": 5}`;
                what is not named has its default.
            user_name: What the user is called in the prompt.

        Raises:
            ConfigError: A setting is not known or has a wrong value; all are named.
        """
        self._engine = build_engine(_settings(settings), Path(folder))
        self._user_name = user_name

    def __enter__(self) -> Self:
        """Return the memory itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def character(self, name: str, *, user: str = DEFAULT_USER) -> CharacterMemory:
        """Return the memory that a character has of a user.

        Args:
            name: The character's name; however it is written, it is one memory.
            user: Whose memory it is.

        Raises:
            InvalidInput: The character has no name.
        """
        if not name.strip():
            raise InvalidInput("A character needs a name.", field="name")
        scope = self._engine.named(Scope(user=user, character=name))
        return CharacterMemory(self._engine, scope, self._user_name)

    def characters(self, *, user: str = DEFAULT_USER) -> list[str]:
        """Name the characters that have a memory of a user."""
        scopes = self._engine.scopes()
        return sorted(one.character for one in scopes if one.user == user)

    def close(self) -> None:
        """Finish what is under way and let go of the files."""
        self._engine.close()


class CharacterMemory:
    """What one character remembers of one user."""

    def __init__(self, engine: Engine, scope: Scope, user_name: str) -> None:
        """Work on the bank of a scope; `Memory.character` makes it."""
        self._engine = engine
        self._scope = scope
        self._user_name = user_name

    @property
    def name(self) -> str:
        """What the character is called."""
        return self._scope.character

    def _bank(self) -> Bank:
        # Asked each time, for a bank that was not used for long is closed meanwhile.
        return self._engine.bank(self._scope)

    def chat(self, name: str) -> ChatMemory:
        """Name a chat; it is stored once it shows a message.

        Raises:
            InvalidInput: The chat has no name.
        """
        if not name.strip():
            raise InvalidInput("A chat needs a name.", field="name")
        return ChatMemory(self._engine, self._scope, name, self._user_name)

    def chats(self) -> list[ChatEntry]:
        """Return the chats with this character, the one seen last first."""
        return [
            ChatEntry(
                id=one.id, title=one.title, messages=one.messages, seen_at=one.seen_at
            )
            for one in self._bank().chats()
        ]

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind, best first, as a new chat would.

        Args:
            text: The message.
            limit: How many at the most.
        """
        return _recalled(self._bank().chat("", host=API_HOST), text, limit)

    def search(
        self, words: str, *, limit: int = 50, in_sight: bool = False
    ) -> list[MemoryEntry]:
        """Return memories with words that begin as all of these, newest first.

        Args:
            words: The words.
            limit: How many at the most.
            in_sight: Only what a new chat may recall, as whatever a model gets to see.
        """
        bank = self._bank()
        found = find(bank, words, limit=limit, meaning=False, in_sight=in_sight)
        return [_entry(one.memory) for one in found.hits]

    def entries(
        self,
        *,
        kind: EntryKind | None = None,
        deleted: bool = False,
        limit: int = 50,
    ) -> list[MemoryEntry]:
        """Return what is remembered: notes, summaries, messages, each newest first.

        Args:
            kind: Only this kind; None for all.
            deleted: Those that were taken out by hand instead of the others.
            limit: How many at the most.

        Raises:
            InvalidInput: There is no such kind.
        """
        if kind not in (None, *get_args(EntryKind)):
            kinds = ", ".join(get_args(EntryKind))
            raise InvalidInput(f"A memory's kind is one of {kinds}.", field="kind")
        wanted = None if kind is None else MemoryKind(kind)
        found = self._bank().memories.list(kind=wanted, deleted=deleted, limit=limit)
        return [*map(_entry, found)]

    def get(self, entry_id: str) -> MemoryEntry:
        """Return one memory, deleted or not.

        Raises:
            NotFound: No memory has this id.
        """
        return _entry(self._bank().memories.get(entry_id))

    def note(self, text: str, *, pinned: bool = False) -> MemoryEntry:
        """Write down what is to be known; pinned, it stands in every prompt.

        Raises:
            InvalidInput: It is empty or too long.
        """
        return _entry(self._bank().memories.add(text, pinned=pinned))

    def edit(self, entry_id: str, text: str) -> MemoryEntry:
        """Correct a memory; what was said stays in the log.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: The text is empty or too long.
        """
        return _entry(self._bank().memories.update(entry_id, content=text))

    def pin(self, entry_id: str, pinned: bool = True) -> MemoryEntry:
        """Put a memory into every prompt, or no longer.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is a summary, which stands there by itself.
        """
        return _entry(self._bank().memories.pin(entry_id, pinned))

    def delete(self, entry_id: str) -> None:
        """Take a memory out of recall; `restore` brings it back.

        Raises:
            NotFound: No memory has this id.
        """
        self._bank().memories.delete(entry_id)

    def restore(self, entry_id: str) -> MemoryEntry:
        """Bring a deleted memory back.

        Raises:
            NotFound: No memory has this id.
        """
        return _entry(self._bank().memories.restore(entry_id))

    def forget(
        self,
        *entry_ids: str,
        chat: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        person: str = "",
        everything: bool = False,
        preview: bool = False,
    ) -> ForgetResult:
        """Remove memories for good, with what rests on them and their copies.

        Args:
            entry_ids: Memories by id.
            chat: A chat by its id, as a whole or, with a span, what was said then.
            since: Only what was said then or later; aware.
            until: Only what was said before; aware.
            person: Only what somebody called so said, as in a group.
            everything: All that is remembered.
            preview: Only say what would go.

        Raises:
            InvalidInput: Nothing is named, or a time has no zone.
            NotFound: There is no such memory or chat.
            StoreError: Nothing was forgotten, unless the message says otherwise.
        """
        for name, time in (("since", since), ("until", until)):
            if time is not None and time.tzinfo is None:
                raise InvalidInput("A time needs its zone.", field=name)
        if not (entry_ids or chat or since or until or person or everything):
            raise InvalidInput(
                "Name what to forget: ids, a chat, a span of time, a person, or "
                "everything."
            )
        target = ForgetTarget(
            memories=entry_ids,
            chats=(chat,) if chat else (),
            since=since,
            until=until,
            names=(person,) if person else (),
            everything=everything,
        )
        forgetting = self._engine.forgetting(self._scope)
        plan = forgetting.plan(target) if preview else forgetting.forget(target)
        return _forgotten(plan, done=not preview)

    def settle(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until all can be found by its meaning; return whether it can.

        Without waiting it is found by its words at once, and by its meaning soon after.
        """
        return self._bank().settle(timeout_seconds)


class ChatMemory:
    """One chat with a character."""

    def __init__(self, engine: Engine, scope: Scope, name: str, user_name: str) -> None:
        """Name a chat; `CharacterMemory.chat` makes it."""
        self._engine = engine
        self._scope = scope
        self._name = name
        self._user_name = user_name

    def _chat(self) -> Chat:
        return self._engine.bank(self._scope).chat(self._name, host=API_HOST)

    def observe(
        self, messages: Sequence[Shown], *, complete: bool = True, draft: bool = False
    ) -> ObserveResult:
        """Show the chat as it stands; durable when this returns.

        Edits, swipes and deletions are found by comparing; show the chat again after
        each turn.

        Args:
            messages: Oldest first, as `ChatMessage` or as mappings with its names, such
                as `{"role": "user", "content": "Hello"}`.
            complete: Whether this is the whole chat; otherwise its last messages.
            draft: The last message is a reply that may still be replaced.

        Raises:
            InvalidInput: A message has no role or text, or something unknown.
            StoreError: It could not be stored; nothing was half written.
        """
        shown = tuple(map(_window_message, messages))
        chat = self._chat()
        window = Window(
            messages=shown,
            complete=complete,
            open_ended=draft,
            just_said=bool(shown) and shown[-1].role == "user",
        )
        found = chat.observe(window)
        return ObserveResult(
            added=found.added, removed=found.removed, length=found.path_length
        )

    def compose(
        self, text: str, *, tokens: int = 1000, visible: int = 0
    ) -> PromptBlocks:
        """Return what to put into the prompt for a message.

        Args:
            text: The message that is about to be answered.
            tokens: Most tokens for both blocks: at most a third each for what is pinned
                and for the story so far, the rest for what comes to mind.
            visible: How many of the last messages the prompt holds anyway; they are
                not repeated.
        """
        chat = self._chat()
        settings = self._engine.settings
        story = settings.summaries.story_tokens
        rooms = split_tokens(tokens, settings.prompt, story)
        context = chat.compose(
            Request(
                query=query_in(chat, text, visible=visible),
                user_name=self._user_name,
                character_name=self._scope.character,
                head_tokens=rooms.head,
                summary_tokens=rooms.summary,
                recall_tokens=rooms.recall,
                count=estimate_tokens,
            )
        )
        return _blocks(context)

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind in this chat, best first.

        Args:
            text: The message.
            limit: How many at the most.
        """
        return _recalled(self._chat(), text, limit)

    def messages(self) -> list[ChatMessage]:
        """Return the chat as memory knows it, oldest first."""
        return [
            ChatMessage(
                role=place.message.role,
                content=place.message.content,
                name=place.message.name,
                id=place.host_id,
                said_at=place.message.said_at,
                present=place.message.present,
            )
            for place in self._chat().path()
            if not place.hidden
        ]


def _settings(given: Settings | Mapping[str, object] | None) -> Settings:
    if isinstance(given, Settings):
        return given
    settings, problems = from_mapping(given or {})
    if problems:
        raise ConfigError("\n".join(problems))
    return settings


def _window_message(shown: Shown) -> WindowMessage:
    message = message_of(shown)
    return WindowMessage(
        role=message.role,
        content=message.content,
        name=message.name,
        said_at=message.said_at,
        host_id=message.id,
        present=tuple(message.present),
    )


def _recalled(chat: Chat, text: str, limit: int) -> list[RecalledEntry]:
    if limit < 1:
        raise InvalidInput("A limit is at least 1.", field="limit")
    query = query_in(chat, text, limit=limit, gated=False)
    return [*map(_recalled_entry, chat.recall(query))]


def _entry(memory: MemoryItem) -> MemoryEntry:
    return MemoryEntry(
        id=memory.id,
        kind=memory.kind.value,
        text=memory.content,
        created_at=memory.created_at,
        name=memory.name,
        role=memory.role,
        said_at=memory.happened_at,
        chat=memory.chat,
        pinned=memory.pinned,
        edited=memory.edited,
        deleted=memory.deleted,
    )


def _recalled_entry(found: Recalled) -> RecalledEntry:
    return RecalledEntry(
        entry=_entry(found.memory), score=found.score, chance=found.chance
    )


def _blocks(context: Context) -> PromptBlocks:
    return PromptBlocks(
        head=context.head.text,
        recall=context.recall.text,
        head_tokens=context.head.tokens,
        recall_tokens=context.recall.tokens,
        recalled=tuple(map(_recalled_entry, context.recall.items)),
        intent=context.intent,
        needed=context.needed,
        note=context.note,
    )


def _forgotten(plan: ForgetPlan, *, done: bool) -> ForgetResult:
    return ForgetResult(
        done=done,
        messages=plan.messages,
        notes=plan.notes,
        summaries=plan.summaries,
        chats=plan.chats,
        examples=() if done else plan.examples,
    )
