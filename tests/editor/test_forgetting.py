"""Forgetting for good, on the page."""

from __future__ import annotations

from dataclasses import replace

from long_term_memory.core.types import (
    Block,
    Context,
    Query,
    Recalled,
    Scope,
    ScoreParts,
)
from long_term_memory.editor import memory_actions, turns
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.turns import TurnView
from long_term_memory.engine.compose import LastTurn
from long_term_memory.engine.engine import Engine
from tests.editor.conftest import NOW
from tests.editor.test_memory_actions import all_of, called, click, shown

CAT = "My cat is Miso."


def a_turn(engine: Engine, scope: Scope) -> LastTurn:
    item = Recalled(memory=called(engine, CAT), score=1.0, parts=ScoreParts())
    context = Context(recall=Block(text=CAT, tokens=5, items=(item,)))
    return LastTurn(
        at=NOW, scope=scope, chat="Picnic", query=Query(text="Who?"), context=context
    )


def test_a_deleted_memory_can_be_forgotten_after_a_question(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT).id
    view = memory_actions.press(engine, PageState(scope=anna), click("delete", cat))
    view = replace(view, shelf="deleted")
    assert "Forget for good" in shown(engine, view)

    view = memory_actions.press(engine, view, click("forget", cat))

    assert "cannot be undone" in shown(engine, view)
    assert "Type “forget” to go on" in shown(engine, view)
    assert CAT in view.said.below
    assert "Changes by hand" in view.said.below
    view = memory_actions.press(engine, view, click("forget-now", cat, "forgot"))
    assert view.said.failed
    assert "Type “forget” to go on" in shown(engine, view)
    assert engine.bank(anna).memories.find(cat) is not None
    view = memory_actions.press(engine, view, click("forget-now", cat, " Forget "))
    assert "Forgotten for good" in view.said.words
    assert CAT not in shown(engine, view)
    assert CAT not in [memory.content for memory in all_of(engine)]


def test_a_question_can_be_cancelled(engine: Engine, anna: Scope) -> None:
    cat = called(engine, CAT).id
    view = memory_actions.press(engine, PageState(scope=anna), click("forget", cat))

    view = memory_actions.press(engine, view, click("cancel", cat))

    assert not view.said.below
    assert called(engine, CAT)


def test_what_is_not_there_is_told(engine: Engine, anna: Scope) -> None:
    view = memory_actions.press(
        engine, PageState(scope=anna), click("forget", "nobody")
    )

    assert view.said.failed


def test_a_turn_that_held_something_forgotten_is_no_longer_shown(
    engine: Engine, anna: Scope
) -> None:
    view = TurnView(turn=a_turn(engine, anna))
    assert CAT in turns.turn(engine, view, "ear", "Nothing.")
    other = called(engine, "A fine name.").id
    now = "forget"
    memory_actions.press(engine, PageState(scope=anna), click("forget-now", other, now))
    assert CAT in turns.turn(engine, view, "ear", "Nothing.")

    memory_actions.press(
        engine, PageState(scope=anna), click("forget-now", called(engine, CAT).id, now)
    )

    html = turns.turn(engine, view, "ear", "Nothing.")
    assert CAT not in html
    assert "forgotten since" in html
