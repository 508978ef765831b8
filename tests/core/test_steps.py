"""Steps by hand: what is kept of them, for how long, and what forgetting leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from long_term_memory.core.forgetting.step_records import steps_without
from long_term_memory.core.hand_records import pack_hand, unpack_hand
from long_term_memory.core.records import STEP, STEPS, Annotation
from long_term_memory.core.steps import (
    MOST_CHARS,
    MOST_STEPS,
    HandChange,
    HandStep,
    RuleChange,
    StepList,
    in_short,
    rules_in_short,
)
from long_term_memory.core.text.tags import (
    MOST_TAGS,
    checked_tags,
    has_tag,
    read_tags,
    retagged,
)
from long_term_memory.core.types import MemoryKind
from long_term_memory.errors import InvalidInput

NOW = datetime(2026, 11, 29, 18, tzinfo=UTC)


def a_hand(key: str, content: str | None = None, **changes: object) -> Annotation:
    hand = Annotation(
        kind=MemoryKind.NOTE,
        key=key,
        content=content,
        pinned=False,
        created_at=NOW,
        updated_at=NOW,
        deleted_at=None,
    )
    return hand._replace(**changes)  # type: ignore[arg-type]


def added(key: str) -> HandChange:
    return HandChange(None, a_hand(key, key))


def kept(*steps: HandStep, done: int) -> dict[str, str]:
    listed = StepList()
    for step in steps:
        listed = listed.with_new(len(step.as_text()))
    listed = StepList(steps=listed.steps, done=done, last=listed.last)
    metas = {f"{STEP}{n:08}": one.as_text() for n, one in enumerate(steps, 1)}
    return metas | {STEPS: listed.as_text(), "batch/other": "{}"}


def a_step(*changes: HandChange, what: str = "add") -> HandStep:
    return HandStep(what=what, at=NOW, changes=changes)


def without(
    metas: dict[str, str], ids: set[str], meant: str = "", *, everything: bool = False
) -> dict[str, str | None]:
    return steps_without(
        metas,
        ids=ids,
        rules={"chat"},
        batches={"other"},
        is_meant=lambda note: note.content == meant,
        everything=everything,
    )


def test_a_step_is_read_as_it_was_written() -> None:
    odd = a_hand("b", "Half \ud83d.", tags=("שלום",), hidden=True, deleted_at=NOW)
    step = a_step(added("a"), HandChange(odd, None), what="change")

    assert HandStep.of(step.as_text()) == step
    assert step.changes[0].texts == ("a",)
    assert step.changes[1].key == (MemoryKind.NOTE, "b")


def test_what_an_older_version_wrote_by_hand_has_no_tags_and_is_not_hidden() -> None:
    packed = pack_hand(a_hand("a", "text"))
    del packed["tags"], packed["hidden"]

    assert unpack_hand(packed) == a_hand("a", "text")


def test_only_what_changed_in_all_is_noted() -> None:
    one, two = a_hand("a", "one"), a_hand("a", "two")
    later = one._replace(updated_at=NOW + timedelta(days=1))

    assert in_short([HandChange(one, two), HandChange(two, later)]) == ()
    assert in_short([HandChange(None, one), HandChange(one, None)]) == ()
    assert in_short([added("b"), HandChange(None, one), HandChange(one, two)]) == (
        added("b"),
        HandChange(None, two),
    )


def test_what_was_set_is_kept_with_a_step_and_leaves_with_its_chat() -> None:
    set_ = (RuleChange("chat", "", "{}"), RuleChange("character", "1", "2"))
    step = replace(a_step(what="rules"), rules=set_)
    alone = replace(step, rules=set_[:1])

    changed = without(kept(step, alone, done=2), set())

    assert HandStep.of(step.as_text()) == step
    assert HandStep.of(changed[f"{STEP}{1:08}"] or "").rules == set_[1:]
    assert changed[f"{STEP}{2:08}"] is None


def test_only_what_is_set_otherwise_in_all_is_noted() -> None:
    there, back = RuleChange("a", "1", "2"), RuleChange("a", "2", "1")

    assert rules_in_short([there, back]) == ()
    assert rules_in_short([there, RuleChange("a", "2", "3")]) == (
        RuleChange("a", "1", "3"),
    )


def test_the_oldest_steps_make_room() -> None:
    listed = StepList()
    for _ in range(MOST_STEPS + 3):
        listed = listed.with_new(10)
    assert [one.number for one in listed.steps] == list(range(4, MOST_STEPS + 4))
    assert listed.done == MOST_STEPS
    huge = listed.with_new(MOST_CHARS + 1)
    assert [one.number for one in huge.steps] == [MOST_STEPS + 4]
    assert StepList.of(huge.as_text()) == huge
    assert StepList.of(None) == StepList()


def test_a_new_step_takes_the_place_of_what_was_undone() -> None:
    listed = StepList().with_new(1).with_new(1).with_new(1)
    undone = StepList(steps=listed.steps, done=1, last=listed.last)

    assert [one.number for one in undone.with_new(1).steps] == [1, 4]


def test_forgetting_takes_memories_out_of_steps() -> None:
    metas = kept(
        a_step(added("stays")),
        a_step(added("a"), added("b"), what="change"),
        a_step(added("a")),
        a_step(HandChange(a_hand("a", "ab"), None), added("c"), what="split"),
        a_step(added("stays"), what="edit"),
        done=4,
    )

    changed = without(metas, {"a"})

    gone = [key for key, text in changed.items() if text is None]
    assert gone == [f"{STEP}{number:08}" for number in (3, 4, 5)]
    left = HandStep.of(changed[f"{STEP}{2:08}"] or "")
    assert left.changes == (added("b"),)
    listed = StepList.of(changed[STEPS])
    assert ([one.number for one in listed.steps], listed.done) == ([1, 2], 2)


def test_the_step_of_an_import_leaves_with_the_last_of_what_came() -> None:
    there, gone = (
        HandStep(what="import", at=NOW, batch=batch) for batch in ("other", "gone")
    )

    changed = without(kept(there, gone, done=2), set())

    assert HandStep.of(there.as_text()) == there
    assert changed[f"{STEP}{2:08}"] is None
    assert [one.number for one in StepList.of(changed[STEPS]).steps] == [1]


def test_where_nothing_is_meant_nothing_changes() -> None:
    metas = kept(a_step(added("stays")), done=1)

    assert without(metas, {"a"}) == {}
    assert without({}, {"a"}, "stays") == {}
    assert without(metas, set(), "stays")[f"{STEP}{1:08}"] is None
    everything = without(metas, set(), everything=True)
    assert everything == {f"{STEP}{1:08}": None, STEPS: None}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        ("cat, #Food ;cat\nתג\uff0c日本、x", ("cat", "Food", "תג", "日本", "x")),
        (" two  words ,# , ", ("two words",)),
        ("<b>bold</b>", ("<b>bold</b>",)),
    ],
)
def test_tags_are_read_as_people_type_them(typed: str, read: tuple[str, ...]) -> None:
    assert read_tags(typed) == read


def test_tags_are_few_and_short() -> None:
    with pytest.raises(InvalidInput, match="10,000"):
        checked_tags(map(str, range(10_000)))
    with pytest.raises(InvalidInput, match="41"):
        read_tags("x" * 41)
    assert len(read_tags(",".join(map(str, range(MOST_TAGS))))) == MOST_TAGS


def test_tags_come_and_go_however_they_are_written() -> None:
    assert retagged(("Cat", "dog"), add=("CAT", "eel"), drop=("DOG",)) == ("Cat", "eel")
    assert has_tag(("Cat",), "cAT")
    assert not has_tag((), "cat")
