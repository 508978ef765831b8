"""The header's switches: what holds is said, and what is set holds at once."""

from __future__ import annotations

import pytest

from long_term_memory.core.policy import EVERYONE, RecallsFrom, Remembering
from long_term_memory.core.types import Scope
from long_term_memory.editor import rules, steps
from long_term_memory.editor.clicks import Click
from long_term_memory.editor.rules import DEFAULT, NOTHING_TO_RULE
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from tests.editor.conftest import ANNA, Stores, tell


def chat_of(engine: Engine, title: str = "Picnic") -> str:
    return next(one.id for one in engine.bank(ANNA).chats() if one.title == title)


def test_what_holds_is_said_before_anybody_sets_anything(
    engine: Engine, anna: Scope
) -> None:
    shown = rules.rules(engine, anna, "")

    assert shown.title == (
        "Here: every chat is remembered, recalled from chats of the same storyline"
    )
    assert (shown.remembers, shown.recalls_from) == (DEFAULT, DEFAULT)
    assert [label for label, _ in shown.chats] == [
        "All chats of this character",
        "Picnic",
    ]
    assert shown.stories == []


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    engine: Engine, anna: Scope
) -> None:
    first, second = (rules.rules(engine, anna, "").seen for _ in range(2))
    rules.change_rules(engine, anna, "", "paused", "all", first)
    chat = chat_of(engine)
    seen = rules.rules(engine, anna, chat).seen
    rules.change_rules(engine, anna, chat, "incognito", DEFAULT, seen)

    said = rules.change_rules(engine, anna, "", "yes", "story", second)
    here = rules.change_rules(engine, anna, chat, "yes", "story", seen)

    assert said.failed
    assert here.failed
    assert "somebody else changed" in said.words
    assert rules.rules(engine, anna, "").remembers == "paused"
    assert rules.rules(engine, anna, chat).remembers == "incognito"


def test_of_many_storylines_the_title_says_which_new_chats_join(
    engine: Engine, anna: Scope
) -> None:
    rules.begin_story(engine, anna, "The <sea>")

    assert "new chats join “The <sea>”" in rules.rules(engine, anna, "").title


def test_a_pause_holds_at_once_and_the_title_says_so(
    engine: Engine, anna: Scope
) -> None:
    said = rules.change_rules(engine, anna, "", "paused", "all")
    tell(engine, "Picnic", "Hello Anna", "Hello!", "My cat is Miso.", "A.", "New!", "B")

    assert said.words.startswith("From now on: paused")
    assert "paused" in rules.rules(engine, anna, "").title
    assert "recalled from all chats" in rules.rules(engine, anna, "").title
    assert engine.bank(anna).memories.search("new") == []

    rules.change_rules(engine, anna, "", DEFAULT, DEFAULT)
    assert engine.bank(anna).policies.character().as_json() == {}


def test_a_chat_has_rules_of_its_own_and_keeps_what_is_set_elsewhere(
    engine: Engine, anna: Scope
) -> None:
    chat = chat_of(engine)

    rules.change_rules(engine, anna, chat, "incognito", "chat")

    shown = rules.rules(engine, anna, chat)
    assert shown.remembers == Remembering.INCOGNITO
    assert shown.recalls_from == RecallsFrom.CHAT
    assert "incognito" in shown.holds
    assert "every chat is remembered" in shown.title


def test_a_chat_moves_into_a_story_and_back_into_the_first(
    engine: Engine, anna: Scope
) -> None:
    chat = chat_of(engine)
    begun = rules.begin_story(engine, anna, " The voyage ")
    [first, voyage] = rules.rules(engine, anna, chat).stories

    moved = rules.move_chat(engine, anna, chat, voyage[1])

    assert begun.words == "Begun: The voyage (0 chats). New chats join it."
    assert "The voyage (1 chat)" in moved.words
    assert rules.rules(engine, anna, chat).story == voyage[1]
    rules.move_chat(engine, anna, chat, first[1])
    assert rules.rules(engine, anna, chat).story == first[1] == DEFAULT


def test_a_slip_is_told_and_changes_nothing(engine: Engine, anna: Scope) -> None:
    rules.begin_story(engine, anna, "The voyage")

    again = rules.begin_story(engine, anna, "the voyage")
    odd = rules.change_rules(engine, anna, "", "never", DEFAULT)
    gone = rules.change_rules(engine, anna, "nothing", "paused", DEFAULT)

    assert again.failed
    assert odd.failed
    assert gone.failed
    assert engine.faults.last is None
    assert engine.bank(anna).policies.character().as_json() == {}


def test_where_there_is_nothing_to_rule_nothing_is_shown(
    engine: Engine, stores: Stores, anna: Scope
) -> None:
    everyone = Scope(user="default", character=EVERYONE)

    assert rules.rules(engine, None, "") == NOTHING_TO_RULE
    assert rules.rules(engine, everyone, "") == NOTHING_TO_RULE
    assert rules.rules(engine, anna, "gone").chat == ""
    assert rules.change_rules(engine, None, "", "paused", DEFAULT).words == ""
    assert rules.begin_story(engine, None, "X").words == ""
    assert rules.move_chat(engine, anna, "", "X").words == ""
    stores.refusal = StoreError("The disk is full.")
    bert = Scope(user="default", character="Bert")
    assert rules.rules(engine, bert, "") == NOTHING_TO_RULE


@pytest.mark.parametrize("name", ["remembers", "recalls_from"])
def test_every_choice_says_what_it_does(name: str) -> None:
    for_all, for_one = rules.choices(name, ""), rules.choices(name, "chat")

    assert [value for _, value in for_all] == [value for _, value in for_one]
    assert len(for_all) == 4
    assert for_all[0][0] != for_one[0][0]


def test_what_was_set_is_undone_by_the_button_of_the_list(
    engine: Engine, anna: Scope
) -> None:
    rules.change_rules(engine, anna, "", "paused", DEFAULT)
    rules.begin_story(engine, anna, "The sea")
    bank = engine.bank(anna)

    assert "Undo beginning a storyline" in steps.buttons(bank)
    told = [steps.move(bank, Click(do=do)) for do in ("undo", "undo", "redo")]

    assert told[0] == "Undone: beginning a storyline."
    assert told[1] == "Undone: what was set with the switches."
    assert told[2] == "Done again: what was set with the switches."
    assert rules.rules(engine, anna, "").remembers == "paused"
    assert len(bank.storylines.all()) == 1
