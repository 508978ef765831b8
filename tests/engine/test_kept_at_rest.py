"""A small bank that rests stays in memory, and tells just what one read anew tells."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import DurabilitySettings, Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up, find_archive, restore
from long_term_memory.engine.open_banks import KEPT, SMALL
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.storage.sqlite.reencryption import decrypt, encrypt
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE
from long_term_memory.testing import HashEmbedder

MIKU, LEN = (Scope(user="anon", character=name) for name in ("Miku", "Len"))
KEY = bytes(range(32))
THINGS = ("cat", "boat", "letter", "garden", "violin", "lantern")
STEPS, SEEDS = 12, 6


def engine_of(data: Path, most: int = 1) -> Engine:
    kept = DurabilitySettings(most_open_banks=most)
    return build_engine(Settings(durability=kept), data, load=HashEmbedder)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(engine_of(tmp_path / "data")) as engine:
        yield engine


def shown(bank: Bank) -> list[str]:
    path = bank.chat("one", host="test").path()
    return [place.message.content for place in path]


def say(bank: Bank, *lines: str, keep: int | None = None) -> None:
    """Go on with the only chat, or with what is kept of it."""
    told = (
        WindowMessage(role="user", name="Anon", content=line)
        for line in [*shown(bank)[:keep], *lines]
    )
    window = Window(messages=tuple(told), complete=True)
    bank.chat("one", host="test").observe(window)
    assert bank.settle(30)


def view(bank: Bank) -> object:
    """Return all that a bank tells."""
    assert bank.settle(30)
    query = Query(text="Where is my boat?", limit=8, gated=False)
    counts = bank.stats()
    return (
        shown(bank),
        [one.memory.content for one in bank.chat("", host="test").recall(query)],
        sorted((one.content, one.hidden) for one in bank.memories.list()),
        sorted(one.content for one in bank.memories.search("cat")),
        facts_of(bank),
        (counts.messages, counts.chats, counts.notes),
        bank.keeps_all(),
    )


def facts_of(bank: Bank) -> list[str]:
    viewer = bank.knowledge.viewer_of("")
    return [one.text for one in bank.knowledge.facts.all(viewer, past=True)]


class Other:
    """Another program that works on the same memories."""

    def __init__(self, data: Path, dice: random.Random) -> None:
        self.data = data
        self._dice = dice
        self.acts: tuple[Callable[[], None], ...] = (
            lambda: None,
            self.read,
            self.chat_on,
            self.swipe,
            self.note,
            self.forget,
            self.clear,
            self.forget_all,
            self.put_back,
            self.encrypt,
            self.decrypt,
            self.write_past_us,
        )

    def act(self) -> str:
        act = self._dice.choice(self.acts)
        act()
        return getattr(act, "__name__", "")

    def read(self) -> None:
        with closing(engine_of(self.data)) as engine:
            view(engine.bank(MIKU))

    def chat_on(self) -> None:
        with closing(engine_of(self.data)) as engine:
            say(engine.bank(MIKU), *self._lines())

    def swipe(self) -> None:
        with closing(engine_of(self.data)) as engine:
            say(engine.bank(MIKU), *self._lines(), keep=-1)

    def note(self) -> None:
        with closing(engine_of(self.data)) as engine:
            engine.bank(MIKU).memories.add(self._lines()[0])

    def forget(self) -> None:
        with closing(engine_of(self.data)) as engine:
            path = engine.bank(MIKU).chat("one", host="test").path()
            if path:
                gone = self._dice.choice(path).message.id
                engine.forgetting(MIKU).forget(ForgetTarget(memories=(gone,)))

    def clear(self) -> None:
        with closing(engine_of(self.data)) as engine:
            bank = engine.bank(MIKU)
            chats = [one.id for one in bank.chats()]
            if chats:
                bank.undo_log.clear(f"{self._dice.random()}", "a test", chats, step="")

    def forget_all(self) -> None:
        with closing(engine_of(self.data)) as engine:
            engine.forgetting(MIKU).forget(ForgetTarget(everything=True))

    def put_back(self) -> None:
        with closing(engine_of(self.data)) as engine:
            restore(engine, find_archive(engine, self.data / "backups"), [MIKU])

    def encrypt(self) -> None:
        if self._is_in_clear():
            encrypt(bank_folder(self.data, MIKU), lambda: KEY)

    def decrypt(self) -> None:
        if not self._is_in_clear():
            decrypt(bank_folder(self.data, MIKU), lambda: KEY)

    def _is_in_clear(self) -> bool:
        with closing(engine_of(self.data)) as engine:
            return engine.bank(MIKU).state.store.in_clear

    def write_past_us(self) -> None:
        file = bank_folder(self.data, MIKU) / DATABASE_FILE
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE hand SET hidden = 1 - hidden")
            connection.commit()

    def _lines(self) -> list[str]:
        things = self._dice.sample(THINGS, self._dice.randint(1, 3))
        return [f"My {thing} is {self._dice.randint(1, 999)} old." for thing in things]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_others_did_a_kept_bank_tells_what_one_read_anew_tells(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, dice = tmp_path / "data", random.Random(seed)
    if seed % 2:
        monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY.hex())
    with closing(engine_of(data)) as engine:
        say(engine.bank(MIKU), "My cat is called Miso.", "My boat is in the harbour.")
        back_up(engine, scopes=[MIKU])
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY.hex())
    other = Other(data, dice)
    done: list[str] = []
    with closing(engine_of(data)) as engine:
        for _ in range(STEPS):
            view(bank := engine.bank(MIKU))
            engine.bank(LEN)
            assert engine._banks.all_kept() == [bank]
            assert bank.settle(30)  # What is due opens it once more.
            bank.rest()
            for _ in range(dice.randint(1, 2)):
                done.append(other.act())

            ours = view(engine.bank(MIKU))
            with closing(engine_of(data)) as anew:
                assert view(anew.bank(MIKU)) == ours, done
            if dice.random() < 0.5:
                say(engine.bank(MIKU), f"So {len(done)}.")
        assert engine.status().unkept == ""
        assert engine.faults.counts() == {}


def test_a_bank_that_nobody_wrote_to_is_not_read_again(engine: Engine) -> None:
    """A turn read it anew whenever it was closed meanwhile: 25 of 66 statements."""
    bank = engine.bank(MIKU)
    say(bank, "My cat is called Miso.")
    read: list[str] = []
    asked = bank.state.store.chats.all

    def noted() -> object:
        read.append("chats")
        return asked()

    bank.state.store.chats.all = noted  # type: ignore[method-assign, assignment]
    engine.bank(LEN)
    assert engine.opened(MIKU) is None
    assert engine.bank(MIKU) is bank
    view(bank)
    assert read == []


def test_what_another_put_in_its_place_is_no_fault(
    engine: Engine, tmp_path: Path
) -> None:
    """Nobody works on what is kept, so nobody needs to be told."""
    say(engine.bank(MIKU), "My cat is called Miso.")
    back_up(engine, scopes=[MIKU])
    say(engine.bank(MIKU), "My boat is in the harbour.")
    engine.bank(LEN)
    with closing(engine_of(tmp_path / "data")) as other:
        restore(other, find_archive(other, tmp_path / "data" / "backups"), [MIKU])

    assert shown(engine.bank(MIKU)) == ["My cat is called Miso."]
    assert engine.faults.counts() == {}


def test_large_banks_are_not_kept(engine: Engine) -> None:
    say(engine.bank(MIKU), *(f"Line {number}." for number in range(SMALL + 1)))
    engine.bank(LEN)

    assert engine._banks.all_kept() == []


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    with closing(engine_of(tmp_path / "data")) as engine:
        for number in range(KEPT + 4):
            say(engine.bank(Scope(user="anon", character=f"c{number}")), "A line.")
        assert len(engine._banks.all_kept()) == KEPT


def test_neither_an_end_nor_another_model_opens_what_is_kept(tmp_path: Path) -> None:
    scopes = [Scope(user="anon", character=f"c{number}") for number in range(6)]
    with closing(engine_of(tmp_path / "data")) as engine:
        for scope in scopes:
            say(engine.bank(scope), "My cat is called Miso.")
        kept = engine._banks.all_kept()
        assert len(kept) == 5
        embedding = replace(engine.settings.embedding, embedding_model="another")
        engine.configure(replace(engine.settings, embedding=embedding))
        with engine.closed([MIKU]):
            pass

        handles = engine.storage._handles  # type: ignore[attr-defined]
        assert handles.count() == 1
        bank = engine.bank(scopes[0])
        assert bank is kept[0]
        assert bank.settle(30)
        assert bank.stats().embedded == 1
        opened = handles.count()
    assert opened <= 2
    assert handles.count() == 0
