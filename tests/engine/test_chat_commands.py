"""What the user tells memory in a chat is done at once, and undone with its message."""

from __future__ import annotations

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.promotion import STEP
from long_term_memory.core.records import SAID_TO_MEMORY
from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine

from .builders import a_request, recalled, window
from .conftest import MIKU, Clock

NUTS = "> Remember that I'm allergic to nuts"


def notes(bank: Bank) -> list[str]:
    bank.knowledge.follow()
    return [note.content for note in bank.memories.notes()]


def test_a_command_makes_a_note_that_stands_in_every_prompt(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", "Hello!", NUTS))
    head = chat.compose(a_request("Remember that I'm allergic to nuts")).head.text
    assert "Anon: I'm allergic to nuts" in head
    [note] = bank.memories.list(kind=MemoryKind.NOTE)
    assert note.pinned


def test_what_the_note_says_is_not_told_as_a_fact_as_well(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    talk = ["> My sister is called Ana."] + ["> look at the rain"] * STEP
    chat.observe(window(NUTS, *talk))
    request = a_request("look at the rain", head_tokens=200)
    head = chat.compose(request).head.text
    assert head.count("allergic to nuts") == 1
    assert "Ana is Anon's sister." in head
    [note] = bank.memories.notes()
    bank.memories.delete(note.id)
    assert "Anon is allergic to nuts." in chat.compose(request).head.text


def test_the_note_goes_with_its_message_and_comes_back_with_it(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", NUTS))
    assert notes(bank) == ["Anon: I'm allergic to nuts"]
    chat.observe(window("> hi", "> Remember that I'm allergic to cats"))
    assert notes(bank) == ["Anon: I'm allergic to cats"]
    chat.observe(window("> hi", NUTS))
    assert notes(bank) == ["Anon: I'm allergic to nuts"]


def test_a_note_that_a_person_changed_stays(bank: Bank, clock: Clock) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", NUTS))
    notes(bank)
    [note] = bank.memories.notes()
    clock.advance(minutes=1)
    bank.memories.update(note.id, content="No nuts, ever.")
    chat.observe(window("> hi"))
    assert notes(bank) == ["No nuts, ever."]


def test_a_note_that_a_person_deleted_does_not_come_back(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", NUTS))
    notes(bank)
    [note] = bank.memories.notes()
    bank.memories.delete(note.id)
    chat.observe(window("> hi", NUTS, "Fine."))
    assert notes(bank) == []


def test_who_asks_to_forget_is_not_reminded(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    lines = ("> Tom crashed my car into the harbour wall", "Poor Tom!", "> I like tea")
    forget = "> please forget what I said about Tom"
    chat.observe(window(*lines))
    assert any("Tom" in text for text in recalled(chat, "What about Tom?"))
    chat.observe(window(*lines, "Nice.", forget))
    bank.knowledge.follow()
    assert not any("Tom" in text for text in recalled(chat, "What about Tom?"))
    deleted = bank.memories.list(deleted=True)
    assert {memory.content for memory in deleted} == {
        "Tom crashed my car into the harbour wall",
        "Poor Tom!",
        "please forget what I said about Tom",
    }
    chat.observe(window(*lines, "Nice."))
    bank.knowledge.follow()
    assert any("Tom" in text for text in recalled(chat, "What about Tom?"))


def test_the_character_tells_memory_nothing(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", "Remember that I'm allergic to nuts"))
    assert notes(bank) == []


def test_what_was_forgotten_for_good_takes_its_note_along(
    engine: Engine, bank: Bank
) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", NUTS))
    assert notes(bank)
    message = chat.path()[-1].message.id
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(message,)))
    assert notes(bank) == []
    assert not bank.state.store.metadata.with_prefix(SAID_TO_MEMORY)


def test_a_note_that_an_export_brought_goes_with_its_message_too(bank: Bank) -> None:
    """An export carries notes and messages, not what commands brought about."""
    chat = bank.chat("one", host="test")
    chat.observe(window("> hi", NUTS))
    assert notes(bank)
    metadata = bank.state.store.metadata
    for key in metadata.with_prefix(SAID_TO_MEMORY):
        metadata.drop(key)
    chat.observe(window("> hi", NUTS, "Fine."))
    assert notes(bank) == ["Anon: I'm allergic to nuts"]

    chat.observe(window("> hi"))

    assert notes(bank) == []
