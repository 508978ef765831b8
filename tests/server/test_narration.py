"""A narrator's lines are remembered, and what is put in for the model is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.types import Query, Scope
from long_term_memory.errors import InvalidInput
from long_term_memory.server.openai.chat_reader import RequestChat, read_script
from long_term_memory.server.openai.client_hints import ClientHints
from long_term_memory.server.openai.narration import MOST_CHATS, MOST_PLACES, Narration
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .tavern import GREETING, Said, Tavern, a_memory, path_of

NOON = "The bells of Harrow ring noon, and the ferry sinks."
NOTE = "[Author's note: write in a dark and brooding tone.]"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path) as made:
        yield made


def narrate(tavern: Tavern) -> None:
    """Say something as `/sys` does: it stands in the chat as a system message."""
    tavern.lines.append(Said("system", NOON))


def narrated(tavern: Tavern) -> None:
    """Have a chat with a narrator's line that stood in two requests."""
    tavern.send("We walk to the harbour.", "Gladly.")
    narrate(tavern)
    tavern.send("Oh no, the ferry!", "It is gone.")
    tavern.send("Let us swim.", "Brr.")


def texts(tavern: Tavern) -> list[str]:
    return [line.text for line in tavern.lines]


@pytest.mark.parametrize("mode", ["text", "body", "extension"])
def test_a_narrators_line_is_remembered_as_narration(
    memory: CompletionPipeline, mode: Any
) -> None:
    tavern = Tavern(memory, mode)

    narrated(tavern)

    assert path_of(memory._engine) == texts(tavern)
    bank = memory._engine.bank(Scope(user="default", character="Seraphina"))
    assert bank.settle(20)
    query = Query(text="When does the ferry of Harrow sink?")
    [found, *_] = bank.chat("new", host="x").recall(query)
    assert (found.memory.content, found.memory.role) == (NOON, "system")


def test_one_request_alone_does_not_tell_a_narrator(memory: CompletionPipeline) -> None:
    tavern = Tavern(memory)
    tavern.send("We walk to the harbour.", "Gladly.")
    narrate(tavern)

    tavern.send("Oh no, the ferry!", "It is gone.")
    tavern.swipe("It swims yet.")

    assert NOON not in path_of(memory._engine)


def test_a_restart_keeps_a_narrators_line_in_its_place(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        tavern = Tavern(memory, "extension")
        narrated(tavern)
    with a_memory(tmp_path) as memory:
        tavern.memory = memory
        tavern.send("Let us rest.", "Yes.")

        assert path_of(memory._engine) == texts(tavern)


def test_what_the_narrator_said_and_the_model_sees_is_not_recalled(
    memory: CompletionPipeline,
) -> None:
    tavern = Tavern(memory)
    narrated(tavern)

    assert tavern.send("When did the ferry of Harrow sink?").count(NOON) == 1


class Injecting(Tavern):
    """A client that puts a note in among the last lines."""

    depth = 1

    def shown(self) -> list[dict[str, Any]]:
        """Return the lines with the note."""
        lines = super().shown()
        note = {"role": "system", "content": NOTE}
        return [*lines[: -self.depth], note, *lines[-self.depth :]]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_an_injection_that_keeps_its_depth_is_no_line(
    memory: CompletionPipeline, depth: int
) -> None:
    tavern = Injecting(memory)
    tavern.depth = depth
    for number in range(4):
        tavern.send(f"We walk {number} miles.", f"{number} miles, aye.")
    tavern.swipe("I am tired.")
    tavern.send("We rest.", "At last.")

    assert path_of(memory._engine) == texts(tavern)


def test_a_line_that_the_extension_names_counts_at_once(
    memory: CompletionPipeline,
) -> None:
    named = {"ltm": {"narration": [NOON[:20], " "]}}
    tavern = Tavern(memory, "extension", extra=named)
    tavern.send("We walk to the harbour.", "Gladly.")
    narrate(tavern)

    tavern.send("Oh no, the ferry!", "It is gone.")

    assert path_of(memory._engine) == texts(tavern)


def a_script(*texts: str) -> RequestChat:
    """Read lines and, in square brackets, system messages among them."""
    roles = {"[": "system", ">": "user"}
    return read_script(
        [{"role": roles.get(one[0], "assistant"), "content": one} for one in texts],
        ClientHints(),
    )


def lines_of(narration: Narration, script: RequestChat, chat: str = "x") -> list[str]:
    return [line.content for line in narration.lines(chat, script, known=())]


def test_a_narrator_is_told_from_an_injection_between_the_same_lines() -> None:
    """As SillyTavern sends them: only the next turn tells which is which."""
    begins = ("Reply.", "> After the rename.", "Another reply.")
    asked = (*begins, "[It is noon.]", "[Be kind.]", "> What now?")
    later = (*begins, "[It is noon.]", "> What now?", "We go.", "[Be kind.]", "> Hm.")
    narration = Narration()

    assert lines_of(narration, a_script(*asked)) == [*begins, "> What now?"]
    assert lines_of(narration, a_script(*later)) == [
        *begins,
        "[It is noon.]",
        "> What now?",
        "We go.",
        "> Hm.",
    ]


def test_what_is_known_of_chats_is_bounded() -> None:
    narration = Narration()
    for number in range(MOST_PLACES + 10):
        lines_of(narration, a_script(GREETING, f"[Note {number}.]", "> Hello."))
    assert {len(places) for _, places in narration._chats.items()} == {MOST_PLACES}
    for number in range(MOST_CHATS + 10):
        lines_of(narration, a_script(GREETING, "[Note.]", "> Hello."), str(number))

    assert len(narration._chats) == MOST_CHATS


@pytest.mark.parametrize("wrong", ["text", [7], ["x" * 301], ["x"] * 51])
def test_odd_narration_is_refused(memory: CompletionPipeline, wrong: Any) -> None:
    tavern = Tavern(memory, "extension", extra={"ltm": {"narration": wrong}})

    with pytest.raises(InvalidInput, match="narration"):
        tavern.send("Hello.")
