"""The memory API before a client that keeps one connection to the app."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

PREFIX = "/api/ltm/v1"
LINES = [
    ("user", "Anna", "My cat is called Miso and she sleeps on the blue blanket."),
    ("assistant", "Miku", "A lazy name for a lazy cat!"),
]


class Api:
    """Asks for one character's memories."""

    def __init__(
        self, app: Any, *, character: str = "Miku", user: str = "", key: str = ""
    ) -> None:
        self.named = {"character": character, **({"user": user} if user else {})}
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:5100", timeout=60
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        etag: str = "",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        """Ask; `etag` is sent as If-Match."""
        sent = {**self._headers, **(headers or {})}
        if etag:
            sent["if-match"] = etag if etag == "*" else f'"{etag}"'
        named = {name: value for name, value in self.named.items() if value}
        return self._runner.run(
            self._client.request(
                method,
                PREFIX + path,
                params={**named, **query},
                json=body,
                headers=sent,
            )
        )

    def told(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Ask for what goes well; return the JSON."""
        found = self.ask(method, path, body, **more)
        assert found.status_code in (200, 201), found.text
        return found.json()

    def refused(
        self, status: int, method: str, path: str, body: Any = None, **more: Any
    ) -> dict[str, str]:
        """Ask for what is refused; return the error, which has the one shape."""
        found = self.ask(method, path, body, **more)
        assert found.status_code == status, found.text
        error: dict[str, str] = found.json()["error"]
        assert found.json() == {"error": error}
        assert {"type", "message"} <= set(error) <= {"type", "message", "field"}
        assert all(isinstance(value, str) and value for value in error.values())
        return error

    def note(self, content: str, **more: Any) -> Any:
        """Add a note."""
        return self.told("POST", "/memories", {"content": content, **more})

    def show(self, chat: str, *lines: tuple[str, str, str], **more: Any) -> Any:
        """Show a chat."""
        return self.told("POST", "/observe", window(chat, *lines, **more))

    def close(self) -> None:
        """Let go of everything."""
        self._runner.run(self._client.aclose())
        self._runner.close()


def window(chat: str, *lines: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """Return what shows a chat: role, name and text of each line."""
    shown = [
        {"role": role, "name": name, "content": content}
        for role, name, content in lines
    ]
    return {"chat": chat, "messages": shown, **more}


def talk(count: int, about: str = "lantern") -> list[tuple[str, str, str]]:
    """Return a chat of so many messages, each of which tells something."""
    return [
        ("user", "Anna", f"On day {at} I promised to bring {at} {about}s to Bergen.")
        if at % 2 == 0
        else ("assistant", "Miku", f"Then I met Bram {at} times and paid {at} coins.")
        for at in range(count)
    ]


def contents(page: Any) -> list[str]:
    """Return the texts of a page of memories."""
    return [one["content"] for one in page["memories"]]


def settled(engine: Engine) -> None:
    """Wait until meanings are known."""
    assert engine.bank(Scope(user="default", character="Miku")).settle(20)


@contextmanager
def an_api(
    folder: Path, settings: Settings | None = None, **named: str
) -> Iterator[tuple[Api, Engine]]:
    """Serve memories in a folder, with a small embedder."""
    chosen = settings or Settings()
    engine = build_engine(chosen, folder, load=HashEmbedder)
    api = Api(create_app(engine, chosen), **named)
    try:
        yield api, engine
    finally:
        api.close()
        engine.close()
