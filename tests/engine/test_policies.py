"""Pauses, incognito chats, budgets and storylines, one by one; all at once: worlds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.policy import Policy, RecallsFrom, Remembering
from long_term_memory.core.records import FACTS_SET_WHERE
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.records import ChatName, never
from long_term_memory.engine.retrieval.retriever import Retriever
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.errors import Conflict, InvalidInput, NotFound, StoreError
from long_term_memory.exporters import jsonl
from long_term_memory.importers import own_jsonl
from long_term_memory.importers.ingest import BatchName, bring_records

from .builders import a_chat, a_request, recalled, texts, window
from .conftest import MIKU

CAT = "> My cat is called Miso and she loves tuna more than anything."
DOG = "> My dog is called Bruno and he is afraid of thunder at night."
SECRET = "> My brother Karl hides the silver key below the old oak tree."
LOVELY = "What a lovely name that is, I shall remember it!"
PAUSED = Policy(remembers=Remembering.PAUSED)
INCOGNITO = Policy(remembers=Remembering.INCOGNITO)
ALL = Policy(recalls_from=RecallsFrom.ALL)
WHO = "Who is called Miso, who is afraid, where is the key?"


def id_of(bank: Bank, name: str) -> str:
    """Return our id of a chat by its title."""
    return next(chat.id for chat in bank.chats() if chat.title == name)


def viewer_of(bank: Bank, name: str) -> Viewer:
    """Return how a chat sees the bank."""
    return Viewer(bank.state.chats.row_called("test", name))


def head_of(bank: Bank, name: str, text: str = "Hi!") -> str:
    """Return the head block of a chat's prompt."""
    request = a_request(text, summary_tokens=400, head_tokens=200)
    return bank.chat(name, host="test").compose(request).head.text


# -- pauses ----------------------------------------------------------------------------


def test_a_paused_chat_recalls_and_stores_nothing_new(bank: Bank) -> None:
    a_chat(bank, "other", CAT, LOVELY)
    chat = a_chat(bank, "one", DOG, LOVELY)
    chat.set_policy(PAUSED)

    chat.observe(window(DOG, LOVELY, SECRET))

    assert texts(chat) == [DOG[2:], LOVELY]
    assert CAT[2:] in recalled(chat, WHO)


def test_what_was_said_in_a_pause_stays_out_when_it_ends(
    open_engine: Callable[[], Engine],
) -> None:
    bank = open_engine().bank(MIKU)
    chat = a_chat(bank, "one", DOG, LOVELY)
    chat.set_policy(PAUSED)
    chat.observe(window(DOG, LOVELY, SECRET))
    chat.observe(window(DOG, LOVELY, SECRET, "A silver key, below the old oak tree?"))
    chat.set_policy(Policy())

    again = open_engine().bank(MIKU).chat("one", host="test")
    again.observe(
        window(DOG, LOVELY, SECRET, "A silver key, below the old oak tree?", CAT)
    )

    assert texts(again) == [DOG[2:], LOVELY, CAT[2:]]
    # Nor by a branch, or under another name.
    branch = bank.chat("two", host="test", forked_from="one")
    branch.observe(window(DOG, LOVELY, SECRET, "> Let us talk about my garden, dear."))
    assert SECRET[2:] not in texts(branch)
    other = bank.chat("three", host="test")
    other.observe(window(SECRET, "> Let us talk about my garden, dear."))
    assert SECRET[2:] not in texts(other)


def test_a_branch_in_a_pause_takes_nothing_from_the_chat_it_comes_from(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY, DOG)
    branch = bank.chat("two", host="test", forked_from="one")
    branch.set_policy(PAUSED)
    branch.observe(window(CAT, LOVELY, DOG, SECRET))

    chat.observe(window(CAT, LOVELY, DOG, "Poor Bruno!"))

    assert texts(chat) == [CAT[2:], LOVELY, DOG[2:], "Poor Bruno!"]


def test_a_greeting_in_a_pause_is_remembered_elsewhere(bank: Bank) -> None:
    greeting = "Welcome to my little shop of curiosities, traveller!"
    paused = bank.chat("one", host="test")
    paused.set_policy(PAUSED)
    paused.observe(window(greeting, SECRET))

    other = a_chat(bank, "two", greeting, CAT)

    assert texts(other) == [greeting, CAT[2:]]


def test_a_file_brought_by_hand_is_kept_in_a_pause(bank: Bank) -> None:
    bank.policies.set_character(PAUSED)
    chat = bank.chat("one", host="test")

    name = ChatName(host="test", name="one", gone=never)
    bank.undo_log.observe("batch", "import", name, window(CAT))

    assert texts(chat) == [CAT[2:]]


# -- incognito -------------------------------------------------------------------------


def test_nothing_gets_out_of_an_incognito_chat_or_into_it(bank: Bank) -> None:
    other = a_chat(bank, "other", CAT, LOVELY, CAT + " Truly.", LOVELY)
    bank.memories.add("Anon is allergic to walnuts and to figs.", pinned=True)
    chat = a_chat(bank, "one", DOG, LOVELY)
    chat.set_policy(INCOGNITO)

    chat.observe(window(DOG, LOVELY, SECRET))
    new = a_chat(bank, "new", "> Hello there, my friend.")

    assert set(recalled(chat, WHO)) <= {DOG[2:], LOVELY}
    assert head_of(bank, "one") == ""
    assert DOG[2:] not in recalled(other, WHO) + recalled(new, WHO)
    assert "Bruno" not in head_of(bank, "new")
    assert "walnuts" in head_of(bank, "new")
    # For the asking it recalls, and stores nothing all the same.
    chat.set_policy(replace(INCOGNITO, recalls_from=RecallsFrom.ALL))
    assert CAT[2:] in recalled(chat, WHO)
    assert "walnuts" in head_of(bank, "one")


def test_nothing_gets_out_with_a_branch_of_an_incognito_chat(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)
    chat.set_policy(INCOGNITO)
    new = a_chat(bank, "new", "> Hello there, my friend.")

    branch = bank.chat("two", host="test", forked_from="one")
    branch.observe(window(CAT, LOVELY, SECRET))

    assert branch.policy == INCOGNITO
    assert texts(branch) == []
    # Whoever sets something else for the branch means it.
    branch.set_policy(Policy(remembers=Remembering.YES))
    branch.observe(window(CAT, LOVELY, DOG))
    assert texts(branch) == [CAT[2:], LOVELY, DOG[2:]]
    assert SECRET[2:] not in recalled(new, WHO)


def test_a_turn_that_fails_beside_another_shows_it_nothing_of_an_incognito_chat(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_chat(bank, "one", SECRET)
    a_chat(bank, "two", CAT)
    bank.policies.set_chat(id_of(bank, "one"), INCOGNITO)
    retriever = Retriever(bank.state, bank.indexer, lambda: None)
    name = ChatName(host="test", name="two", gone=never)
    query = Query(text=WHO, gated=False)

    viewer, read = retriever.viewer(name, query), retriever.read(query)
    with monkeypatch.context() as full:
        full.setattr(bank.state.store.chats, "add", _fails)
        with pytest.raises(StoreError):
            bank.chat("three", host="test").observe(window(DOG))
    found = retriever.find(viewer, query, read)

    assert [item.memory.content for item in found.found] == [CAT[2:]]


def _fails(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def test_of_an_incognito_chat_no_file_holds_a_word(
    engine: Engine, tmp_path: Path
) -> None:
    bank = engine.bank(MIKU)
    chat = bank.chat("Secret meeting", host="test")
    chat.set_policy(INCOGNITO)

    chat.observe(window(SECRET, LOVELY))
    chat.compose(a_request(SECRET[2:]))
    engine.close()

    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert files
    assert b"silver" not in held
    assert b"Secret meeting" not in held


# -- by hand ---------------------------------------------------------------------------


def test_a_pin_and_a_correction_do_not_cross_storylines(bank: Bank) -> None:
    one = a_chat(bank, "one", CAT, LOVELY, DOG)
    cat, _, dog = (place.message.id for place in one.path())
    bank.memories.pin(cat)
    bank.memories.update(dog, content="Bruno the dog is afraid of fireworks at night.")
    bank.storylines.begin("The voyage")
    two = a_chat(bank, "two", "> Hello there, my friend.")

    assert "Miso" in head_of(bank, "one")
    assert "Miso" not in head_of(bank, "two")
    assert not any("fireworks" in text for text in recalled(two, WHO))
    assert any(
        "fireworks" in text for text in recalled(two, WHO, recalls_from=RecallsFrom.ALL)
    )


def test_a_fact_that_was_corrected_does_not_cross_storylines(bank: Bank) -> None:
    a_chat(bank, "one", "> My sister is called Ana.", LOVELY, "> I live in Oslo.")
    facts = bank.knowledge.facts
    [ana] = facts.all(Viewer(), category=Category.FAMILY)
    facts.edit(ana.id, "Ana is Anon's twin sister.", Viewer())
    assert "twin sister" in head_of(bank, "one")
    bank.storylines.begin("The voyage")
    a_chat(bank, "two", "> Hello there, my friend.")

    assert "twin sister" not in head_of(bank, "two")
    assert "twin sister" in head_of(bank, "one")
    bank.storylines.move(id_of(bank, "two"), bank.storylines.of(id_of(bank, "one")).id)
    assert "twin sister" in head_of(bank, "two")


def test_a_correction_holds_where_it_was_made_though_both_tell_the_same(
    bank: Bank,
) -> None:
    """Two storylines tell where Anon lives; a correction in one was told in both."""
    a_chat(bank, "one", "> I live in Oslo.", LOVELY, "> My sister is called Ana.")
    bank.storylines.begin("The voyage")
    a_chat(bank, "two", "> I live in Rome.", LOVELY, "> My sister is called Ana.")
    facts = bank.knowledge.facts
    one, two = (viewer_of(bank, name) for name in ("one", "two"))
    [oslo] = facts.all(one, category=Category.PLACE)
    [ana] = facts.all(one, category=Category.FAMILY)
    facts.edit(oslo.id, "Anon lives by the fjord.", one)
    facts.delete(ana.id, one)

    assert [fact.text for fact in facts.all(one)] == ["Anon lives by the fjord."]
    assert "fjord" not in head_of(bank, "two")
    assert {fact.text for fact in facts.all(two)} == {
        "Anon lives in Rome.",
        "Ana is Anon's sister.",
    }
    facts.restore(ana.id, two)
    facts.lock(oslo.id, two, locked=False)
    assert [fact.text for fact in facts.all(one)] == ["Anon lives by the fjord."]


def test_each_storyline_keeps_its_own_text_of_the_same_fact(bank: Bank) -> None:
    """What was written in a second one took the place of what the first one had."""
    a_chat(bank, "one", "> I live in Oslo.", LOVELY, "> My sister is called Ana.")
    bank.storylines.begin("The voyage")
    a_chat(bank, "two", "> I live in Oslo.", LOVELY, "> My sister is called Ana.")
    facts = bank.knowledge.facts
    one, two = (viewer_of(bank, name) for name in ("one", "two"))
    [oslo] = facts.all(one, category=Category.PLACE)
    [ana] = facts.all(one, category=Category.FAMILY)
    facts.edit(oslo.id, "Anon lives by the fjord.", one)
    facts.delete(ana.id, one)
    facts.edit(oslo.id, "Anon lives on a ship.", two)
    facts.delete(ana.id, two)

    assert [fact.text for fact in facts.all(one)] == ["Anon lives by the fjord."]
    assert [fact.text for fact in facts.all(two)] == ["Anon lives on a ship."]
    assert "ship" not in head_of(bank, "one")
    facts.edit(oslo.id, "Anon lives on the Kraken.", two)
    assert [fact.text for fact in facts.all(two)] == ["Anon lives on the Kraken."]
    assert len([*bank.state.annotations.all()]) == 4

    # Where nobody knows what told them, as after an import, each still has its own.
    bank.state.store.metadata.put(FACTS_SET_WHERE, "{}")
    assert "fjord" in head_of(bank, "one")
    assert "Kraken" in head_of(bank, "two")

    facts.restore(ana.id, two)
    facts.lock(oslo.id, two, locked=False)
    assert "Anon lives in Oslo." in [fact.text for fact in facts.all(two)]


def test_chats_for_themselves_keep_their_own_texts_in_one_storyline(bank: Bank) -> None:
    alone = Policy(recalls_from=RecallsFrom.CHAT)
    names = ("one", "two", "three")
    facts = bank.knowledge.facts
    for name in names:
        a_chat(bank, name, "> I live in Oslo.", LOVELY)
        bank.policies.set_chat(id_of(bank, name), alone)
        viewer = viewer_of(bank, name)
        [oslo] = facts.all(viewer)
        facts.edit(oslo.id, f"Anon lives in house {name}.", viewer)

    told = [facts.all(viewer_of(bank, name)) for name in names]
    assert [[fact.text for fact in one] for one in told] == [
        [f"Anon lives in house {name}."] for name in names
    ]


def test_what_is_to_be_forgotten_is_so_in_its_own_storyline(bank: Bank) -> None:
    tom = "> Tom crashed my car into the harbour wall"
    a_chat(bank, "one", tom, LOVELY, "> I like tea")
    bank.storylines.begin("The voyage")
    forget = "> please forget what I said about Tom"
    a_chat(bank, "two", "> Tom stole my boat in the storm", LOVELY, forget)
    bank.knowledge.follow()

    gone = {memory.content for memory in bank.memories.list(deleted=True)}
    assert "Tom stole my boat in the storm" in gone
    assert tom[2:] not in gone


def test_explaining_says_that_it_stands_in_another_chat(bank: Bank) -> None:
    one = a_chat(bank, "one", CAT, LOVELY, DOG)
    bank.memories.update(one.path()[2].message.id, content="Bruno fears fireworks.")
    bank.storylines.begin("The voyage")
    two = a_chat(bank, "two", "> Hello there, my friend.")

    told = two.explain(Query(text="Does Miso love tuna, and Bruno fireworks?"))

    reasons = {one.memory.content: one.reason for one in told.candidates}
    assert reasons[CAT[2:]] == "other chats off"
    assert reasons["Bruno fears fireworks."] == "other chats off"


# -- budgets and positions -------------------------------------------------------------


def test_a_budget_holds_for_all_blocks_together(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, DOG, LOVELY + " Again.")
    for number in range(5):
        bank.memories.add(f"Anon's cousin number {number} is a baker.", pinned=True)
    chat = a_chat(bank, "two", "> Hello there, my friend.")
    request = replace(
        a_request(WHO, recall_tokens=300, head_tokens=200), query=Query(text=WHO)
    )

    free = chat.compose(request)
    chat.set_policy(Policy(budget=40, position="BEFORE_NORMAL_CONTEXT"))
    bound = chat.compose(request)

    assert free.head.tokens + free.recall.tokens > 40
    assert 0 < bound.head.tokens + bound.recall.tokens <= 40
    assert bound.position == "BEFORE_NORMAL_CONTEXT"
    assert free.position == "AFTER_LAST_MESSAGE"


# -- storylines ------------------------------------------------------------------------


def test_a_new_chat_joins_the_newest_storyline_and_a_branch_its_parent_s(
    bank: Bank,
) -> None:
    a_chat(bank, "one", CAT, LOVELY, DOG)
    voyage = bank.storylines.begin("The voyage")
    new = a_chat(bank, "new", SECRET)
    branch = bank.chat("branch", host="test", forked_from="one")
    branch.observe(window(CAT, LOVELY, "> And my aunt Ilse has a parrot that sings."))

    first, newest = bank.storylines.all()

    assert (first.id, first.begun_at, first.newest) == ("", None, False)
    assert set(first.chats) == {id_of(bank, "one"), id_of(bank, "branch")}
    assert newest.chats == (id_of(bank, "new"),)
    assert newest.newest
    assert bank.storylines.of(id_of(bank, "new")).id == voyage.id
    assert CAT[2:] not in recalled(new, WHO)
    assert "Miso" not in head_of(bank, "new")
    assert CAT[2:] in recalled(new, WHO, recalls_from=RecallsFrom.ALL)


def test_a_chat_moves_with_its_branches(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, DOG)
    branch = bank.chat("branch", host="test", forked_from="one")
    branch.observe(window(CAT, LOVELY, "> And my aunt Ilse has a parrot that sings."))
    voyage = bank.storylines.begin("The voyage")

    moved = bank.storylines.move(id_of(bank, "branch"), voyage.id)

    assert set(moved.chats) == {id_of(bank, "one"), id_of(bank, "branch")}
    assert bank.storylines.get("").chats == ()


def test_a_host_names_the_storyline_of_a_chat(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    for name, story in (("two", "The Voyage"), ("three", "the  voyage"), ("four", "x")):
        bank.chat(name, host="test", story=story).observe(window(f"{DOG} {name}"))

    told = {one.name: len(one.chats) for one in bank.storylines.all()}

    assert told == {"": 1, "The Voyage": 2, "x": 1}
    bank.chat("two", host="test", story="x").observe(window(f"{DOG} two", LOVELY))
    assert len(bank.storylines.get("x").chats) == 2


def test_a_host_names_an_older_storyline_in_a_chat_s_first_window(bank: Bank) -> None:
    a_chat(bank, "one", CAT, story="Voyage")
    a_chat(bank, "two", DOG, story="Winter")

    chat = a_chat(bank, "three", "> Good evening, here I am once more.", story="Voyage")

    three = id_of(bank, "three")
    assert three in bank.storylines.get("Voyage").chats
    assert CAT[2:] in recalled(chat, WHO)
    assert DOG[2:] not in recalled(chat, WHO)
    assert "Bruno" not in head_of(bank, "three")
    # It keeps its storyline under another name, also if nobody says it again.
    bank.rename_chat(three, host="test", name="four")
    assert three in bank.storylines.get("Voyage").chats


def test_a_branch_begins_no_storyline_by_its_host_s_word(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, story="Voyage")

    branch = bank.chat("two", host="test", forked_from="one", story="Winter")
    branch.observe(window(CAT, LOVELY, DOG))

    assert [one.name for one in bank.storylines.all() if one.chats] == ["Voyage"]
    assert [one.name for one in bank.storylines.all()] == ["", "Voyage"]


def test_a_chat_that_is_not_stored_stands_where_its_host_says(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, story="Voyage")
    a_chat(bank, "two", DOG, LOVELY, story="Winter")
    bank.policies.set_character(PAUSED)

    named = bank.chat("three", host="test", story="Voyage")
    branch = bank.chat("four", host="test", forked_from="one")

    assert DOG[2:] not in recalled(named, WHO) + recalled(branch, WHO)
    assert CAT[2:] in recalled(named, WHO)
    assert CAT[2:] in recalled(branch, WHO)


def test_who_asks_for_one_chat_alone_is_told_of_no_other(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, DOG, LOVELY)
    a_chat(bank, "two", "> Good evening, here I am once more.")
    request = a_request("Where were we?", summary_tokens=400, head_tokens=200)
    alone = replace(request.query, recalls_from=RecallsFrom.CHAT)
    chat = bank.chat("two", host="test")
    told = chat.compose(request)
    assert "Miso" in told.head.text
    assert "Bruno" in told.recall.text

    told = chat.compose(replace(request, query=alone))

    assert (told.head.text, told.recall.text) == ("", "")


def test_what_is_set_before_a_chat_s_first_message_holds_for_it(
    open_engine: Callable[[], Engine],
) -> None:
    bank = open_engine().bank(MIKU)
    a_chat(bank, "one", CAT)
    bank.chat("two", host="test").set_policy(ALL)

    again = open_engine().bank(MIKU)
    assert again.chat("two", host="test").policy == ALL
    a_chat(again, "two", DOG)

    assert again.policies.chat(id_of(again, "two")) == ALL


@pytest.mark.parametrize("told", [True, False])
def test_a_branch_of_a_chat_keeps_to_what_is_set_for_that(
    bank: Bank, told: bool
) -> None:
    """Whether its host tells of the branch, or it is known by what it shows alone."""
    shown = (CAT, LOVELY, DOG, "What a loud dog that must be, my dear friend!")
    a_chat(bank, "one", *shown)
    bank.policies.set_chat(id_of(bank, "one"), INCOGNITO)
    parent = "one" if told else None

    branch = bank.chat("branch", host="test", forked_from=parent)
    branch.observe(window(*shown, SECRET))

    assert branch.policy == INCOGNITO
    assert branch.path() == []
    assert SECRET[2:] not in str(bank.memories.search(""))


def test_a_chat_that_was_renamed_unseen_keeps_to_what_is_set_for_it(bank: Bank) -> None:
    shown = (CAT, LOVELY, DOG, "What a loud dog that must be, my dear friend!")
    a_chat(bank, "one", *shown)
    bank.policies.set_chat(id_of(bank, "one"), Policy(remembers=Remembering.PAUSED))

    renamed = bank.chat("uno", host="test", gone=lambda name: name == "one")
    renamed.observe(window(*shown, SECRET))

    assert SECRET[2:] not in str(bank.memories.search(""))


def test_a_paused_turn_asks_the_store_once_about_all_chats(bank: Bank) -> None:
    for number in range(20):
        a_chat(bank, f"chat {number}", f"> My cat number {number} is called Miso.")
    bank.policies.set_character(Policy(remembers=Remembering.PAUSED))
    asked: list[int | None] = []
    former = bank.state.store.chats.former

    def counted(chat: int | None, digests: Sequence[bytes]) -> dict[bytes, int]:
        asked.append(chat)
        return former(chat, digests)

    bank.state.store.chats.former = counted  # type: ignore[method-assign]
    a_chat(bank, "new", SECRET)

    assert asked == [None]


def test_what_storylines_refuse(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    stories = bank.storylines
    voyage = stories.begin("The voyage")

    with pytest.raises(Conflict):
        stories.begin("the VOYAGE")
    with pytest.raises(InvalidInput):
        stories.begin("x" * 201)
    with pytest.raises(InvalidInput):
        stories.rename(voyage.id, "  ")
    with pytest.raises(NotFound):
        stories.get("nothing")
    with pytest.raises(NotFound):
        stories.move("no chat", voyage.id)
    with pytest.raises(NotFound):
        stories.move(id_of(bank, "one"), "no story")
    with pytest.raises(Conflict):
        stories.drop("")
    stories.move(id_of(bank, "one"), voyage.id)
    with pytest.raises(Conflict):
        stories.drop(voyage.id)
    with pytest.raises(InvalidInput):
        bank.chat("two", host="test", story="x" * 201).observe(window(CAT))
    with pytest.raises(InvalidInput):
        bank.chat("", host="test").set_policy(ALL)
    with pytest.raises(NotFound):
        bank.policies.chat("no chat")
    assert stories.rename(voyage.id, "The VOYAGE").name == "The VOYAGE"
    assert stories.begin().name == "Story 3"


def test_a_storyline_without_chats_can_go(bank: Bank) -> None:
    voyage = bank.storylines.begin("The voyage")

    bank.storylines.drop(voyage.id)

    a_chat(bank, "one", CAT)
    [only] = bank.storylines.all()
    assert (only.id, len(only.chats), only.newest) == ("", 1, True)


# -- it lasts --------------------------------------------------------------------------


def test_another_process_sees_what_was_set(open_engine: Callable[[], Engine]) -> None:
    here, there = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(here, "one", CAT)

    here.policies.set_character(ALL)
    here.storylines.begin("The voyage")
    there.policies.set_chat(id_of(there, "one"), PAUSED)

    assert there.policies.character() == ALL
    assert [one.name for one in there.storylines.all()] == ["", "The voyage"]
    assert here.chat("one", host="test").policy == PAUSED
    assert here.policies.in_force().recalls_from is RecallsFrom.ALL


def test_a_rebuild_changes_nothing_that_was_set(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    bank.storylines.begin("The voyage")
    bank.policies.set_chat(id_of(bank, "one"), PAUSED)
    before = bank.storylines.all(), bank.policies.chat(id_of(bank, "one"))

    bank.rebuild().run()

    assert (bank.storylines.all(), bank.policies.chat(id_of(bank, "one"))) == before


def test_an_export_carries_what_was_set(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    bank.storylines.begin("The voyage")
    two = a_chat(bank, "two", DOG, LOVELY)
    bank.policies.set_character(ALL)
    two.set_policy(PAUSED)
    two.observe(window(DOG, LOVELY, SECRET))
    lines = [line.encode() for line in jsonl.lines(bank)]
    own_jsonl.check(lines)

    there = engine.bank(replace(MIKU, character="Rin"))
    bring_records(there, own_jsonl.records(lines), BatchName(id="1", title="an export"))
    bring_records(there, own_jsonl.records(lines), BatchName(id="2", title="again"))

    assert there.storylines.all() == bank.storylines.all()
    assert there.policies.character() == ALL
    assert there.policies.chat(id_of(there, "two")) == PAUSED
    there.policies.set_chat(id_of(there, "two"), Policy())
    chat = there.chat("two", host="test")
    chat.observe(window(DOG, LOVELY, SECRET))
    assert texts(chat) == [DOG[2:], LOVELY]


def test_a_bank_s_own_storylines_stay_when_others_come(
    engine: Engine, bank: Bank
) -> None:
    a_chat(bank, "one", CAT)
    bank.storylines.begin("The voyage")
    a_chat(bank, "two", DOG)
    lines = [line.encode() for line in jsonl.lines(bank)]
    there = engine.bank(replace(MIKU, character="Rin"))
    a_chat(there, "three", SECRET)
    there.storylines.begin("the Voyage")
    there.storylines.begin("Home")

    bring_records(there, own_jsonl.records(lines), BatchName(id="1", title="an export"))

    told = {one.name: (len(one.chats), one.newest) for one in there.storylines.all()}
    assert told == {"": (2, False), "the Voyage": (1, False), "Home": (0, True)}


def test_an_export_of_who_set_nothing_tells_of_nothing(bank: Bank) -> None:
    a_chat(bank, "one", CAT)

    assert "policy" not in "".join(jsonl.lines(bank))


def test_a_damaged_policy_in_an_export_is_refused() -> None:
    head = (
        b'{"format": "long-term-memory", "version": 1, "user": "a", '
        b'"character": "b", "policy": {"character": {"budget": "x"}}}'
    )

    with pytest.raises(InvalidInput):
        own_jsonl.check([head])


def test_with_a_chat_goes_what_was_set_for_it(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY)
    bank.storylines.begin("The voyage")
    bank.chat("two", host="test").set_policy(ALL)
    a_chat(bank, "two", DOG)
    one, two = id_of(bank, "one"), id_of(bank, "two")
    bank.policies.set_chat(one, PAUSED)

    Forgetting(bank.state).forget(ForgetTarget(chats=(two,)))

    kept = bank.state.store.metadata.with_prefix("chat-policy/")
    assert kept.keys() == {f"chat-policy/{one}"}
    with pytest.raises(NotFound):
        bank.policies.chat(two)


def test_branches_of_a_forgotten_chat_stay_in_their_storyline(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, DOG)
    branch = bank.chat("two", host="test", forked_from="one")
    branch.observe(window(CAT, LOVELY, SECRET))
    voyage = bank.storylines.begin("The voyage")
    bank.storylines.move(id_of(bank, "two"), voyage.id)
    bank.policies.set_chat(id_of(bank, "one"), PAUSED)

    Forgetting(bank.state).forget(ForgetTarget(chats=(id_of(bank, "one"),)))

    assert bank.storylines.of(id_of(bank, "two")).name == "The voyage"


def test_when_everything_is_forgotten_so_are_policies_and_storylines(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", CAT)
    chat.set_policy(PAUSED)
    chat.observe(window(CAT, SECRET))
    bank.policies.set_character(ALL)
    bank.storylines.begin("The voyage")

    Forgetting(bank.state).forget(ForgetTarget(everything=True))

    assert bank.policies.character() == Policy()
    assert [one.name for one in bank.storylines.all()] == [""]
    assert not bank.state.store.metadata.with_prefix("chat-policy/")
    # What was said in a pause stays out.
    chat.observe(window(SECRET))
    assert texts(chat) == []
