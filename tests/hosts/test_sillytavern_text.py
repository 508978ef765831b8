"""A real SillyTavern with Text Completion: its prompt is one text, without any id."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.hosts.sillytavern_driver import Tavern, open_tavern
from tests.hosts.sillytavern_server import SillyTavern, package_from_environment
from tests.hosts.stub_llm import StubLLM
from tests.server.conftest import Running

pytestmark = [pytest.mark.sillytavern, pytest.mark.slow]

NUMBERS = count(1)
FACT = "My sister Mira keeps bees in the old mill by the river."


@pytest.fixture(scope="module")
def page(
    memory_server: Running, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tavern]:
    """Give the page of a SillyTavern that is connected for texts to be continued."""
    host = SillyTavern(package_from_environment(), tmp_path_factory.mktemp("text"))
    try:
        host.start()
        opened = open_tavern(host, browser)
        opened.connect_text_model(memory_server.url)
        opened.close_drawers()
        yield opened
        opened.page.close()
    finally:
        host.stop()


@pytest.mark.parametrize(
    ("template", "streams"),
    [
        ("", True),
        ("ChatML", True),
        ("ChatML", False),
        ("Llama 3 Instruct", True),
        ("Alpaca", True),
    ],
)
def test_a_fact_of_one_chat_is_known_in_the_next(
    page: Tavern, stub: StubLLM, template: str, streams: bool
) -> None:
    stub.calm()
    page.slash(f"/instruct {template} | /context {template}" if template else "/echo")
    page.slash("/instruct-on" if template else "/instruct-off")
    page.stream(streams)
    page.meet(f"Keeper {next(NUMBERS):03}")
    stub.plan("How lovely.", "The duke drinks emerald wine.", "He drinks water.")
    page.send(FACT)
    page.send("What does the duke drink?")
    page.swipe()
    page.send("Let us walk on for a while.")
    page.new_chat()

    page.send("What does my sister Mira keep, and where? What does the duke drink?")

    asked = stub.last_text()
    assert "prompt" in stub.last
    assert asked.count("old mill") == 1
    assert "emerald" not in asked
    assert ("<|im_start|>" in asked) == (template == "ChatML")
    assert ("### Response:" in asked) == (template == "Alpaca")
