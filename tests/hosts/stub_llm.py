"""A language model that says what it is told to, and remembers what it was asked.

Owns: an OpenAI-compatible HTTP server on the loopback interface, for tests alone.
Must not know: who asks.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

MODEL = "stub-model"
WORD_SECONDS = 0.01


class Failure(NamedTuple):
    """How the next requests are refused; with status 0 there is no answer at all."""

    status: int
    body: dict[str, Any]


@dataclass(slots=True)
class StubLLM:
    """What the model will say, and what it was asked.

    Attributes:
        requests: Bodies of chat completions, oldest first.
        planned: Replies to come; when they are used up, it counts.
        failure: Refuse every request so, if set.
        endless: Go on talking until the client leaves.
        left: Set when a client went away in the middle of a reply.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    planned: deque[str] = field(default_factory=deque)
    failure: Failure | None = None
    endless: bool = False
    left: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, *replies: str) -> None:
        """Say these next, one a request."""
        self.planned.extend(replies)

    def calm(self) -> None:
        """Forget what was planned, and be well again."""
        self.planned.clear()
        self.failure, self.endless = None, False
        self.left.clear()

    @property
    def last(self) -> dict[str, Any]:
        """The newest request."""
        return self.requests[-1]

    def last_text(self) -> str:
        """All text of the newest request."""
        return text_of(self.last)

    def take(self, body: dict[str, Any]) -> str:
        """Note a request and return the reply to it."""
        with self._lock:
            self.requests.append(body)
            number = len(self.requests)
            return self.planned.popleft() if self.planned else f"Reply number {number}."


def text_of(body: dict[str, Any]) -> str:
    """Return all text of a request, as the model reads it."""
    if "prompt" in body:
        return str(body["prompt"])
    texts = [message["content"] for message in body["messages"]]
    return "\n".join(
        text
        if isinstance(text, str)
        else "".join(part.get("text", "") for part in text)
        for text in texts
        if text
    )


@contextmanager
def stub_llm() -> Iterator[StubLLM]:
    """Run a stub on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    stub = StubLLM(f"http://127.0.0.1:{server.server_address[1]}/v1")
    _Handler.stubs[server.server_address[1]] = stub
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.endless = False
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
        del _Handler.stubs[server.server_address[1]]


class _Handler(BaseHTTPRequestHandler):
    """One request to a stub."""

    stubs: dict[int, StubLLM] = {}  # noqa: RUF012 - shared by design, by port
    protocol_version = "HTTP/1.1"

    @property
    def _stub(self) -> StubLLM:
        return self.stubs[self.server.server_address[1]]  # type: ignore[index]

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Name the model."""
        self._answer(
            200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
        )

    def do_POST(self) -> None:
        """Reply, piece by piece if that is asked for."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stub = self._stub
        reply = stub.take(body)
        if stub.failure and not stub.failure.status:
            self.close_connection = True
        elif stub.failure:
            self._answer(*stub.failure)
        elif body.get("stream"):
            self._stream(stub, reply)
        else:
            self._answer(200, _whole(body, reply))

    def _stream(self, stub: StubLLM, reply: str) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        pause = threading.Event()
        try:
            for word in _words(stub, reply):
                self._event(self._said(word))
                pause.wait(WORD_SECONDS)
            self._event({**_piece({}, "stop"), "usage": _usage(reply)})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            stub.left.set()

    def _said(self, word: str) -> dict[str, Any]:
        """Return an event of a chat, or of a text that is continued."""
        if self.path.endswith("/chat/completions"):
            return _piece({"content": word})
        choice = {"index": 0, "text": word, "finish_reason": None}
        return {"object": "text_completion", "model": MODEL, "choices": [choice]}

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


def _words(stub: StubLLM, reply: str) -> Iterator[str]:
    """Yield a reply's words with their spaces, then more if it shall not end."""
    first, *rest = reply.split(" ")
    yield first
    yield from (f" {word}" for word in rest)
    while stub.endless:
        yield " on"


def _piece(delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {
        "id": "chatcmpl-stub",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
    }


def _whole(body: dict[str, Any], reply: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply}
    choice = {"index": 0, "message": message, "text": reply, "finish_reason": "stop"}
    return {
        "id": "chatcmpl-stub",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", MODEL),
        "choices": [choice],
        "usage": _usage(reply),
    }


def _usage(reply: str) -> dict[str, int]:
    written = len(reply.split())
    return {
        "prompt_tokens": 100,
        "completion_tokens": written,
        "total_tokens": 100 + written,
    }
