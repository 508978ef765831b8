"""Whatever happened to its chats, a bank knows what a fresh one would know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.testing import InMemoryBank

from .builders import a_request

MIKU = Scope(user="anon", character="Miku")
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)

LINES = (
    "> exam on Friday, statistics",
    "> the exam is now on Monday",
    "> i passed the exam!!",
    "> my sister is called Ana",
    "> I live in Oslo",
    "> I moved to Rome",
    "> I'm allergic to nuts",
    "> Remember that I work nights",
    "> Please forget what I said about Ana",
    "> hello there",
    "I'll bring you the map next time.",
    "My father is a baker.",
    "Where do you live?",
)
"""Each is said at most once, so that what is forgotten is known by its words."""

CHATS = ("one", "two")
Line = tuple[str, datetime]
Said = dict[str, list[Line]]


class Clock:
    """Moves on by two hours with every step."""

    def __init__(self) -> None:
        """Begin on a Monday."""
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


def message(line: Line) -> WindowMessage:
    text, at = line
    if text.startswith(">"):
        return WindowMessage(role="user", name="Anon", content=text[2:], said_at=at)
    return WindowMessage(role="assistant", name="Miku", content=text, said_at=at)


def show(chat: Chat, lines: list[Line]) -> None:
    chat.observe(Window(messages=tuple(map(message, lines)), complete=True))


def a_bank(clock: Clock) -> Bank:
    return Bank(MIKU, InMemoryBank(), settings=Settings, clock=clock)


def chat_of(bank: Bank, name: str, forked: bool) -> Chat:
    return bank.chat(name, host="test", forked_from="one" if forked else None)


def known(bank: Bank, clock: Clock) -> dict[str, object]:
    """Return all that is known in each chat, without what is a matter of chance."""
    bank.knowledge.follow()
    told: dict[str, object] = {
        "notes": sorted(note.content for note in bank.memories.notes()),
        "deleted": sorted(one.content for one in bank.memories.list(deleted=True)),
    }
    for chat in bank.chats():
        viewer = Viewer(bank.state.chats.row_called("test", chat.title))
        facts = bank.knowledge.facts.all(viewer, past=True)
        told[f"facts of {chat.title}"] = [
            (
                one.text,
                one.known and one.known.valid,
                one.known and one.known.reinforcement_count,
                one.known and one.known.first_mentioned,
                [bank.memories.get(source).content for source in one.sources],
            )
            for one in facts
        ]
        told[f"due in {chat.title}"] = [
            (one.thread.text, one.thread.first, one.state, bool(one.closed_by))
            for one in bank.knowledge.coming.all(viewer)
        ]
        named = bank.chat(chat.title, host="test")
        request = a_request("hello there", query=Query(text="hello there"))
        blocks = named.compose(request)
        told[f"head of {chat.title}"] = blocks.head.text
        told[f"recall of {chat.title}"] = "take up" in blocks.recall.text
    return told


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "say", "swipe", "edit", "drop", "branch", "forget"]
        ),
        st.sampled_from(CHATS),
        st.sampled_from(LINES),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_history_ends_as_a_fresh_bank_that_is_told_what_is_left(
    steps: list[tuple[str, str, str, int]],
) -> None:
    clock = Clock()
    bank, said, forgotten = a_bank(clock), Said(), set[str]()
    forked, times = False, dict[str, datetime]()
    for act, name, text, at in steps:
        clock.now += timedelta(hours=7)
        # What is said again is the same message, and was said when it was said first.
        line = (text, times.setdefault(text, clock.now))
        lines = said.setdefault(name, [])
        used = {one for chat in said.values() for one, _ in chat} | forgotten
        if act == "say" and text not in used:
            lines.append(line)
        elif act == "swipe" and lines and text not in used:
            lines[-1] = line
        elif act == "edit" and lines and text not in used:
            lines[at % len(lines)] = line
        elif act == "drop" and len(lines) > 1:
            del lines[-1]
        elif act == "branch" and not said.get("two") and len(said.get("one", [])) > 1:
            forked = True
            said["two"] = said["one"][: 1 + at]
            name, lines = "two", said["two"]
        elif act == "forget" and lines:
            gone = lines[at % len(lines)][0]
            forget(bank, gone)
            forgotten.add(gone)
            for one in said.values():
                one[:] = [line for line in one if line[0] != gone]
        if lines:
            show(chat_of(bank, name, forked and name == "two"), lines)
            bank.knowledge.follow()
    fresh = a_bank(clock)
    for name in CHATS:
        if said.get(name):
            show(chat_of(fresh, name, forked and name == "two"), said[name])
    for name in CHATS:
        if said.get(name):
            show(chat_of(bank, name, forked and name == "two"), said[name])
    assert known(bank, clock) == known(fresh, clock)


def forget(bank: Bank, text: str) -> None:
    """Forget all that says a text, for good."""
    content = text.removeprefix("> ")
    ids = [
        entry.message.id
        for chat in bank.all_chats()
        for entry in bank.path_of(chat.id)
        if entry.message.content == content
    ]
    if ids:
        Forgetting(bank.state).forget(ForgetTarget(memories=tuple(ids)))
