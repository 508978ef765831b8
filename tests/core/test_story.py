"""How summaries are written into a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.config import Settings
from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import Heard
from long_term_memory.core.knowledge.outdated import (
    NOTHING_OUTDATED,
    Outdated,
    outdated,
)
from long_term_memory.core.knowledge.standing import facts_of
from long_term_memory.core.prompt.blocks import BlockStyle
from long_term_memory.core.prompt.story import (
    Chooser,
    StoryLine,
    entries_of,
    render_story,
    written,
)
from long_term_memory.core.types import Block, MemoryItem, MemoryKind

AT = datetime(2026, 5, 8, 12, tzinfo=UTC)
STYLE = BlockStyle.of(Settings(), "Kit", "Marnie")


def words(text: str) -> int:
    return len(text.split())


def memory(content: str, number: int = 0, at: datetime | None = None) -> MemoryItem:
    return MemoryItem(
        id=f"m{number}",
        kind=MemoryKind.SUMMARY,
        content=content,
        created_at=AT,
        happened_at=at,
    )


def rendered(
    *contents: str,
    room: int = 200,
    at: datetime | None = None,
    by_hand: Sequence[str] = (),
    whole: Sequence[str] = (),
    outdated: Outdated = NOTHING_OUTDATED,
) -> Block:
    memories = [memory(text, n, at) for n, text in enumerate(contents)]
    return render_story(
        memories,
        STYLE,
        limit_tokens=room,
        count=words,
        zone=UTC,
        by_hand=by_hand,
        whole=whole,
        outdated=outdated,
    )


def lines(block: Block) -> list[str]:
    return block.text.splitlines()[1:-1]


def test_what_is_written_is_read_again() -> None:
    entries = [
        StoryLine(text='"I swear it."', name="Ilvara", day=date(2026, 3, 4)),
        StoryLine(text="The glass breaks.", day=date(2026, 3, 4)),
        StoryLine(text="i moved out", name="Kit", day=date(2026, 3, 6)),
    ]

    text = written(entries)

    assert text.splitlines()[0] == "[4 March 2026]"
    assert entries_of(text) == entries


def test_a_line_of_a_person_or_a_model_is_a_line() -> None:
    assert entries_of(
        "\nThe cellar was flooded.\n[31 February 2026]\n", by_hand=True
    ) == [StoryLine(text="The cellar was flooded.", by_hand=True)]
    assert entries_of("One thing: it rained.", {"Kit"}) == [
        StoryLine(text="One thing: it rained.")
    ]


def test_each_day_has_its_date_and_each_speaker_a_name() -> None:
    block = rendered(
        "[4 March 2026]\nKit: i moved out of the flat\nKit: my dog died on monday\n"
        "[6 March 2026]\nKit: jess has a baby now\n[2 January 2027]\n"
        "Jess: the glass broke in two"
    )

    assert lines(block) == [
        "[4 Mar 2026] Kit: i moved out of the flat",
        "my dog died on monday",
        "[6 Mar] jess has a baby now",
        "[2 Jan 2027] Jess: the glass broke in two",
        "\u2026",
    ]


def test_beside_lines_of_the_scene_each_speaker_is_named_again() -> None:
    block = rendered(
        'Tess: "I sold it."\nTess: "Tuck paid you."\n"Nobody believes it."'
    )

    assert lines(block)[:3] == [
        "Tess sold it.",
        "Tess: Tuck paid you.",
        '"Nobody believes it."',
    ]


def test_what_names_its_speaker_needs_no_name_before_it() -> None:
    assert lines(rendered("Tess: Tess throws the rope over the rail."))[0] == (
        "Tess throws the rope over the rail."
    )


def test_what_says_who_speaks_needs_no_name_before_it() -> None:
    said = '"Good evening, sister of mine." says Tess of the Drowned Court.'

    assert lines(rendered(f"Tess: {said}"))[0] == said


def test_a_text_without_days_begins_on_the_day_of_its_summary() -> None:
    assert lines(rendered("Kit moved ten boxes.", at=AT))[0] == (
        "[8 May 2026] Kit moved ten boxes."
    )


def test_where_a_whole_summary_is_left_out_a_mark_stands() -> None:
    block = rendered(
        "Kit: my dog died on monday",
        "Kit: we had beans on toast for tea",
        "Kit: i moved to my sister",
        room=26,
    )

    assert lines(block) == [
        "Kit: my dog died on monday",
        "\u2026",
        "Kit: i moved to my sister",
        "\u2026",
    ]
    assert [item.memory.id for item in block.items] == ["m0", "m2"]


def test_a_promise_says_what_became_of_it() -> None:
    block = rendered(
        "Kit: i owe jess 600 quid",
        "Kit: jess is fully paid off",
        "Kit: i promise to sing",
    )

    assert "Kit: i owed jess 600 quid (paid)" in lines(block)
    assert "Kit promised to sing" in lines(block)


def test_a_debt_that_is_told_amid_a_quote_is_marked_beside_it() -> None:
    owed, paid = "I owe forty silver to Madam Tuck in Corrow.", "Paid in full, Tess."
    before, after = "I sold the boat to Pell.", "I left the ring in Corrow."

    [line, *_] = lines(rendered(f'Tess: "{before} {owed}"', f'Tuck: "{paid}"'))
    assert line.endswith("Tess owed forty silver to Madam Tuck in Corrow. (paid)")

    [line, *_] = lines(rendered(f'Tess: "{owed} {after}"', f'Tuck: "{paid}"'))
    assert "to Madam Tuck in Corrow. (paid) " in line


def test_passages_of_a_line_that_do_not_follow_each_other_are_marked() -> None:
    line = (
        "Kit: my old dog died on monday. we had beans on toast for tea with salt "
        "and a lot of brown sauce. my sister has a baby now."
    )

    assert lines(rendered(line, room=28))[0] == (
        "Kit: my old dog died on monday. \u2026 my sister has a baby now."
    )


def test_what_a_person_wrote_is_told_whole_and_before_a_models_words() -> None:
    mine = "We had beans. On toast."
    block = rendered(
        mine,
        "A model wrote this about a dog that died and of much else that was told.",
        room=24,
        by_hand=[mine],
        whole=["m1"],
    )

    assert lines(block) == [mine, "\u2026"]


def test_what_a_person_wrote_at_too_great_length_is_shortened_at_its_end() -> None:
    mine = "The cellar was flooded again. " * 40

    block = rendered(mine.strip(), room=40, by_hand=[mine.strip()])

    assert block.tokens <= 40
    assert lines(block)[0].startswith("The cellar was flooded again.")


def test_no_room_tells_nothing() -> None:
    assert rendered("Kit: my dog died on monday", room=9) == Block()
    assert rendered() == Block()


@given(
    st.lists(
        st.sampled_from(
            [
                "Kit: my dog died on monday",
                "Kit: we had beans on toast for tea",
                '[4 March 2026]\nIlvara: "I swear it on the light of the tower."',
                "The glass breaks and the light goes out. Pell has gone.",
                "Kit: i owe jess 600 quid\nKit: jess is fully paid off",
            ]
        ),
        max_size=9,
    ),
    st.integers(0, 150),
)
def test_a_story_fits_its_room_and_marks_what_it_leaves_out(
    contents: list[str], room: int
) -> None:
    block = rendered(*contents, room=room)

    assert block.tokens == words(block.text) <= room
    told = {item.memory.id for item in block.items}
    if told:
        assert len(told) == len(contents) or "\u2026" in block.text
    if contents and room >= 60:
        assert told


def test_a_story_a_little_too_long_is_shortened_and_not_left_out() -> None:
    def count(text: str) -> int:
        """Count one token too many for two lines, however little the room shrinks."""
        told = sum(len(line) > 100 for line in text.splitlines())
        return 101 if told > 1 else 50 * told

    long = "Kit: my old dog died at the very end of the long winter of the year {} "
    content = "\n".join(long.format(n) + f"{n}x" * 22 for n in (101, 102, 103))
    block = render_story(
        [memory(content)], STYLE, limit_tokens=100, count=count, zone=UTC
    )

    assert "my old dog died" in block.text


@pytest.mark.parametrize("room", [60, 90, 150])
def test_the_room_is_used_where_there_is_enough(room: int) -> None:
    contents = [f"Kit: on day {n} my old dog died again" for n in range(40)]

    assert rendered(*contents, room=room).tokens >= 0.8 * room


# -- marks -----------------------------------------------------------------------------


def on_days(*days: tuple[str, int, int], room: int = 200) -> list[str]:
    """Render summaries, each with its text and the days of May 2026 that it tells."""
    memories = [
        memory(text, n, datetime(2026, 5, first, 12, tzinfo=UTC))
        for n, (text, first, _) in enumerate(days)
    ]
    ends = {
        one.id: datetime(2026, 5, last, 13, tzinfo=UTC)
        for one, (_, _, last) in zip(memories, days, strict=True)
    }
    return lines(
        render_story(
            memories, STYLE, limit_tokens=room, count=words, zone=UTC, ends=ends
        )
    )


DOG = "Kit: my dog died on monday"
BABY = "Kit: my sister has a baby now"


def test_days_of_which_nothing_is_told_are_named() -> None:
    assert on_days((DOG, 1, 2), ("", 3, 5), ("", 6, 9), (BABY, 12, 12)) == [
        "[1 May 2026] Kit: my dog died on monday",
        "(from 3 to 9 May: nothing told)",
        "[12 May] Kit: my sister has a baby now",
        "\u2026",
    ]


def test_a_day_that_is_told_in_part_is_not_named() -> None:
    told = on_days((DOG, 1, 3), ("", 3, 4), (BABY, 4, 5), ("", 5, 6))

    assert told == [
        "[1 May 2026] Kit: my dog died on monday",
        "\u2026",
        "[4 May] Kit: my sister has a baby now",
        "(6 May: nothing told)",
    ]


def test_where_nothing_is_told_at_all_its_days_are() -> None:
    assert on_days(("", 3, 9), ("Kit: haha", 9, 11)) == [
        "(from 3 to 11 May 2026: nothing told)"
    ]
    assert on_days() == []


def test_days_of_two_months_are_named_with_both() -> None:
    memories = [memory("", 0, datetime(2026, 12, 28, 12, tzinfo=UTC))]
    ends = {"m0": datetime(2027, 1, 3, 12, tzinfo=UTC)}

    block = render_story(
        memories, STYLE, limit_tokens=99, count=words, zone=UTC, ends=ends
    )

    assert lines(block) == ["(from 28 Dec 2026 to 3 Jan 2027: nothing told)"]


def test_what_a_person_wrote_on_many_lines_is_shortened_the_longest_first() -> None:
    long = "The cellar was flooded again. " * 30
    mine = ["It rained.", long.strip(), "The lamp broke."]

    block = rendered("\n".join(mine), room=50, by_hand=mine)

    assert block.tokens <= 50
    assert lines(block)[0] == "It rained."
    assert lines(block)[2] == "The lamp broke."
    assert lines(block)[1].startswith("The cellar was flooded again.")


# -- what holds no more ----------------------------------------------------------------

STATED = "I work at the bakery."
LEFT = outdated(
    facts_of(
        Heard(fact, AT + timedelta(days=day))
        for day, text in enumerate((STATED, "I don't work at the bakery any more."))
        for fact in extract(Remark(text, "user", "Kit", "Marnie"))
    )
)


def test_what_holds_no_more_is_told_as_past() -> None:
    block = rendered(f"Kit: {STATED} I sold the mill to Jo.", outdated=LEFT)

    assert lines(block)[0] == f"Kit: {STATED} (no longer) I sold the mill to Jo."


def test_what_holds_goes_before_what_holds_no_more() -> None:
    told = ("Kit: I work at the brewery.", f"Kit: {STATED}")

    assert STATED in rendered(*told, room=20).text
    assert STATED not in rendered(*told, room=20, outdated=LEFT).text


def test_what_a_model_wrote_is_marked_and_what_a_person_wrote_is_not() -> None:
    line = "Kit works at the bakery."

    by_model = rendered(line, whole=["m0"], outdated=LEFT)
    assert lines(by_model)[0] == f"{line} (no longer)"
    assert lines(rendered(line, by_hand=[line], outdated=LEFT))[0] == line


def test_beside_a_promise_stands_what_became_of_it_where_it_is_read_again() -> None:
    texts = ("I promise to ring mum.", "My sister Mira got married.", "I rang mum.")
    chooser = Chooser([StoryLine(text=text, name="Kit") for text in texts], "Kit")

    assert list(chooser.chosen(20)) == [0, 1]
    assert list(chooser.chosen(20, with_ends=True)) == [0, 2]
