"""The coefficients that tell which feelings a text shows.

Owns: reading `emotion_model.npz`, which stands beside this module.
Knows nothing of: what the coefficients mean, how they were fitted.

They were fitted by `benchmarks/fit_emotion.py` on GoEmotions (Demszky, Movshovitz-
Attias, Ko, Cowen, Nemade, Ravi: "GoEmotions: A Dataset of Fine-Grained Emotions", ACL
2020; CC BY 4.0) and on lines of our own; no text of it ships.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Final

import numpy as np

from ..core.text.emotion import EmotionModel

FILE: Final = "emotion_model.npz"


@lru_cache(maxsize=1)
def load_emotion_model() -> EmotionModel:
    """Read the coefficients that ship with the package; once for a process."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    with np.load(BytesIO((root / FILE).read_bytes()), allow_pickle=False) as arrays:
        terms = str(arrays["terms"]).split("\n")
        return EmotionModel(
            rows={term: row for row, term in enumerate(terms)},
            rarity=arrays["rarity"].astype(np.float32),
            terms=arrays["weights"] * arrays["unit"],
            vector=arrays["vector"].astype(np.float32),
            words_bias=arrays["words_bias"],
            both_bias=arrays["both_bias"],
            words_limits=arrays["words_limits"],
            both_limits=arrays["both_limits"],
            fingerprint=str(arrays["fingerprint"]),
        )
