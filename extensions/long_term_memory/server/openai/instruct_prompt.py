"""Read a chat that is written as one text with an instruct template's marks.

Owns: the marks of the templates that are known, who speaks between them, and where in
    such a text blocks may stand.
Knows nothing of: requests, the engine.

Blocks are put inside of messages: between two marks no model expects a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice
from typing import Final, Literal, NamedTuple

from .text_prompt import BEGIN, Transcript, Utterance

# No chat has so many lines in a context; looking at more would hold others up.
MOST_MARKS: Final = 20_000
ROLE: Final = r"(system|developer|user|assistant|model)"
_OPEN: Final = re.compile(
    rf"<\|im_start\|>{ROLE}\n"
    rf"|<\|(?:start_header_id|header_start)\|>{ROLE}"
    r"<\|(?:end_header_id|header_end)\|>\n*"
    rf"|<(?:start_of_turn>|\|turn>){ROLE}\n"
    rf"|<\|{ROLE}\|>\n?"
    r"|\[(/?INST)\] ?"
    r"|\[(/?SYSTEM_PROMPT)\] ?"
    r"|(<</?SYS>>)\n?"
    r"|^### (Instruction|Input|Response):[ \t]*\n?"
    # gpt-oss, Command R, DeepSeek, Granite, Kimi, Seed, Solar, Apertus, EXAONE, ...
    rf"|<\|start\|>{ROLE}(?:<\|message\|>|<\|channel\|>final<\|message\|>|(?=\s*\Z))"
    r"|<\|start\|>assistant<\|(channel)\|>[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>"
    r"|<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>"
    r"|<｜(User|Assistant)｜>"  # noqa: RUF001
    rf"|<\|start_of_role\|>{ROLE}<\|end_of_role\|>"
    rf"|<\|im_{ROLE}\|>[^<\n]{{0,100}}<\|im_middle\|>"
    rf"|<seed:bos>{ROLE}\n"
    rf"|<\|begin\|>{ROLE}<\|content\|>"
    rf"|<\|{ROLE}_start\|>"
    rf"|\[\|{ROLE}\|\]"
    r"|GPT4 Correct (User|Assistant): ?"
    r"|\{\{\[(SYSTEM|INPUT|OUTPUT)\]\}\}\n?",
    re.MULTILINE,
)
# Without marks of their own, these words are a template's only where one is awaited.
_BY_WORDS: Final = re.compile(r"^(USER|ASSISTANT|Human|Assistant):[ \t]*", re.MULTILINE)
_AWAITED: Final = re.compile(r"^(?:ASSISTANT|Assistant):[^\n]{0,100}\Z", re.MULTILINE)
_CLOSE: Final = re.compile(
    r"<\|(?:im_end|eot_id|eot|end|endoftext|end_of_text|begin_of_text|return|call"
    r"|END_OF_TURN_TOKEN|(?:system|developer|user|assistant)_end|end_of_turn)\|>"
    r"|<end_of_turn>|<turn\|>|</?s>|<bos>|<eos>|<BOS_TOKEN>|<seed:[be]os>|\[\|endofturn\|\]"
    r"|<｜(?:begin|end)▁of▁sentence｜>"  # noqa: RUF001
)
_CUE: Final = re.compile(r"([^\n:]{1,100}):")
_ROLES: Final[dict[str, str]] = {
    "model": "assistant",
    "developer": "system",
    "channel": "",
    "SYSTEM": "system",
    "USER": "user",
    "User": "user",
    "Human": "user",
    "INPUT": "user",
    "CHATBOT": "assistant",
    "Assistant": "assistant",
    "ASSISTANT": "assistant",
    "OUTPUT": "assistant",
    "INST": "user",
    "/INST": "assistant",
    "SYSTEM_PROMPT": "system",
    "/SYSTEM_PROMPT": "",
    "<<SYS>>": "system",
    "<</SYS>>": "user",
    "Instruction": "user",
    "Input": "user",
    "Response": "assistant",
}
SYSTEM: Final = "system"
SPOKEN: Final = ("user", "assistant")


class Segment(NamedTuple):
    """What stands between two marks.

    Attributes:
        role: "system", "user", "assistant", or empty.
        start: Where its text begins.
        end: Where its text ends, without the space behind it.
        closed: A mark says that it is complete.
    """

    role: str
    start: int
    end: int
    closed: bool


class Instructed(NamedTuple):
    """A text with a template's marks.

    Attributes:
        text: All of it.
        before: Where the text before the first mark ends; 0 if there is none.
        talk: Its messages, without one that is still to be written.
        cue: The name at its end, whose words are to follow; may be empty.
        by_user: What is to follow is the user's.
    """

    text: str
    before: int
    talk: tuple[Segment, ...]
    cue: str
    by_user: bool

    def of(self, segment: Segment) -> str:
        """Return a message's text."""
        return self.text[segment.start : segment.end]

    @property
    def spoken(self) -> list[Segment]:
        """The messages that somebody says, the first of which may hold the prompt."""
        said = [one for one in self.talk if one.role in SPOKEN]
        return [one for one in said if one.start < one.end]

    @property
    def prompts(self) -> list[Segment]:
        """The system's messages before anybody speaks."""
        first = next((one.start for one in self.spoken), len(self.text))
        return [one for one in self.talk if one.role == SYSTEM and one.start < first]

    @property
    def prompt(self) -> str:
        """What is said before the chat; some templates have it said by the user."""
        texts = [self.text[: self.before], *map(self.of, self.prompts)]
        if not any(texts) and self.spoken:
            texts = [self.of(self.spoken[0])]
        return "\n".join(texts).strip()

    @property
    def tail(self) -> tuple[str, ...]:
        """What the system says behind the newest line."""
        newest = max((one.start for one in self.spoken), default=len(self.text))
        behind = [one for one in self.talk if one.start > newest]
        return tuple(self.of(one) for one in behind if one.role == SYSTEM)


def instructed(text: str) -> Instructed | None:
    """Read a template's marks; None if there are none, or too many for a chat."""
    opened = list(islice(_OPEN.finditer(text), MOST_MARKS + 1))
    if len(opened) > MOST_MARKS:
        return None
    if not opened and _AWAITED.search(text):
        opened = list(_BY_WORDS.finditer(text))
    if not opened:
        return None
    ends = [mark.start() for mark in opened[1:]] + [len(text)]
    talk = tuple(
        _segment(text, mark, end) for mark, end in zip(opened, ends, strict=True)
    )
    last = talk[-1]
    cue = _CUE.fullmatch(text[last.start : last.end])
    awaited = not last.closed and (cue is not None or last.start >= last.end)
    before = text[: opened[0].start()]
    return Instructed(
        text=text,
        before=len(before.rstrip()) if _CLOSE.sub("", before).strip() else 0,
        talk=talk[:-1] if awaited else talk,
        cue=cue[1].strip() if cue and awaited else "",
        by_user=awaited and last.role == "user",
    )


def chat_of(
    read: Instructed, *, character: str, user: str, members: Collection[str] = ()
) -> Transcript | None:
    """Read the chat; None if nobody says anything.

    Args:
        read: Where it stands.
        character: Who speaks where no name stands before a message.
        user: The same for the user's messages.
        members: Whose names may stand there, too.
    """
    begins = max((mark.end() for mark in BEGIN.finditer(read.text)), default=0)
    told = [_within(read, one, max(one.start, begins)) for one in read.spoken]
    if told and not (read.before or read.prompts):
        told[0] = _without_prompt(read, told[0], user)
    told = [one for one in told if one.start < one.end]
    if not told:
        return None
    newest = read.talk[-1]
    goes_on = newest.role == "assistant" and not newest.closed
    ended = told[-2].end if goes_on and len(told) > 1 else told[-1].end
    return Transcript(
        parts=tuple(_part(read, one, character, user, members) for one in told),
        begins=_head_place(read, told[0].start),
        last=ended if goes_on else told[-1].start,
        goes_on=goes_on,
        end=ended,
        opens=frozenset(one.start for one in told),
    )


def _segment(text: str, mark: re.Match[str], end: int) -> Segment:
    word = next(group for group in mark.groups() if group)
    close = _CLOSE.search(text, mark.end(), end)
    if close:
        end = close.start()
    inside = text[mark.end() : end]
    start = mark.end() + len(inside) - len(inside.lstrip())
    return Segment(
        role=_ROLES.get(word, word),
        start=start,
        end=max(start, mark.end() + len(inside.rstrip())),
        closed=close is not None,
    )


def _within(read: Instructed, one: Segment, start: int) -> Segment:
    """Return the part of a message from a place on."""
    inside = read.text[start : one.end]
    return one._replace(start=start + len(inside) - len(inside.lstrip()))


def _without_prompt(read: Instructed, one: Segment, user: str) -> Segment:
    """Return what the user says himself in a message that begins with the prompt.

    It is told apart by the user's name in front of it, or by a mark of the chat's
    beginning, which is off already; else all of it counts as the prompt.
    """
    if one not in read.spoken:
        return one
    named = rf"^{re.escape(user)}:" if user else r"(?!)"
    said = re.search(named, read.of(one), re.MULTILINE)
    return _within(read, one, one.start + said.start() if said else one.end)


def _part(
    read: Instructed,
    one: Segment,
    character: str,
    user: str,
    members: Collection[str],
) -> Utterance:
    """Return an utterance under the name of who says it."""
    text = read.of(one)
    role: Literal["user", "assistant"] = "user" if one.role == "user" else "assistant"
    own = user if role == "user" else character
    named = _CUE.match(text)
    if named and named[1] in {own, read.cue, *members} - {""}:
        return Utterance(one.start, role, named[1], text[named.end() :].strip() or text)
    return Utterance(one.start, role, own, text)


def _head_place(read: Instructed, first: int) -> int:
    """Say where the block stands that leads the chat: behind the prompt."""
    if read.prompts:
        return read.prompts[-1].end
    return read.before or first
