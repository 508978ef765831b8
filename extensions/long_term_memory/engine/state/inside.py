"""The inside of a bank, for the rooms of the engine that change it as a whole.

Owns: what they may touch.
Knows nothing of: what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from ...storage.protocols import (
    BankStore,
)
from ..faults import Clock
from .chats import ChatDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A bank's store and lock; whoever writes holds the lock and reloads after.

    Attributes:
        book: The chats in memory.
        names: Tells what the participants are called.
        reload: Takes over what was written past the bank.
        read_again: Reads everything again, after what was derived was made anew.
    """

    store: BankStore
    lock: RLock
    now: Clock
    book: ChatDirectory
    names: Callable[[], list[str]]
    reload: Callable[[], None]
    read_again: Callable[[], None]
