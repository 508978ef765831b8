"""The package as a wheel: whole, and at work far from its checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "extensions" / "long_term_memory"

TRIED = """
import long_term_memory, sys
from long_term_memory.memory import Memory
assert long_term_memory.__file__.startswith(sys.argv[1]), long_term_memory.__file__
with Memory("memories") as memory:
    mia = memory.character("Mia")
    mia.chat("one").observe([{"role": "user", "content": "My cat is called Pickle."}])
    print(mia.chat("two").compose("What is my cat called?").recall)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from a copy, for building leaves files behind."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, copy / "extensions" / PACKAGE.name, ignore=left_out)
    built = copy / "dist"
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "."]
    subprocess.run(
        [*command, "--no-build-isolation", "-w", str(built)], cwd=copy, check=True
    )
    [found] = built.glob("*.whl")
    return found


def test_a_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    ours = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    # The webui's own list of what to install; a wheel has it in its metadata.
    ours.discard("long_term_memory/requirements.txt")

    held = set(ZipFile(wheel).namelist())

    assert not ours - held


def test_a_program_uses_it_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with ZipFile(wheel) as held:
        held.extractall(site)

    ran = subprocess.run(
        [sys.executable, "-c", TRIED, str(site)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "Pickle" in ran.stdout
    assert (tmp_path / "memories").is_dir()
