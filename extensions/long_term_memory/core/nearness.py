"""How near messages lie to the times that a text names.

Owns: what a named day, a beginning, a last time say of every message.
Knows nothing of: how times are read from a text, weights, stores.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .times import DAY, DateRange
from .view import PAUSE_HOURS

_FIRST_MESSAGES: Final = 20


def date_score(
    said_at: NDArray[np.float64], ranges: Sequence[DateRange]
) -> NDArray[np.float32]:
    """Say how near each message lies to the nearest of the ranges, 0 … 1.

    People tell what happened soon afterwards: a named day counts in full from the day
    before to three days after it, less until the tenth, little until the 31st day; a
    month counts in full, and a little in the first half of the next.
    """
    score = np.zeros(len(said_at), np.float32)
    for start, end, vague, exact in ranges:
        steps = [(0.4, start, end + 15 * DAY), (1.0, start, end)]
        if exact:
            steps = [(1.0, start, end)]
        elif not vague:
            steps = [
                (0.3, start - DAY, end + 31 * DAY),
                (0.7, start - DAY, end + 10 * DAY),
                (1.0, start - DAY, end + 3 * DAY),
            ]
        for value, first, last in steps:
            inside = (said_at >= first) & (said_at < last)
            score[inside] = np.maximum(score[inside], np.float32(value))
    return score


def beginning_score(
    said_at: NDArray[np.float64], rows: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Say what stands at the beginning of everything: half for the first day.

    Half, for a story may well begin before its chat does. Where no time is known, the
    messages heard first are the beginning.
    """
    if np.isnan(said_at).all():
        first = rows <= np.sort(rows)[:_FIRST_MESSAGES][-1:].max(initial=0)
    else:
        first = said_at < np.nanmin(said_at) + DAY
    score: NDArray[np.float32] = first.astype(np.float32)
    score *= np.float32(0.5)
    return score


def last_time_score(said_at: NDArray[np.float64], now: float) -> NDArray[np.float32]:
    """Say what was said when the two last came together: 1 there, else 0.

    What goes on at present is not the last time.

    Args:
        said_at: Seconds since the epoch; NaN if unknown.
        now: The chat's clock, in the same.
    """
    known = np.sort(said_at[~np.isnan(said_at)])
    known = known[known <= now]
    score = np.zeros(len(said_at), np.float32)
    if not len(known):
        return score
    begins = np.flatnonzero(np.diff(known, prepend=-np.inf) > PAUSE_HOURS * 3600)
    starts, ends = known[begins], np.append(known[begins[1:] - 1], known[-1])
    last = len(starts) - 1
    if last and now - ends[last] <= PAUSE_HOURS * 3600:
        last -= 1
    score[(said_at >= starts[last]) & (said_at <= ends[last])] = 1
    return score
