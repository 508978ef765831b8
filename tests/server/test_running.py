"""Which server uses a folder is told to whoever comes later."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.errors import StoreError
from long_term_memory.server.running import FILE, LOCK, Running, running_at

HERE = "http://127.0.0.1:5100"
THERE = "http://127.0.0.1:5200"


def test_the_first_server_is_told_of_as_long_as_it_runs(tmp_path: Path) -> None:
    first, second = Running(tmp_path), Running(tmp_path)

    assert running_at(tmp_path) == ""
    assert first.begin(HERE) == ""
    assert running_at(tmp_path) == HERE
    assert second.begin(THERE) == HERE
    second.end()
    assert running_at(tmp_path) == HERE
    first.end()
    assert running_at(tmp_path) == ""
    assert second.begin(THERE) == ""
    second.end()


def test_what_a_killed_server_left_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    (tmp_path / FILE).write_text(f'{{"root": "{HERE}"}}', "utf-8")

    assert running_at(tmp_path) == ""
    server = Running(tmp_path)
    assert server.begin(THERE) == ""
    assert running_at(tmp_path) == THERE
    server.end()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"root": "ftp://x"}', "\udcff"])
def test_a_file_that_tells_no_address_is_no_address(tmp_path: Path, text: str) -> None:
    server = Running(tmp_path)
    server.begin(HERE)
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))

    assert running_at(tmp_path) == ""
    assert Running(tmp_path).begin(THERE) == "somewhere"
    server.end()


def test_looking_changes_nothing(tmp_path: Path) -> None:
    running_at(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    with pytest.raises(StoreError, match=r"server\.json cannot be written"):
        Running(tmp_path).begin(HERE)
    assert running_at(tmp_path) == ""
