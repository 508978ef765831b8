"""What earlier versions left is used as it is, and they may run beside us."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import MemoryKind, Query
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up, restore
from long_term_memory.engine.maintenance.health import examine
from long_term_memory.errors import StoreError
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder
from long_term_memory.testing import HashEmbedder

from .builders import texts, window
from .conftest import MIKU

FROZEN = Path(__file__).parent.parent / "storage" / "frozen"
CAT = "My cat is called Miso."

# As every version so far takes them, whatever its modules were called.
HOLD = (
    "import fcntl, os, sys\n"
    "held = [os.open(name, os.O_RDWR | os.O_CREAT) for name in sys.argv[1:]]\n"
    "for one in held: fcntl.flock(one, fcntl.LOCK_EX)\n"
    "print('held', flush=True); sys.stdin.read()\n"
)


@pytest.fixture(params=sorted(FROZEN.glob("*.sql")), ids=lambda file: file.stem)
def left_behind(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bank as an earlier version wrote it; its database."""
    frozen: Path = request.param
    path = make_bank_folder(tmp_path / "data", MIKU) / "memory.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(frozen.read_text("utf-8"))
    return path


def test_a_bank_of_every_earlier_version_opens_and_goes_on(
    left_behind: Path, open_engine: Callable[[], Engine]
) -> None:
    engine = open_engine()
    bank = engine.bank(MIKU)
    chat = bank.chat("Anna/one", host="webui")
    assert texts(chat)[0] == CAT
    [note] = [one for one in bank.memories.hands() if one.kind is MemoryKind.NOTE]
    assert note.content == "Miso is a cat."

    chat.observe(window(f"> {CAT}", "What a name!", "> She sleeps all day."))
    assert bank.settle(20)
    other = bank.chat("two", host="webui")
    other.observe(window("> Hello."))
    found = [one.memory.content for one in other.recall(Query(text="Who is Miso?"))]

    assert CAT in found
    looked_at = examine(engine, lambda _: HashEmbedder())
    assert [one for one in looked_at if one.level is Level.FAULT] == []


def test_a_bank_of_every_earlier_version_forgets_and_is_saved(
    left_behind: Path, open_engine: Callable[[], Engine]
) -> None:
    engine = open_engine()

    [bank] = back_up(engine).archive.banks
    plan = engine.forgetting(MIKU).forget(ForgetTarget(memories=("m1",)))

    assert bank.rows["messages"] == 2
    assert (plan.messages, plan.examples) == (1, (CAT,))
    engine.close()
    assert b"called Miso" not in left_behind.read_bytes()
    # Its copy from before the update went, too; the one by hand is the user's own.
    assert not [*left_behind.parent.glob("backups/*.zip")]


@pytest.mark.skipif(os.name != "posix", reason="the other program locks as POSIX does")
def test_what_an_older_version_has_open_is_not_replaced(
    open_engine: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = open_engine()
    engine.bank(MIKU).memories.add("Remember this.")
    archive = back_up(engine).archive
    engine.close()
    folder = bank_folder(tmp_path / "data", MIKU)
    older = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / "open-by-4711-0123abcd.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with older:
        assert older.stdout is not None
        assert older.stdout.readline().strip() == b"held"
        with pytest.raises(StoreError, match="is open in process 4711"):
            restore(engine, archive)
        older.kill()

    assert [one.scope for one in restore(engine, archive)] == [MIKU]


@pytest.mark.skipif(os.name != "posix", reason="the other program locks as POSIX does")
def test_an_older_version_that_embeds_is_left_to_it(
    open_engine: Callable[[], Engine], tmp_path: Path
) -> None:
    """Else both would embed everything."""
    engine = open_engine()
    bank = engine.bank(MIKU)
    engine.close()
    folder = bank_folder(tmp_path / "data", MIKU)
    older = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / "worker.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with older:
        assert older.stdout is not None
        assert older.stdout.readline().strip() == b"held"
        engine = open_engine()
        bank = engine.bank(MIKU)
        bank.chat("one", host="webui").observe(window(f"> {CAT}", "What a name!"))
        assert not bank.settle(0.3)
        assert bank.due()
        older.kill()

    assert bank.settle(20)
