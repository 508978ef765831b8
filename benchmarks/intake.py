"""Importing: how much of the time is the embedder's, and how much memory it takes.

    PYTHONPATH=extensions:. python -m benchmarks.intake [--messages N] [--many N]

Chats are written as text-generation-webui writes them, and imported by the public
call. The first part runs the real embedder over N messages in chats of 200 and says
what 10,000 would take at that rate; the second imports many with vectors made up as
fast as can be, in a process of its own, and reads its peak of memory. Prints Markdown.
Owns: made-up chats, the clock.
Knows nothing of: how an import works.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np  # noqa: E402 - see above
from numpy.typing import NDArray  # noqa: E402

from long_term_memory.build import build_engine  # noqa: E402
from long_term_memory.config import Settings  # noqa: E402
from long_term_memory.importers.import_job import Import  # noqa: E402
from long_term_memory.models.embedder import Embedder, load_embedder  # noqa: E402

CHAT_MESSAGES: Final = 200
# Words in a message of the user and of the character; role-play replies are long.
USER_WORDS, REPLY_WORDS = (4, 30), (20, 70)
WORDS: Final = (
    "the a of to and in you she he it was with for on that we they my your at from by "
    "night harbour letter garden sister winter honey bees storm lantern promise river "
    "quiet old silver morning kitchen window laughed remembered walked asked never "
    "always perhaps tomorrow yesterday because under over behind slowly gently train "
    "violin bakery key stairs snow forest market island bridge story secret friend"
).split()
NAMES: Final = (
    "Mira Oslo Rome Seraphina Gil Eldoria Bergen Aldo Miso Hana Petra".split()
)


class TimedEmbedder:
    """An embedder with a clock around it."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.fingerprint = embedder.fingerprint
        self.seconds = 0.0
        self.texts = 0
        self._embedder = embedder

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        start = time.perf_counter()
        vectors = self._embedder.embed(texts)
        self.seconds += time.perf_counter() - start
        self.texts += len(texts)
        return vectors


class MadeUpEmbedder:
    """Vectors of the real size without a model."""

    name = "made up"
    dimension = 384
    fingerprint = "made up"

    def __init__(self) -> None:
        rows = np.random.default_rng(7).standard_normal((4096, self.dimension))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self._rows = rows.astype(np.float32)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        picked = [
            int.from_bytes(blake2b(text.encode(), digest_size=2).digest()) % 4096
            for text in texts
        ]
        return self._rows[picked]


def write_chats(folder: Path, messages: int, seed: int = 7) -> int:
    """Write made-up chats; return how many bytes they have."""
    pick = random.Random(seed)
    at = datetime(2024, 1, 1, 9, 0)
    total = 0
    for chat in range(-(-messages // CHAT_MESSAGES)):
        rows: list[list[str]] = []
        metadata: dict[str, dict[str, str]] = {}
        for row in range(CHAT_MESSAGES // 2):
            rows.append([_said(pick, *USER_WORDS), _said(pick, *REPLY_WORDS)])
            at += timedelta(minutes=pick.randint(1, 9))
            stamp = {"timestamp": at.strftime("%b %d, %Y %H:%M")}
            metadata |= {f"user_{row}": stamp, f"assistant_{row}": stamp}
        log = {"internal": rows, "visible": rows, "metadata": metadata}
        path = folder / f"logs/chat/Miku/{chat:05d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_text(json.dumps(log), "utf-8")
    return total


def _said(pick: random.Random, least: int, most: int) -> str:
    words = [pick.choice(WORDS) for _ in range(pick.randint(least, most))]
    words[pick.randrange(len(words))] = pick.choice(NAMES)
    return " ".join(words).capitalize() + "."


def timed(messages: int, load: Callable[[], Embedder]) -> str:
    """Import with an embedder and say where the time went."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_chats(folder / "in", messages)
        embedder = TimedEmbedder(load())
        engine = build_engine(Settings(), folder / "data", load=lambda: embedder)
        start = time.perf_counter()
        report = Import(engine).run([folder / "in"])
        seconds = time.perf_counter() - start
        engine.close()
    rate = report.messages / seconds
    return (
        f"| {report.messages:,} | {embedder.texts:,} | {seconds:.1f} | "
        f"{report.reading_seconds:.1f} | {embedder.seconds:.1f} | "
        f"{100 * embedder.seconds / seconds:.0f} % | {rate:.0f} | "
        f"{10_000 / rate / 60:.1f} min |"
    )


def peak(messages: int) -> str:
    """Import many in a process of its own and read its peak of memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        megabytes = write_chats(folder / "in", messages) / 2**20
        command = [sys.executable, "-m", "benchmarks.intake", "--inside", name]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    return (
        f"| {told['messages']:,} | {megabytes:.0f} MB | {told['seconds']:.0f} s | "
        f"{told['before']:.0f} MB | {told['peak']:.0f} MB |"
    )


def inside(folder: Path) -> dict[str, float]:
    """Import what was written, and tell this process's memory."""
    import long_term_memory.storage.sqlite.bank  # noqa: F401 - loaded before the first look

    before = _peak_megabytes()
    engine = build_engine(Settings(), folder / "data", load=MadeUpEmbedder)
    start = time.perf_counter()
    report = Import(engine).run([folder / "in"])
    seconds = time.perf_counter() - start
    engine.close()
    return {
        "messages": report.messages,
        "seconds": seconds,
        "before": before,
        "peak": _peak_megabytes(),
    }


def _peak_megabytes() -> float:
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--inside", type=Path)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(inside(given.inside)))
        return
    if given.messages:
        print(
            "| messages | texts embedded | seconds | of that reading and storing first "
            "| in the embedder | its share | messages a second | 10,000 would take |"
        )
        print("|--:|--:|--:|--:|--:|--:|--:|--:|")
        row = timed(given.messages, lambda: load_embedder("all-MiniLM-L6-v2"))
        print(row)
        print()
    if given.many:
        print(
            "| messages | files | time without a model | memory before | at its peak |"
        )
        print("|--:|--:|--:|--:|--:|")
        print(peak(given.many))


if __name__ == "__main__":
    main()
