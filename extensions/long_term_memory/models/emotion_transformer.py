"""A transformer that says which feelings a text shows, in place of our own; an option.

Owns: loading one by name or folder, and putting its labels to ours.
Knows nothing of: who asks, our own coefficients, stores.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol

from ..core.text.emotion import LABELS
from ..errors import EmbeddingError
from .text import valid_unicode

ON: Final = frozenset({"true", "yes", "on", "1"})
OFF: Final = frozenset({"", "false", "no", "off", "0"})
USUAL: Final = "SamLowe/roberta-base-go_emotions"
"""Taken where the setting says no more than that one is wanted."""

_MOST_CHARACTERS: Final = 4_000
"""A transformer reads five hundred tokens of a text at most."""

_OTHERS: Final = {
    "happy": "joy",
    "happiness": "joy",
    "sad": "sadness",
    "angry": "anger",
    "afraid": "fear",
    "scared": "fear",
    "surprised": "surprise",
    "disgusted": "disgust",
    "no emotion": "neutral",
    "others": "neutral",
}
"""How other models call what we call otherwise."""

Shares = list[tuple[str, float]]


class ReadsEmotions(Protocol):
    """Says which feelings texts show; may be called from any thread."""

    def read(self, text: str) -> Shares:
        """Return labels with their shares, the strongest first.

        Raises:
            EmbeddingError: It cannot be had; the message says what to do.
        """
        ...


class EmotionClassifier:
    """A classifier that is loaded by the first who asks it."""

    def __init__(self, load: Callable[[], Callable[[str], Any]]) -> None:
        """Remember how to load.

        Args:
            load: Returns what gives a text's labels and scores, as the pipeline of
                transformers does; raises EmbeddingError if there is none.
        """
        self._load = load
        self._lock = threading.Lock()
        self._pipeline: Callable[[str], Any] | None = None
        self._error: EmbeddingError | None = None

    def read(self, text: str) -> Shares:
        """Return all 28 labels with their shares, the strongest first.

        What it has no label for has no share. It is asked by one at a time.

        Raises:
            EmbeddingError: It cannot be loaded, or its labels are none of ours.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            try:
                if self._pipeline is None:
                    self._pipeline = self._load()
                told = self._pipeline(valid_unicode(text[:_MOST_CHARACTERS]))
                return _ours(told)
            except EmbeddingError as error:
                self._error = error
                raise


def named_model(setting: str) -> str:
    """Return the name or folder that a setting means; empty if none is wanted."""
    told = setting.strip()
    if told.lower() in OFF:
        return ""
    return USUAL if told.lower() in ON else told


def load_classifier(name: str, *, device: str = "cpu") -> Callable[[str], Any]:
    """Load a text classifier by its hub name or from a folder; takes seconds.

    Args:
        name: A folder, or a name on the Hugging Face hub.
        device: A torch device, or "auto" for a GPU if there is one.

    Raises:
        EmbeddingError: Something is missing; the message says what to do.
    """
    try:
        from transformers import pipeline
    except ImportError as error:
        raise EmbeddingError(
            f"The model of emotions {name!r} needs transformers and torch: "
            "pip install transformers torch. Until then our own is asked."
        ) from error
    folder = Path(name).expanduser()
    source = str(folder) if folder.is_dir() else name
    try:
        loaded: Any = pipeline(
            "text-classification",
            model=source,
            device=None if device == "auto" else device,
        )
    # As for embedders: each library below has its own classes, all of these kinds.
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise EmbeddingError(
            f"Cannot load the model of emotions {name!r} on {device}: {error} Download "
            "it once with network access, set transformer_emotions to a local folder, "
            "or empty it. Until then our own is asked."
        ) from error

    def classify(text: str) -> Any:
        return loaded(text, top_k=None, truncation=True)

    return classify


def _ours(told: Iterable[Any]) -> Shares:
    """Put a model's labels to ours; the shares sum to 1."""
    shares = dict.fromkeys(LABELS, 0.0)
    for one in told:
        label = str(one["label"]).strip().lower()
        label = _OTHERS.get(label, label)
        if label in shares:
            shares[label] += max(0.0, float(one["score"]))
    whole = sum(shares.values())
    if not whole:
        raise EmbeddingError(
            "The model of emotions has no label that is known here: "
            "transformer_emotions takes one of GoEmotions, or of the seven groups. "
            "Until then our own is asked."
        )
    found = [(label, share / whole) for label, share in shares.items()]
    return sorted(found, key=lambda one: (-one[1], one[0]))
