"""Read the webui's chat histories: rows of user and reply to windows of messages.

Owns: the shape of the webui's history, its markers, reasoning blocks and timestamps.
Knows nothing of: the webui's modules, the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ..core.text.own_blocks import without_blocks
from ..core.text.reasoning import without_reasoning
from ..core.types import Role, Window, WindowMessage
from ..errors import InvalidInput
from ..importers.textgen import GREETING_MARKER

# The webui writes English month names whatever the system's language is.
_MONTHS = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_TIMESTAMP = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2})")


# A chat of ten thousand rows is shown whole every turn; read rows are kept, so that
# only what is new is read again, and equal rows give the very same messages.
ROWS_KEPT = 32_768


class Names(NamedTuple):
    """What the two in a chat are called."""

    user: str
    character: str


def parse_timestamp(text: object) -> datetime | None:
    """Read the webui's local timestamp, "Nov 21, 2026 00:04"; None if it is another."""
    match = _TIMESTAMP.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or match[1] not in _MONTHS:
        return None
    year, day, hour, minute = (int(match[group]) for group in (3, 2, 4, 5))
    try:
        local = datetime(year, _MONTHS[match[1]], day, hour, minute)
        return local.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def read_rows(history: object) -> list[Sequence[Any]]:
    """Return the rows of a history, of today's or the old shape.

    Raises:
        InvalidInput: The history is of another shape.
    """
    if not isinstance(history, Mapping):
        raise InvalidInput(
            f"The chat history is a {type(history).__name__}, not a mapping with "
            "'internal'; the chat was not saved to memory.",
            field="history",
        )
    rows = history.get("internal", history.get("data"))
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise InvalidInput(
            "The chat history has no list 'internal'; the chat was not saved to "
            "memory.",
            field="history.internal",
        )
    for number, row in enumerate(rows):
        if not _is_row(row):
            raise InvalidInput(
                f"Row {number} of the chat history is not a pair of texts; "
                "the chat was not saved to memory.",
                field=f"history.internal[{number}]",
            )
    return list(rows)


def window_of(
    history: object,
    names: Names,
    *,
    pending: str | None = None,
    complete: bool = True,
    open_ended: bool = False,
) -> Window:
    """Translate a history into a window.

    Args:
        history: The webui's history, as lent to a hook or read from a log.
        names: What the two are called now.
        pending: The user's message that is about to be answered, if it is not in
            the history yet.
        complete: The history is the whole chat.
        open_ended: The last reply is still being written.

    Raises:
        InvalidInput: The history is of another shape.
    """
    rows = read_rows(history)
    times = metadata_of(history)
    messages: list[WindowMessage] = []
    for number, row in enumerate(rows):
        messages += _row_messages(number, row, times, names)
    if pending is not None:
        at = _timestamp(times, "user", len(rows))
        messages += _translated(pending, "", at, "", names)
    return Window(
        messages=tuple(messages),
        complete=complete,
        open_ended=open_ended and bool(rows),
    )


def metadata_of(history: object) -> Mapping[str, Any]:
    """Return what the webui notes beside its rows; empty if it has another shape."""
    metadata = history.get("metadata") if isinstance(history, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}


def is_said(text: str) -> bool:
    """Whether a user's column holds words of his, not nothing or the marker."""
    return text.strip() not in ("", GREETING_MARKER)


def _is_row(row: object) -> bool:
    return (
        isinstance(row, list | tuple)
        and len(row) >= 2
        and isinstance(row[0], str)
        and isinstance(row[1], str)
    )


def _row_messages(
    number: int, row: Sequence[Any], times: Mapping[str, Any], names: Names
) -> tuple[WindowMessage, ...]:
    """Translate a row; instructions in mid-chat are no utterance of the story."""
    user = row[0]
    if len(row) > 3 and isinstance(row[3], Mapping) and row[3].get("role") == "system":
        user = ""
    return _translated(
        user,
        row[1],
        _timestamp(times, "user", number),
        _timestamp(times, "assistant", number),
        names,
    )


def _timestamp(times: Mapping[str, Any], role: str, number: int) -> str:
    entry = times.get(f"{role}_{number}")
    text = entry.get("timestamp") if isinstance(entry, Mapping) else None
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=ROWS_KEPT)
def _translated(
    user: str, reply: str, user_at: str, reply_at: str, names: Names
) -> tuple[WindowMessage, ...]:
    found: list[WindowMessage] = []
    user = without_blocks(user)
    if is_said(user):
        found.append(_shown("user", user.strip(), user_at, names.user))
    said = without_blocks(without_reasoning(reply))
    if said:
        found.append(_shown("assistant", said, reply_at, names.character))
    return tuple(found)


def _shown(role: Role, text: str, at: str, name: str) -> WindowMessage:
    return WindowMessage(
        role=role, content=text, name=name, said_at=parse_timestamp(at)
    )
