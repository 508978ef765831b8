"""What is by hand of the facts of one bank, and which of it a chat sees.

Owns: under which key it lies, and which messages told a fact when it was set.
Knows nothing of: how facts are read, what becomes of them by it.

It lies under the fact's own key: whom it is about and what of them it tells. What a
chat does not see it does not write over: where the key is taken by another storyline,
its own lies beside that, marked with its storyline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Final

from ...core.forgetting.knowledge import DUE_BY_HAND, SEPARATOR
from ...core.records import FACTS_SET_WHERE, Annotation
from ...core.types import MemoryKind
from ..state.bank_state import BankState
from ..state.policies import Viewer

BESIDE: Final = f"{SEPARATOR}@"
_BESIDE: Final = re.compile(rf"{re.escape(BESIDE)}([0-9a-f]*)(?:\.\d+)?$")


class FactHands:
    """What is by hand of the facts of one bank; its lock guards it."""

    def __init__(self, state: BankState) -> None:
        """Look into a bank."""
        self._state = state

    def of(self, viewer: Viewer) -> dict[str, Annotation]:
        """Return what is by hand for a chat, by the key of what it is about."""
        story = self._state.policies.story_of(viewer)
        found: dict[str, Annotation] = {}
        for hand in sorted(self._seen(viewer), key=lambda one: _rank(one, story)):
            found[about(hand)] = hand
        return found

    def put(
        self, viewer: Viewer, key: str, content: str | None, sources: Sequence[str]
    ) -> None:
        """Keep something by hand; None is that it is told no more.

        Args:
            viewer: The chat for which it holds.
            key: What it is about.
            content: How that reads from now on.
            sources: Ids of the messages that tell it now.
        """
        old = self.of(viewer).get(key)
        own = self._free(key, viewer) if old is None else old.key
        self._state.annotate(_hand(own, content, old, self._state.clock()))
        where = {**self._set_where(), own: list(sources)}
        self._state.store.metadata.put(FACTS_SET_WHERE, json.dumps(where))

    def drop(self, viewer: Viewer, key: str) -> None:
        """Keep nothing by hand of a fact that a chat sees."""
        gone = [one for one in self._seen(viewer) if about(one) == key]
        if gone:
            self._state.annotate_all([], [(MemoryKind.FACT, one.key) for one in gone])

    # -- inside --------------------------------------------------------------------

    def _all(self) -> list[Annotation]:
        return [
            hand
            for hand in self._state.annotations.all()
            if hand.kind is MemoryKind.FACT and not hand.key.startswith(DUE_BY_HAND)
        ]

    def _seen(self, viewer: Viewer) -> list[Annotation]:
        """Return all but what was set of what only hidden chats told."""
        hands, state = self._all(), self._state
        hidden = state.policies.sight(viewer).hidden if hands else frozenset()
        if not hidden:
            return hands
        where = self._set_where()
        seen = {
            int(row)
            for chat in state.messages.chats()
            if chat not in hidden
            for row in state.messages.path(chat).rows
        }
        return [
            hand
            for hand in hands
            if not self._is_set_elsewhere(where.get(hand.key, ()), seen)
        ]

    def _set_where(self) -> Mapping[str, list[str]]:
        """Return the messages that told what is by hand when it was set, by key."""
        kept: dict[str, list[str]] = json.loads(
            self._state.store.metadata.get(FACTS_SET_WHERE) or "{}"
        )
        return kept

    def _is_set_elsewhere(self, where: Sequence[str], seen: Set[int]) -> bool:
        """Say whether messages told a fact when it was set, and none that is seen."""
        rows = {*self._state.store.messages.rows_of(where).values()}
        live = {row for row in rows if self._state.messages.chat_of(row) is not None}
        return bool(live) and not live & seen

    def _free(self, key: str, viewer: Viewer) -> str:
        """Return where something is kept that lies nowhere yet."""
        taken = {hand.key for hand in self._all()}
        beside = f"{key}{BESIDE}{self._state.policies.story_of(viewer)}"
        free, number = key, 1
        while free in taken:
            free = beside if number == 1 else f"{beside}.{number}"
            number += 1
        return free


def about(hand: Annotation) -> str:
    """Return the key of what something by hand is about."""
    return _BESIDE.sub("", hand.key)


def _rank(hand: Annotation, story: str) -> tuple[int, datetime]:
    """Return what a chat follows, where it sees several of the same: the last."""
    beside = _BESIDE.search(hand.key)
    if beside is None:
        return 1, hand.updated_at
    return 2 if beside[1] == story else 0, hand.updated_at


def _hand(
    key: str, content: str | None, old: Annotation | None, now: datetime
) -> Annotation:
    return Annotation(
        kind=MemoryKind.FACT,
        key=key,
        content=content,
        pinned=False,
        created_at=now if old is None else old.created_at,
        updated_at=now,
        deleted_at=now if content is None else None,
    )
