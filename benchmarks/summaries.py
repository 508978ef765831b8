"""What summaries tell of what happened, beside other ways to choose sentences.

    PYTHONPATH=extensions:. python -m benchmarks.summaries locomo.json [--tokens N …]

The file is in the schema of LoCoMo (locomo10.json). Each conversation is divided into
chunks of twenty messages, as the engine does it, and each chunk is told by four rivals
under one limit of tokens: our rules with LexRank, plain LexRank, random sentences, the
first sentences. An item of the data's `event_summary` counts as covered if some chosen
sentence of its session is as near to it as the threshold: cosine of MiniLM vectors,
the two speakers' names taken out of both texts. "All sentences" is the most that any
choice can reach. Prints Markdown.
Owns: the rivals and the measure.
Knows nothing of: how the engine stores summaries.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from long_term_memory.config import Settings
from long_term_memory.core import extract
from long_term_memory.core.summaries import tile
from long_term_memory.core.text import without_names
from long_term_memory.models.embedder import load_embedder
from long_term_memory.models.tokens import estimate_tokens

Vectors = NDArray[np.float32]

THRESHOLDS: Final = (0.45, 0.50, 0.55, 0.60)
CLAIMED: Final = 0.50
RANDOM_ROUNDS: Final = 5


class Sentence(NamedTuple):
    """A sentence of a conversation: its message's place, its line, its vector."""

    place: int
    line: extract.Line
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, its sentences, and what is known to have happened.

    `events` are vectors with the places at which their session begins and ends.
    """

    names: tuple[str, ...]
    length: int
    tokens: list[int]
    sentences: list[Sentence]
    events: list[tuple[Vectors, int, int]]


Rival = Callable[[list[Sentence], tuple[str, ...], int], list[Sentence]]


def load(path: Path) -> list[Conversation]:
    """Read and embed the conversations."""
    embedder = load_embedder("all-MiniLM-L6-v2")
    found = []
    for sample in json.loads(path.read_text("utf-8")):
        found.append(_conversation(sample, embedder.embed))
        print(f"read {sample['sample_id']}", file=sys.stderr)
    return found


def _conversation(
    sample: dict[str, Any], embed: Callable[[Sequence[str]], Vectors]
) -> Conversation:
    talk = sample["conversation"]
    names = (talk["speaker_a"], talk["speaker_b"])
    said: list[tuple[str, str]] = []
    events: list[tuple[str, int, int]] = []
    sessions = [key for key in talk if re.fullmatch(r"session_\d+", key)]
    for key in sorted(sessions, key=lambda key: int(key.split("_")[1])):
        start = len(said)
        said += [(turn["speaker"], turn["text"]) for turn in talk[key]]
        known = sample["event_summary"].get(f"events_{key}", {})
        texts = [
            text for part in known.values() if isinstance(part, list) for text in part
        ]
        events += [(text, start, len(said)) for text in texts]
    lines = [
        (place, line)
        for place, (name, text) in enumerate(said)
        for line in extract.lines_of(name, text)
    ]
    vectors = embed([extract.vector_text(line, names) for _, line in lines])
    wanted = embed([without_names(text, names) for text, _, _ in events])
    return Conversation(
        names=names,
        length=len(said),
        tokens=[estimate_tokens(f"{name}: {text}") for name, text in said],
        sentences=[
            Sentence(place, line, vector)
            for (place, line), vector in zip(lines, vectors, strict=True)
        ],
        events=[
            (vector, start, end)
            for (_, start, end), vector in zip(events, wanted, strict=True)
        ],
    )


def ours(found: list[Sentence], names: tuple[str, ...], limit: int) -> list[Sentence]:
    """Choose as the engine does."""
    lines = [one.line for one in found]
    chosen = extract.choose(
        lines,
        np.array([one.vector for one in found]),
        names,
        target_tokens=limit,
        count=estimate_tokens,
    )
    by_line = {id(one.line): one for one in found}
    return [by_line[id(line)] for line in chosen if id(line) in by_line]


def plain_lexrank(
    found: list[Sentence], names: tuple[str, ...], limit: int
) -> list[Sentence]:
    """Choose the most central sentences."""
    ranks = extract.lexrank(np.array([one.vector for one in found]))
    return within([found[at] for at in np.argsort(-ranks, kind="stable")], limit)


def first(found: list[Sentence], names: tuple[str, ...], limit: int) -> list[Sentence]:
    """Choose the first sentences."""
    return within(found, limit)


def shuffled(seed: int) -> Rival:
    """Choose at random."""
    source = random.Random(seed)

    def choose(
        found: list[Sentence], names: tuple[str, ...], limit: int
    ) -> list[Sentence]:
        return within(source.sample(found, len(found)), limit)

    return choose


def within(ordered: list[Sentence], limit: int) -> list[Sentence]:
    """Take sentences while they fit; the cost of one is as in `extract.choose`."""
    kept = []
    for one in ordered:
        cost = estimate_tokens(extract.write([one.line])) + 1
        if cost <= limit:
            kept.append(one)
            limit -= cost
    return kept


def measure(
    conversations: Sequence[Conversation], rival: Rival | None, limit: int
) -> tuple[list[float], float]:
    """Return the share of events covered at each threshold, and the tokens kept."""
    best: list[float] = []
    source = told = 0
    for one in conversations:
        chosen: list[Sentence] = []
        for start, end in tile(tuple(range(1, one.length + 1)), 20, {}):
            part = [s for s in one.sentences if start <= s.place < end]
            kept = part if rival is None else rival(part, one.names, limit)
            chosen += kept
            source += sum(one.tokens[start:end])
            written = sorted(kept, key=lambda s: s.place)
            told += estimate_tokens(extract.write([s.line for s in written]))
        places = np.array([s.place for s in chosen])
        vectors = np.array([s.vector for s in chosen])
        for event, start, end in one.events:
            inside = (places >= start) & (places < end)
            best.append(float((vectors[inside] @ event).max(initial=0.0)))
    return [mean(value >= t for value in best) for t in THRESHOLDS], told / source


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--tokens", type=int, nargs="*", help="limits of a chunk")
    asked = parser.parse_args()
    conversations = load(asked.data)
    default = Settings().summaries.summary_chunk_tokens
    for limit in asked.tokens or (default, 160):
        report(conversations, limit)


def report(conversations: Sequence[Conversation], limit: int) -> None:
    """Print one table."""
    events = sum(len(one.events) for one in conversations)
    messages = sum(one.length for one in conversations)
    print(f"\n{limit} tokens a chunk; {messages:,} messages, {events} events\n")
    heads = " | ".join(f"≥ {threshold:.2f}" for threshold in THRESHOLDS)
    print(f"| sentences | {heads} | tokens saved |")
    print("|---|" + "---:|" * (len(THRESHOLDS) + 1))
    rows: dict[str, list[tuple[list[float], float]]] = {
        "ours": [measure(conversations, ours, limit)],
        "plain LexRank": [measure(conversations, plain_lexrank, limit)],
        "random": [
            measure(conversations, shuffled(seed), limit)
            for seed in range(RANDOM_ROUNDS)
        ],
        "first": [measure(conversations, first, limit)],
        "all": [measure(conversations, None, limit)],
    }
    for name, runs in rows.items():
        covered = [
            mean(values) for values in zip(*(run[0] for run in runs), strict=True)
        ]
        cells = " | ".join(f"{value:.1%}" for value in covered)
        print(f"| {name} | {cells} | {1 - mean(run[1] for run in runs):.1%} |")
    at = THRESHOLDS.index(CLAIMED)
    others = max(rows[name][0][0][at] for name in ("plain LexRank", "random", "first"))
    won = rows["ours"][0][0][at] > others
    print(f"\nAt {CLAIMED:.2f} ours is {'better than each' if won else 'NOT better'}.")


if __name__ == "__main__":
    main()
