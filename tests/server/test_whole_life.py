"""A whole life of the server: what goes out, what is logged, and who can read it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.editor.attacks import Attacker

from ..importers.foreign import put, webui_log
from .upstreams import (
    Answer,
    Stub,
    dies,
    end_of_stream,
    piece,
    refuses,
    says,
    sends,
    stub_upstream,
)
from .watched import Watched, watched

# Letters that stand in nothing of ours, and are the same in every encoding.
SAID = "quetzalkettlezephyr"
TEXT = f"I hid the {SAID} in the attic, Mirabel."
KEY = "5520c0ffee5520c0ffee5520c0ffee55"
CHAT = "/v1/chat/completions"
# By hand: LTM_LIFE_REQUESTS=5000.
REQUESTS = int(os.environ.get("LTM_LIFE_REQUESTS", "80"))
# The services that a person may name are here, as all that the test has.
SERVICES = ("embedding_endpoint={0}", "summary_endpoint={0}", "embedding_model=m")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="watches a posix process"),
]


class Life:
    """A server with its model, and what was done with it."""

    def __init__(self, server: Watched, stub: Stub) -> None:
        """Begin."""
        self.server = server
        self.stub = stub
        key = {"Authorization": f"Bearer {KEY}"}
        self.client = httpx.Client(base_url=server.url, headers=key, timeout=60)

    def live(self) -> None:
        """Do everything once that a person can do."""
        for number in range(3):
            self.stub.answers.append(says(f"Reply {number}: {TEXT}"))
            self.chat(f"Number {number}. {TEXT}", stream=bool(number % 2))
        calls = [("POST", path, body) for path in PATHS for body in bodies(TEXT)]
        calls += [("GET", path, None) for path in SEEN]
        with ThreadPoolExecutor(8) as several:
            list(several.map(lambda call: self.ask(*call), calls))

    def ask(self, method: str, path: str, body: Any) -> None:
        self.client.request(method, path, json=body)

    def chat(self, text: str, **more: Any) -> httpx.Response:
        told = {"chat": "one", "char": "Miku"}
        said = [{"role": "user", "content": text}]
        return self.client.post(CHAT, json={"messages": said, "ltm": told, **more})

    def visit_the_page(self) -> None:
        """Open it, and set off every event with a text in every field."""
        page = Attacker(f"{self.server.url}/editor")
        page.client.get("/")
        files = {"files": ("chat.jsonl", TEXT)}
        page.client.post("/gradio_api/upload", files=files)
        calls = page.calls([TEXT])
        # Fewer values than the event has.
        few = [(event, [TEXT]) for event in dict(calls)]
        page.send([*calls, *few])
        page.close()

    def command_it(self) -> None:
        """Run the commands that read and write memories, beside it."""
        one, folder = self.server.command, self.server.folder
        put(folder / "chat/Miku/two.json", webui_log((TEXT, f"Ah. {TEXT}")))
        one("import", str(folder / "chat"))
        one("export", str(folder / "out.jsonl"), "-c", "Miku")
        one("backup")
        one("doctor")
        one("forget", "--all", "-c", "Miku", "--yes")
        self.chat(f"Again. {TEXT}")

    def close(self) -> None:
        self.client.close()


PATHS = (
    *(CHAT, "/v1/completions", "/v1/embeddings", "/api/summarize", "/api/classify"),
    *("/api/embeddings/compute", "/api/chromadb", "/api/chromadb/query"),
    *("/api/chromadb/multiquery", "/api/chromadb/export", "/api/chromadb/import"),
    *("/api/chromadb/purge", "/api/caption", "/nothing"),
)
SEEN = (
    *("/", "/health", "/health/llm", "/health/embed?probe=true", "/metrics", "/docs"),
    *("/openapi.json", "/v1/models", "/v1/models/m", "/api/ltm/last"),
    *("/api/modules", "/api/extensions", "/api/classify/labels", "/favicon.ico"),
)


def bodies(text: str) -> list[Any]:
    """Return bodies that hold a text, right for some routes and wrong for others."""
    entry = {"id": "1", "role": "user", "content": text, "date": 1, "meta": text}
    return [
        {"messages": [{"role": "user", "content": text}], "stream": True},
        {"messages": [{"role": text, "content": {"a": text}}, text]},
        {"messages": [{"role": "user", "content": "Hi."}], "ltm": {"gate": text}},
        {"prompt": text},
        {"prompt": {"a": text}},
        {"input": text, "model": "m"},
        {"input": [{"a": text}], "encoding_format": text},
        {"text": text},
        {"text": [text, {"a": text}]},
        {"chat_id": "one", "messages": [entry]},
        {"chat_id": "one", "messages": [{**entry, "date": text, "id": [text]}]},
        {"chat_id": "one", "query": text, "n_results": 3},
        {"chat_list": ["one", text], "query": text, "n_results": text},
        {"chat_id": "one", "content": [{"document": text, "metadata": text}]},
        [text],
        text,
    ]


def echoes(text: str) -> list[Answer]:
    """Return a model's answers that repeat a text, whole, broken and odd."""
    fault = {"error": {"message": f"I cannot: {text}", "type": text}}
    found = f"data: {text}\n\n".encode()

    async def asks_elsewhere(_: web.Request, __: Any) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": f"/{text.split()[3]}"})

    return [
        says(text),
        says(f"{text} ", text, text),
        refuses(400, fault),
        refuses(500, json.dumps(fault)[:-3]),
        refuses(200, fault),
        refuses(200, f"<html>{text}</html>"),
        refuses(200, json.dumps([text])),
        refuses(429, text, {"Retry-After": text}),
        refuses(999, fault),
        refuses(204, ""),
        asks_elsewhere,
        dies,
        sends(piece(text), then="death"),
        sends(piece(text), found, end_of_stream()),
        sends(piece(text)[:-9], then="death"),
        sends(found, b"event: error\n", found),
        sends(text.encode(), content_type=f"text/{SAID}"),
    ]


@pytest.fixture(scope="module", params=["text", "json"])
def life(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Life]:
    """A life that was led: one on the page, one by commands and with services."""
    folder = tmp_path_factory.mktemp("life")
    form = request.param
    with stub_upstream() as stub:
        more = [one.format(stub.url) for one in SERVICES if form == "json"]
        quick = ["llm_retries=0", "llm_silence_seconds=5", "memory_seconds=20"]
        kept = [f"log_format={form}", "readable_log=true", "show_memories=true"]
        with watched(
            folder, *kept, *quick, *more, LLM_BASE_URL=stub.url, LTM_API_KEY=KEY
        ) as server:
            made = Life(server, stub)
            made.live()
            if form == "text":
                made.visit_the_page()
            else:
                made.command_it()
            yield made
            made.close()


def test_nothing_goes_to_another_machine(life: Life) -> None:
    assert life.server.outward == []


def test_the_log_holds_no_text_and_no_key(life: Life) -> None:
    assert told(life.server.log) == []
    assert KEY not in life.server.log


def test_the_servers_key_reaches_no_service(life: Life) -> None:
    assert [one for one in life.stub.asked if KEY in repr(one)] == []
    assert life.stub.asked


def test_nobody_but_the_owner_can_read_a_file(life: Life) -> None:
    """Nor what Gradio puts into a folder that is its owner's."""
    data = life.server.data
    landing = [one for one in data.glob("uploads/*/*") if one.name == "landing"]
    files = [data, *data.rglob("*")]
    shown = [
        file
        for file in files
        if file.stat().st_mode & 0o077 and not {file, *file.parents} & {*landing}
    ]
    assert shown == []
    assert len(files) > 10


@settings(
    max_examples=REQUESTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_is_asked_and_whatever_fails_no_text_is_logged(
    life: Life, data: st.DataObject
) -> None:
    body = data.draw(st.sampled_from(bodies(TEXT)))
    raw = json.dumps(body).encode()
    cut = data.draw(st.integers(0, 9).map(lambda at: len(raw) - at))
    answers = data.draw(st.lists(st.sampled_from(echoes(TEXT)), max_size=2))
    life.stub.answers.extend(answers)
    path = data.draw(st.sampled_from([*PATHS, *SEEN, f"/{SAID}", f"/v1/models/{SAID}"]))
    method = data.draw(st.sampled_from(["POST", "POST", "POST", "GET", "PUT", SAID]))
    kind = data.draw(st.sampled_from(["application/json", f"text/{SAID}"]))
    named = data.draw(st.sampled_from(["x-other", "x-ltm-gate", "host", "origin"]))
    odd = {named: SAID} if data.draw(st.booleans()) else {}

    life.client.request(
        method,
        path,
        content=raw[:cut],
        headers={"content-type": kind, **odd},
        params={"text": TEXT},
    )
    life.stub.answers.clear()

    assert told(life.server.log) == []


def test_what_is_damaged_is_told_without_its_words(life: Life) -> None:
    """The last of the tests: little is left of the memories then."""
    before = len(life.server.log)
    for database in life.server.data.rglob("*.sqlite3*"):
        database.write_bytes(TEXT.encode() * 2_000)
    for folder in life.server.data.rglob("embeddings.zarr"):
        shutil.rmtree(folder)
        folder.write_text(TEXT)

    for name in ("one", "another"):
        life.chat(TEXT, chat_id=name)
        for path in PATHS:
            for body in bodies(TEXT)[9:]:
                life.ask("POST", path, body)

    assert len(life.server.log) > before
    assert told(life.server.log) == []


def told(log: str) -> Sequence[str]:
    """Return the lines that hold a part of what was said."""
    parts = [SAID[at : at + 8] for at in range(len(SAID) - 7)]
    return [line for line in log.splitlines() if any(one in line for one in parts)]
