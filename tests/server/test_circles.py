"""An address that leads back to the server, straight or by way of others."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory.config import (
    EmbeddingSettings,
    ServerSettings,
    Settings,
    SummarySettings,
    UpstreamSettings,
)
from long_term_memory.errors import ConfigError
from long_term_memory.models import via
from long_term_memory.models.llm import send
from long_term_memory.server.preflight import check_addresses, check_folder

from .conftest import EXTENSIONS, free_port, running
from .proxies import world
from .upstreams import PATIENT

HELLO = {"messages": [{"role": "user", "content": "Hello?"}], "model": "small"}
A, B = "ltm-" + "a" * 32, "ltm-" + "b" * 32


@contextmanager
def corner() -> Iterator[tuple[int, dict[str, int]]]:
    """Pass connections on to a port that is named later, as any proxy does."""
    ahead: dict[str, int] = {}
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def serve(client: socket.socket) -> None:
        # Before there is a port nobody is there: the first look at health is early.
        address = ("127.0.0.1", ahead.get("port", 1))
        with (
            client,
            suppress(OSError),
            socket.create_connection(address, 20) as there,
        ):
            back = threading.Thread(target=pump, args=(there, client), daemon=True)
            back.start()
            pump(client, there)
            back.join(20)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1], ahead
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def test_a_request_that_comes_back_round_a_corner_is_refused(tmp_path: Path) -> None:
    with corner() as (port, ahead):
        address = f"http://127.0.0.1:{port}/v1"
        flags = ["--llm-base-url", address, "--set", f"embedding_endpoint={address}"]
        more = ["--set", "embedding_model=x"]
        with running(tmp_path / "data", *flags, *more) as server:
            ahead["port"] = int(server.url.rpartition(":")[2])
            began = time.monotonic()

            chat = httpx.post(
                f"{server.url}/v1/chat/completions", json=HELLO, timeout=PATIENT
            )
            stream = httpx.post(
                f"{server.url}/v1/chat/completions",
                json={**HELLO, "stream": True},
                timeout=PATIENT,
            )
            models = httpx.get(f"{server.url}/v1/models", timeout=PATIENT)
            vectors = httpx.post(
                f"{server.url}/v1/embeddings", json={"input": "Rain."}, timeout=60
            )
            health = httpx.get(f"{server.url}/health/llm", timeout=20)
            seconds = time.monotonic() - began

        for answer in (chat, stream, models):
            assert answer.status_code == 508
            assert "Set llm_base_url" in answer.json()["error"]["message"]
        assert vectors.status_code >= 500
        assert health.status_code == 503
        assert "508" in health.json()["reason"]
        assert seconds < 90


def test_two_servers_that_ask_each_other_end_it(tmp_path: Path) -> None:
    with corner() as (port, ahead):
        flags = ["--llm-base-url", f"http://127.0.0.1:{port}"]
        with running(tmp_path / "far", *flags) as far:
            flags = ["--llm-base-url", far.url]
            with running(tmp_path / "near", *flags) as near:
                ahead["port"] = int(near.url.rpartition(":")[2])

                answer = httpx.post(
                    f"{near.url}/v1/chat/completions", json=HELLO, timeout=PATIENT
                )

    assert answer.status_code == 508
    assert "passed this server already" in answer.json()["error"]["message"]


def test_a_call_says_which_way_it_came_and_no_more() -> None:
    way = via.way_of(f"1.1 nginx (secret), 1.1 {A}, 1.0 proxy.example:80, 1.1 {B}")

    assert way == (A, B)
    assert via.is_loop(way, here=B)
    assert not via.is_loop(way, here="ltm-" + "c" * 32)
    assert via.is_loop((A,) * via.MOST_SERVERS, here=B)
    token = via.WAY.set((A,))
    try:
        assert via.way_on(B) == f"1.1 {A}, 1.1 {B}"
    finally:
        via.WAY.reset(token)


def test_every_call_to_a_service_says_that_it_came_from_here() -> None:
    with world() as here:
        httpx.post(f"{here.url}/v1/chat/completions", json=HELLO, timeout=PATIENT)
        send(f"{here.stub.url}/v1/embeddings", b"{}", {})

        for asked in here.stub.asked:
            assert via.way_of(asked.headers["via"]) == (via.HERE,)


# -- at the start ----------------------------------------------------------------------


def with_address(name: str, address: str) -> Settings:
    made = Settings(server=ServerSettings(port=5100))
    if name == "llm_base_url":
        return replace(made, upstream=UpstreamSettings(llm_base_url=address))
    if name == "embedding_endpoint":
        group = EmbeddingSettings(embedding_endpoint=address)
        return replace(made, embedding=group)
    return replace(made, summaries=SummarySettings(summary_endpoint=address))


NAMES = ["llm_base_url", "embedding_endpoint", "summary_endpoint"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "address",
    ["notaurl", "ftp://x", "http://", "http://a:b/", "localhost:5000", "http://[::1"],
)
def test_an_address_that_is_none_is_refused_at_the_start(
    name: str, address: str
) -> None:
    with pytest.raises(ConfigError, match=f"{name} is no address"):
        check_addresses(with_address(name, address))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:5100", "http://localhost:5100/v1"),
        *("http://0.0.0.0:5100/v1/chat/completions", "http://LOCALHOST:5100"),
        "http://[::1]:5100/v1/",
    ],
)
def test_the_servers_own_address_is_refused_at_the_start(
    name: str, address: str
) -> None:
    with pytest.raises(ConfigError, match=f"{name} is this server's own address"):
        check_addresses(with_address(name, address))


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:5000", "https://x.example"])
def test_other_addresses_are_welcome(address: str) -> None:
    for name in NAMES:
        check_addresses(with_address(name, address))


def test_a_folder_that_can_hold_memories_is_made(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")

    made = tmp_path / "a" / "b"
    assert list(made.iterdir()) == []
    assert os.name != "posix" or made.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="knows no modes")
def test_a_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    """The look whether it can be written to once made it open to all accounts."""
    check_folder(tmp_path / "a" / "b")

    for made in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_folder_that_cannot_hold_memories_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"kept")

    for folder in (file, file / "below", Path("\0")):
        with pytest.raises(ConfigError, match="cannot hold memories") as told:
            check_folder(folder)
        assert "--data-dir" in str(told.value)
    assert file.read_bytes() == b"kept"


@pytest.mark.skipif(not Path("/proc/1").exists(), reason="has no such folder")
def test_a_folder_in_which_nothing_can_be_written_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot hold memories"):
        check_folder(Path("/proc/1"))


@pytest.mark.parametrize(
    "flags",
    [
        ["--data-dir", "{file}"],
        ["--llm-base-url", "notaurl"],
        ["--llm-base-url", "http://127.0.0.1:{port}/v1"],
        ["--set", "summary_endpoint=nothing"],
    ],
)
def test_what_cannot_work_ends_the_start_with_one_line(
    tmp_path: Path, flags: list[str]
) -> None:
    file, port = tmp_path / "file", free_port()
    file.write_bytes(b"")
    told: list[Any] = [one.format(file=file, port=port) for one in flags]
    started = ["-m", "long_term_memory", "serve", "--port", str(port)]
    folder = [] if "--data-dir" in told else ["--data-dir", str(tmp_path / "data")]

    ran = subprocess.run(
        [sys.executable, *started, *told, *folder],
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


# -- the end ---------------------------------------------------------------------------


def test_ctrl_c_ends_a_busy_server_in_time(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--set", "request_seconds=3600") as server:
        port = int(server.url.rpartition(":")[2])
        body = json.dumps(HELLO).encode()
        head = (
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body) + 9}\r\n\r\n"
        )
        clients = []
        for first in (b"", b"GET / HT", head.encode(), head.encode() + body):
            client = socket.create_connection(("127.0.0.1", port), 20)
            client.sendall(first)
            clients.append(client)
        time.sleep(0.2)
        began = time.monotonic()

        server.process.send_signal(signal.SIGINT)
        server.process.communicate(timeout=30)

        assert server.process.returncode == 0
        assert time.monotonic() - began < 25
        for client in clients:
            client.close()
