"""Settings changed on the page."""

from __future__ import annotations

from long_term_memory.config import Settings
from long_term_memory.editor.host import Host
from long_term_memory.editor.memory_actions import ClickResult
from long_term_memory.editor.tabs import settings as controls
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import ConfigError


def changed(engine: Engine, host: Host, **new: object) -> ClickResult:
    """Apply the values in force with some changed."""
    options = controls.shown_options(host)
    values: list[object] = list(controls.current(engine, options))
    for place, one in enumerate(options):
        values[place] = new.get(one.name, values[place])
    return controls.apply(engine, host, options, values)


def test_a_change_holds_at_once_and_the_host_keeps_it(engine: Engine) -> None:
    kept: list[Settings] = []

    def save(settings: Settings) -> str:
        kept.append(settings)
        return "in settings.yaml"

    said = changed(engine, Host(save=save), recall_tokens=77)

    assert engine.settings.prompt.recall_tokens == 77
    assert kept == [engine.settings]
    assert "in settings.yaml" in said.words


def test_without_a_host_that_keeps_it_the_page_says_how_long_it_holds(
    engine: Engine,
) -> None:
    said = changed(engine, Host(), recall_tokens=77)

    assert engine.settings.prompt.recall_tokens == 77
    assert "until the program ends" in said.words


def test_a_wrong_value_changes_nothing_and_names_the_setting(engine: Engine) -> None:
    before = engine.settings

    said = changed(engine, Host(), recall_tokens=-1, max_cosine_distance=0.5)

    assert said.failed
    assert "Room for recalled memories" in said.words
    assert "_" not in said.words
    assert engine.settings == before


def test_a_host_that_cannot_keep_it_is_told_about(engine: Engine) -> None:
    def save(_: Settings) -> str:
        raise ConfigError("settings.yaml is read-only.")

    said = changed(engine, Host(save=save))

    assert said.failed
    assert "settings.yaml is read-only." in said.words


def test_a_hosts_own_settings_are_shown_first_and_no_others() -> None:
    host = Host(setting_groups=("webui", "prompt"))

    groups = [one.group for one in controls.shown_options(host)]

    assert groups[0] == "webui"
    assert set(groups) == {"webui", "prompt"}


def test_every_shown_setting_stands_in_exactly_one_row() -> None:
    options = controls.shown_options(Host())
    rows = [
        one
        for g in ("recall", "prompt")
        for row in controls.rows(options, g)
        for one in row
    ]
    weights = [one for one in options if controls.is_weight(one)]

    assert sorted([*rows, *weights]) == sorted(options)
