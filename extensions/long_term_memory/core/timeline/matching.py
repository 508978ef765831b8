"""Which of the shown messages is which of the known ones.

Owns: when two utterances are the same, and the best monotone matching of a path with
what a host shows.
Knows nothing of: what becomes of a path, stores, hosts.

The best matching is, in this order:

1. the heaviest: an equal host id weighs 16, an equal text 4, and 1 if the host's times
   say otherwise (hosts change time zones, so that speaks against the pair, but only
   where another candidate exists). Unequal ids part equal texts if any id is known, and
   weigh like unequal times if none is, for then the host has minted its ids anew;
2. the one with the fewest pairs off their absolute position;
3. the one with the least news: a known visible message left out between two matches,
   a stranger shown before the last match, and a pair that was hidden and is not (or the
   other way round) are one piece of news each;
4. the one that lies nearest to the end of the path.

Up to `EXACT_CELLS` pairs this is exact. Beyond it, texts that stand once on either side
are taken as anchors first, and what lies between two anchors is matched exactly again,
or, where thousands of equal texts leave no anchor, greedily from the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ..types import Message, PathEntry, WindowMessage

Pair = tuple[int, int]
"""An index into the path and one into what is shown."""

EXACT_CELLS: Final = 4_096
"""About 1.5 ms of table; a window of 60 in a chat of 60."""

_MINUTE: Final = timedelta(minutes=1)
_SAME_ID, _SAME_TEXT, _DOUBTFUL = 16, 4, 1


class _Region(NamedTuple):
    """Places `old` and shown `new`; `left` and `right`: a match stands just beyond."""

    old: range
    new: range
    left: bool
    right: bool


def same_text(message: Message, shown: WindowMessage) -> bool:
    """Say whether role and text are equal; hosts trim, so outer blanks do not count."""
    if message.role != shown.role:
        return False
    return (
        message.content == shown.content
        or message.content.strip() == shown.content.strip()
    )


def same_time(known: datetime | None, told: datetime | None) -> bool | None:
    """Say whether two times are one to the minute; None if either is unknown."""
    if known is None or told is None:
        return None
    return known == told or abs(known - told) < _MINUTE


def is_certain(place: PathEntry, shown: WindowMessage) -> bool:
    """Say whether text is equal and nothing the host tells speaks against it."""
    if place.hidden != shown.hidden or not same_text(place.message, shown):
        return False
    if shown.host_id and place.host_id and shown.host_id != place.host_id:
        return False
    return same_time(place.message.told_at, shown.said_at) is not False


def match(
    path: Sequence[PathEntry],
    shown: Sequence[WindowMessage],
    *,
    start: int = 0,
    complete: bool = False,
    exact_cells: int = EXACT_CELLS,
) -> list[Pair]:
    """Find which shown messages are which places.

    Args:
        path: The known places.
        shown: What a host shows, oldest first.
        start: So many leading ones of both are known to be the same; they are not
            looked at and not returned.
        complete: Both begin and end together. Otherwise the path's beginning may have
            slid out of sight and its end may be gone.
        exact_cells: The largest table that is filled.

    Returns:
        Pairs, rising in both indices. Texts may differ where host ids are equal.
    """
    if start in (len(path), len(shown)):
        return []
    same_from = max(start - 1, 0)  # the last one that is the same tells of its id, too
    matcher = _Matcher(
        path=path,
        shown=shown,
        shift=None if complete else _shift(path, shown),
        shared=_shared_ids(path[same_from:], shown[same_from:]),
        exact_cells=exact_cells,
    )
    old, new = range(start, len(path)), range(start, len(shown))
    if matcher.goes_on(old, new):
        return [(at, at) for at in old]
    return matcher.pairs(_Region(old, new, complete or start > 0, complete))


def _key(message: Message | WindowMessage) -> Hashable:
    return message.role, message.content.strip()


def _shift(path: Sequence[PathEntry], shown: Sequence[WindowMessage]) -> int | None:
    """Return how far the host's positions run ahead of ours; None if it tells none.

    A chat that we met in its middle starts with another position than 0. Texts that
    stand in the path only once tell by how much; without any, it is 0.
    """
    if all(one.position is None for one in shown):
        return None
    places = _once((_key(place.message), i) for i, place in enumerate(path))
    votes = Counter(
        one.position - places[_key(one)]
        for one in shown
        if one.position is not None and _key(one) in places
    )
    return votes.most_common(1)[0][0] if votes else 0


def _shared_ids(
    path: Sequence[PathEntry], shown: Sequence[WindowMessage]
) -> frozenset[str]:
    """Return the known ids that a host shows; if there are any, its ids hold."""
    told = frozenset(one.host_id for one in shown if one.host_id)
    if not told:
        return told
    return told.intersection(place.host_id for place in path if place.host_id)


def _once(keyed: Iterable[tuple[Hashable, int]]) -> dict[Hashable, int]:
    """Return the index of every key that occurs exactly once."""
    found: dict[Hashable, int] = {}
    again: set[Hashable] = set()
    for key, index in keyed:
        if key in found:
            again.add(key)
        found[key] = index
    return {key: index for key, index in found.items() if key not in again}


def _candidates(
    olds: Sequence[PathEntry], news: Sequence[WindowMessage]
) -> Iterator[Pair]:
    """Yield pairs of equal text or host id, some of them twice."""
    alike: dict[Hashable, list[int]] = {}
    for j, one in enumerate(news):
        alike.setdefault(_key(one), []).append(j)
        if one.host_id:
            alike.setdefault(one.host_id, []).append(j)
    for i, place in enumerate(olds):
        for key in (_key(place.message), place.host_id):
            for j in alike.get(key, ()):
                yield i, j


def _longest_rising(pairs: list[Pair]) -> list[Pair]:
    """Return the longest run of pairs that also rises in its first index.

    Args:
        pairs: Rising in their second index.
    """
    ends: list[int] = []  # the smallest last first-index of a run of each length
    holders: list[int] = []
    before: list[int] = []
    for at, (i, _) in enumerate(pairs):
        length = bisect_left(ends, i)
        before.append(holders[length - 1] if length else -1)
        if length == len(ends):
            ends.append(i)
            holders.append(at)
        else:
            ends[length], holders[length] = i, at
    run: list[Pair] = []
    at = holders[-1] if holders else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matcher:
    """What is compared, and the three ways to compare it."""

    path: Sequence[PathEntry]
    shown: Sequence[WindowMessage]
    shift: int | None
    shared: frozenset[str]
    exact_cells: int

    def goes_on(self, old: range, new: range) -> bool:
        """Whether all known places are shown first: nothing could match better.

        So it mostly is, and filling a table for it would take milliseconds.
        """
        return len(new) >= len(old) and all(self._certain(at, at) for at in old[::-1])

    def pairs(self, region: _Region) -> list[Pair]:
        """Match a region by the first way that can."""
        head, region, foot = self._trimmed(region)
        if not region.old or not region.new:
            found: list[Pair] = []
        elif len(region.old) * len(region.new) <= self.exact_cells:
            found = _Table(self, region).pairs()
        elif anchors := self._anchors(region):
            found = self._around(region, anchors)
        else:
            found = self._greedy(region)
        return head + found + foot

    def weight(self, i: int, j: int) -> int:
        """Return how much speaks for a pair; 0 if they are not the same."""
        place, one = self.path[i], self.shown[j]
        both_ids = place.host_id and one.host_id
        if both_ids and place.host_id == one.host_id:
            return _SAME_ID
        if not same_text(place.message, one) or (both_ids and self.shared):
            return 0
        if both_ids or same_time(place.message.told_at, one.said_at) is False:
            return _DOUBTFUL
        return _SAME_TEXT

    def moved(self, i: int, j: int) -> bool:
        """Say whether a pair is off its absolute position."""
        position = self.shown[j].position
        if self.shift is None or position is None:
            return False
        return position - i != self.shift

    def _certain(self, i: int, j: int) -> bool:
        place, one = self.path[i], self.shown[j]
        if not is_certain(place, one) or self.moved(i, j):
            return False
        # An equal text weighs less than an id that stands elsewhere.
        ids = (place.host_id, one.host_id)
        return ids[0] == ids[1] or self.shared.isdisjoint(ids)

    def _trimmed(self, region: _Region) -> tuple[list[Pair], _Region, list[Pair]]:
        """Take off what is equal at the ends that are known to stand together."""
        (i, i_end), (j, j_end) = (
            (side.start, side.stop) for side in (region.old, region.new)
        )
        head: list[Pair] = []
        while region.left and i < i_end and j < j_end and self._certain(i, j):
            head.append((i, j))
            i, j = i + 1, j + 1
        foot: list[Pair] = []
        while region.right and i < i_end and j < j_end:
            if not self._certain(i_end - 1, j_end - 1):
                break
            i_end, j_end = i_end - 1, j_end - 1
            foot.append((i_end, j_end))
        rest = region._replace(old=range(i, i_end), new=range(j, j_end))
        return head, rest, foot[::-1]

    def _anchors(self, region: _Region) -> list[Pair]:
        """Return pairs of what stands once on either side, crossing ones left out."""
        olds = _once((_key(self.path[i].message), i) for i in region.old)
        news = _once((_key(self.shown[j]), j) for j in region.new)
        ids = _once((self.path[i].host_id, i) for i in region.old)
        pairs = [(olds[key], j) for key, j in news.items() if key in olds]
        pairs += [
            (ids[self.shown[j].host_id], j)
            for j in region.new
            if self.shown[j].host_id and self.shown[j].host_id in ids
        ]
        # An id overrules a text, for it comes later.
        by_shown = {j: i for i, j in pairs if self.weight(i, j)}
        return _longest_rising([(i, j) for j, i in sorted(by_shown.items())])

    def _around(self, region: _Region, anchors: list[Pair]) -> list[Pair]:
        """Match what lies between anchors, and keep these."""
        found: list[Pair] = []
        i, j, left = region.old.start, region.new.start, region.left
        for anchor in anchors:
            if i < anchor[0] and j < anchor[1]:
                gap = _Region(range(i, anchor[0]), range(j, anchor[1]), left, True)
                found += self.pairs(gap)
            found.append(anchor)
            i, j, left = anchor[0] + 1, anchor[1] + 1, True
        rest = _Region(
            range(i, region.old.stop), range(j, region.new.stop), left, region.right
        )
        return found + self.pairs(rest)

    def _greedy(self, region: _Region) -> list[Pair]:
        """Match from the end: each shown message with the last place left for it."""
        places: dict[Hashable, list[int]] = {}
        for i in region.old:
            places.setdefault(_key(self.path[i].message), []).append(i)
        bound = region.old.stop
        found: list[Pair] = []
        for j in reversed(region.new):
            same = places.get(_key(self.shown[j]), [])
            at = bisect_left(same, bound)
            if at and self.weight(same[at - 1], j):
                bound = same[at - 1]
                found.append((bound, j))
        return found[::-1]


class _Table:
    """The exact way: the value of every pair of remainders, from the end."""

    def __init__(self, matcher: _Matcher, region: _Region) -> None:
        self._region = region
        self._gains: dict[Pair, int] = {}
        olds = [matcher.path[i] for i in region.old]
        news = [matcher.shown[j] for j in region.new]
        # A pair off its position outdoes all news, and a unit of weight all such pairs.
        off = 2 * (len(olds) + len(news)) + 1
        scale = off * (len(olds) + 1)
        for i, j in _candidates(olds, news):
            at = (region.old.start + i, region.new.start + j)
            if weight := matcher.weight(*at):
                news_of_it = olds[i].hidden != news[j].hidden
                against = off * matcher.moved(*at) + news_of_it
                self._gains[i, j] = scale * weight - against
        self._skips = [0 if place.hidden else 1 for place in olds]
        self._rows = self._filled(len(news))

    def _filled(self, width: int) -> list[list[int]]:
        """Return rows[i][j]: the value of what begins at i and j after a match."""
        right = self._region.right
        below = [j - width if right else 0 for j in range(width + 1)]
        rows = [below]
        for i in reversed(range(len(self._skips))):
            skip = self._skips[i]
            row = [0] * (width + 1)
            row[width] = below[width] - skip if right else 0
            for j in reversed(range(width)):
                best = max(below[j] - skip, row[j + 1] - 1)
                gain = self._gains.get((i, j))
                if gain is not None:
                    best = max(best, gain + below[j + 1])
                row[j] = best if right else max(best, 0)
            rows.append(row)
            below = row
        return rows[::-1]

    def pairs(self) -> list[Pair]:
        """Return the best way, in indices of the whole."""
        way: list[Pair] = []
        if self._region.left:
            way = self._walk(0, 0)
        elif self._gains:
            i, j = self._first()
            way = [(i, j), *self._walk(i + 1, j + 1)]
        old, new = self._region.old.start, self._region.new.start
        return [(old + i, new + j) for i, j in way]

    def _walk(self, i: int, j: int) -> list[Pair]:
        """Follow the best way; of equal ones the one through the later places."""
        found: list[Pair] = []
        while i < len(self._skips) and j < len(self._rows[0]) - 1:
            value, below = self._rows[i][j], self._rows[i + 1]
            gain = self._gains.get((i, j))
            if below[j] - self._skips[i] == value:
                i += 1
            elif gain is not None and gain + below[j + 1] == value:
                found.append((i, j))
                i, j = i + 1, j + 1
            elif self._rows[i][j + 1] - 1 == value:
                j += 1
            else:
                break
        return found

    def _first(self) -> Pair:
        """Return where the best way begins when what lies before may have slid."""
        return max(
            self._gains,
            key=lambda at: (
                self._gains[at] + self._rows[at[0] + 1][at[1] + 1] - at[1],
                at[0],
                -at[1],
            ),
        )
