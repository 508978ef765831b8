"""The server as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from long_term_memory.errors import ConfigError
from long_term_memory.server.run import listen
from long_term_memory.server.running import FILE, running_at
from long_term_memory.storage.sqlite.handles import allow_files
from tests.server.conftest import EXTENSIONS, free_port, running


def test_an_answer_in_two_parts_does_not_wait_between_them() -> None:
    """Asyncio sees to it of its own sockets, and not of one that it is given."""
    with listen("127.0.0.1", 0) as listening:
        address = listening.getsockname()
        with socket.create_connection(address), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_starts_without_gradio_and_ends_in_good_order(
    tmp_path: Path, name: str
) -> None:
    with running(tmp_path / "data") as server:
        assert server.health["status"] == "ok"
        loaded = Path(f"/proc/{server.process.pid}/maps")
        if loaded.exists():
            assert "gradio" not in loaded.read_text("utf-8")

        server.process.send_signal(getattr(signal, name))
        words, _ = server.process.communicate(timeout=30)

    assert server.process.returncode == 0
    assert "Long-term memory is ready" in words
    assert "Traceback" not in words


def test_before_anyone_visits_it_is_small_and_soon_there(tmp_path: Path) -> None:
    """Counted in the processor's time, for others may be using it, too.

    It takes about two seconds; a tenth of them describes the memory API's routes.
    """
    with running(tmp_path / "data") as server:
        status = Path(f"/proc/{server.process.pid}/status")
        times = Path(f"/proc/{server.process.pid}/stat")
        if not status.exists():
            return
        peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))
        user, system = times.read_text("utf-8").rpartition(")")[2].split()[11:13]

    seconds = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    assert peak
    assert int(peak[1]) < 250_000
    assert seconds < 3.0


def test_as_many_files_may_be_open_as_the_system_allows() -> None:
    resource = pytest.importorskip("resource")
    soft, hard = before = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(soft, 900)
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    try:
        allow_files()
        raised, kept = resource.getrlimit(resource.RLIMIT_NOFILE)
        allow_files()
        again = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert raised > low or hard == low
    assert kept == hard
    assert again == (raised, hard)


def test_a_stream_that_stays_open_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        kept_open = urlopen(f"{server.url}/health")

        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=20)
        kept_open.close()

    assert server.process.returncode == 0


def test_a_taken_port_is_told_with_the_way_out() -> None:
    port = free_port()
    first = listen("127.0.0.1", port)

    with pytest.raises(ConfigError, match="--port"):
        listen("127.0.0.1", port)

    first.close()


CANNOT_BEGIN = """
import sys
from long_term_memory.config import ServerSettings, Settings
from long_term_memory.errors import StoreError
from long_term_memory.server.run import listen, serve
named = ServerSettings(port=int(sys.argv[1]), data_dir=sys.argv[2])
try:
    serve(Settings(server=named), print)
except StoreError as error:
    # The error holds what was opened, as a caller's own variables would.
    listen(named.host, named.port).close()
    print(error)
"""


def test_a_server_that_cannot_begin_lets_its_address_go(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()  # where it is to be told that a server runs

    ran = subprocess.run(
        [sys.executable, "-c", CANNOT_BEGIN, str(free_port()), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
    )

    assert ran.returncode == 0, ran.stderr
    assert "server.json cannot be written" in ran.stdout
    assert running_at(tmp_path) == ""


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", free_port())


def test_a_second_server_on_the_port_ends_with_the_reason(tmp_path: Path) -> None:
    with running(tmp_path / "data") as first:
        port = first.url.rpartition(":")[2]
        command = [*first.process.args[:4], "--port", port]  # type: ignore[index]
        second = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
        )

    assert second.returncode == 2
    assert f"port {port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_second_server_on_the_memories_is_told_of_the_first(tmp_path: Path) -> None:
    """And whoever asks for the last turn finds the first, whatever its port."""
    data = tmp_path / "data"
    with running(data) as first:
        asked = [*first.process.args[:3], "last", "--data-dir", str(data)]  # type: ignore[index]
        with running(data) as second:
            last = subprocess.run(
                asked,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
            )
            second.process.send_signal(signal.SIGINT)
            words, _ = second.process.communicate(timeout=30)
        with running(tmp_path / "another") as third:
            third.process.send_signal(signal.SIGINT)
            others, _ = third.process.communicate(timeout=30)

    [note] = [line for line in words.splitlines() if line.startswith("Note:")]
    assert first.url in note
    assert "--data-dir" in note
    assert "Note: another server" not in others
    assert last.returncode == 2
    assert "Nothing was asked in that chat" in last.stderr
    assert "by 'default'; for another user: --user NAME" in last.stderr
    assert not (data / "server.json").exists()
