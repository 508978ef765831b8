"""Paths and addresses in the spellings that people and clients use."""

from __future__ import annotations

import pytest

from long_term_memory.core.text.addresses import host_of
from long_term_memory.llm.addresses import base_of
from long_term_memory.llm.upstream import proxy_for, seconds_of
from long_term_memory.web.paths import canonical
from long_term_memory.web.request_counts import MANY_USERS, RateLimiter


@pytest.mark.parametrize(
    ("path", "one"),
    [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/chat/completions", "/v1/chat/completions"),
        ("//v1//chat//completions//", "/v1/chat/completions"),
        ("/v1/v1/completions", "/v1/completions"),
        ("/completions", "/v1/completions"),
        ("/v1/chat/completions/models", "/v1/models"),
        ("/models", "/v1/models"),
        ("/v1/models/org/name", "/v1/models/org/name"),
        ("/embeddings/", "/v1/embeddings"),
        ("/api/embeddings/compute", "/api/embeddings/compute"),
        ("/v1/other", "/v1/other"),
        ("/editor/models", "/editor/models"),
        ("/", "/"),
        ("/v1", "/v1"),
    ],
)
def test_a_path_of_the_proxy_has_one_spelling(path: str, one: str) -> None:
    assert canonical(path) == one


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/v1"),
        (" http://127.0.0.1:5000/v1/ ", "http://127.0.0.1:5000/v1"),
        ("http://a/v1/chat/completions", "http://a/v1"),
        ("http://a//v1//", "http://a/v1"),
        ("http://a/api", "http://a/api/v1"),
        ("http://user:pass@a:1/v1", "http://user:pass@a:1/v1"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ("https://api.openai.com", "https://api.openai.com/v1"),
        ("https://api.groq.com", "https://api.groq.com/openai/v1"),
        ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
        (
            "https://generativelanguage.googleapis.com",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
    ],
)
def test_an_address_leads_to_the_versions_path(url: str, base: str) -> None:
    assert base_of(url) == base


@pytest.mark.parametrize("url", ["", "a", "ftp://a", "http://", "http://a:b", "//a"])
def test_an_address_of_no_service_is_none(url: str) -> None:
    with pytest.raises(ValueError):
        base_of(url)


def test_a_host_is_told_without_its_password() -> None:
    assert host_of("http://user:pass@a:1/v1") == "a:1"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
    ],
)
def test_a_services_word_on_when_to_ask_again(
    header: str, seconds: float | None
) -> None:
    assert seconds_of(header) == seconds


def test_a_proxy_of_the_environment_leads_out_of_this_machine_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "inside.example")

    assert proxy_for("https://api.example/v1") == "http://proxy:3128"
    assert proxy_for("https://inside.example/v1") is None
    assert proxy_for("https://127.0.0.1:5000/v1") is None
    assert proxy_for("http://api.example/v1") is None


def test_a_minute_is_counted_from_each_request() -> None:
    pace = RateLimiter()

    assert pace.wait_seconds("a", 2, 0.0) == 0
    assert pace.wait_seconds("a", 2, 10.0) == 0
    assert pace.wait_seconds("a", 2, 20.0) == 40
    assert pace.wait_seconds("b", 2, 20.0) == 0
    assert pace.wait_seconds("a", 2, 60.0) == 0
    assert pace.wait_seconds("a", 1, 61.0) == 59
    assert pace.wait_seconds("a", 0, 61.0) == 0


def test_users_who_left_are_forgotten() -> None:
    pace = RateLimiter()
    for number in range(MANY_USERS + 1):
        pace.wait_seconds(str(number), 1, 0.0)

    assert pace.wait_seconds("new", 1, 61.0) == 0
    assert pace.wait_seconds("0", 1, 61.0) == 0
    assert len(pace) == 2
