"""What goes of the texts that clients keep here when something is forgotten.

Owns: which collections and entries a forgetting means, and what is left of the others.
Knows nothing of: files, banks, how anything is removed.

A collection is a client's own index of a chat, made of pieces of its messages. Of a
chat that goes, or of a character that goes with everything, it goes whole. Else what
says the same goes: messages put together again are known as those of a window are (see
`suppression`), and a text that is part of a forgotten one, or holds it, is too. What
is kept beside an entry, as replies that were swiped away are, is emptied of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from ...core.forgetting.suppression import SuppressionList, is_telling, plain
from ...core.records import CollectionEntry, StoredCollection
from ...core.types import WindowMessage
from ..pieces import (
    character_of,
    index_of,
    members_of,
    story_of,
    time_of,
    words_of,
)

PART: Final = 12
"""A shorter piece of a text ("I know.") is as well a piece of any other."""

_PREFIX: Final = 6
# So many are looked for one by one; of more it is looked where one may begin.
_FEW: Final = 64


@dataclass(frozen=True, kw_only=True)
class TextPieces:
    """Texts, and what is known to be one of them or a piece of one."""

    texts: frozenset[str] = frozenset()

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(filter(None, map(plain, self.texts)))

    @cached_property
    def _joined(self) -> str:
        return "\0".join(self._plain)

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for text in self._telling:
            found.setdefault(text[:_PREFIX], []).append(text)
        return found

    def are_in(self, text: str) -> bool:
        """Whether a text is one of them, a piece of one, or holds one that tells."""
        one = plain(text)
        if not one or not self.texts:
            return False
        piece = len(one) >= PART and one in self._joined
        return one in self._plain or piece or self._hold(one)

    @cached_property
    def _telling(self) -> list[str]:
        return [text for text in self._plain if is_telling(text)]

    def _hold(self, one: str) -> bool:
        if len(self._telling) <= _FEW:
            return any(whole in one for whole in self._telling)
        known = self._by_beginning
        return any(
            one.startswith(whole, at)
            for at in range(len(one))
            for whole in known.get(one[at : at + _PREFIX], ())
        )


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is forgotten, as clients' collections can tell it.

    Attributes:
        users: Whose collections may hold it.
        character: Whose memory loses it; empty for nobody's in particular.
        known: What knows its messages again.
        words: All its texts, corrections and summaries among them.
        staying: Texts that stay in the memory, though they may quote it; see `plain`.
        chats: Names of chats that go as a whole.
        own: Names of all chats of the character.
        within: Names of the chats that a span is about; None for all of the
            character's, and those of nobody known.
        since, until: The span; None at both ends for none.
        everything: Whether nothing is left of the character.
    """

    users: frozenset[str]
    character: str = ""
    known: SuppressionList = field(default_factory=SuppressionList)
    words: TextPieces = field(default_factory=TextPieces)
    staying: frozenset[str] = frozenset()
    chats: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False

    def changes(self, held: StoredCollection) -> dict[str, CollectionEntry | None]:
        """Say what becomes of a collection's entries; of the others nothing."""
        if held.user not in self.users:
            return {}
        if self._goes_whole(held):
            return dict.fromkeys(one.id for one in held.entries)
        story = story_of(held.entries)
        told: dict[int | None, str] = {one.position: one.content for one in story}
        gone = self._messages(story)
        spanned = self._is_spanned(held)
        changed: dict[str, CollectionEntry | None] = {}
        for entry in held.entries:
            index = index_of(entry)
            # A piece goes or stays with its message, for memory hears those whole.
            whole = told.get(index, entry.content)
            if (
                index in gone
                or any(map(self._is_gone, (whole, entry.id, entry.role)))
                or self._is_gone(str(entry.date))
                or (spanned and self._in_span(time_of(entry)))
            ):
                changed[entry.id] = None
                continue
            meta = without(
                entry.meta, self._gone_but({whole, entry.content, words_of(entry)})
            )
            if meta != entry.meta:
                changed[entry.id] = entry._replace(meta=meta)
        return changed

    def _goes_whole(self, held: StoredCollection) -> bool:
        whole = self.everything and self._is_own(held)
        return whole or held.name in self.chats or self._is_gone(held.name)

    def _is_own(self, held: StoredCollection) -> bool:
        """Whether the character took part in a collection's chat."""
        return (
            held.name in self.own
            or character_of(held.name, story_of(held.entries)) == self.character
            or self.character in members_of(held.entries)
        )

    def _messages(self, story: Sequence[WindowMessage]) -> set[int | None]:
        """Return the places of messages that go."""
        starts = bool(story) and story[0].position == 0
        known = self.known.which([one.content for one in story], from_start=starts)
        return {one.position for one, gone in zip(story, known, strict=True) if gone}

    def _is_gone(self, text: str) -> bool:
        if self.known.has_text(text):
            return True
        return self.words.are_in(text) and plain(text) not in self.staying

    def _gone_but(self, stays: Set[str]) -> Callable[[str], bool]:
        return lambda text: text not in stays and self._is_gone(text)

    def _is_spanned(self, held: StoredCollection) -> bool:
        if self.since is None and self.until is None:
            return False
        if self.within is not None:
            return held.name in self.within
        return not owner_known(held) or self._is_own(held)

    def _in_span(self, at: datetime) -> bool:
        since, until = self.since, self.until
        return (since is None or at >= since) and (until is None or at < until)


def owner_known(held: StoredCollection) -> bool:
    """Whether a collection tells whose chat it is."""
    one = character_of(held.name, story_of(held.entries))
    return bool(one or members_of(held.entries))


def without(meta: str, is_gone: Callable[[str], bool]) -> str:
    """Return what is kept beside an entry, emptied of what is gone.

    Args:
        meta: The client's; mostly JSON.
        is_gone: Whether a text is.
    """
    found: list[object] = []

    def emptied(value: Any) -> Any:
        if isinstance(value, str) and is_gone(value):
            found.append(value)
            return ""
        if isinstance(value, list):
            return [emptied(one) for one in value]
        if isinstance(value, dict):
            if any(map(is_gone, value)):
                found.append(value)
                return {}
            return {name: emptied(one) for name, one in value.items()}
        return value

    try:
        left = emptied(json.loads(meta))
    except (ValueError, RecursionError):
        return "" if is_gone(meta) else meta
    return json.dumps(left) if found else meta
