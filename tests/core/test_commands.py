# ruff: noqa: E501, RUF001
"""Which sentences tell memory something, and which are talk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from long_term_memory.core.knowledge.commands import Wish, commands_in

TOLD = {
    "Remember that I'm allergic to nuts": "remember I'm allergic to nuts",
    "Remember that I'm allergic to nuts.": "remember I'm allergic to nuts",
    "please remember that my sister is called Ana": "remember my sister is called Ana",
    "Remember: my birthday is on May 3rd": "remember my birthday is on May 3rd",
    "remember this: I take my coffee black. No sugar ever.": "remember I take my coffee black",
    "hey, remember I hate mushrooms ok?": "remember I hate mushrooms",
    "Please remember I'm vegan.": "remember I'm vegan",
    "Don't forget that I can't eat gluten": "remember I can't eat gluten",
    "Don't forget I'm deaf in my left ear": "remember I'm deaf in my left ear",
    "keep in mind that I work nights": "remember I work nights",
    "Keep in mind I'm only free on weekends, please": "remember I'm only free on weekends",
    "I want you to remember that my dog died in March": "remember my dog died in March",
    "I need you to remember I'm diabetic": "remember I'm diabetic",
    "Could you please remember that I'm left-handed?": "remember I'm left-handed",
    "Make a note: I moved to Oslo": "remember I moved to Oslo",
    "make a note that I'm off on Fridays": "remember I'm off on Fridays",
    "note that I prefer tea": "remember I prefer tea",
    "Mara, remember that my brother is called Tom": "remember my brother is called Tom",
    "Remember to call me Kit": "remember call me Kit",
    "btw please remember that we broke up": "remember we broke up",
    "Remember that Tom is my brother": "remember Tom is my brother",
    "Can you please remember that I hate being called Lizzie?": "remember I hate being called Lizzie",
    "That was fun. Oh and remember that I'm allergic to cats.": "remember I'm allergic to cats",
    "Merk dir bitte, dass ich Vegetarier bin": "remember ich Vegetarier bin",
    "Merk dir: meine Schwester heißt Ana": "remember meine Schwester heißt Ana",
    "Bitte merk dir, dass ich keine Nüsse essen darf": "remember ich keine Nüsse essen darf",
    "Denk bitte daran, dass ich nachts arbeite": "remember ich nachts arbeite",
    "Vergiss nicht, dass ich Diabetiker bin": "remember ich Diabetiker bin",
    "Bitte vergiss nicht, dass mein Bruder Tom heißt.": "remember mein Bruder Tom heißt",
    "Merke dir, ich bin allergisch gegen Katzen": "remember ich bin allergisch gegen Katzen",
    "Behalte bitte im Kopf, dass ich kein Fleisch esse": "remember ich kein Fleisch esse",
    "记住我对花生过敏": "remember 我对花生过敏",
    "请记住，我不吃香菜": "remember 我不吃香菜",
    "帮我记一下，我妈妈的生日是五月三号": "remember 我妈妈的生日是五月三号",
    "别忘了我对猫过敏": "remember 我对猫过敏",
    "记住：我叫小林": "remember 我叫小林",
    "你要记住我是左撇子": "remember 我是左撇子",
    "please forget what I said about Tom": "forget Tom",
    "Forget what I told you about my job.": "forget my job",
    "forget everything I said about the accident please": "forget the accident",
    "Please delete everything you know about my ex": "forget my ex",
    "Can you forget what I said about my mother?": "forget my mother",
    "forget that I mentioned the money": "forget the money",
    "Vergiss bitte, was ich über Tom gesagt habe": "forget Tom",
    "Bitte vergiss alles, was ich dir über meine Arbeit erzählt habe.": "forget meine Arbeit",
    "Lösch bitte alles über meinen Ex": "forget meinen Ex",
    "请忘掉我说的关于汤姆的事": "forget 汤姆",
    "忘了我说过的关于工作的话": "forget 工作",
    "请把我说的关于前男友的事忘掉": "forget 前男友",
}

TALK = (
    "Do you remember that I'm allergic to nuts?",
    "Do you remember when we met?",
    "Remember when we met?",
    "remember that time we got lost",
    "I'll never forget that you came",
    "I'll always remember that I met you here",
    "remember how you laughed",
    "Remember me",
    "please forget it",
    "please forget about it",
    "forget about it",
    "Forget it.",
    "just forget what I said",
    "I forgot what I said about Tom",
    "I can't forget what I said about Tom",
    "Don't forget me",
    "Don't forget I love you",
    "Remember that I love you",
    "Remember I told you about Tom?",
    "Remember what I told you about my job?",
    'She said "remember that I\'m your mother"',
    '"Remember that I am the king," he says.',
    "*Remember that I'm watching you*",
    "I remember that I was happy",
    "He told me to remember that I'm strong",
    "Can you remember my name?",
    "Remember, remember, the fifth of November",
    "You must remember this, a kiss is just a kiss",
    "remember to breathe",
    "Vergiss es",
    "Weißt du noch, dass ich krank war?",
    "Erinnerst du dich, dass ich Nüsse hasse?",
    "Vergiss nicht, dass ich dich liebe",
    "vergiss mich nicht",
    "你还记得我对花生过敏吗？",
    "记得我们第一次见面吗",
    "我永远不会忘记你",
    "别忘了我",
    "算了，忘了吧",
    "忘了他吧",
    "Forget Tom, he's an idiot",
    "Tom told me to forget what I said about him",
    "Anna: remember that I'm your friend",
    "> Remember that I'm allergic to nuts",
    "I want to forget everything about Tom",
    "Remember that one time I fell?",
    "If you forget what I said about Tom I'll be mad",
    "don't forget what I said about Tom",
    "Don't you dare forget that I saved you",
    "Note to self: buy milk",
    "Never forget where you come from",
    "Remember I promised you a cake?",
    "Remember that I will always be here for you",
)


@pytest.mark.parametrize("text", TOLD)
def test_what_memory_is_told_is_known(text: str) -> None:
    [command] = commands_in(text, "user")

    assert f"{command.wish.value} {command.text}" == TOLD[text]


@pytest.mark.parametrize("text", TALK)
def test_talk_of_remembering_is_no_command(text: str) -> None:
    assert commands_in(text, "user") == ()


@pytest.mark.parametrize("role", ["assistant", "system"])
def test_only_the_user_tells_memory_anything(role: str) -> None:
    assert commands_in("Remember that I'm vegan", role) == ()  # type: ignore[arg-type]


def test_what_is_said_out_of_character_counts_in_a_scene() -> None:
    text = (
        '*She draws her sword and looks at the gate.* "Remember that I am your queen," '
        "*she says to the guard.* (ooc: please remember that my dog is called Rex)"
    )
    [command] = commands_in(text, "user")

    assert command.text == "my dog is called Rex"


def test_the_sentence_before_is_meant_where_a_command_points_at_it() -> None:
    [command] = commands_in("I'm off on Fridays. Please remember that.", "user")

    assert command.text == "I'm off on Fridays"
    assert commands_in("Is it late? Please remember that.", "user") == ()
    assert commands_in("Please remember that.", "user") == ()


def test_what_is_to_be_forgotten_has_a_name() -> None:
    assert commands_in("please forget what I said about it", "user") == ()
    assert commands_in("Remember: x", "user") == ()
    [command] = commands_in("please forget my old address, ok?", "user")
    assert command.wish is Wish.FORGET
    assert command.text == "my old address"


def test_what_somebody_else_says_in_a_sentence_is_none() -> None:
    assert commands_in("He told me, remember that I'm strong", "user") == ()
    [command] = commands_in("Small request, please remember that I'm deaf", "user")
    assert command.text == "I'm deaf"


LINES = Path(__file__).parents[2] / "benchmarks" / "data" / "fact_lines" / "said.tsv"


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_lines_of_our_own_tell_memory_what_they_told(language: str) -> None:
    found = false = wanted = 0
    for line in LINES.read_text(encoding="utf-8").splitlines():
        who, tongue, act, what, text = line.split("\t")
        if tongue != language:
            continue
        commands = commands_in(text, "user" if who == "u" else "assistant")
        shared = what.casefold().split()[-1]
        right = [
            one.wish.value == act
            and (
                shared in one.text.casefold() or one.text.casefold() in what.casefold()
            )
            for one in commands
        ]
        wanted += act != "none"
        found += any(right)
        false += right.count(False)

    assert found >= 0.95 * wanted
    assert false <= 0.05 * wanted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I'm vegan (please remember that).", "I'm vegan"),
        ("I'm vegan, so keep that in mind.", "I'm vegan"),
        ("Just so we're clear: I'm vegan. Make a note.", "I'm vegan"),
        ("Please remember this. I'm vegan.", "I'm vegan"),
        ("add my peanut allergy to your notes", "my peanut allergy"),
        ("For future reference, I'm vegan", "I'm vegan"),
        ("Remember that I'm vegan, so don't cook meat", "I'm vegan"),
        ("please remember she's allergic to bees", "she's allergic to bees"),
        ("remember the exam is on the 5th", "the exam is on the 5th"),
        (
            "please note I hate it when you call me Liz",
            "I hate it when you call me Liz",
        ),
        ("OOC: keep in mind that Wren is deaf", "Wren is deaf"),
        ("Vergiss bitte meine Nussallergie nicht", "meine Nussallergie"),
        ("Alles klar. Ich bin taub, bitte nicht vergessen!", "Ich bin taub"),
        ("請記住我對貓過敏", "我對貓過敏"),
        ("把我对猫过敏这件事记下来", "我对猫过敏"),
        ("我对猫过敏，这点你要记住。", "我对猫过敏"),
    ],
)
def test_what_is_told_stands_in_many_places(text: str, told: str) -> None:
    [command] = commands_in(text, "user")

    assert (command.wish, command.text) == (Wish.REMEMBER, told)


@pytest.mark.parametrize(
    "text",
    [
        "Captain, make a note: the cargo is missing.",
        "*She turns to the guard.* Remember that I'm paid well!",
        "I'm vegan (and happy to remember nothing).",
        "Please remember this. You owe me.",
        "Is it late? Make a note.",
        "He said I'm weak, remember that I'm strong, he said",
        "Note: the shop closes at nine, said the sign.",
        "# remember: i is zero-based",
        "forget my last move, let me take the knight",
        "please forget my manners",
    ],
)
def test_what_is_told_to_a_figure_or_by_one_is_talk(text: str) -> None:
    assert commands_in(text, "user") == ()


def test_out_of_character_a_whole_plot_may_be_forgotten() -> None:
    [command] = commands_in(
        "(OOC: forget the dragon plot, let's go another way)", "user"
    )

    assert (command.wish, command.text) == (Wish.FORGET, "the dragon plot")
    assert commands_in("forget the dragon plot", "user") == ()


def test_a_long_message_is_read_in_no_time() -> None:
    texts = (
        "please, and so, but ok, hey, remember " * 200,
        "remember that i " * 500,
        "\u8bf7\u4f60\u8981\u5e2e\u6211" * 1500 + "\u8bb0\u4f4f",
        "bitte mal doch das es ja merk dir " * 230,
        "forget everything all that stuff of the things " * 160,
    )
    before = time.process_time()
    for text in texts:
        commands_in(text, "user")

    assert time.process_time() - before < 5
