"""What docs/api.md has people send is sent, by curl and by Python, and works."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.hosts.stub_llm import stub_llm

from .conftest import Running, running

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api.md"
WRITTEN = "http://127.0.0.1:5100"
CHAT = ROOT / "integrations" / "terminal" / "chat.py"
FRONT_END = ROOT / "docs" / "front-end.md"

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "memories") as started:
        yield started


def parts() -> list[str]:
    """Return what the page says of each call."""
    return re.split(r"^## \d+\. ", PAGE.read_text("utf-8"), flags=re.M)[1:]


def code(text: str, kind: str) -> list[str]:
    """Return the blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def curl(command: str, known: dict[str, str], url: str) -> Any:
    """Do what a command of curl does; what was answered before is filled in."""
    for name, value in known.items():
        command = command.replace(name, value)
    words = shlex.split(command)
    assert words[0] == "curl"
    told = {flag: words[at + 1] for at, flag in enumerate(words) if flag == "-X"}
    headers = dict(
        words[at + 1].split(": ", 1) for at, flag in enumerate(words) if flag == "-H"
    )
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    method = told.get("-X", "GET" if body is None else "POST")
    where = words[1].replace(WRITTEN, url)
    with urlopen(Request(where, body, headers, method=method)) as answer:
        return json.load(answer)


def learn(answer: Any, known: dict[str, str]) -> None:
    """Keep what later calls stand on."""
    if "CHAT_ID" not in known and answer.get("chat"):
        known["CHAT_ID"] = answer["chat"]["id"]
    if answer.get("kind") == "note":
        known |= {"NOTE_ID": answer["id"], "ETAG": answer["etag"]}


def test_the_page_shows_twenty_calls_by_curl_and_by_python() -> None:
    found = parts()

    assert len(found) == 20
    for one in found:
        assert len(code(one, "sh")) == len(code(one, "python")) == 1


def test_every_call_by_curl_works_and_answers_as_shown(server: Running) -> None:
    known: dict[str, str] = {}
    for one in parts():
        [command] = code(one, "sh")
        answer = curl(command, known, server.url)
        learn(answer, known)
        for shown in code(one, "json"):
            assert answer.keys() == json.loads(shown).keys(), command
    assert {"CHAT_ID", "NOTE_ID", "ETAG"} == known.keys()


def test_every_call_by_python_works(server: Running) -> None:
    blocks = code(PAGE.read_text("utf-8"), "python")
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block.replace(WRITTEN, server.url), names)

    assert "Miso" in json.dumps(names["recalled"])
    assert "Miso" in json.dumps(names["turn"]["prompt"])
    assert names["edited"]["content"].endswith("bees.")
    assert [one["status"] for one in names["batch"]["results"]] == [201, 200]
    assert names["deleted"]["deleted"]
    assert not names["restored"]["deleted"]
    assert names["lines"]["total"] == 2
    assert names["turns"]["turns"][0]["asked"] == "What is my cat called?"
    assert names["gone"]["plans"][0]["notes"] == 1


def test_every_route_that_is_named_is_one(server: Running) -> None:
    with urlopen(f"{server.url}/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    known = {
        re.sub(r"\{\w+\}", "{id}", path.removeprefix("/api/ltm/v1"))
        for path in paths
        if path.startswith("/api/ltm/v1")
    }
    for page in (PAGE, FRONT_END):
        text = page.read_text("utf-8")
        told = re.findall(r"`(?:GET|POST|PATCH|DELETE) (/[\w/{}]+)", text)
        assert told
        wrong = {re.sub(r"\{\w+\}", "{id}", one) for one in told} - known
        assert wrong == set(), page.name


def test_the_front_end_of_the_docs_chats_and_remembers(server: Running) -> None:
    typed = ["My cat is called Miso.", "/again", "/note Anna is allergic to nuts."]
    typed += ["What is my cat called?", "/why", "/undo", "/nonsense", "/quit"]
    with stub_llm() as model:
        done = subprocess.run(
            [sys.executable, str(CHAT), "--character", "Miku", "--chat", "one"],
            input="\n".join(typed),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            env={**os.environ, "LTM_URL": server.url, "LLM_BASE_URL": model.url},
        )

    said = done.stdout
    assert said.count("Miku: ") >= 3
    assert "allergic to nuts" in said
    assert "Taken back." in said
    assert "There are /again" in said
    url = f"{server.url}/api/ltm/v1/memories?character=Miku"
    with urlopen(url) as answer:
        kept = [one["content"] for one in json.load(answer)["memories"]]
    assert "My cat is called Miso." in kept
    assert "What is my cat called?" not in kept
