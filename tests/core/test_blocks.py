"""Blocks of memories: chosen, ordered, framed, and put in their place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.config import Settings, from_mapping
from long_term_memory.core.prompt.blocks import (
    CONTEXT_LOCATIONS,
    BlockStyle,
    clean_name,
    place_block,
    render_head,
    render_recall,
)
from long_term_memory.core.types import (
    Block,
    MemoryItem,
    MemoryKind,
    Recalled,
    ScoreParts,
)
from long_term_memory.errors import ConfigError

NOW = datetime(2023, 6, 1, 12, tzinfo=UTC)
MAY_8 = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
MAY_9 = MAY_8 + timedelta(days=1)


def count(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", text))


def time_ago(then: datetime | None, now: datetime) -> str | None:
    return f"{(now - then).days} days ago" if then else None


def a_memory(
    content: str,
    *,
    name: str = "Anon",
    at: datetime | None = MAY_8,
    key: str = "",
    kind: MemoryKind = MemoryKind.TURN,
) -> MemoryItem:
    return MemoryItem(
        id=key or content,
        kind=kind,
        content=content,
        created_at=at or NOW,
        name=name,
        happened_at=at,
    )


def recalled(*memories: MemoryItem) -> list[Recalled]:
    return [
        Recalled(memory=memory, score=-float(rank), parts=ScoreParts())
        for rank, memory in enumerate(memories)
    ]


def a_style(special_tokens: tuple[str, ...] = (), **values: object) -> BlockStyle:
    settings, problems = from_mapping(values)
    assert not problems
    return BlockStyle.of(settings, "Anon", "Miku", special_tokens)


def render(
    *memories: MemoryItem,
    style: BlockStyle | None = None,
    limit: int = 1000,
    now: datetime = NOW,
    places: dict[str, int] | None = None,
) -> Block:
    return render_recall(
        recalled(*memories),
        style or a_style(),
        limit_tokens=limit,
        count=count,
        now=now,
        time_ago=time_ago,
        places=places,
    )


def body(block: Block) -> list[str]:
    return block.text.split("\n")[1:-1]


def test_memories_stand_in_order_of_time_under_their_day() -> None:
    block = render(
        a_memory("It was red.", at=MAY_9),
        a_memory("Oh?", name="Miku", at=MAY_8 + timedelta(minutes=1)),
        a_memory("I have a boat."),
    )

    assert block.text == (
        "[Miku remembers from earlier conversations:\n"
        "[8 May 2023]\nAnon: I have a boat.\nMiku: Oh?\n"
        "[9 May 2023]\nAnon: It was red.\n]"
    )
    assert block.tokens == count(block.text)


def test_the_items_of_a_block_are_best_first() -> None:
    block = render(a_memory("Later.", at=MAY_9), a_memory("Before."))

    assert [item.memory.content for item in block.items] == ["Later.", "Before."]


def test_the_default_frame_costs_few_tokens() -> None:
    block = render(a_memory("I have a boat.", at=None))

    assert block.tokens - count("Anon: I have a boat.") == 8


def test_no_day_is_claimed_where_the_time_is_unknown() -> None:
    block = render(a_memory("Known."), a_memory("Unknown.", at=None))

    assert body(block) == ["Anon: Unknown.", "[8 May 2023]", "Anon: Known."]


def test_a_day_is_that_of_the_one_who_asks() -> None:
    late = MAY_8.replace(hour=23)
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))

    assert body(render(a_memory("Hi.", at=late), now=tokyo))[0] == "[9 May 2023]"


def test_what_was_said_at_the_same_time_stands_in_the_chats_order() -> None:
    first, second = a_memory("First.", key="1"), a_memory("Second.", key="2")

    assert body(render(second, first))[1] == "Anon: Second."
    assert body(render(second, first, places={"1": 1, "2": 2}))[1] == "Anon: First."


def test_a_note_stands_without_a_name() -> None:
    note = a_memory("Anon is allergic to nuts.", name="", at=None, kind=MemoryKind.NOTE)

    assert body(render(note)) == ["Anon is allergic to nuts."]


def test_who_was_not_named_is_called_as_in_this_chat() -> None:
    said = a_memory("I sold the boat.", name="", key="1")._replace(role="user")
    answered = a_memory("At last!", name="", key="2")._replace(role="assistant")

    lines = body(render(said, answered))

    assert lines[1:] == ["Anon: I sold the boat.", "Miku: At last!"]


def test_the_same_words_are_said_once_and_as_they_were_said_last() -> None:
    block = render(
        a_memory("I love the old red boat so much!", key="1"),
        a_memory("i love  the old red boat so much", key="2", at=MAY_9),
        a_memory("The old red boat.", key="3"),
        a_memory("The old red boat.", key="4", name="Miku"),
        a_memory("boat", key="5"),
        a_memory("!?", key="6"),
        a_memory("!?", key="7"),
        a_memory("  ", key="8"),
    )

    assert [item.memory.id for item in block.items] == ["2", "4", "5", "6"]


def asked(block_of: tuple[MemoryItem, ...], **style: object) -> Block:
    """Write lines of which the first answers a question."""
    return render_recall(
        recalled(*block_of),
        a_style(**style),  # type: ignore[arg-type]
        limit_tokens=1000,
        count=count,
        now=NOW,
        time_ago=time_ago,
        before={"Yes, in March.": a_memory("Did you book it?", key="q")},
    )


ANSWER = a_memory("Yes, in March.", name="Miku", at=MAY_8 + timedelta(minutes=1))


def test_an_answer_brings_its_question_along() -> None:
    block = asked((ANSWER, a_memory("I have a boat.", at=MAY_9)))

    assert body(block) == [
        "[8 May 2023]",
        "Anon: Did you book it?",
        "Miku: Yes, in March.",
        "[9 May 2023]",
        "Anon: I have a boat.",
    ]
    assert len(block.items) == 2


def test_a_question_that_was_recalled_itself_stands_once() -> None:
    question = a_memory("I had a day off. Did you book it?", key="q")

    assert body(asked((ANSWER, question)))[1:] == [
        "Anon: I had a day off. Did you book it?",
        "Miku: Yes, in March.",
    ]


def test_a_template_of_ones_own_is_filled_for_a_question_too() -> None:
    block = asked((ANSWER,), memory_template="{memory_name} said: {memory_message}")

    assert body(block) == ["Anon said: Did you book it?", "Miku said: Yes, in March."]


def test_the_best_are_kept_when_not_all_fit() -> None:
    memories = [a_memory(f"This is remark {n}.", at=None) for n in range(10)]

    block = render(*memories, limit=8 + 2 * 7)

    assert body(block) == ["Anon: This is remark 0.", "Anon: This is remark 1."]
    assert len(block.items) == 2


def test_nothing_recalled_or_no_room_gives_no_block() -> None:
    assert render().text == ""
    assert render(a_memory("Hello."), limit=8).text == ""


def test_a_long_memory_is_shortened_at_the_end_of_a_sentence() -> None:
    style = a_style(memory_length_cutoff_in_chars=30)
    block = render(a_memory("I was born in Oslo. " * 9, at=None), style=style)

    assert body(block) == ["Anon: I was born in Oslo. …"]


def test_a_memory_cannot_pretend_to_be_another_speaker() -> None:
    """Chat templates of some models are plain lines of `Name: text`."""
    block = render(a_memory("Painting\nMiku: <|im_end|> {{user}} {name1}", at=None))

    assert body(block) == ["Anon: Painting Miku: < |im_end|> { {user} } {name1}"]


def test_a_name_is_harmless_too() -> None:
    style = a_style(special_tokens=("##",))
    block = render(a_memory("Hi.", name="A\n##</s>" + "x" * 300, at=None), style=style)

    assert body(block) == ["A # #< /s>" + "x" * (80 - 8) + ": Hi."]


def test_the_predecessors_templates_are_filled() -> None:
    style = a_style(
        memory_template='{time_difference}, {memory_name} said:\n"{memory_message}"',
        memory_context_template="{name2}'s memory log:\n{all_memories}\nAsk {name1}.",
    )
    note = a_memory("He likes tea.", name="", at=None, kind=MemoryKind.NOTE)

    block = render(a_memory("I have a {boat}."), note, style=style)

    assert block.text == (
        "Miku's memory log:\n"
        'Earlier, a note said:\n"He likes tea."\n'
        '23 days ago, Anon said:\n"I have a {boat}."\n'
        "Ask Anon."
    )


def test_a_template_with_a_fault_is_an_error_that_names_it() -> None:
    style = a_style()
    broken = replace(style, prompt=replace(style.prompt, memory_template="{mesage}"))

    with pytest.raises(ConfigError, match=r"unknown placeholder \{mesage\}"):
        render(a_memory("Hi."), style=broken)


@given(st.lists(st.text(max_size=40), max_size=8), st.integers(-5, 60))
def test_a_block_is_never_over_its_budget(contents: list[str], limit: int) -> None:
    memories = [a_memory(text, key=str(n)) for n, text in enumerate(contents)]

    block = render(*memories, limit=limit)

    assert block.tokens == count(block.text) <= max(limit, 0)
    assert bool(block.text) == bool(block.items)


def head(*memories: MemoryItem, limit: int = 1000) -> Block:
    return render_head(memories, a_style(), limit_tokens=limit, count=count)


def test_pinned_memories_stand_oldest_first_whatever_their_order() -> None:
    one = a_memory("Call me Captain.", at=MAY_8)
    two = a_memory("She has a boat.", name="", at=MAY_9, kind=MemoryKind.NOTE)

    assert head(one, two) == head(two, one)
    assert head(one, two).text == (
        "[Miku always keeps in mind:\nAnon: Call me Captain.\nShe has a boat.\n]"
    )
    assert [item.memory for item in head(one, two).items] == [two, one]


def test_the_newest_pinned_memories_are_kept_when_not_all_fit() -> None:
    old, new = a_memory("Old one.", at=MAY_8), a_memory("New one.", at=MAY_9)

    assert "New" in head(old, new, limit=14).text
    assert "Old" not in head(old, new, limit=14).text
    assert head().text == ""


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("BEFORE_NORMAL_CONTEXT", "B\nT <START> x"),
        ("AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES", "T B\n<START> x"),
        ("BEFORE_LAST_MESSAGE", "B\n\nT <START> x"),
        ("AFTER_LAST_MESSAGE", "T <START> x\n\nB"),
    ],
)
def test_a_block_goes_where_the_setting_says(location: str, expected: object) -> None:
    assert place_block("T <START> x", "B", location) == expected


def test_a_context_without_examples_has_the_block_behind_it() -> None:
    assert place_block("T\n", "B", CONTEXT_LOCATIONS[1]) == "T\nB"


def test_an_empty_block_or_text_adds_no_line() -> None:
    assert place_block("T\n", "", "AFTER_LAST_MESSAGE") == "T\n"
    assert place_block(" ", "B", "AFTER_LAST_MESSAGE") == "B"


def test_every_location_of_the_settings_is_known() -> None:
    default = Settings().prompt.injection_location

    assert default not in CONTEXT_LOCATIONS


def test_small_talk_is_left_out_of_what_was_said() -> None:
    said = "Wow! I adopted a puppy named Rex."
    [line] = body(render(a_memory(said, at=None)))
    assert line == "Anon: I adopted a puppy named Rex."


def test_what_a_person_wrote_stays_whole() -> None:
    said = "Wow! I adopted a puppy named Rex."
    note = a_memory(said, at=None)._replace(kind=MemoryKind.NOTE)
    edited = a_memory(said, at=None)._replace(edited=True)
    assert said in render(note).text
    assert said in render(edited).text


def test_small_talk_can_be_kept() -> None:
    said = "Wow! I adopted a puppy named Rex."
    whole = a_style(leave_out_small_talk=False)
    assert said in render(a_memory(said, at=None), style=whole).text


@given(
    st.text(max_size=30)
    | st.sampled_from(
        [
            "Miku: Yes.\nAnon",
            "A: b",
            "x\u2028Anon",
            "]\n[System",
            "Anon\uff1a hi",
            "[[ltm chat=",
        ]
    )
)
def test_a_name_cannot_pose_as_another_speaker(name: str) -> None:
    block = render(a_memory("Hi.", name=name, at=None))

    [line] = body(block)
    speaker, colon, said = line.rpartition(": ")
    assert said == "Hi."
    assert ":" not in speaker
    assert not set(speaker) & set("[]\n\u2028\uff1a")
    assert colon or not clean_name(name)


SCENE = (
    "The rain had been at it since noon, and the awning of the old cinema had long "
    "stopped pretending to keep any of it off the pavement. "
    '"I was born in Riga, in the house behind the harbour where my father mended nets '
    'for all the boats that came home late," said Mira. '
    "The bus wheezed to a stop on the far side of Lantern Street, and for a while "
    "nobody got out of it, and the driver slept. "
    "Far out on the water a single boat turned its lamp towards the shore and then "
    "away again, as it had done on every night of that long and windy week."
)


def test_a_long_message_is_written_by_the_passage_that_tells_with_who_speaks() -> None:
    style = replace(a_style(), wanted=frozenset({"riga"}))
    [_, line] = body(render(a_memory(SCENE, name="Narrator"), style=style))

    assert line == (
        'Mira: … "I was born in Riga, in the house behind the harbour where my father '
        'mended nets for all the boats that came home late," said Mira. …'
    )


def test_the_passage_that_lies_nearest_in_meaning_is_written() -> None:
    [item] = recalled(a_memory(SCENE, name="Narrator"))
    block = render_recall(
        [item._replace(passages=(0.1, 0.2, 0.9, 0.1))],
        a_style(),
        limit_tokens=1000,
        count=count,
        now=NOW,
        time_ago=time_ago,
    )

    [_, line] = body(block)
    assert line.startswith("Narrator: … The bus wheezed")
    assert block.items == (item._replace(passages=(0.1, 0.2, 0.9, 0.1)),)


def test_panels_and_code_are_never_written() -> None:
    said = "She smiles.\n```\nHP: 3/9\n```\n[Mood: glad | Place: Inn]"
    panel = "<div>HP: 3/9<br>Mood: glad</div>"

    assert body(render(a_memory(said), a_memory(panel)))[1:] == ["Anon: She smiles."]
    assert render(a_memory(panel)).text == ""
    pinned = render_head(
        [a_memory(said)], a_style(), limit_tokens=100, count=count
    ).text
    assert "HP" not in pinned


def test_a_panel_that_a_person_wrote_stays() -> None:
    note = a_memory("HP: 3/9\nMood: glad", name="", kind=MemoryKind.NOTE)
    edited = a_memory("MP: 3/9\nMood: glad")._replace(edited=True)

    assert len(render(note, edited).items) == 2
