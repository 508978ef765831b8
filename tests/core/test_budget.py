"""What fits is kept, what is cut ends well, and history starts where it did."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.config import PromptSettings
from long_term_memory.core.prompt.budget import (
    ELLIPSIS,
    NOT_BEGUN,
    TokenShares,
    fit,
    going_on,
    share_tokens,
    shorten,
    split_tokens,
    steady_limit,
    steady_start,
    steps_of,
)

WORDS = st.lists(
    st.sampled_from(["a", "bb b", "cc c cc", "d d d d d d d"]), max_size=12
)


def count(text: str) -> int:
    return len(text.split())


def framed(items: Sequence[str]) -> str:
    return f"[ {' '.join(items)} ]"


def fitted(items: Sequence[str], limit: int) -> tuple[list[str], str, int]:
    return fit(items, limit, count, framed, str)


def test_shares_of_a_context_follow_the_settings() -> None:
    shares = share_tokens(8192, PromptSettings())

    assert shares == TokenShares(
        persona=1638, memories=2048, history=2867, reply=1638, head=400, recall=1000
    )


def test_pinned_memories_leave_room_to_recall_in_a_small_context() -> None:
    shares = share_tokens(2048, PromptSettings())

    assert (shares.memories, shares.head, shares.recall) == (512, 170, 342)


def test_a_context_of_unknown_size_leaves_room_for_nothing() -> None:
    assert share_tokens(-1, PromptSettings()).recall == 0


def test_the_head_block_and_the_story_leave_a_third_to_recall() -> None:
    prompt = PromptSettings(head_tokens=200)
    assert split_tokens(1200, prompt, 600) == (200, 400, 600)
    assert split_tokens(300, prompt, 0) == (100, 0, 200)
    assert split_tokens(-1, prompt, 600) == (0, 0, 0)


def test_all_items_are_kept_when_they_fit() -> None:
    assert fitted(["a", "b b"], 5) == (["a", "b b"], "[ a b b ]", 5)


def test_an_item_that_does_not_fit_is_passed_over_for_a_smaller_one() -> None:
    kept, text, tokens = fitted(["a", "b b b b", "c", "d"], 5)

    assert (kept, text, tokens) == (["a", "c", "d"], "[ a c d ]", 5)


def test_an_item_that_fits_alone_is_dropped_if_the_whole_text_does_not() -> None:
    """A part's own count is a lower bound; what counts is the whole text."""

    def spaced(items: Sequence[str]) -> str:
        return "[ " + " - - ".join(items) + " ]"

    assert fit(["a", "b b b", "c"], 5, count, spaced, str)[0] == ["a"]


def test_no_item_means_no_frame_either() -> None:
    assert fitted([], 5) == ([], "", 0)
    assert fitted(["a"], 2) == ([], "", 0)


def test_few_counts_are_asked_for_when_all_fits() -> None:
    """Counting may be a request to another process."""
    counted: list[str] = []

    def counting(text: str) -> int:
        counted.append(text)
        return count(text)

    fit(["a"] * 30, 100, counting, framed, str)

    assert len(counted) == 1


@given(WORDS, st.integers(-1, 40))
def test_fitting_is_greedy_and_never_over_budget(
    items: Sequence[str], limit: int
) -> None:
    greedy: list[str] = []
    for item in items:
        if count(framed([*greedy, item])) <= limit:
            greedy.append(item)

    kept, text, tokens = fitted(items, limit)

    assert kept == greedy
    assert tokens == count(text) <= max(limit, 0)


def test_a_short_text_is_not_touched() -> None:
    assert shorten("No mark at its end", 18) == "No mark at its end"


def test_a_long_text_is_cut_where_a_sentence_ends() -> None:
    assert shorten('She said "No." Then she left the room.', 30) == 'She said "No." …'
    assert shorten("彼は言った。そして部屋を出て行った。", 12) == "彼は言った。 …"
    assert shorten("A line\nand another line", 15) == "A line …"


def test_a_number_is_not_cut_at_its_point() -> None:
    assert shorten("It is two. It costs 3.50 euros.", 25) == "It is two. …"


def test_a_million_marks_are_cut_as_fast_as_letters() -> None:
    """Trying every mark as the first of the run would take days."""
    assert shorten("." * 1_000_000, 900_000).endswith(ELLIPSIS)


def test_a_single_long_sentence_is_cut_behind_a_word() -> None:
    assert shorten("one two three four five", 12) == "one two …"
    assert shorten("x" * 100, 10) == "x" * 8 + " …"
    assert shorten("xyz", 1) == " …"


@given(
    st.lists(st.sampled_from(["Oh. ", "I went home! ", "Who (me?) "]), min_size=1),
    st.integers(20, 60),
)
def test_a_cut_is_never_in_the_middle_of_a_sentence(
    sentences: list[str], limit: int
) -> None:
    text = "".join(sentences).strip()

    short = shorten(text, limit)

    assert len(short) <= limit
    if short != text:
        assert short.endswith(ELLIPSIS)
        kept = short.removesuffix(ELLIPSIS)
        assert text.startswith(kept)
        assert re.search(r"[.!?)]$", kept)


def test_a_chat_that_fits_is_kept_whole() -> None:
    assert steady_start([10] * 5, 50, 0) == 0
    assert steady_start([], 50, 3) == 0


def test_the_start_stays_for_many_turns_once_it_has_moved() -> None:
    lengths, start = [10] * 10, 0
    starts: list[int] = []
    for _ in range(40):
        lengths.append(10)
        start = steady_start(lengths, 100, start)
        starts.append(start)
        assert sum(lengths[start:]) <= 100

    assert len(set(starts)) == 40 // 4
    assert starts == sorted(starts)


def test_a_limit_that_swings_does_not_move_the_start_back() -> None:
    lengths = [10] * 11
    start = steady_start(lengths, 100, 0)

    assert steady_start(lengths, 110, start) == start
    assert steady_start(lengths, 90, start) == start


def test_the_start_moves_back_after_deletions() -> None:
    assert steady_start([10] * 6, 100, 50) == 0
    assert steady_start([10] * 14, 100, 10) == 7


def test_a_last_message_that_just_fits_is_kept() -> None:
    assert steady_start([10, 90], 100, 0) == 0
    assert steady_start([20, 90], 100, 0) == 1


def test_a_last_message_that_is_too_long_leaves_nothing() -> None:
    assert steady_start([10, 200], 100, 0) == 2
    assert steady_start([10], -5, 0) == 1


@given(
    st.lists(st.integers(0, 80), max_size=30),
    st.integers(-10, 200),
    st.integers(-3, 40),
)
def test_what_is_kept_fits_from_any_former_start(
    lengths: list[int], limit: int, previous: int
) -> None:
    start = steady_start(lengths, limit, previous)

    assert 0 <= start <= len(lengths)
    assert sum(lengths[start:]) <= max(limit, 0)
    if lengths and lengths[-1] <= limit:
        assert start < len(lengths)
    if start not in (0, len(lengths)):
        assert steady_start(lengths, limit, start) == start


@pytest.mark.parametrize(
    ("tokens", "steps"),
    [(0, 0), (31, 0), (32, 32), (100, 96), (511, 480), (512, 512), (600, 576)],
)
def test_a_limit_moves_in_steps(tokens: int, steps: int) -> None:
    assert steps_of(tokens) == steps


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_steady_limit_fits_and_wastes_little(tokens: int, previous: int) -> None:
    found = steady_limit(tokens, previous)

    assert found <= tokens
    assert found >= steps_of(tokens * 3 // 4)


def test_a_steady_limit_stays_while_its_room_varies_a_little() -> None:
    limits = [320]
    for tokens in (330, 350, 321, 400, 325, 420):
        limits.append(steady_limit(tokens, limits[-1]))

    assert set(limits) == {320}
    assert steady_limit(300, 320) == 288
    assert steady_limit(900, 320) == 896


def test_what_left_comes_back_only_by_deletions_or_a_wider_limit() -> None:
    begun = going_on([10] * 20 + [60], 150, NOT_BEGUN)
    shorter = going_on([10] * 20 + [1], 150, begun)
    longer = going_on([10] * 20 + [60], 150, shorter)

    assert begun.start > 0
    assert begun.start == shorter.start == longer.start
    assert going_on([10] * 12, 150, begun).start == 1
    assert going_on([10] * 20 + [1], 400, begun).start == 0
