"""How a bank stands with its embedding models, for people.

Owns: the words for it, and what differs between two models.
Knows nothing of: how it is found out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from ...core.records import ModelCount, ModelInfo

# The rate is measured over the latest so many lots.
LOTS = 20


class ModelPhase(StrEnum):
    """What the embedding of a bank is about."""

    ASLEEP = "not looked at yet"
    READY = "ready"
    CHANGING = "changing"
    PAUSED = "paused"
    FORMER = "former model"
    WORDS = "words only"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingState:
    """How a bank stands with its embedding models.

    Attributes:
        wanted: What the settings call the model.
        serving: The model whose vectors answer; None if there is none.
        models: All models that the bank has vectors of.
        differences: What the wanted model does not share with the serving one.
        done, total: Texts embedded, and all that want it, while models change.
        rate: Texts a second; 0 while nothing is embedded.
        note: Why it is not as wanted, and the way out; empty if it is.
    """

    phase: ModelPhase
    wanted: str
    serving: ModelInfo | None = None
    models: tuple[ModelCount, ...] = ()
    differences: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    rate: float = 0.0
    note: str = ""

    @property
    def seconds_left(self) -> float | None:
        """How long the change will take; None while that cannot be told."""
        return (self.total - self.done) / self.rate if self.rate else None

    @property
    def words(self) -> str:
        """Return it in one line."""
        served = self.serving.name if self.serving is not None else "nothing"
        match self.phase:
            case ModelPhase.CHANGING | ModelPhase.PAUSED:
                line = f"changing from {served} to {self.wanted}: {self._progress}"
            case ModelPhase.READY:
                line = f"vectors of {served}"
            case ModelPhase.FORMER:
                line = f"vectors of {served}, not of {self.wanted}"
            case ModelPhase.WORDS:
                line = "only words are compared"
            case _:
                line = f"vectors of {served}; {self.wanted} is not loaded yet"
        if self.differences:
            line = f"{line} ({'; '.join(self.differences)})"
        return f"{line}. {self.note}" if self.note else line

    @property
    def _progress(self) -> str:
        line = f"{self.done:,} of {self.total:,} texts"
        if self.phase is ModelPhase.PAUSED:
            return f"{line}, paused"
        return f"{line}, {self.rate:,.0f} a second" if self.rate else line


class Throughput:
    """How fast texts are embedded."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Start with no lot; `clock` tells seconds."""
        self._clock = clock
        self._lots: deque[tuple[float, int]] = deque(maxlen=LOTS)

    def begin(self) -> None:
        """Note that work begins; what was before does not count."""
        self._lots.clear()
        self._lots.append((self._clock(), 0))

    def add(self, count: int) -> None:
        """Note that a lot is done."""
        if not self._lots:
            self.begin()
        self._lots.append((self._clock(), count))

    @property
    def rate(self) -> float:
        """Texts a second; 0 while nothing can be said."""
        lots = list(self._lots)
        seconds = lots[-1][0] - lots[0][0] if lots else 0.0
        return sum(count for _, count in lots[1:]) / seconds if seconds else 0.0


def differences(wanted: ModelInfo, serving: ModelInfo) -> tuple[str, ...]:
    """Say what two models do not share, each with both values."""
    pairs = (
        ("model", serving.name, wanted.name),
        ("dimensions", serving.dimension, wanted.dimension),
        ("weights", serving.fingerprint[:12], wanted.fingerprint[:12]),
        ("text recipe", serving.recipe, wanted.recipe),
    )
    return tuple(
        f"{what} {old} here, {new} wanted" for what, old, new in pairs if old != new
    )
