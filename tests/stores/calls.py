"""One call of every public method of a bank with one chat, message and vector."""

from __future__ import annotations

from collections.abc import Callable

from long_term_memory.core.types import MemoryKind
from long_term_memory.stores.base import (
    BankStore,
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


def _of_another_model(bank: BankStore) -> None:
    with bank.of_model(MODEL):
        bank.vectors()


def _derive_alone(bank: BankStore) -> None:
    with bank.deriving():
        bank.data_version()


CALLS: dict[str, Call] = {
    "deriving": _derive_alone,
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
    "learn_times": lambda b: b.learn_times({1: NOW}),
    "index_entries": lambda b: list(b.index_entries()),
    "search_text": lambda b: b.search_text("x", limit=1),
    "last_row": lambda b: b.last_row(),
    "put_lexicons": lambda b: b.put_lexicons({1: Lexicon(b"", False)}),
    "rebuild_full_text": lambda b: b.rebuild_full_text(),
    "use_model": lambda b: b.use_model(OTHER_MODEL),
    "of_model": _of_another_model,
    "models": lambda b: b.models(),
    "drop_model": lambda b: b.drop_model(MODEL),
    "put_embeddings": lambda b: embed(b, 1, [70]),
    "known_keys": lambda b: b.known_keys([b"x"]),
    "link_embeddings": lambda b: b.link_embeddings([(1, 2, 3, 1)]),
    "links": lambda b: b.links(),
    "vectors": lambda b: b.vectors(),
    "flush_vectors": lambda b: b.flush_vectors(),
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

WRITES = {
    *("add_chat", "rename_chat", "write_path", "use_model", "put_embeddings"),
    *("link_embeddings", "put_hand", "drop_hand", "put_meta"),
    *(
        *("drop_model", "put_lexicons", "rebuild_full_text"),
        "drop_meta",
        "forget",
        "remove_traces",
        "put_messages",
        "learn_times",
        "put_summary",
        "drop_summary",
        "exclusive",
    ),
}
"""Calls that write; `flush_vectors` too, once enough vectors wait."""
