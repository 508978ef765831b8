"""Recall over large banks beside the embedding of a message and the predecessor.

    PYTHONPATH=extensions:. python -m benchmarks.search [--sizes N ...] [--rounds N]
    PYTHONPATH=extensions:. python -m benchmarks.search --against CHECKOUT

The second form holds recall beside that of another version of this project, by the
processor's time and each in a process of its own, in turns: without and with embedding
the query, which is asked once; and what a bank takes on the disk and in memory.

Banks are filled with made-up messages through the engine, with vectors from a stand-in
for the model, as only the time counts here. All run on one thread, rivals interleaved,
so that the ratios hold on a busy machine too. Prints Markdown.
Owns: the made-up messages, the rivals, the clock.
Knows nothing of: how recall works.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any, Final

# Before NumPy and torch are imported, which read them once.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("TQDM_DISABLE", "1")

import numpy as np  # noqa: E402 - see above
from numpy.typing import NDArray  # noqa: E402

from long_term_memory.config import Settings  # noqa: E402
from long_term_memory.core.types import Query, Role, Scope, Window, WindowMessage  # noqa: E402
from long_term_memory.engine.backends import Backends  # noqa: E402
from long_term_memory.engine.bank import Bank  # noqa: E402
from long_term_memory.engine.engine import Engine  # noqa: E402
from long_term_memory.engine.faults import Faults, utc_now  # noqa: E402
from long_term_memory.models.embedder import LazyEmbedder  # noqa: E402
from long_term_memory.storage.sqlite.backend import SqliteBackend  # noqa: E402

DIMENSION: Final = 384
CHAT_LENGTH: Final = 500
LOT: Final = 4_000
WORDS: Final = 20_000
SCOPE: Final = Scope(user="default", character="Miku")
STARTED: Final = datetime(2020, 1, 1, tzinfo=UTC)
WAIT_SECONDS: Final = 3600.0

Vectors = NDArray[np.float32]
Task = Callable[[int], object]

FIRST_ANSWER: Final = """
import sys
from dataclasses import replace
from pathlib import Path
from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Scope
settings = Settings()
settings = replace(settings, embedding=replace(settings.embedding, wait_seconds=0.0))
engine = build_engine(settings, Path(sys.argv[1]))
chat = engine.bank(Scope(user="default", character="Miku")).chat("new", host="bench")
found = chat.recall(Query(text=sys.argv[2]))
print(len(found), flush=True)
import os
os._exit(0)
"""


class StandIn:
    """An embedder without a model: each text has its own mixture of a few topics."""

    name = "stand-in"
    dimension = DIMENSION
    fingerprint = "1"

    def __init__(self) -> None:
        generator = np.random.default_rng(0)
        self._topics = generator.normal(size=(512, DIMENSION)).astype(np.float32)
        self._asked: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Mix topics by a hash of each text; a text asked for alone is remembered."""
        if len(texts) == 1:
            if texts[0] not in self._asked:
                self._asked[texts[0]] = self._mixed(texts)
            return self._asked[texts[0]]
        return self._mixed(texts)

    def _mixed(self, texts: Sequence[str]) -> Vectors:
        seeds = [
            np.frombuffer(hashlib.blake2b(text.encode(), digest_size=8).digest(), "<u2")
            for text in texts
        ]
        chosen = np.array(seeds).astype(np.intp) % len(self._topics)
        shares = np.array([1.0, 0.5, 0.3, 0.2], np.float32)
        vectors = np.einsum("j,ijk->ik", shares, self._topics[chosen])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        mixed: Vectors = vectors.astype(np.float32)
        return mixed


COMMON: Final = (
    "i you the to a and it that of is in my me was so for on with do have are but what "
    "be this your not just like know all about will can how at we if they when he she "
    "as get them then or from there good no out would now him really think time her "
    "going want see here one some day well"
).split()
"""The most frequent words of talk; half of what is said is made of them."""


class Talk:
    """Made-up messages whose words are as unequally frequent as in real ones."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        weights = 1 / np.arange(3, WORDS + 3) ** 1.05
        self._chances = np.cumsum(weights / weights.sum())

    def message(self) -> str:
        """Say some 16 words."""
        count = int(self._random.integers(6, 28))
        picked = np.searchsorted(self._chances, self._random.random(count))
        return " ".join(
            COMMON[number] if number < len(COMMON) else f"word{number}"
            for number in picked.tolist()
        )


class LateStandIn:
    """Loads the stand-in once it is allowed, so that chats are stored alone first."""

    def __init__(self) -> None:
        self.allowed = Event()

    def __call__(self) -> StandIn:
        """Load, as the engine's worker does."""
        self.allowed.wait()
        return StandIn()


def open_engine(data_dir: Path, load: Callable[[], StandIn]) -> Engine:
    """Build an engine on the real stores, with the stand-in for the model."""
    settings = Settings()
    embedding = replace(settings.embedding, wait_seconds=60.0)
    backends = Backends(
        make_embedder=lambda _: LazyEmbedder(load),
    )
    return Engine(
        replace(settings, embedding=embedding),
        data_dir,
        SqliteBackend(data_dir),
        backends,
        utc_now,
        Faults(utc_now),
    )


def chat_of(talk: Talk, length: int, first: int) -> list[WindowMessage]:
    """Make up a chat; `first` counts the messages before it, for its times."""
    return [shown(talk, first + place, place) for place in range(length)]


def shown(talk: Talk, number: int, place: int) -> WindowMessage:
    """Make up the next message of a chat."""
    role: Role = "assistant" if place % 2 else "user"
    return WindowMessage(
        role=role,
        content=talk.message(),
        name="Miku" if place % 2 else "Anon",
        said_at=STARTED + timedelta(minutes=10 * number),
        position=place,
    )


def fill(bank: Bank, size: int, late: LateStandIn) -> list[WindowMessage]:
    """Fill a bank chat by chat, and embed in large lots; returns the last chat."""
    talk, last = Talk(1), []
    for first in range(0, size, CHAT_LENGTH):
        last = chat_of(talk, min(CHAT_LENGTH, size - first), first)
        chat = bank.chat(f"chat {first}", host="bench")
        chat.observe(Window(messages=tuple(last), complete=True))
    # The bank asks the loaded model for what serves, so it may load now.
    late.allowed.set()
    while bank.derive(StandIn(), LOT):
        pass
    if not bank.settle(WAIT_SECONDS):
        raise SystemExit("The bank was not embedded in time.")
    return last


def timed(tasks: dict[str, Task], rounds: int) -> dict[str, float]:
    """Return the median times of tasks in milliseconds; two rounds go unmeasured."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    order = list(tasks)
    for number in range(rounds + 2):
        random.shuffle(order)
        for name in order:
            begun = time.perf_counter()
            tasks[name](number)
            times[name].append(time.perf_counter() - begun)
    return {name: 1000 * median(spent[2:]) for name, spent in times.items()}


class Predecessor:
    """The predecessor's method: SQLite, zarr by single rows, an index per search."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        import zarr

        self._vectors = vectors
        self._array = zarr.create_array(
            str(folder / "old.zarr"),
            shape=vectors.shape,
            chunks=(1000, DIMENSION),
            dtype=np.float32,
        )
        self._array[:] = vectors
        self._rows = sqlite3.connect(folder / "old.sqlite3")
        self._rows.execute("create table memory (id integer primary key, message text)")

    def search(self, query: Vectors) -> object:
        """Fit scikit-learn's search to all vectors, then ask for two neighbours."""
        from sklearn.neighbors import NearestNeighbors

        index = NearestNeighbors(n_neighbors=2, algorithm="brute", metric="cosine")
        return index.fit(self._vectors).kneighbors(query[None])

    def turn(self, texts: Sequence[str], vectors: Vectors, query: Vectors) -> object:
        """Add two messages, search once."""
        for text, vector in zip(texts, vectors, strict=True):
            with self._rows:
                self._rows.execute("insert into memory (message) values (?)", (text,))
                self._array.append(vector[None])
            # It reads its array from disk at the next start; to be found at once, as
            # with us, the new row goes into memory, which is kinder than reading.
            self._vectors = np.concatenate([self._vectors, vector[None]])
        return self.search(query)

    def close(self) -> None:
        """Let go of the files."""
        self._rows.close()


def compare_search(size: int, rounds: int) -> dict[str, float]:
    """Time one set of vectors alone: ours, NumPy, and a scikit-learn refit."""
    from sklearn.neighbors import NearestNeighbors

    from long_term_memory.core.retrieval.corpus import Corpus, build_view
    from long_term_memory.core.retrieval.vector_index import VectorIndex

    stand_in = StandIn()
    vectors = stand_in.embed([str(number) for number in range(size)])
    rows = np.arange(1, size + 1)
    none = np.zeros_like(rows)
    search = VectorIndex(DIMENSION)
    search.extend(vectors, np.stack([rows, rows, none, none, rows], axis=1))
    columns = Corpus()
    columns.extend(
        rows.tolist(),
        authors=[("user", "")] * size,
        said_at=[0.0] * size,
        questions=[False] * size,
        lengths=[1] * size,
    )
    view = build_view([rows.astype(np.int32)], columns)
    queries = stand_in.embed([str(number) for number in range(-rounds - 2, 0)])

    def ours(number: int) -> object:
        comparison = search.compare(queries[number], view)
        rough = comparison.turns()
        best = np.argpartition(rough, -64)[-64:].astype(np.int32)
        exact = comparison.exact_turns(best)
        return best[np.argsort(-exact)[:10]]

    def numpy_exact(number: int) -> object:
        cosines = vectors @ queries[number]
        return np.argpartition(cosines, -10)[-10:]

    def refit(number: int) -> object:
        index = NearestNeighbors(n_neighbors=10, algorithm="brute", metric="cosine")
        return index.fit(vectors).kneighbors(queries[number][None])

    tasks: dict[str, Task] = {
        "one set of vectors, long_term_memory": ours,
        "one set of vectors, NumPy, float32": numpy_exact,
        "one set of vectors, scikit-learn, refitted": refit,
    }
    return timed(tasks, min(rounds, 20))


def time_bank(folder: Path, size: int, rounds: int) -> dict[str, float]:
    """Time recall, whole turns of ours and the predecessor's, and a first answer."""
    late = LateStandIn()
    engine = open_engine(folder, late)
    bank = engine.bank(SCOPE)
    talk = Talk(3)
    last = fill(bank, size, late)
    asking = bank.chat("new", host="bench")
    queries = [Query(text=talk.message()) for _ in range(rounds + 2)]
    embedder = StandIn()
    for query in queries:
        # So that the time of embedding, here a stand-in's, is not in that of recall.
        asking.recall(query)
    tasks: dict[str, Task] = {"recall": lambda number: asking.recall(queries[number])}
    if (embed := embedding()) is not None:
        tasks["embedding a short message, sentence-transformers"] = embed
    times = timed(tasks, rounds)

    chat = bank.chat(f"chat {size - len(last)}", host="bench")

    def turn(number: int) -> object:
        for _ in range(2):
            last.append(shown(talk, size + len(last), len(last)))
        chat.observe(Window(messages=tuple(last), complete=True))
        return chat.recall(queries[number])

    old = Predecessor(folder, embedder.embed([str(number) for number in range(size)]))
    asked = embedder.embed([query.text for query in queries])
    texts = [talk.message(), talk.message()]
    two = embedder.embed(texts)
    turns: dict[str, Task] = {
        "whole turn: add two, recall once": turn,
        "whole turn, the predecessor's method": lambda number: old.turn(
            texts, two, asked[number]
        ),
    }
    times |= timed(turns, min(rounds, 12))
    old.close()
    bank.settle(WAIT_SECONDS)
    engine.close()
    times["first answer by words, from process start"] = first_answer(
        folder, talk.message()
    )
    return times


def first_answer(folder: Path, text: str) -> float:
    """Time a fresh process from its start to its first answer by words, in ms."""
    command = [sys.executable, "-c", FIRST_ANSWER, str(folder), text]
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
        times.append(time.perf_counter() - begun)
    return 1000 * median(times)


class Lot:
    """Processor milliseconds a query, of as many queries as are asked in a row."""

    QUERIES: Final = 20

    def __init__(self, folder: Path, size: int) -> None:
        """Fill a bank, and load the default embedder."""
        from long_term_memory.models.embedder import load_embedder

        late = LateStandIn()
        self._engine = open_engine(folder, late)
        bank = self._engine.bank(SCOPE)
        before = memory_mb()
        fill(bank, size, late)
        self.held = memory_mb() - before
        self._asking = bank.chat("new", host="bench")
        self._talk = Talk(3)
        self._embedder = load_embedder("all-MiniLM-L6-v2")

    def run(self) -> dict[str, float]:
        """Ask queries that were not asked before."""
        recalling = embedding = 0.0
        for _ in range(self.QUERIES):
            text = self._talk.message()
            begun = time.thread_time()
            self._embedder.embed([text])
            embedded = time.thread_time()
            self._asking.recall(Query(text=text))
            recalling += time.thread_time() - embedded
            embedding += embedded - begun
        each = 1000 / self.QUERIES
        return {
            "recall, ms": each * recalling,
            "recall with embedding the query, ms": each * (recalling + embedding),
        }

    def close(self) -> None:
        """Let go of the files."""
        self._engine.close()


def answer(size: int) -> None:
    """Run a lot for each line read, and print what it took; first what a bank takes."""
    with tempfile.TemporaryDirectory(prefix="ltm-bench-") as folder:
        lot = Lot(Path(folder), size)
        lot.run()
        files = (one for one in Path(folder).rglob("*") if one.is_file())
        disk = sum(one.stat().st_size for one in files) / 2**20
        print(json.dumps({"disk, MB": disk, "memory, MB": lot.held}), flush=True)
        for _ in sys.stdin:
            print(json.dumps(lot.run()), flush=True)
        lot.close()


def memory_mb() -> float:
    """Return what this process holds in memory; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def versions(checkouts: Sequence[Path], size: int, rounds: int) -> Iterator[str]:
    """Let versions answer in turns; yields lines of a table."""
    running = [answering(checkout, size) for checkout in checkouts]
    told = [[json.loads(one.stdout.readline())] for one in running]  # type: ignore[union-attr]
    for _ in range(rounds):
        for one, lines in zip(running, told, strict=True):
            assert one.stdin is not None
            assert one.stdout is not None
            one.stdin.write("\n")
            one.stdin.flush()
            lines.append(json.loads(one.stdout.readline()))
    for one in running:
        one.communicate()
    for name in [*told[0][0], *told[0][1]]:
        ours, other = (
            median(line[name] for line in lines if name in line) for lines in told
        )
        ratio = ours / other if other else 0.0
        yield f"| {size:,} | {name} | {ours:.2f} | {other:.2f} | {ratio:.2f} |"


def answering(checkout: Path, size: int) -> subprocess.Popen[str]:
    """Start a version of this project that answers; its own packages are used."""
    path = os.pathsep.join([str(checkout / "extensions"), str(checkout)])
    # What a build of OpenBLAS takes from these is another machine's.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }
    return subprocess.Popen(
        [sys.executable, __file__, "--answer", str(size)],
        env={**kept, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def embedding() -> Task | None:
    """Embed short messages by sentence-transformers; None if it is not installed."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        from long_term_memory.models.minilm_weights import packaged_folder
    except ImportError:
        return None
    torch.set_num_threads(1)
    model: Any = SentenceTransformer(str(packaged_folder()), device="cpu")
    return lambda number: model.encode([f"My cat number {number} hates the rain."])


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--against", type=Path, help="a checkout of another version")
    parser.add_argument("--answer", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer(options.answer)
        return
    if options.against:
        own = Path(__file__).resolve().parents[1]
        print("| messages | what | this version | the other | ratio |")
        print("| --- | --- | --- | --- | --- |", flush=True)
        for size in options.sizes:
            lines = versions([own, options.against], size, min(options.rounds, 10))
            print("\n".join(lines), flush=True)
        return
    print("| messages | what | ms, median |\n| --- | --- | --- |", flush=True)
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="ltm-bench-") as folder:
            times = compare_search(size, options.rounds)
            times |= time_bank(Path(folder), size, options.rounds)
        for name, value in times.items():
            print(f"| {size:,} | {name} | {value:.2f} |", flush=True)


if __name__ == "__main__":
    main()
