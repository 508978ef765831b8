"""The key that a client must show."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from long_term_memory.config import ServerSettings, Settings
from long_term_memory.errors import ConfigError
from long_term_memory.server.keys import (
    KEY_FILE,
    REFUSED,
    REFUSED_V1,
    KeyCheck,
    Keys,
    keys_of,
    server_keys,
)


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


PEOPLE = """\
# One line for each person.
mine
anna: secret-1
ben:secret-2

default: mine-too
"""


def test_a_file_may_have_keys_of_several_people(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text(PEOPLE, encoding="utf-8")
    keys = keys_of(tmp_path, {})

    shown = ("mine", "secret-1", "secret-2", "mine-too", "anna: secret-1", "ben")
    assert [keys.whose(key) for key in shown] == ["", "anna", "ben", "", None, None]
    assert keys.user_of("Bearer secret-1") == "anna"
    assert keys.user_of("Bearer mine") == keys.user_of("") == ""
    assert keys.is_owner("Bearer mine")
    assert not keys.is_owner("Bearer secret-1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two", "line 1: write a key"),
        ("mine\nanna smith: secret", "line 2: write a key"),
        ("mine\nanna: mine", "line 2: this key is another one's"),
        ("# nothing", "holds no key"),
    ],
)
def test_a_line_that_makes_no_sense_is_told(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / KEY_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words) as raised:
        keys_of(tmp_path, {})
    assert "secret" not in str(raised.value)


def test_a_file_written_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"\xef\xbb\xbfmine\r\nanna: secret\r\n")
    keys = keys_of(tmp_path, {})

    assert (keys.whose("mine"), keys.whose("secret")) == ("", "anna")


@pytest.mark.parametrize("path", ["/editor", "/editor/config", "/metrics"])
def test_what_shows_everybodys_is_for_the_owner_alone(path: str) -> None:
    keys = Keys("mine", people={"secret": "anna"})
    client = TestClient(KeyCheck(PlainTextResponse("in"), keys=keys))

    def shown(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return client.get(path, headers=headers).status_code

    assert [shown("mine"), shown("secret"), shown("wrong")] == [200, 403, 401]
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(path, headers=basic("secret")),
    ):
        raise AssertionError("it was opened")


def guarded() -> TestClient:
    return TestClient(KeyCheck(PlainTextResponse("in"), keys=Keys("mine")))


def test_who_shows_the_key_is_let_in() -> None:
    answer = guarded().get("/api/modules", headers={"Authorization": "Bearer mine"})
    assert answer.text == "in"


def test_who_shows_none_is_told_so_as_clients_expect() -> None:
    answer = guarded().get("/api/modules")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_the_question_of_a_browser_needs_no_key() -> None:
    assert guarded().options("/api/modules").status_code == 200


def test_a_socket_without_the_key_is_closed() -> None:
    with pytest.raises(WebSocketDisconnect), guarded().websocket_connect("/"):
        raise AssertionError("it was opened")


def basic(password: str) -> dict[str, str]:
    shown = b64encode(f"me:{password}".encode()).decode()
    return {"Authorization": f"Basic {shown}"}


def test_the_page_asks_a_browser_for_the_key_as_the_password() -> None:
    asked = guarded().get("/editor/")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic ")
    assert guarded().get("/editor/", headers=basic("mine")).text == "in"
    assert guarded().get("/editor/", headers=basic("wrong")).status_code == 401
    assert not Keys("mine").admits_page("Basic é!")


def test_a_password_opens_the_page_alone() -> None:
    assert guarded().get("/v1/models", headers=basic("mine")).status_code == 401


@pytest.mark.parametrize("path", ["/", "/health"])
def test_whether_the_server_is_there_is_told_without_a_key(path: str) -> None:
    assert guarded().get(path).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/models", "//chat/completions"])
def test_the_proxy_refuses_in_the_shape_of_its_protocol(path: str) -> None:
    answer = guarded().get(f"http://testserver{path}")
    assert (answer.status_code, answer.json()) == (401, REFUSED_V1)


def of(host: str, *, secure: bool = False) -> Settings:
    return replace(
        Settings(),
        server=replace(ServerSettings(), host=host, secure=secure),
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "127.box.lan"])
def test_the_network_is_not_listened_to_without_a_key(host: str) -> None:
    with pytest.raises(ConfigError, match="LTM_API_KEY"):
        server_keys(of(host), {})
    assert server_keys(of(host), {"LTM_API_KEY": "mine"}).needed


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_this_machine_a_key_is_known_and_not_asked_for(host: str) -> None:
    keys = server_keys(of(host), {"LTM_API_KEY": "mine"})
    assert not keys.needed
    assert keys.is_ours("mine")


def test_secure_asks_for_the_key_on_this_machine_too() -> None:
    assert server_keys(of("127.0.0.1", secure=True), {"LTM_API_KEY": "mine"}).needed
