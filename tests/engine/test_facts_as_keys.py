"""A message that tells a fact which still holds is recalled sooner than others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from long_term_memory.core.knowledge.bearing import OF_KIND
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.retrieval.signals import LIMITS
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.state.policies import Viewer

from .builders import a_chat

PLACE = OF_KIND[Category.PLACE]
LINES = ("> I live in Oslo.", "Nice!", "> I moved to Rome.", "Oh.", "> Hm, rain again.")


def bearing_on_places(bank: Bank) -> list[bool]:
    """Say of each message whether it tells where somebody lives now."""
    with bank.state.lock:
        bearings = bank.knowledge.bearings(Viewer())
        assert bearings is not None
        told = bearings(np.arange(1, len(LINES) + 1, dtype=np.int32))
    return ((told & np.uint32(PLACE)) != 0).tolist()


def parts(bank: Bank, text: str) -> dict[str, float]:
    """Return by text what the facts of messages add to their scores."""
    asked = Query(text=text, gated=False)
    found = bank.chat("new", host="test").recall(asked)
    return {one.memory.content: one.parts.of("fact") for one in found}


def test_what_was_replaced_gains_nothing_until_that_is_swiped_away(bank: Bank) -> None:
    a_chat(bank, "one", *LINES)
    assert bearing_on_places(bank) == [False, False, True, False, False]
    assert bearing_on_places(bank) == [False, False, True, False, False]
    told = parts(bank, "Where do I live?")
    assert told["I moved to Rome."] == 1
    assert told["I live in Oslo."] == 0

    a_chat(bank, "one", *LINES[:2])
    assert bearing_on_places(bank)[0]
    assert parts(bank, "Where do I live?")["I live in Oslo."] == 1
    assert parts(bank, "What was in Oslo?")["I live in Oslo."] == 0.5


def test_where_facts_are_off_none_counts(bank: Bank) -> None:
    a_chat(bank, "one", *LINES)
    off = bank.state.settings()
    off = replace(off, facts=replace(off.facts, facts=False))
    bank.state.settings = lambda: off

    assert set(parts(bank, "Where do I live?").values()) == {0.0}


def test_what_was_deleted_or_corrected_by_hand_gains_nothing(bank: Bank) -> None:
    """Its message stood before others still, though nobody is to be told of it."""
    a_chat(bank, "one", "> I live in Oslo.", "Nice!", "> My cat is called Pip.", "Oh.")
    facts = bank.knowledge.facts
    [oslo] = facts.all(Viewer(), category=Category.PLACE)
    [pip] = facts.all(Viewer(), category=Category.PET)
    asked = {
        "Where do I live?": "I live in Oslo.",
        "What pets do I have?": "My cat is called Pip.",
    }
    assert [parts(bank, one)[text] for one, text in asked.items()] == [1, 1]

    facts.lock(oslo.id, Viewer())
    assert parts(bank, "Where do I live?")["I live in Oslo."] == 1
    facts.edit(oslo.id, "Anon lives by the fjord.", Viewer())
    facts.delete(pip.id, Viewer())
    assert [parts(bank, one)[text] for one, text in asked.items()] == [0, 0]

    facts.restore(pip.id, Viewer())
    facts.lock(oslo.id, Viewer(), locked=False)
    assert [parts(bank, one)[text] for one, text in asked.items()] == [1, 1]


def test_what_else_a_message_tells_of_the_kind_counts_as_before(bank: Bank) -> None:
    said = "I like coffee. I hate liver."
    a_chat(bank, "one", f"> {said}", "Good.", "> The stars are out.")
    facts = bank.knowledge.facts
    first, second = facts.all(Viewer(), category=Category.PREFERENCE)

    facts.delete(first.id, Viewer())
    assert parts(bank, "What do I like?")[said] == 1
    facts.delete(second.id, Viewer())
    assert parts(bank, "What do I like?")[said] == 0

    # What was deleted and is told otherwise now leaves nothing to silence.
    a_chat(bank, "one", "> I moved to Rome.", "Nice!")
    assert bank.knowledge.facts.silenced(Viewer()) == {}


def test_what_limits_somebody_is_a_key_where_it_matters_though_no_fact(
    bank: Bank,
) -> None:
    limit = "no oysters for me, they make me ill. long story"
    a_chat(bank, "one", f"> {limit}", "Oh dear.", "> The tram was late.", "Hm.")

    assert parts(bank, "*puts a plate of food down* eat!")[limit] == LIMITS
    assert parts(bank, "Which tram was late?")[limit] == 0.5
