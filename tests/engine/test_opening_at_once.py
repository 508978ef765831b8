"""Nobody waits for another's bank, and there are never two objects for one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock, get_ident

import pytest

from long_term_memory.config import DurabilitySettings, Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.engine.open_banks import Gates
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.storage.protocols import BankStore
from long_term_memory.storage.sqlite.backend import SqliteBackend
from long_term_memory.testing import HashEmbedder

from .builders import texts, window

SECONDS = 20.0
RACE_SECONDS = 1.5


class SlowBackend(SqliteBackend):
    """Opens the banks of one character only when it is let."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked, self.let = Event(), Event()
        self.opened: list[str] = []

    def open(self, scope: Scope) -> BankStore:
        self.opened.append(scope.character)
        if scope.character == "slow":
            self.asked.set()
            assert self.let.wait(SECONDS)
        return super().open(scope)


class World(ThreadPoolExecutor):
    """An engine that keeps few banks open, and threads that use it."""

    def __init__(self, folder: Path, most: int = 8) -> None:
        super().__init__(12)
        self.storage = SlowBackend(folder)
        self.engine = Engine(
            Settings(durability=DurabilitySettings(most_open_banks=most)),
            folder,
            self.storage,
            Backends(make_embedder=lambda settings: LazyEmbedder(HashEmbedder)),
            utc_now,
            Faults(utc_now),
        )

    def opens(self, name: str, user: str = "anon") -> Future[Bank]:
        return self.submit(self.engine.bank, Scope(user=user, character=name))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data")
    yield made
    made.storage.let.set()
    made.shutdown()
    made.engine.close()


def of(name: str) -> Scope:
    return Scope(user="anon", character=name)


def test_while_one_bank_is_opened_others_go_on(world: World) -> None:
    """All waited at one lock for whatever the disk was asked for."""
    world.engine.bank(of("warm"))
    first = world.opens("slow", user="one")
    assert world.storage.asked.wait(SECONDS)
    second = world.opens("slow", user="one")

    assert world.opens("warm").result(SECONDS) is world.engine.bank(of("warm"))
    assert world.opens("another").result(SECONDS).scope == of("another")
    assert world.engine.opened(Scope(user="one", character="slow")) is None
    assert world.engine.status().open_banks == 2
    assert not first.done()
    assert not second.done()
    world.storage.let.set()

    assert first.result(SECONDS) is second.result(SECONDS)
    assert world.storage.opened.count("slow") == 1


def test_however_it_is_written_a_bank_that_is_being_made_is_one(world: World) -> None:
    """Neither spelling is on the disk when both are told."""
    first = world.opens("slow")
    assert world.storage.asked.wait(SECONDS)
    second = world.opens("SLOW", user="Anon")
    world.storage.let.set()

    assert first.result(SECONDS) is second.result(SECONDS)


def test_the_first_banks_of_a_user_are_made_under_one_name(world: World) -> None:
    first = world.opens("slow", user="anna")
    assert world.storage.asked.wait(SECONDS)
    second = world.opens("other", user="ANNA")
    world.storage.let.set()

    assert {first.result(SECONDS).scope.user, second.result(SECONDS).scope.user} == {
        "anna"
    }


def test_who_wants_a_bank_whose_files_are_replaced_waits(world: World) -> None:
    before = world.engine.bank(of("a"))
    with world.engine.closed([of("a"), of("b")]):
        wanted = world.opens("a")
        looked = world.submit(world.engine.opened, of("a"))
        assert world.opens("another").result(SECONDS).scope == of("another")
        assert not wanted.done()
        assert not looked.done()

    assert wanted.result(SECONDS) is not before
    looked.result(SECONDS)
    assert world.engine.opened(of("a")) is wanted.result()


def test_the_end_waits_for_what_is_being_opened(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    opening = world.opens("slow")
    assert world.storage.asked.wait(SECONDS)
    ended = world.submit(world.engine.close)
    time.sleep(0.01)
    assert not ended.done()
    world.storage.let.set()

    ended.result(SECONDS)
    assert opening.result(SECONDS).scope == of("slow")
    assert world.storage._handles.count() == 0
    world.shutdown()


def test_two_that_want_the_same_two_things_do_not_wait_for_ever() -> None:
    gates, inside = Gates(), [0]

    def take(*things: str) -> None:
        for _ in range(200):
            with gates.alone(*things), gates.alone(things[0]):
                inside[0] += 1
                assert inside[0] == 1
                assert gates.is_mine(things[0])
                inside[0] -= 1

    with ThreadPoolExecutor(4) as pool:
        orders = [("a", "b"), ("b", "a"), ("a", "b", "a"), ("b", "c", "a")]
        for done in [pool.submit(take, *order) for order in orders]:
            done.result(SECONDS)
    assert not gates.is_mine("a")
    gates.settle()


class Crowd:
    """People who each say things to few characters while banks come and go."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.until = time.monotonic() + RACE_SECONDS
        self.said: dict[str, list[str]] = {}
        self.held: dict[str, tuple[int, Bank, int]] = {}
        self.lock = Lock()

    def talk(self, name: str) -> None:
        """Say one thing after the other, each to a bank asked for anew."""
        said = self.said.setdefault(name, [])
        while time.monotonic() < self.until:
            bank = self._hold(name)
            said.append(f"{name} {len(said)}")
            lines = (f"> {text}" for text in said)
            bank.chat("one", host="test").observe(window(*lines))
            self._let_go(name)

    def look(self, chance: random.Random) -> None:
        """Hold the same banks as those who talk."""
        while time.monotonic() < self.until:
            name = chance.choice(list(self.said) or ["0"])
            bank = self._hold(name)
            assert bank.scope == of(name)
            bank.stats()
            self._let_go(name)

    def disturb(self, chance: random.Random) -> None:
        """Close banks, ask for the whole, give it another worker."""
        acts: list[Callable[[], object]] = [
            self.world.engine.status,
            self.world.engine._tidy,
            lambda: self.world.engine.configure(self.world.engine.settings),
        ]
        while time.monotonic() < self.until:
            chance.choice(acts)()
            time.sleep(0.002)

    def _hold(self, name: str) -> Bank:
        bank = self.world.engine.bank(of(name))
        with self.lock:
            count, known, _ = self.held.get(name, (0, bank, 0))
            assert known is bank, "two objects for one bank, while one is held"
            self.held[name] = (count + 1, bank, get_ident())
        return bank

    def _let_go(self, name: str) -> None:
        with self.lock:
            count, bank, who = self.held.pop(name)
            if count > 1:
                self.held[name] = (count - 1, bank, who)


def test_in_a_crowd_nothing_is_lost_and_each_bank_is_one(tmp_path: Path) -> None:
    world = World(tmp_path / "data", most=2)
    crowd = Crowd(world)
    jobs = [world.submit(crowd.talk, name) for name in "012345"]
    jobs += [world.submit(crowd.look, random.Random(seed)) for seed in range(3)]
    jobs += [world.submit(crowd.disturb, random.Random(9))]

    for job in jobs:
        job.result(SECONDS)

    assert all(crowd.said.values())
    for name, said in crowd.said.items():
        assert texts(world.engine.bank(of(name)).chat("one", host="test")) == said
    assert world.engine.faults.last is None
    world.shutdown()
    world.engine.close()
    assert world.storage._handles.count() == 0
