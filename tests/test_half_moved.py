"""Files of earlier versions that were left in the package's folder do no harm."""

from __future__ import annotations

import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "extensions" / "long_term_memory"
STALE = "raise ImportError('a stale module was imported')\n"

# Folders that earlier versions had, and no longer are there.
FORMER_PACKAGES = ("stores",)
# Modules that stood where a folder of the same name stands now, or at the top of one.
FORMER_MODULES = (
    *("core/prompt", "core/forgotten", "core/text", "core/view", "engine/recall"),
    *("engine/forget", "engine/retention", "engine/inside", "engine/forgetting/plan"),
    *(
        "importers/found",
        "importers/run",
        "server/openai",
        "server/proxy",
        "webui/room",
    ),
)
USE = """
import sys, tempfile
from pathlib import Path
from {package}.build import build_engine
from {package}.config import Settings
from {package}.core.types import Query, Scope, Window, WindowMessage
from {package}.testing import HashEmbedder
from {package}.cli.app import app
import {package}.editor.page, {package}.server.app

with tempfile.TemporaryDirectory() as folder:
    engine = build_engine(Settings(), Path(folder), load=HashEmbedder)
    bank = engine.bank(Scope(user="default", character="Miku"))
    said = WindowMessage("user", "My cat is called Miso.")
    bank.chat("one", host="test").observe(Window(messages=(said,), complete=True))
    chat = bank.chat("two", host="test")
    assert bank.settle(20)
    [found] = chat.recall(Query(text="What is my cat called?"))
    print(found.memory.content)
    engine.close()
"""


@pytest.fixture(scope="module")
def half_moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation over which a newer version was copied."""
    root = tmp_path_factory.mktemp("installed")
    package = root / "extensions" / "long_term_memory"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FORMER_PACKAGES:
        (package / name).mkdir()
        (package / name / "__init__.py").write_text(STALE)
        (package / name / "base.py").write_text(STALE)
        # Of a folder that git emptied, what Python had made stays.
        py_compile.compile(str(package / name / "base.py"))
    for name in FORMER_MODULES:
        file = package / f"{name}.py"
        assert not file.exists()
        file.write_text(STALE)
        py_compile.compile(str(file))
    for module in PACKAGE.rglob("*.py"):
        # The other way about: a folder without a module, named as a module is now.
        cache = (package / module.relative_to(PACKAGE)).with_suffix("") / "__pycache__"
        if module.stem not in ("__init__", "__main__"):
            cache.mkdir(parents=True)
            (cache / "base.cpython-311.pyc").write_bytes(b"stale")
    return root


@pytest.mark.parametrize("name", ["long_term_memory", "extensions.long_term_memory"])
def test_an_installation_copied_over_an_older_one_works(
    half_moved: Path, name: str
) -> None:
    root = half_moved if name.startswith("extensions") else half_moved / "extensions"

    done = subprocess.run(
        [sys.executable, "-c", USE.format(package=name)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == "My cat is called Miso.", done.stderr[-2000:]


def test_no_folder_of_an_earlier_version_hides_a_module_of_today() -> None:
    """A package wins over a module of its name, so no such name is used again."""
    for name in FORMER_PACKAGES:
        assert not (PACKAGE / f"{name}.py").exists()
        assert not (PACKAGE / name).exists()
