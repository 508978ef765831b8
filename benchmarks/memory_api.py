"""The memory API over loopback beside the same calls of the engine.

    PYTHONPATH=extensions:. python -m benchmarks.memory_api [--size N] [--rounds N]

The server runs as `ltm serve` runs it, in a thread of this process, so that both ways
use the same bank; they are measured in turns. Beside the time stands the work of the
processor, server and client together, which holds on a busy machine too. The bank holds
made-up messages with vectors of a stand-in for the model (see `benchmarks.search`).
Prints Markdown.
Owns: the clock, which calls are compared.
Knows nothing of: how either works.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import uvicorn

from benchmarks.search import CHAT_LENGTH, SCOPE, LateStandIn, Talk, fill, open_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.pages import PageRequest
from long_term_memory.server.app import create_app
from long_term_memory.server.run import listen

PREFIX: Final = "/api/ltm/v1"
PAGE: Final = 50
RECALLED: Final = 20
BARS: Final = {"recall": 3.0, "page": 20.0}
"""Most milliseconds: of recall above the engine's, of a page in all."""


@contextmanager
def served(engine: Engine) -> Iterator[int]:
    """Serve an engine on a free port of this machine."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        create_app(engine, Settings()), log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class Client:
    """Asks on one connection, as a program that chats does."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return what is answered."""
        where = f"{PREFIX}{path}?{urlencode({'character': SCOPE.character, **query})}"
        sent = None if body is None else json.dumps(body)
        kind = {"content-type": "application/json"} if sent else {}
        self._connection.request(method, where, sent, kind)
        answer = self._connection.getresponse()
        told = json.load(answer)
        assert answer.status == 200, told
        return told


def wait_until_idle() -> None:
    """Wait for the work behind the scenes: with it every call waits for Python."""
    while True:
        used = time.process_time()
        time.sleep(1.0)
        if time.process_time() - used < 0.02:
            return


class Taken(NamedTuple):
    """What a call takes, in milliseconds: of time, and of this process's work."""

    wall: float
    work: float


def milliseconds(call: Callable[[], object]) -> Taken:
    """Return what a call takes."""
    worked, started = time.process_time(), time.perf_counter()
    call()
    wall = time.perf_counter() - started
    return Taken(1_000 * wall, 1_000 * (time.process_time() - worked))


def row(name: str, taken: list[Taken]) -> str:
    """Return a line of the table."""
    walls, works = [one.wall for one in taken], [one.work for one in taken]
    late = quantiles(walls, n=20)[-1]
    return (
        f"| {name} | {min(walls):.2f} | {median(walls):.2f} | {late:.2f} "
        f"| {median(works):.2f} |"
    )


def compared_recalls(engine: Engine, client: Client, rounds: int) -> list[str]:
    """Measure recall by both ways, in turns."""
    chat = engine.bank(SCOPE).chat("new", host="bench")
    talk = Talk(9)
    by_engine, by_rest = [], []
    for _ in range(rounds):
        query = Query(text=talk.message(), gated=False, limit=RECALLED)
        chat.look(query)  # its vector is known from now on
        by_engine.append(milliseconds(partial(chat.look, query)))
        asked = {"text": query.text, "gated": False, "limit": RECALLED}
        ask = partial(client.ask, "POST", "/recall", asked)
        by_rest.append(milliseconds(ask))
    more = [
        Taken(rest.wall - own.wall, rest.work - own.work)
        for own, rest in zip(by_engine, by_rest, strict=True)
    ]
    return [
        row("recall, engine", by_engine),
        row("recall, REST", by_rest),
        row(f"REST above the engine (bar {BARS['recall']:.0f})", more),
    ]


def compared_pages(engine: Engine, client: Client, rounds: int) -> list[str]:
    """Measure pages by both ways, going on from page to page."""
    bank = engine.bank(SCOPE)
    by_engine, by_rest = [], []
    cursor = ""
    for _ in range(rounds):
        asked = PageRequest(cursor=cursor, limit=PAGE)
        by_engine.append(milliseconds(partial(bank.page, asked)))
        ask = partial(client.ask, "GET", "/memories", cursor=cursor, limit=PAGE)
        by_rest.append(milliseconds(ask))
        cursor = bank.page(asked).cursor
    by_chat = [
        milliseconds(partial(client.ask, "GET", "/memories", chat=one.id, limit=PAGE))
        for one in bank.chats()[:rounds]
    ]
    return [
        row(f"page of {PAGE}, engine", by_engine),
        row(f"page of {PAGE}, REST (bar {BARS['page']:.0f})", by_rest),
        row(f"page of {PAGE} of one chat, REST", by_chat),
    ]


def main() -> None:
    """Fill a bank and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        late = LateStandIn()
        engine = open_engine(Path(folder), late)
        fill(engine.bank(SCOPE), chosen.size, late)
        engine.embedder.ready(60.0)
        chats = chosen.size // CHAT_LENGTH
        print(f"{chosen.size:,} messages in {chats:,} chats; milliseconds\n")
        print("| | least | median | 95 % | work |\n|---|---|---|---|---|")
        with served(engine) as port:
            client = Client(port)
            client.ask("GET", "/characters/stats")
            wait_until_idle()
            for line in compared_recalls(engine, client, chosen.rounds):
                print(line, flush=True)
            for line in compared_pages(engine, client, chosen.rounds):
                print(line, flush=True)
            ask = partial(client.ask, "GET", "/changes")
            changes = [milliseconds(ask) for _ in range(chosen.rounds)]
            print(row("changes", changes))
        engine.close()


if __name__ == "__main__":
    main()
