"""A remembered text cannot act on a model, a template or a host."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.sanitise import one_line, sanitise, showable, steady

TOKENS = [
    "<|im_end|>",
    "<|im_start|>",
    "<|eot_id|>",
    "<|prompt|>",
    "<|character|>",
    "<|BEGIN-VISIBLE-CHAT|>",
    "<｜begin▁of▁sentence｜>",  # noqa: RUF001
    "<|turn>",
    "<turn|>",
    "<s>",
    "</s>",
    "<bos>",
    "<eot>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<think>",
    "</think>",
    "<seed:think>",
    "<__media__>",
    "<image>",
    "<USER>",
    "<BOT>",
    "<START>",
    "<<SYS>>",
    "[INST]",
    "[/INST]",
    "[TOOL_CALLS]",
    "[gMASK]",
    "[UNUSED_TOKEN_145]",
    "{{char}}",
    "{{user}}",
    "{{roll:d20}}",
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_mark_of_models_or_templates_is_broken_but_readable(token: str) -> None:
    harmless = sanitise(f"Look: {token}.")

    assert token not in harmless
    assert "{{" not in harmless
    assert "}}" not in harmless
    assert harmless.replace(" ", "") == f"Look:{token}."


@given(st.lists(st.one_of(st.sampled_from(TOKENS), st.text(max_size=3))))
def test_no_mark_survives_in_any_mixture(parts: list[str]) -> None:
    harmless = sanitise("".join(parts), ["<|im_end|>", "##", "a#"])

    assert not [token for token in [*TOKENS, "##", "a#"] if token in harmless]
    assert sanitise(harmless) == harmless
    harmless.encode()


@given(st.text(alphabet="ab#<|", max_size=30), st.text(alphabet="ab#<|", max_size=4))
def test_a_token_that_the_host_names_never_survives(text: str, token: str) -> None:
    harmless = sanitise(text, [token])

    assert len(token) < 2 or token.isalnum() or token not in harmless


def test_words_and_blanks_among_the_hosts_tokens_stay() -> None:
    assert sanitise("the  end", ["the", "  ", "d", ""]) == "the  end"


@pytest.mark.parametrize(
    "text",
    [
        "I <3 you, 1 < 2 and 3 > 2",
        "She [OOC: waits] {softly}",
        "שלום עולם",
        "می‌خواهم",
        "👩‍👩‍👧 café\tñ",
        "two\nlines",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert sanitise(text) == text


def test_what_nobody_sees_is_taken_out() -> None:
    assert sanitise("a\x00b\x1b[0m\u202edcba\u200b\U000e0041\x7f") == "ab[0mdcba"


def test_a_mark_hidden_by_what_nobody_sees_is_broken_too() -> None:
    assert sanitise("<\u200b|im_end|\u200b>") == "< |im_end|>"


def test_half_a_character_becomes_a_replacement() -> None:
    assert sanitise("a\ud83d!") == "a\ufffd!"


def test_all_line_ends_become_one_kind() -> None:
    assert sanitise("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"


@given(st.text())
def test_nothing_that_controls_a_terminal_is_left(text: str) -> None:
    left = {
        unicodedata.category(letter)
        for letter in sanitise(text)
        if letter not in "\t\n"
    }

    assert not left & {"Cc", "Cs"}


def test_a_line_has_no_line_end_and_no_double_blank() -> None:
    assert one_line(" a \n\nAnon: b\t c ") == "a Anon: b c"


@given(st.text())
def test_a_text_can_be_shown_once_half_and_control_characters_are_replaced(
    text: str,
) -> None:
    shown = showable(text)

    assert len(shown) == len(text)
    shown.encode("utf-8")
    assert showable(shown) == shown
    assert (
        showable("Zoë\t初音\r\n👩\u200d🚀 \u202e") == "Zoë\t初音\r\n👩\u200d🚀 \u202e"
    )
    assert showable("\ud83d\x00\x1b\x9b\ufffe") == "\ufffd" * 5


def test_a_steady_text_neither_steers_nor_turns() -> None:
    assert steady("a\r\nb\rc\x1b[2J\u202e\u2066") == "a\nb\ufffdc\ufffd[2J\ufffd\ufffd"
