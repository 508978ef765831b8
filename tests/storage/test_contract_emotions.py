"""What every bank promises about emotions, in memory and on disk."""

from __future__ import annotations

import pytest

from long_term_memory.core.records import Erasure, StoredEmotion
from long_term_memory.errors import NotFound
from long_term_memory.storage.protocols import BankStore

from .builders import a_chat, say
from .conftest import Reopen

JOY, GRIEF = bytes(range(33)), bytes(range(33, 66))


def test_emotions_come_back_in_the_order_in_which_they_were_written(
    bank: BankStore, reopen: Reopen
) -> None:
    rows = say(bank, a_chat(bank).row, "One.", "Two.")
    assert bank.emotions.all() == []

    bank.emotions.put([StoredEmotion(rows[1], 2, JOY), StoredEmotion(rows[0], 2, JOY)])
    bank.emotions.put([StoredEmotion(rows[1], 3, GRIEF)])
    found = reopen(bank).emotions.all()

    assert [(one.message, one.maker, one.emotion) for one in found] == [
        (rows[0], 2, JOY),
        (rows[1], 3, GRIEF),
    ]


def test_only_what_was_written_since_is_read(bank: BankStore) -> None:
    rows = say(bank, a_chat(bank).row, "One.", "Two.")
    bank.emotions.put([StoredEmotion(row, 2, JOY) for row in rows])
    last = bank.emotions.all()[-1].number

    assert bank.emotions.all(after=last) == []
    bank.emotions.put([StoredEmotion(rows[1], 3, GRIEF)])

    [found] = bank.emotions.all(after=last)
    assert (found.message, found.emotion) == (rows[1], GRIEF)


def test_an_emotion_of_no_message_is_refused_with_all_others(bank: BankStore) -> None:
    [row] = say(bank, a_chat(bank).row, "One.")

    with pytest.raises(NotFound):
        bank.emotions.put([StoredEmotion(row, 2, JOY), StoredEmotion(9, 2, JOY)])

    assert bank.emotions.all() == []


def test_the_emotion_of_a_forgotten_message_goes_with_it(
    bank: BankStore, reopen: Reopen
) -> None:
    rows = say(bank, a_chat(bank).row, "One.", "Two.")
    bank.emotions.put([StoredEmotion(row, 2, JOY) for row in rows])

    bank.erasure.erase(lambda: Erasure(messages=(rows[1],)))

    assert [one.message for one in reopen(bank).emotions.all()] == [rows[0]]
