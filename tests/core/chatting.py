"""Chats in short: `"u:Hi"` is the user's "Hi", `"a:Hey"` the character's reply.

In a path `~` before it means hidden and `?` provisional: `"~u:Hi"`, `"?a:Hey"`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import settings

from long_term_memory.core.timeline.changes import Alignment
from long_term_memory.core.types import Message, PathEntry, Role, Window, WindowMessage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEEN = NOW + timedelta(seconds=1)
"""When we saw what a host shows: a moment after the time that it tells."""
ROLES: dict[str, Role] = {"u": "user", "a": "assistant", "s": "system"}
THOROUGH = os.environ.get("LTM_HYPOTHESIS") == "thorough"


def examples(number: int) -> settings:
    """So many random examples, or 20,000 of each with LTM_HYPOTHESIS=thorough."""
    return settings(max_examples=20_000 if THOROUGH else number, deadline=None)


def says(line: str, **told: Any) -> WindowMessage:
    """Make a shown message; `told` are the fields that the host tells besides."""
    role, content = line.split(":", 1)
    return WindowMessage(ROLES[role], content)._replace(**told)


def shows(
    *lines: str | WindowMessage, complete: bool = True, open_ended: bool = False
) -> Window:
    """Make a window."""
    messages = tuple(says(line) if isinstance(line, str) else line for line in lines)
    return Window(messages=messages, complete=complete, open_ended=open_ended)


def shows_end(*lines: str | WindowMessage, open_ended: bool = False) -> Window:
    """Make a window that need not begin where the chat does."""
    return shows(*lines, complete=False, open_ended=open_ended)


def message(shown: WindowMessage, name: str) -> Message:
    """Keep a shown message under an id."""
    return Message(
        id=name,
        role=shown.role,
        content=shown.content,
        name=shown.name,
        said_at=shown.said_at,
        seen_at=SEEN,
        present=shown.present,
    )


def knows(*lines: str | WindowMessage) -> list[PathEntry]:
    """Make a path; the ids are m0, m1 and so on."""
    return [_place(line, f"m{index}") for index, line in enumerate(lines)]


def _place(line: str | WindowMessage, name: str) -> PathEntry:
    if isinstance(line, WindowMessage):
        return PathEntry(
            message=message(line, name), hidden=line.hidden, host_id=line.host_id
        )
    return PathEntry(
        message=message(says(line.lstrip("~?")), name),
        hidden=line.startswith("~"),
        provisional=line.startswith("?"),
    )


def names() -> Iterator[str]:
    """Yield n0, n1 and so on, for new messages."""
    return (f"n{index}" for index in count())


def applied(
    path: Sequence[PathEntry], alignment: Alignment, new: Iterator[str]
) -> list[PathEntry]:
    """Do to a path what an alignment says, minting a name for each new message."""
    places = list(path[: alignment.keep])
    for place, shown, hidden, provisional, host_id, _ in alignment.tail:
        if place is not None:
            said = place.message
        else:
            assert shown is not None
            said = message(shown, next(new))
        places.append(
            PathEntry(
                message=said, hidden=hidden, provisional=provisional, host_id=host_id
            )
        )
    return places


def read(path: Sequence[PathEntry]) -> list[str]:
    """Write a path in short."""
    return [
        ("~" if place.hidden else "")
        + ("?" if place.provisional else "")
        + f"{place.message.role[0]}:{place.message.content}"
        for place in path
    ]


def ids(path: Sequence[PathEntry]) -> list[str]:
    """Return the ids along a path."""
    return [place.message.id for place in path]
