"""Changes by hand that must not undo each other, and that may be sent twice.

Owns: how a caller says which state of a memory he has seen, several changes as one,
    and knowing a note again that was added before.
Knows nothing of: hosts, how memories are kept.

Two people edit the same memory: whoever comes second has not seen what the first one
wrote, so his change is refused, and he reads it again. The comparison and the change
are one step for all programs that use the bank.
"""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from ..core.types import MemoryItem, MemoryKind
from ..errors import (
    Conflict,
    InvalidInput,
    PreconditionFailed,
)
from .bank import Bank
from .memories import Memories

DIGEST_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What becomes of a memory; None leaves it as it is.

    Attributes:
        content: What it says from now on.
        pinned: Whether it stands in every prompt.
        locked: Whether a summary stays as it reads.
        deleted: Whether it is out of recall.
    """

    content: str | None = None
    pinned: bool | None = None
    locked: bool | None = None
    deleted: bool | None = None


def tag_of(memory: MemoryItem) -> str:
    """Return what is the same as long as nobody changed a memory by hand."""
    state = [
        memory.kind.value,
        memory.content,
        memory.pinned,
        memory.edited,
        memory.deleted,
    ]
    return blake2b(json.dumps(state).encode(), digest_size=DIGEST_BYTES).hexdigest()


def revise(
    bank: Bank,
    memory_id: str,
    revision: Revision,
    *,
    expected: Container[str] | None = None,
) -> MemoryItem:
    """Change a memory, all that is asked or nothing.

    Args:
        bank: Whose it is.
        memory_id: Which.
        revision: What becomes of it.
        expected: Tags of which its own must be one; None changes it in any case.

    Raises:
        NotFound: There is no such memory.
        InvalidInput: A text is empty or too long, or that is not done to its kind.
        PreconditionFailed: Somebody changed it since.
    """
    with bank.state.lock:
        with bank.state.exclusive():
            before = bank.memories.get(memory_id)
            if expected is not None and tag_of(before) not in expected:
                raise PreconditionFailed(
                    "This memory was changed since you read it. Read it again and "
                    "decide anew."
                )
            _check(before, revision)
            _apply(bank.memories, memory_id, revision)
        return bank.memories.get(memory_id)


def add_once(
    bank: Bank, content: str, *, pinned: bool, client_id: str
) -> tuple[MemoryItem, bool]:
    """Add a note that may be sent twice, as after a broken connection.

    Args:
        bank: Whose note it is.
        content: Its text.
        pinned: Whether it stands in every prompt.
        client_id: The caller's own id of it; empty for a note that is always new.

    Returns:
        The note as it is now, and whether it is new.

    Raises:
        InvalidInput: A text is empty or too long.
        Conflict: A note of this id came with another text, or was forgotten since.
    """
    if not client_id:
        return bank.memories.add(content, pinned=pinned), True
    state = bank.state
    scope = bank.scope
    name = json.dumps([scope.user, scope.character, client_id])
    key = uuid5(NAMESPACE_OID, name).hex
    with state.exclusive():
        if state.was_forgotten(key, ""):
            raise Conflict("The note of this id was forgotten, and stays away.")
        known = bank.memories.find(key)
        if known is None:
            return bank.memories.add(content, pinned=pinned, key=key), True
        said = [known.content, *(one.content for one in bank.memories.history(key))]
        if content.strip() not in said:
            raise Conflict("Another note came with this id. Give each its own.")
        return known, False


def _check(memory: MemoryItem, revision: Revision) -> None:
    """Refuse what cannot be done to a memory, before anything is done."""
    is_summary = memory.kind is MemoryKind.SUMMARY
    if revision.pinned and is_summary:
        raise InvalidInput(
            "Summaries stand in the prompt by themselves. Lock one to keep its words, "
            "or add a note.",
            field="pinned",
        )
    if revision.locked is not None and not is_summary:
        raise InvalidInput(
            "Only summaries are locked: others stay as they are.", field="locked"
        )
    if revision.locked is False and revision.content is not None:
        raise InvalidInput(
            "A summary that you write is locked; unlock it without a text.",
            field="locked",
        )


def _apply(memories: Memories, memory_id: str, revision: Revision) -> None:
    # The text first: it alone can still be refused.
    if revision.content is not None:
        memories.update(memory_id, content=revision.content)
    elif revision.locked is not None:
        memories.lock(memory_id, revision.locked)
    if revision.pinned is not None:
        memories.pin(memory_id, revision.pinned)
    if revision.deleted is True:
        memories.delete(memory_id)
    elif revision.deleted is False:
        memories.restore(memory_id)
