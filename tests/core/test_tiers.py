"""Which stretches of a path are told, and in which tiers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.summaries.tiers import (
    Key,
    Outline,
    Piece,
    Rows,
    Span,
    Tier,
    chunk_key,
    in_prompt,
    inputs_hash,
    instruction,
    outline,
    target,
    tile,
    tiled,
    until,
)


def path(count: int) -> Rows:
    return tuple(range(1, count + 1))


def known(*chunks: Rows) -> dict[int, list[Rows]]:
    found: dict[int, list[Rows]] = {}
    for rows in chunks:
        found.setdefault(rows[0], []).append(rows)
    return found


def an_outline(chunks: int) -> Outline:
    keys = [chunk_key([f"m{number}"]) for number in range(chunks)]
    return outline([Piece(at * 20, at * 20 + 20, key) for at, key in enumerate(keys)])


def all_made(whole: Outline) -> dict[Key, str]:
    return {span.key: "Told." for span in whole.spans()}


def shape(spans: list[Span]) -> list[tuple[Tier, int, int]]:
    return [(span.tier, span.first, span.end) for span in spans]


# -- chunks --------------------------------------------------------------------------


def test_the_newest_messages_that_make_no_whole_chunk_are_left_over() -> None:
    assert tile(path(59), 20, {}) == [(0, 20), (20, 40)]
    assert tile(path(19), 20, {}) == []


def test_known_chunks_stay_when_their_length_is_set_anew() -> None:
    assert tile(path(60), 30, known(path(20))) == [(0, 20), (20, 50)]


def test_after_a_removed_message_later_chunks_stay() -> None:
    rows = path(80)
    chunks = known(rows[:20], rows[20:40], rows[40:60], rows[60:])

    assert tile((*rows[:25], *rows[26:]), 20, chunks) == [
        *((0, 20), (20, 39), (39, 59), (59, 79))
    ]


def test_a_long_gap_is_divided_evenly() -> None:
    rows = path(100)

    assert tile(rows, 20, known(rows[50:70])) == [
        *((0, 25), (25, 50), (50, 70), (70, 90))
    ]


@given(
    st.lists(st.integers(1, 40), unique=True, max_size=40),
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=9), max_size=6),
    st.integers(2, 9),
)
def test_chunks_cover_the_path_from_its_start_without_gaps(
    rows: list[int], chunks: list[list[int]], every: int
) -> None:
    spans = tile(tuple(rows), every, known(*map(tuple, chunks)))

    ends = [0, *(end for _, end in spans)]
    assert [first for first, _ in spans] == ends[:-1]
    assert all(first < end for first, end in spans)
    assert len(rows) - ends[-1] < every


# -- tiers ---------------------------------------------------------------------------


def test_four_chunks_make_a_chapter_and_two_chapters_a_story() -> None:
    whole = an_outline(13)

    assert [(one.first, one.end) for one in whole.chapters] == [
        *((0, 80), (80, 160), (160, 240))
    ]
    assert [(one.first, one.end) for one in whole.stories] == [(0, 160), (0, 240)]
    assert whole.stories[1].parts == (whole.stories[0].key, whole.chapters[2].key)


def test_a_key_says_what_it_rests_on() -> None:
    one, two = an_outline(8), an_outline(9)

    assert one.chapters == two.chapters
    assert chunk_key(["ab", "c"]) != chunk_key(["a", "bc"])
    changed = outline(
        [
            Piece(0, 20, chunk_key(["other"])),
            *(Piece(*s[2:4], s[1]) for s in one.chunks[1:]),
        ]
    )
    assert changed.chapters[0].key != one.chapters[0].key
    assert changed.chapters[1].key == one.chapters[1].key
    assert changed.stories[0].key != one.stories[0].key


def test_inputs_and_target_make_the_hash() -> None:
    assert inputs_hash(100, ["a", b"b"]) == inputs_hash(100, ["a", b"b"])
    assert inputs_hash(100, ["a"]) != inputs_hash(101, ["a"])
    assert inputs_hash(100, ["ab", ""]) != inputs_hash(100, ["a", "b"])
    assert inputs_hash(100, ["\ud83d"])


# -- in the prompt -------------------------------------------------------------------


def prompted(
    left: Outline, made: dict[Key, str], room: int, by_hand: set[Key] | None = None
) -> list[Span]:
    """Say what a prompt tells if every text has ten tokens."""
    sizes = dict.fromkeys(made, 10)
    return in_prompt(left, made, sizes=sizes, room=room, by_hand=by_hand or set())


def test_the_finest_are_told_as_long_as_there_is_room() -> None:
    whole = an_outline(14)

    assert prompted(whole, all_made(whole), room=140) == list(whole.chunks)


def test_the_oldest_give_way_first_where_room_is_short() -> None:
    whole = an_outline(14)

    assert shape(prompted(whole, all_made(whole), room=139)) == [
        (Tier.CHAPTER, 0, 80),
        *((Tier.CHUNK, at, at + 20) for at in range(80, 280, 20)),
    ]
    assert shape(prompted(whole, all_made(whole), room=1)) == [
        (Tier.STORY, 0, 240),
        (Tier.CHUNK, 240, 260),
        (Tier.CHUNK, 260, 280),
    ]


def test_what_ends_in_the_window_is_not_told_yet() -> None:
    whole = an_outline(14)
    left = until(whole, 170)

    assert shape(prompted(left, all_made(whole), room=1)) == [(Tier.STORY, 0, 160)]
    assert len(prompted(left, all_made(whole), room=80)) == 8


def test_a_coarser_one_stands_in_for_parts_that_are_not_made() -> None:
    whole = an_outline(12)
    made = all_made(whole)
    del made[whole.chunks[5].key]

    assert shape(prompted(whole, made, room=1000)) == [
        *((Tier.CHUNK, at, at + 20) for at in range(0, 80, 20)),
        (Tier.CHAPTER, 80, 160),
        *((Tier.CHUNK, at, at + 20) for at in range(160, 240, 20)),
    ]


def test_what_a_person_wrote_stands_for_its_parts_at_once() -> None:
    whole = an_outline(5)
    chapter = whole.chapters[0].key

    assert shape(prompted(whole, all_made(whole), 1000, {chapter})) == [
        (Tier.CHAPTER, 0, 80),
        (Tier.CHUNK, 80, 100),
    ]


def test_what_a_person_deleted_is_not_told_by_its_parts_either() -> None:
    whole = an_outline(5)
    chapter = whole.chapters[0].key
    made = all_made(whole) | {chapter: ""}

    told = prompted(whole, made, 1000, {chapter})

    assert [made[span.key] for span in told] == ["", "Told."]


@given(
    st.integers(0, 30),
    st.sets(st.integers(0, 60)),
    st.integers(0, 700),
    st.integers(0, 400),
)
def test_nothing_is_told_twice_and_nothing_made_is_left_out(
    chunks: int, missing: set[int], place: int, room: int
) -> None:
    whole = an_outline(chunks)
    gone = {span.key for at, span in enumerate(whole.spans()) if at in missing}
    made = {key: text for key, text in all_made(whole).items() if key not in gone}

    told = prompted(until(whole, place), made, room)

    places = [at for span in told for at in range(span.first, span.end)]
    assert len(places) == len(set(places))
    assert max(places, default=-1) < place
    for chunk in until(whole, place).chunks:
        assert chunk.key not in made or chunk.first in places


# -- words ---------------------------------------------------------------------------


def test_a_chunk_is_never_longer_than_its_share_of_what_it_tells() -> None:
    targets = dict.fromkeys(Tier, 100)

    assert target(Tier.CHUNK, targets, 1000) == 100
    assert target(Tier.CHUNK, targets, 100) == 70
    assert target(Tier.CHUNK, targets, 0) == 1
    assert target(Tier.STORY, targets, 100) == 100


def test_a_model_is_told_how_long_it_may_be() -> None:
    for tier in Tier:
        assert "at most 75 words" in instruction(tier, 75)


def test_where_room_is_short_no_chapter_is_told_beside_its_story() -> None:
    whole = an_outline(14)
    story = whole.stories[0].key

    assert shape(prompted(whole, all_made(whole), 50, {story})) == [
        (Tier.STORY, 0, 160),
        (Tier.CHAPTER, 160, 240),
        (Tier.CHUNK, 240, 260),
        (Tier.CHUNK, 260, 280),
    ]


# -- what nothing tells ----------------------------------------------------------------


def test_between_what_is_told_stand_the_stretches_that_nothing_tells() -> None:
    chunks = an_outline(4).chunks

    found = tiled([chunks[1], chunks[3]], 85)

    assert [(span.first, span.end) for span in found] == [
        *((0, 20), (20, 40), (40, 60), (60, 80), (80, 85))
    ]
    assert [span in chunks for span in found] == [False, True, False, True, False]
    assert len({span.key for span in found}) == 5


def test_a_path_of_which_nothing_is_told_is_one_stretch() -> None:
    assert [(span.first, span.end) for span in tiled([], 7)] == [(0, 7)]
    assert tiled([], 0) == []
