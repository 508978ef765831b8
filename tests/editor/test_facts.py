"""The tab of facts: plain tables, and what its buttons do."""

from __future__ import annotations

import json

from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor.tabs.facts import PAGE_LENGTH, FactsView, listing, press
from long_term_memory.engine.engine import Engine

MIKU = Scope(user="anon", character="Miku")
LINES = (
    "My sister is called Ana.",
    "I live in Oslo.",
    "I moved to Rome.",
    "I'm allergic to peanuts.",
    "exam on 2040-03-02, statistics",
)


def told(engine: Engine) -> FactsView:
    shown = tuple(WindowMessage(role="user", name="Anna", content=x) for x in LINES)
    bank = engine.bank(MIKU)
    bank.chat("one", host="test").observe(Window(messages=shown, complete=True))
    return FactsView(scope=MIKU)


def click(do: str, which: str, text: str = "") -> str:
    return json.dumps({"do": do, "id": which, "text": text})


def id_of(engine: Engine, words: str) -> str:
    known = engine.bank(MIKU).knowledge
    [found] = [
        one.id
        for deleted in (False, True)
        for one in known.facts.all(known.viewer_of(""), past=True, deleted=deleted)
        if words in one.text
    ]
    return found


def test_nothing_known_is_said(engine: Engine) -> None:
    assert "No facts yet" in listing(engine, FactsView())
    assert "No facts yet" in listing(engine, FactsView(scope=MIKU))
    assert press(engine, FactsView(), click("lock", "x")) == FactsView()


def test_facts_and_what_is_due_stand_in_tables(engine: Engine) -> None:
    page = listing(engine, told(engine))

    assert "peanuts" in page
    assert "2040-03-02" in page
    assert "before: Anna lives in Oslo" in page
    assert "health" in page


def test_buttons_change_facts(engine: Engine) -> None:
    view = told(engine)
    nuts = id_of(engine, "peanuts")
    opened = press(engine, view, click("edit", nuts))
    assert "<textarea" in listing(engine, opened)
    saved = press(engine, opened, click("save", nuts, "All nuts."))
    assert "All nuts." in listing(engine, saved)
    assert press(engine, opened, click("save", nuts, " ")).said.failed
    press(engine, view, click("unlock", nuts))
    press(engine, view, click("lock", nuts))
    assert "by hand" in listing(engine, view)
    press(engine, view, click("unlock", nuts))
    press(engine, view, click("delete", nuts))
    assert "deleted" in listing(engine, view)
    press(engine, view, click("restore", nuts))
    merged = press(
        engine, replace_editing(view, nuts), click("merge", id_of(engine, "Ana "))
    )
    assert not merged.said.failed
    assert press(engine, view, click("cancel", nuts)) == view
    assert press(engine, view, click("unheard", nuts)) == view


def test_a_change_of_a_fact_is_undone(engine: Engine) -> None:
    view = told(engine)
    nuts = id_of(engine, "peanuts")
    saved = press(engine, view, click("save", nuts, "All nuts."))
    undo = saved.said.undo
    undone = press(engine, saved, click(undo.do, undo.memory_id, undo.text))

    assert "Undone" in undone.said.words
    assert undone.said.undo.do == ""
    assert "All nuts." not in listing(engine, undone)


def test_many_facts_stand_on_pages(engine: Engine) -> None:
    told(engine)
    shown = tuple(
        WindowMessage(role="user", name=f"Anna {letter}", content="I live in Oslo.")
        for letter in "BCDEFGHIJKLMNOPQRSTUVW"
    )
    chat = engine.bank(MIKU).chat("two", host="test")
    chat.observe(Window(messages=shown, complete=True))
    view = FactsView(scope=MIKU)
    first, second = (listing(engine, press(engine, view, page(n))) for n in "01")

    assert first.count("<tr data-ltm-row") == PAGE_LENGTH
    assert "Page 1 of" in first
    assert "What is due" in first
    assert "What is due" not in second
    assert listing(engine, press(engine, view, page("999"))).count("<tr data-ltm-row")


def page(number: str) -> str:
    return click("page", "", number)


def replace_editing(view: FactsView, which: str) -> FactsView:
    return FactsView(scope=view.scope, editing=which)


def test_a_fact_is_forgotten_after_a_question(engine: Engine) -> None:
    view = told(engine)
    nuts = id_of(engine, "peanuts")
    asked = press(engine, view, click("forget", nuts))
    assert "Forget for good, with 1 message" in listing(engine, asked)
    gone = press(engine, asked, click("forget-now", nuts))
    assert "peanuts" not in listing(engine, gone)


def test_what_is_due_is_called_off(engine: Engine) -> None:
    view = told(engine)
    known = engine.bank(MIKU).knowledge
    [due] = known.coming.all(known.viewer_of(""))
    off = press(engine, view, click("off", due.thread.id))
    assert "called off by you" in listing(engine, off)
    assert "to come" in listing(engine, press(engine, view, click("on", due.thread.id)))
