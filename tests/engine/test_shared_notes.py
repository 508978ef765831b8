"""Notes for all of a user's characters: told where they are switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.policy import EVERYONE, Policy, Remembering
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import NotFound

from .builders import a_chat, a_request, window
from .conftest import MIKU

NUTS = "Anon is allergic to walnuts and to figs."
HELLO = "> Hello there, my old friend."
RIN = replace(MIKU, character="Rin")
STRANGER = replace(MIKU, user="somebody else")


@pytest.fixture
def sharing(engine: Engine) -> Engine:
    """An engine that tells every character what is for all."""
    prompt = replace(Settings().prompt, shared_notes=True)
    engine.configure(Settings(prompt=prompt))
    return engine


def head_of(engine: Engine, scope: Scope, **changes: int) -> str:
    """Return what stands in every prompt of a character."""
    chat = a_chat(engine.bank(scope), "one", HELLO)
    return chat.compose(a_request("Hi!", **changes)).head.text


def test_every_character_of_the_user_is_told_and_nobody_else(sharing: Engine) -> None:
    sharing.shared(MIKU.user).memories.add(NUTS)

    assert NUTS in head_of(sharing, MIKU)
    assert NUTS in head_of(sharing, RIN)
    assert NUTS not in head_of(sharing, STRANGER)
    assert sharing.bank(RIN).has_head_notes()
    assert not sharing.bank(STRANGER).has_head_notes()


def test_a_note_that_another_program_writes_is_told_at_once(
    sharing: Engine, open_engine: Callable[[], Engine]
) -> None:
    sharing.shared(MIKU.user).memories.add(NUTS)
    assert NUTS in head_of(sharing, MIKU)

    other = open_engine().shared(MIKU.user).memories
    other.add("Anon lives in Turku.")

    assert "Turku" in head_of(sharing, MIKU)


def test_it_is_off_by_default_and_makes_no_bank(engine: Engine) -> None:
    assert head_of(engine, MIKU) == ""
    assert engine.scopes() == [MIKU]

    engine.shared(MIKU.user).memories.add(NUTS)

    assert head_of(engine, MIKU) == ""


def test_a_memory_is_shared_once(sharing: Engine) -> None:
    chat = a_chat(sharing.bank(MIKU), "one", "> " + NUTS)
    known = chat.path()[0].message.id

    shared = sharing.share(MIKU, known)

    assert sharing.share(MIKU, known).id == shared.id
    assert [one.content for one in sharing.shared(MIKU.user).memories.notes()] == [NUTS]
    assert NUTS in head_of(sharing, RIN)
    with pytest.raises(NotFound):
        sharing.share(MIKU, "nothing")


def test_its_tokens_are_counted(sharing: Engine) -> None:
    notes = sharing.shared(MIKU.user).memories
    for number in range(20):
        notes.add(f"Anon's cousin number {number} is a baker in the old town.")

    chat = a_chat(sharing.bank(MIKU), "one", HELLO)
    head = chat.compose(a_request("Hi!", head_tokens=60)).head

    assert 0 < head.tokens <= 60


def test_an_incognito_chat_is_told_nothing_of_it(sharing: Engine) -> None:
    sharing.shared(MIKU.user).memories.add(NUTS)
    chat = a_chat(sharing.bank(MIKU), "one", HELLO)
    chat.set_policy(Policy(remembers=Remembering.INCOGNITO))

    assert chat.compose(a_request("Hi!")).head.text == ""


def test_no_chat_is_ever_stored_beside_the_notes(sharing: Engine) -> None:
    bank = sharing.bank(replace(MIKU, character=EVERYONE))

    bank.chat("one", host="test").observe(window(HELLO))

    assert bank.chats() == []
    assert head_of(sharing, replace(MIKU, character=EVERYONE)) == ""


def test_what_is_forgotten_is_in_no_prompt_and_no_file(
    sharing: Engine, tmp_path: Path
) -> None:
    notes = sharing.shared(MIKU.user)
    added = notes.memories.add(NUTS)
    assert NUTS in head_of(sharing, MIKU)

    target = ForgetTarget(memories=(added.id,))
    sharing.forgetting(notes.scope).forget(target)

    assert NUTS not in head_of(sharing, MIKU)
    sharing.close()
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(b"walnuts" in path.read_bytes() for path in files)


def test_a_prompt_is_made_where_they_cannot_be_read(
    open_engine: Callable[[], Engine], sharing: Engine
) -> None:
    sharing.shared(MIKU.user).memories.add(NUTS)
    sharing.bank(MIKU).memories.add("Anon has a cat.", pinned=True)
    sharing.close()
    for file in sharing.data_dir.rglob("*.sqlite3"):
        if b"walnuts" in file.read_bytes():
            file.write_bytes(b"no database" * 400)

    again = open_engine()
    again.configure(sharing.settings)

    assert "has a cat" in head_of(again, MIKU)
    assert again.faults.last is not None
    assert "for all characters" in again.faults.last.what
