"""Everything that can be wrong with the files of a data directory, done for real.

Each is a function of the data directory and of one bank's folder in it, which has been
left by a killed process: with a journal, an index, and vectors in bulk.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from long_term_memory.storage.sqlite.schema import MIGRATIONS

Damage = Callable[[Path, Path], None]

DATABASE = "memory.sqlite3"
BESIDE = ("memory.sqlite3-wal", "memory.sqlite3-shm")
COLLECTIONS = "collections.sqlite3"
TABLES = (
    *("meta", "chats", "chat_names", "messages", "lexicon", "places", "visits"),
    *("models", "vectors", "waiting", "links", "hand", "summaries", "edits"),
    "forgotten",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """A kind of harm.

    Attributes:
        told: Whether `ltm doctor` must not end with 0.
    """

    do: Damage
    told: bool = True


def folded(data: Path, bank: Path) -> None:
    """Bring the journal into the database, as another program's look does."""
    with closing(sqlite3.connect(bank / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def sql(*statements: str, file: str = "") -> Damage:
    def do(data: Path, bank: Path) -> None:
        path = data / file if file else bank / DATABASE
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                connection.execute(statement)

    return do


def each(*damages: Damage) -> Damage:
    def do(data: Path, bank: Path) -> None:
        for one in damages:
            one(data, bank)

    return do


def write(name: str, content: bytes) -> Damage:
    return lambda data, bank: put(bank / name, content)


def put(path: Path, content: bytes) -> None:
    """Write a file, whatever stands there."""
    take(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def take(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()


def remove(*names: str) -> Damage:
    def do(data: Path, bank: Path) -> None:
        for name in names:
            take(bank / name)

    return do


def folder_instead(name: str) -> Damage:
    def do(data: Path, bank: Path) -> None:
        take(bank / name)
        (bank / name).mkdir()

    return do


def loop(name: str) -> Damage:
    def do(data: Path, bank: Path) -> None:
        take(bank / name)
        (bank / name).symlink_to(name)

    return do


def pipe(name: str) -> Damage:
    def do(data: Path, bank: Path) -> None:
        take(bank / name)
        os.mkfifo(bank / name)

    return do


def cut(name: str, share: float) -> Damage:
    def do(data: Path, bank: Path) -> None:
        os.truncate(bank / name, int((bank / name).stat().st_size * share))

    return do


def emptied(data: Path, bank: Path) -> None:
    os.truncate(bank / DATABASE, 0)


def emptied_beside_rollback(data: Path, bank: Path) -> None:
    remove("memory.sqlite3-wal", "memory.sqlite3-shm")(data, bank)
    emptied(data, bank)
    head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 1, 0, 12, 512, 4096)
    put(bank / "memory.sqlite3-journal", head.ljust(512, b"\0") + b"\1" * 4104)


def another_journal(data: Path, bank: Path) -> None:
    with closing(sqlite3.connect(bank / "other")) as other:
        other.execute("PRAGMA journal_mode = WAL").fetchall()
        other.execute("CREATE TABLE x (y)")
        other.executemany("INSERT INTO x VALUES (?)", [("z" * 900,)] * 99)
        other.commit()
        shutil.copyfile(bank / "other-wal", bank / "memory.sqlite3-wal")
    for name in ("other", "other-wal", "other-shm"):
        take(bank / name)


def flipped(name: str, every: int) -> Damage:
    def do(data: Path, bank: Path) -> None:
        content = bytearray((bank / name).read_bytes())
        for at in range(every, len(content), every):
            content[at] ^= 0x5A
        (bank / name).write_bytes(content)

    return do


def older(data: Path, bank: Path) -> None:
    """A bank as the first version wrote it."""
    path = bank / DATABASE
    for name in (DATABASE, "memory.sqlite3-wal", "memory.sqlite3-shm"):
        take(bank / name)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        MIGRATIONS[0](connection)
        connection.execute(f"PRAGMA application_id = {0x4C544D31}")
        connection.execute("PRAGMA user_version = 1")


def chunk(values: Callable[[bytes], bytes] | None) -> Damage:
    """Change the first chunk of the vectors in bulk; None takes it away."""

    def do(data: Path, bank: Path) -> None:
        [path] = (bank / "embeddings.zarr").glob("*/c/0/0")
        if values is None:
            path.unlink()
        else:
            path.write_bytes(values(path.read_bytes()))

    return do


def header(content: bytes) -> Damage:
    def do(data: Path, bank: Path) -> None:
        [path] = (bank / "embeddings.zarr").glob("*/zarr.json")
        path.write_bytes(content)

    return do


def no_numbers(content: bytes) -> bytes:
    rows = np.frombuffer(content, "<f2").copy()
    rows[: len(rows) // 2] = np.nan
    rows[len(rows) // 2] = np.inf
    return rows.tobytes()


def whose(names: object) -> Damage:
    return write("bank.json", json.dumps(names).encode())


def stopped_replacement(note: bytes) -> Damage:
    def do(data: Path, bank: Path) -> None:
        put(bank / "memory.sqlite3.new", b"half")
        put(bank / "replace.json", note)

    return do


def in_data(name: str, content: bytes) -> Damage:
    return lambda data, bank: put(data / name, content)


def collections_folder(data: Path, bank: Path) -> None:
    take(data / COLLECTIONS)
    (data / COLLECTIONS).mkdir()


def collections_emptied(data: Path, bank: Path) -> None:
    put(data / "collections.sqlite3-wal", (bank / "memory.sqlite3-wal").read_bytes())
    put(data / COLLECTIONS, b"")


def moved(data: Path, bank: Path) -> None:
    bank.rename(bank.with_name("elsewhere-abcdefgh"))


def file_instead(data: Path, bank: Path) -> None:
    put(bank, b"no folder")


def broken_backups(data: Path, bank: Path) -> None:
    for folder in (data / "backups", bank / "backups"):
        put(folder / "bits.zip", b"PK\5\6" + b"\xff" * 18)
        put(folder / "deep.zip", b"PK" + b"[" * 100_000)
        (folder / "folder.zip").mkdir()
        os.mkfifo(folder / "pipe.zip")


HARMS: dict[str, Harm] = {
    "nothing": Harm(do=lambda data, bank: None, told=False),
    "emptied, beside a journal": Harm(do=emptied),
    "emptied": Harm(do=each(remove(*BESIDE), emptied)),
    "emptied, beside a rollback journal": Harm(do=emptied_beside_rollback),
    "database gone": Harm(do=remove(DATABASE)),
    "all files gone": Harm(
        do=remove(DATABASE, "memory.sqlite3-wal", "memory.sqlite3-shm")
    ),
    "no database": Harm(do=write(DATABASE, b"no database" * 999)),
    "another's database": Harm(
        do=each(remove(DATABASE, *BESIDE), sql("CREATE TABLE theirs (x)"))
    ),
    "database cut short": Harm(do=each(folded, cut(DATABASE, 0.6))),
    "database of flipped bits": Harm(do=each(folded, flipped(DATABASE, 777))),
    "journal cut short": Harm(do=cut("memory.sqlite3-wal", 0.5)),
    "journal gone": Harm(do=remove("memory.sqlite3-wal")),
    "index gone": Harm(do=remove("memory.sqlite3-shm"), told=False),
    "journal without a head": Harm(
        do=lambda data, bank: put(
            bank / "memory.sqlite3-wal",
            b"\0" * 32 + (bank / "memory.sqlite3-wal").read_bytes()[32:],
        )
    ),
    "another's journal": Harm(do=another_journal),
    "a journal that is a folder": Harm(do=folder_instead("memory.sqlite3-wal")),
    "an index that is a folder": Harm(do=folder_instead("memory.sqlite3-shm")),
    "a database that is a folder": Harm(do=folder_instead(DATABASE)),
    "a database that leads to itself": Harm(do=loop(DATABASE)),
    "a journal that leads to itself": Harm(do=loop("memory.sqlite3-wal")),
    "a database that is a pipe": Harm(do=pipe(DATABASE)),
    "names that are a pipe": Harm(do=pipe("bank.json")),
    "a note that is a pipe": Harm(do=pipe("replace.json"), told=False),
    "vectors that are a pipe": Harm(do=pipe("embeddings.zarr")),
    "a lock that is a pipe": Harm(do=pipe("open.lock")),
    "an older version": Harm(do=older, told=False),
    "version -1": Harm(do=sql("PRAGMA user_version = -1")),
    "version 0": Harm(do=sql("PRAGMA user_version = 0")),
    "version 4711": Harm(do=sql("PRAGMA user_version = 4711")),
    "another application": Harm(do=sql("PRAGMA application_id = 7")),
    **{f"table {table} gone": Harm(do=sql(f"DROP TABLE {table}")) for table in TABLES},
    "column gone": Harm(do=sql("ALTER TABLE messages RENAME COLUMN name TO nom")),
    "a table of another shape": Harm(
        do=sql("DROP TABLE places", "CREATE TABLE places (x)")
    ),
    "full text gone": Harm(do=sql("DROP TABLE words")),
    "trigger gone": Harm(do=sql("DROP TRIGGER words_of_new_message")),
    "lexicon emptied": Harm(do=sql("DELETE FROM lexicon")),
    "times that are words": Harm(do=sql("UPDATE messages SET seen_at = 'soon'")),
    "times beyond all years": Harm(do=sql(f"UPDATE messages SET seen_at = {2**62}")),
    "texts that are numbers": Harm(do=sql("UPDATE messages SET content = 12")),
    "texts that are bytes": Harm(do=sql("UPDATE messages SET content = x'ff00fe'")),
    "ids that are bytes": Harm(
        do=sql("UPDATE messages SET id = CAST(row || 'x' AS BLOB) || x'ff'"), told=False
    ),
    "roles nobody has": Harm(
        do=sql("UPDATE messages SET role = 'narrator?'"), told=False
    ),
    "presence that makes no sense": Harm(do=sql("UPDATE messages SET present = '{'")),
    "chats that make no sense": Harm(do=sql("UPDATE chats SET seen_at = x'00'")),
    "positions with a gap": Harm(
        do=sql("UPDATE places SET position = 999 WHERE position = 3")
    ),
    "places of no message": Harm(do=sql("UPDATE places SET message = 4711")),
    "words that make no sense": Harm(do=sql("UPDATE lexicon SET terms = x'0102ff'")),
    "hands that make no sense": Harm(
        do=sql(
            "INSERT INTO hand (kind, key, content, pinned, created_at, updated_at) "
            "VALUES ('thumb', 'x', 5, 'no', 'never', 'ever')"
        )
    ),
    "notes that make no sense": Harm(do=sql("INSERT INTO meta VALUES ('batch:x', 7)")),
    "dimensions that are words": Harm(do=sql("UPDATE models SET dimension = 'many'")),
    "dimensions below nought": Harm(do=sql("UPDATE models SET dimension = -5")),
    "vectors nobody counted": Harm(do=sql("UPDATE models SET flushed = 99999")),
    "a generation that is a word": Harm(do=sql("UPDATE models SET generation = 'z'")),
    "links to nothing": Harm(do=sql("UPDATE links SET vector = 99999")),
    "vectors of zeros": Harm(do=chunk(lambda content: bytes(len(content)))),
    "vectors of no numbers": Harm(do=chunk(no_numbers)),
    "vectors cut short": Harm(do=chunk(lambda content: content[:5000])),
    "vectors gone": Harm(do=chunk(None)),
    "array's header broken": Harm(do=header(b'{"shape": ')),
    "array's header deep": Harm(do=header(b"[" * 100_000)),
    "array's header without end": Harm(
        do=header(b'{"shape": [1e999, 384], "node_type": "array"}')
    ),
    "vectors that are a file": Harm(do=write("embeddings.zarr", b"no folder")),
    "group's header broken": Harm(
        do=write("embeddings.zarr/zarr.json", b"\0\0"), told=False
    ),
    "names gone": Harm(do=remove("bank.json")),
    "names broken": Harm(do=write("bank.json", b'{"user": ')),
    "names deep": Harm(do=write("bank.json", b"[" * 100_000)),
    "names that are a folder": Harm(do=folder_instead("bank.json")),
    "names that lead to themselves": Harm(do=loop("bank.json")),
    "names of another": Harm(do=whose({"user": "default", "character": "Eve"})),
    "names that are numbers": Harm(do=whose([1, 2])),
    "a moved folder": Harm(do=moved),
    "a replacement of garbage": Harm(do=stopped_replacement(b"\xff\xfe")),
    "a replacement that leads out": Harm(
        do=stopped_replacement(b'{"aside": "../../x"}')
    ),
    "a replacement by no database": Harm(
        do=stopped_replacement(b'{"aside": "set-aside-1"}')
    ),
    "a note of nothing": Harm(do=write("replace.json", b"[[["), told=False),
    "a note that is a folder": Harm(do=folder_instead("replace.json"), told=False),
    "locks of nobody": Harm(do=write("open-by-nobody.lock", b""), told=False),
    "locks that are folders": Harm(do=folder_instead("vectors.lock")),
    "opening lock that is a folder": Harm(do=folder_instead("open.lock")),
    "backups that are a file": Harm(do=write("backups", b"x"), told=False),
    "broken backups": Harm(do=broken_backups, told=False),
    "collections emptied": Harm(do=collections_emptied),
    "collections of garbage": Harm(do=in_data(COLLECTIONS, b"garbage" * 999)),
    "collections that are a folder": Harm(do=collections_folder),
    "collections of version -3": Harm(
        do=sql("PRAGMA user_version = -3", file=COLLECTIONS)
    ),
    "collections without entries": Harm(do=sql("DROP TABLE entries", file=COLLECTIONS)),
    "a file like a memory": Harm(do=in_data("miku-abcdefgh", b"x"), told=False),
}
