"""A client for language models, on a function in place of the network."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from long_term_memory.errors import UpstreamError
from long_term_memory.models.llm import NO_SCHEMAS, Answer, OpenAIWriter, send
from long_term_memory.testing import ScriptedLLM


class Service:
    """Answers each request alike, and keeps the requests."""

    def __init__(self, content: str = "Told.", status: int = 200) -> None:
        self.answer = Answer(status, reply(content))
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.requests.append((url, json.loads(body), dict(headers)))
        return self.answer


def reply(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def ask(service: Any, endpoint: str = "http://a/v1", **known: str) -> str:
    writer = OpenAIWriter(endpoint, post=service, **known)
    return writer.write("Be brief.", "Mara: I left. \ud83d", max_tokens=50)


@pytest.mark.parametrize(
    "endpoint", ["http://a/v1", "http://a/v1/", "http://a/v1/chat/completions"]
)
def test_an_address_is_taken_with_or_without_its_path(endpoint: str) -> None:
    service = Service()

    assert ask(service, endpoint) == "Told."

    [(url, asked, headers)] = service.requests
    assert url == "http://a/v1/chat/completions"
    assert [one["role"] for one in asked["messages"]] == ["system", "user"]
    assert asked["max_tokens"] == 50
    assert "model" not in asked
    assert "Authorization" not in headers


def test_model_and_key_are_sent_if_there_are_any() -> None:
    service = Service()

    ask(service, model="small", api_key="secret")

    [(_, asked, headers)] = service.requests
    assert asked["model"] == "small"
    assert headers["Authorization"] == "Bearer secret"
    assert OpenAIWriter("http://a:1/v1", model="small").name == "small"
    assert OpenAIWriter("http://a:1/v1").name == "a:1"


class Old(Service):
    """A service that refuses what it does not know, and so a schema."""

    def __init__(self, status: int = 400) -> None:
        super().__init__()
        self.status = status

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        answer = super().__call__(url, body, headers)
        known = "response_format" not in self.requests[-1][1]
        return answer if known else Answer(self.status, b"unknown: response_format")


def ask_in_form(writer: OpenAIWriter) -> str:
    schema = {"type": "object"}
    return writer.write("Be brief.", "Mara: I left.", max_tokens=50, schema=schema)


def test_a_schema_is_asked_for_where_an_answer_has_one() -> None:
    service = Service('{"a": 1}')
    writer = OpenAIWriter("http://a", post=service)

    assert ask_in_form(writer) == '{"a": 1}'
    ask(service)

    form, plain = (asked for _, asked, _ in service.requests)
    assert form["response_format"]["type"] == "json_schema"
    assert form["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert "response_format" not in plain


@pytest.mark.parametrize("status", sorted(NO_SCHEMAS))
def test_a_service_without_schemas_is_asked_plainly_from_then_on(status: int) -> None:
    service = Old(status)
    writer = OpenAIWriter("http://a", post=service)

    assert [ask_in_form(writer), ask_in_form(writer)] == ["Told.", "Told."]

    held = ["response_format" in asked for _, asked, _ in service.requests]
    assert held == [True, False, False]


def test_a_service_that_refuses_everything_is_asked_for_the_schema_again() -> None:
    service = Service(status=500)
    writer = OpenAIWriter("http://a", post=service)
    for _ in "ab":
        with pytest.raises(UpstreamError, match="answered 500"):
            ask_in_form(writer)

    held = ["response_format" in asked for _, asked, _ in service.requests]
    assert held == [True, False, True, False]


def test_a_wrong_key_is_no_reason_to_ask_twice() -> None:
    service = Service(status=401)
    with pytest.raises(UpstreamError, match="answered 401"):
        ask_in_form(OpenAIWriter("http://a", post=service))

    assert len(service.requests) == 1


def test_thoughts_are_taken_out() -> None:
    assert ask(Service("<think>Hm.\nHm.</think>\n\nTold. ")) == "Told."


@pytest.mark.parametrize("content", ["", "  ", "<think>endless"])
def test_writing_nothing_is_a_failure(content: str) -> None:
    with pytest.raises(UpstreamError, match="wrote nothing"):
        ask(Service(content))


def test_a_refusal_is_told_with_its_words_and_without_the_key() -> None:
    service = Service()
    service.answer = Answer(401, b"Wrong\n key")

    with pytest.raises(UpstreamError, match=r"answered 401\.") as caught:
        ask(service, api_key="secret")
    assert caught.value.said == "Wrong key"
    assert "secret" not in caught.value.for_the_owner


def test_words_that_repeat_what_was_sent_are_told_to_nobody() -> None:
    service = Service()
    for answer in (Answer(400, b'{"error": "cannot read: Mira keeps bees"}'),):
        service.answer = answer
        with pytest.raises(UpstreamError) as caught:
            OpenAIWriter("http://a", post=service).write(
                "Tell it in short.", "My sister Mira keeps bees.", max_tokens=9
            )
        assert "Mira" not in caught.value.for_the_owner


@pytest.mark.parametrize(
    "address", ["http://user:pass@a:1/v1", "http://user:pa:ss@a:1", "http://u:p/s@a:1"]
)
def test_a_password_in_an_address_is_never_told(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The standard library's errors hold pieces of the address."""
    with pytest.raises(UpstreamError) as caught:
        OpenAIWriter(address).write("Tell.", "Hm.", max_tokens=9)
    pair = address.partition("://")[2].partition("@")[0]
    assert pair not in caught.value.for_the_owner
    assert "pass" not in caught.value.for_the_owner
    assert "pa:ss" not in OpenAIWriter(address).name


def test_a_proxys_password_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise OSError("Tunnel through http://me:s3cret@proxy:3128 failed for s3cret@")

    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret@proxy:3128")
    with pytest.raises(UpstreamError, match="proxy:3128") as caught:
        OpenAIWriter("https://a", post=down).write("Tell.", "Hm.", max_tokens=9)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{}", b'{"choices": []}'])
def test_an_answer_without_sense_is_a_failure(body: bytes) -> None:
    service = Service()
    service.answer = Answer(200, body)

    with pytest.raises(UpstreamError, match="no sense"):
        ask(service)


def test_a_service_that_is_down_is_told_with_the_way_out() -> None:
    def down(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise ConnectionRefusedError("refused")

    with pytest.raises(UpstreamError, match="summary_endpoint"):
        ask(down)


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "localhost:1", "ftp://a"])
def test_other_addresses_are_refused(endpoint: str) -> None:
    with pytest.raises(UpstreamError, match="http://"):
        ask(Service(), endpoint)


class Handler(BaseHTTPRequestHandler):
    """Redirects the first path, answers the second."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.invalid/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path.startswith("/drops"):
            self.send_response(int(self.path[-3:]))
            self.end_headers()
            with suppress(OSError):
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.02)
            return
        said = reply(json.loads(body)["messages"][1]["content"])
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_over_a_real_socket_and_a_redirect_is_not_followed() -> None:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        try:
            said = OpenAIWriter(f"{base}/v1").write("Be brief.", "Hä?", max_tokens=5)
            with pytest.raises(UpstreamError, match="answered 302"):
                OpenAIWriter(f"{base}/moved").write("Be brief.", "Hm?", max_tokens=5)
        finally:
            server.shutdown()
            thread.join()

    assert said == "Hä?"


@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_comes_by_drops_is_given_up(status: int) -> None:
    """Each drop is in time, and a thread would wait for them for ever."""
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/drops/{status}"
        try:
            with pytest.raises(TimeoutError, match="takes too long"):
                send(url, b"{}", {}, timeout_seconds=0.2)
        finally:
            server.shutdown()
            thread.join()


def test_the_scripted_model_says_its_lines_in_order() -> None:
    llm = ScriptedLLM("One.", UpstreamError("Down."))
    llm.enqueue("Three.")

    assert llm.write("a", "b", max_tokens=1) == "One."
    with pytest.raises(UpstreamError, match=r"Down\."):
        llm.write("a", "b", max_tokens=1)
    assert llm.write("c", "d", max_tokens=1) == "Three."
    assert llm.history == [("a", "b"), ("a", "b"), ("c", "d")]
    with pytest.raises(UpstreamError, match="no reply left"):
        llm.write("e", "f", max_tokens=1)
