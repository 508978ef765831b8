"""Forgetting from the page: what is meant, what would go, what is typed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from long_term_memory.core.types import (
    Query,
    Role,
    Scope,
    Window,
    WindowMessage,
)
from long_term_memory.editor.forgetting import Asked, look
from long_term_memory.editor.tabs.forget import answer, drawn, look_for, target_of
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput
from tests.editor.conftest import ANNA, tell

pytestmark = pytest.mark.gradio

BRAM = json.dumps(["assistant", "Bram"])
SAID = "My brother owes the harbour master forty crowns."


def group(engine: Engine, *scopes: Scope) -> None:
    """Show a group chat to each of its members."""
    lines: list[tuple[Role, str, str]] = [
        ("user", "You", "Did you bring the lanterns from the harbour?"),
        ("assistant", "Bram", SAID),
        ("assistant", "Anna", "Forty crowns!"),
    ]
    for scope in scopes:
        shown = tuple(
            WindowMessage(role=role, name=name, content=text)
            for role, name, text in lines
        )
        chat = engine.bank(scope).chat("Market", host="test")
        chat.observe(Window(messages=shown, complete=True))


def asked_of(engine: Engine, *meant: str, everywhere: bool = False) -> Asked:
    said, asked = look_for(engine, ANNA, everywhere, *meant)
    assert not said.failed
    assert asked is not None
    return asked


def made_meanwhile(engine: Engine, chat: str) -> None:
    """Have the background make vectors and summaries of what left the window."""
    bank = engine.bank(ANNA)
    handle = bank.chat(chat, host="test")
    handle.compose(
        Request(
            query=Query(text="And now?", visible=handle.newest_ids(20)),
            user_name="You",
            character_name="Anna",
            head_tokens=100,
            recall_tokens=100,
            summary_tokens=500,
            count=len,
        )
    )
    assert bank.settle(20)
    assert bank.summaries.listed()


def click(text: str = "", do: str = "forget-now") -> str:
    return json.dumps({"do": do, "text": text})


def texts(engine: Engine, scope: Scope = ANNA) -> list[str]:
    return [one.content for one in engine.bank(scope).memories.list()]


def test_a_person_of_a_group_goes_here_or_everywhere(engine: Engine) -> None:
    other = replace(ANNA, character="Bert")
    group(engine, ANNA, other)

    here = asked_of(engine, "some", "", BRAM, "", "")
    everywhere = asked_of(engine, "some", "", BRAM, "", "", everywhere=True)
    html = drawn("ear", *(look_for(engine, ANNA, False, "some", "", BRAM, "", "")))

    assert SAID in html
    assert "Also kept by Bert (1)" in html
    assert "Part of: Market" in html
    said, left = answer(engine, everywhere, click("forget"))
    assert (said.failed, left) == (False, None)
    assert SAID not in texts(engine)
    assert SAID not in texts(engine, other)
    assert "Forty crowns!" in texts(engine)
    assert answer(engine, here, click("forget"))[0].failed


def test_a_span_of_time_goes(engine: Engine, anna: Scope) -> None:
    asked = asked_of(engine, "some", "", "", "2020", "")
    nothing = asked_of(engine, "some", "", "", "", "2019")

    assert asked.plans[0][1].messages == 4
    assert "nothing to forget" in drawn(
        "ear", *look_for(engine, anna, False, "some", "", "", "", "2019")
    )
    assert not nothing.anything


def test_of_a_span_one_keeps_what_one_unticks(engine: Engine, anna: Scope) -> None:
    asked = asked_of(engine, "some", "", "", "2020", "")
    html = drawn("ear", *look_for(engine, anna, False, "some", "", "", "2020", ""))
    kept = asked.items[1]
    payload = {"do": "forget-now", "kept": [kept.id, "nobody"]}

    assert html.count("data-ltm-keep") == 4
    said, again = answer(engine, asked, json.dumps({**payload, "text": "no"}))
    assert said.failed
    assert again is not None
    assert again.target.keep == (kept.id,)
    assert drawn("ear", said, again).count(" checked") == 3
    said, left = answer(engine, again, json.dumps({**payload, "text": "forget"}))
    assert (said.failed, left) == (False, None)
    assert texts(engine) == [kept.content]


def test_all_of_a_character_wants_the_name_typed(engine: Engine, anna: Scope) -> None:
    asked = asked_of(engine, "everything", "", "", "", "")

    said, same = answer(engine, asked, click("forget"))
    assert said.failed
    assert "Anna" in said.words
    assert same == asked
    said, _ = answer(engine, asked, click("anna"))
    assert not said.failed
    assert texts(engine) == []


def test_what_stays_in_backups_of_ones_own_is_named(
    engine: Engine, anna: Scope
) -> None:
    asked = asked_of(engine, "everything", "", "", "", "")
    html = drawn("ear", *look_for(engine, anna, False, "everything", "", "", "", ""))

    assert asked.backups == ()
    assert "exports that you keep elsewhere" in html
    named = replace(asked, backups=("/x/<b>.zip",))
    assert "/x/&lt;b&gt;.zip" in drawn("ear", answer(engine, None, click())[0], named)


def test_more_than_was_looked_at_never_goes(engine: Engine, anna: Scope) -> None:
    asked = asked_of(engine, "everything", "", "", "", "")
    tell(engine, "Later", "I moved to the coast with my cat.", "How nice it is!")

    said, left = answer(engine, asked, click("Anna"))

    assert said.failed
    assert "something else would go" in said.words
    assert left is None
    assert len(texts(engine)) == 6


def test_what_is_made_of_it_meanwhile_refuses_nothing(engine: Engine) -> None:
    tell(engine, "Walk", *(f"Yesterday I walked {n} miles." for n in range(80)))
    asked = asked_of(engine, "everything", "", "", "", "")
    made_meanwhile(engine, "Walk")

    said, left = answer(engine, asked, click("Anna"))

    assert asked.plans[0][1].summaries == 0
    assert (said.failed, left) == (False, None)
    assert "Forgotten for good: 80 messages" in said.words
    assert engine.bank(ANNA).summaries.listed() == []


def test_a_summary_put_right_meanwhile_does_not_go_unseen(engine: Engine) -> None:
    tell(engine, "Walk", *(f"Yesterday I walked {n} miles." for n in range(80)))
    made_meanwhile(engine, "Walk")
    asked = asked_of(engine, "everything", "", "", "", "")
    summary = engine.bank(ANNA).summaries.listed()[0].memory.id
    engine.bank(ANNA).memories.update(summary, content="A long walk.")

    said, _ = answer(engine, asked, click("Anna"))

    assert said.failed
    assert "something else would go" in said.words
    assert len(texts(engine)) > 1


def test_nothing_goes_by_a_click_alone(engine: Engine, anna: Scope) -> None:
    asked = look(engine, anna, target_of("everything", "", "", "", ""))

    for payload in (click(), click(" "), click("yes"), click("Anna", do="cancel")):
        answer(engine, asked, payload)
        answer(engine, None, payload)

    assert len(texts(engine)) == 4


@pytest.mark.parametrize(
    "meant", [("some", "", "", "", ""), ("some", "", "", "yesterday", "")]
)
def test_what_names_nothing_is_refused(
    engine: Engine, anna: Scope, meant: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput):
        target_of(*meant)

    said, asked = look_for(engine, anna, False, *meant)

    assert said.failed
    assert asked is None
    assert look_for(engine, None, False, *meant)[0].failed
