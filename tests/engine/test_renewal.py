"""What was told anew comes before what was true before."""

from __future__ import annotations

import numpy as np

from long_term_memory.core.retrieval.picking import picked
from long_term_memory.core.retrieval.relevance import Judgement
from long_term_memory.core.retrieval.selection import FIRST
from long_term_memory.core.types import Query, Reason, Recalled
from long_term_memory.engine.bank import Bank

from .builders import a_chat, a_request, recalled

OLD = "I work at the Harbour bank"
NEW = "new job! I quit the Harbour bank, I bake at Lina's now"
OTHERS = ("> what a rainy day", "Tea, then?", "> my soup needs salt", "Here is some.")


def a_new_job(bank: Bank) -> None:
    """Tell of a job, then of another one."""
    a_chat(bank, "one", f"> {OLD}", "Money all day.")
    a_chat(bank, "two", *OTHERS)
    a_chat(bank, "three", f"> {NEW}", "Congratulations!")


def items(bank: Bank, text: str) -> dict[str, Recalled]:
    """Return what a message brings to mind, by its text."""
    found = bank.chat("new", host="test").recall(Query(text=text, gated=False))
    return {item.memory.content: item for item in found}


def test_the_new_job_ranks_before_the_old_one(bank: Bank) -> None:
    a_new_job(bank)

    found = recalled(bank.chat("new", host="test"), "Where do I work these days?")

    assert found.index(NEW) < found.index(OLD)


def test_the_old_one_names_what_replaces_it(bank: Bank) -> None:
    a_new_job(bank)

    found = items(bank, "Where do I work these days?")

    assert found[OLD].superseded_by == found[NEW].memory.id
    assert not found[NEW].superseded_by


def test_who_asks_for_the_past_gets_the_old_one(bank: Bank) -> None:
    a_new_job(bank)

    found = recalled(bank.chat("new", host="test"), "Which bank was my old job at?")

    assert found.index(OLD) < found.index(NEW)


def test_both_are_marked_where_both_are_shown(bank: Bank) -> None:
    a_new_job(bank)

    request = a_request("Where do I work these days?")
    text = bank.chat("new", host="test").compose(request).recall.text

    assert f"{OLD} (earlier)" in text
    assert f"{NEW} (newer)" in text


def test_one_alone_is_not_marked(bank: Bank) -> None:
    a_chat(bank, "one", f"> {OLD}", "Money all day.")

    request = a_request("Where do I work these days?")
    text = bank.chat("new", host="test").compose(request).recall.text

    assert OLD in text
    assert "(earlier)" not in text


def test_of_two_cats_none_replaces_the_other(bank: Bank) -> None:
    a_chat(bank, "one", "> my cat Miso loves tuna", "Noted.")
    a_chat(bank, "two", *OTHERS, "> my sister's cat Pudge bites", "Ouch.")

    found = items(bank, "What does my cat Miso love?")

    assert "my cat Miso loves tuna" in list(found)[:2]
    assert not any(item.superseded_by for item in found.values())


def test_a_named_day_brings_what_was_said_then(bank: Bank) -> None:
    a_new_job(bank)

    found = items(bank, "What did I say of my work yesterday?")

    assert not any(item.superseded_by for item in found.values())


def test_a_note_is_compared_by_its_words(bank: Bank) -> None:
    a_chat(bank, "one", f"> {OLD}", "Money all day.")
    bank.memories.add("Quit the Harbour bank, new job at a bakery now.")

    found = items(bank, "Where do I work these days? At the Harbour bank?")

    assert OLD in found
    assert "Quit the Harbour bank, new job at a bakery now." in found


def test_it_is_told_which_memory_is_the_newer(bank: Bank) -> None:
    a_new_job(bank)
    query = Query(text="Where do I work these days?", gated=False)

    told = bank.chat("new", host="test").explain(query)

    by_text = {one.memory.content: one for one in told.candidates}
    assert by_text[OLD].superseded_by == by_text[NEW].memory
    assert by_text[NEW].superseded_by is None
    assert Reason.GATE not in {one.reason for one in told.candidates}


def test_what_replaces_a_likely_one_is_told_though_it_is_unlikely_itself(
    bank: Bank,
) -> None:
    a_new_job(bank)
    [one, *others] = items(bank, "What did I tell you?").values()
    likely = [item._replace(chance=0.8, score=9.0) for item in others]
    unlikely = one._replace(chance=1e-4, score=0.0)
    judgement = Judgement(1.0, np.array([0.8] * len(likely) + [1e-4], np.float32))
    found = [*likely[:FIRST], unlikely, *likely[FIRST:]]
    last = {item.memory.id: place for place, item in enumerate([*likely, unlikely])}
    itself = {item.memory.id: place for place, item in enumerate(found)}

    assert len(likely) > FIRST
    assert picked(found, judgement, last).found == found
    assert picked(found, judgement, itself).found == likely
    assert picked([], judgement, {}).found == []
