"""The webui and the server on one memory: is anything lost, does anybody wait?

    PYTHONPATH=extensions:. python -m benchmarks.two_processes [--operations N]

Two processes observe chats of their own and one that they share, add, change and delete
notes, and recall; afterwards everything that was acknowledged must be there once, and
both must see it. Ends with 1 if anything is lost or double. Prints Markdown.
Owns: the table.
Knows nothing of: what the two do.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tests.engine.side_by_side import Together, work_together

BOUND_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    wanted = parser.parse_args(arguments)
    logging.getLogger("long_term_memory").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        together = work_together(Path(folder) / "data", wanted.operations)
    print(table(together))
    return int(together.slowest_seconds > BOUND_SECONDS or bool(together.faults))


def table(one: Together) -> str:
    """Tell what both did."""
    return "\n".join(
        [
            "| two processes, one bank | |",
            "| --- | ---: |",
            f"| operations | {one.operations:,} in {one.seconds:.0f} s |",
            f"| messages acknowledged, each there once | {one.said:,} |",
            f"| slowest operation | {one.slowest_seconds * 1000:.0f} ms |",
            f"| 99 of 100 took at most | {one.usual_seconds * 1000:.0f} ms |",
            f"| texts to embed; embedded by both together | {one.vectors:,}; "
            f"{one.embedded:,} |",
            f"| faults that the doctor found | {len(one.faults)} |",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
