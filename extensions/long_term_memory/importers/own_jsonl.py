"""Our own export, as JSON lines: a bank, lossless.

Owns: what the lines mean, and that a file is whole before anything of it is taken.
Knows nothing of: files on disk.

    {"format": "long-term-memory", "version": 1, "user": …, "character": …}
    {"message": 1, "id": …, "role": …, "name": …, "content": …, "said_at": …, …}
    {"chat": id, "family": id, "names": [[host, name]], "places": [1, [2, "h", id]],
     "former": [3], …}
    {"memory": kind, "key": …, "content": …, "pinned": …, "tags": […], …}
    {"summary": key, "chat": id, "tier": …, "first": 1, "last": 20, "text": …, …}
    {"facts": [1, 2, …], "model": …, "read": [[1, seen, [{"text": …, …}]]]}
    {"end": true, "messages": …, "chats": …, "memories": …, "summaries": …}

Messages are numbered from 1 in the order in which they came. A place is a number, or
a list of number, flags (h hidden, p provisional) and the host's id. `former` are the
messages that once stood on the path and no longer do. `facts` are the messages that a
language model was given together, and what it drew from each. What was set for the
character or for a chat stands beside it as `policy`, `unheard` knows again what was not
to be remembered; older versions pass over both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, Final, get_args

from ..core.knowledge.facts import About, Category, Fact
from ..core.knowledge.model_facts import ModelBatch
from ..core.records import (
    Annotation,
    StoredPathEntry,
    StoredSummary,
)
from ..core.summaries.tiers import Tier
from ..core.text.dates import nearest_tellable, tellable
from ..core.text.tags import checked_tags
from ..core.types import MemoryKind, Message, Role, Scope
from ..engine.carried_policies import CarriedPolicies, check_entry
from ..engine.transfer import WRITTEN, CarriedChat, CarriedSummary
from ..errors import InvalidInput
from .decoding import decode, parse_json, refuse

FORMAT = "long-term-memory"
VERSION = 1
ROLES = get_args(Role)

ABOUT = get_args(About)

Record = (
    CarriedPolicies | Message | CarriedChat | Annotation | CarriedSummary | ModelBatch
)


# How a record ends that is not what it says.
_DAMAGED: Final = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    InvalidInput,
)
_COUNTED: dict[type, str] = {
    Message: "messages",
    CarriedChat: "chats",
    Annotation: "memories",
    CarriedSummary: "summaries",
    ModelBatch: "facts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a whole file holds."""

    scope: Scope
    messages: int = 0
    chats: int = 0
    memories: int = 0
    summaries: int = 0
    facts: int = 0


def is_head(value: object) -> bool:
    """Say whether a line opens a file of ours."""
    return isinstance(value, dict) and value.get("format") == FORMAT


def check(lines: Iterable[bytes]) -> Contents:
    """Read a file through, so that half of one is never taken.

    Raises:
        InvalidInput: It is damaged, cut off, or of a newer version.
    """
    counts = dict.fromkeys(_COUNTED.values(), 0)
    values = _values(lines)
    head = next(values, (1, None))[1]
    scope = _scope(head)
    _policies(head or {})
    for number, value in values:
        if value.get("end"):
            told = {name: value.get(name, 0) for name in counts}
            if counts != told:
                raise refuse(f"lacks lines: it tells of {told}, and has {counts}.")
            return Contents(scope=scope, **counts)
        record = _decoded(number, value)
        counts[_COUNTED[type(record)]] += 1
        if isinstance(record, Message) and value["message"] != counts["messages"]:
            raise refuse(f"lacks lines before line {number}.")
        _check_numbers(number, record, counts["messages"])
    raise refuse("ends in the middle: its last line is missing. Export it anew.")


def records(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield what a checked file holds: messages, then chats, then what is by hand.

    What was set for the character comes first, if anything was.
    """
    values = _values(lines)
    _, head = next(values, (1, {}))
    if policies := _policies(head):
        yield policies
    for number, value in values:
        if value.get("end"):
            return
        yield _decoded(number, value)


def _values(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = parse_json(decode(line))
        except InvalidInput as error:
            raise refuse(
                f"is damaged in line {number}, which {error} Export it anew."
            ) from error
        if not isinstance(value, dict):
            raise refuse(f"is damaged in line {number}: it holds no record.")
        yield number, value


def _scope(head: Mapping[str, Any] | None) -> Scope:
    if head is None or not is_head(head):
        raise refuse("has no first line that says what it is.")
    version = head.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise refuse(f"was written by a newer version (format {version}). Update.")
    user, character = head.get("user"), head.get("character")
    if not isinstance(user, str) or not isinstance(character, str):
        raise refuse("does not say whose memory it is.")
    return Scope(user=user, character=character)


def _policies(head: Mapping[str, Any]) -> CarriedPolicies:
    set_for = head.get("policy")
    carried = CarriedPolicies(
        bank="" if set_for is None else json.dumps(set_for),
        unheard=tuple(json.dumps(one) for one in head.get("unheard", ())),
    )
    try:
        carried.check()
    except _DAMAGED as error:
        raise refuse("is damaged in line 1: what was set makes no sense.") from error
    return carried


def _decoded(number: int, value: Mapping[str, Any]) -> Record:
    try:
        if "message" in value:
            return _message(value)
        if "summary" in value:
            return _summary(value)
        if "facts" in value:
            return _drawn(value)
        if "chat" in value:
            return _chat(value)
        if "memory" in value:
            return _hand(value)
    except _DAMAGED as error:
        raise refuse(
            f"is damaged in line {number}: {type(error).__name__}: {error}."
        ) from error
    raise refuse(f"is damaged in line {number}: it is no message, chat or memory.")


def _message(value: Mapping[str, Any]) -> Message:
    if value["role"] not in ROLES:
        raise ValueError(f"unknown role {value['role']!r}")
    return Message(
        id=_text(value["id"]),
        role=value["role"],
        content=_text(value["content"]),
        name=_text(value["name"]),
        said_at=_optional_moment(value.get("said_at")),
        seen_at=_moment(value["seen_at"]),
        present=tuple(_text(name) for name in value.get("present", ())),
    )


def _chat(value: Mapping[str, Any]) -> CarriedChat:
    places = tuple(map(_place, value["places"]))
    former = map(_number, value.get("former", ()))
    return CarriedChat(
        id=_text(value["chat"]),
        family=_text(value["family"]),
        names=tuple((_text(host), _text(name)) for host, name in value["names"]),
        title=_text(value["title"]),
        created_at=_moment(value["created_at"]),
        seen_at=_moment(value["seen_at"]),
        places=places,
        visits=tuple(sorted({*(place.message for place in places), *former})),
        policy=_entry(value.get("policy")),
    )


def _entry(value: object) -> str:
    if value is None:
        return ""
    text = json.dumps(value)
    check_entry(text)
    return text


def _place(value: object) -> StoredPathEntry:
    if not isinstance(value, list):
        return StoredPathEntry(_number(value))
    number, flags, host_id = value
    return StoredPathEntry(
        _number(number), "h" in flags, "p" in flags, host_id and _text(host_id)
    )


def _hand(value: Mapping[str, Any]) -> Annotation:
    content = value["content"]
    return Annotation(
        kind=MemoryKind(value["memory"]),
        key=_text(value["key"]),
        content=None if content is None else _text(content),
        pinned=bool(value["pinned"]),
        created_at=_moment(value["created_at"]),
        updated_at=_moment(value["updated_at"]),
        deleted_at=_optional_moment(value.get("deleted_at")),
        hidden=bool(value.get("hidden", False)) and not value["pinned"],
        tags=checked_tags(map(_text, value.get("tags", ()))),
    )


def _summary(value: Mapping[str, Any]) -> CarriedSummary:
    summary = StoredSummary(
        key=bytes.fromhex(_text(value["summary"])),
        maker=WRITTEN,
        tier=Tier(value["tier"]).value,
        chat=0,
        first=_number(value["first"]),
        last=_number(value["last"]),
        messages=tuple(map(_number, value["messages"])),
        parts=tuple(bytes.fromhex(_text(part)) for part in value["parts"]),
        inputs=bytes.fromhex(_text(value["inputs"])),
        text=_text(value["text"]),
        model=_text(value["model"]),
        made_at=_moment(value["made_at"]),
    )
    return CarriedSummary(_text(value["chat"]), summary)


def _drawn(value: Mapping[str, Any]) -> ModelBatch:
    rows = tuple(map(_number, value["facts"]))
    facts = {
        _number(number): (_share(seen, most=inf), tuple(map(_fact, told)))
        for number, seen, told in value["read"]
    }
    if not rows or not facts.keys() <= set(rows):
        raise ValueError("facts of messages that were not read")
    return ModelBatch(rows, facts, _text(value["model"]))


def _fact(value: Mapping[str, Any]) -> Fact:
    if value["about"] not in ABOUT:
        raise ValueError(f"unknown person {value['about']!r}")
    return Fact(
        text=_text(value["text"]),
        about=value["about"],
        subject=_text(value["subject"]),
        category=Category(value["category"]),
        slot=_text(value["slot"]),
        value=_text(value["value"]),
        confidence=_share(value["confidence"], most=1),
        ended=bool(value["ended"]),
        when=_text(value["when"]),
        sources=tuple(map(_text, value["sources"])),
    )


def _share(value: object, most: float) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{value!r} is out of range")
    return value


def _numbers_in(record: Record) -> list[int]:
    """Return the messages that a record rests on."""
    if isinstance(record, CarriedChat):
        return [*(place.message for place in record.places), *record.visits]
    if isinstance(record, CarriedSummary):
        _, summary = record
        return [summary.first, summary.last, *summary.messages]
    if isinstance(record, ModelBatch):
        return [*record.rows]
    return []


def _check_numbers(line: int, record: Record, messages: int) -> None:
    """Refuse what rests on a message that did not stand before it."""
    if any(not 0 < number <= messages for number in _numbers_in(record)):
        raise refuse(f"is damaged in line {line}: a message is missing.")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def _moment(value: object) -> datetime:
    return nearest_tellable(_exact_moment(value))


def _optional_moment(value: object) -> datetime | None:
    return None if value is None else tellable(_exact_moment(value))


def _exact_moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment
