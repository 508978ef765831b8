"""What is read in a message beside its words: facts, what is to come, commands.

Owns: reading a message once, what is kept of it as a note about the bank, and what of
these notes goes when messages are forgotten.
Knows nothing of: when messages are read, which are live.

Most messages tell nothing of the kind, so what is kept of a lot of them is short. What
is found hangs on the message before, which an answer rests on; where another one stands
before a message, it is read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..records import READ_KNOWLEDGE
from ..types import Message
from .bearing import bearing, bearing_of
from .commands import Command, Wish, commands_in
from .due import in_scene, openings
from .extraction import RULES_VERSION, Remark, extract
from .facts import Category, Fact, unpacked
from .facts import packed as packed_fact
from .limits import limits_of

OWN_VERSION: Final = 4
"""Of the rules for what is to come, for commands and for limits."""

LOT_ROWS: Final = 256
"""Messages whose readings are kept in one note."""

SOMEBODY: Final = "User"
"""What the user is called in facts where no client tells a name."""


class ReadPlace(NamedTuple):
    """A message with the one before it, by their rows; 0 where nothing stands."""

    row: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReading:
    """What was found in a message.

    Attributes:
        openings: Sentences that name something to come.
        commands: What memory is told to do.
        facts: What it states.
        story: What is to come is named in a scene.
        limits: Where it limits somebody, as bits; see `limits_of`.
        seen: When we first saw the message, in seconds since the epoch.
    """

    openings: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    facts: tuple[Fact, ...] = ()
    story: bool = False
    limits: int = 0
    seen: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.openings or self.commands or self.facts or self.limits)


class FoundKinds(NamedTuple):
    """Of what kind is what was found in a message.

    Attributes:
        facts: How many it states.
        openings: It names something to come.
        commands: It tells memory to do something.
        bearing: What its facts and limits bear on, as bits; see `bearing_of`.
    """

    facts: int = 0
    openings: bool = False
    commands: bool = False
    bearing: int = 0


NOTHING_FOUND: Final = FoundKinds()


def kinds_of(reading: MessageReading) -> FoundKinds:
    """Return of what kind is what was found."""
    return FoundKinds(
        len(reading.facts),
        bool(reading.openings),
        bool(reading.commands),
        bearing_of(reading.facts) | reading.limits,
    )


def read_message(
    message: Message, before: Message | None, character: str
) -> MessageReading:
    """Read a message.

    Args:
        message: What was said.
        before: What was said before it in the same chat.
        character: What the character is called where no name is given.
    """
    if message.role == "system":
        return MessageReading()
    answered = before if before is not None and before.role != message.role else None
    of_character = message.role == "assistant"
    other = answered.name if answered is not None else ""
    said = Remark(
        content=message.content,
        role=message.role,
        speaker=message.name or (character if of_character else SOMEBODY),
        other=other or (SOMEBODY if of_character else character),
        before=answered.content if answered is not None else "",
        message_id=message.id,
    )
    coming = openings(message.content, message.role)
    return MessageReading(
        openings=coming,
        story=bool(coming) and in_scene(message.content),
        limits=limits_of(message.content),
        seen=message.seen_at.timestamp(),
        commands=commands_in(message.content, message.role),
        facts=extract(said),
    )


# -- as it is kept ---------------------------------------------------------------------


def lot_of(row: int) -> int:
    """Return the number of the lot to which a message belongs."""
    return row // LOT_ROWS


def lot_key(lot: int) -> str:
    """Return the key of the note that keeps a lot."""
    return f"{READ_KNOWLEDGE}{lot:07}"


def lot_text(
    read: Iterable[ReadPlace], found: Mapping[ReadPlace, MessageReading]
) -> str:
    """Return what is kept of a lot.

    Args:
        read: All that was read of it.
        found: What was found.
    """
    places = sorted(read)
    told = [
        [*place, _packed(found[place])]
        for place in places
        if place in found and not found[place].is_empty
    ]
    kept = {
        "rules": [RULES_VERSION, OWN_VERSION],
        # Mostly a message stands behind the one with the row before its own.
        "read": [_short(place) for place in places],
        "found": told,
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def lot_read(text: str) -> tuple[list[ReadPlace], dict[ReadPlace, MessageReading]]:
    """Return what was read and found of a lot; nothing if other rules read it."""
    kept = json.loads(text)
    if kept["rules"] != [RULES_VERSION, OWN_VERSION]:
        return [], {}
    read = [_long(one) for one in kept["read"]]
    found = {
        ReadPlace(row, before): _unpacked(packed)
        for row, before, packed in kept["found"]
    }
    return read, found


def lot_kinds(text: str) -> tuple[list[int], list[tuple[ReadPlace, FoundKinds]]]:
    """Return what was read of a lot, and of what kind is what was found.

    That is far quicker than `lot_read`, for nothing is made of what was found.

    Returns:
        The rows that were read behind the row before their own, and nothing was found;
        the others, with what was found.
    """
    kept = json.loads(text)
    if kept["rules"] != [RULES_VERSION, OWN_VERSION]:
        return [], []
    found = {
        ReadPlace(row, before): FoundKinds(
            len(packed.get("facts", ())),
            "due" in packed,
            "commands" in packed,
            _bearing(packed.get("facts", ())) | packed.get("limits", 0),
        )
        for row, before, packed in kept["found"]
    }
    told = {place.row for place in found if place.before == place.row - 1}
    plain = [one for one in kept["read"] if isinstance(one, int) and one not in told]
    odd = (_long(one) for one in kept["read"] if not isinstance(one, int))
    return plain, [
        *found.items(),
        *((one, NOTHING_FOUND) for one in odd if one not in found),
    ]


def readings_without(metas: Mapping[str, str], rows: Set[int]) -> dict[str, None]:
    """Return the notes that go with messages, as new values of notes about the bank.

    Args:
        metas: All lots.
        rows: Of messages that go.
    """
    return {key: None for key, text in metas.items() if _rests_on(text, rows)}


def _bearing(facts: Iterable[Mapping[str, Any]]) -> int:
    found = 0
    for one in facts:
        found |= bearing(Category(one["category"]), one["slot"], one["text"])
    return found


def _rests_on(text: str, rows: Set[int]) -> bool:
    read = (_long(one) for one in json.loads(text)["read"])
    return any(one.row in rows or one.before in rows for one in read)


def _short(place: ReadPlace) -> int | list[int]:
    return place.row if place.before == place.row - 1 else [*place]


def _long(kept: int | Sequence[int]) -> ReadPlace:
    return ReadPlace(kept, kept - 1) if isinstance(kept, int) else ReadPlace(*kept)


def _packed(reading: MessageReading) -> dict[str, Any]:
    packed: dict[str, Any] = {"seen": reading.seen}
    if reading.openings:
        packed["due"] = list(reading.openings)
        packed["story"] = reading.story
    if reading.commands:
        packed["commands"] = [[one.wish.value, one.text] for one in reading.commands]
    if reading.limits:
        packed["limits"] = reading.limits
    if reading.facts:
        packed["facts"] = [packed_fact(fact) for fact in reading.facts]
    return packed


def _unpacked(packed: Mapping[str, Any]) -> MessageReading:
    return MessageReading(
        openings=tuple(packed.get("due", ())),
        story=packed.get("story", False),
        limits=packed.get("limits", 0),
        seen=packed["seen"],
        commands=tuple(
            Command(Wish(wish), text) for wish, text in packed.get("commands", ())
        ),
        facts=tuple(unpacked(one) for one in packed.get("facts", ())),
    )
