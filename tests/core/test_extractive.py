"""Which sentences tell a stretch of chat, and how they are written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.summaries.extractive import (
    Sentence,
    choose,
    lexrank,
    lines_of,
    sentences,
    sign,
    telling_part,
    turn_summary,
    vector_text,
    write,
)
from long_term_memory.testing import HashEmbedder

NAMES = ("Mara", "Tom")


def words(text: str) -> int:
    return len(text.split())


def chosen(*lines: Sentence, target: int = 40) -> list[Sentence]:
    vectors = HashEmbedder().embed([vector_text(line, NAMES) for line in lines])
    return choose(lines, vectors, NAMES, target_tokens=target, count=words)


def mara(text: str) -> Sentence:
    return Sentence("Mara", text)


# -- sentences -----------------------------------------------------------------------


def test_short_stage_directions_go_and_long_ones_stay() -> None:
    content = (
        '*smiles softly* "I lied to you." *She walks over to the window and looks down '
        "at the burning city.* Goodbye."
    )

    assert [line.text for line in lines_of("Mara", content)] == [
        '"I lied to you."',
        "She walks over to the window and looks down at the burning city.",
        "Goodbye.",
    ]


def test_a_message_of_nothing_but_a_stage_direction_keeps_it() -> None:
    assert lines_of("Mara", "*nods*") == [mara("nods")]


def test_stressed_words_are_no_stage_direction() -> None:
    [line] = lines_of("Mara", "I *really* mean it, **all** of it.")

    assert line.text == "I really mean it, all of it."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I met Dr. Smith at 3.5 km. It cost $3.50!", 2),
        ("I know J. R. R. Tolkien.", 1),
        ("Was it you? Yes. No line\nends here", 4),
        ("はい。そうです。", 2),
        ("", 0),
        ("... !!!", 0),
    ],
)
def test_sentences_end_where_a_reader_says_so(text: str, count: int) -> None:
    assert len(lines_of("", text)) == count


# -- writing -------------------------------------------------------------


def test_what_one_says_in_a_row_stands_on_one_line() -> None:
    lines = [mara("I left."), mara("It rained."), Sentence("Tom", "Oh no.")]

    assert write(lines) == "Mara: I left. It rained.\nTom: Oh no."


# -- choosing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "telling",
    [
        "I promise that I will never open that door again.",
        "We decided to leave the old town by the sea.",
        "Yesterday the doctor called about the results.",
        "She gave the letter to old Wilbur at the mill.",
        "I lost the ring that my mother wore each day.",
    ],
)
def test_what_a_story_turns_on_outweighs_small_talk(telling: str) -> None:
    for talk in (
        "That sounds so nice and you must be happy there.",
        "What do you think about all of these things then?",
        "Wow that is really great and so very nice indeed.",
    ):
        assert sign(telling, NAMES) > sign(talk, NAMES)


def test_the_participants_names_favour_nothing() -> None:
    plain = sign("Then we all went home with Mara again.", NAMES)

    assert plain < sign("Then we all went home with Olga again.", NAMES)


def test_chosen_lines_stand_in_story_order_and_keep_to_their_tokens() -> None:
    lines = [mara(f"On day {n} I sold {n} boats to Olaf.") for n in range(1, 20)]

    found = chosen(*lines, target=30)

    assert found == sorted(found, key=lines.index)
    assert 0 < words(write(found)) <= 30


def test_what_was_said_already_counts_less() -> None:
    same = "Yesterday I sold the red boat to Olaf."
    other = "We will walk along the northern wall."

    found = chosen(mara(same), mara(same), mara(same), mara(other), target=21)

    assert [line.text for line in found] == [same, other]


def test_a_sentence_without_an_end_is_cut() -> None:
    [line] = chosen(mara("and then " * 500), target=30)

    assert 0 < words(line.text) <= 30


def test_of_nothing_nothing_is_chosen() -> None:
    assert chosen() == []
    assert [line.text for line in chosen(mara("Hi."), mara("Bye."))] == ["Hi.", "Bye."]


@given(st.lists(st.text(max_size=60), max_size=12), st.integers(1, 60))
def test_any_text_can_be_told(texts: list[str], target: int) -> None:
    lines = [line for text in texts for line in lines_of("Mara", text)]

    found = chosen(*lines, target=target)

    assert bool(found) == bool(lines)
    assert all(one.name == "Mara" for one in found)


# -- LexRank -------------------------------------------------------------------------


def test_what_many_say_is_central() -> None:
    vectors = HashEmbedder().embed(
        ["the red boat sank", "the red boat", "a red boat sank", "grandmother knits"]
    )

    ranks = lexrank(vectors)

    assert ranks.argmin() == 3
    assert ranks.sum() == pytest.approx(4)


def test_equal_sentences_are_equally_central_and_none_is_none() -> None:
    assert lexrank(np.ones((3, 1), np.float32)) == pytest.approx([1, 1, 1])
    assert len(lexrank(np.zeros((0, 8), np.float32))) == 0


# -- single messages -----------------------------------------------------------------


def test_one_sentence_stands_for_a_message() -> None:
    content = "Hi there! How are you? Yesterday I sold the house in Bergen. Nice."

    assert turn_summary(content) == "Yesterday I sold the house in Bergen."
    assert turn_summary("*nods*") == "nods"
    assert turn_summary("") == ""


def test_a_long_message_keeps_what_is_asked_for_and_what_tells() -> None:
    content = (
        "The wind was soft and it was quiet. " * 20
        + "The key lies under the blue pot. "
        + "So it goes on and on. " * 20
        + "Yesterday I sold the house in Bergen."
    )

    part = telling_part(content, 120, wanted={"key", "pot"})

    assert len(part) <= 120
    assert part.index("The key lies under the blue pot.") < part.index("Bergen")
    assert " … " in part
    assert telling_part("Short.", 120) == "Short."


def test_of_a_pasted_book_only_the_beginning_is_weighed() -> None:
    """A message of 5 MB took seconds of every turn after it."""
    told = "We moved to Oslo in May 2021 with nine hives. " * 3_000

    book = told + "x" * 20_000_000
    assert telling_part(book, 500) == telling_part(told, 500)


def test_a_day_of_a_german_month_ends_no_sentence() -> None:
    assert sentences("Ich muss zum 15. Februar aus. Das war 15. Sonst nichts.") == [
        "Ich muss zum 15. Februar aus.",
        "Das war 15.",
        "Sonst nichts.",
    ]
