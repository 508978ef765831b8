"""Presets: every value is one that can be set, and a preset takes another's place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from long_term_memory.config import (
    OPTIONS,
    PRESETS,
    PromptSettings,
    Settings,
    can_be_saved,
    from_mapping,
    preset_of,
    preset_values,
    value_of,
    with_preset,
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_value_of_a_preset_can_be_set_and_kept(name: str) -> None:
    values = preset_values(name)

    changed, problems = from_mapping(values)

    assert problems == []
    for one, value in values.items():
        assert value_of(changed, OPTIONS[one]) == value
        assert can_be_saved(OPTIONS[one])


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_only_what_it_changes(name: str) -> None:
    assert all(OPTIONS[one].default != value for one, value in PRESETS[name].items())


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("former", PRESETS)
def test_a_preset_takes_the_place_of_another_one(name: str, former: str) -> None:
    before = with_preset(Settings(), former)

    assert with_preset(before, name) == with_preset(Settings(), name)
    assert preset_of(with_preset(before, name)) == name


def test_a_preset_leaves_alone_what_no_preset_sets() -> None:
    own = Settings(prompt=PromptSettings(tell_nothing_told=True))

    assert with_preset(own, "few-tokens").prompt.tell_nothing_told is True


def test_settings_of_ones_own_are_no_preset() -> None:
    own = Settings()
    own = replace(own, prompt=replace(own.prompt, recall_tokens=777))

    assert preset_of(own) == ""
    assert preset_of(Settings()) == "balanced"


def test_few_tokens_are_fewer_than_those_of_all_others() -> None:
    def room(name: str) -> int:
        told = with_preset(Settings(), name)
        prompt = told.prompt
        return prompt.recall_tokens + prompt.head_tokens + told.summaries.summary_tokens

    assert min(PRESETS, key=room) == "few-tokens"
