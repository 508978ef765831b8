"""What is left of what was read in messages when some of them are forgotten.

Owns: which notes about the bank go, and what is by hand of facts, of what is to come
and of commands that rest on such messages.
Knows nothing of: what else a forgetting takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ..knowledge.model_facts import batches_without
from ..knowledge.readings import read_message, readings_without
from ..records import (
    FACTS_SET_WHERE,
    MODEL_FACTS,
    READ_KNOWLEDGE,
    SAID_TO_MEMORY,
    Annotation,
)
from ..types import MemoryKind, Message

SAID_NOTE = "said-"
"""So begins the key of a note that a command in a chat made."""

DUE_BY_HAND = "due|"
"""So begins the key of something to come that a person called off."""

SEPARATOR = "|"


def knowledge_without(
    metas: Mapping[str, str], messages: Mapping[int, Message], going: Set[int]
) -> dict[str, str | None]:
    """Return the notes that go, as new values of notes about the bank.

    Args:
        metas: What was read, and what commands brought about.
        messages: All messages, by row.
        going: Rows of those that go.
    """
    ids = {messages[row].id for row in going}
    read = {key: text for key, text in metas.items() if key.startswith(READ_KNOWLEDGE)}
    changed: dict[str, str | None] = {}
    changed.update(readings_without(read, going))
    drawn = {key: text for key, text in metas.items() if key.startswith(MODEL_FACTS)}
    changed.update(batches_without(drawn, going))
    changed.update(
        (key, None)
        for key in metas
        if key.startswith(SAID_TO_MEMORY) and key.removeprefix(SAID_TO_MEMORY) in ids
    )
    if FACTS_SET_WHERE in metas:
        told: dict[str, list[str]] = json.loads(metas[FACTS_SET_WHERE])
        left = {key: where for key, where in told.items() if ids.isdisjoint(where)}
        if left != told:
            changed[FACTS_SET_WHERE] = json.dumps(left) if left else None
    return changed


def hands_resting_on(
    hands: Iterable[Annotation],
    messages: Mapping[int, Message],
    paths: Iterable[Sequence[int]],
    going: Set[int],
) -> list[Annotation]:
    """Return what is by hand and rests on what is read in messages that go.

    Args:
        hands: All that is by hand.
        messages: All messages, by row.
        paths: Of all chats.
        going: Rows of messages that go.
    """
    ids = {messages[row].id for row in going}
    facts = [hand for hand in hands if hand.kind is MemoryKind.FACT]
    notes = [
        hand
        for hand in hands
        if hand.kind is MemoryKind.NOTE
        and hand.key.startswith(SAID_NOTE)
        and hand.key.removeprefix(SAID_NOTE).rpartition("-")[0] in ids
    ]
    if not facts:
        return notes
    told = set(_keys_told(messages, paths, going))
    return notes + [hand for hand in facts if _rests_on(hand.key, told, ids)]


def _rests_on(key: str, told: Set[str], ids: Set[str]) -> bool:
    if key.startswith(DUE_BY_HAND):
        return key.removeprefix(DUE_BY_HAND).rpartition(".")[0] in ids
    # A deletion also names the value.
    return key in told or any(key.startswith(f"{one}{SEPARATOR}") for one in told)


def _keys_told(
    messages: Mapping[int, Message], paths: Iterable[Sequence[int]], going: Set[int]
) -> Iterator[str]:
    """Yield the keys of the facts that messages which go tell."""
    pairs = {(row, 0) for row in going}
    for path in paths:
        pairs |= {
            (row, before)
            for before, row in zip((0, *path), path, strict=False)
            if row in going or before in going
        }
    for row, before in sorted(pairs):
        if row in messages:
            read = read_message(messages[row], messages.get(before), "")
            yield from (fact.key for fact in read.facts)
