"""Align what a host shows with what we know: how a chat's path changes.

Owns: what an observed window does to a path: same, appended, edited, swiped, inserted,
removed, hidden, slid; and which last reply is provisional.
Knows nothing of: ids of new messages, stores, hosts.

Rules, in the order in which they decide:

- An empty window changes nothing.
- `matching` says which shown message is which place. The flags of a place that is
  shown follow the window alone, so showing it again changes nothing.
- A complete window is the path. What it lacks is removed.
- Any other window reaches to the chat's end. Places before its first match have slid
  out of sight and stay untouched; places between matches are hidden and stay; visible
  places after the last match are removed. A place that is hidden already may be missing
  anywhere without having gone, so only a complete window removes it.
- Absolute positions are proof: where two shown messages, or the chat's beginning and
  one, follow each other without a gap, nothing stands between them, hidden or not.
- Other text between the same neighbours is an edit: pairs in order, by role.
- A partial window that begins with more strangers than `CHANCE` times its matches, the
  path as strange to it, met a few common words by chance: nothing matches.
- A partial window in which nothing matches stands at its position, if the host tells;
  else it replaces what was visible if that is at most `WHOLE_MARGIN` longer than the
  window, for then all of it was in sight a moment ago; else the chat went on unseen,
  and all is appended.

A path of 10,000 whose leading places are known to be the same costs microseconds; one
that is compared as a whole, some 10 ms; with an edit at its beginning, some 30 ms.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from ..types import PathEntry, Window
from .changes import Aligned, Alignment, Change
from .matching import Pair, is_certain, match, same_text

WHOLE_MARGIN: Final = 2
"""A turn: it is what a single regenerate or "delete last" takes off."""

CHANCE: Final = 2
"""One match explains two edits before it, done in one turn; a third is hardly ever."""


class _Entry(NamedTuple):
    """A place, a shown message, or one standing for the other, and its fate."""

    old: int | None
    new: int | None
    change: Change


def align(path: Sequence[PathEntry], window: Window, *, same: int = 0) -> Alignment:
    """Say how a path changes by what a host shows.

    Args:
        path: The known places, oldest first.
        window: What the host shows.
        same: The caller knows that the first `same` shown messages equal the first
            `same` places, flags included; they are not looked at again.

    Returns:
        What stays, what stands after it and what leaves. An unchanged window keeps the
        whole path and has no tail.
    """
    if not window.messages:
        return Alignment(keep=len(path))
    return _Aligner(path, window).aligned(same)


class _Aligner:
    """One path beside one window."""

    def __init__(self, path: Sequence[PathEntry], window: Window) -> None:
        self._path = path
        self._shown = window.messages
        self._complete = window.complete
        ends_open = window.open_ended and self._shown[-1].role == "assistant"
        self._open = len(self._shown) - 1 if ends_open else None

    def aligned(self, same: int) -> Alignment:
        """Compare all that is not known to be the same."""
        start = self._unchanged(same)
        if start == len(self._path) == len(self._shown):
            return Alignment(keep=start, counts={Change.SAME: start})
        pairs = match(self._path, self._shown, start=start, complete=self._complete)
        if not self._complete and not start:
            return self._slid(pairs)
        rest = self._between((start - 1, start - 1), pairs)
        if start:
            rest = self._proven(rest, start - 1)
        return self._built(rest, keep=start, same=start)

    def _slid(self, pairs: list[Pair]) -> Alignment:
        """Align a window that may begin anywhere in the path."""
        begins = self._shown[0].position == 0
        if not pairs or self._is_chance(pairs):
            keep = self._beginning()
            entries = self._end((keep - 1, -1))
        elif begins:
            keep = 0
            entries = self._between((-1, -1), pairs)
        else:
            keep = self._reach(pairs[0])
            entries = chain(
                self._head(keep, pairs[0]), self._between(pairs[0], pairs[1:])
            )
        proven = self._proven(entries, -1 if begins else None)
        return self._built(proven, keep=keep, slid=keep)

    def _unchanged(self, same: int) -> int:
        """Return how many leading places are certainly shown as they are.

        A window that is not complete may begin anywhere in the path, so there only the
        caller's word counts.
        """
        count = min(len(self._path), len(self._shown))
        at = min(same, count)
        if self._open is not None:
            at = min(at, self._open)
        if not self._complete:
            return at
        while at < count and self._stands(at, at):
            at += 1
        return at

    def _stands(self, old: int, new: int) -> bool:
        """Say whether a place is shown with the text and the flags that it has."""
        place, one = self._path[old], self._shown[new]
        return (
            is_certain(place, one)
            and place.provisional == (new == self._open)
            and (one.host_id is None or one.host_id == place.host_id)
        )

    def _is_chance(self, pairs: Sequence[Pair]) -> bool:
        """Say whether matches are too few to mean that this is the same stretch."""
        strangers = pairs[0][1]
        missing = len(self._path) - len(pairs)
        return min(strangers, missing) > CHANCE * len(pairs) and not any(
            self._same_id(i, j) for i, j in pairs
        )

    def _same_id(self, old: int, new: int) -> bool:
        known = self._path[old].host_id
        return known is not None and known == self._shown[new].host_id

    def _beginning(self) -> int:
        """Return where a window begins in which nothing is known."""
        position = self._shown[0].position
        if position is not None:
            return min(position, len(self._path))
        visible = sum(not place.hidden for place in self._path)
        if visible <= len(self._shown) + WHOLE_MARGIN:
            return 0
        return len(self._path)

    def _reach(self, first: Pair) -> int:
        """Return how many places lie before all that a window's head can replace."""
        old, strangers = first
        while strangers and old:
            old -= 1
            strangers -= not self._path[old].hidden
        return old

    def _proven(
        self, entries: Iterable[_Entry], before: int | None
    ) -> Iterator[_Entry]:
        """Let no place stand where the host's positions leave no room for it.

        Args:
            entries: What stands by the texts alone.
            before: The shown message before them; -1 for the chat's beginning.
        """
        unseen: list[_Entry] = []
        passed = False
        for entry in entries:
            if entry.change in (Change.HIDDEN, Change.SLID):
                unseen.append(entry)
                continue
            if entry.new is not None:
                adjoins = self._adjoin(before, entry.new)
                before = entry.new
                # Nothing says on which side of a new message a place is hidden.
                passed = adjoins and entry.old is None
                if not passed:
                    yield from _removed(unseen) if adjoins else unseen
                    unseen = []
            yield entry
        yield from _removed(unseen) if passed else unseen

    def _adjoin(self, left: int | None, right: int) -> bool:
        """Say whether the host has nothing between two messages that it shows."""
        if left is None:
            return False
        before = self._shown[left].position if left >= 0 else -1
        after = self._shown[right].position
        if before is None or after is None:
            return False
        return after - before == right - left

    def _head(self, keep: int, first: Pair) -> Iterator[_Entry]:
        """Yield a window's strangers before its first match, and this."""
        left_over = Change.SLID
        olds, news = range(keep, first[0]), range(first[1])
        for entry in self._gap(olds, news, backwards=True):
            if entry.change is not Change.REMOVED:
                left_over = Change.HIDDEN
                yield entry
            else:
                yield entry._replace(change=left_over)
        yield self._matched(first)

    def _between(self, left: Pair, pairs: Iterable[Pair]) -> Iterator[_Entry]:
        """Yield all that stands after a match."""
        for pair in pairs:
            olds, news = range(left[0] + 1, pair[0]), range(left[1] + 1, pair[1])
            if olds or news:
                yield from self._inside(olds, news)
            yield self._matched(pair)
            left = pair
        yield from self._end(left)

    def _inside(self, olds: range, news: range) -> Iterator[_Entry]:
        """Yield what stands between two matches, where places may be hidden."""
        for entry in self._gap(olds, news):
            if entry.change is Change.REMOVED and not self._complete:
                yield entry._replace(change=Change.HIDDEN)
            else:
                yield entry

    def _end(self, left: Pair) -> Iterator[_Entry]:
        """Yield what stands after the last match, where only hidden places can stay."""
        olds = range(left[0] + 1, len(self._path))
        news = range(left[1] + 1, len(self._shown))
        for entry in self._gap(olds, news):
            if entry.change is Change.INSERTED:
                yield entry._replace(change=Change.APPENDED)
            elif entry.change is Change.REMOVED and self._may_stay(entry.old):
                yield entry._replace(change=Change.HIDDEN)
            else:
                yield entry

    def _may_stay(self, old: int | None) -> bool:
        return not self._complete and old is not None and self._path[old].hidden

    def _gap(
        self, olds: range, news: range, *, backwards: bool = False
    ) -> Iterator[_Entry]:
        """Merge places and shown messages none of which match, pairing by role.

        Yields:
            Replaced places; of those without a successor each as removed, of messages
            without a predecessor each as inserted, before the next replaced place. A
            hidden place is replaced only where all is shown.
        """
        open_to_edits = [i for i in olds if self._complete or not self._path[i].hidden]
        partners = self._by_role(open_to_edits, news, backwards=backwards)
        at, strangers = olds.start, news.start
        for old, new in [*partners, (olds.stop, news.stop)]:
            yield from (_Entry(i, None, Change.REMOVED) for i in range(at, old))
            yield from (_Entry(None, j, Change.INSERTED) for j in range(strangers, new))
            if old < olds.stop:
                yield self._replaced(old, new)
            at, strangers = old + 1, new + 1

    def _by_role(
        self, olds: Sequence[int], news: Sequence[int], *, backwards: bool
    ) -> list[Pair]:
        """Pair in order what has the same role; each with the nearest that is left."""
        sign = -1 if backwards else 1
        lanes: dict[str, list[int]] = {}
        for old in olds[::sign]:
            lanes.setdefault(self._path[old].message.role, []).append(sign * old)
        bound = -len(self._path)
        pairs: list[Pair] = []
        for new in news[::sign]:
            lane = lanes.get(self._shown[new].role, [])
            at = bisect_left(lane, bound)
            if at < len(lane):
                bound = lane[at] + 1
                pairs.append((sign * lane[at], new))
        return pairs[::sign]

    def _matched(self, pair: Pair) -> _Entry:
        """Return a place that is shown, unless the host gives its id another text."""
        old, new = pair
        if same_text(self._path[old].message, self._shown[new]):
            return _Entry(old, new, Change.SAME)
        return self._replaced(old, new)

    def _replaced(self, old: int, new: int) -> _Entry:
        last = old == len(self._path) - 1 and new == len(self._shown) - 1
        swiped = last and self._shown[new].role == "assistant"
        return _Entry(old, new, Change.SWIPED if swiped else Change.EDITED)

    def _built(
        self, entries: Iterable[_Entry], *, keep: int, same: int = 0, slid: int = 0
    ) -> Alignment:
        """Turn entries into places, as many as can be left untouched."""
        counts = Counter({Change.SLID: slid})
        tail: list[Aligned] = []
        removed: list[str] = []
        for entry in entries:
            aligned = self._aligned(entry)
            unlike = aligned is not None and _differs(aligned)
            if entry.old is not None and (aligned is None or aligned.place is None):
                removed.append(self._path[entry.old].message.id)
            if entry.change is Change.SAME:
                same += 1  # thousands of them, and an enum hashes slowly
            else:
                counts[entry.change] += entry.change is not Change.HIDDEN or unlike
            if aligned is not None and (tail or removed or unlike):
                tail.append(aligned)
            elif aligned is not None:
                keep += 1
        counts[Change.SAME] = same
        return Alignment(
            keep=keep, tail=tuple(tail), removed=tuple(removed), counts=dict(+counts)
        )

    def _aligned(self, entry: _Entry) -> Aligned | None:
        """Return what stands in the new path; None for what leaves it."""
        old, new, change = entry
        if new is not None:
            place = (
                self._path[old] if change is Change.SAME and old is not None else None
            )
            one = self._shown[new]
            host_id = one.host_id or (place.host_id if place else None)
            shown = None if place else one
            return Aligned(place, shown, one.hidden, new == self._open, host_id, change)
        if old is None or change is Change.REMOVED:
            return None
        place = self._path[old]
        hidden = place.hidden or change is Change.HIDDEN
        return Aligned(place, None, hidden, place.provisional, place.host_id, change)


def _removed(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    return (entry._replace(change=Change.REMOVED) for entry in entries)


def _differs(aligned: Aligned) -> bool:
    """Say whether a place of the new path is new, or has other flags."""
    place, _, hidden, provisional, host_id, _ = aligned
    if place is None:
        return True
    flags = (place.hidden, place.provisional, place.host_id)
    return flags != (hidden, provisional, host_id)
