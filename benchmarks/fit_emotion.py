"""Fit what tells which feelings a text shows.

    PYTHONPATH=extensions:. python -m benchmarks.fit_emotion GOEMOTIONS KEPT [--write]

Owns: fitting, thresholds, the figures.
Knows nothing of: who asks for feelings.

GOEMOTIONS is a folder with `train.tsv` and `dev.tsv` of the published data set (text,
label numbers, id), KEPT one for their vectors. Its texts are read here and ship
nowhere; lines of our own stand in `data/emotion_lines`. Needs scikit-learn.
Deterministic. Prints macro-F1 on the development part with thresholds cross-fitted over
five folds, and with `--write` puts the coefficients, and thresholds of the whole part,
into the package.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from math import log
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.sparse import csr_matrix, issparse
from sklearn.linear_model import LogisticRegression

from long_term_memory.core.text.emotion import LABELS, emotion_terms
from long_term_memory.models.embedder import DEFAULT_MODEL, Embedder, load_embedder
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
"""A term stands in so many published texts at the least, or in `LEAST_OURS` of ours."""

LEAST_OURS: Final = 2
STRENGTH: Final = 1.0
"""Inverse regularisation; of 1, 2, 3, 4, 10 and 30 the best on the development part."""

VECTOR_STRENGTH: Final = 3.0
VECTOR_SHARE: Final = 0.4
"""How much what the vector says counts beside the words; of 0.3 to 0.9."""

OURS_WEIGHT: Final = {"roleplay": 8.0, "word_list": 3.0}
"""How many published texts a line of ours weighs; vectors are fitted without the list.

Of four pairs, by the figures of the development part and of the odd lines alone.
"""

FREQUENCY: Final = 0.65
"""How much of the log-odds that a frequent label has of old is taken off.

A third of the published texts is neutral; of 0 to 1, by the odd lines of role-play.
"""

SMOOTHED: Final = 0.3
"""F1 along the ranking is the mean over so many places, of those that a label has, to
either side, before the best is looked for: the highest single place of a rare label is
chance. Of 0 to 0.6, by the cross-fitted figures of five ways to make folds."""

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


def labelled(path: Path) -> Texts:
    """Read lines of our own: labels, a tab, a text."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    labels = np.zeros((len(rows), len(LABELS)), np.int8)
    for row, (names, _) in zip(labels, rows, strict=True):
        row[[LABELS.index(name) for name in names.split(",")]] = 1
    return Texts([text for _, text in rows], labels)


class Terms:
    """The terms of the training texts, and texts as rows of them."""

    def __init__(self, published: list[list[str]], ours: list[list[str]]) -> None:
        """Keep what is frequent enough; count how rare it is."""
        theirs = Counter(term for one in published for term in set(one))
        own = Counter(term for one in ours for term in set(one))
        both = theirs + own
        self.terms = sorted(
            term for term in both if theirs[term] >= LEAST or own[term] >= LEAST_OURS
        )
        self.rows = {term: row for row, term in enumerate(self.terms)}
        texts = len(published) + len(ours)
        self.rarity = np.array(
            [log(texts / both[term]) for term in self.terms], np.float32
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


def embedded(texts: list[str], embedder: Embedder, kept: Path) -> NDArray[np.float32]:
    """Return vectors, from a file if they were kept in it."""
    if kept.exists():
        return np.load(kept).astype(np.float32)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found = np.zeros((len(texts), embedder.dimension), np.float32)
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        found[batch] = embedder.embed([texts[at] for at in batch])
    np.save(kept, found.astype(np.float16))
    return found


def fitted(
    rows: csr_matrix | NDArray[np.float32],
    labels: NDArray[np.int8],
    weight: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return coefficients (columns, labels) and intercepts (labels,)."""
    # What ends the search means another thing to each.
    solver, tol = ("liblinear", 0.01) if issparse(rows) else ("lbfgs", 1e-5)
    found = [
        LogisticRegression(C=strength, solver=solver, tol=tol, max_iter=300).fit(
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
    """Return for each label the score from which on F1 is best, as far as is clear."""
    found = []
    for at in range(len(LABELS)):
        order = np.argsort(-scores[:, at], kind="stable")
        right = np.cumsum(labels[order, at])
        f1 = 2 * right / (np.arange(1, len(order) + 1) + labels[:, at].sum())
        reach = 2 * max(1, int(SMOOTHED * labels[:, at].sum())) + 1
        steady = uniform_filter1d(f1, reach, mode="nearest")
        found.append(scores[order, at][steady.argmax()])
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


def tell(
    name: str, scores: NDArray[np.float32], dev: Texts, usual: NDArray[np.float32]
) -> None:
    """Print the figures of one part."""
    given = crossed(scores, dev.labels)
    denied = np.array(
        [
            any(one in text.lower().split() or one in text for one in NEGATED)
            for text in dev.texts
        ]
    )
    first = (scores - usual).argmax(1)
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


def weights(texts: Texts, own: dict[str, Texts]) -> NDArray[np.float32]:
    """Return what each text weighs, the published first."""
    ours = [np.full(len(one.texts), OURS_WEIGHT[name]) for name, one in own.items()]
    return np.concatenate([np.ones(len(texts.texts)), *ours]).astype(np.float32)


def labels_of(texts: Texts, own: dict[str, Texts]) -> NDArray[np.int8]:
    """Return the labels of all texts, the published first."""
    return np.concatenate([texts.labels, *(one.labels for one in own.values())])


def main() -> None:
    """Fit, tell, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("goemotions", type=Path)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    train = published(args.goemotions / "train.tsv")
    dev = published(args.goemotions / "dev.tsv")
    own = {name: labelled(OURS / f"{name}.tsv") for name in OURS_WEIGHT}
    share = train.labels.mean(axis=0)
    usual = FREQUENCY * np.log(share / (1 - share))
    read = [emotion_terms(text) for text in train.texts]
    ours = [emotion_terms(text) for one in own.values() for text in one.texts]
    begun = process_time()
    looked = [emotion_terms(text) for text in dev.texts]
    each = (process_time() - begun) / len(looked) * 1e6
    terms = Terms(read, ours)
    print(f"{len(terms.terms)} terms; finding them {each:.0f} µs a text")
    found, intercept = fitted(
        terms.matrix(read + ours), labels_of(train, own), weights(train, own), STRENGTH
    )
    numbers, unit = whole_numbers(found)
    words = terms.matrix(looked) @ (numbers * unit) + intercept
    tell("words", words, dev, usual)
    embedder = load_embedder(DEFAULT_MODEL, device="cpu")
    lines = {"roleplay": own["roleplay"]}
    vector, offset = fitted(
        np.concatenate(
            [
                embedded(train.texts, embedder, args.kept / "train.npy"),
                embedder.embed(own["roleplay"].texts),
            ]
        ),
        labels_of(train, lines),
        weights(train, lines),
        VECTOR_STRENGTH,
    )
    vector, offset = VECTOR_SHARE * vector, VECTOR_SHARE * offset
    both = embedded(dev.texts, embedder, args.kept / "dev.npy") @ vector
    both += words + offset
    tell("both", both, dev, (1 + VECTOR_SHARE) * usual)
    if args.write:
        np.savez_compressed(
            MODEL,
            terms=np.array("\n".join(terms.terms)),
            rarity=terms.rarity.astype(np.float16),
            weights=numbers,
            unit=unit,
            vector=vector.astype(np.float16),
            words_bias=(intercept - usual).astype(np.float32),
            both_bias=(intercept + offset - (1 + VECTOR_SHARE) * usual).astype(
                np.float32
            ),
            words_limits=thresholds(words, dev.labels) - usual,
            both_limits=thresholds(both, dev.labels) - (1 + VECTOR_SHARE) * usual,
            fingerprint=np.array(embedder.fingerprint),
        )
        print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
