"""A look into a bank that nobody chats with now.

Owns: that it costs no index, no vectors and no worker, and leaves nothing open.
Knows nothing of: what is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ..core.forgetting.suppression import SuppressionList
from ..storage.protocols import BankStore
from .state.bank_state import BankState
from .state.chats import ChatDirectory


class Peek(NamedTuple):
    """A bank's store, and what must not come back to it."""

    store: BankStore
    forgotten: SuppressionList


@contextmanager
def peeking(
    state: BankState | None, open_store: Callable[[], BankStore]
) -> Iterator[Peek]:
    """Look into an open bank under its lock, or open its store for as long.

    Raises:
        StoreError: It cannot be read.
    """
    if state is not None:
        with state.lock:
            state.reload()
            yield Peek(state.store, state.chats.forgotten)
        return
    store = open_store()
    try:
        chats = ChatDirectory(store)
        chats.forgot_more()
        yield Peek(store, chats.forgotten)
    finally:
        store.close()
