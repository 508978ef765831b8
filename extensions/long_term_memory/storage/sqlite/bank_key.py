"""A bank's own key: found in its file, made, and sealed with another user's key.

Owns: the note in `meta` that says that a bank is encrypted, and with which key.
Knows nothing of: how fields are sealed, where the user's key comes from.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ...errors import EncryptionError, StoreError
from ..encryption.aes import (
    FORMER,
    AesCipher,
    format_of,
    new_bank_key,
    unwrapped,
    wrapped,
)
from ..encryption.cipher import ENVELOPE, PLAIN, Cipher
from ..encryption.user_key import KeySource, no_key
from .database import Database, is_open_here, translated
from .full_text import leave_out
from .recovery import read_only
from .replacement import DATABASE_FILE, current_database
from .schema import ANY_VERSION, FileMarks, check_marks, marks_of
from .sealed import CHAT_NAMES, rewrite_table
from .snapshot import looking_at
from .wal import JOURNAL, beside

_NO_KEY = (
    "{path} is encrypted, and there is no key. Set LTM_ENCRYPTION_KEY, or name the key "
    "file in the setting `encryption_key_file`. Nothing was changed."
)
_HOLDING = ("messages", "chats", "hand", "edits", "summaries", "meta", "forgotten")


def cipher_of(
    database: Database, keys: KeySource, marks: FileMarks | None = None
) -> Cipher:
    """Return what opens a bank's texts; nothing is changed.

    Args:
        database: The bank's.
        keys: Finds the user's key.
        marks: What the database says of itself, if that was just read.

    Raises:
        EncryptionError: The bank is encrypted, and its key is not there.
        StoreCorrupt: It is another program's.
    """
    with database.alone(), translated(database.path):
        sealed = envelope(database.connection, database.path, marks)
    if sealed is None:
        return PLAIN
    return cipher_for(sealed, database.path, keys)


def cipher_for(sealed: str, path: Path, keys: KeySource) -> Cipher:
    """Return what opens texts with a bank's sealed key.

    Raises:
        EncryptionError: The user's key is not there, or another one.
    """
    return AesCipher(unwrapped(sealed, key_for(path, keys)), format_of(sealed))


def key_for(path: Path, keys: KeySource) -> bytes:
    """Return the user's key.

    Raises:
        EncryptionError: There is none, or it cannot be used.
    """
    key = keys()
    if key is None:
        raise EncryptionError(_NO_KEY.format(path=path))
    return key


def envelope(
    connection: sqlite3.Connection, path: Path, marks: FileMarks | None = None
) -> str | None:
    """Return a bank's sealed key, None if the bank is not encrypted."""
    # Whether its version can be read is the migrations' affair.
    marks = marks or marks_of(connection, path)
    if check_marks(marks, path, newest=ANY_VERSION) == 0:
        return None
    row = connection.execute(
        "SELECT value FROM meta WHERE key = ?", (ENVELOPE,)
    ).fetchone()
    return None if row is None else str(row[0])


def is_encrypted(folder: Path, *, patience_seconds: float = 5.0) -> bool:
    """Say whether a bank is encrypted; no key is needed.

    Args:
        folder: The bank's.
        patience_seconds: How long to wait for who has it alone.

    Raises:
        StoreError: It cannot be read.
    """
    path = folder / DATABASE_FILE
    if not os.path.lexists(current_database(folder)):
        return False
    if is_open_here(path):
        # By who has it open already, it is whole; a copy would take time for nothing.
        with (
            translated(path),
            closing(read_only(path, patience_seconds=patience_seconds)) as connection,
        ):
            return envelope(connection, path) is not None
    with looking_at(folder) as connection:
        return envelope(connection, path) is not None


def may_be_encrypted(path: Path) -> bool:
    """Say whether a database that cannot be read was encrypted: its file says so.

    The name of the note about its key stands in the file as it is.
    """
    mark = ENVELOPE.encode()
    for file in (path, beside(path, JOURNAL)):
        if not file.is_file():
            continue
        with suppress(OSError), file.open("rb") as opened:
            end = b""
            while part := opened.read(1 << 20):
                if mark in end + part:
                    return True
                end = part[-len(mark) :]
    return False


def opens(sealed: str, user_key: bytes) -> bool:
    """Say whether a user's key opens a bank's sealed one."""
    try:
        unwrapped(sealed, user_key)
    except EncryptionError:
        return False
    return True


def put_new_key(connection: sqlite3.Connection, user_key: bytes) -> AesCipher:
    """Give a bank a key of its own, inside the caller's transaction.

    Raises:
        EncryptionError: The library is missing.
    """
    bank_key = new_bank_key()
    put_envelope(connection, wrapped(bank_key, user_key))
    return AesCipher(bank_key)


def put_envelope(connection: sqlite3.Connection, sealed: str) -> None:
    """Note a bank's sealed key."""
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (ENVELOPE, sealed)
    )


def encrypt_if_empty(database: Database, keys: KeySource) -> None:
    """Encrypt a bank that holds nothing yet, if there is a key.

    Raises:
        EncryptionError: The key or the library cannot be used.
    """
    if keys is no_key or database.cipher.secret or not _is_empty(database):
        return
    user_key = keys()
    if user_key is None:
        return
    with database.writing() as connection:
        cipher = put_new_key(connection, user_key)
        leave_out(connection)
    database.cipher = cipher


def bind_names(database: Database, keys: KeySource) -> None:
    """Bind the names of chats to their rows, where an older version did not.

    Raises:
        StoreCorrupt: A name was changed; the bank stays as it is.
        StoreError: The disk does not let us.
    """
    old = database.cipher
    if not isinstance(old, AesCipher) or old.format != FORMER:
        return
    with translated(database.path):
        # What was sealed the former way could be put back.
        database.connection.execute("PRAGMA secure_delete = ON").fetchall()
    with database.writing() as connection:
        sealed = envelope(connection, database.path)
        if sealed is None or format_of(sealed) != FORMER:
            raise StoreError(f"{database.path} is being changed. Try again soon.")
        user_key = key_for(database.path, keys)
        bank_key = unwrapped(sealed, user_key)
        new = AesCipher(bank_key)
        rewrite_table(connection, CHAT_NAMES, old, new)
        put_envelope(connection, wrapped(bank_key, user_key))
    database.cipher = new


def _is_empty(database: Database) -> bool:
    return not any(database.one(f"SELECT 1 FROM {table} LIMIT 1") for table in _HOLDING)
