"""What docs/clients.md has people send is sent, and does what the page says."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.hosts.stub_llm import StubLLM, stub_llm

from .conftest import Running, running

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
WRITTEN = "http://127.0.0.1:5100"


@pytest.fixture(scope="module")
def model() -> Iterator[StubLLM]:
    with stub_llm() as started:
        yield started


@pytest.fixture(scope="module")
def server(
    model: StubLLM, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    flags = ("--llm-base-url", model.url, "--set", "memory_seconds=60")
    with running(tmp_path_factory.mktemp("memories"), *flags) as started:
        yield started


def code(kind: str) -> list[str]:
    """Return the page's blocks of a kind."""
    text = PAGE.read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def curl(command: str, server: Running) -> Any:
    """Do what a command of curl does."""
    words = shlex.split(command)
    url = next(one for one in words if one.startswith("http"))
    headers = dict(
        words[place + 1].split(": ", 1)
        for place, one in enumerate(words)
        if one == "-H"
    )
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    request = Request(url.replace(WRITTEN, server.url), body, headers)
    with urlopen(request) as answer:
        return json.load(answer)


def test_the_commands_and_the_program_remember(
    server: Running, model: StubLLM, capsys: pytest.CaptureFixture[str]
) -> None:
    tell, ask_last = [one for one in code("sh") if one.startswith("curl")]
    [program] = code("python")

    told = curl(tell, server)
    last = curl(ask_last, server)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(program.replace(WRITTEN, server.url), str(PAGE), "exec"), {})

    assert told["choices"][0]["message"]["content"]
    assert last["character"] == "Miku"
    assert last["chat"] == "first"
    assert said.getvalue().strip()
    assert "Miso" in model.last_text()


def say(server: Running, text: str, headers: dict[str, str], **more: Any) -> None:
    """Send a message as a client that names user and chat in headers does."""
    body = {"messages": [{"role": "user", "content": text}], **more}
    request = Request(
        f"{server.url}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", **headers},
    )
    with urlopen(request) as answer:
        answer.read()


def test_open_webui_gives_each_person_a_memory_of_his_own(
    server: Running, model: StubLLM
) -> None:
    """By the headers that the page names, as its source sends them."""
    read = re.findall(r"^\| `(X-OpenWebUI-\S+)` \|", PAGE.read_text("utf-8"), re.M)

    def person(name: str, chat: str) -> dict[str, str]:
        values = {"Chat-Id": chat, "User-Id": f"id-{name}", "User-Name": name}
        headers = {f"X-OpenWebUI-{one}": value for one, value in values.items()}
        assert sorted(headers) == sorted(read)
        return headers | {"X-OpenWebUI-User-Role": "user"}

    say(server, "My parrot is called Captain Flint.", person("Ada", "a1"))
    title = "### Task:\nGenerate a concise, 3-5 word title for my parrot."
    say(server, title, person("Ada", "a1"))
    say(server, "What is my parrot called?", person("Bo", "b1"))
    others = model.last_text()
    say(server, "What is my parrot called?", person("Ada", "a2"))

    assert "Captain Flint" not in others
    assert "Captain Flint" in model.last_text()
    assert "3-5 word title" not in model.last_text()


def test_librechat_names_user_and_chat_by_its_placeholders(
    server: Running, model: StubLLM
) -> None:
    [settings] = [yaml.safe_load(one) for one in code("yaml")]
    [endpoint] = settings["endpoints"]["custom"]

    def headers(user: str, chat: str) -> dict[str, str]:
        # As its `resolveHeaders` fills them in.
        filled = {
            "{{LIBRECHAT_USER_ID}}": user,
            "{{LIBRECHAT_BODY_CONVERSATIONID}}": chat,
        }
        return {name: filled[value] for name, value in endpoint["headers"].items()}

    say(server, "My horse is called Bayard.", headers("u1", "c1"))
    say(server, "What is my horse called?", headers("u2", "c2"))
    others = model.last_text()
    say(server, "What is my horse called?", headers("u1", "c3"))

    assert endpoint["baseURL"] == f"{WRITTEN}/v1"
    assert "Bayard" not in others
    assert "Bayard" in model.last_text()
