"""Reading the webui's chat logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from long_term_memory.errors import InvalidInput, StoreError
from long_term_memory.webui.log_files import ChatLogs


@pytest.fixture
def logs(tmp_path: Path) -> ChatLogs:
    found = ChatLogs(tmp_path, "Miku")
    found.folder.mkdir(parents=True)
    return found


def test_a_log_is_read(logs: ChatLogs) -> None:
    logs.path("20261121-00-04-00").write_text(json.dumps({"internal": []}))

    assert logs.exists("20261121-00-04-00")
    assert logs.stamp("20261121-00-04-00") is not None
    assert logs.read("20261121-00-04-00") == {"internal": []}


def test_a_log_that_is_gone_is_none(logs: ChatLogs) -> None:
    assert not logs.exists("x")
    assert logs.stamp("x") is None
    assert logs.read("x") is None


def test_a_half_written_log_is_none_and_read_next_time(logs: ChatLogs) -> None:
    logs.path("x").write_text('{"internal": [["Hel')
    assert logs.read("x") is None

    logs.path("x").write_bytes('{"internal": [["Grüß'.encode()[:-1])
    assert logs.read("x") is None


def test_another_file_is_told(logs: ChatLogs) -> None:
    logs.path("x").write_text("[1, 2]")

    with pytest.raises(InvalidInput, match="no chat history"):
        logs.read("x")


def test_a_folder_in_place_of_a_log_is_told(logs: ChatLogs) -> None:
    logs.path("x").mkdir()

    with pytest.raises(StoreError, match="permissions"):
        logs.read("x")


def test_instruct_chats_have_a_folder_of_their_own(tmp_path: Path) -> None:
    assert ChatLogs(tmp_path, None).folder == tmp_path / "logs" / "instruct"


def test_another_content_has_another_stamp(logs: ChatLogs) -> None:
    logs.path("x").write_text("{}")
    before = logs.stamp("x")

    logs.path("x").write_text('{"internal": []}')

    assert logs.stamp("x") != before


def test_a_name_leads_to_no_other_folder(tmp_path: Path) -> None:
    logs = ChatLogs(tmp_path, "../../secrets")

    assert logs.path("../../etc/passwd").parent.parent == tmp_path / "logs" / "chat"


def test_a_name_that_no_file_can_have_is_no_log(logs: ChatLogs) -> None:
    for name in ("nul\0", "x" * 5000, "\ud83d"):
        assert not logs.exists(name)
        assert logs.read("x") is None
