"""Real hosts: which are on this machine, and one of each started for many tests.

Set TEXTGEN_DIR to a text-generation-webui checkout (and TEXTGEN_PYTHON to the
interpreter that runs it) to have the tests marked `webui`, SILLYTAVERN_DIR to a folder
in which npm installed SillyTavern to have those marked `sillytavern`, and LLM_URL to
the address of a llama.cpp server to have those marked `llm`; else they are deselected.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.hosts.sillytavern_driver import Tavern, open_tavern
from tests.hosts.sillytavern_server import SillyTavern, package_from_environment
from tests.hosts.stub_llm import StubLLM, stub_llm
from tests.hosts.textgen_driver import ChatPage, chat_with, launch_chromium
from tests.hosts.textgen_server import HERE, RECORDER, Checkout, Webui
from tests.server.conftest import Running, running

EXTENSION = Path(__file__).parents[2] / "extensions" / "long_term_memory"

HOSTS = {
    "webui": "TEXTGEN_DIR",
    "sillytavern": "SILLYTAVERN_DIR",
    "llm": "LLM_URL",
}

# Memory is kept per character, so a test that takes a fresh one starts from nothing.
CHARACTERS = [f"Friend {number:03}" for number in range(1, 151)]


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what needs a host that is not here."""
    missing = [mark for mark, name in HOSTS.items() if name not in os.environ]
    gone = [item for item in items if any(map(item.get_closest_marker, missing))]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the webui printed when a test of it fails."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Webui | SillyTavern):
                report.sections.append((f"log of {name}", value.log[-8_000:]))
    return report


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    return Checkout.from_environment()


@pytest.fixture(scope="session")
def model(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout.build_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_webui(checkout: Checkout, model: Path, tmp_path: Path) -> Iterator[Webui]:
    """Give a webui that is laid out, not started, and has no extension yet."""
    webui = Webui(checkout=checkout, run_dir=tmp_path / "run", model=model)
    webui.lay_out(CHARACTERS)
    yield webui
    webui.stop()


@pytest.fixture(scope="module")
def bare_webui(
    checkout: Checkout, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Webui]:
    """Give a running webui that has the recorder and nothing else."""
    webui = Webui(
        checkout=checkout, run_dir=tmp_path_factory.mktemp("bare") / "run", model=model
    )
    webui.lay_out(CHARACTERS)
    webui.attach(HERE / "recorder", RECORDER)
    try:
        webui.start()
        yield webui
    finally:
        webui.stop()


@pytest.fixture(scope="module", params=["system", "user"])
def memory_webui(
    request: pytest.FixtureRequest,
    checkout: Checkout,
    model: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Webui]:
    """Give a running webui with our extension where the host keeps it, or the user."""
    webui = Webui(
        checkout=checkout,
        run_dir=tmp_path_factory.mktemp(request.param) / "run",
        model=model,
    )
    webui.lay_out(CHARACTERS)
    webui.attach(EXTENSION, "long_term_memory", request.param)
    webui.attach(HERE / "recorder", RECORDER)
    try:
        webui.start()
        if "Failed to load the extension" in webui.log:
            pytest.fail(f"The webui could not load us:\n{webui.log}", pytrace=False)
        yield webui
    finally:
        webui.stop()


@pytest.fixture(scope="session")
def stub() -> Iterator[StubLLM]:
    """Give a model that says what it is told to."""
    with stub_llm() as started:
        yield started


@pytest.fixture(scope="session")
def memory_server(
    stub: StubLLM, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Give our server before that model, started as a person starts it."""
    folder = tmp_path_factory.mktemp("memories")
    # However busy this machine is, no request goes on without memory.
    flags = (
        *("--llm-base-url", stub.url),
        *("--set", "show_memories=true"),
        *("--set", "memory_seconds=60"),
    )
    with running(folder, *flags) as started:
        # Loading the model on a busy machine would make the first recalls late.
        probe = f"{started.url}/health/embed?probe=true"
        with suppress(HTTPError), urlopen(probe, timeout=120):
            pass
        yield started


@pytest.fixture(scope="session")
def sillytavern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SillyTavern]:
    """Give a running SillyTavern with a fresh user; all tests share it."""
    host = SillyTavern(
        package_from_environment(), tmp_path_factory.mktemp("sillytavern")
    )
    try:
        host.start()
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="session")
def open_page(
    sillytavern: SillyTavern, memory_server: Running, browser: Any
) -> Iterator[Tavern]:
    """Give SillyTavern's page, connected to our server as its model."""
    page = open_tavern(sillytavern, browser)
    page.connect_model(f"{memory_server.url}/v1")
    page.close_drawers()
    yield page
    page.page.close()


@pytest.fixture
def tavern(open_page: Tavern, stub: StubLLM) -> Iterator[Tavern]:
    """Give that page with nothing planned and nothing left over."""
    stub.calm()
    open_page.clear()
    open_page.stream(True)
    yield open_page
    stub.calm()


@pytest.fixture(scope="session")
def fresh_characters() -> Iterator[str]:
    return iter(CHARACTERS)


@pytest.fixture
def friend(fresh_characters: Iterator[str]) -> str:
    """Name a character that no test has talked to."""
    return next(fresh_characters)


@pytest.fixture
def bare_chat(bare_webui: Webui, browser: Any, friend: str) -> Iterator[ChatPage]:
    """Give the page of a webui without memory, in a first chat with a fresh friend."""
    with chat_with(friend, bare_webui, browser) as page:
        yield page


@pytest.fixture
def chat(memory_webui: Webui, browser: Any, friend: str) -> Iterator[ChatPage]:
    """Give the page of a webui with memory, in a first chat with a fresh friend."""
    with chat_with(friend, memory_webui, browser) as page:
        yield page
