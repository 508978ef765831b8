"""Take the ground from under a memory in use, and see that nothing kept is lost.

A round chats with a few characters, does harm at a random instant, lets the chats go on
for a while, undoes the harm if it can be undone, and lets them go on again. Each turn
shows the whole chat, as hosts do. Then what was acknowledged last must be what a new
start finds, and while turns were refused the memory must have said so.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from long_term_memory.build import build_engine
from long_term_memory.config import DurabilitySettings, Settings
from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import LtmError
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE
from long_term_memory.testing import HashEmbedder

NAMES = ("Miku", "Len", "Rin")
FEW = DurabilitySettings(most_open_banks=2)
PATIENCE_SECONDS = 60.0
LONG_TEXT = "and so the evening went on by the old harbour, " * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the turns of one round.

    Attributes:
        refused: How many turns were refused.
        kept: How many were acknowledged after the harm.
    """

    harm: str
    refused: int
    kept: int


@dataclass(slots=True)
class Chats:
    """Chats with all characters, and what was acknowledged last of each."""

    engine: Engine
    said: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    turns: int = 0
    refused: int = 0
    silent: int = 0
    last: str = ""
    stopped: Event = field(default_factory=Event)

    def run(self) -> None:
        """Chat until stopped."""
        while not self.stopped.is_set():
            self.turn(NAMES[self.turns % len(NAMES)])

    def turn(self, name: str) -> None:
        """Say one more line; a host shows all of them again."""
        lines = self.said.setdefault(name, [])
        lines.append(f"Line {len(lines)} for {name}: {LONG_TEXT}{len(lines)}.")
        shown = tuple(
            WindowMessage(role="user", name="Anon", content=line) for line in lines
        )
        self.turns += 1
        try:
            bank = self.engine.bank(scope_of(name))
            bank.chat("one", host="test").observe(Window(messages=shown, complete=True))
        except LtmError as error:
            self.last = str(error)
            self.refused += 1
            self.silent += not self.engine.status().unkept
        else:
            self.kept[name] = list(lines)

    def wait(self, reached: Callable[[], bool]) -> None:
        """Wait for something while the chats go on."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            assert time.monotonic() < until, f"it took too long: {self.last}"
            time.sleep(0.002)

    def go_on(self, turns: int) -> None:
        """Let so many more turns pass."""
        wanted = self.turns + turns
        self.wait(lambda: self.turns >= wanted)


def scope_of(name: str) -> Scope:
    return Scope(user="anon", character=name)


def play(harm: str, folder: Path, seed: int) -> Outcome:
    """Play one round in a folder of its own.

    Raises:
        AssertionError: Something acknowledged is not there, or a refusal was not told.
    """
    chance = random.Random(seed)
    data = folder / "data"
    with HARMS[harm](data, chance) as (do, undo):
        engine = build_engine(Settings(durability=FEW), data, load=HashEmbedder)
        chats = Chats(engine)
        thread = Thread(target=chats.run)
        thread.start()
        try:
            chats.go_on(3 * len(NAMES))
            time.sleep(chance.random() * 0.05)
            do()
            chats.go_on(2 * len(NAMES))
            undo()
            chats.go_on(1)  # It may have begun before.
            chats.kept.clear()
            refused = chats.refused
            chats.wait(lambda: len(chats.kept) == len(NAMES))
        finally:
            chats.stopped.set()
            thread.join()
        # The last word on each character is that its turns are kept.
        assert engine.status().unkept == "", engine.status().unkept
        engine.close()
        _check(data, chats)
    return Outcome(harm=harm, refused=refused, kept=len(chats.kept))


def _check(data: Path, chats: Chats) -> None:
    assert not chats.silent, "a refusal was not told"
    engine = build_engine(Settings(), data, load=HashEmbedder)
    for name, lines in chats.kept.items():
        chat = engine.bank(scope_of(name)).chat("one", host="test")
        found = [place.message.content for place in chat.path()]
        assert found[: len(lines)] == lines, f"{name}: lost or torn"
        faults = examine(bank_folder(data, scope_of(name)), engine.now())
        assert not [one for one in faults if one.level is Level.FAULT], faults
    engine.close()


# -- harm ----------------------------------------------------------------------------

Act = Callable[[], object]
Harm = tuple[Act, Act]


def nothing() -> None:
    """Undo nothing."""


@contextmanager
def moved(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Move the data directory away, and back."""
    del chance
    away = data.with_name("elsewhere")
    yield (lambda: data.rename(away)), (lambda: away.rename(data))


@contextmanager
def moved_and_remade(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Move the data directory away, and make an empty one in its place."""
    del chance

    def do() -> None:
        data.rename(data.with_name("elsewhere"))
        data.mkdir()

    yield do, nothing


@contextmanager
def deleted(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Delete what one character has."""
    yield (lambda: _remove(bank_folder(data, _one(chance)))), nothing


@contextmanager
def database_deleted(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Delete the database of one character, and nothing else."""

    def do() -> None:
        file = bank_folder(data, _one(chance)) / DATABASE_FILE
        for path in file.parent.glob(f"{DATABASE_FILE}*"):
            path.unlink(missing_ok=True)

    yield do, nothing


@contextmanager
def all_deleted(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Delete the data directory; make it anew later."""
    del chance
    yield (lambda: _remove(data)), (lambda: data.mkdir(exist_ok=True))


@contextmanager
def replaced(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Put a copy of an hour ago in the place of the data directory."""
    copy = data.with_name("copy")
    engine = build_engine(Settings(), data, load=HashEmbedder)
    chats = Chats(engine)
    for _ in range(chance.randrange(1, 9)):
        chats.turn(chance.choice(NAMES))
    engine.close()
    shutil.copytree(data, copy)

    def do() -> None:
        data.rename(data.with_name("elsewhere"))
        copy.rename(data)

    yield do, nothing


@contextmanager
def disk_full(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Let somebody else fill the disk, and free it again."""
    size = f"size={chance.choice((4, 6, 8))}m"
    with _disk(data, "-t", "tmpfs", "-o", size, "tmpfs") as disk:
        hog = disk / "hog"

        def do() -> None:
            with suppress(OSError), hog.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))

        yield do, hog.unlink


@contextmanager
def disk_read_only(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Let the disk turn read-only by itself, as a failing one does; then mend it."""
    image = data.parent / "image"
    data.parent.mkdir(parents=True, exist_ok=True)
    image.write_bytes(b"")
    os.truncate(image, chance.choice((16, 24, 32)) << 20)
    _run("mkfs.ext4", "-q", str(image))
    with _disk(data, "-o", "loop", str(image)) as disk:

        def undo() -> None:
            # It cannot be written again before everybody let go of it.
            _run("umount", "-l", str(disk))
            until = time.monotonic() + PATIENCE_SECONDS
            while _run("losetup", "-j", str(image)):
                assert time.monotonic() < until, (
                    "files on a disk that is gone stay open"
                )
                time.sleep(0.02)
            _run("mount", "-o", "loop", str(image), str(disk))

        yield (lambda: _run("mount", "-o", "remount,abort", str(disk))), undo


@contextmanager
def no_room_in_files(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Let no file grow, as on a full disk; needs no rights."""
    del data, chance
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    try:
        yield (lambda: limit(0)), (lambda: limit(soft))
    finally:
        limit(soft)


@contextmanager
def handles_used_up(data: Path, chance: random.Random) -> Iterator[Harm]:
    """Have as many files open as the system allows."""
    del data
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    hogs: list[int] = []

    def do() -> None:
        highest = max(int(one.name) for one in Path("/dev/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
        with suppress(OSError):
            while True:
                hogs.append(os.open(os.devnull, os.O_RDONLY))
        for hog in hogs[: chance.randrange(3)]:
            os.close(hog)
            hogs.remove(hog)

    def undo() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        while hogs:
            os.close(hogs.pop())

    try:
        yield do, undo
    finally:
        undo()


HARMS = {
    "folder moved and put back": moved,
    "folder moved and made anew": moved_and_remade,
    "folder deleted and made anew": all_deleted,
    "folder replaced by a copy": replaced,
    "character deleted": deleted,
    "database deleted": database_deleted,
    "no file may grow": no_room_in_files,
    "handles used up": handles_used_up,
    "disk full": disk_full,
    "disk read-only": disk_read_only,
}
WITH_RIGHTS = ("disk full", "disk read-only")


def may_mount() -> bool:
    """Whether this process may mount a disk."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("mkfs.ext4", "losetup"))):
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if subprocess.run(tried, check=False, capture_output=True).returncode:
            return False
        _run("umount", folder)
    return Path("/dev/loop0").exists()


@contextmanager
def _disk(data: Path, *what: str) -> Iterator[Path]:
    """Let the data directory lie on a disk of its own."""
    disk = data.parent / "disk"
    disk.mkdir(parents=True)
    _run("mount", *what, str(disk))
    try:
        (disk / "data").mkdir()
        data.symlink_to(disk / "data")
        yield disk
    finally:
        _run("umount", "-l", str(disk))


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _one(chance: random.Random) -> Scope:
    return scope_of(chance.choice(NAMES))


def _remove(folder: Path) -> None:
    """Remove a folder, whatever is being put into it meanwhile."""
    gone = folder.with_name(f"{folder.name}.gone")
    folder.rename(gone)
    shutil.rmtree(gone)
