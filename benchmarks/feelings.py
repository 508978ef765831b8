"""Is a feeling read as people read it, and found when it is asked for?

    PYTHONPATH=extensions:. python -m benchmarks.feelings [--half build|report]

Reads the lines of role-play in `data/emotion`, with words alone and with vectors, and
asks the questions of `when_questions.jsonl` of the chat beside it, with the signal of
recall and without. Odd lines and questions are to build on, even ones for the report.
Owns: the figures.
Knows nothing of: how feelings are read and weighed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from long_term_memory.core.knowledge.emotion import GROUP_OF, emotion_of
from long_term_memory.models.embedder import load_embedder
from long_term_memory.models.emotion import load_emotion_model

from .referee_adapter import LongTermMemory

DATA: Final = Path(__file__).resolve().parent / "data" / "emotion"
ACTION: Final = re.compile(r"^\s*\*[^*]+\*\s*$")
DEPTH: Final = 10
WEIGHTS: Final = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0)


def halved(lines: Sequence[str], half: str) -> list[str]:
    """Return the lines of a half; the first is odd."""
    return list(lines[0 if half == "build" else 1 :: 2])


def agreement(lines: Sequence[str], *, vectors: bool) -> dict[str, float]:
    """Return how often the strongest label, and its group, is one that was given."""
    model, rows = load_emotion_model(), [line.split("\t") for line in lines]
    texts = [text for _, text in rows]
    embedded = load_embedder("all-MiniLM-L6-v2").embed(texts) if vectors else None
    right, grouped, acted, acts = 0, 0, 0, 0
    for at, (labels, text) in enumerate(rows):
        wanted = labels.split(",")
        found = emotion_of(text, model, None if embedded is None else embedded[at])
        hit = found.label in wanted
        right += hit
        grouped += found.group in {GROUP_OF[label] for label in wanted}
        if ACTION.match(text):
            acts, acted = acts + 1, acted + hit
    return {
        "label %": 100 * right / len(rows),
        "group %": 100 * grouped / len(rows),
        f"label of {acts} actions alone %": 100 * acted / max(1, acts),
    }


def asked(half: str, **options: Any) -> dict[str, float]:
    """Ask the questions of a half; return how well their answers are found."""
    said = [json.loads(line) for line in _lines("when.jsonl")]
    questions = [
        json.loads(line) for line in halved(_lines("when_questions.jsonl"), half)
    ]
    memory = LongTermMemory(**options)
    user = next(one["name"] for one in said if one["role"] == "user")
    character = next(one["name"] for one in said if one["role"] != "user")
    try:
        memory.reset("when", [user, character])
        memory.add(list(_turns(said)))
        memory.finish()
        ranks, packed = [], 0.0
        for one in questions:
            wanted = set(map(str, one["answers"]))
            found = [hit["dia_ids"][0] for hit in memory.search(one["question"], 50)]
            ranks.append([place for place, hit in enumerate(found) if hit in wanted])
            told = set(memory.pack(one["question"], 1000)["dia_ids"])
            packed += len(told & wanted) / len(wanted)
    finally:
        memory.close()
    count = len(questions)
    return {
        "first %": 100 * sum(rank[:1] == [0] for rank in ranks) / count,
        "any of 3 %": 100 * sum(bool(r) and r[0] < 3 for r in ranks) / count,
        "recall of 10 %": 100
        * sum(
            sum(place < DEPTH for place in rank) / len(one["answers"])
            for rank, one in zip(ranks, questions, strict=True)
        )
        / count,
        "MRR": sum(1 / (rank[0] + 1) for rank in ranks if rank) / count,
        "in the block %": 100 * packed / count,
    }


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


def _turns(said: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tell messages as a referee does; each day is a session."""
    for one in said:
        yield {
            "session": one["said_at"][:10],
            "dia_id": str(one["id"]),
            "text": one["text"],
            "date": one["said_at"],
            "speaker": one["name"],
        }


def _row(name: str, figures: dict[str, float]) -> str:
    return f"{name}: " + ", ".join(f"{key} {one:.2f}" for key, one in figures.items())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("build", "report"), default="build")
    parser.add_argument("--weights", type=float, nargs="*", default=WEIGHTS)
    options = parser.parse_args()
    lines = halved(_lines("roleplay.tsv"), options.half)
    for vectors in (False, True):
        name = "words and vectors" if vectors else "words"
        print(_row(f"role-play, {name}", agreement(lines, vectors=vectors)))
    for weight in options.weights:
        found = asked(options.half, emotion_weight=weight)
        print(_row(f"when, emotion_weight {weight}", found))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
