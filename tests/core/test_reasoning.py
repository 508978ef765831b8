"""What of a model's text is said, whatever dialect it thinks in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.reasoning import LONGEST, without_reasoning

PAIRS = (
    ("<think>", "</think>"),
    ("<Thinking>", "</Thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<antThinking>", "</antThinking>"),
    ("<seed:think>", "</seed:think>"),
    ('<think time="3">', "</think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel>thought\n", "<channel|>"),
    ("<|think|>", "<|end|><|begin|>assistant<|content|>"),
    ('<details type="reasoning" done="true">', "</details>"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("<tool_call>", "</tool_call>"),
    ("<function=get_weather>", "</function>"),
    ("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"),
    ("<|START_ACTION|>", "<|END_ACTION|>"),
)
PROSE = st.text(
    st.characters(exclude_characters="<>[]◁▷`|｜", exclude_categories=["Cs"])  # noqa: RUF001
)


@given(st.sampled_from(PAIRS), PROSE, PROSE, PROSE)
def test_what_is_thought_goes_and_what_is_said_stays(
    pair: tuple[str, str], before: str, thought: str, after: str
) -> None:
    opens, ends = pair

    said = without_reasoning(f"He: {before}{opens}{thought}{ends}{after}")

    assert said == f"He: {before}{after}".strip()


@given(PROSE)
def test_prose_stays_as_it_is(text: str) -> None:
    assert without_reasoning(f"She: {text}") == f"She: {text}".strip()


@given(
    st.lists(
        st.sampled_from([mark for pair in PAIRS for mark in pair])
        | st.sampled_from(["a", " ", "\n", "`", "<|end|>", "<|start|>assistant", "<"])
    )
)
def test_whatever_stands_together_can_be_read(marks: list[str]) -> None:
    text = "".join(marks)

    assert set(without_reasoning(text)) <= set(text)


def test_a_text_that_no_model_writes_is_left_alone() -> None:
    text = "<think>" + "word " * LONGEST

    assert without_reasoning(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # The template opened the thought in the prompt.
        ("He asks.</think>\n\nHello.", "Hello."),
        ("Thinking Process:\n1. Hm.\n</think>\nHello.", "Hello."),
        # A thought within another.
        ("Oh. <think>a <think>b</think> c</think>Hello.", "Oh. Hello."),
        # Cut off before it ended.
        ("<think>He asks", ""),
        ("Hello.\n<think>He asks", "Hello."),
        # Talked of, not used.
        ("The tag `<think>` opens, `</think>` ends.",) * 2,
        ("Write <think> there.",) * 2,
        ("A <b>bold</b> </details> move <3 [smiles]",) * 2,
        ("<she sits down> Hello.",) * 2,
        ("<thinking about it> Hm.",) * 2,
        # gpt-oss.
        (
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
            "<|channel|>final<|message|>Hello.<|return|>",
            "Hello.",
        ),
        ("<|channel|>commentary<|message|>I look it up.<|end|>", "I look it up."),
        (
            "<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}"
            "<|call|>",
            "",
        ),
        ("analysisHe asks.assistantfinalHello.", "Hello."),
        ("analysis of a dream: all is well.",) * 2,
        # Around what is said.
        ("<|START_RESPONSE|>Hello.<|END_RESPONSE|>", "Hello."),
        ("<think>Hm.</think><answer>Hello.</answer>", "Hello."),
        ("<answer>Hello.</answer>",) * 2,
        ("Hello.<|im_end|>\n", "Hello."),
        ("Hello.</s></s>", "Hello."),
        ("Here is my thought process: Hm. Here is my response: Hello.", "Hello."),
        ("Here is my hand.",) * 2,
        ('[TOOL_CALLS][{"name": "x"}]', ""),
    ],
)
def test_dialects(text: str, said: str) -> None:
    assert without_reasoning(text) == said


@pytest.mark.parametrize("end", ["", "x"])
def test_many_ends_of_turns_take_no_time(end: str) -> None:
    """Each was once looked for from each: a reply of a hundred pages took hours."""
    began = time.process_time()
    said = without_reasoning("Hello." + " </s>" * 20_000 + end)

    assert said.startswith("Hello.")
    assert said.endswith(end or "Hello.")
    assert time.process_time() - began < 1
