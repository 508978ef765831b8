"""Whatever becomes of the disk and the folder: what was acknowledged is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROUNDS = 3


@pytest.mark.skipif(os.name != "posix", reason="open folders do not move elsewhere")
def test_no_harm_to_the_ground_loses_what_was_acknowledged() -> None:
    """Turns went into a file that nobody would ever find, and health said all is well.

    In a process of its own, whose limits are lowered.
    """
    words = [sys.executable, "-m", "benchmarks.crash", "--ground", str(ROUNDS)]
    ran = subprocess.run(
        words,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert ran.returncode == 0, ran.stderr
    assert "nothing that was acknowledged was lost" in ran.stdout
    told = [line for line in ran.stdout.splitlines() if line.startswith("| folder")]
    assert len(told) == 4
