"""A place where an extension may stand: what is there, and putting ours there.

Owns: telling ours from foreign, links from copies.
Knows nothing of environments, or of how a webui is found.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from installation.environment import PACKAGE, Failure, run

NOTHING, LINK, COPY, FOREIGN = "nothing", "link", "copy", "foreign"
_MARK = "Long-term memory for role-play chat"  # opens our package's __init__.py


def link_target(place: Path) -> Path | None:
    """Return where a symbolic link or a junction leads; None if it is neither."""
    try:
        return place.readlink()
    except OSError:
        return None


def stands_at(place: Path) -> str:
    """Say what a place holds; a link that leads nowhere counts as ours."""
    linked = link_target(place) is not None
    if not place.exists():
        return LINK if linked else NOTHING
    init = place / "__init__.py"
    if not (init.is_file() and _MARK in init.read_text("utf-8", "replace")[:200]):
        return FOREIGN
    return LINK if linked else COPY


def is_ours(place: Path) -> bool:
    """Say whether we may replace or remove what a place holds."""
    return stands_at(place) in (LINK, COPY)


def describe(place: Path) -> str:
    """Say in words what a place holds."""
    kind = stands_at(place)
    if kind == LINK:
        lost = "" if place.exists() else ", which is gone: attach again"
        return f"link to {link_target(place)}{lost}"
    return {COPY: "our copy", FOREIGN: "another extension"}.get(kind, kind)


def active(user_place: Path, system_place: Path) -> Path | None:
    """Return the place of ours that the webui loads: the user's stands first."""
    first = next(
        (p for p in (user_place, system_place) if (p / "script.py").is_file()), None
    )
    return first if first and is_ours(first) else None


def choose(user_place: Path, system_place: Path, *, system: bool) -> Path:
    """Return where to attach; a foreign extension in `extensions/` keeps its place.

    Raises:
        Failure: the user's place is taken, or would hide what is attached.
    """
    at_user = stands_at(user_place)
    to_system = system and stands_at(system_place) != FOREIGN
    if not to_system and at_user == FOREIGN:
        raise Failure(
            f"{user_place} holds another extension of the same name, which is not "
            "touched. Move it away, then run this again."
        )
    if to_system and at_user != NOTHING:
        raise Failure(
            f"{user_place} is loaded before {system_place} and would hide it. Detach "
            "it first (--uninstall, or move a foreign one away), then run this again."
        )
    return system_place if to_system else user_place


def attach(place: Path, *, copy: bool) -> None:
    """Put the package at a place that is free or ours, by link or by copy."""
    if is_ours(place):
        detach(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    if copy:
        shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__"))
        return
    link(place)


def link(place: Path) -> None:
    """Link a place to the package; Failure names the other way."""
    fault = ""
    if os.name == "nt":  # a junction needs no administrator, a symbolic link does
        made = run("cmd", "/c", "mklink", "/J", place, PACKAGE)
        fault = f"mklink: {made.errors.strip()}" if made.code else ""
    else:
        try:
            place.symlink_to(PACKAGE, target_is_directory=True)
        except OSError as error:
            fault = str(error)
    if fault:
        raise Failure(f"Cannot link {place}: {fault}\nRun it again with --copy.")


def detach(place: Path) -> None:
    """Remove our link or copy; Failure if somebody put memories into the copy."""
    if stands_at(place) == LINK:
        remove = place.rmdir if os.name == "nt" else place.unlink
        remove()
        return
    for pattern in ("*.sqlite3", "*.db", "*.zarr"):
        for memories in place.rglob(pattern):
            raise Failure(
                f"{memories} looks like memories. Move it out of {place} first."
            )
    shutil.rmtree(place)
