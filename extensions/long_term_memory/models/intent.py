"""The coefficients that tell what kind of message a query is.

Owns: reading `intent_model.json`, which stands beside this module.
Knows nothing of: what the coefficients mean, how they were fitted.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Final

from ..core.retrieval.intent import IntentModel

FILE: Final = "intent_model.json"


@lru_cache(maxsize=1)
def load_intent_model() -> IntentModel:
    """Read the coefficients that ship with the package; once for a process."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    told = (root / FILE).read_text(encoding="utf-8")
    return IntentModel.read(json.loads(told))
