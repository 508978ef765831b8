"""What a turn has no time to find out is found out in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from long_term_memory.config import Settings
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.knowledge.coming import DueBook
from long_term_memory.engine.knowledge.facts import FactChange, Facts
from long_term_memory.engine.knowledge.known import Knowledge, Known, Room
from long_term_memory.engine.knowledge.message_readings import MessageReadings
from long_term_memory.engine.knowledge.model_facts import ModelFacts
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.engine.summarization.writing import NO_WRITER
from long_term_memory.testing import InMemoryBank

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOLD = ("My sister is called Ana.", "I live in Oslo.", "exam on Friday, statistics")


class Counted:
    """A lock that counts how often it is taken."""

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        self._lock = lock
        self.taken = 0

    def __enter__(self) -> None:
        self._lock.__enter__()
        self.taken += 1

    def __exit__(self, *fault: object) -> None:
        self._lock.__exit__(*fault)  # type: ignore[arg-type]


class Waited(Knowledge):
    """Knowledge that says whether it was ever made in one go."""

    all_at_once = False

    def whole_of(self, viewer: Viewer) -> Known:
        """Return all, and note if not all was there yet."""
        self.all_at_once |= not self.of(viewer).is_whole
        return super().whole_of(viewer)


def a_bank(*lines: str) -> Bank:
    """Return a bank with one chat."""
    bank = Bank(
        Scope(user="anon", character="Miku"),
        InMemoryBank(),
        settings=Settings,
        clock=lambda: BEGIN + timedelta(days=1),
    )
    shown = [
        WindowMessage(
            role="user",
            name="Anna",
            content=text,
            said_at=BEGIN + timedelta(minutes=at),
        )
        for at, text in enumerate(lines)
    ]
    bank.chat("one", host="test").observe(Window(messages=tuple(shown), complete=True))
    return bank


def test_a_prompt_goes_without_facts_until_all_are_there() -> None:
    bank = a_bank(*TOLD, "I'm allergic to nuts.")
    readings = MessageReadings(bank.state)
    by_model = ModelFacts(bank.state, NO_WRITER)
    hurried = Knowledge(bank.state, readings, by_model, Room(1, 0))
    viewer = Viewer(bank.state.chats.row_called("test", "one"))

    assert not hurried.of(viewer).is_whole
    assert not hurried.of(viewer).has_facts, "once a turn, however many ask"
    assert hurried.work()
    assert not hurried.work()
    found = hurried.of(viewer)
    patient = Knowledge(bank.state, readings, by_model)

    assert found.is_whole
    assert [*found.facts.known()] == [*patient.of(viewer).facts.known()]
    assert found.coming.threads == patient.whole_of(viewer).coming.threads
    assert patient.whole_of(viewer) is patient.of(viewer)


def test_who_asks_for_all_leaves_room_for_turns_in_between() -> None:
    bank = a_bank(*TOLD, "I'm allergic to nuts.")
    readings = MessageReadings(bank.state)
    by_model = ModelFacts(bank.state, NO_WRITER)
    stepping = Knowledge(bank.state, readings, by_model, Room(1, 1))
    viewer = Viewer(bank.state.chats.row_called("test", "one"))
    lock = Counted(bank.state.lock)
    bank.state.lock = lock  # type: ignore[assignment]

    stepping.get_ready(viewer)
    taken = lock.taken
    stepping.get_ready(viewer)

    assert taken >= len(TOLD)
    assert lock.taken == taken + 1, "all is there"
    assert stepping.of(viewer).is_whole
    assert stepping.whole_of(viewer) is stepping.of(viewer)


def test_who_changes_a_fact_leaves_room_for_turns_in_between() -> None:
    """After an edit far back all of a long chat was told again in one go."""
    bank = a_bank(*TOLD, "I'm allergic to nuts.")
    viewer = Viewer(bank.state.chats.row_called("test", "one"))
    readings = MessageReadings(bank.state)
    by_model = ModelFacts(bank.state, NO_WRITER)
    [nuts, *others] = bank.knowledge.facts.all(viewer, category=Category.HEALTH)
    [ana] = bank.knowledge.facts.all(viewer, category=Category.FAMILY)
    [exam] = bank.knowledge.coming.all(viewer)
    assert not others

    def acting() -> Iterator[Callable[[Knowledge], object]]:
        yield lambda known: Facts(bank.state, known).get(nuts.id, viewer)
        yield lambda known: Facts(bank.state, known).edit(nuts.id, "Nuts!", viewer)
        change = FactChange(locked=True)
        yield lambda known: Facts(bank.state, known).revise(nuts.id, change, viewer)
        yield lambda known: Facts(bank.state, known).merge(
            nuts.id, [ana.id], "Both.", viewer
        )
        yield lambda known: DueBook(bank.state, known).call_off(exam.thread.id, viewer)

    for act in acting():
        waited = Waited(bank.state, readings, by_model, Room(1, 1))
        assert act(waited)
        assert not waited.all_at_once


def test_of_what_the_background_read_nothing_is_read_at_the_next_start() -> None:
    """Of fewer than 64 messages all were, in the first prompt of each start."""
    bank = a_bank(*TOLD)
    while bank.read():
        pass
    later = MessageReadings(bank.state)

    assert later.due() == 0
    assert later.fact_counts().tolist() == (
        bank.knowledge.readings.fact_counts().tolist()
    )


def test_what_is_kept_is_taken_over_a_lot_at_a_time() -> None:
    bank = a_bank(*TOLD, *(f"Hm, {number}." for number in range(600)))
    bank.knowledge.read_all()
    bank.knowledge.readings.keep()
    later = MessageReadings(bank.state)
    knowledge = Knowledge(bank.state, later, ModelFacts(bank.state, NO_WRITER))
    viewer = Viewer(bank.state.chats.row_called("test", "one"))

    assert not later.load(1)
    assert not later.work(), "nothing is read twice"
    counts = bank.knowledge.readings.fact_counts()
    assert later.fact_counts().tolist() == counts.tolist()
    assert len([*knowledge.whole_of(viewer).facts.known()]) == 3
