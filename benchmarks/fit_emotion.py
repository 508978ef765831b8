"""Fit what tells which feelings a text shows.

    PYTHONPATH=extensions:. python -m benchmarks.fit_emotion GOEMOTIONS [--write]

Owns: fitting, thresholds, the figures.
Knows nothing of: who asks for feelings.

GOEMOTIONS is a folder with `train.tsv` and `dev.tsv` of the published data set (text,
label numbers, id). Its texts are read here and ship nowhere; lines of our own stand in
`data/emotion_lines`. Needs scikit-learn. Deterministic. Prints macro-F1 on the
development part with thresholds cross-fitted over five folds, and with `--write` puts
the coefficients into the package.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from math import log
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from long_term_memory.core.text.emotion import LABELS, emotion_terms
from long_term_memory.models.embedder import DEFAULT_MODEL, load_embedder
from long_term_memory.models.emotion import FILE

OURS: Final = Path(__file__).parent / "data" / "emotion_lines"
MODEL: Final = (
    Path(__file__).resolve().parent.parent
    / "extensions"
    / "long_term_memory"
    / "models"
    / FILE
)
LEAST: Final = 5
"""A term stands in so many texts at the least."""

STRENGTH: Final = 1.0
"""Inverse regularisation; of 1, 2, 3, 4, 10 and 30 the best on the development part."""

SCALE: Final = 1.0
"""How much longer vectors are made, so that they are regularised less."""

OURS_WEIGHT: Final = 3.0
FOLDS: Final = 5
NEGATED: Final = ("not", "never", "no", "n't", "nothing", "without", "hardly")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts and their labels, (texts, labels)."""

    texts: list[str]
    labels: NDArray[np.int8]


def published(path: Path) -> Texts:
    """Read a part of the published data set."""
    rows = [line.split("\t") for line in path.read_text("utf-8").split("\n") if line]
    labels = np.zeros((len(rows), len(LABELS)), np.int8)
    for row, (_, numbers, _) in zip(labels, rows, strict=True):
        row[[int(number) for number in numbers.split(",")]] = 1
    return Texts([text for text, _, _ in rows], labels)


def ours() -> Texts:
    """Read lines of our own: labels, a tab, a text."""
    rows = [
        line.split("\t")
        for path in sorted(OURS.glob("*.tsv"))
        for line in path.read_text("utf-8").splitlines()
        if line
    ]
    labels = np.zeros((len(rows), len(LABELS)), np.int8)
    for row, (names, _) in zip(labels, rows, strict=True):
        row[[LABELS.index(name) for name in names.split(",")]] = 1
    return Texts([text for _, text in rows], labels)


class Terms:
    """The terms of the training texts, and texts as rows of them."""

    def __init__(self, texts: list[list[str]]) -> None:
        """Keep what is frequent enough; count how rare it is."""
        counted = Counter(term for one in texts for term in set(one))
        self.terms = sorted(term for term, count in counted.items() if count >= LEAST)
        self.rows = {term: row for row, term in enumerate(self.terms)}
        self.rarity = np.array(
            [log(len(texts) / counted[term]) for term in self.terms], np.float32
        )

    def matrix(self, texts: list[list[str]]) -> csr_matrix:
        """Return texts as rows of length 1."""
        at, columns, values = [0], [], []
        for one in texts:
            rows = sorted({self.rows[term] for term in one if term in self.rows})
            weights = self.rarity[rows]
            values.append(weights / (np.linalg.norm(weights) or 1))
            columns += rows
            at.append(len(columns))
        flat = np.concatenate(values).astype(np.float32)
        return csr_matrix((flat, columns, at), (len(texts), len(self.terms)))


def embedded(texts: list[str], kept: Path | None) -> NDArray[np.float32]:
    """Return vectors by the default model, or those that were kept in a file."""
    if kept is not None and kept.exists():
        return np.load(kept).astype(np.float32)
    embedder = load_embedder(DEFAULT_MODEL, device="cpu")
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found = np.zeros((len(texts), embedder.dimension), np.float32)
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        found[batch] = embedder.embed([texts[at] for at in batch])
    if kept is not None:
        np.save(kept, found.astype(np.float16))
    return found


def fitted(
    rows: csr_matrix, labels: NDArray[np.int8], weight: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return coefficients (columns, labels) and intercepts (labels,)."""
    found = [
        LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300).fit(
            rows, labels[:, at], sample_weight=weight
        )
        for at in range(len(LABELS))
    ]
    terms = np.stack([one.coef_[0] for one in found], axis=1)
    return terms.astype(np.float32), np.array(
        [one.intercept_[0] for one in found], np.float32
    )


def thresholds(
    scores: NDArray[np.float32], labels: NDArray[np.int8]
) -> NDArray[np.float32]:
    """Return for each label the score from which on F1 is best."""
    found = []
    for at in range(len(LABELS)):
        order = np.argsort(-scores[:, at], kind="stable")
        right = np.cumsum(labels[order, at])
        f1 = 2 * right / (np.arange(1, len(order) + 1) + labels[:, at].sum())
        found.append(scores[order, at][f1.argmax()])
    return np.array(found, np.float32)


def f1_of(given: NDArray[np.bool_], labels: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return F1 of each label."""
    right = (given & (labels > 0)).sum(0)
    both = given.sum(0) + labels.sum(0)
    return 2 * right / np.maximum(both, 1)


def crossed(scores: NDArray[np.float32], labels: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which labels are given, with thresholds of the other folds."""
    fold = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    given = np.zeros(labels.shape, np.bool_)
    for one in range(FOLDS):
        limit = thresholds(scores[fold != one], labels[fold != one])
        given[fold == one] = scores[fold == one] >= limit
    return given


def tell(name: str, scores: NDArray[np.float32], dev: Texts) -> None:
    """Print the figures of one part."""
    given = crossed(scores, dev.labels)
    denied = np.array(
        [
            any(one in text.lower().split() or one in text for one in NEGATED)
            for text in dev.texts
        ]
    )
    first = (scores - thresholds(scores, dev.labels)).argmax(1)
    hit = dev.labels[np.arange(len(first)), first].mean()
    print(f"{name}: macro-F1 {f1_of(given, dev.labels).mean():.3f}")
    print(f"  with a negation {f1_of(given[denied], dev.labels[denied]).mean():.3f}")
    print(f"  the strongest label is one that people gave: {hit:.3f}")
    each = zip(LABELS, f1_of(given, dev.labels), strict=True)
    print("  " + ", ".join(f"{label} {value:.2f}" for label, value in each))


def whole_numbers(
    values: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return coefficients as whole numbers of a unit for each label."""
    unit = np.abs(values).max(axis=0) / 127
    return np.round(values / unit).astype(np.int8), unit.astype(np.float32)


def main() -> None:
    """Fit, tell, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("goemotions", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kept", type=Path, help="a folder to keep vectors in")
    args = parser.parse_args()
    train, dev, own = (
        published(args.goemotions / "train.tsv"),
        published(args.goemotions / "dev.tsv"),
        ours(),
    )
    texts = train.texts + own.texts
    labels = np.concatenate([train.labels, own.labels])
    weight = np.repeat([1.0, OURS_WEIGHT], [len(train.texts), len(own.texts)])
    terms = Terms([emotion_terms(text) for text in texts])
    begun = perf_counter()
    looked = [emotion_terms(text) for text in dev.texts]
    each = (perf_counter() - begun) / len(looked) * 1e6
    rows, dev_rows = terms.matrix([*map(emotion_terms, texts)]), terms.matrix(looked)
    print(f"{len(terms.terms)} terms; finding them {each:.0f} µs a text")
    arrays: dict[str, NDArray[np.generic]] = {
        "terms": np.array("\n".join(terms.terms)),
        "rarity": terms.rarity.astype(np.float16),
        "embedder": np.array(DEFAULT_MODEL),
    }
    vectors = np.concatenate(
        [
            embedded(train.texts, args.kept and args.kept / "train.npy"),
            embedded(own.texts, None) if own.texts else np.zeros((0, 384), np.float32),
        ]
    )
    dev_vectors = embedded(dev.texts, args.kept and args.kept / "dev.npy")
    for part, more, dev_more in (
        ("words", vectors[:, :0], dev_vectors[:, :0]),
        ("both", vectors * SCALE, dev_vectors * SCALE),
    ):
        found, intercept = fitted(hstack([rows, more]).tocsr(), labels, weight)
        numbers, unit = whole_numbers(found[: len(terms.terms)])
        vector = (found[len(terms.terms) :] * SCALE).astype(np.float16)
        scores = dev_rows @ (numbers * unit) + intercept
        scores = scores + dev_more / SCALE @ vector.astype(np.float32)
        tell(part, scores, dev)
        arrays |= {
            f"{part}_terms": numbers,
            f"{part}_unit": unit,
            f"{part}_vector": vector,
            f"{part}_intercept": intercept,
            f"{part}_threshold": thresholds(scores, dev.labels),
        }
    if args.write:
        np.savez_compressed(MODEL, **arrays)
        print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
