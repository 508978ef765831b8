"""What was done by hand can be undone and done again, by whatever program."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.policy import Policy, Remembering
from long_term_memory.core.steps import MOST_STEPS
from long_term_memory.core.types import (
    MemoryItem,
    MemoryKind,
    Window,
    WindowMessage,
)
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.records import ChatName
from long_term_memory.engine.replacing import Replacing, preview, replace_all
from long_term_memory.engine.revising import Revision, revise_many, tag_of
from long_term_memory.engine.reworking import merge, split
from long_term_memory.errors import InvalidInput, NotFound, PreconditionFailed

from .builders import a_chat, recalled, texts
from .conftest import MIKU
from .test_forget import files_with


def standing(bank: Bank) -> dict[str, MemoryItem]:
    """Return all memories, deleted ones too, by what they say."""
    found = bank.memories.list(limit=1_000)
    found += bank.memories.list(deleted=True, limit=1_000)
    return {one.id: one for one in found}


def test_each_act_by_hand_is_undone_and_done_again(bank: Bank) -> None:
    a_chat(bank, "one", "> My cat is called Miso.", "A fine name.")
    said = next(one for one in bank.memories.list() if "Miso" in one.content).id
    note = bank.memories.add("Nuts.", pinned=True).id
    memories = bank.memories
    acts: list[Callable[[], object]] = [
        lambda: memories.add("Oats."),
        lambda: memories.update(said, content="My cat is called Udon."),
        lambda: memories.update(note, content="Nuts and bees."),
        lambda: memories.pin(note, pinned=False),
        lambda: memories.pin(said),
        lambda: memories.hide(said),
        lambda: memories.tag(said, ["cat", "name"]),
        lambda: memories.delete(note),
        lambda: memories.restore(note),
        lambda: revise_many(bank, [note, said], Revision(add_tags=("food",))),
        lambda: split(bank, note, ["Nuts.", "Bees."]),
        lambda: replace_all(bank, Replacing(find="udon", put="Soba")),
    ]
    states = [standing(bank)]
    for act in acts:
        act()
        states.append(standing(bank))

    assert all(one != other for one, other in pairwise(states))
    for state in states[-2::-1]:
        bank.edit_history.undo()
        assert standing(bank) == state
    for state in states[1:]:
        bank.edit_history.redo()
        assert standing(bank) == state


def test_steps_outlive_the_program(open_engine: Callable[[], Engine]) -> None:
    first = open_engine()
    note = first.bank(MIKU).memories.add("Nuts.")
    first.bank(MIKU).memories.update(note.id, content="Bees.")
    first.close()

    second, third = open_engine(), open_engine()
    assert second.bank(MIKU).edit_history.undo().ids == (note.id,)
    assert third.bank(MIKU).memories.get(note.id).content == "Nuts."
    assert third.bank(MIKU).edit_history.redo().what == "edit"
    assert second.bank(MIKU).memories.get(note.id).content == "Bees."


def test_who_does_something_new_cannot_redo_what_was_undone(bank: Bank) -> None:
    bank.memories.add("Nuts.")
    bank.memories.add("Bees.")
    bank.edit_history.undo()
    bank.memories.add("Oats.")

    with pytest.raises(NotFound):
        bank.edit_history.redo()
    bank.edit_history.undo()
    bank.edit_history.undo()
    with pytest.raises(NotFound):
        bank.edit_history.undo()
    assert bank.memories.notes() == []


def test_what_changes_nothing_is_no_step(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")
    bank.memories.pin(note.id, pinned=False)
    bank.memories.update(note.id, content="Nuts.")

    assert [one.what for one in bank.edit_history.newest()] == ["add"]


def test_steps_are_listed_with_what_they_are_about(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")
    bank.memories.pin(note.id)
    bank.memories.delete(note.id)
    bank.edit_history.undo()

    listed = bank.edit_history.newest()

    assert [(one.what, one.undone) for one in listed] == [
        ("delete", True),
        ("pin", False),
        ("add", False),
    ]
    assert {(one.count, one.text) for one in listed} == {(1, "Nuts.")}
    assert [one.what for one in bank.edit_history.newest(1)] == ["delete", "pin"]


def test_only_so_many_steps_are_kept(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")
    for at in range(MOST_STEPS + 5):
        bank.memories.update(note.id, content=f"Nuts {at}.")

    kept = bank.state.store.metadata.with_prefix("step/")

    assert len(kept) == MOST_STEPS
    for _ in range(MOST_STEPS):
        bank.edit_history.undo()
    assert bank.memories.get(note.id).content == "Nuts 4."


def test_what_came_past_the_steps_is_left_alone_and_told(bank: Bank) -> None:
    nuts, bees = bank.memories.add("Nuts."), bank.memories.add("Bees.")
    revise_many(bank, [nuts.id, bees.id], Revision(pinned=True))
    [hand] = [one for one in bank.memories.hands() if one.key == nuts.id]
    newer = hand._replace(content="Oats.")
    bank.state.store.annotations.put(newer)
    bank.state.reload()

    outcome = bank.edit_history.undo()

    assert (outcome.ids, outcome.kept) == ((bees.id,), (nuts.id,))
    assert bank.memories.get(nuts.id).pinned


def test_what_is_hidden_is_listed_and_never_recalled(bank: Bank) -> None:
    chat = a_chat(bank, "one", "> My cat is called Miso.", "A fine name.", "> Hm.")
    other = a_chat(bank, "two", "> Hello there, it is me again today.")
    said = next(one for one in bank.memories.list() if "Miso" in one.content)
    note = bank.memories.add("Miso the cat sleeps all day.", pinned=True)

    for one in (said, note):
        assert bank.memories.hide(one.id).hidden

    assert bank.memories.pinned() == []
    assert not [text for text in recalled(other, "cat Miso") if "Miso" in text]
    assert "My cat is called Miso." in texts(chat)
    assert {said.id, note.id} <= {one.id for one in bank.memories.list()}
    assert not bank.memories.pin(note.id).hidden
    assert [one.id for one in bank.memories.pinned()] == [note.id]


def test_tags_are_counted_however_they_are_written(bank: Bank) -> None:
    one, two = bank.memories.add("Nuts."), bank.memories.add("Bees.")
    bank.memories.tag(one.id, ["#Food", " food ", "allergy"])
    bank.memories.tag(two.id, ["FOOD"])

    assert bank.memories.get(one.id).tags == ("Food", "allergy")
    assert bank.memories.tags() == {"Food": 2, "allergy": 1}
    bank.memories.delete(two.id)
    assert bank.memories.tags() == {"Food": 1, "allergy": 1}
    with pytest.raises(InvalidInput):
        bank.memories.tag(one.id, map(str, range(10_000)))
    with pytest.raises(InvalidInput):
        bank.memories.tag(one.id, ["x" * 50])


def test_many_are_changed_or_none(bank: Bank) -> None:
    notes = [bank.memories.add(f"Note {at}.") for at in range(3)]
    ids = [one.id for one in notes]
    seen = {one.id: tag_of(one) for one in notes}
    bank.memories.update(ids[1], content="By another.")
    before = standing(bank)

    with pytest.raises(PreconditionFailed, match="1 of these 3"):
        revise_many(bank, ids, Revision(deleted=True), expected=seen)
    with pytest.raises(NotFound):
        revise_many(bank, [*ids, "unknown"], Revision(deleted=True))
    for wrong in ([], [str(at) for at in range(10_001)]):
        with pytest.raises(InvalidInput):
            revise_many(bank, wrong, Revision(deleted=True))
    with pytest.raises(InvalidInput):
        revise_many(bank, ids, Revision(content="All alike."))

    assert standing(bank) == before
    assert revise_many(bank, [*ids, ids[0]], Revision(hidden=True)) == 3
    assert all(one.hidden for one in bank.memories.notes())
    assert revise_many(bank, ids, Revision(pinned=True, deleted=True)) == 3
    assert bank.memories.notes() == []
    revise_many(bank, ids, Revision(deleted=False, tags=("a",), drop_tags=("A",)))
    assert [one.tags for one in bank.memories.notes()] == [(), (), ()]


def test_summaries_are_deleted_and_locked_with_others_but_not_tagged(
    bank: Bank,
) -> None:
    lines = (f"> On day {at} I paid {at} coins to Bram." for at in range(60))
    a_chat(bank, "one", *lines)
    bank.summaries.make_now(bank.chats()[0].id)
    [summary, *_] = bank.memories.list(kind=MemoryKind.SUMMARY)
    note = bank.memories.add("Nuts.")

    for wrong in (Revision(add_tags=("a",)), Revision(hidden=True)):
        with pytest.raises(InvalidInput):
            revise_many(bank, [note.id, summary.id], wrong)
    with pytest.raises(InvalidInput):
        split(bank, summary.id, ["a", "b"])
    with pytest.raises(InvalidInput):
        merge(bank, [summary.id, note.id], "All.")
    for refused in (bank.memories.hide, lambda key: bank.memories.tag(key, ["a"])):
        with pytest.raises(InvalidInput):
            refused(summary.id)

    revise_many(bank, [note.id, summary.id], Revision(deleted=True))
    assert bank.memories.get(summary.id).deleted
    bank.edit_history.undo()
    assert bank.memories.get(summary.id) == summary
    revise_many(bank, [summary.id], Revision(locked=True))
    assert bank.memories.get(summary.id).edited
    bank.memories.regenerate(summary.id)
    bank.edit_history.undo()
    assert bank.memories.get(summary.id).edited


def test_a_memory_is_split_into_notes_that_keep_its_pin_and_tags(bank: Bank) -> None:
    note = bank.memories.add("Nuts and bees.", pinned=True)
    bank.memories.tag(note.id, ["food"])
    before = standing(bank)

    with pytest.raises(InvalidInput):
        split(bank, note.id, ["Nuts.", " "])
    with pytest.raises(InvalidInput):
        split(bank, note.id, ["Nuts.", "x" * 30_000])
    with pytest.raises(PreconditionFailed):
        split(bank, note.id, ["a", "b"], expected={note.id: "another"})
    assert standing(bank) == before
    made = split(bank, note.id, ["Nuts.", "Bees."])

    assert [(one.content, one.pinned, one.tags) for one in made] == [
        ("Nuts.", True, ("food",)),
        ("Bees.", True, ("food",)),
    ]
    assert bank.memories.get(note.id).deleted
    bank.edit_history.undo()
    assert standing(bank) == before


def test_memories_are_merged_into_one_note(bank: Bank) -> None:
    one = bank.memories.add("She likes nuts.", pinned=True)
    two = bank.memories.tag(bank.memories.add("She likes bees.").id, ["food"])
    before = standing(bank)

    with pytest.raises(InvalidInput):
        merge(bank, [one.id, one.id], "All.")
    with pytest.raises(InvalidInput):
        merge(bank, [one.id, two.id], " ")
    assert standing(bank) == before
    made = merge(bank, [one.id, two.id], "She likes nuts and bees.")

    assert (made.pinned, made.tags) == (True, ("food",))
    assert [note.id for note in bank.memories.notes()] == [made.id]
    bank.edit_history.undo()
    assert standing(bank) == before


def test_a_text_is_replaced_in_notes_and_messages_by_hand(bank: Bank) -> None:
    a_chat(bank, "one", "> My cat is called Miso.", "MISO is a fine name.")
    note = bank.memories.add("miso")
    asked = Replacing(find="Miso", put=r"\1 Soba")

    told = preview(bank, asked)
    assert {one.content for one in told.changes} == {
        r"My cat is called \1 Soba.",
        r"\1 Soba is a fine name.",
        r"\1 Soba",
    }
    assert len(preview(bank, Replacing(find="Miso", match_case=True)).changes) == 1
    bank.memories.pin(note.id)
    with pytest.raises(PreconditionFailed):
        replace_all(bank, asked, seen=told.seen)
    assert replace_all(bank, asked, seen=preview(bank, asked).seen) == 3

    changed = bank.memories.get(note.id)
    assert (changed.content, changed.pinned) == (r"\1 Soba", True)
    assert replace_all(bank, Replacing(find="Miso")) == 0
    bank.edit_history.undo()
    assert bank.memories.get(note.id).content == "miso"


def test_an_expression_is_refused_if_it_is_none_or_takes_forever(bank: Bank) -> None:
    bank.memories.add("a" * 40 + "!")
    bank.memories.add("Anna, 17")
    forever = Replacing(find="(a+)+$", regex=True)

    for wrong in (
        Replacing(find=""),
        Replacing(find="x" * 501),
        Replacing(find="x", put="y" * 20_001),
        Replacing(find="(", regex=True),
        Replacing(find="a", put=r"\9", regex=True),
        forever,
    ):
        with pytest.raises(InvalidInput):
            preview(bank, wrong)

    swap = Replacing(find=r"(\w+), (\d+)", put=r"\2: \1", regex=True, match_case=True)
    assert [one.content for one in preview(bank, swap).changes] == ["17: Anna"]
    # What would be left empty, or too long, stays and is counted.
    assert preview(bank, Replacing(find="Anna, 17")).left_out == 1


def test_what_is_forgotten_leaves_the_steps(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", "> Keep this: heliotrope.", "I will.")
    said = next(one for one in bank.memories.list() if "heliotrope" in one.content)
    bank.memories.update(said.id, content="Corrected heliotrope.")
    note = bank.memories.add("A heliotrope note.")
    kept = bank.memories.add("A plain note.")
    revise_many(bank, [note.id, kept.id], Revision(pinned=True))
    split(bank, note.id, ["One heliotrope.", "Two."])
    parts = [one.id for one in bank.memories.notes() if one.id != kept.id]
    # Undone before it is forgotten, and nowhere but in the steps then.
    bank.memories.add("Undone heliotrope.")
    bank.edit_history.undo()

    gone = (said.id, note.id, parts[0])
    engine.forgetting(MIKU).forget(ForgetTarget(memories=gone))

    assert files_with(tmp_path / "data") == []
    assert [(one.what, one.count) for one in bank.edit_history.newest()] == [
        ("pin", 1),
        ("add", 1),
    ]
    assert bank.edit_history.undo().ids == (kept.id,)
    assert not bank.memories.get(kept.id).pinned
    engine.forgetting(MIKU).forget(ForgetTarget(everything=True))
    assert bank.edit_history.newest() == []
    assert not bank.state.store.metadata.with_prefix("step")


def test_what_is_set_for_chats_is_undone_and_done_again(bank: Bank) -> None:
    one = a_chat(bank, "one", "> My cat is called Miso.", "A fine name.")
    policies, stories = bank.policies, bank.storylines
    chat = stories.all()[0].chats[0]
    named = ChatName(host="test", name="not begun", gone=lambda _: False)
    acts: list[Callable[[], object]] = [
        lambda: policies.set_character(Policy(remembers=Remembering.PAUSED)),
        lambda: policies.set_chat(chat, Policy(budget=100)),
        lambda: policies.set_named(named, Policy(budget=200)),
        lambda: stories.begin("The sea"),
        lambda: stories.rename(stories.get("The sea").id, "The shore"),
        lambda: stories.move(chat, stories.get("The shore").id),
        lambda: stories.move(chat, ""),
        lambda: stories.drop(stories.get("The shore").id),
    ]

    def standing() -> list[object]:
        there = [policies.character(), policies.chat(chat), policies.named(named)]
        return [*there, *stories.all()]

    states = [standing()]
    for act in acts:
        act()
        states.append(standing())

    assert one is not None
    assert all(one != other for one, other in pairwise(states))
    for state in states[-2::-1]:
        assert bank.edit_history.undo().rules
        assert standing() == state
    for state in states[1:]:
        assert bank.edit_history.redo().rules
        assert standing() == state
    assert bank.edit_history.newest(1)[0].what == "drop"


def test_what_was_set_elsewhere_since_is_left_alone(
    open_engine: Callable[[], Engine],
) -> None:
    bank = open_engine().bank(MIKU)
    bank.storylines.begin("The sea")
    bank.policies.set_character(Policy(budget=1))
    bank.chat("one", host="test", story="The hills").observe(
        Window(
            messages=(WindowMessage(role="user", name="Ann", content="Hello!"),),
            complete=True,
        )
    )

    assert bank.edit_history.undo().rules == ("character",)
    outcome = bank.edit_history.undo()

    assert (outcome.rules, outcome.kept) == ((), ("storylines",))
    assert [one.name for one in bank.storylines.all()] == ["", "The sea", "The hills"]
