"""The coefficients that tell which feelings a text shows.

Owns: reading `emotion_model.npz`, which stands beside this module.
Knows nothing of: what the coefficients mean, how they were fitted.

They were fitted by `benchmarks/fit_emotion.py` on GoEmotions (Demszky, Movshovitz-
Attias, Ko, Cowen, Nemade, Ravi: "GoEmotions: A Dataset of Fine-Grained Emotions", ACL
2020; CC BY 4.0) and on lines of our own; no text of it ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..core.text.emotion import EmotionModel, EmotionWeights

FILE: Final = "emotion_model.npz"


@lru_cache(maxsize=1)
def load_emotion_model() -> EmotionModel:
    """Read the coefficients that ship with the package; once for a process."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    with np.load(BytesIO((root / FILE).read_bytes()), allow_pickle=False) as arrays:
        return EmotionModel(
            rows={
                term: row for row, term in enumerate(str(arrays["terms"]).split("\n"))
            },
            rarity=arrays["rarity"].astype(np.float32),
            by_words=_weights(arrays, "words"),
            by_both=_weights(arrays, "both"),
            embedder=str(arrays["embedder"]),
        )


def _weights(arrays: Mapping[str, NDArray[np.float32]], part: str) -> EmotionWeights:
    """Return one part; coefficients are whole numbers of a unit for each label."""
    unit = arrays[f"{part}_unit"]
    return EmotionWeights(
        terms=arrays[f"{part}_terms"] * unit,
        vector=arrays[f"{part}_vector"].astype(np.float32),
        intercept=arrays[f"{part}_intercept"],
        threshold=arrays[f"{part}_threshold"],
    )
