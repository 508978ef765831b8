"""The server's app before a client, and a server of its own process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine

from .api_client import Api, an_api

EXTENSIONS = Path(__file__).resolve().parents[2] / "extensions"
START_SECONDS = 180.0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = build_engine(Settings(), tmp_path / "memories")
    yield made
    made.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Api, Engine]]:
    """The memory API and its engine."""
    with an_api(tmp_path) as found:
        yield found


@pytest.fixture
def api(served: tuple[Api, Engine]) -> Api:
    """The memory API."""
    return served[0]


class Running(NamedTuple):
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen[str]
    data_dir: Path
    health: dict[str, object]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def running(data_dir: Path, *more: str) -> Iterator[Running]:
    """Start `serve` as a person does, and end it by Ctrl+C."""
    port = free_port()
    command = [sys.executable, "-m", "long_term_memory", "serve"]
    flags = ["--port", str(port), "--data-dir", str(data_dir), *more]
    process = subprocess.Popen(
        [*command, *flags],
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        health = wait_for_health(url, process)
        yield Running(url, process, data_dir, health)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def wait_for_health(url: str, process: subprocess.Popen[str]) -> dict[str, object]:
    """Ask until the server answers; say what it printed if it ended."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"The server ended: {process.communicate()[0]}")
        try:
            with urlopen(f"{url}/health") as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except OSError:
            time.sleep(0.05)
    pytest.fail("The server did not answer in time.")
