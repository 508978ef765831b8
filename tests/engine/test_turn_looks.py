"""A turn looks once for what others wrote, and finds what a host shows in memory."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine

from .builders import a_chat, window
from .conftest import MIKU


def notes(bank: Bank) -> list[str]:
    """Return what was written by hand, as a bank knows it."""
    return [note.content for note in bank.memories.notes()]


def elsewhere(bank: Bank) -> list[str]:
    """Return the same as another thread is told."""
    found: list[str] = []
    thread = Thread(target=lambda: found.extend(notes(bank)))
    thread.start()
    thread.join()
    return found


def test_a_turn_looks_once_for_what_others_wrote(
    open_engine: Callable[[], Engine],
) -> None:
    ours, theirs = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(ours, "one", "> My cat is called Miso.")

    with ours.turn():
        assert notes(ours) == []
        theirs.memories.add("It is spring.")
        with ours.turn():
            assert notes(ours) == []
        assert notes(ours) == []
        ours.state.waited()
        assert notes(ours) == ["It is spring."]
        theirs.memories.add("It rains.")
        assert len(notes(ours)) == 1
    assert len(notes(ours)) == 2


def test_a_turn_holds_for_its_thread_alone_and_for_no_change(
    open_engine: Callable[[], Engine],
) -> None:
    ours, theirs = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(ours, "one", "> My cat is called Miso.")

    with ours.turn():
        assert notes(ours) == []
        theirs.memories.add("It is spring.")
        assert elsewhere(ours) == ["It is spring."]
        theirs.memories.add("It rains.")
        with ours.state.exclusive():
            assert len(notes(ours)) == 2


def test_the_rows_of_what_a_host_shows_are_those_of_the_store(bank: Bank) -> None:
    lines = [f"> I have {number} cats." for number in range(12)]
    chat = a_chat(bank, "one", *lines)
    chat.observe(window(*lines[:11], "> I have no cats."))
    other = a_chat(bank, "two", "> Ann lives in Lisbon.", "How nice.")
    ids = [place.message.id for place in chat.path()]
    more = [place.message.id for place in other.path()]
    state = bank.state
    [row] = [one.row for one in state.chats if ("test", "one") in one.names]

    for shown in (ids, ids[-3:], ids[:2], [*ids[-2:], *more], [*ids[-1:], "x"], []):
        wanted = {*state.store.messages.rows_of(shown).values()}
        assert state.rows_shown(row, frozenset(shown)) == wanted
        assert state.rows_shown(None, frozenset(shown)) == wanted
    state.chats.release(row)
    wanted = {*state.store.messages.rows_of(ids).values()}
    assert state.rows_shown(row, frozenset(ids)) == wanted
