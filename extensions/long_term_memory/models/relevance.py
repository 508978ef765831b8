"""The coefficients that tell how likely a memory is to help.

Owns: reading `relevance_model.json`, which stands beside this module.
Knows nothing of: what the coefficients mean, how they were fitted.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Final

from ..core.retrieval.relevance import RelevanceModel

FILE: Final = "relevance_model.json"


@lru_cache(maxsize=1)
def load_relevance_model() -> RelevanceModel:
    """Read the coefficients that ship with the package; once for a process."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    told = (root / FILE).read_text(encoding="utf-8")
    return RelevanceModel.read(json.loads(told))
