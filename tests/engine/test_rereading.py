"""Words that an older version read are read anew by themselves, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import copy
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import cast

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import Lexicon
from long_term_memory.core.text.memorable import Worth
from long_term_memory.core.text.tokenizer import LEXICON, term_bytes
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.embedding.rereading import (
    LOT,
    READ_BY,
    MessagePass,
    Rereading,
)
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.rebuild import What
from long_term_memory.storage.in_memory import InMemoryBank
from long_term_memory.storage.protocols import BankStore
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import make_bank_folder
from long_term_memory.storage.sqlite.reencryption import encrypt

from .builders import a_chat, recalled, window
from .conftest import MIKU, Clock
from .models import Library, start

FROZEN = sorted((Path(__file__).parents[1] / "storage" / "frozen").glob("*.sql"))

KEY = bytes(range(32))
ASKED = "What snack do I dislike?"
PANEL = "Fine.\n```\nmood: gloomysome\n```"
LINES = [f"> {ASKED}", PANEL, "> I dislike liquorice.", "Noted about liquorice."]


def read_by_the_first(store: BankStore) -> None:
    """Leave the words as the first version of the reading left them."""
    said = store.messages.get(range(1, store.messages.last_row() + 1))
    store.messages.put_lexicons(
        {
            row: Lexicon(term_bytes(one.content), one.content.endswith("?"))
            for row, one in said.items()
        }
    )
    store.metadata.drop(READ_BY)


def in_memory(folder: Path) -> BankStore:
    del folder
    return InMemoryBank()


def encrypted(folder: Path) -> BankStore:
    open_bank(folder).close()
    encrypt(folder, lambda: KEY)
    return open_bank(folder, keys=lambda: KEY)


def worths(store: BankStore) -> list[Worth]:
    return [entry.lexicon.worth for entry in store.messages.index_entries()]


@pytest.fixture
def old(open_engine: Callable[[], Engine]) -> Callable[[], Engine]:
    """Open engines on a bank that an older version left."""
    engine = open_engine()
    a_chat(engine.bank(MIKU), "a", *LINES)
    read_by_the_first(engine.bank(MIKU).state.store)
    engine.close()
    return open_engine


def test_a_bank_of_an_older_version_recalls_no_bare_question_after_its_first_turn(
    old: Callable[[], Engine],
) -> None:
    bank = old().bank(MIKU)
    assert bank.rereading.due()
    assert worths(bank.state.store) == [Worth.MEMORY] * 4
    chat = bank.chat("b", host="test")

    recalled(chat, ASKED)
    assert bank.settle(20)

    assert worths(bank.state.store)[0] == Worth.NOTHING
    assert recalled(chat, ASKED)[0] == "I dislike liquorice."
    assert ASKED not in recalled(chat, ASKED)
    assert PANEL not in recalled(chat, "gloomysome", limit=1)
    assert not bank.rereading.due()
    again = old().bank(MIKU)
    assert not again.rereading.due()
    assert ASKED not in recalled(again.chat("b", host="test"), ASKED)


def test_until_then_the_old_words_serve(old: Callable[[], Engine]) -> None:
    bank = old().bank(MIKU)

    found = recalled(bank.chat("b", host="test"), "liquorice", limit=2)

    assert {"I dislike liquorice.", "Noted about liquorice."} == set(found)


def test_opening_a_bank_with_old_words_and_looking_into_it_writes_nothing(
    old: Callable[[], Engine],
) -> None:
    engine = old()
    with engine.peek(MIKU) as peek:
        before = peek.store.data_version()
        bank = engine.bank(MIKU)
        assert peek.store.data_version() == before

    assert bank.state.store.metadata.get(READ_BY) is None
    assert worths(bank.state.store) == [Worth.MEMORY] * 4


def test_words_are_read_anew_where_no_model_can_be_loaded(
    old: Callable[[], Engine], tmp_path: Path, clock: Clock
) -> None:
    old().close()
    engine = start(tmp_path / "data", Library(), "gone", clock)
    bank = engine.bank(MIKU)

    bank.begin_indexing()
    until = monotonic() + 60
    while bank.rereading.due() and monotonic() < until:
        sleep(0.01)

    assert worths(bank.state.store)[0] == Worth.NOTHING
    assert not bank.rereading.due()
    engine.close()


def test_one_that_is_killed_half_way_does_it_again(
    open_engine: Callable[[], Engine],
) -> None:
    engine = open_engine()
    bank = engine.bank(MIKU)
    a_chat(bank, "a", *[f"> {ASKED}"] * (LOT + 10))
    read_by_the_first(bank.state.store)
    half = Rereading(bank.state)
    assert half.work()
    done = worths(bank.state.store)
    assert set(done[:LOT]) != {Worth.MEMORY}
    assert done[LOT:] == [Worth.MEMORY] * 10
    engine.close()

    bank = open_engine().bank(MIKU)
    assert bank.rereading.due()
    bank.begin_indexing()
    assert bank.settle(20)

    assert Worth.MEMORY not in worths(bank.state.store)
    assert bank.state.store.metadata.get(READ_BY) == str(LEXICON)


def test_a_new_bank_notes_at_once_who_reads_its_words(bank: Bank) -> None:
    assert bank.state.store.metadata.get(READ_BY) == str(LEXICON)
    assert not bank.rereading.due()


def test_two_programs_may_both_do_it(old: Callable[[], Engine]) -> None:
    one, other = old().bank(MIKU), old().bank(MIKU)
    assert one.rereading.due()
    assert other.rereading.due()

    assert one.rereading.work()
    assert other.rereading.work()
    assert one.rereading.work()
    assert other.rereading.work()

    for bank in (one, other):
        assert not bank.rereading.work()
        assert ASKED not in recalled(bank.chat("b", host="test"), ASKED)


def test_a_rebuild_of_words_by_hand_is_as_good(old: Callable[[], Engine]) -> None:
    bank = old().bank(MIKU)

    bank.rebuild().run([What.WORDS])

    assert not old().bank(MIKU).rereading.due()


def test_one_that_was_stopped_notes_nothing(old: Callable[[], Engine]) -> None:
    bank = old().bank(MIKU)

    MessagePass(bank.state).finish()

    assert bank.state.store.metadata.get(READ_BY) is None


def test_what_was_forgotten_or_deleted_stays_so(
    old: Callable[[], Engine],
) -> None:
    engine = old()
    bank = engine.bank(MIKU)
    [deleted] = bank.memories.search("dislike liquorice")
    bank.memories.delete(deleted.id)
    [forgotten] = bank.memories.search("gloomysome")
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(forgotten.id,)))
    assert bank.settle(20)
    read_by_the_first(bank.state.store)
    engine.close()

    bank = old().bank(MIKU)
    assert bank.rereading.due()
    bank.begin_indexing()
    assert bank.settle(20)

    assert not bank.rereading.due()
    found = recalled(bank.chat("b", host="test"), "liquorice")
    assert "I dislike liquorice." not in found
    assert "Noted about liquorice." in found
    assert bank.memories.search("gloomysome") == []
    assert bank.state.store.messages.get([2])[2].content == ""


class Before:
    """A lock that lets something happen before it is taken for the n-th time."""

    def __init__(self, lock: RLock, count: int, happens: Callable[[], object]) -> None:
        self._lock, self._count, self._happens = lock, count, happens

    def __enter__(self) -> None:
        self._count -= 1
        if not self._count:
            self._happens()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def test_what_is_forgotten_while_its_words_are_read_does_not_get_them_back(
    old: Callable[[], Engine],
) -> None:
    engine = old()
    bank = engine.bank(MIKU)
    bank.rereading.stop()  # Only the reading of this test.
    [one] = bank.memories.search("dislike liquorice")

    def forgets() -> None:
        engine.forgetting(MIKU).forget(ForgetTarget(memories=(one.id,)))

    # The rows are counted, read, and at last written.
    lock = cast(RLock, Before(bank.state.lock, 3, forgets))
    state = copy(bank.state)
    state.lock = lock
    assert MessagePass(state).lot()

    store = bank.state.store
    terms = {entry.row: entry.lexicon.terms for entry in store.messages.index_entries()}
    assert terms[3] == b""
    assert terms[4] == term_bytes("Noted about liquorice.")
    assert store.messages.get([3])[3].content == ""


@pytest.mark.parametrize("make", [in_memory, encrypted], ids=["memory", "sealed"])
def test_every_kind_of_store_is_read_anew(
    make: Callable[[Path], BankStore], tmp_path: Path, clock: Clock
) -> None:
    with closing(make(tmp_path)) as store:
        chat = Bank(MIKU, store, settings=Settings, clock=clock).chat("a", host="test")
        chat.observe(window(*LINES))
        read_by_the_first(store)
        bank = Bank(MIKU, store, settings=Settings, clock=clock)
        assert ASKED in recalled(bank.chat("b", host="test"), ASKED)

        while bank.rereading.work():
            assert bank.rereading.due() or store.metadata.get(READ_BY) == str(LEXICON)

        assert ASKED not in recalled(bank.chat("b", host="test"), ASKED)
        assert not Rereading(bank.state).due()


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda file: file.stem)
def test_a_bank_of_any_schema_is_read_anew(
    frozen: Path, open_engine: Callable[[], Engine], tmp_path: Path
) -> None:
    folder = make_bank_folder(tmp_path / "data", MIKU)
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        connection.executescript(frozen.read_text("utf-8"))
        connection.execute("UPDATE lexicon SET terms = X''")
        connection.commit()
    bank = open_engine().bank(MIKU)
    assert bank.rereading.due()

    bank.begin_indexing()
    assert bank.settle(20)

    first, *_ = bank.state.store.messages.index_entries()
    assert first.lexicon.terms == term_bytes("My cat is called Miso.")
    assert bank.state.store.metadata.get(READ_BY) == str(LEXICON)
    assert [one.content for one in bank.memories.search("miso")]
