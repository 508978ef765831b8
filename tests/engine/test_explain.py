"""Why something is recalled, and why the rest is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import RecallSettings, Settings
from long_term_memory.core.types import Explanation, Query, Reason
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder

from .builders import a_chat, a_request, window
from .conftest import MIKU

CAT = "> My cat is called Miso and she loves tuna."
LOVELY = "What a lovely name for a cat!"
ASKED = Query(text="What does my cat Miso love?")


def reasons(explanation: Explanation) -> dict[str, Reason | None]:
    """Return what became of each text."""
    return {one.memory.content: one.reason for one in explanation.candidates}


def why_not(chat: Chat, text: str, query: Query = ASKED) -> Reason | None:
    return reasons(chat.explain(query))[text.removeprefix("> ")]


def test_what_is_recalled_comes_first_with_its_signals(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY)
    two = a_chat(bank, "two", "> Hello there.")

    best = two.explain(ASKED).candidates[0]

    [found, *_] = two.recall(ASKED)
    assert best.memory == found.memory
    assert best.reason is None
    assert best.score == found.score
    assert sum(signal.part for signal in best.signals) == pytest.approx(best.score)
    assert sum(signal.share for signal in best.signals) == pytest.approx(1)
    by_name = {signal.name: signal for signal in best.signals}
    assert by_name["lexical"].value * 12 == pytest.approx(found.parts.of("lexical"))
    assert "near_words" not in by_name


def test_it_is_told_how_a_message_was_read(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT)
    query = Query(text="Do you remember what I ate on 3 May 2026?")

    told = chat.explain(query)

    assert told.about == "user"
    day = datetime(2026, 5, 3, tzinfo=UTC)
    assert [date[0] for date in told.dates] == [day]
    assert told.readings == ("what I ate on 3 May 2026?",)
    assert not told.lexical_only


def test_small_talk_is_kept_back_by_the_gate(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)

    told = chat.explain(Query(text="haha, good night"))

    assert told.silent
    assert set(reasons(told).values()) == {Reason.GATE}


def test_without_the_gate_nothing_is_silent(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT)

    assert not chat.explain(Query(text="haha", gated=False)).silent


def test_what_the_window_shows_is_named(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)
    query = replace(ASKED, visible=chat.newest_ids(1))

    assert why_not(chat, LOVELY, query) is Reason.IN_WINDOW
    assert why_not(chat, CAT, query) is None


def test_what_more_was_found_than_fetched_is_over_the_limit(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)

    assert why_not(chat, LOVELY, replace(ASKED, limit=1)) is Reason.LIMIT


def test_a_swiped_reply_and_another_branch_are_not_live(bank: Bank) -> None:
    one = a_chat(bank, "one", CAT, "Miso loves your cat food.")
    one.observe(window(CAT, LOVELY))

    assert why_not(one, "Miso loves your cat food.") is Reason.NOT_LIVE


def test_other_chats_are_named_when_they_are_off(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    two = a_chat(bank, "two", "> Hello there.")
    engine.configure(Settings(recall=RecallSettings(other_chats=False)))

    assert why_not(two, CAT) is Reason.OTHER_CHATS


def test_what_a_person_deleted_is_named(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)
    [memory] = bank.memories.search("tuna")
    bank.memories.delete(memory.id)

    assert why_not(chat, CAT) is Reason.DELETED


def test_a_correction_is_told_in_place_of_what_was_said(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY)
    two = a_chat(bank, "two", "> Hello there.")
    [memory] = bank.memories.search("tuna")
    bank.memories.update(memory.id, content="My cat Miso loves salmon.")
    bank.settle(20)

    told = two.explain(ASKED)

    ids = [one.memory.id for one in told.candidates]
    assert ids.count(memory.id) == 1
    assert reasons(told)["My cat Miso loves salmon."] is None


def test_a_note_is_kept_back_as_a_message_is(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT)
    bank.memories.add("Anon is allergic to peanuts.")
    bank.settle(20)

    told = reasons(chat.explain(Query(text="haha, good night")))

    assert told["Anon is allergic to peanuts."] is Reason.GATE
    assert told[CAT[2:]] is Reason.GATE


def test_beside_what_helps_the_rest_is_not_likely_enough(bank: Bank) -> None:
    others = [f"> The boat number {number} was painted red." for number in range(40)]
    chat = a_chat(bank, "one", CAT, *others)

    told = chat.explain(ASKED)

    unlikely = [one for one in told.candidates if one.reason is Reason.UNLIKELY]
    assert told.candidates[0].reason is None
    assert unlikely
    best = told.candidates[0].chance
    assert best is not None
    assert all(one.chance is not None and one.chance < best for one in unlikely)


def test_chances_are_those_of_recall_whatever_it_leaves_out(bank: Bank) -> None:
    questions = ["> What does Miso love" + "?" * n for n in range(1, 30)]
    chat = a_chat(bank, "one", CAT, LOVELY, *questions)

    told = chat.explain(ASKED).candidates

    chances = {one.memory.id: one.chance for one in told}
    judged = chat.look(replace(ASKED, by_rank=True)).found
    assert judged
    assert {one.memory.id: one.chance for one in judged}.items() <= chances.items()
    left_out = [one for one in told if one.reason is Reason.NO_MEMORY]
    assert left_out
    assert {one.chance for one in left_out} == {None}


def test_what_a_person_wrote_is_never_too_short(engine: Engine, bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, "> The sea was calm on Sunday.")
    [sea] = bank.memories.search("calm")
    bank.memories.update(sea.id, content="Calm.")
    bank.memories.add("Tea.")
    bank.settle(20)
    engine.configure(Settings(recall=RecallSettings(min_message_length=10)))

    told = reasons(chat.explain(ASKED))

    assert told["Calm."] is not Reason.TOO_SHORT
    assert told["Tea."] is not Reason.TOO_SHORT


def test_too_short_and_too_far_are_named(engine: Engine, bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, "Miso!", "> The sea was calm on Sunday.")
    strict = RecallSettings(min_message_length=10, max_cosine_distance=0.8)
    engine.configure(Settings(recall=strict))

    assert why_not(chat, "Miso!") is Reason.TOO_SHORT
    assert why_not(chat, "The sea was calm on Sunday.") is Reason.TOO_FAR
    assert why_not(chat, CAT) is None


def test_with_a_context_what_did_not_fit_or_was_said_is_told(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, "> My cat Miso also loves old brown boots.")
    a_chat(bank, "two", CAT)
    three = a_chat(bank, "three", "> Hello there.")
    context = three.compose(a_request(ASKED.text, recall_tokens=20))

    told = three.explain(ASKED, context).candidates

    assert told[0].reason is None
    reasons_told = [one.reason for one in told]
    assert Reason.DUPLICATE in reasons_told
    assert Reason.BUDGET in reasons_told


def no_model() -> Embedder:
    """Load a model where none is."""
    raise EmbeddingError("No model here.")


def test_without_an_embedder_only_words_are_compared(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path / "data", load=no_model)
    chat = engine.bank(MIKU).chat("one", host="test")
    chat.observe(window(CAT))

    told = chat.explain(Query(text="Miso and tuna?"))

    engine.close()
    assert told.lexical_only
    assert told.candidates[0].distance is None
