"""The editor's page as a way into the account: every door of Gradio's is tried."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory.config import Settings
from long_term_memory.editor.host import Host
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.server.editor_mount import editor_app
from long_term_memory.server.editor_routes import is_open
from tests.editor.attacks import (
    SECRET,
    Attacker,
    copies,
    made_up,
    serving,
    tempting,
)
from tests.server.conftest import running
from tests.server.test_app import ask

# What a page of Gradio needs to be drawn, to answer, and to hand files over.
NEEDED = {
    *("/", "/config", "/config/", "/theme.css", "/robots.txt", "/favicon.ico"),
    *("/manifest.json", "/assets/{path:path}", "/static/{path:path}"),
    *("/gradio_api/info", "/gradio_api/info/", "/gradio_api/app_id"),
    *("/gradio_api/app_id/", "/gradio_api/login_check", "/gradio_api/login_check/"),
    *("/gradio_api/startup-events", "/gradio_api/heartbeat/{session_hash}"),
    *("/gradio_api/queue/data", "/gradio_api/queue/join", "/gradio_api/upload"),
    *("/gradio_api/upload_progress", "/gradio_api/cancel"),
    *("/gradio_api/reset", "/gradio_api/reset/"),
}
HIDDEN = ("Rerank model", "Embedding model", "Or a folder here", "Summary endpoint")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything is written; holds two canaries."""
    (tmp_path / "memories").mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    for canary in canaries(tmp_path):
        canary.write_text(SECRET)
    return tmp_path


def canaries(root: Path) -> list[Path]:
    return [root / "canary.txt", root / "memories" / "canary.txt"]


@pytest.mark.slow
def test_no_event_and_no_route_reads_copies_fetches_or_deletes_a_file(
    root: Path, engine: Engine
) -> None:
    with (
        serving(create_app(engine, Settings())) as url,
        tempting() as (address, asked),
    ):
        attacker = Attacker(f"{url}/editor")
        # All shapes are tried on the tab, whose page is the same.
        values = [[made_up(canaries(root)[0], address)[0]]]
        values += [made_up(canaries(root)[1], address)[2]]
        calls = attacker.calls(values)
        answers = attacker.send(calls)
        for way in (
            *(f"/gradio_api/file={file}" for file in canaries(root)),
            *(f"/gradio_api/file/{file}" for file in canaries(root)),
            *(f"/file={file}" for file in canaries(root)),
            f"/gradio_api/file={address}/x",
            f"/gradio_api/proxy={address}/x",
            f"/static/..%2f..%2f..%2f..%2f..{canaries(root)[0]}",
            f"/assets/../../../../../../..{canaries(root)[0]}",
        ):
            answers.append({"msg": attacker.client.get(way).text})
        attacker.close()

    assert len(calls) > 90
    assert SECRET not in str(answers)
    assert asked == []
    assert copies(root) == canaries(root)


@pytest.mark.slow
def test_uploads_wait_in_private_and_are_gone_with_the_server_however_it_ends(
    root: Path,
) -> None:
    def upload(url: str) -> Path:
        sent = httpx.post(
            f"{url}/editor/gradio_api/upload",
            files={"files": ("chat.jsonl", f"{SECRET} again")},
            timeout=60,
        )
        return Path(sent.json()[0])

    with running(root / "memories") as killed:
        left = upload(killed.url)
        private = root / "memories" / "uploads"
        assert left.is_relative_to(private)
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait(20)
    assert left.exists()

    with running(root / "memories") as stopped:
        assert not left.exists()
        upload(stopped.url)
    assert copies(root) == canaries(root)
    assert not private.exists()


def flat(routes: Any) -> Iterator[Any]:
    """Yield all routes of an app, those of its routers too."""
    for one in routes:
        if hasattr(one, "methods"):
            yield one
        elif router := getattr(one, "original_router", None):
            yield from flat(router.routes)


def test_of_gradios_routes_only_those_that_the_page_needs_are_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    made = editor_app(engine, Host())
    [mount] = [one for one in made.routes if one.path == "/editor"]  # type: ignore[attr-defined]
    routes = list(flat(mount.routes))  # type: ignore[attr-defined]

    opened = {
        route.path
        for route in routes
        for method in route.methods
        if is_open(
            method,
            route.path.replace("{path:path}", "x").replace("{session_hash}", "x"),
        )
    }

    assert len(routes) > 60
    assert opened == NEEDED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/editor/gradio_api/file=/etc/passwd"),
        ("GET", "/editor//gradio_api/file=/etc/passwd"),
        ("GET", "/editor/gradio_api/%66ile=/etc/passwd"),
        ("GET", "/editor/assets/%0a"),
        ("POST", "/editor/gradio_api/run/predict"),
        ("POST", "/editor/gradio_api/component_server"),
        ("POST", "/editor/gradio_api/process_recording"),
        ("POST", "/editor/gradio_api/vibe-edit"),
        ("GET", "/editor/dev/reload"),
        ("GET", "/editor/monitoring"),
        ("PUT", "/editor/"),
        ("DELETE", "/editor/gradio_api/queue/join"),
    ],
)
def test_a_closed_route_is_answered_without_loading_gradio(
    engine: Engine, method: str, path: str
) -> None:
    answer = ask(create_app(engine, Settings()), method, path)

    # The door answers a word that is no method by itself.
    assert answer.status_code == (405 if method == "TRACE" else 404)
    assert not (engine.data_dir / "uploads").exists()


@pytest.mark.parametrize("key", [None, "a-long-enough-key"])
def test_without_a_key_no_folder_and_never_a_model_can_be_named(
    engine: Engine, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    app = editor_app(engine, Host(folders=key is not None))
    [mount] = [one for one in app.routes if one.path == "/editor"]  # type: ignore[attr-defined]
    config = mount.app.get_blocks().get_config_file()  # type: ignore[attr-defined]
    labels = {part["props"].get("label") for part in config["components"]}

    assert "Room for recalled memories, in tokens" in labels
    assert set(HIDDEN) & labels == ({"Or a folder here"} if key else set())
    assert os.environ["GRADIO_TEMP_DIR"].startswith(str(engine.data_dir))
