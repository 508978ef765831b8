"""Commands where the disk is full, read-only, or somebody else's: for real.

Each runs in a process of its own. Full and read-only disks need mounts of our own: they
are made in a namespace that ends with the process, where the system lets us.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from installation.environment import HERE
from long_term_memory.cli import app as cli
from long_term_memory.core.types import Scope
from long_term_memory.storage.sqlite.layout import bank_folder

from .importers import foreign
from .importers.foreign import put, webui_log
from .test_commands_on_damage import content, run

NOBODY = 65534
COMMANDS = (
    ["doctor"],
    ["stats"],
    ["export", ".", "--all"],
    ["backup", "--to", "kept"],
    ["search", "bees", "-c", "Miku"],
    ["forget", "--all-characters", "--dry-run"],
)
MIKU = Scope(user="default", character="Miku")
ROWS = [("My sister Mira keeps bees.", "How many hives?"), ("Nine.", "A lot.")]
LTM = f'"{sys.executable}" -m long_term_memory'

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="mounts and owners of Linux"
)


@cache
def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with a chat of Miku and a note of Ann."""
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))
    put(tmp_path / "ann.json", foreign.card(name="Ann"))
    data = tmp_path / "data"
    assert (
        run("import", str(tmp_path / "chat"), str(tmp_path / "ann.json"), data=data)
        == 0
    )
    return data


def environment(**more: str) -> dict[str, str]:
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | more


def in_namespace(script: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Run a script where mounts are its own."""
    if not can_mount():
        pytest.skip("this system lets nobody mount")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-ec", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env=environment(),
    )


def test_a_read_only_disk_can_be_looked_at_exported_and_backed_up(
    data: Path, tmp_path: Path
) -> None:
    """The very case that these commands are for: a failing disk turns read-only."""
    script = f"""
        mkdir there && mount -t tmpfs tmpfs there && cp -a data there/
        mount -o remount,ro there
        ! touch there/data/x 2>/dev/null
        {LTM} stats -c Miku --data-dir there/data
        {LTM} search --words Mira -c Miku --data-dir there/data
        {LTM} history -c Miku --data-dir there/data
        {LTM} export out.jsonl -c Miku --data-dir there/data
        {LTM} backup --to kept --data-dir there/data
        {LTM} restore kept --yes --data-dir again
        {LTM} stats -c Miku --data-dir again
        set +e
        {LTM} doctor --data-dir there/data
        echo "doctor ended with $?"
    """
    done = in_namespace(script, tmp_path)

    assert done.returncode == 0, done.stderr
    assert "My sister Mira keeps bees." in done.stdout
    assert "Saved and checked" in done.stdout
    assert "the disk is read-only" in done.stdout
    assert "doctor ended with 1" in done.stdout
    assert "memory of Miku for default: 1 chat, 4 messages" in done.stdout
    assert (tmp_path / "out.jsonl").stat().st_size > 0


def test_neither_a_server_nor_its_set_up_begins_where_nothing_can_be_written(
    tmp_path: Path,
) -> None:
    """Each says so in plain words, and what to do; nothing is left behind."""
    for name in ("install.py", "pyproject.toml", "requirements.txt"):
        shutil.copy(HERE / name, tmp_path / name)
    shutil.copytree(HERE / "installation", tmp_path / "installation")
    script = f"""
        mkdir there && mount -t tmpfs tmpfs there
        cp -a installation install.py pyproject.toml requirements.txt there/
        mount -o remount,ro there
        set +e
        "{sys.executable}" there/install.py serve; echo "set-up ended with $?"
        {LTM} serve --data-dir there/data; echo "server ended with $?"
    """
    done = in_namespace(script, tmp_path)

    assert "set-up ended with 1" in done.stdout
    assert "server ended with 2" in done.stdout
    assert "check that the folder can be written" in done.stderr
    assert "cannot hold memories: Read-only file system" in done.stderr
    assert "--data-dir" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_told_and_can_be_looked_at(data: Path, tmp_path: Path) -> None:
    script = f"""
        mkdir there && mount -t tmpfs -o size=4m tmpfs there && cp -a data there/
        cat /dev/zero > there/filler 2>/dev/null || true
        set +e
        {LTM} doctor --data-dir there/data; echo "doctor ended with $?"
        {LTM} search --words Mira -c Miku --data-dir there/data
        echo "search ended with $?"
        {LTM} backup --data-dir there/data; echo "backup ended with $?"
        {LTM} backup --to kept --data-dir there/data; echo "elsewhere ended with $?"
        ls -R there/data > after; (cd data && ls -R .) | tail -n +2 > before
    """
    done = in_namespace(script, tmp_path)

    assert "the disk is full" in done.stdout
    assert "doctor ended with 1" in done.stdout
    assert "search ended with 0" in done.stdout
    assert "backup ended with 1" in done.stdout
    assert "elsewhere ended with 0" in done.stdout
    assert "Traceback" not in done.stderr
    left = (tmp_path / "after").read_text("utf-8")
    assert "probe" not in left
    assert "unfinished" not in left


def test_a_memory_that_may_not_be_read_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one `sudo` its folder is root's, and was left out in silence."""
    monkeypatch.chdir(tmp_path)
    # Whatever a command loads when it is first needed, nobody may be unable to read.
    for command, *more in COMMANDS:
        run(command, *more, data=data)
    # The folders of tests are root's alone.
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        mine = Path(shutil.copytree(data, place / "data"))
        folder = bank_folder(mine, MIKU)
        if os.geteuid() == 0:
            for path in (place, *place.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 0, 0)
            check_left_out(mine, folder, place)
        else:
            folder.chmod(0)
            check_left_out(mine, folder, place)
            folder.chmod(0o700)


def check_left_out(data: Path, folder: Path, place: Path) -> None:
    before = content(data)

    outcomes = {
        command: as_nobody(place, command, *more, "--data-dir", str(data))
        for command, *more in COMMANDS
    }

    for command, done in outcomes.items():
        assert done.returncode in (1, 2), (command, done)
        assert folder.name in done.stdout + done.stderr, (command, done)
        assert "cannot be read" in done.stdout + done.stderr, (command, done)
        assert "Traceback" not in done.stderr, (command, done)
    assert "Ann (default)" in outcomes["backup"].stdout
    assert "Ann: 0 chats" in outcomes["stats"].stdout
    assert content(data) == before


def as_nobody(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a child, as a user who owns nothing but his place."""
    out, err = place / "out", place / "err"
    child = os.fork()
    if child == 0:
        _run_and_end(place, words)
    _, status = os.waitpid(child, 0)
    told = [path.read_text("utf-8") for path in (out, err)]
    for path in (out, err):
        path.unlink()
    return subprocess.CompletedProcess(words, os.waitstatus_to_exitcode(status), *told)


def _run_and_end(place: Path, words: tuple[str, ...]) -> NoReturn:
    code = 70
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        os.chdir(place)
        os.environ |= {"HOME": str(place), "TMPDIR": str(place)}
        tempfile.tempdir = None
        with (
            (place / "out").open("w", encoding="utf-8") as sys.stdout,
            (place / "err").open("w", encoding="utf-8") as sys.stderr,
        ):
            code = cli.main(words)
    finally:
        os._exit(code)
