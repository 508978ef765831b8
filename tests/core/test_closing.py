"""Who tells what became of something to come, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.due import own_lines, read
from long_term_memory.core.knowledge.closing import closed_by
from long_term_memory.core.knowledge.due import (
    NamedMatter,
    SaidBefore,
    Thread,
    openings,
    threads_of,
)
from long_term_memory.core.knowledge.outcome_answers import (
    answers_how,
    asks_how,
    delivered,
    witnessed,
)
from long_term_memory.core.knowledge.outcomes import outcome_of
from long_term_memory.core.knowledge.reports import is_report
from long_term_memory.core.types import Role


def said(
    text: str, day: int, role: Role = "user", *, hour: int = 19, minute: int = 0
) -> SaidBefore:
    at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    return SaidBefore(f"{day}{minute}", role, "", text, at)


def thread_of(text: str, role: Role = "user") -> Thread:
    """Return what is named on a Monday."""
    first = said(text, 2, role)
    [thread] = threads_of([NamedMatter(first, openings(text, role))], UTC)
    return thread


def test_talks_of_our_own_are_closed_where_it_is_told_how_it_went() -> None:
    """And of what is still open nothing is left out."""
    talks = [read(label) for label in own_lines()]
    found = [one for one in talks if one.found]

    assert len(found) >= 0.95 * len(talks)
    assert sum(one.late for one in found) <= 0.05 * len(found)
    assert sum(one.open_right for one in found) >= 0.95 * len(found)


@pytest.mark.parametrize(
    ("matter", "text", "over", "off"),
    [
        ("I have to hand in the essay by Friday", "submitted it tonight", True, False),
        ("I have to hand in the essay by Friday", "handed in the essay!", True, False),
        ("I have to hand in the essay by Friday", "half the essay done", False, False),
        (
            "I have to hand in the essay by Friday",
            "Fine day. half the essay is done",
            False,
            False,
        ),
        ("I have to hand in the essay by Friday", "essay done? no.", False, False),
        (
            "I have to hand in the essay by Friday",
            "I sent my aunt a card",
            False,
            False,
        ),
        ("the wedding is on Friday", "the cake is done", False, False),
        ("we fly to Rome on Friday", "Rome is off, Ben is ill", False, True),
        ("we fly to Rome on Friday", "I won't fly", False, True),
        ("we fly to Rome on Friday", "I won't eat that", False, False),
        ("we fly to Rome on Friday", "the telly is off", False, False),
    ],
)
def test_it_may_be_done_or_given_up_before_its_day(
    matter: str, text: str, over: bool, off: bool
) -> None:
    outcome = outcome_of(matter, text, reached=False)

    assert (outcome.over, outcome.off) == (over, off)


def test_the_other_one_may_have_been_there() -> None:
    exam = thread_of("exam on Friday")
    praise = said("Congratulations on your exam!", 6, "assistant")

    assert closed_by(exam, [praise], UTC) is praise
    assert closed_by(exam, [said(praise.text, 5, "assistant")], UTC) is None
    assert not witnessed("exam on Friday", "I bet you passed the exam.")
    assert not witnessed("exam on Friday", "The exam is a hard one.")
    assert not witnessed("exam on Friday", "You passed the exam? Tomorrow it will be.")


def test_the_answer_to_how_it_went_closes_it() -> None:
    """Whoever answers was asked already."""
    exam = thread_of("exam on Friday")
    asked = said("How did the exam go?", 6, "assistant")
    meh, not_yet = said("comme ci", 6, minute=1), said("not yet", 6, minute=1)
    hello, back = said("hello", 6), said("Welcome back.", 6, "assistant")

    assert closed_by(exam, [hello, asked, meh], UTC) is meh
    assert closed_by(exam, [hello, asked, not_yet], UTC) is None
    assert closed_by(exam, [hello, back, meh], UTC) is None
    assert not asks_how("exam on Friday", "How did the concert go?")
    assert not answers_how("What?")


def test_what_was_promised_for_the_next_talk_begins_it() -> None:
    tale = thread_of("Next time I'll tell you what happened at the lake.")
    told = said("Dad fell in, and then my uncle jumped after him to save him!", 4)
    later = said("sorry, not now, I have to feed the cat and the dog and the fish", 4)

    assert closed_by(tale, [told], UTC) is told
    assert closed_by(tale, [later], UTC) is None
    assert closed_by(tale, [said("hi there", 4)], UTC) is None
    assert delivered("I'll bring my guitar next time", "*unpacks the guitar*")
    assert not delivered("I'll bring my guitar next time", "i baked bread")


@pytest.mark.parametrize(
    "text",
    [
        "donated 14 inches",
        "we got destroyed",
        "somebody laughed",
        "40 people in line",
        "no tears!",
        "way smaller than in the photos",
        "worst talk i've ever had",
        "it broke my heart",
        "I cried!",
        "his mom hates me",
        "so good to have him back",
    ],
)
def test_a_report_leaves_out_what_both_know(text: str) -> None:
    assert is_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "bought new socks, they have ducks on them",
        "did you know octopuses have three hearts",
        "had a burger for lunch",
        "my shoes are soaked",
        "good morning! sleep well?",
        "They say it will snow",
        "no idea what to do",
        "my cat threw up on the rug, he's so gross",
    ],
)
def test_news_of_its_own_is_no_report(text: str) -> None:
    assert not is_report(text)
