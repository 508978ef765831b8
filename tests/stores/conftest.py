"""The banks that the contract is checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from long_term_memory.stores.base import (
    BankStore,
)
from long_term_memory.stores.inmemory import InMemoryBank
from long_term_memory.stores.sqlite import open_bank
from long_term_memory.stores.userkey import no_key

from .builders import KEY, a_chat, say

Reopen = Callable[..., BankStore]


@pytest.fixture(params=["memory", "disk", "encrypted"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reopen]:
    """Close a bank and open it again, where that means something."""
    opened: list[BankStore] = []

    def again(bank: BankStore | None = None) -> BankStore:
        if request.param == "memory":
            return bank or InMemoryBank()
        if bank is not None:
            bank.close()
        keys = no_key if request.param == "disk" else lambda: KEY
        opened.append(open_bank(tmp_path / "bank", keys=keys))
        return opened[-1]

    yield again
    for bank in opened:
        bank.close()


@pytest.fixture
def bank(reopen: Reopen) -> BankStore:
    """An empty bank."""
    return reopen()


@pytest.fixture
def message(bank: BankStore) -> int:
    """The row of the only message in the bank."""
    [row] = say(bank, a_chat(bank).row, "Hello.")
    return row
