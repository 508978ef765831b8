"""Kill the memory in the middle of everything it does, many times over.

    PYTHONPATH=extensions:. python -m benchmarks.crash [--rounds N] [--messages N]
                                                   [--minutes M]

Each operation is killed (SIGKILL) at a random instant in its share of the rounds, and
what it left is opened: every acknowledged message must be there, nothing may be torn,
all vectors must come. Every tenth round begins with a fresh bank, the others with what
the last kill left. Ends with 1 at the first loss. Prints Markdown.
Owns: how often, and the table.
Knows nothing of: what is killed, what is checked.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# Before NumPy is imported, which reads it once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from tests.engine.crashing import OPERATIONS, Crashes, Round

FRESH = 10


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*OPERATIONS], action="append")
    wanted = parser.parse_args(arguments)
    logging.getLogger("long_term_memory").setLevel(logging.CRITICAL)
    names = wanted.only or [*OPERATIONS]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        crashes = Crashes(Path(folder), messages=wanted.messages, seed=wanted.seed)
        rounds: list[Round] = []
        while len(rounds) < wanted.rounds:
            turn, place = divmod(len(rounds), len(names))
            rounds.append(crashes.round(names[place], afresh=turn % FRESH == 0))
            if time.perf_counter() - started > 60 * wanted.minutes:
                break
    print(table(rounds, wanted.messages))
    print(f"\n{len(rounds)} rounds in {time.perf_counter() - started:.0f} s.")
    return 0


def table(rounds: Sequence[Round], messages: int) -> str:
    """Tell for each operation how often it was killed and what that left."""
    lines = [
        f"Banks of {messages:,} messages at the start; nothing was lost or torn.",
        "",
        "| operation | rounds | killed in the middle | repaired at opening "
        "| slowest opening |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in dict.fromkeys(one.operation for one in rounds):
        mine = [one for one in rounds if one.operation == name]
        slowest = max(one.opened_seconds for one in mine)
        lines.append(
            f"| {name} | {len(mine)} | {sum(not one.finished for one in mine)} "
            f"| {sum(bool(one.mended) for one in mine)} | {slowest * 1000:.0f} ms |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
