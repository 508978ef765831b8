"""A life in which everything is stored by every route, to be forgotten afterwards.

Owns: random texts that nobody else says, who heard each of them and when, and looking
for them in files and in answers.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.core.types import Scope
from long_term_memory.editor.import_job import Transfers
from long_term_memory.editor.uploads import Uploads
from long_term_memory.engine.engine import Engine
from long_term_memory.exporters.export_job import write
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import
from long_term_memory.storage.sqlite.backups import BACKUPS

from ..importers.foreign import HEADER, card, jsonl, message, put, webui_log
from .upstreams import Stub, says

PIECE = 12
USERS = ("default", "anna")
CHARACTERS = ("Miku", "Ben")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Clock:
    """A clock that moves a little at every look, and when it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A text, and what is known of it.

    Attributes:
        words: Which nobody else says.
        scopes: Whose memories it belongs to; none for what clients alone keep.
        user: Whose collection it is in, or memory.
        chat: Where it was said; empty for a note.
        at: When.
        message: It is a message of a memory.
        of: First word of the message that it corrects.
    """

    words: tuple[str, str]
    scopes: frozenset[Scope]
    user: str
    chat: str
    at: datetime
    message: bool = True
    of: str = ""

    @property
    def text(self) -> str:
        if self.words[0] == self.words[1]:
            return f"{self.words[0]}."
        return f"They say {self.words[0]} and never {self.words[1]}."


@dataclass(slots=True)
class Life:
    """Stores at random, and remembers what."""

    engine: Engine
    stub: Stub
    client: httpx.Client
    folder: Path
    chance: random.Random
    clock: Clock
    told: list[Told] = field(default_factory=list)
    chats: dict[tuple[Scope, str], list[dict[str, str]]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    numbers: int = 0

    # -- texts ---------------------------------------------------------------------

    def word(self) -> str:
        self.numbers += 1
        return "".join(self.chance.choice(LETTERS) for _ in range(24))

    def say(
        self, scopes: frozenset[Scope], user: str, chat: str, *, message: bool = True
    ) -> Told:
        word = self.word()
        # A short text is known by what stands beside it alone.
        short = self.chance.random() < 0.2
        one = Told(
            words=(word[:16],) * 2 if short else (word, self.word()),
            scopes=scopes,
            user=user,
            chat=chat,
            at=self.clock(),
            message=message,
        )
        self.told.append(one)
        return one

    def scope(self) -> Scope:
        return Scope(
            user=self.chance.choice(USERS), character=self.chance.choice(CHARACTERS)
        )

    def chat_name(self, scope: Scope) -> str:
        number = self.chance.randrange(2)
        return f"{scope.character} {scope.user} - 2026-05-0{number + 1}"

    # -- ways in -------------------------------------------------------------------

    def step(self) -> None:
        """Store something, by any way."""
        self.clock.now += timedelta(hours=self.chance.randrange(1, 30))
        self.times.append(self.clock.now)
        self.chance.choice(self.ways())()

    def ways(self) -> list[Callable[[], object]]:
        return [
            *(self.talk, self.talk, self.swipe, self.text, self.group),
            *(self.note, self.correct, self.pin),
            *(self.collect, self.collect, self.collect_alone, self.extras),
            *(self.bring_webui, self.bring_tavern, self.bring_card, self.bring_own),
            *(self.back_up, self.export, self.flush, self.branch, self.look),
        ]

    def talk(self, scope: Scope | None = None, lines: int = 1) -> None:
        scope = scope or self.scope()
        chat = self.chat_name(scope)
        shown = self.chats.setdefault((scope, chat), [])
        for _ in range(lines):
            mine = self.say(frozenset({scope}), scope.user, chat)
            shown.append({"role": "user", "content": mine.text})
            reply = self.say(frozenset({scope}), scope.user, chat)
            self.ask(scope, chat, shown, reply.text)
            shown.append({"role": "assistant", "content": reply.text})

    def swipe(self) -> None:
        """Have a reply made anew: the former stays in the memory off its path."""
        if not self.chats:
            return
        scope, chat = self.chance.choice(sorted(self.chats, key=str))
        shown = self.chats[scope, chat]
        if not shown:
            return
        reply = self.say(frozenset({scope}), scope.user, chat)
        self.ask(scope, chat, shown[:-1], reply.text)
        shown[-1] = {"role": "assistant", "content": reply.text}

    def branch(self) -> None:
        if not self.chats:
            return
        scope, chat = self.chance.choice(sorted(self.chats, key=str))
        shown = list(self.chats[scope, chat][:2])
        other = f"{chat} branch {self.numbers}"
        self.chats[scope, other] = shown
        self.branches[other] = chat
        mine = self.say(frozenset({scope}), scope.user, other)
        shown.append({"role": "user", "content": mine.text})
        reply = self.say(frozenset({scope}), scope.user, other)
        self.ask(scope, other, shown, reply.text)
        shown.append({"role": "assistant", "content": reply.text})

    def group(self) -> None:
        user = self.chance.choice(USERS)
        scopes = frozenset(Scope(user=user, character=one) for one in CHARACTERS)
        speaker = self.chance.choice(CHARACTERS)
        scope = Scope(user=user, character=speaker)
        mine = self.say(scopes, user, f"group of {user}")
        reply = self.say(scopes, user, f"group of {user}")
        shown = [{"role": "user", "content": mine.text}]
        self.ask(scope, f"group of {user}", shown, reply.text, group=list(CHARACTERS))

    def ask(
        self,
        scope: Scope,
        chat: str,
        shown: list[dict[str, str]],
        reply: str,
        **more: Any,
    ) -> None:
        self.stub.answers.append(says(reply))
        ids = {"char": scope.character, "user": "Tester", "chat": chat, **more}
        body = {"model": "m", "messages": shown, "ltm": ids, "user": scope.user}
        answer = self.client.post("/v1/chat/completions", json=body)
        assert answer.status_code == 200, answer.text

    def text(self) -> None:
        scope = self.scope()
        chat = f"text of {scope.character} {scope.user}"
        mine = self.say(frozenset({scope}), scope.user, chat)
        reply = self.say(frozenset({scope}), scope.user, chat)
        self.stub.answers.append(says(f" {reply.text}"))
        prompt = f"Tester: {mine.text}\n{scope.character}:"
        ids = {"char": scope.character, "user": "Tester", "chat": chat}
        body = {"prompt": prompt, "ltm": ids, "user": scope.user, "stop": ["\nTester:"]}
        answer = self.client.post("/v1/completions", json=body)
        assert answer.status_code == 200, answer.text

    def note(self) -> None:
        scope = self.scope()
        one = self.say(frozenset({scope}), scope.user, "", message=False)
        note = self.engine.bank(scope).memories.add(one.text)
        if self.chance.random() < 0.5:
            other = self.say(frozenset({scope}), scope.user, "", message=False)
            self.engine.bank(scope).memories.update(note.id, content=other.text)
            # A former version goes when its note does, not by a span of its own.
            self.told[-2] = replace(one, at=other.at)

    def a_message(self, scope: Scope) -> Any:
        listed = self.engine.bank(scope).memories.list()
        return self.chance.choice(listed) if listed else None

    def correct(self) -> None:
        scope = self.scope()
        found = self.a_message(scope)
        owner = found and self.teller(found.content)
        if owner and (owner.message or owner.of):
            one = self.say(owner.scopes, owner.user, owner.chat, message=False)
            self.told[-1] = replace(
                one,
                scopes=frozenset({scope}),
                at=owner.at,
                of=owner.of or owner.words[0],
            )
            self.engine.bank(scope).memories.update(found.id, content=one.text)

    def pin(self) -> None:
        scope = self.scope()
        if found := self.a_message(scope):
            self.engine.bank(scope).memories.pin(found.id)

    def teller(self, text: str) -> Told | None:
        return next((one for one in self.told if one.words[0] in text), None)

    def collect(self) -> None:
        """Store pieces of a chat as Smart Context does."""
        scope = Scope(user="default", character=self.chance.choice(CHARACTERS))
        chat = f"{scope.character} - 2026-05-0{self.chance.randrange(2) + 3}"
        known = [one for one in self.told if one.chat == chat]
        messages = []
        for at in range(2):
            one = self.say(frozenset({scope}), "default", chat)
            index = len(known) + at
            messages.append(self.piece(scope, index, one))
        body = {"chat_id": chat, "messages": messages}
        answer = self.client.post("/api/chromadb", json=body)
        assert answer.status_code == 200, answer.text

    def piece(self, scope: Scope, index: int, one: Told) -> dict[str, Any]:
        is_user = index % 2 == 1
        meta: dict[str, Any] = {
            "name": "Tester" if is_user else scope.character,
            "is_user": is_user,
            "mes": one.text,
            "index": index,
            "send_date": one.at.isoformat(),
        }
        if not is_user and self.chance.random() < 0.4:
            other = self.say(one.scopes, one.user, one.chat, message=False)
            self.told[-1] = replace(other, at=one.at)
            meta |= {"swipes": [other.text, one.text], "swipe_id": 1}
        return {
            "id": f"msg-{index}",
            "role": "user" if is_user else "assistant",
            "content": one.text,
            "date": int(one.at.timestamp() * 1000),
            "meta": json.dumps(meta),
        }

    def collect_alone(self) -> None:
        """Store what no memory hears."""
        one = self.say(frozenset(), "default", "a client's own", message=False)
        told = {"id": str(self.numbers), "content": one.text, "role": "", "date": 0}
        body = {"chat_id": one.chat, "messages": [told]}
        assert self.client.post("/api/chromadb", json=body).status_code == 200

    def extras(self) -> None:
        """Ask what nothing is kept of."""
        one = self.say(frozenset(), "nobody", "", message=False)
        for path in ("/api/summarize", "/api/classify", "/api/embeddings/compute"):
            self.client.post(path, json={"text": one.text})
        self.client.post("/v1/embeddings", json={"input": one.text, "model": "m"})

    def bring_webui(self) -> None:
        scope = self.scope()
        chat = f"webui{self.numbers}"
        two = [self.say(frozenset({scope}), scope.user, chat) for _ in range(2)]
        file = put(
            self.folder / f"inbox/{chat}.json", webui_log((two[0].text, two[1].text))
        )
        self.bring(scope, file)

    def bring_tavern(self) -> None:
        scope = self.scope()
        chat = f"tavern{self.numbers}"
        lines = []
        for number in range(2):
            one = self.say(frozenset({scope}), scope.user, chat)
            more: dict[str, Any] = {"send_date": one.at.isoformat()}
            if number % 2:
                other = self.say(frozenset({scope}), scope.user, chat)
                self.told[-1] = replace(other, at=one.at, message=False)
                more |= {"swipes": [other.text, one.text], "swipe_id": 1}
            lines.append(
                message(one.text, user=number % 2 == 0, name=scope.character, **more)
            )
        self.bring(
            scope, put(self.folder / f"inbox/{chat}.jsonl", jsonl(HEADER, *lines))
        )

    def bring_card(self) -> None:
        """Bring in a lorebook, whose entries become notes."""
        scope = self.scope()
        one = self.say(frozenset({scope}), scope.user, "", message=False)
        book = {"entries": [{"keys": ["x"], "content": one.text, "enabled": True}]}
        told = card(name=scope.character, character_book=book)
        self.bring(scope, put(self.folder / f"inbox/card{self.numbers}.json", told))

    def bring_own(self) -> None:
        """Bring in what was carried out of the same memory."""
        if self.engine.scopes():
            scope = self.chance.choice(self.engine.scopes())
            file = self.folder / "inbox/own.jsonl"
            file.parent.mkdir(exist_ok=True)
            write(self.engine.bank(scope), "jsonl", file)
            self.bring(scope, file)

    def bring(self, scope: Scope, file: Path) -> None:
        wishes = ImportOptions(user=scope.user, character=scope.character)
        report = Import(self.engine, wishes).run([file], learn=False)
        assert not [one for one in report.files if not one.read], report
        file.unlink()

    def back_up(self) -> None:
        if self.engine.scopes():
            scope = self.chance.choice(self.engine.scopes())
            self.engine.bank(scope).state.store.back_up("test")

    def export(self) -> None:
        if self.engine.scopes():
            scope = self.chance.choice(self.engine.scopes())
            format = self.chance.choice(["jsonl", "md", "csv"])
            Transfers(self.engine, Uploads(self.engine.data_dir)).export(scope, format)

    def flush(self) -> None:
        for scope in self.engine.scopes():
            bank = self.engine.bank(scope)
            bank.settle(20)
            bank.indexer.flush()

    def look(self) -> None:
        """Have things in memory: what was asked last, vectors of collections."""
        self.client.get("/health")
        self.client.get("/api/ltm/last", params={"user": self.chance.choice(USERS)})
        for chat in {one.chat for one in self.told if one.chat}:
            self.query(chat, "They say it")

    # -- ways out ------------------------------------------------------------------

    def query(self, chat: str, text: str) -> str:
        body = {"chat_id": chat, "query": text, "n_results": 500}
        return self.client.post("/api/chromadb/query", json=body).text

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield all that any route tells, each with its name."""
        for path in ("/health", "/metrics", "/openapi.json", "/v1/models"):
            yield path, self.client.get(path).text
        for user in USERS:
            for character in ("", *CHARACTERS):
                told = {"user": user, "character": character}
                last = self.client.get("/api/ltm/last", params=told)
                yield f"last {told}", last.text
        chats = sorted({one.chat for one in self.told if one.chat})
        for chat in chats:
            yield f"query {chat}", self.query(chat, "They say it and never")
            body: dict[str, Any] = {"chat_id": chat}
            export = self.client.post("/api/chromadb/export", json=body)
            # It tells the name that was asked for.
            yield f"export {chat}", export.text.replace(chat, "")
        body = {"chat_list": chats, "query": "They say it", "n_results": 500}
        yield "multiquery", self.client.post("/api/chromadb/multiquery", json=body).text

    def prompts(self, question: str) -> Iterator[tuple[str, str]]:
        """Yield what the model is sent for a question to each character."""
        for scope in self.engine.scopes():
            before = len(self.stub.asked)
            shown = [{"role": "user", "content": "What do they say and never say?"}]
            ids = {"char": scope.character, "chat": f"asked {question}"}
            self.stub.answers.append(says("I do not know."))
            body = {"messages": shown, "ltm": ids, "user": scope.user, "model": "m"}
            self.client.post("/v1/chat/completions", json=body)
            sent = self.stub.asked[before:]
            yield f"prompt of {scope}", json.dumps([one.body for one in sent])


def settings_for(stub: Stub) -> Settings:
    made = Settings(upstream=UpstreamSettings(llm_base_url=stub.url))
    journal = replace(made.journal, readable_log=True)
    # A busy machine must not make memory late, which is a fault.
    proxy = replace(made.proxy, show_memories=True, memory_seconds=60.0)
    return replace(made, journal=journal, proxy=proxy)


def pieces(word: str) -> set[str]:
    return {word[at : at + PIECE] for at in range(0, len(word) - PIECE + 1, 3)}


def inflated(data: bytes) -> Iterator[bytes]:
    """Yield bytes as they are, as UTF-16, and what is packed in them."""
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from inflated(archive.read(name))
    for start in re.finditer(b"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", data):
        maker = zlib.decompressobj(wbits=47)
        try:
            yield maker.decompress(data[start.start() :], 1 << 22)
        except zlib.error:
            continue


def files_with(folder: Path, words: set[str]) -> list[str]:
    """Name the files that hold a word, or twelve letters of one, in any form."""
    found = []
    # Backups by hand are the person's own, and named to him.
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.parent == folder / BACKUPS:
            continue
        for data in inflated(file.read_bytes()):
            for form in (data, data.replace(b"\0", b"")):
                low = form.lower().decode("latin-1")
                for word in words:
                    if any(one in low for one in pieces(word)):
                        found.append(f"{file.relative_to(folder)}: {word}")
    return found
