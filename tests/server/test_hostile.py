"""A server in little memory, among enemies, still serves its friends.

The limit is that on data (`RLIMIT_DATA`): heap, private maps and stacks of threads. One
on addresses would count what libraries reserve and never touch. `LTM_HOSTILE_SEED` and
`LTM_HOSTILE_REQUESTS` draw others and more, never fewer than 4,000.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import Request, urlopen

import pytest

from .conftest import EXTENSIONS, free_port, wait_for_health
from .hostile import Attack, Enemy, model_of, send
from .upstreams import Stub, stub_upstream

LIMIT_BYTES: Final = 512 << 20
STACK_BYTES: Final = 1 << 20
REQUESTS: Final = int(os.environ.get("LTM_HOSTILE_REQUESTS", "4000"))
SEED: Final = int(os.environ.get("LTM_HOSTILE_SEED", "1"))
# So many bring everything to its bound; from then on nothing may grow.
WARMING: Final = 2_000
OPEN_BANKS: Final = 16
# Each names up to three characters, and each of those gets a bank.
STRANGERS: Final = 25
AT_ONCE: Final = 24
HONEST_SECONDS: Final = 20.0
# Connections to the model, and banks that are just being opened or closed.
SPARE_HANDLES: Final = 40
# Routes, methods and statuses that meet seldom; each request may bring a few.
SPARE_SERIES: Final = 200

# Limits hold from a program's start, so the server is begun anew within them. Stacks of
# threads are reserved whole and hardly touched: eight megabytes of each would count.
LIMITED: Final = f"""
import os, resource, sys
_, most = resource.getrlimit(resource.RLIMIT_STACK)
resource.setrlimit(resource.RLIMIT_STACK, ({STACK_BYTES}, most))
resource.setrlimit(resource.RLIMIT_DATA, ({LIMIT_BYTES}, {LIMIT_BYTES}))
os.execv(sys.executable, [sys.executable, "-m", "long_term_memory", *sys.argv[1:]])
"""


class Besieged(NamedTuple):
    """The server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def handles(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def series(self) -> int:
        with urlopen(f"{self.url}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        return sum(not line.startswith("#") for line in lines)

    def peak_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) << 10


@contextmanager
def besieged(folder: Path, stub: Stub) -> Iterator[Besieged]:
    """Start the real server in little memory."""
    port = free_port()
    flags = ["--port", str(port), "--data-dir", str(folder / "data")]
    settings = ["request_seconds=1", "llm_retries=0", "llm_silence_seconds=5"]
    settings.append(f"most_open_banks={OPEN_BANKS}")
    more = [word for one in settings for word in ("--set", one)]
    log = (folder / "log.txt").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-c", LIMITED, "serve", *flags, *more],
        env={
            **os.environ,
            "PYTHONPATH": str(EXTENSIONS),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "LLM_BASE_URL": stub.url,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for_health(f"http://127.0.0.1:{port}", process)  # type: ignore[arg-type]
        yield Besieged(port, process)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def strangers(enemy: Enemy) -> list[Attack]:
    return [enemy.somebody() for _ in range(STRANGERS)]


def mixed(
    enemy: Enemy, chance: random.Random, count: int, among: list[Attack]
) -> list[Attack]:
    """Draw attacks, and put others among them."""
    attacks = [enemy.attack() for _ in range(count - len(among))]
    for one in among:
        attacks.insert(chance.randrange(len(attacks)), one)
    return attacks


async def besiege(port: int, attacks: list[Attack]) -> Counter[bytes]:
    """Send attacks, many at once; count the answers by status."""
    waiting = iter(attacks)
    seen: Counter[bytes] = Counter()

    async def one_after_another() -> None:
        for attack in waiting:
            answer = await asyncio.wait_for(send(port, attack), 60)
            seen[answer[9:12]] += 1

    await asyncio.gather(*[one_after_another() for _ in range(AT_ONCE)])
    return seen


def ask_honestly(url: str) -> float:
    """Chat as a friend does; return the seconds that it took."""
    said = [{"role": "user", "content": "Hello?"}]
    request = Request(
        f"{url}/v1/chat/completions",
        json.dumps({"messages": said}).encode(),
        {"Content-Type": "application/json"},
    )
    began = time.monotonic()
    with urlopen(request, timeout=30) as answer:
        told = json.load(answer)
    assert told["choices"][0]["message"]["content"] == "Hello there."
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts handles in /proc")
def test_thousands_of_hostile_requests_leave_a_server_as_it_was(tmp_path: Path) -> None:
    enemy, chance = Enemy(SEED), random.Random(SEED)
    with stub_upstream() as stub, besieged(tmp_path, stub) as server:
        stub.usual = model_of(chance)
        # More strangers than banks that stay open, then as many more.
        first = mixed(enemy, chance, WARMING, [*strangers(enemy), *enemy.heavy()])
        later = [*strangers(enemy), *enemy.heavy()]
        later = mixed(enemy, chance, REQUESTS - WARMING, later)

        asyncio.run(besiege(server.port, first))
        handles, series = server.handles(), server.series()
        seen = asyncio.run(besiege(server.port, later))
        stub.usual = None
        seconds = ask_honestly(server.url)
        time.sleep(0.5)

        assert server.process.poll() is None
        assert seconds < HONEST_SECONDS
        assert server.peak_bytes() < LIMIT_BYTES
        assert server.handles() <= handles + SPARE_HANDLES
        assert server.series() <= series + SPARE_SERIES
    log = (tmp_path / "log.txt").read_text("utf-8", "replace")
    assert "Traceback" not in log
    assert seen[b"500"] == 0
    assert {asked.path for asked in stub.asked} <= allowed_paths(stub)


def allowed_paths(stub: Stub) -> set[str]:
    """Return what a model may be asked: of its models whatever is a plain name."""
    name = re.compile(r"/v1/models(/[A-Za-z0-9][^/?#;\\%]*)*")
    asked = {one.path for one in stub.asked if name.fullmatch(one.path)}
    return asked | {"/v1/chat/completions", "/v1/completions"}
