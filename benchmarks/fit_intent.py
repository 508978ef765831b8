"""Fit what tells which kind of message a query is.

    PYTHONPATH=extensions:. python -m benchmarks.fit_intent [--write]

Owns: fitting, choosing how strong regularisation is, the figures.
Knows nothing of: recall, where the lines come from.

Needs scikit-learn. Deterministic. Prints cross-validated figures, and with `--write`
puts the coefficients into the package.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from long_term_memory.core.retrieval.intent import (
    FILLER,
    KINDS,
    NEEDING,
    SMALL_TALK,
)
from long_term_memory.core.retrieval.message_features import SHOWN, message_features
from long_term_memory.core.retrieval.query import parse_query
from long_term_memory.models.embedder import DEFAULT_MODEL, load_embedder
from long_term_memory.models.intent import FILE

from .intent_lines import Line, feature_names, lines, with_copies

MODEL: Final = (
    Path(__file__).resolve().parent.parent
    / "extensions"
    / "long_term_memory"
    / "models"
    / FILE
)

STRENGTHS: Final = (0.3, 1.0, 2.0)
"""Inverse regularisation, of which cross-validation chooses."""

SCALES: Final = (1.0, 2.0)
"""How much larger vectors are made, so that they are regularised less."""

UNIT: Final = 0.05
"""Coefficients are whole numbers of it."""

SILENCED: Final = 0.02
"""Share of needing messages that may be silenced where small talk is counted."""

Numbers = NDArray[np.float64]


def embedded(told: Sequence[Line]) -> Numbers:
    """Return the vectors that recall would use for lines."""
    texts = [
        parse_query(
            line.text,
            speaker="user",
            user_names=line.names[:1],
            character_names=line.names[1:],
            now=datetime(2026, 2, 13, 18, 30),
        ).text
        for line in told
    ]
    place = {text: index for index, text in enumerate(dict.fromkeys(texts))}
    vectors = load_embedder(DEFAULT_MODEL).embed(list(place))
    return np.asarray(vectors[[place[text] for text in texts]], np.float64)


@dataclass(frozen=True)
class Data:
    """Lines as a regression reads them."""

    lines: Sequence[Line]
    names: Sequence[str]
    surface: csr_matrix
    vectors: Numbers

    @classmethod
    def of(cls, told: Sequence[Line]) -> Data:
        """Read the features of lines; rare units are left out."""
        read = [message_features(line.text) for line in told]
        names = feature_names(told, read)
        place = {name: index for index, name in enumerate(names)}
        cells = [
            (row, place[name], value)
            for row, features in enumerate(read)
            for name, value in features.items()
            if name in place and not (told[row].strange and name not in SHOWN)
        ]
        rows, columns, values = zip(*cells, strict=True)
        surface = csr_matrix((values, (rows, columns)), (len(told), len(names)))
        return cls(told, names, surface, embedded(told))

    def matrix(self, scale: float | None) -> csr_matrix:
        """Return one row per line; without a scale the surface alone."""
        if scale is None:
            return self.surface
        return hstack([self.surface, csr_matrix(self.vectors * scale)]).tocsr()

    def kinds(self) -> NDArray[np.int64]:
        """Return the kind of each line as its place in `KINDS`."""
        return np.array([KINDS.index(line.kind) for line in self.lines])

    def weights(self) -> Numbers:
        """Return how much each line counts."""
        return np.array([line.weight for line in self.lines])


def regression(strength: float) -> LogisticRegression:
    """Return an unfitted regression."""
    return LogisticRegression(C=strength, max_iter=200, tol=1e-3)


def cross_validated(
    data: Data, scale: float | None, strength: float, folds: int = 5
) -> Numbers:
    """Return the chances of each line by a regression that has not seen its group."""
    matrix, kinds, weights = data.matrix(scale), data.kinds(), data.weights()
    groups = [line.group for line in data.lines]
    chances = np.zeros((len(groups), len(KINDS)))
    for train, test in GroupKFold(folds).split(matrix, kinds, groups):
        fitted = regression(strength).fit(matrix[train], kinds[train], weights[train])
        chances[test] = fitted.predict_proba(matrix[test])
    return chances


def of_strange_languages(data: Data, scale: float | None, strength: float) -> Numbers:
    """Return the chances by a regression that has not seen the line's language."""
    matrix, kinds, weights = data.matrix(scale), data.kinds(), data.weights()
    languages = np.array([_large(line.language) for line in data.lines])
    chances = np.zeros((len(languages), len(KINDS)))
    for language in ("de", "zh", ""):
        train = languages != language
        fitted = regression(strength).fit(matrix[train], kinds[train], weights[train])
        chances[~train] = fitted.predict_proba(matrix[~train])
    return chances


def _large(language: str) -> str:
    """Return a language that has many lines; those with few are left out together."""
    return language if language in ("en", "de", "zh") else ""


def log_loss(data: Data, chances: Numbers) -> float:
    """Return the mean surprise at the lines themselves, in nats."""
    own = np.array([line.weight == 1 for line in data.lines])
    return float(-np.log(chances[np.arange(len(own)), data.kinds()][own]).mean())


def chosen(data: Data, scales: Sequence[float | None]) -> tuple[float | None, float]:
    """Return the scale and the strength that surprise least."""
    losses = {
        (scale, strength): log_loss(data, cross_validated(data, scale, strength, 3))
        for scale in scales
        for strength in STRENGTHS
    }
    for key, loss in losses.items():
        print("scale, strength", key, f"log loss {loss:.4f}", flush=True)
    return min(losses, key=lambda key: losses[key])


def report(title: str, data: Data, chances: Numbers, *, english: bool = True) -> None:
    """Print the figures of some chances."""
    print(f"\n{title}")
    need = chances[:, [KINDS.index(kind) for kind in NEEDING]].sum(axis=1)
    own = np.array([line.weight == 1 for line in data.lines])
    if english:
        right = chances.argmax(axis=1) == data.kinds()
        print(f"  right kind {right[own].mean():.3f}")
    parts = {
        "all": lambda line: True,
        "messages en": lambda line: (line.source, line.language) == ("messages", "en"),
        "messages de": lambda line: (line.source, line.language) == ("messages", "de"),
        "messages zh": lambda line: (line.source, line.language) == ("messages", "zh"),
        "messages other": lambda line: (
            line.source == "messages" and line.language not in ("en", "de", "zh")
        ),
        "probes en": lambda line: (line.source, line.language) == ("probes", "en"),
        "probes other": lambda line: line.source == "probes" and line.language != "en",
    }
    for name, belongs in parts.items():
        if not english and name.split()[-1] in ("all", "en"):
            continue
        inside = own & np.array([belongs(line) for line in data.lines])
        _report_part(name, data, need, inside)


def _report_part(
    name: str, data: Data, need: Numbers, inside: NDArray[np.bool_]
) -> None:
    kinds = np.array([line.kind for line in data.lines])
    needing = inside & np.isin(kinds, NEEDING)
    chat = inside & np.isin(kinds, (SMALL_TALK, FILLER))
    topic = inside & (kinds == "new_topic")
    asking = inside & np.isin(kinds, ("question", "command"))
    both = needing | chat
    auc = roc_auc_score(needing[both], need[both])
    bound = np.quantile(need[needing], SILENCED)
    asked_bound = np.quantile(need[asking], SILENCED)
    brier = np.mean((need[inside] - needing[inside]) ** 2)
    print(
        f"  {name:15} AUC {auc:.3f}  at {SILENCED:.0%} silenced (need >= {bound:.3f}) "
        f"small talk passes {np.mean(need[chat] >= bound):.3f}, new topics "
        f"{np.mean(need[topic] >= bound):.3f}; asked only (>= {asked_bound:.3f}) "
        f"{np.mean(need[chat] >= asked_bound):.3f}; Brier {brier:.3f}"
    )


def calibration(data: Data, chances: Numbers) -> None:
    """Print how often messages of some chance do need memory."""
    need = chances[:, [KINDS.index(kind) for kind in NEEDING]].sum(axis=1)
    needing = np.array([line.kind in NEEDING for line in data.lines])
    own = np.array([line.weight == 1 for line in data.lines])
    for low in np.arange(0, 1, 0.1):
        inside = own & (need >= low) & (need < low + 0.1)
        print(
            f"  need {low:.1f}-{low + 0.1:.1f}: {inside.sum():5} lines, "
            f"mean {need[inside].mean():.3f}, need it {needing[inside].mean():.3f}"
        )


def fitted(data: Data, scale: float | None, strength: float) -> dict[str, Any]:
    """Return the coefficients of a regression over all lines, as they are written."""
    own = regression(strength).fit(data.matrix(scale), data.kinds(), data.weights())
    whole = np.rint(own.coef_.T / UNIT).astype(int)
    count = len(data.names)
    vector = np.rint(own.coef_.T[count:] * (scale or 1) / UNIT).astype(int)
    return {
        "unit": UNIT,
        "intercept": np.rint(own.intercept_ / UNIT).astype(int).tolist(),
        "features": {
            name: row
            for name, row in zip(data.names, whole[:count].tolist(), strict=True)
            if any(row)
        },
        "vector": vector.tolist(),
    }


def written(told: dict[str, Any]) -> str:
    """Return a model as JSON, one row a line."""
    text = json.dumps(told, ensure_ascii=False, indent=0, separators=(",", ":"))
    return re.sub(r"\[[-\d,\s]+\]", lambda row: re.sub(r"\s", "", row[0]), text) + "\n"


def main() -> None:
    """Fit, print, and write if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into the package")
    options = parser.parse_args()
    data = Data.of(with_copies(lines()))
    print(f"{len(data.lines)} lines with copies, {len(data.names)} surface features")
    both = chosen(data, SCALES)
    alone = chosen(data, [None])
    model = {
        "kinds": list(KINDS),
        "embedder": DEFAULT_MODEL,
        "with_vector": fitted(data, *both),
        "surface_only": fitted(data, *alone),
    }
    text = written(model)
    print(f"{len(text.encode())} bytes")
    if options.write:
        MODEL.write_text(text, encoding="utf-8")
    for title, choice in (("with vectors", both), ("surface alone", alone)):
        chances = cross_validated(data, *choice)
        report(f"{title} {choice}", data, chances)
        calibration(data, chances)
        strange = of_strange_languages(data, *choice)
        report(
            f"{title}, of languages that were left out", data, strange, english=False
        )


if __name__ == "__main__":
    main()
