"""Whatever a person does in a client, memory holds what the client shows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.types import Scope
from long_term_memory.errors import InvalidInput
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .passing import pass_chat, pass_text, replied
from .tavern import MODES, NODE, Mode, Said, Tavern, a_memory, path_of

ACTIONS = ("send", "send", "send", "swipe", "go_on", "delete", "edit", "fail", "job")
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "[Start a new Chat]",
        "[[ltm chat=",
        '[[ltm chat="a" last="b"]]',
        "\ud800",
        "Write Sera's next reply in a fictional chat between Sera and You.",
        "Sera: hm\nYou: so",
        "***",
        "[Write the next reply only as Sera.]",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "type", "a"]) | TEXTS, inner, max_size=3
        )
    ),
    max_leaves=6,
)
ROLES = st.sampled_from(["system", "user", "assistant", "tool", "developer"]) | JSON
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {}, optional={"role": ROLES, "content": TEXTS | JSON, "name": TEXTS | JSON}
    ),
    max_size=6,
)
LTM = st.dictionaries(
    st.sampled_from(
        ["chat", "char", "user", "type", "last_id", "group", "gate", "recall_tokens"]
    ),
    JSON,
    max_size=4,
)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path_factory.mktemp("oracle")) as made:
        yield made


@settings(max_examples=20, **SLOW)  # type: ignore[arg-type]
@given(
    mode=st.sampled_from(MODES),
    window=st.sampled_from([8, 1000]),
    actions=st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=10),
)
def test_memory_holds_what_the_client_shows(
    mode: Mode, window: int, actions: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder, a_memory(Path(folder)) as memory:
        tavern = Tavern(memory, mode, window=window)
        # So that two turns are never taken for each other, each tells something.
        tavern.send("Today the harbour smells of cinnamon and tar.", "So it does.")
        tavern.send("My uncle Edgar repairs clocks in Antwerp.", "What a craft!")
        for number, action in enumerate(actions):
            act(tavern, action, number)
        tavern.send("That is all for this evening, my friend.", "Sleep well.")

        shown = [line.text for line in tavern.lines]
        held = path_of(memory._engine)
        assert held[-len(shown) :] == shown if window > len(shown) else held == shown


def act(tavern: Tavern, action: str, number: int) -> None:
    """Do one of the things that a person does."""
    replied = tavern.lines[-1].role == "assistant"
    if action == "swipe" and replied:
        tavern.swipe(f"On second thought, number {number} it is.")
    elif action == "go_on" and replied:
        tavern.go_on(f"And a word more, the {number}th.")
    elif action == "delete" and len(tavern.lines) > 6:
        tavern.delete(2)
    elif action == "edit":
        tavern.edit(-1, tavern.lines[-1].text + f" ({number})")
    elif action == "job":
        tavern.job(f"Paint the scene, for the {number}th time.", "A painting.")
    elif action == "fail":
        tavern.send(f"Does the lighthouse keeper number {number} hear me?", None)
        tavern.lines.append(Said("assistant", f"He does, says number {number}."))
    else:
        tavern.send(
            f"In the year {number} a comet passed over village {number * 3}.",
            f"A comet over village {number * 3}, how strange.",
        )


@settings(max_examples=150, **SLOW)  # type: ignore[arg-type]
@given(messages=MESSAGES, ltm=LTM | JSON, stream=st.booleans())
def test_no_request_can_break_memory(
    memory: CompletionPipeline, messages: list[Any], ltm: Any, stream: bool
) -> None:
    body = {"messages": messages, "ltm": ltm, "stream": stream}
    faults = memory._engine.faults.counts()
    try:
        prepared = pass_chat(memory, body, NODE, user="")
    except InvalidInput:
        return

    assert len(prepared.body["messages"]) >= len(messages)
    assert "ltm" not in prepared.body
    replied(memory, prepared, "Indeed.")
    assert memory._engine.faults.counts() == faults


@settings(max_examples=60, **SLOW)  # type: ignore[arg-type]
@given(prompt=st.lists(TEXTS, max_size=5).map("\n".join) | JSON, stop=JSON)
def test_no_text_can_break_memory(
    memory: CompletionPipeline, prompt: Any, stop: Any
) -> None:
    body = {"prompt": prompt, "stop": stop}

    prepared = pass_text(memory, body, NODE, user="")

    replied(memory, prepared, "Indeed.")
    assert prepared.body.keys() == body.keys()


def test_nobody_but_the_owner_has_a_bank(memory: CompletionPipeline) -> None:
    Tavern(memory, key="zoe").send("I have a secret.", "Tell me.")

    assert Scope(user="zoe", character="Seraphina") in memory._engine.scopes()
