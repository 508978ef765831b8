"""A full disk and missing rights, really so: our error each time, nothing half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .calls import WRITES

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits are POSIX's")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place) / "bank"


def told(hardship: str, folder: Path) -> dict[str, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.storage.hardship", hardship, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ran.returncode == 0, ran.stderr
    answers: dict[str, str] = json.loads(ran.stdout)
    return answers


def test_every_call_on_a_full_disk_is_answered_or_a_store_error(folder: Path) -> None:
    answers = told("full", folder)

    failed = {name for name, words in answers.items() if words.startswith("StoreError")}
    assert not [words for words in answers.values() if words.startswith("BUG")]
    # Dropping what is not there writes nothing.
    # Nothing is written where no time is missing.
    writes = {name for name in WRITES if "drop" not in name} - {"messages.learn_times"}
    assert writes | {"table.flush", "back_up", "open another"} <= failed
    assert all("space" in answers[name] for name in failed)
    assert answers["afterwards"] == "fine"
    assert (answers["path after"], answers["vectors after"]) == ("71", "70")
    assert answers["faults"] == ""


def test_a_bank_that_may_only_be_read_is_a_store_error(folder: Path) -> None:
    answers = told("denied", folder)

    assert answers["open"].startswith("StoreError: ")
    assert "writ" in answers["open"]
    assert answers["make"].startswith("StoreError: Cannot use the folder")
