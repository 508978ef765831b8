"""Clients that tell no ids and say alike things do not overwrite each other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.types import Scope
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .passing import pass_chat, replied
from .tavern import a_memory

EXAMPLES = int(os.environ.get("LTM_ALIKE_EXAMPLES", "25"))
MIMI = "My cat is called Mimi."
MIMO = "My cat is called Mimo and she is a black one."
MORNING = "Good morning!"
POOL = (
    *(MIMI, MIMO, MORNING, "Hi", "My cat is called Mimi"),
    *("I work in Oslo as a baker.", "I work in Bergen as a baker.", "Good night!"),
)
REPLIES = ("Indeed.", "How nice of you to tell me about that!", "Good morning, dear.")
ACTS = ("send", "send", "send", "swipe", "edit", "again", "delete", "new chat", "fail")


@dataclass(slots=True)
class Client:
    """A program that sends its chat and nothing else."""

    memory: CompletionPipeline
    lines: list[tuple[str, str]] = field(default_factory=list)

    def send(self, text: str, reply: str | None = "Indeed.") -> None:
        """Say something and get a reply."""
        self.lines.append(("user", text))
        self.generate(reply)

    def generate(self, reply: str | None) -> None:
        """Have the newest line answered."""
        messages = [{"role": role, "content": text} for role, text in self.lines]
        system = {"role": "system", "content": "You are Mara."}
        body: dict[str, Any] = {"messages": [system, *messages], "stream": True}
        replied(self.memory, pass_chat(self.memory, body, {}, user=""), reply)
        if reply is not None:
            self.lines.append(("assistant", reply))


def live(memory: CompletionPipeline) -> list[list[tuple[str, str]]]:
    """Return the paths of all chats."""
    bank = memory._engine.bank(Scope(user="default", character="Mara"))
    return [
        [
            (one.message.role, one.message.content)
            for one in bank.chat(chat.names[0][1], host=chat.names[0][0]).path()
        ]
        for chat in bank.chats()
    ]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path) as made:
        yield made


def test_two_first_lines_that_differ_in_a_name_are_two_chats(
    memory: CompletionPipeline,
) -> None:
    first, second = Client(memory), Client(memory)

    first.send(MIMI)
    second.send(MIMO)

    assert sorted(live(memory)) == sorted([first.lines, second.lines])


def test_a_daily_greeting_overwrites_no_day(memory: CompletionPipeline) -> None:
    days = [Client(memory) for _ in range(3)]

    for number, day in enumerate(days):
        day.send(MORNING, f"Good morning, it is day {number} of our voyage.")

    assert sorted(live(memory)) == sorted(day.lines for day in days)


def test_two_clients_go_on_from_the_same_beginning(memory: CompletionPipeline) -> None:
    first, second = Client(memory), Client(memory)
    for client in (first, second):
        client.send(MIMI, "Indeed.")

    first.send("I work in Oslo as a baker.")
    second.send("I work in Bergen as a baker.")
    first.send("Good night!")

    assert first.lines in live(memory)
    assert second.lines in live(memory)


def test_a_chat_that_shares_its_later_lines_takes_nothing_from_another(
    memory: CompletionPipeline,
) -> None:
    first, second = Client(memory), Client(memory)
    first.send(MIMI)
    first.send("I work in Oslo as a baker.")

    second.lines += [("user", MIMO), ("assistant", "Indeed."), *first.lines[2:]]
    second.send("Good night!")

    assert first.lines in live(memory)
    assert second.lines in live(memory)


@pytest.mark.parametrize("greeting", [[], [("assistant", "Welcome to my shop!")]])
def test_an_edited_first_line_whose_telling_reply_stands_is_one_chat(
    memory: CompletionPipeline, greeting: list[tuple[str, str]]
) -> None:
    client = Client(memory, [*greeting])
    client.send("I tell you that I bake in Olso.", "I hear Oslo has fine bakeries.")

    client.lines[len(greeting)] = ("user", "I tell you that I bake in Oslo.")
    client.send("I rise at four.")

    assert live(memory) == [client.lines]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_alike_clients_do_what_each_shows_is_live(data: st.DataObject) -> None:
    """Of a client's newest reply another one may have made a newer one."""
    with tempfile.TemporaryDirectory() as folder, a_memory(Path(folder)) as memory:
        clients = [Client(memory) for _ in range(data.draw(st.integers(2, 3)))]
        unique = data.draw(st.booleans())
        for number in range(data.draw(st.integers(2, 12))):
            client = data.draw(st.sampled_from(clients))
            reply = data.draw(st.sampled_from(REPLIES))
            act(client, data, f"{reply} {number}" if unique else reply)

            held = live(memory)
            for one in clients:
                shown = list(one.lines)
                while shown and shown[-1][0] == "assistant":
                    shown.pop()
                assert not shown or any(is_in(shown, path) for path in held)


def is_in(shown: list[tuple[str, str]], path: list[tuple[str, str]]) -> bool:
    """Say whether a path holds lines in their order."""
    rest = iter(path)
    return all(line in rest for line in shown)


def act(client: Client, data: st.DataObject, reply: str) -> None:
    """Do one of the things that a person does; what is shown was always sent."""
    what = data.draw(st.sampled_from(ACTS))
    text = data.draw(st.sampled_from(POOL))
    replied = bool(client.lines) and client.lines[-1][0] == "assistant"
    if what == "swipe" and replied:
        client.lines.pop()
        client.generate(reply)
    elif what == "edit" and replied:
        at = data.draw(st.integers(0, len(client.lines) - 1))
        client.lines[at] = (client.lines[at][0], text)
        client.send("Let us go on.", reply)
    elif what == "again" and replied:
        client.lines.pop()
        client.lines[-1] = ("user", text)
        client.generate(reply)
    elif what == "delete" and len(client.lines) > 2 and replied:
        del client.lines[-2:]
        client.send(text, reply)
    elif what == "new chat":
        client.lines = []
        client.send(text, reply)
    else:
        client.send(text, None if what == "fail" else reply)
