"""Which memories a list is asked for.

Owns: these fields of an address.
Knows nothing of: how memories are chosen and ordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from ...core.types import MemoryKind, Role
from ...engine.browsing import MemoryFilter
from ...engine.knowledge.emotions import labels_meant
from ...engine.pages import PageRequest
from .schemas.base import Moment, Speaker
from .schemas.memories import MemoryType


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWishes:
    """Which memories are wanted; what is empty or None leaves nothing out."""

    kinds: frozenset[MemoryKind]
    chats: frozenset[str]
    pinned: bool
    edited: bool
    hidden: bool
    tag: str
    name: str
    role: Role | None
    emotion: str
    since: datetime | None
    until: datetime | None

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for beside kind, chat and pins."""
        more = (self.tag, self.name, self.role, self.emotion, self.since, self.until)
        return not (self.edited or self.hidden or any(more))

    def asked(self, *, deleted: bool, cursor: str, limit: int) -> PageRequest:
        """Say it in the engine's words where it is plain."""
        return PageRequest(
            kinds=self.kinds,
            deleted=deleted,
            pinned=self.pinned,
            chat=next(iter(self.chats), ""),
            cursor=cursor,
            limit=limit,
        )

    def filter(self) -> MemoryFilter:
        """Say it in the engine's words."""
        return MemoryFilter(
            kinds=self.kinds,
            chats=self.chats,
            names=frozenset(filter(None, [self.name])),
            roles=frozenset({self.role} if self.role else ()),
            since=self.since,
            until=self.until,
            pinned=self.pinned or None,
            edited=self.edited or None,
            hidden=self.hidden or None,
            tag=self.tag,
            emotions=labels_meant(self.emotion),
        )


async def list_wishes(
    kind: Annotated[
        list[MemoryType],
        Query(max_length=3, description="Of these kinds; left out, all."),
    ] = [],  # noqa: B006 - FastAPI copies it
    chat: Annotated[str, Query(max_length=300, description="Our id of a chat.")] = "",
    pinned: Annotated[bool, Query(description="Pinned ones alone.")] = False,
    edited: Annotated[bool, Query(description="Corrected ones alone.")] = False,
    hidden: Annotated[bool, Query(description="Hidden ones alone.")] = False,
    tag: Annotated[
        str, Query(max_length=300, description="With this tag.", examples=["family"])
    ] = "",
    name: Annotated[
        str, Query(max_length=300, description="Said by this one.", examples=["Anna"])
    ] = "",
    role: Annotated[Speaker | None, Query(description="Said in this role.")] = None,
    emotion: Annotated[
        str,
        Query(
            max_length=30,
            description="Messages that show it: one of the 28 labels, or of the seven "
            "groups.",
            examples=["joy"],
        ),
    ] = "",
    since: Annotated[
        Moment | None,
        Query(description="Said then or later.", examples=["2026-05-02T18:00:00Z"]),
    ] = None,
    until: Annotated[
        Moment | None,
        Query(description="Said before.", examples=["2026-05-03T00:00:00Z"]),
    ] = None,
) -> ListWishes:
    """Read which memories are wanted."""
    return ListWishes(
        kinds=frozenset(MemoryKind(one) for one in kind),
        chats=frozenset(filter(None, [chat])),
        pinned=pinned,
        edited=edited,
        hidden=hidden,
        tag=tag,
        name=name,
        role=role,
        emotion=emotion,
        since=since,
        until=until,
    )


ForList = Annotated[ListWishes, Depends(list_wishes)]
