"""What a person wrote into a summary stays until a person takes it away."""

from __future__ import annotations

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.summarization.tales import SummaryInfo

from .builders import a_chat, window
from .conftest import MIKU
from .test_summaries import in_room, lines, told

OATH = "We swore an oath on the old bridge."


def tier(bank: Bank, name: str) -> list[SummaryInfo]:
    """Return the live summaries of a tier, the oldest first."""
    found = [one for one in bank.summaries.listed() if one.tier == name]
    return sorted(found, key=lambda one: one.first)


def with_a_typo(count: int, place: int = 6) -> list[str]:
    """Return the lines of a chat with one of them mended."""
    edited = lines(count)
    edited[place] = edited[place].replace("boxes", "big boxes")
    return edited


@pytest.mark.parametrize("sentences", [1, 40])
def test_a_sentence_by_hand_stays_two_tiers_up(bank: Bank, sentences: int) -> None:
    """More of them than the tiers' targets hold, too."""
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    mine = [f"{OATH[:-1]} for the {n}th time." for n in range(sentences)]
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content="\n".join(mine))
    told(bank, chat, sent=30)

    chapter, story = tier(bank, "chapter")[0], tier(bank, "story")[-1]

    assert [one for one in mine if one not in chapter.memory.content] == []
    assert [one for one in mine if one not in story.memory.content] == []


def test_a_sentence_goes_from_all_tiers_when_a_person_removes_it(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    chunk = tier(bank, "chunk")[0].memory.id
    bank.memories.update(chunk, content=f"{OATH}\nIt rained.")
    told(bank, chat, sent=30)

    bank.memories.update(chunk, content="It rained.")
    told(bank, chat, sent=30)

    texts = [one.memory.content for one in bank.summaries.listed()]
    assert not [text for text in texts if OATH in text]
    assert "It rained." in tier(bank, "story")[-1].memory.content


def test_more_by_hand_than_there_is_room_is_shortened_and_not_left_out(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    mine = [f"{n} oaths were sworn on the bridge. " + "And more. " * 30 for n in (3, 5)]
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content="\n".join(mine))
    told(bank, chat, sent=30)

    head = chat.compose(in_room(chat, sent=30, tokens=100)).head

    assert head.tokens <= 100
    assert "3 oaths were sworn" in head.text
    assert "5 oaths were sworn" in head.text


@pytest.mark.parametrize("name", ["chunk", "chapter", "story"])
def test_a_typo_that_is_mended_takes_nothing_away_that_was_written_by_hand(
    bank: Bank, name: str
) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, name)[0].memory.id, content=OATH)
    told(bank, chat, sent=30)

    chat.observe(window(*with_a_typo(330)))
    head = told(bank, chat, sent=30)

    assert OATH in head
    kept = tier(bank, name)[0]
    assert (kept.memory.content, kept.older, kept.memory.edited) == (OATH, True, True)
    [before] = [one for one in bank.summaries.listed() if one.older]
    assert before == kept


def test_it_is_no_longer_older_once_a_person_saves_it_again(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content=OATH)
    chat.observe(window(*with_a_typo(60)))
    told(bank, chat, sent=30)

    bank.memories.update(tier(bank, "chunk")[0].memory.id, content="Oaths, twice.")

    assert not tier(bank, "chunk")[0].older
    assert "Oaths, twice." in told(bank, chat, sent=30)


@pytest.mark.parametrize("do", ["unlock", "regenerate"])
def test_who_has_it_made_anew_gets_the_machine_s_words(bank: Bank, do: str) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content=OATH)
    chat.observe(window(*with_a_typo(60)))
    told(bank, chat, sent=30)
    kept = tier(bank, "chunk")[0].memory.id

    if do == "unlock":
        bank.memories.lock(kept, locked=False)
    else:
        bank.memories.regenerate(kept)

    head = told(bank, chat, sent=30)
    assert OATH not in head
    assert "boxes" in head


def test_when_the_old_words_come_back_so_does_what_was_written_for_them(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content=OATH)
    before = told(bank, chat, sent=30)
    chat.observe(window(*with_a_typo(60)))
    told(bank, chat, sent=30)

    chat.observe(window(*lines(60)))

    assert told(bank, chat, sent=30) == before
    assert not tier(bank, "chunk")[0].older


def test_another_text_is_not_told_by_what_was_written_for_this_one(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content=OATH)

    other = [f"> On Monday I sold {number} boats in Split." for number in range(56)]
    chat.observe(window(*lines(4), *other))

    assert OATH not in told(bank, chat, sent=30)


def test_a_branch_is_not_told_what_was_written_of_its_sibling(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    bank.memories.update(tier(bank, "chunk")[0].memory.id, content=OATH)
    branch = bank.chat("two", host="test", forked_from="one")
    branch.observe(window(*lines(18), *(f"> I sold {n} boats." for n in range(40))))

    assert OATH not in told(bank, branch, sent=30)


def test_what_stands_in_the_prompt_is_known_word_for_word(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)

    head = chat.compose(in_room(chat, sent=30, tokens=200)).head
    shown = [one for one in bank.summaries.listed() if one.in_prompt]

    assert bank.summaries.last_head(shown[0].chat) == head
    assert {one.memory.id for one in shown} == {item.memory.id for item in head.items}
    for one in shown:
        parts = [part for line in one.shown.splitlines() for part in line.split(" … ")]
        assert parts
        assert [part for part in parts if part not in one.memory.content] == []
    assert not any(one.shown for one in bank.summaries.listed() if not one.in_prompt)


def test_what_the_last_prompt_told_is_forgotten_with_its_messages(
    engine: Engine, bank: Bank
) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    first = tier(bank, "chunk")[0]
    assert bank.summaries.last_head(first.chat)

    engine.forgetting(MIKU).forget(ForgetTarget(memories=first.memory.sources[:1]))

    assert engine.bank(MIKU).summaries.last_head(first.chat) is None
    assert not [one for one in engine.bank(MIKU).summaries.listed() if one.shown]


def test_a_message_that_a_person_corrects_is_told_as_corrected(bank: Bank) -> None:
    said = lines(60)
    said[4] = "> My brother Theo moved to Lyon and found work in a big clinic."
    chat = a_chat(bank, "one", *said)
    assert "Lyon" in told(bank, chat, sent=10)
    turns = bank.memories.list(kind=MemoryKind.TURN, limit=100)
    [memory] = [one for one in turns if "Lyon" in one.content]

    bank.memories.update(memory.id, content=memory.content.replace("Lyon", "Lille"))
    head = told(bank, chat, sent=10)
    assert "Lyon" not in head
    assert "Lille" in head

    bank.memories.hide(memory.id)
    assert "Lille" not in told(bank, chat, sent=10)
