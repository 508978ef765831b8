"""Every file and folder of ours is for its owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up, find_archive, restore
from long_term_memory.storage.sqlite.backups import BACKUPS

from .builders import a_chat
from .conftest import MIKU

OTHERS = 0o077
ANN = Scope(user="anon", character="Ann")


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Take nothing away from what programs ask for."""
    before = os.umask(0)
    yield
    os.umask(before)


def seen_by_others(folder: Path) -> list[str]:
    """Name what anybody but the owner could open."""
    return sorted(
        str(path.relative_to(folder))
        for path in (folder, *folder.rglob("*"))
        if path.stat().st_mode & OTHERS
    )


@pytest.mark.skipif(os.name != "posix", reason="the system knows no owners")
@pytest.mark.usefixtures("open_umask")
def test_nobody_else_can_read_anything_whatever_was_done(
    engine: Engine, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    settings = engine.settings
    journal = replace(settings.journal, readable_log=True)
    engine.configure(replace(settings, journal=journal))
    bank = engine.bank(MIKU)
    lines = [f"{'> ' * (number % 2)}Line number {number}." for number in range(120)]
    a_chat(bank, "one", *lines)
    bank.indexer.flush()
    bank.state.store.back_up("test")
    a_chat(engine.bank(ANN), "one", "Hi.", "> Hello.")
    back_up(engine)
    assert seen_by_others(data) == []

    first = bank.chat("one", host="test").path()[0].message.id
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(first,)))
    a_chat(bank, "one", *lines, "> More.", "And more.")
    bank.indexer.flush()
    assert seen_by_others(data) == []
    assert any(data.rglob("zarr.json"))
    assert any(data.rglob("*.jsonl"))

    engine.close()
    restore(engine, find_archive(engine, data / BACKUPS), [ANN])
    assert seen_by_others(data) == []
