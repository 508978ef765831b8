"""What is told of a prompt, and of a day, and what is left when something goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from long_term_memory.core.forgetting.recall_records import recalls_without
from long_term_memory.core.recalls import (
    DayUsage,
    RecalledId,
    RecallRecord,
    record_of,
)
from long_term_memory.core.types import (
    Block,
    Context,
    MemoryItem,
    MemoryKind,
    Recalled,
    ScoreParts,
)

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def recalled(key: str, content: str, chance: float | None) -> Recalled:
    memory = MemoryItem(id=key, kind=MemoryKind.NOTE, content=content, created_at=AT)
    return Recalled(memory, 1.0, ScoreParts(), chance)


def a_record() -> RecallRecord:
    context = Context(
        head=Block(text="x", tokens=7, items=(recalled("a", "", None),)),
        recall=Block(
            text="x",
            tokens=100,
            items=(recalled("b", "x" * 30, 0.123456), recalled("c", "x" * 10, 1.0)),
        ),
        kind="question",
        needed=0.5,
    )
    return record_of(context, number=3, at=AT, chat="chat", asked="asked")


def test_a_record_holds_ids_and_numbers_alone() -> None:
    record = a_record()

    assert (record.head_tokens, record.recall_tokens) == (7, 100)
    assert record.items == (
        RecalledId(id="a", block="head", chance=None, tokens=0),
        RecalledId(id="b", block="recall", chance=0.1235, tokens=75),
        RecalledId(id="c", block="recall", chance=1.0, tokens=25),
    )
    assert "xxx" not in record.as_text()
    assert RecallRecord.of(record.as_text()) == record


def test_what_is_forgotten_leaves_a_record() -> None:
    record = a_record()

    assert record.without({"nothing"}, {"nothing"}) == record
    assert record.without({"asked"}, set()) is None
    assert record.without(set(), {"chat"}) is None
    left = record.without({"b"}, set())
    assert left is not None
    assert [one.id for one in left.items] == ["a", "c"]


def test_a_forgetting_changes_the_records_that_tell_of_it() -> None:
    record = a_record()
    metas = {
        "recalled/0001": record.as_text(),
        "recalled/0002": replace(record, chat="another", items=()).as_text(),
        "used/2026-11-21": DayUsage(day=date(2026, 11, 21)).as_text(),
    }

    def left(*ids: str, chats: set[str] | None = None) -> dict[str, str | None]:
        return recalls_without(
            metas, ids=set(ids), chats=chats or set(), everything=False
        )

    assert left("nothing") == {}
    assert left(chats={"another"}) == {"recalled/0002": None}
    [(key, text)] = left("b").items()
    assert key == "recalled/0001"
    assert text is not None
    assert [one.id for one in RecallRecord.of(text).items] == ["a", "c"]
    everything = recalls_without(metas, ids=set(), chats=set(), everything=True)
    assert everything == dict.fromkeys(metas)


def test_days_add_up() -> None:
    one = DayUsage(
        day=date(2026, 11, 21),
        calls=1,
        read=2,
        written=3,
        memory=4,
        saved=5,
        dollars=0.5,
    )

    both = one.plus(replace(one, day=date(2026, 11, 22)))

    assert both == DayUsage(
        day=date(2026, 11, 21),
        calls=2,
        read=4,
        written=6,
        memory=8,
        saved=10,
        dollars=1.0,
    )
    assert DayUsage.of(both.as_text()) == both
