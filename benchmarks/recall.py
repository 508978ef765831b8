"""How much of what a question needs is recalled, beside other methods, in one run.

    PYTHONPATH=extensions:. python -m benchmarks.recall DATA.json [--resamples N]

DATA is a file in LoCoMo's format. The engine observes every turn and its own blocks
are scored. Every question is asked as it stands and as in a live chat. No LLM. ChromaDB
takes part if it is installed. Prints Markdown.
Owns: scoring, intervals, the tables.
Knows nothing of: how the engine and its rivals work, the file's format.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, Protocol

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from long_term_memory.models.embedder import load_embedder

from .chatty import as_in_a_chat
from .locomo import (
    ADVERSARIAL,
    CATEGORIES,
    Conversation,
    Question,
    Turn,
    count_tokens,
    load,
    told,
)
from .referee_adapter import LongTermMemory
from .rivals import (
    RANKED,
    Chroma,
    Dense,
    FullText,
    Fused,
    Predecessor,
    Remembering,
    VectorStorage,
)

BUDGETS: Final = (256, 1000)
FIGURES: Final = ("RB@1000", "RB@256", "R@10")
MODEL: Final = "all-MiniLM-L6-v2"

Scores = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one question."""

    conversation: str
    category: str
    scores: Scores


class System(Protocol):
    """Something that recalls turns."""

    def learn(self, conversation: Conversation) -> None:
        """Forget all before, and take a conversation in."""

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return what is recalled, best first: turn ids, and the text for a prompt."""

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Return what goes into a prompt for a budget of tokens."""


class Ours:
    """The real engine."""

    def __init__(self) -> None:
        self._memory = LongTermMemory(fill_budget=True)

    def learn(self, conversation: Conversation) -> None:
        """Observe every turn."""
        self._memory.reset(conversation.id, conversation.speakers)
        self._memory.add([_as_dictionary(turn) for turn in conversation.turns])
        self._memory.finish()

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Recall by the public interface."""
        found = self._memory.search(question, RANKED)
        return [(set(item["dia_ids"]), item["text"]) for item in found]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Compose by the public interface."""
        packed = self._memory.pack(question, budget)
        return set(packed["dia_ids"]), packed["text"]


def _as_dictionary(turn: Turn) -> Mapping[str, Any]:
    return {
        "dia_id": turn.id,
        "speaker": turn.speaker,
        "text": turn.text,
        "session": turn.session,
        "date": turn.at.isoformat(),
    }


def score(system: System, asked: Question, turns: Mapping[str, Turn]) -> Scores:
    """Ask one question: shares of its evidence that are recalled, and the time."""

    def share(ids: set[str], text: str) -> float:
        found = [name for name in asked.evidence & ids if told(turns[name], text)]
        return len(found) / len(asked.evidence)

    begun = perf_counter()
    found = system.search(asked.text)
    spent = 1000 * (perf_counter() - begun)
    covered = {
        name
        for ids, text in found[:10]
        for name in asked.evidence & ids
        if told(turns[name], text)
    }
    scores = {"R@10": len(covered) / len(asked.evidence), "ms": spent}
    for budget in BUDGETS:
        ids, text = system.block(asked.text, budget)
        fits = count_tokens(text) <= budget
        scores[f"RB@{budget}"] = share(ids, text) if fits else 0.0
    return scores


def interval(results: Sequence[Result], figure: str, resamples: int) -> str:
    """Return the mean in percent, and where 95 % of means lie over conversations.

    Questions about one conversation are alike, so conversations are resampled.
    """
    names = sorted({result.conversation for result in results})
    values = [
        np.array([one.scores[figure] for one in results if one.conversation == name])
        for name in names
    ]
    sums = np.array([value.sum() for value in values])
    counts = np.array([len(value) for value in values])
    chosen = np.random.default_rng(0).integers(len(names), size=(resamples, len(names)))
    means = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    mean = sums.sum() / counts.sum()
    return f"{100 * mean:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def systems() -> dict[str, Callable[[], System]]:
    """Return what is compared, by name; all share one model and its vectors."""
    embedder = Remembering(load_embedder(MODEL))
    made: dict[str, Callable[[], System]] = {
        "long_term_memory": Ours,
        "FTS5 and vectors, rank fusion": lambda: Fused(embedder),
        "SQLite FTS5": FullText,
        "vectors of single messages": lambda: Dense(embedder),
        "ChromaDB": lambda: Chroma(embedder),
        "SillyTavern's Vector Storage": lambda: VectorStorage(embedder),
        "the predecessor's method": lambda: Predecessor(embedder),
    }
    if find_spec("chromadb") is None:
        del made["ChromaDB"]
    return made


def main() -> None:
    """Run all systems over all conversations and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--resamples", type=int, default=2000)
    options = parser.parse_args()
    conversations = load(options.data)
    results = {}
    for name, make in systems().items():
        results[name] = run(make(), conversations)
        print(f"{name} is through", file=sys.stderr, flush=True)
    print(f"\n{_about(conversations)}\n")
    print("| system | RB@1000 (95 %) | RB@256 | R@10 | by kind, RB@1000 | ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (plain, _) in results.items():
        print(_row(name, plain, options.resamples))
    print("\n| system | five kinds, R@10 | adversarial, RB@1000 | asked as in a chat |")
    print("| --- | --- | --- | --- |")
    for name, both in results.items():
        print(_second_row(name, *both))


def run(
    system: System, conversations: Sequence[Conversation]
) -> tuple[list[Result], list[Result]]:
    """Ask everything, as it stands and as in a chat."""
    plain, chatty = [], []
    for conversation in conversations:
        system.learn(conversation)
        turns = {turn.id: turn for turn in conversation.turns}
        user, character = conversation.speakers
        for asked in conversation.questions:
            told_so = replace(asked, text=as_in_a_chat(asked.text, user, character))
            for question, results in ((asked, plain), (told_so, chatty)):
                results.append(
                    Result(
                        conversation=conversation.id,
                        category=asked.category,
                        scores=score(system, question, turns),
                    )
                )
    return plain, chatty


def _about(conversations: Sequence[Conversation]) -> str:
    kinds = [asked.category for one in conversations for asked in one.questions]
    twisted = kinds.count(ADVERSARIAL)
    turns = sum(len(conversation.turns) for conversation in conversations)
    return (
        f"{datetime.now(UTC):%d %B %Y}, {MODEL}, {len(conversations)} conversations, "
        f"{turns:,} turns, {len(kinds) - twisted} questions of four kinds and "
        f"{twisted} adversarial; intervals over conversations."
    )


def _main(results: Sequence[Result]) -> list[Result]:
    return [result for result in results if result.category != ADVERSARIAL]


def _mean(results: Sequence[Result], figure: str) -> str:
    return f"{100 * sum(one.scores[figure] for one in results) / len(results):.1f}"


def _row(name: str, plain: Sequence[Result], resamples: int) -> str:
    results = _main(plain)
    figures = [interval(results, figure, resamples) for figure in FIGURES]
    kinds = []
    for kind in CATEGORIES.values():
        some = [result for result in results if result.category == kind]
        if some:
            kinds.append(f"{kind} {_mean(some, 'RB@1000')} of {len(some)}")
    spent = median(result.scores["ms"] for result in results)
    return f"| {name} | {' | '.join(figures)} | {', '.join(kinds)} | {spent:.1f} |"


def _second_row(name: str, plain: Sequence[Result], chatty: Sequence[Result]) -> str:
    twisted = [result for result in plain if result.category == ADVERSARIAL]
    asked = ", ".join(f"{figure} {_mean(_main(chatty), figure)}" for figure in FIGURES)
    return (
        f"| {name} | {_mean(plain, 'R@10')} | {_mean(twisted, 'RB@1000')} | {asked} |"
    )


if __name__ == "__main__":
    main()
