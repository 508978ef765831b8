"""What one viewer may recall, as arrays: a slot per message, in the order of the path.

Owns: the columns of all messages, the view over some of them, where a chat pauses.
Knows nothing of: words, vectors, weights, stores.

A view is made anew whenever a path changes, that is with every turn; so everything
here is a few passes over arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .arrays import Growing
from .types import Role

REACH: Final = 2
"""How many neighbours on each side lend their words to a message."""

PAUSE_HOURS: Final = 4.0
"""After a silence of so long, what follows is no longer about what came before."""

USER: Final = 0
SYSTEM: Final = 1

_NORM_SLOPE: Final = 0.75
_K1: Final = 1.2

Rows = NDArray[np.int32]


class Columns:
    """What ranking needs to know of every message of a bank, by its row."""

    def __init__(self) -> None:
        self._author: Growing[np.int16] = Growing(np.int16)
        self._said_at: Growing[np.float64] = Growing(np.float64)
        self._question: Growing[np.bool_] = Growing(np.bool_)
        self._length: Growing[np.int32] = Growing(np.int32)
        self._codes: dict[tuple[str, str], int] = {("user", ""): USER}
        self._codes["system", ""] = SYSTEM

    def __len__(self) -> int:
        """One more than the highest row."""
        return len(self._author)

    def extend(
        self,
        rows: Sequence[int],
        *,
        authors: Iterable[tuple[str, str]],
        said_at: Sequence[float],
        questions: Sequence[bool],
        lengths: Sequence[int],
    ) -> None:
        """Add messages.

        Args:
            rows: Their rows, rising, all above those added before.
            authors: Role and display name of each.
            said_at: Seconds since the epoch; NaN where unknown.
            questions: Whether each ends as a question.
            lengths: How many terms each has.
        """
        if not rows:
            return
        at = np.asarray(rows, np.int64)
        for column, values, unknown in (
            (self._author, [self._code(*author) for author in authors], SYSTEM),
            (self._said_at, said_at, np.nan),
            (self._question, questions, False),
            (self._length, lengths, 0),
        ):
            column.reach(int(at[-1]) + 1, unknown)
            column.values[at] = values

    @property
    def author(self) -> NDArray[np.int16]:
        """Who said it: `USER`, `SYSTEM`, or a number for each other name."""
        return self._author.values

    @property
    def said_at(self) -> NDArray[np.float64]:
        """When it was said, in seconds since the epoch; NaN if unknown."""
        return self._said_at.values

    @property
    def question(self) -> NDArray[np.bool_]:
        """Whether it ends as a question."""
        return self._question.values

    @property
    def length(self) -> NDArray[np.int32]:
        """How many terms it has."""
        return self._length.values

    def speakers(self) -> dict[str, int]:
        """Return the author numbers of characters, by folded name."""
        return {
            name: code for (role, name), code in self._codes.items() if code > SYSTEM
        }

    def _code(self, role: str, name: str) -> int:
        if role != "assistant":
            return SYSTEM if role == "system" else USER
        return self._codes.setdefault((role, name.casefold()), len(self._codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The messages that may be recalled, one slot each, chat after chat.

    Attributes:
        rows: The message's row.
        slot_of: The slot of each row, -1 if it is not in view.
        first, last: The slots that lend it their words: from `first` to before `last`.
        left, right: Rows of its neighbours in the same segment; 0 if there is none.
        author: See `Columns.author`.
        said_at: See `Columns.said_at`.
        question: Whether it ends as a question.
        norm: BM25's length norm of it with its neighbours, times k1.
    """

    rows: Rows
    slot_of: Rows
    first: Rows
    last: Rows
    left: Rows
    right: Rows
    author: NDArray[np.int16]
    said_at: NDArray[np.float64]
    question: NDArray[np.bool_]
    norm: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    def slots(self, rows: Rows) -> Rows:
        """Return the slots of rows; -1 where a row is not in view."""
        if len(rows) and int(rows.max()) >= len(self.slot_of):
            known = rows < len(self.slot_of)
            return np.where(known, self.slot_of[np.where(known, rows, 0)], -1)
        return self.slot_of[rows]


def build_view(paths: Sequence[Rows], columns: Columns) -> View:
    """Lay the paths that a viewer may see one after the other.

    Args:
        paths: Message rows of each chat, oldest first. A row that occurs twice keeps
            its last place.
        columns: Of all messages of the bank.
    """
    rows, chat_starts = _joined(paths, len(columns))
    slot_of = np.full(len(columns), -1, np.int32)
    slots = np.arange(len(rows), dtype=np.int32)
    slot_of[rows] = slots
    said_at = columns.said_at[rows]
    begins = pauses(said_at)
    begins[chat_starts[chat_starts < len(rows)]] = True
    first, last = _reach(slots, begins)
    return View(
        rows=rows,
        slot_of=slot_of,
        first=first,
        last=last,
        left=_shifted(rows, begins, 1),
        right=_shifted(rows, begins, -1),
        author=columns.author[rows],
        said_at=said_at,
        question=columns.question[rows],
        norm=_norm(columns.length[rows], first, last),
    )


def pauses(said_at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each message whether a new segment begins with it."""
    begins = np.zeros(len(said_at), np.bool_)
    begins[:1] = True
    with np.errstate(invalid="ignore"):
        begins[1:] = np.diff(said_at) > PAUSE_HOURS * 3600
    return begins


def role_author(role: Role, speakers: dict[str, int], name: str) -> int | None:
    """Return the author number of a participant; None if he said nothing."""
    if role == "user":
        return USER
    return speakers.get(name.casefold())


def _joined(paths: Sequence[Rows], known: int) -> tuple[Rows, NDArray[np.int64]]:
    """Return all rows once each, and the slots at which a chat begins."""
    rows = np.concatenate([np.empty(0, np.int32), *paths]).astype(np.int32, copy=False)
    starts = np.cumsum([0, *map(len, paths)])
    last_place = np.zeros(known, np.int32)
    slots = np.arange(len(rows), dtype=np.int32)
    last_place[rows] = slots
    kept = last_place[rows] == slots
    if kept.all():
        return rows, starts
    before = np.concatenate([[0], np.cumsum(kept)])
    return rows[kept], before[starts]


def _reach(slots: Rows, begins: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Return the range of slots that stand beside each, never across a segment."""
    starts = np.flatnonzero(begins).astype(np.int32)
    number = np.cumsum(begins) - 1
    ends = np.append(starts[1:], np.int32(len(slots))).astype(np.int32)
    first = np.maximum(slots - REACH, starts[number]) if len(slots) else slots
    last = np.minimum(slots + REACH + 1, ends[number]) if len(slots) else slots
    return first.astype(np.int32), last.astype(np.int32)


def _shifted(rows: Rows, begins: NDArray[np.bool_], step: int) -> Rows:
    """Return each slot's neighbour: before it for 1, after it for -1."""
    beside = np.zeros_like(rows)
    if step > 0:
        beside[1:] = rows[:-1]
        beside[begins] = 0
    else:
        beside[:-1] = rows[1:]
        beside[:-1][begins[1:]] = 0
    return beside


def _norm(length: NDArray[np.int32], first: Rows, last: Rows) -> NDArray[np.float32]:
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    words: NDArray[np.float32] = (running[last] - running[first]).astype(np.float32)
    mean = max(1.0, float(words.mean())) if len(words) else 1.0
    words *= np.float32(_K1 * _NORM_SLOPE / mean)
    words += np.float32(_K1 * (1 - _NORM_SLOPE))
    return words
