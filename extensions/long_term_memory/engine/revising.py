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
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from ..core.records import Annotation
from ..core.text.tags import retagged
from ..core.types import MemoryItem, MemoryKind
from ..errors import (
    Conflict,
    InvalidInput,
    PreconditionFailed,
)
from .bank import Bank
from .memories import Memories

DIGEST_BYTES: Final = 12
MOST_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What becomes of a memory; None leaves it as it is.

    Attributes:
        content: What it says from now on.
        pinned: Whether it stands in every prompt.
        locked: Whether a summary stays as it reads.
        deleted: Whether it is out of recall, and of lists.
        hidden: Whether it is out of recall alone.
        tags: By which tags it is found, instead of those that it has.
        add_tags, drop_tags: Tags that it gets, and loses.
    """

    content: str | None = None
    pinned: bool | None = None
    locked: bool | None = None
    deleted: bool | None = None
    hidden: bool | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()


def tag_of(memory: MemoryItem) -> str:
    """Return what is the same as long as nobody changed a memory by hand."""
    state = [
        memory.kind.value,
        memory.content,
        memory.pinned,
        memory.edited,
        memory.deleted,
        memory.hidden,
        memory.tags,
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
        with bank.state.step(_named(revision)):
            before = bank.memories.get(memory_id)
            if expected is not None and tag_of(before) not in expected:
                raise PreconditionFailed(
                    "This memory was changed since you read it. Read it again and "
                    "decide anew."
                )
            _check(before, revision)
            _apply(bank.memories, before, revision)
        return bank.memories.get(memory_id)


def revise_many(
    bank: Bank,
    memory_ids: Sequence[str],
    revision: Revision,
    *,
    expected: Mapping[str, str] | None = None,
) -> int:
    """Change many memories alike, all of them or none, as one step to be undone.

    Args:
        bank: Whose they are.
        memory_ids: Which.
        revision: What becomes of each; a text is for one alone.
        expected: The tag of each as it was seen; None changes them in any case.

    Returns:
        How many there are.

    Raises:
        NotFound: One of them is not there.
        InvalidInput: There are none, or too many, or one is of another kind.
        PreconditionFailed: Somebody changed one of them since.
    """
    ids = list(dict.fromkeys(memory_ids))
    if not ids:
        raise InvalidInput("Choose at least one memory.", field="ids")
    if len(ids) > MOST_AT_ONCE:
        raise InvalidInput(
            f"At most {MOST_AT_ONCE:,} memories are changed at once; these are "
            f"{len(ids):,}. Choose fewer.",
            field="ids",
        )
    if revision.content is not None:
        raise InvalidInput("A text is written for one memory alone.", field="content")
    state = bank.state
    with state.step(_named(revision)):
        memories = bank.memories.get_many(ids)
        check_unchanged(memories, expected)
        for memory in memories:
            _check(memory, revision)
        now = state.clock()
        hands = [(one, bank.memories.hand_of(one)) for one in memories]
        state.annotate_all([_revised(*one, revision, now) for one in hands])
    return len(ids)


def check_unchanged(
    memories: Sequence[MemoryItem], expected: Mapping[str, str] | None
) -> None:
    """Refuse to go on if a memory is another than it was seen.

    Args:
        memories: As they are now.
        expected: Their tags by id; None for anything.

    Raises:
        PreconditionFailed: Some are another; it says how many.
    """
    if expected is None:
        return
    others = sum(expected.get(one.id) != tag_of(one) for one in memories)
    if others:
        raise PreconditionFailed(
            f"{others} of these {len(memories)} memories were changed since you saw "
            "them, so nothing was done. Look at them again and decide anew."
        )


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
    if is_summary and (revision.hidden or _retags(revision)):
        raise InvalidInput(
            "Summaries are neither hidden nor tagged. Leave them out, or delete them.",
            field="hidden" if revision.hidden else "tags",
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


def _apply(memories: Memories, memory: MemoryItem, revision: Revision) -> None:
    # The text first: it alone can still be refused.
    if revision.content is not None:
        memories.update(memory.id, content=revision.content)
    elif revision.locked is not None:
        memories.lock(memory.id, revision.locked)
    if revision.pinned is not None:
        memories.pin(memory.id, revision.pinned)
    if revision.hidden is not None:
        memories.hide(memory.id, revision.hidden)
    tags = _tags(memory.tags, revision)
    if tags != memory.tags:
        memories.tag(memory.id, tags)
    if revision.deleted is True:
        memories.delete(memory.id)
    elif revision.deleted is False:
        memories.restore(memory.id)


def _revised(
    memory: MemoryItem, hand: Annotation, revision: Revision, now: datetime
) -> Annotation:
    """Return what is by hand of a memory as a revision leaves it, but for its text."""
    hand = hand._replace(updated_at=now, tags=_tags(hand.tags, revision))
    if revision.locked is not None:
        hand = hand._replace(content=memory.content if revision.locked else None)
    if revision.pinned is not None:
        hidden = hand.hidden and not revision.pinned
        hand = hand._replace(pinned=revision.pinned, hidden=hidden)
    if revision.hidden is not None:
        pinned = hand.pinned and not revision.hidden
        hand = hand._replace(hidden=revision.hidden, pinned=pinned)
    if revision.deleted is not None and revision.deleted is not memory.deleted:
        hand = hand._replace(deleted_at=now if revision.deleted else None)
    return hand


def _tags(tags: tuple[str, ...], revision: Revision) -> tuple[str, ...]:
    kept = tags if revision.tags is None else revision.tags
    if kept is tags and not revision.add_tags and not revision.drop_tags:
        return tags
    return retagged(kept, add=revision.add_tags, drop=revision.drop_tags)


def _named(revision: Revision) -> str:
    """Return the word of the step that makes a revision; see `Memories`."""
    asked = [
        ("edit", revision.content is not None),
        ("lock" if revision.locked else "unlock", revision.locked is not None),
        ("pin" if revision.pinned else "unpin", revision.pinned is not None),
        ("hide" if revision.hidden else "unhide", revision.hidden is not None),
        ("tag", _retags(revision)),
        ("delete" if revision.deleted else "restore", revision.deleted is not None),
    ]
    words = [word for word, holds in asked if holds]
    return words[0] if len(words) == 1 else "change"


def _retags(revision: Revision) -> bool:
    return bool(revision.tags is not None or revision.add_tags or revision.drop_tags)
