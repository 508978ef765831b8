"""Storing a turn beside plain SQLite and the predecessor's way of storing.

    PYTHONPATH=extensions:. python -m benchmarks.observe [--messages N] [--turns N]

A turn is a user message and its reply. Ours is shown the whole window each time, as a
host does, and returns when the turn is durable; embedding is apart for all. All write
to the same disk, interleaved in random order. Prints Markdown.
Owns: the made-up chat, the rivals, the clock.
Knows nothing of: how observing works.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

# Before NumPy is imported, which reads it once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder

DIMENSION: Final = 384
STARTED: Final = datetime(2024, 1, 1, tzinfo=UTC)
SCOPE: Final = Scope(user="default", character="Miku")

Store = Callable[[int], None]


def messages(count: int, seed: int = 7) -> list[WindowMessage]:
    """Make up a chat of messages of a dozen words."""
    chance = random.Random(seed)
    words = [f"word{number}" for number in range(5_000)]
    return [
        WindowMessage(
            role="assistant" if number % 2 else "user",
            name="Miku" if number % 2 else "Anon",
            content=" ".join(chance.choices(words, k=12)),
            said_at=STARTED + timedelta(minutes=number),
        )
        for number in range(count)
    ]


def no_embedder() -> Embedder:
    """Fail to load."""
    raise EmbeddingError("There is none here.")


def ours(folder: Path, chat: list[WindowMessage], known: int) -> Store:
    """Store through the engine: align the whole window, write what is new."""
    # Without an embedder nothing is embedded beside the measurement.
    engine = build_engine(Settings(), folder, load=no_embedder)
    bank = engine.bank(SCOPE)
    stored = bank.chat("one", host="bench")
    stored.observe(Window(messages=tuple(chat[:known]), complete=True))

    def store(turn: int) -> None:
        shown = tuple(chat[: known + 2 * (turn + 1)])
        stored.observe(Window(messages=shown, complete=True))

    return store


def plain_sqlite(folder: Path, chat: list[WindowMessage], known: int) -> Store:
    """Insert the two texts into a bare table, as durably as we do."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, name, text)")
    rows = [(one.name, one.content) for one in chat]
    insert = "INSERT INTO said (name, text) VALUES (?, ?)"
    database.execute("BEGIN")
    database.executemany(insert, rows[:known])
    database.execute("COMMIT")

    def store(turn: int) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany(insert, rows[known + 2 * turn : known + 2 * turn + 2])
        database.execute("COMMIT")

    return store


def predecessor(folder: Path, chat: list[WindowMessage], known: int) -> Store:
    """Store as the predecessor did: per message a row, a zarr append, a commit."""
    import zarr

    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "long_term_memory.db")
    database.execute(
        "CREATE TABLE long_term_memory (id INTEGER PRIMARY KEY, name TEXT, "
        "message TEXT UNIQUE, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP)"
    )
    insert = "INSERT INTO long_term_memory (id, name, message) VALUES (?, ?, ?)"
    rows = [(row, one.name, one.content) for row, one in enumerate(chat)]
    with database:
        database.executemany(insert, rows[:known])
    vectors = np.random.default_rng(0).normal(size=(len(chat), DIMENSION))
    vectors = vectors.astype(np.float32)
    array = zarr.create_array(
        store=str(folder / "embeddings.zarr"),
        shape=(known, DIMENSION),
        chunks=(1000, DIMENSION),
        dtype="float32",
    )
    array[:] = vectors[:known]

    def store(turn: int) -> None:
        for row in range(known + 2 * turn, known + 2 * turn + 2):
            with database:
                database.execute(insert, rows[row])
                array.append(vectors[row][None])

    return store


def measure(known: int, turns: int) -> dict[str, list[float]]:
    """Time every turn of every rival, in random order; milliseconds."""
    chat = messages(known + 2 * turns)
    makers = {
        "long_term_memory": ours,
        "plain SQLite, the texts alone": plain_sqlite,
        "the predecessor's way": predecessor,
    }
    times: dict[str, list[float]] = {name: [] for name in makers}
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            name: make(Path(folder) / str(number), chat, known)
            for number, (name, make) in enumerate(makers.items())
        }
        for turn in range(turns):
            for name in chance.sample(list(stores), len(stores)):
                began = time.perf_counter()
                stores[name](turn)
                times[name].append(1000 * (time.perf_counter() - began))
    return times


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=300)
    arguments = parser.parse_args()
    times = measure(arguments.messages, arguments.turns)
    lines = [
        f"A turn stored durably, in a chat of {arguments.messages:,} messages "
        f"({arguments.turns} turns):",
        "",
        "| | median ms | 95 % ms | turns a second | ratio of medians |",
        "|---|---|---|---|---|",
    ]
    first = median(times["long_term_memory"])
    for name, spent in times.items():
        late = sorted(spent)[int(len(spent) * 0.95)]
        rate = 1000 * len(spent) / sum(spent)
        ratio = median(spent) / first
        lines.append(
            f"| {name} | {median(spent):.2f} | {late:.2f} | {rate:.0f} | {ratio:.2f} |"
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
