"""What is held in memory of a bank, so that recall reads no file.

Owns: the arrays over messages, paths and words, and what of a path still lacks a
vector.
Knows nothing of: texts, weights, prompts, hosts, which model's vectors are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.records import (
    IndexEntry,
)
from ...core.retrieval.arrays import Growing
from ...core.retrieval.corpus import Corpus, CorpusView, build_view
from ...core.retrieval.inverted_index import InvertedIndex
from ...core.retrieval.vector_index import VectorIndex

Rows = NDArray[np.int32]

# Messages are read from the store in lots, so that opening needs little memory.
LOT = 10_000
_GAP = np.array([-1], np.int32)
_LEFT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A chat's path as rows.

    Attributes:
        family: Chats of one family share a past; see `StoredChat.family`.
        provisional: Whether the last place is a reply nobody has confirmed.
    """

    family: int
    rows: Rows
    provisional: bool
    seen_at: datetime


class SeenPath(NamedTuple):
    """What of a chat's path another one may see.

    Attributes:
        cut: Its last reply is left out, for nobody has confirmed it.
    """

    chat: int
    rows: Rows
    cut: bool = False


class MessageIndex:
    """Arrays over one bank; the bank's lock guards it."""

    def __init__(self) -> None:
        """Start empty."""
        # Those that queries are compared with; whoever keeps them up to date sets them.
        self.vectors: VectorIndex | None = None
        self._paths: dict[int, Path] = {}
        # By row: the first chat on whose path it stands, so that no path is searched;
        # 0 if it came on none yet, `_LEFT` if only a search can tell.
        self._homes: Growing[np.int64] = Growing(np.int64)
        self.clear()

    def clear(self) -> None:
        """Know nothing of messages any more; paths and vectors go by rows, and stay."""
        self.columns = Corpus()
        self.postings = InvertedIndex()
        self.last_row = 0
        self.user_names: set[str] = set()
        self.character_names: set[str] = set()
        # Who said each row, by role and name as they were written.
        self._said_by: Growing[np.int32] = Growing(np.int32)
        self._speakers: dict[tuple[str, str], int] = {}
        self._views: dict[tuple[object, ...], CorpusView] = {}

    # -- messages and paths ------------------------------------------------------

    def add(self, entries: Iterator[IndexEntry]) -> None:
        """Add messages, by rising row."""
        while lot := list(islice(entries, LOT)):
            rows = [entry.row for entry in lot]
            terms = [entry.lexicon.terms for entry in lot]
            self.columns.extend(
                rows,
                authors=((entry.role, entry.name) for entry in lot),
                said_at=[_seconds(entry.said_at) for entry in lot],
                questions=[entry.lexicon.question for entry in lot],
                lengths=[len(term) // 4 for term in terms],
                worths=[entry.lexicon.worth for entry in lot],
            )
            self.postings.extend(rows, terms)
            self._said_by.reach(rows[-1] + 1, -1)
            self._said_by.values[rows] = [
                self._speakers.setdefault((one.role, one.name), len(self._speakers))
                for one in lot
            ]
            for entry in lot:
                if entry.name and entry.role != "system":
                    self._names_of(entry.role).add(entry.name)
            self.last_row = rows[-1]
            self._views.clear()

    def characters(self) -> frozenset[int]:
        """Return the author numbers of all who speak as characters."""
        return frozenset(self.columns.speakers().values())

    def speakers(self) -> list[tuple[str, str]]:
        """Return role and name of all who said anything, in the order they came."""
        return list(self._speakers)

    def said_by(self, rows: Rows, wants: Callable[[str, str], bool]) -> Rows:
        """Return those of some rows whose role and name are wanted."""
        wanted = [code for who, code in self._speakers.items() if wants(*who)]
        return rows[np.isin(self._said_by.values[rows], wanted)]

    def with_tail(self, chat: int, keep: int, tail: Sequence[int]) -> Rows:
        """Return the rows of a chat's first `keep` places, and others behind them."""
        new = np.array(tail, np.int32)
        return np.concatenate([self._paths[chat].rows[:keep], new]) if keep else new

    def set_path(self, chat: int, path: Path, keep: int = 0) -> None:
        """Take a chat's path as it is now; its first `keep` places are as they were."""
        self._settle(chat, path.rows, keep)
        self._paths[chat] = path
        self._views.clear()

    def path(self, chat: int) -> Path:
        """Return a chat's path."""
        return self._paths[chat]

    def chats(self) -> list[int]:
        """Return the rows of all chats, rising."""
        return sorted(self._paths)

    def rows_on_paths(self) -> list[int]:
        """Return the rows that stand on any path, rising."""
        paths = [path.rows for path in self._paths.values()]
        # A mark for each row: sorting them takes a hundred times as long.
        last = max((int(rows.max(initial=0)) for rows in paths), default=0)
        stands = np.zeros(last + 1, np.bool_)
        for rows in paths:
            stands[rows] = True
        found: list[int] = np.flatnonzero(stands).tolist()
        return found

    def chat_of(self, row: int) -> int | None:
        """Return the first chat on whose path a row stands, whenever it came there."""
        home = int(self._homes.values[row]) if row < len(self._homes) else 0
        if home > 0:
            return home
        chats = (chat for chat, path in self._paths.items() if (path.rows == row).any())
        return min(chats, default=None)

    def beside(self, rows: Sequence[int]) -> dict[int, tuple[list[int], list[int]]]:
        """Return the rows beside messages, on any path, that another author said.

        Args:
            rows: Of messages.

        Returns:
            By row those before it and those after it; none for what stands on no path.
        """
        author = self.columns.author
        found: dict[int, tuple[list[int], list[int]]] = {}
        # All paths as one, with a gap after each: one look instead of one a path.
        parts = [part for path in self._paths.values() for part in (path.rows, _GAP)]
        line = np.concatenate([_GAP, *parts])
        for at in np.flatnonzero(np.isin(line, rows)).tolist():
            row = int(line[at])
            sides = found.setdefault(row, ([], []))
            for side, other in zip(sides, (line[at - 1], line[at + 1]), strict=True):
                if other >= 0 and author[other] != author[row]:
                    side.append(int(other))
        return found

    def view(
        self, chat: int | None, *, hidden: Set[int], now: datetime, idle: timedelta
    ) -> CorpusView:
        """Return what may be recalled in a chat: its path, and chats of other families.

        Who begins another chat, or goes on with one, has left the last reply of this
        one as it is; so an unconfirmed reply is only left out where the chat that
        asks has not been spoken in since.

        Args:
            chat: The chat that is speaking; None for one that is not stored.
            hidden: Chats that it may not see.
            now: The present.
            idle: After so long an unconfirmed reply of another chat counts as final.
        """
        seen = self.seen(chat, hidden=hidden, now=now, idle=idle)
        key = (chat, hidden, tuple(one.cut for one in seen))
        if key not in self._views:
            paths = [one.rows for one in seen]
            self._views = {key: build_view(paths, self.columns)}
        return self._views[key]

    def seen(
        self, chat: int | None, *, hidden: Set[int], now: datetime, idle: timedelta
    ) -> list[SeenPath]:
        """Return the paths of what may be recalled in a chat, its own last; see `view`.

        Args:
            chat: The chat that is speaking; None for one that is not stored.
            hidden: Chats that it may not see.
            now: The present.
            idle: After so long an unconfirmed reply of another chat counts as final.
        """
        own = self._paths.get(chat) if chat is not None else None
        family = own.family if own is not None else None
        paths = []
        for other, path in self._paths.items():
            if path.family == family or other in hidden:
                continue
            cut = (
                path.provisional
                and own is not None
                and own.seen_at < path.seen_at
                and now - path.seen_at < idle
            )
            paths.append(SeenPath(other, path.rows[:-1] if cut else path.rows, cut))
        if chat is not None and own is not None:
            paths.append(SeenPath(chat, own.rows))
        return paths

    def everything(self) -> CorpusView:
        """Return all messages, what stands on no path first, for explaining."""
        on_paths = np.array(self.rows_on_paths(), np.int32)
        every = np.arange(1, self.last_row + 1, dtype=np.int32)
        loose = np.setdiff1d(every, on_paths)
        paths = [path.rows for path in self._paths.values()]
        # Not after one another: what was swiped away has no neighbours.
        return build_view([*loose.reshape(-1, 1), *paths], self.columns)

    # -- vectors -----------------------------------------------------------------

    def due(self, search: VectorIndex, chat: int, keep: int = 0) -> list[int]:
        """Return the messages of a path that lack a vector yet.

        Args:
            search: The vectors of one model.
            chat: The chat.
            keep: So many leading places are as they were at the last look.
        """
        view = build_view([self._paths[chat].rows[keep:]], self.columns)
        rows: list[int] = view.rows[search.missing(view)].tolist()
        return rows

    def embedded(self) -> int:
        """Count the messages on any path that have a vector."""
        if self.vectors is None or not self._paths:
            return 0
        view = build_view([path.rows for path in self._paths.values()], self.columns)
        return len(view) - int(np.count_nonzero(self.vectors.missing(view)))

    def _settle(self, chat: int, path: Rows, keep: int) -> None:
        """Note that rows stand on a chat's path, and others no longer do."""
        rows = path[keep:]
        self._homes.reach(int(rows.max(initial=0)) + 1, 0)
        homes = self._homes.values
        mine = np.zeros(0, np.int64)
        if chat in self._paths:
            before = self._paths[chat].rows[keep:]
            mine = before[homes[before] == chat]
            homes[mine] = 0
        known = homes[rows]
        first = np.where(known > 0, np.minimum(known, chat), chat)
        homes[rows] = np.where(known == _LEFT, _LEFT, first)
        homes[mine[homes[mine] == 0]] = _LEFT

    def _names_of(self, role: str) -> set[str]:
        return self.user_names if role == "user" else self.character_names


def _seconds(at: datetime | None) -> float:
    return float("nan") if at is None else at.timestamp()
