"""An export of years is larger than a file may be, and comes in nevertheless."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.errors import InvalidInput
from long_term_memory.importers.decoding import MAX_BYTES
from long_term_memory.importers.detection import read_file
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.long_lists import begins_list, values_of

VALUES = st.lists(
    st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()))
    | st.lists(st.text())
)


def conversation(number: int, extra: str = "") -> dict[str, Any]:
    """Return a conversation of one turn, with what a host tells beside it."""
    said = [("user", f"I keep {number} bees."), ("assistant", "How lovely.")]
    nodes: dict[str, Any] = {}
    for place, (role, text) in enumerate(said):
        content = {"content_type": "text", "parts": [text]}
        message = {"author": {"role": role}, "content": content}
        parent = str(place - 1) if place else None
        nodes[str(place)] = {"parent": parent, "message": message, "metadata": extra}
    told = {"title": "Bees", "conversation_id": f"c{number}", "current_node": "1"}
    return {**told, "mapping": nodes}


def written(path: Path, count: int, end: str = "]") -> Path:
    """Write more than a file may hold."""
    part = "\u00e9 words, and [{ of no list. "
    extra = part * (MAX_BYTES // (2 * len(part) * (count - 1)))
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            told = json.dumps(conversation(number, extra), ensure_ascii=False)
            file.write(f"{',' if number else '['}\n  {told}")
        file.write(end)
    assert path.stat().st_size > MAX_BYTES
    return path


def test_conversations_of_any_size_come_in_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path / "conversations.json", 40)

    found = read_file(path, ImportOptions())

    assert len(found.chats) == 40
    assert found.chats[39].window.messages[0].content == "I keep 39 bees."
    assert found.warnings == ()


def test_a_long_export_that_is_cut_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "conversations.json", 40, end="")

    with pytest.raises(InvalidInput, match="ends in the middle"):
        read_file(path, ImportOptions())


def test_a_long_list_of_something_else_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(b"[{}," + b" " * MAX_BYTES + b"{}]")

    with pytest.raises(InvalidInput, match="at most 64 MB are read"):
        read_file(path, ImportOptions())


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
@settings(max_examples=60, deadline=None)
def test_a_list_reads_as_json_does(value: Any, marked: bool, indent: Any) -> None:
    raw = json.dumps(value, indent=indent).encode("utf-8-sig" if marked else "utf-8")

    assert list(values_of(io.BytesIO(raw))) == value
    assert not value or begins_list(raw[:16])
    for cut in (raw[:-1], raw[: len(raw) // 2]):
        with pytest.raises(InvalidInput):
            list(values_of(io.BytesIO(cut)))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[{}, \xff]", "not UTF-8"),
        (b"[" + b"[" * 100_000 + b"]", "nested too deeply"),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", "a number that cannot be read"),
        (b"[" + b"[]," * 3_000_000, "of memory"),
        (b"[{}, 7]", "ends in the middle"),
    ],
    ids=["encoding", "depth", "number", "values", "other"],
)
def test_what_is_no_list_of_chats_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        list(values_of(io.BytesIO(raw)))
