"""A client like SillyTavern, without a browser: what a person does becomes requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal

from long_term_memory.build import build_engine
from long_term_memory.config import ProxySettings, Settings, SummarySettings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Clock, utc_now
from long_term_memory.server.openai.completion import PreparedRequest
from long_term_memory.server.openai.pipeline import CompletionPipeline
from long_term_memory.testing import HashEmbedder

from .passing import pass_chat, replied

Mode = Literal["text", "body", "tag", "header", "extension"]
MODES: tuple[Mode, ...] = ("text", "body", "tag", "header", "extension")
NODE = {"user-agent": "node-fetch"}
GREETING = "*The forest is still.* You are awake at last, traveller!"
CHATS = count(1)


@dataclass(slots=True)
class Said:
    """One line of a chat: who, and what."""

    role: str
    text: str
    name: str = ""


@dataclass(slots=True)
class Tavern:
    """One chat in a client, and the memory that its requests pass."""

    memory: CompletionPipeline
    mode: Mode = "text"
    character: str = "Seraphina"
    user: str = "Tester"
    members: tuple[str, ...] = ()
    lines: list[Said] = field(default_factory=lambda: [Said("assistant", GREETING)])
    chat: str = ""
    window: int = 1000
    streams: bool = True
    key: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    prepared: PreparedRequest | None = None

    def __post_init__(self) -> None:
        self.chat = self.chat or f"x{next(CHATS):08x}"

    # -- what a person does --------------------------------------------------------

    def send(self, text: str, reply: str | None = "Indeed.") -> str:
        """Say something and get a reply; return all that the model was sent."""
        self.lines.append(Said("user", text, self.user))
        self._generate("normal", reply)
        if reply is not None:
            self.lines.append(Said("assistant", reply, self.character))
        return self.prompt

    def swipe(self, reply: str) -> str:
        """Have the last reply made anew."""
        self.lines.pop()
        self._generate("swipe", reply)
        self.lines.append(Said("assistant", reply, self.character))
        return self.prompt

    def go_on(self, more: str, *, prefill: bool = False) -> str:
        """Have the last reply continued."""
        nudge = "[Continue your last message without repeating its original content.]"
        self._generate("continue", more, tail="" if prefill else nudge)
        self.lines[-1].text += " " + more
        return self.prompt

    def impersonate(self, words: str) -> str:
        """Have the user's next line written; it goes to the input box."""
        self._generate(
            "impersonate",
            words,
            tail=f"[Write your next reply from the point of view of {self.user}, using "
            "the chat history so far as a guideline.]",
        )
        return self.prompt

    def job(self, order: str, answer: str) -> str:
        """Have something done on the side, such as a summary."""
        streams, self.streams = self.streams, False
        self._generate("quiet", answer, tail=order)
        self.streams = streams
        return self.prompt

    def raw(self, order: str, answer: str) -> str:
        """Ask the model a bare question."""
        body = {
            "messages": [
                {"role": "system", "content": "You name colours."},
                {"role": "user", "content": order},
            ],
            "stream": False,
        }
        if self.mode in ("body", "extension"):
            body["ltm"] = self._ids("normal")
        self._pass(body, answer)
        return self.prompt

    def speak(self, name: str, reply: str) -> str:
        """Let a member of the group speak."""
        self.character = name
        nudge = f"[Write the next reply only as {name}.]"
        self._generate("normal", reply, tail=nudge)
        self.lines.append(Said("assistant", reply, name))
        return self.prompt

    def edit(self, at: int, text: str) -> None:
        """Change what was said."""
        self.lines[at].text = text

    def delete(self, number: int) -> None:
        """Delete the last messages."""
        del self.lines[-number:]

    def branch(self, keep: int) -> Tavern:
        """Go on from an earlier message in another chat."""
        other = deepcopy(self.lines[:keep])
        own = self.mode in ("header", "extension")
        # Ids made by SillyTavern's macros are the same in a branch.
        chat = f"x{next(CHATS):08x}" if own else self.chat
        made = self.again(lines=other, chat=chat)
        if self.mode == "extension":
            made.extra = {**self.extra, "ltm": {"parent": self.chat}}
        return made

    def again(self, **changes: Any) -> Tavern:
        """Open another chat of the same person and character."""
        values: dict[str, Any] = {
            "memory": self.memory,
            "mode": self.mode,
            "character": self.character,
            "user": self.user,
            "members": self.members,
            "window": self.window,
            "streams": self.streams,
            "key": self.key,
        }
        return Tavern(**(values | changes))

    # -- what is sent --------------------------------------------------------------

    @property
    def prompt(self) -> str:
        """All that the model was sent."""
        return "\n".join(str(one["content"]) for one in self.sent["messages"])

    def shown(self) -> list[dict[str, Any]]:
        """Return the chat's lines as messages, the oldest left out."""
        return [
            {
                "role": one.role,
                "content": f"{one.name}: {one.text}"
                if self.members and one.role == "assistant"
                else one.text,
            }
            for one in self.lines[-self.window :]
        ]

    def _generate(self, kind: str, reply: str | None, *, tail: str = "") -> None:
        main = (
            f"Write {self.character}'s next reply in a fictional chat between "
            f"{self.character} and {self.user}."
        )
        ids = self._ids(kind)
        if self.mode == "tag":
            pairs = " ".join(f'{key}="{value}"' for key, value in ids.items())
            main += f"\n[[ltm {pairs}]]"
        start = "[Start a new Chat]"
        if self.members:
            start = (
                f"[Start a new group chat. Group members: {', '.join(self.members)}]"
            )
        before = [main, f"{self.character} guards the forest.", start]
        body: dict[str, Any] = {
            "messages": [
                *({"role": "system", "content": text} for text in before),
                *self.shown(),
                *([{"role": "system", "content": tail}] if tail else []),
            ],
            "stream": self.streams,
            "max_tokens": 300,
            **{key: value for key, value in self.extra.items() if key != "ltm"},
        }
        if self.mode in ("body", "extension"):
            body["ltm"] = ids | self.extra.get("ltm", {})
        headers = NODE
        if self.mode == "header":
            headers = NODE | {f"x-ltm-{key}": str(value) for key, value in ids.items()}
        self._pass(body, reply, headers)

    def _ids(self, kind: str) -> dict[str, Any]:
        ids: dict[str, Any] = {
            "char": self.character,
            "user": self.user,
            "type": kind,
            "last" if self.mode == "tag" else "last_id": str(len(self.lines) - 1),
            "chat": self.chat,
        }
        if self.mode == "extension":
            ids |= {"exact": True, "swipe": "1/1"}
        return ids

    def _pass(
        self,
        body: dict[str, Any],
        reply: str | None,
        headers: dict[str, str] = NODE,
    ) -> None:
        given = deepcopy(body)
        self.prepared = pass_chat(self.memory, body, headers, user=self.key)
        assert body == given, "what is lent is not changed"
        self.sent = self.prepared.body
        assert "[[ltm" not in str(self.sent)
        assert "ltm" not in self.sent
        replied(self.memory, self.prepared, reply)


@contextmanager
def a_memory(
    folder: Path,
    *,
    clock: Clock = utc_now,
    before: bool = False,
    facts: bool = True,
    **proxy: Any,
) -> Iterator[CompletionPipeline]:
    """Open a memory on a folder; a second time is after a restart.

    Args:
        folder: Where it lies.
        clock: Says what time it is.
        before: Whether a chat is told of those before it; then less is recalled.
        facts: Whether facts are told at the head of each prompt.
        proxy: Settings of the proxy.
    """
    settings = Settings(
        proxy=ProxySettings(**proxy),
        summaries=SummarySettings(before_this_chat=before),
        facts=replace(Settings().facts, facts=facts),
    )
    engine = build_engine(settings, folder, clock=clock, load=HashEmbedder)
    try:
        yield CompletionPipeline(engine, lambda: engine.settings)
    finally:
        engine.close()


def path_of(
    engine: Engine, character: str = "Seraphina", *, user: str = "default"
) -> list[str]:
    """Return what the newest chat of a bank holds."""
    bank = engine.bank(Scope(user=user, character=character))
    [chat, *_] = bank.chats()
    [(host, name), *_] = chat.names
    return [place.message.content for place in bank.chat(name, host=host).path()]
