"""A chat that a client shows and a file holds is remembered once, in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from long_term_memory.server.openai.pipeline import CompletionPipeline

from .tavern import MODES, Mode, Said, Tavern, a_memory
from .test_said_now import BEES, HOUR, KEY, SERAPHINA, Clock, a_file, bring

TURNS = (
    "Let us walk on to the lake, said the miller.",
    "The boat has two red oars and a hole.",
    "My uncle Peter was a sailor in Kiel.",
)
# I: the file is brought in; L: a turn through the proxy; G: a turn that nobody heard.
FLOWS = ("LILI", "ILI", "LI", "LII", "ILLI", "IGI", "LGI", "LIGL", "ILGL")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path, clock=clock) as made:
        yield made


def begun() -> list[Said]:
    """Return two turns that tell something."""
    return [
        Said("assistant", "You are awake at last, traveller!", "Seraphina"),
        Said("user", BEES, "Tester"),
        Said("assistant", "How lovely.", "Seraphina"),
        Said("user", KEY, "Tester"),
        Said("assistant", "I shall not tell.", "Seraphina"),
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_chat_is_remembered_once(
    memory: CompletionPipeline, clock: Clock, tmp_path: Path, mode: Mode, flow: str
) -> None:
    tavern = Tavern(memory, mode, lines=begun())
    turns = iter(TURNS)
    for step in flow:
        clock.now += HOUR
        if step == "I":
            bring(memory, a_file(tavern, tmp_path / "inbox", late=-9 * HOUR))
        elif step == "L":
            tavern.send(next(turns), "Gladly.")
        else:
            tavern.lines.append(Said("user", next(turns), "Tester"))
            tavern.lines.append(Said("assistant", "Gladly.", "Seraphina"))

    assert memory._engine.bank(SERAPHINA).stats().messages == len(tavern.lines)


@pytest.mark.parametrize("mode", MODES)
def test_a_short_chat_is_known_by_the_times_of_its_lines(
    memory: CompletionPipeline, clock: Clock, tmp_path: Path, mode: Mode
) -> None:
    """Small talk tells nothing, but nobody says it twice in the same minute."""
    tavern = Tavern(memory, mode)
    tavern.send("Hi there", "Hello you.")
    clock.now += HOUR

    for _ in range(2):
        bring(memory, a_file(tavern, tmp_path / "inbox", late=timedelta(0), step=1))

    assert memory._engine.bank(SERAPHINA).stats().messages == 3


def test_two_short_chats_of_different_days_are_two(
    memory: CompletionPipeline, clock: Clock, tmp_path: Path
) -> None:
    tavern = Tavern(memory)
    tavern.send("Hi there", "Hello you.")
    clock.now += HOUR

    bring(memory, a_file(tavern, tmp_path / "inbox", late=-30 * HOUR))

    assert memory._engine.bank(SERAPHINA).stats().messages == 6
