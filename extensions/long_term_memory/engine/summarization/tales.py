"""What is told of summaries, to prompts and to people.

Owns: their types.
Knows nothing of: how summaries are made, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from ...core.summaries.tiers import Key, Maker, Span, Tier
from ...core.types import Block, MemoryItem


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryInfo:
    """A live summary, for people.

    Attributes:
        first, last: The places that it tells, from 1.
        maker: "extract" or "model".
        model: Which model wrote it; empty for an extract.
        remark: Why notes of the model were not told, since the start; else empty.
        in_prompt: Something of it stood in the chat's last prompt.
        shown: What of it did.
        older: A person wrote it before a message that it tells was changed.
        room: The most tokens for all summaries in the chat's prompts.
    """

    memory: MemoryItem
    tier: Tier
    chat: str
    first: int
    last: int
    maker: str
    model: str
    in_prompt: bool
    remark: str = ""
    shown: str = ""
    older: bool = False
    room: int = 0


class Rewrite(NamedTuple):
    """A live summary, and what it would read if it were made anew."""

    told: SummaryInfo
    text: str


class ToldHead(NamedTuple):
    """The head block of a chat's last prompt, and what of each summary it told."""

    head: Block
    texts: Mapping[str, str]


class Tale(NamedTuple):
    """What tells all that left a chat's window.

    Attributes:
        memories: In story order; an empty one is a stretch that nothing tells.
        by_hand: The lines that a person wrote.
        whole: The ids of what a model wrote.
        ends: When the last message of each was said, by ids, as far as it is known.
    """

    memories: Sequence[MemoryItem] = ()
    by_hand: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    ends: Mapping[str, datetime] = MappingProxyType({})

    def then(self, later: Tale) -> Tale:
        """Return this tale and what comes after it."""
        return Tale(
            [*self.memories, *later.memories],
            self.by_hand | later.by_hand,
            self.whole | later.whole,
            {**self.ends, **later.ends},
        )


NO_TALE = Tale()


class Telling(NamedTuple):
    """What a prompt tells of a chat.

    Attributes:
        at: How many of the chat's messages had left its window, and the room.
        texts: By key, what these and others say.
        whole: Keys of what a model wrote.
    """

    at: tuple[int, int]
    spans: tuple[Span, ...]
    texts: Mapping[Key, str]
    whole: frozenset[Key]


def messages_of(spans: Iterable[Span]) -> int:
    """Count the messages that spans tell."""
    return sum(span.end - span.first for span in spans)


def is_by_rules(one: SummaryInfo) -> bool:
    """Say whether neither a person nor a model wrote a summary."""
    by_hand = one.memory.edited or one.memory.deleted
    return not by_hand and one.maker == Maker.EXTRACT
