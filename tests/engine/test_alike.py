"""Memories that say nearly the same, or contradict each other."""

from __future__ import annotations

from long_term_memory.engine.alike import pairs_of
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


def test_where_nothing_is_by_hand_nothing_is_suggested(bank: Bank) -> None:
    a_chat(
        bank, "one", "> I keep a beagle.", "You keep a beagle?", "> I keep a beagle!"
    )

    assert pairs_of(bank) == []
