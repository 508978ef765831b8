"""How much one person may ask, in a minute and at once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from long_term_memory.identity.callers import CALLER, THE_OWNER, Caller, Role
from long_term_memory.server.rate_limit import MOST_AT_ONCE, RequestLimit
from long_term_memory.web.request_counts import MANY_USERS, RateLimiter

ANNA = Caller(role=Role.PERSON, name="anna")
BEN = Caller(role=Role.PERSON, name="ben")
WORKING = [
    *("/v1/chat/completions", "/completions", "/v1/embeddings", "//models/x"),
    *("/api/summarize", "/api/classify", "/api/embeddings/compute", "/api/chromadb"),
    *("/api/chromadb/query", "/api/ltm/last"),
]


class Slow:
    """An app that answers when it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.reached = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached += 1
        await self.open.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(
    limit: RequestLimit, caller: Caller, path: str
) -> tuple[int, dict, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    scope = {"type": "http", "method": "POST", "path": path, CALLER: caller}
    await limit(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[-1]["body"]


def statuses(paths: list[str], caller: Caller, most: int) -> list[int]:
    async def all_of_them() -> list[int]:
        app = Slow()
        app.open.set()
        limit = RequestLimit(app, per_minute=lambda: most)
        return [(await ask(limit, caller, path))[0] for path in paths]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("path", WORKING)
def test_every_route_that_works_counts_for_a_person(path: str) -> None:
    others = [one for one in WORKING if one != path]

    assert statuses([path] * 3, ANNA, 2) == [200, 200, 429]
    assert statuses([others[0], others[1], path], ANNA, 2) == [200, 200, 429]


def test_lists_and_the_state_of_the_server_are_free() -> None:
    free = ["/health", "/api/modules", "/api/classify/labels", "/docs", "/"] * 3

    assert set(statuses(free, ANNA, 1)) == {200}


def test_the_owners_chats_count_by_the_user_that_each_names() -> None:
    """The proxy learns him from the body, and counts there."""
    assert statuses(["/v1/chat/completions"] * 3, THE_OWNER, 1) == [200] * 3
    assert statuses(["/v1/embeddings"] * 2, THE_OWNER, 1) == [200, 429]


def test_no_limit_is_none() -> None:
    assert set(statuses(WORKING * 20, ANNA, 0)) == {200}


def test_who_is_refused_learns_when_to_come_again() -> None:
    async def twice(path: str) -> tuple[int, dict, bytes]:
        app = Slow()
        app.open.set()
        limit = RequestLimit(app, per_minute=lambda: 1)
        await ask(limit, ANNA, path)
        return await ask(limit, ANNA, path)

    for path in ("/v1/embeddings", "/api/summarize"):
        status, headers, body = asyncio.run(twice(path))
        assert status == 429
        assert 0 < int(headers[b"retry-after"]) <= 60
        assert "1 requests in a minute" in json.loads(body)["error"]["message"]
    assert json.loads(asyncio.run(twice("/models"))[2])["error"]["type"] == (
        "rate_limit_exceeded"
    )


def test_one_person_has_so_many_requests_under_way_and_others_theirs() -> None:
    async def crowd() -> None:
        app = Slow()
        limit = RequestLimit(app, per_minute=lambda: 0)
        tasks = [
            asyncio.create_task(ask(limit, ANNA, "/v1/chat/completions"))
            for _ in range(3 * MOST_AT_ONCE)
        ]
        tasks.append(asyncio.create_task(ask(limit, BEN, "/v1/chat/completions")))
        for _ in range(2 * MOST_AT_ONCE):
            tasks.append(asyncio.create_task(ask(limit, THE_OWNER, "/api/summarize")))
        while not app.reached or len([t for t in tasks if t.done()]) < 2 * MOST_AT_ONCE:
            await asyncio.sleep(0)
        assert app.reached == MOST_AT_ONCE + 1 + 2 * MOST_AT_ONCE
        app.open.set()
        told = [await task for task in tasks]
        refused = [one for one in told if one[0] == 429]
        assert len(refused) == 2 * MOST_AT_ONCE
        assert {one[1][b"retry-after"] for one in refused} == {b"1"}
        # Nothing is left of them: as many may come again.
        assert (await ask(limit, ANNA, "/v1/models"))[0] == 200
        assert not limit._under_way

    asyncio.run(crowd())


def test_made_up_users_take_no_room_and_share_one_pace() -> None:
    pace = RateLimiter()
    for number in range(5 * MANY_USERS):
        pace.wait_seconds(f"user {number}", 10, now=number / 10_000)

    assert len(pace) <= MANY_USERS + 1
    assert pace.wait_seconds("one more", 10, now=1.0) > 0
    # Whoever was known before goes on as he did.
    assert pace.wait_seconds("user 1", 10, now=1.0) == 0
    # And all are forgotten in time.
    assert pace.wait_seconds("one more", 10, now=100.0) == 0
