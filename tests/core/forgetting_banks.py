"""Banks made by chance, as forgetting sees them, and targets in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from long_term_memory.core.forgetting.planner import BankSnapshot
from long_term_memory.core.forgetting.suppression import SuppressionList
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.forgetting.undo_records import ENTRY, HEAD, digest_of
from long_term_memory.core.policy_records import (
    BankPolicy,
    ChatPolicyRecord,
    hash_of_name,
)
from long_term_memory.core.records import (
    CHAT_POLICY,
    POLICY,
    Annotation,
    StoredChat,
    StoredSummary,
)
from long_term_memory.core.types import MemoryKind, Message

T = TypeVar("T")

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = (
    *("Yes.", "No.", "Ok.", "yes. ", "Hm?"),
    "The locker by the stairs opens with heliotrope.",
    "The locker by the stairs opens with heliotrope. And then",
    "the LOCKER by the  stairs opens with heliotrope.",
    "I moved to the coast with my cat called Miso.",
    "I moved to the coast with my cat called Miso. She likes it.",
    "Good, let us speak of the grey sea today.",
)


def a_bank(chance: Random) -> BankSnapshot:
    """Return a bank in which texts come back on other paths, and off them."""
    messages = {
        row: Message(
            id=f"m{row}",
            role=chance.choice(("user", "assistant")),
            content=chance.choice(TEXTS),
            name="",
            said_at=chance.choice((None, _time(chance))),
            seen_at=_time(chance),
        )
        for row in range(1, chance.randint(1, 14))
    }
    chats = [_chat(chance, row) for row in range(1, chance.randint(1, 5))]
    paths = {chat.row: _some(chance, list(messages)) for chat in chats}
    visits = {
        chat.row: sorted({*paths[chat.row], *_some(chance, list(messages))})
        if chance.random() < 0.5
        else sorted(paths[chat.row])
        for chat in chats
    }
    summaries = _summaries(chance, list(messages))
    annotations = _annotations(chance, messages, summaries)
    return BankSnapshot(
        chats=chats,
        paths=paths,
        visits=visits,
        messages=messages,
        annotations=annotations,
        summaries=summaries,
        records=_records(chance, chats, paths, annotations),
        policies=_policies(chance, chats),
        knowledge={},
        recalls={},
        round=chance.randint(0, 3),
    )


def a_target(chance: Random, bank: BankSnapshot) -> ForgetTarget:
    """Return a target that names things of a bank, seldom one that is not there."""
    ids = [message.id for message in bank.messages.values()]
    ids += [hand.key for hand in bank.annotations if hand.kind is MemoryKind.NOTE]
    ids += [one.key.hex() for one in bank.summaries]
    ids += ["nobody"] * (chance.random() < 0.1)
    chats = [chat.id for chat in bank.chats] + ["none"] * (chance.random() < 0.1)
    return ForgetTarget(
        memories=tuple(_some(chance, ids)[:3]),
        chats=tuple(_some(chance, chats)[:2]) if chance.random() < 0.4 else (),
        since=_time(chance) if chance.random() < 0.3 else None,
        until=_time(chance) if chance.random() < 0.3 else None,
        by_hand=chance.random() < 0.7,
        everything=chance.random() < 0.1,
    )


def what_is_known(chance: Random) -> SuppressionList:
    """Return what a bank forgot before; some never forgot."""
    if chance.random() < 0.5:
        return SuppressionList()
    known = SuppressionList(key=b"k" * 32)
    marks = known.marks_of("m1", chance.choice(TEXTS), "", "Yes.")
    return SuppressionList(key=b"k" * 32, marks=marks)


def _time(chance: Random) -> datetime:
    return NOW + timedelta(hours=chance.randint(0, 9))


def _some(chance: Random, of: list[T]) -> list[T]:
    return chance.sample(of, chance.randint(0, len(of)))


def _chat(chance: Random, row: int) -> StoredChat:
    named = chance.random() < 0.8
    return StoredChat(
        row=row,
        id=f"c{row}",
        family=1,
        names=((("host", f"chat {row}"),) if named else ()),
        title=chance.choice(("", f"Chat {row}")),
        revision=1,
        created_at=NOW,
        seen_at=NOW,
    )


def _summaries(chance: Random, rows: list[int]) -> list[StoredSummary]:
    found: list[StoredSummary] = []
    for number in range(chance.randint(0, 5)):
        parts = tuple(one.key for one in found if chance.random() < 0.4)
        told = () if parts else tuple(_some(chance, rows))
        found.append(
            StoredSummary(
                key=bytes([number]) * 4,
                maker="extract",
                tier="chapter" if parts else "chunk",
                chat=1,
                first=1,
                last=1,
                messages=told,
                parts=parts,
                inputs=b"",
                text=f"Summary {number}.",
                model="",
                made_at=NOW,
            )
        )
    return found


def _annotations(
    chance: Random, messages: dict[int, Message], summaries: list[StoredSummary]
) -> list[Annotation]:
    keys = [(MemoryKind.NOTE, f"n{number}") for number in range(chance.randint(0, 4))]
    keys += [(MemoryKind.TURN, one.id) for one in _some(chance, [*messages.values()])]
    keys += [(MemoryKind.SUMMARY, one.key.hex()) for one in _some(chance, summaries)]
    keys += [(MemoryKind.SUMMARY, "abcd")] * (chance.random() < 0.3)
    return [
        Annotation(
            kind=kind,
            key=key,
            content=chance.choice((None, *TEXTS)),
            pinned=chance.random() < 0.3,
            created_at=_time(chance),
            updated_at=NOW,
            deleted_at=NOW if chance.random() < 0.2 else None,
        )
        for kind, key in chance.sample(keys, len(keys))
    ]


def _records(
    chance: Random,
    chats: list[StoredChat],
    paths: dict[int, list[int]],
    annotations: list[Annotation],
) -> dict[str, str]:
    records: dict[str, str] = {}
    for batch in ("a", "b")[: chance.randint(0, 2)]:
        records[f"{HEAD}{batch}"] = "{}"
        entries: list[dict[str, object]] = [
            {"hand": {"kind": hand.kind.value, "key": hand.key}, "was": None}
            for hand in _some(chance, annotations)
        ]
        for chat in _some(chance, chats):
            path = paths[chat.row]
            keep = chance.randint(0, len(path))
            host, name = chat.names[0] if chat.names else ("host", "gone")
            entries.append(
                {
                    **({"host": host, "name": name} if keep % 2 else {"chat": chat.id}),
                    "keep": keep,
                    "tail": [[row, False, False, None] for row in path[keep:]],
                    "after": digest_of(path if keep % 3 else path[:keep]),
                }
            )
        for number, entry in enumerate(entries, 1):
            records[f"{ENTRY}{batch}/{number:08d}"] = json.dumps(entry)
    return records


def _policies(chance: Random, chats: list[StoredChat]) -> dict[str, str]:
    if chance.random() < 0.3:
        return {}
    bank = BankPolicy(key=chance.choice((b"", b"p" * 16)))
    kept = {POLICY: bank.as_text()}
    for chat in _some(chance, chats):
        entry = ChatPolicyRecord(story=chance.choice((None, "", "voyage")))
        names = [hash_of_name(bank.key, *name) for name in chat.names]
        kept[CHAT_POLICY + chance.choice([chat.id, *names])] = entry.as_text()
    return kept
