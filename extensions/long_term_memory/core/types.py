"""The nouns of the project: messages, windows, memories, and what recall returns.

Owns: the shapes that pass between rooms. Times are aware UTC datetimes.
Knows nothing of: stores, hosts, models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from .later import Word
from .policy import RecallsFrom

Role = Literal["user", "assistant", "system"]
TokenCounter = Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose memory it is: names one bank."""

    user: str
    character: str


class WindowMessage(NamedTuple):
    """One utterance as a host shows it.

    A named tuple, not a dataclass: windows of ten thousand are compared every turn,
    and tuples compare in C.

    Attributes:
        role: Who speaks, for the model.
        content: The raw text, without reasoning, attachments or markup.
        name: The author's display name; may be empty.
        said_at: When it was said, if the host knows.
        host_id: The host's own stable id of the message, if it has one.
        position: Absolute place in the host's chat, from 0, if the host knows.
        hidden: The host keeps it out of its prompt, yet it is part of the story.
        present: Names of those who witnessed it; empty means everyone in the chat.
        message_id: Our id of it if the caller knows that already, as in the banks of
            a group chat; empty mints a new one.
    """

    role: Role
    content: str
    name: str = ""
    said_at: datetime | None = None
    host_id: str | None = None
    position: int | None = None
    hidden: bool = False
    present: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The messages that a host shows in one call, oldest first.

    Attributes:
        messages: What is shown.
        complete: The host's word that this is the whole chat. Otherwise it is a
            slice that reaches to the present end of the chat.
        open_ended: The last message is a reply that may still be swiped or
            continued; it stays provisional until a later window contains it.
        just_said: The last message is said as it is shown. If it is new and the host
            tells no time of it, our own clock tells it.
        kept_here: The host has no chat beside our path, and shows that: what stands
            on it has our id, and all else is said now, so it may say what was
            forgotten once.
    """

    messages: tuple[WindowMessage, ...]
    complete: bool
    open_ended: bool = False
    just_said: bool = False
    kept_here: bool = False


class Message(NamedTuple):
    """One utterance as we keep it; it never changes.

    A named tuple like `MemoryItem` and `Recalled`, for each recall makes dozens of
    them, and a frozen dataclass takes three times as long to make.

    Attributes:
        id: Ours, unique everywhere; shared by the banks of a group chat.
        said_at: When it was said, None if no host told. Equal to `seen_at` where our
            own clock told it, for it was said as we saw it.
        seen_at: When we first saw it.
        present: Names of the witnesses; empty means everyone in the chat.
    """

    id: str
    role: Role
    content: str
    name: str
    said_at: datetime | None
    seen_at: datetime
    present: tuple[str, ...] = ()

    @property
    def told_at(self) -> datetime | None:
        """When it was said by a host's word; None if none told.

        Only this can speak for or against two messages being one: hosts note the time
        at another moment than we see it, and keep it where a text is edited.
        """
        return None if self.said_at == self.seen_at else self.said_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEntry:
    """One place of a chat's path.

    Attributes:
        message: What stands there.
        hidden: Not in the last window though the chat went on around it.
        provisional: A last reply that no later window has confirmed yet.
        host_id: The host's id of the message, if it has one.
    """

    message: Message
    hidden: bool = False
    provisional: bool = False
    host_id: str | None = None


class MemoryKind(StrEnum):
    """What kind of thing can be recalled."""

    TURN = "turn"
    FACT = "fact"
    SUMMARY = "summary"
    NOTE = "note"


class MemoryItem(NamedTuple):
    """One thing that can be recalled.

    Attributes:
        id: Stable; a turn's is its message's id.
        content: The text as it would be injected: the user's correction if there
            is one, else what was said or written.
        name: Who said it; empty for notes.
        role: The speaker's role; None where nobody spoke.
        happened_at: When it was said or, failing that, None.
        created_at: When we first knew of it.
        sources: Ids of the messages it rests on; empty for notes.
        chat: Our id of a chat it was heard in, None for notes.
        pinned: Always in the head block.
        edited: The content was corrected by hand.
        deleted: Taken out of recall by hand; can be restored.
        hidden: Never recalled, but listed and told in the story as before.
        tags: By which a person finds it again.
    """

    id: str
    kind: MemoryKind
    content: str
    created_at: datetime
    name: str = ""
    role: Role | None = None
    happened_at: datetime | None = None
    sources: tuple[str, ...] = ()
    chat: str | None = None
    pinned: bool = False
    edited: bool = False
    deleted: bool = False
    hidden: bool = False
    tags: tuple[str, ...] = ()


class ScoreParts(NamedTuple):
    """Why a memory was recalled.

    Attributes:
        values: What each signal adds to the score, that is its value times its weight,
            by the names in `retrieval.signals.SIGNALS`; higher is better.
        distance: The plain cosine distance of its best passage to the query (0 … 2,
            lower is nearer), None while no vector exists.
    """

    values: Mapping[str, float] = MappingProxyType({})
    distance: float | None = None

    def of(self, signal: str) -> float:
        """Return what a signal adds; 0 if it says nothing."""
        return self.values.get(signal, 0.0)


class Recalled(NamedTuple):
    """A memory, how well it fits, and why.

    Attributes:
        score: The weighted sum of the signals, which ranks.
        chance: How likely it is to help to answer the message, 0 … 1; None for what
            was not looked for, such as pinned memories.
        passages: The cosine of each of its passages to the query; empty if it is its
            own only passage, or has no vectors yet.
        superseded_by: Id of a newer memory that was found as well and tells the same
            anew; empty if there is none.
    """

    memory: MemoryItem
    score: float
    parts: ScoreParts
    chance: float | None = None
    passages: tuple[float, ...] = ()
    superseded_by: str = ""


class Reason(StrEnum):
    """Why something was not put into a prompt."""

    GATE = "gate"
    """Nothing that was told is likely to help to answer the message."""
    UNLIKELY = "unlikely"
    """Other memories are, this one is not."""
    LIMIT = "limit"
    """More came nearer than are fetched."""
    BUDGET = "budget"
    """It did not fit among the better ones."""
    DUPLICATE = "duplicate"
    """The prompt says the same already."""
    IN_WINDOW = "in window"
    """The host sends it anyway."""
    NOT_LIVE = "not live"
    """It was swiped, edited or deleted in its chat, or nobody confirmed it yet, or it
    belongs to another branch."""
    OTHER_CHATS = "other chats off"
    """It was said in another chat, and these are left out."""
    DELETED = "deleted"
    """A person took it out of memory."""
    CORRECTED = "corrected"
    """A person's correction stands in its place."""
    NO_MEMORY = "no memory"
    """It tells nothing: a question of the user's, small talk, a scrap of an answer."""
    TOO_OLD = "too old"
    """It is older than what is kept in mind (`retention_days`)."""
    TOO_SHORT = "too short"
    """It has fewer characters than the settings ask for."""
    TOO_FAR = "too far"
    """Its meaning is further off than the settings allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one signal says of one memory.

    Attributes:
        name: As in `retrieval.signals.SIGNALS`.
        value: What it says, before its weight.
        part: Value times weight: what it adds to the score.
        share: How much of all that counted, for or against, is this; 0 … 1.
    """

    name: str
    value: float
    weight: float
    part: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A memory that a message could have brought to mind, and what became of it.

    Attributes:
        distance: Cosine distance to the message; None while there is no vector.
        chance: How likely it is to help to answer the message, 0 … 1; None for what
            recall leaves out before it judges.
        superseded_by: A newer memory that tells the same anew, if one was recalled.
        reason: Why it was left out; None if it was recalled.
    """

    memory: MemoryItem
    score: float
    signals: tuple[Signal, ...]
    distance: float | None = None
    chance: float | None = None
    superseded_by: MemoryItem | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a message was read, and what became of every candidate.

    What a character did not witness is not in its bank, so it is no candidate.

    Attributes:
        readings: What was looked for: the message as it is compared, then each of
            its parts that was looked for apart.
        about: Whom it is about, if that is clear.
        dates: The stretches of time that it names; ends are not in them.
        intent: What kind of message it is; empty if nothing was looked for.
        needed: The chance that anything told helps to answer it, 0 … 1.
        silent: The gate kept everything back.
        lexical_only: There was no embedder, so only words were compared.
        note: One line for the user if something was amiss, as while there are no
            vectors yet.
        candidates: Best first. What this chat cannot see at all is scored as if it
            could, beside everything else that is stored.
    """

    readings: tuple[str, ...]
    about: Role | None = None
    dates: tuple[tuple[datetime, datetime], ...] = ()
    intent: str = ""
    needed: float = 0.0
    silent: bool = False
    lexical_only: bool = False
    note: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for.

    Attributes:
        text: The message that is about to be answered.
        speaker: Role of its author: "I" is him, "you" the other.
        before: The last few messages before it, oldest first: a text that cannot be
            understood alone is read with them.
        asked_at: The chat's clock; None takes the engine's.
        visible: Ids of messages that the host will send anyway; never recalled.
        limit: How many memories at the most; None takes the setting.
        gated: Whether to be silent when nothing is likely to help, and to tell only
            what is.
        by_rank: Tell also what is not likely to, unless silent.
        recalls_from: Where to recall from this once; None goes by what was set.
    """

    text: str
    speaker: Role = "user"
    before: tuple[WindowMessage, ...] = ()
    asked_at: datetime | None = None
    visible: frozenset[str] = frozenset()
    limit: int | None = None
    gated: bool = True
    by_rank: bool = False
    recalls_from: RecallsFrom | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text for the prompt, and what it is made of.

    `text` is empty if there is nothing to say; `tokens` counts all of it. `parts` tells
    the tokens of each part, by its name, of a block that has several.
    """

    text: str = ""
    tokens: int = 0
    items: tuple[Recalled, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What memory adds to one prompt.

    Attributes:
        head: Stable: byte-identical until one of its sources changes.
        recall: Volatile: what this turn brought to mind.
        left_out: Recalled, but over the budget.
        repeats: Ids of those found whose words the prompt holds already.
        kind: What kind of message it is, which may be found out when it is asked for;
            empty if nothing was looked for. `intent` tells it.
        needed: The chance that anything told helps to answer it, 0 … 1.
        lexical_only: The embedder was not ready, so only words were compared.
        note: One line for the user if something was amiss, else empty.
        position: Where the recall block goes, by what holds in the chat; empty leaves
            it to the settings.
    """

    head: Block = field(default_factory=Block)
    recall: Block = field(default_factory=Block)
    left_out: tuple[Recalled, ...] = ()
    repeats: frozenset[str] = frozenset()
    kind: Word = ""
    needed: float = 0.0
    lexical_only: bool = False
    note: str = ""
    position: str = ""

    @property
    def intent(self) -> str:
        """What kind of message it is; empty if nothing was looked for."""
        return str(self.kind)
