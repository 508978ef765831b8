"""Facts heard again are reinforced, others replace them, and a swipe takes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import (
    Category,
    Fact,
    Heard,
    KnownFact,
    packed,
    unpacked,
)
from long_term_memory.core.knowledge.standing import FactFold, facts_of

FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def known(*lines: str) -> list[KnownFact]:
    """Return what is known after a user said some lines, a day apart."""
    return list(facts_of(heard(*lines)))


def heard(*lines: str) -> list[Heard]:
    """Return what a user told in some lines, a day apart."""
    return [
        Heard(fact, FIRST + timedelta(days=day))
        for day, line in enumerate(lines)
        for fact in extract(
            Remark(
                content=line,
                role="user",
                speaker="Lena",
                other="Kael",
                message_id=f"m{day}",
            )
        )
    ]


def now(*lines: str) -> list[str]:
    """Return what holds after a user said some lines."""
    return [one.fact.text for one in known(*lines) if one.valid]


def test_what_is_sworn_by_is_no_promise() -> None:
    assert now("I promise, on my mother's grave.") == []
    [told] = now("I swear on my mother's grave, I will come back.")
    assert told.startswith("Lena will come back")


def test_what_stands_for_a_quotation_inside_is_read_past_in_a_message() -> None:
    assert now('I love tea.\x01 My cat is called "Miso". \x01') == now(
        'I love tea. My cat is called "Miso".'
    )


def test_what_is_heard_again_is_reinforced() -> None:
    [one] = known("I love coffee.", "I really love coffee, you know.")

    assert one.reinforcement_count == 1
    assert one.first_mentioned == FIRST
    assert one.last_reinforced == FIRST + timedelta(days=1)
    assert one.fact.sources == ("m0", "m1")


def test_a_move_replaces_where_somebody_lives_and_keeps_it_as_history() -> None:
    [one] = known("I live in Leipzig.", "I moved to Oslo last weekend.")

    assert one.fact.value == "oslo"
    assert [past.fact.value for past in one.history] == ["leipzig"]
    assert one.history[0].superseded_at == FIRST + timedelta(days=1)


def test_a_swipe_takes_back_what_it_replaced() -> None:
    assert now("I live in Leipzig.") == ["Lena lives in Leipzig."]


def test_not_any_more_ends_what_held() -> None:
    [one] = known("I'm a vegan.", "I'm not vegan anymore.")

    assert not one.valid
    assert one.fact.ended


def test_what_was_replaced_is_out_of_date_until_that_is_taken_back() -> None:
    fold = FactFold()
    for fact, at in heard("I live in Oslo.", "I moved to Rome.", "I moved to Bonn."):
        fold.tell([Heard(fact, at)])
    assert dict(fold.replaced) == {
        ("m0", Category.PLACE): 1,
        ("m1", Category.PLACE): 1,
    }

    fold.take_back()
    assert dict(fold.replaced) == {("m0", Category.PLACE): 1}

    fold.take_back()
    assert not fold.replaced


def test_who_parted_has_no_partner() -> None:
    assert now("I'm dating Robin.", "Robin and I broke up.") == []


def test_what_ended_beside_what_holds_is_kept_as_past() -> None:
    found = known(
        "I live in Duluth.", "I used to live in Chicago.", "I used to live in Chicago."
    )

    assert [(one.fact.value, one.valid) for one in found] == [
        ("duluth", True),
        ("chicago", False),
    ]
    assert found[1].reinforcement_count == 1


def test_a_liking_turns_into_its_opposite() -> None:
    [one] = known("I love olives.", "I hate olives.")

    assert one.fact.text == "Lena hates olives."
    assert len(one.history) == 1


def test_a_clock_set_back_moves_nothing_back() -> None:
    [fact] = extract(Remark("I love rain.", "user", "Lena", "Kael"))
    [one] = facts_of([Heard(fact, FIRST), Heard(fact, FIRST - timedelta(days=900))])

    assert one.last_reinforced == FIRST


def test_the_best_wording_stays() -> None:
    sure = Fact(
        text="Lena lives in Oslo.",
        about="user",
        subject="Lena",
        category=Category.PLACE,
        slot="lives",
        value="oslo",
        confidence=0.9,
    )
    weak = Fact(**{**packed(sure), "text": "Lena is in Oslo.", "confidence": 0.5})

    [one] = facts_of([Heard(sure, FIRST), Heard(weak, FIRST)])

    assert one.fact.text == "Lena lives in Oslo."


def test_a_fact_is_the_same_after_it_was_kept() -> None:
    facts = extract(Remark("I'm a nurse in Oslo.", "user", "Lena", "Kael", "", "m"))

    assert [unpacked(packed(one)) for one in facts] == [*facts]


SAID = st.sampled_from(
    (
        "I live in Leipzig.",
        "I moved to Oslo.",
        "I used to live in Rome.",
        "I don't live in Oslo anymore.",
        "I love coffee.",
        "I hate coffee.",
        "Robin and I got engaged!",
        "Robin and I broke up.",
    )
)


@settings(deadline=None)
@given(st.lists(SAID, max_size=12), st.lists(SAID, max_size=12))
def test_what_is_taken_back_was_never_said(said: list[str], more: list[str]) -> None:
    fold = FactFold()
    for one in heard(*said):
        fold.tell([one])
    promoted = fold.promoted(fold, threshold=0.0)
    for one in heard(*more):
        fold.tell([one])
    assert fold.steps == len(heard(*said)) + len(heard(*more))
    for _ in heard(*more):
        fold.take_back()

    assert tuple(fold.known()) == facts_of(heard(*said))
    assert fold.promoted(fold, threshold=0.0) == promoted


@given(st.lists(SAID, max_size=12))
def test_of_one_slot_one_value_stands(said: list[str]) -> None:
    found = known(*said)

    assert len({one.fact.key for one in found}) == len(found)
