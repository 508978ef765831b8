"""Attach the package to an existing text-generation-webui, and detach it.

Owns: the package's place in the webui, and what is added to the webui's environment.
Moves none of the webui's packages, overwrites nothing foreign, touches no memory.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installation import places
from installation.environment import (
    NAME,
    PACKAGE,
    WEIGHTS,
    Failure,
    Inventory,
    inventory_of,
    pip_install,
    python_in,
    read_requirements,
    required_names,
    run,
)

# What the package uses and most webuis bring. Not in the extension's requirements.txt,
# because the webui's wizard would move past its pin whatever is named there.
BROUGHT_BY_WEBUI = ("numpy", "tokenizers", "PyYAML", "jinja2")
_ENVIRONMENTS = ("portable_env", "installer_files/env", "venv", ".venv", "env")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webui:
    """An existing webui: where its code and its user data are, and what was named."""

    root: Path
    user_data: Path
    portable: bool
    data_option: str | None
    python_option: str | None

    @property
    def user_place(self) -> Path:
        """Where the package stands by default; the webui looks here first."""
        return self.user_data / "extensions" / NAME

    @property
    def system_place(self) -> Path:
        """Where the extensions that come with the webui stand."""
        return self.root / "extensions" / NAME


def find(given: Path, user_data: str | None, python: str | None) -> Webui:
    """Find the webui below a folder; Failure says which folder is meant."""
    given = given.expanduser().resolve()
    for root in (given, given / "app", given / "text-generation-webui"):
        if (root / "server.py").is_file() and (root / "modules").is_dir():
            break
    else:
        raise Failure(
            f"{given} is no text-generation-webui: it holds no server.py beside a "
            "folder `modules`. Name the folder that does."
        )
    portable = (root / "portable_env").is_dir()
    return Webui(
        root=root,
        user_data=_user_data(root, portable, user_data),
        portable=portable,
        data_option=user_data,
        python_option=python,
    )


def _user_data(root: Path, portable: bool, named: str | None) -> Path:
    """Resolve user_data as the webui does; portable builds keep it outside."""
    if named:
        return Path(named).expanduser().resolve()
    outside = [root.parent / "user_data"] if portable else []
    if portable and (root.parent / "app").exists():
        outside.insert(0, root.parent.parent / "user_data")
    return next((one for one in outside if one.is_dir()), root / "user_data")


def python_of(webui: Webui) -> Path:
    """Find the webui's interpreter; Failure asks to name it."""
    if webui.python_option:
        named = Path(webui.python_option).expanduser().absolute()
        python = named if named.is_file() else python_in(named)
        if python:
            return python
        raise Failure(f"There is no Python at {named}. Correct --python.")
    active = [os.environ.get(name) for name in ("CONDA_PREFIX", "VIRTUAL_ENV")]
    folders = [webui.root / name for name in _ENVIRONMENTS]
    for folder in [*folders, *(Path(one) for one in active if one)]:
        python = python_in(folder)
        if python:
            return python
    raise Failure(
        f"No environment found in {webui.root} ({', '.join(_ENVIRONMENTS)}). Start the "
        "webui once so that it makes one, or name it: --python PATH_TO_ITS_PYTHON"
    )


def start_command(webui: Webui, python: Path) -> str:
    """Return the shell line that starts the webui with the extension."""
    quote = shlex.quote if os.name == "posix" else '"{}"'.format
    words = [quote(str(python)), "server.py", *(["--portable"] * webui.portable)]
    if webui.data_option:
        words += ["--user-data-dir", quote(str(webui.user_data))]
    return f"cd {quote(str(webui.root))} && {' '.join(words)} --extensions {NAME}"


def survey(python: Path) -> tuple[Inventory, list[str]]:
    """Return what the webui's environment holds, and the requirements it lacks."""
    holds = inventory_of(python)
    if holds.python < (3, 11):
        raise Failure(
            f"{python} is Python {'.'.join(map(str, holds.python))}; the extension "
            "needs 3.11 or newer. The webui's own installer brings 3.13: update it."
        )
    if "gradio" not in holds.packages:
        raise Failure(
            f"{python} has no gradio: it is not the webui's environment, or the webui "
            "is not installed yet. Name the right one: --python PATH_TO_ITS_PYTHON"
        )
    wanted = [*read_requirements(PACKAGE / "requirements.txt"), *BROUGHT_BY_WEBUI]
    return holds, [line for line in wanted if not _is_met(line, holds)]


def _is_met(line: str, holds: Inventory) -> bool:
    """Say whether an environment meets a requirement of the form `name>=version`."""
    version = holds.packages.get(required_names([line])[0])
    lowest = re.search(r">=([\d.]+)", line)
    if version is None or lowest is None:
        return version is not None
    return _numbers(version) >= _numbers(lowest[1])


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version, for comparison."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _resolve(python: Path, arguments: Sequence[str]) -> list[tuple[str, str]] | str:
    """Return what pip would install, as names and versions, or its complaint."""
    options = ("--dry-run", "--quiet", "--no-input", "--report", "-")
    ran = run(python, "-m", "pip", "install", *options, *arguments)
    if ran.code:
        return ran.errors.strip()[-1500:]
    found = [
        one["metadata"] for one in json.loads(ran.output or "{}").get("install", [])
    ]
    return [(one["name"], one["version"]) for one in found]


def plan(python: Path, holds: Inventory, lacking: Sequence[str]) -> list[str]:
    """Return `name==version` for each package to add, with all present ones pinned.

    Raises:
        Failure: nothing fits beside what is there; names what would have to move.
    """
    bare = [line for line in lacking if required_names([line]) == [WEIGHTS]]
    whole = [line for line in lacking if line not in bare]
    pins = [
        f"{n}=={v}" for n, v in holds.packages.items() if re.match(r"\d[\w.!+]*$", v)
    ]
    found: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(pins), "utf-8")
        for extra, lines in ((["-c", str(constraints)], whole), (["--no-deps"], bare)):
            answer = _resolve(python, [*extra, *lines]) if lines else []
            if isinstance(answer, str):
                raise Failure(_refusal(python, holds, lines, answer))
            found += answer
    return [f"{name}=={version}" for name, version in found]


def _refusal(python: Path, holds: Inventory, lines: Sequence[str], said: str) -> str:
    """Say why nothing was installed: what would move, or what pip complained of."""
    free = _resolve(python, lines)
    moves = [
        f"  {name} {holds.packages[key]} -> {version}"
        for name, version in ([] if isinstance(free, str) else free)
        if (key := required_names([name])[0]) in holds.packages
    ]
    if not moves:
        return (
            f"Nothing was installed. pip finds no way to add {', '.join(lines)}:\n"
            f"{said}\nSee that pip reaches its index, or a folder by find-links, then "
            "run this again."
        )
    listed = "\n".join(moves)
    return (
        f"Nothing was installed: adding {', '.join(lines)} would move packages that "
        f"the webui brought:\n{listed}\nUpdate the webui, then run this again."
    )


def add_packages(python: Path, *, verbose: bool = False) -> list[str]:
    """Install what the webui's environment lacks; return it as `name==version`.

    Raises:
        Failure: pip is missing or fails, or a package of the webui would move or moved.
    """
    before, lacking = survey(python)
    if not lacking:
        return []
    if not before.has_pip:
        raise Failure(
            f"{python} has no pip, and it lacks {', '.join(lacking)}. Add pip first: "
            f"{python} -m ensurepip"
        )
    print(f"The webui's environment lacks: {', '.join(lacking)}", flush=True)
    added = plan(python, before, lacking)
    # Without dependencies: the plan holds them all, so that pip has nothing to decide.
    pip_install(python, "--no-deps", *added, verbose=verbose)
    after = inventory_of(python).packages
    moved = [f"{n}=={v}" for n, v in before.packages.items() if after.get(n) != v]
    if moved:
        raise Failure(
            "Packages of the webui were moved. Put them back: "
            f"{python} -m pip install --no-deps {' '.join(moved)}"
        )
    return added


def install(webui: Webui, *, copy: bool, system: bool, verbose: bool = False) -> int:
    """Attach the package, add what the environment lacks, and say how to start."""
    python = python_of(webui)
    place = places.choose(webui.user_place, webui.system_place, system=system)
    added = add_packages(python, verbose=verbose)
    places.attach(place, copy=copy)
    print(f"Attached: {place} ({places.describe(place)})")
    if added:
        print(f"Added to {python}: {' '.join(added)}; none of its packages moved.")
    _tell_of_others(webui)
    _tell_start(webui, python)
    return 0


def check(webui: Webui) -> int:
    """Say what is there; 0 if the extension is attached and nothing lacks."""
    print(f"webui:       {webui.root}\nuser data:   {webui.user_data}")
    for place in (webui.user_place, webui.system_place):
        print(f"extension:   {place}: {places.describe(place)}")
    active = places.active(webui.user_place, webui.system_place)
    python = python_of(webui)
    holds, lacking = survey(python)
    print(f"environment: {python} (Python {'.'.join(map(str, holds.python))})")
    print(f"lacking:     {', '.join(lacking) or 'nothing'}")
    _tell_of_others(webui)
    if active and not lacking:
        _tell_start(webui, python)
        return 0
    print("Not ready. Run the same command without --check.")
    return 1


def uninstall(webui: Webui) -> int:
    """Detach ours from both places; memories and foreign folders stay."""
    mine = [p for p in (webui.user_place, webui.system_place) if places.is_ours(p)]
    for place in mine:
        places.detach(place)
        print(f"Removed: {place}")
    if not mine:
        print("Nothing of ours is attached.")
    print(f"Memories stay in {webui.user_data / NAME}, packages in the environment.")
    return 0


def _tell_of_others(webui: Webui) -> None:
    """Point to the memories of a foreign extension with our name."""
    if places.stands_at(webui.system_place) != places.FOREIGN:
        return
    print(
        f"Another long_term_memory stands in {webui.system_place} and was not touched."
    )
    memories = webui.system_place / "user_data" / "bot_memories"
    if memories.is_dir():
        print(f"Its memories: {memories}")
    print("The copy in the user data is the one that the webui loads.")


def _tell_start(webui: Webui, python: Path) -> None:
    """Print how to start the webui with the extension."""
    print(f"Start it:\n  {start_command(webui, python)}")
    print(f"or add `--extensions {NAME}` to {webui.user_data / 'CMD_FLAGS.txt'}")
