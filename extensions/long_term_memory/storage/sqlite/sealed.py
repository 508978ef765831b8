"""Every field that is encrypted, table by table, to be written anew as a whole.

Owns: which rows and columns those are, and what identifies each to a cipher.
Knows nothing of: keys, transactions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...core.text.recipes import digest
from ..encryption.cipher import (
    BY_HAND,
    CONTENT,
    EMOTION,
    ENVELOPE,
    INPUTS,
    META,
    PRESENT,
    SPEAKER,
    SUMMARY,
    TAGS,
    TERMS,
    TITLE,
    Cipher,
    hand_identity,
    summary_identity,
)
from .codec import unpack_text
from .database import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with fields to encrypt.

    Attributes:
        key: The columns that tell a row, and identify it to a cipher.
        columns: The encrypted ones.
        rewrite: Opens a row's fields (key, then columns) with one cipher and returns
            them as another makes them.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rewrite: Callable[[Row, Cipher, Cipher], Row]


def _message(row: Row, old: Cipher, new: Cipher) -> Row:
    packed_id, role, content, name, present, _ = row
    message_id = unpack_text(packed_id)
    text = old.unseal_text(content, CONTENT, message_id)
    return (
        new.seal_text(text, CONTENT, message_id),
        _text(name, SPEAKER, message_id, old, new),
        _text(present, PRESENT, message_id, old, new),
        new.mark(digest(role, text)),
    )


def _terms(row: Row, old: Cipher, new: Cipher) -> Row:
    message, terms = row
    return (new.seal(old.unseal(terms, TERMS, message), TERMS, message),)


def _emotion(row: Row, old: Cipher, new: Cipher) -> Row:
    message, kept = row
    return (new.seal(old.unseal(kept, EMOTION, message), EMOTION, message),)


def _title(row: Row, old: Cipher, new: Cipher) -> Row:
    chat_id, title = row
    return (_text(title, TITLE, unpack_text(chat_id), old, new),)


def _chat_name(row: Row, old: Cipher, new: Cipher) -> Row:
    _, chat, packed, name = row
    host = unpack_text(packed)
    return (new.seal_name(old.unseal_name(name, chat, host), chat, host),)


def _by_hand(row: Row, old: Cipher, new: Cipher) -> Row:
    _, kind, key, content = row
    if content is None:
        return (None,)
    place = hand_identity(kind, unpack_text(key))
    return (_text(content, BY_HAND, place, old, new),)


def _hand(row: Row, old: Cipher, new: Cipher) -> Row:
    *place, content, tags = row
    _, kind, key = place
    identity = hand_identity(kind, unpack_text(key))
    (text,) = _by_hand((*place, content), old, new)
    return text, None if tags is None else _text(tags, TAGS, identity, old, new)


def _summary(row: Row, old: Cipher, new: Cipher) -> Row:
    key, maker, inputs, text = row
    place = summary_identity(key, maker)
    return (
        new.seal(old.unseal(inputs, INPUTS, place), INPUTS, place),
        _text(text, SUMMARY, place, old, new),
    )


def _meta(row: Row, old: Cipher, new: Cipher) -> Row:
    key, value = row
    if key == ENVELOPE:
        return (value,)
    return (_text(value, META, unpack_text(key), old, new),)


def _text(
    value: str | bytes, column: str, place: str | bytes, old: Cipher, new: Cipher
) -> str | bytes:
    return new.seal_text(old.unseal_text(value, column, place), column, place)


CHAT_NAMES: Final = Table(
    name="chat_names",
    key=("rowid", "chat", "host"),
    columns=("name",),
    rewrite=_chat_name,
)

TABLES: Final = (
    Table(
        name="messages",
        key=("id", "role"),
        columns=("content", "name", "present", "digest"),
        rewrite=_message,
    ),
    Table(name="lexicon", key=("message",), columns=("terms",), rewrite=_terms),
    Table(name="emotions", key=("message",), columns=("emotion",), rewrite=_emotion),
    Table(name="chats", key=("id",), columns=("title",), rewrite=_title),
    CHAT_NAMES,
    Table(
        name="hand",
        key=("row", "kind", "key"),
        columns=("content", "tags"),
        rewrite=_hand,
    ),
    Table(
        name="edits", key=("row", "kind", "key"), columns=("content",), rewrite=_by_hand
    ),
    Table(
        name="summaries",
        key=("key", "maker"),
        columns=("inputs", "text"),
        rewrite=_summary,
    ),
    Table(name="meta", key=("key",), columns=("value",), rewrite=_meta),
)


def rewrite_table(
    connection: sqlite3.Connection, table: Table, old: Cipher, new: Cipher
) -> None:
    """Write all fields of a table anew, inside the caller's transaction."""
    rows = connection.execute(
        f"SELECT {', '.join((*table.key, *table.columns))} FROM {table.name}"
    ).fetchall()
    places = " AND ".join(f"{one} = ?" for one in table.key)
    columns = ", ".join(f"{one} = ?" for one in table.columns)
    connection.executemany(
        f"UPDATE {table.name} SET {columns} WHERE {places}",
        ((*table.rewrite(row, old, new), *row[: len(table.key)]) for row in rows),
    )
