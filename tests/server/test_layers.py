"""A memory behind a memory keeps what the user said, and nothing that was put in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import (
    INJECTION_LOCATIONS,
    PromptSettings,
    ProxySettings,
    Settings,
)
from long_term_memory.core.types import Scope
from long_term_memory.server.openai.pipeline import CompletionPipeline
from long_term_memory.testing import HashEmbedder

from .passing import pass_chat, pass_text, replied

FACT = "My sister Ilse keeps bees in the old mill by the river."
ASK = "Where does my sister Ilse keep her bees?"
SYSTEM = {"role": "system", "content": "You are Mara. You love the river."}
NOTE = {"role": "system", "content": "It is raining."}
OWN = "Notes:\n{all_memories}"
TEMPLATES = {
    "shipped": PromptSettings(),
    "own": PromptSettings(
        memory_context_template=OWN, head_template=OWN, story_template=OWN
    ),
}
FRAMES = {
    "ChatML": "<|im_start|>system\nYou are Mara.<|im_end|>\n<|im_start|>user\n{}"
    "<|im_end|>\n<|im_start|>assistant\n",
    "Alpaca": "You are Mara.\n\n### Instruction:\n{}\n\n### Response:\n",
    "lines": "Mara is kind.\n\nAnna: {}\nMara:",
}


@contextmanager
def two_layers(folder: Path, chosen: Settings) -> Iterator[list[CompletionPipeline]]:
    """Run two memories that know nothing of each other."""
    with ExitStack() as stack:
        made = []
        for name in ("first", "second"):
            engine = build_engine(chosen, folder / name, load=HashEmbedder)
            stack.callback(engine.close)
            made.append(CompletionPipeline(engine, lambda: chosen))
        yield made


def through(layers: list[CompletionPipeline], body: dict[str, Any], reply: str) -> str:
    """Pass a request through both; return what the model was sent."""
    prepared = []
    for memory in layers:
        passes = pass_text if "prompt" in body else pass_chat
        prepared.append(passes(memory, body, {}, user=""))
        body = prepared[-1].body
    for memory, one in zip(layers, prepared, strict=True):
        replied(memory, one, reply)
    return str(body)


def held(memory: CompletionPipeline) -> list[list[str]]:
    """Return the paths of Mara's chats, the oldest first."""
    bank = memory._engine.bank(Scope(user="default", character="Mara"))
    return sorted(
        [
            one.message.content
            for one in bank.chat(chat.names[0][1], host=chat.names[0][0]).path()
        ]
        for chat in bank.chats()
    )


def settled(layers: list[CompletionPipeline]) -> None:
    for memory in layers:
        scope = Scope(user="default", character="Mara")
        memory._engine.bank(scope).memories.add("Ilse is 40.", pinned=True)
        assert memory._engine.bank(scope).settle(20)


@pytest.mark.parametrize("templates", TEMPLATES)
@pytest.mark.parametrize("location", INJECTION_LOCATIONS)
@pytest.mark.parametrize("style", ["system", "turns"])
@pytest.mark.parametrize("systems", [1, 2])
def test_a_chat_through_two_memories_is_kept_alike(
    tmp_path: Path, templates: str, location: str, style: Any, systems: int
) -> None:
    prompt = replace(TEMPLATES[templates], injection_location=location)
    chosen = Settings(prompt=prompt, proxy=ProxySettings(recalled_as=style))
    front = [SYSTEM, NOTE][:systems]

    def ask(said: list[tuple[str, str]], reply: str) -> str:
        # The second layer is told nothing, so names must not come from blocks.
        messages = [*front, *({"role": r, "content": t} for r, t in said)]
        return through(layers, {"messages": messages}, reply)

    with two_layers(tmp_path, chosen) as layers:
        ask([("user", FACT)], "How lovely.")
        settled(layers)
        sent = ask([("user", ASK)], "In the old mill.")
        said = [("user", ASK), ("assistant", "In the old mill.")]
        ask([*said, ("user", "And who is Ilse to me?")], "Your sister.")

        assert sent.count(FACT) >= 1
        expected = [
            [FACT, "How lovely."],
            [ASK, "In the old mill.", "And who is Ilse to me?", "Your sister."],
        ]
        for memory in layers:
            assert held(memory) == sorted(expected)


@pytest.mark.parametrize("templates", TEMPLATES)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_text_through_two_memories_is_kept_alike(
    tmp_path: Path, templates: str, frame: str
) -> None:
    chosen = Settings(prompt=TEMPLATES[templates])

    def ask(said: str, reply: str) -> str:
        body = {"prompt": FRAMES[frame].format(said), "stop": ["\nAnna:"]}
        return through(layers, body, reply)

    with two_layers(tmp_path, chosen) as layers:
        ask(FACT, "How lovely.")
        settled(layers)
        sent = ask(ASK, "In the old mill.")

        assert FACT in sent
        for memory in layers:
            assert held(memory) == sorted(
                [[FACT, "How lovely."], [ASK, "In the old mill."]]
            )


def test_a_block_that_the_model_repeats_is_no_speech(tmp_path: Path) -> None:
    with two_layers(tmp_path, Settings()) as layers:
        echo = f"[Mara remembers from earlier conversations:\nAnna: {FACT}\n]\n\nHi!"
        through(layers, {"messages": [SYSTEM, {"role": "user", "content": ASK}]}, echo)

        assert held(layers[0]) == [[ASK, "Hi!"]]
