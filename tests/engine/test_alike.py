"""Memories that say nearly the same, or contradict each other."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm

from long_term_memory.engine.alike import LEAST_MEANT, pairs_of
from long_term_memory.engine.bank import Bank

from .builders import a_chat
from .conftest import Clock


def test_what_is_alike_or_contradicts_is_found_among_what_a_person_tends(
    bank: Bank, clock: Clock
) -> None:
    a_chat(bank, "one", "> I keep a beagle called Biscuit.", "What a good name!")
    a_chat(bank, "two", "> The night train leaves at nine.", "Then we must hurry.")
    for text in (
        "Alex keeps a beagle called Biscuit.",
        "Alex works at a bank.",
        "Alex quit the bank and works at a bakery now.",
        "The sea was grey.",
    ):
        bank.memories.add(text)
        clock.advance(hours=1)

    found = pairs_of(bank)

    told = {(pair.older.content, pair.newer.content) for pair in found}
    works = ("Alex works at a bank.", "Alex quit the bank and works at a bakery now.")
    assert works in told
    [contradicts] = [pair for pair in found if pair.older.content == works[0]]
    assert contradicts.replaces > contradicts.share
    dog = [pair for pair in found if "beagle" in pair.older.content]
    assert len(dog) == 1
    assert dog[0].share > dog[0].replaces
    assert not [pair for pair in found if "grey" in pair.newer.content]
    assert pairs_of(bank, passed={pair.key for pair in found}) == []


def test_what_is_said_in_other_words_is_found_by_its_vectors(bank: Bank) -> None:
    a_chat(bank, "one", "> His job is physician.", "An honest trade.")
    bank.memories.add("He is a doctor.")
    bank.memories.add("The sea was grey.")
    assert bank.settle(20)
    serving = bank.state.vectors.serving
    assert serving is not None
    [row] = bank.memories.turn_rows(deleted=False, pinned=False)[:1]
    [said] = serving.search.wholes(np.array([row])).values()
    assert [pair for pair in pairs_of(bank) if pair.meaning] == []

    bank.state.annotations.take_vectors({"He is a doctor.": said / norm(said)})
    [pair] = pairs_of(bank)

    assert pair.meaning > LEAST_MEANT > pair.share
    assert pair.surety == pair.meaning
    assert {one.content for one in (pair.older, pair.newer)} == {
        "His job is physician.",
        "He is a doctor.",
    }


def test_what_was_corrected_is_no_longer_near_by_what_was_said(bank: Bank) -> None:
    a_chat(bank, "one", "> His job is physician.", "An honest trade.")
    said = bank.memories.list(limit=2)[1]
    assert bank.settle(20)
    bank.memories.update(said.id, content="The sea was grey.")

    assert pairs_of(bank) == []


def test_where_nothing_is_by_hand_nothing_is_suggested(bank: Bank) -> None:
    a_chat(
        bank, "one", "> I keep a beagle.", "You keep a beagle?", "> I keep a beagle!"
    )

    assert pairs_of(bank) == []
