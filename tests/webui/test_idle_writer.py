"""What left the window is told, and the webui's model may tell it while it is idle."""

from __future__ import annotations

from typing import Any

import pytest

from long_term_memory.testing import as_notes
from tests.webui.fake_webui.driver import FakeWebui
from tests.webui.inside import configure, engine_of, last_fault

BY_THE_MODEL = as_notes(("Somebody carried boxes to the house, slowly.", 1))
TOWNS = ("Bergen", "Oslo", "Turku", "Porto", "Ghent")


@pytest.fixture
def long_chat(webui: FakeWebui) -> FakeWebui:
    """A webui whose chat no longer fits the model's window."""
    configure(webui, summary_every=4, summary_when_idle=True)
    webui.changes = {"truncation_length": 1400, "max_new_tokens": 200}
    for number in range(60):
        town = TOWNS[number % 5]
        webui.send(
            f"Yesterday I carried {number} boxes to the house in {town}, slowly."
        )
    bank_of(webui).settle(20)
    webui.later.clear()
    return webui


def bank_of(webui: FakeWebui) -> Any:
    engine = engine_of(webui)
    [scope] = engine.scopes()
    return engine.bank(scope)


def generation() -> Any:
    from modules import text_generation

    return text_generation


def test_what_left_the_window_stands_before_the_messages(long_chat: FakeWebui) -> None:
    prompt = long_chat.send("And now?")

    story = prompt[prompt.index("[The story of Anon and Miku so far:") :]
    told, rest = story.split("\n]", 1)
    assert "Yesterday I carried" in told
    assert "Miku keeps the harbour." in prompt
    sent = [line for line in rest.splitlines() if line.startswith("Anon: Yesterday")]
    assert sent
    assert not [line for line in sent if line.removeprefix("Anon: ") in told]


def test_an_idle_model_writes_one_summary_after_the_other(
    long_chat: FakeWebui,
) -> None:
    generation().replies[:] = [BY_THE_MODEL] * 50
    long_chat.send("And now?")
    while long_chat.later:
        long_chat.pass_time()

    prompt = long_chat.send("And then?")

    assert "Somebody carried boxes to the house, slowly." in prompt
    assert last_fault(long_chat) is None
    question, state = generation().asked[0]
    assert "Answer with JSON" in question
    assert "Miku keeps the harbour." not in question
    assert state["mode"] == "instruct"
    assert "history" not in state


def test_an_answer_that_cannot_be_told_is_a_fault_and_the_next_is_asked_for(
    long_chat: FakeWebui,
) -> None:
    generation().replies[:] = ['{"notes": []}', *[BY_THE_MODEL] * 50]
    long_chat.send("And now?")
    while long_chat.later:
        long_chat.pass_time()

    assert "can be told" in last_fault(long_chat).words
    assert len(generation().asked) > 1
    assert "model" in {one.maker for one in bank_of(long_chat).summaries.listed()}


def test_switched_off_the_model_is_left_alone(long_chat: FakeWebui) -> None:
    configure(long_chat, summary_every=4, summary_when_idle=False)
    long_chat.send("And now?")
    while long_chat.later:
        long_chat.pass_time()

    assert generation().asked == []


def test_a_turn_takes_the_model_away_at_once(long_chat: FakeWebui) -> None:
    generation().replies[:] = ["A text of many words that will not be ended."]
    long_chat.send("And now?")
    generation().while_generating[:] = [
        lambda: long_chat.extensions.state_modifier(long_chat.state)
    ]
    while long_chat.later:
        long_chat.pass_time()

    assert len(generation().asked) == 1
    assert last_fault(long_chat) is None
    assert {one.maker for one in bank_of(long_chat).summaries.listed()} == {"extract"}


def test_nothing_is_written_while_somebody_generates(long_chat: FakeWebui) -> None:
    from modules import shared

    long_chat.send("And now?")
    with shared.generation_lock:
        for _ in range(3):
            long_chat.pass_time()
        assert generation().asked == []
        assert long_chat.later

    generation().replies[:] = [BY_THE_MODEL]
    long_chat.pass_time()
    assert len(generation().asked) == 1


def test_without_a_model_nothing_is_written(long_chat: FakeWebui) -> None:
    from modules import shared

    long_chat.send("And now?")
    shared.model = None
    for _ in range(3):
        long_chat.pass_time()

    assert generation().asked == []


def test_a_model_that_writes_nothing_is_a_fault_and_not_asked_again(
    long_chat: FakeWebui,
) -> None:
    generation().replies[:] = ["<think>Hm."]
    long_chat.send("And now?")
    while long_chat.later:
        long_chat.pass_time()

    assert "wrote nothing" in last_fault(long_chat).words
    assert len(generation().asked) == 1


def test_another_turn_before_it_is_idle_means_another_wait(
    long_chat: FakeWebui,
) -> None:
    long_chat.send("And now?")
    waiting = list(long_chat.later)
    long_chat.send("And then?")

    for action in waiting:
        action()

    assert generation().asked == []
