"""What docs/companion-sockets.md has people run is run, and works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.companion.modes import read_modes
from long_term_memory.companion.prompt_template import PLACEHOLDERS

from .live import MINE, World, a_world

PAGE = Path(__file__).resolve().parents[2] / "docs" / "companion-sockets.md"
WRITTEN = "http://127.0.0.1:5100"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("memories"), keys=True) as made:
        yield made


def code(kind: str) -> list[str]:
    text = PAGE.read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def ran(program: str, world: World, conversation: str) -> list[str]:
    """Run a program of the page; return the lines that it printed."""
    for name, value in (
        (WRITTEN, world.url),
        ("CONVERSATION_ID", conversation),
        ('"KEY"', f'"{MINE}"'),
        ("token=KEY", f"token={MINE}"),
    ):
        program = program.replace(name, value)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_programs_of_the_page_work(world: World) -> None:
    talk = world.conversation()
    socket_io, plain = code("python")

    lines = ran(socket_io, world, talk.id)
    assert any(line.startswith("stored as msg_") for line in lines)
    assert any("character said: Hello there." in line for line in lines)
    assert world.said(talk)[0] == ("user", "The lamp is lit again.")

    mode, seen, *reply = ran(plain, world, talk.id)
    assert mode == "[MODE CHANGED]"
    assert seen == "[VISION]A heron stands on the jetty."
    assert "".join(reply[:-1]) == "Hello there."
    assert reply[-1].startswith("[EMOTION]")


def test_the_modes_of_the_page_are_read(tmp_path: Path) -> None:
    [text] = code("toml")
    file = tmp_path / "modes.toml"
    file.write_text(text, "utf-8")

    modes = read_modes(file)

    assert tomllib.loads(text)["modes"]["pirate"]["prompt"] == modes.prompts["pirate"]


def test_the_words_for_feelings_are_the_ones_that_come_along() -> None:
    table = PAGE.read_text("utf-8").partition("| feeling | word |")[2]
    rows = dict(re.findall(r"^\| (\w+) \| (\w+) \|$", table, re.M))

    assert rows == read_modes(None).feelings


def test_every_placeholder_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")

    assert [name for name in PLACEHOLDERS if f"`{{{name}}}`" not in text] == []
