"""Kinds of harm to files, three of each; `benchmarks.harm` does many more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 3


@pytest.mark.skipif(os.name != "posix", reason="the harness forks")
def test_harm_is_told_and_loses_nothing() -> None:
    """In a process of its own: one that has threads must not fork."""
    words = [sys.executable, "-m", "benchmarks.harm", "--rounds", str(ROUNDS)]
    ran = subprocess.run(
        [*words, "--messages", "100"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count(f"| {ROUNDS} |") == 5
