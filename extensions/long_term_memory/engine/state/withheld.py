"""What was written by hand and is not for a chat.

Owns: that a correction or a pin goes where the message that it is about may go.
Knows nothing of: ranking, prompts, hosts.

A note belongs to the character and is told everywhere, but in an incognito chat.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from ...core.types import MemoryKind
from ...storage.protocols import BankStore
from .annotations import AnnotationIndex
from .messages import MessageIndex
from .policies import PolicyDirectory, Viewer


class Withholding:
    """Tells what is not for a chat; the bank's lock is held."""

    def __init__(
        self,
        store: BankStore,
        annotations: AnnotationIndex,
        messages: MessageIndex,
        policies: PolicyDirectory,
    ) -> None:
        """Take the bank's own parts."""
        self._store = store
        self._annotations = annotations
        self._messages = messages
        self._policies = policies

    def keys(self, viewer: Viewer) -> frozenset[str]:
        """Return the keys of what is withheld from a chat."""
        sight = self._policies.sight(viewer)
        if not sight.hidden and not sight.alone:
            return frozenset()
        hands = self._annotations.all()
        notes = {hand.key for hand in hands if hand.kind is MemoryKind.NOTE}
        turns = [hand.key for hand in hands if hand.kind is MemoryKind.TURN]
        kept = self._seen(turns, viewer, sight.hidden)
        return frozenset(turns) - kept | (notes if sight.alone else frozenset())

    def _seen(
        self, ids: Iterable[str], viewer: Viewer, hidden: Set[int]
    ) -> frozenset[str]:
        """Return which messages stand in a chat that is not hidden.

        Of what has left all paths, what once stood on the chat's own.
        """
        rows = self._store.messages.rows_of(list(ids))
        wanted = np.array(sorted(rows.values()), np.int32)
        seen: set[int] = set()
        if viewer.row is not None and rows:
            seen.update(self._store.chats.visits(viewer.row))
        for chat in set(self._messages.chats()) - hidden:
            on_path = self._messages.path(chat).rows
            seen.update(wanted[np.isin(wanted, on_path)].tolist())
        return frozenset(key for key, row in rows.items() if row in seen)
