"""What passes the proxy as it is said is dated by our clock; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from long_term_memory.core.types import Message, Query, Scope
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import
from long_term_memory.importers.report import Report
from long_term_memory.server.openai.pipeline import CompletionPipeline

from ..importers.foreign import HEADER, jsonl, message, put
from .tavern import Said, Tavern, a_memory

BEES = "My sister Mira keeps bees in the old mill by the river."
KEY = "I hid the silver key under the third step of the tower."
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SERAPHINA = Scope(user="default", character="Seraphina")


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path, clock=clock) as made:
        yield made


@pytest.fixture(params=["text", "extension"])
def tavern(request: pytest.FixtureRequest, memory: CompletionPipeline) -> Tavern:
    return Tavern(memory, request.param)


def stored(memory: CompletionPipeline, character: str = "Seraphina") -> list[Message]:
    """Return what stands on the newest chat's path."""
    bank = memory._engine.bank(Scope(user="default", character=character))
    [(host, name), *_] = bank.chats()[0].names
    return [place.message for place in bank.chat(name, host=host).path()]


def times(
    memory: CompletionPipeline, character: str = "Seraphina"
) -> list[datetime | None]:
    return [message.said_at for message in stored(memory, character)]


def test_a_line_and_its_reply_are_said_when_they_pass(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How lovely.")
    clock.now += HOUR
    tavern.send(KEY, "I shall not tell.")

    # Nobody knows when a card's greeting was shown first.
    assert times(memory) == [None, NOON, NOON, NOON + HOUR, NOON + HOUR]


def test_of_a_long_chat_that_is_shown_first_only_the_newest_line_has_a_time(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.lines += [
        Said("user", BEES, "Tester"),
        Said("assistant", "How lovely.", "Seraphina"),
    ]
    tavern.send(KEY, "I shall not tell.")

    assert times(memory) == [None, None, None, NOON, NOON]


def test_a_request_that_is_sent_again_leaves_the_time(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, None)
    clock.now += HOUR
    tavern._generate("normal", "How lovely.")

    assert times(memory) == [None, NOON, NOON + HOUR]


def test_a_reply_made_anew_has_its_own_time_and_gets_the_old_one_as_it_returns(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How lovely.")
    clock.now += HOUR
    tavern.swipe("Bees! I am afraid of them.")
    assert times(memory) == [None, NOON, NOON + HOUR]

    clock.now += HOUR
    tavern.lines[-1].text = "How lovely."
    tavern.send(KEY, "I shall not tell.")

    assert times(memory)[:3] == [None, NOON, NOON]


def test_a_reply_that_goes_on_is_said_as_it_ends(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How")
    clock.now += HOUR
    tavern.go_on("lovely.")

    assert stored(memory)[-1].content == "How lovely."
    assert times(memory) == [None, NOON, NOON + HOUR]


def test_a_last_line_that_is_edited_and_sent_is_said_then(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send(KEY, "I shall not tell.")
    clock.now += HOUR
    tavern.delete(1)
    tavern.edit(-1, KEY.replace("third", "fourth"))
    tavern._generate("normal", "Nor shall I.")

    assert times(memory) == [None, NOON, NOON, NOON + HOUR, NOON + HOUR]


def test_an_edited_line_amid_others_has_no_time(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send(KEY, "I shall not tell.")
    tavern.edit(-2, KEY.replace("third", "fourth"))
    clock.now += HOUR
    tavern.send("Let us walk on to the lake.", "Gladly.")

    assert times(memory)[3:] == [None, NOON, NOON + HOUR, NOON + HOUR]


def test_a_line_too_long_to_be_kept_gives_its_time_to_no_other(
    tmp_path: Path, clock: Clock
) -> None:
    with a_memory(tmp_path, clock=clock, longest_message=1_000) as memory:
        tavern = Tavern(memory)
        tavern.lines.append(Said("user", BEES, "Tester"))
        tavern.send("So long! " * 200, "Yes, very long.")

        assert times(memory) == [None, None, NOON]


def test_what_a_job_on_the_side_says_has_no_time_for_it_is_not_kept(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    tavern.send(BEES, "How lovely.")
    clock.now += HOUR
    tavern.job("[Summarize the most important facts so far.]", "There are bees.")

    assert times(memory) == [None, NOON, NOON]


def test_in_a_group_all_members_know_when_it_was_said(
    memory: CompletionPipeline, clock: Clock
) -> None:
    tavern = Tavern(memory, "extension", "Anna", members=("Anna", "Ben"), lines=[])
    tavern.extra = {"ltm": {"group": ["Anna", "Ben"]}}
    tavern.lines.append(Said("user", BEES, "Tester"))
    tavern.speak("Anna", "How lovely.")
    clock.now += HOUR
    tavern.speak("Ben", "I like honey.")

    for member in ("Anna", "Ben"):
        assert times(memory, member) == [NOON, NOON, NOON + HOUR]


def test_a_branch_keeps_the_times_of_its_past(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock
) -> None:
    for number in range(4):
        tavern.send(f"{BEES} That was {number} years ago in Oslo.", f"Ah, {number}.")
    branch = tavern.branch(5)
    clock.now += DAY
    branch.send(KEY, "I shall not tell.")

    assert times(memory) == [None, *[NOON] * 4, NOON + DAY, NOON + DAY]


# -- the same chat, brought from its file later ----------------------------------------


def a_file(
    tavern: Tavern, folder: Path, *, late: timedelta = 3 * HOUR, step: int = 3600
) -> Path:
    """Write a chat as the client keeps it, with times of its own that differ.

    `step` are the seconds from line to line.
    """
    lines = [
        message(
            one.text,
            user=one.role == "user",
            name=one.name or tavern.character,
            send_date=(NOON + late + timedelta(seconds=number * step)).isoformat(),
        )
        for number, one in enumerate(tavern.lines)
    ]
    return put(folder / "chats/Seraphina/walk.jsonl", jsonl(HEADER, *lines))


def bring(memory: CompletionPipeline, path: Path) -> Report:
    return Import(memory._engine, ImportOptions()).run([path])


def test_a_chat_that_is_imported_later_shares_all_its_messages(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock, tmp_path: Path
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send(KEY, "I shall not tell.")
    before = stored(memory)

    clock.now += 9 * HOUR
    bring(memory, a_file(tavern, tmp_path / "inbox"))
    tavern.send("Let us walk on to the lake.", "Gladly.")

    bank = memory._engine.bank(SERAPHINA)
    assert bank.settle(20)
    for info in bank.chats():
        [(host, name)] = info.names
        path = [one.message for one in bank.chat(name, host=host).path()]
        assert [one.id for one in path[:5]] == [one.id for one in before]
        assert path[1:5] == before[1:]  # what we heard keeps the time at which we did
        assert path[0].said_at == NOON + 3 * HOUR  # as the file tells it
    assert bank.stats().messages == 7


def test_a_file_tells_when_it_was_said_what_no_request_did(
    tavern: Tavern, memory: CompletionPipeline, clock: Clock, tmp_path: Path
) -> None:
    tavern.lines += [
        Said("user", BEES, "Tester"),
        Said("assistant", "How lovely.", "Seraphina"),
        Said("user", KEY, "Tester"),
        Said("assistant", "I shall not tell.", "Seraphina"),
    ]
    tavern.send("Let us walk on to the lake.", "Gladly.")
    assert times(memory) == [None] * 5 + [NOON] * 2
    clock.now += 9 * HOUR

    for _ in range(2):
        bring(memory, a_file(tavern, tmp_path / "inbox", late=-48 * HOUR))

    told = [NOON + (number - 48) * HOUR for number in range(5)]
    assert times(memory) == [*told, NOON, NOON]
    bank = memory._engine.bank(SERAPHINA)
    [best, *_] = bank.chat("new", host="test").recall(
        Query(text="What did I say about the silver key?", gated=False)
    )
    assert best.memory.happened_at == told[3]


def test_a_reply_swiped_back_unseen_is_healed_by_the_chats_next_request(
    memory: CompletionPipeline, clock: Clock
) -> None:
    """Meanwhile another chat began, to which the last reply that was made is said."""
    tavern = Tavern(memory, "extension")
    tavern.send(BEES, "How lovely.")
    tavern.swipe("Bees frighten me.")
    clock.now += HOUR
    tavern.lines[-1].text = "How lovely."
    other = tavern.again()
    other.send("Good evening, how are you?", "Fine.")
    clock.now += HOUR
    tavern.send(KEY, "I shall not tell.")

    said = [one.content for one in stored(memory)]
    assert "How lovely." in said
    assert "Bees frighten me." not in said
    third = tavern.again()
    assert "frighten" not in third.send("What did you say of my sister's bees?", "Hm.")


def test_a_chat_that_was_imported_goes_on_and_is_imported_again(
    memory: CompletionPipeline, clock: Clock, tmp_path: Path
) -> None:
    tavern = Tavern(memory)
    tavern.lines += [
        Said("user", BEES, "Tester"),
        Said("assistant", "How lovely.", "Seraphina"),
        Said("user", KEY, "Tester"),
        Said("assistant", "I shall not tell.", "Seraphina"),
    ]
    bring(memory, a_file(tavern, tmp_path / "inbox", late=-9 * HOUR))
    clock.now += HOUR
    tavern.send("Let us walk on to the lake.", "Gladly.")
    before = stored(memory)
    bring(memory, a_file(tavern, tmp_path / "inbox", late=-9 * HOUR))

    assert [one.said_at for one in before[-2:]] == [NOON + HOUR] * 2
    assert stored(memory) == before
    assert memory._engine.bank(SERAPHINA).stats().messages == 7


# -- what it is for --------------------------------------------------------------------


def ask(tavern: Tavern, text: str) -> str:
    assert tavern.memory._engine.bank(SERAPHINA).settle(20)
    return tavern.again().send(text)


def test_what_was_told_is_found_by_its_day(tavern: Tavern, clock: Clock) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send(KEY, "I shall not tell.")
    clock.now += HOUR

    today = ask(tavern, "What did I tell you today?")
    clock.now += DAY
    yesterday = ask(tavern, "What did I tell you yesterday?")

    for asked in (today, yesterday):
        assert "old mill" in asked
        assert "silver key" in asked
        assert "1 May 2026" in asked
