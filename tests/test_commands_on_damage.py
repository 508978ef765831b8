"""Every command on every damaged state: a line and a code, and looking changes nothing.

A quick run tries each state with the doctor and some other commands; all of them with
each other (half an hour) with LTM_ALL_DAMAGES=1.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from long_term_memory import cli
from long_term_memory.cli.app import GROUPS, app
from long_term_memory.core.records import CollectionEntry
from long_term_memory.core.types import Scope
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.collections import SqliteCollections
from long_term_memory.storage.sqlite.layout import bank_folder

from .damages import HARMS, TABLES
from .importers import foreign
from .importers.foreign import put, webui_log

pytestmark = pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")

ALL = bool(os.environ.get("LTM_ALL_DAMAGES"))
MIKU = Scope(user="default", character="Miku")
ROWS = [(f"My bee number {n} is called Mira.", f"Is it, {n}?") for n in range(45)]
# What stands for a command's arguments, by how its help calls them.
WORDS = {
    "TEXT": ["bees"],
    "PATH": ["{out}/chat"],
    "TARGET": ["{out}/exported"],
    "FILE_OR_FOLDER": ["{out}/saved"],
    "FILE": ["{out}/key"],
    "ID": [],
    "CHAT": [],
}
# More ways to call some; the others are called with what they need, and no more.
MORE = {
    "backup": [["--to", "{out}/kept"], ["--to", "{out}/kept", "-c", "Miku"]],
    "doctor": [["--fix"]],
    "export": [["{out}", "--all"], ["{out}/miku.csv", "-c", "Miku"]],
    "forget": [
        ["--all", "-c", "Miku", "--dry-run"],
        ["--all-characters", "--dry-run"],
        ["--all-characters", "--yes"],
    ],
    "history": [["-c", "Miku", "--json"], ["one", "-c", "Miku", "--json"]],
    "retention": [["--days", "1", "--dry-run"], ["--days", "1", "--yes"]],
    "search": [["bee", "-c", "Miku", "--words", "--json"], ["bee", "-c", "Miku"]],
    "stats": [["-c", "Miku", "--json"]],
    "versions": [["x", "-c", "Miku"]],
    "restore": [["{out}/saved", "--yes"]],
    "clear": [["-c", "Miku", "--yes"]],
    "import": [["{out}/chat", "--dry-run"]],
}
LOOKING = {*GROUPS["See what is remembered"], "export", "backup", "doctor", "config"}
SKIPPED = {
    "serve": "it runs until it is stopped",
    "last": "it reads no memories, but asks a server",
}
# Of tables that are gone a quick run tries a few.
RARE = {f"table {table} gone" for table in TABLES[2:12] if table != "places"}
# If these end with 0, they tell what they tell of a sound memory.
COMPLETE = {"history", "stats"}
OTHER = {"an older version": "it is another memory, an empty one"}


class Call(NamedTuple):
    """A command with its arguments."""

    name: str
    words: tuple[str, ...]
    looks: bool


def calls() -> Iterator[Call]:
    """Yield all commands that there are, each in all ways that we know."""
    commands: Any = typer.main.get_command(app)
    for info in app.registered_commands:
        name = str(info.name)
        if name in SKIPPED:
            continue
        needed: list[str] = []
        for one in commands.commands[name].params:
            if one.required:
                needed += WORDS.get(str(one.metavar), ["x"]) or ["x"]
        looks = name in LOOKING
        for words in ([*needed], *MORE.get(name, ())):
            only = ("--dry-run" in words or looks) and "--fix" not in words
            # A backup lies in the data directory unless another place is named.
            kept = name == "backup" and "--to" not in words
            yield Call(name, tuple(words), looks=only and not kept)


CALLS = list(calls())
TOLD: dict[Call, str] = {}


def content(folder: Path) -> dict[str, str]:
    """Return a hash of everything in a folder, by name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        kind = path.lstat().st_mode
        if stat.S_ISREG(kind):
            told = blake2b(path.read_bytes()).hexdigest()
        elif stat.S_ISLNK(kind):
            told = f"leads to {path.readlink()}"
        else:
            told = f"kind {stat.S_IFMT(kind)}"
        found[str(path.relative_to(folder))] = told
    return found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as a killed process left it, and what commands are given."""
    place = tmp_path_factory.mktemp("sound")
    data, out = place / "data", place / "out"
    put(out / "chat/Miku/one.json", webui_log(*ROWS))
    put(out / "ann.json", foreign.card(name="Ann"))
    run("import", str(out / "chat"), str(out / "ann.json"), data=data)
    store = SqliteCollections(data)
    store.put(
        "me", "chat", [CollectionEntry("1", "user", 0, "{}", "Kept by a client.")]
    )
    store.close()
    run("backup", data=data)
    run("backup", "--to", str(out / "saved"), data=data)
    folder = bank_folder(data, MIKU)
    with closing(open_bank(folder)) as bank:
        bank.metadata.put("something", "that stands in the journal")
        bank.back_up("import")
        shutil.copytree(folder, place / "killed")
    shutil.rmtree(folder)
    (place / "killed").rename(folder)
    assert list((folder / "embeddings.zarr").glob("*/c/0/0"))
    assert (folder / "memory.sqlite3-wal").stat().st_size > 0
    return place


def run(*words: str, data: Path) -> int:
    return cli.main([*words, *(["--data-dir", str(data)] if takes_data(words) else [])])


def takes_data(words: tuple[str, ...]) -> bool:
    commands: Any = typer.main.get_command(app)
    options = commands.commands[words[0]].params
    return any("--data-dir" in one.opts for one in options)


def some(place: int) -> list[Call]:
    """Return the doctor and a few other commands, other ones for each place."""
    if ALL:
        return CALLS
    others = [call for call in CALLS if call.words or call.name != "doctor"]
    looks = [call for call in others if call.looks]
    writes = [call for call in others if not call.looks]
    return [
        Call("doctor", (), looks=True),
        *islice(cycle(looks), place, place + 1),
        *islice(cycle(writes), place, place + 1),
    ]


def test_every_command_is_tried() -> None:
    """A new one is found by itself; this holds that it is known whether it looks."""
    tried = {call.name for call in CALLS}

    assert tried | SKIPPED.keys() == {str(one.name) for one in app.registered_commands}
    assert {call.name for call in CALLS if call.looks} >= {"doctor", "search", "stats"}


@pytest.mark.parametrize("name", [one for one in HARMS if ALL or one not in RARE])
def test_a_command_ends_with_a_line_and_a_code(
    name: str,
    sound: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for call in some(list(HARMS).index(name)):
        place = tmp_path / "place"
        shutil.copytree(sound, place, symlinks=True)
        data = place / "data"
        words = [word.format(out=place / "out") for word in call.words]
        HARMS[name].do(data, bank_folder(data, MIKU))
        before = content(data)

        told = outcome(capsys, call.name, *words, data=data)

        case = (name, call, told)
        assert told.code in (0, 1, 2), case
        assert "Traceback" not in told.out + told.err, case
        assert told.code == 0 or (told.out + told.err).strip(), case
        if call.looks:
            assert content(data) == before, case
        if call.name == "doctor" and not call.words:
            assert (told.code != 0) == HARMS[name].told, case
        if complete(call) and told.code == 0 and name not in OTHER:
            assert told.out == told_of_sound(call, sound, capsys), case
        shutil.rmtree(place)


def told_of_sound(call: Call, sound: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a command tells of the memory that nothing is wrong with."""
    if call not in TOLD:
        told = outcome(capsys, call.name, *call.words, data=sound / "data")
        assert told.code == 0
        TOLD[call] = told.out
    return TOLD[call]


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def complete(call: Call) -> bool:
    return call.name in COMPLETE and "--json" in call.words


def outcome(capsys: pytest.CaptureFixture[str], *words: str, data: Path) -> Outcome:
    capsys.readouterr()
    code = run(*words, data=data)
    out, err = capsys.readouterr()
    return Outcome(code, out, err)
