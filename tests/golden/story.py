"""One story of eighty messages, told to a bank on a clock that the story moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from long_term_memory.build import build_engine
from long_term_memory.config import JournalSettings, Settings, SummarySettings
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import HashEmbedder

MIKU = Scope(user="anon", character="Miku")
BEGIN = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
TURNS = 40
EVERY = 20

EVENTS = {
    2: ("My sister Mira keeps bees behind the old mill.", "How many hives?"),
    3: ("Nine. I work as a baker in Turku.", "*She smiles.* Bread and honey, then."),
    7: ("I am allergic to walnuts, remember that.", "I promise to keep them away."),
    11: ("We buried my dog Rufus today.", "I am so sorry. He was a good dog."),
    16: (
        "I moved to Oslo last week, the bakery closed.",
        "Then let us find your harbour.",
    ),
    23: (
        "Your brother Tom came by and broke the blue lamp.",
        '*Miku sighs.* "Tom will pay for the lamp," she says. "He always does."',
    ),
    31: ("My exam is on Friday.", "I'll bring you luck, I promise."),
    36: ("I passed! Every question.", "I knew it! We celebrate tonight."),
}
WEATHER = ("The rain is back", "What a quiet evening", "The tea got cold", "I am tired")
ASKED = (
    "Who keeps bees?",
    "Where do I live now?",
    "Bake me something sweet!",
    "What did Tom break?",
    "ok",
)


class Clock:
    """A clock that the story moves."""

    now = BEGIN

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


def turn(number: int) -> tuple[str, str]:
    """Return what is said in a turn: an event, or small talk that differs."""
    quiet = f"{WEATHER[number % len(WEATHER)]}, {number} times already."
    return EVENTS.get(number, (quiet, f"Hm. *looks up for the {number}th time*"))


def shown(count: int) -> Window:
    """Return the chat as a host shows it after so many turns."""
    messages: list[WindowMessage] = []
    for number in range(count):
        at = BEGIN + timedelta(hours=6 * number)
        user, reply = turn(number)
        messages += [
            WindowMessage(role="user", name="Anon", content=user, said_at=at),
            WindowMessage(
                role="assistant",
                name="Miku",
                content=reply,
                said_at=at + timedelta(minutes=1),
            ),
        ]
    return Window(messages=tuple(messages), complete=True)


def an_engine(folder: Path, clock: Clock) -> Engine:
    """Open an engine whose summaries come often enough for the story."""
    settings = Settings(
        summaries=SummarySettings(summary_every=EVERY),
        journal=JournalSettings(readable_log=True),
    )
    return build_engine(settings, folder, clock=clock, load=HashEmbedder)


def tell(bank: Bank, clock: Clock) -> None:
    """Tell the story, with a note, a correction, a pin, a deletion and a swipe."""
    chat = bank.chat("evening", host="test")
    for count in range(1, TURNS + 1):
        clock.now = BEGIN + timedelta(hours=6 * count)
        chat.observe(shown(count))
        assert bank.settle(30)
    ids = {place.message.content: place.message.id for place in chat.path()}
    bank.memories.add("Miku hums when she lies.")
    bank.memories.update(ids[EVENTS[2][0]], content="My sister Mira keeps wasps.")
    bank.memories.pin(ids[EVENTS[7][0]])
    bank.memories.delete(ids[EVENTS[23][0]])
    swiped = shown(TURNS).messages[:-1]
    last = shown(TURNS).messages[-1]._replace(content="Another reply, then.")
    chat.observe(Window(messages=(*swiped, last), complete=True))
    other = bank.chat("another day", host="test")
    other.observe(shown(3))
    assert bank.settle(30)


def a_request(text: str, count: Callable[[str], int]) -> Request:
    """Ask for blocks as a host does whose window holds the last ten messages."""
    return Request(
        query=Query(text=text),
        user_name="Anon",
        character_name="Miku",
        head_tokens=100,
        recall_tokens=200,
        summary_tokens=200,
        count=count,
    )
