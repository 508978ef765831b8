"""What a program shows of a chat, and what it wants for a prompt.

Owns: the fields, their bounds and which of them contradict each other.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from .base import (
    LONGEST_TEXT,
    Count,
    Id,
    Ids,
    Moment,
    Name,
    RequestBody,
    Speaker,
    StoryName,
    Text,
    Tokens,
    example,
)
from .stories import Whence

MOST_MEMBERS: Final = 32
MOST_BEFORE: Final = 50
MOST_PLACES: Final = 100_000_000
MOST_SHOWN: Final = 20_000
HOST: Final = "api"

GenerationType = Literal[
    "normal", "swipe", "regenerate", "continue", "impersonate", "quiet"
]
_HOST: Final = Field(
    default=HOST,
    min_length=1,
    max_length=64,
    description="Your program: it tells its names of chats from those of others.",
)


class ShownMessage(RequestBody):
    """One utterance as the chat shows it now."""

    role: Speaker = Field(description="Who speaks, for the model.")
    content: str = Field(
        max_length=LONGEST_TEXT,
        description="What is said, without thoughts and without memory's blocks.",
    )
    name: str = Field(default="", max_length=300, description="Who speaks, for people.")
    said_at: Moment | None = Field(default=None, description="When it was said.")
    id: Id | None = Field(
        default=None, description="Your own id of it; it stays with an edit."
    )
    position: Annotated[int, Field(ge=0, le=MOST_PLACES)] | None = Field(
        default=None, description="Its place in the whole chat, from 0."
    )
    hidden: bool = Field(
        default=False, description="Part of the story, and kept out of your prompt."
    )
    present: Annotated[list[Name], Field(max_length=MOST_MEMBERS)] = Field(
        default=[], description="Who heard it; empty means everyone in the chat."
    )


class WindowBody(RequestBody):
    """What a program shows of a chat: all of it, or what reaches to its end."""

    model_config = example(
        host="my-app",
        chat="2026-05-02",
        messages=[
            {"role": "user", "name": "Anna", "content": "My cat is called Miso."},
            {"role": "assistant", "name": "Miku", "content": "A lazy name!"},
        ],
    )

    host: str = _HOST
    chat: Name = Field(description="Your name or id of the chat.")
    # Longer windows are refused by the route, with a status and words of their own.
    messages: list[ShownMessage] = Field(description="Oldest first.")
    complete: bool = Field(
        default=False,
        description="This is the whole chat; else it reaches to the chat's end, and "
        "older messages may stand before it.",
    )
    provisional: bool | None = Field(
        default=None,
        description="The last message may still be swiped or continued; left out, it "
        "may if the assistant says it.",
    )
    just_said: bool | None = Field(
        default=None,
        description="The last message is said now; left out, it is if the user says "
        "it and tells no time.",
    )
    parent: Name | None = Field(
        default=None, description="Your name of the chat that this one branched from."
    )
    renamed_from: Name | None = Field(
        default=None, description="What you called this chat before."
    )
    story: StoryName | None = Field(
        default=None,
        description="Name of the storyline that the chat stands in, begun if it is "
        "new.",
    )
    members: Annotated[list[Name], Field(max_length=MOST_MEMBERS)] = Field(
        default=[],
        description="The other characters of a group, who remember it as well.",
    )
    type: GenerationType = Field(
        default="normal",
        description="What is being written; a window for something quiet is not kept.",
    )

    @model_validator(mode="after")
    def _is_one_story(self) -> Self:
        """Refuse a window that contradicts itself."""
        known = [one.id for one in self.messages if one.id is not None]
        if len(known) > len(set(known)):
            raise ValueError("two messages have the same id")
        told = [one.position for one in self.messages if one.position is not None]
        if any(after <= before for before, after in pairwise(told)):
            raise ValueError("positions must rise from message to message")
        if self.complete and any(
            one.position not in (None, at) for at, one in enumerate(self.messages)
        ):
            raise ValueError("a whole chat has its messages at 0, 1, 2 and so on")
        if self.chat in (self.parent, self.renamed_from):
            raise ValueError("a chat is neither its own branch nor its own new name")
        if self.parent is not None and self.renamed_from is not None:
            raise ValueError("a chat is a branch or has another name, not both")
        return self


class Beforehand(RequestBody):
    """A message before the one that is asked."""

    role: Speaker
    content: Text
    name: str = Field(default="", max_length=300)


class QueryBody(RequestBody):
    """A message, and how memory is to look for what it brings to mind."""

    text: Text = Field(description="The message that is about to be answered.")
    speaker: Speaker = Field(default="user", description="Who says it: \u201cI\u201d.")
    before: Annotated[list[Beforehand], Field(max_length=MOST_BEFORE)] = Field(
        default=[], description="The last few messages before it, oldest first."
    )
    visible: Annotated[int, Field(ge=0, le=MOST_SHOWN)] | Ids = Field(
        default=0,
        description="What your prompt holds anyway: so many of the chat's newest "
        "messages, or their ids here. None of it is recalled.",
    )
    limit: Count | None = Field(default=None, description="Most memories.")
    gated: bool = Field(
        default=True, description="Be silent where nothing is likely to help."
    )
    at: Moment | None = Field(
        default=None, description="The chat's clock; left out, it is now."
    )
    recalls_from: Whence | None = Field(
        default=None,
        description="Look there this once: in this chat, its storyline, or all.",
    )


class PartTokens(RequestBody):
    """The room of each part, for a program that knows it."""

    head: Tokens = Field(description="For what is pinned.")
    recall: Tokens = Field(description="For what the message brings to mind.")
    summary: Tokens = Field(default=0, description="For the story so far.")


class ComposeFields(QueryBody):
    """What is wanted for a prompt."""

    tokens: Tokens | None = Field(
        default=None, description="Most tokens for all that memory adds."
    )
    context_tokens: Tokens | None = Field(
        default=None,
        description="The model's whole context, of which memory takes the share that "
        "the settings say.",
    )
    parts: PartTokens | None = Field(
        default=None, description="The room of each part, instead of the two above."
    )
    user_name: str = Field(
        default="User", max_length=300, description="What the user is called."
    )
    character_name: str = Field(
        default="",
        max_length=300,
        description="What the character is called; left out, as in the address.",
    )
    group: bool = Field(
        default=False, description="Others are there, too: nothing of other chats."
    )
    shown: Annotated[list[Text], Field(max_length=MOST_SHOWN)] = Field(
        default=[], description="Texts that your prompt holds anyway."
    )

    @model_validator(mode="after")
    def _has_one_room(self) -> Self:
        """Refuse two rooms."""
        told = (self.tokens, self.context_tokens, self.parts)
        if sum(one is not None for one in told) > 1:
            raise ValueError("give one of tokens, context_tokens and parts")
        return self


class ComposeBody(ComposeFields):
    """What is wanted for a prompt in a chat."""

    model_config = example(
        host="my-app",
        chat="2026-05-02",
        text="What was my cat called?",
        visible=8,
        tokens=800,
    )

    host: str = _HOST
    chat: Annotated[str, Field(max_length=300)] = Field(
        default="", description="Your name of the chat; empty for one not kept."
    )


class TurnBody(RequestBody):
    """A whole turn: what is shown, and what is wanted for the prompt."""

    model_config = example(
        window={
            "host": "my-app",
            "chat": "2026-05-03",
            "messages": [
                {"role": "user", "name": "Anna", "content": "What was my cat called?"}
            ],
        },
        prompt={"text": "What was my cat called?", "tokens": 800},
    )

    window: WindowBody
    prompt: ComposeFields


class RecallBody(QueryBody):
    """A message, and which of what it brings to mind is wanted."""

    model_config = example(text="What was my cat called?", threshold=0.2, limit=5)

    host: str = _HOST
    chat: Annotated[str, Field(max_length=300)] = Field(
        default="", description="Your name of the chat; empty for one not kept."
    )
    threshold: float = Field(
        default=0.0, ge=0, le=1, description="Least chance to help to answer it."
    )


class ExplainBody(QueryBody):
    """A message of which is asked why it brings to mind what it does."""

    model_config = example(text="What was my cat called?")

    host: str = _HOST
    chat: Annotated[str, Field(max_length=300)] = Field(
        default="", description="Your name of the chat; empty for one not kept."
    )
    candidates: Count = Field(default=50, description="Most of those that are told.")
