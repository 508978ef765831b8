"""What a memory said before, on the page."""

from __future__ import annotations

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.editor import memory_actions
from long_term_memory.editor.earlier import MOST_VERSIONS, MOST_WORDS, compared
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.engine.engine import Engine
from tests.editor.test_memory_actions import all_of, called, click, shown


@pytest.fixture
def cat(engine: Engine, anna: Scope) -> str:
    """A message that was corrected twice."""
    found = called(engine, "My cat is Miso.").id
    memories = engine.bank(anna).memories
    memories.update(found, content="My cat is <b>Momo</b>.")
    memories.update(found, content="My dog is Momo.")
    return found


def test_earlier_versions_say_who_wrote_them_and_what_changed(
    engine: Engine, anna: Scope, cat: str
) -> None:
    view = memory_actions.press(engine, PageState(scope=anna), click("details", cat))
    html = shown(engine, view)

    assert "My dog is Momo." in html
    assert "as it was said" in html
    assert "by hand" in html
    assert "<del>Miso</del><ins>Momo</ins>." in html
    assert "&lt;/" in html
    assert "<b>" not in html


def test_an_earlier_version_is_brought_back_and_the_last_one_kept(
    engine: Engine, anna: Scope, cat: str
) -> None:
    view = memory_actions.press(engine, PageState(scope=anna), click("details", cat))
    view = memory_actions.press(engine, view, click("bring-back", cat, "0"))

    memories = engine.bank(anna).memories
    assert memories.get(cat).content == "My cat is Miso."
    assert memories.history(cat)[-1].content == "My dog is Momo."
    assert "Brought back" in shown(engine, view)
    assert "Earlier versions</h2>" not in shown(engine, view)


def test_they_are_closed_again(engine: Engine, anna: Scope, cat: str) -> None:
    view = memory_actions.press(engine, PageState(scope=anna), click("details", cat))

    view = memory_actions.press(engine, view, click("cancel", cat))

    assert "Earlier versions</h2>" not in shown(engine, view)


@pytest.mark.parametrize("number", ["7", "", "-1", "x"])
def test_a_version_that_is_not_there_says_so(
    engine: Engine, anna: Scope, cat: str, number: str
) -> None:
    view = memory_actions.press(
        engine, PageState(scope=anna), click("bring-back", cat, number)
    )

    assert view.said.failed
    assert "not kept" in view.said.words
    assert engine.bank(anna).memories.get(cat).content == "My dog is Momo."


def test_what_never_said_anything_else_says_so(engine: Engine, anna: Scope) -> None:
    plain = next(one for one in all_of(engine) if not one.edited)

    view = memory_actions.press(
        engine, PageState(scope=anna), click("details", plain.id)
    )

    assert "has not said anything else" in shown(engine, view)


def test_a_version_that_says_the_same_has_no_button(
    engine: Engine, anna: Scope, cat: str
) -> None:
    engine.bank(anna).memories.update(cat, content="My cat is Miso.")

    view = memory_actions.press(engine, PageState(scope=anna), click("details", cat))

    assert "as it is now" in shown(engine, view)
    assert (
        'data-ltm-do="bring-back" data-ltm-id="' + cat + '" data-ltm-text="0"'
        not in (shown(engine, view))
    )


def test_of_many_versions_the_newest_are_listed(
    engine: Engine, anna: Scope, cat: str
) -> None:
    memories = engine.bank(anna).memories
    for number in range(MOST_VERSIONS + 5):
        memories.update(cat, content=f"Version {number}")

    html = shown(
        engine,
        memory_actions.press(engine, PageState(scope=anna), click("details", cat)),
    )

    assert html.count('data-ltm-do="bring-back"') == MOST_VERSIONS


def test_long_texts_are_shown_without_a_comparison() -> None:
    assert "<del>" not in compared("a <i> " * MOST_WORDS, "b")
    assert "<i>" not in compared("a <i> " * MOST_WORDS, "b")
