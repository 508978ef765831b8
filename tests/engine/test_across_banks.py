"""What several members of a group heard is forgotten by all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.across_banks import CrossBankForgetting
from long_term_memory.errors import NotFound

from .builders import texts
from .conftest import MIKU
from .test_forget import SECRET, files_with, id_of

BEN = Scope(user="anon", character="Ben")
EVE = Scope(user="anon", character="Eve")
STRANGER = Scope(user="somebody else", character="Ben")
SAID = (
    ("Hello everybody, who has seen my umbrella?", ("Miku", "Ben", "Eve")),
    (SECRET, ("Miku", "Ben")),
    ("Ok.", ("Miku", "Ben")),
    ("Let us speak of the grey sea instead.", ("Miku", "Ben", "Eve")),
)
GROUP = Window(
    messages=tuple(
        WindowMessage(role="user", name="Anon", content=text, present=present)
        for text, present in SAID
    ),
    complete=True,
)


@pytest.fixture
def group(engine: Engine) -> Engine:
    """Three members of a group, and another user's Ben who was told the same."""
    for scope in (MIKU, BEN, EVE, STRANGER):
        engine.bank(scope).chat("group", host="test").observe(GROUP)
        assert engine.bank(scope).settle(20)
    return engine


def said(engine: Engine, scope: Scope) -> list[str]:
    return texts(engine.bank(scope).chat("group", host="test"))


def named(engine: Engine, text: str) -> ForgetTarget:
    return ForgetTarget(memories=(id_of(engine.bank(MIKU), "group", text),))


def test_a_plan_names_who_else_heard_it_and_changes_nothing(
    group: Engine, tmp_path: Path
) -> None:
    [kept] = CrossBankForgetting(group, MIKU, named(group, SECRET)).others()

    assert kept.scope == BEN
    assert (kept.plan.messages, kept.plan.touched) == (1, ("group",))
    assert said(group, BEN) == [text for text, _ in SAID]
    assert len(files_with(tmp_path / "data")) > 1


def test_all_who_heard_it_forget_it_and_no_other_user_does(group: Engine) -> None:
    everywhere = CrossBankForgetting(group, MIKU, named(group, SECRET))

    done = everywhere.forget(everywhere.others())

    assert {scope: plan.messages for scope, plan in done.items()} == {MIKU: 1, BEN: 1}
    for scope in (MIKU, BEN):
        assert SECRET not in said(group, scope)
        group.bank(scope).chat("group", host="test").observe(GROUP)
        assert SECRET not in said(group, scope)
    assert SECRET in said(group, STRANGER)


def test_a_short_remark_is_known_by_its_neighbours(group: Engine) -> None:
    everywhere = CrossBankForgetting(group, MIKU, named(group, "Ok."))
    group.bank(EVE).chat("other", host="test").observe(
        Window(messages=(WindowMessage(role="user", content="Ok."),), complete=True)
    )

    everywhere.forget(everywhere.others())

    assert "Ok." not in said(group, BEN)
    assert texts(group.bank(EVE).chat("other", host="test")) == ["Ok."]


def test_closed_banks_are_looked_into_and_stay_closed(
    group: Engine, open_engine: Callable[[], Engine]
) -> None:
    target = named(group, SECRET)
    group.close()
    again = open_engine()

    kept = CrossBankForgetting(again, MIKU, target).others()

    assert [one.scope for one in kept] == [BEN]
    assert again.status().open_banks == 0


def test_a_note_of_the_same_words_is_found(group: Engine) -> None:
    note = group.bank(EVE).memories.add(SECRET)

    kept = CrossBankForgetting(group, MIKU, named(group, SECRET)).others()

    assert {one.scope: one.target.memories for one in kept}[EVE] == (note.id,)


def test_what_is_not_here_cannot_be_forgotten_anywhere(group: Engine) -> None:
    with pytest.raises(NotFound):
        CrossBankForgetting(group, MIKU, ForgetTarget(memories=("nobody",))).others()
