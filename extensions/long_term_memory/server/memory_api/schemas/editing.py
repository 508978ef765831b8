"""What is asked of many memories at once.

Owns: the fields and their bounds.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from .base import Id, Ids, Moment, Name, RequestBody, Speaker, Text, example
from .memories import MemoryType, Tags

MOST_PATTERN_CHARS: Final = 500
ETags = dict[Id, Id]


class BulkBody(RequestBody):
    """Which memories, and what becomes of each; what is left out stays."""

    model_config = example(
        ids=["0b0c8a3f6a5e4f0f9a3d5f7c2b1e6d44"], add_tags=["family"]
    )

    # More are refused by the engine, in its own words.
    ids: list[Id] = Field(min_length=1, description="Up to 10,000.")
    etags: ETags | None = Field(
        default=None,
        description="The etag of each as you read it, by its id; left out, whatever "
        "is there is changed.",
    )
    pinned: bool | None = Field(default=None, description="In every prompt or not.")
    hidden: bool | None = Field(default=None, description="Never recalled, or again.")
    locked: bool | None = Field(default=None, description="For summaries.")
    deleted: bool | None = Field(default=None, description="Deleted, or restored.")
    tags: Tags | None = Field(default=None, description="These and no others.")
    add_tags: Tags = Field(default=[], description="These beside those they have.")
    drop_tags: Tags = Field(default=[], description="These no longer.")

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        """Refuse what changes nothing."""
        told = (self.pinned, self.hidden, self.locked, self.deleted, self.tags)
        if all(one is None for one in told) and not (self.add_tags or self.drop_tags):
            raise ValueError(
                "name pinned, hidden, locked, deleted, tags, add_tags or drop_tags"
            )
        return self


class MergeMemoriesBody(RequestBody):
    """Several memories that become one note."""

    model_config = example(
        ids=["0b0c8a3f6a5e4f0f9a3d5f7c2b1e6d44", "5f0c0f6be0f04a3f8f3c6d1f5a1e7b11"],
        content="Anna is allergic to nuts and bees.",
    )

    ids: Ids = Field(min_length=2, description="Up to 50.")
    content: Text = Field(description="What the note says.")
    etags: ETags | None = Field(
        default=None, description="The etag of each as you read it, by its id."
    )


class SplitBody(RequestBody):
    """The notes that a memory becomes."""

    model_config = example(parts=["Anna is allergic to nuts.", "Her train is at nine."])

    parts: list[Text] = Field(min_length=2, description="Up to 50.")
    etag: str | None = Field(
        default=None, max_length=300, description="The etag that you read."
    )


class ReplaceBody(RequestBody):
    """A text, what takes its place, and in which memories."""

    model_config = example(find="Berlin", put="Bergen", kinds=["note"])

    find: str = Field(
        min_length=1,
        max_length=MOST_PATTERN_CHARS,
        description="A text, or a regular expression.",
    )
    put: Text = Field(default="", description="An expression's may name groups.")
    regex: bool = Field(default=False, description="Whether it is an expression.")
    match_case: bool = Field(default=False, description="Capitals must be the same.")
    kinds: Annotated[list[MemoryType], Field(max_length=3)] = Field(
        default=[], description="Of these kinds; empty means notes and messages."
    )
    chats: Ids = Field(default=[], description="Our ids of chats; empty means all.")
    names: Annotated[list[Name], Field(max_length=100)] = Field(
        default=[], description="Said by one of these; empty means anybody."
    )
    roles: Annotated[list[Speaker], Field(max_length=3)] = Field(
        default=[], description="Said in one of these roles; empty means any."
    )
    since: Moment | None = Field(default=None, description="Said then or later.")
    until: Moment | None = Field(default=None, description="Said before.")
    seen: str | None = Field(
        default=None,
        max_length=100,
        description="What the preview told: if anything else would be changed by now, "
        "nothing is.",
    )
