"""Read a chat that is written as one text, line by line: `Name: what is said`.

Owns: where such a text's chat begins, its parts, and where blocks may be put in.
Knows nothing of: requests, the engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

# An instruct template's own marks would be read as something that was said.
_TEMPLATE: Final = re.compile(r"<\|[^|\n]{1,40}\|>|\[/?INST\]|<(?:start|end)_of_turn>")
BEGIN: Final = re.compile(
    r"^(?:\*\*\*|\[Start a new (?:group )?chat\b[^\]\n]*\])[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NEXT: Final = re.compile(r"(?:^|\n)([^\n:]{1,100}):[ \t]*$")
_STOP: Final = re.compile(r"\n([^\n:]{1,100}):$")


class Utterance(NamedTuple):
    """One utterance: who says it, and where it begins in the text."""

    start: int
    role: Literal["user", "assistant"]
    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A text's chat.

    Attributes:
        parts: What is said, oldest first.
        begins: Where the chat begins in the text.
        last: Where the newest thing that was said begins.
        goes_on: The text ends within an utterance, which is to be continued.
        end: Where the newest thing that was said ends; None if a name follows there.
        opens: Places at which something that is said begins, where marks surround it;
            None if nothing but line ends does.
    """

    parts: tuple[Utterance, ...]
    begins: int
    last: int
    goes_on: bool
    end: int | None = None
    opens: frozenset[int] | None = None


def next_speaker(text: str) -> str:
    """Return whose reply a text asks for, by the name at its end."""
    found = _NEXT.search(text[-200:])
    return found[1].strip() if found else ""


def stopping_name(stops: object) -> str:
    """Return whom a client does not want to hear from: its user."""
    texts: Sequence[object] = stops if isinstance(stops, list) else [stops]
    found = (_STOP.fullmatch(text) for text in texts if isinstance(text, str))
    return next((one[1].strip() for one in found if one), "")


def transcript(text: str, *, character: str, user: str) -> Transcript | None:
    """Read a chat; None if nobody says anything, or a template stands around it."""
    names = {name for name in (character, user) if name}
    if not names or _TEMPLATE.search(text):
        return None
    begins = max((mark.end() for mark in BEGIN.finditer(text)), default=0)
    spoken = re.compile(
        rf"^({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))}):[ \t]*",
        re.MULTILINE,
    )
    found = list(spoken.finditer(text, begins))
    if not found:
        return None
    ends = [mark.start() for mark in found[1:]] + [len(text)]
    parts = [
        Utterance(mark.start(), _role(mark[1], user), mark[1], said)
        for mark, end in zip(found, ends, strict=True)
        if (said := text[mark.end() : end].strip())
    ]
    if not parts:
        return None
    open_end = parts[-1].start == found[-1].start() and parts[-1].role == "assistant"
    return Transcript(
        parts=tuple(parts),
        begins=found[0].start(),
        last=parts[-1].start,
        goes_on=open_end,
    )


def end_of_talk(text: str, told: Transcript) -> int:
    """Return where the newest part ends: before the name that asks for the next."""
    if told.end is not None:
        return told.end
    cue = _NEXT.search(text, max(told.last, len(text) - 200))
    return cue.start() if cue else len(text)


def _role(name: str, user: str) -> Literal["user", "assistant"]:
    return "user" if name == user else "assistant"
