"""One call of every public method of a bank with one chat, message and vector."""

from __future__ import annotations

from collections.abc import Callable

from long_term_memory.core.records import Erasure, Lexicon, StoredEmotion
from long_term_memory.core.types import MemoryKind
from long_term_memory.storage.protocols import (
    BankStore,
    VectorTable,
)

from .builders import (
    MODEL,
    NOW,
    OTHER_MODEL,
    a_chat,
    a_message,
    a_note,
    a_summary,
    embed,
)

Call = Callable[[BankStore], object]


def _read_together(bank: BankStore) -> None:
    with bank.reading():
        bank.chats.all()


def _write_together(bank: BankStore) -> None:
    with bank.exclusive():
        bank.metadata.put("x", "y")


def _write_what_is_derived(bank: BankStore) -> None:
    with bank.derived():
        bank.metadata.put("x", "y")


def _derive_alone(bank: BankStore) -> None:
    with bank.vectors.deriving():
        bank.data_version()


CALLS: dict[str, Call] = {
    "check_values": lambda b: b.check_values(),
    "repairs": lambda b: b.repairs(),
    "back_up": lambda b: b.back_up("test"),
    "data_version": lambda b: b.data_version(),
    "reading": _read_together,
    "exclusive": _write_together,
    "derived": _write_what_is_derived,
    "chats.all": lambda b: b.chats.all(),
    "chats.add": lambda b: a_chat(b, "new"),
    "chats.rename": lambda b: b.chats.rename(1, names=[], title="x"),
    "chats.path": lambda b: b.chats.path(1),
    "chats.write_path": lambda b: b.chats.write_path(1, keep=0, tail=[], now=NOW),
    "chats.former": lambda b: b.chats.former(1, [b"x"]),
    "messages.get": lambda b: b.messages.get([1]),
    "messages.rows_of": lambda b: b.messages.rows_of(["x"]),
    "messages.learn_times": lambda b: b.messages.learn_times({1: NOW}),
    "messages.index_entries": lambda b: list(b.messages.index_entries()),
    "full_text.search": lambda b: b.full_text.search("x", limit=1),
    "messages.last_row": lambda b: b.messages.last_row(),
    "messages.put_lexicons": lambda b: b.messages.put_lexicons(
        {1: Lexicon(b"", False)}
    ),
    "full_text.rebuild": lambda b: b.full_text.rebuild(),
    "vectors.table": lambda b: b.vectors.table(OTHER_MODEL),
    "vectors.models": lambda b: b.vectors.models(),
    "vectors.drop": lambda b: b.vectors.drop(MODEL),
    "vectors.deriving": _derive_alone,
    "annotations.all": lambda b: b.annotations.all(),
    "annotations.put": lambda b: b.annotations.put(a_note("x")),
    "annotations.drop": lambda b: b.annotations.drop(MemoryKind.NOTE, "x"),
    "emotions.all": lambda b: b.emotions.all(),
    "emotions.put": lambda b: b.emotions.put([StoredEmotion(1, 2, bytes(33))]),
    "summaries.all": lambda b: b.summaries.all(),
    "summaries.put": lambda b: b.summaries.put(a_summary()),
    "summaries.drop": lambda b: b.summaries.drop(b"x"),
    "metadata.get": lambda b: b.metadata.get("x"),
    "metadata.put": lambda b: b.metadata.put("x", "y"),
    "metadata.drop": lambda b: b.metadata.drop("x"),
    "metadata.with_prefix": lambda b: b.metadata.with_prefix("x"),
    "chats.visits": lambda b: b.chats.visits(1),
    "erasure.erase": lambda b: b.erasure.erase(lambda: Erasure(messages=(1,))),
    "erasure.remove_traces": lambda b: b.erasure.remove_traces(),
    "erasure.suppressed": lambda b: b.erasure.suppressed(),
    "annotations.history": lambda b: b.annotations.history(MemoryKind.NOTE, "x"),
    "messages.put": lambda b: b.messages.put([a_message("new")]),
}

TABLE_CALLS: dict[str, Callable[[VectorTable], object]] = {
    "put": lambda t: embed(t, 1, [70]),
    "known": lambda t: t.known([b"x"]),
    "link": lambda t: t.link([(1, 2, 3, 1)]),
    "links": lambda t: t.links(),
    "vectors": lambda t: t.vectors(),
    "flush": lambda t: t.flush(),
}


def _of_a_table(act: Callable[[VectorTable], object]) -> Call:
    return lambda bank: act(bank.vectors.table(MODEL))


CALLS |= {f"table.{name}": _of_a_table(act) for name, act in TABLE_CALLS.items()}

WRITES = {
    *("chats.add", "chats.rename", "chats.write_path", "vectors.table", "table.put"),
    *("table.link", "annotations.put", "annotations.drop", "metadata.put"),
    *(
        *("vectors.drop", "messages.put_lexicons", "full_text.rebuild"),
        "metadata.drop",
        "erasure.erase",
        "erasure.remove_traces",
        "messages.put",
        "messages.learn_times",
        "emotions.put",
        "summaries.put",
        "summaries.drop",
        "exclusive",
        "derived",
    ),
}
"""Calls that write; `table.flush` too, once enough vectors wait."""
