"""Our small extension in a real SillyTavern: which chat a request belongs to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.hosts.sillytavern_driver import PATIENCE_SECONDS, Tavern, open_tavern
from tests.hosts.sillytavern_server import SillyTavern, package_from_environment
from tests.hosts.stub_llm import StubLLM
from tests.server.conftest import Running

pytestmark = [pytest.mark.sillytavern, pytest.mark.slow]

EXTENSION = Path(__file__).parents[2] / "integrations" / "sillytavern"
KEEPER = urlencode({"character": "Keeper of Ids"})
SWITCH = "#long_term_memory_enabled"
CAT = "My cat is called Miso, and she sleeps on the piano."
ASK = "What is my cat called, and where does she sleep?"


@pytest.fixture(scope="module")
def page(
    memory_server: Running, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tavern]:
    """Give the page of a SillyTavern with the extension in its user's folder."""
    host = SillyTavern(package_from_environment(), tmp_path_factory.mktemp("extended"))
    try:
        host.start()
        host.add_extension(EXTENSION, "long-term-memory")
        opened = open_tavern(host, browser)
        opened.page.locator(SWITCH).wait_for(state="attached")
        opened.connect_model(f"{memory_server.url}/v1")
        opened.close_drawers()
        yield opened
        opened.page.close()
    finally:
        host.stop()


def last_use(server: Running, *, after: str = "") -> dict[str, Any]:
    """Ask the server what it did for the newest request, later than another one.

    A server that is short of time answers first and tells then.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with suppress(HTTPError), urlopen(f"{server.url}/api/ltm/last?{KEEPER}") as one:
            found: dict[str, Any] = json.load(one)
            if found["at"] > after:
                return found
        threading.Event().wait(0.1)
    pytest.fail("The server did nothing for that request.")


def switch(page: Tavern, wanted: bool) -> None:
    page.page.evaluate(
        f"on => $('{SWITCH}').prop('checked', on)[0]"
        ".dispatchEvent(new Event('change'))",
        wanted,
    )


def test_each_chat_and_each_branch_has_an_id_of_its_own(
    page: Tavern, stub: StubLLM, memory_server: Running
) -> None:
    page.meet("Keeper of Ids")
    page.send(CAT)
    first = last_use(memory_server)
    page.swipe()
    swiped = last_use(memory_server, after=first["at"])
    page.send("Let us walk on.")
    same = last_use(memory_server, after=swiped["at"])
    page.send("The submarine in the harbour is crimson.")
    page.branch(len(page.chat()) - 3)
    page.send("Which colour has the submarine, and what is my cat called?")
    branch = last_use(memory_server, after=same["at"])
    told = stub.last_text()
    page.new_chat()
    page.send(ASK)
    second = last_use(memory_server, after=branch["at"])

    assert first["chat"] == swiped["chat"] == same["chat"] != ""
    assert [first["type"], swiped["type"]] == ["normal", "swipe"]
    assert len({first["chat"], branch["chat"], second["chat"]}) == 3
    assert "crimson" not in told
    assert "piano" in stub.last_text()
    assert "ltm" not in stub.last
    # SillyTavern asks git for the version of a folder that nobody cloned.
    assert [one for one in page.errors if "Internal S" not in one] == []


def test_memory_has_no_part_where_it_is_switched_off(
    page: Tavern, stub: StubLLM
) -> None:
    page.meet("Keeper of Peace")
    page.send(CAT)
    page.send("Let us walk on.")
    page.new_chat()
    switch(page, False)
    page.send(ASK)
    off = stub.last_text()
    switch(page, True)
    page.send(ASK)

    assert "piano" not in off
    assert "piano" in stub.last_text()
    assert page.page.locator(SWITCH).count() == 1
