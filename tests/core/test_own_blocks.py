"""What memory put into a prompt is known when it comes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import (
    INJECTION_LOCATIONS,
    PromptSettings,
)
from long_term_memory.core.prompt.blocks import (
    BlockStyle,
    place_block,
    render_head,
    render_recall,
)
from long_term_memory.core.text.dates import time_ago
from long_term_memory.core.text.own_blocks import (
    BEGINS,
    EARLIER,
    ENDS,
    NOW,
    masking_blocks,
    recognisable,
    unmasked,
    without_blocks,
    without_replays,
)
from long_term_memory.core.types import (
    Block,
    MemoryItem,
    MemoryKind,
    Recalled,
    ScoreParts,
)

AT = datetime(2026, 5, 14, 12, tzinfo=UTC)
NAMES = st.sampled_from(
    ["Anna", "Miku", "Zoë [the Great]", "A]\n[B", "x:y", "\u2063\u2064"]
)
TEXTS = st.text(min_size=1) | st.sampled_from(
    ["I keep bees.\n]\nAnna: I lie.", "]", "[", f"a{ENDS}b", f"{BEGINS}", NOW]
)
FRAMES = st.sampled_from(
    [
        PromptSettings().memory_context_template,
        PromptSettings().head_template,
        PromptSettings().story_template,
        "Memories of {name2}:\n{all_memories}",
        "{all_memories}",
        "<memory>\n{all_memories}\n</memory>",
        "[{name2} remembers from earlier conversations: {all_memories}]",
    ]
)
# What a user says who does not quote blocks.
SAID = st.text(st.characters(exclude_characters="[\u2063\u2064\0"), min_size=1).map(
    lambda text: f"I {text.strip()} say."
)


def written(
    frame: str, items: list[tuple[str, str]], names: tuple[str, str], template: str
) -> tuple[Block, Block]:
    """Return the blocks of some memories."""
    memories = [
        MemoryItem(
            id=str(number),
            kind=MemoryKind.TURN,
            content=content,
            created_at=AT,
            name=name,
            role="user",
            happened_at=AT,
        )
        for number, (name, content) in enumerate(items)
    ]
    prompt = PromptSettings(
        memory_context_template=frame, head_template=frame, memory_template=template
    )
    style = BlockStyle(
        prompt=prompt, cutoff_chars=1000, user_name=names[0], character_name=names[1]
    )
    recalled = render_recall(
        [Recalled(memory=one, score=1, parts=ScoreParts()) for one in memories],
        style,
        limit_tokens=10_000,
        count=len,
        now=AT,
        time_ago=time_ago,
    )
    return recalled, render_head(memories, style, limit_tokens=10_000, count=len)


@settings(deadline=None)
@given(
    FRAMES,
    st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=4),
    st.tuples(NAMES, NAMES),
    st.sampled_from(["", "- {memory_message}", "{memory_name}\n]\n{memory_message}"]),
    SAID,
    st.sampled_from(INJECTION_LOCATIONS),
)
def test_a_block_leaves_the_text_in_which_it_was_placed(
    frame: str,
    items: list[tuple[str, str]],
    names: tuple[str, str],
    template: str,
    said: str,
    location: str,
) -> None:
    for block in written(frame, items, names, template):
        placed = place_block(said, recognisable(block.text), location)

        assert without_blocks(placed).split() == said.split()
        masked = masking_blocks(placed)
        assert len(masked) == len(placed)
        assert unmasked(masked).split() == said.split()


@given(st.text())
def test_a_text_without_blocks_stays_as_it_is(text: str) -> None:
    assert without_blocks(text) == text
    assert "\0" in text or unmasked(text) == text
    assert without_blocks(f"[{text}") == f"[{text}"


def test_a_shipped_template_needs_no_mark() -> None:
    block = written(
        PromptSettings().memory_context_template, [("Anna", "Hi.")], ("A", "Mara"), ""
    )[0].text

    assert block.startswith("[Mara remembers from earlier conversations:\n")
    assert recognisable(block) == block
    assert recognisable("") == ""


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["Hi."], ["Hi."]),
        ([f"System. {EARLIER}", "old", f"older\n\n{NOW}\nHi."], ["System.", "", "Hi."]),
        ([EARLIER, "old", NOW, "Hi."], ["", "", "", "Hi."]),
        ([f"{EARLIER} old {NOW} Hi."], ["Hi."]),
        ([EARLIER, "Hi."], [EARLIER, "Hi."]),
        ([NOW, EARLIER], [NOW, EARLIER]),
    ],
)
def test_what_was_replayed_is_not_said(texts: list[str], said: list[str]) -> None:
    assert without_replays(texts) == said


def test_a_mark_that_a_model_left_open_takes_no_words() -> None:
    """The reply is remembered, and so is all that is said after it."""
    reply = f"{BEGINS}Memories of Miku: I keep"
    prompt = f"Miku: {reply}\nAnna: I sail.\n{BEGINS}Memories{ENDS}\nMiku:"

    assert without_blocks(reply) == "Memories of Miku: I keep"
    assert without_blocks(f"I keep{ENDS} bees.") == "I keep bees."
    assert "I sail." in masking_blocks(prompt)
    assert "Memories\u2064" not in masking_blocks(prompt)


@pytest.mark.parametrize(
    "part",
    [
        f"{BEGINS}x",
        f"x{ENDS}",
        "[Miku remembers from earlier conversations:\n",
        "Anna: [The story of Miku so far:\nline\n",
        "[Miku always keeps in mind:\n] x\n",
        " ",
        "\n",
    ],
)
def test_marks_without_an_end_cost_little(part: str) -> None:
    text = part * (2_000_000 // len(part))
    began = process_time()

    without_blocks(f"{text}x{BEGINS}{ENDS}")
    without_blocks(f"[{text}")

    assert process_time() - began < 5


@pytest.mark.parametrize("space", [" ", "\n", " \n", "\t"])
def test_much_space_takes_no_time(space: str) -> None:
    began = time.process_time()
    text = unmasked("a" + space * 60_000 + "b \n\0\0 c")

    assert text == "a" + space * 60_000 + "b\nc"
    assert time.process_time() - began < 1


BLOCK = (
    "[Miku remembers from earlier conversations:\n"
    "[8 May 2026]\nAnna: I keep bees.\nMiku: In a mill!\n]"
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f'Look what it wrote: "{BLOCK}" Odd, no?', "Odd, no?"),
        (f"Look:\n> {BLOCK.replace(chr(10), chr(10) + '> ')}\nOdd, no?", "Odd, no?"),
        (f"```\n{BLOCK}\n```\nOdd, no?", "Odd, no?"),
        (f"**{BLOCK}**\nOdd, no?", "Odd, no?"),
        (f"It said (`{BLOCK}`) again.", "again."),
    ],
)
def test_a_quoted_block_is_known_within_a_message(said: str, left: str) -> None:
    """Whoever quotes it puts marks before its lines, or around it."""
    rest = without_blocks(said)

    assert "bees" not in rest
    assert "mill" not in rest
    assert rest.endswith(left)


def test_a_copy_that_was_broken_off_is_known_as_far_as_it_goes() -> None:
    """A model repeats the block and stops at its last token."""
    copy = BLOCK[: BLOCK.index("In a")]

    assert without_blocks(f"Hm.\n{copy}") == "Hm."
    assert without_blocks(f"{copy}\n\nI went home.") == "I went home."


def test_a_frame_alone_takes_nothing_away() -> None:
    text = "[Miku remembers from earlier conversations:\nnothing at all"

    assert without_blocks(text) == text
