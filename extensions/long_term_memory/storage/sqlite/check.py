"""Is a bank whole? Its files, tables, words and vectors, each against the others.

Owns: what is checked, in words for people. Looks only: all is done on a private copy,
so nothing is locked or changed, whoever else is writing.
Knows nothing of: mending (see `repair`), what rows mean to recall.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ...core.maintenance import Finding, Level, fault, ok
from ...core.text.recipes import digest
from ...errors import LtmError, StoreCorrupt
from ...files import FileLock
from . import far_times, full_text
from .bank_key import envelope
from .codec import pack_time, unpack_time
from .database import translated
from .holders import holders
from .replacement import DATABASE_FILE, VECTORS_FOLDER, asides, current_database
from .schema import MIGRATIONS, check_shape
from .snapshot import check_copy, copy_database, scratch
from .values import Nonsense, nonsense
from .vector_check import vectors_of
from .wal import JOURNAL, ROLLBACK, beside, complaint

# Clocks are set by minutes all the time.
_CLOCK_SLACK = 10 * 60 * 1_000_000
LOCKS = ("open.lock", "vectors.lock", "worker.lock")


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
        "OR left_message > 0 AND left_message NOT IN (SELECT row FROM messages) "
        "OR right_message > 0 AND right_message NOT IN (SELECT row FROM messages)",
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


def examine(folder: Path, now: datetime) -> list[Finding]:
    """Look at a bank's folder and say what is found; nothing is changed."""
    found: list[Finding] = []
    try:
        found += _files(folder)
        path = current_database(folder)
        with scratch() as place:
            copy = place / DATABASE_FILE
            copy_database(path, copy)
            if words := complaint(copy):
                which = JOURNAL if beside(copy, JOURNAL).exists() else ROLLBACK
                words = f"{path.name}{which}: {words}"
                found.append(fault("journal", words, mendable=False))
            check_copy(copy, path)
            with translated(path), closing(sqlite3.connect(copy)) as connection:
                connection.isolation_level = None
                found += _contents(connection, folder, path, now)
        found += _held(folder)
    except OSError as error:
        words = f"cannot be looked at: {error.strerror or error}. Check who may read it"
        found.append(fault("files", f"{folder} {words}", mendable=False, blind=True))
    except LtmError as error:
        blind = not isinstance(error, StoreCorrupt)
        found.append(fault("database", str(error), mendable=False, blind=blind))
    return found


# -- inside --------------------------------------------------------------------------


def _contents(
    connection: sqlite3.Connection, folder: Path, path: Path, now: datetime
) -> list[Finding]:
    """Look at everything in a copy of the database; what is broken ends the look."""
    found: list[Finding] = []
    try:
        check_shape(connection, path)
        found += _schema(connection)
        if any(one.level is Level.FAULT for one in found):
            return found
        with translated(path):
            found.insert(0, _held_in_all(connection))
            secret = envelope(connection, path) is not None
            odd = list(nonsense(connection, secret=secret))
            found += [
                fault("values", _way_out(one), mendable=one.mendable) for one in odd
            ]
            if odd:
                return found
            found += _tables(connection, path)
            found += _times(connection, pack_time(now))
            found += vectors_of(connection, folder / VECTORS_FOLDER)
    except LtmError as error:
        blind = not isinstance(error, StoreCorrupt)
        found.append(fault("database", str(error), mendable=False, blind=blind))
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        words = (
            f"damaged: it holds what nobody put there ({error}). Put a backup in its "
            "place: ltm restore"
        )
        found.append(fault("database", words, mendable=False))
    return found


def _way_out(odd: Nonsense) -> str:
    if odd.mendable:
        return odd.words
    return f"{odd.words}. Put a backup in its place: ltm restore"


def _files(folder: Path) -> Iterator[Finding]:
    """Say how large the files are, and how the journal stands."""
    path = folder / DATABASE_FILE
    if current_database(folder) != path:
        words = "a restoration was stopped; it is finished when the memory is opened"
        yield Finding(level=Level.NOTE, what="restoration", words=words)
    if path.is_file():
        sizes = f"{_megabytes(path)} of memories"
        bulk = folder / VECTORS_FOLDER
        if bulk.exists():
            sizes += f", {_megabytes(*bulk.rglob('*'))} of vectors"
        yield ok("size", sizes)
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
    return ok("", ", ".join(words))


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    [(version,)] = connection.execute("PRAGMA user_version").fetchall()
    words = f"version {version}"
    if version < len(MIGRATIONS):
        words += f"; becomes {len(MIGRATIONS)} when it is opened, after a backup"
    yield ok("schema", words)
    yield from _asked(
        "database",
        [row[0] for row in connection.execute("PRAGMA integrity_check(5)")],
    )


def _asked(what: str, answers: list[str]) -> Iterator[Finding]:
    if answers == ["ok"]:
        yield ok(what, "whole")
        return
    told = "; ".join(answer.splitlines()[0] for answer in answers)
    yield fault(
        what,
        f"damaged: {told}. Put a backup in its place: ltm restore",
        mendable=False,
    )


def _tables(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    """Check what rests on what, by SQL."""
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    derived = {"links", "lexicon", "vectors", "waiting", "summaries", "emotions"}
    for table in sorted({row[0] for row in dangling}):
        count = sum(row[0] == table for row in dangling)
        words = f"{count} rows of `{table}` rest on rows that are not there"
        yield fault("orphans", words, mendable=table in derived)
    wrong = 0
    for question in QUESTIONS:
        [(count,)] = connection.execute(question.sql).fetchall()
        if count:
            wrong += 1
            words = question.words.format(count)
            yield fault(question.what, words, mendable=question.mendable)
    if not dangling and not wrong:
        yield ok("paths and links", "nothing points to what is not there")
    yield from _texts(connection)
    yield _full_text(connection, path)


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


def _full_text(connection: sqlite3.Connection, path: Path) -> Finding:
    """Check the full text against the texts, word for word."""
    if envelope(connection, path) is not None:
        return ok("full text", "in memory alone, for the texts are encrypted")
    if not full_text.whole(connection):
        return fault("full text", "is gone from the file")
    if not full_text.agrees(connection):
        return fault("full text", "does not agree with the messages")
    return ok("full text", "agrees with the messages")


def _held(folder: Path) -> Iterator[Finding]:
    """Say who has the bank open, and which locks are held."""
    if open_in := sorted(set(holders(folder, sweep=False))):
        numbers = ", ".join(map(str, open_in))
        yield ok("open in", f"process {numbers}")
    for name in LOCKS:
        if (folder / name).exists() and not (folder / name).is_file():
            words = f"{folder / name} is no file. Move it away: nothing can be locked"
            yield fault("lock", words, mendable=False)
            continue
        lock = FileLock(folder / name, make=False)
        if not lock.acquire():
            yield ok("lock", f"{name} is held at the moment")
        lock.release()


def _megabytes(*paths: Path) -> str:
    size = 0
    for path in paths:
        # Another program may remove it while we look.
        with suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return f"{size / 1e6:,.1f} MB"
