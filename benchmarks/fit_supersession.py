"""Fit the weights of `core/retrieval/supersession.py` on live chats, the build half.

    PYTHONPATH=extensions:. python -m benchmarks.fit_supersession [FILE ...]

Every probe is asked of the engine without gate, and each two of the best it brings to
mind make an example: the newer replaces the older if that one is labelled outdated and
the newer one answers; it does not if the older one answers and the newer one does not.
Whatever else is there says little and counts little. Prints the weights (some that ship
are set by hand, see there), and how often the newer ranks first with and without them,
each bank judged by weights that never saw it.
Owns: the examples and what they count.
Knows nothing of: how statements are compared.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from long_term_memory.core.retrieval.supersession import (
    ASKED_SIGNALS,
    FIRST,
    MOST,
    PAIR_SIGNALS,
    Matrix,
    Statement,
    Supersession,
    newer_first,
    read_signals,
)
from long_term_memory.models.embedder import load_embedder

from .live_chat import DATA, Bank, Probe, load
from .referee_adapter import LongTermMemory

STRENGTH: Final = 0.05
"""Inverse strength of the L2 penalty, over signals of deviation 1."""

CHANGED: Final = 10.0
"""A changed fact counts as so many pairs that must keep their order."""

UNKNOWN: Final = 0.3
"""What a pair counts of which the labels say little."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Pairs of candidates of one probe.

    Attributes:
        pairs: Older and newer, by their places.
        signals: By pair.
        counts: What each pair counts in the fit; 0 if it says nothing.
    """

    pairs: NDArray[np.intp]
    signals: Numbers
    replaced: NDArray[np.bool_]
    counts: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A probe: which of its candidates, best first, answer and which are outdated."""

    examples: Examples
    answers: NDArray[np.bool_]
    outdated: NDArray[np.bool_]

    def newer_first(self, pairs: Sequence[Supersession]) -> bool:
        """Say whether what answers ranks before what is outdated."""
        order = newer_first(len(self.answers), pairs)
        answers, outdated = self.answers[order], self.outdated[order]
        return bool(answers.any()) and not outdated[: int(answers.argmax())].any()


def examples_of(bank: Bank, embedder: Any) -> list[Asked]:
    """Ask all probes of a bank."""
    places = {turn["dia_id"]: at for at, turn in enumerate(bank.turns)}
    vectors = embedder.embed([turn["text"] for turn in bank.turns])
    statements = [
        Statement(
            speaker="user" if turn["speaker"] == bank.user else "assistant",
            text=turn["text"],
            order=at,
            chat=str(turn["session"]),
            vector=vector,
        )
        for at, (turn, vector) in enumerate(zip(bank.turns, vectors, strict=True))
    ]
    asked = []
    for probe, found in zip(bank.probes, _found(bank), strict=True):
        if probe.needs:
            some = [statements[places[one]] for one in found]
            asked.append(_asked(probe, found, some))
    return asked


def _found(bank: Bank) -> Iterator[list[str]]:
    memory = LongTermMemory(gate=False)
    try:
        memory.reset(bank.id, [bank.user, bank.character])
        memory.add(bank.turns)
        memory.finish()
        memory._now = bank.now
        for probe in bank.probes:
            found = memory._asking.recall(memory._query(probe.text, MOST))
            # As they were before the newer went first.
            found.sort(key=lambda item: -item.score)
            yield [memory._dia_ids[item.memory.id] for item in found]
    finally:
        memory.close()


def _asked(probe: Probe, found: list[str], statements: list[Statement]) -> Asked:
    answers = np.array([one in probe.needs for one in found], np.bool_)
    outdated = np.array([one in probe.forbidden for one in found], np.bool_)
    replaced = outdated[:, None] & answers
    counts = np.where(answers[:, None] & ~answers, 1.0, 0.0)
    counts[outdated[:, None] & ~answers] = UNKNOWN
    counts[answers[:, None] & answers] = UNKNOWN
    counts[replaced] = CHANGED / max(1, int(replaced.sum()))
    examples = _examples(probe.text, statements, replaced, counts)
    return Asked(examples=examples, answers=answers, outdated=outdated)


def _examples(
    question: str,
    statements: Sequence[Statement],
    replaced: NDArray[np.bool_],
    counts: Numbers,
) -> Examples:
    order = np.array([one.order for one in statements])
    pairs = np.argwhere(order[:, None] < order)
    signals: Mapping[str, Matrix] = read_signals(statements, question)
    columns = [signals[name][pairs[:, 0], pairs[:, 1]] for name in signals]
    return Examples(
        pairs=pairs,
        signals=np.stack(columns, axis=1).astype(np.float64),
        replaced=replaced[pairs[:, 0], pairs[:, 1]],
        counts=counts[pairs[:, 0], pairs[:, 1]],
    )


def fit(examples: Sequence[Examples]) -> tuple[Numbers, float]:
    """Return the weights of the signals, and the bias."""
    from sklearn.linear_model import LogisticRegression

    signals = np.concatenate([one.signals for one in examples])
    replaced = np.concatenate([one.replaced for one in examples])
    counts = np.concatenate([one.counts for one in examples])
    spread = signals.std(axis=0) + 1e-9
    said = counts > 0
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(signals[said] / spread, replaced[said], sample_weight=counts[said])
    return model.coef_[0] / spread, float(model.intercept_[0])


def pairs_of(examples: Examples, weights: Numbers, bias: float) -> list[Supersession]:
    """Return the pairs that are likely enough, the surest first."""
    chance = 1 / (1 + np.exp(-(examples.signals @ weights + bias)))
    found = [
        Supersession(int(older), int(newer), float(likely))
        for (older, newer), likely in zip(examples.pairs, chance, strict=True)
        if likely >= FIRST
    ]
    return sorted(found, key=lambda pair: -pair.confidence)


def main() -> None:
    """Fit, and print the weights and what they are worth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    banks = load(options.files or sorted(DATA.glob("*.json")), "build")
    embedder = load_embedder("all-MiniLM-L6-v2")
    known = {bank.id: examples_of(bank, embedder) for bank in banks}
    names = (*PAIR_SIGNALS, *ASKED_SIGNALS)
    weights, bias = fit([one.examples for asked in known.values() for one in asked])
    print("bias", round(bias, 2))
    for name, weight in zip(names, weights, strict=True):
        print(f"    {name}: {weight:.2f}")
    before, after = [], []
    for bank in banks:
        others = [
            one.examples
            for name, asked in known.items()
            if name != bank.id
            for one in asked
        ]
        weights, bias = fit(others)
        for one in known[bank.id]:
            if one.outdated.any():
                before.append(one.newer_first([]))
                pairs = pairs_of(one.examples, weights, bias)
                after.append(one.newer_first(pairs))
    print(f"newer first: {np.mean(before):.1%}, then {np.mean(after):.1%}")


if __name__ == "__main__":
    main()
