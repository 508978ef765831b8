"""What kind of message a query is, and the chance that it needs memory.

Owns: the kinds, the model's form, the chances that follow from its coefficients.
Knows nothing of: where coefficients come from, how vectors are made, what is recalled.

A multinomial logistic regression over the vector that recall uses anyway (of the
message without names and without the frame of asking, see `query`) and over what the
surface of the message as written shows (see `message_features`). Without a vector of
the embedder that it was fitted with, a second set of coefficients weighs the surface
alone. `benchmarks/fit_intent.py` fits both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .message_features import message_features

QUESTION: Final = "question"
COMMAND: Final = "command"
IMPLICIT: Final = "implicit"
TELLING: Final = "telling"
SMALL_TALK: Final = "small_talk"
FILLER: Final = "filler"
NEW_TOPIC: Final = "new_topic"

KINDS: Final = (QUESTION, COMMAND, IMPLICIT, TELLING, SMALL_TALK, FILLER, NEW_TOPIC)
NEEDING: Final = (QUESTION, COMMAND, IMPLICIT)
"""Kinds of messages that something told before may answer."""

_PLAIN: Final = {IMPLICIT: "implicit need"}

Vector = NDArray[np.float32]
_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Intent:
    """What kind of message a query is.

    Attributes:
        probabilities: By kind (see `KINDS`), together 1.
    """

    probabilities: Mapping[str, float]

    @property
    def kind(self) -> str:
        """The likeliest kind, in plain words."""
        likeliest = max(KINDS, key=lambda kind: self.probabilities[kind])
        return _PLAIN.get(likeliest, likeliest.replace("_", " "))

    @property
    def need(self) -> float:
        """The chance that the message needs memory at all, 0 … 1."""
        return sum(self.probabilities[kind] for kind in NEEDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """One logistic regression: what speaks for each kind, in the order of `KINDS`.

    Attributes:
        intercept: One number per kind.
        features: By feature of `message_features`, one number per kind.
        vector: One row per dimension of a vector; no row reads no vector.
    """

    intercept: _Numbers
    features: Mapping[str, _Numbers]
    vector: _Numbers

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Coefficients:
        """Read coefficients that are written as whole numbers of a unit.

        Args:
            told: `unit`, `intercept`, `features` and `vector`.

        Raises:
            KeyError: A part is missing.
            ValueError: A row has not one number per kind.
        """
        unit = float(told["unit"])
        return cls(
            intercept=_rows([told["intercept"]], unit)[0],
            features=dict(
                zip(
                    told["features"],
                    _rows([*told["features"].values()], unit),
                    strict=True,
                )
            ),
            vector=_rows(told["vector"], unit),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentModel:
    """The coefficients, with a vector and without.

    Attributes:
        embedder: Name of the model whose vectors `with_vector` weighs.
        with_vector: For a vector of that model and the surface.
        surface_only: For the surface alone.
    """

    embedder: str
    with_vector: Coefficients
    surface_only: Coefficients

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> IntentModel:
        """Read what `benchmarks/fit_intent.py` writes.

        Raises:
            KeyError: A part is missing.
            ValueError: It was written for other kinds, or a row has another length.
        """
        if tuple(told["kinds"]) != KINDS:
            raise ValueError(f"intent model of other kinds: {told['kinds']!r}")
        return cls(
            embedder=str(told["embedder"]),
            with_vector=Coefficients.read(told["with_vector"]),
            surface_only=Coefficients.read(told["surface_only"]),
        )


def classify_intent(text: str, vector: Vector | None, model: IntentModel) -> Intent:
    """Say what kind of message a query is.

    Args:
        text: The message as it was written; of a long one only its ends are read.
        vector: Of the text that recall embeds for it (`query.ParsedQuery.text`), by the
            embedder that the model names; None when there is none, or of another one.
        model: The coefficients.
    """
    used = model.surface_only if vector is None else model.with_vector
    sums = used.intercept.copy()
    for name, value in message_features(text).items():
        weights = used.features.get(name)
        if weights is not None:
            sums += value * weights
    if vector is not None:
        sums += vector @ used.vector
    chances = np.exp(sums - sums.max())
    chances /= chances.sum()
    return Intent(dict(zip(KINDS, chances.tolist(), strict=True)))


def _rows(rows: Sequence[Sequence[float]], unit: float) -> _Numbers:
    """Return rows of one number per kind, times their unit."""
    if any(len(row) != len(KINDS) for row in rows):
        raise ValueError(f"a row has not one coefficient for each of {KINDS}")
    return np.array(rows, np.float64).reshape(-1, len(KINDS)) * unit
