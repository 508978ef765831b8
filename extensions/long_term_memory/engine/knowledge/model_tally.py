"""How often what a language model wrote of facts was not kept, and why, in one bank.

Owns: the counts, among the notes about the bank, so that they outlast the program and
another one tells them.
Knows nothing of: when a model is asked, what makes a fact hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from ...core.knowledge.model_facts import FactFault
from ...core.records import MODEL_TALLY
from ...errors import UpstreamError
from ...storage.protocols import BankStore

MOST_CHARS: Final = 300
"""Of a reason; what a service says of itself may be long."""


class Tally(NamedTuple):
    """What of a model's answers was not kept, ever.

    Attributes:
        refused: How many of its facts, by reason.
        failures: How many answers were none.
        last_failure: Why the last was none; empty if all were.
    """

    refused: Mapping[FactFault, int]
    failures: int
    last_failure: str


def tally_of(store: BankStore) -> Tally:
    """Return what was counted."""
    kept = json.loads(store.metadata.get(MODEL_TALLY) or "{}")
    refused = kept.get("refused", {})
    return Tally(
        {one: refused[one.value] for one in FactFault if one.value in refused},
        kept.get("failures", 0),
        kept.get("last_failure", ""),
    )


def count_refused(store: BankStore, refused: Mapping[FactFault, int]) -> None:
    """Count facts that were not kept."""
    if not refused:
        return
    with store.exclusive():
        now = tally_of(store)
        sums = {
            one: now.refused.get(one, 0) + refused.get(one, 0)
            for one in (*now.refused, *refused)
        }
        _keep(store, now._replace(refused=sums))


def count_failure(store: BankStore, error: UpstreamError) -> None:
    """Count an answer that was none."""
    with store.exclusive():
        now = tally_of(store)
        why = str(error)[:MOST_CHARS]
        _keep(store, now._replace(failures=now.failures + 1, last_failure=why))


def _keep(store: BankStore, now: Tally) -> None:
    store.metadata.put(MODEL_TALLY, json.dumps(now._asdict()))
