"""What is asked of policies and storylines.

Owns: the fields and their bounds.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import RequestBody, StoryName, Tokens, example

Whence = Literal["chat", "story", "all"]


class PolicyBody(RequestBody):
    """What is set for a character or a chat, as a whole; null leaves it open."""

    model_config = example(remembers="paused", budget=600)

    remembers: Literal["yes", "paused", "incognito"] | None = Field(
        default=None,
        description="paused: nothing new is kept; incognito: nothing is, and nothing "
        "of other chats comes in.",
    )
    recalls_from: Whence | None = Field(
        default=None, description="This chat, its storyline, or all of the character."
    )
    budget: Tokens | None = Field(
        default=None, description="Most tokens of all that memory adds to a prompt."
    )
    position: str | None = Field(
        default=None,
        max_length=100,
        description="Where the recall block goes; see injection_location.",
    )


class StorylineBody(RequestBody):
    """A storyline's name."""

    model_config = example(name="The winter in Bergen")

    name: StoryName
