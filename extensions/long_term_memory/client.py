"""The calls of the library, to a server that runs: a client of `/api/ltm/v1`.

Owns: requests and answers of the calls that programs make most.
Knows nothing of: the engine. It needs httpx (the extra `client`), and no numpy.

Example:
    from long_term_memory.client import MemoryClient

    with MemoryClient("http://127.0.0.1:5100") as memory:
        chat = memory.character("Mia").chat("first evening")
        chat.observe([{"role": "user", "content": "My cat is called Pickle."}])
        print(chat.compose("What is my cat called?").text)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

import httpx

from . import errors
from .errors import InvalidInput, LtmError, NotFound, UpstreamError
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

__all__ = ["CharacterClient", "ChatClient", "MemoryClient"]

TIMEOUT_SECONDS: Final = 60.0
PAGE: Final = 500
"""Memories of one page, as many as the server gives at once."""

MOST_RECALLED: Final = 1_000


class MemoryClient:
    """The memories that a server keeps. Safe to use from any thread."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:5100",
        *,
        api_key: str = "",
        timeout_seconds: float = TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Name a server; nothing is sent yet.

        Args:
            url: Its address, without a path.
            api_key: A key of its `api_key.txt`, if it asks for one.
            timeout_seconds: Longest wait for an answer.
            transport: What carries requests; None takes the network.
        """
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/ltm/v1",
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=timeout_seconds,
            transport=transport,
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def character(self, name: str, *, user: str = "") -> CharacterClient:
        """Return the memory that a character has of a user.

        Args:
            name: The character's name.
            user: Whose memory it is, if several share the server: the owner may name
                anyone, other keys speak for themselves.

        Raises:
            InvalidInput: The character has no name.
        """
        if not name.strip():
            raise InvalidInput("A character needs a name.", field="name")
        return CharacterClient(self, name, user)

    def characters(self, *, user: str = "") -> list[str]:
        """Name the characters that have a memory of a user."""
        told = self.ask("GET", "/characters", {"user": user} if user else {})
        return sorted(one["name"] for one in told["characters"])

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Ask the server anything of `/api/ltm/v1`, and return its answer.

        Raises:
            LtmError: As the server told it, in the same class.
            UpstreamError: It did not answer, or not as this server does.
        """
        try:
            answer = self._http.request(
                method, path, params=dict(query), json=body, headers=headers
            )
        except httpx.HTTPError as error:
            raise UpstreamError(
                f"The memory server at {self._http.base_url} did not answer: {error}. "
                "Is it running? `ltm serve` starts it."
            ) from error
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise UpstreamError(
                f"{self._http.base_url} answered {answer.status_code} and no JSON: it "
                "is no memory server of this version."
            )
        if answer.is_error:
            raise _error(told, answer.status_code)
        return told

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


class CharacterClient:
    """What one character remembers of one user."""

    def __init__(self, memory: MemoryClient, name: str, user: str) -> None:
        """Name a memory; `MemoryClient.character` makes it."""
        self._memory = memory
        self._name = name
        self._query = {"character": name} | ({"user": user} if user else {})

    @property
    def name(self) -> str:
        """What the character is called."""
        return self._name

    def chat(self, name: str) -> ChatClient:
        """Name a chat; it is stored once it shows a message.

        Raises:
            InvalidInput: The chat has no name.
        """
        if not name.strip():
            raise InvalidInput("A chat needs a name.", field="name")
        return ChatClient(self, name)

    def chats(self) -> list[ChatEntry]:
        """Return the chats with this character, the one seen last first."""
        told = self.known("GET", "/chats")
        return [
            ChatEntry(
                id=one["id"],
                title=one["title"],
                messages=one["messages"],
                seen_at=datetime.fromisoformat(one["seen_at"]),
            )
            for one in told.get("chats", ())
        ]

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind, best first, as a new chat would.

        Args:
            text: The message.
            limit: How many at the most.
        """
        return self.recalled("", text, limit)

    def search(
        self, words: str, *, limit: int = 50, in_sight: bool = False
    ) -> list[MemoryEntry]:
        """Return memories with words that begin as all of these, newest first.

        Args:
            words: The words.
            limit: How many at the most.
            in_sight: Only what a new chat may recall, as whatever a model gets to see.
        """
        body = {"text": words, "mode": "words", "limit": limit, "in_sight": in_sight}
        told = self.known("POST", "/search", body=body)
        return [_entry(one["memory"]) for one in told.get("hits", ())]

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
        """
        found: list[MemoryEntry] = []
        query: dict[str, Any] = {"deleted": str(deleted).lower()}
        if kind is not None:
            query["kind"] = kind
        while len(found) < limit:
            query["limit"] = min(PAGE, limit - len(found))
            told = self.known("GET", "/memories", query=query)
            found += map(_entry, told.get("memories", ()))
            if not told.get("next"):
                break
            query["cursor"] = told["next"]
        return found

    def get(self, entry_id: str) -> MemoryEntry:
        """Return one memory, deleted or not.

        Raises:
            NotFound: No memory has this id.
        """
        return _entry(self.asked("GET", _of(entry_id)))

    def note(self, text: str, *, pinned: bool = False) -> MemoryEntry:
        """Write down what is to be known; pinned, it stands in every prompt.

        Raises:
            InvalidInput: It is empty or too long.
        """
        body = {"content": text, "pinned": pinned}
        return _entry(self.asked("POST", "/memories", body=body))

    def edit(self, entry_id: str, text: str) -> MemoryEntry:
        """Correct a memory; what was said stays in the log.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: The text is empty or too long.
        """
        return self._changed(entry_id, {"content": text})

    def pin(self, entry_id: str, pinned: bool = True) -> MemoryEntry:
        """Put a memory into every prompt, or no longer.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is a summary, which stands there by itself.
        """
        return self._changed(entry_id, {"pinned": pinned})

    def delete(self, entry_id: str) -> None:
        """Take a memory out of recall; `restore` brings it back.

        Raises:
            NotFound: No memory has this id.
        """
        self.asked("DELETE", _of(entry_id))

    def restore(self, entry_id: str) -> MemoryEntry:
        """Bring a deleted memory back.

        Raises:
            NotFound: No memory has this id.
        """
        return _entry(self.asked("POST", f"{_of(entry_id)}/restore"))

    def forget(
        self,
        *entry_ids: str,
        chat: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        everything: bool = False,
        preview: bool = False,
    ) -> ForgetResult:
        """Remove memories for good, with what rests on them and their copies.

        Args:
            entry_ids: Memories by id.
            chat: A chat by its id, as a whole or, with a span, what was said then.
            since: Only what was said then or later; aware.
            until: Only what was said before; aware.
            everything: All that is remembered.
            preview: Only say what would go.

        Raises:
            InvalidInput: Nothing is named, or a time has no zone.
            NotFound: There is no such memory or chat.
            StoreError: Nothing was forgotten, unless the message says otherwise.
        """
        body = {
            "memories": list(entry_ids),
            "chats": [chat] if chat else [],
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
            "everything": everything,
        }
        told = self.asked(
            "POST", "/forget/preview" if preview else "/forget", body=body
        )
        [plan] = told["plans"]
        return ForgetResult(
            done=not preview,
            messages=plan["messages"],
            notes=plan["notes"],
            summaries=plan["summaries"],
            chats=tuple(plan["chats"]),
            examples=tuple(plan["examples"]) if preview else (),
        )

    def asked(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Ask the server about this character; see `MemoryClient.ask`."""
        return self._memory.ask(
            method, path, {**self._query, **(query or {})}, body, headers
        )

    def known(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Do the same; an empty answer if the character remembers nothing yet."""
        with suppress(NotFound):
            return self.asked(method, path, query=query, body=body)
        return {}

    def recalled(self, chat: str, text: str, limit: int) -> list[RecalledEntry]:
        """Return what a message brings to mind in a chat, in a new one if unnamed."""
        if not 1 <= limit <= MOST_RECALLED:
            raise InvalidInput(
                f"A limit is between 1 and {MOST_RECALLED:,}.", field="limit"
            )
        body = {"chat": chat, "text": text, "limit": limit, "gated": False}
        told = self.known("POST", "/recall", body=body)
        return [*map(_recalled, told.get("memories", ()))]

    def _changed(self, entry_id: str, body: Mapping[str, Any]) -> MemoryEntry:
        # Whoever edits blindly means to write over what is there.
        told = self.asked("PATCH", _of(entry_id), body=body, headers={"If-Match": "*"})
        return _entry(told)


class ChatClient:
    """One chat with a character."""

    def __init__(self, character: CharacterClient, name: str) -> None:
        """Name a chat; `CharacterClient.chat` makes it."""
        self._character = character
        self._name = name

    def observe(
        self, messages: Sequence[Shown], *, complete: bool = True, draft: bool = False
    ) -> ObserveResult:
        """Show the chat as it stands; durable when this returns.

        Args:
            messages: Oldest first, as `ChatMessage` or as mappings with its names, such
                as `{"role": "user", "content": "Hello"}`.
            complete: Whether this is the whole chat; otherwise its last messages.
            draft: The last message is a reply that may still be replaced.

        Raises:
            InvalidInput: A message has no role or text, or something unknown.
            StoreError: It could not be stored; nothing was half written.
        """
        body = {
            "host": API_HOST,
            "chat": self._name,
            "messages": [_shown(message_of(one)) for one in messages],
            "complete": complete,
            "provisional": draft,
        }
        told = self._character.asked("POST", "/observe", body=body)
        chat = told["chat"]
        return ObserveResult(
            added=told["added"],
            removed=told["removed"],
            length=0 if chat is None else chat["messages"],
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
        body = {
            "host": API_HOST,
            "chat": self._name,
            "text": text,
            "tokens": max(tokens, 0),
            "visible": visible,
        }
        told = self._character.known("POST", "/compose", body=body)
        if not told:
            return PromptBlocks()
        return PromptBlocks(
            head=told["head"]["text"],
            recall=told["recall"]["text"],
            head_tokens=told["head"]["tokens"],
            recall_tokens=told["recall"]["tokens"],
            recalled=tuple(map(_recalled, told["recall"]["memories"])),
            intent=told["intent"],
            needed=told["needed"],
            note=told["note"],
        )

    def recall(self, text: str, *, limit: int = 10) -> list[RecalledEntry]:
        """Return what a message brings to mind in this chat, best first.

        Args:
            text: The message.
            limit: How many at the most.
        """
        return self._character.recalled(self._name, text, limit)

    def messages(self) -> list[ChatMessage]:
        """Return the chat as memory knows it, oldest first."""
        query = {"host": API_HOST, "name": self._name}
        told = self._character.known("GET", "/chats", query=query)
        found: list[ChatMessage] = []
        for chat in told.get("chats", ())[:1]:
            path, start, total = f"/chats/{chat['id']}/messages", 0, 1
            while start < total:
                page = self._character.asked(
                    "GET", path, query={"start": start, "limit": PAGE}
                )
                found += (
                    _message(one) for one in page["messages"] if not one["hidden"]
                )
                start, total = start + PAGE, page["total"]
        return found


def _of(entry_id: str) -> str:
    """Return the path of a memory; raises NotFound for what is no id."""
    if not entry_id.isalnum():
        raise NotFound(f"There is no memory with the id {entry_id!r}.")
    return f"/memories/{entry_id}"


def _error(told: Mapping[str, Any], status: int) -> LtmError:
    """Return what the server told, in our class of the same name."""
    error = told.get("error")
    error = error if isinstance(error, Mapping) else {}
    words = str(error.get("message") or f"The server answered {status}.")
    kind = getattr(errors, str(error.get("type")), None)
    if kind is InvalidInput:
        return InvalidInput(words, field=str(error.get("field", "")))
    if isinstance(kind, type) and issubclass(kind, LtmError):
        return kind(words)
    return UpstreamError(words)


def _shown(message: ChatMessage) -> dict[str, Any]:
    shown = {
        "role": message.role,
        "content": message.content,
        "name": message.name,
        "id": message.id,
        "said_at": message.said_at and message.said_at.isoformat(),
        "present": list(message.present),
    }
    return {name: value for name, value in shown.items() if value}


def _message(line: Mapping[str, Any]) -> ChatMessage:
    memory = line["memory"]
    return ChatMessage(
        role=memory["role"],
        content=memory["content"],
        name=memory["name"],
        id=line["client_id"],
        said_at=_moment(memory["happened_at"]),
    )


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _entry(told: Mapping[str, Any]) -> MemoryEntry:
    return MemoryEntry(
        id=told["id"],
        kind=told["kind"],
        text=told["content"],
        created_at=datetime.fromisoformat(told["created_at"]),
        name=told["name"],
        role=told["role"],
        said_at=_moment(told["happened_at"]),
        chat=told["chat"],
        pinned=told["pinned"],
        edited=told["edited"],
        deleted=told["deleted"],
    )


def _recalled(told: Mapping[str, Any]) -> RecalledEntry:
    return RecalledEntry(entry=_entry(told), score=told["score"], chance=told["chance"])
