"""What the user tells memory in a chat is done at once, and undone with its message."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.promotion import STEP
from long_term_memory.core.records import SAID_TO_MEMORY
from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.knowledge.chat_commands import ChatCommands
from long_term_memory.storage.protocols import BankStore

from .builders import a_request, recalled, window
from .conftest import MIKU, Clock

NUTS = "> Remember that I'm allergic to nuts"


class Watched:
    """A bank's store that tells which of its parts were asked for."""

    def __init__(self, store: BankStore, asked: list[str]) -> None:
        self._store = store
        self._asked = asked

    def __getattr__(self, name: str) -> object:
        self._asked.append(name)
        return getattr(self._store, name)


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


def test_what_other_chats_said_before_is_forgotten_whenever_it_comes(
    bank: Bank, clock: Clock
) -> None:
    """As an import brings it; what is said after it was asked is told."""
    clock.advance(days=3)
    asked = clock.now
    chat = bank.chat("one", host="test")
    forget = "> please forget what I said about Tom"
    chat.observe(window("> Tom is here", "Oh.", forget, at=asked))
    bank.knowledge.follow()

    early = bank.chat("early", host="test")
    early.observe(window("> Tom owns a lamp", at=asked - timedelta(days=2)))
    late = bank.chat("late", host="test")
    late.observe(window("> Tom owns a boat", at=asked + timedelta(days=2)))
    bank.knowledge.follow()
    chat.observe(window("> Tom is here", "Oh.", forget, "Done.", "> Tom is back"))
    bank.knowledge.follow()
    assert {one.content for one in bank.memories.list(deleted=True)} == {
        *("Tom is here", "please forget what I said about Tom", "Tom owns a lamp"),
    }

    chat.observe(
        window("> Rain fell on us all day", "Oh.", forget, "Done.", "> Tom is back")
    )
    early.observe(window("> Anna owns a lamp", at=asked - timedelta(days=2)))
    bank.knowledge.follow()
    assert {one.content for one in bank.memories.list(deleted=True)} == {
        "please forget what I said about Tom",
    }


def test_a_turn_after_a_command_looks_for_nothing(bank: Bank, clock: Clock) -> None:
    chat = bank.chat("one", host="test")
    lines = ["> Tom is here", "> please forget what I said about Tom"]
    chat.observe(window(*lines, at=clock.now))
    commands = ChatCommands(bank.state, bank.knowledge.readings)
    bank.knowledge.follow()
    commands.follow()

    done: list[str] = []
    bank.state.store = cast(BankStore, Watched(bank.state.store, done))
    clock.advance(minutes=1)
    chat.observe(window(*lines, "Tom?", "> Tom!", at=clock.now))
    commands.follow()
    assert "full_text" not in done

    chat.observe(window("> Tom was here", *lines[1:], "Tom?", at=clock.now))
    commands.follow()
    assert "full_text" in done


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
    chat.observe(window("> hi", NUTS, "Fine.", "> Remember that I work nights"))
    assert {*notes(bank)} == {"Anon: I'm allergic to nuts", "Anon: I work nights"}

    chat.observe(window("> hi"))

    assert notes(bank) == []
