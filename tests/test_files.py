"""Names of folders that are safe anywhere, and locks between processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.errors import StoreError
from long_term_memory.files import FileLock, folder_name, write_new_file

from .odd_names import NAMES


def is_safe(folder: str) -> bool:
    stem = folder.split(".")[0].upper()
    return (
        0 < len(folder) <= 60
        and len(folder.encode()) <= 255
        and all(c.isalnum() or c == "-" for c in folder)
        and folder == folder.lower()
        and stem not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
        and not folder.startswith("-")
    )


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_gives_a_safe_folder_name(name: str) -> None:
    assert is_safe(folder_name(name))


@given(st.text(st.characters()))
def test_any_text_at_all_gives_a_safe_folder_name(name: str) -> None:
    assert is_safe(folder_name(name))
    assert folder_name(name) == folder_name(name)


def test_no_two_names_share_a_folder_even_where_case_is_ignored() -> None:
    assert len({folder_name(name).casefold() for name in NAMES}) == len(NAMES)


def test_a_folder_name_is_readable_and_never_changes() -> None:
    """Stored banks are found by it."""
    assert folder_name("Hatsune Miku!") == "hatsune-miku-stvuz6cb"


def test_a_lock_excludes_others_until_it_is_released(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")

    assert first.acquire()
    assert not second.acquire()
    assert not second.acquire(timeout_seconds=0.02)
    second.release()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_lock_is_released_when_a_block_ends_in_an_error(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    with pytest.raises(ZeroDivisionError), lock:
        _ = 1 / 0

    assert FileLock(tmp_path / "lock").acquire()


def test_a_lock_in_no_folder_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Cannot lock"):
        FileLock(tmp_path / "none" / "lock").acquire()


def test_a_killed_process_leaves_its_lock(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from long_term_memory.files import FileLock\n"
        "lock = FileLock(Path(sys.argv[1]))\n"
        "print(lock.acquire(), flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"True"
        lock = FileLock(tmp_path / "lock")
        assert not lock.acquire()
        child.kill()
        assert lock.acquire(timeout_seconds=10)
        lock.release()


def test_a_new_file_is_its_owners_and_never_takes_anothers_place(
    tmp_path: Path,
) -> None:
    file = tmp_path / "made" / "key"

    write_new_file(file, "secret\n")

    with pytest.raises(FileExistsError):
        write_new_file(file, "another")
    assert file.read_text() == "secret\n"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
