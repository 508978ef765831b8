"""A server that is killed: what was answered is kept."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from long_term_memory.build import build_engine
from long_term_memory.config import Settings

from .conftest import running
from .upstreams import PATIENT, says, stub_upstream

CLIENTS = 6
ENOUGH = 30


async def echo(request: web.Request, body: Any) -> web.StreamResponse:
    """Repeat the newest message's number, so that each reply is another."""
    if body is None:
        return web.json_response({"data": []})
    said = [one["content"] for one in body["messages"] if one["role"] == "user"]
    number = said[-1].partition("keep is ")[2].split()[0]
    return await says("I have ", f"heard {number}")(request, body)


class Chatting:
    """A client that goes on with one chat until the server is gone."""

    def __init__(
        self, url: str, chat: int, acknowledged: list[tuple[str, str]]
    ) -> None:
        self._url = f"{url}/v1/chat/completions"
        self._chat = chat
        self._acknowledged = acknowledged
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        persona = "Write Mara's next reply in a chat between Mara and Anna."
        messages: list[dict[str, str]] = []
        ids = {"chat": f"chat {self._chat}", "char": f"Mara{self._chat % 2}"}
        for turn in range(1000):
            said = f"The number to keep is {self._chat}x{turn}"
            messages.append({"role": "user", "content": said})
            body = {
                "messages": [{"role": "system", "content": persona}, *messages],
                "stream": bool(turn % 2),
                "ltm": ids,
            }
            try:
                answer = httpx.post(self._url, json=body, timeout=PATIENT)
            except httpx.HTTPError:
                return
            assert answer.status_code == 200
            reply = f"I have heard {self._chat}x{turn}"
            messages.append({"role": "assistant", "content": reply})
            self._acknowledged.append((said, reply))


@pytest.mark.slow
def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged: list[tuple[str, str]] = []
    with stub_upstream() as stub:
        stub.answers.extend([echo] * 10_000)
        monkeypatch.setenv("LTM_LLM_BASE_URL", stub.url)
        with running(tmp_path) as server:
            clients = [
                Chatting(server.url, chat, acknowledged) for chat in range(CLIENTS)
            ]
            while len(acknowledged) < ENOUGH:
                assert server.process.poll() is None
                clients[0].thread.join(0.01)
            os.kill(server.process.pid, signal.SIGKILL)
            for client in clients:
                client.thread.join(PATIENT)

    assert kept_in(tmp_path) >= {text for turn in acknowledged for text in turn}


def kept_in(data_dir: Path) -> set[str]:
    """Return all texts on any chat's path, after opening the folder anew."""
    engine = build_engine(Settings(), data_dir)
    try:
        banks = [engine.bank(scope) for scope in engine.scopes()]
        return {
            place.message.content
            for bank in banks
            for info in bank.chats()
            for host, name in info.names
            for place in bank.chat(name, host=host).path()
        }
    finally:
        engine.close()
