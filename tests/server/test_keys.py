"""The key that a client must show."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from long_term_memory.errors import ConfigError
from long_term_memory.server.keys import KEY_FILE, REFUSED, KeyCheck, Keys, keys_of


def test_a_missing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    keys_of(tmp_path / "data", {})
    path = tmp_path / "data" / KEY_FILE
    made = path.read_text(encoding="utf-8").strip()
    assert len(made) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert keys_of(tmp_path / "data", {}).admits(f"Bearer {made}")


def test_the_environment_comes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    keys = keys_of(tmp_path, {"LTM_API_KEY": " mine\n"})
    assert keys.is_ours("mine")
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic mine", "mine", "Bearer é"],
)
def test_no_other_header_is_admitted(header: str) -> None:
    assert not Keys("mine").admits(header)


def test_no_key_admits_nobody() -> None:
    assert not Keys(" ").admits("Bearer ")


def test_a_file_without_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no key"):
        keys_of(tmp_path, {})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(ConfigError, match="Cannot read or make"):
        keys_of(tmp_path, {})


def guarded() -> TestClient:
    return TestClient(KeyCheck(PlainTextResponse("in"), keys=Keys("mine")))


def test_who_shows_the_key_is_let_in() -> None:
    answer = guarded().get("/", headers={"Authorization": "Bearer mine"})
    assert answer.text == "in"


def test_who_shows_none_is_told_so_as_clients_expect() -> None:
    answer = guarded().get("/")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_the_question_of_a_browser_needs_no_key() -> None:
    assert guarded().options("/").status_code == 200


def test_a_socket_without_the_key_is_closed() -> None:
    with pytest.raises(WebSocketDisconnect), guarded().websocket_connect("/"):
        raise AssertionError("it was opened")
