"""A served process that is killed: what was acknowledged is there, once, in order."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.conftest import running
from tests.server.upstreams import PATIENT, stub_upstream

from .live import an_io

TALKS = 2
ENOUGH = 8


class Writing:
    """A client that writes in one conversation until the server is gone."""

    def __init__(self, url: str, talk: str, acknowledged: list[str]) -> None:
        self._path = f"{url}/api/v1/conversations/{talk}/messages"
        self._talk = talk
        self._acknowledged = acknowledged
        self.sent: list[dict[str, Any]] = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        for number in range(1000):
            line = f"Number {number} of {self._talk} is what I say now."
            self.sent.append({"content": line, "clientId": f"c{number}"})
            try:
                answer = httpx.post(self._path, json=self.sent[-1], timeout=PATIENT)
            except httpx.HTTPError:
                return
            assert answer.status_code == 201
            self._acknowledged.append(line)


def begun(url: str) -> list[str]:
    """Make a character and conversations; returns their ids."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=PATIENT) as client:
        character = client.post("/characters", json={"name": "Maren"}).json()["id"]
        return [
            client.post("/conversations", json={"characterId": character}).json()["id"]
            for _ in range(TALKS)
        ]


@pytest.mark.slow
@pytest.mark.parametrize("process", ["never", "always"])
def test_what_was_acknowledged_is_there_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    monkeypatch.setenv("MESSAGE_RATE_LIMIT", "0")
    monkeypatch.setenv("LTM_REPLY_PROCESS", process)
    acknowledged: list[str] = []
    with stub_upstream() as stub:
        monkeypatch.setenv("LTM_LLM_BASE_URL", stub.url)
        with running(tmp_path) as server:
            talks = begun(server.url)
            writers = [Writing(server.url, one, acknowledged) for one in talks]
            while len(acknowledged) < ENOUGH:
                assert server.process.poll() is None
                writers[0].thread.join(0.01)
            os.kill(server.process.pid, signal.SIGKILL)
            for writer in writers:
                writer.thread.join(PATIENT)
        with running(tmp_path) as server:
            for talk, writer in zip(talks, writers, strict=True):
                told = asyncio.run(caught_up(server.url, talk, writer.sent))
                mine = [one for one in told if one["senderType"] == "user"]
                assert [one["content"] for one in mine] == [
                    one["content"] for one in writer.sent
                ]
                assert told[-1]["senderType"] == "character"
    assert len(acknowledged) >= ENOUGH


async def caught_up(
    url: str, talk: str, sent: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Send everything again, wait for the reply, and read all of a conversation."""
    async with an_io(url) as io, httpx.AsyncClient(timeout=PATIENT) as client:
        await io.call("conversation:join", conversationId=talk)
        for one in sent:
            answer = await io.call("message:send", conversationId=talk, **one)
            assert answer["ok"], answer
        path = f"{url}/api/v1/conversations/{talk}/messages?limit=200"
        while True:
            told: list[dict[str, Any]] = (await client.get(path)).json()["messages"]
            if told[-1]["senderType"] == "character":
                return told
            await io.until_heard("message:received", len(io.of("message:received")) + 1)
