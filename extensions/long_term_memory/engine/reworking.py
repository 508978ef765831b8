"""One memory made several, and several made one.

Owns: what becomes of those that were there before, and of their pins and tags.
Knows nothing of: which are alike (`alike`), hosts.

What is made are notes by hand. What was there before is deleted, not forgotten, so that
undoing the step, or restoring it, brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..core.text.tags import MOST_TAGS
from ..core.types import MemoryItem, MemoryKind
from ..errors import InvalidInput
from .bank import Bank
from .revising import check_unchanged

MOST_PARTS: Final = 50


def split(
    bank: Bank,
    memory_id: str,
    parts: Sequence[str],
    *,
    expected: Mapping[str, str] | None = None,
) -> list[MemoryItem]:
    """Make notes of the parts of a memory, which is deleted; one step to be undone.

    Args:
        bank: Whose it is.
        memory_id: Which.
        parts: What the notes say; empty ones are left out.
        expected: The memory's tag as it was seen, by its id; None for any.

    Raises:
        NotFound: There is no such memory.
        InvalidInput: There is one part or too many, one is too long, or it is a
            summary.
        PreconditionFailed: Somebody changed it since.
    """
    texts = [one for one in parts if one.strip()]
    if not 2 <= len(texts) <= MOST_PARTS:
        raise InvalidInput(
            f"Split it into 2 to {MOST_PARTS} parts; these are {len(texts)}. An empty "
            "line stands between them.",
            field="parts",
        )
    with bank.state.step("split"):
        [memory] = bank.memories.get_many([memory_id])
        check_unchanged([memory], expected)
        _check_kinds([memory])
        notes = [_note(bank, text, [memory]) for text in texts]
        bank.memories.delete(memory_id)
    return notes


def merge(
    bank: Bank,
    memory_ids: Sequence[str],
    content: str,
    *,
    expected: Mapping[str, str] | None = None,
) -> MemoryItem:
    """Make one note of several memories, which are deleted; one step to be undone.

    Args:
        bank: Whose they are.
        memory_ids: Which.
        content: What the note says.
        expected: The tag of each as it was seen; None for any.

    Raises:
        NotFound: One of them is not there.
        InvalidInput: There is one, or too many; the text is empty or too long; one is a
            summary.
        PreconditionFailed: Somebody changed one of them since.
    """
    ids = list(dict.fromkeys(memory_ids))
    if not 2 <= len(ids) <= MOST_PARTS:
        raise InvalidInput(
            f"Choose 2 to {MOST_PARTS} memories to merge; these are {len(ids)}.",
            field="ids",
        )
    with bank.state.step("merge"):
        memories = bank.memories.get_many(ids)
        check_unchanged(memories, expected)
        _check_kinds(memories)
        note = _note(bank, content, memories)
        for memory in memories:
            bank.memories.delete(memory.id)
    return note


def _note(bank: Bank, content: str, made_of: Sequence[MemoryItem]) -> MemoryItem:
    pinned = any(one.pinned for one in made_of)
    note = bank.memories.add(content, pinned=pinned)
    tags = list(dict.fromkeys(tag for one in made_of for tag in one.tags))
    return bank.memories.tag(note.id, tags[:MOST_TAGS]) if tags else note


def _check_kinds(memories: Sequence[MemoryItem]) -> None:
    if any(one.kind is MemoryKind.SUMMARY for one in memories):
        raise InvalidInput(
            "Summaries are neither split nor merged: they are made of messages. Edit "
            "one, or add a note.",
            field="ids",
        )
