"""Random worlds of chats, storylines and policies, beside what each chat may know."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from long_term_memory.config import EmbeddingSettings, Settings, SummarySettings
from long_term_memory.core.policy import Policy, RecallsFrom, Remembering
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.testing import InMemoryBank

from .builders import a_request
from .conftest import Clock

WHO = Scope(user="anon", character="Miku")
SETTINGS = Settings(
    embedding=EmbeddingSettings(wait_seconds=0),
    summaries=SummarySettings(summary_every=4, summary_chunk_tokens=40),
)
MARKER = re.compile(r"qz\d+x")
ASKED = "Which lantern stands in the harbour of the old town?"
QUESTIONS = (ASKED, "where were we?", "tell me our story so far")
GREETING = WindowMessage(role="assistant", content="Welcome back to the harbour, dear!")


@dataclass(eq=False)
class Told:
    """One chat as its host shows it, and what of it ought to be kept."""

    name: str
    parent: Told | None = None
    hint: str = ""
    shown: list[WindowMessage] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    policy: Policy = field(default_factory=Policy)
    is_stored: bool = False
    root: Told | None = None
    story: str = ""
    wanted: str | None = None


class World:
    """One character's chats, in a bank and in a plain model of it."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing."""
        self.random = random.Random(seed)
        self.store = InMemoryBank()
        self.clock = Clock()
        self.bank = self._opened()
        self.chats: list[Told] = []
        self.character = Policy()
        self.stories = ["first"]
        self.bank.storylines.rename("", "first")
        self.by_hand: set[str] = set()
        self.corrected: set[str] = set()
        self.notes: set[str] = set()
        # What was said while nothing was to be remembered.
        self.never: set[str] = set()
        self.number = 0
        self.crossed = 0

    def _opened(self) -> Bank:
        return Bank(WHO, self.store, settings=lambda: SETTINGS, clock=self.clock)

    # -- what happens --------------------------------------------------------------

    def act(self) -> None:
        """Let something happen."""
        acts = [self.say, self.say, self.say, self.begin, self.set_chat]
        acts += [self.set_character, self.join, self.decide, self.note, self.reopen]
        self.clock.advance(minutes=1)
        self.random.choice(acts)()

    def say(self) -> None:
        """Say something and be answered, in a chat known, new or branched."""
        told = self._some_chat()
        told.shown.append(self._message("user"))
        self._show(told)
        if self.random.random() < 0.8:
            told.shown.append(self._message("assistant"))
            self._show(told)

    def _some_chat(self) -> Told:
        chance = self.random.random()
        if self.chats and chance < 0.55:
            return self.random.choice(self.chats)
        parent = None
        if self.chats and chance < 0.7:
            parent = self.random.choice(self.chats)
        hint = self.random.choice(("", "", "", "", *self.stories, "hinted"))
        told = Told(f"chat {len(self.chats)}", parent, hint)
        if parent is not None:
            told.shown = parent.shown[: self.random.randrange(len(parent.shown)) + 1]
        elif self.random.random() < 0.5:
            told.shown = [GREETING]
        self.chats.append(told)
        return told

    def _message(self, role: str) -> WindowMessage:
        self.number += 1
        text = f"The lantern qz{self.number}x stands in the harbour of the old town."
        if role == "user":
            return WindowMessage(role="user", content=text)
        return WindowMessage(role="assistant", content=text)

    def _show(self, told: Told) -> None:
        self.chat(told).observe(
            Window(messages=tuple(told.shown), complete=True, open_ended=True)
        )
        if self._is_new_branch(told) and told.policy == Policy():
            told.policy = told.parent.policy if told.parent else told.policy
        remembers = told.policy.remembers or self.character.remembers
        if remembers not in (None, Remembering.YES):
            known = {one for chat in self.chats for one in chat.kept}
            self.never.update({marker_of(one) for one in told.shown} - known)
            return
        kept = [marker_of(one) for one in told.shown]
        told.kept = [one for one in kept if one and one not in self.never]
        if not told.kept:
            return
        self._take_hint(told)
        if not told.is_stored:
            is_fork = self._is_new_branch(told)
            told.is_stored = True
            told.root = told.parent.root if told.parent and is_fork else told
            told.story = self.stories[-1] if told.wanted is None else told.wanted

    def _is_new_branch(self, told: Told) -> bool:
        """Whether a chat is not stored yet, and the one that it comes from is."""
        parent = told.parent
        return parent is not None and parent.is_stored and not told.is_stored

    def _take_hint(self, told: Told) -> None:
        kin = [one for one in self.chats if one.is_stored and one.root is told.root]
        stays = len(kin) > 1 if told.is_stored else self._is_new_branch(told)
        if not told.hint or stays:
            return
        if told.hint not in self.stories:
            self.stories.append(told.hint)
        if told.is_stored:
            told.story = told.hint
        else:
            told.wanted = told.hint

    def begin(self) -> None:
        """Begin a story."""
        name = f"story {len(self.stories)}"
        self.bank.storylines.begin(name)
        self.stories.append(name)

    def set_chat(self) -> None:
        """Set something for a chat."""
        if self.chats:
            told = self.random.choice(self.chats)
            told.policy = self._policy()
            self.chat(told).set_policy(told.policy)

    def set_character(self) -> None:
        """Set something for the character."""
        self.character = self._policy()
        self.bank.policies.set_character(self.character)

    def _policy(self) -> Policy:
        return Policy(
            remembers=self.random.choice((None, None, *Remembering)),
            recalls_from=self.random.choice((None, None, *RecallsFrom)),
        )

    def join(self) -> None:
        """Put a chat into a story."""
        stored = [told for told in self.chats if told.root is not None]
        if not stored:
            return
        told, story = self.random.choice(stored), self.random.choice(self.stories)
        known = self.bank.chats()
        [id_] = [one.id for one in known if ("test", told.name) in one.names]
        self.bank.storylines.move(id_, self.bank.storylines.get(story).id)
        assert told.root is not None
        told.root.story = story

    def decide(self) -> None:
        """Pin or correct what was said."""
        kept = [one for told in self.chats for one in told.kept]
        if not kept:
            return
        marker = self.random.choice(kept)
        [memory, *_] = self.bank.memories.search(marker)
        self.by_hand.add(marker)
        if self.random.random() < 0.5:
            self.bank.memories.pin(memory.id)
        else:
            self.corrected.add(marker)
            text = memory.content.replace("stands", "really stands")
            self.bank.memories.update(memory.id, content=text)

    def note(self) -> None:
        """Write a note."""
        content = self._message("user").content
        self.notes.add(f"qz{self.number}x")
        self.bank.memories.add(content, pinned=self.random.random() < 0.5)

    def reopen(self) -> None:
        """Close the memory and open it again."""
        self.bank.close()
        self.store.open()
        self.bank = self._opened()

    # -- what each may know --------------------------------------------------------

    def chat(self, told: Told) -> Chat:
        """Return a chat as its host names it."""
        parent = told.parent.name if told.parent is not None else None
        return self.bank.chat(
            told.name, host="test", forked_from=parent, story=told.hint
        )

    def look(self, told: Told) -> None:
        """Ask in a chat, and hold what comes to what may."""
        asked = self.random.choice((None, None, None, *RecallsFrom))
        visible = self._visible(told, asked)
        own = {*told.kept}
        others = {
            one
            for other in visible
            if told.root is None or other.root is not told.root
            for one in other.kept
        }
        seen = {one for other in visible for one in other.kept}
        by_hand = self.by_hand & (own | seen)
        notes = set() if self._is_alone(told, asked) else self.notes
        may = own | others | by_hand | notes
        self.crossed += len(others - own)
        self._check_recall(told, asked, own | others | (self.corrected & seen) | notes)
        for question in QUESTIONS:
            request = a_request(
                question,
                query=Query(text=question, gated=False, recalls_from=asked),
                head_tokens=400,
                recall_tokens=4_000,
                summary_tokens=400,
            )
            context = self.chat(told).compose(request)
            assert markers(context.recall.text) <= may, (told.name, question)
            assert markers(context.head.text) <= may, (told.name, question)

    def _check_recall(
        self, told: Told, asked: RecallsFrom | None, may: set[str]
    ) -> None:
        query = Query(text=ASKED, gated=False, limit=1_000, recalls_from=asked)
        found = {
            marker
            for item in self.chat(told).recall(query)
            for marker in markers(item.memory.content)
        }
        assert found <= may, (told.name, found - may)
        users = {
            marker_of(one)
            for chat in self.chats
            for one in chat.shown
            if one.role == "user"
        }
        assert found >= may & (users | self.notes), (told.name, may & users - found)

    def _is_alone(self, told: Told, asked: RecallsFrom | None) -> bool:
        remembers = told.policy.remembers or self.character.remembers
        wanted = asked or told.policy.recalls_from
        return remembers is Remembering.INCOGNITO and wanted is None

    def _visible(self, told: Told, asked: RecallsFrom | None) -> list[Told]:
        """Return the chats that one may know of, itself among them."""
        where = asked or told.policy.recalls_from
        where = where or self.character.recalls_from or RecallsFrom.STORY
        if self._is_alone(told, asked):
            where = RecallsFrom.CHAT
        return [
            other
            for other in self.chats
            if other is told
            or (
                other.is_stored
                and where is not RecallsFrom.CHAT
                and (other.policy.remembers or self.character.remembers)
                is not Remembering.INCOGNITO
                and (
                    where is RecallsFrom.ALL or self._story(other) == self._story(told)
                )
            )
        ]

    def _story(self, told: Told) -> str:
        if told.root is not None:
            return told.root.story
        if told.parent is not None and self._is_new_branch(told):
            return self._story(told.parent)
        if told.hint:
            return told.hint
        return self.stories[-1] if told.wanted is None else told.wanted


def markers(text: str) -> set[str]:
    """Return what a text tells of."""
    return set(MARKER.findall(text))


def marker_of(shown: WindowMessage) -> str:
    """Return what a message tells; nothing of a greeting."""
    found = MARKER.search(shown.content)
    return found.group() if found else ""


def live(seed: int, acts: int = 14) -> int:
    """Let a world be, and look from every chat now and then.

    Returns:
        How many things a chat might know of another.
    """
    world = World(seed)
    for at in range(acts):
        world.act()
        if world.chats and (at % 3 == 2 or at == acts - 1):
            world.look(world.random.choice(world.chats))
    for told in world.chats:
        world.look(told)
    return world.crossed
