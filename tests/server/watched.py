"""Programs of ours in processes of their own, watched for what goes out of the machine.

Owns: the watching, and how they are started.
Knows nothing of: what they are asked to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from .conftest import EXTENSIONS, free_port, wait_for_health

# Nothing that a person may have set keeps it from going out, and nothing is for
# its owner alone unless the program sees to it.
_SET_BY_PEOPLE: Final = ("HF_", "TRANSFORMERS_", "GRADIO_", "LTM_", "LLM_", "EMB")
# Python itself tells of every connection and every program begun (PEP 578). uvloop
# would not, and may be installed.
WATCHED: Final = """
import os, sys
out = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
near = {"127.0.0.1", "::1", "localhost", None}
hosts = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1,
         "socket.bind": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
begun = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system",
         "webbrowser.open"}

def watch(event, told):
    address = told[hosts[event]] if event in hosts else None
    host = address[0] if isinstance(address, tuple) else None
    host = address if event.startswith("socket.get") else host
    host = host.decode() if isinstance(host, bytes) else host
    if event in begun or host not in near:
        os.write(out, f"{event} {told}\\n".encode())
        raise PermissionError(event)

os.umask(0)
sys.modules["uvloop"] = None
sys.addaudithook(watch)
from long_term_memory.cli import main
sys.exit(main(sys.argv[2:]))
"""


class Watched(NamedTuple):
    """A server that is watched.

    Attributes:
        url: Where it listens.
        folder: Where it and its commands keep everything.
    """

    url: str
    folder: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What was written to the terminal."""
        return (self.folder / "log.txt").read_text("utf-8", "replace")

    @property
    def outward(self) -> list[str]:
        """What went to another machine, or would have."""
        return (self.folder / "outward.txt").read_text("utf-8").splitlines()

    def command(self, *words: str) -> str:
        """Run a command beside the server; return what it wrote."""
        ran = subprocess.run(
            [*_begun(self.folder), *words, "--data-dir", str(self.data)],
            env=_environment({}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout


@contextmanager
def watched(folder: Path, *settings: str, **variables: str) -> Iterator[Watched]:
    """Serve with settings ("name=value") and variables, and end it by Ctrl+C."""
    port = free_port()
    flags = ["--port", str(port), "--data-dir", str(folder / "data")]
    more = [word for one in settings for word in ("--set", one)]
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [*_begun(folder), "serve", *flags, *more],
            env=_environment(variables),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        server = Watched(f"http://127.0.0.1:{port}", folder)
        try:
            wait_for_health(server.url, process)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _begun(folder: Path) -> list[str]:
    return [sys.executable, "-c", WATCHED, str(folder / "outward.txt")]


def _environment(variables: dict[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_SET_BY_PEOPLE)
    }
    return {**kept, "PYTHONPATH": str(EXTENSIONS), "OMP_NUM_THREADS": "1", **variables}
