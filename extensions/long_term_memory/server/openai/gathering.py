"""Put the events of a stream together where a whole answer was asked for.

Owns: what a stream's events are as one answer in OpenAI's shape.
Knows nothing of: sockets, memory.

Some services and gateways stream whatever they are asked for. What a client that waits
for one answer would show as an error is made that answer: texts and thoughts put
together, calls of tools with their arguments, the reason to end and the tokens counted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from ...llm.event_bounds import EventBuffer
from ...llm.speech import texts_of
from ...llm.sse import ReplyReader, events_of

# What comes in pieces; of all else the last that was told holds.
_IN_PIECES: Final = ("content", "reasoning_content", "reasoning", "refusal")
_PACKET_BYTES: Final = 65_536


def whole_of(raw: bytes, *, texts: bool) -> dict[str, Any] | None:
    """Return a stream as one answer; None if it is no stream that ended well.

    Args:
        raw: All of it.
        texts: A text to continue was asked for, not a message.
    """
    reader = _read(raw)
    if reader.broken or not reader.heard:
        return None
    events = list(events_of(raw))
    if reader.failed:
        return next((one for one in events if one.get("error")), None)
    choices = _choices(events)
    first = choices.setdefault(0, {"index": 0, "message": {"role": "assistant"}})
    first["message"]["content"] = reader.text or None
    for choice in choices.values():
        choice.setdefault("finish_reason", "stop")
        if texts:
            choice["text"] = choice.pop("message").get("content") or ""
    told = {
        "id": next((one["id"] for one in events if one.get("id")), "chatcmpl-memory"),
        "object": "text_completion" if texts else "chat.completion",
        "created": int(time.time()),
        "model": reader.model,
        "choices": [choices[index] for index in sorted(choices)],
    }
    return {**told, "usage": reader.usage} if reader.usage else told


def _read(raw: bytes) -> ReplyReader:
    """Read a stream as if it came by packets, each event within its bounds."""
    reader, buffer = ReplyReader(), EventBuffer()
    for at in range(0, len(raw), _PACKET_BYTES):
        if ready := buffer.take(raw[at : at + _PACKET_BYTES]):
            reader.feed(ready)
        reader.broken = reader.broken or buffer.broken
        if reader.done or reader.broken:
            return reader
    reader.feed(buffer.rest())
    reader.end()
    return reader


def _choices(events: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the choices of all events, by their index."""
    found: dict[int, dict[str, Any]] = {}
    for told in events:
        choices = told.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, Mapping):
                _add(found, choice)
    return found


def _add(found: dict[int, dict[str, Any]], choice: Mapping[str, Any]) -> None:
    told = choice.get("index")
    index = told if isinstance(told, int) else 0
    whole = found.setdefault(index, {"index": index, "message": {"role": "assistant"}})
    if choice.get("finish_reason"):
        whole["finish_reason"] = choice["finish_reason"]
    piece = choice.get("delta") or choice.get("message")
    if isinstance(piece, Mapping):
        _join(whole["message"], piece)


def _join(message: dict[str, Any], piece: Mapping[str, Any]) -> None:
    """Add a piece to a message."""
    for name, value in piece.items():
        if name in _IN_PIECES:
            if said := "".join(texts_of(value)):
                message[name] = (message.get(name) or "") + said
        elif name == "tool_calls":
            _join_calls(message, value if isinstance(value, list) else [])
        elif value is not None and name != "role":
            message[name] = value


def _join_calls(message: dict[str, Any], pieces: list[Any]) -> None:
    """Add pieces of calls, whose arguments come letter by letter."""
    calls: list[dict[str, Any]] = message.get("tool_calls") or []
    for piece in pieces:
        if not isinstance(piece, Mapping):
            continue
        index = piece.get("index", len(calls))
        call = next((one for one in calls if one["index"] == index), None)
        if call is None:
            call = {"index": index, "type": "function", "function": {"arguments": ""}}
            calls.append(call)
        function = piece.get("function")
        function = function if isinstance(function, Mapping) else {}
        arguments = call["function"]["arguments"] + str(function.get("arguments") or "")
        call["function"] |= {k: v for k, v in function.items() if v}
        call["function"]["arguments"] = arguments
        call |= {k: v for k, v in piece.items() if v and k not in ("index", "function")}
    if calls:
        message["tool_calls"] = calls
