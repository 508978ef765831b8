"""What every bank promises of each of its calls: closed, at rest, open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from long_term_memory.errors import LtmError, StoreError
from long_term_memory.storage.protocols import (
    AnnotationStore,
    BankStore,
    ChatStore,
    EmotionStore,
    ErasureStore,
    FullTextStore,
    MessageStore,
    MetadataStore,
    SummaryStore,
    VectorStore,
    VectorTable,
)

from .builders import MODEL, embed
from .calls import CALLS, TABLE_CALLS, Call

PARTS: dict[str, type] = {
    "chats": ChatStore,
    "messages": MessageStore,
    "emotions": EmotionStore,
    "full_text": FullTextStore,
    "annotations": AnnotationStore,
    "summaries": SummaryStore,
    "metadata": MetadataStore,
    "vectors": VectorStore,
    "erasure": ErasureStore,
}


def public_names(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def test_the_table_of_calls_names_every_method() -> None:
    public = public_names(BankStore) - PARTS.keys()
    for part, protocol in {**PARTS, "table": VectorTable}.items():
        public |= {f"{part}.{name}" for name in public_names(protocol)}

    assert set(CALLS) == public - {
        *("close", "rest", "in_place", "in_clear", "table.model")
    }


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_closed_bank_refuses_every_call(
    bank: BankStore, message: int, call: Call
) -> None:
    embed(bank.vectors.table(MODEL), message, [1])
    bank.close()
    bank.close()

    with pytest.raises(StoreError):
        call(bank)


@pytest.mark.parametrize("act", TABLE_CALLS.values(), ids=TABLE_CALLS.keys())
def test_a_table_of_a_closed_bank_refuses_every_call(
    bank: BankStore, message: int, act: Callable[[VectorTable], object]
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, [1])
    bank.close()

    with pytest.raises(StoreError):
        act(table)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_bank_at_rest_answers_every_call(
    bank: BankStore, message: int, call: Call
) -> None:
    embed(bank.vectors.table(MODEL), message, [1])
    assert bank.rest()
    assert bank.rest()

    call(bank)
    assert bank.in_place()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_an_open_bank_answers_every_call(
    bank: BankStore, message: int, call: Call
) -> None:
    embed(bank.vectors.table(MODEL), message, [1])

    call(bank)
    with pytest.raises(LtmError):
        bank.chats.rename(77, names=[], title="")
