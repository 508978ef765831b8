"""Mend what is derived in a bank, from the messages; the messages stay as they are.

Owns: words, full text, visits, links and vectors that disagree with what they are
derived from. What cannot be made here is dropped, to be made anew in the background.
Knows nothing of: what is wrong with a bank (see `check`), embedders.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ...core.records import Lexicon
from ...core.text.memorable import worth
from ...core.text.panels import speech_of
from ...core.text.recipes import ends_as_question
from ...core.text.tokenizer import term_bytes
from ...errors import StoreError
from ...files import FileLock
from ..encryption.cipher import CONTENT, TERMS, Cipher
from ..encryption.user_key import KeySource, no_key
from . import far_times, full_text
from .bank import open_bank
from .bank_key import cipher_of
from .codec import pack_kind, unpack_text
from .database import Database
from .replacement import DATABASE_FILE, VECTORS_FOLDER
from .values import nonsense
from .vector_array import VectorArray
from .vector_check import lost_vectors, sound_blobs, strangers
from .vector_repair import keep_sound

_STATEMENTS = (
    (
        "UPDATE chats SET family = row WHERE family NOT IN (SELECT row FROM chats)",
        "gave {} chats a family of their own",
    ),
    (
        "INSERT OR IGNORE INTO visits (chat, digest, message) SELECT chat, digest, "
        "message FROM places JOIN messages ON row = message",
        "noted {} messages that stand on a path",
    ),
    (
        "DELETE FROM lexicon WHERE message NOT IN (SELECT row FROM messages)",
        "dropped the words of {} messages that are gone",
    ),
    (
        "DELETE FROM emotions WHERE message NOT IN (SELECT row FROM messages)",
        "dropped the emotions of {} messages that are gone",
    ),
    (
        "DELETE FROM links WHERE message NOT IN (SELECT row FROM messages) "
        "OR left_message > 0 AND left_message NOT IN (SELECT row FROM messages) "
        "OR right_message > 0 AND right_message NOT IN (SELECT row FROM messages)",
        "dropped {} vectors of messages that are gone",
    ),
)


def mend(
    folder: Path, *, patience_seconds: float = 5.0, keys: KeySource = no_key
) -> list[str]:
    """Mend a bank, and say what was done.

    Raises:
        EncryptionError: It is encrypted, and its key is not there.
        StoreError: Another program is writing, or the disk does not let us.
        StoreCorrupt: The database itself is damaged; only a backup helps.
    """
    open_bank(folder, busy_timeout_seconds=patience_seconds, keys=keys).close()
    lock = FileLock(folder / "vectors.lock")
    if not lock.acquire(timeout_seconds=patience_seconds):
        raise StoreError(f"Another program is writing vectors to {folder}. Try again.")
    database = Database(folder / DATABASE_FILE, busy_timeout_seconds=patience_seconds)
    database.cipher = cipher_of(database, keys)
    with lock, closing(database), database.writing() as connection:
        bulk = folder / VECTORS_FOLDER
        done = [*_tables(connection, database.cipher), *_vectors(connection, bulk)]
        alone = strangers(connection, bulk)
        for array in alone:
            shutil.rmtree(array, ignore_errors=True)
    return done + [f"removed {len(alone)} arrays of no model"] * bool(alone)


def _tables(connection: sqlite3.Connection, cipher: Cipher) -> Iterator[str]:
    yield from _drop_nonsense(connection, secret=cipher.secret)
    for statement, words in _STATEMENTS:
        count = connection.execute(statement).rowcount
        if count > 0:
            yield words.format(count)
    if count := far_times.mend(connection):
        yield f"took {count} times that no calendar has for unknown, or for the nearest"
    if count := _relearn_words(connection, cipher):
        yield f"read the words of {count} messages anew"
    if not (cipher.secret or full_text.whole(connection)):
        full_text.bring_back(connection)
        yield "made the full text anew"
    elif not full_text.agrees(connection):
        full_text.rebuild(connection)
        yield "made the full text anew"


def _drop_nonsense(connection: sqlite3.Connection, *, secret: bool) -> Iterator[str]:
    """Drop derived rows with values that make no sense, and what rested on them."""
    for one in list(nonsense(connection, secret=secret)):
        if one.mendable:
            connection.execute(f"DELETE FROM {one.table} WHERE {one.where}")
            yield f"dropped {one.rows} rows of `{one.table}` that made no sense"
    for table in ("links", "waiting", "vectors"):
        connection.execute(
            f"DELETE FROM {table} WHERE model NOT IN (SELECT row FROM models)"
        )


def _relearn_words(connection: sqlite3.Connection, cipher: Cipher) -> int:
    """Make the words of messages that lack them."""
    rows = connection.execute(
        "SELECT row, id, role, content FROM messages "
        "WHERE row NOT IN (SELECT message FROM lexicon)"
    ).fetchall()
    for row, packed_id, role, content in rows:
        text = cipher.unseal_text(content, CONTENT, unpack_text(packed_id))
        text = speech_of(text)
        lexicon = Lexicon(term_bytes(text), ends_as_question(text), worth(text, role))
        terms = cipher.seal(lexicon.terms, TERMS, row)
        connection.execute(
            "INSERT INTO lexicon (message, question, terms) VALUES (?, ?, ?)",
            (row, pack_kind(lexicon), terms),
        )
    return len(rows)


def _vectors(connection: sqlite3.Connection, bulk: Path) -> Iterator[str]:
    lost = {row for row, *_ in lost_vectors(connection, bulk)}
    for row, name, dimension, folder in connection.execute(
        "SELECT row, name, dimension, folder FROM models"
    ).fetchall():
        if row in lost or sound_blobs(connection, row, dimension)[1]:
            keep_sound(
                connection, row, VectorArray(bulk / folder, dimension), dimension
            )
            [(kept,)] = connection.execute(
                "SELECT count(*) FROM vectors WHERE model = ?", (row,)
            )
            yield f"kept {kept} vectors of {name}; the others are made anew"
    gone = connection.execute(
        "DELETE FROM links WHERE NOT EXISTS (SELECT 1 FROM vectors AS v "
        "WHERE v.model = links.model AND v.number = links.vector)"
    ).rowcount
    if gone:
        yield f"dropped {gone} links to vectors that are gone"
