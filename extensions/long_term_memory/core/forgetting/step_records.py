"""What is left of the steps that can be undone when something is forgotten.

Owns: that no step tells anything of what is gone, nor brings it back.
Knows nothing of: what else a forgetting takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace

from ..records import STEP, STEPS
from ..steps import INSEPARABLE, HandChange, HandStep, StepList


def steps_without(
    metas: Mapping[str, str], *, ids: Set[str], is_gone: Callable[[HandChange], bool]
) -> dict[str, str | None]:
    """Return the notes about steps that change; None for one that goes.

    What was undone can not be done again afterwards: it stands nowhere else, so nobody
    could say whether it was meant.

    Args:
        metas: Notes about the bank, those about steps among them.
        ids: Of memories that go.
        is_gone: Whether a change tells of what goes, though its memory is not there.
    """
    listed = StepList.of(metas.get(STEPS))
    changed: dict[str, str | None] = {}
    gone: list[int] = []
    for place, (number, _) in enumerate(listed.steps):
        key = f"{STEP}{number:08}"
        step = HandStep.of(metas[key])
        left = tuple(
            one for one in step.changes if one.key[1] not in ids and not is_gone(one)
        )
        if len(left) == len(step.changes) and place < listed.done:
            continue
        if not left or step.what in INSEPARABLE or place >= listed.done:
            gone.append(number)
            changed[key] = None
        else:
            changed[key] = replace(step, changes=left).as_text()
    if gone:
        changed[STEPS] = listed.without(gone).as_text()
    return changed
