"""What is left of the records of imports and clearings when something is forgotten.

Owns: taking forgotten things out of these records, so that the rest can still be
undone and nothing forgotten comes back by it.
Knows nothing of: what else a forgetting takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from hashlib import blake2b
from typing import Any, Final

from ..records import StoredChat

HEAD: Final = "batch/"
"""Begins the note about a bank that says what an import or a clearing was."""

ENTRY: Final = "batch-entry/"
"""Begins the notes that say what it changed."""

UNDONE: Final = "undone"
"""Marks a change that was taken back, and says what it was, to bring it again."""

Rows = Sequence[int]


def digest_of(rows: Rows) -> str:
    """Return a hash of the message rows of a path."""
    text = ",".join(map(str, rows))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def records_without(
    metas: Mapping[str, str],
    *,
    chats: Sequence[StoredChat],
    paths: Mapping[int, Rows],
    rows: Set[int],
    hands: Set[tuple[str, str]],
    gone_chats: Set[int],
    everything: bool,
) -> dict[str, str | None]:
    """Return the records that change, as new values of notes about the bank.

    Args:
        metas: All records.
        chats: All chats.
        paths: Their message rows, before anything goes.
        rows: The messages that go.
        hands: Kinds and keys of what goes that was by hand.
        gone_chats: Rows of chats that go as a whole.
        everything: Whether no record is left.
    """
    if everything:
        return dict.fromkeys(metas)
    changed: dict[str, str | None] = {}
    for key, text in metas.items():
        if key.startswith(ENTRY):
            before = json.loads(text)
            after = _entry(before, chats, paths, rows, hands, gone_chats)
            if after != before:
                changed[key] = None if after is None else json.dumps(after)
    left = batches_of(key for key in metas if changed.get(key, "") is not None)
    for key in metas:
        if key.startswith(HEAD) and key.removeprefix(HEAD) not in left:
            changed[key] = None
    return changed


def batches_of(keys: Iterable[str]) -> set[str]:
    """Return the ids of the batches whose changes are among some records."""
    return {
        key.removeprefix(ENTRY).rpartition("/")[0]
        for key in keys
        if key.startswith(ENTRY)
    }


def _entry(
    entry: dict[str, Any],
    chats: Sequence[StoredChat],
    paths: Mapping[int, Rows],
    rows: Set[int],
    hands: Set[tuple[str, str]],
    gone_chats: Set[int],
) -> dict[str, Any] | None:
    """Return what is left of one record; None if nothing is.

    What was taken back is not brought again afterwards: it stands nowhere else, so
    nobody could say whether it was meant.
    """
    if UNDONE in entry:
        return None
    if "hand" in entry:
        gone = (entry["hand"]["kind"], entry["hand"]["key"]) in hands
        return None if gone else entry
    chat = _chat_of(entry, chats)
    if chat is None or chat.row in gone_chats:
        return None
    path = paths[chat.row]
    keep = entry["keep"] - sum(row in rows for row in path[: entry["keep"]])
    tail = [place for place in entry["tail"] if place[0] not in rows]
    left = {**entry, "keep": keep, "tail": tail}
    if entry.get("after") == digest_of(path):
        left["after"] = digest_of([row for row in path if row not in rows])
    return left


def _chat_of(entry: dict[str, Any], chats: Sequence[StoredChat]) -> StoredChat | None:
    for chat in chats:
        named = (entry.get("host"), entry.get("name")) in chat.names
        if named or chat.id == entry.get("chat"):
            return chat
    return None
