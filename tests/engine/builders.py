"""Windows in one line."""

from __future__ import annotations

from datetime import datetime

from long_term_memory.core.types import Query, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.compose import Request


def shown(line: str, at: datetime | None = None) -> WindowMessage:
    """Read "> text" as the user's and anything else as the character's."""
    if line.startswith(">"):
        return WindowMessage(
            role="user", name="Anon", content=line[1:].strip(), said_at=at
        )
    return WindowMessage(role="assistant", name="Miku", content=line, said_at=at)


def window(
    *lines: str,
    complete: bool = True,
    open_ended: bool = False,
    at: datetime | None = None,
) -> Window:
    """Show lines; all said at the same time, if one is given."""
    return Window(
        messages=tuple(shown(line, at) for line in lines),
        complete=complete,
        open_ended=open_ended,
    )


def a_chat(bank: Bank, name: str, *lines: str, story: str = "") -> Chat:
    """Name a chat and show it, embedded."""
    chat = bank.chat(name, host="test", story=story)
    chat.observe(window(*lines))
    assert bank.settle(20)
    return chat


def texts(chat: Chat) -> list[str]:
    """Return what stands on a path."""
    return [place.message.content for place in chat.path()]


def recalled(chat: Chat, text: str, **query: object) -> list[str]:
    """Return what a message brings to mind, ungated."""
    wanted = Query(text=text, gated=False, **query)  # type: ignore[arg-type]
    return [found.memory.content for found in chat.recall(wanted)]


def a_request(text: str, **changes: object) -> Request:
    """Ask for blocks with room for a few memories."""
    values: dict[str, object] = {
        "query": Query(text=text),
        "user_name": "Anon",
        "character_name": "Miku",
        "head_tokens": 100,
        "recall_tokens": 200,
        "count": lambda text: len(text.split()),
    }
    return Request(**(values | changes))  # type: ignore[arg-type]
