"""Several people share a server: each has a key, and a memory of his own."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from long_term_memory.build import build_engine
from long_term_memory.config import ServerSettings, Settings, UpstreamSettings
from long_term_memory.identity.auth import KEY_FILE
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import PATIENT, Stub, serving, stub_upstream

MINE, ANNAS, BENS = (f"{name}-0123456789abcdef" for name in ("mine", "annas", "bens"))
KEYS = f"{MINE}\nanna: {ANNAS}\nben: {BENS}\n"
BEES = "My sister Mira keeps bees in the old mill by the river."
# More by hand: LTM_EXAMPLES=2000.
EXAMPLES = int(os.environ.get("LTM_EXAMPLES", "20"))
ASK = "What does my sister Mira keep, and where?"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_upstream() as made:
        yield made


@pytest.fixture
def url(tmp_path: Path, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("LTM_API_KEY", raising=False)
    (tmp_path / KEY_FILE).write_text(KEYS, encoding="utf-8")
    chosen = Settings(
        server=ServerSettings(secure=True, data_dir=str(tmp_path)),
        upstream=UpstreamSettings(llm_base_url=stub.url),
    )
    logging.getLogger("uvicorn.error").disabled = True
    engine = build_engine(chosen, tmp_path, load=HashEmbedder)
    with serving(create_app(engine, chosen)) as address:
        yield address
    engine.close()


def say(url: str, key: str, text: str, **more: Any) -> httpx.Response:
    body = {
        "messages": [
            {"role": "system", "content": "You are Seraphina, a guardian."},
            {"role": "user", "content": text},
        ],
        **more,
    }
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(
        f"{url}/v1/chat/completions", json=body, headers=headers, timeout=30
    )


def get(url: str, key: str, path: str) -> httpx.Response:
    return httpx.get(
        f"{url}{path}", headers={"Authorization": f"Bearer {key}"}, timeout=PATIENT
    )


def test_nobody_hears_what_another_one_told(url: str, stub: Stub) -> None:
    say(url, ANNAS, BEES)
    asked = {}
    for key, named in (
        (BENS, ""),
        (BENS, "anna"),
        (MINE, ""),
        (MINE, "anna"),
        (ANNAS, ""),
    ):
        say(url, key, ASK, **({"user": named} if named else {}))
        asked[key, named] = "old mill" in json.dumps(stub.asked[-1].body)

    assert asked == {
        (BENS, ""): False,
        (BENS, "anna"): False,
        (MINE, ""): False,
        # The owner speaks for whom he names, as his own front end does.
        (MINE, "anna"): True,
        (ANNAS, ""): True,
    }


# Ways to say who one is, of which the first element is where it stands.
NAMERS = st.sampled_from(
    [
        *(("body", "user"), ("body", "user_id"), ("ltm", "user_id"), ("ltm", "user")),
        *(("header", "x-ltm-user-id"), ("header", "X-LTM-USER-ID")),
        *(("header", "x-ltm-user_id"), ("header", "Authorization")),
        *(("header", "X-Api-Key"), ("header", "X-User"), ("header", "x-ltm-char")),
        *(("header", "X-Forwarded-For"), ("tag", "user_id"), ("query", "user_id")),
        *(("query", "user"), ("query", "api_key"), ("ltm", "char")),
    ]
)
NAMES = st.sampled_from(
    [
        *("anna", "Anna", " anna", "anna\t", "ben anna", "default", "", "anna, ben"),
        *("\u0430nna", "\uff41nna", "%61nna", "a\u200bnna", f"Bearer {ANNAS}"),
        *(f"Bearer {MINE}", ANNAS[:-1]),
    ]
)


def say_as(url: str, key: str, namings: list[tuple[tuple[str, str], str]]) -> int:
    """Ask for the secret under a key, saying to be others in several ways."""
    headers = [("Authorization", f"Bearer {key}")]
    body: dict[str, Any] = {}
    tag, query = "", dict[str, str]()
    for (where, field), name in namings:
        if where == "body":
            body[field] = name
        elif where == "ltm":
            body.setdefault("ltm", {})[field] = name
        elif where == "tag":
            tag = f'[[ltm {field}="{name}" char="Seraphina"]]\n'
        elif where == "query":
            query[field] = name
        else:
            headers.append((field, name.encode("utf-8").decode("latin-1").strip()))
    body["messages"] = [
        {"role": "system", "content": f"{tag}You are Seraphina, a guardian."},
        {"role": "user", "content": ASK},
    ]
    raw = [(a.encode(), b.encode("latin-1")) for a, b in headers]
    answer = httpx.post(
        f"{url}/v1/chat/completions", json=body, headers=raw, params=query, timeout=30
    )
    return answer.status_code


def test_a_person_reaches_nobody_elses_memory_whatever_he_says(
    url: str, stub: Stub
) -> None:
    say(url, ANNAS, BEES)
    say(url, ANNAS, ASK)
    assert "old mill" in json.dumps(stub.asked[-1].body)

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(namings=st.lists(st.tuples(NAMERS, NAMES), max_size=4))
    @example(namings=[(("header", "Authorization"), "Bearer rubbish")])
    @example(namings=[(("ltm", "user_id"), "anna"), (("body", "user"), "anna")])
    def holds(namings: list[tuple[tuple[str, str], str]]) -> None:
        before = len(stub.asked)
        status = say_as(url, BENS, namings)
        assert (status == 200) == (len(stub.asked) > before)
        assert "old mill" not in json.dumps([one.body for one in stub.asked[before:]])
        told = get(url, BENS, "/api/ltm/last?user=anna")
        assert "old mill" not in told.text

    holds()
    assert say_as(url, BENS, [(("header", "authorization"), f"Bearer {ANNAS}")]) == 400


def test_a_key_of_this_server_never_goes_to_the_model(
    url: str, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_LLM_API_KEY", "for the model")
    for key in (MINE, ANNAS):
        say(url, key, "Hello there.")

        assert stub.asked[-1].headers["authorization"] == "Bearer for the model"


def test_what_was_used_is_told_to_whom_it_concerns(url: str) -> None:
    say(url, ANNAS, BEES, conv_id="one")

    [told, foreign] = [get(url, key, "/api/ltm/last") for key in (ANNAS, MINE)]
    named = get(url, BENS, "/api/ltm/last?user=anna")

    assert (told.status_code, told.json()["user"]) == (200, "anna")
    assert (foreign.status_code, named.status_code) == (404, 404)


def test_numbers_of_all_are_the_owners(url: str) -> None:
    say(url, ANNAS, BEES, conv_id="one")

    def chats(key: str) -> list[str]:
        return list(get(url, key, "/health").json()["usage"]["chats"])

    assert chats(MINE) == ["anna, Seraphina: one"]
    assert chats(ANNAS) == chats("wrong") == []
    assert get(url, MINE, "/metrics").status_code == 200
    assert get(url, ANNAS, "/metrics").status_code == 403


def test_who_was_refused_is_counted_and_has_an_id(url: str) -> None:
    refused = get(url, "wrong", "/v1/models")
    spelled = get(url, MINE, "/v1/v1/models/")
    page = get(url, MINE, "/metrics").text

    assert refused.status_code == 401
    assert refused.headers["x-request-id"] != spelled.headers["x-request-id"]
    assert 'ltm_requests_total{method="GET",route="other",status="401"} 1.0' in page
    assert 'route="/v1/models",status="200"} 1.0' in page
