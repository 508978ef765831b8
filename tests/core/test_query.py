"""What a message asks for, and whom it is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from long_term_memory.core.retrieval.query import ParsedQuery, parse_query, unasked
from long_term_memory.core.text.recipes import name_pattern
from long_term_memory.core.text.tokenizer import term_ids
from long_term_memory.core.types import Role

NOW = datetime(2023, 11, 15, tzinfo=UTC)


def about(text: str, speaker: Role = "user") -> Role | None:
    return asked(text, speaker).about


def asked(text: str, speaker: Role = "user") -> ParsedQuery:
    return parse_query(
        text, speaker=speaker, user_names=["Ann"], character_names=["Bo"], now=NOW
    )


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Do you remember what I told you about my sister?", "my sister?"),
        ("Hey, do you still remember where I work?", "where I work?"),
        ("Can you remind me when we met?", "when we met?"),
        ("I was just thinking... where did I paint?", "where did I paint?"),
        ("Where did I paint? Do you remember?", "Where did I paint?"),
        ("So, tell me about your sister.", "your sister."),
        ("Where did I paint?", "Where did I paint?"),
        ("I remember the sea.", "I remember the sea."),
        ("Do you remember?", "Do you remember?"),
        ("Can you tell me what I said?", "what I said?"),
        ("", ""),
    ],
)
def test_the_frame_of_asking_goes(text: str, rest: str) -> None:
    assert unasked(text) == rest


@pytest.mark.parametrize("text", [" " * 50_000, "so, " * 20_000, "do you " * 9_000])
def test_long_messages_are_read_in_no_time(text: str) -> None:
    assert unasked(text + "!").strip(" ,!") == text.strip(" ,")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("What is my cat called?", "user"),
        ("Where did I go last summer?", "user"),
        ("What is your favourite song?", "assistant"),
        ("Do you remember my birthday?", "user"),
        ("Can you tell me what I said?", "user"),
        ("Tell me about your sister.", "assistant"),
        ("Do you know how important to me painting is?", "user"),
        ("What did you say about my cat?", "assistant"),
        ("I wonder what you paint.", "assistant"),
        ("Why did I help you?", "user"),
        ("What did you and I paint?", None),
        ("Which US holiday is it?", None),
        ("Where do we live?", None),
        ("What did Ann paint?", "user"),
        ("What did Bo paint?", "assistant"),
        ("Was it fair what I said about Bo?", "assistant"),
        ("What did Ann paint with Bo?", "user"),
        ("What did Ann give Bo\u2019s sister?", "user"),
        ("How did Ann and Bo meet?", None),
        ("Hey Bo, what did I paint?", "user"),
        ("What did I paint, Bo?", "user"),
        ("Bo!", "assistant"),
        ("The weather is nice.", None),
        ("", None),
    ],
)
def test_a_message_is_about_whom_it_names(text: str, role: Role | None) -> None:
    assert about(text) == role


def test_for_the_character_i_and_you_change_places() -> None:
    assert about("What is my cat called?", "assistant") == "assistant"
    assert about("Where did you go?", "assistant") == "user"


def test_without_names_pronouns_decide() -> None:
    read = parse_query(
        "Bo, what do I paint?",
        speaker="user",
        user_names=[],
        character_names=[],
        now=NOW,
    )
    assert read.about == "user"


@pytest.mark.parametrize(
    ("text", "speaker", "embedded"),
    [
        ("What did Ann paint?", "user", "What did I paint?"),
        ("What did Bo paint?", "user", "What did you paint?"),
        ("Where is Ann's cat?", "user", "Where is my cat?"),
        ("Where is Bo\u2019s cat?", "user", "Where is your cat?"),
        ("What did Ann paint?", "assistant", "What did you paint?"),
        ("Bo, where did Ann go?", "user", "where did I go?"),
        ("Do you remember where Ann went?", "user", "where I went?"),
        ("Was hat Ann gemalt?", "user", "Was hat gemalt?"),
    ],
)
def test_names_are_embedded_as_pronouns(
    text: str, speaker: Role, embedded: str
) -> None:
    assert asked(text, speaker).text == embedded


def test_words_are_compared_without_names_and_frame() -> None:
    terms = asked("Do you remember what Ann told you about Bo's boat?").terms
    assert terms.tolist() == term_ids("told boat").tolist()


def test_without_any_names_a_query_is_read_as_it_is() -> None:
    query = parse_query(
        "Where is Ann's cat?",
        speaker="user",
        user_names=[],
        character_names=[],
        now=NOW,
    )
    assert query.text == "Where is Ann's cat?"


def test_the_dates_of_a_message_are_read() -> None:
    assert asked("Where did I run on 8 May?").dates


@pytest.mark.parametrize(
    "text",
    [
        *("How did we meet?", "Where did we leave off?", "What did I tell you today?"),
        "Where did I run on 8 May?",
    ],
)
def test_a_message_may_call_for_a_place_in_the_past(text: str) -> None:
    assert asked(text).calls
    assert not asked("Where did I run?").calls


def test_a_promise_is_looked_for_by_every_word_for_one() -> None:
    query = asked("What did you promise me about the boat?")

    promise, boat = term_ids("promise boat").tolist()
    assert set(term_ids("promised swore vow versprochen").tolist()) - {promise} <= set(
        query.forms[promise]
    )
    assert boat not in query.forms
    assert query.about == "assistant"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Erinnerst du dich noch an meine Schwester?", "meine Schwester?"),
        ("Wei\u00dft du noch, wie mein Hund hie\u00df?", "wie mein Hund hie\u00df?"),
        ("Na, erz\u00e4hl mir nochmal von dem Boot", "dem Boot"),
        ("Erz\u00e4hl mir", "Erz\u00e4hl mir"),
        (
            "\u4f60\u8fd8\u8bb0\u5f97\u6211\u7684\u732b\u5417",
            "\u6211\u7684\u732b\u5417",
        ),
        ("\u8bb0\u4e0d\u8bb0\u5f97\u6211\u7684\u732b", "\u6211\u7684\u732b"),
        ("I remember my cat.", "I remember my cat."),
    ],
)
def test_the_frame_goes_in_german_and_chinese_too(text: str, rest: str) -> None:
    assert unasked(text) == rest


def test_a_message_without_names_reads_only_the_pattern_of_all_names() -> None:
    name_pattern.cache_clear()
    parse_query(
        "Where is the boat?",
        speaker="user",
        user_names=["Zoë"],
        character_names=["O\u2019Dun"],
        now=NOW,
    )
    assert name_pattern.cache_info().currsize == 1


@pytest.mark.parametrize("text", ["ZOË, where is it?", "Where is it, o\u2019dun?"])
def test_an_odd_name_that_only_calls_is_taken_out(text: str) -> None:
    read = parse_query(
        text,
        speaker="user",
        user_names=["Zoë"],
        character_names=["O\u2019Dun"],
        now=NOW,
    )
    assert read.about is None
    assert read.text.strip(" ?").casefold() == "where is it"
