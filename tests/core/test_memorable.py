"""What is a memory, and what needs the message before it."""

from __future__ import annotations

import pytest

from long_term_memory.core.memorable import (
    LONG,
    Worth,
    leans_back,
    question_in,
    worth,
)


@pytest.mark.parametrize(
    "text",
    [
        "What kind of car do I have?",
        "what's my cat called again?",
        "And now?",
        "you up?",
        "Who is Sam?",
        "Do you remember Heidi?",
        "What is my blood type?",
        "does it really taste like a pew",
        "lol. did you ever do anything else before the shop?",
        "Tell me how we met",
        "tell me about that bird of yours",
        "Hast du noch auf?",
        "was hab ich dir erz\u00e4hlt",
        "Wie hei\u00dft meine Katze?",
        "\u00bfTe acuerdas de mi gata?",
        "Comment s'appelle ta soeur ?",
        "\u6211\u4eec\u8981\u8eb2\u591a\u4e45\u554a",
        "\u4f60\u662f\u8c01\uff1f",
    ],
)
def test_a_bare_question_of_the_users_is_no_memory(text: str) -> None:
    assert worth(text, "user") is Worth.NOTHING


def test_a_question_of_the_characters_is_one() -> None:
    assert worth("What colour is your boat?", "assistant") is Worth.MEMORY


@pytest.mark.parametrize(
    "text",
    [
        "Did you know that I was born in Lima?",
        "Should I tell my boss that I'm pregnant?",
        "Guess what, I quit!",
        "we're out of milk, can you get some?",
        "You are knitting me a scarf?",
        "What should I get my daughter for her tenth birthday on Friday?",
        "Can you believe I broke my leg?",
        "Is my sister Mira coming to the wedding on Saturday with you?",
        "Wei\u00dft du, dass ich nach Rostock ziehe?",
        "\u6211\u90a3\u8f86\u8f66\u5f00\u4e86\u4e5d\u4e07\u516c\u91cc\u4e86\uff0c"
        "\u8981\u7d27\u5417",
        "Who was the one with the hat who came in late last night with the two dogs?",
        "\u90a3\u4e2a\u6234\u7740\u5e3d\u5b50\u6628\u5929\u665a\u4e0a\u5f88\u665a"
        "\u624d\u5e26\u7740\u4e24\u53ea\u72d7\u8fdb\u6765\u7684\u4eba\u662f\u8c01",
    ],
)
def test_a_question_that_tells_something_is_a_memory(text: str) -> None:
    assert worth(text, "user") is Worth.MEMORY


@pytest.mark.parametrize(
    "text",
    ["Hello!", "good night", "*smiles*", "haha ok", "\u4f60\u597d\u5440", "I see", ""],
)
def test_small_talk_is_no_memory_whoever_makes_it(text: str) -> None:
    assert worth(text, "user") is Worth.NOTHING
    assert worth(text, "assistant") is Worth.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        *("I had a baby!", "I'm sad.", "I can't sleep", "I have a problem"),
        *("I'm pregnant.", "detlef ist tot", "ich bin schwanger", "There are 20."),
        "Yes, it was my brother who did it.",
    ],
)
def test_what_is_told_in_common_words_is_a_memory(text: str) -> None:
    """Every word of "I had a baby" stands in a list of small talk."""
    assert worth(text, "user") is Worth.MEMORY


@pytest.mark.parametrize(
    "text", ["That one!", "the other", "Den da.", "both", "\u8fd9\u4e2a"]
)
def test_a_scrap_tells_something_only_as_an_answer(text: str) -> None:
    assert worth(text, "user") is Worth.SCRAP


def test_a_copy_of_the_block_is_no_memory() -> None:
    block = "[Miku remembers from earlier conversations:\nAnon: I keep bees.\n]"
    long = block.replace("bees", "bees " * LONG)

    assert worth(block, "assistant") is Worth.NOTHING
    assert worth(f"Hello!\n{block}\nGood night.", "user") is Worth.NOTHING
    assert worth(long, "assistant") is Worth.NOTHING
    assert worth("What is it? " * LONG, "user") is Worth.MEMORY


@pytest.mark.parametrize(
    "text",
    [
        *("Yes, in March.", "In March.", "That one!", "Like soap with ambitions."),
        *("No, I never did.", "Ja, mit links.", "\u662f\u7684\uff0c\u4e09\u6708"),
    ],
)
def test_an_answer_leans_on_its_question(text: str) -> None:
    assert leans_back(text)


@pytest.mark.parametrize(
    "text",
    [
        *("I moved to Oslo.", "My cat is called Miso.", "x" * (LONG + 1)),
        "Yes, and then the whole choir came in singing the song about the old mill.",
    ],
)
def test_what_says_who_does_what_stands_by_itself(text: str) -> None:
    assert not leans_back(text)


def test_of_what_was_said_before_only_the_question_is_told() -> None:
    assert question_in("*nods* So. Did you book it? Did you pay?") == "Did you pay?"
    assert (
        question_in("\u597d\u3002\u4f60\u53bb\u5417\uff1f")
        == "\u4f60\u53bb\u5417\uff1f"
    )
    assert question_in("I booked it.") == ""
