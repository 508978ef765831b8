"""What a message brings to mind, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import RecallSettings, Settings
from long_term_memory.core.retrieval.note_ranking import LEAST_DEVIATION
from long_term_memory.core.types import MemoryKind, Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, a_request, recalled, window
from .conftest import MIKU, Clock

CAT = "> My cat is called Miso and she loves tuna."
LOVELY = "What a lovely name for a cat!"


def test_what_was_told_in_one_chat_is_recalled_in_the_next(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY)

    two = a_chat(bank, "two", "> What does my cat love?")

    found = recalled(two, "What does my cat love?", visible=two.newest_ids(1))
    assert found[0] == CAT[2:]


def test_a_chat_that_is_not_stored_recalls_too(bank: Bank) -> None:
    """The first message of a new chat is asked before the chat is known."""
    a_chat(bank, "one", CAT)

    assert CAT[2:] in recalled(bank.chat("new", host="test"), "my cat Miso")


def test_what_the_window_shows_is_not_recalled(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY, "> What does my cat love?")

    found = recalled(chat, "What does my cat love?", visible=chat.newest_ids(2))

    assert CAT[2:] in found
    assert LOVELY not in found


def test_a_swiped_away_reply_is_in_no_one_s_memory(bank: Bank) -> None:
    one = a_chat(bank, "one", CAT, "I ate your cat.")
    one.observe(window(CAT, LOVELY))
    bank.settle(20)

    two = a_chat(bank, "two", "> Did you eat my cat?")

    assert not any("ate" in text for text in recalled(two, "Did you eat my cat?"))


def test_other_chats_can_be_left_out(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    two = a_chat(bank, "two", "> Hello there, my friend.")
    engine.configure(Settings(recall=RecallSettings(other_chats=False)))

    assert recalled(two, "my cat Miso") == ["Hello there, my friend."]


def test_nothing_crosses_users_or_characters(engine: Engine, bank: Bank) -> None:
    a_chat(bank, "one", CAT)

    for scope in (
        Scope(user="anon", character="Rin"),
        Scope(user="b", character="Miku"),
    ):
        other = a_chat(engine.bank(scope), "one", "> I feed my cat at six.")
        assert recalled(other, "my cat Miso") == ["I feed my cat at six."]


PROMISE = "I promise to bring Miso a tin of tuna on Sunday."
ASKED = "What did you promise to bring Miso?"


def test_a_promise_is_known_as_soon_as_another_chat_begins(
    bank: Bank, clock: Clock
) -> None:
    """A new chat right after the last reply lost it for five minutes."""
    one = bank.chat("one", host="test")
    one.observe(window(CAT, PROMISE, open_ended=True))
    bank.settle(20)

    assert PROMISE in recalled(bank.chat("new", host="test"), ASKED)
    clock.advance(seconds=1)
    assert PROMISE in recalled(a_chat(bank, "two", f"> {ASKED}"), ASKED)


def test_a_promise_is_known_in_an_older_chat_that_goes_on(
    bank: Bank, clock: Clock
) -> None:
    two = a_chat(bank, "two", "> Hello there, my friend.")
    clock.advance(seconds=1)
    one = bank.chat("one", host="test")
    one.observe(window(CAT, PROMISE, open_ended=True))
    bank.settle(20)
    clock.advance(seconds=1)

    two.observe(window("> Hello there, my friend.", "Hi!", f"> {ASKED}"))

    assert PROMISE in recalled(two, ASKED)


def test_of_a_reply_that_was_swiped_the_chosen_one_is_known_in_the_next_chat(
    bank: Bank, clock: Clock
) -> None:
    one = bank.chat("one", host="test")
    for reply in ("I promise Miso a mouse.", PROMISE, "I promise", PROMISE):
        clock.advance(seconds=1)
        one.observe(window(CAT, reply, open_ended=True))
    bank.settle(20)
    clock.advance(seconds=1)

    found = recalled(a_chat(bank, "two", f"> {ASKED}"), ASKED)

    assert PROMISE in found
    assert not any("mouse" in text or text == "I promise" for text in found)


def test_half_a_reply_is_known_in_the_next_chat(bank: Bank) -> None:
    """After Stop the host shows as much as was written."""
    half = "I promise to bring Miso a tin of"
    one = bank.chat("one", host="test")
    one.observe(window(CAT, half, open_ended=True))
    bank.settle(20)

    assert half in recalled(bank.chat("new", host="test"), ASKED)


def test_a_provisional_reply_waits_where_nobody_has_spoken_since(
    bank: Bank, clock: Clock
) -> None:
    """A chat that stood before sees a reply that may still be swiped a while later."""
    two = a_chat(bank, "two", "> Where does Miso sleep?")
    clock.advance(seconds=1)
    one = bank.chat("one", host="test")
    one.observe(window(CAT, "Miso sleeps on my keyboard.", open_ended=True))
    bank.settle(20)

    def known() -> bool:
        found = recalled(two, "Where does Miso sleep?")
        return "Miso sleeps on my keyboard." in found

    assert not known()
    clock.advance(minutes=6)
    assert known()


def test_a_confirmed_reply_is_recalled_at_once(bank: Bank) -> None:
    one = bank.chat("one", host="test")
    one.observe(window(CAT, "Miso sleeps on my keyboard.", open_ended=True))
    one.observe(window(CAT, "Miso sleeps on my keyboard."))
    bank.settle(20)

    two = a_chat(bank, "two", "> Where does Miso sleep?")

    found = recalled(two, "Where does Miso sleep?")
    assert "Miso sleeps on my keyboard." in found


def test_small_talk_brings_nothing_to_mind(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, "> I moved to Oslo.", "Brr!")
    two = a_chat(bank, "two", "> ok")

    for text in ("ok", "haha", "good night", "", "   "):
        assert two.recall(Query(text=text)) == []


def test_words_alone_answer_while_there_is_no_embedder(
    engine: Engine, bank: Bank
) -> None:
    a_chat(bank, "one", CAT, LOVELY)
    two = a_chat(bank, "two", "> Tell me about Miso.")
    settings = engine.settings
    engine.configure(
        replace(
            settings,
            embedding=replace(settings.embedding, wait_seconds=0.0, device="auto"),
        )
    )

    context = two.compose(a_request("Tell me about Miso and tuna."))

    assert "Miso" in context.recall.text


class Slow(HashEmbedder):
    """An embedder that needs a while for each lot, and no time for a query."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed; several texts are a lot."""
        if len(texts) > 1:
            sleep(0.1)
        return super().embed(texts)


@pytest.mark.parametrize("wait_seconds", [0.0, 30.0])
def test_the_first_question_after_an_import_has_vectors_or_tells_that_they_are_late(
    tmp_path: Path, wait_seconds: float
) -> None:
    embedding = replace(Settings().embedding, wait_seconds=wait_seconds)
    settings = replace(Settings(), embedding=embedding)
    engine = build_engine(settings, tmp_path / "slow", load=lambda *_: Slow())
    bank = engine.bank(MIKU)
    assert engine.embedder.ready(30) is not None
    lines = [f"> I keep {number} cats in my old barn." for number in range(100)]
    bank.chat("one", host="test").observe(window(*lines))

    context = bank.chat("two", host="test").compose(a_request("cats in my old barn?"))

    assert context.recall.items
    late = any(item.parts.distance is None for item in context.recall.items)
    assert late == (wait_seconds == 0.0)
    assert ("still being worked out" in context.note) == late
    engine.close()


def test_a_turn_does_not_wait_for_a_large_import(tmp_path: Path) -> None:
    embedding = replace(Settings().embedding, wait_seconds=30.0)
    settings = replace(Settings(), embedding=embedding)
    engine = build_engine(settings, tmp_path / "slow", load=lambda *_: Slow())
    bank = engine.bank(MIKU)
    assert engine.embedder.ready(30) is not None
    lines = [f"> I keep {number} cats in my old barn." for number in range(2_000)]
    bank.chat("one", host="test").observe(window(*lines))

    context = bank.chat("two", host="test").compose(a_request("cats in my old barn?"))

    left = re.search(r"([\d,]+) texts are still being worked out", context.note)
    assert left is not None
    assert int(left[1].replace(",", "")) > len(lines) / 2
    engine.close()


def test_the_date_of_a_memory_counts_if_the_message_names_it(bank: Bank) -> None:
    one = bank.chat("one", host="test")
    for day in (3, 17):
        at = datetime(2026, 5, day, 12, tzinfo=UTC)
        lines = [f"> We walked along the river, number {day}.", "Yes, that was lovely."]
        chat = bank.chat(f"walk {day}", host="test")
        chat.observe(window(*lines, at=at))
    bank.settle(20)

    found = recalled(one, "Where did we walk on 17 May 2026?")

    assert "number 17" in found[0]


def test_dates_are_read_against_the_chat_s_clock(bank: Bank) -> None:
    for day in (3, 17):
        at = datetime(2026, 5, day, 12, tzinfo=UTC)
        lines = [f"> We walked along the river, number {day}.", "Yes, that was lovely."]
        bank.chat(f"walk {day}", host="test").observe(window(*lines, at=at))
    bank.settle(20)
    chat = bank.chat("one", host="test")
    asked_at = datetime(2026, 5, 18, 9, tzinfo=UTC)

    for text, number in (("yesterday", 17), ("two weeks ago", 3), ("on the 3rd", 3)):
        found = recalled(chat, f"Where did we walk {text}?", asked_at=asked_at)
        assert f"number {number}" in found[0]


def test_among_messages_that_are_alike_a_note_does_not_drown_what_is_said(
    bank: Bank,
) -> None:
    """Two alike spread by little but rounding; a note stood out 180 deviations."""
    words = "the lighthouse keeper lost his brass key in the winter storm"
    chat = a_chat(bank, "one", *[f"> {words} {n}" for n in (1, 1, 1, 2)])
    bank.memories.add("we promised to meet at the old harbour on Friday")
    assert bank.settle(20)

    query = Query(text="Friday harbour", limit=9, gated=False)
    [note] = [one for one in chat.recall(query) if one.memory.kind is MemoryKind.NOTE]

    assert 0 < note.parts.of("dense") < 1 / LEAST_DEVIATION


def test_notes_are_recalled_when_they_fit(bank: Bank) -> None:
    bank.memories.add("Anon is allergic to peanuts.")
    chat = a_chat(bank, "one", "> Hello there.")
    assert bank.settle(20)

    found = chat.recall(Query(text="Are there peanuts in this cake? Am I allergic?"))
    assert found[0].memory.content == "Anon is allergic to peanuts."
    assert chat.recall(Query(text="haha, good morning!!")) == []


def test_a_correction_takes_the_place_of_what_was_said(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)
    two = a_chat(bank, "two", "> What does Miso love?")
    [memory] = [m for m in bank.memories.list() if "tuna" in m.content]

    bank.memories.update(memory.id, content="Anon's cat Miso loves salmon.")
    bank.settle(20)

    found = recalled(two, "What does my cat Miso love?")
    assert "Anon's cat Miso loves salmon." in found
    assert CAT[2:] not in found
    assert chat.path()[0].message.content == CAT[2:]


def test_a_deleted_memory_is_not_recalled_until_it_is_restored(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    two = a_chat(bank, "two", "> What does Miso love?")
    [memory] = [m for m in bank.memories.list() if "tuna" in m.content]

    bank.memories.delete(memory.id)
    assert CAT[2:] not in recalled(two, "What does my cat Miso love?")

    bank.memories.restore(memory.id)
    assert CAT[2:] in recalled(two, "What does my cat Miso love?")


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_no_more_is_recalled_than_asked_for(bank: Bank, limit: int) -> None:
    a_chat(bank, "one", CAT, LOVELY, "> Miso the cat sleeps.")
    two = a_chat(bank, "two", "> Where is my cat?")

    assert len(recalled(two, "my cat Miso", limit=limit)) == limit


def test_messages_that_are_too_short_are_not_recalled(
    engine: Engine, bank: Bank
) -> None:
    a_chat(bank, "one", "> Miso!", CAT)
    two = a_chat(bank, "two", "> Where is my cat?")
    engine.configure(Settings(recall=RecallSettings(min_message_length=20)))

    found = recalled(two, "my cat Miso")

    assert "Miso!" not in found
    assert CAT[2:] in found


def test_recall_works_after_a_restart_without_embedding_again(
    open_engine: Callable[[], Engine],
) -> None:
    engine = open_engine()
    a_chat(engine.bank(MIKU), "one", CAT, LOVELY, "> I moved to Oslo.", "Brr!")
    engine.close()

    bank = open_engine().bank(MIKU)

    assert CAT[2:] in recalled(bank.chat("two", host="test"), "my cat Miso")
    assert bank.stats().embedded == 4
    assert bank.stats().due == 0


def test_a_long_reply_is_known_by_what_it_tells(bank: Bank) -> None:
    """It is found by the passage that is asked for, and only that is shown."""
    talk = " ".join(["So it goes on and so it goes by."] * 20)
    a_chat(bank, "one", f"{talk} Yesterday I hid the letters in Bergen. {talk}")
    two = a_chat(bank, "two", "> Hello again.")

    [found] = two.recall(Query(text="hiding letters Bergen yesterday", gated=False))[:1]

    assert found.parts.distance is not None
    assert found.parts.distance < 0.85
    assert found.parts.distance == pytest.approx(1 - max(found.passages), abs=0.01)
    assert len(found.passages) > 10


@pytest.mark.parametrize("dimension", [33, 384, 1024])
def test_recall_does_not_depend_on_the_embedder_s_dimension(
    tmp_path: Path, dimension: int
) -> None:
    engine = build_engine(
        Settings(), tmp_path / "data", load=lambda: HashEmbedder(dimension=dimension)
    )
    bank = engine.bank(MIKU)
    a_chat(bank, "one", CAT, LOVELY, "> I moved to Oslo.", "Brr!")
    two = a_chat(bank, "two", "> Hello there.")

    [found, *_] = two.recall(Query(text="What does my cat love?"))

    engine.close()
    assert found.memory.content == CAT[2:]
    assert found.parts.distance is not None


def test_a_correction_is_found_by_another_form_of_its_word(bank: Bank) -> None:
    chat = a_chat(bank, "one", "> Hallo.", "Hallo!")
    bank.memories.add("Anon hat Angst vor Katzen.")
    bank.settle(20)

    found = chat.recall(Query(text="Wo ist denn meine Katze?"))

    assert found[0].memory.content == "Anon hat Angst vor Katzen."
    assert found[0].parts.of("lexical") > 0


@pytest.mark.parametrize(
    "asked",
    [
        "What did I tell you today?",
        "What did I tell you this morning?",
        "Was habe ich dir heute erz\u00e4hlt?",
        "\u6211\u4eca\u5929\u8ddf\u4f60\u8bf4\u4e86\u4ec0\u4e48\uff1f",
    ],
)
def test_what_another_chat_told_today_is_found(
    bank: Bank, clock: Clock, asked: str
) -> None:
    """Only "yesterday" was understood, though today's chats lie nearest."""
    clock.now = datetime(2026, 5, 20, 18, tzinfo=UTC)
    for chat, when, line in (
        ("old", datetime(2026, 5, 2, 9, tzinfo=UTC), "> The boiler broke."),
        ("new", datetime(2026, 5, 20, 9, tzinfo=UTC), "> Rosa sold the kiln."),
    ):
        bank.chat(chat, host="test").observe(window(line, at=when))
    bank.settle(20)

    found = bank.chat("now", host="test").recall(Query(text=asked))

    assert found[0].memory.content == "Rosa sold the kiln."


def test_what_was_said_last_time_is_found(bank: Bank, clock: Clock) -> None:
    for day, line in ((2, "> The boiler broke."), (4, "> Rosa sold the kiln.")):
        said = datetime(2026, 5, day, 9, tzinfo=UTC)
        bank.chat(f"{day}", host="test").observe(window(line, at=said))
    bank.settle(20)
    clock.now = datetime(2026, 5, 20, 18, tzinfo=UTC)

    found = bank.chat("now", host="test").recall(Query(text="What was it last time?"))

    assert found[0].memory.content == "Rosa sold the kiln."


def test_the_user_s_own_questions_and_small_talk_are_no_memories(bank: Bank) -> None:
    """A third of a block were the user's own earlier questions."""
    a_chat(
        bank,
        "one",
        "> Hello!",
        "Hi there!",
        CAT,
        LOVELY,
        "> What is my cat called?",
        "Miso, of course, who loves tuna.",
        "> Did you know that my cat is called after a soup?",
    )
    two = a_chat(bank, "two", "> Hm.")

    found = recalled(two, "What is my cat called?")

    assert set(found) == {
        CAT[2:],
        LOVELY,
        "Miso, of course, who loves tuna.",
        "Did you know that my cat is called after a soup?",
    }


def test_an_answer_comes_with_its_question(bank: Bank) -> None:
    a_chat(
        bank, "one", "> Nice day. Did you book the flight to Oslo?", "Yes, in March."
    )
    two = a_chat(bank, "two", "> Hm.")

    context = two.compose(a_request("When is our flight to Oslo?"))

    assert "Anon: Did you book the flight to Oslo?\nMiku: Yes, in March." in (
        context.recall.text
    )


def test_a_scrap_is_told_only_where_it_answers_a_question(bank: Bank) -> None:
    a_chat(bank, "one", "I have two scarves. Which one do you like?", "> That one!")
    a_chat(bank, "two", "I have two scarves.", "> This one!")
    three = a_chat(bank, "three", "> Hm.")

    found = recalled(three, "Which of my scarves do you like?")

    assert "That one!" in found
    assert "This one!" not in found


@pytest.mark.parametrize("wait_seconds", [0.0, 30.0])
def test_a_small_bank_just_brought_in_is_waited_for_as_well(
    tmp_path: Path, wait_seconds: float
) -> None:
    """It has few texts without a vector, and they are all it has."""
    embedding = replace(Settings().embedding, wait_seconds=wait_seconds)
    engine = build_engine(
        replace(Settings(), embedding=embedding), tmp_path, load=lambda *_: Slow()
    )
    bank = engine.bank(MIKU)
    assert engine.embedder.ready(30) is not None
    bank.chat("one", host="test").observe(window("> My cat is Miso.", "> I like tea."))

    asked = a_request("my cat").query
    looked = bank.chat("two", host="test").look(asked)
    told = bank.chat("two", host="test").explain(asked)

    assert ("still being worked out" in looked.note) == (wait_seconds == 0.0)
    assert told.note == looked.note or bank.settle(30)
    engine.close()


def test_a_note_of_another_program_is_found_by_its_meaning_at_once(
    open_engine: Callable[[], Engine],
) -> None:
    """A note from the command line had no vector until the turn after the next."""
    bank = open_engine().bank(MIKU)
    a_chat(bank, "one", *(f"> We talked of the weather {day}." for day in range(20)))
    recalled(bank.chat("two", host="test"), "hello there")

    open_engine().bank(MIKU).memories.add("The locker has the code 4412.")
    [best, *_] = bank.chat("two", host="test").recall(
        Query(text="code of the locker", gated=False)
    )

    assert best.memory.content == "The locker has the code 4412."
    assert best.parts.distance is not None


def test_what_another_program_wrote_is_worked_on_before_anybody_asks(
    open_engine: Callable[[], Engine],
) -> None:
    bank = open_engine().bank(MIKU)
    a_chat(bank, "one", "> My cat is Miso.")

    open_engine().bank(MIKU).memories.add("The locker has the code 4412.")
    bank.stats()

    assert bank.settle(20)
    assert bank.stats().due == 0
