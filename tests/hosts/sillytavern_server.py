"""Start and stop a real SillyTavern on files of its own.

Owns: its data directory, its configuration, the process and its log.
Must not know: the browser, what its chats are connected to.
Nothing is ever written into the installed package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.hosts.textgen_server import free_port, wait_until

START_SECONDS = 150
USER = "default-user"
# As shipped, but for what would open a window or look for news in the network.
CONFIG: dict[str, Any] = {
    "browserLaunch": {"enabled": False},
    "extensions": {"enabled": True, "autoUpdate": False},
    "enableDownloadableTokenizers": False,
    "skipContentCheck": False,
}


def package_from_environment() -> Path:
    """Return the folder of the package: SILLYTAVERN_DIR, or where npm put it there.

    Raises:
        KeyError: SILLYTAVERN_DIR is not set.
        FileNotFoundError: There is no SillyTavern.
    """
    named = Path(os.environ["SILLYTAVERN_DIR"]).absolute()
    for folder in (named, named / "node_modules" / "sillytavern"):
        if (folder / "server.js").is_file():
            return folder
    raise FileNotFoundError(f"No SillyTavern in {named}: npm install sillytavern")


@dataclass(slots=True)
class SillyTavern:
    """A SillyTavern with a fresh user."""

    package: Path
    root: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _log: Path = field(init=False)

    def __post_init__(self) -> None:
        self._log = self.root / "sillytavern.log"

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def user_files(self) -> Path:
        """What its only user has."""
        return self.root / "data" / USER

    @property
    def log(self) -> str:
        """What it printed."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def start(self) -> None:
        """Start it and wait until it answers; its first start compiles for a while.

        Raises:
            TimeoutError: It did not come up.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        config = self.root / "config.yaml"
        config.write_text(yaml.safe_dump(CONFIG), "utf-8")
        command = [shutil.which("node") or "node", "server.js", "--port", self.port]
        files = ["--configPath", config, "--dataRoot", self.root / "data"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in [*command, *files]],
                cwd=self.package,
                env={**os.environ, "NODE_ENV": "production"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, "SillyTavern", START_SECONDS)

    def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=15)
        self._process = None

    def add_extension(self, source: Path, name: str) -> None:
        """Copy a UI extension to where its user keeps them."""
        target = self.user_files / "extensions" / name
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git"))

    def settings(self) -> dict[str, Any]:
        """Read what it saved of its user's settings."""
        return dict(json.loads((self.user_files / "settings.json").read_text("utf-8")))

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"SillyTavern ended:\n{self.log[-4000:]}")
        try:
            with urlopen(self.url, timeout=2):
                return True
        except (URLError, OSError):
            threading.Event().wait(0.2)
            return False
