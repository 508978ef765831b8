"""Hand every event of a page a made-up file, and look where its content went."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx

SECRET = "the canary sings at dawn"
MARK = {"_type": "gradio.FileData"}
PATIENCE_SECONDS = 60.0
AT_ONCE = 100


def made_up(canary: Path, address: str) -> list[Any]:
    """Return what calls itself a file, in all the shapes that a Gradio knows."""
    path = str(canary)
    file = {"path": path, "meta": MARK}
    fetched = {"path": f"{address}/x.txt", "meta": MARK}
    return [
        file,
        [file],
        [{"path": path, "meta": MARK, "is_stream": True}],
        {"path": path},
        {"a": [{"b": file}]},
        [{"path": path, "url": path, "orig_name": "../../x", "meta": MARK}],
        fetched,
        [fetched],
        [{"path": "x", "url": f"{address}/y.txt", "meta": MARK}],
        [{"path": f"{canary.parent}/./{canary.name}", "meta": MARK}],
        [{"path": f"file://{path}", "meta": MARK}],
        [{"path": "\ud83d", "meta": MARK}],
    ]


@contextmanager
def tempting() -> Iterator[tuple[str, list[str]]]:
    """Serve a secret on loopback; yields the address and what was asked for."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an app on loopback in a thread; yields its address."""
    import uvicorn

    config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


class Attacker:
    """A program that talks to a page as its script does."""

    def __init__(self, url: str) -> None:
        """Read what events there are.

        Args:
            url: Of the page, without a slash at its end.
        """
        self.client = httpx.Client(base_url=url, timeout=PATIENCE_SECONDS)
        self.config = self.client.get("/config").json()
        self.api = self.config.get("api_prefix") or ""
        self.events: list[dict[str, Any]] = self.config["dependencies"]

    def close(self) -> None:
        self.client.close()

    def calls(self, values: Sequence[Any]) -> list[tuple[int, list[Any]]]:
        """Return a call of every event for every input and value.

        Of events that take the same and draw the same, all but the first are called
        for their first input alone: a setting's fifty fields are those of each button.
        """
        known: set[str] = set()
        found = []
        for place, event in enumerate(self.events):
            if not event.get("backend_fn", True):
                continue
            same = str((event["inputs"], event["outputs"]))
            inputs = range(len(event["inputs"]))
            found += [
                (
                    event.get("id", place),
                    [value if at == one else None for at in inputs],
                )
                for one in (inputs[:1] if same in known else inputs)
                for value in values
            ]
            known.add(same)
        return found

    def send(self, calls: Sequence[tuple[int, list[Any]]]) -> list[dict[str, Any]]:
        """Call events, no more at once than may wait; return their answers."""
        return [
            answer
            for start in range(0, len(calls), AT_ONCE)
            for answer in self._sent(calls[start : start + AT_ONCE])
        ]

    def _sent(self, calls: Sequence[tuple[int, list[Any]]]) -> list[dict[str, Any]]:
        """Call events; return their answers once all have come."""
        session = "attack"
        waiting = set()
        for event, data in calls:
            body = {"data": data, "fn_index": event, "session_hash": session}
            # Half characters go as a browser would send them.
            sent = self.client.post(
                f"{self.api}/queue/join",
                content=json.dumps(body),
                headers={"content-type": "application/json"},
            )
            assert sent.status_code == 200, sent.text
            waiting.add(sent.json()["event_id"])
        answers = []
        stream = f"{self.api}/queue/data?session_hash={session}"
        with self.client.stream("GET", stream) as lines:
            for line in lines.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line.removeprefix("data:"))
                answers.append(message)
                if message["msg"] == "process_completed":
                    waiting.discard(message["event_id"])
                assert message["msg"] != "unexpected_error", message
        assert not waiting
        return answers


def copies(*roots: Path) -> list[Path]:
    """Return all files below some folders that hold the secret."""
    secret = SECRET.encode()
    return [
        file
        for root in roots
        for file in sorted(root.rglob("*"))
        if file.is_file() and secret in file.read_bytes()
    ]
