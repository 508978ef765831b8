"""Which memories the list shows: by words and meaning, by filters, page by page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor import memory_actions, memory_search
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.memory_search import Choice, filter_of, page_of
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput, StoreError
from tests.editor.conftest import ANNA, Stores, tell

YEARS = (2024, 2025, 2026)


@pytest.fixture
def years(engine: Engine) -> Scope:
    """A chat in which one message was said in each March of three years."""
    shown = tuple(
        WindowMessage(
            role="user",
            name="Sam",
            content=f"My sister called me in {year}.",
            said_at=datetime(year, 3, 14, 12, tzinfo=UTC),
            position=place,
        )
        for place, year in enumerate(YEARS)
    )
    chat = engine.bank(ANNA).chat("Years", host="test")
    chat.observe(Window(messages=shown, complete=True))
    return ANNA


def texts(engine: Engine, **chosen: str) -> list[str]:
    found = page_of(engine.bank(ANNA), Choice(**chosen))  # type: ignore[arg-type]
    return [one.content for one in found.memories]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2025", "", YEARS[1:]),
        ("", "2025-03-14", YEARS[:2]),
        ("2025-03", "2025-03", YEARS[1:2]),
        ("2024-12", "2025-12", YEARS[1:2]),
        (" 2026/3/14 ", "2026.3.14", YEARS[2:]),
        ("2026-03-15", "", ()),
    ],
)
def test_a_day_a_month_or_a_year_bounds_the_list(
    engine: Engine, years: Scope, since: str, until: str, found: tuple[int, ...]
) -> None:
    shown = texts(engine, since=since, until=until)
    searched = texts(engine, since=since, until=until, words="sister")

    said = {f"My sister called me in {year}." for year in found}
    assert set(shown) == said
    assert set(searched) == said


@pytest.mark.parametrize("typed", ["March", "2026-13", "2026-02-30", "0000", "9999"])
def test_what_is_no_day_is_told_and_is_no_fault_of_ours(
    engine: Engine, years: Scope, typed: str
) -> None:
    html = memory_actions.listing(engine, PageState(scope=years, until=typed), "ear")

    assert f"“{typed}” is no day" in html
    assert "sister" not in html
    assert engine.faults.last is None
    with pytest.raises(InvalidInput):
        filter_of(Choice(until=typed))


def test_filters_hold_together_and_with_a_search(engine: Engine) -> None:
    tell(engine, "Picnic", "My cat is Miso.", "A cat, how fine!")
    tell(engine, "Walk", "The cat ran off.", "Oh dear.")
    bank = engine.bank(ANNA)
    [walk] = [value for label, value in memory_search.chats(bank) if label == "Walk"]
    anna = json.dumps(["assistant", "Anna"])

    assert set(texts(engine, chat=walk)) == {"The cat ran off.", "Oh dear."}
    assert texts(engine, chat=walk, speaker=anna) == ["Oh dear."]
    assert texts(engine, chat=walk, words="cat") == ["The cat ran off."]
    assert texts(engine, speaker=anna, words="cat") == ["A cat, how fine!"]


def test_words_in_one_chat_are_found_behind_many_newer_ones(engine: Engine) -> None:
    """They were looked for among the newest of all chats alone."""
    tell(engine, "Old", "The cat sat on my mat.", "Did it?")
    tell(engine, "New", *(f"Cat number {number}, cat." for number in range(600)))
    bank = engine.bank(ANNA)
    [old] = [value for label, value in memory_search.chats(bank) if label == "Old"]

    assert texts(engine, words="cat", chat=old) == ["The cat sat on my mat."]


def test_what_was_corrected_has_a_shelf_of_its_own(engine: Engine, anna: Scope) -> None:
    bank = engine.bank(anna)
    [cat] = bank.memories.search("miso")
    bank.memories.update(cat.id, content="My cat is Mochi.")

    assert texts(engine, shelf="edited") == ["My cat is Mochi."]
    assert texts(engine, shelf="edited", words="mochi") == ["My cat is Mochi."]


def test_a_search_tells_why_each_was_found(engine: Engine, anna: Scope) -> None:
    engine.bank(anna).settle()

    found = page_of(engine.bank(anna), Choice(words="cat"))
    html = memory_actions.listing(engine, PageState(scope=anna, words="cat"), "ear")

    [why] = [found.fits[one.id] for one in found.memories if "Miso" in one.content]
    assert why.startswith("has the words, ")
    assert why.endswith("likely to answer this")
    assert why in html


def test_nothing_that_fits_all_filters_is_told(engine: Engine, years: Scope) -> None:
    html = memory_actions.listing(engine, PageState(scope=years, since="2030"), "ear")

    assert "Nothing fits all of these filters" in html


def test_another_character_has_other_chats_and_speakers(
    engine: Engine, years: Scope
) -> None:
    bert = Scope(user="default", character="Bert")
    view = PageState(scope=years, chat="one", speaker="two", words="kept")

    view = memory_actions.showing(view, bert)

    assert (view.chat, view.speaker, view.words) == ("", "", "kept")


def test_who_spoke_can_be_chosen_by_name(engine: Engine, years: Scope) -> None:
    tell(engine, "Picnic", "Hello", "Hello!")
    shown = (
        WindowMessage(role="user", name="", content="Nameless.", position=0),
        WindowMessage(role="system", name="", content="A storm.", position=1),
    )
    chat = engine.bank(ANNA).chat("Storm", host="test")
    chat.observe(Window(messages=shown, complete=True))

    labels = [label for label, _ in memory_search.speakers(engine.bank(ANNA))]

    assert labels == ["Anybody", "You", "You, as Sam", "You", "system", "Anna"]


def test_a_speaker_that_is_none_is_anybody(engine: Engine, anna: Scope) -> None:
    assert texts(engine, speaker="{") == texts(engine)


def test_without_a_bank_there_is_nothing_to_choose(
    engine: Engine, stores: Stores
) -> None:
    nothing = memory_actions.filters(engine, PageState())
    stores.refusal = StoreError("The disk is full.")

    assert nothing == ([("Any chat", "")], [("Anybody", "")])
    assert memory_actions.filters(engine, PageState(scope=ANNA)) == nothing
