"""Harm a memory's files in many ways, look at them, and see that nothing is lost.

    PYTHONPATH=extensions:. python -m benchmarks.harm [--rounds N] [--messages N]

Each kind of harm is done so many times to what a killed process left. Whoever only
looks (`ltm doctor`, `ltm backup`) must tell of it and change not a byte, the memories
beside it must be saved, and by the way out that is told every message comes back. Ends
with 1 at the first loss. Prints Markdown.
Owns: how often, and the table.
Knows nothing of: what is done, what is checked.
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

from tests.storage.harming import KINDS, Harms


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="of each kind")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*KINDS], action="append")
    wanted = parser.parse_args(arguments)
    logging.getLogger("long_term_memory").setLevel(logging.CRITICAL)
    started = time.perf_counter()
    print("Nothing was lost, nothing was changed by looking, all of it was told.\n")
    print("| harm | rounds | messages, all there afterwards |\n| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        harms = Harms(Path(folder), messages=wanted.messages, seed=wanted.seed)
        for kind in wanted.only or KINDS:
            rounds = [harms.round(kind) for _ in range(wanted.rounds)]
            print(
                f"| {kind} | {len(rounds)} | {sum(one.messages for one in rounds):,} |"
            )
    print(f"\n{time.perf_counter() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
