"""How well a window fits a known chat, by its text alone."""

from __future__ import annotations

import pytest

from long_term_memory.core.timeline.chat_match import (
    Fit,
    Match,
    is_sure,
    loses,
    match_of,
)

from .chatting import knows, shows_end

GREETING = "a:Welcome, traveller! The lamps of the old harbour inn are burning late."
SISTER = "u:My sister Ada moved to Oslo last spring."
FAR = "a:How far that is, all the way up in the north!"
PIANO = "u:I have played the piano since I was seven years old."
PLAY = "a:Play me something by a composer whom you love."
BEES = "u:Behind the mill my uncle Edgar keeps bees in wooden boxes."
HI, HELLO, THANKS, OH = "u:Hi", "a:Hello!", "u:Thanks", "a:Oh."
TALK = (SISTER, FAR, PIANO, PLAY)


def fit(path: tuple[str, ...], window: tuple[str, ...]) -> Fit:
    return match_of(knows(*path), shows_end(*window)).fit


@pytest.mark.parametrize(
    ("path", "window", "expected"),
    [
        (TALK, (*TALK, BEES), Fit.GOES_ON),
        (TALK, (*TALK[:3], OH), Fit.REPLIED),
        ((HI, HELLO), (HI, OH), Fit.NONE),  # said every day, and answered otherwise
        ((*TALK, HI), (*TALK, BEES), Fit.CHANGED),
        ((*TALK, HI, HELLO, THANKS, OH, BEES, OH), (*TALK, "u:No."), Fit.BRANCH),
        ((HI, HELLO, SISTER, FAR), (HI, OH), Fit.NONE),
        (TALK, (BEES, OH), Fit.NONE),
        ((GREETING, *TALK), (GREETING, BEES), Fit.NONE),
        ((GREETING,), (GREETING, BEES), Fit.GOES_ON),
        ((HI, HELLO, SISTER), (HI, THANKS, SISTER), Fit.NONE),
        ((HI, HELLO), (HI, BEES, HELLO), Fit.NONE),  # a stranger amid small talk
    ],
)
def test_what_is_shown_fits_a_chat_by_what_both_have(
    path: tuple[str, ...], window: tuple[str, ...], expected: Fit
) -> None:
    assert fit(path, window) is expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((PIANO, PLAY, BEES), Fit.GOES_ON),  # two lines, one of them telling
        ((PLAY, BEES), Fit.NONE),
    ],
)
def test_a_window_that_slid_shows_its_chat_by_what_tells(
    window: tuple[str, ...], expected: Fit
) -> None:
    found = match_of(knows(*TALK), shows_end(*window))

    assert found.fit is expected
    assert found.past in (2, 3)


@pytest.mark.parametrize(
    ("path", "window", "expected"),
    [
        ((GREETING, HI, FAR), (GREETING, THANKS, FAR), Fit.CHANGED),
        ((HI, FAR), (THANKS, FAR), Fit.CHANGED),
        ((HI, OH), (THANKS, OH), Fit.NONE),  # the reply tells nothing
        ((HI, FAR, SISTER), (THANKS, FAR), Fit.NONE),
        ((HI, FAR), (FAR,), Fit.NONE),
        ((GREETING, HI, FAR), (OH, THANKS, FAR), Fit.NONE),
    ],
)
def test_an_only_line_was_edited_where_the_reply_to_it_stands(
    path: tuple[str, ...], window: tuple[str, ...], expected: Fit
) -> None:
    assert fit(path, window) is expected


def test_nothing_can_fit_better_where_but_a_turn_is_new() -> None:
    window = shows_end(*TALK, BEES, OH)

    assert is_sure(match_of(knows(*TALK), window), window)
    assert not is_sure(match_of(knows(*TALK[:2]), window), window)
    assert not is_sure(Match(), window)


@pytest.mark.parametrize("contested", [True, False])
def test_what_was_said_at_the_end_was_deleted_unless_two_may_show_it(
    contested: bool,
) -> None:
    path = knows(*TALK, BEES, OH)

    assert loses(path, shows_end(*TALK, THANKS), contested=contested) is contested


@pytest.mark.parametrize(
    ("path", "window", "expected"),
    [
        # The turn before is the same.
        ((*TALK, BEES, OH), (SISTER, FAR, THANKS, PLAY, BEES, OH), False),
        # Nobody knows who says these words, and the reply tells nothing.
        ((HI, HELLO, PIANO, OH), (HI, HELLO, THANKS, OH), True),
        ((HI, HELLO, PIANO, PLAY), (HI, HELLO, THANKS, PLAY), False),
        # What is left out in the middle is hidden.
        ((HI, HELLO, PIANO, THANKS, OH), (HI, HELLO, THANKS, OH), False),
        # Only a line goes that tells nothing, and a turn after it is the same.
        ((HI, HELLO, PIANO, PLAY), (THANKS, HELLO, PIANO, PLAY), False),
        ((HI, HELLO, THANKS, OH), ("u:Bye", HELLO, THANKS, OH), True),
    ],
)
def test_amid_a_chat_the_reply_says_whether_a_line_was_edited(
    path: tuple[str, ...], window: tuple[str, ...], expected: bool
) -> None:
    assert loses(knows(*path), shows_end(*window), contested=False) is expected
