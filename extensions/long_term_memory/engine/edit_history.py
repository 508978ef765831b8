"""Undoing what was done by hand, and doing it again, whoever did it and when.

Owns: that a step is undone as a whole, and leaves alone what was changed since.
Knows nothing of: what is done in a step, how an import or a clearing is taken back
(`undo_log`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..core.records import Annotation
from ..core.steps import TAKE_BACK, HandChange, HandStep, Key, RuleChange, is_same
from ..errors import Conflict, NotFound
from .state.bank_state import BankState
from .undo_log import UndoLog


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """A step by hand, as it is listed.

    Attributes:
        number: Which; no other ever has it.
        what: A word for it, such as "delete".
        count: How many memories it changed.
        undone: Whether it was undone, and can be done again.
        text: What one of the memories says, as it begins; empty where nobody wrote it.
            Of an import or a clearing what it was.
    """

    number: int
    what: str
    at: datetime
    count: int
    undone: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """What undoing a step, or doing it again, did.

    Attributes:
        what: A word for the step.
        ids: The memories that are as they were before, or as the step made them.
        kept: Those that were changed since, past the steps, and were left alone; of
            what is set for chats "character", "storylines" or a chat's id.
        rules: What is set again for chats, named in the same way.
        text: What an import or a clearing was; empty for other steps.
        chats: How many chats it gave another path.
        notes: How many notes it brought, or took.
    """

    what: str
    ids: tuple[str, ...]
    kept: tuple[str, ...]
    rules: tuple[str, ...] = ()
    text: str = ""
    chats: int = 0
    notes: int = 0


class EditHistory:
    """The steps by hand of one bank; takes its lock itself.

    They are kept in the bank, so it does not matter which program did what, nor whether
    it was started anew since.
    """

    def __init__(self, state: BankState, undo_log: UndoLog) -> None:
        """Work on a bank; `undo_log` takes imports and clearings back."""
        self._state = state
        self._undo_log = undo_log
        self._steps = state.steps

    def newest(self, limit: int = 20) -> list[DoneStep]:
        """Return steps, the newest first; those that were undone come before.

        Args:
            limit: How many at the most of either.
        """
        with self._state.lock, self._state.store.reading():
            listed = self._steps.listed()
            first = max(0, listed.done - limit)
            shown = listed.steps[first : listed.done + limit]
            found = [(one.number, self._steps.read(one.number)) for one in shown]
            titles = [self._undo_log.title(step.batch) for _, step in found]
        done = listed.done - first
        told = [
            _told(*step, title=title, undone=at >= done)
            for at, (step, title) in enumerate(zip(found, titles, strict=True))
        ]
        return told[::-1]

    def last(self) -> int:
        """Return the number of the newest step that is done; 0 if there is none."""
        with self._state.lock:
            listed = self._steps.listed()
            return listed.steps[listed.done - 1].number if listed.done else 0

    def undo(self, number: int | None = None) -> StepOutcome:
        """Take back the newest step that is done.

        Args:
            number: Which that is, as somebody saw it; None for any.

        Raises:
            NotFound: There is none.
            Conflict: Another one was done since.
        """
        with self._state.exclusive():
            listed = self._steps.listed()
            if not listed.done:
                raise NotFound("There is nothing to undo.")
            newest = listed.steps[listed.done - 1].number
            if number not in (None, newest):
                raise Conflict(
                    "Something else was done since, here or elsewhere, so nothing was "
                    "undone. Look again at what comes next."
                )
            step = self._steps.read(newest)
            self._steps.put(replace(listed, done=listed.done - 1))
            if step.batch:
                return self._turned(step, back=step.what != TAKE_BACK)
            back = [HandChange(one.after, one.before) for one in step.changes]
            rules = [RuleChange(one.name, one.after, one.before) for one in step.rules]
            return self._apply(step.what, back[::-1], rules[::-1])

    def redo(self) -> StepOutcome:
        """Do the step again that was undone last.

        Raises:
            NotFound: There is none, or something else was done since.
        """
        with self._state.exclusive():
            listed = self._steps.listed()
            if listed.done == len(listed.steps):
                raise NotFound("There is nothing to do again.")
            step = self._steps.read(listed.steps[listed.done].number)
            self._steps.put(replace(listed, done=listed.done + 1))
            if step.batch:
                return self._turned(step, back=step.what == TAKE_BACK)
            return self._apply(step.what, step.changes, step.rules)

    def _turned(self, step: HandStep, *, back: bool) -> StepOutcome:
        """Take an import or a clearing back, or bring it again."""
        turned = self._undo_log.turn(step.batch, back=back)
        return StepOutcome(
            what=step.what,
            ids=(),
            kept=turned.kept,
            text=self._undo_log.title(step.batch),
            chats=turned.chats,
            notes=turned.notes,
        )

    def _apply(
        self, what: str, changes: Sequence[HandChange], rules: Sequence[RuleChange]
    ) -> StepOutcome:
        """Make the second of a change of the first, if that is what is there."""
        state = self._state
        put: list[Annotation] = []
        drop: list[Key] = []
        done: list[str] = []
        kept: list[str] = []
        now = state.clock()
        for change in changes:
            kind, key = change.key
            if not is_same(state.annotations.get(kind, key), change.before):
                kept.append(key)
                continue
            done.append(key)
            if change.after is None:
                drop.append((kind, key))
            else:
                put.append(change.after._replace(updated_at=now))
        state.annotate_all(put, drop)
        again, left = self._set(rules)
        return StepOutcome(
            what=what, ids=tuple(done), kept=(*kept, *left), rules=tuple(again)
        )

    def _set(self, rules: Sequence[RuleChange]) -> tuple[list[str], list[str]]:
        """Set what is as it was; return what was set, and what was left alone."""
        policies = self._state.policies
        again: list[str] = []
        left: list[str] = []
        for one in rules:
            if policies.rule(one.name) == one.before:
                policies.put_rule(one.name, one.after)
                again.append(one.name)
            else:
                left.append(one.name)
        return again, left


def _told(number: int, step: HandStep, *, title: str, undone: bool) -> DoneStep:
    texts = (text for change in step.changes for text in change.texts if text)
    return DoneStep(
        number=number,
        what=step.what,
        at=step.at,
        count=len(step.changes),
        undone=undone,
        text=title or next(texts, "")[:80],
    )
