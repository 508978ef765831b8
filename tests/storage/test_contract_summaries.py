"""What every bank promises about summaries, in memory and on disk."""

from __future__ import annotations

import pytest

from long_term_memory.errors import NotFound
from long_term_memory.storage.protocols import (
    BankStore,
)

from .builders import LATER, a_chat, a_summary, key_of, say
from .conftest import Reopen

pytestmark = pytest.mark.usefixtures("message")


def test_a_bank_begins_without_summaries(bank: BankStore) -> None:
    assert bank.summaries.all() == []


def test_summaries_come_back_as_they_were_put(bank: BankStore, reopen: Reopen) -> None:
    rows = say(bank, 1, "One.", "Two.", "Three.")
    chunk = a_summary(1, messages=tuple(rows), first=rows[0], last=rows[-1])
    story = a_summary(
        2,
        tier="story",
        maker="model",
        messages=(),
        parts=(key_of(1), key_of(7)),
        text="Half \ud83d a pair,\nand a second line.",
        model="llama",
        made_at=LATER,
    )
    bank.summaries.put(chunk)
    bank.summaries.put(story)

    assert reopen(bank).summaries.all() == [chunk, story]


def test_each_maker_keeps_one_summary_for_a_key(
    bank: BankStore, reopen: Reopen
) -> None:
    bank.summaries.put(a_summary(1))
    bank.summaries.put(a_summary(1, maker="model", text="By a model."))
    bank.summaries.put(a_summary(1, text="Anew.", inputs=b"others", made_at=LATER))

    found = {summary.maker: summary for summary in reopen(bank).summaries.all()}

    assert len(found) == 2
    assert found["extract"] == a_summary(
        1, text="Anew.", inputs=b"others", made_at=LATER
    )
    assert found["model"].text == "By a model."


def test_dropping_a_key_drops_what_all_makers_made(bank: BankStore) -> None:
    bank.summaries.put(a_summary(1))
    bank.summaries.put(a_summary(1, maker="model"))
    bank.summaries.put(a_summary(2))

    for _ in range(2):
        bank.summaries.drop(key_of(1))

    assert [summary.key for summary in bank.summaries.all()] == [key_of(2)]


@pytest.mark.parametrize("wrong", [{"chat": 9}, {"first": 9}, {"last": 9}])
def test_a_summary_of_nothing_known_is_refused(
    bank: BankStore, wrong: dict[str, int]
) -> None:
    a_chat(bank, "another")

    with pytest.raises(NotFound):
        bank.summaries.put(a_summary(1, **wrong))

    assert bank.summaries.all() == []
