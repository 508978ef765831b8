"""A bank as JSON lines, lossless: `importers.own_jsonl` says what the lines mean.

Owns: writing them.
Knows nothing of: files on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..core.knowledge.facts import packed
from ..core.knowledge.model_facts import ModelBatch
from ..core.records import (
    Annotation,
    StoredPathEntry,
    StoredSummary,
)
from ..core.types import Message
from ..engine.bank import Bank
from ..engine.carried_policies import CarriedPolicies
from ..engine.transfer import CarriedChat
from ..importers.own_jsonl import FORMAT, VERSION


def lines(bank: Bank) -> Iterator[str]:
    """Yield a bank's lines, each with its line break."""
    carried = bank.carry_out()
    yield _line(
        format=FORMAT,
        version=VERSION,
        user=bank.scope.user,
        character=bank.scope.character,
        **_policies(carried.policies),
    )
    for number, message in enumerate(bank.messages_of(carried.rows), 1):
        yield _line(message=number, **_message(message))
    for chat in carried.chats:
        yield _line(chat=chat.id, **_chat(chat))
    for hand in carried.hands:
        yield _line(memory=hand.kind.value, **_hand(hand))
    for chat_id, summary in carried.summaries:
        yield _line(summary=summary.key.hex(), chat=chat_id, **_summary(summary))
    for batch in carried.facts:
        yield _line(facts=batch.rows, model=batch.model, read=_drawn(batch))
    yield _line(
        end=True,
        messages=len(carried.rows),
        chats=len(carried.chats),
        memories=len(carried.hands),
        summaries=len(carried.summaries),
        **({"facts": len(carried.facts)} if carried.facts else {}),
    )


def _message(message: Message) -> dict[str, Any]:
    told = {
        "id": message.id,
        "role": message.role,
        "name": message.name,
        "content": message.content,
        "said_at": _moment(message.said_at),
        "seen_at": _moment(message.seen_at),
    }
    return told | ({"present": list(message.present)} if message.present else {})


def _policies(policies: CarriedPolicies) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if policies.bank:
        told["policy"] = json.loads(policies.bank)
    if policies.unheard:
        told["unheard"] = [json.loads(one) for one in policies.unheard]
    return told


def _chat(chat: CarriedChat) -> dict[str, Any]:
    standing = {place.message for place in chat.places}
    set_for = {"policy": json.loads(chat.policy)} if chat.policy else {}
    return {
        "family": chat.family,
        "names": [list(name) for name in chat.names],
        "title": chat.title,
        "created_at": _moment(chat.created_at),
        "seen_at": _moment(chat.seen_at),
        "places": [_place(place) for place in chat.places],
        "former": [number for number in chat.visits if number not in standing],
        **set_for,
    }


def _place(place: StoredPathEntry) -> Any:
    flags = "h" * place.hidden + "p" * place.provisional
    if not flags and place.host_id is None:
        return place.message
    return [place.message, flags, place.host_id]


def _hand(hand: Annotation) -> dict[str, Any]:
    return {
        "key": hand.key,
        "content": hand.content,
        "pinned": hand.pinned,
        "created_at": _moment(hand.created_at),
        "updated_at": _moment(hand.updated_at),
        "deleted_at": _moment(hand.deleted_at),
        **({"hidden": True} if hand.hidden else {}),
        **({"tags": list(hand.tags)} if hand.tags else {}),
    }


def _summary(summary: StoredSummary) -> dict[str, Any]:
    return {
        "tier": summary.tier,
        "first": summary.first,
        "last": summary.last,
        "messages": list(summary.messages),
        "parts": [part.hex() for part in summary.parts],
        "inputs": summary.inputs.hex(),
        "text": summary.text,
        "model": summary.model,
        "made_at": _moment(summary.made_at),
    }


def _drawn(batch: ModelBatch) -> list[Any]:
    return [
        [number, seen, [packed(fact) for fact in told]]
        for number, (seen, told) in batch.facts.items()
    ]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _line(**record: Any) -> str:
    """Write a record; half characters, which UTF-8 cannot hold, as escapes."""
    text = json.dumps(record, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(record)
    return text + "\n"
