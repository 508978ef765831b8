"""Bring the project to a newer version, with a backup first and a way back.

Owns: `install.py update`: what is done in which order, and what is told.
Knows nothing of memories; the program itself backs them up and migrates them.

A folder that git made is brought up to date in place. One that was unpacked from an
archive stays as it is: the new one, unpacked beside it, takes over its memories.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from pathlib import Path

from installation.environment import (
    HERE,
    NAME,
    Failure,
    ensure,
    python_in,
    run,
    start,
)

DATA = Path("user_data") / NAME
ENV_FILE = ".env"
DATA_VARIABLE = "LTM_DATA_DIR"
# Of a bank its names or its database, and what clients keep.
MEMORIES = ("*/*/bank.json", "*/*/memory.sqlite3", "collections.sqlite3")
# What tells of a server, and is true of its own folder alone.
OF_A_SERVER = ("server.lock", "server.json", "companion.lock")
# As the program reads it: between quotes, or bare up to a comment.
_NAMED = re.compile(
    rf"""^\s*(?:export\s+)?{DATA_VARIABLE}\s*=[ \t]*"""
    r"""(?:'([^'\n]*)'|"([^"\n]*)"|([^'"\n].*)?)""",
    re.MULTILINE,
)
_COMMENT = re.compile(r"(?:^|\s+)#.*")


def update(old: Path | None, *, verbose: bool, here: Path = HERE) -> int:
    """Update, and tell what is new and how to go back.

    Args:
        old: The folder of the version before, if this one was unpacked beside it.
        verbose: Show what pip prints.
        here: The folder of this version.

    Raises:
        Failure: It cannot be done; nothing is changed then, or the text says what.
    """
    if old is not None:
        return _take_over(old.resolve(), here, verbose=verbose)
    if not (here / ".git").exists():
        raise Failure(
            f"{here} was unpacked from an archive. Unpack the new one beside it, and "
            f"run there: python3 install.py update --from '{here}'"
        )
    data = data_of(here, here / ENV_FILE)
    _check_idle(here, data)
    before, commit = version_in(here), _git(here, "rev-parse", "--short", "HEAD")
    by_hand = _pulled_by_hand(here)  # looked up now: each pull sets it anew
    backup = _backed_up(here, data, verbose=verbose)
    _git(here, "pull", "--ff-only", "--quiet")
    ensure("serve", verbose=verbose)
    if by_hand and commit == _git(here, "rev-parse", "--short", "HEAD"):
        before, commit = by_hand
    _tell(here, before)
    _tell_way_back(here, f"git -C '{here}' checkout {commit}", data, backup)
    # It is told once, not with every update to come.
    run("git", "-C", here, "update-ref", "-d", "ORIG_HEAD")
    return 0


def _pulled_by_hand(here: Path) -> tuple[str, str] | None:
    """Return version and commit from before the last `git pull`, if another one.

    Version 0.1 has no `update`: whoever has it pulls first, and is told all the same.
    """
    ran = run("git", "-C", here, "show", "ORIG_HEAD:pyproject.toml")
    if ran.code:
        return None
    try:
        version = _version_of(ran.output)
    except (tomllib.TOMLDecodeError, KeyError):
        return None
    if version == version_in(here):
        return None
    return version, _git(here, "rev-parse", "--short", "ORIG_HEAD")


def _take_over(old: Path, here: Path, *, verbose: bool) -> int:
    """Copy the memories and variables of another folder, which stays as it is."""
    if not (old / "install.py").is_file() or old == here:
        raise Failure(f"{old} holds no other version: name its folder with --from.")
    variables = here if (here / ENV_FILE).exists() else old
    theirs = data_of(old, old / ENV_FILE)
    data = data_of(here, variables / ENV_FILE)
    if data != theirs and _holds_memories(data):
        raise Failure(
            f"{data} holds memories already, so those of {old} are not copied over "
            "them. Move it away first; ltm import brings exports in beside them."
        )
    _check_idle(old, theirs)
    ensure("serve", verbose=verbose)
    if data != theirs and theirs.is_dir():
        own = shutil.ignore_patterns(*OF_A_SERVER)
        shutil.copytree(theirs, data, dirs_exist_ok=True, ignore=own)
    if variables == old and (old / ENV_FILE).is_file():
        shutil.copy2(old / ENV_FILE, here / ENV_FILE)
    backup = _backed_up(here, data, verbose=verbose)
    _tell(here, version_in(old))
    # A folder that both use may be changed by the newer one.
    shared = backup if data == theirs else None
    way_back = f"start the server in {old}, which was not changed"
    _tell_way_back(here, way_back, data, shared)
    return 0


def data_of(folder: Path, env_file: Path) -> Path:
    """Return where the program in a folder keeps memories.

    Args:
        folder: Its own.
        env_file: The file with its variables, if there is one; the environment wins.
    """
    named = os.environ.get(DATA_VARIABLE, "").strip() or _named_in(env_file)
    return folder / (named or DATA)


def _named_in(env_file: Path) -> str:
    """Return the folder of memories that a file of variables names; "" if none."""
    try:
        text = env_file.read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""
    found = _NAMED.findall(text)
    if not found:
        return ""
    single, double, bare = found[-1]
    return single or double or _COMMENT.sub("", bare).strip()


def _holds_memories(data: Path) -> bool:
    return any(True for wanted in MEMORIES for _ in data.glob(wanted))


def version_in(folder: Path) -> str:
    """Return the version of the project in a folder."""
    return _version_of((folder / "pyproject.toml").read_text("utf-8"))


def _version_of(project: str) -> str:
    return str(tomllib.loads(project)["project"]["version"])


def news(changelog: str, before: str) -> str:
    """Return what a changelog tells of the versions after one, without its heading."""
    parts = re.split(r"(?m)^## ", changelog)[1:]
    told = []
    for part in parts:
        if re.match(rf"\[?{re.escape(before)}\b", part):
            break
        told.append(f"## {part.strip()}")
    return "\n\n".join(told)


def _backed_up(here: Path, data: Path, *, verbose: bool) -> Path | None:
    """Back up the memories, if there are any; return the folder.

    Raises:
        Failure: They cannot be backed up, so nothing was changed.
    """
    if not _holds_memories(data):
        return None
    python = ensure("serve", verbose=verbose)
    folder = here / "user_data" / "before-updates"
    named = ("--to", folder, "--data-dir", data)
    ran = start(python, "-m", NAME, "backup", *named)
    if ran.code:
        raise Failure(
            f"The memories could not be backed up, so nothing was changed: "
            f"{(ran.errors or ran.output).strip()[-500:]}\nSee: ltm doctor --fix"
        )
    print(f"Backed up into {folder}")
    return folder


def _check_idle(folder: Path, data: Path) -> None:
    """See that no program uses the memories; Failure if one does, or was killed."""
    journals = data.rglob("*-wal")
    if used := next((one for one in journals if one.stat().st_size), None):
        raise Failure(
            f"{used} is in use, or its program was killed. Stop the server of {folder} "
            "(if none runs, start it once and end it by Ctrl+C), then run this again."
        )


def _git(here: Path, *words: str) -> str:
    ran = run("git", "-C", here, *words)
    if ran.code:
        raise Failure(
            f"git {words[0]} failed: {ran.errors.strip()[-500:]}\n"
            "The memories and the program are as they were. Once git can do it, run "
            "the same command again."
        )
    return ran.output.strip()


def _tell(here: Path, before: str) -> None:
    after = version_in(here)
    if after == before:
        print(f"This is version {after}, as before.")
        return
    print(f"Updated from {before} to {after}. What is new:\n")
    print(news((here / "CHANGELOG.md").read_text("utf-8"), before))


def _tell_way_back(here: Path, program: str, data: Path, backup: Path | None) -> None:
    print(f"\nThe way back: {program}")
    if backup is not None:
        # By the environment's Python: an older version may have no `ltm`.
        python = python_in(here / ".venv") or "python"
        print(
            f"and, if the older one refuses the memories: '{python}' -m {NAME} restore "
            f"'{backup}' --data-dir '{data}'"
        )
