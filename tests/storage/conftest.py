"""The banks that the contract is checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.storage.backend import StorageBackend
from long_term_memory.storage.encryption.user_key import no_key
from long_term_memory.storage.protocols import (
    BankStore,
)
from long_term_memory.storage.sqlite.backend import SqliteBackend
from long_term_memory.testing import InMemoryBackend

from .builders import KEY, a_chat, say

Reopen = Callable[..., BankStore]

SCOPE = Scope(user="anon", character="Miku")


@pytest.fixture(params=["memory", "disk", "encrypted"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reopen]:
    """Close a bank and open it again, where that means something."""
    backend: StorageBackend = InMemoryBackend()
    if request.param != "memory":
        keys = no_key if request.param == "disk" else lambda: KEY
        backend = SqliteBackend(tmp_path, keys=lambda: keys)

    def again(bank: BankStore | None = None) -> BankStore:
        if bank is not None:
            bank.close()
        return backend.open(SCOPE)

    yield again
    backend.close()


@pytest.fixture
def bank(reopen: Reopen) -> BankStore:
    """An empty bank."""
    return reopen()


@pytest.fixture
def message(bank: BankStore) -> int:
    """The row of the only message in the bank."""
    [row] = say(bank, a_chat(bank).row, "Hello.")
    return row
