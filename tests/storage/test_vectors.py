"""Vectors in bulk: stopped between any two steps, lost, and read by others."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from long_term_memory.errors import EmbeddingMismatch, StoreError
from long_term_memory.files import FileLock
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank
from long_term_memory.storage.sqlite.vector_array import CHUNK_ROWS, VectorArray
from long_term_memory.storage.sqlite.vector_table import SqliteVectorTable

from .builders import MODEL, a_chat, embed, expected, key_of, say

FLUSHED = 1500
ALL = 1570


class Banks:
    """Opens one bank again and again, as after a stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: list[SqliteBank] = []

    def open(self) -> SqliteBank:
        bank = open_bank(self.folder)
        self._opened.append(bank)
        return bank

    def table(self) -> SqliteVectorTable:
        """Open the bank once more and find its vectors, mended."""
        return self.open().vectors.table(MODEL)

    def repairs(self) -> list[str]:
        """Open the bank once more and say what had to be mended."""
        self.table()
        return self._opened[-1].repairs()

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()

    def array(self) -> Path:
        """Return the folder of the model's array."""
        [folder] = [
            p for p in (self.folder / "embeddings.zarr").iterdir() if p.is_dir()
        ]
        return folder

    def tell_lies(self, sql: str) -> None:
        """Change the database behind the store's back."""
        bank = open_bank(self.folder)
        bank._database.connection.execute(sql)
        bank.close()


@pytest.fixture
def banks(tmp_path: Path) -> Iterator[Banks]:
    """A bank with vectors 1 … FLUSHED in zarr and those up to ALL waiting."""
    made = Banks(tmp_path / "bank")
    bank = made.open()
    [row] = say(bank, a_chat(bank).row, "Hello.")
    table = bank.vectors.table(MODEL)
    embed(table, row, range(FLUSHED))
    assert table.flush() == FLUSHED
    embed(table, row, range(FLUSHED, ALL))
    made.close()
    yield made
    made.close()


def check(banks: Banks, survivors: list[int]) -> None:
    """The bank has these vectors, dense and rightly linked; lost ones can return."""
    for _ in range(2):
        bank = banks.open()
        table = bank.vectors.table(MODEL)
        np.testing.assert_array_equal(table.vectors(), expected(survivors))
        numbers = {key_of(n): i for i, n in enumerate(survivors, start=1)}
        assert table.known([key_of(n) for n in range(ALL)]) == numbers
        links = {left: vector for _, _, left, _, vector in table.links().tolist()}
        assert links == {n: i for i, n in enumerate(survivors, start=1)}
        assert len(bank.chats.path(1)) == 1
        table.flush()
        np.testing.assert_array_equal(table.vectors(), expected(survivors))
        banks.close()
    table = banks.table()
    embed(table, 1, range(ALL + 100))
    table.flush()
    wanted = survivors + [n for n in range(ALL + 100) if n not in set(survivors)]
    np.testing.assert_array_equal(table.vectors(), expected(wanted))
    banks.close()
    assert banks.repairs() == []


# -- stops between two steps of a flush ------------------------------------------------


def nothing(array: Path) -> None:
    """Stop before anything happened."""


def longer_shape(array: Path) -> None:
    """Stop after zarr wrote the new shape, before the chunks."""
    header = json.loads((array / "zarr.json").read_text())
    header["shape"][0] = ALL
    (array / "zarr.json").write_text(json.dumps(header))


def a_half_written_file(array: Path) -> None:
    """Stop while zarr wrote a chunk under its draft's name."""
    longer_shape(array)
    (array / "c" / "1" / "0.partial").write_bytes(b"half")
    (array / "c" / "2").mkdir()
    (array / "c" / "2" / "0.0123.partial").write_bytes(b"")


def rows_without_a_record(array: Path) -> None:
    """Stop after the rows were written, before SQLite knew of them."""
    VectorArray(array, 8).append(
        expected(range(FLUSHED, ALL)).astype(np.float16), at=FLUSHED
    )


def rows_of_an_older_try(array: Path) -> None:
    """Stop there, and restart with other vectors to come."""
    VectorArray(array, 8).append(np.ones((3000, 8), np.float16), at=FLUSHED)


@pytest.mark.parametrize(
    "stop",
    [
        nothing,
        longer_shape,
        a_half_written_file,
        rows_without_a_record,
        rows_of_an_older_try,
    ],
)
def test_a_flush_that_stopped_between_two_steps_loses_nothing(
    banks: Banks, stop: Callable[[Path], None]
) -> None:
    stop(banks.array())

    assert banks.repairs() == []
    check(banks, list(range(ALL)))


@pytest.mark.parametrize("made", ["the group", "the array"])
def test_a_first_flush_that_stopped_early_loses_nothing(
    tmp_path: Path, made: str
) -> None:
    banks = Banks(tmp_path / "bank")
    bank = banks.open()
    [row] = say(bank, a_chat(bank).row, "Hello.")
    embed(bank.vectors.table(MODEL), row, range(ALL))
    [(name,)] = bank._database.all("SELECT folder FROM models")
    zarr.open_group(banks.folder / "embeddings.zarr", mode="a")
    if made == "the array":
        VectorArray(banks.folder / "embeddings.zarr" / name, 8).append(
            np.ones((100, 8), np.float16), at=0
        )

    check(banks, list(range(ALL)))


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """A real process, really killed, in the middle of puts and flushes."""
    program = (
        "import sys; from pathlib import Path\n"
        "from long_term_memory.storage.sqlite.bank import open_bank\n"
        "from tests.storage.builders import MODEL, a_chat, embed, say\n"
        "bank = open_bank(Path(sys.argv[1]))\n"
        "[row] = say(bank, a_chat(bank).row, 'Hello.')\n"
        "table = bank.vectors.table(MODEL)\n"
        "for n in range(0, 10**9, 40):\n"
        "    embed(table, row, range(n, n + 40))\n"
        "    print(n + 40, flush=True)\n"
        "    table.flush()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "bank")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        while int(child.stdout.readline()) < 800:
            pass
        child.kill()
        acknowledged = max([800, *map(int, child.stdout.read().split())])

    banks = Banks(tmp_path / "bank")
    bank = banks.open()
    table = bank.vectors.table(MODEL)
    found = table.vectors()
    assert bank.repairs() == []
    assert acknowledged <= len(found) <= acknowledged + 40
    np.testing.assert_array_equal(found, expected(range(len(found))))
    assert len(table.links()) == len(found)
    banks.close()


# -- losses ----------------------------------------------------------------------------

WAITING = list(range(FLUSHED, ALL))


def drop(array: Path) -> None:
    shutil.rmtree(array)


def drop_everything(array: Path) -> None:
    shutil.rmtree(array.parent)


def drop_header(array: Path) -> None:
    (array / "zarr.json").unlink()


def break_header(array: Path) -> None:
    (array / "zarr.json").write_text("{")


def drop_first_chunk(array: Path) -> None:
    (array / "c" / "0" / "0").unlink()


def another_dimension(array: Path) -> None:
    shutil.rmtree(array)
    VectorArray(array, 4).append(np.ones((FLUSHED, 4), np.float16), at=0)


def another_type(array: Path) -> None:
    shutil.rmtree(array)
    zarr.create_array(array, data=np.ones((FLUSHED, 8), np.float32))


def drop_second_chunk(array: Path) -> None:
    (array / "c" / "1" / "0").unlink()


def cut_second_chunk(array: Path) -> None:
    os.truncate(array / "c" / "1" / "0", 100)


def shorten(array: Path) -> None:
    zarr.open_array(array, mode="r+").resize((1100, 8))


@pytest.mark.parametrize(
    ("lose", "kept"),
    [
        (drop, 0),
        (drop_everything, 0),
        (drop_header, 0),
        (break_header, 0),
        (drop_first_chunk, 0),
        (another_dimension, 0),
        (another_type, 0),
        (drop_second_chunk, CHUNK_ROWS),
        (cut_second_chunk, CHUNK_ROWS),
        (shorten, 1100),
    ],
)
def test_lost_vectors_are_forgotten_and_the_rest_is_kept(
    banks: Banks,
    lose: Callable[[Path], None],
    kept: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lose(banks.array())

    with caplog.at_level(logging.WARNING):
        [words] = banks.repairs()

    assert f"{FLUSHED - kept} of {ALL} vectors of small were lost" in words
    assert "no message was lost" in caplog.text
    check(banks, [*range(kept), *WAITING])


@pytest.mark.parametrize(
    ("lie", "survivors"),
    [
        ("UPDATE models SET flushed = 1540", [*range(FLUSHED), *WAITING]),
        ("UPDATE models SET flushed = 9999", [*range(FLUSHED), *WAITING]),
        ("UPDATE models SET flushed = 1400", [*range(1400), *WAITING]),
        ("UPDATE models SET flushed = 0", WAITING),
        (
            "DELETE FROM waiting WHERE number IN (1502, 1510)",
            [n for n in range(ALL) if n not in {1501, 1509}],
        ),
        ("DELETE FROM waiting", list(range(FLUSHED))),
    ],
)
def test_a_count_that_lies_costs_only_what_cannot_be_read(
    banks: Banks, lie: str, survivors: list[int]
) -> None:
    banks.tell_lies(lie)

    assert len(banks.repairs()) == 1
    check(banks, survivors)


def test_vectors_lost_while_in_use_are_an_error_until_the_model_is_named_again(
    banks: Banks,
) -> None:
    bank = banks.open()
    table = bank.vectors.table(MODEL)
    shutil.rmtree(banks.array())

    with pytest.raises(StoreError, match="made anew"):
        table.vectors()
    assert table.flush() == 0

    mended = bank.vectors.table(MODEL)
    np.testing.assert_array_equal(mended.vectors(), expected(WAITING))


def test_a_program_with_old_numbers_is_told_that_they_changed(banks: Banks) -> None:
    """Numbers are dense, so a repair moves them under whoever else has the bank."""
    bank = banks.open()
    old = bank.vectors.table(MODEL)
    shutil.rmtree(banks.array())
    banks.table()

    for act in (
        old.vectors,
        old.links,
        lambda: old.known([key_of(1)]),
        lambda: embed(old, 1, [9999]),
        lambda: old.link([(1, 2, 3, 1)]),
    ):
        with pytest.raises(EmbeddingMismatch, match="Read them again"):
            act()

    fresh = bank.vectors.table(MODEL)
    np.testing.assert_array_equal(fresh.vectors(), expected(WAITING))


def test_a_repair_waits_for_the_writer_of_another_program(
    banks: Banks,
) -> None:
    shutil.rmtree(banks.array())
    lock = FileLock(banks.folder / "vectors.lock")
    assert lock.acquire()

    impatient = open_bank(banks.folder, busy_timeout_seconds=0.01)
    with closing(impatient), lock, pytest.raises(StoreError, match="writing vectors"):
        impatient.vectors.table(MODEL)

    np.testing.assert_array_equal(banks.table().vectors(), expected(WAITING))


# -- flushing --------------------------------------------------------------------------


def test_fewer_than_a_batch_go_on_waiting(banks: Banks) -> None:
    table = banks.table()
    assert table.flush() == ALL - FLUSHED

    embed(table, 1, range(ALL, ALL + 63))
    assert table.flush() == 0
    embed(table, 1, [ALL + 63])
    assert table.flush() == 64


def test_nothing_is_flushed_while_another_program_writes(banks: Banks) -> None:
    table = banks.table()
    lock = FileLock(banks.folder / "vectors.lock")
    assert lock.acquire()

    with lock:
        assert table.flush() == 0

    assert table.flush() == ALL - FLUSHED


def test_two_programs_flush_in_turn_without_shrinking_the_array(banks: Banks) -> None:
    """A stale handle's append was seen to write an old shape over a newer one."""
    one, two = banks.table(), banks.table()
    total = ALL
    for table in (one, two, one, two, two, one):
        embed(table, 1, range(total, total + 70))
        total += 70
        assert table.flush() >= 70
        for reader in (one, two):
            np.testing.assert_array_equal(reader.vectors(), expected(range(total)))


def test_a_disk_that_refuses_vectors_is_a_store_error_and_they_go_on_waiting(
    tmp_path: Path,
) -> None:
    banks = Banks(tmp_path / "bank")
    bank = banks.open()
    [row] = say(bank, a_chat(bank).row, "Hello.")
    table = bank.vectors.table(MODEL)
    embed(table, row, range(100))
    (banks.folder / "embeddings.zarr").write_text("in the way")

    with pytest.raises(StoreError, match="kept in SQLite"):
        table.flush()

    np.testing.assert_array_equal(table.vectors(), expected(range(100)))
    banks.close()


def test_without_zarr_vectors_stay_in_sqlite_and_everything_works(
    tmp_path: Path,
) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "sys.modules['zarr'] = None\n"
        "from long_term_memory.storage.sqlite.bank import open_bank\n"
        "from tests.storage.builders import MODEL, a_chat, embed, say\n"
        "bank = open_bank(Path(sys.argv[1]))\n"
        "[row] = say(bank, a_chat(bank).row, 'Hello.')\n"
        "table = bank.vectors.table(MODEL)\n"
        "embed(table, row, range(200))\n"
        "print(table.flush(), table.flush(), len(table.vectors()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "bank")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.stdout, done.stderr) == ("0 0 200\n", "")

    banks = Banks(tmp_path / "bank")
    table = banks.table()
    assert table.flush() == 200
    np.testing.assert_array_equal(table.vectors(), expected(range(200)))
    banks.close()


def test_reading_a_bank_does_not_import_zarr(banks: Banks) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from long_term_memory.storage.sqlite.bank import open_bank\n"
        "from tests.storage.builders import MODEL\n"
        "bank = open_bank(Path(sys.argv[1]))\n"
        "table = bank.vectors.table(MODEL)\n"
        "print(len(table.vectors()), 'zarr' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(banks.folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.split() == [str(ALL), "False"]


# -- the format ------------------------------------------------------------------------


def test_zarr_itself_reads_what_was_flushed(banks: Banks) -> None:
    group = zarr.open_group(banks.folder / "embeddings.zarr", mode="r")

    [(name, array)] = list(group.arrays())

    assert name == banks.array().name
    assert (array.shape, array.chunks) == ((FLUSHED, 8), (CHUNK_ROWS, 8))
    assert array.dtype == np.float16
    np.testing.assert_array_equal(array[:], expected(range(FLUSHED)))


def test_half_floats_keep_a_vector_to_a_thousandth(tmp_path: Path) -> None:
    array = VectorArray(tmp_path / "group" / "array", 384)
    random = np.random.default_rng(1)
    vectors = random.standard_normal((70, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    array.append(vectors.astype(np.float16), at=0)

    out = np.empty((50, 384), np.float32)
    array.read_into(out, start=20)
    assert array.sound_rows() == 70
    np.testing.assert_allclose((out * vectors[20:]).sum(axis=1), 1, atol=1e-3)


def test_a_zero_vector_is_no_lost_chunk(tmp_path: Path) -> None:
    """By default zarr leaves out chunks that hold nothing but zeros."""
    array = VectorArray(tmp_path / "group" / "array", 8)

    array.append(np.zeros((CHUNK_ROWS * 2, 8), np.float16), at=0)

    assert array.sound_rows() == CHUNK_ROWS * 2


# -- values that no embedder makes -----------------------------------------------------


def spoil(array: Path, values: Callable[[NDArray[np.float16]], None]) -> None:
    """Change the rows 100 to 109 of the bulk store."""
    path = array / "c" / "0" / "0"
    rows = np.frombuffer(path.read_bytes(), "<f2").copy()
    wide = rows.reshape(CHUNK_ROWS, -1)
    values(wide[100:110])
    path.write_bytes(rows.tobytes())


@pytest.mark.parametrize("value", [0, np.nan, np.inf, -np.inf, 60_000])
def test_vectors_that_are_no_vectors_are_noticed_when_they_are_loaded(
    banks: Banks, value: float
) -> None:
    """They were compared all the same, and never mended without `ltm doctor --fix`."""
    spoil(banks.array(), lambda rows: rows.fill(value))

    [words] = banks.repairs()

    assert f"10 of {ALL} vectors of small were lost" in words
    check(banks, [n for n in range(ALL) if not 100 <= n < 110])
    assert banks.repairs() == []


def test_a_chunk_of_zeros_costs_its_own_vectors_alone(banks: Banks) -> None:
    path = banks.array() / "c" / "0" / "0"
    path.write_bytes(bytes(path.stat().st_size))

    [words] = banks.repairs()

    assert f"{CHUNK_ROWS} of {ALL} vectors of small were lost" in words
    check(banks, [*range(CHUNK_ROWS, ALL)])


def test_a_waiting_vector_that_is_none_is_noticed(banks: Banks) -> None:
    banks.tell_lies(
        f"UPDATE waiting SET vector = zeroblob(16) WHERE number = {FLUSHED + 1}"
    )

    [words] = banks.repairs()

    assert f"1 of {ALL} vectors of small were lost" in words
    check(banks, [n for n in range(ALL) if n != FLUSHED])
