"""The first steps, timed: the page's first byte, and words from a large import.

    PYTHONPATH=extensions:. python -m benchmarks.first_steps [--messages N]

Starts `serve` on a fresh folder and asks for the page as a browser does: once when it
is ready, every 50 ms while the page is being loaded, and when it is there. Then a file
of N messages (20,000) is imported by the command line with `--no-wait`, and a search by
words in a new process finds the last message. Beside it stands how long this machine
takes to start Python and import nothing, the median of five: on a busy one, compare
with that. Prints Markdown.
Owns: made-up chats, the clocks.
Knows nothing of: how the page is loaded, how an import works.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

PERSON: Final = b"Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n"
EACH_SECONDS: Final = 0.05
MOST_SECONDS: Final = 300.0
LAST: Final = "The zanzibar lantern stands in the pantry."
ENVIRONMENT: Final = os.environ | {"PYTHONPATH": "extensions"}


class Asked(NamedTuple):
    """How an address was answered: until the first byte, until the last, and what."""

    first_seconds: float
    last_seconds: float
    body: bytes


def ask(port: int, path: str) -> Asked:
    """Ask for a page over a connection of its own."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), MOST_SECONDS) as line:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        line.sendall(head.encode() + PERSON + b"\r\n")
        body = line.recv(1)
        first = time.perf_counter() - began
        while part := line.recv(65_536):
            body += part
    return Asked(first, time.perf_counter() - began, body.partition(b"\r\n\r\n")[2])


def share(port: int) -> float:
    """Return how much of the page is loaded, 0 to 1."""
    return float(json.loads(ask(port, "/editor/loading").body)["share"])


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """Run a server; yields its port once it says that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "long_term_memory", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "is ready" in line:
                break
        # It is said a moment before the first request can be taken.
        while True:
            try:
                ask(port, "/health")
                break
            except OSError:
                time.sleep(0.01)
        try:
            yield port
        finally:
            process.send_signal(signal.SIGINT)


def page_rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Time the page: at first, while it is loaded, and then."""
    with server(folder) as port:
        first = ask(port, "/editor/")
        yield "first byte of the first visit", f"{first.first_seconds:.3f} s"
        yield "something to read at the first visit", f"{first.last_seconds:.3f} s"
        assert b"Long-term memory" in first.body
        began, waits = time.perf_counter(), []
        while share(port) < 1 and time.perf_counter() - began < MOST_SECONDS:
            waits.append(ask(port, "/editor/").first_seconds)
            time.sleep(EACH_SECONDS)
        loaded = time.perf_counter() - began
        later = [ask(port, "/editor/").first_seconds for _ in range(20)]
    yield f"while it is loaded ({loaded:.1f} s), median", f"{median(waits):.3f} s"
    yield f"the slowest of these {len(waits)}", f"{max(waits):.3f} s"
    yield "when it is there, median of 20", f"{median(later):.3f} s"
    yield "the slowest of these", f"{max(later):.3f} s"


def chats(folder: Path, messages: int) -> Path:
    """Write chats of 200 messages as text-generation-webui does, and a short one."""
    from benchmarks.intake import write_chats

    place = folder / "chats"
    write_chats(place, messages)
    last = place / "logs" / "chat" / "Miku" / "zz.json"
    last.parent.mkdir(parents=True, exist_ok=True)
    rows = [[LAST, "I see."]]
    last.write_text(json.dumps({"internal": rows, "visible": rows}), "utf-8")
    return place


def import_rows(folder: Path, messages: int) -> Iterator[tuple[str, str]]:
    """Time an import until words are found."""
    place, data = chats(folder, messages), folder / "imported"
    ltm = [sys.executable, "-m", "long_term_memory"]
    named = ["--data-dir", str(data)]
    began, before = time.perf_counter(), processor_seconds()
    subprocess.run(
        [*ltm, "import", str(place), "-c", "Miku", "--no-wait", *named],
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    imported = time.perf_counter() - began
    used = processor_seconds() - before
    yield f"import of {messages:,} messages, stored", f"{imported:.1f} s"
    yield "of that the processor's time", f"{used:.1f} s"
    found = subprocess.run(
        [*ltm, "search", "zanzibar", "--words", *named],
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert LAST in found.stdout
    answered = time.perf_counter() - began
    yield "the same, and found by words in a new process", f"{answered:.1f} s"


def processor_seconds() -> float:
    """Return what the processes that ended have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare_start() -> float:
    """Return how long Python takes to start here: the median of five."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        took.append(time.perf_counter() - began)
    return median(took)


def main() -> None:
    """Print the table."""
    reading = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reading.add_argument("--messages", type=int, default=20_000)
    asked = reading.parse_args()
    print("| what | time |\n|---|---|")
    print(f"| Python started, nothing imported | {bare_start():.3f} s |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, took in page_rows(folder / "fresh"):
            print(f"| {what} | {took} |", flush=True)
        for what, took in import_rows(folder, asked.messages):
            print(f"| {what} | {took} |", flush=True)


if __name__ == "__main__":
    main()
