"""Messages that ask two things, and messages that lean on others."""

from __future__ import annotations

import pytest

from long_term_memory.core.retrieval.questions import (
    MAX_BEFORE,
    MAX_BEFORE_CHARACTERS,
    MAX_PARTS,
    QUERY_CHARS,
    leans,
    questions,
    split_questions,
)
from long_term_memory.core.types import WindowMessage


def said(*lines: str) -> list[WindowMessage]:
    """Read "> text" as the user's and anything else as the character's."""
    return [
        WindowMessage(
            role="user" if line.startswith(">") else "assistant",
            content=line.removeprefix("> "),
        )
        for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Where is the key? And who owns the boat?",
            ("Where is the key?", "And who owns the boat?"),
        ),
        (
            "What is my cat called, and where did I buy the boat?",
            ("What is my cat called", "where did I buy the boat?"),
        ),
        ("Do I have kids? Where am I from?", ("Do I have kids?", "Where am I from?")),
        (
            "How are you? What is my cat called?",
            ("How are you?", "What is my cat called?"),
        ),
        (
            "Do you like tea or does Lisa like coffee?",
            ("Do you like tea", "does Lisa like coffee?"),
        ),
        (
            "\u732b\u306e\u540d\u524d\u306f\uff1f\u8239\u306f\u3069\u3053\uff1f",
            ("\u732b\u306e\u540d\u524d\u306f\uff1f", "\u8239\u306f\u3069\u3053\uff1f"),
        ),
    ],
)
def test_a_message_that_asks_two_things_is_split(
    text: str, parts: tuple[str, ...]
) -> None:
    assert questions(text)[0] == parts
    assert split_questions(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "What did Ann and Bo eat?",
        "Where did she go and have dinner?",
        "Which dish has garlic and is shared with Andrew?",
        "I love tea. I love coffee.",
        "",
    ],
)
def test_a_message_that_asks_one_thing_stays_whole(text: str) -> None:
    assert questions(text)[0] == ()
    assert split_questions(text) == (text,)


def test_marks_without_a_word_ask_nothing() -> None:
    assert split_questions("Who is Sam? ??") == ("Who is Sam? ??",)


def test_what_a_message_tells_beside_its_questions_is_looked_for_too() -> None:
    text = "I saw the lighthouse. Who owns the boat? Where is the key?"
    assert split_questions(text) == (text, "Who owns the boat?", "Where is the key?")


def test_of_many_questions_those_that_only_greet_are_looked_for_last() -> None:
    asked = "How are you? Which tea is hers? What is my cat called? Where is the boat?"

    assert questions(asked)[0] == (
        "Which tea is hers?",
        "What is my cat called?",
        "Where is the boat?",
    )
    assert split_questions(asked)[0] == asked


def test_of_many_questions_the_first_are_looked_for_apart() -> None:
    text = " ".join(f"Where is box{number}?" for number in range(9))
    assert len(questions(text)[0]) == MAX_PARTS
    assert split_questions(text)[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "What is it called?",
        "When did I buy it?",
        "How is she doing?",
        "And the name?",
        "What about him?",
        "Where did we buy that?",
        "Why did they leave?",
        "When was that?",
    ],
)
def test_what_cannot_be_understood_alone_is_read_with_what_was_said(text: str) -> None:
    assert leans(text)
    before = said("> I think of the old boat.", "Oh?", "> haha", "Yes.")
    assert split_questions(text, before) == (f"I think of the old boat. {text}",)
    assert split_questions(text) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "What is my cat called?",
        "Who gave you that scar?",
        "What does my sister give her dog?",
        "What did you and Lisa do when she came?",
        "Tom said he would come.",
        "Was it raining?",
        "the lake",
    ],
)
def test_what_names_its_matter_is_taken_by_itself(text: str) -> None:
    assert not leans(text)
    assert split_questions(text, said("> I think of the old boat.")) == (text,)


@pytest.mark.parametrize("text", ["I like it!", "that's great!", "what is it?"])
def test_small_talk_leans_on_nothing(text: str) -> None:
    assert split_questions(text, said("> I think of the old boat.")) == (text,)


def test_a_part_leans_on_the_part_before_it() -> None:
    found = split_questions("When did I meet Tom, and what did he give me?")
    assert found == (
        "When did I meet Tom",
        "When did I meet Tom what did he give me?",
    )


def test_where_the_user_told_nothing_the_other_did() -> None:
    before = said("> What's up?", "I cleaned the old lamp.")
    assert split_questions("Where is it?", before) == (
        "I cleaned the old lamp. Where is it?",
    )


def test_only_the_last_of_what_was_said_counts() -> None:
    before = said(*(f"> Boat number {n}." for n in range(9)), "> " + "sea " * 500)
    [text] = split_questions("Where is it?", before)
    assert "number 6" not in text
    assert "number 7" in text
    assert len(text) < MAX_BEFORE * MAX_BEFORE_CHARACTERS


def test_without_anything_telling_before_it_a_message_stands_alone() -> None:
    assert split_questions("Where is it?", said("> haha", "ok")) == ("Where is it?",)


def test_of_a_pasted_book_both_ends_are_read() -> None:
    """To look for all of 5 MB took half a minute."""
    book = "Where is Miso? " + "Harbour rain. " * 400_000 + "What does she eat?"

    [first, *rest] = split_questions(book)

    assert len(first) + sum(map(len, rest)) < 3 * QUERY_CHARS
    assert any("What does she eat?" in one for one in (first, *rest))
