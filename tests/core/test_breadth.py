"""Whether a message asks for all that is known of somebody, and what tells of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from long_term_memory.core.retrieval.breadth import (
    Said,
    Subject,
    asks_for_all,
    meant_by,
    naming,
    telling_order,
)
from long_term_memory.core.retrieval.query import ParsedQuery, parse_query
from long_term_memory.core.types import Role

NOW = datetime(2026, 3, 4, tzinfo=UTC)

OF_SPEAKER = """
Tell me everything you know about me
what do you know about me?
So, what have I told you so far?
who am I?
Do you remember me?
describe me
Summarize what you know about me.
How well do you know me?
you know me?
list all facts about me
Please list everything you remember about me
Erzähl mir alles, was du über mich weißt
Was weißt du noch über mich?
Wer bin ich?
Was habe ich dir bisher über mich erzählt?
Kennst du mich noch?
把你知道的关于我的一切都告诉我
你对我了解多少\uff1f
我是谁\uff1f
你还记得我吗\uff1f
我跟你说过什么\uff1f
"""
OF_OTHER = """
Tell me about yourself
What do you know about yourself?
Erzähl mir von dir
"""
OF_BOTH = """
what do you know about us?
What do you remember about you and me?
"""
OF_NAMED = """
what do you remember about Sam?
Tell me everything about Sam.
What do you know about my family?
Do you know anything about Sam?
Was weißt du noch über Sam?
Erzähl mir alles über Sam
你还记得小山的什么事\uff1f
关于小山你知道什么\uff1f
"""
OF_NOBODY = """
And you?
how are you?
I know you.
You know me!
Nice to know you
Do you remember?
Do you remember the day we met?
Do you know what I did today?
Who told you?
you remembered I told you that
Do you remember what Sam said about the boat?
What do you remember about the trip to the lake with Sam?
What do you know about him and Sam?
Do you know about Sam?
what do you think about me?
do you love me?
Do you remember Sam?
Do you know where I live?
tell me more
Was machst du?
Ich kenne dich
Erzähl mir von deinem Tag
你好
你知道我爱你
What do I know?
What does he know about me?
Would you like to know more about me?
"""


@pytest.mark.parametrize(
    ("texts", "whom"),
    [
        (OF_SPEAKER, Subject.SPEAKER),
        (OF_OTHER, Subject.OTHER),
        (OF_BOTH, Subject.BOTH),
        (OF_NAMED, Subject.NAMED),
        (OF_NOBODY, None),
    ],
)
def test_who_asks_for_all_of_whom_is_read(texts: str, whom: Subject | None) -> None:
    read = {text: asks_for_all(text) for text in texts.strip().splitlines()}

    assert read == dict.fromkeys(read, whom)


def test_whoever_writes_much_asks_for_something_else() -> None:
    assert asks_for_all("What do you know about me? " + "well " * 50) is None


def read(text: str, speaker: Role = "user") -> ParsedQuery:
    """Read a message between Ann and Bo."""
    return parse_query(
        text, speaker=speaker, user_names=["Ann"], character_names=["Bo"], now=NOW
    )


def test_names_of_the_two_are_whom_they_name() -> None:
    assert read("Bo, what do you know about me?").about == "user"
    assert read("What do you remember about Ann?").about == "user"
    assert read("What do you know about yourself?").about == "assistant"
    assert read("What do you know about me?", speaker="assistant").about == "assistant"
    assert read("What do you know about us?").about is None
    assert all(
        read(text).broad for text in ("Who am I?", "Tell me about Bo", "describe Ann")
    )


def test_one_who_asks_for_all_asks_by_no_word_of_his_own() -> None:
    asked = read("What do you know about me?")

    assert not len(asked.terms)
    assert "family" in asked.text


def test_one_who_names_somebody_asks_by_the_name() -> None:
    asked = read("What do you remember about Sam?")

    assert asked.all_of is Subject.NAMED
    assert not asked.broad
    assert "Sam" in asked.text


def test_who_names_a_day_asks_for_that_day() -> None:
    assert read("What have I told you today?").all_of is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("What do you know about me?", "family"),
        ("Was weißt du über mich?", "Familie"),
        ("你对我了解多少\uff1f", "家人"),
    ],
)
def test_it_is_looked_for_in_the_language_of_the_message(text: str, word: str) -> None:
    assert word in meant_by(text)


LINES = (
    Said(name="Ann", content="I was born in Leeds, I'm a nurse.", user=True, part=0),
    Said(name="Bo", content="How romantic, you two.", user=False, part=0),
    Said(name="Ann", content="right, you think so?", user=True, part=0),
    Said(name="Ann", content="My dad died in spring.", user=True, part=0),
    Said(name="Bo", content="I grew up on a lighthouse.", user=False, part=1),
    Said(name="Ann", content="I like jazz a bit.", user=True, part=1),
    Said(name="", content="Ann is allergic to nuts.", user=None, part=-9),
)  # fmt: skip


def told(about_user: bool | None) -> list[str]:
    """Return what tells of one, in order."""
    found = telling_order(LINES, about_user=about_user)
    return [LINES[place].content for place, _ in found]


def test_what_the_user_said_and_what_was_written_by_hand_tells_of_the_user() -> None:
    found = told(about_user=True)

    assert {LINES[0].content, LINES[3].content, LINES[6].content} <= set(found)
    assert not {LINES[1].content, LINES[4].content, LINES[2].content} & set(found)


def test_where_the_other_alone_spoke_nothing_tells_of_the_user() -> None:
    spoken = [line for line in LINES if line.user is False]

    assert telling_order(spoken, about_user=True) == []
    assert telling_order([], about_user=None) == []


def test_every_stretch_has_its_say_before_one_has_two() -> None:
    found = told(about_user=True)

    assert found.index(LINES[5].content) < max(
        found.index(LINES[0].content), found.index(LINES[3].content)
    )


def test_a_character_tells_of_itself_where_it_speaks_of_itself() -> None:
    found = told(about_user=False)

    assert LINES[4].content in found
    assert LINES[1].content not in found


def test_of_both_all_tells() -> None:
    assert {LINES[0].content, LINES[4].content} <= set(told(about_user=None))


def test_a_longer_line_without_spaces_weighs_more() -> None:
    lines = [
        Said(name="安", content=text, user=True, part=0)
        for text in (
            "晏无书来了",
            "我妹妹七岁发了场高烧\uff0c眼睛就看不见了\uff0c老郎中也没办法",
        )
    ]

    assert next(place for place, _ in telling_order(lines, about_user=True)) == 1


def test_lines_that_name_somebody_tell_of_him_and_what_follows_with_he() -> None:
    lines = [
        "My boy Sam starts school.",
        "How lovely.",
        "He is seven.",
        "He is a cat.",
        "Yes, he is proud.",
    ]

    assert naming(lines, [1, 2, 3, 9, 4], "What do you know about Sam?") == [0, 2]


def test_a_family_is_told_of_by_whoever_names_a_relative() -> None:
    lines = ["My wife is a nurse.", "I like jazz.", "我妈妈是老师。"]

    assert naming(lines, [1, 5, 9], "What do you know about my family?") == [0, 2]


def test_what_names_nothing_is_told_of_by_nothing() -> None:
    assert naming(["I like jazz."], [1], "What do you know?") == []
