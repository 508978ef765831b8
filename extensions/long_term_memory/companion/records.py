"""The records of conversations, as clients read them.

Owns: names, types and meanings of what is told; JSON has them in camel case.
Knows nothing of: routes, the database, banks.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

PAGE: Final = 50
"""So many messages and conversations stand on a page, unless more are asked for."""
MOST_ON_PAGE: Final = 200
LONGEST_NAME: Final = 100
# Categories of marks that nobody sees, and of spaces.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
LONGEST_TEXT: Final = 100_000


def as_line(text: str) -> str:
    """Return a text without the space around it, if it is one line."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ValueError("is one line of text")
    return text.strip()


def is_seen(text: str) -> bool:
    """Say whether anything of a text can be seen."""
    return any(unicodedata.category(one) not in _UNSEEN for one in text)


class Record(BaseModel):
    """Whatever is told; every field has its name in camel case."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        frozen=True,
        extra="forbid",
    )

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it; times are text in UTC."""
        return self.model_dump(mode="json", by_alias=True)


class ConversationStatus(StrEnum):
    """Where a conversation stands."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DELETED = "deleted"


class SenderType(StrEnum):
    """Who speaks."""

    USER = "user"
    CHARACTER = "character"


class MessageType(StrEnum):
    """What a message holds beside its words."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    SYSTEM = "system"


class MessageStatus(StrEnum):
    """How far a message came.

    A user's is sent when it is stored, delivered when it is handed to the reply, and
    read when the reply begins. A character's is delivered when a client acknowledged
    it, and read when a client says so.
    """

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"


class ConversationMetadata(Record):
    """What is known of a conversation as a whole.

    Attributes:
        started_at: When its first message was sent; None before.
        mood: The mood, one of the words of feelings; None where it is unsure.
        topics: What comes up again and again.
        relationship_level: 0 to 100; None as long as no relationship is kept.

    Mood and topics are read from what is said, unless a client set them.
    """

    started_at: str | None = None
    mood: str | None = None
    topics: list[str] = Field(default_factory=list)
    relationship_level: int | None = Field(default=None, ge=0, le=100)


class Conversation(Record):
    """A conversation of one user with one character; times are ISO 8601 in UTC."""

    id: str
    user_id: str
    character_id: str
    title: str
    status: ConversationStatus
    last_message_at: str | None
    message_count: int
    metadata: ConversationMetadata
    created_at: str
    updated_at: str


class MessageMetadata(Record):
    """What is known of a message.

    Attributes:
        tokens: Of a reply, by the model's count where it told one, else by ours.
        generation_time: Seconds from the question to the reply's last word.
        model: Who wrote it.
        mood: The feeling that its words show; None where it is unsure.
        is_nsfw: Whether it is not safe for work; None where nobody judged it.
        media_url: Where the picture or the recording lies, as the client told.
    """

    tokens: int | None = Field(default=None, ge=0)
    generation_time: float | None = Field(default=None, ge=0)
    model: str | None = None
    mood: str | None = None
    is_nsfw: bool | None = Field(default=None, alias="isNSFW")
    media_url: str | None = None


class MessageRecord(Record):
    """A message; its text is the memory's, all else is the platform's.

    Attributes:
        sender_id: The user's id or the character's.
        content: Its words; of a picture what it shows, of a recording what is said.
        client_id: The id that its sender gave it.
        swipes: How many alternatives a reply has; 1 for what has none.
        swipe: Which of them is shown, from 0.
        edited_at: When its words were changed last.
    """

    id: str
    conversation_id: str
    sender_id: str
    sender_type: SenderType
    content: str
    type: MessageType
    metadata: MessageMetadata
    status: MessageStatus
    read_at: str | None
    created_at: str
    client_id: str | None = None
    swipes: int = 1
    swipe: int = 0
    edited_at: str | None = None


class Receipt(Record):
    """How far a message came."""

    message_id: str
    conversation_id: str
    status: MessageStatus
    read_at: str | None


class ConversationPage(Record):
    """A page of conversations, the one that went on last first.

    Attributes:
        next: The `cursor` of the next page; None if this is the last.
    """

    conversations: list[Conversation]
    next: str | None


class MessagePage(Record):
    """A page of messages, oldest first.

    Attributes:
        older: The `before` of the page of older ones; None if there are none.
        newer: The `after` of the page of newer ones; None if there are none.
    """

    messages: list[MessageRecord]
    older: str | None
    newer: str | None


Words = Annotated[str, Field(max_length=LONGEST_TEXT)]
Line = Annotated[str, Field(max_length=300)]
Name = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S"),
    AfterValidator(as_line),
]


class CharacterProfile(Record):
    """What a person tells of a character.

    Attributes:
        traits: A word or two each.
        background: What was before; the story it comes from.
        scenario: Where the two meet.
        instructions: What its replies must keep to.
        greeting: Its first message.
        alternate_greetings: What it may say in its place.
        nsfw: Whether it may tell what is not safe for work.
        modes: Prompts of modes, by name, that are this character's own.
    """

    name: Name
    age: Line = ""
    gender: Line = ""
    traits: list[Line] = Field(default_factory=list, max_length=100)
    description: Words = ""
    personality: Words = ""
    background: Words = ""
    scenario: Words = ""
    instructions: Words = ""
    greeting: Words = ""
    alternate_greetings: list[Words] = Field(default_factory=list, max_length=200)
    example_messages: Words = ""
    tags: list[Line] = Field(default_factory=list, max_length=200)
    nsfw: bool = False
    modes: dict[Line, Words] = Field(default_factory=dict, max_length=100)


class Character(CharacterProfile):
    """A character.

    Attributes:
        memory_name: What the memory calls it, as in the memory API; it stays when the
            character is renamed.
    """

    id: str
    user_id: str
    memory_name: str
    has_avatar: bool = False
    created_at: str
    updated_at: str


class CharacterList(Record):
    """A user's characters, the newest first."""

    characters: list[Character]


class ImportedCharacter(Record):
    """A character out of a card.

    Attributes:
        notes: How many entries of its lorebook became notes.
        warnings: What was left out, or read with a doubt.
    """

    character: Character
    notes: int
    warnings: list[str]


class BulkOutcome(Record):
    """What became of one of many conversations; `error` says why nothing did."""

    id: str
    done: bool
    error: str | None = None


class BulkOutcomes(Record):
    """What became of many conversations, in the order in which they were named."""

    results: list[BulkOutcome]


class Receipts(Record):
    """How far messages came that had not come so far before."""

    receipts: list[Receipt]


class SwipeList(Record):
    """The alternatives of a reply, in their order.

    Attributes:
        swipe: Which of them is shown.
    """

    message_id: str
    swipe: int
    swipes: list[str]


class SearchHit(Record):
    """A message that was found.

    Attributes:
        snippet: The words around what was looked for.
        chance: That it helps to answer what was asked, 0 to 1; None where only its
            words were found.
    """

    message: MessageRecord
    snippet: str
    chance: float | None


class SearchResults(Record):
    """What was found, best first; `note` says what was amiss, if anything was."""

    hits: list[SearchHit]
    note: str = ""


class ShortTermMemory(Record):
    """A summary of a stretch of one conversation; importance is 1 to 10."""

    conversation_id: str
    summary: str
    timestamp: str
    importance: int


class LongTermMemory(Record):
    """A fact about the user, or a note.

    Attributes:
        id: By which it can be deleted.
        category: Of a fact; "note" for what was written down by hand.
        confidence: 0 to 1; 1 for what was written down by hand.
    """

    id: str
    fact: str
    category: str
    confidence: float
    first_mentioned: str | None
    last_reinforced: str | None
    reinforcement_count: int


class UserMemory(Record):
    """What a character knows of a user; no relationship is kept yet."""

    character_id: str
    user_id: str
    short_term_memory: list[ShortTermMemory]
    long_term_memory: list[LongTermMemory]
    relationship: None = None


class PromptMessage(Record):
    """A message as a model is shown it."""

    role: str
    content: str
    timestamp: str


class ActiveMemory(Record):
    """A memory in a prompt.

    Attributes:
        relevance: Its chance to help, 0 to 1; None of what stands in every prompt.
    """

    memory_id: str
    relevance: float | None
    content: str


class ReplyState(Record):
    """What is made out of a talk; None is unsure. `nsfw_level` is 0 to 10."""

    current_topic: str | None = None
    mood: str | None = None
    nsfw_level: int | None = None
    last_user_intent: str | None = None


class ReplyContext(Record):
    """What a reply rests on, for debugging."""

    recent_messages: list[PromptMessage] = Field(default_factory=list)
    active_memories: list[ActiveMemory] = Field(default_factory=list)
    state: ReplyState = ReplyState()


class PromptPreview(Record):
    """The system prompt of a character, before any memory."""

    prompt: str


class ModeSet(Record):
    """The mode that holds now."""

    mode: str


class Stopped(Record):
    """Whether a reply was under way that is stopped now."""

    stopped: bool


class VisionNoted(Record):
    """The memory of what was seen."""

    memory_id: str
