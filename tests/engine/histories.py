"""What can happen to a bank, as plain data, and all that a user can see of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st

from long_term_memory.config import Settings, SummarySettings
from long_term_memory.core.types import (
    MemoryItem,
    MemoryKind,
    Query,
    Scope,
    Window,
    WindowMessage,
)
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine

from .builders import a_request, shown
from .conftest import Clock
from .models import Library, Model, settings_with, start

WHO = Scope(user="anon", character="Miku")
WORDS = (
    "the lighthouse keeper lost his brass key in the winter storm",
    "we promised to meet at the old harbour on Friday",
    "my sister bakes bread with walnuts every Sunday",
    "do you remember the red bicycle from Lisbon?",
    "naïve façade \U0001f431 \ud83d and a half character",
    "I moved to Oslo last spring because of the job",
    "she laughed and put the letter back into the drawer",
    "ok",
)
QUERIES = ("where is the brass key", "Oslo", "bread and walnuts", "Friday harbour")
SETTINGS = replace(
    Settings(),
    summaries=SummarySettings(summary_every=4, summary_chunk_tokens=20),
)
NEWEST = 2
# Scores of less than a hundredth are shown to nobody. A text by hand stands out from
# the messages by so many of their deviations, and by so much more does rounding count.
ABOUT = 0.02
ABOUT_SHARE = 0.001

texts = st.tuples(st.sampled_from(WORDS), st.integers(0, 3)).map(
    lambda pair: f"{pair[0]} {pair[1]}" if pair[1] else pair[0]
)
numbers = st.integers(0, 30)
acts = st.one_of(
    st.tuples(st.just("say"), numbers, texts, texts),
    st.tuples(st.just("say"), numbers, texts, texts),
    st.tuples(st.just("swipe"), numbers, texts),
    st.tuples(st.just("edit"), numbers, numbers, texts),
    st.tuples(st.just("take out"), numbers, numbers),
    st.tuples(st.just("branch"), numbers, numbers),
    st.tuples(st.just("note"), texts, st.booleans()),
    st.tuples(st.just("correct"), numbers, texts),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("restore"), numbers),
    st.tuples(st.just("pin"), numbers, st.booleans()),
)


def two_models() -> Library:
    """Return two models that can be loaded."""
    return Library(Model("small"), Model("large", dimension=96))


@dataclass
class Life:
    """One bank, and the chats as a host has them."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    chats: dict[str, list[str]] = field(default_factory=dict)
    model: str = "small"
    library: Library = field(default_factory=two_models)
    engine: Engine = field(init=False)
    bank: Bank = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Open the bank."""
        self.engine = start(self.folder, self.library, self.model, self.clock, SETTINGS)
        self.bank = self.engine.bank(WHO)

    def stop(self) -> None:
        """Close it."""
        self.engine.close()

    def change(self, model: str) -> None:
        """Name another model in the settings, as a user does while a chat runs."""
        self.model = model
        self.engine.configure(settings_with(model, SETTINGS))

    def chat(self, number: int) -> str:
        """Choose a chat; the first one is there when it is asked for."""
        names = [*self.chats] or ["chat 0"]
        return names[number % len(names)]

    def handle(self, name: str) -> Chat:
        """Return a chat of the bank, which knows what it was branched from."""
        return self.bank.chat(name, host="test")

    def show(self, name: str, lines: list[str], *, forked_from: str = "") -> None:
        """Show a chat as it is now."""
        self.chats[name] = lines
        self.clock.advance(minutes=1)
        chat = self.bank.chat(name, host="test", forked_from=forked_from or None)
        chat.observe(Window(messages=tuple(map(as_shown, lines)), complete=True))
        self.compose(name)

    def compose(self, name: str) -> None:
        """Ask for what a prompt gets, the newest messages still in the window."""
        chat = self.handle(name)
        newest = chat.newest_ids(NEWEST)
        chat.compose(a_request("Oslo", query=Query(text="Oslo", visible=newest)))

    def do(self, act: tuple[object, ...]) -> None:
        """Let something happen, if it can."""
        kind, *rest = act
        getattr(self, f"_{str(kind).replace(' ', '_')}")(*rest)

    def _say(self, chat: int, asked: str, answer: str) -> None:
        name = self.chat(chat)
        said = [f"> {asked}", answer]
        self.show(name, [*self.chats.get(name, []), *said])

    def _swipe(self, chat: int, answer: str) -> None:
        name = self.chat(chat)
        if self.chats.get(name):
            self.show(name, [*self.chats[name][:-1], answer])

    def _edit(self, chat: int, place: int, text: str) -> None:
        name = self.chat(chat)
        lines = list(self.chats.get(name, []))
        if lines:
            at = place % len(lines)
            lines[at] = f"> {text}" if lines[at].startswith(">") else text
            self.show(name, lines)

    def _take_out(self, chat: int, place: int) -> None:
        name = self.chat(chat)
        lines = list(self.chats.get(name, []))
        if len(lines) > 1:
            del lines[place % len(lines)]
            self.show(name, lines)

    def _branch(self, chat: int, place: int) -> None:
        name = self.chat(chat)
        lines = self.chats.get(name, [])
        if lines and len(self.chats) < 4:
            shared = lines[: 1 + place % len(lines)]
            self.show(f"chat {len(self.chats)}", shared, forked_from=name)

    def _note(self, text: str, pinned: bool) -> None:
        self.bank.memories.add(text, pinned=pinned)

    def _correct(self, number: int, text: str) -> None:
        for memory in self._some(number):
            self.bank.memories.update(memory, content=text)

    def _delete(self, number: int) -> None:
        for memory in self._some(number):
            self.bank.memories.delete(memory)

    def _restore(self, number: int) -> None:
        for memory in self._some(number, deleted=True):
            self.bank.memories.restore(memory)

    def _pin(self, number: int, pinned: bool) -> None:
        for memory in self._some(number, summaries=False):
            self.bank.memories.pin(memory, pinned)

    def _some(
        self, number: int, *, deleted: bool = False, summaries: bool = True
    ) -> list[str]:
        """Choose a memory, if there is one."""
        found = [
            one.id
            for one in self.bank.memories.list(deleted=deleted, limit=1000)
            if summaries or one.kind is not MemoryKind.SUMMARY
        ]
        return [found[number % len(found)]] if found else []


def as_shown(line: str) -> WindowMessage:
    """Read a line of a chat."""
    return shown(line)


def anywhere(memories: list[MemoryItem]) -> list[MemoryItem]:
    """Leave out the chat: of several that share a message any may be named."""
    return [memory._replace(chat=None) for memory in memories]


def seen(life: Life) -> dict[str, object]:
    """Return all that a user can see of a bank."""
    bank = life.bank
    # What left a chat's window is summarised once a host has shown the chat since the
    # bank was opened: to look at it is to have more made.
    for name in life.chats:
        life.compose(name)
    assert bank.settle(60)
    everything: dict[str, object] = {
        "chats": bank.chats(),
        "memories": anywhere(bank.memories.list(limit=10_000)),
        "deleted": anywhere(bank.memories.list(deleted=True, limit=10_000)),
        "pinned": anywhere(bank.memories.pinned()),
        "summaries": bank.summaries.listed(),
    }
    everything["felt"] = [
        (one.memory.id, one.emotion, one.importance)
        for one in bank.emotions.felt(bank.memories.list(limit=10_000))
    ]
    for info in bank.chats():
        everything[f"mood of {info.id}"] = bank.emotions.mood(info.id)
    for name in life.chats:
        chat = life.handle(name)
        everything[f"path of {name}"] = chat.path()
        visible = chat.newest_ids(NEWEST)
        for text in QUERIES:
            query = Query(text=text, visible=visible, limit=1000)
            context = chat.compose(a_request(text, query=query))
            head = context.head.text
            everything[f"{name}: {text}"] = {
                one.memory.id: one.score
                for one in chat.recall(replace(query, gated=False))
            }
            everything[f"{name}: blocks for {text}"] = (head, context.recall.text)
    for word in ("key", "os", "bread"):
        found = bank.memories.search(word, limit=1000)
        everything[f"search {word}"] = [one.id for one in found]
    return everything


def differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    """Name what a user could tell apart."""
    keys = sorted(one.keys() | other.keys())
    return [key for key in keys if not _alike(one.get(key), other.get(key))]


def _alike(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        # Vectors are kept in full or as codes, as they came first: hence "about".
        return one.keys() == other.keys() and all(
            abs(one[key] - other[key]) < ABOUT + ABOUT_SHARE * abs(one[key])
            for key in one
        )
    return one == other
