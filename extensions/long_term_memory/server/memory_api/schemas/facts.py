"""What is asked and answered of facts and of what is due.

Owns: the fields and their bounds.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from .answers import ApiAnswer
from .base import Id, Ids, RequestBody, Text, example


class FactBody(RequestBody):
    """What becomes of a fact; what is left out stays."""

    model_config = example(content="Mira is allergic to hazelnuts.")

    content: Text | None = Field(
        default=None, description="How it reads from now on, whatever is said."
    )
    locked: bool | None = Field(
        default=None, description="Keep it as it reads; false lets it follow the chat."
    )


class FactMergeBody(RequestBody):
    """Several facts that are to be one."""

    model_config = example(
        into="b1946ac92492d234",
        others=["591785b794601e21"],
        content="Mira is allergic to nuts of all kinds.",
    )

    into: Id = Field(description="The fact that stays.")
    others: Ids = Field(description="Those that are told no more.")
    content: Text = Field(description="How the one reads.")


class DueBody(RequestBody):
    """What becomes of something that is to come."""

    model_config = example(off=True)

    off: bool = Field(description="Speak of it no more; false takes that back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerFactAnswer(ApiAnswer):
    """What stood before.

    Attributes:
        superseded_at: When another value replaced it.
    """

    content: str
    first_mentioned: str
    superseded_at: str | None
    sources: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAnswer(ApiAnswer):
    """A fact.

    Attributes:
        person: Whom it is about.
        about: user, character or other; none where only what is by hand is left.
        confidence: How sure it is that this was stated in earnest, 0 to 1.
        valid: It holds now.
        promoted: It stands in every prompt.
        locked: Its text is by hand, and stays.
        sources: Ids of the messages that tell it; to be rid of it, forget these.
        history: What stood before it, the oldest first.
        etag: What an edit sends back as If-Match, in quotes.
    """

    id: str
    content: str
    person: str
    about: str | None
    category: str | None
    confidence: float | None
    first_mentioned: str | None
    last_reinforced: str | None
    reinforcement_count: int
    valid: bool
    promoted: bool
    locked: bool
    deleted: bool
    sources: list[str]
    history: list[FormerFactAnswer]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsByModelAnswer(ApiAnswer):
    """How it stands with the facts that a language model draws.

    Attributes:
        asked: Messages that it was given.
        kept: Facts of it that are kept.
        waiting: Messages that it may yet be given.
        refused: How many of its facts were not kept, by reason.
        failures: Answers that were none.
        last_failure: Why the last was none; empty if all were.
        rests_until: When it is asked again after a failure; none if it may be now.
    """

    asked: int
    kept: int
    waiting: int
    refused: dict[str, int]
    failures: int
    last_failure: str
    rests_until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsAnswer(ApiAnswer):
    """Facts, by person and in the order of first mention.

    Attributes:
        by_model: How it stands with those that a language model draws.
    """

    facts: list[FactAnswer]
    by_model: FactsByModelAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer(ApiAnswer):
    """Something to come.

    Attributes:
        content: The sentence that named it.
        first, last: Its days; none where it is due at the next talk.
        story: Its days are the story's own.
        said_by: Who named it.
        state: coming; past: its day is over and nothing was told of it; closed; off:
            called off by hand.
        sources: Ids of the messages that named it or put it off.
        closed_by: Id of the message that told how it went; empty if none did.
    """

    id: str
    content: str
    first: str | None
    last: str | None
    story: bool
    said_by: str
    said_at: str | None
    state: str
    sources: list[str]
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuesAnswer(ApiAnswer):
    """What is or was to come: by days, then what has none."""

    due: list[DueAnswer]
