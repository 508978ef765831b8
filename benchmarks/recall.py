"""How much of what a question needs is recalled, beside simpler methods, in one run.

    PYTHONPATH=extensions:. python -m benchmarks.recall DATA.json [--resamples N]

DATA is a file in LoCoMo's format. The engine observes every turn and its own blocks
are scored; the rivals rank turns, which are packed as the engine packs its own: by
rank while they fit, in time order, under one line per day. No LLM. Prints Markdown.
Owns: the rivals, packing for them, the table.
Knows nothing of: how the engine works, the file's format.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, Protocol

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from long_term_memory.models.embedder import Embedder, load_embedder

from .locomo import (
    CATEGORIES,
    Conversation,
    Question,
    Turn,
    count_tokens,
    load,
    told,
)
from .referee_adapter import LongTermMemory

BUDGETS: Final = (256, 1000)
RANKED: Final = 50

_STOP: Final = frozenset(
    """
    a an and are as at be been by did do does for from had has have how in is it
    its of on or that the their them they this to was were what when where which
    who whom whose why will with would
    """.split()
)

Scores = dict[str, float]


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
        self._memory = LongTermMemory()

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


class Ranker:
    """A rival that only ranks turns; they are packed as the engine packs."""

    def learn(self, conversation: Conversation) -> None:
        """Index the turns."""
        self._turns = conversation.turns
        self.index(conversation.turns)

    def index(self, turns: Sequence[Turn]) -> None:
        """Prepare to rank these turns."""
        raise TypeError("Each rival has its own index.")

    def rank(self, question: str) -> list[int]:
        """Return places of turns, best first."""
        raise TypeError("Each rival has its own ranking.")

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return the best turns."""
        best = [self._turns[place] for place in self.rank(question)[:RANKED]]
        return [({turn.id}, _line(turn)) for turn in best]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Take turns by rank while they fit."""
        taken: list[int] = []
        for place in self.rank(question):
            if count_tokens(_block(self._turns, [*taken, place])) <= budget:
                taken.append(place)
            elif len(taken) > RANKED:
                break
        return {self._turns[place].id for place in taken}, _block(self._turns, taken)


class FullText(Ranker):
    """SQLite FTS5 over "name, text", porter stemming, stop words cut."""

    def index(self, turns: Sequence[Turn]) -> None:
        """Fill a table in memory."""
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE said USING fts5"
            "(name, text, tokenize='porter unicode61')"
        )
        self._database.executemany(
            "INSERT INTO said (rowid, name, text) VALUES (?, ?, ?)",
            [(place, turn.speaker, turn.text) for place, turn in enumerate(turns)],
        )

    def rank(self, question: str) -> list[int]:
        """Ask for any of the words."""
        words = [
            word for word in re.findall(r"\w+", question.lower()) if word not in _STOP
        ]
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        found = self._database.execute(
            "SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said) LIMIT 200",
            (asked,),
        )
        return [row for (row,) in found]


class Dense(Ranker):
    """One vector per turn as it was said, nearest first."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def index(self, turns: Sequence[Turn]) -> None:
        """Embed all turns."""
        self._vectors = self._embedder.embed([turn.text for turn in turns])

    def rank(self, question: str) -> list[int]:
        """Sort by cosine."""
        [query] = self._embedder.embed([question])
        order: list[int] = np.argsort(-(self._vectors @ query))[:200].tolist()
        return order


class Predecessor:
    """The first long_term_memory's method and limits, with the same model as the rest.

    Messages of 100 characters and more, at most two nearer than 0.6, each cut to
    1,000 characters, told as "3 days ago, Ann said:".
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def learn(self, conversation: Conversation) -> None:
        """Embed the long messages."""
        self._now = conversation.turns[-1].at
        self._kept = [turn for turn in conversation.turns if len(turn.text) >= 100]
        self._vectors = self._embedder.embed([turn.text for turn in self._kept])

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return the two nearest, if they are near enough."""
        [query] = self._embedder.embed([question])
        distances = 1 - self._vectors @ query
        best = [place for place in np.argsort(distances)[:2] if distances[place] < 0.6]
        return [
            ({turn.id}, self._told(turn)) for turn in (self._kept[at] for at in best)
        ]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Put both in if they fit."""
        ids: set[str] = set()
        text = ""
        for turn_ids, told_text in self.search(question):
            if count_tokens(f"{text}\n{told_text}") <= budget:
                ids |= turn_ids
                text = f"{text}\n{told_text}"
        return ids, text

    def _told(self, turn: Turn) -> str:
        days = (self._now - turn.at).days
        return f'{days} days ago, {turn.speaker} said:\n"{turn.text[:1000]}"'


def _as_dictionary(turn: Turn) -> Mapping[str, Any]:
    return {
        "dia_id": turn.id,
        "speaker": turn.speaker,
        "text": turn.text,
        "session": turn.session,
        "date": turn.at.isoformat(),
    }


def _line(turn: Turn) -> str:
    return f"{turn.speaker}: {turn.text}"


def _block(turns: Sequence[Turn], places: Sequence[int]) -> str:
    """Write turns in time order, each day under its date."""
    lines: list[str] = []
    day = ""
    for turn in (turns[place] for place in sorted(places)):
        if (date := f"[{turn.at.day} {turn.at:%B %Y}]") != day:
            lines.append(date)
            day = date
        lines.append(_line(turn))
    return "\n".join(lines)


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


def interval(values: Sequence[float], resamples: int) -> str:
    """Return the mean in percent, and where 95 % of resampled means lie."""
    sample = np.array(values)
    chosen = np.random.default_rng(0).integers(
        len(sample), size=(resamples, len(sample))
    )
    low, high = np.percentile(sample[chosen].mean(axis=1), [2.5, 97.5])
    return f"{100 * sample.mean():.1f} ({100 * low:.1f} to {100 * high:.1f})"


def main() -> None:
    """Run all systems over all conversations and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--resamples", type=int, default=2000)
    options = parser.parse_args()
    conversations = load(options.data)
    embedder = load_embedder("all-MiniLM-L6-v2")
    systems: dict[str, Callable[[], System]] = {
        "long_term_memory": Ours,
        "SQLite FTS5": FullText,
        "dense, raw turns": lambda: Dense(embedder),
        "the predecessor's method": lambda: Predecessor(embedder),
    }
    questions = sum(len(conversation.questions) for conversation in conversations)
    turns = sum(len(conversation.turns) for conversation in conversations)
    print(
        f"{len(conversations)} conversations, {turns} turns, {questions} questions.\n"
    )
    print("| system | RB@1000 (95 %) | RB@256 | R@10 | by kind, RB@1000 | ms |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    for name, make in systems.items():
        results = run(make(), conversations)
        print(_row(name, results, options.resamples), flush=True)


def run(
    system: System, conversations: Sequence[Conversation]
) -> list[tuple[str, Scores]]:
    """Ask everything; returns each question's kind and scores."""
    results = []
    for conversation in conversations:
        system.learn(conversation)
        turns = {turn.id: turn for turn in conversation.turns}
        for asked in conversation.questions:
            results.append((asked.category, score(system, asked, turns)))
    return results


def _row(name: str, results: Sequence[tuple[str, Scores]], resamples: int) -> str:
    figures = [
        interval([scores[figure] for _, scores in results], resamples)
        for figure in ("RB@1000", "RB@256", "R@10")
    ]
    kinds = []
    for kind in CATEGORIES.values():
        some = [scores["RB@1000"] for category, scores in results if category == kind]
        if some:
            kinds.append(f"{kind} {100 * sum(some) / len(some):.1f} of {len(some)}")
    spent = median(scores["ms"] for _, scores in results)
    return f"| {name} | {' | '.join(figures)} | {', '.join(kinds)} | {spent:.1f} |"


if __name__ == "__main__":
    main()
