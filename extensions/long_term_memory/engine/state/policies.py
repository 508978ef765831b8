"""What was set for a bank's character and chats, and its storylines, in memory.

Owns: how they are kept among the notes about the bank; which chats a chat may see; what
of a window was said while nothing was to be remembered.
Knows nothing of: ranking, prompts, hosts.

Which storyline a chat stands in is kept for those alone that were moved: any other
stands in the one that was newest when its first message came, and that is told by the
rows of chats. So no chat is ever stored without its storyline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from secrets import token_bytes
from typing import Final, NamedTuple
from uuid import uuid4

from ...config import Settings
from ...core.forgetting.suppression import SuppressionList, is_telling
from ...core.policy import (
    NO_POLICY,
    PolicyInForce,
    RecallsFrom,
    Remembering,
    policy_in_force,
    sees,
    story_name,
)
from ...core.policy_records import (
    UNSTORED,
    BankPolicy,
    ChatPolicyRecord,
    StoryRecord,
    hash_of_name,
)
from ...core.records import CHAT_POLICY, POLICY, UNHEARD, StoredChat
from ...core.steps import RuleChange
from ...core.text.names import is_same_name
from ...core.text.recipes import digest
from ...core.types import Window, WindowMessage
from ...storage.protocols import BankStore
from ..faults import Clock
from ..records import ChatName
from .chats import ChatDirectory

KEY_BYTES: Final = 16


class Viewer(NamedTuple):
    """The chat that is speaking.

    Attributes:
        row: None for one that is not stored.
        name: How a host names it, if one does.
        asked: Where to recall from this once.
    """

    row: int | None = None
    name: ChatName | None = None
    asked: RecallsFrom | None = None


class Sight(NamedTuple):
    """What a chat may not see.

    Attributes:
        hidden: Rows of chats.
        alone: Nor any note or pin.
    """

    hidden: frozenset[int] = frozenset()
    alone: bool = False


NOTHING: Final = ChatPolicyRecord()


class PolicyDirectory:
    """The policies and storylines of one bank; the bank's lock guards it."""

    def __init__(
        self,
        store: BankStore,
        book: ChatDirectory,
        settings: Callable[[], Settings],
        clock: Clock,
        note: Callable[[RuleChange], None],
    ) -> None:
        """Take the bank's own parts; knows nothing before `read`.

        Args:
            store: Keeps it.
            book: The chats of the bank.
            settings: Tells the settings in force.
            clock: Tells the time, aware UTC.
            note: Is told of every change.
        """
        self._note = note
        self._store = store
        self._book = book
        self._settings = settings
        self._clock = clock
        self.bank = BankPolicy()
        self._entries: dict[str, ChatPolicyRecord] = {}
        self._unstored = False
        self._unheard: list[SuppressionList] = []

    def read(self) -> None:
        """Take over what is kept."""
        self.bank = BankPolicy.of(self._store.metadata.get(POLICY))
        kept = self._store.metadata.with_prefix(CHAT_POLICY)
        self._entries = {
            key.removeprefix(CHAT_POLICY): ChatPolicyRecord.of(text)
            for key, text in kept.items()
        }
        self._count_unstored()
        self._read_unheard()

    # -- what holds --------------------------------------------------------------

    def in_force(self, viewer: Viewer) -> PolicyInForce:
        """Return what holds in a chat; in one that nobody knows, what is usual."""
        settings = self._settings()
        return policy_in_force(
            self.entry(viewer.row, viewer.name).policy,
            self.bank.character,
            other_chats=settings.recall.other_chats,
            position=settings.prompt.injection_location,
            asked=viewer.asked,
        )

    def sight(self, viewer: Viewer) -> Sight:
        """Return what a chat may not see of the bank."""
        rules = self.in_force(viewer)
        others = [chat for chat in self._book if chat.row != viewer.row]
        if rules.recalls_from is RecallsFrom.CHAT:
            return Sight(frozenset(chat.row for chat in others), rules.alone)
        if self._is_plain():
            return Sight()
        story = self.story_of(viewer)
        hidden = frozenset(
            chat.row
            for chat in others
            if not sees(
                rules,
                self._remembers(chat),
                same_story=self.story_of(Viewer(chat.row)) == story,
            )
        )
        return Sight(hidden)

    def story_of(self, viewer: Viewer) -> str:
        """Return the id of a chat's storyline; of one that is not stored, where to."""
        row = self._parent(viewer.name) if viewer.row is None else viewer.row
        if row is None:
            hint = viewer.name.story if viewer.name is not None else ""
            if hint:
                known = self.named(hint)
                return hint if known is None else known.id
            moved = self._moved(self.entry(None, viewer.name))
            return self.bank.newest.id if moved is None else moved
        family = self._book[self._book[row].family]
        moved = self._moved(self.entry(family.row, None))
        if moved is not None:
            return moved
        begun = [one.id for one in self.bank.stories if one.after < family.row]
        return begun[-1]

    def entry(self, row: int | None, name: ChatName | None) -> ChatPolicyRecord:
        """Return what is kept about a chat."""
        if not self._entries:
            return NOTHING
        if row is not None and (found := self._entries.get(self._book[row].id)):
            return found
        if not self._unstored:
            return NOTHING
        keys = self._keys(row, name)
        return next(
            (self._entries[key] for key in keys if key in self._entries), NOTHING
        )

    def _parent(self, name: ChatName | None) -> int | None:
        """Return the row of the chat that a host says a chat branched from."""
        if name is None or name.forked_from is None:
            return None
        return self._book.row_called(name.host, name.forked_from)

    def _moved(self, entry: ChatPolicyRecord) -> str | None:
        """Return the storyline that a chat was moved to, if there still is one."""
        known = entry.story is not None and any(
            one.id == entry.story for one in self.bank.stories
        )
        return entry.story if known else None

    def _remembers(self, chat: StoredChat) -> Remembering:
        own = self.entry(chat.row, None).policy.remembers
        return own or self.bank.character.remembers or Remembering.YES

    def is_unset(self) -> bool:
        """Whether nothing was ever set, nor said while nothing was to be remembered."""
        return self._is_plain() and not self._unheard

    def _is_plain(self) -> bool:
        """Whether nothing was ever set that keeps chats apart."""
        return (
            self.bank.character == NO_POLICY
            and len(self.bank.stories) == 1
            and not self._entries
        )

    # -- what is set -------------------------------------------------------------

    def keep_bank(self, bank: BankPolicy) -> None:
        """Keep what was set for the bank as a whole."""
        before, after = self.bank.rules(), bank.rules()
        for name, text in after.items():
            self._note(RuleChange(name, before[name], text))
        self._store.metadata.put(POLICY, bank.as_text())
        self.bank = bank

    def keep(
        self, row: int | None, name: ChatName | None, entry: ChatPolicyRecord
    ) -> None:
        """Keep what was set for a chat, also for one that is not stored yet."""
        [key, *former] = self._keys(row, name)
        self._put(key, entry)
        for one in former:
            self._put(one, NOTHING)
        self._count_unstored()

    def _put(self, key: str, entry: ChatPolicyRecord) -> None:
        before, after = self.rule(key), entry.as_text() if entry else ""
        self._note(RuleChange(key, before, after))
        if entry:
            self._store.metadata.put(CHAT_POLICY + key, after)
            self._entries[key] = entry
        elif self._entries.pop(key, None) is not None:
            self._store.metadata.drop(CHAT_POLICY + key)

    def rule(self, name: str) -> str:
        """Return what is set by the name that a step has for it; empty if nothing."""
        entry = self._entries.get(name)
        kept = "" if entry is None else entry.as_text()
        return self.bank.rules().get(name, kept)

    def put_rule(self, name: str, text: str) -> None:
        """Set again what `rule` returned."""
        if name in self.bank.rules():
            self.keep_bank(self.bank.with_rule(name, text))
            return
        self._put(name, ChatPolicyRecord.of(text) if text else NOTHING)
        self._count_unstored()

    def _count_unstored(self) -> None:
        """Note whether anything is kept about chats that were not stored."""
        self._unstored = any(key.startswith(UNSTORED) for key in self._entries)

    def give_key(self) -> None:
        """Make the key of names, if there is none yet."""
        if not self.bank.key:
            self.keep_bank(replace(self.bank, key=token_bytes(KEY_BYTES)))

    def _keys(self, row: int | None, name: ChatName | None) -> list[str]:
        """Return under what a chat may be kept, what it is to be kept under first."""
        chat = None if row is None else self._book[row]
        names = list(chat.names) if chat is not None else []
        if name is not None and (name.host, name.name) not in names:
            names.append((name.host, name.name))
        hashed = [hash_of_name(self.bank.key, *one) for one in names]
        return hashed if chat is None else [chat.id, *hashed]

    # -- what is said meanwhile ----------------------------------------------------

    def without_unheard(self, window: Window) -> Window:
        """Leave out of a window what was shown while nothing was to be remembered."""
        for known in self._unheard:
            window = known.without(window)
        return window

    def leave_out(self, window: Window) -> None:
        """Know again what is shown and not to be remembered, by keyed hashes alone.

        Wherever it is shown later, in a branch or after the chat was renamed, it is
        left out. Not what was remembered before in any chat, and no greeting, which
        every chat with the character begins with.
        """
        left = {one.content for one in self.without_unheard(window).messages}
        new = self._new(window.messages)
        if all(window.messages[at].content not in left for at in new):
            return
        shown = window.messages
        first = "" if window.complete or shown[0].position == 0 else None
        with self._store.exclusive():
            self.read()  # Another program may have set something meanwhile.
            self.give_key()
            marks: set[bytes] = set()
            by = SuppressionList(key=self.bank.key)
            for at in new:
                before = shown[at - 1].content if at else first
                after = shown[at + 1].content if at + 1 < len(shown) else None
                marks |= by.marks_of(uuid4().hex, shown[at].content, before, after)
            self.keep_unheard(self.bank.key, marks)

    def _new(self, shown: Sequence[WindowMessage]) -> list[int]:
        """Return the places of what is said and was never remembered.

        A short text is known by its neighbours alone, so what follows something that
        is remembered cannot be told from that.
        """
        digests = [digest(one.role, one.content) for one in shown]
        known = self._store.chats.former(None, digests) if shown else {}
        spoken = [at for at, one in enumerate(shown) if one.role == "user"]
        new: list[int] = []
        for at in range(spoken[0] if spoken else len(shown), len(shown)):
            follows = at == 0 or at - 1 in new[-1:]
            if digests[at] not in known and (follows or is_telling(shown[at].content)):
                new.append(at)
        return new

    def keep_unheard(self, key: bytes, marks: Set[bytes]) -> None:
        """Keep marks of what was not to be remembered."""
        told = {"key": key.hex(), "marks": sorted(mark.hex() for mark in marks)}
        number = len(self._store.metadata.with_prefix(UNHEARD))
        self._store.metadata.put(f"{UNHEARD}{number:08}", json.dumps(told))
        self._read_unheard()

    def _read_unheard(self) -> None:
        marks: dict[bytes, set[bytes]] = {}
        for text in self._store.metadata.with_prefix(UNHEARD).values():
            told = json.loads(text)
            key = bytes.fromhex(told["key"])
            marks.setdefault(key, set()).update(map(bytes.fromhex, told["marks"]))
        self._unheard = [
            SuppressionList(key=key, marks=frozenset(found))
            for key, found in marks.items()
        ]

    def join_by_hint(self, viewer: Viewer) -> None:
        """Put a chat into the storyline that its host names, begun if there is none.

        Not a chat with branches: it stays where these are.
        """
        row, name = viewer.row, viewer.name
        if name is None or not name.story or self._is_joined(row, name):
            return
        with self._store.exclusive():
            self.read()  # Another program may have begun it, or set something.
            if not self._is_joined(row, name):
                story = self.named(name.story) or self.begin(story_name(name.story))
                self.move(row, name, story.id)

    def _is_joined(self, row: int | None, name: ChatName) -> bool:
        """Say whether a chat is in the story that its host names, or has to stay."""
        if self._has_branches(row, name):
            return True
        story = self.named(name.story)
        # Of a chat that is not stored yet the host's word is what is asked here.
        here = self.story_of(Viewer(row, replace(name, story="")))
        return story is not None and here == story.id

    def may_inherit(self, name: ChatName) -> bool:
        """Whether anything is set that could hold for a chat that is not stored."""
        own = self.entry(None, name).policy
        return bool(self._entries and name.name) and own == NO_POLICY

    def inherit(self, name: ChatName, row: int | None) -> None:
        """Set for a chat that is not stored what is set for the one it comes from.

        Else what an incognito chat tells would get out with a branch of it.

        Args:
            name: The chat.
            row: Of the one that it branched from or was before; None if there is none.
        """
        entry = self.entry(None, name)
        policy = NO_POLICY if row is None else self.entry(row, None).policy
        if policy != NO_POLICY:
            self.give_key()
            self.keep(None, name, replace(entry, policy=policy))

    def settle(self, row: int, name: ChatName) -> None:
        """Keep by its id what was set for a chat by its name, now that it is stored.

        Else it would be lost with the name.
        """
        known, *hashed = self._keys(row, name)
        if any(key in self._entries for key in hashed):
            entry = self.entry(row, name)
            if self._book[row].family != row and known not in self._entries:
                entry = replace(entry, story=None)
            self.keep(row, name, entry)

    def _has_branches(self, row: int | None, name: ChatName) -> bool:
        """Whether a chat has branches, or is going to be one."""
        if row is None:
            return self._parent(name) is not None
        family = self._book[row].family
        return any(chat.family == family and chat.row != row for chat in self._book)

    # -- storylines ----------------------------------------------------------------

    def named(self, name: str) -> StoryRecord | None:
        """Return the storyline of a name, however it is written."""
        found = (one for one in self.bank.stories if is_same_name(one.name, name))
        return next(found, None)

    def begin(self, name: str) -> StoryRecord:
        """Begin a storyline, which chats that are not stored yet will join."""
        last = max((chat.row for chat in self._book), default=0)
        story = StoryRecord(
            id=uuid4().hex, name=name, begun_at=self._clock(), after=last
        )
        self.keep_bank(replace(self.bank, stories=(*self.bank.stories, story)))
        return story

    def move(self, row: int | None, name: ChatName | None, story: str) -> None:
        """Put a chat and its branches into a storyline."""
        row = None if row is None else self._book[row].family
        name = None if row is not None else name
        if row is None:
            self.give_key()
        self.keep(row, name, replace(self.entry(row, name), story=story))
