"""Start, stop and question a real text-generation-webui.

Owns: a run directory (links to the checkout, an `extensions` folder and a `user_data`
of its own), the server process, its log, its files and its HTTP API.
Must not know: the browser, what the extension under test does.
Nothing is ever written into the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

HERE = Path(__file__).parent
MODEL_NAME = "tiny"
RECORDER = "prompt_recorder"
START_SECONDS = 180
UI_READY = "Running on local URL"
API_READY = "API URL"

Place = Literal["system", "user"]

# The toy model would fill the whole context if the host's own default were kept.
SETTINGS: Mapping[str, Any] = {
    "mode": "chat",
    "max_new_tokens": 24,
    "auto_max_new_tokens": False,
    "character": "Assistant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A text-generation-webui on this machine and the interpreter that runs it."""

    folder: Path
    python: Path

    @classmethod
    def from_environment(cls) -> Checkout:
        """Read TEXTGEN_DIR and, if given, TEXTGEN_PYTHON.

        Raises:
            KeyError: TEXTGEN_DIR is not set.
        """
        folder = Path(os.environ["TEXTGEN_DIR"]).absolute()
        candidates = [
            folder / "venv" / "bin" / "python",
            folder / "installer_files" / "env" / "bin" / "python",
            Path(sys.executable),
        ]
        chosen = os.environ.get("TEXTGEN_PYTHON") or next(
            path for path in candidates if path.exists()
        )
        return cls(folder=folder, python=Path(chosen).absolute())

    def build_model(self, folder: Path) -> Path:
        """Build the toy model with the webui's own libraries; takes some seconds."""
        subprocess.run(
            [self.python, HERE / "tiny_model.py", folder],
            check=True,
            capture_output=True,
            env=quiet_environment(),
            timeout=START_SECONDS,
        )
        return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One generation as the model saw it."""

    prompt: str
    tokens: int
    chat_id: str | None
    character: str | None
    mode: str | None


@dataclass(slots=True, kw_only=True)
class Webui:
    """A webui in a run directory of its own; start and stop it as often as needed."""

    checkout: Checkout
    run_dir: Path
    model: Path
    extensions: list[str] = field(default_factory=list)
    ui_port: int = 0
    api_port: int = 0
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None
    _lines: list[str] = field(default_factory=list)
    _grown: threading.Condition = field(default_factory=threading.Condition)

    @property
    def app(self) -> Path:
        """The working directory of the server."""
        return self.run_dir / "app"

    @property
    def user_data(self) -> Path:
        """What the host calls user_data; apart from the app, as in portable builds."""
        return self.run_dir / "user_data"

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.ui_port}/"

    def lay_out(self, characters: Sequence[str] = ()) -> None:
        """Make the run directory with the recorder and a card for each character."""
        (self.app / "extensions").mkdir(parents=True)
        for name in ("server.py", "modules", "css", "js"):
            (self.app / name).symlink_to(self.checkout.folder / name)
        for source in sorted((self.checkout.folder / "user_data").iterdir()):
            if source.is_dir() and source.name not in {"models", "extensions", "logs"}:
                shutil.copytree(source, self.user_data / source.name)
        (self.user_data / "models").mkdir(parents=True)
        (self.user_data / "models" / MODEL_NAME).symlink_to(self.model)
        for name in characters:
            card = {
                "name": name,
                "greeting": f"Hi, {name} here.",
                "context": f"{name} is a friend who listens.",
            }
            path = self.user_data / "characters" / f"{name}.yaml"
            path.write_text(yaml.safe_dump(card, sort_keys=False), encoding="utf-8")

    def attach(self, source: Path, name: str, place: Place = "system") -> Path:
        """Copy an extension to where the host looks; attached first is loaded first."""
        root = self.app if place == "system" else self.user_data
        target = root / "extensions" / name
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        self.extensions.append(name)
        return target

    def write_settings(self, **changes: Any) -> None:
        """Write settings.yaml anew from the defaults above and what is given."""
        text = yaml.safe_dump({**SETTINGS, **changes})
        (self.user_data / "settings.yaml").write_text(text, encoding="utf-8")

    def start(self, *flags: str, timeout_seconds: float = START_SECONDS) -> None:
        """Start the server and wait until it answers; `--nowebui` leaves the UI out.

        Raises:
            RuntimeError: it ended or did not come up; the message holds its log.
        """
        if not (self.user_data / "settings.yaml").exists():
            self.write_settings()
        self.ui_port, self.api_port = free_port(), free_port()
        self._lines.clear()
        self._process = subprocess.Popen(
            [*self._command(), *flags],
            cwd=self.app,
            env={**quiet_environment(), "PROMPT_RECORDER_FILE": str(self.prompts_file)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        ready = API_READY if "--nowebui" in flags else UI_READY
        self.wait_for_log(ready, timeout_seconds)
        wait_until(self._api_answers, "the API to answer", timeout_seconds)

    def stop(self) -> None:
        """End the server as Ctrl+C does, and wait for it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
        self._forget_process()

    def kill(self) -> None:
        """End the server as a power cut does."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(timeout=20)
        self._forget_process()

    def restart(self, *flags: str) -> None:
        """Stop and start again on the same files; the ports change."""
        self.stop()
        self.start(*flags)

    def is_running(self) -> bool:
        """Say whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def wait_for_exit(self, timeout_seconds: float = START_SECONDS) -> int:
        """Wait until the server ends by itself and give its exit code."""
        if self._process is None:
            raise RuntimeError("The webui was not started.")
        code = self._process.wait(timeout=timeout_seconds)
        self._forget_process()
        return code

    # What it wrote

    @property
    def log(self) -> str:
        """What the server printed since its last start."""
        with self._grown:
            return "".join(self._lines)

    def wait_for_log(self, text: str, timeout_seconds: float = 30) -> None:
        """Wait until the server has printed a text.

        Raises:
            RuntimeError: the server ended first, or the time is over.
        """
        deadline = time.monotonic() + timeout_seconds
        while text not in self.log:
            left = deadline - time.monotonic()
            if left <= 0 or not self.is_running():
                if text in self.log:
                    return
                raise RuntimeError(f"The webui did not print {text!r}:\n{self.log}")
            with self._grown:
                self._grown.wait(min(left, 0.5))

    @property
    def prompts_file(self) -> Path:
        """Where the recorder writes."""
        return self.run_dir / "prompts.jsonl"

    def prompts(self, **wanted: str) -> list[Prompt]:
        """Give the recorded prompts of a chat_id, character or mode, oldest first."""
        if not self.prompts_file.exists():
            return []
        lines = self.prompts_file.read_text(encoding="utf-8").splitlines()
        prompts = [Prompt(**json.loads(line)) for line in lines]
        return [
            prompt
            for prompt in prompts
            if all(getattr(prompt, key) == value for key, value in wanted.items())
        ]

    def last_prompt(self) -> str:
        """Give the newest recorded prompt."""
        return self.prompts()[-1].prompt

    def chat_file(self, chat_id: str, character: str, mode: str = "chat") -> Path:
        """Say where the host keeps a chat."""
        logs = self.user_data / "logs"
        folder = logs / "instruct" if mode == "instruct" else logs / "chat" / character
        return folder / f"{chat_id}.json"

    def chat_ids(self, character: str, mode: str = "chat") -> list[str]:
        """List the saved chats of a character, oldest name first."""
        folder = self.chat_file("any", character, mode).parent
        return sorted(path.stem for path in folder.glob("*.json"))

    def history(
        self, chat_id: str, character: str, mode: str = "chat"
    ) -> dict[str, Any]:
        """Read a saved chat; empty while the host is in the middle of writing it."""
        with suppress(FileNotFoundError, json.JSONDecodeError):
            text = self.chat_file(chat_id, character, mode).read_text(encoding="utf-8")
            return dict(json.loads(text))
        return {"internal": [], "visible": [], "metadata": {}}

    # Its API

    def api_chat(
        self, messages: Sequence[Mapping[str, Any]] | str, **fields: Any
    ) -> str:
        """Ask for a chat completion; a plain text is a chat of one user message.

        Raises:
            urllib.error.HTTPError: the host refused or failed.
        """
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        defaults = {"mode": "chat", "max_tokens": 12, "stream": False}
        body = {**defaults, "messages": list(messages), **fields}
        answer = self.post("/v1/chat/completions", body)
        return str(answer["choices"][0]["message"]["content"])

    def api_complete(self, prompt: str, **fields: Any) -> str:
        """Ask for a plain text completion, as the notebook does."""
        body = {"prompt": prompt, "max_tokens": 12, **fields}
        return str(self.post("/v1/completions", body)["choices"][0]["text"])

    def api_chat_streamed(self, text: str, **fields: Any) -> str:
        """Ask for a chat completion piece by piece and put the pieces together."""
        body = {
            "mode": "chat",
            "max_tokens": 12,
            "messages": [{"role": "user", "content": text}],
            **fields,
            "stream": True,
        }
        pieces: list[str] = []
        with self._open("/v1/chat/completions", body) as answer:
            for line in answer:
                payload = line.decode().removeprefix("data:").strip()
                if payload.startswith("{"):
                    delta = json.loads(payload)["choices"][0].get("delta", {})
                    pieces.append(delta.get("content") or "")
        return "".join(pieces)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON to the API and read JSON back."""
        with self._open(path, body) as answer:
            return json.load(answer)

    def _open(self, path: str, body: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api_port}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        return urllib.request.urlopen(request, timeout=120)

    def _command(self) -> list[str]:
        names = [*self.extensions]
        return [
            str(self.checkout.python),
            str(HERE / "launch_webui.py"),
            *("--user-data-dir", str(self.user_data)),
            *("--model", MODEL_NAME, "--loader", "Transformers", "--cpu"),
            *("--listen-port", str(self.ui_port)),
            *("--api", "--api-port", str(self.api_port)),
            *(("--extensions", *names) if names else ()),
        ]

    def _read_log(self) -> None:
        process = self._process
        if process is None or process.stdout is None:
            return
        with process.stdout as stream:
            for line in stream:
                with self._grown:
                    self._lines.append(line)
                    self._grown.notify_all()

    def _forget_process(self) -> None:
        if self._reader is not None:
            self._reader.join(timeout=20)
        self._process = self._reader = None

    def _api_answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.api_port), timeout=1):
                return True
        except OSError:
            return False


def quiet_environment() -> dict[str, str]:
    """Give the environment of a child: no network, one thread, no bytecode of ours."""
    return {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


def free_port() -> int:
    """Find a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(
    is_true: Callable[[], bool], what: str, timeout_seconds: float = 30
) -> None:
    """Look again and again until something outside this process is so.

    Raises:
        TimeoutError: it did not come true in time.
    """
    deadline = time.monotonic() + timeout_seconds
    pause = threading.Event()
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {timeout_seconds:.0f} s for {what}.")
        pause.wait(0.05)
