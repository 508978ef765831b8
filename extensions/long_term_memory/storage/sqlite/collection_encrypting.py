"""Encrypt what clients keep here, put it in clear again, or give it to another key.

Owns: that it is encrypted or in clear as a whole, whatever stops us.
Knows nothing of: how fields are sealed, where keys come from.

All is written anew in one transaction, which notes that traces are due, as after a
forgetting.
"""

from __future__ import annotations

import sqlite3

from ...errors import Conflict
from ..encryption.aes import unwrapped, wrapped
from ..encryption.cipher import COLLECTED_META, ENVELOPE, PLAIN, Cipher
from ..encryption.user_key import KeySource
from .bank_key import key_for, opens, put_envelope, put_new_key
from .collection_rows import envelope_in, put_note
from .collection_tables import (
    DUE,
    ENTRY_FIELDS,
    entry_in,
    names_in,
    put_collection,
    put_entry,
    vector_in,
)
from .collections import SqliteCollections


def encrypt(store: SqliteCollections, keys: KeySource) -> None:
    """Encrypt it all, and leave nothing in clear.

    Raises:
        Conflict: It is encrypted already.
        EncryptionError: There is no key, or no library to use it.
        StoreError: Another program stands in the way.
    """
    key = key_for(store.path, keys)
    with store.writing() as (connection, cipher):
        if cipher.secret:
            raise Conflict(f"{store.path} is encrypted already.")
        _rewrite(connection, cipher, put_new_key(connection, key))
    store.remove_traces()


def decrypt(store: SqliteCollections) -> None:
    """Put it all in clear.

    Raises:
        Conflict: It is in clear.
        EncryptionError: It cannot be opened without its key.
        StoreCorrupt: A field of it was changed; all stays as it is.
        StoreError: Another program stands in the way.
    """
    with store.writing() as (connection, cipher):
        if not cipher.secret:
            raise Conflict(f"{store.path} is not encrypted.")
        connection.execute("DELETE FROM meta WHERE key = ?", (ENVELOPE,))
        _rewrite(connection, cipher, PLAIN)
    store.remove_traces()


def change_key(store: SqliteCollections, former: KeySource, new: bytes) -> bool:
    """Let another key open it; the fields stay as they are.

    Returns:
        Whether it was changed; not if it is the new key's already.

    Raises:
        EncryptionError: Neither key opens it.
        StoreError: Another program stands in the way.
    """
    with store.rekeying() as connection:
        sealed = envelope_in(connection)
        if sealed is None or opens(sealed, new):
            return False
        bank_key = unwrapped(sealed, key_for(store.path, former))
        put_envelope(connection, wrapped(bank_key, new))
    return True


def _rewrite(connection: sqlite3.Connection, old: Cipher, new: Cipher) -> None:
    """Write every field as another cipher makes it."""
    heads = connection.execute("SELECT row, key, names, batch FROM collections")
    for head in heads.fetchall():
        number, _, _, batch = head
        put_collection(connection, new, number, names_in(old, head), batch)
    rows = connection.execute(f"SELECT {ENTRY_FIELDS} FROM entries").fetchall()
    for row in rows:
        vector = vector_in(old, row)
        put_entry(
            connection, new, (row[0], row[1]), entry_in(old, row), row[-2], vector
        )
    notes = connection.execute(
        "SELECT key, value FROM meta WHERE key <> ?", (ENVELOPE,)
    )
    for key, value in notes.fetchall():
        clear = old.unseal_text(value, COLLECTED_META, key)
        put_note(connection, new, key, clear)
    put_note(connection, new, DUE, "due")
