"""What docs/clients.md has people send is sent, and does what the page says."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.hosts.stub_llm import StubLLM, stub_llm

from .conftest import Running, running

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
WRITTEN = "http://127.0.0.1:5100"


@pytest.fixture(scope="module")
def model() -> Iterator[StubLLM]:
    with stub_llm() as started:
        yield started


@pytest.fixture(scope="module")
def server(
    model: StubLLM, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    flags = ("--llm-base-url", model.url, "--set", "memory_seconds=60")
    with running(tmp_path_factory.mktemp("memories"), *flags) as started:
        yield started


def code(kind: str) -> list[str]:
    """Return the page's blocks of a kind."""
    text = PAGE.read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def curl(command: str, server: Running) -> Any:
    """Do what a command of curl does."""
    words = shlex.split(command)
    url = next(one for one in words if one.startswith("http"))
    headers = dict(
        words[place + 1].split(": ", 1)
        for place, one in enumerate(words)
        if one == "-H"
    )
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    request = Request(url.replace(WRITTEN, server.url), body, headers)
    with urlopen(request) as answer:
        return json.load(answer)


def test_the_commands_and_the_program_remember(
    server: Running, model: StubLLM, capsys: pytest.CaptureFixture[str]
) -> None:
    tell, ask_last = [one for one in code("sh") if one.startswith("curl")]
    [program] = code("python")

    told = curl(tell, server)
    last = curl(ask_last, server)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(program.replace(WRITTEN, server.url), str(PAGE), "exec"), {})

    assert told["choices"][0]["message"]["content"]
    assert last["character"] == "Miku"
    assert last["chat"] == "first"
    assert said.getvalue().strip()
    assert "Miso" in model.last_text()
