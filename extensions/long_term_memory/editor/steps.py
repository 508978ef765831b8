"""Undo and redo on the page: what comes next, and doing it.

Owns: how a step by hand is called for people, and the buttons for it.
Knows nothing of: Gradio, tags (`templates` has them), what a step changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..core.steps import TAKE_BACK
from ..engine.bank import Bank
from ..engine.edit_history import DoneStep, StepOutcome
from .clicks import NOTHING, Click
from .templates import macros
from .texts import say, say_if_known

MOVES = ("undo", "redo")


BATCHES: Final = frozenset({"import", "clear", TAKE_BACK})
"""Steps that are called by what came or went in them."""


def called(what: str, count: int, text: str = "") -> str:
    """Return what a step is called.

    Args:
        what: The engine's word for it.
        count: How many memories it changed; none if it set something for chats.
        text: Of an import or a clearing what it was.
    """
    if what in BATCHES:
        return say(f"steps.{what}", what=text)
    word = say_if_known(f"steps.{what}", what)
    if not count:
        return word
    return say("steps.of", what=word, memories=say("memories.counted", count=count))


def move(bank: Bank, click: Click) -> str:
    """Undo a step, or do it again; return what to tell of it.

    Raises:
        NotFound: There is none.
        Conflict: Something else was done since.
    """
    history = bank.edit_history
    number = int(click.text[:12]) if click.text.isdecimal() else None
    outcome = history.redo() if click.do == "redo" else history.undo(number)
    return _told(f"steps.{click.do}ne", outcome)


def undo_since(bank: Bank, before: int) -> Click:
    """Return the click that undoes what was done since a step; none if nothing was.

    Args:
        bank: Whose steps they are.
        before: The number of the newest step then.
    """
    last = bank.edit_history.last()
    return Click(do="undo", text=str(last)) if last > before else NOTHING


def buttons(bank: Bank) -> str:
    """Return buttons that undo the last step, and do again what was undone."""
    listed = bank.edit_history.newest(1)
    done = next((one for one in listed if not one.undone), None)
    undone = next((one for one in reversed(listed) if one.undone), None)
    html: str = macros("memories").step_buttons(
        _label("undo", done), done and done.number, _label("redo", undone)
    )
    return html


def _label(move: str, step: DoneStep | None) -> str:
    if step is None:
        return ""
    name = called(step.what, step.count, step.text)
    label = say(f"steps.{move}_this", step=name)
    is_named = not step.text or step.what in BATCHES
    return label if is_named else f"{label}: {step.text}"


def _told(key: str, outcome: StepOutcome) -> str:
    name = called(outcome.what, len(outcome.ids), outcome.text)
    told = say(key, step=name)
    if not outcome.kept:
        return told
    if outcome.what in BATCHES:
        return told + went_on(outcome.kept)
    return told + say("steps.kept", count=len(outcome.kept))


def went_on(kept: Sequence[str]) -> str:
    """Return what to tell of chats and notes that an import is not taken out of."""
    return say("transfer.went_on", kept=say("common.comma").join(kept))
