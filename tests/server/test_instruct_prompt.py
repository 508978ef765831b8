"""Chats written as one text with a template's marks, as Text Completion sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.server.openai.chat_reader import RequestChat, read_text
from long_term_memory.server.openai.client_hints import ClientHints
from long_term_memory.server.openai.instruct_prompt import MOST_MARKS, instructed
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .passing import pass_text, replied
from .tavern import NODE, a_memory, path_of

MAIN = "Write Sera's next reply in a fictional chat between Sera and Tester."
STOPS = ["\nTester:"]
BEES = "My sister Mira keeps bees in the old mill by the river."
CHAT = [
    ("assistant", "Welcome, traveller!"),
    ("user", BEES),
    ("assistant", "How lovely.\n\nBees!"),
    ("user", "Let us walk on."),
]
Lines = list[tuple[str, str]]
Template = Callable[[Lines], str]


def chatml(lines: Lines) -> str:
    said = "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in lines)
    return f"<|im_start|>system\n{MAIN}<|im_end|>\n{said}<|im_start|>assistant\n"


def with_names(lines: Lines) -> str:
    names = {"user": "Tester", "assistant": "Sera"}
    return chatml([(role, f"{names[role]}: {text}") for role, text in lines]) + "Sera:"


def llama(lines: Lines) -> str:
    def mark(role: str) -> str:
        return f"<|start_header_id|>{role}<|end_header_id|>\n\n"

    said = "".join(f"{mark(role)}{text}<|eot_id|>" for role, text in lines)
    return f"<|begin_of_text|>{mark('system')}{MAIN}<|eot_id|>{said}{mark('assistant')}"


def gemma(lines: Lines) -> str:
    names = {"user": "user", "assistant": "model"}
    said = "".join(
        f"<start_of_turn>{names[role]}\n{text}<end_of_turn>\n"
        for role, text in [("user", MAIN), *lines]
    )
    return f"<bos>{said}<start_of_turn>model\n"


def mistral(lines: Lines) -> str:
    forms = {"user": "[INST] {} [/INST]", "assistant": " {}</s>"}
    said = "".join(forms[role].format(text) for role, text in lines[1:])
    return f"<s>[INST] {MAIN} [/INST] {lines[0][1]}</s>{said}"


def mistral_with_names(lines: Lines) -> str:
    said = "".join(
        f"[INST] Tester: {text} [/INST]" if role == "user" else f" Sera: {text}</s>"
        for role, text in lines[2:]
    )
    first = f"{MAIN}\n***\nTester: {lines[1][1]}"
    return f"<s>[INST] {first} [/INST]{said} Sera:"


def phi(lines: Lines) -> str:
    said = "".join(f"<|{role}|>\n{text}<|end|>\n" for role, text in lines)
    return f"<|system|>\n{MAIN}<|end|>\n{said}<|assistant|>\n"


def alpaca(lines: Lines) -> str:
    marks = {"user": "### Instruction:", "assistant": "### Response:"}
    said = "\n\n".join(f"{marks[role]}\n{text}" for role, text in lines)
    return f"{MAIN}\n\n{said}\n\n### Response:\n"


TEMPLATES: list[Template] = [chatml, with_names, llama, gemma, mistral, phi, alpaca]


def read(text: str, **ids: Any) -> RequestChat | None:
    return read_text(text, STOPS, ClientHints(**ids))


def said(script: RequestChat | None) -> Lines:
    assert script is not None
    return [(line.role, line.content) for line in script.lines]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path, facts=False) as made:
        yield made


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_chat_is_read_between_the_marks(template: Template) -> None:
    script = read(template(CHAT))

    assert said(script) == CHAT
    assert script is not None
    assert (script.character, script.user) == ("Sera", "Tester")
    assert {line.name for line in script.lines} == {"Sera", "Tester"}
    assert not script.continues


def test_what_stands_before_the_users_first_words_is_the_prompt() -> None:
    assert said(read(mistral_with_names(CHAT))) == CHAT[1:]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_chat_between_marks_is_kept_and_recalled(
    memory: CompletionPipeline, template: Template
) -> None:
    prepared = pass_text(
        memory, {"prompt": template(CHAT), "stop": STOPS}, NODE, user=""
    )
    replied(memory, prepared, "Sera: Gladly.")
    ask = [CHAT[0], ("user", "Where does my sister Mira keep her bees?")]
    fed = pass_text(memory, {"prompt": template(ask), "stop": STOPS}, NODE, user="")
    asked = fed.body["prompt"]

    assert path_of(memory._engine, "Sera") == [text for _, text in ask]
    assert len(memory._engine.scopes()) == 1
    # The marks are as before, and the block is within the user's message.
    assert fed.context is not None
    block = fed.context.recall.text
    assert "old mill" in block
    assert asked.replace(f"\n{block}", "") == template(ask)
    assert asked.index("keep her bees?") < asked.index(block)
    assert said(read(asked))[1][1].endswith(block)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "location", ["BEFORE_LAST_MESSAGE", "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES"]
)
def test_blocks_stand_within_messages_wherever_they_are_wanted(
    memory: CompletionPipeline, template: Template, location: str
) -> None:
    from .test_pipeline import configure

    configure(memory, "prompt", injection_location=location)
    pass_text(memory, {"prompt": template(CHAT), "stop": STOPS}, NODE, user="")
    ask = [CHAT[0], ("user", "Where does my sister Mira keep her bees?")]
    asked = pass_text(
        memory, {"prompt": template(ask), "stop": STOPS}, NODE, user=""
    ).body["prompt"]

    found, given = instructed(asked), instructed(template(ask))
    assert found is not None
    assert given is not None
    assert [one.role for one in found.talk] == [one.role for one in given.talk]
    assert "old mill" in asked
    assert asked.index("old mill") < asked.index("keep her bees?")


def test_a_reply_that_goes_on_is_one() -> None:
    text = chatml(CHAT[:2]) + "How lov"

    script = read(text)

    assert script is not None
    assert script.continues
    assert said(script)[-1] == ("assistant", "How lov")


def test_the_users_own_line_may_be_asked_for() -> None:
    text = chatml(CHAT[:3]).removesuffix("<|im_start|>assistant\n")

    script = read(f"{text}<|im_start|>user\nTester:")

    assert script is not None
    assert (script.kind, script.character) == ("impersonate", "Sera")
    assert said(script) == CHAT[:3]


def test_an_order_behind_the_chat_is_a_job_on_the_side(
    memory: CompletionPipeline,
) -> None:
    order = "[Pause your roleplay. Summarize the most important facts.]"
    text = chatml([*CHAT[:3], ("system", order)])

    assert pass_text(memory, {"prompt": text, "stop": STOPS}, NODE, user="").quiet
    assert memory._engine.scopes() == []


def test_of_a_group_each_line_is_whose_name_stands_before_it() -> None:
    group = f"{MAIN}\n[Start a new group chat. Group members: Bram, Sera]"
    lines = [("user", "Tester: Hello!"), ("assistant", "Bram: Ho!")]
    text = chatml(lines).replace(MAIN, group) + "Sera:"

    script = read(text)

    assert script is not None
    assert script.members == ("Bram", "Sera")
    assert [(one.name, one.content) for one in script.lines] == [
        ("Tester", "Hello!"),
        ("Bram", "Ho!"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n",
        "<|im_start|>system\nWrite Sera's next reply in a fictional chat between Sera "
        "and Tester.<|im_end|>\n<|im_start|>assistant\n",
        "[INST]",
        "### Response:\n",
        "<|im_start|>assistant\nSera:",
        "<|im_start|>" * 1000,
        "[/INST][INST]</s>" * 1000,
    ],
)
def test_a_text_in_which_nobody_speaks_to_anyone_passes(
    memory: CompletionPipeline, text: str
) -> None:
    prepared = pass_text(memory, {"prompt": text, "stop": []}, {}, user="")

    assert prepared.body["prompt"] == text
    assert prepared.quiet


def test_more_marks_than_a_chat_has_are_no_chat() -> None:
    """Looking at each of a million would hold others up."""
    assert instructed("[INST] Hi [/INST] " * MOST_MARKS) is None
