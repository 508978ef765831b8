"""What is wrong with a bank is found and told, and mended where nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from long_term_memory.core.maintenance import Finding, Level
from long_term_memory.core.records import passage_place, whole_place
from long_term_memory.files import FileLock
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.repair import mend
from long_term_memory.storage.sqlite.vector_array import VectorArray

from .builders import LATER, MODEL, NOW, a_chat, embed, expected, say

FLUSHED = 70
ALL = 80


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed bank with two messages, vectors in bulk and vectors that wait."""
    folder = tmp_path / "bank"
    with closing(open_bank(folder)) as bank:
        first, _ = say(bank, a_chat(bank).row, "Miso is a cat.", "A fine cat.")
        table = bank.vectors.table(MODEL)
        ids = [f"m{number}" for number in range(ALL)]
        say(bank, 1, *ids)
        embed(table, first, range(FLUSHED))
        assert table.flush() == FLUSHED
        embed(table, first, range(FLUSHED, ALL))
    return folder


def faults(folder: Path) -> list[Finding]:
    return [one for one in examine(folder, LATER) if one.level is Level.FAULT]


def told(folder: Path) -> str:
    return "\n".join(f"{one.what}: {one.words}" for one in examine(folder, LATER))


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def array_of(folder: Path) -> Path:
    [array] = [path for path in (folder / "embeddings.zarr").iterdir() if path.is_dir()]
    return array


def test_a_whole_bank_has_no_fault(folder: Path) -> None:
    before = (folder / "memory.sqlite3").read_bytes()

    found = examine(folder, LATER)

    assert {one.level for one in found} == {Level.OK}
    words = told(folder)
    assert "80 of small" in words
    assert "MB of vectors" in words
    assert (folder / "memory.sqlite3").read_bytes() == before


def test_passages_are_in_order_and_nothing_of_them_is_mended(folder: Path) -> None:
    links = [(*whole_place(2, 2), 1), *((*passage_place(2, at), at) for at in (1, 2))]
    with closing(open_bank(folder)) as bank:
        table = bank.vectors.table(MODEL)
        table.link(links)

    assert faults(folder) == []
    assert mend(folder) == []
    with closing(open_bank(folder)) as bank:
        table = bank.vectors.table(MODEL)
        assert [tuple(row) for row in table.links()[-3:, 1:].tolist()] == links


def test_an_open_bank_can_be_looked_at_and_its_holder_is_told(folder: Path) -> None:
    lock = FileLock(folder / "vectors.lock")
    with closing(open_bank(folder)) as bank:
        bank._database.connection.execute("BEGIN IMMEDIATE")
        assert lock.acquire()
        words = told(folder)
        bank._database.connection.execute("ROLLBACK")
        lock.release()

    assert f"open in: process {os.getpid()}" in words
    assert "vectors.lock is held" in words


# -- what can be mended --------------------------------------------------------------


def forget_words(folder: Path) -> None:
    execute(folder, "DELETE FROM lexicon WHERE message = 2")


def spoil_full_text(folder: Path) -> None:
    execute(folder, "INSERT INTO words (rowid, content) VALUES (99, 'ghost')")


def forget_visits(folder: Path) -> None:
    execute(folder, "DELETE FROM visits")


def lose_family(folder: Path) -> None:
    execute(folder, "UPDATE chats SET family = 77")


def lose_vector_row(folder: Path) -> None:
    execute(folder, "DELETE FROM vectors WHERE number = 75")


def lose_early_vector_row(folder: Path) -> None:
    execute(folder, "DELETE FROM vectors WHERE number = 5")


def lose_waiting_row(folder: Path) -> None:
    execute(folder, "DELETE FROM waiting WHERE number = 75")


def shorten_waiting_row(folder: Path) -> None:
    execute(folder, "UPDATE waiting SET vector = x'0000' WHERE number = 75")


def point_to_nobody(folder: Path) -> None:
    execute(folder, "UPDATE links SET left_message = 4711 WHERE number = 3")


def lie_about_the_count(folder: Path) -> None:
    execute(folder, "UPDATE models SET flushed = 3000")


def lie_about_a_small_count(folder: Path) -> None:
    execute(folder, "UPDATE models SET flushed = 7")


def drop_bulk(folder: Path) -> None:
    shutil.rmtree(folder / "embeddings.zarr")


def cut_chunk(folder: Path) -> None:
    os.truncate(array_of(folder) / "c" / "0" / "0", 100)


def wrong_dimension(folder: Path) -> None:
    array = array_of(folder)
    shutil.rmtree(array)
    VectorArray(array, 4).append(np.ones((FLUSHED, 4), np.float16), at=0)


def no_number(folder: Path) -> None:
    rows = expected(range(FLUSHED)).astype(np.float16)
    rows[40, 3] = np.nan
    VectorArray(array_of(folder), 8).append(rows, at=0)


def no_number_waits(folder: Path) -> None:
    bad = np.full(8, np.nan, np.float16).tobytes().hex()
    execute(folder, f"UPDATE waiting SET vector = x'{bad}' WHERE number = 75")


def only_zeros(folder: Path) -> None:
    chunk = array_of(folder) / "c" / "0" / "0"
    chunk.write_bytes(b"\0" * chunk.stat().st_size)


def far_away(folder: Path) -> None:
    execute(
        folder,
        "UPDATE messages SET said_at = 253402300800000000 WHERE row = 1",
        "UPDATE messages SET seen_at = -9200000000000000000 WHERE row = 2",
        "UPDATE chats SET seen_at = 9000000000000000000",
    )


def of_another_bank(folder: Path) -> None:
    other = folder.with_name("other")
    with closing(open_bank(other)) as bank:
        [row] = say(bank, a_chat(bank).row, "Hello.")
        table = bank.vectors.table(MODEL)
        embed(table, row, range(100, 190))
        table.flush()
    shutil.rmtree(folder / "embeddings.zarr")
    shutil.copytree(other / "embeddings.zarr", folder / "embeddings.zarr")


MENDABLE = [
    (forget_words, "1 messages have no words"),
    (spoil_full_text, "full text: does not agree"),
    (forget_visits, "are not known to have stood there"),
    (lose_family, "1 chats belong to a family that is gone"),
    (lose_vector_row, "point to vectors that are gone"),
    (lose_early_vector_row, "only the first 4 can be used"),
    (lose_waiting_row, "only the first 70 can be used"),
    (shorten_waiting_row, "1 waiting vectors are of the wrong length"),
    (point_to_nobody, "belong to messages that are gone"),
    (lie_about_the_count, "only the first 70 can be used"),
    (lie_about_a_small_count, "only the first 7 can be used"),
    (drop_bulk, "only the first 0 can be used"),
    (cut_chunk, "only the first 0 can be used"),
    (wrong_dimension, "only the first 0 can be used"),
    (no_number, "only the first 40 can be used"),
    (no_number_waits, "1 waiting vectors are no numbers"),
    (only_zeros, "only the first 0 can be used"),
    (far_away, "2 messages have a time that no calendar has"),
    (of_another_bank, "only the first 0 can be used"),
]


@pytest.mark.parametrize(
    ("damage", "words"), MENDABLE, ids=lambda value: getattr(value, "__name__", "")
)
def test_what_is_derived_is_told_and_mended(
    folder: Path, damage: Callable[[Path], None], words: str
) -> None:
    damage(folder)
    found = faults(folder)
    assert words in told(folder)
    assert found
    assert all(one.mendable for one in found)

    done = mend(folder)

    assert faults(folder) == []
    assert done or damage is no_number_waits
    with closing(open_bank(folder)) as bank:
        assert len(bank.chats.path(1)) == 2 + ALL
        assert len(bank.full_text.search("cat", limit=9)) == 2
        assert len(list(bank.messages.index_entries())) == 2 + ALL
        table = bank.vectors.table(MODEL)
        assert bank.repairs() == []
        links, vectors = table.links(), table.vectors()
        whole = expected(range(ALL))
        for _, _, left, _, vector in links.tolist():
            assert vectors[vector - 1].tolist() == whole[left].tolist()


def test_far_times_read_as_unknown_or_as_the_nearest_before_they_are_mended(
    folder: Path,
) -> None:
    far_away(folder)

    with closing(open_bank(folder)) as bank:
        said = bank.messages.get([1, 2])
        [chat] = bank.chats.all()
        entries = list(bank.messages.index_entries())

    assert said[1].said_at is None
    assert said[2].seen_at.year == 1
    assert chat.seen_at.year == 9999
    assert entries[0].said_at is None


def test_arrays_of_nobody_are_told_and_removed(folder: Path) -> None:
    VectorArray(folder / "embeddings.zarr" / ("ab" * 16), 8).append(
        np.ones((3, 8), np.float16), at=0
    )
    assert "1 arrays in" in told(folder)

    assert mend(folder) == ["removed 1 arrays of no model"]
    assert "arrays" not in told(folder)


def test_a_whole_bank_is_not_touched(folder: Path) -> None:
    assert mend(folder) == []


# -- what only a backup mends --------------------------------------------------------


def gap(folder: Path) -> None:
    execute(folder, "UPDATE places SET position = 1000 WHERE position = 3")


def another_program(folder: Path) -> None:
    path = folder / "memory.sqlite3"
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (soup)")


def broken_header(folder: Path) -> None:
    (folder / "memory.sqlite3").write_bytes(b"no database" * 1000)


def cut_short(folder: Path) -> None:
    path = folder / "memory.sqlite3"
    os.truncate(path, path.stat().st_size // 2)


def garbage_page(folder: Path) -> None:
    content = bytearray((folder / "memory.sqlite3").read_bytes())
    content[4096 * 5 : 4096 * 40] = b"\xff" * (4096 * 35)
    (folder / "memory.sqlite3").write_bytes(content)


def garbage_everywhere(folder: Path) -> None:
    content = bytearray((folder / "memory.sqlite3").read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (folder / "memory.sqlite3").write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (gap, "1 chats have a gap"),
        (another_program, "database of another program"),
        (broken_header, "not a database"),
        (cut_short, "damaged"),
        (garbage_page, "damaged"),
        (garbage_everywhere, "damaged"),
    ],
)
def test_damage_to_messages_is_told_with_the_way_out(
    folder: Path, damage: Callable[[Path], None], words: str
) -> None:
    damage(folder)
    before = (folder / "memory.sqlite3").read_bytes()

    found = faults(folder)

    assert words in told(folder)
    assert any(not one.mendable for one in found)
    assert (folder / "memory.sqlite3").read_bytes() == before


def test_what_was_set_aside_and_a_broken_journal_are_told(folder: Path) -> None:
    (folder / "set-aside-20261121-120000").mkdir()
    (folder / "memory.sqlite3-wal").write_bytes(b"\1" * 5000)

    assert "journal: memory.sqlite3-wal: its first bytes make no sense" in told(folder)
    assert "set-aside-20261121-120000 in" in told(folder)


def test_rows_that_rest_on_nothing_are_told(folder: Path) -> None:
    execute(folder, "UPDATE places SET message = 4711 WHERE position = 3")

    assert "1 rows of `places` rest on rows that are not there" in told(folder)


def test_a_message_that_another_program_changed_is_told(folder: Path) -> None:
    execute(folder, "UPDATE messages SET content = 'Miso is a dog.' WHERE row = 1")

    assert "1 messages were changed by another program" in told(folder)


def test_a_clock_that_was_ahead_or_went_back_is_told(folder: Path) -> None:
    execute(folder, "UPDATE messages SET seen_at = seen_at - 86400000000 WHERE row = 9")

    assert "it went back 1 times" in told(folder)
    found = examine(folder, NOW)
    assert any("82 messages came in the future" in one.words for one in found)
    assert all(one.level is not Level.FAULT for one in found)


def test_a_bank_that_cannot_be_looked_at_is_told(folder: Path) -> None:
    (folder / "memory.sqlite3").unlink()

    [found] = faults(folder)
    assert found.blind
    assert "is not there" in found.words


def test_a_newer_version_cannot_be_looked_at(folder: Path) -> None:
    execute(folder, "PRAGMA user_version = 4711")

    [found] = faults(folder)
    assert found.blind
    assert "newer version" in found.words


def test_an_older_version_is_told_to_become_newer(folder: Path) -> None:
    execute(folder, "PRAGMA user_version = 1")

    assert "becomes" in told(folder)
