"""HTML: whatever people and models write is shown as text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.core.forgetting.planner import ForgetPlan
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.maintenance import Finding, Level
from long_term_memory.core.types import (
    Block,
    Candidate,
    Explanation,
    MemoryItem,
    MemoryKind,
    Reason,
    Recalled,
    Scope,
    ScoreParts,
)
from long_term_memory.editor import (
    earlier,
    forget_markup,
    markup,
    safety_markup,
    transfer_markup,
    turn_markup,
)
from long_term_memory.editor.clicks import Click
from long_term_memory.editor.forgetting import Asked
from long_term_memory.editor.jobs import Step
from long_term_memory.editor.markup import OpenEdit
from long_term_memory.editor.templates import macros
from long_term_memory.editor.texts import day
from long_term_memory.editor.turn_markup import Opened
from long_term_memory.editor.why import nearly
from long_term_memory.engine.undo_log import RecordedChange
from long_term_memory.importers.report import FileReport, Report
from tests.editor.parsed import Parsed

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
NASTY = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    '"><svg onload=window.hacked=1>',
    "</textarea><b>",
    "</pre></li></ol><iframe>",
    "'\" onmouseover=window.hacked=1 x='",
    "&lt;b&gt; &amp; &#60;",
    "${window.hacked = 1} {{value}} {{{value}}} `",
]


def everything(text: str) -> str:
    """Show a text in every place where a person's or a model's words can stand."""
    memory = MemoryItem(
        id=text,
        kind=MemoryKind.TURN,
        content=text,
        created_at=AT,
        name=text,
        chat=text,
    )
    item = Recalled(memory=memory, score=1, parts=ScoreParts({"dense": 1}))
    none = markup.NO_DRAFT
    return markup.fragment(
        text,
        markup.notice(text, undo=Click(do=text, memory_id=text, text=text)),
        markup.empty(text),
        markup.loading(text),
        turn_markup.introduction(text, text),
        turn_markup.suggestions(text, [text]),
        markup.memory_table([memory], chats={text: text}, editing=none),
        markup.memory_table([memory], chats={text: text}, editing=OpenEdit(text, text)),
        markup.memory_table([memory._replace(deleted=True)], chats={}, editing=none),
        turn_markup.listed(text, text, [item], Opened(OpenEdit(text, text), text)),
        turn_markup.listed(
            text, text, [item], Opened(asked=text), folded=True, reasons={text: text}
        ),
        macros("turn").compared(text, [(text, text, text)], [_side(text)]),
        _forgotten(text),
        turn_markup.sent(text, Block(text=text, tokens=1), text, 9),
        turn_markup.sent(text, Block(), text, 9),
        markup.facts([(text, text)]),
        markup.heading(text, text),
        turn_markup.asked(text, text),
        markup.remark(text),
        markup.tier_list([(text, text, memory)], editing=none, label=text),
        nearly(
            Explanation(
                readings=(text,),
                candidates=(
                    Candidate(memory=memory, score=1, signals=(), reason=Reason.GATE),
                ),
            ),
            Opened(),
            until=AT,
        ),
        earlier.compared(f"{text} old", f"new {text}"),
        *_moved(text),
        *_kept(text),
    )


def _side(text: str) -> dict[str, str]:
    """One of two settings, side by side."""
    return {"title": text, "tokens": text, "blocks": "", "alone": ""}


def _forgotten(text: str) -> str:
    """What would be forgotten."""
    plan = ForgetPlan(messages=1, chats=(text,), touched=(text,), examples=(text,))
    asked = Asked(
        scope=Scope(user=text, character=text),
        target=ForgetTarget(everything=True),
        everywhere=False,
        word=text,
        plans=((text, plan), (text, plan)),
        others=((text, 1),),
        backups=(text,),
    )
    return forget_markup.question(asked, text)


def _moved(text: str) -> list[str]:
    """The parts of the tab that brings in and carries out."""
    file = FileReport(path=f"/x/{text}", read=False, words=text, warnings=(text,))
    return [
        transfer_markup.lent(text, [f"/x/{text}"]),
        transfer_markup.report_list(Report(files=(file,)), planned=True),
        transfer_markup.change_list(
            [RecordedChange(id=text, title=text, at=AT, changes=1)]
        ),
    ]


def _kept(text: str) -> list[str]:
    """The parts of the tab that keeps memories safe."""
    finding = Finding(level=Level.FAULT, what=text, words=text, bank=text)
    return [
        safety_markup.part(text, going=True),
        safety_markup.act("check", text, what=text),
        safety_markup.bar(Step(words=text, done=1, total=2)),
        safety_markup.finding_list([finding]),
        safety_markup.old_list([(text, text, (text,))]),
        safety_markup.backup_list([], [text], text),
    ]


HARMLESS = Parsed(everything("plain"))


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_said_becomes_a_tag(text: str) -> None:
    shown = Parsed(everything(text))

    assert shown.tags == HARMLESS.tags
    assert shown.attributes == HARMLESS.attributes
    assert text in shown.text


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'`=/!-{}$ \n\tabo\u202e\u0000é")))
def test_nothing_at_all_becomes_a_tag(text: str) -> None:
    shown = Parsed(everything(text))

    assert shown.tags <= HARMLESS.tags
    assert shown.attributes <= HARMLESS.attributes


def test_a_long_text_is_cut_in_the_list_and_whole_in_the_field() -> None:
    long = "word " * 2_000
    memory = MemoryItem(id="m", kind=MemoryKind.NOTE, content=long, created_at=AT)

    listed = markup.words_of(memory, markup.NO_DRAFT)
    field = markup.words_of(memory, OpenEdit("m", long))

    assert len(listed) < 3_000
    assert long in field


def test_an_unknown_time_is_no_time() -> None:
    assert day(None) == ""
    assert "2026" in day(AT)


def test_a_single_page_needs_no_pager() -> None:
    assert markup.pager(0, 1, 15) == ""
    assert "disabled" in markup.pager(0, 2, 16)
    assert "Page 2 of 412" in markup.pager(1, 412, 6_180)
    assert "disabled" not in markup.pager(1, 412, 6_180)
    assert "disabled" in markup.pager(411, 412, 6_180)


def test_a_block_says_how_full_its_room_is_part_by_part() -> None:
    parts = (("pinned", 30), ("story", 90))
    head = Block(text="x", tokens=120, parts=parts)

    html = turn_markup.sent("Head", head, "", 240)
    over = turn_markup.sent("Recall", Block(text="x", tokens=300), "", 240)

    assert "120 of 240 tokens" in html
    assert 'style="width:12.5%"' in html
    assert 'style="width:37.5%"' in html
    assert "pinned 30" in html
    # What took more than there is now fills the bar, and no more.
    assert 'style="width:100.0%"' in over
