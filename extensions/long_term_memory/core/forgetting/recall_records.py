"""What is left of the record of recalls when something is forgotten.

Owns: that it tells nothing of what is gone, not even that it was recalled.
Knows nothing of: what else a forgetting takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from ..recalls import RecallRecord
from ..records import RECALLED


def recalls_without(
    metas: Mapping[str, str], *, ids: Set[str], chats: Set[str], everything: bool
) -> dict[str, str | None]:
    """Return the records that change, as new values of notes about the bank.

    Args:
        metas: All records, and what replies took by day.
        ids: Of memories that go.
        chats: Our ids of chats that go as a whole.
        everything: Whether nothing is left.
    """
    if everything:
        return dict.fromkeys(metas)
    changed: dict[str, str | None] = {}
    for key, text in metas.items():
        if key.startswith(RECALLED):
            before = RecallRecord.of(text)
            after = before.without(ids, chats)
            if after != before:
                changed[key] = None if after is None else after.as_text()
    return changed
