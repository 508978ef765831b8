"""What was said once and holds no more is known as such, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import Heard
from long_term_memory.core.knowledge.outdated import (
    DIED,
    NO_LONGER,
    NOTHING_OUTDATED,
    Outdated,
    forget_outdated,
    outdated,
)
from long_term_memory.core.knowledge.standing import facts_of

BEGAN = datetime(2026, 5, 3, 12, tzinfo=UTC)


def of(*said: str) -> Outdated:
    """Return what holds no more after Mara said all this, a day apart."""
    return outdated(
        facts_of(
            Heard(fact, BEGAN + timedelta(days=day))
            for day, text in enumerate(said)
            for fact in extract(
                Remark(text, "user", "Mara", "Kit", " ".join(said[:day]))
            )
        )
    )


def marks(*said: str) -> list[str]:
    """Return how each of the sentences is marked once all of them were said."""
    known = of(*said)
    return [known.mark(text, name="Mara", user=True) for text in said]


@pytest.mark.parametrize(
    "said",
    [
        ("I work at the bakery.", "I don't work at the bakery any more."),
        ("I work at the bakery.", "I quit my job at the bakery."),
        ("I work at the bakery.", "I got fired from the bakery today."),
        ("I work at the bakery.", "I work at the tax office now."),
        ("I work at the bakery.", "I got a new job at the tax office."),
        ("I live in Oslo.", "I moved to Bergen in May."),
        ("My sister lives in Turin.", "My sister moved to Rome."),
        ("Tom is my boyfriend.", "We broke up."),
        ("Tom is my boyfriend.", "We broke up.", "I'm dating Joe."),
        ("I have a girlfriend called Priya.", "Priya and I broke up."),
        ("I have a guitar.", "I sold the guitar."),
        ("I have a red guitar.", "I sold my guitar."),
        ("I'm vegetarian.", "I'm not a vegetarian any more."),
        ("I'm allergic to nuts.", "I'm not allergic to nuts any more."),
        ("Ich arbeite in der Mühle.", "Ich arbeite nicht mehr in der Mühle."),
        ("Ich arbeite in der Mühle.", "Ich habe meinen Job gekündigt."),
        ("Ich arbeite in der Mühle.", "Ich arbeite jetzt beim Finanzamt."),
        ("Ich arbeite in der Mühle.", "Ich wurde gefeuert."),
        ("Ich arbeite in der Mühle.", "Heute wurde ich entlassen."),
        ("Ich arbeite in der Mühle.", "Mir wurde gestern fristlos gekündigt."),
        ("Ich arbeite in der Mühle.", "Mein Chef hat mich heute gefeuert."),
        ("Ich arbeite in der Mühle.", "Sie haben mich gefeuert."),
        ("Ich arbeite in der Mühle.", "Ich habe eine neue Stelle bei der Post."),
        ("Ich arbeite in der Mühle.", "Ich hab endlich nen neuen Job!"),
        ("Ich arbeite in der Mühle.", "Ich habe meine Arbeit verloren."),
        ("Ich habe ein Motorrad.", "Ich habe mein Motorrad verkauft."),
        ("Ich habe ein Motorrad.", "Ich hab das rote Motorrad gestern verkauft."),
        ("Ich habe ein Motorrad.", "Ich musste mein Motorrad an Tom verkaufen."),
        ("Ich fahre ein rotes Motorrad.", "Ich hab mein Motorrad verschenkt."),
        ("Ich wohne in Leipzig.", "Ich bin nach Hamburg gezogen."),
        ("Ich bin mit Tom zusammen.", "Tom und ich haben uns getrennt."),
    ],
)
def test_a_state_is_over_once_somebody_said_so(said: tuple[str, ...]) -> None:
    assert marks(*said) == [NO_LONGER, *[""] * (len(said) - 1)]
    assert marks(said[0]) == [""]


@pytest.mark.parametrize(
    "said",
    [
        # A second thing that is said of one is not another one.
        ("I am a nurse.", "I work at St Mary's."),
        ("I live in Leipzig.", "I live in Leipzig Connewitz now."),
        ("I have a cat called Pip.", "I have a dog called Bo."),
        ("Tom is my boyfriend.", "Tom and I moved in together."),
        # What is told again holds.
        ("I quit my job.", "I work at the bakery."),
        ("I work at the bakery.", "I quit my job.", "I work at the bakery again."),
        ("I sold my guitar.", "I have a blue guitar."),
        ("Ich habe mein Motorrad verkauft.", "Ich habe ein Motorrad gekauft."),
        # It did not happen, or something else did.
        ("Ich arbeite in der Mühle.", "Ich wurde nicht gefeuert."),
        ("Ich arbeite in der Mühle.", "Ich wurde aus der Klinik entlassen."),
        ("Ich arbeite in der Mühle.", "Mir wurde die Wohnung gekündigt."),
        ("Ich arbeite in der Mühle.", "Ich suche eine neue Stelle."),
        ("Ich habe ein Motorrad.", "Ich habe mein Motorrad nicht verkauft."),
        ("Ich habe ein Motorrad.", "Ich hätte mein Motorrad fast verkauft."),
        ("Ich habe ein Motorrad.", "Ich will mein Motorrad verkaufen."),
        ("Ich habe ein Haus.", "Ich habe meinen Eltern das Haus gezeigt."),
        # Of somebody else.
        ("Ich arbeite in der Mühle.", "Mein Bruder wurde gefeuert."),
        ("I work at the bakery.", "My sister quit her job."),
        ("I live in Oslo.", "My sister moved to Rome."),
        # What happened, happened.
        ("I moved to Bergen in May.", "I moved to Oslo in June."),
        ("My cat Pip is fine.", "My dog Bo died."),
    ],
)
def test_what_nobody_said_to_be_over_holds(said: tuple[str, ...]) -> None:
    assert marks(*said) == [""] * len(said)


def test_a_state_that_came_back_holds_and_what_was_between_is_over() -> None:
    there, back = "I work at the bank now.", "I work at the bakery again now."

    assert marks("I work at the bakery.", there, back) == ["", NO_LONGER, ""]


def test_a_job_that_was_left_is_over_though_another_is_told_later() -> None:
    there, news = "I work at the bakery.", "I got a new job at last."

    assert marks(there, news, "I work at the bank.") == [NO_LONGER, "", ""]
    assert marks(there, "I work at the bank.", news, there)[0] == ""


def test_what_ended_while_another_holds_is_over() -> None:
    said = ("I work at the bakery.", "I work at the bank now.")

    assert marks(*said, "I don't work at the bakery any more.")[:2] == [NO_LONGER, ""]


@pytest.mark.parametrize(
    ("alive", "died", "was"),
    [
        ("My dog Pickle is ill.", "Pickle died last night.", "Pickle was a good dog."),
        ("Pickle can't walk.", "Pickle died last night.", "I miss Pickle."),
        ("My cat is fine.", "My cat died.", "My cat bit the vet."),
        (
            "My grandmother is in hospital.",
            "My grandmother died in June.",
            "My grandmother told stories.",
        ),
        (
            "Meine Katze Mimi ist krank.",
            "Meine Katze Mimi ist gestorben.",
            "Mimi war lieb.",
        ),
        (
            "Meine Hündin Asta ist krank.",
            "Meine Hündin Asta ist letzte Woche gestorben.",
            "Asta war lieb.",
        ),
        (
            "Meine Oma ist im Krankenhaus.",
            "Meine Oma wurde gestern begraben.",
            "Meine Oma erzählte gern.",
        ),
    ],
)
def test_of_the_dead_nothing_is_told_as_if_they_lived(
    alive: str, died: str, was: str
) -> None:
    assert marks(alive, was, died) == [DIED, "", ""]


@pytest.mark.parametrize(
    ("alive", "said"),
    [
        ("My mother is ill.", "My mother almost died."),
        ("Meine Mutter ist krank.", "Meine Mutter war auf der Beerdigung von Oma."),
        ("Meine Mutter ist krank.", "Meine Mutter hat meinen Vater begraben."),
        ("Meine Mutter ist krank.", "Meine Mutter ist gestern fast gestorben."),
    ],
)
def test_who_nearly_died_or_buries_somebody_lives(alive: str, said: str) -> None:
    assert marks(alive, said) == ["", ""]


def test_a_scene_is_marked_by_the_names_in_it() -> None:
    known = of("My dog Pickle is ill.", "Pickle died last night.")

    assert known.mark("Pickle sleeps by the fire.", name="", user=False) == DIED
    assert known.mark('"I work at the mill."', name="Kit", user=False) == ""


def test_of_nothing_nothing_is_over() -> None:
    assert outdated(()) == NOTHING_OUTDATED
    assert NOTHING_OUTDATED.mark("I work here.", name="Mara", user=True) == ""
    forget_outdated()


TOWNS = ("Oslo", "Bergen", "Turin", "Leipzig", "Porto")


@given(st.lists(st.sampled_from(TOWNS), min_size=1, max_size=8))
def test_of_all_homes_in_a_row_the_last_one_holds(towns: list[str]) -> None:
    known = of(*(f"I moved to {town} today." for town in towns))

    homes = {town: f"I live in {town}." for town in towns}
    over = {
        town
        for town, home in homes.items()
        if known.mark(home, name="Mara", user=True) == NO_LONGER
    }
    assert over == set(towns) - {towns[-1]}


@given(st.lists(st.sampled_from(["left", "new", "again"]), max_size=8))
def test_a_job_holds_if_it_was_the_last_that_was_told(events: list[str]) -> None:
    said = ["I work at the mill."]
    for number, event in enumerate(events):
        said.append(
            {
                "left": "I quit my job.",
                "new": f"I work at bank {number} now.",
                "again": "I work at the mill.",
            }[event]
        )
    last = next((one for one in reversed(events)), "again")

    mark = of(*said).mark("I work at the mill.", name="Mara", user=True)

    assert (mark == "") == (last == "again")
