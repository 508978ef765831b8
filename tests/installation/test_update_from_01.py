"""From version 0.1 as it was, with memories that it made, to this one and back."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

from installation.environment import HERE, NAME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="environments are linked"),
]

DATA = Path("user_data") / NAME
ROWS = [["My sister Mira keeps bees.", "How many hives?"], ["Nine.", "A lot."]]


def git(folder: Path, *words: str) -> bytes:
    named = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "gc.auto=0"]
    return subprocess.run(
        ["git", "-C", str(folder), *named, *words], check=True, capture_output=True
    ).stdout


def commit_of_01() -> str:
    """Return the last commit whose version was 0.1; skip where its history is not."""
    try:
        found = git(
            HERE, "log", "--format=%H", '-Sversion = "0.2', "--", "pyproject.toml"
        )
        return git(HERE, "rev-parse", f"{found.split()[-1].decode()}^").decode().strip()
    except (OSError, IndexError, subprocess.CalledProcessError):
        pytest.skip("the history of the project is not here")


def unpack(tree: str, folder: Path) -> Path:
    """Unpack the project as it was."""
    with tarfile.open(fileobj=io.BytesIO(git(HERE, "archive", tree))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def this_version(folder: Path) -> None:
    """Put the project as it is into a folder, over what is there."""
    listed = git(HERE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    wanted = {name for name in listed.decode().split("\0") if name}
    for name in git(folder, "ls-files", "-z").decode().split("\0"):
        if name and name not in wanted:
            (folder / name).unlink()
    for name in wanted:
        # Of benchmarks and tests nothing is run here.
        if (HERE / name).is_file() and not name.startswith(("benchmarks", "tests")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((HERE / name).read_bytes())
            (folder / name).chmod((HERE / name).stat().st_mode)


def environment(folder: Path) -> None:
    """Make an environment that holds what that of these tests does."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder / ".venv")]
    subprocess.run(command, check=True)
    [site] = (folder / ".venv").glob("lib/python*/site-packages")
    (site / "these.pth").write_text(sysconfig.get_path("purelib"), "utf-8")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a folder's own program, as its own `serve` would."""
    python = str(folder / ".venv" / "bin" / "python")
    paths = {"PYTHONPATH": str(folder / "extensions"), "LTM_CHECKOUT": str(folder)}
    return subprocess.run(
        [python, "-m", NAME, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | paths,
    )


def install(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Whatever would have to be fetched makes it fail.
    return subprocess.run(
        [sys.executable, str(folder / "install.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull},
    )


def told(folder: Path) -> None:
    """Have version 0.1 remember a chat."""
    chat = folder.parent / "chats" / "Miku" / "one.json"
    chat.parent.mkdir(parents=True)
    chat.write_text(str({"internal": ROWS, "visible": ROWS}).replace("'", '"'), "utf-8")
    done = run(folder, "import", str(chat), "-c", "Miku", "--data-dir", str(DATA))
    assert done.returncode == 0, done.stderr
    assert "4 messages" in done.stdout


def content(folder: Path) -> dict[str, str]:
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and ".venv" not in one.parts and "__pycache__" not in one.parts
    }


def test_an_unpacked_01_is_taken_over_and_stays_as_it_was(tmp_path: Path) -> None:
    old = unpack(commit_of_01(), tmp_path / "old version")
    new = tmp_path / "new version"
    new.mkdir()
    git(new, "init", "-q")
    this_version(new)
    for folder in (old, new):
        environment(folder)
    told(old)
    (old / ".env").write_text("LTM_RECALL_TOKENS=700\n", "utf-8")
    before = content(old)

    done = install(new, "update", "--from", str(old))
    found = run(new, "search", "bees", "-c", "Miku", "--words")
    noted = run(new, "note", "Mira is allergic to nuts.", "-c", "Miku")

    assert done.returncode == 0, done.stderr
    assert "Backed up into" in done.stdout
    assert "Updated from 0.1.0 to 0.2" in done.stdout
    assert "## 0.1.0" not in done.stdout
    assert f"The way back: start the server in {old}" in done.stdout
    assert "Mira keeps bees" in found.stdout
    assert noted.returncode == 0, noted.stderr
    assert content(old) == before
    # Back: 0.1 with its own folder. What is kept by now it leaves alone, and says why.
    assert "4 messages, 0 notes" in run(old, "stats", "--data-dir", str(DATA)).stdout
    there = run(old, "search", "allergic", "-c", "Miku", "--data-dir", str(new / DATA))
    assert there.returncode != 0
    assert "was written by a newer version" in there.stderr
    again = run(new, "search", "allergic", "-c", "Miku", "--words")
    assert "Mira is allergic to nuts." in again.stdout


def test_a_checkout_of_01_is_updated_in_place_and_goes_back(tmp_path: Path) -> None:
    origin = unpack(commit_of_01(), tmp_path / "origin")
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "0.1")
    git(tmp_path, "clone", "-q", str(origin), "home")
    home = tmp_path / "home"
    environment(home)
    told(home)
    this_version(origin)
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "this one")

    git(home, "pull", "-q", "--ff-only")  # 0.1 has no `update`
    done = install(home, "update")
    again = install(home, "update")
    run(home, "note", "Mira is allergic to nuts.", "-c", "Miku")

    assert done.returncode == 0, done.stderr
    assert "Updated from 0.1.0 to 0.2" in done.stdout
    assert again.returncode == 0, again.stderr
    [commit] = re.findall(r"git -C '.*' checkout (\w+)", done.stdout)
    [backup] = re.findall(r"restore '(.*?)' --data-dir", done.stdout)
    git(home, "checkout", "-q", commit)
    kept = run(home, "stats", "--data-dir", str(DATA))
    restored = run(home, "restore", backup, "--yes", "--data-dir", str(DATA))
    as_before = run(home, "stats", "--data-dir", str(DATA))
    assert 'version = "0.1.0"' in (home / "pyproject.toml").read_text("utf-8")
    assert "was written by a newer version" in kept.stderr  # and left alone
    assert restored.returncode == 0, restored.stderr
    assert "4 messages, 0 notes" in as_before.stdout


def test_a_server_that_runs_is_not_updated_under_its_feet(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    git(folder, "init", "-q")
    this_version(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "this one")
    journal = folder / DATA / "default" / "miku" / "memory.sqlite3-wal"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"x")

    done = install(folder, "update")

    assert done.returncode == 1
    assert "Stop the server" in done.stderr
    assert "Backed up" not in done.stdout
