"""Put what memory adds into a request's messages.

Owns: where the blocks go, by the shape of the request, and recalled messages as turns.
Knows nothing of: the engine, how much room there is; changes nothing that it is lent.

The head block changes seldom, so it follows the first system message, before whatever
of the prompt may change with each turn: the model's prompt cache holds to there. What a
turn brings to mind stands at the newest line. A request with one system message or none
is for a model that wants roles to alternate: there blocks become part of messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from ...core.prompt.blocks import clean_name, place_block
from ...core.text.own_blocks import EARLIER, NOW
from ...core.types import MemoryItem, Recalled
from .chat_reader import RequestChat
from .tags import SYSTEM
from .text_prompt import Transcript, end_of_talk

Message = Mapping[str, Any]

BEFORE_ALL: Final = "BEFORE_NORMAL_CONTEXT"
BEFORE_CHAT: Final = "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES"
BEFORE_LAST: Final = "BEFORE_LAST_MESSAGE"
AFTER_LAST: Final = "AFTER_LAST_MESSAGE"


class Blocks(NamedTuple):
    """What is put in.

    Attributes:
        head: The stable block.
        recall: What this turn brought to mind.
        location: Where that goes, as the settings name it.
        turns: Recalled messages that are replayed, in order of time.
    """

    head: str = ""
    recall: str = ""
    location: str = AFTER_LAST
    turns: Sequence[MemoryItem] = ()


def alternates(messages: Sequence[Message]) -> bool:
    """Whether a request is for a model that takes at most one system message."""
    return sum(message.get("role") in SYSTEM for message in messages) <= 1


def insert(
    body: Mapping[str, Any], script: RequestChat, blocks: Blocks, *, first: int
) -> dict[str, Any]:
    """Return a request with blocks put in.

    Args:
        body: The request.
        script: What it shows.
        blocks: What is put in; no turns where the request is one text.
        first: The first of the chat's lines that is sent.
    """
    if script.told is None:
        sent = with_blocks(body["messages"], script, blocks, first=first)
        return {**body, "messages": sent}
    text = text_with_blocks(script.text, script.told, blocks)
    if "prompt" in body:
        return {**body, "prompt": text}
    [message, *_] = body["messages"]
    return {**body, "messages": [{**message, "content": text}]}


def with_blocks(
    messages: Sequence[Message], script: RequestChat, blocks: Blocks, *, first: int = 0
) -> list[Message]:
    """Return the messages that are sent.

    Args:
        messages: The request's.
        script: What they show.
        blocks: What is put in.
        first: Index of the first of the chat's lines that is sent.
    """
    sheet = _Sheet(messages, script)
    sheet.leave_out({line.at for line in script.lines[:first]})
    if alternates(messages):
        sheet.write_into(blocks)
    else:
        sheet.write_between(blocks)
    return sheet.messages()


def text_with_blocks(text: str, told: Transcript, blocks: Blocks) -> str:
    """Return a text with blocks before its chat, and at its newest part."""
    at = end_of_talk(text, told)
    if told.goes_on or blocks.location == BEFORE_LAST:
        at = told.last
    elif blocks.location in (BEFORE_ALL, BEFORE_CHAT):
        at = told.begins
    for place, block in ((at, blocks.recall), (told.begins, blocks.head)):
        if block:
            text = _placed(text, place, block, told)
    return text


def _placed(text: str, place: int, block: str, told: Transcript) -> str:
    """Return a text with a block at a place."""
    before, after = text[:place], text[place:]
    if told.opens is None:
        parts = (before.rstrip("\n"), block, after.lstrip("\n"))
        return "\n".join(part for part in parts if part)
    # A template's marks stay where they are.
    if place in told.opens:
        return f"{before}{block}\n{after}"
    return f"{before}\n{block}{after}"


class _Sheet:
    """A request's messages while blocks are put in."""

    def __init__(self, messages: Sequence[Message], script: RequestChat) -> None:
        self._given = list(messages)
        self._script = script
        self._before: dict[int, list[Message]] = {}
        self._left_out: set[int] = set()
        systems = [at for at, one in enumerate(messages) if one.get("role") in SYSTEM]
        self._system = systems[0] if systems else None

    def messages(self) -> list[Message]:
        """Return what is sent."""
        sent: list[Message] = []
        for at, message in enumerate(self._given):
            sent += self._before.get(at, ())
            if at not in self._left_out:
                sent.append(message)
        return sent + self._before.get(len(self._given), [])

    def leave_out(self, places: set[int]) -> None:
        """Send no such messages, nor answers of tools that nobody asked."""
        self._left_out = set(places)
        for at, message in enumerate(self._given):
            if message.get("role") == "tool" and at and at - 1 in self._left_out:
                self._left_out.add(at)

    def write_between(self, blocks: Blocks) -> None:
        """Put blocks in as system messages of their own."""
        after = 0 if self._system is None else self._system + 1
        self._insert(after, blocks.head)
        self._insert(self._place(blocks.location, after), blocks.recall)
        if blocks.turns:
            self._replay(blocks.turns)

    def write_into(self, blocks: Blocks) -> None:
        """Make blocks part of the messages that are there."""
        self._write_system(blocks.head, BEFORE_CHAT)
        last = next(
            (one.at for one in reversed(self._script.lines) if one.role == "user"), None
        )
        late = blocks.location in (BEFORE_LAST, AFTER_LAST) and last is not None
        if late and last is not None:
            self._write(last, blocks.recall, blocks.location)
        else:
            early = blocks.location == BEFORE_ALL
            self._write_system(blocks.recall, BEFORE_ALL if early else BEFORE_CHAT)
        if blocks.turns:
            self._replay_in_turn(blocks.turns)

    def _write_system(self, block: str, location: str) -> None:
        """Put a block into the system message, which is made where there is none."""
        if self._system is not None:
            self._write(self._system, block, location)
        elif block:
            self._given.insert(0, _system(""))
            self._script = _moved(self._script)
            self._left_out = {at + 1 for at in self._left_out}
            self._system = 0
            self._write(0, block, location)

    def _write(self, at: int, block: str, location: str) -> None:
        if block:
            self._given[at] = _with_text(self._given[at], block, location)

    def _insert(self, at: int, block: str) -> None:
        if block:
            self._before.setdefault(at, []).append(_system(block))

    def _place(self, location: str, after: int) -> int:
        """Say before which message the recalled block goes."""
        if location == BEFORE_ALL:
            return 0
        if location == BEFORE_CHAT:
            return max(self._chat_begins(), after)
        last = self._script.lines[-1].at
        return last if location == BEFORE_LAST or self._script.continues else last + 1

    def _chat_begins(self) -> int:
        """Return where the chat begins, the mark of that included."""
        marked = self._script.separated and self._script.start > 1
        return self._script.start - 1 if marked else self._script.lines[0].at

    def _replay(self, turns: Sequence[MemoryItem]) -> None:
        """Let recalled messages be said again, before the chat begins."""
        told: list[Message] = [_system(EARLIER)]
        told += [{"role": one.role, "content": self._said(one)} for one in turns]
        if not self._script.separated:
            told.append(_system(NOW))
        self._before.setdefault(self._chat_begins(), []).extend(told)

    def _replay_in_turn(self, turns: Sequence[MemoryItem]) -> None:
        """Do so where roles must alternate: marks and messages in a row are one."""
        sent = (one.at for one in self._script.lines if one.at not in self._left_out)
        at = next(sent)
        told: list[Message] = [{"role": "user", "content": EARLIER}]
        for one in turns:
            if told[-1]["role"] == one.role:
                told[-1] = _joined(told[-1], self._said(one))
            else:
                told.append({"role": one.role, "content": self._said(one)})
        mark = NOW
        if told[-1]["role"] == self._given[at].get("role"):
            mark = f"{told.pop()['content']}\n\n{NOW}"
        self._write(at, mark, BEFORE_ALL)
        if told and at and self._given[at - 1].get("role") == "user":
            self._given[at - 1] = _joined(self._given[at - 1], told.pop(0)["content"])
        self._before.setdefault(at, []).extend(told)

    def _said(self, memory: MemoryItem) -> str:
        """Return a memory's words, with a name if nobody else could tell whose."""
        known = (self._script.user, self._script.character, "")
        alone = memory.name in known and not self._script.members
        return (
            memory.content if alone else f"{clean_name(memory.name)}: {memory.content}"
        )


def turns_of(items: Sequence[Recalled], most: int) -> list[MemoryItem]:
    """Choose the recalled messages that are replayed: the best, in order of time."""
    said = [item.memory for item in items if item.memory.role in ("user", "assistant")]
    return sorted(said[:most], key=lambda one: one.happened_at or one.created_at)


def _system(text: str) -> Message:
    return {"role": "system", "content": text}


def _joined(message: Message, text: str) -> Message:
    return _with_text(message, text, BEFORE_CHAT)


def _moved(script: RequestChat) -> RequestChat:
    """Return a script whose messages stand one place later."""
    lines = tuple(line._replace(at=line.at + 1) for line in script.lines)
    return replace(script, lines=lines, start=script.start + 1)


def _with_text(message: Message, block: str, location: str) -> Message:
    """Return a message with a block in its text."""
    content = message.get("content")
    if not isinstance(content, list):
        placed = _beside(str(content or ""), block, location)
        return {**message, "content": placed}
    part = {"type": "text", "text": block}
    before = location in (BEFORE_ALL, BEFORE_LAST)
    return {**message, "content": [part, *content] if before else [*content, part]}


def _beside(text: str, block: str, location: str) -> str:
    if location == BEFORE_CHAT:
        return f"{text}\n\n{block}" if text else block
    return place_block(text, block, location)
