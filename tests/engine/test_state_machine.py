"""Anything, in any order, against a plain model of what a memory ought to hold.

A few seconds of it by default; `LTM_STEPS=10000` in the environment runs so many steps,
and pytest's `-s` tells how many there were of each kind.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import MemoryItem as Seen
from long_term_memory.core.types import MemoryKind, Query
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.rebuild import What

from .histories import WORDS, Life, differing, seen

STEPS = int(os.environ.get("LTM_STEPS", "120"))
IN_ONE_LIFE = 40 if STEPS < 1000 else 100

TELLING = [words for words in WORDS if len(words) > 30]
texts = st.builds(
    lambda number, words: f"{number} {words}",
    st.integers(0, 9),
    st.sampled_from(TELLING),
)
numbers = st.integers(0, 30)
done: Counter[str] = Counter()


class MemoryItem(RuleBasedStateMachine):
    """One bank, and what it ought to hold.

    `life.chats` is what a host shows; a path ought to be that without what was
    forgotten. `notes` and `by_hand` are by id: text, and whether it is deleted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self.life = Life(Path(self.folder.name))
        self.gone: set[str] = set()
        self.expected: dict[str, list[str]] = {}
        self.untold: set[str] = set()
        self.changed = False
        self.notes: dict[str, tuple[str, bool]] = {}
        self.by_hand: dict[str, tuple[str, bool]] = {}

    def teardown(self) -> None:
        self.life.stop()
        self.folder.cleanup()

    # -- the host ----------------------------------------------------------------

    @rule(chat=numbers, asked=texts, answer=texts)
    def say(self, chat: int, asked: str, answer: str) -> None:
        self.count("observe")
        self.life.do(("say", chat, asked, answer))

    @rule(chat=numbers, answer=texts)
    def swipe(self, chat: int, answer: str) -> None:
        self.count("swipe")
        self.life.do(("swipe", chat, answer))

    @rule(chat=numbers, place=numbers, text=texts)
    def edit(self, chat: int, place: int, text: str) -> None:
        self.count("edit")
        self.life.do(("edit", chat, place, text))

    @rule(chat=numbers, place=numbers)
    def take_out(self, chat: int, place: int) -> None:
        self.count("take out")
        self.life.do(("take out", chat, place))

    @rule(chat=numbers, place=numbers)
    def branch(self, chat: int, place: int) -> None:
        self.count("branch")
        self.life.do(("branch", chat, place))

    @rule(chat=numbers)
    def show_again(self, chat: int) -> None:
        self.count("show again")
        name = self.life.chat(chat)
        if name in self.life.chats:
            self.life.show(name, self.life.chats[name])

    # -- the editor --------------------------------------------------------------

    @rule(text=texts, pinned=st.booleans())
    def note(self, text: str, pinned: bool) -> None:
        self.count("note")
        added = self.life.bank.memories.add(f"Note: {text}", pinned=pinned)
        self.notes[added.id] = (f"Note: {text}", False)

    @rule(number=numbers, text=texts)
    def correct(self, number: int, text: str) -> None:
        self.count("correct")
        for one in self.some(number, deleted=False):
            self.life.bank.memories.update(one, content=f"Mine: {text}")
            self.known(one)[one] = (f"Mine: {text}", False)

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        self.count("delete")
        for one in self.some(number, deleted=False):
            text = self.life.bank.memories.get(one).content
            self.life.bank.memories.delete(one)
            self.known(one)[one] = (text, True)

    @rule(number=numbers)
    def restore(self, number: int) -> None:
        self.count("undo of a deletion")
        for one in self.some(number, deleted=True):
            self.life.bank.memories.restore(one)
            self.known(one)[one] = (self.known(one)[one][0], False)

    @rule(restart=st.booleans())
    def clear_and_undo(self, restart: bool) -> None:
        self.count("clearing and its undo")
        self.life.bank.undo_log.clear("batch", "Clearing")
        assert not any(self.paths().values())
        if restart:
            self.restart()
        for batch in self.life.bank.undo_log.all():
            self.life.bank.undo_log.undo(batch.id)

    @rule(number=numbers)
    def forget_a_message(self, number: int) -> None:
        self.count("forget")
        live = [
            place.message
            for name in self.life.chats
            for place in self.life.handle(name).path()
        ]
        if live:
            message = live[number % len(live)]
            Forgetting(self.life.bank.state).forget(
                ForgetTarget(memories=(message.id,))
            )
            self.gone.add(message.content)
            # Its copies go with it, and what was done to them by hand.
            for one in list(self.by_hand):
                if self.life.bank.state.store.messages.rows_of([one]) == {}:
                    del self.by_hand[one]

    @rule(number=numbers)
    def forget_a_note(self, number: int) -> None:
        self.count("forget")
        if self.notes:
            note = [*self.notes][number % len(self.notes)]
            text, _ = self.notes[note]
            Forgetting(self.life.bank.state).forget(ForgetTarget(memories=(note,)))
            # Words are forgotten wherever they stand: equal notes go with it.
            for one, (other, _) in list(self.notes.items()):
                if other == text:
                    del self.notes[one]

    @rule(number=numbers)
    def delete_a_summary_and_undo(self, number: int) -> None:
        for one in self.a_summary(number):
            self.count("deletion of a summary and its undo")
            self.life.bank.memories.delete(one.id)
            assert one.id not in [other.id for other in self.summaries()]
            assert self.life.bank.memories.restore(one.id).content == one.content

    @rule(number=numbers)
    def forget_a_summary(self, number: int) -> None:
        for one in self.a_summary(number):
            self.count("forget a summary")
            Forgetting(self.life.bank.state).forget(ForgetTarget(memories=(one.id,)))
            self.untold.add(one.id)

    # -- the machine -------------------------------------------------------------

    @rule()
    def restart(self) -> None:
        self.count("restart")
        self.life.stop()
        self.life.start()

    @rule()
    def rest(self) -> None:
        self.count("rest")
        self.life.bank.rest()

    @rule(model=st.sampled_from(["small", "large"]), paused=st.booleans())
    def change_the_model(self, model: str, paused: bool) -> None:
        self.count("model change")
        self.changed |= model != self.life.model
        self.life.bank.pause_indexing(paused)
        self.life.change(model)

    @rule(what=st.sets(st.sampled_from(What), min_size=1))
    def rebuild(self, what: set[What]) -> None:
        self.count("rebuild")
        self.life.bank.rebuild().run(what)

    @precondition(lambda self: self.life.chats)
    @rule(what=st.sets(st.sampled_from(What), min_size=1))
    def rebuild_and_compare(self, what: set[What]) -> None:
        self.count("rebuild")
        self.life.bank.pause_indexing(False)
        if self.changed:
            # Another model may choose other sentences than the one that chose first.
            what = (what - {What.SUMMARIES}) or {What.VECTORS}
        before = seen(self.life)
        self.life.bank.rebuild().run(what)
        assert differing(before, seen(self.life)) == []

    # -- what must hold ----------------------------------------------------------

    @invariant()
    def paths_are_what_the_host_shows(self) -> None:
        for name, lines in self.life.chats.items():
            shown = self.without_the_forgotten(map(said, lines))
            # A window without a word that may be kept is an empty one: it changes
            # nothing.
            left = self.without_the_forgotten(self.expected.get(name, []))
            self.expected[name] = shown or left
        assert self.paths() == self.expected

    @invariant()
    def what_is_by_hand_stays(self) -> None:
        memories = self.life.bank.memories
        for one, wanted in (self.notes | self.by_hand).items():
            found = memories.get(one)
            assert (found.content, found.deleted) == wanted
        assert len(memories.notes()) == sum(
            not deleted for _, deleted in self.notes.values()
        )

    @invariant()
    def nothing_forgotten_or_deleted_is_recalled(self) -> None:
        for name in self.life.chats:
            query = Query(text="Oslo and the brass key", limit=1000, gated=False)
            for one in self.life.handle(name).recall(query):
                assert one.memory.content not in self.gone
                assert not one.memory.deleted
                deleted = self.known(one.memory.id).get(one.memory.id, ("", False))[1]
                assert not deleted

    @invariant()
    def no_forgotten_summary_is_told_again(self) -> None:
        assert self.untold.isdisjoint(one.id for one in self.summaries())

    # ----------------------------------------------------------------------------

    def summaries(self) -> list[Seen]:
        return self.life.bank.memories.list(kind=MemoryKind.SUMMARY, limit=1000)

    def a_summary(self, number: int) -> list[Seen]:
        """Choose a summary, if there is one."""
        found = self.summaries()
        return [found[number % len(found)]] if found else []

    def without_the_forgotten(self, texts: Iterable[str]) -> list[str]:
        return [text for text in texts if text not in self.gone]

    def count(self, kind: str) -> None:
        done[kind] += 1

    def paths(self) -> dict[str, list[str]]:
        return {
            name: [place.message.content for place in self.life.handle(name).path()]
            for name in self.life.chats
        }

    def some(self, number: int, *, deleted: bool) -> list[str]:
        """Choose a note or a message, if there is one."""
        found = [
            one.id
            for one in self.life.bank.memories.list(deleted=deleted, limit=1000)
            if one.kind in ("turn", "note")
        ]
        return [found[number % len(found)]] if found else []

    def known(self, memory: str) -> dict[str, tuple[str, bool]]:
        return self.notes if memory in self.notes else self.by_hand


def said(line: str) -> str:
    """Return what a line of a chat says."""
    return line[1:].strip() if line.startswith(">") else line


def test_whatever_happens_in_whatever_order_the_memory_holds_what_it_ought_to() -> None:
    run_state_machine_as_test(
        MemoryItem,
        settings=settings(
            # A fifth more, for not every life is lived to its end.
            max_examples=max(1, STEPS * 6 // 5 // IN_ONE_LIFE),
            stateful_step_count=IN_ONE_LIFE,
            deadline=None,
            # The short run is the same each time, the long one searches.
            derandomize=STEPS < 1000,
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"\n{done.total():,} steps: {dict(done)}\n")
