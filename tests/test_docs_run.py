"""Every `ltm` command that stands in README and docs is run as it stands there.

What is a place of the reader's own (PATH, ID, a disk) is filled in; a question is
answered yes. Servers are started elsewhere: of their lines the settings are read.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory import cli
from long_term_memory.cli.options import settings_of
from long_term_memory.config import load_server_settings
from long_term_memory.core.records import CollectionEntry
from long_term_memory.llm.addresses import base_of
from long_term_memory.server.preflight import check_addresses
from long_term_memory.storage.encryption.user_key import make_key_file
from long_term_memory.storage.sqlite.collections import SqliteCollections

from .importers.foreign import HEADER, jsonl, message, put, webui_log
from .server.conftest import running
from .test_docs import Block, blocks, commands

ROWS = [
    ("My cat Miso sleeps on the blue blanket.", "She is a lazy cat."),
    ("My sister keeps bees.", "How many hives?"),
]
CHATS = "SillyTavern/data/default-user/chats/Seraphina/one.jsonl"
# What stands for a place or a thing of the reader's own.
PLACES = {
    "PATH...": "inbox",
    "PATH": "inbox",
    "TARGET": "target.jsonl",
    "FOLDER": "folder",
    "FILE.zip": "backup.zip",
    "NAME": "Miku",
    "/media/usb": "usb",
}
IDS = ("ID", "ID...", "4f1c2a")
# These end so, and say what to do: no server runs, and nothing is named.
OTHERWISE = {"last": 1, "forget": 2}
ASKS = {"forget", "restore", "clear", "retention"}


def lines(block: Block) -> Iterator[list[str]]:
    """Yield the commands of a block, also of one for reading whose lines are such."""
    if block.kind == "sh":
        yield from commands(block.text)
    elif block.kind == "text" and re.search(r"^ltm ", block.text, re.M):
        for line in block.text.splitlines():
            # What two blanks part from it explains it; dots stand for a line above.
            words = shlex.split(re.split(r" {2,}", line)[0])
            if words and "\u2026" not in words:
                yield words


def pages() -> list[str]:
    found = [one.page for one in blocks() for words in lines(one) if is_ltm(words)]
    return sorted(set(found))


def is_ltm(words: list[str]) -> bool:
    return Path(words[0]).name == "ltm" and not words[1].startswith("-")


class Reader:
    """Somebody with memories, who types what a page says."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._patch = patch
        self.data = home / "data"
        self.notes: list[str] = []
        patch.setenv("HOME", str(home))
        patch.setenv("LTM_DATA_DIR", str(self.data))
        patch.setenv("LTM_PORT", "9")
        home.mkdir()
        patch.chdir(home)
        self._prepare()

    def _prepare(self) -> None:
        times = ["May 02, 2026 10:00", "May 02, 2026 10:05"]
        for name in ("Tuesday", "Picnic"):
            log = webui_log(*ROWS, times=times)
            put(self.home / f"before/logs/chat/Miku/{name}.json", log)
        put(self.home / "inbox/logs/chat/Miku/late.json", webui_log(*ROWS))
        put(self.home / CHATS, jsonl(HEADER, message("Bees hum.", user=True)))
        for place in ("folder", "usb", "user_data/before-updates"):
            (self.home / place).mkdir(parents=True)
        self.run("import", "before")
        self.run("import", "before", "--user", "anna")
        for place in ("usb", "user_data/before-updates"):
            self.run("backup", "--to", place)
        [saved] = (self.home / "usb").glob("*.zip")
        shutil.copy(saved, self.home / "backup.zip")
        make_key_file(self.home / "new.key")
        self.run("note", "A note that was corrected.", "-c", "Miku")
        self.run("edit", self.a_note(), "A note, corrected.")

    def _keep(self, name: str) -> None:
        """Keep a text as a client does, under a name."""
        entry = CollectionEntry(
            "1", "", 0, "", "A lantern.", 0, datetime(2026, 5, 1, tzinfo=UTC)
        )
        with closing(SqliteCollections(self.data)) as store:
            store.put("default", name, [entry])

    def _hear(self, name: str) -> None:
        """Hear a person speak to Miku."""
        from long_term_memory.build import build_engine
        from long_term_memory.core.types import Scope, Window, WindowMessage

        line = WindowMessage(role="assistant", name=name, content="My lute is out.")
        engine = build_engine(settings_of(None), self.data)
        chat = engine.bank(Scope(user="default", character="Miku")).chat(
            "Inn", host="test"
        )
        chat.observe(Window(messages=(line,), complete=True))
        engine.close()

    def run(self, *words: str) -> int:
        # Whatever is asked is answered: yes.
        self._patch.setattr(sys, "stdin", io.StringIO("y\n" * 5))
        return cli.main(list(words))

    def a_note(self) -> str:
        """Return the id of the note that was corrected, deleted or not."""
        if not self.notes:
            from long_term_memory.build import build_engine
            from long_term_memory.core.types import Scope

            engine = build_engine(settings_of(None), self.data)
            bank = engine.bank(Scope(user="default", character="Miku"))
            self.notes = [
                one.id for one in bank.memories.list() if "note" in one.content
            ]
            engine.close()
        return self.notes[0]

    def types(self, words: list[str]) -> None:
        """Do what a line says, and see that it went well."""
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self._patch.setenv(name, str(Path(value).expanduser()))
        elif is_ltm(words):
            filled = [self.filled(word) for word in words[1:]]
            if filled[0] == "mcp":
                return  # Waits for an agent; see test_mcp_server.
            if filled[0] == "serve":
                self.would_serve(filled[1:])
                return
            if "--collection" in filled:
                self._keep(filled[filled.index("--collection") + 1])
            if "--person" in filled and filled[0] == "forget":
                self._hear(filled[filled.index("--person") + 1])
            sure = filled[0] in ASKS and "--dry-run" not in filled and len(filled) > 1
            code = self.run(*filled, *["--yes"] * sure)
            bare = filled[0] == "last" or len(filled) == 1
            assert code == (OTHERWISE.get(filled[0], 0) if bare else 0), words
            if filled[0] == "encryption-key":  # it says so itself
                self._patch.setenv("LTM_ENCRYPTION_KEY_FILE", filled[1])

    def filled(self, word: str) -> str:
        if word in IDS:
            return self.a_note()
        if word.startswith("~"):
            return str(Path(word).expanduser())
        return PLACES.get(word, word)

    def would_serve(self, words: list[str]) -> None:
        """See that the settings of a line are such that a server would start."""
        named = dict(zip(words[::2], words[1::2], strict=False))
        flags = {
            flag.removeprefix("--").replace("-", "_"): value
            for flag, value in named.items()
            if flag != "--open"
        }
        settings = load_server_settings(None, os.environ, flags)
        check_addresses(settings)
        assert base_of(settings.upstream.llm_base_url)


@pytest.mark.parametrize("page", pages())
def test_every_command_of_a_page_does_what_it_says(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reader = Reader(tmp_path / "home", monkeypatch)

    for block in blocks():
        if block.page == page:
            for words in lines(block):
                reader.types(words)

    assert "Traceback" not in capsys.readouterr().err


def shown(page: str, kind: str, sign: str) -> str:
    """Return the block of a page that holds a sign."""
    [found] = [
        one.text
        for one in blocks()
        if one.page == page and one.kind == kind and sign in one.text
    ]
    return found


def test_what_health_is_shown_to_say_is_what_it_says(tmp_path: Path) -> None:
    told = json.loads(shown("docs/http-api.md", "json", "uptime_seconds"))

    with running(tmp_path / "data") as server:
        said = server.health

    assert said.keys() == told.keys()
    for name, value in told.items():
        if isinstance(value, dict):
            assert said[name].keys() == value.keys(), name  # type: ignore[attr-defined]


def test_the_export_that_is_shown_has_the_fields_that_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(tmp_path / "home", monkeypatch)
    assert reader.run("export", "out.jsonl", "-c", "Miku") == 0
    written = {}
    for line in (reader.home / "out.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        written[next(iter(record))] = set(record)

    text = shown("docs/import-export.md", "text", '"format": "long-term-memory"')
    records = re.split(r"\n(?=\{)", text.strip())
    named = [re.findall(r'"(\w+)":', record) for record in records]

    fields = {names[0]: set(names) for names in named}
    fields["message"].discard("present")  # of groups alone
    fields["end"].discard("facts")  # only where a model drew some
    assert {name: fields[name] for name in written} == written
    # The chats here are short, and no model reads them.
    assert fields.keys() - written.keys() == {"summary", "facts"}
