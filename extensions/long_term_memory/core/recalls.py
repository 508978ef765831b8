"""What memory put into prompts, by ids and numbers alone, and what that took by day.

Owns: what is told of one prompt and of one day, and how it is written.
Knows nothing of: where it is kept, for how long, texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final

from .types import Block, Context, Recalled

HEAD: Final = "head"
RECALL: Final = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledId:
    """One memory that stood in a prompt.

    Attributes:
        block: "head" or "recall".
        chance: How likely it was to help; None for what was not looked for.
        tokens: About: its share of its block, by letters.
    """

    id: str
    block: str
    chance: float | None
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallRecord:
    """What memory put into one prompt.

    Attributes:
        number: Rises from one prompt to the next.
        chat: Our id.
        asked: Id of the message that the reply answers; empty if there is none.
        intent: What kind of message it was.
        needed: The chance that anything told helps to answer it, 0 … 1.
    """

    number: int
    at: datetime
    chat: str
    asked: str
    intent: str
    needed: float
    head_tokens: int
    recall_tokens: int
    items: tuple[RecalledId, ...] = ()

    def as_text(self) -> str:
        """Return it as it is kept."""
        told = asdict(self) | {"at": self.at.isoformat()}
        items = [[one.id, one.block, one.chance, one.tokens] for one in self.items]
        return json.dumps(told | {"items": items}, separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> RecallRecord:
        """Read what was kept."""
        told = json.loads(text)
        items = tuple(
            RecalledId(id=id_, block=block, chance=chance, tokens=tokens)
            for id_, block, chance, tokens in told["items"]
        )
        at = datetime.fromisoformat(told["at"])
        return cls(**(told | {"at": at, "items": items}))

    def without(self, ids: Set[str], chats: Set[str]) -> RecallRecord | None:
        """Return what is left when memories and chats are forgotten; None if nothing.

        Args:
            ids: Of memories.
            chats: Our ids of chats.
        """
        if self.chat in chats or self.asked in ids:
            return None
        return replace(
            self, items=tuple(one for one in self.items if one.id not in ids)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """What the replies of one day took.

    Attributes:
        day: In UTC.
        calls: Prompts that memory had a part in.
        read: Tokens that the model read; about, where it told none.
        written: Tokens that it wrote; 0 where nobody tells.
        memory: Tokens among those read that memory put in.
        saved: Tokens that need not be read, because memory told them in short.
        dollars: What it cost; models without a price count as free.
    """

    day: date
    calls: int = 0
    read: int = 0
    written: int = 0
    memory: int = 0
    saved: int = 0
    dollars: float = 0.0

    def plus(self, other: DayUsage) -> DayUsage:
        """Return both together, as of this day."""
        return DayUsage(
            day=self.day,
            calls=self.calls + other.calls,
            read=self.read + other.read,
            written=self.written + other.written,
            memory=self.memory + other.memory,
            saved=self.saved + other.saved,
            dollars=self.dollars + other.dollars,
        )

    def as_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self) | {"day": self.day.isoformat()})

    @classmethod
    def of(cls, text: str) -> DayUsage:
        """Read what was kept."""
        told = json.loads(text)
        return cls(**(told | {"day": date.fromisoformat(told["day"])}))


def record_of(
    context: Context, *, number: int, at: datetime, chat: str, asked: str
) -> RecallRecord:
    """Tell of a prompt what memory put into it; for the rest see `RecallRecord`."""
    blocks = ((HEAD, context.head), (RECALL, context.recall))
    return RecallRecord(
        number=number,
        at=at,
        chat=chat,
        asked=asked,
        intent=context.intent,
        needed=context.needed,
        head_tokens=context.head.tokens,
        recall_tokens=context.recall.tokens,
        items=tuple(
            RecalledId(
                id=item.memory.id,
                block=name,
                chance=None if item.chance is None else round(item.chance, 4),
                tokens=tokens,
            )
            for name, block in blocks
            for item, tokens in zip(block.items, _shares(block), strict=True)
        ),
    )


def _shares(block: Block) -> Sequence[int]:
    """Return about how many tokens of a block each of its memories takes."""
    letters = [_letters(item) for item in block.items]
    whole = sum(letters) or 1
    return [round(block.tokens * count / whole) for count in letters]


def _letters(item: Recalled) -> int:
    return len(item.memory.content)
