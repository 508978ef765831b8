"""Words, stems and term ids."""

from __future__ import annotations

import numpy as np

from long_term_memory.core.text.tokenizer import (
    MAX_TERMS,
    stem,
    term_bytes,
    term_ids,
    tokenize,
    words,
)


def test_forms_of_a_word_share_a_stem() -> None:
    assert len({stem(word) for word in ("paint", "paints", "painted", "painting")}) == 1
    assert stem("stories") == stem("story")
    assert stem("class") == "class"


def test_stop_words_carry_nothing() -> None:
    assert tokenize("What did you do to the cat?") == ["cat"]


def test_accents_and_case_do_not_part_words() -> None:
    assert tokenize("Caf\u00e9 NA\u00cfVE") == tokenize("cafe naive")


def test_scripts_without_spaces_come_as_pairs_of_characters() -> None:
    assert tokenize("\u732b\u304c\u597d\u304d") == [
        "\u732b\u304c",
        "\u304c\u597d",
        "\u597d\u304d",
    ]
    assert tokenize("hello\u4e16\u754c") == ["hello", "\u4e16\u754c"]
    assert tokenize("\u732b") == ["\u732b"]


def test_vowel_signs_do_not_break_words() -> None:
    assert tokenize("\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902") == [
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u092e\u0947\u0902",
    ]


def test_term_ids_never_change() -> None:
    """They are stored: another number for a word needs another LEXICON version."""
    assert term_ids("painting a sunrise").tolist() == [1467646999, 4244208917]
    assert term_bytes("painting") == np.array([1467646999], "<u4").tobytes()


def test_a_pasted_book_does_not_rule_the_index() -> None:
    assert len(term_ids("word " * 100_000)) == MAX_TERMS


def test_odd_text_has_terms_or_none() -> None:
    assert term_ids("").tolist() == []
    assert term_ids("\ud800 \u202e \x00 !!!").tolist() == []


def test_words_are_told_by_their_first_written_form() -> None:
    found = words("The cats sing, the Cat sings; \u00c9t\u00e9 \u0432\u0435\u043a")
    assert list(found.values()) == ["cats", "sing", "ete", "\u0432\u0435\u043a"]
    assert (
        list(found) == term_ids("cats sing \u00e9t\u00e9 \u0432\u0435\u043a").tolist()
    )


def test_scripts_without_spaces_have_no_words_of_their_own() -> None:
    assert words("\u732b\u304c\u597d\u304d tea") == words("tea")
