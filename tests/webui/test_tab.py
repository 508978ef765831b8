"""The webui's tab: the editor in it, and what is said when something is amiss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.editor.gradios import the_gradio
from tests.webui.fake_webui.driver import FakeWebui
from tests.webui.inside import (
    FACT,
    KEPT,
    QUESTION,
    configure,
    engine_of,
    hooks_of,
    last_fault,
    owned_by,
)

pytestmark = pytest.mark.gradio


def drawn(webui: FakeWebui) -> dict[str, Any]:
    """Draw the interface as the webui does; return what a browser would be sent."""
    gr = the_gradio()
    with gr.Blocks() as blocks, gr.Tab("Memory"):
        webui.extensions.active["long_term_memory"].ui()
    config: dict[str, Any] = blocks.get_config_file()
    return config


def parts(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of all components."""
    return [part["props"] for part in config["components"]]


def words(config: dict[str, Any]) -> str:
    """Return all that stands in the tab."""
    return " ".join(str(part.get("value")) for part in parts(config))


def page_s_host(webui: FakeWebui) -> Any:
    return webui.extensions.active["long_term_memory"]._module("webui.tab")._host()


def test_the_editor_stands_in_the_tab(webui: FakeWebui) -> None:
    config = drawn(webui)

    labels = {part.get("label") for part in parts(config)}
    assert {"Memories", "Why", "Settings", "Character"} <= labels
    assert "Remember and recall" in labels
    assert "A sample chat, to see it work" not in labels
    assert last_fault(webui) is None


def test_the_tab_can_be_drawn_again_with_a_rebuilt_interface(
    webui: FakeWebui, load: Callable[[], Any]
) -> None:
    drawn(webui)
    load()

    assert "Memories" in {part.get("label") for part in parts(drawn(webui))}


def test_the_tab_follows_the_last_turn(webui: FakeWebui) -> None:
    host = page_s_host(webui)
    assert host.current() is None
    assert host.last_turn() is None

    configure(webui, before_this_chat=False)
    webui.send(FACT)
    webui.new_chat("second")
    webui.send(QUESTION)

    assert host.current().character == "Miku"
    assert KEPT in host.last_turn().context.recall.text
    assert host.not_storing() == ""


@pytest.mark.parametrize(
    ("chat", "settings", "why"),
    [
        ("incognito-1", {}, "incognito"),
        ("first", {"activate": False}, "under Settings"),
        (None, {}, "no name"),
    ],
)
def test_the_tab_says_why_nothing_is_stored(
    webui: FakeWebui, chat: str | None, settings: dict[str, Any], why: str
) -> None:
    configure(webui, **settings)
    webui.chat_id = chat
    webui.send(FACT)

    assert why in page_s_host(webui).not_storing()


def test_the_api_that_is_switched_off_does_not_speak_for_the_webui(
    webui: FakeWebui,
) -> None:
    configure(webui, api_traffic=False)
    webui.send(FACT)
    webui.api_chat(FACT)

    assert page_s_host(webui).not_storing() == ""


@pytest.mark.parametrize("flag", ["multi_user", "share"])
def test_with_many_users_the_tab_shows_no_memories(webui: FakeWebui, flag: str) -> None:
    from modules import shared

    webui.send(FACT)
    setattr(shared.args, flag, True)

    config = drawn(webui)

    assert "users cannot be told apart" in words(config)
    assert "Memories" not in {part.get("label") for part in parts(config)}


def test_the_tab_names_the_extension_that_builds_the_prompts(webui: FakeWebui) -> None:
    owned_by(webui, "superbooga")

    assert "superbooga" in words(drawn(webui))


def test_the_tab_names_settings_that_cannot_be_used(
    bare_webui: FakeWebui, load: Callable[[], Any]
) -> None:
    from modules import shared

    shared.settings["long_term_memory-recall_tokens"] = "lots"
    load()

    assert "recall_tokens must be a whole number" in words(drawn(bare_webui))


def test_a_tab_that_cannot_be_drawn_is_a_note_and_the_webui_goes_on(
    webui: FakeWebui,
) -> None:
    tab = webui.extensions.active["long_term_memory"]._module("webui.tab")

    def broken(*_: Any) -> None:
        the_gradio().Button("half a page")
        raise RuntimeError

    working, tab.build = tab.build, broken
    config = drawn(webui)
    tab.build = working

    assert "cannot show its tab" in words(config)
    assert last_fault(webui).what == "drawing the tab"
    [column] = [part for part in config["components"] if part["type"] == "column"]
    assert column["props"]["visible"] is False


def test_a_setting_changed_in_the_tab_holds_and_can_be_saved(webui: FakeWebui) -> None:
    script = webui.extensions.active["long_term_memory"]
    controls = script._module("editor.settings")
    host = page_s_host(webui)
    engine = engine_of(webui)
    options = controls.shown_options(host)
    values = controls.current(engine, options)
    names = [option.name for option in options]
    values[names.index("recall_tokens")] = 55

    said = controls.apply(engine, host, options, values)

    assert not said.failed
    assert engine.settings.prompt.recall_tokens == 55
    assert script.params["recall_tokens"] == 55
    assert hooks_of(webui).RUNTIME.values is script.params
