"""Bring the project to a newer version, with a backup first and a way back.

Owns: `install.py update`: what is done in which order, and what is told.
Knows nothing of memories; the program itself backs them up and migrates them.

A folder that git made is brought up to date in place. One that was unpacked from an
archive stays as it is: the new one, unpacked beside it, takes over its memories.
"""

from __future__ import annotations

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
    _check_idle(here)
    before, commit = version_in(here), _git(here, "rev-parse", "--short", "HEAD")
    by_hand = _pulled_by_hand(here)  # looked up now: each pull sets it anew
    backup = _backed_up(here, verbose=verbose)
    _git(here, "pull", "--ff-only", "--quiet")
    ensure("serve", verbose=verbose)
    if by_hand and commit == _git(here, "rev-parse", "--short", "HEAD"):
        before, commit = by_hand
    _tell(here, before)
    _tell_way_back(here, f"git -C '{here}' checkout {commit}", backup)
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
    if any((here / DATA).glob("*")):
        raise Failure(
            f"{here / DATA} holds memories already, so those of {old} are not copied "
            "over them. Move it away first; ltm import brings exports in beside them."
        )
    _check_idle(old)
    ensure("serve", verbose=verbose)
    if (old / DATA).is_dir():
        shutil.copytree(old / DATA, here / DATA, dirs_exist_ok=True)
    if (old / ENV_FILE).is_file() and not (here / ENV_FILE).exists():
        shutil.copy2(old / ENV_FILE, here / ENV_FILE)
    _backed_up(here, verbose=verbose)
    _tell(here, version_in(old))
    _tell_way_back(here, f"start the server in {old}, which was not changed", None)
    return 0


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


def _backed_up(here: Path, *, verbose: bool) -> Path | None:
    """Back up the memories, if there are any; return the folder.

    Raises:
        Failure: They cannot be backed up, so nothing was changed.
    """
    if not any((here / DATA).glob("*/*")):
        return None
    python = ensure("serve", verbose=verbose)
    folder = here / "user_data" / "before-updates"
    ran = start(python, "-m", NAME, "backup", "--to", folder)
    if ran.code:
        raise Failure(
            f"The memories could not be backed up, so nothing was changed: "
            f"{(ran.errors or ran.output).strip()[-500:]}\nSee: ltm doctor --fix"
        )
    print(f"Backed up into {folder}")
    return folder


def _check_idle(folder: Path) -> None:
    """See that no program uses the memories; Failure if one does, or was killed."""
    journals = (folder / DATA).rglob("*-wal")
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


def _tell_way_back(here: Path, program: str, backup: Path | None) -> None:
    print(f"\nThe way back: {program}")
    if backup is not None:
        # By the environment's Python: an older version may have no `ltm`.
        python = python_in(here / ".venv") or "python"
        print(
            f"and, if the older one refuses the memories: '{python}' -m {NAME} restore "
            f"'{backup}' --data-dir '{here / DATA}'"
        )
