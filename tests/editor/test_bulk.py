"""What is done to many memories on the page, undone, and told if it cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from long_term_memory.core.types import MemoryItem, Scope
from long_term_memory.editor import bulk, likeness, memory_actions, rewriting
from long_term_memory.editor.bulk import Picked, read_picked
from long_term_memory.editor.clicks import Click
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.memory_search import found_by
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.recalls import MOST_RECORDS
from long_term_memory.engine.replacing import Replacing
from long_term_memory.engine.revising import tag_of
from tests.editor.test_memory_actions import all_of, called, click, shown

from .conftest import tell

CAT = "My cat is Miso."


def many(do: str, *memories: MemoryItem, found: int = 0, typed: str = "") -> str:
    """Return what the page's script sends of memories that were chosen."""
    ids = {one.id: tag_of(one) for one in memories}
    told = json.dumps({"ids": ids, "found": found, "typed": typed})
    return click(f"many-{do}", text=told)


def test_many_are_changed_and_one_click_undoes_all(engine: Engine, anna: Scope) -> None:
    view = PageState(scope=anna)
    everything = all_of(engine)

    for do, flag in (("pin", "pinned"), ("hide", "hidden"), ("delete", "deleted")):
        view = memory_actions.press(engine, view, many(do, *all_of(engine)))
        memories = engine.bank(anna).memories
        assert "4 memories" in view.said.words
        assert all(getattr(one, flag) for one in memories.get_many(ids(everything)))
        undo = view.said.undo
        view = memory_actions.press(engine, view, click(undo.do, text=undo.text))
        assert all_of(engine) == everything
        assert "Undone" in view.said.words


def ids(memories: list[MemoryItem]) -> list[str]:
    return [one.id for one in memories]


def test_tags_are_given_taken_and_filtered_by(engine: Engine, anna: Scope) -> None:
    cat, *_ = chosen = [called(engine, CAT), called(engine, "Hello!")]
    press = partial(memory_actions.press, engine)

    view = press(PageState(scope=anna), many("tag", *chosen, typed="Pets, <b>x</b>"))
    html = shown(engine, view)
    assert "&lt;b&gt;x" in html
    view = press(view, click("tagged", text="pets"))
    assert "A fine name." not in shown(engine, view)
    assert CAT in shown(engine, view)
    assert view.is_narrow
    cat = called(engine, CAT)
    view = press(view, many("untag", cat, typed="PETS"))
    assert CAT not in shown(engine, view)
    assert press(view, click("tagged", text="pets")).tag == ""
    for typed, words in (("", "Type a tag"), (",".join(map(str, range(10_000))), "20")):
        said = press(view, many("tag", called(engine, CAT), typed=typed)).said
        assert said.failed
        assert words in said.words


def test_who_has_not_seen_a_change_changes_nothing(engine: Engine, anna: Scope) -> None:
    before = all_of(engine)
    engine.bank(anna).memories.pin(before[0].id)

    view = memory_actions.press(engine, PageState(scope=anna), many("delete", *before))

    assert view.said.failed
    assert "1 of these 4" in view.said.words
    assert len(all_of(engine)) == len(before)


def test_all_that_was_found_is_meant_as_long_as_it_is_the_same(
    engine: Engine, anna: Scope
) -> None:
    view = PageState(scope=anna, words="fine miso")
    view = replace(view, words="", shelf="turn")

    tell(engine, "Later", "I said this meanwhile.", "So you did.")
    refused = memory_actions.press(engine, view, many("pin", found=4))
    done = memory_actions.press(engine, view, many("pin", found=6))

    assert "6 memories found now, not 4" in refused.said.words
    assert refused.said.failed
    assert not done.said.failed
    assert all(one.pinned for one in found_by(engine.bank(anna), view, limit=10))
    found = replace(view, words="miso")
    assert ids(found_by(engine.bank(anna), found, limit=10)) == [called(engine, CAT).id]


def test_what_was_chosen_is_merged_in_its_order(engine: Engine, anna: Scope) -> None:
    chosen = [called(engine, "A fine name."), called(engine, CAT)]

    view = memory_actions.press(engine, PageState(scope=anna), many("merge", *chosen))

    assert "one note" in view.said.words
    [note] = engine.bank(anna).memories.notes()
    assert note.content == f"{CAT}\nA fine name."


def test_what_was_chosen_is_exported_as_a_table(engine: Engine, anna: Scope) -> None:
    cat = called(engine, CAT)

    view = memory_actions.press(engine, PageState(scope=anna), many("export", cat))

    [file] = (engine.data_dir / "exports").iterdir()
    assert str(file) in view.said.words
    assert view.said.undo == Click()
    text = file.read_text("utf-8-sig")
    assert CAT in text
    assert "Hello!" not in text
    assert "Picnic" in text


def test_summaries_are_left_out_of_what_is_not_done_to_them(
    engine: Engine, anna: Scope
) -> None:
    lines = (f"On day {at} I paid {at} coins to Bram." for at in range(60))
    tell(engine, "Walk", *lines)
    bank = engine.bank(anna)
    for chat in bank.chats():
        bank.summaries.make_now(chat.id)
    everything = [*bank.memories.list(limit=200)]
    said = sum(one.role is None for one in everything)
    assert said

    view = memory_actions.press(
        engine, PageState(scope=anna), many("tag", *everything, typed="x")
    )

    assert f"Tagged {len(everything) - said} memories" in view.said.words
    assert "left as" in view.said.words
    html = shown(engine, replace(view, shelf="summary"))
    assert "many-delete" in html
    assert "many-pin" not in html


@pytest.mark.parametrize("text", ["", "[]", "null", '{"ids": 3}', '{"ids": {}}'])
def test_a_choice_that_is_none_chooses_nothing(
    engine: Engine, anna: Scope, text: str
) -> None:
    assert read_picked(text) == Picked()
    view = memory_actions.press(
        engine, PageState(scope=anna), click("many-pin", text=text)
    )
    assert view.said.failed
    assert "at least one" in view.said.words


def test_more_than_can_be_changed_at_once_is_told(
    engine: Engine, anna: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)

    view = memory_actions.press(engine, PageState(scope=anna), many("pin", found=4))

    assert "At most 3" in view.said.words


def test_a_deleted_shelf_restores(engine: Engine, anna: Scope) -> None:
    everything = all_of(engine)
    view = memory_actions.press(
        engine, PageState(scope=anna), many("delete", *everything)
    )
    view = replace(view, shelf="deleted")
    assert "many-restore" in shown(engine, view)
    assert "many-pin" not in shown(engine, view)

    memory_actions.press(engine, view, many("restore", found=4))

    assert all_of(engine) == everything


def test_undo_and_redo_say_what_they_do_and_survive_the_page(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT)
    fresh = PageState(scope=anna)
    assert shown(engine, fresh).count("disabled") >= 2
    memory_actions.press(engine, fresh, click("pin", cat.id))

    assert "Undo pinning (1 memory)" in shown(engine, fresh)
    view = memory_actions.press(engine, fresh, click("undo"))
    assert not called(engine, CAT).pinned
    assert "Redo pinning (1 memory)" in shown(engine, view)
    view = memory_actions.press(engine, view, click("redo"))
    assert "Done again: pinning" in view.said.words
    assert called(engine, CAT).pinned
    nothing = memory_actions.press(engine, view, click("redo"))
    assert nothing.said.failed


def test_an_undo_that_another_one_came_before_is_refused(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT)
    view = memory_actions.press(engine, PageState(scope=anna), click("pin", cat.id))
    engine.bank(anna).memories.add("Somebody else's.")

    undo = view.said.undo
    view = memory_actions.press(engine, view, click(undo.do, text=undo.text))

    assert "Something else was done since" in view.said.words
    assert called(engine, CAT).pinned


def test_two_who_edit_one_memory_do_not_write_over_each_other(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT)
    mine = memory_actions.press(engine, PageState(scope=anna), click("edit", cat.id))
    assert f'data-ltm-seen="{mine.editing.seen}"' in shown(engine, mine)
    engine.bank(anna).memories.update(cat.id, content="My cat is Udon.")

    save = json.loads(click("save", cat.id, "My cat is Soba."))
    told = json.dumps({**save, "seen": mine.editing.seen})
    mine = memory_actions.press(engine, mine, told)

    assert mine.said.failed
    assert "My cat is Udon." in mine.said.words
    assert mine.editing.text == "My cat is Soba."
    assert called(engine, "My cat is Udon.")
    # Who has read what the other one wrote may put his in its place.
    told = json.dumps({**save, "seen": mine.editing.seen})
    memory_actions.press(engine, mine, told)
    assert called(engine, "My cat is Soba.")
    for do in ("delete", "split"):
        old = json.dumps({**save, "do": do, "seen": "old", "text": "a\n\nb"})
        assert memory_actions.press(engine, mine, old).said.failed
    assert called(engine, "My cat is Soba.")


def test_details_tell_where_a_memory_stands_and_when_it_was_recalled(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT)
    bank = engine.bank(anna)
    view = memory_actions.press(engine, PageState(scope=anna), click("details", cat.id))
    html = shown(engine, view)
    for words in ("Hello!", "A fine name.", "not yet", "Picnic", "Split"):
        assert words in html
    bank.memories.pin(cat.id)
    from tests.engine.builders import a_request

    tell(engine, "Other", "I am back.", "Welcome.")
    chat = bank.chat("Other", host="test")
    context = chat.compose(a_request("What is my cat called?"))
    if bank.recalls.newest(limit=MOST_RECORDS):
        view = memory_actions.press(engine, view, click("details", cat.id))
        assert "it stood in every prompt" in shown(engine, view)
    assert context is not None
    note = bank.memories.add("First. Second! Third?")
    view = memory_actions.press(engine, view, click("details", note.id))
    assert "First.\n\nSecond!\n\nThird?" in shown(engine, view)


def test_a_memory_is_split_tagged_and_hidden_by_itself(
    engine: Engine, anna: Scope
) -> None:
    cat = called(engine, CAT)
    press = partial(memory_actions.press, engine)

    view = press(PageState(scope=anna), click("tag", cat.id, "pets"))
    view = press(view, click("hide", cat.id))
    assert called(engine, CAT).hidden
    assert CAT in shown(engine, replace(view, shelf="hidden"))
    view = press(view, click("unhide", cat.id))
    assert not called(engine, CAT).hidden
    view = press(view, click("split", cat.id, "A cat.\n \nIt is called Miso."))

    assert "2 notes" in view.said.words
    made = engine.bank(anna).memories.notes()
    assert [(one.content, one.tags) for one in made] == [
        ("A cat.", ("pets",)),
        ("It is called Miso.", ("pets",)),
    ]


def test_a_replacement_is_shown_first_and_done_as_shown(
    engine: Engine, anna: Scope
) -> None:
    view = PageState(scope=anna)
    asked = Replacing(find="miso", put="Soba")

    html = str(rewriting.look(engine, view, asked))
    assert "1 memory would be changed" in html
    assert "<del>Miso</del><ins>Soba</ins>" in html
    seen = html.partition('data-ltm-text="')[2].partition('"')[0]
    stale = rewriting.replace(engine, view, asked, Click(do="replace", text="other"))
    said = rewriting.replace(engine, view, asked, Click(do="replace", text=seen))

    assert stale.failed
    assert "Replaced in 1 memory" in said.words
    assert called(engine, "My cat is Soba.").edited
    assert said.undo.do == "undo"
    assert "in no memory" in rewriting.look(engine, view, asked)
    wrong = Replacing(find="(", regex=True)
    assert "no regular expression" in rewriting.look(engine, view, wrong)
    for nobody in (
        rewriting.look(engine, PageState(), asked),
        rewriting.replace(engine, PageState(), asked, Click()).words,
    ):
        assert "Choose a character first" in nobody


def test_pairs_are_merged_or_kept(engine: Engine, anna: Scope) -> None:
    memories = engine.bank(anna).memories
    for text in ("She is allergic to nuts.", "She is allergic to all nuts."):
        memories.add(text)
    view = PageState(scope=anna)

    html = str(likeness.look(engine, view, ()))
    assert "alike" in html
    key = html.partition('data-ltm-do="merge-pair" data-ltm-id="')[2].partition('"')[0]
    assert "Nothing is alike" in likeness.look(engine, view, (key,))
    kept = likeness.act(engine, view, Click(do="keep-newer", memory_id=key))
    assert len(memories.notes()) == 1
    engine.bank(anna).edit_history.undo()
    click = Click(do="merge-pair", memory_id=key, text="She is allergic to nuts.")
    said = likeness.act(engine, view, click)

    assert "one note" in said.words
    assert kept.undo.do == "undo"
    assert [one.content for one in memories.notes()] == ["She is allergic to nuts."]
    assert "Choose a character" in likeness.look(engine, PageState(), ())
    assert likeness.act(engine, PageState(), click).failed
