"""What goes with what is decided from a bank's contents alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.forgetting.planner import (
    BankSnapshot,
    ForgetDecision,
    ForgetPlan,
    chat_names,
    meant_elsewhere,
    plan_forgetting,
)
from long_term_memory.core.forgetting.suppression import SuppressionList
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.forgetting.undo_records import ENTRY, HEAD, digest_of
from long_term_memory.core.policy import Policy
from long_term_memory.core.policy_records import (
    BankPolicy,
    ChatPolicyRecord,
    hash_of_name,
)
from long_term_memory.core.records import (
    CHAT_POLICY,
    KEY,
    POLICY,
    ROUND,
    Annotation,
    StoredChat,
)
from long_term_memory.core.types import MemoryKind, Message
from long_term_memory.errors import NotFound

from .chatting import examples
from .forgetting_banks import NOW, TEXTS, a_bank, a_target, what_is_known

NEW_KEY = b"n" * 32
SECRET = "The locker by the stairs opens with heliotrope."
EMPTY = BankSnapshot(
    chats=(),
    paths={},
    visits={},
    messages={},
    annotations=(),
    summaries=(),
    records={},
    policies={},
    knowledge={},
    recalls={},
    round=0,
)


def said(row: int, text: str) -> Message:
    return Message(
        id=f"m{row}", role="user", content=text, name="", said_at=None, seen_at=NOW
    )


def a_chat(row: int, *, title: str = "", name: str = "") -> StoredChat:
    return StoredChat(
        row=row,
        id=f"c{row}",
        family=1,
        names=(("host", name),) if name else (),
        title=title,
        revision=1,
        created_at=NOW,
        seen_at=NOW,
    )


def by_hand(kind: MemoryKind, key: str, content: str | None = None) -> Annotation:
    return Annotation(
        kind=kind,
        key=key,
        content=content,
        pinned=False,
        created_at=NOW,
        updated_at=NOW,
        deleted_at=None,
    )


def of_texts(*paths: tuple[str, ...], off: tuple[str, ...] = ()) -> BankSnapshot:
    """Return a bank whose chats say these, each message its own."""
    messages: dict[int, Message] = {}
    rows: dict[int, list[int]] = {}
    for number, path in enumerate(paths, 1):
        rows[number] = [*range(len(messages) + 1, len(messages) + 1 + len(path))]
        messages |= {
            row: said(row, text) for row, text in zip(rows[number], path, strict=True)
        }
    for text in off:
        messages[len(messages) + 1] = said(len(messages) + 1, text)
    chats = [a_chat(number, title=f"Chat {number}") for number in rows]
    return replace(EMPTY, chats=chats, paths=rows, visits=rows, messages=messages)


def decided(bank: BankSnapshot, **target: Any) -> ForgetDecision:
    return plan_forgetting(
        bank, ForgetTarget(**target), SuppressionList(), new_key=NEW_KEY
    )


def test_nothing_named_is_nothing_to_forget() -> None:
    decision = decided(of_texts(("Hello.",)))

    assert not decision.plan
    assert decision.erasure.messages == ()
    assert not decision.erasure.marks
    assert decision.erasure.metas == {ROUND: "1", KEY: NEW_KEY.hex()}


def spoken(*lines: tuple[str, str]) -> BankSnapshot:
    """Return a bank with one chat, of names and texts."""
    bank = of_texts(tuple(text for _, text in lines))
    messages = {
        row: message._replace(name=name, role="user" if name == "You" else "assistant")
        for (row, message), (name, _) in zip(bank.messages.items(), lines, strict=True)
    }
    return replace(bank, messages=messages)


GROUP = (
    ("You", "I brought a lantern from Bergen for the two of you."),
    ("Bram", "My brother owes the harbour master forty crowns."),
    ("Miku", "Bram told me of the forty crowns last winter, too."),
    ("BRAM", "Say nothing of it to my mother, she would worry."),
)


def test_what_a_person_of_a_group_said_goes_and_what_others_said_of_him_stays() -> None:
    bank = replace(
        spoken(*GROUP), annotations=[by_hand(MemoryKind.NOTE, "n1", "Bram has debts.")]
    )

    decision = decided(bank, names=("bram ",))

    assert decision.erasure.messages == (2, 4)
    assert decision.plan.notes == 0
    assert decision.plan.chats == ()
    assert decision.plan.touched == ("Chat 1",)


def test_a_person_a_chat_and_a_time_are_meant_together() -> None:
    bank = spoken(*GROUP)
    later = NOW + timedelta(days=1)

    here = decided(bank, names=("Bram",), chats=("c1",))
    now = decided(bank, names=("Bram",), since=NOW, until=later)
    never = decided(bank, names=("Bram",), since=later)
    nobody = decided(bank, names=("Zoe",))

    assert here.erasure.messages == now.erasure.messages == (2, 4)
    assert here.plan.chats == ()
    assert not never.plan
    assert not nobody.plan


def test_a_span_of_one_person_takes_no_notes() -> None:
    note = by_hand(MemoryKind.NOTE, "n1", "Bram has debts.")
    bank = replace(spoken(*GROUP), annotations=[note])

    assert decided(bank, names=("Bram",), since=NOW).plan.notes == 0
    assert decided(bank, since=NOW).plan.notes == 1
    assert decided(bank, since=NOW, keep=(note.key,)).plan.notes == 0


def test_a_bank_keeps_the_key_it_has() -> None:
    old = SuppressionList(key=b"o" * 32, marks=frozenset({b"m"}))

    target = ForgetTarget(memories=("m1",))
    decision = plan_forgetting(of_texts((SECRET,)), target, old, new_key=NEW_KEY)

    assert decision.erasure.metas[KEY] == old.key.hex()
    assert decision.known.key == old.key
    assert b"m" not in decision.erasure.marks


def test_a_telling_text_takes_its_copies_along_and_a_short_one_does_not() -> None:
    bank = of_texts((SECRET, "Yes."), ("Yes.", SECRET), off=(SECRET.upper(),))

    telling = decided(bank, memories=("m1",))
    short = decided(bank, memories=("m2",))

    assert telling.erasure.messages == (1, 4, 5)
    assert (telling.plan.messages, telling.plan.copies) == (3, 2)
    assert telling.plan.examples == (SECRET,)
    assert short.erasure.messages == (2,)


def test_a_short_text_goes_where_it_stands_beside_the_same() -> None:
    bank = of_texts(("Do you?", "Yes.", "Good."), ("Do you?", "Yes.", "Bad."))

    assert decided(bank, memories=("m2",)).erasure.messages == (2, 5)


def test_earlier_and_later_states_of_a_reply_go_with_it() -> None:
    begun, whole = SECRET[:-11], f"{SECRET} And on it goes."
    bank = of_texts(
        (SECRET,), off=(begun, whole, "The locker is a box of another kind.")
    )

    assert decided(bank, memories=("m1",)).erasure.messages == (1, 2, 3)


def test_a_state_that_goes_takes_its_own_copies_along() -> None:
    """Else a host's next window took them off their path, and the text stayed."""
    whole = f"{SECRET} And on it goes."
    bank = of_texts((SECRET,), ("Hello.", whole), off=(whole,))

    decision = decided(bank, memories=("m1",))

    assert decision.known.has_text(whole)
    assert decision.erasure.messages == (1, 3, 4)


def test_a_message_off_all_paths_can_be_named_and_is_known_again() -> None:
    bank = of_texts(("Hi.",), off=(SECRET, "Off."))

    decision = decided(bank, memories=("m2", "m3"))

    assert decision.erasure.messages == (2, 3)
    assert decision.known.has_text(SECRET)
    assert decision.known.has_id("m3")
    assert decision.plan.touched == ()


def test_corrections_notes_and_summaries_go_with_what_they_rest_on() -> None:
    chunk = a_bank(Random(3)).summaries
    [first, *_] = [one for one in chunk if not one.parts] or chunk
    bank = replace(
        of_texts((SECRET, "Yes.")),
        annotations=[
            by_hand(MemoryKind.TURN, "m1", "Mended."),
            by_hand(MemoryKind.TURN, "m2"),
            by_hand(MemoryKind.NOTE, "n1", SECRET),
            by_hand(MemoryKind.NOTE, "n2"),
            by_hand(MemoryKind.SUMMARY, (b"b" * 4).hex(), "Told."),
            by_hand(MemoryKind.SUMMARY, (b"z" * 4).hex(), "Stays."),
        ],
        summaries=[
            first._replace(key=b"a" * 4, messages=(1,), parts=()),
            first._replace(key=b"b" * 4, messages=(), parts=(b"a" * 4,)),
            first._replace(key=b"c" * 4, messages=(), parts=(b"b" * 4,)),
            first._replace(key=b"d" * 4, messages=(2,), parts=()),
        ],
    )

    decision = decided(bank, memories=("m1",))

    assert decision.erasure.hands == (
        (MemoryKind.TURN, "m1"),
        (MemoryKind.NOTE, "n1"),
        (MemoryKind.SUMMARY, (b"b" * 4).hex()),
    )
    assert decision.erasure.summaries == (b"a" * 4, b"b" * 4, b"c" * 4)
    plan = decision.plan
    assert (plan.notes, plan.corrections, plan.summaries, plan.locked) == (1, 1, 3, 1)
    assert set(decision.texts_going(bank)) >= {SECRET, "Mended.", "Told.", first.text}
    assert [*decision.texts_staying(bank)] == ["Yes."]


def test_a_note_takes_the_messages_that_say_the_same() -> None:
    note = by_hand(MemoryKind.NOTE, "n1", SECRET)
    bank = replace(of_texts((SECRET, "Yes.")), annotations=[note])

    decision = decided(bank, memories=("n1",))

    assert decision.erasure.messages == (1,)
    assert decision.plan.notes == 1
    assert decision.known.has_id("n1")


def test_a_summary_that_is_named_stays_as_a_deletion() -> None:
    key = b"a" * 4
    made = a_bank(Random(3)).summaries[0]._replace(key=key, messages=(1,), parts=())
    told = by_hand(MemoryKind.SUMMARY, key.hex(), "Told.")
    bank = replace(of_texts((SECRET,)), summaries=[made], annotations=[told])

    decision = decided(bank, memories=(key.hex(),))

    assert decision.named_summaries == {key}
    assert decision.erasure.summaries == (key,)
    assert decision.erasure.hands == ()
    assert decision.erasure.messages == ()
    assert decision.known.has_id(key.hex())


def test_a_span_takes_what_was_said_or_seen_then() -> None:
    at = [said(row, f"Line {row}.") for row in range(4)]
    hours = [
        one._replace(said_at=NOW + timedelta(hours=row)) for row, one in enumerate(at)
    ]
    unsaid = said(9, "Line 9.")
    bank = replace(EMPTY, messages=dict(enumerate([*hours, unsaid], 1)))
    first, last = NOW + timedelta(hours=1), NOW + timedelta(hours=3)

    def rows(**span: Any) -> tuple[int, ...]:
        return decided(bank, **span).erasure.messages

    assert rows(since=first) == (2, 3, 4)
    assert rows(until=last) == (1, 2, 3, 5)
    assert rows(since=first, until=last) == (2, 3)


def test_a_span_leaves_what_is_by_hand_if_it_is_to() -> None:
    note = by_hand(MemoryKind.NOTE, "n1", "Remember.")
    pinned = by_hand(MemoryKind.TURN, "m1")._replace(pinned=True)
    gone = by_hand(MemoryKind.TURN, "m2", "Other.")._replace(deleted_at=NOW)
    bank = replace(of_texts(("A.", "B.", "C.")), annotations=[note, pinned, gone])
    end = NOW + timedelta(hours=1)

    kept = decided(bank, until=end, by_hand=False)
    taken = decided(bank, until=end)

    assert (kept.erasure.messages, kept.plan.notes) == ((2, 3), 0)
    assert (taken.erasure.messages, taken.plan.notes) == ((1, 2, 3), 1)
    assert decided(bank, chats=("c1",), until=end).plan.notes == 0


def test_a_chat_goes_with_all_that_ever_stood_on_it() -> None:
    bank = of_texts(("A.", "B."), ("C.",), off=("D.",))
    visits = {1: [1, 2, 4], 2: [3]}
    chats = [*bank.chats, a_chat(3), a_chat(4, name="odd")]
    bank = replace(
        bank,
        chats=chats,
        visits={**visits, 3: [], 4: []},
        paths={**bank.paths, 3: [], 4: []},
    )

    decision = decided(bank, chats=("c1",))

    assert decision.erasure.messages == (1, 2, 4)
    assert decision.erasure.chats == (1,)
    assert decision.plan.chats == ("Chat 1",)
    # A part of a chat leaves the chat, and says that it is touched.
    part = decided(bank, chats=("c1",), since=NOW + timedelta(days=1))
    assert (part.erasure.chats, part.plan.touched) == ((), ())
    assert decided(bank, memories=("m1",)).plan.touched == ("Chat 1",)
    # What is left without a message goes, too; what never had one stays.
    assert decided(bank, memories=("m3",)).erasure.chats == (2,)
    assert decided(bank, everything=True).erasure.chats == (1, 2, 4)


def test_everything_leaves_nothing() -> None:
    for seed in range(100):
        bank = a_bank(Random(seed))
        gone = decided(bank, everything=True).erasure

        assert set(gone.messages) == set(bank.messages)
        assert set(gone.summaries) == {one.key for one in bank.summaries}
        assert len(gone.hands) == len(bank.annotations)
        assert all(gone.metas[key] is None for key in bank.records)


@pytest.mark.parametrize("target", [{"memories": ("x",)}, {"chats": ("x",)}])
def test_what_is_not_there_cannot_be_forgotten(target: dict[str, object]) -> None:
    with pytest.raises(NotFound, match="'x'"):
        decided(of_texts(("A.",)), **target)


def test_records_of_imports_lose_what_is_forgotten_and_can_still_be_undone() -> None:
    note = by_hand(MemoryKind.NOTE, "n1", "Remember.")
    bank = of_texts((SECRET, "B.", "C."), ("D.",))
    path = {"keep": 2, "tail": [[1, 0], [3, 0]], "after": digest_of([1, 2, 3])}
    entries: dict[str, dict[str, object]] = {
        "a/1": {"chat": "c1", **path},
        "a/2": {"hand": {"kind": "note", "key": "n1"}, "was": None},
        "b/1": {"hand": {"kind": "note", "key": "n1"}, "was": None},
        "b/2": {"host": "host", "name": "lost", "keep": 0, "tail": []},
        "c/1": {"chat": "c2", "keep": 1, "tail": [], "after": "another"},
        "d/1": {"chat": "c1", "keep": 0, "tail": []},
    }
    records = {f"{HEAD}{batch}": "{}" for batch in "abcd"}
    records |= {f"{ENTRY}{key}": json.dumps(entry) for key, entry in entries.items()}
    bank = replace(bank, records=records, annotations=[note])

    metas = decided(bank, memories=("m1", "n1")).erasure.metas

    changed = {key for key in records if key in metas}
    assert changed == {f"{ENTRY}{key}" for key in ("a/1", "a/2", "b/1", "b/2")} | {
        f"{HEAD}b"
    }
    left = json.loads(metas[f"{ENTRY}a/1"] or "")
    assert left == {
        "chat": "c1",
        "keep": 1,
        "tail": [[3, 0]],
        "after": digest_of([2, 3]),
    }
    assert metas[f"{ENTRY}a/2"] is metas[f"{HEAD}b"] is None
    whole = decided(bank, chats=("c1",)).erasure.metas
    assert whole[f"{ENTRY}d/1"] is whole[f"{HEAD}d"] is None


def test_what_was_set_for_a_chat_goes_with_it_but_for_what_its_branches_need() -> None:
    key = b"p" * 16
    moved = ChatPolicyRecord(policy=Policy(budget=3), story="voyage")
    policies = {
        POLICY: BankPolicy(key=key, character=Policy(budget=1)).as_text(),
        f"{CHAT_POLICY}c1": moved.as_text(),
        CHAT_POLICY + hash_of_name(key, "host", "one"): ChatPolicyRecord().as_text(),
        f"{CHAT_POLICY}c2": moved.as_text(),
    }
    chats = [a_chat(1, name="one"), a_chat(2, name="two")]
    bank = replace(of_texts(("A.",), ("B.",)), chats=chats, policies=policies)

    branched = decided(bank, chats=("c1",)).erasure.metas
    apart = replace(bank, chats=[chats[0], replace(chats[1], family=2)])
    alone = decided(apart, chats=("c1",)).erasure.metas
    everything = decided(bank, everything=True).erasure.metas

    assert branched[f"{CHAT_POLICY}c1"] == ChatPolicyRecord(story="voyage").as_text()
    assert alone[f"{CHAT_POLICY}c1"] is None
    assert branched[CHAT_POLICY + hash_of_name(key, "host", "one")] is None
    assert f"{CHAT_POLICY}c2" not in branched
    assert POLICY not in branched
    # The key stays: by it is known again what was not to be remembered.
    assert everything[POLICY] == BankPolicy(key=key).as_text()
    assert everything[f"{CHAT_POLICY}c2"] is None


def test_another_bank_knows_it_by_text_by_place_and_by_id() -> None:
    here = of_texts(("Do you?", "Yes.", SECRET))
    known = decided(here, memories=("m2", "m3")).known
    there = replace(
        of_texts(("Do you?", "Yes.", "Hm."), ("No.", "Yes.", "Sure."), off=(SECRET,)),
        annotations=[
            by_hand(MemoryKind.NOTE, "n1", SECRET),
            by_hand(MemoryKind.NOTE, "n2"),
            by_hand(MemoryKind.TURN, "m5", SECRET),
        ],
    )

    # m3 bears the id of what was forgotten, m7 its text, m2 stands beside the same.
    assert meant_elsewhere(there, known) == ["m2", "m3", "m7", "n1"]


def test_chats_are_known_by_all_their_names() -> None:
    chats = [a_chat(1, title="One", name="one.json"), a_chat(2, name="two.json")]

    assert chat_names(chats) == {"One", "one.json", "two.json"}


@given(seed=st.integers(0, 1 << 20))
@examples(300)
def test_what_is_decided_holds_together_in_any_bank(seed: int) -> None:
    chance = Random(seed)
    bank, known = a_bank(chance), what_is_known(chance)
    target = a_target(chance, bank)
    before = repr(bank)
    try:
        one = plan_forgetting(bank, target, known, new_key=NEW_KEY)
    except NotFound:
        assert {"nobody", "none"} & {*target.memories, *target.chats}
        return
    again = plan_forgetting(bank, target, known, new_key=NEW_KEY)

    assert one == again
    assert repr(bank) == before
    going = set(one.erasure.messages)
    # Nothing that stays can be known again by text, rests on what goes, or tells it.
    staying = {bank.messages[row].content for row in bank.messages.keys() - going}
    assert not any(map(one.known.has_text, staying))
    ids = {bank.messages[row].id for row in going}
    kept = [hand for hand in bank.annotations if hand not in one.annotations]
    assert not any(hand.kind is MemoryKind.TURN and hand.key in ids for hand in kept)
    left = [s for s in bank.summaries if s.key not in one.erasure.summaries]
    assert all(going.isdisjoint(s.messages) for s in left)
    assert all(set(one.erasure.summaries).isdisjoint(s.parts) for s in left)
    # What goes is known again, whoever brings it.
    assert all(one.known.has_id(key) for key in ids)
    assert one.plan.messages == len(going)
    assert bool(one.plan) == bool(
        going or one.plan.notes or one.erasure.summaries or one.plan.chats
    )


def test_texts_of_the_banks_of_chance_are_telling_and_short() -> None:
    marks = [
        SuppressionList(key=NEW_KEY).marks_of("m", text, None, None) for text in TEXTS
    ]

    assert {len(one) for one in marks} == {1, 2}
    assert ForgetPlan(client_texts=1)
