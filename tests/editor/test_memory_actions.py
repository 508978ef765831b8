"""What each button does, without Gradio."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import MemoryItem, Scope
from long_term_memory.editor import memory_actions
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.sample import tell as tell_sample
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import NotFound, StoreError
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder
from tests.editor.conftest import ANNA, Stores, tell

HEARD = "ear"


def click(do: str, memory_id: str = "", text: str = "") -> str:
    """Return what the page's script sends."""
    return json.dumps({"do": do, "id": memory_id, "text": text})


def all_of(engine: Engine, scope: Scope = ANNA) -> list[MemoryItem]:
    return engine.bank(scope).memories.list()


def called(engine: Engine, text: str) -> MemoryItem:
    """Return the memory with this text."""
    [found] = [memory for memory in all_of(engine) if memory.content == text]
    return found


def shown(engine: Engine, view: PageState) -> str:
    return memory_actions.listing(engine, view, HEARD)


def test_a_list_shows_who_said_what_in_which_chat(engine: Engine, anna: Scope) -> None:
    html = shown(engine, PageState(scope=anna))

    assert "My cat is Miso." in html
    assert "You" in html
    assert "Picnic" in html


def test_a_list_without_a_character_says_when_memories_appear(engine: Engine) -> None:
    assert "after the first message" in shown(engine, PageState())


def test_a_pinned_memory_is_marked_and_can_be_unpinned(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, "My cat is Miso.")

    view = memory_actions.press(engine, PageState(scope=anna), click("pin", cat.id))

    assert called(engine, "My cat is Miso.").pinned
    assert "Unpin" in shown(engine, view)
    memory_actions.press(engine, view, click("unpin", cat.id))
    assert not called(engine, "My cat is Miso.").pinned


def test_a_deleted_memory_comes_back_by_undo(engine: Engine, anna: Scope) -> None:
    cat = called(engine, "My cat is Miso.")

    view = memory_actions.press(engine, PageState(scope=anna), click("delete", cat.id))
    html = shown(engine, view)

    assert view.said.undo.do == "undo"
    assert "Undo" in html
    assert "My cat is Miso." not in html
    memory_actions.press(engine, view, click("restore", cat.id))
    assert called(engine, "My cat is Miso.")


def test_deleted_memories_have_a_shelf_of_their_own(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, "My cat is Miso.")
    view = memory_actions.press(engine, PageState(scope=anna), click("delete", cat.id))

    html = shown(engine, replace(view, shelf="deleted", words="miso"))

    assert "My cat is Miso." in html
    assert "Restore" in html
    assert "Nothing has these words or comes near" in shown(
        engine, PageState(scope=anna, shelf="deleted", words="dog")
    )


def test_editing_opens_a_field_and_saving_closes_it(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, "My cat is Miso.")

    view = memory_actions.press(engine, PageState(scope=anna), click("edit", cat.id))
    assert "<textarea" in shown(engine, view)
    view = memory_actions.press(engine, view, click("save", cat.id, "My cat is Mochi."))

    assert "<textarea" not in shown(engine, view)
    assert called(engine, "My cat is Mochi.").edited


def test_cancelling_an_edit_changes_nothing(engine: Engine, anna: Scope) -> None:
    cat = called(engine, "My cat is Miso.")
    view = memory_actions.press(engine, PageState(scope=anna), click("edit", cat.id))

    view = memory_actions.press(engine, view, click("cancel", cat.id, "Something else"))

    assert "<textarea" not in shown(engine, view)
    assert called(engine, "My cat is Miso.")


def test_what_was_typed_survives_a_save_that_fails(engine: Engine, anna: Scope) -> None:
    cat = called(engine, "My cat is Miso.")
    long = "x" * 30_000

    view = memory_actions.press(
        engine, PageState(scope=anna), click("save", cat.id, long)
    )

    assert view.said.failed
    assert long in shown(engine, view)


def test_a_slip_is_told_and_is_no_fault_of_ours(engine: Engine, anna: Scope) -> None:
    view, added = memory_actions.add_note(engine, PageState(scope=anna), "  ", False)

    assert not added
    assert "needs some text" in view.said.words
    assert engine.faults.last is None


def test_a_note_is_added_pinned_and_stands_first(engine: Engine, anna: Scope) -> None:
    view = PageState(scope=anna, words="cat", page=0, shelf="turn")

    view, added = memory_actions.add_note(engine, view, "Likes rain.", True)

    assert added
    assert view.shelf == "all"
    assert shown(engine, view).index("Likes rain.") < shown(engine, view).index("Miso")


def test_a_note_needs_a_character(engine: Engine) -> None:
    view, added = memory_actions.add_note(engine, PageState(), "Likes rain.", False)

    assert not added
    assert "Choose a character first" in view.said.words


@pytest.mark.parametrize(
    ("shelf", "found", "not_found"),
    [
        ("note", "Likes rain.", "Miso"),
        ("turn", "Miso", "Likes rain."),
        ("pinned", "Hello!", "Miso"),
    ],
)
def test_a_shelf_shows_its_own_with_and_without_a_search(
    engine: Engine, anna: Scope, shelf: str, found: str, not_found: str
) -> None:
    memory_actions.add_note(engine, PageState(scope=anna), "Likes rain.", False)
    engine.bank(anna).memories.pin(called(engine, "Hello!").id)

    html = shown(engine, PageState(scope=anna, shelf=shelf))
    searched = shown(engine, PageState(scope=anna, shelf=shelf, words=found.split()[0]))

    assert found in html
    assert found in searched
    assert not_found not in html


def test_many_memories_come_in_pages(engine: Engine) -> None:
    texts = [f"Message number {n:03}." for n in range(40)]
    tell(engine, "Long", *texts)
    view = PageState(scope=ANNA)

    first = shown(engine, view)
    view = memory_actions.press(engine, view, click("page", text="2"))
    last = shown(engine, view)

    assert "number 039" in first
    assert "number 024" not in first
    assert "number 009" in last
    assert "number 000" in last
    assert "Page 3 of 3" in last
    assert "number 000" in shown(engine, replace(view, page=9))


def test_a_found_list_comes_in_pages_too(engine: Engine) -> None:
    tell(engine, "Long", *[f"Message number {n:03}." for n in range(20)])

    html = shown(engine, PageState(scope=ANNA, words="number", page=1))

    assert html.count("data-ltm-row") == 5


@pytest.mark.parametrize("shelf", ["pinned", "deleted", "note"])
def test_an_empty_shelf_says_what_belongs_there(
    engine: Engine, anna: Scope, shelf: str
) -> None:
    assert "ltm-empty" in shown(engine, PageState(scope=anna, shelf=shelf))


def test_a_store_that_fails_is_a_sentence_on_the_page(
    engine: Engine, stores: Stores
) -> None:
    stores.refusal = StoreError("The disk is full. Make room.")

    html = shown(engine, PageState(scope=ANNA))
    view = memory_actions.press(engine, PageState(scope=ANNA), click("pin", "x"))

    assert "The disk is full. Make room." in html
    assert view.said.failed
    assert engine.faults.last is not None


def test_a_memory_that_is_gone_is_told(engine: Engine, anna: Scope) -> None:
    view = memory_actions.press(engine, PageState(scope=anna), click("edit", "nothing"))

    assert "There is no memory" in view.said.words
    with pytest.raises(NotFound):
        engine.bank(anna).memories.get("nothing")


@pytest.mark.parametrize(
    "payload", ["", "{", "[1]", None, 7, '{"do": "explode", "id": "x"}', "{}"]
)
def test_a_click_that_makes_no_sense_changes_nothing(
    engine: Engine, anna: Scope, payload: object
) -> None:
    before = all_of(engine)

    view = memory_actions.press(engine, PageState(scope=anna), payload)

    assert not view.said.failed
    assert all_of(engine) == before


@pytest.mark.parametrize("page", ["-1", "x", "", "²"])
def test_a_page_number_that_is_none_is_the_first(
    engine: Engine, anna: Scope, page: str
) -> None:
    assert (
        memory_actions.press(
            engine, PageState(scope=anna), click("page", text=page)
        ).page
        == 0
    )


def test_a_click_without_a_character_does_nothing(engine: Engine) -> None:
    assert memory_actions.press(engine, PageState(), click("pin", "x")) == PageState()


def test_the_hosts_character_comes_first(engine: Engine, anna: Scope) -> None:
    tell(engine, "Dinner", "Hi", scope=Scope(user="Zoe", character="Bert"))
    tell(engine, "Nobody", "Hi", scope=Scope(user="default", character=""))

    labels = [label for label, _ in memory_actions.banks(engine, anna)]

    shared = "Notes for all characters"
    own = ["Anna", "Bert (user: Zoe)", "no character"]
    assert labels == [*own, shared, f"{shared} (user: Zoe)"]


def test_the_character_of_the_newest_chat_comes_first_and_the_sample_last(
    tmp_path: Path,
) -> None:
    """After a restart the sample stood before the characters that one has."""
    names = ["Zoe", "Bert", "Anna"]
    before = build_engine(Settings(), tmp_path, load=HashEmbedder)
    tell_sample(before)
    for name in names:
        tell(before, "One", "Hi", scope=Scope(user="default", character=name))
    before.close()
    for age, name in enumerate(names):
        folder = bank_folder(tmp_path, Scope(user="default", character=name))
        at = time.time() - 1000 - 1000 * age
        for file in folder.glob("memory.sqlite3*"):
            os.utime(file, (at, at))
    engine = build_engine(Settings(), tmp_path, load=HashEmbedder)

    labels = [label for label, _ in memory_actions.banks(engine, None)]

    shared = "Notes for all characters"
    assert labels == [*names, shared, "Juniper (user: demo)"]
    engine.close()


@pytest.mark.parametrize("key", [None, "", "{", "[1, 2]", '["one"]', '"ab"', "7"])
def test_a_key_that_names_no_bank_is_none(key: object) -> None:
    assert memory_actions.scope_of(key) is None


def test_a_key_is_read_as_it_was_written() -> None:
    odd = Scope(user='"]', character="\u202e Ünïcode\n")

    assert memory_actions.scope_of(memory_actions.scope_key(odd)) == odd
