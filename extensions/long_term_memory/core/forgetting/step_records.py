"""What is left of the steps that can be undone when something is forgotten.

Owns: that no step tells anything of what is gone, nor brings it back.
Knows nothing of: what else a forgetting takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace

from ..records import STEP, STEPS, Annotation
from ..steps import INSEPARABLE, HandChange, HandStep, StepList
from ..types import MemoryKind


def steps_without(
    metas: Mapping[str, str],
    *,
    ids: Set[str],
    rules: Set[str],
    batches: Set[str],
    is_meant: Callable[[Annotation], bool],
    everything: bool,
) -> dict[str, str | None]:
    """Return the notes about steps that change; None for one that goes.

    What was undone cannot be done again afterwards: it stands nowhere else, so nobody
    could say whether it was meant.

    Args:
        metas: Notes about the bank, those about steps among them.
        ids: Of memories that go.
        rules: Names of what is set that go, such as of chats.
        batches: Ids of the imports and clearings of which something is left.
        is_meant: Whether a note goes; one whose adding was undone is only here.
        everything: Whether nothing is left.
    """
    listed = StepList.of(metas.get(STEPS))
    if everything:
        return {key: None for key in metas if key == STEPS or key.startswith(STEP)}

    def stays(change: HandChange) -> bool:
        kind, key = change.key
        states = (one for one in change if one is not None)
        meant = kind is MemoryKind.NOTE and any(map(is_meant, states))
        return key not in ids and not meant

    changed: dict[str, str | None] = {}
    gone: list[int] = []
    for place, (number, _) in enumerate(listed.steps):
        key = f"{STEP}{number:08}"
        step = HandStep.of(metas[key])
        left = replace(
            step,
            changes=tuple(filter(stays, step.changes)),
            rules=tuple(one for one in step.rules if one.name not in rules),
        )
        nothing = not (left.changes or left.rules or step.batch in batches)
        if left == step and place < listed.done and not nothing:
            continue
        if nothing or step.what in INSEPARABLE or place >= listed.done:
            gone.append(number)
            changed[key] = None
        else:
            changed[key] = left.as_text()
    if gone:
        changed[STEPS] = listed.without(gone).as_text()
    return changed
