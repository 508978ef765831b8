"""What all requests of the memory API have in common.

Owns: that unknown fields are refused, and how times and names are read.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from ....core.policy import LONGEST_STORY_NAME

LONGEST_NAME: Final = 300
LONGEST_TEXT: Final = 200_000
MOST_TOKENS: Final = 1_000_000
MOST_IDS: Final = 1_000
MOST_MEMORIES: Final = 1_000


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is too far away for any calendar") from None


def _is_told(at: object) -> object:
    # A number would be taken for seconds since 1970.
    if not isinstance(at, str) or at.strip().lstrip("+-").replace(".", "").isdigit():
        raise ValueError("is a time such as 2026-05-02T18:00:00Z")
    return at


def _not_blank(name: str) -> str:
    if not name.strip():
        raise ValueError("needs some text")
    return name


# JSON has no times, so they come as texts.
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_is_told),
    AfterValidator(_in_utc),
]
Name = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_not_blank)
]
StoryName = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_STORY_NAME),
    AfterValidator(_not_blank),
]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Ids = Annotated[list[Id], Field(max_length=MOST_IDS)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS)]
Chance = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=MOST_MEMORIES)]
Speaker = Literal["user", "assistant", "system"]


class RequestBody(BaseModel):
    """A request's body; what it does not know is refused, for it may be a slip.

    So is `true` for a number, and a number for a text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def example(**values: Any) -> ConfigDict:
    """Return a model's settings with an example for its description."""
    return ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"examples": [values]},
    )
