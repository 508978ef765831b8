"""Kill the memory in the middle of everything it does, many times over.

    PYTHONPATH=extensions:. python -m benchmarks.crash [--rounds N] [--messages N]
                                                   [--minutes M]
    PYTHONPATH=extensions:. python -m benchmarks.crash --ground N [--harm KIND]

Each operation is killed (SIGKILL) at a random instant in its share of the rounds, and
what it left is opened: every acknowledged message must be there, nothing may be torn,
all vectors must come. Every tenth round begins with a fresh bank, the others with what
the last kill left. With --ground it is not killed: its folder is moved, deleted or
replaced, its disk fills up or turns read-only, files run out, N times each. Ends with 1
at the first loss. Prints Markdown.
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
from tests.engine.ground import HARMS, WITH_RIGHTS, may_mount, play

FRESH = 10


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*OPERATIONS], action="append")
    parser.add_argument("--ground", type=int, help="harm folder and disk so often")
    parser.add_argument("--harm", choices=[*HARMS], action="append")
    wanted = parser.parse_args(arguments)
    logging.getLogger("long_term_memory").setLevel(logging.CRITICAL)
    if wanted.ground:
        print(ground_table(wanted.harm or [*HARMS], wanted.ground, wanted.seed))
        return 0
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


def ground_table(harms: Sequence[str], rounds: int, seed: int) -> str:
    """Harm the ground in all ways that this user may; tell how many turns it cost."""
    lines = [
        "Chats with three characters; nothing that was acknowledged was lost.",
        "",
        "| harm | rounds | turns refused, and told | slowest round |",
        "| --- | ---: | ---: | ---: |",
    ]
    for harm in harms:
        if harm in WITH_RIGHTS and not may_mount():
            continue
        print(harm, file=sys.stderr)
        played, slowest = [], 0.0
        for number in range(rounds):
            started = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                played.append(play(harm, Path(folder), seed + number))
            slowest = max(slowest, time.perf_counter() - started)
        refused = sum(one.refused for one in played)
        lines.append(f"| {harm} | {len(played)} | {refused} | {slowest:.1f} s |")
    return "\n".join(lines)


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
