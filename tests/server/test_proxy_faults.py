"""What goes wrong with a model or a client, told in the protocol's own shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from aiohttp import web

from .conftest import free_port
from .proxies import World, world
from .upstreams import (
    PATIENT,
    Vanishing,
    dies,
    end_of_stream,
    hangs,
    piece,
    refuses,
    says,
    sends,
)

CHAT = "/v1/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "Hello?"}], "model": "small"}
STREAM = {**HELLO, "stream": True}
SILLYTAVERN = {"User-Agent": "node-fetch"}
PAGE = "<!DOCTYPE html><html><title>Not\nthis</title><body>503</body></html>"


@pytest.fixture
def here() -> Iterator[World]:
    with world() as made:
        yield made


def post(here: World, body: Any, **headers: str) -> httpx.Response:
    return httpx.post(f"{here.url}{CHAT}", json=body, headers=headers, timeout=30)


def error_of(response: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    assert isinstance(error["message"], str)
    return error


def last_error(response: httpx.Response) -> dict[str, Any]:
    """Return the error that a stream ends with."""
    *_, event, done, rest = response.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    error: dict[str, Any] = json.loads(event.removeprefix("data: "))["error"]
    return error


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_model_that_is_busy_is_asked_again(here: World, status: int) -> None:
    here.stub.answers.extend([refuses(status, {"error": {"message": "busy"}})] * 2)

    answer = post(here, HELLO)

    assert answer.status_code == 200
    assert len(here.stub.asked) == 3
    assert here.slept == [0.5, 1.0]
    assert here.memory.kept == ["Hello there."]


def test_a_model_that_hangs_up_is_asked_again(here: World) -> None:
    here.stub.answers.append(dies)

    assert post(here, STREAM).status_code == 200
    assert len(here.stub.asked) == 2


def test_the_model_says_when_to_ask_again(here: World) -> None:
    here.stub.answers.append(refuses(429, "{}", {"Retry-After": "7"}))

    assert post(here, HELLO).status_code == 200
    assert here.slept == [7.0]


def test_nobody_waits_for_very_long(here: World) -> None:
    busy = refuses(429, {"error": {"message": "Tomorrow."}}, {"Retry-After": "86400"})
    here.stub.answers.append(busy)

    answer = post(here, HELLO)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "86400"
    assert error_of(answer) == {"message": "Tomorrow."}
    assert len(here.stub.asked) == 1


@pytest.mark.parametrize("body", [HELLO, STREAM], ids=["whole", "stream"])
def test_a_wrong_key_is_told_in_the_models_words(here: World, body: Any) -> None:
    told = {"error": {"message": "Incorrect API key", "type": "auth", "code": "x"}}
    here.stub.answers.append(refuses(401, told))

    answer = post(here, body)

    assert answer.status_code == 401
    assert answer.json() == told
    assert len(here.stub.asked) == 1
    assert here.memory.kept == [None]


def test_sillytavern_reads_the_words_of_a_whole_reply_only_with_success(
    here: World,
) -> None:
    told = {"error": {"message": "No such model", "type": "x"}}
    here.stub.answers.extend([refuses(404, told)] * 2)

    whole = post(here, HELLO, **SILLYTAVERN)
    stream = post(here, STREAM, **SILLYTAVERN)

    assert (whole.status_code, whole.json()) == (200, told)
    assert (stream.status_code, stream.json()) == (404, told)


def test_a_spent_quota_keeps_its_status_for_sillytavern(here: World) -> None:
    told = {"error": {"message": "Pay", "type": "insufficient_quota"}}
    here.change(llm_retries=0)
    here.stub.answers.append(refuses(429, told))

    assert post(here, HELLO, **SILLYTAVERN).status_code == 429


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "model not found"}, "model not found"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"msg": "odd"}]}, '[{"msg": "odd"}]'),
        ({"message": "Odd"}, "Odd"),
        ([], "[]"),
        ({}, "{}"),
        ("plain words", "plain words"),
        (PAGE, "a web page, 'Not this'"),
        ("<html>", "a web page"),
        ("", "Internal Server Error"),
    ],
)
def test_errors_of_any_shape_are_told_in_openais(
    here: World, body: Any, words: str
) -> None:
    here.stub.answers.append(refuses(500, body))

    answer = post(here, HELLO)

    assert answer.status_code == 500
    assert error_of(answer)["message"].endswith(f" answered 500: {words}")
    assert error_of(answer)["type"] == "upstream_error"


def test_a_list_around_an_error_is_taken_off(here: World) -> None:
    told = {"error": {"code": 400, "message": "API key not valid.", "status": "X"}}
    here.stub.answers.append(refuses(400, [told]))

    assert post(here, HELLO).json() == told


def test_a_redirect_is_not_followed_with_the_key(here: World) -> None:
    here.stub.answers.append(refuses(307, "", {"Location": "http://evil.example/"}))

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert "leads elsewhere" in error_of(answer)["message"]
    assert len(here.stub.asked) == 1


@pytest.mark.parametrize("body", [HELLO, STREAM], ids=["whole", "stream"])
def test_a_model_that_is_not_there_is_named(here: World, body: Any) -> None:
    port = free_port()
    here.change(llm_base_url=f"http://127.0.0.1:{port}")

    answer = post(here, body)

    assert answer.status_code == 502
    assert (
        f"at 127.0.0.1:{port} cannot be reached: Connection refused."
        in error_of(answer)["message"]
    )
    assert here.slept == [0.5, 1.0]
    assert here.failed == [("upstream_unreachable", 502)]
    assert here.memory.kept == [None]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("", "No language model is set"),
        ("localhost:5000", "must begin with http"),
        ("http://", "must begin with http"),
        ("http://a:b/v1", "llm_base_url is wrong"),
    ],
)
def test_an_address_that_is_none_is_told(here: World, base: str, words: str) -> None:
    here.change(llm_base_url=base)

    answer = post(here, HELLO)

    assert answer.status_code == 503
    assert words in error_of(answer)["message"]


@pytest.mark.parametrize(
    "base",
    [
        "http://me:s3cret@127.0.0.1:1/v1",
        "http://me:s3/cret@127.0.0.1:1/v1",
        "http://me:s3cret@127.0.0.1:port/v1",
        "http://me:s3cret@[::1/v1",
        "me:s3cret@127.0.0.1:1",
        "https://me:s3%63ret@127.0.0.1:1/v1",
    ],
)
def test_a_password_in_the_models_address_is_told_to_nobody(
    here: World, base: str
) -> None:
    here.change(llm_base_url=base, llm_retries=0)

    answer = post(here, HELLO)

    assert answer.status_code in (502, 503)
    for secret in ("s3", "cret", "me:"):
        assert secret not in answer.text


def test_a_proxys_password_is_told_to_nobody(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:s3cret@127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    here.change(llm_base_url="http://model.example/v1", llm_retries=0)

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("body", [HELLO, STREAM], ids=["whole", "stream"])
def test_a_web_page_in_place_of_a_reply_is_told(here: World, body: Any) -> None:
    here.stub.answers.append(refuses(200, PAGE))

    answer = post(here, body)

    assert answer.status_code == 502
    assert "sent a web page" in error_of(answer)["message"]
    assert here.memory.kept == [None]


@pytest.mark.parametrize("raw", ["{", "[]", "null", '{"a": 1}', "7"])
def test_a_reply_that_makes_no_sense_is_told(here: World, raw: str) -> None:
    here.stub.answers.append(refuses(200, raw))

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert "sent something that is no reply" in error_of(answer)["message"]


def test_an_error_that_comes_as_success_is_told(here: World) -> None:
    told = {"error": {"message": "Too long"}}
    here.stub.answers.extend([refuses(200, told)] * 2)

    assert post(here, HELLO).json() == told
    assert post(here, STREAM).json() == told
    assert here.memory.kept == [None, None]


def test_a_model_that_dies_ends_the_stream_with_an_error(here: World) -> None:
    here.stub.answers.append(sends(piece("Once"), b'data: {"cho', then="death"))

    answer = post(here, STREAM)

    assert answer.content.startswith(piece("Once") + b"data: ")
    assert "broke off" in last_error(answer)["message"]
    assert here.failed == [("upstream_error", 502)]
    assert len(here.stub.asked) == 1
    assert here.memory.kept == [None]


def test_a_whole_reply_that_breaks_off_is_told(here: World) -> None:
    here.stub.answers.append(
        sends(b'{"choices": [', then="death", content_type="application/json")
    )

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert "broke off" in error_of(answer)["message"]


def test_a_stream_that_was_sent_to_its_end_needs_no_word_of_it(here: World) -> None:
    """A person read it; no client would call it broken."""
    here.stub.answers.append(sends(piece("Once"), piece(" more.")))

    answer = post(here, STREAM)

    assert answer.content == piece("Once") + piece(" more.")
    assert here.memory.kept == ["Once more."]
    assert here.failed == []


@pytest.mark.parametrize("raw", [b"", b": ping\n\n", b"data: \n\n"])
def test_a_stream_of_nothing_is_told(here: World, raw: bytes) -> None:
    here.stub.answers.append(sends(raw))

    answer = post(here, STREAM)

    assert "broke off" in last_error(answer)["message"]
    assert here.memory.kept == [None]


@pytest.mark.parametrize("cut", ["chunked", "counted"])
def test_a_connection_that_is_cut_between_two_events_is_no_end(
    here: World, cut: str
) -> None:
    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        if cut == "counted":
            response.content_length = 10_000
        await response.prepare(request)
        await response.write(piece("Once"))
        assert request.transport is not None
        request.transport.close()
        return response

    here.stub.answers.append(answer)

    told = post(here, STREAM)

    assert "broke off" in last_error(told)["message"]
    assert here.memory.kept == [None]


def test_a_stream_that_ends_without_saying_done_is_whole(here: World) -> None:
    end = end_of_stream().removesuffix(b"\n\ndata: [DONE]\n\n")
    here.stub.answers.append(sends(piece("Once."), end))

    answer = post(here, STREAM)

    assert answer.content == piece("Once.") + end + b"\n\n"
    assert here.memory.kept == ["Once."]


@pytest.mark.parametrize(
    "broken", [b"data: {\n\n", b"data: 7\n\n", b'data: {"a": "\n\n', b"data: [[[\n\n"]
)
def test_a_broken_event_is_held_back_and_told(here: World, broken: bytes) -> None:
    here.stub.answers.append(sends(piece("Once"), broken, piece("more")))

    answer = post(here, STREAM)

    assert answer.content.startswith(piece("Once") + b'data: {"error"')
    assert "makes no sense" in last_error(answer)["message"]
    assert here.memory.kept == [None]


def test_an_error_of_the_model_within_a_stream_passes(here: World) -> None:
    error = b'data: {"error": {"message": "out of memory"}}\n\n'
    here.stub.answers.append(sends(piece("Once"), error))

    answer = post(here, STREAM)

    assert answer.content == piece("Once") + error
    assert here.failed == [("upstream_error", 502)]
    assert here.memory.kept == [None]


@pytest.mark.parametrize("body", [HELLO, STREAM], ids=["whole", "stream"])
def test_a_model_that_never_answers_is_given_up(here: World, body: Any) -> None:
    here.change(llm_silence_seconds=0.05)
    here.stub.answers.append(hangs)

    answer = post(here, body)

    assert answer.status_code == 504
    assert "sent nothing for 0.05 seconds" in error_of(answer)["message"]
    assert len(here.stub.asked) == 1
    assert here.stub.left.wait(10)


def test_a_model_that_falls_silent_ends_the_stream_with_an_error(here: World) -> None:
    here.change(llm_silence_seconds=0.1)
    here.stub.answers.append(sends(*[piece("word ")] * 30, then="silence"))

    answer = post(here, STREAM)

    assert answer.content.startswith(piece("word ") * 30)
    assert "sent nothing for 0.1 seconds" in last_error(answer)["message"]
    assert here.stub.left.wait(10)
    assert here.memory.kept == [None]


def test_a_whole_reply_that_stops_coming_is_given_up(here: World) -> None:
    here.change(llm_silence_seconds=0.05)
    here.stub.answers.append(
        sends(b'{"choices"', then="silence", content_type="application/json")
    )

    assert post(here, HELLO).status_code == 504


def test_stopping_a_stream_stops_the_model_and_keeps_what_was_seen(
    here: World,
) -> None:
    here.stub.answers.append(sends(piece("Once "), piece("upon"), then="silence"))
    client = Vanishing(here.url, CHAT, STREAM)
    client.read_until(b"upon")

    client.leave()

    assert here.stub.left.wait(10)
    here.memory.wait_for_the_end()
    assert here.memory.kept == ["Once upon"]


@pytest.mark.parametrize("body", [HELLO, STREAM], ids=["whole", "stream"])
def test_a_client_that_leaves_before_the_answer_stops_the_model(
    here: World, body: Any
) -> None:
    here.stub.answers.append(hangs)
    client = Vanishing(here.url, CHAT, body)
    here.memory.wait_until_asked()

    client.leave()

    here.memory.wait_for_the_end()
    assert here.memory.kept == [None]


def test_a_server_that_is_stopped_keeps_what_was_seen() -> None:
    with world() as here:
        here.stub.answers.append(sends(piece("Once "), piece("upon"), then="silence"))
        client = Vanishing(here.url, CHAT, STREAM)
        client.read_until(b"upon")
    client.leave()

    assert here.memory.kept == ["Once upon"]


def test_the_proxy_serves_on_after_all_that(here: World) -> None:
    here.stub.answers.extend([dies, refuses(500, PAGE), sends(b"\0\xff", then="death")])
    for _ in range(3):
        post(here, STREAM)

    assert post(here, HELLO).status_code == 200


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no valid JSON"),
        (b"{", "no valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"\xff\xfe", "no valid JSON"),
        (b'{"messages": [{}], "x": NaN}', "NaN is no number"),
        (b'{"messages": [{}], "temperature": 1e999}', "too great a number"),
        (b"[" * 100_000, "no valid JSON"),
        (b"{}", "messages must be a list"),
        (b'{"messages": []}', "messages must be a list"),
        (b'{"messages": "Hi"}', "messages must be a list"),
        (b'{"messages": ["Hi"]}', "must be an object"),
    ],
)
def test_a_body_that_is_wrong_is_refused(here: World, raw: bytes, words: str) -> None:
    kind = {"Content-Type": "application/json"}

    answer = httpx.post(f"{here.url}{CHAT}", content=raw, headers=kind, timeout=30)

    assert answer.status_code == 400
    assert words in error_of(answer)["message"]
    assert error_of(answer)["type"] == "invalid_request_error"
    assert here.stub.asked == []


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "json"])
@pytest.mark.parametrize("path", [CHAT, "/v1/completions", "/v1/embeddings"])
def test_what_is_not_called_json_is_refused(here: World, kind: str, path: str) -> None:
    """Any page may send a form or a plain text, and spend a key with it."""
    raw = b'{"messages": [{"role": "user", "content": "Hi"}], "prompt": "Hi"}'
    headers = {"Content-Type": kind} if kind else {}

    answer = httpx.post(f"{here.url}{path}", content=raw, headers=headers, timeout=30)

    assert answer.status_code == 415
    assert "application/json" in error_of(answer)["message"]
    assert here.stub.asked == []


@pytest.mark.parametrize(
    "kind", ["Application/JSON; charset=utf-8", "application/problem+json"]
)
def test_json_has_several_names(here: World, kind: str) -> None:
    raw = b'{"messages": [{"role": "user", "content": "Hi"}]}'
    headers = {"Content-Type": kind}

    answer = httpx.post(f"{here.url}{CHAT}", content=raw, headers=headers, timeout=30)

    assert answer.status_code == 200


def test_a_prompt_that_is_none_is_refused(here: World) -> None:
    url = f"{here.url}/v1/completions"

    assert httpx.post(url, json={"prompt": 7}, timeout=PATIENT).status_code == 400


def test_a_huge_body_is_refused(here: World) -> None:
    small = replace(here.settings.server, most_body_mb=1)
    here.settings = replace(here.settings, server=small)
    message = {"role": "user", "content": "a" * 2_000_000}

    answer = post(here, {"messages": [message]})

    assert answer.status_code == 413
    assert "larger than 1 MB" in error_of(answer)["message"]
    assert here.memory.seen == []


def test_a_large_body_passes(here: World) -> None:
    message = {"role": "user", "content": "ä" * 1_500_000}

    assert post(here, {"messages": [message]}).status_code == 200
    assert here.stub.asked[0].body["messages"][1] == message


def test_a_long_reply_passes(here: World) -> None:
    long = "word " * 400_000
    here.stub.answers.append(says(long))

    assert post(here, HELLO).json()["choices"][0]["message"]["content"] == long
    assert here.memory.kept == [long]
