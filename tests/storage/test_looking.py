"""A back end that looks changes nothing, whatever it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.errors import StoreError
from long_term_memory.storage.sqlite.backend import (
    LookingBackend,
    SqliteBackend,
    looking_at_copies,
)
from long_term_memory.storage.sqlite.layout import bank_folder

from .builders import a_chat, say

MIKU = Scope(user="anon", character="Miku")
KEY = bytes(range(32))


def told(data_dir: Path) -> SqliteBackend:
    """Return a back end whose one bank holds a message."""
    backend = SqliteBackend(data_dir)
    bank = backend.open(MIKU)
    say(bank, a_chat(bank).row, "Hello.")
    bank.close()
    backend.close()
    return backend


def content(data_dir: Path) -> dict[str, bytes]:
    """Return all that stands there but locks."""
    return {
        str(file.relative_to(data_dir)): file.read_bytes()
        for file in data_dir.rglob("*")
        if file.is_file() and file.suffix != ".lock"
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda looking: looking.checks.repair(MIKU),
        lambda looking: looking.checks.put_aside(MIKU, MIKU),
        lambda looking: looking.encryption.encrypt(MIKU, vectors=True),
        lambda looking: looking.encryption.encrypt(None, vectors=True),
        lambda looking: looking.encryption.decrypt(MIKU),
        lambda looking: looking.encryption.change_key(MIKU, KEY),
    ],
)
def test_who_looks_can_change_nothing(
    tmp_path: Path, change: Callable[[LookingBackend], object]
) -> None:
    told(tmp_path)
    before = content(tmp_path)

    with looking_at_copies(tmp_path, [], keys=lambda: lambda: KEY) as looking:
        assert looking.backups is None
        with pytest.raises(StoreError, match="only looked at"):
            change(looking)

    assert content(tmp_path) == before


def test_who_looks_is_told_what_is_encrypted(tmp_path: Path) -> None:
    told(tmp_path)

    with looking_at_copies(tmp_path, [], keys=lambda: lambda: KEY) as looking:
        assert not looking.encryption.is_encrypted(MIKU)
    SqliteBackend(tmp_path, keys=lambda: lambda: KEY).encryption.encrypt(
        MIKU, vectors=True
    )
    before = content(tmp_path)
    with looking_at_copies(tmp_path, [], keys=lambda: lambda: KEY) as looking:
        assert looking.encryption.is_encrypted(MIKU)
        assert looking.encryption.check_fields(MIKU)
        assert not looking.encryption.is_encrypted(None)

    assert content(tmp_path) == before


def test_of_a_bank_whose_folder_cannot_be_read_nobody_can_tell_when_it_changed(
    tmp_path: Path,
) -> None:
    backend = told(tmp_path)
    assert backend.changed_at(MIKU) > 0
    names = bank_folder(tmp_path, MIKU) / "bank.json"
    names.unlink()
    names.symlink_to(names.name)  # leads to itself

    assert backend.changed_at(MIKU) == 0


def test_a_bank_at_rest_is_told_from_the_same_one_changed(tmp_path: Path) -> None:
    backend = told(tmp_path)
    assert backend.at_rest(Scope(user="anon", character="Nobody")) is None
    before = backend.at_rest(MIKU)
    assert before is not None

    bank = backend.open(MIKU)
    assert backend.at_rest(MIKU) is None
    bank.close()
    assert backend.at_rest(MIKU) == before

    bank = backend.open(MIKU)
    say(bank, a_chat(bank, "other").row, "Hello again.")
    bank.close()
    assert backend.at_rest(MIKU) not in (None, before)
    backend.close()
