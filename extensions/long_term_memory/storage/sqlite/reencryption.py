"""Encrypt a whole bank, put it in clear again, or give it to another key.

Owns: that a bank is encrypted or in clear as a whole, whatever stops us; and that
nothing in clear is left in its files.
Knows nothing of: how fields are sealed, where keys come from.

All is rewritten in one transaction, which also notes that traces are due, as after a
forgetting. Stopped before its end, the bank is as it was; stopped after it, whoever
opens the bank next removes the traces.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ...core.records import DUE
from ...errors import Conflict, StoreError
from ...files import FileLock
from ..encryption.aes import format_of, unwrapped, wrapped
from ..encryption.cipher import ENVELOPE, META, PLAIN, Cipher
from ..encryption.user_key import KeySource
from .bank import open_bank
from .bank_key import (
    cipher_for,
    cipher_of,
    envelope,
    key_for,
    opens,
    put_envelope,
    put_new_key,
)
from .database import Database, translated
from .full_text import bring_back, leave_out
from .holders import holders
from .recovery import look_first
from .replacement import DATABASE_FILE
from .sealed import TABLES, Table, rewrite_table
from .snapshot import looking_at

_PATIENCE_SECONDS = 5.0


def encrypt(folder: Path, keys: KeySource, *, vectors: bool = True) -> None:
    """Encrypt a bank, and leave nothing of it in clear in its folder.

    Its automatic backups, readable logs and what was set aside go.

    Args:
        folder: The bank's own folder.
        keys: Finds the user's key.
        vectors: Whether its vectors stay, which are not encrypted.

    Raises:
        Conflict: It is encrypted already.
        EncryptionError: There is no key, or no library to use it.
        StoreError: Somebody has the bank open, or the disk does not let us.
    """
    with _nobody_else(folder) as database:
        key = key_for(database.path, keys)
        with database.writing() as connection:
            if envelope(connection, database.path) is not None:
                raise Conflict(f"{folder} is encrypted already.")
            cipher = put_new_key(connection, key)
            leave_out(connection)
            if not vectors:
                _drop_vectors(connection)
            _rewrite(connection, PLAIN, cipher)
            _note_due(connection, cipher)
    _leave_no_traces(folder, keys)


def decrypt(folder: Path, keys: KeySource) -> None:
    """Put a bank in clear.

    Raises:
        Conflict: It is in clear.
        EncryptionError: It cannot be opened without its key.
        StoreCorrupt: A field of it was changed; the bank stays as it is.
        StoreError: Somebody has the bank open, or the disk does not let us.
    """
    with _nobody_else(folder) as database:
        cipher = cipher_of(database, keys)
        if not cipher.secret:
            raise Conflict(f"{folder} is not encrypted.")
        with database.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (ENVELOPE,))
            _rewrite(connection, cipher, PLAIN)
            bring_back(connection)


def change_key(folder: Path, former: KeySource, new: bytes) -> bool:
    """Let another key open a bank; its fields stay as they are.

    Returns:
        Whether it was changed; not if it is the new key's already.

    Raises:
        Conflict: The bank is not encrypted.
        EncryptionError: Neither key opens it.
        StoreError: Somebody is writing, or the disk does not let us.
    """
    path = folder / DATABASE_FILE
    with closing(Database(path, busy_timeout_seconds=_PATIENCE_SECONDS)) as database:
        with translated(path):
            database.connection.execute("PRAGMA secure_delete = ON").fetchall()
        with database.writing() as connection:
            sealed = envelope(connection, path)
            if sealed is None:
                raise Conflict(f"{folder} is not encrypted.")
            if opens(sealed, new):
                return False
            bank_key = unwrapped(sealed, key_for(path, former))
            put_envelope(connection, wrapped(bank_key, new, format_of(sealed)))
        # The journal would go on holding what the former key opens.
        database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def check_fields(folder: Path, keys: KeySource) -> int:
    """Open every field of an encrypted bank, and change nothing.

    Returns:
        In how many rows.

    Raises:
        EncryptionError: There is no key, or it is another one.
        StoreCorrupt: A field was changed.
    """
    path = folder / DATABASE_FILE
    with looking_at(folder) as connection:
        sealed = envelope(connection, path)
        cipher = PLAIN if sealed is None else cipher_for(sealed, path, keys)
        return sum(_opened(connection, table, cipher) for table in TABLES)


def _opened(connection: sqlite3.Connection, table: Table, cipher: Cipher) -> int:
    """Open a table's fields; return in how many rows."""
    rows = connection.execute(
        f"SELECT {', '.join((*table.key, *table.columns))} FROM {table.name}"
    )
    return sum(bool(table.rewrite(row, cipher, PLAIN)) for row in rows)


@contextmanager
def _nobody_else(folder: Path) -> Iterator[Database]:
    """Open a bank's database, at its newest schema, that nobody else has open."""
    lock = FileLock(folder / "open.lock")
    if not lock.acquire(timeout_seconds=_PATIENCE_SECONDS):
        raise StoreError(f"Another program is opening {folder}. Try again soon.")
    path = folder / DATABASE_FILE
    with lock:
        if open_in := sorted(set(holders(folder))):
            numbers = ", ".join(map(str, open_in))
            raise StoreError(
                f"{folder} is open in process {numbers}. Close that program, then try "
                "again. Nothing was changed."
            )
        look_first(folder)
        with closing(
            Database(path, busy_timeout_seconds=_PATIENCE_SECONDS)
        ) as database:
            with translated(path):
                database.connection.execute("PRAGMA secure_delete = ON").fetchall()
            yield database


def _note_due(connection: sqlite3.Connection, cipher: Cipher) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        (DUE, cipher.seal_text("due", META, DUE)),
    )


def _drop_vectors(connection: sqlite3.Connection) -> None:
    """Drop all vectors; the bulk store's, which no model has then, go as traces."""
    for table in ("links", "waiting", "vectors", "models"):
        connection.execute(f"DELETE FROM {table}")


def _leave_no_traces(folder: Path, keys: KeySource) -> None:
    """Remove what is left of the bank as it was before."""
    with closing(open_bank(folder, keys=keys)) as bank:
        bank.erasure.remove_traces()
        bank.metadata.drop(DUE)


def _rewrite(connection: sqlite3.Connection, old: Cipher, new: Cipher) -> None:
    """Write all fields anew, and what stands for the hashes of texts."""
    for table in TABLES:
        rewrite_table(connection, table, old, new)
    connection.execute(
        "UPDATE visits SET digest = (SELECT digest FROM messages WHERE row = message)"
    )
    if new.secret:
        # Nothing leads back from a mark to its hash: in clear again, vectors keep
        # theirs, and an equal text is embedded once more.
        vectors = connection.execute("SELECT model, number, key FROM vectors")
        connection.executemany(
            "UPDATE vectors SET key = ? WHERE model = ? AND number = ?",
            [(new.mark(key), *place) for *place, key in vectors.fetchall()],
        )
