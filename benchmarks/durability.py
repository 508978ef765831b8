"""What durability costs: turns a second with and without, beside plain SQLite.

    PYTHONPATH=extensions:. python -m benchmarks.durability [--messages N] [--turns N]

A turn is a user message and its reply. "Durable" waits for the disk (synchronous FULL)
before it is acknowledged; "not durable" leaves that to the system and may lose or break
what was written when the power fails; "encrypted" has a key. All
write to the same disk, in random order.
Then what a backup of the whole costs while it goes on. Prints Markdown.
Owns: the variants.
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
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.observe import SCOPE, Store, messages, no_embedder
from long_term_memory.build import build_engine
from long_term_memory.config import EncryptionSettings, Settings
from long_term_memory.core.types import Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up
from long_term_memory.storage.encryption.user_key import make_key_file


def encrypted(folder: Path, chat: list[WindowMessage], known: int, level: str) -> Store:
    """Store as `ours` does, with a key."""
    key_file = folder / "key"
    make_key_file(key_file)
    encryption = EncryptionSettings(encryption_key_file=str(key_file))
    return ours(folder, chat, known, level, Settings(encryption=encryption))


def ours(
    folder: Path,
    chat: list[WindowMessage],
    known: int,
    level: str,
    settings: Settings | None = None,
) -> Store:
    """Store through the engine, as a host does."""
    engine = an_engine(folder, settings)
    bank = engine.bank(SCOPE)
    stored = bank.chat("one", host="bench")
    stored.observe(Window(messages=tuple(chat[:known]), complete=True))
    database = bank.state.store._database  # type: ignore[attr-defined]
    database.all(f"PRAGMA synchronous = {level}")

    def store(turn: int) -> None:
        shown = tuple(chat[: known + 2 * (turn + 1)])
        stored.observe(Window(messages=shown, complete=True))

    return store


def plain(folder: Path, chat: list[WindowMessage], known: int, level: str) -> Store:
    """Insert the two texts into a bare table."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA synchronous = {level}")
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


def an_engine(folder: Path, settings: Settings | None = None) -> Engine:
    """Build an engine that embeds nothing beside the measurement."""
    return build_engine(settings or Settings(), folder, load=no_embedder)


VARIANTS = {
    "long_term_memory, durable": (ours, "FULL"),
    "long_term_memory, durable, encrypted": (encrypted, "FULL"),
    "long_term_memory, not durable": (ours, "OFF"),
    "long_term_memory, not durable, encrypted": (encrypted, "OFF"),
    "plain SQLite, the texts alone, durable": (plain, "FULL"),
    "plain SQLite, the texts alone, not durable": (plain, "OFF"),
}


def measure(folder: Path, known: int, turns: int) -> dict[str, list[float]]:
    """Time every turn of every variant, in random order; milliseconds."""
    chat = messages(known + 2 * turns)
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    chance = random.Random(1)
    stores = {
        name: make(folder / str(number), chat, known, level)
        for number, (name, (make, level)) in enumerate(VARIANTS.items())
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
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        times = measure(folder, wanted.messages, wanted.turns)
        began = time.perf_counter()
        archive = back_up(an_engine(folder / "0"))
        seconds = time.perf_counter() - began
        size = archive.path.stat().st_size
    lines = [
        f"A turn stored in a chat of {wanted.messages:,} messages "
        f"({wanted.turns} turns):",
        "",
        "| | median ms | 95 % ms | turns a second |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, spent in times.items():
        late = sorted(spent)[int(len(spent) * 0.95)]
        rate = 1000 * len(spent) / sum(spent)
        lines.append(f"| {name} | {median(spent):.2f} | {late:.2f} | {rate:.0f} |")
    lines += ["", f"A backup of it, checked: {seconds:.1f} s, {size / 1e6:.1f} MB."]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
