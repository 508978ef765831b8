"""What is a memory, and what needs the message before it."""

from __future__ import annotations

import pytest

from long_term_memory.core.text.memorable import (
    LONG,
    Worth,
    leans_back,
    question_in,
    worth,
)


@pytest.mark.parametrize(
    "text",
    [
        "You never told me.",
        "Hm, I don't know, you never mentioned it.",
        "You haven't told me your blood type yet.",
        "I don't remember you telling me that.",
        "No idea!",
        "Das hast du mir noch nie erz\u00e4hlt.",
        "Das wei\u00df ich leider nicht.",
        "\u4f60\u6ca1\u544a\u8bc9\u8fc7\u6211\u3002",
        "\u6211\u4e0d\u77e5\u9053\u3002",
    ],
)
def test_a_character_who_did_not_know_is_not_quoted_for_it(text: str) -> None:
    assert worth(text, "assistant") is Worth.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "I don't know how to swim.",
        "I can't remember my mother's face.",
        "You never told me your sister had twins, and now they are two!",
        "*shrugs* I don't know who my father was, nobody in the village ever said.",
    ],
)
def test_a_character_who_tells_what_it_cannot_do_is_quoted(text: str) -> None:
    assert worth(text, "assistant") is Worth.MEMORY


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
    [
        *("Hello!", "good night", "*smiles*", "haha ok", "\u4f60\u597d\u5440", "I see"),
        *("", "ok gotta go, talk later!", "I gotta go", "I have to go now, bye"),
        *("nice to meet you too", "that makes sense", "I see what you mean"),
        *("I missed you!", "ok, bye for now", "fair enough", "You\u2019re the best!"),
    ],
)
def test_small_talk_is_no_memory_whoever_makes_it(text: str) -> None:
    assert worth(text, "user") is Worth.NOTHING
    assert worth(text, "assistant") is Worth.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        *("I had a baby!", "I'm sad.", "I can't sleep", "I have a problem"),
        *("I'm pregnant.", "detlef ist tot", "ich bin schwanger", "There are 20."),
        *("Yes, it was my brother who did it.", "I have to go to the dentist"),
        *("I gotta go to work at six", "I need to go now to fetch Lily"),
        *("I have to leave my husband", "you're the best cook in town"),
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


@pytest.mark.parametrize(
    "text",
    [
        "wie heißt mein Hund und wie alt ist er?",
        "what's my dog's name and how old is he?",
        "Where is my sister again, do you know?",
        "x" * 100_000,
        "asdfgh" * 30 + " \n" + "x" * 500,
    ],
)
def test_who_asks_for_his_own_and_who_holds_a_key_down_tell_nothing(text: str) -> None:
    assert worth(text, "user") is Worth.NOTHING


def test_a_long_text_with_a_long_word_tells_what_else_it_holds() -> None:
    assert worth("I live in Oslo. " * 40 + "x" * 500, "user") is Worth.MEMORY
    assert worth("我住在奥斯陆" * 100, "user") is Worth.MEMORY
