"""What is read in messages is kept, told in every prompt, and goes when forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.forgetting.knowledge import (
    hands_resting_on,
    knowledge_without,
)
from long_term_memory.core.knowledge.due import Moment, SaidBefore, Thread
from long_term_memory.core.knowledge.facts import Category, Fact, Heard
from long_term_memory.core.knowledge.promotion import MOST, step_of, worth_of
from long_term_memory.core.knowledge.readings import (
    NOTHING_FOUND,
    MessageReading,
    ReadPlace,
    kinds_of,
    lot_key,
    lot_kinds,
    lot_of,
    lot_read,
    lot_text,
    read_message,
)
from long_term_memory.core.knowledge.standing import FactFold
from long_term_memory.core.prompt.blocks import BlockStyle
from long_term_memory.core.prompt.knowledge import DueLine, render_due, render_facts
from long_term_memory.core.records import (
    FACTS_SET_WHERE,
    SAID_TO_MEMORY,
    Annotation,
)
from long_term_memory.core.text.own_blocks import without_blocks
from long_term_memory.core.types import MemoryItem, MemoryKind, Message

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
STYLE = BlockStyle.of(Settings(), "Anna", "Miku")


def count(text: str) -> int:
    return len(text.split())


def message(text: str, role: str = "user", id_: str = "m1") -> Message:
    name = "Anna" if role == "user" else "Miku"
    return Message(id_, role, text, name, NOW, NOW)  # type: ignore[arg-type]


def fact(slot: str = "allergic:nuts", category: Category = Category.HEALTH) -> Fact:
    return Fact(
        text="Anna is allergic to nuts.",
        about="user",
        subject="Anna",
        category=category,
        slot=slot,
        value="nuts",
        confidence=0.9,
        sources=("m1",),
    )


# -- readings ------------------------------------------------------------------------


def test_what_was_read_is_kept_and_read_again() -> None:
    texts = (
        "I'm allergic to nuts. The exam is on Friday, statistics.",
        "Please forget what I said about Tom",
    )
    found = {
        ReadPlace(row, before): read_message(message(text), None, "Miku")
        for (row, before), text in zip(((1, 0), (5, 2)), texts, strict=True)
    }
    read = [*found, ReadPlace(6, 5)]
    text = lot_text(read, found)

    assert lot_read(text) == (sorted(read), found)
    plain, others = lot_kinds(text)
    assert plain == [6]
    assert dict(others) == {place: kinds_of(one) for place, one in found.items()}
    assert lot_kinds(lot_text([ReadPlace(9, 2)], {}))[1] == [
        (ReadPlace(9, 2), NOTHING_FOUND)
    ]
    other = text.replace('"rules":[', '"rules":[99,')
    assert lot_read(other) == ([], {})
    assert lot_kinds(other) == ([], [])
    assert lot_of(300) == 1
    assert lot_key(1).endswith("0000001")
    assert not found[ReadPlace(1, 0)].is_empty
    assert read_message(message("hm", "system"), None, "Miku") == MessageReading()


def test_an_answer_is_read_with_what_it_answers() -> None:
    asked = message("Where do you live?", "assistant", "m0")
    alone = read_message(message("Hm.")._replace(name=""), None, "Miku")
    answered = read_message(message("In Oslo."), asked, "Miku")
    spoken = read_message(asked._replace(name=""), message("Hi!"), "Miku")

    assert alone.facts == spoken.facts == ()
    assert all(one.sources == ("m1",) for one in answered.facts)


# -- promotion -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("Anna moved to Oslo yesterday.", "Anna moved to Oslo."),
        ("Anna just got a new job today.", "Anna got a new job."),
        ("Anna broke up two weeks ago.", "Anna broke up."),
        ("Anna plays chess on Fridays.", "Anna plays chess on Fridays."),
        ("Anna was born on May 3.", "Anna was born on May 3."),
        ("Anna ist gestern nach Rom gezogen.", "Anna ist nach Rom gezogen."),
        ("Anna l\u00e4uft jeden Morgen.", "Anna l\u00e4uft jeden Morgen."),
        (
            "Anna\u6628\u5929\u642c\u5230\u4e86\u4e0a\u6d77\u3002",
            "Anna\u642c\u5230\u4e86\u4e0a\u6d77\u3002",
        ),
        ("Anna's birthday is tomorrow.", ""),
        ("Anna's father is in hospital this week.", ""),
        ("Annas Geburtstag ist morgen.", ""),
        ("Anna\u7684\u751f\u65e5\u662f\u660e\u5929\u3002", ""),
    ],
)
def test_what_stands_in_every_prompt_is_true_on_any_day(said: str, stands: str) -> None:
    fold = FactFold()
    fold.tell([Heard(replace(fact(), text=said), NOW)])
    texts = [kept.fact.text for kept in fold.promoted(fold, threshold=0.6)]
    assert fold.knows(fact().key)

    assert texts == ([stands] if stands else [])


def test_what_matters_or_is_heard_often_stands_in_every_prompt() -> None:
    nuts = fact()
    tea = replace(fact("likes:tea", Category.PREFERENCE), value="tea")
    plan = fact("plan:x", Category.PLAN)
    unsure = replace(fact("sick"), confidence=0.1)
    friend = replace(fact("job", Category.WORK), about="other")

    def fold(*facts: Fact) -> FactFold:
        made = FactFold()
        for one in facts:
            made.tell([Heard(one, NOW)])
        return made

    def kept(*facts: Fact, now: Fact | None = None) -> list[tuple[str, int]]:
        at_step = fold(*facts)
        told = at_step if now is None else fold(now)
        return [
            (one.fact.slot, one.reinforcement_count)
            for one in at_step.promoted(told, threshold=0.6)
        ]

    assert kept(tea, nuts, plan, unsure, friend) == [(nuts.slot, 0)]
    assert kept(tea, tea, tea, tea, nuts) == [(nuts.slot, 0), (tea.slot, 3)]
    assert kept(nuts, now=replace(nuts, ended=True)) == []
    assert kept(nuts, now=tea) == []
    many = [fact(f"allergic:{number}") for number in range(MOST + 1)]
    assert len(kept(*many)) == MOST
    assert worth_of(plan, 9) == 0.0
    assert step_of(35) == 32


# -- in prompts ----------------------------------------------------------------------


def memory(text: str, id_: str = "f1") -> MemoryItem:
    return MemoryItem(id=id_, kind=MemoryKind.FACT, content=text, created_at=NOW)


def test_facts_are_told_as_long_as_there_is_room() -> None:
    facts = [memory("Anna is allergic to nuts."), memory("Anna likes tea.", "f2")]
    whole = render_facts(facts, STYLE, limit_tokens=100, count=count)
    short = render_facts(facts, STYLE, limit_tokens=10, count=count)

    assert whole.text.splitlines()[1:3] == [one.content for one in facts]
    assert [item.memory.id for item in short.items] == ["f1"]
    assert without_blocks(f"Hello.\n{whole.text}") == "Hello."
    assert not render_facts([], STYLE, limit_tokens=9, count=count).text


def test_what_is_due_is_told_with_its_day_and_who_said_it() -> None:
    said = SaidBefore("m1", "user", "", "", datetime(2026, 3, 2, tzinfo=UTC))
    exam = Thread(
        text="exam on Friday",
        first=date(2026, 3, 6),
        last=date(2026, 3, 6),
        story=False,
        said=said,
        sources=("m1",),
    )
    other = replace(exam, first=None, said=said._replace(at=None, role="assistant"))
    lines = [
        DueLine(exam, Moment.TODAY, memory("exam")),
        DueLine(exam, Moment.AFTER, memory("exam")),
        DueLine(other, Moment.TALK, memory("map")),
        DueLine(other, Moment.STORY, memory("ride")),
    ]
    block = render_due(lines, STYLE, limit_tokens=200, count=count, now=NOW)
    told = block.text.splitlines()

    assert told[1] == (
        "Today, Friday, 6 March 2026: \u201cexam on Friday\u201d (Anna, 2 March 2026)"
    )
    assert told[2].startswith("Friday, 6 March 2026 was the day; nothing was told")
    assert told[3] == "Promised for this time: \u201cexam on Friday\u201d (Miku)"
    assert told[4].startswith("In the story its day has come")
    assert without_blocks(block.text) == ""


# -- forgetting ----------------------------------------------------------------------


def hand(kind: MemoryKind, key: str) -> Annotation:
    return Annotation(kind, key, "text", False, NOW, NOW, None)


def test_what_rests_on_forgotten_messages_goes_along() -> None:
    messages = {
        1: message("I'm allergic to nuts.", id_="a"),
        2: message("Where do you live?", "assistant", "b"),
        3: message("I like tea.", id_="c"),
    }
    [told] = read_message(messages[1], None, "").facts
    going = [
        hand(MemoryKind.NOTE, "said-a-0"),
        hand(MemoryKind.FACT, told.key),
        hand(MemoryKind.FACT, f"{told.key}|{told.value}"),
        hand(MemoryKind.FACT, "due|a.0"),
    ]
    staying = [
        hand(MemoryKind.NOTE, "said-c-0"),
        hand(MemoryKind.NOTE, "mine"),
        hand(MemoryKind.FACT, "anna|likes:tea"),
        hand(MemoryKind.FACT, "due|c.0"),
        hand(MemoryKind.TURN, "a"),
    ]
    paths = [[1, 2, 3], [3]]

    assert hands_resting_on([*going, *staying], messages, paths, {1}) == going
    assert hands_resting_on(going[:1], messages, paths, {1}) == going[:1]
    assert hands_resting_on(going[1:2], messages, [[1, 7]], {1}) == going[1:2]


def test_lots_that_rest_on_forgotten_messages_are_read_anew() -> None:
    messages = {1: message("hi", id_="a"), 9: message("ho", id_="b")}
    metas = {
        lot_key(0): lot_text([ReadPlace(1, 0)], {}),
        lot_key(1): lot_text([ReadPlace(300, 1)], {}),
        lot_key(2): lot_text([ReadPlace(600, 599)], {}),
        f"{SAID_TO_MEMORY}a": "{}",
        f"{SAID_TO_MEMORY}b": "{}",
    }

    assert knowledge_without(metas, messages, {1}) == {
        lot_key(0): None,
        lot_key(1): None,
        f"{SAID_TO_MEMORY}a": None,
    }


def test_who_told_a_fact_by_hand_is_forgotten_with_the_message() -> None:
    said = message("hi")
    kept = {FACTS_SET_WHERE: json.dumps({"a": ["m1"], "b": ["m2"]})}
    alone = {FACTS_SET_WHERE: json.dumps({"a": ["m1"]})}
    other = {FACTS_SET_WHERE: json.dumps({"b": ["m2"]})}

    left = knowledge_without(kept, {1: said}, {1})
    assert left == {FACTS_SET_WHERE: json.dumps({"b": ["m2"]})}
    assert knowledge_without(alone, {1: said}, {1}) == {FACTS_SET_WHERE: None}
    assert knowledge_without(other, {1: said}, {1}) == {}
