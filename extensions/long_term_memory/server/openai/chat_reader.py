"""Read what a chat request shows: its prompt, its dialogue, what stands behind.

Owns: telling the chat's own lines from everything else in `messages`, who says them,
and what is to be written next.
Knows nothing of: ids that a client tells otherwise than here, the engine.

SillyTavern sends system messages, a separator such as `[Start a new Chat]`, the chat's
lines with further system messages among them, and system messages at the end. Other
clients send the first and the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple

from ...core.text.own_blocks import (
    masking_blocks,
    unmasked,
    without_blocks,
    without_replays,
)
from ...core.text.reasoning import without_reasoning
from ...llm.speech import message_text
from .cast import (
    AS_USER,
    NOBODY,
    ONLY_AS,
    SEPARATOR,
    Cast,
    Named,
    cast_of,
    main_in,
    members_of,
)
from .client_hints import ClientHints
from .instruct_prompt import Instructed, chat_of, instructed
from .tags import SYSTEM
from .text_prompt import Transcript, Utterance, next_speaker, stopping_name, transcript

SPOKEN: Final = ("user", "assistant")
CONTINUE, IMPERSONATE = "continue", "impersonate"

# Clients put these among the lines; they repeat what was said, and are not said.
_INSERTED: Final = re.compile(
    r"\[Summary:|Past events:|Related information:|Previous messages exchanged between "
    r"|In a past conversation: |\[Use these past chat exchanges "
)
_PLACEHOLDER: Final = re.compile(r"\[Start a new (?:group )?chat\]", re.IGNORECASE)
_GO_ON: Final = re.compile(r"\[Continue (?:your|the) (?:last|following) message\b")
# With post-processing, what stood behind the last line is part of it.
_GLUED: Final = re.compile(
    r"\n\n(?P<nudge>\[(?:Write the next reply only as |Continue your last message"
    r"|Write your next reply from the point of view of )[^\]]{0,400}\])\s*$"
)
_PREFIX: Final = re.compile(r"([^\n:]{1,100}): ?")


class ChatLine(NamedTuple):
    """One utterance of the chat, and the message of the request that holds it."""

    at: int
    role: Literal["user", "assistant", "system"]
    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChat:
    """What a request shows.

    Attributes:
        lines: The chat's own, oldest first.
        asides: System messages amid the lines: a narrator's, or put in for the model.
        start: Index of the message with which the chat begins.
        character: Who speaks next; "default" if nothing tells.
        user: What the user is called; may be empty.
        members: Who is in the group; empty if it is none.
        kind: What is generated, as `Ids.kind`; empty if nothing tells.
        tail: The system messages behind the last line.
        asks: The user's turn is the last, though nothing in it is a line.
        separated: Something marks where the chat begins.
        text: All of it, if it is but one text.
        told: Where the lines are in that; None if they are messages.
    """

    lines: tuple[ChatLine, ...]
    start: int
    character: str
    user: str = ""
    asides: tuple[ChatLine, ...] = ()
    members: tuple[str, ...] = ()
    kind: str = ""
    tail: tuple[str, ...] = ()
    asks: bool = False
    separated: bool = False
    text: str = ""
    told: Transcript | None = None

    @property
    def continues(self) -> bool:
        """Whether the reply goes on from the last line."""
        if not self.lines or self.lines[-1].role != "assistant" or self.asks:
            return False
        if self.told is not None:
            return self.told.goes_on
        return self.kind == CONTINUE or not (self.kind or self.tail)


def read_script(messages: Sequence[Mapping[str, Any]], ids: ClientHints) -> RequestChat:
    """Read a request's messages, in the light of what the client tells."""
    texts = [without_blocks(message_text(message)) for message in messages]
    texts = without_replays(texts)
    prompts = _prompts(messages, texts)
    tail = [text for _, text in _tail(messages, texts)]
    openings = _openings(messages, texts)
    cast = _cast(prompts, tail, openings, ids)
    alone = len(messages) == 1 and messages[0].get("role") == "user"
    if alone and (flat := _flat(message_text(messages[0]), texts[0], cast, ids)):
        return flat
    start, separated = _start(messages, texts)
    lines = list(_lines(messages, texts, start, cast))
    if lines and (glued := _GLUED.search(lines[-1].content)):
        tail = [glued["nudge"], *tail]
        lines[-1] = lines[-1]._replace(content=lines[-1].content[: glued.start()])
        cast = _cast(prompts, tail, openings, ids)
    named = _named_speaker(messages) if cast.character == NOBODY else ""
    return RequestChat(
        lines=tuple(lines),
        asides=tuple(_asides(messages, texts, lines)),
        start=start,
        character=named or cast.character,
        user=cast.user,
        members=cast.members,
        kind=_kind_of(tail, ids),
        tail=tuple(tail),
        asks=_asks(messages),
        separated=separated,
    )


def as_said(script: RequestChat) -> RequestChat:
    """Return what a request shows without what another memory put into its lines."""
    said = (
        line._replace(content=without_blocks(line.content)) for line in script.lines
    )
    return replace(script, lines=tuple(line for line in said if line.content))


def _prompts(messages: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> list[str]:
    systems = [
        text
        for message, text in zip(messages, texts, strict=True)
        if message.get("role") in SYSTEM and text
    ]
    return systems or list(texts[:1])


def _cast(
    prompts: Sequence[str],
    tail: Sequence[str],
    openings: Iterable[str],
    ids: ClientHints,
) -> Cast:
    """Find out who takes part."""
    return cast_of(
        prompts,
        tail,
        told=Named(ids.character, ids.user),
        members=ids.members or members_of(openings),
    )


def _openings(messages: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> list[str]:
    """Return the lines with which the chat may begin.

    Joined with the rest of the prompt, such a line stands at its end; in a request that
    is one text it stands anywhere.
    """
    if len(texts) == 1:
        return texts[0].split("\n")
    return [
        text.rsplit("\n", 1)[-1]
        for message, text in zip(messages, texts, strict=True)
        if message.get("role") in SYSTEM
    ]


def _tail(
    messages: Sequence[Mapping[str, Any]], texts: Sequence[str]
) -> list[tuple[int, str]]:
    """Return the system messages at the end, if lines stand before them."""
    at = len(messages)
    while at and messages[at - 1].get("role") in SYSTEM:
        at -= 1
    return [(place, texts[place]) for place in range(at, len(messages))] if at else []


def _start(
    messages: Sequence[Mapping[str, Any]], texts: Sequence[str]
) -> tuple[int, bool]:
    """Say where the chat begins, and whether something marks that."""
    marked = 0
    first = len(messages)
    for at, message in enumerate(messages):
        role, text = message.get("role"), texts[at]
        # Joined with the rest of the prompt, it stands at its end.
        if role in SYSTEM and SEPARATOR.fullmatch(text.rsplit("\n", 1)[-1]):
            marked = at + 1
        # Some post-processing wants a user to speak first.
        elif role == "user" and first > at and _PLACEHOLDER.fullmatch(text):
            return at + 1, True
        elif role in SPOKEN:
            first = min(first, at)
    return (marked, True) if marked else (first, False)


def _lines(
    messages: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    start: int,
    cast: Cast,
) -> Iterator[ChatLine]:
    """Yield the chat's own lines."""
    for at in range(start, len(messages)):
        role, text = messages[at].get("role"), texts[at]
        if role == "assistant":
            text = without_reasoning(text)
        if role not in SPOKEN or not text or _INSERTED.match(text):
            continue
        yield _line(at, role, text, _name_field(messages[at]), cast)


def _asides(
    messages: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    lines: Sequence[ChatLine],
) -> Iterator[ChatLine]:
    """Yield the system messages between two lines that no known client puts there."""
    first, last = (lines[0].at, lines[-1].at) if lines else (0, 0)
    for at in range(first + 1, last):
        text = texts[at]
        if messages[at].get("role") not in SYSTEM or not text:
            continue
        if _INSERTED.match(text) or SEPARATOR.fullmatch(text) or is_nudge(text):
            continue
        yield ChatLine(at, "system", "", text)


def _line(at: int, role: Any, text: str, named: str, cast: Cast) -> ChatLine:
    """Return a line without the name in front, under the name of who says it."""
    default = cast.user if role == "user" else cast.character
    prefix = _PREFIX.match(text)
    if prefix and prefix[1] in cast.known() | ({named} - {""}):
        rest = text[prefix.end() :].strip()
        return ChatLine(at, role, prefix[1], rest or text)
    return ChatLine(at, role, named or (default if default != NOBODY else ""), text)


def _asks(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last of those who speak is the user, with a picture for instance."""
    roles = (message.get("role") for message in reversed(messages))
    return next((role for role in roles if role in SPOKEN), "") == "user"


def _name_field(message: Mapping[str, Any]) -> str:
    name = message.get("name")
    return " ".join(name[:100].split()) if isinstance(name, str) else ""


def _named_speaker(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return who spoke last for the model, by the messages' own names."""
    for message in reversed(messages):
        if message.get("role") == "assistant" and _name_field(message):
            return _name_field(message)
    return ""


def _kind_of(tail: Sequence[str], ids: ClientHints) -> str:
    """Say what is generated: nudges are of this request, an id may be an old one."""
    if any(AS_USER.search(text) for text in tail):
        return IMPERSONATE
    if any(_GO_ON.search(text) for text in tail):
        return CONTINUE
    return ids.kind


def is_nudge(text: str) -> bool:
    """Whether a system message only says how to write the next reply."""
    return any(one.search(text) for one in (AS_USER, _GO_ON, ONLY_AS))


def _flat(whole: str, text: str, cast: Cast, ids: ClientHints) -> RequestChat | None:
    """Read a request that is one text; None if it is just a message."""
    main = main_in(text)
    if main is None and not (ids.character and ids.user):
        return None
    told = transcript(masking_blocks(whole), character=cast.character, user=cast.user)
    if told is None:
        return None
    return _told(whole, told, cast.character, cast.user, ids)


def read_text(prompt: object, stops: object, ids: ClientHints) -> RequestChat | None:
    """Read a text to be continued; None if it is no chat that can be read.

    Args:
        prompt: The text; it ends with the name of the one who is to speak.
        stops: Where the model shall stop; the user's name is among these.
        ids: What the client tells.
    """
    if not isinstance(prompt, str):
        return None
    user = ids.user or stopping_name(stops)
    if read := instructed(prompt):
        return _instructed(read, user, ids)
    cue = next_speaker(prompt)
    character = ids.character or (cue if cue != user else "")
    if not character:
        return None
    told = transcript(masking_blocks(prompt), character=character, user=user)
    if told is None:
        return None
    kind = IMPERSONATE if cue and cue == user else ids.kind
    return _told(prompt, told, character, user, replace(ids, kind=kind))


def _instructed(read: Instructed, user: str, ids: ClientHints) -> RequestChat | None:
    """Read a chat between the marks of a template; None if nobody is named."""
    prompt = without_blocks(read.prompt)
    cast = _cast([prompt], [], prompt.split("\n"), ids)
    cue = read.cue if read.cue != user and not read.by_user else ""
    character = ids.character or cue or cast.character
    if character == NOBODY:
        return None
    user = user or cast.user
    told = chat_of(read, character=character, user=user, members=cast.members)
    if told is None:
        return None
    kind = IMPERSONATE if read.by_user else ids.kind
    script = _told(read.text, told, character, user, replace(ids, kind=kind))
    return replace(script, tail=read.tail, members=cast.members)


def _said(part: Utterance) -> str:
    """Return what is said in an utterance; a model's thoughts are not."""
    content = unmasked(part.content)
    return content if part.role == "user" else without_reasoning(content)


def _told(
    text: str, told: Transcript, character: str, user: str, ids: ClientHints
) -> RequestChat:
    spoken = [
        ChatLine(0, part.role, part.name, said)
        for part in told.parts
        if (said := _said(part))
    ]
    return RequestChat(
        lines=tuple(spoken),
        start=0,
        character=character,
        user=user,
        kind=ids.kind,
        separated=True,
        text=text,
        told=told,
    )
