"""A fact that is told and asked for, and looks into our extension in a fake webui."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.webui.fake_webui.driver import FakeWebui

FACT = "My sister Ingrid keeps bees in Bergen."
QUESTION = "What does my sister Ingrid keep?"
KEPT = "keeps bees in Bergen"


def hooks_of(webui: FakeWebui) -> Any:
    """Return our module of hooks, under whatever name it was loaded."""
    return webui.extensions.active["long_term_memory"]._module("webui.hooks")


def stored(webui: FakeWebui) -> list[str]:
    return [path.name for path in webui.user_data.rglob("memory.sqlite3")]


def engine_of(webui: FakeWebui) -> Any:
    return hooks_of(webui).running().engine


def configure(webui: FakeWebui, **values: Any) -> None:
    """Change settings as the tab does."""
    script = webui.extensions.active["long_term_memory"]
    settings, problems = script._module("config").from_mapping(values)
    assert problems == []
    engine_of(webui).configure(settings)


def status_of(webui: FakeWebui) -> str:
    """Return the status that the tab shows."""
    script = webui.extensions.active["long_term_memory"]
    engine = engine_of(webui)
    host = script._module("webui.tab")._host()
    html: str = script._module("editor.status").status(
        engine, host, next(iter(engine.scopes()), None)
    )
    return html


def told(webui: FakeWebui) -> list[str]:
    """Return what stands in the webui's log."""
    from modules.logging_colors import seen

    assert webui
    return list(seen.lines)


def last_fault(webui: FakeWebui) -> Any:
    """Return what went wrong last; None if nothing did."""
    return hooks_of(webui).RUNTIME.faults.last


def owned_by(webui: FakeWebui, name: str) -> None:
    """Have another extension, loaded before ours, build the prompts."""

    def build(text: str, state: Any, **kwargs: Any) -> str:
        prompt: str = webui.builder.generate_chat_prompt(text, state, **kwargs)
        return prompt

    rival = SimpleNamespace(params={}, custom_generate_chat_prompt=build)
    active = dict(webui.extensions.active)
    webui.extensions.active.clear()
    webui.extensions.active.update({name: rival, **active})
