"""`ltm redo`, and what `ltm undo last` does: one step by hand back, or forward.

Owns: telling what became of a step.
Knows nothing of: what a step is, imports and clearings (`undo`).
"""

from __future__ import annotations

from dataclasses import asdict

from ..core.steps import TAKE_BACK
from ..engine.edit_history import StepOutcome
from ..importers.report import counted
from . import sentences
from .options import (
    Character,
    DataDir,
    Json,
    User,
    bank_of,
    opened,
    tell,
    tell_json,
)


def redo(
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Do again what `ltm undo last` took back last.

    Only as long as nothing else was changed by hand since.
    """
    with opened(data_dir) as engine:
        outcome = bank_of(engine, user, character).edit_history.redo()
    tell_step(sentences.DONE_AGAIN, outcome, as_json=as_json)


def tell_step(sentence: str, outcome: StepOutcome, *, as_json: bool) -> None:
    """Tell what became of a step.

    Args:
        sentence: With places for a word for the step, and how many memories.
        outcome: What became of it.
        as_json: For programs.
    """
    if as_json:
        tell_json(asdict(outcome))
        return
    many = len(outcome.ids)
    count = "1 memory" if many == 1 else f"{many:,} memories"
    if outcome.rules:
        count = "for chats"
    if outcome.text:
        chats, notes = counted(outcome.chats, "chat"), counted(outcome.notes, "note")
        count = f"{chats}, {notes}"
    what = _called(outcome)
    tell(sentence.format(what=what, count=count))
    for memory_id in outcome.kept:
        tell(sentences.LEFT_ALONE.format(title=memory_id))


def _called(outcome: StepOutcome) -> str:
    if outcome.what == TAKE_BACK:
        return sentences.TAKING_BACK.format(what=outcome.text)
    return outcome.text or outcome.what
