"""What the proxy adds to a stream: delay, work, and time to the first token.

Run: `PYTHONPATH=extensions python benchmarks/proxy.py` (about a minute and a half).
Three processes share the machine: a stub of a language model, `serve` before it, and
the client here. Every figure through the proxy stands beside the same one taken
directly from the stub in the same run, in turns.
Needs what the server needs. Says nothing of how good a recall is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent.parent
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
NO_MODELS = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"data": []}'
SENT_AT = re.compile(rb'"t(\d{12,})')
STALLED_SECONDS = 60.0
PAUSE_SECONDS = 0.1
PERSONA = "Write Mara's next reply in a fictional chat between Mara and Anna."
PLACES = ("harbour", "lighthouse", "market", "old mill", "library", "garden")

Chat = list[dict[str, str]]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(text: str) -> bytes:
    """Return an event as models send it: some 220 bytes for a few letters."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    told = {
        "id": "chatcmpl-0123456789abcdef0123456789abcdef",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "stub-model",
        "system_fingerprint": "fp_0123456789",
        "choices": [choice],
    }
    return b"data: " + json.dumps(told, separators=(",", ":")).encode() + b"\n\n"


LAST = event("").replace(b'"finish_reason":null', b'"finish_reason":"stop"')
BEFORE, _, AFTER = event("@").partition(b"@")


class StubModel(asyncio.Protocol):
    """Sends as many tokens as a request asks for, each with the time it left at."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.read = b""
        self.gone = False
        self.free = asyncio.Event()
        self.free.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        self.free.set()

    def pause_writing(self) -> None:
        self.free.clear()

    def resume_writing(self) -> None:
        self.free.set()

    def data_received(self, data: bytes) -> None:
        self.read += data
        head, end, body = self.read.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if not end or (length and len(body) < int(length[1])):
            return
        self.read = b""
        if head.startswith(b"GET"):
            self.transport.write(NO_MODELS)
            return
        stub = json.loads(body)["stub"]
        self.transport.write(HEAD)
        self.left, self.rate = stub["tokens"], stub["rate"]
        if self.rate:
            self.next = time.monotonic() + random.random() / self.rate
            self.schedule()
        else:
            self.work = asyncio.ensure_future(self.flood())

    def schedule(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(max(0.0, self.next - time.monotonic()), self.tick)

    def tick(self) -> None:
        if self.gone:
            return
        self.token()
        self.left -= 1
        self.next += 1 / self.rate
        if self.left:
            self.schedule()
        else:
            self.end()

    async def flood(self) -> None:
        while self.left and not self.gone:
            self.token()
            self.left -= 1
            await self.free.wait()
        if not self.gone:
            self.end()

    def token(self) -> None:
        sent = b"t%d " % time.monotonic_ns()
        self.transport.write(chunk(BEFORE + sent + AFTER))

    def end(self) -> None:
        self.transport.write(chunk(LAST) + chunk(b"data: [DONE]\n\n") + chunk(b""))


class Stream(asyncio.Protocol):
    """A client of one stream; notes how long each token was under way."""

    def __init__(self, host: str, tokens: int, rate: float, chat: Chat) -> None:
        asked = {"tokens": tokens, "rate": rate}
        body = {"messages": chat, "model": "m", "stream": True, "stub": asked}
        raw = json.dumps(body).encode()
        self.request = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        ).encode() + raw
        self.tokens = tokens
        self.delays: list[int] = []
        self.said = b""
        self.tail = b""
        self.first = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.began = time.monotonic()
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        data = self.tail + data
        end = data.rfind(b"\n\n") + 2
        whole, self.tail = data[:end], data[end:]
        for sent in SENT_AT.findall(whole):
            self.delays.append(now - int(sent))
            self.said += b"t%b " % sent
        if self.delays and not self.first:
            self.first = time.monotonic() - self.began
        if b"[DONE]" in whole:
            self.transport.close()
            sound = len(self.delays) == self.tokens and b'"error"' not in whole
            self.finish(sound)

    def connection_lost(self, error: Exception | None) -> None:
        self.finish(False)

    def finish(self, sound: bool) -> None:
        if not self.done.done():
            self.done.set_result(sound)


def hello() -> Chat:
    return [{"role": "user", "content": f"Hello {random.random()}."}]


class Measured(NamedTuple):
    """One round of streams."""

    delays_ms: list[float]
    first_ms: list[float]
    tokens_per_second: float
    errors: int


async def streams(
    port: int, count: int, tokens: int, rate: float, chat: Chat | None = None
) -> Measured:
    """Run streams at once and return what they saw; a chat goes on by the reply."""
    loop = asyncio.get_running_loop()
    running = [
        Stream(f"127.0.0.1:{port}", tokens, rate, chat or hello()) for _ in range(count)
    ]
    began = time.monotonic()
    for one in running:
        await loop.create_connection(lambda one=one: one, "127.0.0.1", port)
    await asyncio.wait([one.done for one in running], timeout=STALLED_SECONDS)
    seconds = time.monotonic() - began
    sound = [one for one in running if one.done.done() and one.done.result()]
    if chat:
        chat.append({"role": "assistant", "content": running[0].said.decode()})
    # The first second is the crowd at the door; it is in the first tokens' times.
    skip = int(rate)
    return Measured(
        [ns / 1e6 for one in sound for ns in one.delays[skip:]],
        [one.first * 1e3 for one in sound],
        sum(len(one.delays) for one in sound) / seconds,
        count - len(sound),
    )


def cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def processes(memory: bool) -> Iterator[tuple[int, int, int]]:
    """Start the stub and the server; yield their ports and the server's process."""
    stub, port = free_port(), free_port()
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(
            [str(HERE / "extensions"), os.environ.get("PYTHONPATH", "")]
        ),
        "LTM_LLM_BASE_URL": f"http://127.0.0.1:{stub}",
        "LTM_PROXY_MEMORY": str(memory).lower(),
    }
    with tempfile.TemporaryDirectory() as folder:
        serve = ["-m", "long_term_memory", "serve", "--port", str(port)]
        started = [
            subprocess.Popen([sys.executable, *command], env=environ, **options)
            for command, options in (
                ([str(Path(__file__)), "--stub", str(stub)], {}),
                ([*serve, "--data-dir", folder], {"stdout": subprocess.DEVNULL}),
            )
        ]
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            yield stub, port, started[1].pid
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


def wait_for(url: str) -> None:
    end = time.monotonic() + STALLED_SECONDS
    while time.monotonic() < end:
        try:
            urlopen(url).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer")


def memory_seconds(port: int) -> dict[str, tuple[float, float]]:
    """Return the seconds and the count of memory's acts, as the server tells them."""
    page = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    told = {
        (act, what): float(value)
        for what, act, value in re.findall(
            r'ltm_memory_seconds_(sum|count)\{act="(\w+)"\} (\S+)', page
        )
    }
    return {
        act: (told[act, "sum"], told[act, "count"])
        for act in ("observe", "recall", "compose")
        if (act, "sum") in told
    }


def first_token(ports: tuple[int, int], rounds: int, memory: bool) -> None:
    """Compare the time to the first token in a chat, one turn after the other."""
    found: dict[str, list[float]] = {"direct": [], "proxy": []}
    chat: Chat = [{"role": "system", "content": PERSONA}]
    before = memory_seconds(ports[1])
    for turn in range(rounds):
        place = random.choice(PLACES)
        said = f"Do you know what happened at the {place} in the year {1800 + turn}?"
        chat.append({"role": "user", "content": said})
        direct = asyncio.run(streams(ports[0], 1, 5, 0, list(chat)))
        found["direct"] += direct.first_ms
        found["proxy"] += asyncio.run(streams(ports[1], 1, 5, 0, chat)).first_ms
        time.sleep(PAUSE_SECONDS)  # until the new messages are embedded
    extra = median(found["proxy"]) - median(found["direct"])
    print(f"\nFirst token, one request after the other (load {os.getloadavg()[0]:.1f})")
    for name, times in found.items():
        print(f"  {name:7} {median(times):6.2f} ms, at best {min(times):.2f}")
    print(f"  extra   {extra:6.2f} ms", "with memory" if memory else "without memory")
    for act, (seconds, count) in memory_seconds(ports[1]).items():
        past = before.get(act, (0.0, 0.0))
        if count > past[1]:
            mean = (seconds - past[0]) / (count - past[1])
            print(f"  {act:7} {mean * 1e3:6.2f} ms on average by itself")


def spread(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = ordered[int(len(ordered) * 0.99)]
    return f"{statistics.median(ordered):8.2f} {p99:8.2f}"


def compare(
    title: str, ports: tuple[int, int], pid: int, rounds: int, *what: float
) -> None:
    """Run rounds of streams, directly and through the proxy in turns, and tell."""
    count, tokens, rate = int(what[0]), int(what[1]), what[2]
    found: dict[str, list[Measured]] = {"direct": [], "proxy": []}
    spent = 0.0
    for _ in range(rounds):
        for name, port in zip(found, ports, strict=True):
            before = cpu_seconds(pid)
            found[name].append(asyncio.run(streams(port, count, tokens, rate)))
            spent += cpu_seconds(pid) - before
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})")
    print("            delay ms p50, p99   first ms p50, p99    tokens/s  errors")
    for name, all_rounds in found.items():
        delays = [ms for one in all_rounds for ms in one.delays_ms] or [0.0]
        firsts = [ms for one in all_rounds for ms in one.first_ms] or [0.0]
        speed = statistics.median(one.tokens_per_second for one in all_rounds)
        errors = sum(one.errors for one in all_rounds)
        print(
            f"  {name:7} {spread(delays)}  {spread(firsts)}  {speed:9.0f}  {errors:4}"
        )
    direct, proxy = found["direct"], found["proxy"]
    pairs = list(zip(direct, proxy, strict=True))
    extra = [median(p.delays_ms) - median(d.delays_ms) for d, p in pairs]
    first = [median(p.first_ms) - median(d.first_ms) for d, p in pairs]
    ratio = [p.tokens_per_second / d.tokens_per_second for d, p in pairs]
    microseconds = spent * 1e6 / (rounds * count * tokens)
    print(
        f"  extra delay {told(extra)} ms; extra to the first {told(first)} ms; speed "
        f"{told(ratio)} of direct; {microseconds:.1f} us of CPU a token"
    )


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def told(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


async def run_stub(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(StubModel, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stub", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--memory", action="store_true", help="remember, too")
    asked = parser.parse_args()
    if asked.stub:
        asyncio.run(run_stub(asked.stub))
        return
    with processes(asked.memory) as (stub, port, pid):
        ports = (stub, port)
        asyncio.run(streams(port, 5, 5, 0))
        first_token(ports, 60, asked.memory)
        for rate in (20, 50, 100):
            title = f"{asked.streams} streams, {rate} tokens a second each"
            seconds = 5
            compare(
                title, ports, pid, asked.rounds, asked.streams, seconds * rate, rate
            )
        compare("8 streams, unpaced", ports, pid, 2 * asked.rounds, 8, 20000, 0)


if __name__ == "__main__":
    main()
