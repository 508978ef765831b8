"""What the commands write to a terminal: words, and nothing that steers it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory import cli
from long_term_memory.cli.options import printable

from .importers.foreign import put, webui_log
from .server.conftest import EXTENSIONS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")

EVIL = "\x1b]0;owned\x07 \x1b[2J \x9b31m \x08\x7f \u202eback \rover"
# What may stand in the output of a terminal; \r only before a line's end.
STEERING = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))} - {"\n", "\t"}
STEERING |= {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


class Terminal:
    """Runs commands on one data directory as a person does."""

    def __init__(self, folder: Path) -> None:
        self.chats = folder / "chat"
        self.data = str(folder / "data")

    def __call__(self, *words: str) -> str:
        master, slave = os.openpty()
        read: list[bytes] = []

        def follow() -> None:
            try:
                while part := os.read(master, 65_536):
                    read.append(part)
            except OSError:  # Linux tells the end so
                pass

        reader = threading.Thread(target=follow)
        reader.start()
        with os.fdopen(slave, "w", encoding="utf-8") as screen:
            assert screen.isatty()
            with redirect_stdout(screen), redirect_stderr(screen):
                cli.main([*words, "--data-dir", self.data])
        reader.join(20)
        os.close(master)
        return b"".join(read).decode("utf-8").replace("\r\n", "\n")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal before a chat whose texts, names and files steer it."""
    folder = tmp_path_factory.mktemp("evil")
    rows = [(f"Bees {EVIL}", f"Hives {EVIL}"), ("=1+1", "No.")]
    name = "\x1b[31mred\x9bm.json"
    put(folder / "chat" / "Mi\x1b[31mku" / name, webui_log(*rows))
    put(folder / "chat" / "Mi\x1b[31mku" / f"broken{name}", "{")
    made = Terminal(folder)
    assert cli.main(["import", str(made.chats), "--data-dir", made.data]) == 1
    return made


def steering(text: str) -> set[str]:
    return STEERING & set(text)


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-"),
        ("export", "-", "--format", "md"),
        ("export", "-", "--format", "csv"),
        ("search", "bees"),
        ("history",),
        ("stats",),
        ("doctor",),
        ("forget", "--all", "--dry-run"),
        ("forget", "--since", "2001-01-01", "--dry-run"),
        ("backup",),
        ("undo",),
        ("clear", "no\x1b[31msuch"),
        ("search", "bees", "--character", "no\x1b[31msuch"),
        ("restore", "no\x1b[31msuch"),
    ],
)
def test_no_command_lets_a_chat_steer_the_terminal(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    shown = terminal(*words)

    assert shown.strip()
    assert steering(shown) == set()


def test_names_of_files_do_not_steer_it_either(terminal: Terminal) -> None:
    shown = terminal("import", "--dry-run", str(terminal.chats), "--json")

    assert steering(shown) == set()
    told = terminal("import", "--dry-run", str(terminal.chats))
    # The bars' own steps are the only ones; no colour of a file's name is among them.
    assert "[31m" in told
    assert "\x1b[31m" not in told
    assert "\x9b" not in told


def test_a_program_that_reads_an_export_gets_the_exact_text(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    with file.open("w", encoding="utf-8") as piped, redirect_stdout(piped):
        assert cli.main(["export", "-", "--data-dir", terminal.data]) == 0

    out = file.read_text("utf-8")
    # JSON writes some control characters in letters; the others stand as they were.
    assert r"Bees \u001b]0;owned\u0007" in out
    assert "\x9b31m" in out
    assert "\u202eback" in out
    assert "\ufffd" not in out


@given(st.text())
def test_any_text_becomes_one_that_a_terminal_shows(text: str) -> None:
    shown = printable(text, "utf-8")

    assert steering(shown) == set()
    shown.encode("utf-8")
    assert printable(shown, "utf-8") == shown
    assert printable("Zoë 初音 👩\u200d🚀\n", "utf-8") == "Zoë 初音 👩\u200d🚀\n"


def test_a_warning_that_names_a_file_does_not_steer_it_either(tmp_path: Path) -> None:
    bank = tmp_path / "default-x" / "Mi\x1b[31mku"
    bank.mkdir(parents=True)
    (bank / "bank.json").write_text("{}")
    command = [sys.executable, "-m", "long_term_memory", "stats"]

    ended = subprocess.run(
        [*command, "--data-dir", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "does not name the bank" in ended.stderr
    assert steering(ended.stderr) == set()
