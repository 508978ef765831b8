"""The facts of one bank, for prompts and for people.

Owns: which facts stand in every prompt, the list that a person sees, and what is by
hand: a text that stays, a deletion, several facts made one.
Knows nothing of: how facts are read, where they are shown.

What is by hand is about whom a fact is about and what of them it tells, so it survives
every rebuild; a deletion also names the value, for a new one is another fact.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from ...core.forgetting.knowledge import SEPARATOR
from ...core.knowledge.bearing import OF_KIND
from ...core.knowledge.facts import Category, Fact, KnownFact
from ...core.records import Annotation
from ...core.text.names import name_key
from ...core.types import MemoryItem, MemoryKind
from ...errors import InvalidInput, NotFound, PreconditionFailed
from ..state.bank_state import BankState
from ..state.policies import Viewer
from .fact_hands import FactHands
from .known import Knowledge, Known

MOST_CHARS: Final = 1_000
ID_BYTES: Final = 8
TAG_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FactItem:
    """A fact, for people.

    Attributes:
        id: Stable as long as whom it is about and what it tells of them.
        text: As it reads now, by hand if somebody wrote it.
        person: Whom it is about.
        category: None where only what is by hand is left.
        known: As it was read; None where nothing that is live tells it any more.
        locked: Its text is by hand, and stays.
        deleted: It is told no more.
        promoted: It stands in every prompt.
    """

    id: str
    text: str
    person: str
    category: Category | None
    known: KnownFact | None
    locked: bool = False
    deleted: bool = False
    promoted: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the messages that tell it."""
        return () if self.known is None else self.known.fact.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """What becomes of a fact; None leaves it as it is.

    Attributes:
        content: How it reads from now on.
        locked: Whether it stays as it reads.
        deleted: Whether it is told no more.
    """

    content: str | None = None
    locked: bool | None = None
    deleted: bool | None = None


class _Told(NamedTuple):
    """What a fact tells: its key and its value."""

    key: str
    value: str


class Facts:
    """The facts of one bank; takes its lock itself."""

    def __init__(self, state: BankState, knowledge: Knowledge) -> None:
        """Work on a bank."""
        self._state = state
        self._knowledge = knowledge
        self._hands = FactHands(state)

    def for_prompt(self, viewer: Viewer) -> list[MemoryItem]:
        """Return the facts for every prompt of a chat, the most worth first."""
        with self._state.lock:
            hands = self._hands.of(viewer)
            known = self._knowledge.of(viewer)
            kept = self._promoted(known)
            shown = self._by_hand(viewer, hands, known)
            told = [
                _memory(id_of(key), hand.content or "", hand.created_at)
                for key, hand in shown.items()
                if hand.deleted_at is None
            ]
            return told + [
                _memory(
                    id_of(one.fact.key),
                    one.fact.text,
                    one.first_mentioned,
                    one.fact.sources,
                )
                for one in kept
                if one.fact.key not in shown and not _is_deleted(one, hands)
            ]

    def has_any(self, viewer: Viewer) -> bool:
        """Say whether any fact stands in the prompts of a chat."""
        return bool(self.for_prompt(viewer))

    def all(
        self,
        viewer: Viewer,
        *,
        person: str = "",
        category: Category | None = None,
        past: bool = False,
        deleted: bool = False,
    ) -> list[FactItem]:
        """Return facts, by person and in the order of first mention.

        Args:
            viewer: The chat that knows them.
            person: Only of this one; empty for all.
            category: Only of this kind; None for all.
            past: Also what holds no more.
            deleted: Only those that a person deleted.
        """
        wanted = name_key(person)
        self._knowledge.get_ready(viewer)
        with self._state.lock:
            items = self._items(viewer)
        return [
            one
            for one in items
            if (not wanted or name_key(one.person) == wanted)
            and category in (None, one.category)
            and one.deleted == deleted
            and (past or one.known is None or one.known.valid or one.locked)
        ]

    def get(self, fact_id: str, viewer: Viewer) -> FactItem:
        """Return one fact.

        Raises:
            NotFound: There is no such fact.
        """
        self._knowledge.get_ready(viewer)
        with self._state.lock:
            for one in self._items(viewer):
                if one.id == fact_id:
                    return one
        raise NotFound(f"There is no fact with the id {fact_id!r}.")

    def edit(self, fact_id: str, text: str, viewer: Viewer) -> FactItem:
        """Have a fact read so from now on, whatever is said.

        Raises:
            NotFound: There is no such fact.
            InvalidInput: The text is empty or too long.
        """
        content = _checked(text)
        return self._change(fact_id, viewer, content=content, deleted=False)

    def lock(self, fact_id: str, viewer: Viewer, *, locked: bool = True) -> FactItem:
        """Keep a fact as it reads now, or let it follow what is said again.

        Raises:
            NotFound: There is no such fact.
        """
        content = self.get(fact_id, viewer).text if locked else None
        return self._change(fact_id, viewer, content=content, deleted=False)

    def delete(self, fact_id: str, viewer: Viewer) -> None:
        """Tell a fact no more; another value of the same is another fact.

        Raises:
            NotFound: There is no such fact.
        """
        self._change(fact_id, viewer, content=None, deleted=True)

    def restore(self, fact_id: str, viewer: Viewer) -> FactItem:
        """Bring a deleted fact back.

        Raises:
            NotFound: There is no such fact.
        """
        return self._change(fact_id, viewer, content=None, deleted=False)

    def merge(
        self, into: str, others: Sequence[str], text: str, viewer: Viewer
    ) -> FactItem:
        """Make several facts one, which reads as it is given.

        Raises:
            NotFound: There is no such fact.
            InvalidInput: The text is empty or too long, or nothing is to be merged.
        """
        if not others or into in others:
            raise InvalidInput("Name other facts to merge with.", field="others")
        content = _checked(text)
        self._knowledge.get_ready(viewer)
        with self._state.step("merge"):
            for one in others:
                self.delete(one, viewer)
            return self._change(into, viewer, content=content, deleted=False)

    def revise(
        self,
        fact_id: str,
        change: FactChange,
        viewer: Viewer,
        *,
        expected: Container[str] | None = None,
    ) -> FactItem:
        """Change a fact, all that is asked or nothing.

        Args:
            fact_id: Which.
            change: What becomes of it.
            viewer: The chat that knows it.
            expected: Tags of which its own must be one; None changes it in any case.

        Raises:
            NotFound: There is no such fact.
            InvalidInput: The text is empty or too long.
            PreconditionFailed: Somebody changed it since.
        """
        self._knowledge.get_ready(viewer)
        with self._state.exclusive():
            item = self.get(fact_id, viewer)
            if expected is not None and tag_of_fact(item) not in expected:
                raise PreconditionFailed(
                    "This fact was changed since you read it. Read it again and decide "
                    "anew."
                )
            if change.deleted is not None:
                item = self._change(
                    fact_id, viewer, content=None, deleted=change.deleted
                )
            if change.content is not None:
                item = self.edit(fact_id, change.content, viewer)
            if change.locked is not None:
                item = self.lock(fact_id, viewer, locked=change.locked)
            return item

    def drop_by_hand(self, item: FactItem, viewer: Viewer) -> None:
        """Keep nothing by hand any more of a fact as a chat sees it."""
        with self._state.exclusive():
            self._hands.drop(viewer, self._key_of(item, viewer))
            if item.known is not None:
                self._hands.drop(viewer, _deletion_key(item.known))

    def silenced(self, viewer: Viewer) -> dict[int, int]:
        """Return what messages tell no more because of what is by hand.

        The bank's lock is held.

        Returns:
            By row the kinds of facts that a message told, and of which it tells none
            any more that nobody deleted or corrected, as bits; see `bearing_of`.
        """
        known, gone = self._knowledge.of(viewer), dict[_Told, KnownFact]()
        for key, hand in self._hands.of(viewer).items():
            one = _meant(key, hand, known)
            if one is not None and one.fact.text != hand.content:
                gone[_Told(one.fact.key, one.fact.value)] = one
        found = {}
        told_in = {id_ for one in gone.values() for id_ in one.fact.sources}
        rows = self._state.store.messages.rows_of(list(told_in)) if told_in else {}
        for row in rows.values():
            told = self._knowledge.facts_in(known, row)
            left = [one for one in told if _Told(one.key, one.value) not in gone]
            found[row] = _kinds(told) & ~_kinds(left)
        return found

    # -- inside --------------------------------------------------------------------

    def _threshold(self) -> float:
        return self._state.settings().facts.fact_extraction_threshold

    def _promoted(self, known: Known) -> list[KnownFact]:
        """Return what was read for every prompt; nothing until all of it is there."""
        if not known.has_facts:
            return []
        return known.at_step.promoted(known.facts, threshold=self._threshold())

    def _by_hand(
        self, viewer: Viewer, hands: Mapping[str, Annotation], known: Known
    ) -> dict[str, Annotation]:
        """Return what reads by hand, but what only chats tell that are not seen."""
        written = {key: one for key, one in hands.items() if one.content is not None}
        unheard = {key for key in written if not known.facts.knows(key)}
        if unheard:
            unheard &= self._knowledge.told_in_hidden(viewer)
        return {key: one for key, one in written.items() if key not in unheard}

    def _items(self, viewer: Viewer) -> list[FactItem]:
        self._state.refresh()
        hands, known = self._hands.of(viewer), self._knowledge.whole_of(viewer)
        kept = {one.id for one in self.for_prompt(viewer)}
        items = [
            _item(one, hands, kept)
            for one in known.facts.known()
            if one.fact.confidence >= self._threshold()
        ]
        there = {one.known.fact.key for one in items if one.known is not None}
        items += [
            FactItem(
                id=id_of(key),
                text=hand.content or "",
                person=key.split(SEPARATOR)[0],
                category=None,
                known=None,
                locked=True,
                promoted=True,
            )
            for key, hand in self._by_hand(viewer, hands, known).items()
            if key not in there
        ]
        return sorted(items, key=lambda one: name_key(one.person))

    def _change(
        self, fact_id: str, viewer: Viewer, *, content: str | None, deleted: bool
    ) -> FactItem:
        state = self._state
        self._knowledge.get_ready(viewer)
        with state.step(_word(content, deleted=deleted)):
            item = self.get(fact_id, viewer)
            key = self._key_of(item, viewer)
            gone = None if item.known is None else _deletion_key(item.known)
            if content is not None:
                self._hands.put(viewer, key, content, item.sources)
            else:
                self._hands.drop(viewer, key)
            if gone is not None and deleted:
                self._hands.put(viewer, gone, None, item.sources)
            elif gone is not None:
                self._hands.drop(viewer, gone)
            if item.known is None and content is None:
                return replace(item, deleted=True)
            return self.get(fact_id, viewer)

    def _key_of(self, item: FactItem, viewer: Viewer) -> str:
        if item.known is not None:
            return item.known.fact.key
        return next(key for key in self._hands.of(viewer) if id_of(key) == item.id)


def _word(content: str | None, *, deleted: bool) -> str:
    """Return the word of the step that changes a fact; see `Memories`."""
    if content is not None:
        return "edit"
    return "delete" if deleted else "restore"


def id_of(key: str) -> str:
    """Return the id of a fact by its key."""
    return blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES
    ).hexdigest()


def tag_of_fact(item: FactItem) -> str:
    """Return what is the same as long as a fact reads and stands the same."""
    valid = item.known is None or item.known.valid
    state = json.dumps([item.text, valid, item.locked, item.deleted])
    return blake2b(state.encode(), digest_size=TAG_BYTES).hexdigest()


def _item(one: KnownFact, hands: dict[str, Annotation], kept: set[str]) -> FactItem:
    hand = hands.get(one.fact.key)
    by_hand = hand is not None and hand.content is not None
    text = hand.content if hand is not None and hand.content else one.fact.text
    return FactItem(
        id=id_of(one.fact.key),
        text=text,
        person=one.fact.subject,
        category=one.fact.category,
        known=one,
        locked=by_hand,
        deleted=not by_hand and _is_deleted(one, hands),
        promoted=id_of(one.fact.key) in kept,
    )


def _deletion_key(one: KnownFact) -> str:
    return f"{one.fact.key}{SEPARATOR}{one.fact.value}"


def _meant(key: str, hand: Annotation, known: Known) -> KnownFact | None:
    """Return the fact as it stands that is corrected or deleted by hand."""
    if hand.content is not None:
        return known.facts.told(key)
    # A deletion also names the value, which may have a separator in it.
    parts = key.split(SEPARATOR)
    for end in range(2, len(parts)):
        one = known.facts.told(SEPARATOR.join(parts[:end]))
        if one is not None and _deletion_key(one) == key:
            return one
    return None


def _kinds(facts: Iterable[Fact]) -> int:
    """Return the bits of what kinds facts are."""
    found = 0
    for one in facts:
        found |= OF_KIND[one.category]
    return found


def _is_deleted(one: KnownFact, hands: dict[str, Annotation]) -> bool:
    return _deletion_key(one) in hands


def _memory(
    fact_id: str, text: str, at: datetime, sources: tuple[str, ...] = ()
) -> MemoryItem:
    return MemoryItem(
        id=fact_id, kind=MemoryKind.FACT, content=text, created_at=at, sources=sources
    )


def _checked(text: str) -> str:
    content = text.strip()
    if not content:
        raise InvalidInput("A fact needs a text.", field="content")
    if len(content) > MOST_CHARS:
        raise InvalidInput(
            f"A fact has at most {MOST_CHARS:,} characters.", field="content"
        )
    return content
