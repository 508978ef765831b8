"""What is kept of policies and storylines, as notes about a bank.

Owns: how these notes read and are written, and the hashes of names in them.
Knows nothing of: where notes lie, which word counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from .policy import NO_POLICY, Policy

NEVER: Final = 2**62
UNSTORED: Final = "name-"
"""So begins what is kept about a chat by the hash of its name, for it has no id."""
OF_CHARACTER: Final = "character"
OF_STORYLINES: Final = "storylines"
"""So a step names what is set for the bank as a whole; a chat goes by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecord:
    """A storyline as it is kept.

    Attributes:
        after: The highest row of a chat when it was begun; later chats join it. Of
            one that came from another bank and is not the newest here, `NEVER`.
    """

    id: str
    name: str
    begun_at: datetime | None = None
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPolicy:
    """What is kept about the bank as a whole.

    Attributes:
        key: Of the hashes of what is not stored: names of chats, messages.
        stories: In the order in which they were begun; the first has no id.
    """

    character: Policy = NO_POLICY
    key: bytes = b""
    stories: tuple[StoryRecord, ...] = (StoryRecord(id="", name=""),)

    def as_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(
            {
                "character": self.character.as_json(),
                "key": self.key.hex(),
                "stories": self._stories_as_json(),
            }
        )

    def rules(self) -> dict[str, str]:
        """Return what a person set, each as it is kept with a step."""
        return {
            OF_CHARACTER: json.dumps(self.character.as_json()),
            OF_STORYLINES: json.dumps(self._stories_as_json()),
        }

    def with_rule(self, name: str, text: str) -> BankPolicy:
        """Return it with what `rules` told by a name."""
        told = json.loads(text)
        if name == OF_CHARACTER:
            return replace(self, character=Policy.from_json(told))
        return replace(self, stories=_stories(told))

    def _stories_as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "name": one.name,
                "begun_at": one.begun_at and one.begun_at.isoformat(),
                "after": one.after,
            }
            for one in self.stories
        ]

    @property
    def newest(self) -> StoryRecord:
        """The storyline that new chats join."""
        return [one for one in self.stories if one.after < NEVER][-1]

    @classmethod
    def of(cls, text: str | None) -> BankPolicy:
        """Read what was kept; nothing was ever set if there is none."""
        if text is None:
            return cls()
        told = json.loads(text)
        return cls(
            character=Policy.from_json(told["character"]),
            key=bytes.fromhex(told["key"]),
            stories=_stories(told["stories"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPolicyRecord:
    """What is kept about one chat.

    Attributes:
        story: Where it was moved to; None if it stands where it was begun.
    """

    policy: Policy = NO_POLICY
    story: str | None = None

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return self.policy != NO_POLICY or self.story is not None

    def as_text(self) -> str:
        """Return it as it is kept."""
        told: dict[str, Any] = {"policy": self.policy.as_json()}
        if self.story is not None:
            told["story"] = self.story
        return json.dumps(told)

    @classmethod
    def of(cls, text: str) -> ChatPolicyRecord:
        """Read what was kept."""
        told = json.loads(text)
        return cls(policy=Policy.from_json(told["policy"]), story=told.get("story"))


def hash_of_name(key: bytes, host: str, name: str) -> str:
    """Return under what is kept what was set for a chat that is not stored."""
    text = f"{host}\0{name}".encode("utf-8", "surrogatepass")
    return UNSTORED + blake2b(text, key=key, digest_size=16).hexdigest()


def _stories(told: Sequence[Mapping[str, Any]]) -> tuple[StoryRecord, ...]:
    return tuple(
        StoryRecord(
            id=one["id"],
            name=one["name"],
            begun_at=_moment(one["begun_at"]),
            after=one["after"],
        )
        for one in told
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
