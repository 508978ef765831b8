"""What is asked of single memories, of summaries, and of forgetting.

Owns: the fields and their bounds.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from .base import (
    Chance,
    Count,
    Id,
    Ids,
    Moment,
    Name,
    RequestBody,
    Speaker,
    Text,
    example,
)

MOST_OPERATIONS: Final = 500
MemoryType = Literal["note", "summary", "turn"]
ClientId = Annotated[str, Field(min_length=1, max_length=300)]
Tags = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)]


class NoteBody(RequestBody):
    """A note to be added."""

    model_config = example(content="Anna is allergic to nuts.", pinned=True)

    content: Text = Field(description="Up to 20,000 characters.")
    pinned: bool = Field(default=False, description="Keep it in every prompt.")
    client_id: ClientId | None = Field(
        default=None,
        description="Your own id of it: sent twice, it is one note. The header "
        "Idempotency-Key says the same.",
    )


class RevisionBody(RequestBody):
    """What becomes of a memory; what is left out stays."""

    model_config = example(content="Anna is allergic to nuts and bees.")

    content: Text | None = Field(default=None, description="What it says from now on.")
    pinned: bool | None = Field(default=None, description="In every prompt or not.")
    locked: bool | None = Field(
        default=None, description="Whether a summary stays as it reads now."
    )
    hidden: bool | None = Field(
        default=None, description="Never recalled, and still in lists and the story."
    )
    tags: Tags | None = Field(default=None, description="These and no others.")

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        """Refuse what changes nothing."""
        told = (self.content, self.pinned, self.locked, self.hidden, self.tags)
        if all(one is None for one in told):
            raise ValueError("name content, pinned, locked, hidden or tags")
        return self


class OperationBody(RequestBody):
    """One of several changes."""

    op: Literal["add", "edit", "delete", "restore"]
    id: Id | None = Field(default=None, description="Which memory; not for add.")
    content: Text | None = None
    pinned: bool | None = None
    locked: bool | None = None
    client_id: ClientId | None = Field(default=None, description="For add.")
    if_match: str | None = Field(
        default=None,
        max_length=300,
        description="The etag that you read; edit needs it, \u201c*\u201d writes over "
        "whatever is there.",
    )


class BatchBody(RequestBody):
    """Several changes in one call; each is done or refused by itself."""

    model_config = example(
        operations=[
            {"op": "add", "content": "Anna moved to Bergen.", "client_id": "n-1"},
            {"op": "add", "content": "Her train leaves at nine.", "client_id": "n-2"},
        ]
    )

    operations: Annotated[
        list[OperationBody], Field(min_length=1, max_length=MOST_OPERATIONS)
    ]


class SearchBody(RequestBody):
    """What somebody looks for among all memories."""

    model_config = example(text="cat", kinds=["turn", "note"], threshold=0.1)

    text: Text = Field(description="Words, or a question.")
    mode: Literal["both", "meaning", "words"] = Field(
        default="both",
        description="words: beginnings of all words must stand in it; meaning: as a "
        "chat would recall; both: what holds the words first.",
    )
    limit: Count = 20
    threshold: Chance = Field(
        default=0.1,
        description="Least chance to answer the text; what holds the words is told "
        "whatever its chance.",
    )
    kinds: Annotated[list[MemoryType], Field(max_length=3)] = Field(
        default=[], description="Of these kinds; empty means all."
    )
    chats: Ids = Field(default=[], description="Our ids of chats; empty means all.")
    names: Annotated[list[Name], Field(max_length=100)] = Field(
        default=[], description="Said by one of these; empty means anybody."
    )
    roles: Annotated[list[Speaker], Field(max_length=3)] = Field(
        default=[], description="Said in one of these roles; empty means any."
    )
    emotion: Annotated[str, Field(max_length=30)] = Field(
        default="",
        description="Messages that show it: one of the 28 labels, or of the seven "
        "groups; empty means any.",
    )
    since: Moment | None = Field(default=None, description="Said then or later.")
    until: Moment | None = Field(default=None, description="Said before.")
    pinned: bool | None = Field(default=None, description="Pinned ones, or others.")
    edited: bool | None = Field(default=None, description="Corrected, or as said.")
    hidden: bool | None = Field(default=None, description="Hidden ones, or others.")
    tag: str = Field(default="", max_length=300, description="With this tag.")
    in_sight: bool = Field(
        default=False,
        description="Only what a new chat may recall: for a model, nothing of "
        "incognito chats and closed storylines.",
    )


class MakeBody(RequestBody):
    """Which chat's summaries are to be made."""

    model_config = example(chat="5f0c0f6be0f04a3f8f3c6d1f5a1e7b11")

    chat: Id = Field(description="Our id of the chat.")
    anew: bool = Field(
        default=False,
        description="Also those that are up to date, but for what a person or a model "
        "wrote.",
    )


class PreviewBody(RequestBody):
    """Of which summaries is asked what they would read if they were made anew."""

    model_config = example(chat="5f0c0f6be0f04a3f8f3c6d1f5a1e7b11")

    chat: Id = Field(description="Our id of the chat.")
    id: Id | None = Field(
        default=None,
        description="One summary; left out, all of the chat's that neither a person "
        "nor a model wrote.",
    )


class RenameBody(RequestBody):
    """Another name of a chat."""

    model_config = example(host="my-app", name="The night train")

    host: str = Field(default="api", min_length=1, max_length=64)
    name: Name


class ForgetBody(RequestBody):
    """What is to be forgotten for good: all that is named, or everything."""

    model_config = example(memories=["0b0c8a3f6a5e4f0f9a3d5f7c2b1e6d44"])

    memories: Ids = Field(default=[], description="Messages, notes and summaries.")
    chats: Ids = Field(
        default=[],
        description="Our ids of chats; with a span, only what was said in it.",
    )
    since: Moment | None = Field(default=None, description="Said then or later.")
    until: Moment | None = Field(default=None, description="Said before.")
    names: list[Name] = Field(
        default=[],
        max_length=100,
        description="Only what these people said, as of somebody in a group.",
    )
    by_hand: bool = Field(
        default=True, description="Whether a span takes notes and corrections, too."
    )
    everything: bool = Field(default=False, description="All of the character's.")
    everywhere: bool = Field(
        default=False,
        description="In the memories of the user's other characters, too, as of a "
        "group.",
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        """Refuse what names nothing, or names it twice."""
        named = self.memories or self.chats or self.since or self.until or self.names
        if bool(named) == self.everything:
            raise ValueError("name memories, chats, people or a span, or everything")
        return self
