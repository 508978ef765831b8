"""The examples of docs/library.md print what stands below them."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from .server.conftest import running
from .test_docs import blocks

PAGE = "docs/library.md"
SERVER = "http://127.0.0.1:5100"


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
            with contextlib.ExitStack() as around:
                code = block.text
                if SERVER in code:
                    served = around.enter_context(running(tmp_path / "my_memories"))
                    code = code.replace(SERVER, served.url)
                out = around.enter_context(contextlib.redirect_stdout(io.StringIO()))
                exec(compile(code, PAGE, "exec"), names)
            printed.append(out.getvalue())
        elif block.kind == "text":
            told.append(block.text)

    assert len(told) == 5
    assert printed == told
