"""Settings changed on the page."""

from __future__ import annotations

import pytest

from long_term_memory.config import OPTIONS, PRESETS, Settings
from long_term_memory.core.types import Scope
from long_term_memory.editor import settings as controls
from long_term_memory.editor.host import Host
from long_term_memory.editor.memory_actions import ClickResult
from long_term_memory.editor.texts import say
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import ConfigError
from long_term_memory.webui import params
from tests.editor.parsed import text_of


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


@pytest.mark.parametrize("groups", [Host().setting_groups, params.GROUPS])
def test_a_limit_of_age_is_set_on_the_page(
    engine: Engine, groups: tuple[str, ...]
) -> None:
    host = Host(setting_groups=groups)
    before = engine.settings.retention

    said = changed(engine, host, retention_days=400, retention_action="summarise")

    assert before.retention_days == 0
    assert not said.failed
    assert engine.settings.retention.retention_days == 400
    assert engine.settings.retention.retention_action == "summarise"
    assert changed(engine, host, retention_days=-1).failed
    assert engine.settings.retention.retention_days == 400


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


def test_every_shown_setting_stands_in_exactly_one_place() -> None:
    options = controls.shown_options(Host())
    rows = [
        one
        for group in Host().setting_groups
        for simple in (True, False)
        for row in controls.rows(options, group, simple=simple)
        for one in row
    ]
    weights = [one for one in options if controls.is_weight(one)]
    templates = [one for one in options if one.holds]

    assert sorted([*rows, *weights, *templates]) == sorted(options)


def test_the_main_settings_are_settings() -> None:
    assert set(OPTIONS) >= controls.SIMPLE
    assert set(controls.FRAMES.values()) < set(OPTIONS)


def test_a_preset_holds_at_once_and_is_kept(engine: Engine) -> None:
    kept: list[Settings] = []

    def save(settings: Settings) -> str:
        kept.append(settings)
        return "in settings.yaml"

    said = controls.use_preset(engine, Host(save=save), "few-tokens")

    assert "in settings.yaml" in said.words
    assert controls.held_preset(engine) == "few-tokens"
    assert kept == [engine.settings]
    assert controls.use_preset(engine, Host(), "no such").failed


def test_every_preset_says_what_it_is_for_and_what_it_sets() -> None:
    for name, sets in PRESETS.items():
        told = controls.about_preset(name)
        assert told.count("<dt>") == len(sets)
        assert "_" not in text_of(told)
        assert "<dt>" not in controls.about_preset(name, brief=True)
    assert "of your own" in controls.about_preset(None)


def test_what_was_changed_is_told_with_its_default_and_taken_back(
    engine: Engine,
) -> None:
    options = controls.shown_options(Host())
    engine.configure(Settings())
    assert "Every setting has its default" in controls.changed(engine, options, "to")

    changed(engine, Host(), recall_tokens=77, gate=False, num_memories_to_fetch=-1)
    told = text_of(controls.changed(engine, options, "to"))
    assert "Changed since default: 2" in told
    assert "Room for recalled memories, in tokens: 77 by default 1,000" in told
    assert "Stay silent where nothing is likely to help: off by default on" in told

    controls.reset(engine, Host(), options, "gate")
    assert engine.settings.recall.gate is True
    assert engine.settings.prompt.recall_tokens == 77
    controls.reset(engine, Host(), options, "")
    assert engine.settings == Settings()


def test_what_is_typed_is_previewed_on_the_current_chat_and_not_applied(
    engine: Engine, anna: Scope
) -> None:
    engine.bank(anna).memories.add("Likes <b>rain</b>.", pinned=True)
    before = engine.settings

    told = preview(engine, anna, head_template="KEPT BY {name2}: {all_memories}")

    assert "KEPT BY Anna: Likes &lt; b&gt;rain&lt; /b&gt;." in told
    assert "For the newest message, “My cat is Miso.”" in told
    assert "[The story of You and Anna so far:" in told
    assert engine.settings is before
    assert engine.bank(anna).recalls.newest() == []


def test_a_template_that_cannot_be_used_is_told_instead_of_a_preview(
    engine: Engine, anna: Scope
) -> None:
    told = preview(engine, anna, head_template="{nobody} {all_memories}")

    assert "Around the pinned memories" in told
    assert "{nobody}" in told
    assert "_template" not in told


def test_before_the_first_chat_there_is_nothing_to_preview(engine: Engine) -> None:
    nobody = Scope(user="default", character="Nobody")

    assert "no chat yet" in preview(engine, None)
    assert say("trial.example")[:10] in text_of(preview(engine, nobody))


def preview(engine: Engine, scope: Scope | None, **new: object) -> str:
    """Preview the values in force with some changed."""
    options = controls.shown_options(Host())
    values = [
        new.get(one.name, value)
        for one, value in zip(options, controls.current(engine, options), strict=True)
    ]
    return controls.preview(engine, scope, options, values)
