"""What lines of our own tell, and that traps tell nothing.

The lines stand in `benchmarks/data/fact_lines`, those of whoever had not seen the rules
in `benchmarks/data/facts`; `benchmarks/facts.py` counts both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from long_term_memory.core.knowledge.english.clauses import clauses
from long_term_memory.core.knowledge.english.second_person import of_you
from long_term_memory.core.knowledge.english.third_person import of_third
from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.knowledge.german.grammar import conjugated
from long_term_memory.core.types import Role

LINES = Path(__file__).parents[2] / "benchmarks" / "data"
SURE = 0.7


class Line(NamedTuple):
    """A line with the words that its facts must hold."""

    remark: Remark
    keys: list[str]


def lines(language: str) -> list[Line]:
    """Return the lines of a language."""
    names = {"english": ("Nora", "Rhys"), "german": ("Anke", "Falk")}
    user, character = names.get(language, ("\u5c0f\u6797", "\u963f\u6708"))
    found = []
    path = LINES / "fact_lines" / f"{language}.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        who, before, text, keys = line.split("\t")
        of_user = who == "u"
        role: Role = "user" if of_user else "assistant"
        speaker, other = (user, character) if of_user else (character, user)
        told = [] if keys == "-" else [one.strip() for one in keys.split(";")]
        found.append(Line(Remark(text, role, speaker, other, before), told))
    return found


def sure(remark: Remark) -> list[str]:
    """Return the texts of facts that are told by default."""
    return [one.text for one in extract(remark) if one.confidence >= SURE]


@pytest.mark.parametrize("language", ["english", "german", "chinese"])
def test_lines_of_our_own_tell_what_they_told(language: str) -> None:
    keys = right = false = 0
    for line in lines(language):
        texts = [one.casefold() for one in sure(line.remark)]
        keys += len(line.keys)
        right += sum(
            any(all(word in text for word in key.casefold().split()) for text in texts)
            for key in line.keys
        )
        false += bool(texts) and not line.keys

    assert right >= 0.92 * keys
    assert false <= 7


def of(text: str, role: Role = "user", before: str = "") -> list[str]:
    """Return the facts in a text of Lena, or of Kael."""
    pair = ("Lena", "Kael") if role == "user" else ("Kael", "Lena")
    return sure(Remark(text, role, *pair, before))


@pytest.mark.parametrize(
    "text",
    [
        "If I had a dog I'd call him Pudding.",
        'My boss said "I am a vegan" and nobody laughed.',
        "*draws the sword* I am the heir of Harrow, and my brother is dead!",
        "Imagine we were pirates and I had a parrot called Steve.",
        "I'm a nurse. Just kidding.",
        "Once upon a time there was a weaver. My house stands by the sea, she said.",
        "Do you think I'm a nurse?",
        "(ooc: I live in Leipzig, is that a problem?)",
        "I dreamt I was a surgeon in Rome.",
        "The diary reads: I live in the mill and my name is Margarethe.",
        "Have a bun. Have another one.",
        "Almonds and I are friends, walnuts are acquaintances.",
        "I promise: we read the last chapter together, out on the roof.",
        "My uncle writes to me once a year to tell me so.",
        "",
        "   ",
        "!!! \U0001f600 ***",
    ],
)
def test_what_is_not_meant_is_no_fact(text: str) -> None:
    assert of(text) == []


def test_a_sentence_with_a_verb_of_its_own_says_no_more_of_the_one_before() -> None:
    text = "I was a legionary once. The ledger wants birthdays."

    assert of(text) == ["Lena was a legionary once."]
    assert of("James and I are friends.") == ["Lena and James are friends."]


@pytest.mark.parametrize("text", ["ok 5", "Ok, so 2", "I live for this", "fine, 12"])
def test_small_talk_is_no_fact(text: str) -> None:
    assert of(text, before="I see.") == []


@pytest.mark.parametrize(
    "text", ["I bought tomatoes.", "I ate noodles.", "I lost games."]
)
def test_what_was_done_once_is_no_habit(text: str) -> None:
    assert of(text) == []
    assert of("I collect stamps.") == ["Lena collects stamps."]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What am I allergic to?", "Peanuts."),
        ("Do you know what I\u2019m allergic to?", "Peanuts!"),
        ("How old am I?", "Thirty."),
        ("How old is he?", "Thirty."),
        ("What instrument do I play?", "The violin."),
        ("Is your son allergic to anything?", "Peanuts."),
        ("Wie alt bin ich?", "Drei\u00dfig."),
        ("\u6211\u5bf9\u4ec0\u4e48\u8fc7\u654f\uff1f", "\u82b1\u751f\u3002"),
        ("What are you allergic to?", "Hm, let me think."),
        ("Where do you live?", "Well, hmm, guess."),
        ("What's your cat called?", "Uh, I forgot."),
        ("What are you afraid of?", "Oh, you know."),
    ],
)
def test_what_was_asked_of_another_or_not_answered_is_no_fact(
    asked: str, answer: str
) -> None:
    """What somebody guessed of another became a fact about the one who guessed."""
    assert of(answer, "assistant", asked) == []


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ("What are you allergic to?", "Peanuts.", "Kael is allergic to Peanuts."),
        ("I'm from Rome, and you? Where do you live?", "Oslo", "Kael lives in Oslo."),
        ("I live in Rome, where do you live?", "Oslo", "Kael lives in Oslo."),
        ("What's your cat called?", "Mochi.", "Mochi is Kael's cat."),
        ("What am I allergic to, and you?", "Peanuts.", "Kael is allergic to Peanuts."),
    ],
)
def test_what_was_asked_of_the_one_who_answers_is(
    asked: str, answer: str, told: str
) -> None:
    assert of(answer, "assistant", asked) == [told]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Exam on Friday.", "Lena has an exam on Friday."),
        ("Big game on Friday", "Lena has a big game on Friday."),
        ("Spanish test on Friday", "Lena has a Spanish test on Friday."),
        ("MRI on Monday", "Lena has an MRI on Monday."),
        ("Dentist tomorrow", "Lena has the dentist tomorrow."),
        ("Finals on Monday", "Lena has finals on Monday."),
        ("Tom's party on Friday", "Lena has Tom's party on Friday."),
        ("Exam is on Friday", "Lena's exam is on Friday."),
    ],
)
def test_a_plan_that_begins_a_sentence_is_told_within_one(said: str, told: str) -> None:
    assert of(said) == [told]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I moved to Bergen and brought it along", "Lena moved to Bergen."),
        ("I live in Oslo and love it", "Lena lives in Oslo."),
        ("I work as a nurse and really hate it", "Lena works as a nurse."),
        ("I adopted a dog and called him Rex", "Lena adopted a dog."),
    ],
)
def test_what_points_back_is_not_told_along(said: str, told: str) -> None:
    assert of(said) == [told]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I drink my coffee black", "Lena drinks their coffee black."),
        ("I only ever wear black", "Lena only ever wears black."),
        ("I had to sell the boat", "Lena had to sell the boat."),
        ("heights make me dizzy", "Heights make Lena dizzy."),
        ("the doctor put me on insulin last spring", "Lena takes insulin."),
        (
            "after two years in the army I wake early",
            "Lena spent two years in the army.",
        ),
        ("ever since the divorce I eat late", "Lena went through a divorce."),
        ("never learned to swim", "Lena never learned to swim."),
    ],
)
def test_what_is_told_by_the_way_is_a_fact(said: str, told: str) -> None:
    assert told in of(said)


@pytest.mark.parametrize(
    "text",
    ["You make me sick", "they put me on hold", "I have my coffee and a book"],
)
def test_what_sounds_like_it_is_none(text: str) -> None:
    assert of(text) == []


@pytest.mark.parametrize("whose", ["dentist", "doctor's", "dentist's"])
def test_an_appointment_is_a_plan_and_no_acquaintance(whose: str) -> None:
    text = f"I have a {whose} appointment on Friday"
    [one] = extract(Remark(text, "user", "Lena", "Kael"))

    assert one.category is Category.PLAN


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin gegen N\u00fcsse allergisch.",
        "Ich bin leider auf N\u00fcsse allergisch",
        "Ich reagiere allergisch auf N\u00fcsse.",
        "Ich reagiere auf N\u00fcsse stark allergisch.",
    ],
)
def test_an_allergy_is_told_in_any_order_of_german_words(text: str) -> None:
    [one] = extract(Remark(text, "user", "Lena", "Kael"))

    assert (one.category, one.slot) == (Category.HEALTH, "allergy:n\u00fcsse")


def test_a_whole_story_in_the_first_person_is_no_fact() -> None:
    tale = "I was the last of my line. I had a sword, and my sister had a bow. " * 30

    assert of(tale) == []


def test_contradicting_statements_of_one_message_leave_the_last() -> None:
    found = extract(
        Remark("I live in Rome. No wait, I live in Oslo.", "user", "Lena", "Kael")
    )

    assert [one.value for one in found if one.slot == "lives"][-1] == "oslo"


def test_a_fact_is_a_line_in_the_third_person() -> None:
    assert of("I've been a nurse for six years.") == [
        "Lena has been a nurse for six years."
    ]
    assert of("My cat's name is Pip.") == ["Pip is Lena's cat."]
    assert of("I was born in Harrowgate.", "assistant") == [
        "Kael was born in Harrowgate."
    ]


def test_roles_are_of_both() -> None:
    found = extract(
        Remark(
            "Let's play: I'm the sheriff of Dustwater and you're the outlaw.",
            "user",
            "Lena",
            "Kael",
        )
    )

    assert [(one.about, one.slot, one.value) for one in found] == [
        ("user", "role", "sheriff of dustwater"),
        ("character", "role", "outlaw"),
    ]


def test_an_answer_is_read_with_its_question() -> None:
    assert of("Two.", before="Do you have kids?") == ["Lena has two kids."]
    assert of("Two.") == []


def test_a_system_message_tells_nothing() -> None:
    assert of("I am a nurse.", "system") == []


def test_sources_are_the_message() -> None:
    [one] = extract(Remark("I love rain.", "user", "Lena", "Kael", "", "m1"))

    assert one.sources == ("m1",)


def labelled() -> list[dict[str, Any]]:
    path = LINES / "facts" / "turns.jsonl"
    texts = path.read_text(encoding="utf-8").splitlines()
    return [turn for turn in map(json.loads, texts) if turn["id"] % 2]


def test_the_labels_to_build_on_are_read_as_they_were() -> None:
    """So a change of the rules is seen here; `benchmarks/facts.py` tells more."""
    keys = right = silent = 0
    for turn in labelled():
        texts = sure(
            Remark(
                turn["text"],
                turn["role"],
                turn["name"],
                turn["other"],
                turn.get("before", ""),
            )
        )
        told = " ".join(texts).casefold()
        keys += len(turn["facts"])
        right += sum(
            all(word in told for word in one["key"].casefold().split())
            for one in turn["facts"]
        )
        silent += not turn["facts"] and not turn.get("optional") and bool(texts)

    assert right >= 0.8 * keys
    assert silent <= 2


@pytest.mark.parametrize(
    ("text", "before", "facts"),
    [
        ("yes, two cats", "Do you have pets?", ["Lena has two cats."]),
        ("yes", "Do you want tea?", []),
        ("yeah, tomorrow", "Are you married?", []),
        ("My sister isn't here.", "", ["Lena has a sister."]),
        ("I don't care anymore.", "", []),
        (
            "My sister Jo lives in Rome. They sang all night.",
            "",
            ["Jo is Lena's sister.", "Jo lives in Rome."],
        ),
        (
            "My sister Jo is a nurse. Jo lives in Rome.",
            "",
            ["Jo is Lena's sister.", "Jo is a nurse.", "Jo lives in Rome."],
        ),
        (
            "Tomorrow I will visit the mill.",
            "",
            ["Lena will visit the mill tomorrow."],
        ),
        (
            "My sister and I moved to Rome.",
            "",
            ["Lena and Lena's sister moved to Rome."],
        ),
        ("My car's in the garage.", "", ["Lena's car is in the garage."]),
        ("My car isn't red.", "", []),
        ("My whole family is Greek.", "", ["Lena's whole family is Greek."]),
        (
            "Robin and I went to Rome last year.",
            "",
            ["Lena and Robin went to Rome last year."],
        ),
        ("Robin and I sat there.", "", []),
        ("My dog is called Was.", "", []),
        ("I always.", "", []),
        ("Schreiner", "Wie geht es dir heute?", []),
        ("Ich reite jeden Tag Pferde.", "", ["Lena reitet jeden Tag Pferde."]),
        ("Ich bin nicht verheiratet.", "", []),
        ("Immer spiele ich Geige.", "", ["Lena spielt immer Geige."]),
        (
            "Ich spiele einen Ritter namens Gerold.",
            "",
            ["Lena spielt einen Ritter namens Gerold."],
        ),
        ("Meine Schwester sagt, ich bin faul.", "", []),
        ("Tom und ich lachen viel.", "", []),
        ("Mein Hund hei\u00dft Der.", "", []),
        ("\u6211\u7684\u732b\u53eb\u6211\u8d77\u5e8a", "", []),
        (
            "\u6211\u8001\u516c\u53eb\u963f\u660e",
            "",
            ["\u963f\u660e\u662fLena\u7684\u8001\u516c\u3002"],
        ),
        ("\u6211\u6ca1\u6709\u7ed3\u5a5a", "", []),
        ("\u53a8\u5e08", "\u4f60\u597d\u5417\uff1f", []),
        ("\u6211\u4e0d\u8fc7\u654f", "", []),
        (
            "\u6211\u559c\u6b22\u8336\u3002\u6211\u559c\u6b22\u8336\uff01",
            "",
            ["Lena\u559c\u6b22\u8336\u3002"],
        ),
        ("Guilty, two dogs.", "Do you have any pets?", ["Lena has two dogs."]),
        ("Sure, why not.", "Do you like tea?", []),
        ("Absolutely, with milk.", "Do you like tea?", []),
        ("Good here.", "", []),
        (
            "On Monday my birthday is on May 4.",
            "",
            ["Lena's birthday is on May 4."],
        ),
        ("My brother Tom and I", "", ["Tom is Lena's brother."]),
        ("My knee's is sore.", "", []),
        ("My car doesn't run.", "", []),
        (
            "Our family's boat sank last May.",
            "",
            ["Lena's family's boat sank last May."],
        ),
        ("Klavier spiele ich gern.", "", ["Lena spielt Klavier gern."]),
        ("Mom's birthday is on May 4.", "", ["Lena's mom's birthday is on May 4."]),
        ("My mother or I cook.", "", ["Lena has a mother."]),
        ("My point is that it rains.", "", []),
        ("My car's not nice.", "", []),
        ("My brother is asleep.", "", ["Lena has a brother."]),
        ("I'll see you tomorrow.", "", []),
        ("Ich verspreche dir.", "", []),
        ("Sie haben mich gefeuert.", "", ["Lena wurde gefeuert."]),
        (
            "My family has a farm in Kent.",
            "",
            ["Lena's family has a farm in Kent."],
        ),
        (
            "I have three puppies and four cats.",
            "",
            ["Lena has three puppies and four cats."],
        ),
        ("Our puppies are called Flip.", "", ["Flip is Lena's puppy."]),
        ("Ich f\u00fcrchte mich nicht.", "", []),
        (
            "Ich habe einen Hund namens Rex.",
            "",
            ["Lena hat einen Hund namens Rex.", "Rex ist Lenas Hund."],
        ),
        ("In K\u00f6ln bin ich geboren.", "", ["Lena ist in K\u00f6ln geboren."]),
        (
            "Bei meiner Oma in Bremen aufgewachsen.",
            "",
            ["Lena ist bei Lenas Oma in Bremen aufgewachsen."],
        ),
    ],
)
def test_odd_forms_are_read(text: str, before: str, facts: list[str]) -> None:
    assert of(text, before=before) == facts


def test_a_cut_leaves_no_empty_clause() -> None:
    assert [*clauses(", and i go, i stop")] == ["i go", "i stop"]
    assert [*clauses("")] == []


def test_what_holds_no_verb_stays_as_it_is() -> None:
    assert of_third("mostly also") == "mostly also"
    assert conjugated("rief") == "rief"


def test_what_is_only_named_in_quotes_is_read() -> None:
    assert of('"Dune" is my favorite book.', "assistant") == [
        'Kael\'s favorite book is "Dune".'
    ]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("She is a nurse, my sister.", ["Lena's sister is a nurse."]),
        ("My doctor says I have asthma.", ["Lena has asthma."]),
        ("call me crazy", []),
        ("I invited my old school friend to, you know.", []),
        ("We make a great team.", []),
        ("Lots has been going on since then!", []),
        ("call me it", []),
        ("The twins live in Rome.", ["Lena's twins live in Rome."]),
        ("We named her Dot, she is a goat.", ["Dot is Lena's goat."]),
        ("Sundays I have choir.", ["Lena has choir on Sundays."]),
        ("Teaching toddlers is exhausting.", ["Lena teaches toddlers."]),
        ("Not a big fan of crowds.", ["Lena is not a big fan of crowds."]),
        ("The bees are well. I keep them.", ["Lena keeps bees."]),
        (
            "Wir haben uns getrennt, Max und ich.",
            ["Lena und Max haben sich getrennt."],
        ),
        ("My wedding is in June.", ["Lena's wedding is in June."]),
        ("My wedding is on June 3.", ["Lena's wedding is on June 3."]),
        ("My birthday is next week.", ["Lena's birthday is next week."]),
        ("my name is irrelevant", []),
        ("my name is tom", ["Lena is called tom."]),
        (
            "I fell off the pier when I was seven.",
            ["Lena fell off the pier when they were seven."],
        ),
        ("My boss is an idiot.", []),
        ("My boss is a lawyer.", ["Lena's boss is a lawyer."]),
        ("Mein Chef ist so ein Idiot.", []),
        ("\u6211\u8001\u677f\u662f\u4e2a\u767d\u75f4", []),
    ],
)
def test_odd_orders_are_read_and_opinions_are_no_facts(
    text: str, facts: list[str]
) -> None:
    assert of(text) == facts


YOURS = [
    ("I was born in Bergen.", "You were born in Bergen."),
    ("My sister Ingrid is a vet.", "Ingrid is your sister."),
    ("I'm allergic to peanuts.", "You are allergic to peanuts."),
    ("I've been a nurse for six years.", "You have been a nurse for six years."),
    ("I fell off a pier when I was six.", "You fell off a pier when you were six."),
    ("I never drink coffee.", "You never drink coffee."),
    ("My birthday is on May 5.", "Your birthday is on May 5."),
    ("Coffee is my thing.", "You like Coffee."),
    ("Grew up in Porto.", "You grew up in Porto."),
    ("Robin and I got engaged.", "You and Robin got engaged."),
    ("I run my own bakery.", "You run your own bakery."),
    ("I taught myself the cello.", "You taught yourself the cello."),
    ("I moved to Porto with a friend of mine.", "You moved to Porto with a friend of"),
    ("I was a smith once. Nine years with my uncle.", "You were a smith once: Nine"),
    ("Let's play: I'm the sheriff.", "You are playing the sheriff."),
    ("Ich wohne in Oslo.", "You wohnt in Oslo."),
    ("\u6211\u4f4f\u5728\u5965\u65af\u9646\u3002", "You\u4f4f\u5728"),
]
"""What somebody says whom the host calls You, and how the fact begins."""


@pytest.mark.parametrize(("text", "told"), YOURS)
def test_somebody_called_you_is_written_to_as_you(text: str, told: str) -> None:
    yours = extract(Remark(text, "user", "You", "Kael"))
    lenas = extract(Remark(text, "user", "Lena", "Kael"))

    assert yours[0].text.startswith(told)
    assert [(one.slot, one.value) for one in yours] == [
        (one.slot, one.value) for one in lenas
    ]


@pytest.mark.parametrize(
    ("told", "yours"),
    [
        ("keeps bees.", "keep bees."),
        ("also studies law.", "also study law."),
        ("watches birds.", "watch birds."),
        ("is a nurse.", "are a nurse."),
        ("was ill.", "were ill."),
        ("grew up in Rome.", "grew up in Rome."),
    ],
)
def test_what_follows_a_name_is_told_of_you(told: str, yours: str) -> None:
    assert of_you(told) == yours


def test_kin_that_were_named_go_by_their_name() -> None:
    assert of("My sister Anna is a vet. My sister hates dogs.") == [
        "Anna is Lena's sister.",
        "Anna is a vet.",
        "Anna hates dogs.",
    ]


def test_a_character_tells_what_they_do_for_you() -> None:
    [one] = extract(Remark("I live with you in Oslo.", "assistant", "Kael", "You"))

    assert one.text == "Kael lives with you in Oslo."
