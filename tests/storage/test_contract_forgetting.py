"""What every store promises about forgetting, and about what was edited."""

from __future__ import annotations

from long_term_memory.core.records import (
    DUE,
    Embedding,
    Erasure,
    StoredPathEntry,
    passage_place,
    whole_place,
)
from long_term_memory.core.types import MemoryKind
from long_term_memory.storage.protocols import (
    BankStore,
)

from .builders import (
    MODEL,
    NOW,
    a_chat,
    a_note,
    a_summary,
    a_vector,
    expected,
    key_of,
    say,
)
from .conftest import Reopen

TEXTS = ("Hello.", "My locker says heliotrope.", "Oh.", "Good night.")


def forget(bank: BankStore, *rows: int, **more: object) -> Erasure:
    return bank.erasure.erase(lambda: Erasure(messages=rows, **more))  # type: ignore[arg-type]


def embed_alone(bank: BankStore, *rows: int) -> None:
    table = bank.vectors.table(MODEL)
    table.put([Embedding(row, 0, 0, key_of(row), a_vector(row)) for row in rows])


def test_a_forgotten_message_leaves_its_path_and_an_empty_one_in_its_row(
    bank: BankStore, reopen: Reopen
) -> None:
    chat = a_chat(bank)
    rows = say(bank, chat.row, *TEXTS)
    revision = bank.chats.all()[0].revision

    gone = forget(bank, rows[1])
    bank = reopen(bank)

    assert gone.messages == (rows[1],)
    assert [place.message for place in bank.chats.path(chat.row)] == [1, 3, 4]
    assert bank.chats.all()[0].revision > revision
    empty = bank.messages.get(rows)[rows[1]]
    assert (empty.content, empty.name, empty.said_at, empty.present) == (
        *("", "", None),
        (),
    )
    assert bank.messages.rows_of([TEXTS[1]]) == {}
    assert bank.messages.rows_of([empty.id]) == {empty.id: rows[1]}
    assert bank.messages.last_row() == 4
    assert bank.metadata.get(DUE) == "due"


def test_a_path_can_be_written_after_something_on_it_was_forgotten(
    bank: BankStore,
) -> None:
    chat = a_chat(bank)
    say(bank, chat.row, *TEXTS)
    forget(bank, 2)

    [row] = bank.chats.write_path(chat.row, keep=2, tail=[StoredPathEntry(4)], now=NOW)

    assert row == 4
    assert [place.message for place in bank.chats.path(chat.row)] == [1, 3, 4]


def test_a_forgotten_message_is_found_by_nothing(bank: BankStore) -> None:
    chat = a_chat(bank)
    other = a_chat(bank, "other", forked_from=chat.row)
    rows = say(bank, chat.row, *TEXTS)
    bank.chats.write_path(
        other.row, keep=0, tail=[StoredPathEntry(row) for row in rows], now=NOW
    )

    forget(bank, 2, 3)

    assert bank.full_text.search("heliotrope", limit=5) == []
    assert bank.full_text.search("hello", limit=5) == [1]
    assert bank.chats.visits(chat.row) == bank.chats.visits(other.row) == [1, 4]
    assert [place.message for place in bank.chats.path(other.row)] == [1, 4]
    entries = {entry.row: entry for entry in bank.messages.index_entries()}
    assert sorted(entries) == [1, 2, 3, 4]
    assert (entries[2].lexicon.terms, entries[2].name) == (b"", "")


def test_vectors_of_forgotten_messages_go_and_the_others_stay(
    bank: BankStore, reopen: Reopen
) -> None:
    say(bank, a_chat(bank).row, *TEXTS)
    embed_alone(bank, 1, 2, 3)
    bank.vectors.table(MODEL).put([Embedding(1, 0, 2, key_of(9), a_vector(9))])

    forget(bank, 2)
    bank = reopen(bank)
    table = bank.vectors.table(MODEL)

    assert table.known([key_of(n) for n in (1, 2, 3, 9)]) == {
        key_of(1): 1,
        key_of(3): 2,
    }
    assert (table.vectors() == expected([1, 3])).all()
    assert table.links()[:, 1:].tolist() == [[1, 0, 0, 1], [3, 0, 0, 2]]


def test_with_a_message_all_vectors_of_its_passages_go(
    bank: BankStore, reopen: Reopen
) -> None:
    say(bank, a_chat(bank).row, *TEXTS)
    table = bank.vectors.table(MODEL)
    places = [whole_place(2, 2), passage_place(2, 1), passage_place(2, 2)]
    table.put(
        [
            Embedding(*place, key_of(number), a_vector(number))
            for number, place in enumerate([*places, whole_place(3, 0)], 1)
        ]
    )
    assert [tuple(row) for row in table.links()[:3, 1:4].tolist()] == places

    forget(bank, 2)
    bank = reopen(bank)
    table = bank.vectors.table(MODEL)

    assert table.links()[:, 1:].tolist() == [[*whole_place(3, 0), 1]]
    assert (table.vectors() == expected([4])).all()


def test_a_vector_that_another_message_shares_stays(bank: BankStore) -> None:
    say(bank, a_chat(bank).row, *TEXTS)
    embed_alone(bank, 1)
    bank.vectors.table(MODEL).link([(3, 0, 0, 1)])

    forget(bank, 1)
    table = bank.vectors.table(MODEL)

    assert table.links()[:, 1:].tolist() == [[3, 0, 0, 1]]
    assert (table.vectors() == expected([1])).all()


def test_what_is_by_hand_and_what_was_told_in_short_goes_with_it(
    bank: BankStore,
) -> None:
    say(bank, a_chat(bank).row, *TEXTS)
    bank.annotations.put(a_note("one"))
    bank.annotations.put(a_note("one", content="Another text."))
    bank.annotations.put(a_note("two"))
    bank.summaries.put(a_summary(1))
    bank.summaries.put(a_summary(2))
    bank.metadata.put("left", "old")
    bank.metadata.put("gone", "old")

    forget(
        bank,
        hands=((MemoryKind.NOTE, "one"),),
        summaries=(key_of(1),),
        metas={"left": "new", "gone": None},
    )

    assert [hand.key for hand in bank.annotations.all()] == ["two"]
    assert bank.annotations.history(MemoryKind.NOTE, "one") == []
    assert [one.key for one in bank.summaries.all()] == [key_of(2)]
    assert (bank.metadata.get("left"), bank.metadata.get("gone")) == ("new", None)


def test_a_forgotten_chat_keeps_its_row_and_nothing_else(
    bank: BankStore, reopen: Reopen
) -> None:
    chat = bank.chats.add(
        "c", names=[("host", "Secret")], title="Secret", forked_from=None, now=NOW
    )
    rows = say(bank, chat.row, "Hello.")

    forget(bank, *rows, chats=(chat.row,))
    bank = reopen(bank)

    [empty] = bank.chats.all()
    assert (empty.row, empty.title, empty.names) == (chat.row, "", ())
    assert bank.chats.path(chat.row) == []
    a_chat(bank, "Secret")


def test_marks_are_kept_and_add_up(bank: BankStore, reopen: Reopen) -> None:
    assert bank.erasure.suppressed() == frozenset()

    forget(bank, marks=frozenset({b"a" * 16}))
    forget(bank, marks=frozenset({b"a" * 16, b"b" * 16}))

    assert reopen(bank).erasure.suppressed() == {b"a" * 16, b"b" * 16}


def test_what_goes_is_asked_where_the_store_can_be_read(bank: BankStore) -> None:
    say(bank, a_chat(bank).row, *TEXTS)

    gone = bank.erasure.erase(
        lambda: Erasure(
            messages=tuple(place.message for place in bank.chats.path(1)[:2])
        )
    )
    bank.erasure.remove_traces()

    assert gone.messages == (1, 2)
    assert [place.message for place in bank.chats.path(1)] == [3, 4]


def test_a_text_by_hand_is_kept_when_another_takes_its_place(
    bank: BankStore, reopen: Reopen
) -> None:
    first = a_note("one", content="First.")
    bank.annotations.put(first)
    bank.annotations.put(first._replace(pinned=True))
    second = first._replace(content="Second.", pinned=True)
    bank.annotations.put(second)
    bank.annotations.put(second._replace(content="Third."))

    bank = reopen(bank)

    former = bank.annotations.history(MemoryKind.NOTE, "one")
    assert former == [first._replace(pinned=True), second]
    assert bank.annotations.history(MemoryKind.TURN, "one") == []
    bank.annotations.drop(MemoryKind.NOTE, "one")
    assert bank.annotations.history(MemoryKind.NOTE, "one") == []
