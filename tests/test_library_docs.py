"""The examples of docs/library.md print what stands below them."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from .test_docs import blocks

PAGE = "docs/library.md"


def test_the_examples_print_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    printed, told = [], []

    for block in blocks():
        if block.page != PAGE:
            continue
        if block.kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, PAGE, "exec"), names)
            printed.append(out.getvalue())
        elif block.kind == "text":
            told.append(block.text)

    assert len(told) == 4
    assert printed == told
