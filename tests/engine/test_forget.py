"""What is forgotten is gone from every file, and does not come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.forgetting.planner import ForgetPlan
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import DUE
from long_term_memory.core.types import MemoryKind, Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.records import ChatName, never
from long_term_memory.errors import NotFound, StoreError
from long_term_memory.testing import as_notes

from .builders import a_chat, a_request, recalled, texts, window
from .conftest import MIKU, Clock

SECRET = "The locker by the stairs opens with heliotrope."
WORD = "heliotrope"
LINES = (
    "Hello, what is on your mind?",
    "> I moved to the coast with my cat.",
    "What is the name of your cat?",
    f"> She is called Miso. {SECRET}",
    "I will keep that to myself.",
    "> Good, let us speak of the sea.",
    "The sea is grey today.",
)
SAID = LINES[3].removeprefix("> ")


def files_with(folder: Path, word: str = WORD) -> list[str]:
    """Name the files that hold a word, in any case, in UTF-8 or UTF-16."""
    forms = [word.encode(), word.upper().encode(), word.encode("utf-16-le")]
    return sorted(
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in forms)
    )


def id_of(bank: Bank, name: str, text: str) -> str:
    [found] = [
        place.message.id
        for place in bank.chat(name, host="test").path()
        if place.message.content == text
    ]
    return found


def forget(engine: Engine, **target: object) -> ForgetPlan:
    return engine.forgetting(MIKU).forget(ForgetTarget(**target))  # type: ignore[arg-type]


def with_logs(engine: Engine) -> None:
    settings = engine.settings
    journal = replace(settings.journal, readable_log=True)
    engine.configure(replace(settings, journal=journal))


def test_no_file_holds_a_forgotten_word_any_more(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    with_logs(engine)
    a_chat(bank, "one", *LINES)
    a_chat(bank, "one", *LINES[:-2], "> Another end.", "Yes.")
    note = bank.memories.add(f"Remember {WORD}.")
    bank.memories.update(note.id, content="Remember it.")
    bank.memories.update(id_of(bank, "one", SAID), content=f"Miso, {WORD}.")
    bank.state.store.back_up("test")
    assert files_with(tmp_path / "data")

    forget(engine, memories=(id_of(bank, "one", SAID), note.id))

    assert files_with(tmp_path / "data") == []
    engine.close()
    assert files_with(tmp_path / "data") == []


def test_a_host_that_goes_on_showing_it_does_not_bring_it_back(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    chat = a_chat(bank, "one", *LINES)
    forget(engine, memories=(id_of(bank, "one", SAID),))
    left = [line.removeprefix("> ") for line in LINES if SECRET not in line]

    again = chat.observe(window(*LINES))
    grown = chat.observe(window(*LINES, "> And the wind?"))
    slid = chat.observe(window(*LINES[2:], "> And the wind?", complete=False))

    assert not again.changed
    assert (grown.added, grown.removed) == (1, 0)
    assert not slid.changed
    assert texts(chat) == [*left, "And the wind?"]
    assert files_with(tmp_path / "data") == []


def test_it_stays_forgotten_in_other_chats_and_after_a_restart(
    engine: Engine,
    bank: Bank,
    open_engine: Callable[[], Engine],
    tmp_path: Path,
) -> None:
    a_chat(bank, "one", *LINES)
    forget(engine, memories=(id_of(bank, "one", SAID),))
    engine.close()

    bank = open_engine().bank(MIKU)
    a_chat(bank, "two", *LINES)
    a_chat(bank, "three", "Hi.", f"> She is  called MISO. {SECRET}")

    assert SAID not in texts(bank.chat("two", host="test"))
    assert texts(bank.chat("three", host="test")) == ["Hi."]
    assert files_with(tmp_path / "data") == []


def test_a_rebuild_does_not_bring_it_back(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    with_logs(engine)
    chat = a_chat(bank, "one", *LINES)
    forget(engine, memories=(id_of(bank, "one", SAID),))

    bank.rebuild().run()

    assert SAID not in texts(chat)
    assert all(WORD not in text for text in recalled(chat, "What opens the locker?"))
    assert files_with(tmp_path / "data") == []


def test_what_is_left_is_recalled_as_before_and_the_forgotten_is_not(
    engine: Engine, bank: Bank
) -> None:
    a_chat(bank, "one", *LINES)
    other = a_chat(bank, "two", "Hi.")
    assert SAID in recalled(other, "Which word opens the locker by the stairs?")

    forget(engine, memories=(id_of(bank, "one", SAID),))
    assert bank.settle(20)

    found = recalled(other, "Which word opens the locker by the stairs?")
    assert SAID not in found
    assert "I moved to the coast with my cat." in found
    assert bank.memories.search(WORD) == []
    assert bank.stats().embedded == bank.stats().messages == len(LINES)


def test_branches_and_copies_lose_it_too(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", *LINES)
    bank.chat("two", host="test", forked_from="one").observe(
        window(*LINES[:5], "> Or not.")
    )
    a_chat(bank, "three", f"> {SAID}", "Oh.")

    plan = engine.forgetting(MIKU).plan(
        ForgetTarget(memories=(id_of(bank, "one", SAID),))
    )
    done = forget(engine, memories=(id_of(bank, "one", SAID),))

    assert plan == done
    assert (plan.messages, plan.copies) == (2, 1)
    assert sorted(plan.touched) == ["one", "three", "two"]
    assert plan.examples == (SAID,)
    for name in ("one", "two", "three"):
        assert SAID not in texts(bank.chat(name, host="test"))


def test_a_plan_changes_nothing(engine: Engine, bank: Bank, tmp_path: Path) -> None:
    a_chat(bank, "one", *LINES)

    plan = engine.forgetting(MIKU).plan(ForgetTarget(everything=True))

    assert plan
    assert (plan.messages, plan.chats) == (len(LINES), ("one",))
    assert len(texts(bank.chat("one", host="test"))) == len(LINES)
    assert files_with(tmp_path / "data")


def test_a_chat_goes_with_its_name_its_swipes_and_its_log(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    with_logs(engine)
    name = "about the zanzibar affair"
    chat = a_chat(bank, name, *LINES[:4], f"Swiped, {WORD} and all of that.")
    a_chat(bank, name, *LINES)
    a_chat(bank, "two", "Hi.", "> Something else altogether.")
    [info] = [one for one in bank.chats() if one.title == name]

    plan = forget(engine, chats=(info.id,))

    assert (plan.messages, plan.chats, plan.touched) == (len(LINES) + 1, (name,), ())
    assert [one.title for one in bank.chats()] == ["two"]
    for word in (WORD, "zanzibar", "coast"):
        assert files_with(tmp_path / "data", word) == []
    assert not chat.observe(window(*LINES)).changed
    assert chat.observe(window(*LINES, "> Only this is new to you.")).added == 1
    assert texts(chat) == ["Only this is new to you."]


def test_everything_goes_with_notes_and_records_of_imports(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "one", *LINES)
    bank.memories.add(f"A note of {WORD}.", pinned=True)
    bank.undo_log.clear("b1", f"clearing {WORD}")

    plan = forget(engine, everything=True)

    assert (plan.messages, plan.notes) == (len(LINES), 1)
    assert (bank.chats(), bank.memories.list(), bank.undo_log.all()) == ([], [], [])
    assert files_with(tmp_path / "data") == []


def test_a_span_of_time_goes(engine: Engine, bank: Bank, clock: Clock) -> None:
    a_chat(bank, "one", "Hello there.", "> Hello.")
    clock.advance(days=1)
    since = clock.now
    a_chat(bank, "one", "Hello there.", "> Hello.", "It rains.", f"> {SECRET}")
    bank.memories.add("Written in the rain.")
    clock.advance(days=1)
    until = clock.now
    chat = a_chat(
        bank, "one", *("Hello there.", "> Hello.", "It rains.", f"> {SECRET}", "Dry.")
    )

    plan = forget(engine, since=since, until=until)

    assert (plan.messages, plan.notes) == (2, 1)
    assert texts(chat) == ["Hello there.", "Hello.", "Dry."]
    assert bank.memories.notes() == []


def test_a_note_stays_forgotten_when_it_is_imported_again(
    engine: Engine, bank: Bank
) -> None:
    note = bank.memories.add(f"This note tells of {WORD}.")
    [hand] = bank.memories.hands()

    forget(engine, memories=(note.id,))

    assert bank.undo_log.put_hands("b", "import", [hand], newer_wins=True) == 0
    assert bank.memories.list() == []


def test_an_import_can_still_be_undone_after_a_part_of_it_was_forgotten(
    engine: Engine, bank: Bank
) -> None:
    chat = a_chat(bank, "one", *LINES[:3])
    name = ChatName(host="test", name="one", gone=never)
    bank.undo_log.observe("b1", "import", name, window(*LINES))

    forget(engine, memories=(id_of(bank, "one", SAID),))
    undone = bank.undo_log.undo("b1")

    assert (undone.chats, undone.kept) == (1, ())
    assert texts(chat) == [line.removeprefix("> ") for line in LINES[:3]]


def test_a_clearing_that_is_undone_brings_back_nothing_forgotten(
    engine: Engine, bank: Bank
) -> None:
    chat = a_chat(bank, "one", *LINES)
    secret = id_of(bank, "one", SAID)
    bank.undo_log.clear("b1", "clearing")

    forget(engine, memories=(secret,))
    bank.undo_log.undo("b1")

    assert len(texts(chat)) == len(LINES) - 1
    assert SAID not in texts(chat)


def test_another_process_forgets_at_its_next_look(
    engine: Engine, bank: Bank, open_engine: Callable[[], Engine]
) -> None:
    a_chat(bank, "one", *LINES)
    other = open_engine().bank(MIKU)
    elsewhere = a_chat(other, "two", "Hi.")
    assert SAID in recalled(elsewhere, "Which word opens the locker by the stairs?")

    forget(engine, memories=(id_of(bank, "one", SAID),))

    assert SAID not in recalled(elsewhere, "Which word opens the locker?")
    elsewhere.observe(window("Hi.", f"> {SAID}", "Oh."))
    assert texts(elsewhere) == ["Hi.", "Oh."]
    assert other.settle(20)
    assert other.stats().embedded == other.stats().messages


def test_a_forgetting_in_vain_hides_no_other_process_s_from_us(
    engine: Engine, bank: Bank, open_engine: Callable[[], Engine]
) -> None:
    a_chat(bank, "one", *LINES)
    other = open_engine()
    elsewhere = other.bank(MIKU)
    elsewhere.memories.add(SECRET, pinned=True)
    elsewhere.chat("one", host="test").compose(a_request("Hi."))
    [chat] = elsewhere.chats()
    told = elsewhere.summaries.last_head(chat.id)
    assert told is not None
    assert SECRET in told.text
    [note] = bank.memories.notes()

    forget(engine, memories=(note.id,))
    with pytest.raises(NotFound):
        forget(other, memories=("unknown",))

    elsewhere.chats()
    assert elsewhere.summaries.last_head(chat.id) is None


def test_a_forgetting_that_was_stopped_is_finished_at_the_next_start(
    engine: Engine,
    bank: Bank,
    open_engine: Callable[[], Engine],
    tmp_path: Path,
) -> None:
    with_logs(engine)
    a_chat(bank, "one", *LINES)
    bank.state.store.back_up("test")
    forget(engine, memories=(id_of(bank, "one", SAID),))
    bank.state.store.metadata.put(DUE, "due")
    trace = next((tmp_path / "data").rglob("logs")) / "left.jsonl"
    trace.write_text(WORD, "ascii")
    engine.close()

    engine = open_engine()
    bank = engine.bank(MIKU)

    assert files_with(tmp_path / "data") == []
    assert bank.state.store.metadata.get(DUE) is None
    assert any("forgetting" in words for words in engine.status().mended)


def test_a_last_reply_that_was_forgotten_is_followed_by_another(
    engine: Engine, bank: Bank
) -> None:
    chat = bank.chat("one", host="test")
    lines = ("Hello there, you.", "> Hi.", SECRET)
    chat.observe(window(*lines, open_ended=True))
    forget(engine, memories=(id_of(bank, "one", SECRET),))

    chat.observe(window(*lines, open_ended=True))
    assert texts(chat) == ["Hello there, you.", "Hi."]
    chat.observe(window(*lines[:2], "Swiped to this.", open_ended=True))

    assert texts(chat) == ["Hello there, you.", "Hi.", "Swiped to this."]


def test_an_earlier_state_of_a_continued_reply_goes_with_it(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    chat = bank.chat("one", host="test")
    begun = f"It began with {WORD} in a vase"
    chat.observe(window("> Tell me.", begun, open_ended=True))
    chat.observe(window("> Tell me.", f"{begun}, and then.", open_ended=True))

    plan = forget(engine, memories=(id_of(bank, "one", f"{begun}, and then."),))

    assert (plan.messages, plan.copies) == (2, 1)
    assert files_with(tmp_path / "data") == []


def test_an_unknown_memory_or_chat_cannot_be_forgotten(engine: Engine) -> None:
    with pytest.raises(NotFound):
        forget(engine, memories=("nobody",))
    with pytest.raises(NotFound):
        forget(engine, chats=("nowhere",))


def test_summaries_that_tell_it_go_and_are_made_again_without_it(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    lines = [
        f"{'> ' * (number % 2)}Yesterday I moved {number} boxes to Bergen with Karl."
        for number in range(60)
    ]
    lines[:10] = [f"{line} It smelt of {WORD} number {line}" for line in lines[:10]]
    chat = a_chat(bank, "one", *lines)
    query = Query(text="Hm?", visible=chat.newest_ids(20))
    request = a_request("Hm?", query=query, summary_tokens=1000)
    chat.compose(request)
    assert bank.settle(20)
    told = bank.summaries.listed()
    assert any(WORD in one.memory.content for one in told)
    bank.memories.update(told[0].memory.id, content=f"By hand: {WORD}.")

    secret = [
        place.message.id for place in chat.path() if WORD in place.message.content
    ]
    plan = forget(engine, memories=tuple(secret))
    chat.compose(request)
    assert bank.settle(20)

    assert (plan.messages, plan.locked) == (10, 1)
    assert plan.summaries
    assert files_with(tmp_path / "data") == []
    assert bank.summaries.listed()
    assert not any(WORD in one.memory.content for one in bank.summaries.listed())


def test_traces_that_cannot_be_removed_are_told_and_removed_at_the_next_start(
    engine: Engine,
    bank: Bank,
    open_engine: Callable[[], Engine],
    tmp_path: Path,
) -> None:
    a_chat(bank, "one", *LINES)
    blocked = next((tmp_path / "data").glob("*/*")) / "logs" / "blocked.jsonl"
    blocked.mkdir(parents=True)

    with pytest.raises(StoreError, match="It is forgotten and stays away"):
        forget(engine, memories=(id_of(bank, "one", SAID),))

    assert SAID not in texts(bank.chat("one", host="test"))
    engine.close()
    again = open_engine()
    again.bank(MIKU)
    assert again.faults.last is not None
    again.close()
    blocked.rmdir()
    bank = open_engine().bank(MIKU)
    assert bank.state.store.metadata.get(DUE) is None
    assert files_with(tmp_path / "data") == []


def test_a_summary_that_was_begun_before_is_not_kept(
    engine: Engine, bank: Bank
) -> None:
    """A model takes its time, and the message is forgotten meanwhile."""
    lines = [f"> Line {number} tells of Bergen harbour." for number in range(60)]
    chat = a_chat(bank, "one", *lines)
    query = Query(text="Hm?", visible=chat.newest_ids(20))
    chat.compose(a_request("Hm?", query=query, summary_tokens=1000))
    assert bank.settle(20)

    class Slow:
        """A model during whose writing something is forgotten."""

        name = "slow"

        def write(self, instruction: str, text: str, **form: Any) -> str:
            forget(engine, memories=(chat.path()[3].message.id,))
            return as_notes((f"Line 3 tells of {WORD}, Bergen harbour.", 4))

    assert bank.summaries.write(Slow())

    assert not any(WORD in one.text for one in bank.state.store.summaries.all())


def test_a_note_of_the_same_words_goes_too(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", *LINES)
    note = bank.memories.add(SAID)
    kept = bank.memories.add("Something else.")

    plan = forget(engine, memories=(id_of(bank, "one", SAID),))

    assert plan.notes == 1
    assert [one.id for one in bank.memories.list(kind=MemoryKind.NOTE)] == [kept.id]
    with pytest.raises(NotFound):
        bank.memories.get(note.id)


def test_a_message_that_says_the_same_as_a_note_goes_with_it(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    """The next window was known by the note, but what was stored stayed in the file."""
    a_chat(bank, "one", *LINES)
    note = bank.memories.add(SAID)

    plan = engine.forgetting(MIKU).plan(ForgetTarget(memories=(note.id,)))
    forget(engine, memories=(note.id,))

    assert (plan.notes, plan.messages, plan.copies) == (1, 1, 1)
    assert SAID not in texts(bank.chat("one", host="test"))
    assert files_with(tmp_path / "data") == []
