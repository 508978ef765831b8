"""What checks and backups return, as values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from long_term_memory.core.maintenance import Archive, PackedBank
from long_term_memory.core.types import Scope
from long_term_memory.errors import NotFound

MIKU = PackedBank(
    member="miku.sqlite3", digest="", rows={}, scope=Scope(user="ann", character="Miku")
)


def test_an_archive_says_what_it_holds_of_a_bank_and_names_what_else_is_there() -> None:
    made = Archive(
        path="backup.zip",
        size_bytes=1,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        reason="by-hand",
        banks=(MIKU,),
    )

    assert made.bank(MIKU.scope) is MIKU
    with pytest.raises(NotFound, match=r"backup\.zip holds no memory of 'Rin'.*'Miku'"):
        made.bank(Scope(user="ann", character="Rin"))
