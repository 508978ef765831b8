"""Messages in passages, and what is shown of a long one."""

from __future__ import annotations

import re
import time

import pytest

from long_term_memory.core.text.passages import (
    ELLIPSIS,
    MOST_PASSAGES,
    MOST_WORDS,
    WHOLE_WORDS,
    is_long,
    passages,
    speaker_in,
    telling_passages,
    word_count,
)

RAIN = (
    "The rain had been at it since noon, and the awning of the old cinema had long "
    "stopped pretending to keep any of it off the pavement."
)
KEYS = (
    "Tomasz stood under what was left, a ring of keys hooked on one finger, and saw "
    "the bus wheeze to a stop on the far side of Lantern Street."
)
CAT = (
    "My cat is called Miso, she is eleven years old and afraid of thunder, and every "
    "evening she waits for me behind the red door of the bakery."
)
END = (
    "At ten the lights went out, one after the other, and nobody in the street said a "
    "single word until the morning came and the milk was late."
)
REPLY = f"{RAIN} {KEYS} {CAT} {END}"


def test_a_short_message_is_its_own_only_passage() -> None:
    text = " ".join(["word"] * WHOLE_WORDS)
    assert passages(text) == (text,)
    assert passages("  Hello.\n") == ("Hello.",)


def test_what_says_nothing_has_no_passage() -> None:
    assert passages("") == ()
    assert passages("```\nHP: 3\n```") == ()


def test_a_long_message_is_cut_where_sentences_end() -> None:
    assert passages(REPLY) == (RAIN, KEYS, CAT, END)


def test_short_sentences_share_a_passage() -> None:
    text = "I came home late again. " * 30
    found = passages(text)
    assert {word_count(passage) for passage in found} == {20, 10}
    assert " ".join(found) == text.strip()


def test_the_last_few_words_join_the_passage_before() -> None:
    assert passages(f"{REPLY} Good night.")[-1] == f"{END} Good night."


def test_speech_actions_and_narration_are_told_apart() -> None:
    spoken = '"I was born by the sea. My father mended nets there all his life."'
    action = "*She turns the cup in her hands and does not look up at him at all.*"
    text = f"{RAIN} {spoken} {action} {spoken} {KEYS}"
    assert passages(text) == (RAIN, spoken, action, spoken, KEYS)


def test_stress_within_a_sentence_does_not_cut_it() -> None:
    stressed = RAIN.replace("old cinema", "*Alcazar*")
    assert passages(f"{stressed} {KEYS} {CAT}")[0] == stressed


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "word " * 20_000,
        "a line of a text without any end\n" * 10_000,
        "\u732b" * 100_000,
        "\u732b\uff0c" * 50_000,
        "\u0e41\u0e21\u0e27" * 30_000,
        "```\n" + "x = 1\n" * 8_000 + "```\n" + "> what you said before\n" * 2_000,
        "*" * 100_000,
        '"' * 100_000,
        "x.\n" * 30_000,
        ". " * 50_000,
        "* a *" * 20_000,
        "*" + "b " * 50_000,
        ("a" + " " * 900) * 100,
    ],
)
def test_whatever_is_sent_has_bounded_passages_soon(text: str) -> None:
    begun = time.process_time()
    found = passages(text)
    shown = telling_passages(text, ["word"], limit_chars=1000)
    assert time.process_time() - begun < 4
    assert 1 < len(found) <= MOST_PASSAGES
    assert all(found)
    assert len(shown) <= 1000


def test_no_word_is_lost_in_cutting() -> None:
    text = "one, two three; " * 2_000
    joined = re.sub(r"\s", "", "".join(passages(text)))
    assert joined == re.sub(r"\s", "", text)


def test_a_sentence_without_end_is_cut_into_passages_of_some_words() -> None:
    found = passages("so we walked and walked " * 40)
    assert all(word_count(passage) <= 2 * MOST_WORDS for passage in found)


def test_scripts_without_spaces_have_words_too() -> None:
    assert word_count("\u732b" * 40) == 21
    assert is_long("\u732b" * 130)
    assert not is_long("\u732b" * 100)


def test_panels_are_no_passages() -> None:
    panel = "\n<div><b>Mood</b>: sad</div>\n```\nHP: 3\n```"
    assert passages(REPLY + panel) == passages(REPLY)


# -- what is shown ---------------------------------------------------------------------


def test_a_short_message_is_shown_whole() -> None:
    assert telling_passages("Hello.", ["cat"], limit_chars=100) == "Hello."
    assert telling_passages("", [], limit_chars=100) == ""


def test_a_long_message_is_shown_by_the_passage_that_is_asked_for() -> None:
    shown = telling_passages(REPLY, ["cat", "miso"], limit_chars=1000)
    assert shown == f"{ELLIPSIS} {CAT} {ELLIPSIS}"


def test_meaning_finds_the_passage_where_words_do_not() -> None:
    shown = telling_passages(REPLY, [], [0.1, 0.6, 0.1, 0.1], limit_chars=1000)
    assert shown == f"{ELLIPSIS} {KEYS} {ELLIPSIS}"


def test_likenesses_of_another_cutting_are_not_believed() -> None:
    shown = telling_passages(REPLY, ["miso"], [0.9, 0.1], limit_chars=1000)
    assert CAT in shown


def test_who_is_meant_is_told_before() -> None:
    """A passage that begins with "She" alone tells nobody who."""
    aunt = "My aunt was a proud woman, all her long and lonely life, and her house"
    aunt = f"{aunt} stood at the far end of the road to the sea."
    she = "She had kept the letter under the floor for thirty years, tied with string."
    text = f"{RAIN} {KEYS} {aunt} {she} {END}"
    shown = telling_passages(text, ["letter"], limit_chars=1000)
    assert shown == f"{ELLIPSIS} {aunt} {she} {ELLIPSIS}"


def test_what_comes_before_goes_where_there_is_no_room() -> None:
    she = KEYS.replace("Tomasz", "She")
    before = f"{CAT[:-1]}, until the snow lay on the roofs and the river stood still."
    text = f"{RAIN} {before} {she} {END}"
    shown = telling_passages(text, ["key"], limit_chars=1000)
    assert shown == f"{ELLIPSIS} {she} {ELLIPSIS}"


def test_two_passages_that_tell_alike_are_both_shown() -> None:
    shown = telling_passages(REPLY, [], [0.5, 0.0, 0.5, 0.1], limit_chars=1000)
    assert shown == f"{RAIN} {ELLIPSIS} {CAT} {ELLIPSIS}"


def test_a_message_a_little_too_long_loses_but_its_least_telling_passage() -> None:
    text = f"{RAIN} {KEYS} {CAT}"
    shown = telling_passages(text, [], [0.1, 0.9, 0.3], limit_chars=1000)
    assert shown == f"{ELLIPSIS} {KEYS} {CAT}"


def test_the_first_and_the_last_have_nothing_left_out_on_their_side() -> None:
    first = telling_passages(REPLY, [], [0.9, 0, 0, 0], limit_chars=1000)
    last = telling_passages(REPLY, [], [0, 0, 0, 0.9], limit_chars=1000)
    assert first == f"{RAIN} {ELLIPSIS}"
    assert last == f"{ELLIPSIS} {END}"


def test_no_more_is_shown_than_there_is_room_for() -> None:
    shown = telling_passages(REPLY, [], [0.56, 0.0, 0.5, 0.1], limit_chars=150)
    assert shown == f"{RAIN} {ELLIPSIS}"
    assert len(telling_passages(REPLY, [], limit_chars=40)) <= 40


def test_what_is_shown_is_no_longer_than_a_whole_message() -> None:
    likeness = [0.5, 0.5, 0.5, 0.5]
    shown = telling_passages(REPLY, [], likeness, limit_chars=1000)
    assert word_count(shown) <= WHOLE_WORDS + 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"I was born in Riga," said Mira.', "Mira"),
        ('"I was born in Riga," Mira Volkova whispered.', "Mira Volkova"),
        ('Mira asked after a while, "Where were you? I waited."', "Mira"),
        ('Mira: "Where were you?"', "Mira"),
        ("\u201cNo, not today,\u201d Tom\u2019s said.", "Tom"),
        ('It was late. The rain went on and on. "No," said Mira.', ""),
        ('"I was born in Riga," he said.', ""),
        ('"I was born in Riga." She said nothing.', ""),
        ("I said no to Mira.", ""),
        ("Hello there!", ""),
    ],
)
def test_who_is_named_as_speaking_speaks(text: str, name: str) -> None:
    assert speaker_in(text) == name
