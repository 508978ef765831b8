"""Which folder is whose, whatever people are called."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.errors import StoreError
from long_term_memory.files import folder_name
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import (
    NAMES_FILE,
    KnownNames,
    bank_folder,
    make_bank_folder,
    scopes,
)

from ..odd_names import NAMES


def test_the_banks_that_exist_are_found_by_their_real_names(tmp_path: Path) -> None:
    wanted = [Scope(user="default", character=name) for name in NAMES]
    wanted.append(Scope(user="\ud83d/..", character="Miku"))
    assert scopes(tmp_path / "nothing") == []

    for scope in wanted:
        folder = make_bank_folder(tmp_path, scope)
        assert (
            folder == bank_folder(tmp_path, scope) == make_bank_folder(tmp_path, scope)
        )
        assert folder.is_dir()

    assert scopes(tmp_path) == sorted(wanted, key=lambda s: (s.user, s.character))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"user": 1}', b"\xff", b'"user character"']
)
def test_a_broken_or_moved_name_file_hides_only_its_own_bank(
    tmp_path: Path, content: bytes
) -> None:
    scope = Scope(user="u", character="kept")
    make_bank_folder(tmp_path, scope)
    broken = make_bank_folder(tmp_path, Scope(user="u", character="broken"))
    (broken / "bank.json").write_bytes(content)
    moved = tmp_path / "elsewhere" / "folder"
    moved.mkdir(parents=True)
    names = {"user": "u", "character": "kept"}
    (moved / "bank.json").write_text(json.dumps(names))

    assert scopes(tmp_path) == [scope]


def test_a_data_directory_that_cannot_be_used_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="data directory"):
        make_bank_folder(tmp_path / "file", Scope(user="u", character="c"))


# Found by a search: both pairs have the same readable part and the same hash.
ONE, OTHER = "Miku!!;~>:", "Miku!?_%])"
ANNA, ANNAS_TWIN = "Anna!!^@+#", "Anna!.,>&}"


def test_names_that_share_a_hash_share_no_memory(tmp_path: Path) -> None:
    """A person may choose the name that leads into another's folder."""
    assert folder_name(ONE) == folder_name(OTHER)
    assert folder_name(ANNA) == folder_name(ANNAS_TWIN)
    wanted = [
        Scope(user=user, character=character)
        for user in (ANNA, ANNAS_TWIN)
        for character in (ONE, OTHER, "Len")
    ]

    made = {scope: make_bank_folder(tmp_path, scope) for scope in wanted}

    assert len(set(made.values())) == len(wanted)
    assert [folder.name.rpartition("-")[2] for folder in made.values()][1:] == [
        "2",
        made[wanted[2]].name.rpartition("-")[2],
        "3",
        "4",
        "2",
    ]
    assert set(scopes(tmp_path)) == set(wanted)
    for scope, folder in made.items():
        assert bank_folder(tmp_path, scope) == folder
        assert make_bank_folder(tmp_path, scope) == folder


def test_who_came_second_is_found_when_the_first_is_gone(tmp_path: Path) -> None:
    first, second = (Scope(user="u", character=name) for name in (ONE, OTHER))
    gone, kept = (make_bank_folder(tmp_path, scope) for scope in (first, second))
    shutil.rmtree(gone)

    assert bank_folder(tmp_path, second) == kept
    assert scopes(tmp_path) == [second]
    assert make_bank_folder(tmp_path, first) == gone
    assert set(scopes(tmp_path)) == {first, second}


def test_a_copy_of_a_bank_beside_it_is_not_taken_for_it(tmp_path: Path) -> None:
    scope = Scope(user="u", character="Miku")
    folder = make_bank_folder(tmp_path, scope)
    shutil.copytree(folder, folder.with_name(f"{folder.name}-2"))

    assert bank_folder(tmp_path, scope) == folder
    assert scopes(tmp_path) == [scope]


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"user": 1}', b"\xff"])
def test_memories_whose_names_are_lost_are_given_to_nobody(
    tmp_path: Path, content: bytes | None
) -> None:
    """Whoever came with a name of that hash got them, and the names were written."""
    scope = Scope(user="u", character="Miku")
    folder = make_bank_folder(tmp_path, scope)
    open_bank(folder).close()
    names = folder / "bank.json"
    before = names.read_bytes()
    if content is None:
        names.unlink()
    else:
        names.write_bytes(content)

    with pytest.raises(StoreError, match="nobody can tell whose") as refusal:
        make_bank_folder(tmp_path, scope)

    assert (names.read_bytes() if names.exists() else None) == content
    told = str(refusal.value)
    names.write_text(told[told.index("{") : told.index("}") + 1], "ascii")
    assert names.read_bytes() == before
    assert make_bank_folder(tmp_path, scope) == folder


def test_a_folder_without_memories_is_taken_whatever_its_names(tmp_path: Path) -> None:
    """A start that was cut short leaves such a folder."""
    scope = Scope(user="u", character="Miku")
    folder = make_bank_folder(tmp_path, scope)
    (folder / "open.lock").touch()
    (folder / "bank.json").write_bytes(b'{"us')

    assert make_bank_folder(tmp_path, scope) == folder
    assert scopes(tmp_path) == [scope]


def test_halves_of_a_character_that_meet_do_not_go_on_for_ever(tmp_path: Path) -> None:
    scope = Scope(user="u", character="\ud83d\ude00")

    assert make_bank_folder(tmp_path, scope) == bank_folder(tmp_path, scope)


def test_two_that_come_at_once_do_not_share(tmp_path: Path) -> None:
    wanted = [Scope(user="u", character=name) for name in (ONE, OTHER)] * 4
    start = Barrier(len(wanted))

    def come(scope: Scope) -> tuple[Scope, Path]:
        start.wait()
        return scope, make_bank_folder(tmp_path, scope)

    with ThreadPoolExecutor(len(wanted)) as threads:
        came = set(threads.map(come, wanted))

    assert len(came) == 2
    assert len({folder for _, folder in came}) == 2
    assert not [*tmp_path.glob("*/*/*.tmp")]


@pytest.fixture
def odd_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="owners are POSIX's")
@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_only_the_owner_can_read_a_bank_whatever_the_umask(
    tmp_path: Path, odd_umask: None, mask: int
) -> None:
    data = tmp_path / "made" / "for it" / "data"
    os.umask(mask)

    folder = make_bank_folder(data, Scope(user="u", character="c"))
    open_bank(folder).close()

    for made in (data, data.parent, data.parent.parent):
        assert made.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert (folder / "memory.sqlite3").stat().st_mode & 0o777 == 0o600


def test_whose_a_folder_is_is_read_again_once_its_file_is_another(
    tmp_path: Path,
) -> None:
    known: KnownNames = {}
    first, second = (Scope(user="anon", character=name) for name in ("Miku", "Len"))
    for one in (first, second):
        make_bank_folder(tmp_path, one)
    assert scopes(tmp_path, known) == [second, first]
    read = dict(known)

    assert scopes(tmp_path, known) == [second, first]
    assert all(known[folder] is read[folder] for folder in read)
    (bank_folder(tmp_path, first) / NAMES_FILE).write_text("nobody's", "utf-8")
    assert scopes(tmp_path, known) == [second]
    shutil.rmtree(bank_folder(tmp_path, second))
    assert scopes(tmp_path, known) == []
    assert known == {}
