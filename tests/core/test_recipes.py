"""Names taken out, questions, and what is embedded."""

from __future__ import annotations

import pytest

from long_term_memory.core.text.recipes import (
    as_pronouns,
    digest,
    ends_as_question,
    named_in,
    turn_text,
    without_names,
)


@pytest.mark.parametrize(
    ("text", "names", "bare"),
    [
        ("Wow, Caroline! How nice.", ["Caroline"], "Wow! How nice."),
        ("That is Caroline's dog.", ["Caroline"], "That is dog."),
        ("That is Caroline\u2019s dog.", ["Caroline"], "That is dog."),
        ("hey caroline, hi", ["Caroline"], "hey, hi"),
        ("Carolines and Carol", ["Caroline"], "Carolines and Carol"),
        ("Miku met Hatsune Miku.", ["Hatsune Miku"], "met."),
        (
            "\u041f\u0440\u0438\u0432\u0435\u0442, \u0410\u043d\u043d\u0430!",
            ["\u0410\u043d\u043d\u0430"],
            "\u041f\u0440\u0438\u0432\u0435\u0442!",
        ),
        (
            "\u30df\u30af\u304c\u597d\u304d\u3067\u3059",
            ["\u30df\u30af"],
            "\u304c\u597d\u304d\u3067\u3059",
        ),
        ("C-3PO (the droid) said", ["C-3PO (the droid)"], "said"),
    ],
)
def test_a_participants_name_is_taken_out(
    text: str, names: list[str], bare: str
) -> None:
    assert without_names(text, names) == bare


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Will you come, Will?", "Will you come?"),
        ("I will ask Will.", "I will ask."),
        ("Will's dog barks.", "dog barks."),
    ],
)
def test_a_name_that_is_a_word_stays_where_it_is_the_word(text: str, bare: str) -> None:
    assert without_names(text, ["Will"]) == bare


@pytest.mark.parametrize(
    "text", ["in May", "on 8 May", "May 8th was warm", "May I come in", "it may rain"]
)
def test_a_month_is_no_name(text: str) -> None:
    assert without_names(text, ["May"]) == text


def test_someone_called_may_loses_her_name() -> None:
    assert without_names("I told May everything.", ["May"]) == "I told everything."


@pytest.mark.parametrize("name", ["You", "the", "Assistant", "", "  ", "I"])
def test_pronouns_and_roles_are_never_names(name: str) -> None:
    text = "You and I like the assistant."
    assert without_names(text, [name]) == text


def test_a_name_of_one_character_is_too_common_to_be_taken_out() -> None:
    assert (
        without_names("\u732b\u304c\u597d\u304d", ["\u732b"])
        == "\u732b\u304c\u597d\u304d"
    )


def test_a_text_that_is_only_a_name_stays() -> None:
    assert without_names("Caroline!", ["Caroline"]) == "Caroline!"


@pytest.mark.parametrize(
    "text", ["What?", 'She asked "what?"', "\u4f55\uff1f", "eh?! *"]
)
def test_a_question_is_known_by_its_end(text: str) -> None:
    assert ends_as_question(text)


@pytest.mark.parametrize("text", ["", "What? No.", "ok"])
def test_what_ends_otherwise_is_no_question(text: str) -> None:
    assert not ends_as_question(text)


def test_what_is_embedded_has_no_names_and_no_blanks_around_it() -> None:
    assert turn_text("  Hi Ann  ", ["Ann"]) == "Hi"


@pytest.mark.parametrize(
    "text", ["May " * 100_000, " " * 400_000 + "x", ", " * 200_000]
)
def test_a_hostile_message_is_read_in_linear_time(text: str) -> None:
    """Long runs of blanks once took minutes."""
    assert without_names(text, ["May", "Ann"]).strip() is not None


def test_a_huge_message_is_embedded_by_its_beginning() -> None:
    assert len(turn_text("word " * 200_000, ["Ann"])) < 10_000


def test_lone_surrogates_have_a_digest() -> None:
    assert len(digest("user", "\ud800")) == 16


def test_names_become_pronouns() -> None:
    said = as_pronouns("Ann's cat likes Ann", ["Ann"], "I", "my")
    assert said == "my cat likes I"
    assert as_pronouns("Ann sings", [], "I", "my") == "Ann sings"


def test_names_are_seen_as_whole_words() -> None:
    assert named_in("Is Ann there?", ["Ann"])
    assert not named_in("Is Annika there?", ["Ann"])
    assert not named_in("Is Ann there?", [])


def test_a_name_of_one_character_is_no_name_where_words_are_not_spaced() -> None:
    assert (
        without_names("\u732b\u304c\u597d\u304d", ["\u732b"])
        == "\u732b\u304c\u597d\u304d"
    )
