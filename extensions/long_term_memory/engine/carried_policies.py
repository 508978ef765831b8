"""Policies and storylines on their way from one bank to another.

Owns: what travels of them, and what of it holds beside what the other bank has.
Knows nothing of: files, formats.

What the other bank has wins, and its newest storyline stays the newest; in a bank
without chats that of the first one is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..core.policy import NO_POLICY
from ..core.policy_records import NEVER, BankPolicy, ChatPolicyRecord, StoryRecord
from ..core.records import CHAT_POLICY, POLICY, UNHEARD, StoredChat
from ..core.text.names import is_same_name
from ..storage.protocols import MetadataStore
from .state.policies import PolicyDirectory, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedPolicies:
    """What was set for a bank as a whole, as it travels.

    Attributes:
        bank: As JSON; empty if nothing was.
        unheard: What was not to be remembered: JSON with a key and marks each.
    """

    bank: str = ""
    unheard: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.bank or self.unheard)

    def check(self) -> None:
        """Raise InvalidInput, KeyError, TypeError or ValueError if it is damaged."""
        BankPolicy.of(self.bank or None)
        for text in self.unheard:
            _check_marks(text)


def policies_of(metadata: MetadataStore) -> CarriedPolicies:
    """Return what travels of a bank as a whole."""
    return CarriedPolicies(
        bank=metadata.get(POLICY) or "",
        unheard=tuple(metadata.with_prefix(UNHEARD).values()),
    )


def entry_text(directory: PolicyDirectory, chat: StoredChat) -> str:
    """Return what travels of a chat, as JSON; empty if nothing was set."""
    entry = directory.entry(chat.row, None)
    if len(directory.bank.stories) > 1 and chat.family == chat.row:
        entry = replace(entry, story=directory.story_of(Viewer(chat.row)))
    return entry.as_text() if entry else ""


def check_entry(text: str) -> None:
    """Raise InvalidInput, KeyError, TypeError or ValueError if it is damaged."""
    ChatPolicyRecord.of(text)


@dataclass(slots=True)
class PolicyCarrier:
    """Takes policies into a bank; its lock is held."""

    metadata: MetadataStore
    stories: dict[str, str] = field(default_factory=dict)
    """Which storyline here is meant by one of the other bank's."""

    def take(self, carried: CarriedPolicies, *, is_empty: bool) -> None:
        """Take what was set for a bank as a whole.

        Args:
            carried: What comes.
            is_empty: Whether there is no chat here yet.
        """
        known = self.metadata.with_prefix(UNHEARD)
        new = [text for text in carried.unheard if text not in known.values()]
        for number, text in enumerate(new, len(known)):
            self.metadata.put(f"{UNHEARD}{number:08}", text)
        if not carried.bank:
            return
        here = BankPolicy.of(self.metadata.get(POLICY))
        there = BankPolicy.of(carried.bank)
        fresh = is_empty and len(here.stories) == 1
        joined = BankPolicy(
            character=there.character
            if here.character == NO_POLICY
            else here.character,
            key=here.key or there.key,
            stories=self._joined(here.stories, there, fresh=fresh),
        )
        if joined != here:
            self.metadata.put(POLICY, joined.as_text())

    def take_entry(self, chat_id: str, text: str) -> None:
        """Take what was set for a chat that is about to come."""
        entry = ChatPolicyRecord.of(text)
        if entry.story is not None:
            story = self.stories.get(entry.story, entry.story)
            entry = replace(entry, story=story)
        self.metadata.put(CHAT_POLICY + chat_id, entry.as_text())

    def _joined(
        self, here: tuple[StoryRecord, ...], there: BankPolicy, *, fresh: bool
    ) -> tuple[StoryRecord, ...]:
        first, *others = here
        first = replace(first, name=first.name or there.stories[0].name)
        known: Mapping[str, StoryRecord] = {one.id: one for one in here}
        new: list[StoryRecord] = []
        for one in there.stories[1:]:
            same = [own for own in here if is_same_name(own.name, one.name)]
            if one.id in known or same:
                self.stories[one.id] = one.id if one.id in known else same[0].id
            else:
                is_newest = fresh and one == there.newest
                new.append(replace(one, after=0 if is_newest else NEVER))
        return (first, *new, *others)


def _check_marks(text: str) -> None:
    told = json.loads(text)
    bytes.fromhex(told["key"])
    for mark in told["marks"]:
        bytes.fromhex(mark)
