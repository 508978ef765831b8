"""Banks are closed when others are wanted, and nobody who works on one notices."""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from weakref import ref

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.build import build_engine
from long_term_memory.config import DurabilitySettings, Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.engine.worker import MOST_WAITING, Worker
from long_term_memory.errors import EmbeddingError, OutOfHandles, StoreError
from long_term_memory.models.embedder import Embedder, LazyEmbedder
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.handles import Handles
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, recalled, texts, window
from .ground import disk_full, may_mount

ROOT = Path(__file__).parents[2]
# By hand: 1000 characters and 256 files.
CHARACTERS = os.environ.get("LTM_CHARACTERS", "80")
FILES = os.environ.get("LTM_FILES", "96")

Build = Callable[..., Engine]


@pytest.fixture
def few(tmp_path: Path) -> Build:
    """Build engines that keep few banks open."""

    def build(
        most: int, load: Callable[[], Embedder] = HashEmbedder, folder: str = "data"
    ) -> Engine:
        kept = DurabilitySettings(most_open_banks=most)
        return build_engine(Settings(durability=kept), tmp_path / folder, load=load)

    return build


def of(name: str) -> Scope:
    return Scope(user="anon", character=name)


def no_model() -> Embedder:
    raise EmbeddingError("There is no model here.")


def all_files_taken() -> list[int]:
    """Open files until there are none left."""
    gc.collect()  # Else it may free some in the middle.
    hogs: list[int] = []
    with suppress(OSError):
        while True:
            hogs.append(os.open(os.devnull, os.O_RDONLY))
    return hogs


def test_a_thousand_characters_need_few_files(tmp_path: Path) -> None:
    """Each took five files for ever; with 1,024 allowed the 203rd was not kept."""
    pytest.importorskip("resource")
    command = [sys.executable, "-m", "tests.engine.crowd"]
    done = subprocess.run(
        [*command, str(tmp_path / "data"), CHARACTERS, CHARACTERS, FILES],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"extensions{os.pathsep}."},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    told = json.loads(done.stdout or f'"{done.stderr}"')
    assert (told["errors"], told["faults"], told["unkept"]) == ([], {}, "")
    assert told["files"] < int(FILES)
    engine = build_engine(Settings(), tmp_path / "data", load=HashEmbedder)
    assert len(engine.scopes()) == int(CHARACTERS)
    for name, said in told["said"].items():
        bank = engine.bank(of(name))
        assert texts(bank.chat("one", host="test")) == said
    engine.close()


@given(wanted=st.lists(st.sampled_from("abcdef"), max_size=40), most=st.integers(1, 5))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_ones_used_last_stay_open(few: Build, wanted: list[str], most: int) -> None:
    engine = few(most)
    expected: OrderedDict[str, None] = OrderedDict()
    for name in wanted:
        engine.bank(of(name))
        expected[name] = None
        expected.move_to_end(name)
        while len(expected) > most:
            expected.popitem(last=False)

        opened = {one for one in "abcdef" if engine.opened(of(one)) is not None}
        assert opened == set(expected)
        assert engine.status().open_banks == len(expected)
    engine.close()


def test_room_is_made_before_it_is_wanted(few: Build) -> None:
    """Who opened a bank waited for the disk until another one was closed."""
    engine = few(16)
    for number in range(40):
        a_chat(engine.bank(of(f"b{number}")), "one", "> Hello.")
    engine._tidier.close()
    engine._tidy()

    assert engine.status().open_banks == 14
    assert engine.storage._handles.count() <= 14  # type: ignore[attr-defined]
    assert engine.opened(of("b39")) is not None
    assert engine.opened(of("b0")) is None
    assert texts(engine.bank(of("b0")).chat("one", host="test")) == ["Hello."]
    engine.close()


def test_who_comes_back_while_it_is_to_rest_stays_open(few: Build) -> None:
    engine = few(16)
    bank = engine.bank(of("a"))
    a_chat(bank, "one", "> Hello.")
    opened = bank.state.store.data_version()

    engine._let_rest([bank])

    assert bank.state.store.data_version() == opened
    engine.close()


def test_whoever_holds_a_bank_works_on_undisturbed(few: Build) -> None:
    engine = few(2)
    held = engine.bank(of("held"))
    chat = a_chat(held, "one", "> My cat is called Miso.", "What a name!")
    for name in "abcdef":
        a_chat(engine.bank(of(name)), "one", f"> I am {name}.", "Hello.")
    assert engine.opened(of("held")) is None

    chat.observe(window("> My cat is called Miso.", "What a name!", "> Is it?"))

    assert len(texts(chat)) == 3
    assert "My cat is called Miso." in recalled(
        held.chat("two", host="test"), "What is my cat called?"
    )
    assert engine.bank(of("held")) is held
    engine.close()


def test_what_others_wrote_while_it_rested_is_seen(few: Build) -> None:
    engine, other = few(1), few(1)
    chat = a_chat(engine.bank(of("Miku")), "one", "> Hello.")
    engine.bank(of("another"))

    a_chat(other.bank(of("Miku")), "one", "> Hello.", "Good evening.")

    assert texts(chat) == ["Hello.", "Good evening."]
    engine.close()
    other.close()


def test_vectors_come_even_if_the_bank_rests_meanwhile(few: Build) -> None:
    engine = few(1)
    for name in "abcdefgh":
        chat = engine.bank(of(name)).chat("one", host="test")
        chat.observe(window(*(f"> I am {name}, line {n}." for n in range(80))))
    for name in "abcdefgh":
        bank = engine.bank(of(name))

        recalled(bank.chat("two", host="test"), f"Who is {name}?")
        assert bank.settle(30)
        assert bank.stats().due == 0
        assert bank.stats().embedded == 80
    engine.close()


def test_a_model_that_never_comes_keeps_no_bank_in_memory(few: Build) -> None:
    """The worker holds whatever waits for a vector, and tried for ever."""
    engine = few(2, load=no_model)
    for name in "abcdef":
        a_chat_unembedded = engine.bank(of(name)).chat("one", host="test")
        a_chat_unembedded.observe(window("> Hello.", "Good evening."))
    del a_chat_unembedded
    engine.bank(of("g"))
    kept = [ref(bank) for bank in engine._banks.all_kept()]
    assert len(kept) == 5
    engine._banks.clear()  # Which keeps small ones for a while.
    gc.collect()

    # The one that the worker is trying just now, at the most.
    assert sum(bank() is not None for bank in kept) <= 1
    engine.close()


class Unfinished:
    """A bank that always has something due."""

    def read(self) -> bool:
        return True

    def ahead(self, embedder: Embedder) -> Sequence[str]:
        return ()

    def derive(self, embedder: Embedder, count: int) -> int:
        return 1

    def rest(self) -> None:
        """Has no files."""


def test_a_worker_that_does_not_keep_up_holds_no_more_banks() -> None:
    lazy = LazyEmbedder(HashEmbedder)
    assert lazy.ready(20) is not None
    worker = Worker(lazy, Faults(utc_now))
    banks = [Unfinished() for _ in range(MOST_WAITING + 1)]
    with worker.resting():
        for bank in banks[1:]:
            worker.wake(bank)
        assert worker.able
        worker.wake(banks[0])
        assert (worker.able, worker.waiting()) == (False, len(banks))
        worker.rests(banks[0])
        assert (worker.able, worker.waiting()) == (True, MOST_WAITING)
        worker.close()


def test_other_settings_reach_a_bank_that_rests(few: Build) -> None:
    engine = few(1)
    held = engine.bank(of("held"))
    a_chat(held, "one", "> Hello there.", "Good evening.")
    engine.bank(of("other"))

    embedding = replace(engine.settings.embedding, embedding_model="another")
    engine.configure(replace(engine.settings, embedding=embedding))

    a_chat(held, "one", "> Hello there.", "Good evening.", "> And so on.")
    assert held.stats().embedded == 3
    engine.close()


def test_a_bank_whose_files_are_replaced_is_closed_at_rest_too(few: Build) -> None:
    engine = few(1)
    held = engine.bank(of("held"))
    a_chat(held, "one", "> Hello.")
    engine.bank(of("other"))
    held.stats()  # It opens its files again.

    with engine.closed([of("held")]):
        pass

    with pytest.raises(StoreError, match="closed"):
        held.stats()
    assert engine.bank(of("held")) is not held
    engine.close()


def test_a_bank_in_the_middle_of_something_is_not_closed(tmp_path: Path) -> None:
    handles = Handles(1)
    bank = open_bank(tmp_path / "a", handles=handles)
    inside, done = Event(), Event()

    def read() -> None:
        with bank.reading():
            inside.set()
            assert done.wait(20)
            bank.chats.all()

    thread = Thread(target=read)
    thread.start()
    assert inside.wait(20)
    other = open_bank(tmp_path / "b", handles=handles)
    assert not bank.rest()
    done.set()
    thread.join()

    assert bank.rest()
    with other.reading():
        assert not other.rest()
    bank.close()
    other.close()
    assert handles.count() == 0


def test_without_files_left_it_is_told_and_nothing_empty_stays(tmp_path: Path) -> None:
    """It spoke of permissions, and left an empty database behind."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = max(int(one.name) for one in Path("/dev/fd").iterdir()) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 40, hard))
    hogs = all_files_taken()
    try:
        for spare in range(5):
            with pytest.raises(OutOfHandles, match="ulimit -n"):
                open_bank(tmp_path / f"{spare}")
            os.close(hogs.pop())
    finally:
        for hog in hogs:
            os.close(hog)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not [*tmp_path.glob("*/memory.sqlite3*")]


def test_with_no_files_left_those_at_rest_make_room(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    handles = Handles(100)
    banks = [open_bank(tmp_path / f"{n}", handles=handles) for n in range(6)]
    lowest = max(int(one.name) for one in Path("/dev/fd").iterdir()) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    hogs = all_files_taken()
    try:
        late = open_bank(tmp_path / "late", handles=handles)
        late.metadata.put("k", "v")
        for one in banks:
            one.metadata.put("k", "v")
            assert one.metadata.get("k") == "v"
    finally:
        for hog in hogs:
            os.close(hog)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    late.close()
    for one in banks:
        one.close()


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount a disk")
def test_on_a_full_disk_memories_are_still_found_by_meaning(
    few: Build, tmp_path: Path
) -> None:
    """Even opening wants to write: the index of the journal is a file."""
    with disk_full(tmp_path / "data", random.Random(1)) as (fill, free):
        engine = few(9)
        a_chat(engine.bank(of("Miku")), "one", "> My cat is called Miso.", "I see.")
        recalled(engine.bank(of("Miku")).chat("two", host="test"), "cat")
        assert engine.bank(of("Miku")).settle(20)
        engine.close()
        fill()

        again = few(9)
        bank = again.bank(of("Miku"))
        found = recalled(bank.chat("two", host="test"), "Who is called Miso?")
        assert found[0] == "My cat is called Miso."
        assert bank.stats().embedded == 2
        with pytest.raises(StoreError):
            bank.chat("one", host="test").observe(window("> Anything.", "At all."))
        assert "full" in again.status().unkept
        free()

        bank.chat("one", host="test").observe(window("> Anything.", "At all."))
        assert again.status().unkept == ""
        again.close()
