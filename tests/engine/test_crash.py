"""A process that is killed loses nothing it acknowledged; twenty real kills."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 20


@pytest.mark.skipif(os.name != "posix", reason="the harness forks")
def test_twenty_kills_lose_and_tear_nothing() -> None:
    """In a process of its own: one that has threads must not fork."""
    words = [sys.executable, "-m", "benchmarks.crash", "--rounds", str(ROUNDS)]
    ran = subprocess.run(
        [*words, "--messages", "100", "--seed", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert ran.returncode == 0, ran.stderr
    assert "nothing was lost or torn" in ran.stdout
    killed = [
        int(line.split("|")[3])
        for line in ran.stdout.splitlines()
        if line.startswith("| ") and line.split("|")[3].strip().isdigit()
    ]
    # A short operation may be done before it is killed.
    assert sum(killed) >= ROUNDS // 2
