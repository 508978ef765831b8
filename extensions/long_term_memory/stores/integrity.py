"""Is a bank whole? Its files, tables, words and vectors, each against the others.

Owns: what is checked, in words for people. Looks only: all is done on a private copy in
memory, so nothing is locked or changed, whoever else is writing.
Knows nothing of: mending (see `mending`), what rows mean to recall.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..core.text import digest
from ..errors import LtmError, StoreCorrupt, StoreError
from . import far_times, fulltext
from .asides import DATABASE_FILE, VECTORS_FOLDER, asides
from .codec import pack_time, unpack_time
from .database import translated
from .holders import holders
from .layout import FileLock
from .rescue import read_only
from .schema import MIGRATIONS, check_owner
from .vectors import HALF, VectorArray
from .wal import complaint

_STEP_ROWS = 8 * 1024
# Clocks are set by minutes all the time.
_CLOCK_SLACK = 10 * 60 * 1_000_000
_MODEL_FOLDER = re.compile(r"[0-9a-f]{32}")
LOCKS = ("open.lock", "vectors.lock", "worker.lock")


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: The thing, as a phrase; empty for the bank as a whole.
        words: What was found, and what to do about it.
        mendable: Whether it can be mended from the messages, losing nothing.
        blind: Whether it could not be looked at, so that nothing is known.
        bank: Whose memory it is about, in words; empty if about none.
    """

    level: Level
    what: str
    words: str
    mendable: bool = False
    blind: bool = False
    bank: str = ""


class Question(NamedTuple):
    """A count that must be 0, what it means if it is not, and whether it mends."""

    what: str
    sql: str
    words: str
    mendable: bool = True


QUESTIONS = (
    Question(
        "paths",
        "SELECT count(*) FROM (SELECT 1 FROM places GROUP BY chat "
        "HAVING min(position) <> 0 OR count(*) <> max(position) + 1)",
        "{} chats have a gap in their path. Put a backup in its place: ltm restore",
        mendable=False,
    ),
    Question(
        "paths",
        "SELECT count(*) FROM places AS p WHERE NOT EXISTS (SELECT 1 FROM visits AS v "
        "WHERE v.chat = p.chat AND v.message = p.message)",
        "{} messages of paths are not known to have stood there",
    ),
    Question(
        "families",
        "SELECT count(*) FROM chats WHERE family NOT IN (SELECT row FROM chats)",
        "{} chats belong to a family that is gone",
    ),
    Question(
        "words",
        "SELECT count(*) FROM messages WHERE row NOT IN (SELECT message FROM lexicon)",
        "{} messages have no words and cannot be recalled",
    ),
    Question(
        "vectors",
        "SELECT count(*) FROM links AS l WHERE NOT EXISTS (SELECT 1 FROM vectors AS v "
        "WHERE v.model = l.model AND v.number = l.vector)",
        "{} messages point to vectors that are gone",
    ),
    Question(
        "vectors",
        "SELECT count(*) FROM links WHERE message NOT IN (SELECT row FROM messages) "
        "OR left_message NOT IN (SELECT row FROM messages UNION SELECT 0) "
        "OR right_message NOT IN (SELECT row FROM messages UNION SELECT 0)",
        "{} vectors belong to messages that are gone",
    ),
    Question(
        "vectors",
        "SELECT count(*) FROM waiting AS w JOIN models ON models.row = w.model "
        "WHERE length(w.vector) <> 2 * dimension OR NOT EXISTS (SELECT 1 FROM vectors "
        "AS v WHERE v.model = w.model AND v.number = w.number)",
        "{} waiting vectors are of the wrong length or nobody's",
    ),
    Question("times", far_times.COUNT, far_times.WORDS),
)


# A model's vectors: how many there are, how many lead without a gap, how many wait.
_COUNTED = (
    "SELECT count(*), coalesce(sum(number = place), 0), "
    "(SELECT count(*) FROM waiting WHERE model = ?1 AND number > ?2) "
    "FROM (SELECT number, row_number() OVER (ORDER BY number) AS place "
    "FROM vectors WHERE model = ?1)"
)


def examine(folder: Path, now: datetime) -> list[Finding]:
    """Look at a bank's folder and say what is found; nothing is changed."""
    try:
        path = folder / DATABASE_FILE
        with translated(path), closing(_copied(folder)) as connection:
            found = [
                _held_in_all(connection),
                *_schema(connection),
                *_tables(connection),
                *_times(connection, pack_time(now)),
                *_vectors(connection, folder / VECTORS_FOLDER),
            ]
    except LtmError as error:
        blind = not isinstance(error, StoreCorrupt)
        found = [_fault("database", str(error), mendable=False, blind=blind)]
    return [*_files(folder), *found, *_held(folder)]


def lost_vectors(
    connection: sqlite3.Connection, bulk: Path
) -> Iterator[tuple[int, str, int]]:
    """Yield each model that has bad vectors: row, name, how many lead that are sound.

    Those of the bulk store are counted; all beyond must be dropped, unless it waits.
    """
    for row, name, dimension, folder, flushed in connection.execute(
        "SELECT row, name, dimension, folder, flushed FROM models"
    ).fetchall():
        array = VectorArray(bulk / folder, dimension)
        sound = _finite_rows(array, min(flushed, array.sound_rows()), dimension)
        [(held, dense, waiting)] = connection.execute(_COUNTED, (row, flushed))
        sound = min(sound, dense)
        if sound < flushed or not held == dense == flushed + waiting:
            yield row, str(name), sound


def strangers(connection: sqlite3.Connection, bulk: Path) -> list[Path]:
    """Return the arrays in the bulk store that no model of the bank has."""
    known = {name for (name,) in connection.execute("SELECT folder FROM models")}
    folders = bulk.iterdir() if bulk.is_dir() else iter(())
    return sorted(
        path
        for path in folders
        if path.is_dir()
        and _MODEL_FOLDER.fullmatch(path.name)
        and path.name not in known
    )


# -- inside --------------------------------------------------------------------------


def _ok(what: str, words: str) -> Finding:
    return Finding(level=Level.OK, what=what, words=words)


def _fault(
    what: str, words: str, *, mendable: bool = True, blind: bool = False
) -> Finding:
    return Finding(
        level=Level.FAULT, what=what, words=words, mendable=mendable, blind=blind
    )


def _copied(folder: Path) -> sqlite3.Connection:
    """Copy the database into memory."""
    path = folder / DATABASE_FILE
    if not path.exists():
        raise StoreError(f"{path} is not there. Put a backup in its place: ltm restore")
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with translated(path), closing(read_only(path)) as source:
            check_owner(source, path)
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = MEMORY").fetchall()
    except BaseException:
        copy.close()
        raise
    return copy


def _files(folder: Path) -> Iterator[Finding]:
    """Say how large the files are, and how the journal stands."""
    path = folder / DATABASE_FILE
    with suppress(OSError):
        if found := complaint(path):
            yield _fault("journal", f"{path.name}-wal: {found}", mendable=False)
    if path.exists():
        sizes = f"{_megabytes(path)} of memories"
        bulk = folder / VECTORS_FOLDER
        if bulk.exists():
            sizes += f", {_megabytes(*bulk.rglob('*'))} of vectors"
        yield _ok("size", sizes)
    if kept := asides(folder):
        names = ", ".join(one.name for one in kept)
        words = f"{names} in {folder}: kept from before; may be deleted once not needed"
        yield Finding(level=Level.NOTE, what="set aside", words=words)


def _held_in_all(connection: sqlite3.Connection) -> Finding:
    """Count what the bank holds, for people."""
    [counts] = connection.execute(
        "SELECT (SELECT count(DISTINCT chat) FROM places), "
        "(SELECT count(DISTINCT message) FROM places), "
        "(SELECT count(*) FROM hand WHERE kind = 'note' AND deleted_at IS NULL)"
    )
    nouns = ("chat", "message", "note")
    pairs = zip(counts, nouns, strict=True)
    words = (f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in pairs)
    return _ok("", ", ".join(words))


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    [(version,)] = connection.execute("PRAGMA user_version").fetchall()
    words = f"version {version}"
    if version < len(MIGRATIONS):
        words += f"; becomes {len(MIGRATIONS)} when it is opened, after a backup"
    yield _ok("schema", words)
    yield from _asked(
        "database",
        [row[0] for row in connection.execute("PRAGMA integrity_check(5)")],
    )


def _asked(what: str, answers: list[str]) -> Iterator[Finding]:
    if answers == ["ok"]:
        yield _ok(what, "whole")
        return
    told = "; ".join(answer.splitlines()[0] for answer in answers)
    yield _fault(
        what,
        f"damaged: {told}. Put a backup in its place: ltm restore",
        mendable=False,
    )


def _tables(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Check what rests on what, by SQL."""
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    derived = {"links", "lexicon", "vectors", "waiting", "summaries"}
    for table in sorted({row[0] for row in dangling}):
        count = sum(row[0] == table for row in dangling)
        words = f"{count} rows of `{table}` rest on rows that are not there"
        yield _fault("orphans", words, mendable=table in derived)
    wrong = 0
    for question in QUESTIONS:
        [(count,)] = connection.execute(question.sql).fetchall()
        if count:
            wrong += 1
            words = question.words.format(count)
            yield _fault(question.what, words, mendable=question.mendable)
    if not dangling and not wrong:
        yield _ok("paths and links", "nothing points to what is not there")
    yield from _texts(connection)
    yield _full_text(connection)


def _texts(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Check that messages are what they were when they came."""
    changed = sum(
        isinstance(content, str) and stored != digest(role, content)
        for role, content, stored in connection.execute(
            "SELECT role, content, digest FROM messages"
        )
    )
    if changed:
        words = f"{changed} messages were changed by another program"
        yield Finding(level=Level.NOTE, what="messages", words=words)


def _times(connection: sqlite3.Connection, now: int) -> Iterator[Finding]:
    """See whether the clock was ahead once, or went back."""
    [(ahead, newest)] = connection.execute(
        "SELECT count(*), max(seen_at) FROM messages WHERE seen_at > ?",
        (now + _CLOCK_SLACK,),
    )
    if ahead:
        words = (
            f"{ahead} messages came in the future, until {unpack_time(newest):%Y-%m-%d}"
            ": the clock was ahead then, or is wrong now. Their order is right; their "
            "age cannot be told before that day"
        )
        yield Finding(level=Level.NOTE, what="clock", words=words)
    [(back,)] = connection.execute(
        "SELECT count(*) FROM (SELECT seen_at, lag(seen_at) OVER (ORDER BY row) "
        "AS before FROM messages) WHERE seen_at < before - ?",
        (_CLOCK_SLACK,),
    )
    if back:
        words = f"it went back {back} times while memories came; their order is right"
        yield Finding(level=Level.NOTE, what="clock", words=words)


def _full_text(connection: sqlite3.Connection) -> Finding:
    """Check the full text against the texts, word for word."""
    if not fulltext.in_file(connection):
        return _ok("full text", "in memory alone, for the texts are encrypted")
    if not fulltext.agrees(connection):
        return _fault("full text", "does not agree with the messages")
    return _ok("full text", "agrees with the messages")


def _vectors(connection: sqlite3.Connection, bulk: Path) -> Iterator[Finding]:
    """Check the vectors' numbers, files and values."""
    bad = list(lost_vectors(connection, bulk))
    for _, name, sound in bad:
        words = f"of {name}, only the first {sound} can be used; the rest is made anew"
        yield _fault("vectors", words)
    if spoilt := _spoilt(connection):
        yield _fault("vectors", f"{spoilt} waiting vectors are no numbers")
    if foreign := strangers(connection, bulk):
        words = f"{len(foreign)} arrays in {bulk} belong to no model of this memory"
        yield Finding(level=Level.NOTE, what="vectors", words=words, mendable=True)
    if not bad and not spoilt:
        models = connection.execute(
            "SELECT name, (SELECT count(*) FROM vectors WHERE model = models.row) "
            "FROM models"
        )
        told = ", ".join(f"{count:,} of {name}" for name, count in models)
        yield _ok("vectors", told or "none yet")


def _spoilt(connection: sqlite3.Connection) -> int:
    """Count waiting vectors with a value that is no number."""
    return sum(
        not bool(np.isfinite(np.frombuffer(blob, HALF)).all())
        for (blob,) in connection.execute(
            "SELECT vector FROM waiting WHERE length(vector) % 2 = 0"
        )
    )


def _finite_rows(array: VectorArray, rows: int, dimension: int) -> int:
    """Count the leading rows that are numbers and not all zero."""
    for start in range(0, rows, _STEP_ROWS):
        step = np.empty((min(_STEP_ROWS, rows - start), dimension), np.float32)
        try:
            array.read_into(step, start=start)
        except (OSError, ValueError):
            return start
        bad = ~np.isfinite(step).all(axis=1) | ~step.any(axis=1)
        if bad.any():
            return start + int(bad.argmax())
    return rows


def _held(folder: Path) -> Iterator[Finding]:
    """Say who has the bank open, and which locks are held."""
    if open_in := sorted(set(holders(folder))):
        numbers = ", ".join(map(str, open_in))
        yield _ok("open in", f"process {numbers}")
    for name in LOCKS:
        lock = FileLock(folder / name)
        if (folder / name).exists() and not lock.acquire():
            yield _ok("lock", f"{name} is held at the moment")
        lock.release()


def _megabytes(*paths: Path) -> str:
    size = 0
    for path in paths:
        # Another program may remove it while we look.
        with suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return f"{size / 1e6:,.1f} MB"
