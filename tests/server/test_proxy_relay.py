"""What the proxy passes on: bodies and keys to the model, answers to the client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .proxies import REMEMBERED, World, world
from .upstreams import end_of_stream, piece, refuses, says, sends

CHAT = "/v1/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "Hello?"}], "model": "small"}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("LTM_LLM_API_KEY", "OPENAI_API_KEY", "GROQ_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with world() as made:
        yield made


def post(here: World, path: str, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{here.url}{path}", json=body, headers=named, timeout=30)


def events(response: httpx.Response) -> list[Any]:
    """Return the events of a stream, read as a client reads them."""
    found = []
    for event in re.split(r"\r?\n\r?\n", response.text)[:-1]:
        data = event.removeprefix("data: ")
        found.append(data if data == "[DONE]" else json.loads(data))
    return found


def text_of(told: list[Any]) -> str:
    pieces = [one["choices"][0]["delta"] for one in told if "choices" in one]
    return "".join(piece.get("content") or "" for piece in pieces)


def test_a_chat_goes_on_with_memories_and_the_reply_comes_back(here: World) -> None:
    answer = post(here, CHAT, HELLO)

    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"] == "Hello there."
    [asked] = here.stub.asked
    assert asked.path == CHAT
    assert asked.body == {**HELLO, "messages": [REMEMBERED, *HELLO["messages"]]}
    assert here.memory.kept == ["Hello there."]


def test_a_stream_comes_through_as_it_is(here: World) -> None:
    sent = [piece("Hel"), piece('lo 😀\n"there".'), end_of_stream()]
    here.stub.answers.append(sends(*sent))

    answer = post(here, CHAT, {**HELLO, "stream": True})

    assert answer.content == b"".join(sent)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert here.memory.kept == ['Hello 😀\n"there".']


def test_the_last_word_of_a_stream_comes_when_the_reply_is_kept(here: World) -> None:
    """SillyTavern takes that word for the end: its next request must find the reply."""
    here.memory.keeps.clear()
    read = b""

    with httpx.stream(
        "POST", f"{here.url}{CHAT}", json={**HELLO, "stream": True}, timeout=30
    ) as answer:
        for part in answer.iter_raw():
            read += part
            if b'"stop"' in read and not here.memory.keeps.is_set():
                assert b"[DONE]" not in read
                here.memory.keeps.set()
            if b"[DONE]" in part:
                assert here.memory.kept == ["Hello there."]

    assert read.endswith(b"data: [DONE]\n\n")


def test_a_stream_cut_anywhere_comes_through_whole(here: World) -> None:
    sent = b": hi\n\n" + piece("Grüße") + piece(" 😀") + end_of_stream()
    here.stub.answers.append(sends(*(sent[at : at + 7] for at in range(0, 999, 7))))

    answer = post(here, CHAT, {**HELLO, "stream": True})

    assert answer.content == sent
    assert here.memory.kept == ["Grüße 😀"]


def test_a_stream_with_other_line_ends_is_read(here: World) -> None:
    sent = (piece("One") + piece(" two") + end_of_stream()).replace(b"\n", b"\r\n")
    here.stub.answers.append(sends(sent))

    answer = post(here, CHAT, {**HELLO, "stream": True})

    assert answer.content == sent
    assert text_of(events(answer)[:-1]) == "One two"
    assert here.memory.kept == ["One two"]


def test_a_text_is_continued_with_memories(here: World) -> None:
    answer = post(here, "/v1/completions", {"prompt": "Anna:", "stop": ["\n"]})

    assert answer.json()["choices"][0]["text"] == "Hello there."
    [asked] = here.stub.asked
    assert asked.path == "/v1/completions"
    assert asked.body == {
        "prompt": f"{REMEMBERED['content']}\nAnna:",
        "stop": ["\n"],
    }
    assert here.memory.kept == ["Hello there."]


def test_all_that_is_not_ours_passes_untouched(here: World) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    body = {
        **HELLO,
        "messages": [{"role": "user", "content": [image], "name": "A"}],
        "n": 2,
        "logprobs": True,
        "top_logprobs": 3,
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "tool_choice": "auto",
        "response_format": {"type": "json_object"},
        "seed": 12345678901234567890,
        "temperature": 0.1,
        "min_p": 1e-7,
        "unheard_of": {"\ud83d\u0000": [None, True, "\u2028 \ud800"]},
    }

    raw = json.dumps(body).encode()
    kind = {"Content-Type": "application/json"}
    httpx.post(f"{here.url}{CHAT}", content=raw, headers=kind, timeout=30)

    [asked] = here.stub.asked
    assert {**asked.body, "messages": asked.body["messages"][1:]} == body


def test_of_several_replies_the_first_is_kept(here: World) -> None:
    sent = [
        piece("One", index=1),
        piece("Two", index=0),
        piece("!", index=1),
        piece(".", index=0),
        end_of_stream(),
    ]
    here.stub.answers.append(sends(*sent))

    answer = post(here, CHAT, {**HELLO, "stream": True, "n": 2})

    assert answer.content == b"".join(sent)
    assert here.memory.kept == ["Two."]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/v1/chat/completions/",
        "/chat/completions",
        "//chat/completions",
        "/v1//chat/completions",
        "/v1/v1/chat/completions",
        "/v1/chat/completions/chat/completions",
    ],
)
def test_every_spelling_of_the_path_is_answered(here: World, path: str) -> None:
    assert post(here, path, HELLO).status_code == 200
    assert here.stub.asked[0].path == CHAT


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_models_address_is_taken_with_or_without_its_path(
    here: World, base: str
) -> None:
    here.change(llm_base_url=here.stub.url + base)

    assert post(here, CHAT, HELLO).status_code == 200
    assert here.stub.asked[0].path == CHAT


def test_an_address_below_another_path_keeps_it(here: World) -> None:
    here.change(llm_base_url=f"{here.stub.url}/v1beta/openai/")

    post(here, CHAT, HELLO)

    assert here.stub.asked[0].path == "/v1beta/openai/chat/completions"


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        ("Bearer mine", "Bearer mine"),
        ("Bearer ours", "Bearer of-the-environment"),
        ("Bearer", "Bearer of-the-environment"),
        ("Basic abc", "Bearer of-the-environment"),
    ],
)
def test_the_clients_key_goes_on_unless_it_is_ours(
    here: World, monkeypatch: pytest.MonkeyPatch, sent: str, passed: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-the-environment")

    post(here, CHAT, HELLO, Authorization=sent)

    assert here.stub.asked[0].headers["authorization"] == passed


def test_headers_for_the_service_go_on_and_those_for_us_do_not(here: World) -> None:
    post(here, CHAT, HELLO, X_Title="Chat", X_LTM_Chat="secret", Cookie="a=b")

    [asked] = here.stub.asked
    assert asked.headers["x-title"] == "Chat"
    assert not {"x-ltm-chat", "cookie", "authorization"} & set(asked.headers)
    assert here.memory.seen[0].headers["x-ltm-chat"] == "secret"


def test_what_a_client_leaves_open_is_filled_from_the_settings(here: World) -> None:
    here.change(llm_model="large", llm_max_tokens=99, llm_temperature=0.5)

    post(here, CHAT, {"messages": HELLO["messages"]})
    post(here, CHAT, {**HELLO, "max_completion_tokens": 7, "temperature": 0})

    first, second = (asked.body for asked in here.stub.asked)
    assert (first["model"], first["max_tokens"], first["temperature"]) == (
        "large",
        99,
        0.5,
    )
    assert (second["model"], second["temperature"]) == ("small", 0)
    assert "max_tokens" not in second


def test_memories_are_shown_as_a_thought_in_a_stream(here: World) -> None:
    here.memory.note = "Remembered: Miso"

    told = events(post(here, CHAT, {**HELLO, "stream": True}))

    first = told[0]["choices"][0]["delta"]
    assert first["reasoning_content"] == "Remembered: Miso"
    assert told[0]["model"] == "small"
    assert text_of(told[:-1]) == "Hello there."
    assert here.memory.kept == ["Hello there."]


def test_memories_are_shown_as_a_thought_of_a_whole_reply(here: World) -> None:
    here.memory.note = "Remembered: Miso"
    thinking = {"role": "assistant", "content": "Hi.", "reasoning_content": "Hm."}
    told = {"choices": [{"index": 0, "message": thinking}], "extra": 1}
    here.stub.answers.append(refuses(200, told))

    answer = post(here, CHAT, HELLO).json()

    message = answer["choices"][0]["message"]
    assert message == {**thinking, "reasoning_content": "Remembered: Miso\n\nHm."}
    assert answer["extra"] == 1


def test_a_text_completion_has_no_place_for_thoughts(here: World) -> None:
    here.memory.note = "Remembered: Miso"

    answer = post(here, "/v1/completions", {"prompt": "Anna:", "stream": True})

    assert b"Remembered" not in answer.content


def test_a_model_that_does_not_stream_is_passed_on_as_a_stream(here: World) -> None:
    here.memory.note = "Remembered: Miso"
    message = {"role": "assistant", "content": "Hi."}
    here.stub.answers.append(
        refuses(200, {"object": "chat.completion", "choices": [{"message": message}]})
    )

    told = events(post(here, CHAT, {**HELLO, "stream": True}))

    assert text_of(told[:1]) == "Hi."
    assert told[0]["object"] == "chat.completion.chunk"
    assert told[0]["choices"][0]["delta"]["reasoning_content"] == "Remembered: Miso"
    assert told[-1] == "[DONE]"
    assert here.memory.kept == ["Hi."]


@pytest.mark.parametrize("stream", [True, False])
def test_the_tokens_that_the_model_counted_are_told(here: World, stream: bool) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 3}
    here.stub.answers.append(says("Hi.", usage=usage))

    post(here, CHAT, {**HELLO, "stream": stream})

    [told] = here.memory.observed
    assert told.usage == usage
    assert told.text == "Hi."
    assert told.body["messages"][0] == REMEMBERED
    assert 0 < (told.first_seconds or told.seconds) <= told.seconds
    assert (told.first_seconds is not None) == stream


@pytest.mark.parametrize("streams", [True, False])
def test_a_model_that_nobody_named_is_known_by_its_answer(
    here: World, streams: bool
) -> None:
    """Else what it costs could not be told."""
    told = {"choices": [{"message": {"content": "Hi."}}], "model": "gpt-4o-2024-08-06"}
    events = b"data: " + json.dumps(told).encode() + b"\n\n" + end_of_stream()
    whole = (json.dumps(told).encode(),)
    for _ in range(2):
        answer = sends(events) if streams else sends(*whole, content_type="text/json")
        here.stub.answers.append(answer)

    for named in ({}, {"model": "mine"}):
        post(here, CHAT, {"messages": HELLO["messages"], "stream": streams, **named})

    assert [one.model for one in here.memory.observed] == ["gpt-4o-2024-08-06", "mine"]


def test_memory_that_fails_leaves_the_chat_as_it_was(here: World) -> None:
    here.memory.fails = True

    answer = post(here, CHAT, {**HELLO, "ltm": {"chat": "a"}})

    assert answer.status_code == 200
    assert here.stub.asked[0].body == HELLO
    assert here.memory.kept == []
    assert here.faults.last is not None


def test_memory_that_is_late_does_not_hold_up_the_reply() -> None:
    with world(limit_seconds=0.05) as here:
        here.memory.goes_on.clear()

        answer = post(here, CHAT, HELLO)

        assert answer.status_code == 200
        assert here.stub.asked[0].body == HELLO
        assert here.memory.kept == []
        assert here.faults.last is not None
        assert "more than 0.05 seconds" in here.faults.last.words
        here.memory.goes_on.set()
        here.memory.wait_for_the_end()
        assert here.memory.kept == ["Hello there."]


def test_a_user_may_ask_only_so_often(here: World) -> None:
    from dataclasses import replace

    limited = replace(here.settings.proxy, requests_per_minute=2)
    here.settings = replace(here.settings, proxy=limited)

    said = {**HELLO, "user": "anna"}
    answers = [post(here, CHAT, said) for _ in range(3)]
    other = post(here, CHAT, {**HELLO, "user": "ben"})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    error = answers[-1].json()["error"]
    assert error["type"] == "rate_limit_exceeded"
    assert "2 requests in a minute" in error["message"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert other.status_code == 200


def test_users_of_one_key_have_a_pace_of_their_own(here: World) -> None:
    from dataclasses import replace

    limited = replace(here.settings.proxy, requests_per_minute=1)
    here.settings = replace(here.settings, proxy=limited)

    asked = [post(here, CHAT, {**HELLO, "user": name}) for name in ("anna", "ben")]
    again = post(here, CHAT, {**HELLO, "user": "ben"})

    assert [answer.status_code for answer in (*asked, again)] == [200, 200, 429]
