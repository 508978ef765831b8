"""What every bank promises, in memory and on disk."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta, timezone

import pytest

from long_term_memory.core.records import (
    Lexicon,
    StoredPathEntry,
)
from long_term_memory.core.text.memorable import Worth
from long_term_memory.core.text.recipes import digest
from long_term_memory.core.types import MemoryKind
from long_term_memory.errors import (
    Conflict,
    NotFound,
)
from long_term_memory.storage.protocols import (
    BankStore,
)

from .builders import (
    LATER,
    MODEL,
    NOW,
    Tail,
    a_chat,
    a_message,
    a_note,
    say,
)
from .conftest import Reopen

ODD_TEXTS = {
    "a lone surrogate": "half \ud83d of a pair \udc00",
    "a NUL": "before\0after",
    "emoji": "👩‍👩‍👧 🐈",
    "right to left": "שלום عليكم",
    "control characters": "\x1b[31m\r\n\t\x07\ufeff",
    "no character": "",
    "a quotation": "Robert'); DROP TABLE messages;--\"",
}

# -- chats ---------------------------------------------------------------------------


def test_a_new_bank_is_empty(bank: BankStore) -> None:
    assert bank.chats.all() == []
    assert bank.annotations.all() == []
    assert list(bank.messages.index_entries()) == []
    assert bank.full_text.search("anything", limit=5) == []
    assert bank.messages.get([1]) == {}
    assert bank.messages.rows_of(["x"]) == {}
    assert bank.vectors.table(MODEL).flush() == 0


def test_a_chat_comes_back_as_it_was_added(bank: BankStore, reopen: Reopen) -> None:
    names = [("webui", "b"), ("webui", "a"), ("api", "a"), ("webui", "b")]
    added = bank.chats.add("id", names=names, title="Tea", forked_from=None, now=NOW)

    assert added.names == (("webui", "b"), ("webui", "a"), ("api", "a"))
    assert (added.family, added.revision) == (added.row, 0)
    assert (added.created_at, added.seen_at, added.title) == (NOW, NOW, "Tea")
    assert reopen(bank).chats.all() == [added]


def test_a_fork_joins_the_family_of_its_origins_origin(bank: BankStore) -> None:
    first = a_chat(bank, "first")
    second = a_chat(bank, "second", forked_from=first.row)
    third = a_chat(bank, "third", forked_from=second.row)

    assert [chat.family for chat in bank.chats.all()] == [first.row] * 3
    assert third.row > second.row > first.row


def test_a_fork_of_nothing_is_refused(bank: BankStore) -> None:
    with pytest.raises(NotFound):
        a_chat(bank, forked_from=5)
    assert bank.chats.all() == []


def test_a_chat_id_or_a_name_cannot_be_taken_twice(bank: BankStore) -> None:
    a_chat(bank, "one")

    with pytest.raises(Conflict):
        bank.chats.add("one", names=[], title="", forked_from=None, now=NOW)
    with pytest.raises(Conflict):
        bank.chats.add(
            "two", names=[("host", "one")], title="", forked_from=None, now=NOW
        )
    assert len(bank.chats.all()) == 1


def test_the_same_name_at_another_host_is_another_name(bank: BankStore) -> None:
    a_chat(bank, "one")
    bank.chats.add("two", names=[("api", "one")], title="", forked_from=None, now=NOW)

    assert len(bank.chats.all()) == 2


def test_a_renamed_chat_keeps_everything_but_its_names(
    bank: BankStore, reopen: Reopen
) -> None:
    chat = a_chat(bank, "old")
    [row] = say(bank, chat.row, "Hello.")

    renamed = bank.chats.rename(chat.row, names=[("host", "new")], title="New")

    bank = reopen(bank)
    assert (renamed.id, renamed.names) == ("old", (("host", "new"),))
    assert bank.chats.all() == [renamed]
    assert bank.chats.path(chat.row) == [StoredPathEntry(row)]
    a_chat_with_the_old_name = bank.chats.add(
        "next", names=[("host", "old")], title="", forked_from=None, now=NOW
    )
    assert a_chat_with_the_old_name.names == (("host", "old"),)


def test_a_chat_may_keep_its_name_when_renamed(bank: BankStore) -> None:
    chat = a_chat(bank, "one")
    names = [("host", "one"), ("api", "1")]

    assert bank.chats.rename(chat.row, names=names, title="").names == tuple(names)


def test_renaming_to_anothers_name_changes_nothing(bank: BankStore) -> None:
    one, two = a_chat(bank, "one"), a_chat(bank, "two")

    with pytest.raises(Conflict):
        bank.chats.rename(two.row, names=[("host", "one")], title="stolen")
    with pytest.raises(NotFound):
        bank.chats.rename(9, names=[], title="")
    assert bank.chats.all() == [one, two]


# -- paths ---------------------------------------------------------------------------


def test_a_path_comes_back_as_it_was_written(bank: BankStore, reopen: Reopen) -> None:
    chat = a_chat(bank).row
    tail = [
        (a_message("a"), StoredPathEntry(0)),
        (a_message("b"), StoredPathEntry(0, hidden=True, host_id="h1")),
        (a_message("c"), StoredPathEntry(99, provisional=True)),
    ]

    rows = bank.chats.write_path(chat, keep=0, tail=tail, now=LATER)

    bank = reopen(bank)
    assert rows == [1, 2, 3]
    assert bank.chats.path(chat) == [
        StoredPathEntry(1),
        StoredPathEntry(2, hidden=True, host_id="h1"),
        StoredPathEntry(3, provisional=True),
    ]
    assert [(c.revision, c.seen_at) for c in bank.chats.all()] == [(1, LATER)]


def test_a_path_is_edited_at_any_place(bank: BankStore, reopen: Reopen) -> None:
    chat = a_chat(bank).row
    a, b, c, d = say(bank, chat, "a", "b", "c", "d")
    tail: Tail = [
        (a_message("b2"), StoredPathEntry(0)),
        StoredPathEntry(d, hidden=True),
    ]

    b2, last = bank.chats.write_path(chat, keep=1, tail=tail, now=NOW)

    assert last == d
    assert [p.message for p in bank.chats.path(chat)] == [a, b2, d]
    assert reopen(bank).chats.path(chat)[2] == StoredPathEntry(d, hidden=True)
    assert b2 > d > c > b


def test_places_may_change_their_order_and_stand_twice(bank: BankStore) -> None:
    chat = a_chat(bank).row
    a, b, c = say(bank, chat, "a", "b", "c")

    bank.chats.write_path(
        chat, keep=0, tail=[*map(StoredPathEntry, (c, b, a, b))], now=NOW
    )

    assert [p.message for p in bank.chats.path(chat)] == [c, b, a, b]


def test_a_path_can_be_emptied_and_is_remembered(bank: BankStore) -> None:
    chat = a_chat(bank).row
    rows = say(bank, chat, "a", "b")

    bank.chats.write_path(chat, keep=0, tail=[], now=NOW)

    assert bank.chats.path(chat) == []
    assert set(bank.messages.get(rows)) == set(rows)
    assert bank.chats.former(chat, [digest("user", "a")]) == {
        digest("user", "a"): rows[0]
    }


def test_a_known_message_id_is_stored_once(bank: BankStore) -> None:
    """The banks of a group chat share ids, and a swiped reply may return."""
    one, two = a_chat(bank, "one").row, a_chat(bank, "two").row
    shared = (a_message("shared"), StoredPathEntry(0))

    first = bank.chats.write_path(one, keep=0, tail=[shared], now=NOW)
    again = bank.chats.write_path(two, keep=0, tail=[shared, shared], now=NOW)

    assert again == first * 2
    assert len(list(bank.messages.index_entries())) == 1
    assert bank.full_text.search("shared", limit=5) == first


def test_writing_to_an_unknown_chat_stores_nothing(bank: BankStore) -> None:
    with pytest.raises(NotFound):
        bank.chats.write_path(
            7, keep=0, tail=[(a_message("a"), StoredPathEntry(0))], now=NOW
        )
    assert bank.messages.rows_of(["a"]) == {}
    assert bank.chats.path(7) == []


def test_an_unknown_message_on_a_path_changes_nothing(bank: BankStore) -> None:
    chat = a_chat(bank).row
    say(bank, chat, "a")

    with pytest.raises(NotFound):
        bank.chats.write_path(
            chat,
            keep=0,
            tail=[(a_message("new"), StoredPathEntry(0)), StoredPathEntry(55)],
            now=NOW,
        )
    assert [p.message for p in bank.chats.path(chat)] == [1]
    assert bank.messages.rows_of(["new"]) == {}
    assert bank.chats.all()[0].revision == 1


def test_a_path_that_was_cut_meanwhile_is_not_written_past_its_end(
    bank: BankStore,
) -> None:
    """Two programs share a bank: what one keeps the other may have taken away."""
    chat = a_chat(bank).row
    say(bank, chat, "a")

    with pytest.raises(Conflict):
        bank.chats.write_path(chat, keep=2, tail=[], now=NOW)
    assert len(bank.chats.path(chat)) == 1


def test_rows_stay_dense_after_a_failed_write(bank: BankStore) -> None:
    chat = a_chat(bank).row
    say(bank, chat, "a")
    with pytest.raises(NotFound):
        bank.chats.write_path(
            chat,
            keep=1,
            tail=[(a_message("lost"), StoredPathEntry(0)), StoredPathEntry(55)],
            now=NOW,
        )

    assert say(bank, chat, "b") == [2]


def test_former_finds_the_newest_message_with_a_text(bank: BankStore) -> None:
    chat, other = a_chat(bank, "one").row, a_chat(bank, "two").row
    hi, hello, hi_again = say(bank, chat, "hi", "hello", "hi ")[:3]
    say(bank, other, "elsewhere")
    bank.chats.write_path(
        chat,
        keep=0,
        tail=[(a_message("late", "hi"), StoredPathEntry(0))],
        now=NOW,
    )
    keys = [digest("user", text) for text in ("hi", "hello", "elsewhere", "never")]

    found = bank.chats.former(chat, keys)

    late = bank.messages.rows_of(["late"])["late"]
    assert found == {keys[0]: late, keys[1]: hello}
    assert hi < hello < hi_again < late
    assert bank.chats.former(99, keys) == {}
    assert set(bank.chats.former(None, keys)) == set(keys[:3])
    assert bank.chats.former(None, keys)[keys[0]] == late
    assert bank.chats.former(chat, []) == {}


# -- messages ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_any_text_comes_back_exactly_wherever_it_stands(
    bank: BankStore, reopen: Reopen, text: str
) -> None:
    new = a_message(f"id{text}", "x", name=text, present=(text, "Ben"))
    new = new._replace(message=new.message._replace(content=text))
    chat = bank.chats.add(
        f"id{text}", names=[(text, text)], title=text, forked_from=None, now=NOW
    )
    place = StoredPathEntry(0, host_id=text)
    [row] = bank.chats.write_path(chat.row, keep=0, tail=[(new, place)], now=NOW)
    note = a_note(key=text, content=text)
    bank.annotations.put(note)
    bank.metadata.put(text, text)

    bank = reopen(bank)

    assert bank.messages.get([row]) == {row: new.message}
    assert bank.messages.rows_of([new.message.id]) == {new.message.id: row}
    assert bank.chats.all()[0].names == ((text, text),)
    assert (bank.chats.all()[0].title, bank.chats.all()[0].id) == (text, f"id{text}")
    assert bank.chats.path(chat.row) == [StoredPathEntry(row, host_id=text)]
    assert [entry.name for entry in bank.messages.index_entries()] == [text]
    assert bank.chats.former(chat.row, [digest("user", text)]) == {
        digest("user", text): row
    }
    assert bank.annotations.all() == [note]
    assert bank.metadata.get(text) == text
    bank.full_text.search(text, limit=3)


def test_a_message_of_a_megabyte_is_kept(bank: BankStore, reopen: Reopen) -> None:
    chat = a_chat(bank).row
    text = "long story " * 100_000

    [row] = say(bank, chat, text)

    assert reopen(bank).messages.get([row])[row].content == text


def test_times_come_back_exactly_and_in_utc(bank: BankStore, reopen: Reopen) -> None:
    chat = a_chat(bank).row
    local = NOW.astimezone(timezone(timedelta(hours=9)))
    old = NOW.replace(year=1)
    tail = [
        (a_message("a", said_at=local, seen_at=old), StoredPathEntry(0)),
        (a_message("b", said_at=None), StoredPathEntry(0)),
    ]
    a, b = bank.chats.write_path(chat, keep=0, tail=tail, now=local)

    bank = reopen(bank)
    found = bank.messages.get([a, b])

    assert (found[a].said_at, found[a].seen_at, found[b].said_at) == (NOW, old, None)
    assert [entry.said_at for entry in bank.messages.index_entries()] == [NOW, None]
    assert bank.chats.all()[0].seen_at == NOW


def test_many_rows_are_asked_for_at_once(bank: BankStore) -> None:
    chat = a_chat(bank).row
    rows = say(bank, chat, *(f"m{n}" for n in range(1200)))

    assert list(bank.messages.get([*rows, 5000, rows[0]])) == rows
    assert bank.messages.rows_of([f"m{n}" for n in range(1200)])["m1199"] == rows[-1]


def test_index_entries_carry_the_words_and_start_anywhere(
    bank: BankStore, reopen: Reopen
) -> None:
    chat = a_chat(bank).row
    new = a_message("a")
    lexicon = Lexicon(b"\1\0\0\0", question=True, worth=Worth.NOTHING)
    new = new._replace(lexicon=lexicon)
    bank.chats.write_path(chat, keep=0, tail=[(new, StoredPathEntry(0))], now=NOW)
    say(bank, chat, "b", "c")

    bank = reopen(bank)
    first, *others = bank.messages.index_entries()

    assert (first.row, first.role, first.name) == (1, "user", "Anna")
    assert first.said_at == NOW
    assert first.lexicon == lexicon
    assert others[0].lexicon.worth is Worth.MEMORY
    assert [entry.row for entry in bank.messages.index_entries(after=1)] == [2, 3]
    assert [entry.row for entry in others] == [2, 3]


def test_writing_while_entries_are_read_is_fine(bank: BankStore) -> None:
    chat = a_chat(bank).row
    say(bank, chat, "a", "b")
    entries = bank.messages.index_entries()
    next(entries)

    say(bank, chat, "c")

    assert len(list(entries)) >= 1


# -- words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("miso", [3, 1]),
        ("MIS cat", [1]),
        ("cat mis", [1]),
        ("cafe", [2]),
        ("café", [2]),
        ("don't", [2]),
        ("dont", []),
        ("miso OR dog", []),
        ('"miso" NOT (dog)*', []),
        ("miso - ^ * :", [3, 1]),
        ("content:miso", []),
        ("🐈", []),
        ("  ", []),
        ('"', []),
        ("\0", []),
        ("so", [3]),
        ("\ud83d miso", [3, 1]),
    ],
)
def test_search_wants_every_word_and_knows_no_operators(
    bank: BankStore, reopen: Reopen, text: str, found: list[int]
) -> None:
    say(
        bank,
        a_chat(bank).row,
        "My cat is called Miso.",
        "I don't like the Café.",
        "So, Miso-san?",
    )

    assert reopen(bank).full_text.search(text, limit=10) == found


def test_search_stops_at_the_limit_with_the_newest(bank: BankStore) -> None:
    rows = say(bank, a_chat(bank).row, *(f"tea {n}" for n in range(5)))

    assert bank.full_text.search("tea", limit=2) == [rows[4], rows[3]]


def test_search_finds_words_beside_a_lone_surrogate_or_a_nul(bank: BankStore) -> None:
    rows = say(bank, a_chat(bank).row, "tea \ud83d biscuit", "milk\0sugar")

    assert bank.full_text.search("biscuit", limit=5) == [rows[0]]
    assert bank.full_text.search("sugar", limit=5) == [rows[1]]


# -- by hand -------------------------------------------------------------------------


def test_what_was_written_by_hand_comes_back_oldest_first(
    bank: BankStore, reopen: Reopen
) -> None:
    new = a_note("new", created_at=LATER, pinned=True, deleted_at=LATER)
    odd = ("cat", "half \ud83d", "תג")
    old = a_note("old", kind=MemoryKind.TURN, content=None, hidden=True, tags=odd)
    bank.annotations.put(new)
    bank.annotations.put(old)

    assert reopen(bank).annotations.all() == [old, new]


def test_a_hand_is_replaced_by_kind_and_key(bank: BankStore, reopen: Reopen) -> None:
    bank.annotations.put(a_note("a"))
    bank.annotations.put(a_note("b"))
    bank.annotations.put(a_note("a", tags=("cat",), hidden=True))
    corrected = a_note("a", content="Miso is a dog.", updated_at=LATER, pinned=True)
    turn = a_note("a", kind=MemoryKind.TURN, created_at=LATER)

    bank.annotations.put(corrected)
    bank.annotations.put(turn)

    assert reopen(bank).annotations.all() == [corrected, a_note("b"), turn]


def test_a_dropped_hand_is_gone_and_may_be_dropped_again(
    bank: BankStore, reopen: Reopen
) -> None:
    bank.annotations.put(a_note("a"))
    for _ in range(2):
        bank.annotations.drop(MemoryKind.NOTE, "a")
    bank.annotations.drop(MemoryKind.TURN, "a")

    assert reopen(bank).annotations.all() == []


def test_meta_values_are_set_and_replaced(bank: BankStore, reopen: Reopen) -> None:
    assert bank.metadata.get("k") is None
    bank.metadata.put("k", "1")
    bank.metadata.put("k", "2")

    assert reopen(bank).metadata.get("k") == "2"


# -- carrying a bank elsewhere --------------------------------------------------------


def test_visits_are_all_that_ever_stood_on_a_path(
    bank: BankStore, reopen: Reopen
) -> None:
    chat, other = a_chat(bank, "one"), a_chat(bank, "two")
    first, second = say(bank, chat.row, "Hello.", "Hi.")
    [third] = say(bank, other.row, "Elsewhere.")
    bank.chats.write_path(chat.row, keep=1, tail=[StoredPathEntry(third)], now=NOW)

    bank = reopen(bank)

    assert bank.chats.visits(chat.row) == [first, second, third]
    assert bank.chats.visits(other.row) == [third]
    assert bank.chats.visits(99) == []


def test_messages_can_be_stored_before_they_stand_anywhere(bank: BankStore) -> None:
    [known] = say(bank, a_chat(bank).row, "Hello.")

    rows = bank.messages.put([a_message("new"), a_message("Hello."), a_message("b")])

    assert rows == [known + 1, known, known + 2]
    assert bank.messages.get(rows)[rows[0]].id == "new"
    assert [entry.row for entry in bank.messages.index_entries()] == sorted(rows)
    assert bank.chats.visits(1) == [known]


def test_notes_about_the_bank_are_found_by_how_their_names_begin(
    bank: BankStore, reopen: Reopen
) -> None:
    for key in ("import/b", "import/a", "imports", "import_/x", "else"):
        bank.metadata.put(key, key.upper())
    bank.metadata.drop("import/b")
    bank.metadata.drop("never")

    bank = reopen(bank)

    assert bank.metadata.with_prefix("import/") == {"import/a": "IMPORT/A"}
    assert list(bank.metadata.with_prefix("import")) == [
        "import/a",
        "import_/x",
        "imports",
    ]
    assert bank.metadata.get("import/b") is None


def test_reads_in_one_breath_may_be_nested(bank: BankStore) -> None:
    chat = a_chat(bank)

    with bank.reading(), bank.reading():
        assert bank.chats.all() == [chat]

    say(bank, chat.row, "It can be written to again.")
    assert len(bank.chats.path(chat.row)) == 1


def test_what_is_written_in_one_go_holds_together(bank: BankStore) -> None:
    chat = a_chat(bank)
    say(bank, chat.row, "Before.")

    with bank.exclusive():
        say(bank, chat.row, "Together.", "And this.")
    with suppress(LookupError), bank.exclusive():
        say(bank, chat.row, "In vain.")
        raise LookupError

    assert (
        len(bank.chats.path(chat.row)) == len(list(bank.messages.index_entries())) == 3
    )
    with suppress(LookupError), bank.exclusive():
        with bank.exclusive():
            say(bank, chat.row, "A part of what is in vain.")
        say(bank, chat.row, "This as well.")
        raise LookupError
    assert len(bank.chats.path(chat.row)) == 3
    say(bank, chat.row, "After.")
    assert len(bank.chats.path(chat.row)) == 4


def test_what_is_derived_in_one_go_holds_together(bank: BankStore) -> None:
    with bank.derived():
        bank.metadata.put("one", "kept")
        bank.metadata.put("two", "kept")
    with suppress(LookupError), bank.derived():
        bank.metadata.put("one", "in vain")
        raise LookupError
    with suppress(LookupError), bank.exclusive():
        with bank.derived():
            bank.metadata.put("two", "in vain")
        raise LookupError

    assert [bank.metadata.get(key) for key in ("one", "two")] == ["kept", "kept"]


def test_the_words_of_a_message_can_be_made_anew(
    bank: BankStore, reopen: Reopen
) -> None:
    say(bank, a_chat(bank).row, "Hello there.", "And you?")

    bank.messages.put_lexicons({2: Lexicon(b"\1\0\0\0", True)})
    with pytest.raises(NotFound):
        bank.messages.put_lexicons({1: Lexicon(b"", True), 9: Lexicon(b"", True)})
    bank.full_text.rebuild()

    bank = reopen(bank)
    assert [entry.lexicon for entry in bank.messages.index_entries()] == [
        Lexicon(b"\7\0\0\0", False),
        Lexicon(b"\1\0\0\0", True),
    ]
    assert bank.full_text.search("hel", limit=5) == [1]


def test_a_time_is_learned_once(bank: BankStore) -> None:
    chat = a_chat(bank)
    new = a_message("untold", said_at=None)
    [one, other] = bank.chats.write_path(
        chat.row,
        keep=0,
        tail=[(new, StoredPathEntry(0)), (a_message("told"), StoredPathEntry(0))],
        now=NOW,
    )
    later = NOW + timedelta(days=1)

    bank.messages.learn_times({one: later, other: later})
    bank.messages.learn_times({one: NOW})

    messages = bank.messages.get([one, other])
    assert [messages[row].said_at for row in (one, other)] == [later, NOW]
    assert [entry.said_at for entry in bank.messages.index_entries()] == [later, NOW]
