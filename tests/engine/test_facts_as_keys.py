"""A message that tells a fact which still holds is recalled sooner than others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from long_term_memory.core.knowledge.bearing import OF_KIND
from long_term_memory.core.knowledge.facts import Category
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
