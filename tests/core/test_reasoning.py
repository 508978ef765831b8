"""What of a model's text is said, whatever dialect it thinks in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.core.text.reasoning import (
    LONGEST,
    SpeechReader,
    begins_in_thought,
    without_reasoning,
)

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


def read_in_pieces(text: str, cuts: list[int]) -> str:
    """Return what a reader tells of a text that comes cut at some places."""
    reader, told, at = SpeechReader(), [], 0
    for cut in [*sorted(one % (len(text) + 1) for one in cuts), len(text)]:
        told.append(reader.feed(text[at:cut]))
        at = cut
    return "".join([*told, reader.end()])


CUTS = st.lists(st.integers(0, 1_000), max_size=30)


@settings(deadline=None)
@given(st.sampled_from(PAIRS), PROSE, PROSE, PROSE, CUTS)
def test_in_pieces_no_thought_is_told_and_all_that_is_said(
    pair: tuple[str, str], before: str, thought: str, after: str, cuts: list[int]
) -> None:
    opens, ends = pair
    text = f"He: {before}{opens}{thought}{ends}{after}."

    assert read_in_pieces(text, cuts).strip() == without_reasoning(text)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (["Hel", "lo ", "there."], ["Hel", "lo", " there.", ""]),
        (["<thi", "nk>He", " asks", "</think>\n\n", "Hi"], ["", "", "", "", "Hi", ""]),
        (["Sure. <think>a", "b >", "</think> Yes"], ["Sure.", "", "  Yes", ""]),
        # Never ended, but in the middle of a line.
        (["Sure. <think>a", "b"], ["Sure.", "", " <think>ab"]),
        (["Sure.\n<think>a", "b"], ["Sure.", "", ""]),
        # It began in the prompt: what was told cannot be taken back.
        (["He asks", "</think>", "Hi"], ["He asks", "", "Hi", ""]),
        (
            ["I <", "3 [", "you] <b>x</b>", "!"],
            ["I", " <3", " [you] <b>x</b>", "!", ""],
        ),
        (["ana", "lysisWe", " think.assistant", "finalHi"], ["", "", "", "Hi", ""]),
        (
            ["Here", "'s my thought process: x", " Here's my response:", " Hi"],
            ["", "", "", "Hi", ""],
        ),
        (
            [" ", "Oh H", "ere", " we", "re `", "<think>`"],
            ["", "Oh H", "ere", " we", "re `", "<think>`", ""],
        ),
        (["Here", " I am"], ["", "Here I am", ""]),
        (
            ["<|channel|>", "analysis<|message|>Hm.<|end|>", "<|start|>assistant"],
            ["", "", "", "<|start|>assistant"],
        ),
        (
            ["<|channel|>analysis<|message|>Hm.", "<|channel|>final", "<|message|>Hi"],
            ["", "", "Hi", ""],
        ),
        (["<|channel>", "thought\na<channel|>", "Hi"], ["", "", "Hi", ""]),
        (["<|think|>a<|end|>", "<|begin|>", "assistant", "Hi"], ["", "", "", "Hi", ""]),
        (["<think>a</think><answer>", "Hi", "</answer>"], ["", "Hi", "", ""]),
    ],
)
def test_what_may_be_a_thought_is_held_back(pieces: list[str], told: list[str]) -> None:
    reader = SpeechReader()

    assert [*map(reader.feed, pieces), reader.end()] == told


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (["He greets.", "</th", "ink>", "Hi", "!"], ["", "", "", "Hi", "!", ""]),
        (["<think>", "a", "</think>", "Hi"], ["", "", "", "Hi", ""]),
        (["Hm.[/THINK]Hi", "!"], ["Hi", "!", ""]),
        (["Hi", "!"], ["", "", "Hi!"]),
    ],
)
def test_who_is_expected_to_begin_in_a_thought_is_heard_from_its_end_on(
    pieces: list[str], told: list[str]
) -> None:
    reader = SpeechReader(in_thought=True)

    assert [*map(reader.feed, pieces), reader.end()] == told


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Hm.\n</think>\nHi!", True),
        ("<think>Hm.</think>Hi!", False),
        ("See below.</details> Hi!", False),
        ("Hi!", False),
        ("<think>Hm.", False),
    ],
)
def test_a_text_that_begins_in_a_thought_is_known_by_its_end(
    text: str, begins: bool
) -> None:
    assert begins_in_thought(text) is begins


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
