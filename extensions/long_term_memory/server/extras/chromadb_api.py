"""The Extras API's `chromadb` module, which Smart Context calls.

Owns: its routes, what a message and an answer look like.
Knows nothing of: how texts are kept and compared, banks.

Where the Extras server failed with status 500, as for an empty list or the same id
twice, the sensible thing is done instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from ...core.records import CollectionEntry
from ...engine.collections import CollectionHit
from ...engine.engine import Engine
from ...web.responses import PlainJSON
from .calls import ExtrasRefusal, body_of
from .routes import needs

MODULE = "chromadb"

UserOf = Callable[[Request], str]


class Chroma:
    """Answers for the collections of chats."""

    def __init__(
        self,
        engine: Engine,
        *,
        user_of: UserOf,
        heard: Callable[[str, str], object],
    ) -> None:
        """Answer with an engine's collections.

        Args:
            engine: Keeps and compares the texts.
            user_of: Whose collections a request means.
            heard: Told the user and the chat after messages were stored.
        """
        self._engine = engine
        self._kept = engine.collections
        self._user_of = user_of
        self._heard = heard

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(
            prefix="/api/chromadb",
            tags=["Extras"],
            default_response_class=PlainJSON,
            dependencies=[needs(self._engine, MODULE)],
        )
        for path, call in (
            ("", self.add),
            ("/query", self.query),
            ("/multiquery", self.multiquery),
            ("/purge", self.purge),
            ("/export", self.export),
            ("/import", self.bring),
        ):
            router.add_api_route(path, call, methods=["POST"])
        return router

    async def add(self, request: Request) -> dict[str, int]:
        """Store messages of a chat; one of a known id replaces it."""
        body, user = await self._asked(request), self._user_of(request)
        chat = _text(body, "chat_id")
        entries = [_message(one) for one in _list(body, "messages")]
        count = await asyncio.to_thread(self._kept.add, user, chat, entries)
        if entries:
            await asyncio.to_thread(self._heard, user, chat)
        return {"count": count}

    async def query(self, request: Request) -> list[dict[str, Any]]:
        """Find the messages of a chat that are nearest to a text, nearest first."""
        body, user = await self._asked(request), self._user_of(request)
        found = await asyncio.to_thread(
            self._kept.query,
            user,
            _text(body, "chat_id"),
            _text(body, "query"),
            _count(body),
        )
        return list(map(_row, found))

    async def multiquery(self, request: Request) -> list[dict[str, Any]]:
        """Find the nearest messages of several chats; a missing chat is left out."""
        body, user = await self._asked(request), self._user_of(request)
        names = [one for one in _list(body, "chat_list") if isinstance(one, str)]
        found = await asyncio.to_thread(
            self._kept.query_all,
            user,
            dict.fromkeys(names),
            _text(body, "query"),
            _count(body),
        )
        return list(map(_row, found))

    async def purge(self, request: Request) -> PlainTextResponse:
        """Remove a chat's messages here for good; its memories stay."""
        body, user = await self._asked(request), self._user_of(request)
        await asyncio.to_thread(self._kept.purge, user, _text(body, "chat_id"))
        return PlainTextResponse("Ok", media_type="text/html")

    async def export(self, request: Request) -> dict[str, Any]:
        """Return a chat's messages by their dates."""
        body, user = await self._asked(request), self._user_of(request)
        chat = _text(body, "chat_id")
        entries = await asyncio.to_thread(self._kept.entries, user, chat)
        if entries is None:
            raise ExtrasRefusal(400, "Chat collection not found in chromadb")
        content = [
            {
                "id": one.id,
                "document": one.content,
                "metadata": {"role": one.role, "date": one.date, "meta": one.meta},
            }
            for one in sorted(entries, key=_by_date)
        ]
        return {"chat_id": chat, "content": content}

    async def bring(self, request: Request) -> dict[str, int]:
        """Store messages as `export` gives them; one of a known id replaces it."""
        body, user = await self._asked(request), self._user_of(request)
        chat = _text(body, "chat_id")
        entries = [_exported(one) for one in _list(body, "content")]
        return {"count": await asyncio.to_thread(self._kept.add, user, chat, entries)}

    async def _asked(self, request: Request) -> dict[str, Any]:
        return await body_of(request, self._engine.settings)


def _row(found: CollectionHit) -> dict[str, Any]:
    one = found.entry
    return {
        "id": one.id,
        "date": one.date,
        "role": one.role,
        "meta": one.meta,
        "content": one.content,
        "distance": found.distance,
    }


def _by_date(entry: CollectionEntry) -> tuple[bool, Any]:
    """Numbers come before texts, for the two do not compare."""
    return isinstance(entry.date, str), entry.date


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ExtrasRefusal(400, f'"{name}" is required')
    return value


def _list(body: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = body.get(name)
    if not isinstance(value, list):
        raise ExtrasRefusal(400, f'"{name}" is required and must be a list')
    return value


def _count(body: Mapping[str, Any]) -> int:
    """Return how many are wanted; what is no whole number counts as one."""
    value = body.get("n_results", 1)
    return value if isinstance(value, int) and not isinstance(value, bool) else 1


def _message(told: object) -> CollectionEntry:
    if not isinstance(told, Mapping):
        raise ExtrasRefusal(400, "Each message must be an object")
    return _entry(told, told, content=told.get("content"))


def _exported(told: object) -> CollectionEntry:
    data = told.get("metadata") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(data, Mapping):
        raise ExtrasRefusal(400, 'Each entry must be an object with "metadata"')
    return _entry(told, data, content=told.get("document"))


def _entry(
    told: Mapping[Any, Any], data: Mapping[Any, Any], content: object
) -> CollectionEntry:
    """Read an entry; a role or a date that is missing is no fault."""
    key, meta, role = told.get("id"), data.get("meta"), data.get("role")
    date = data.get("date")
    if not isinstance(key, str) or not isinstance(content, str):
        raise ExtrasRefusal(400, "Each message needs an id and a content")
    return CollectionEntry(
        id=key,
        role=role if isinstance(role, str) else "",
        date=date if isinstance(date, str | int | float) else 0,
        meta=meta if isinstance(meta, str) else "",
        content=content,
    )
