"""One call of every public method of a bank with one chat, message and vector."""

from __future__ import annotations

from collections.abc import Callable

from long_term_memory.core.types import MemoryKind
from long_term_memory.stores.base import (
    BankStore,
    VectorTable,
)
from long_term_memory.stores.records import Gone, Lexicon

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
        bank.chats()


def _write_together(bank: BankStore) -> None:
    with bank.exclusive():
        bank.put_meta("x", "y")


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
    "chats": lambda b: b.chats(),
    "add_chat": lambda b: a_chat(b, "new"),
    "rename_chat": lambda b: b.rename_chat(1, names=[], title="x"),
    "path": lambda b: b.path(1),
    "write_path": lambda b: b.write_path(1, keep=0, tail=[], now=NOW),
    "former": lambda b: b.former(1, [b"x"]),
    "messages": lambda b: b.messages([1]),
    "rows_of": lambda b: b.rows_of(["x"]),
    "index_entries": lambda b: list(b.index_entries()),
    "search_text": lambda b: b.search_text("x", limit=1),
    "last_row": lambda b: b.last_row(),
    "put_lexicons": lambda b: b.put_lexicons({1: Lexicon(b"", False)}),
    "rebuild_full_text": lambda b: b.rebuild_full_text(),
    "vectors.table": lambda b: b.vectors.table(OTHER_MODEL),
    "vectors.models": lambda b: b.vectors.models(),
    "vectors.drop": lambda b: b.vectors.drop(MODEL),
    "vectors.deriving": _derive_alone,
    "hands": lambda b: b.hands(),
    "put_hand": lambda b: b.put_hand(a_note("x")),
    "drop_hand": lambda b: b.drop_hand(MemoryKind.NOTE, "x"),
    "summaries": lambda b: b.summaries(),
    "put_summary": lambda b: b.put_summary(a_summary()),
    "drop_summary": lambda b: b.drop_summary(b"x"),
    "get_meta": lambda b: b.get_meta("x"),
    "put_meta": lambda b: b.put_meta("x", "y"),
    "drop_meta": lambda b: b.drop_meta("x"),
    "metas": lambda b: b.metas("x"),
    "visits": lambda b: b.visits(1),
    "forget": lambda b: b.forget(lambda: Gone(messages=(1,))),
    "remove_traces": lambda b: b.remove_traces(),
    "forgotten": lambda b: b.forgotten(),
    "edits": lambda b: b.edits(MemoryKind.NOTE, "x"),
    "put_messages": lambda b: b.put_messages([a_message("new")]),
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
    *("add_chat", "rename_chat", "write_path", "vectors.table", "table.put"),
    *("table.link", "put_hand", "drop_hand", "put_meta"),
    *(
        *("vectors.drop", "put_lexicons", "rebuild_full_text"),
        "drop_meta",
        "forget",
        "remove_traces",
        "put_messages",
        "put_summary",
        "drop_summary",
        "exclusive",
    ),
}
"""Calls that write; `table.flush` too, once enough vectors wait."""
