"""What a person lets memory do, by character and chat, and which chats hang together.

Owns: the nouns, which word counts, and what one chat may see of the others.
Knows nothing of: stores, hosts, how anything is recalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeVar

from ..config.memory import INJECTION_LOCATIONS
from ..errors import InvalidInput

MOST_TOKENS: Final = 1_000_000
LONGEST_STORY_NAME: Final = 200
EVERYONE: Final = "(all characters)"
"""In place of a character: the notes of a user's that are for all of his characters.

No chat is ever stored there, so a character of that name would merely be forgetful."""

Choice = TypeVar("Choice", bound=StrEnum)


class Remembering(StrEnum):
    """Whether a chat is remembered."""

    YES = "yes"
    PAUSED = "paused"
    """Nothing new is stored; recall still speaks."""
    INCOGNITO = "incognito"
    """Nothing is stored, and nothing crosses the chat's border, in or out."""


class RecallsFrom(StrEnum):
    """Which chats of the character a chat recalls from, beside itself."""

    CHAT = "chat"
    """None."""
    STORY = "story"
    """Those of its storyline."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What was set for a character or a chat; None leaves it to the next level.

    Attributes:
        budget: Most tokens of all that memory puts into one prompt.
        position: Where recalled memories go; as the setting `injection_location`.
    """

    remembers: Remembering | None = None
    recalls_from: RecallsFrom | None = None
    budget: int | None = None
    position: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no setting may be.

        Raises:
            InvalidInput: The budget or the position is out of range.
        """
        if self.budget is not None and not 0 <= self.budget <= MOST_TOKENS:
            raise InvalidInput(
                f"budget must be from 0 to {MOST_TOKENS:,} tokens.", field="budget"
            )
        if self.position is not None and self.position not in INJECTION_LOCATIONS:
            raise InvalidInput(
                f"position must be {' or '.join(INJECTION_LOCATIONS)}.",
                field="position",
            )

    def as_json(self) -> dict[str, Any]:
        """Return what is set, by name."""
        return {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Policy:
        """Read what `as_json` returned; None is not set.

        Raises:
            InvalidInput: A name is unknown, or a value makes no sense; the error names
                the field.
        """
        unknown = sorted(told.keys() - {field.name for field in fields(cls)})
        if unknown:
            raise InvalidInput(f"A policy has no {unknown[0]!r}.", field=unknown[0])
        budget = told.get("budget")
        if isinstance(budget, bool) or not isinstance(budget, int | None):
            raise InvalidInput("budget must be a whole number.", field="budget")
        return cls(
            remembers=_chosen(Remembering, "remembers", told),
            recalls_from=_chosen(RecallsFrom, "recalls_from", told),
            budget=budget,
            position=told.get("position"),
        )


NO_POLICY: Final = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """What holds in a chat: its own word, else the character's, else the settings'.

    Attributes:
        budget: None: as many tokens as the host has room for.
        alone: Incognito, and nobody asked for more: nothing but the chat itself is
            recalled, no note and no pin either.
    """

    remembers: Remembering
    recalls_from: RecallsFrom
    budget: int | None
    position: str
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyline:
    """A named set of a character's chats; a chat stands in one, with its branches.

    Attributes:
        id: Ours; empty for the first, which is there from the beginning.
        name: For people; the first may have none.
        begun_at: None for the first.
        chats: Our ids of its chats, the one seen last first.
        newest: New chats join it.
    """

    id: str
    name: str
    begun_at: datetime | None
    chats: tuple[str, ...] = ()
    newest: bool = False


def story_name(told: str) -> str:
    """Return a storyline's name as it is kept.

    Raises:
        InvalidInput: It is empty or too long.
    """
    name = " ".join(told.split())
    if not 0 < len(name) <= LONGEST_STORY_NAME:
        raise InvalidInput(
            f"A storyline's name has 1 to {LONGEST_STORY_NAME} characters.",
            field="story",
        )
    return name


class Rooms(NamedTuple):
    """Most tokens for each part of what memory puts into a prompt."""

    head: int
    summary: int
    recall: int


def policy_in_force(
    chat: Policy,
    character: Policy,
    *,
    other_chats: bool,
    position: str,
    asked: RecallsFrom | None = None,
) -> PolicyInForce:
    """Say what holds in a chat.

    Args:
        chat: Set for it.
        character: Set for its character.
        other_chats: The setting: whether other chats are recalled at all.
        position: The setting `injection_location`.
        asked: Where to recall from this once; None leaves it as it is.
    """
    remembers = chat.remembers or character.remembers or Remembering.YES
    usual = RecallsFrom.STORY if other_chats else RecallsFrom.CHAT
    wanted = asked or chat.recalls_from
    alone = remembers is Remembering.INCOGNITO and wanted is None
    from_where = wanted or character.recalls_from or usual
    budget = character.budget if chat.budget is None else chat.budget
    return PolicyInForce(
        remembers=remembers,
        recalls_from=RecallsFrom.CHAT if alone else from_where,
        budget=budget,
        position=chat.position or character.position or position,
        alone=alone,
    )


def sees(rules: PolicyInForce, other: Remembering, *, same_story: bool) -> bool:
    """Say whether a chat may recall what was said in another one.

    Args:
        rules: What holds in the chat that is speaking.
        other: Whether the other one is remembered.
        same_story: Whether both stand in one storyline.
    """
    if other is Remembering.INCOGNITO:
        return False
    if rules.recalls_from is RecallsFrom.STORY:
        return same_story
    return rules.recalls_from is RecallsFrom.ALL


def within_budget(rooms: Rooms, budget: int | None) -> Rooms:
    """Return rooms that together keep to a budget, each smaller by the same share."""
    total = sum(rooms)
    if budget is None or total <= budget:
        return rooms
    return Rooms(*(room * budget // total for room in rooms))


def _chosen(kind: type[Choice], name: str, told: Mapping[str, Any]) -> Choice | None:
    value = told.get(name)
    if value is None:
        return None
    if value not in list(kind):
        listed = " or ".join(kind)
        raise InvalidInput(f"{name} must be {listed}.", field=name)
    return kind(value)
