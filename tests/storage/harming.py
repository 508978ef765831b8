"""Harm a memory that a killed process left, look at it, and see that nothing is lost.

A round damages a copy at random and has everything look that only looks: the doctor, a
backup, a copy. Not a byte may change, and the harm must be told. Then the way out is
taken, and every message must be there. POSIX only: one kind needs owners, and forks.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up
from long_term_memory.engine.maintenance.health import examine
from long_term_memory.errors import StoreError
from long_term_memory.storage.sqlite.archive import check_archive
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder
from tests.engine.builders import window
from tests.test_commands_on_damage import content

MIKU = Scope(user="anon", character="Miku")
ANN = Scope(user="anon", character="Ann")
NOBODY = 65534
DATABASE = "memory.sqlite3"
SETTLE_SECONDS = 120.0

Undo = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one harm did: all of so many messages were there afterwards."""

    kind: str
    messages: int


class Harms:
    """Rounds of harm in a folder."""

    def __init__(self, place: Path, *, messages: int, seed: int) -> None:
        """Make the memories that are harmed."""
        self._place = place
        self._chance = random.Random(seed)
        self._sound = place / "sound"
        self._messages = messages
        with opened(self._sound) as engine:
            for scope, count in ((MIKU, messages), (ANN, 4)):
                self._say(engine, scope, 0, count)
            # Nobody may be unable to read what Python loads when it is first needed.
            back_up(engine, place / "warm")
            list(examine(engine, lambda _: HashEmbedder()))

    def round(self, kind: str) -> Round:
        """Do harm of a kind, and see what is left.

        Raises:
            AssertionError: Something is lost, changed, or not told.
        """
        data, kept = self._place / "data", self._place / "kept"
        for folder in (data, kept):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._sound, data)
        count = self._messages + self._killed(data)
        undo = KINDS[kind](bank_folder(data, MIKU), self._chance)
        before = content(data)
        in_child(lambda: look(data, kept), unprivileged=kind == UNREADABLE)
        assert content(data) == before, "looking changed something"
        undo()
        with opened(data) as engine:
            bank = engine.bank(MIKU)
            [chat] = bank.chats()
            assert chat.messages == count, (chat.messages, count)
            # Vectors are loaded by who needs them.
            line = Query(text="Line", limit=1, gated=False)
            assert bank.chat("", host="test").recall(line)
            assert bank.settle(SETTLE_SECONDS)
            found = list(examine(engine, lambda _: HashEmbedder()))
            faults = [one.words for one in found if one.level is Level.FAULT]
            assert not faults, faults
        return Round(kind=kind, messages=count)

    def _say(self, engine: Engine, scope: Scope, first: int, count: int) -> None:
        lines = [
            f"{'> ' if n % 2 == 0 else ''}Line {n}: {self._chance.random()}"
            for n in range(first, first + count)
        ]
        chat = engine.bank(scope).chat("one", host="test")
        shown = [
            f"{'> ' if place.message.role == 'user' else ''}{place.message.content}"
            for place in chat.path()
        ]
        chat.observe(window(*shown, *lines))
        assert engine.bank(scope).settle(SETTLE_SECONDS)

    def _killed(self, data: Path) -> int:
        """Say more, and leave the files as a killed process does."""
        folder, left = bank_folder(data, MIKU), self._place / "left"
        shutil.rmtree(left, ignore_errors=True)
        more = 2 * self._chance.randrange(1, 5)
        with opened(data) as engine:
            self._say(engine, MIKU, self._messages, more)
            shutil.copytree(folder, left)
        shutil.rmtree(folder)
        left.rename(folder)
        assert (folder / f"{DATABASE}-wal").stat().st_size > 0
        return more


class opened:
    """An engine for a while."""

    def __init__(self, data: Path) -> None:
        self._engine = build_engine(Settings(), data, load=HashEmbedder)

    def __enter__(self) -> Engine:
        return self._engine

    def __exit__(self, *error: object) -> None:
        self._engine.close()


def look(data: Path, kept: Path) -> None:
    """Look at everything; what is amiss must be told, and the rest must be saved."""
    with opened(data) as engine:
        found = list(examine(engine, lambda _: HashEmbedder()))
        assert any(one.level is Level.FAULT for one in found), "nothing was told"
        saved = back_up(engine, kept)
        names = {bank.scope.character for bank in saved.archive.banks}
        assert "Ann" in names, "one bad memory stopped another"
        assert saved.amiss or "Miku" in names, "left out in silence"
        check_archive(Path(saved.archive.path), kept / "scratch")


def in_child(act: Callable[[], None], *, unprivileged: bool) -> None:
    """Do something in a process of its own, as nobody if need be."""
    child = os.fork()
    if child == 0:
        _act_and_end(act, unprivileged=unprivileged)
    _, status = os.waitpid(child, 0)
    assert status == 0, "looking failed"


def _act_and_end(act: Callable[[], None], *, unprivileged: bool) -> NoReturn:
    try:
        if unprivileged and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        act()
    except BaseException:  # noqa: BLE001 - the child ends here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


# -- kinds ---------------------------------------------------------------------------


def emptied(folder: Path, chance: random.Random) -> Undo:
    """Cut the database to nothing beside its journal, as a bad copy does."""
    del chance
    path = folder / DATABASE
    whole = path.read_bytes()
    os.truncate(path, 0)
    for _ in range(2):
        try:
            open_bank(folder)
        except StoreError:
            continue
        raise AssertionError("it was opened")
    return lambda: path.write_bytes(whole)


def unreadable(folder: Path, chance: random.Random) -> Undo:
    """Leave the folder to its owner, who is somebody else."""
    del chance
    if os.geteuid() != 0:
        folder.chmod(0)
        return lambda: folder.chmod(0o700)
    data = folder.parent.parent
    for path in (data.parent, data, *data.rglob("*")):
        if not path.is_relative_to(folder):
            os.chown(path, NOBODY, NOBODY)
    return lambda: None


def _spoil(folder: Path, chance: random.Random, value: float) -> Undo:
    [array] = [path.parent for path in (folder / "embeddings.zarr").glob("*/zarr.json")]
    path = chance.choice(sorted(array.glob("c/*/0")))
    rows = np.frombuffer(path.read_bytes(), "<f2").copy()
    # A chunk has room for more vectors than there are.
    first = chance.randrange(50 * 64)
    rows[0 if value == 0 else first :] = value
    path.write_bytes(rows.tobytes())
    return lambda: None


def zeroed(folder: Path, chance: random.Random) -> Undo:
    """Fill a chunk of the vectors with zeros, as some file systems do after a crash."""
    return _spoil(folder, chance, 0)


def no_numbers(folder: Path, chance: random.Random) -> Undo:
    """Let some of a chunk's vectors be no numbers."""
    return _spoil(folder, chance, chance.choice([np.nan, np.inf, -np.inf]))


def another_version(folder: Path, chance: random.Random) -> Undo:
    """Write a number into the database that is no version of ours."""
    path, beside = folder / DATABASE, folder / f"{DATABASE}-wal"
    whole, journal = path.read_bytes(), beside.read_bytes()
    index = folder / f"{DATABASE}-shm"
    kept = index.read_bytes()
    number = chance.choice([-1, 0, -(2**31), 2**31 - 1, 4, chance.randrange(5, 9999)])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
        left = {one: one.read_bytes() for one in (path, beside, index)}
    for one, data in left.items():
        one.write_bytes(data)

    def undo() -> None:
        path.write_bytes(whole)
        beside.write_bytes(journal)
        index.write_bytes(kept)

    return undo


UNREADABLE = "unreadable folder"
KINDS: dict[str, Callable[[Path, random.Random], Undo]] = {
    "empty database beside a journal": emptied,
    UNREADABLE: unreadable,
    "chunk of zeros": zeroed,
    "vectors of no numbers": no_numbers,
    "garbage for a version": another_version,
}
