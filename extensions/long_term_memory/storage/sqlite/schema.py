"""The tables of a bank, and how old ones become new ones.

Owns: the schema as numbered migrations, and the marks that tell our files from
others'. A migration, once released, is never changed.
Knows nothing of: what the rows mean to recall.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...errors import SchemaVersion, StoreCorrupt
from . import full_text
from .database import Database, translated
from .shape import SCHEMA, misshapen

ANY_VERSION = 2**31
APPLICATION_ID = 0x4C544D31  # "LTM1"

Migration = Callable[[sqlite3.Connection], None]

# Texts are TEXT, or BLOBs where UTF-8 cannot hold them (lone surrogates), hence
# columns without a type. Times are microseconds since 1970 in UTC.
_M0001 = (
    "CREATE TABLE meta (key PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TABLE chats (
        row INTEGER PRIMARY KEY,
        id UNIQUE NOT NULL,
        family INTEGER NOT NULL,
        title NOT NULL,
        revision INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL
    )""",
    """CREATE TABLE chat_names (
        host NOT NULL,
        name NOT NULL,
        chat INTEGER NOT NULL REFERENCES chats(row),
        PRIMARY KEY (host, name)
    )""",
    """CREATE TABLE messages (
        row INTEGER PRIMARY KEY,
        id UNIQUE NOT NULL,
        role TEXT NOT NULL,
        name NOT NULL,
        said_at INTEGER,
        seen_at INTEGER NOT NULL,
        present TEXT NOT NULL,
        digest BLOB NOT NULL,
        content NOT NULL
    )""",
    # Derived, apart from the messages so that it can be made anew.
    """CREATE TABLE lexicon (
        message INTEGER PRIMARY KEY REFERENCES messages(row),
        question INTEGER NOT NULL,
        terms BLOB NOT NULL
    )""",
    """CREATE TABLE places (
        chat INTEGER NOT NULL REFERENCES chats(row),
        position INTEGER NOT NULL,
        message INTEGER NOT NULL REFERENCES messages(row),
        hidden INTEGER NOT NULL,
        provisional INTEGER NOT NULL,
        host_id,
        PRIMARY KEY (chat, position)
    ) WITHOUT ROWID""",
    # Every message that ever stood on a chat's path, found by its text.
    """CREATE TABLE visits (
        chat INTEGER NOT NULL REFERENCES chats(row),
        digest BLOB NOT NULL,
        message INTEGER NOT NULL REFERENCES messages(row),
        PRIMARY KEY (chat, digest, message)
    ) WITHOUT ROWID""",
    *full_text.TABLE,
    # `folder` names the model's array in the bulk store, which holds the vectors
    # 1 … flushed; `generation` rises when vectors are numbered anew.
    """CREATE TABLE models (
        row INTEGER PRIMARY KEY,
        name NOT NULL,
        dimension INTEGER NOT NULL,
        fingerprint NOT NULL,
        recipe INTEGER NOT NULL,
        folder TEXT NOT NULL,
        flushed INTEGER NOT NULL DEFAULT 0,
        generation INTEGER NOT NULL DEFAULT 0,
        UNIQUE (name, dimension, fingerprint, recipe)
    )""",
    """CREATE TABLE vectors (
        model INTEGER NOT NULL REFERENCES models(row),
        number INTEGER NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (model, number),
        UNIQUE (model, key)
    ) WITHOUT ROWID""",
    # Vectors that are not in the bulk store yet: little-endian float16.
    """CREATE TABLE waiting (
        model INTEGER NOT NULL REFERENCES models(row),
        number INTEGER NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (model, number)
    )""",
    """CREATE TABLE links (
        number INTEGER PRIMARY KEY,
        model INTEGER NOT NULL REFERENCES models(row),
        message INTEGER NOT NULL REFERENCES messages(row),
        left_message INTEGER NOT NULL,
        right_message INTEGER NOT NULL,
        vector INTEGER NOT NULL,
        UNIQUE (model, message, left_message, right_message)
    )""",
    """CREATE TABLE hand (
        row INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key NOT NULL,
        content,
        pinned INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER,
        UNIQUE (kind, key)
    )""",
)


def m0001_messages_paths_vectors(connection: sqlite3.Connection) -> None:
    """Make the first schema."""
    for statement in _M0001:
        connection.execute(statement)


# `key` says what a summary rests on, `inputs` what it was made from. `messages` are a
# chunk's message rows (little-endian uint32), `parts` the keys of the summaries that a
# higher tier was made from.
_M0002 = """CREATE TABLE summaries (
    row INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    maker TEXT NOT NULL,
    tier TEXT NOT NULL,
    chat INTEGER NOT NULL REFERENCES chats(row),
    first INTEGER NOT NULL REFERENCES messages(row),
    last INTEGER NOT NULL REFERENCES messages(row),
    messages BLOB NOT NULL,
    parts BLOB NOT NULL,
    inputs BLOB NOT NULL,
    text NOT NULL,
    model NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (key, maker)
)"""


def m0002_summaries(connection: sqlite3.Connection) -> None:
    """Add a place for what was told in short."""
    connection.execute(_M0002)


# Of what was forgotten only keyed hashes are kept, so that it does not come back.
# `edits` has what stood in `hand` before: a row as it was, at every change of its text.
_M0003 = (
    "CREATE TABLE forgotten (mark BLOB PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE edits (
        row INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key NOT NULL,
        content,
        pinned INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER
    )""",
    "CREATE INDEX edits_of_one ON edits (kind, key)",
)


def m0003_forgotten_and_edits(connection: sqlite3.Connection) -> None:
    """Remember that something was forgotten, and what was written by hand before."""
    for statement in _M0003:
        connection.execute(statement)


# `tags` is a list as JSON, NULL for none.
_M0004 = (
    "ALTER TABLE hand ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE hand ADD COLUMN tags",
)


def m0004_hidden_and_tags(connection: sqlite3.Connection) -> None:
    """Add what a person hides from recall, and by which words he finds it again."""
    for statement in _M0004:
        connection.execute(statement)


# A row's number rises with every writing, so that whoever read some reads the rest.
_M0005 = """CREATE TABLE emotions (
    row INTEGER PRIMARY KEY,
    message INTEGER NOT NULL UNIQUE REFERENCES messages(row),
    maker INTEGER NOT NULL,
    emotion BLOB NOT NULL
)"""


def m0005_emotions(connection: sqlite3.Connection) -> None:
    """Add a place for what messages show of feelings."""
    connection.execute(_M0005)


MIGRATIONS: tuple[Migration, ...] = (
    m0001_messages_paths_vectors,
    m0002_summaries,
    m0003_forgotten_and_edits,
    m0004_hidden_and_tags,
    m0005_emotions,
)


class FileMarks(NamedTuple):
    """What a database says of itself.

    Attributes:
        application: Whose it is.
        version: Of its schema, as a number.
        tables: How many tables, indexes and triggers it has.
        schema: Their text.
    """

    application: int
    version: int
    tables: int
    schema: str


_MARKS = (
    "SELECT (SELECT application_id FROM pragma_application_id), "
    "(SELECT user_version FROM pragma_user_version), "
    f"count(*), coalesce(({SCHEMA} FROM sqlite_master), '') FROM sqlite_master"
)


def marks_of(connection: sqlite3.Connection, path: Path) -> FileMarks:
    """Read what a database says of itself, without changing a byte of it.

    Raises:
        StoreCorrupt: It is no database.
    """
    with translated(path):
        [row] = connection.execute(_MARKS).fetchall()
    return FileMarks(*row)


def migrate(
    database: Database,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    back_up: Callable[[], object],
    marks: FileMarks | None = None,
) -> None:
    """Bring a database to the newest schema, or refuse it untouched.

    Args:
        database: Open, and perhaps empty.
        migrations: All steps from an empty file to the newest schema.
        back_up: Called before a database that holds something is changed.
        marks: What it says of itself, if that was just read.

    Raises:
        StoreCorrupt: It belongs to another program, or tables of it are gone.
        SchemaVersion: It was written by a newer version.
    """
    with translated(database.path):
        version = check_shape(
            database.connection, database.path, migrations, marks=marks
        )
    if version == len(migrations):
        return
    if version > 0:
        back_up()
    for number in range(version + 1, len(migrations) + 1):
        with database.writing() as connection:
            migrations[number - 1](connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


def check_shape(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    newest: int | None = None,
    marks: FileMarks | None = None,
) -> int:
    """Return a database's schema version; its tables are those of that version.

    Args:
        connection: To the database, or to a copy of it.
        path: What it is called.
        migrations: All steps from an empty file to the newest schema.
        newest: The newest version that is let through; None is that of `migrations`.
        marks: What it says of itself, if that was just read.

    Raises:
        StoreCorrupt: It belongs to another program, or tables of it are gone.
        SchemaVersion: It was written by a newer version.
    """
    known = len(migrations)
    marks = marks or marks_of(connection, path)
    version = check_marks(marks, path, newest=known if newest is None else newest)
    if found := misshapen(connection, migrations[:version], marks.schema):
        raise StoreCorrupt(
            f"{path} is damaged: {found}. It was left as it is: put a backup in its "
            "place (ltm restore)."
        )
    return version


def check_owner(
    connection: sqlite3.Connection, path: Path, *, newest: int = len(MIGRATIONS)
) -> int:
    """Return a database's schema version without changing a byte of it.

    Raises:
        StoreCorrupt: It belongs to another program.
        SchemaVersion: It was written by a newer version.
    """
    return check_marks(marks_of(connection, path), path, newest=newest)


def check_marks(marks: FileMarks, path: Path, *, newest: int = len(MIGRATIONS)) -> int:
    """Return a database's schema version by what it says of itself.

    Raises:
        StoreCorrupt: It belongs to another program.
        SchemaVersion: It was written by a newer version.
    """
    application, version, tables, _ = marks
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreCorrupt(
            f"{path} is a database of another program. It was left as it is: move it "
            "away."
        )
    if application == APPLICATION_ID and (version < 0 or bool(version) != bool(tables)):
        raise StoreCorrupt(
            f"{path} is damaged: its version is {version}, its tables {tables}. It was "
            "left as it is: put a backup in its place (ltm restore)."
        )
    if version > newest:
        raise SchemaVersion(
            f"{path} was written by a newer version (schema {version}, this one knows "
            f"{newest}). Update, or put a copy from before in its place."
        )
    return version
