"""What docs/companion.md has people send is sent, in its order, and works."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from long_term_memory.companion.router import PREFIX
from long_term_memory.server.app import create_app
from tests.server.upstreams import PATIENT, says, stub_upstream

from .grounds import an_engine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "companion.md"
WRITTEN = "http://127.0.0.1:5100"
FIRST, SECOND = "Blue suits a cat.", "A cat chooses well."
FILES: dict[str, str | bytes] = {
    "@card.png": json.dumps(
        {"name": "Calla", "description": "A sailor.", "first_mes": "Ahoy!"}
    ),
    "@maren.png": "\x89PNG\r\n\x1a\n".encode("latin-1"),
}


@pytest.fixture
def http(tmp_path: Path) -> Iterator[TestClient]:
    """A server of this machine, without keys, and a model behind it."""
    with stub_upstream() as stub:
        stub.answers += [says(FIRST), says(SECOND)]
        engine = an_engine(tmp_path, llm_base_url=stub.url)
        app = create_app(engine, engine.settings)
        near = ("127.0.0.1", 50_000)
        with TestClient(app, base_url=WRITTEN, client=near) as client:
            yield client
        engine.close()


def commands() -> list[str]:
    """Return the calls of the page."""
    text = PAGE.read_text("utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


def do(http: TestClient, command: str, known: dict[str, str]) -> Any:
    """Do what a command of curl does; what was answered before is filled in."""
    for name, value in known.items():
        command = command.replace(name, value)
    words = shlex.split(command)
    assert words[0] == "curl"
    headers = dict(
        words[at + 1].split(": ", 1) for at, flag in enumerate(words) if flag == "-H"
    )

    body: str | bytes | None = words[words.index("-d") + 1] if "-d" in words else None
    if "--data-binary" in words:
        body = FILES[words[words.index("--data-binary") + 1]]
    method = "GET" if body is None else "POST"
    if "-X" in words:
        method = words[words.index("-X") + 1]
    [url] = [word for word in words if word.startswith(WRITTEN)]
    answer = http.request(
        method, url.removeprefix(WRITTEN), headers=headers, content=body
    )
    assert answer.status_code in (200, 201, 202, 204), (command, answer.text)
    return answer.json() if answer.content else None


def wait_for(http: TestClient, known: dict[str, str], words: str) -> str:
    """Wait until the last message says something; return its id."""
    place = f"{PREFIX}/conversations/{known['CONVERSATION_ID']}/messages"
    until = monotonic() + PATIENT
    while monotonic() < until:
        last = http.get(place).json()["messages"][-1]
        if last["content"] == words:
            return str(last["id"])
        sleep(0.02)
    raise AssertionError(last)


def learn(answer: Any, known: dict[str, str]) -> None:
    """Keep what later calls stand on."""
    kinds = {"chr_": "CHARACTER_ID", "cnv_": "CONVERSATION_ID", "msg_": "MESSAGE_ID"}
    for begins, name in kinds.items():
        if str(answer.get("id", "")).startswith(begins):
            known.setdefault(name, answer["id"])
    if "fact" in answer:
        known["MEMORY_ID"] = answer["id"]


def test_every_call_of_the_page_works(http: TestClient) -> None:
    known: dict[str, str] = {}
    told = []
    for command in commands():
        # What is null tells nothing to go on with.
        told.append(do(http, command, known) or {})
        learn(told[-1], known)
        if "clientId" in command:
            known["REPLY_ID"] = wait_for(http, known, FIRST)
        if "regenerate" in command:
            # Else what follows would stop it.
            assert wait_for(http, known, SECOND) == known["REPLY_ID"]

    assert len(told) == 31
    [listed] = [one for one in told if "swipes" in one and "messageId" in one]
    assert (listed["swipe"], listed["swipes"]) == (1, [FIRST, SECOND])
    shown = told[told.index(listed) + 1]
    assert (shown["swipe"], shown["content"]) == (0, FIRST)
    [hits] = [one["hits"] for one in told if "hits" in one]
    assert hits[0]["message"]["content"].endswith("the red blanket.")
    [context] = [one for one in told if "recentMessages" in one]
    assert context["recentMessages"][-1]["content"].startswith("My cat is called Miso")
    [known_of_me] = [one for one in told if "longTermMemory" in one]
    assert any("Miso" in one["fact"] for one in known_of_me["longTermMemory"])


def test_the_page_names_every_path(http: TestClient) -> None:
    paths = {
        one.removeprefix(PREFIX)
        for one in http.get("/openapi.json").json()["paths"]
        if one.startswith(f"{PREFIX}/")
    }
    text = PAGE.read_text("utf-8")

    words = {word for path in paths for word in path.split("/") if word}
    named = {word for word in words if not word.startswith("{")}
    assert len(named) > 15
    assert {word for word in named if word not in text} == set()
