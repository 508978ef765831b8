"""Two settings side by side."""

from __future__ import annotations

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.editor.comparing import Side, compare, single
from long_term_memory.engine.engine import Engine
from tests.editor.parsed import text_of

pytestmark = pytest.mark.gradio

ASK = "What is my cat called?"


def test_both_prompts_their_tokens_and_what_differs_are_shown(
    engine: Engine, anna: Scope
) -> None:
    engine.bank(anna).memories.add("Likes rain.", pinned=True)
    assert engine.bank(anna).settle(20)
    before = engine.settings
    pair = (Side(), Side("few-tokens", "head_tokens", "0"))

    html = compare(engine, ASK, anna, "", pair)
    told = text_of(html)

    assert "A: As set now" in told
    assert "B: Few tokens, with one change" in told
    assert "Room for pinned memories, in tokens4000" in told
    assert told.count("Likes rain.") > 1  # in the prompt of A, and as what B lacks
    assert "Only here (" in told
    assert "tokens in all" in told
    assert engine.settings is before
    assert engine.bank(anna).recalls.newest() == []


def test_equal_settings_are_said_to_be_equal(engine: Engine, anna: Scope) -> None:
    told = compare(engine, ASK, anna, "", (Side(), Side()))

    assert "Both settings are the same" in told
    assert "Only here" not in told


def test_a_value_that_cannot_be_used_is_told_by_the_settings_name(
    engine: Engine, anna: Scope
) -> None:
    told = compare(engine, ASK, anna, "", (Side(), Side("now", "gate", "perhaps")))

    assert "Stay silent where nothing is likely to help" in told
    assert "A: As set now" not in told


def test_a_comparison_needs_a_message_and_a_character(
    engine: Engine, anna: Scope
) -> None:
    pair = (Side(), Side())

    assert "Type a message" in compare(engine, " ", anna, "", pair)
    assert "Choose a character" in compare(engine, ASK, None, "", pair)


def test_a_message_that_is_html_is_text(engine: Engine, anna: Scope) -> None:
    told = compare(engine, "<b>Hi</b> Miso?", anna, "", (Side(), Side()))

    assert "<b>" not in told


def test_every_setting_that_can_be_changed_alone_has_a_name() -> None:
    assert all(label and "_" not in label for label, _ in single())
