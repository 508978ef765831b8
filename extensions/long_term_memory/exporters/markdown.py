"""A bank as a text that a person likes to read.

Owns: headings, days, who speaks.
Knows nothing of: files on disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from ..core.types import MemoryItem
from ..engine.bank import Bank
from ..engine.records import ChatInfo
from ..importers.report import counted
from . import transcript

# What would begin a heading or a rule of ours in the middle of what somebody says.
_STRUCTURE = re.compile(r"^(\s*)(#{1,6}\s|[-=_*]{3,}\s*$)", re.MULTILINE)


def lines(bank: Bank) -> Iterator[str]:
    """Yield a bank's paragraphs, each with its line breaks."""
    chats = transcript.chats(bank)
    notes = transcript.notes(bank)
    messages = sum(chat.messages for chat in chats)
    yield f"# {_plain(bank.scope.character)}\n\n"
    told = ((len(chats), "chat"), (messages, "message"), (len(notes), "note"))
    yield ", ".join(counted(count, noun) for count, noun in told) + ".\n"
    if notes:
        yield "\n## Notes\n\n"
        for note in notes:
            pinned = "**Always in mind:** " if note.pinned else ""
            yield f"- {pinned}{_indented(note.content)}\n"
    for chat in chats:
        yield from _chat(bank, chat)


def _chat(bank: Bank, chat: ChatInfo) -> Iterator[str]:
    yield f"\n## {_plain(chat.title or chat.id)}\n"
    day: date | None = None
    for line in transcript.lines(bank, chat):
        at = transcript.moment(line.memory.happened_at)
        if at is not None and at.date() != day:
            day = at.date()
            yield f"\n### {day.day} {day:%B %Y}\n"
        yield f"\n{_speaker(line.memory, at, hidden=line.hidden)}  \n"
        yield f"{_said(line.memory.content)}\n"


def _speaker(memory: MemoryItem, at: datetime | None, *, hidden: bool) -> str:
    name = memory.name or {"user": "You", "system": "Narrator"}.get(
        memory.role or "", "Character"
    )
    marks = [f"{at:%H:%M}"] if at is not None else []
    marks += ["hidden"] if hidden else []
    marks += ["corrected"] if memory.edited else []
    marks += ["always in mind"] if memory.pinned else []
    tail = f" · {' · '.join(marks)}" if marks else ""
    return f"**{_plain(name)}**{tail}"


def _said(text: str) -> str:
    """Return what somebody said, so that it opens no heading of ours."""
    return _whole(_STRUCTURE.sub(r"\1\\\2", text.strip()))


def _indented(text: str) -> str:
    return _said(text).replace("\n", "\n  ")


def _plain(text: str) -> str:
    return _whole(" ".join(text.split()))


def _whole(text: str) -> str:
    """Return a text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()
