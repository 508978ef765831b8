"""What one viewer may recall, as arrays: a slot per message, in the order of the path.

Owns: the columns of all messages, the view over some of them, where a chat pauses.
Knows nothing of: words, vectors, weights, stores.

A view is made anew whenever a path changes, that is with every turn; so everything
here is a few passes over arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..text.memorable import Worth
from .arrays import Growing

REACH: Final = 2
"""How many neighbours on each side lend their words to a message."""

PAUSE_HOURS: Final = 4.0
"""After a silence of so long, what follows is no longer about what came before."""

USER: Final = 0
SYSTEM: Final = 1

# BM25: how soon more of a word stops counting, and how much a long text is held back.
K1: Final = 1.2
_B: Final = 0.75

Rows = NDArray[np.int32]
Places = NDArray[np.intp]


class Corpus:
    """What ranking needs to know of every message of a bank, by its row."""

    def __init__(self) -> None:
        self._author: Growing[np.int16] = Growing(np.int16)
        self._said_at: Growing[np.float64] = Growing(np.float64)
        self._question: Growing[np.bool_] = Growing(np.bool_)
        self._length: Growing[np.int32] = Growing(np.int32)
        self._worth: Growing[np.uint8] = Growing(np.uint8)
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
        worths: Sequence[int] | None = None,
    ) -> None:
        """Add messages.

        Args:
            rows: Their rows, rising, all above those added before.
            authors: Role and display name of each.
            said_at: Seconds since the epoch; NaN where unknown.
            questions: Whether each ends as a question.
            lengths: How many terms each has.
            worths: What each is worth by itself, as `Worth`; None: all are memories.
        """
        if not rows:
            return
        at = np.asarray(rows, np.int64)
        for column, values, unknown in (
            (self._author, [self._code(*author) for author in authors], SYSTEM),
            (self._said_at, said_at, np.nan),
            (self._question, questions, False),
            (self._length, lengths, 0),
            (self._worth, worths or [Worth.MEMORY] * len(rows), Worth.NOTHING),
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

    @property
    def worth(self) -> NDArray[np.uint8]:
        """What it is worth by itself, as `Worth`."""
        return self._worth.values

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
class CorpusView:
    """The messages that may be recalled, one slot each, chat after chat.

    Beside slots there are places: slots with `REACH` empty ones between segments, so
    that sums over neighbours need not look where a segment ends.

    Attributes:
        rows: The message's row.
        slot_of: The slot of each row, -1 if it is not in view.
        left: Row of the neighbour before it in the same segment; 0 if there is none.
        right: The same after it.
        author: See `Columns.author`.
        said_at: See `Columns.said_at`.
        question: Whether it ends as a question.
        length: How many terms it has.
        memorable: Whether it is a memory; what is none still lends its words.
        no_memories: The slots of those that are none.
        place: The place of each slot.
        place_of: The place of each row, -1 if it is not in view.
        norm: For each place, BM25's k1 times the length norm of the message there
            with its neighbours.
    """

    rows: Rows
    slot_of: Rows
    left: Rows
    right: Rows
    author: NDArray[np.int16]
    said_at: NDArray[np.float64]
    question: NDArray[np.bool_]
    length: NDArray[np.int32]
    memorable: NDArray[np.bool_]
    no_memories: Rows
    place: Places
    place_of: Places
    norm: NDArray[np.float32]

    def __len__(self) -> int:
        """Count the slots."""
        return len(self.rows)

    def slots(self, rows: Rows) -> Rows:
        """Return the slots of rows; -1 where a row is not in view."""
        return _looked_up(self.slot_of, rows)

    def places(self, rows: Rows) -> Places:
        """Return the places of rows; -1 where a row is not in view."""
        return _looked_up(self.place_of, rows)


def build_view(paths: Sequence[Rows], columns: Corpus) -> CorpusView:
    """Lay the paths that a viewer may see one after the other.

    Args:
        paths: Message rows of each chat, oldest first. A row that occurs twice keeps
            its last place.
        columns: Of all messages of the bank.
    """
    rows, chat_starts, slot_of = _joined(paths, len(columns))
    at = rows.astype(np.intp)
    said_at = columns.said_at[at]
    begins = pauses(said_at)
    begins[chat_starts[chat_starts < len(rows)]] = True
    place = np.arange(REACH, len(rows) + REACH)
    place += REACH * (np.cumsum(begins) - 1)
    place_of = np.full(len(columns), -1, np.intp)
    place_of[at] = place
    length = columns.length[at]
    left = _shifted(rows, begins, 1)
    memorable = _memorable(columns, at, left) if len(at) else np.empty(0, np.bool_)
    return CorpusView(
        rows=rows,
        slot_of=slot_of,
        left=left,
        right=_shifted(rows, begins, -1),
        author=columns.author[at],
        said_at=said_at,
        question=columns.question[at],
        length=length,
        memorable=memorable,
        no_memories=np.flatnonzero(~memorable).astype(np.int32),
        place=place,
        place_of=place_of,
        norm=_norm(length, place),
    )


def with_neighbours(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Add to the value at each place those of the places within reach."""
    total = values.copy()
    for step in range(1, REACH + 1):
        total[step:] += values[:-step]
        total[:-step] += values[step:]
    return total


def pauses(said_at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each message whether a new segment begins with it."""
    begins = np.zeros(len(said_at), np.bool_)
    begins[:1] = True
    with np.errstate(invalid="ignore"):
        begins[1:] = np.diff(said_at) > PAUSE_HOURS * 3600
    return begins


def _looked_up(numbers: NDArray[Any], rows: Rows) -> NDArray[Any]:
    if not len(rows) or int(rows.max()) < len(numbers):
        return numbers[rows]
    found = np.full(len(rows), -1, numbers.dtype)
    known = rows < len(numbers)
    found[known] = numbers[rows[known]]
    return found


def _joined(paths: Sequence[Rows], known: int) -> tuple[Rows, NDArray[np.int64], Rows]:
    """Return all rows once each, the slots at which a chat begins, and row to slot."""
    rows = np.concatenate([np.empty(0, np.int32), *paths]).astype(np.int32, copy=False)
    starts = np.cumsum([0, *map(len, paths)])
    slots = np.arange(len(rows), dtype=np.int32)
    slot_of = np.full(known, -1, np.int32)
    slot_of[rows] = slots
    kept = slot_of[rows] == slots
    if kept.all():
        return rows, starts, slot_of
    before = np.concatenate([[0], np.cumsum(kept)])
    rows = rows[kept]
    slot_of[rows] = np.arange(len(rows), dtype=np.int32)
    return rows, before[starts], slot_of


def _memorable(columns: Corpus, at: Places, left: Rows) -> NDArray[np.bool_]:
    """Say which are memories: a scrap is one where it answers a question."""
    worth = columns.worth[at]
    answers = columns.question[left] & (columns.author[left] != columns.author[at])
    memorable: NDArray[np.bool_] = worth == Worth.MEMORY
    memorable |= (worth == Worth.SCRAP) & answers & (left > 0)
    return memorable


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


def _norm(length: NDArray[np.int32], place: Places) -> NDArray[np.float32]:
    size = int(place[-1]) + REACH + 1 if len(place) else 0
    words = np.zeros(size, np.float32)
    words[place] = length
    words = with_neighbours(words)
    mean = max(1.0, float(words[place].mean())) if len(place) else 1.0
    words *= np.float32(K1 * _B / mean)
    words += np.float32(K1 * (1 - _B))
    return words
