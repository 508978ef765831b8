"""What a path becomes by what a host shows, told as small stories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from long_term_memory.core.timeline.alignment import align
from long_term_memory.core.timeline.changes import Aligned, Alignment, Change
from long_term_memory.core.types import PathEntry, Window

from .chatting import NOW, applied, ids, knows, names, read, says, shows, shows_end

LATER = NOW + timedelta(hours=1)


def after(path: list[PathEntry], window: Window) -> list[str]:
    """Return the path in short after a window, having checked the alignment."""
    alignment = align(path, window)
    new = applied(path, alignment, names())
    assert sorted(alignment.removed) == sorted(set(ids(path)) - set(ids(new)))
    assert alignment.changed == (new != path)
    assert applied(path, align(path, window, same=0), names()) == new
    return read(new)


def counts(path: list[PathEntry], window: Window) -> dict[str, int]:
    return {change.value: n for change, n in align(path, window).counts.items()}


def test_the_first_window_is_the_path() -> None:
    assert after([], shows("a:Hello.", "u:Hi")) == ["a:Hello.", "u:Hi"]
    assert after([], shows_end("a:Hello.", "u:Hi")) == ["a:Hello.", "u:Hi"]
    assert counts([], shows("a:Hello.", "u:Hi")) == {"appended": 2}


@pytest.mark.parametrize("complete", [True, False])
def test_an_empty_window_changes_nothing(complete: bool) -> None:
    path = knows("u:Hi", "?a:Hey")

    assert align(path, shows(complete=complete)) == Alignment(keep=2)
    assert align([], shows(complete=complete)) == Alignment(keep=0)


@pytest.mark.parametrize("complete", [True, False])
def test_an_unchanged_window_keeps_all_and_has_no_tail(complete: bool) -> None:
    path = knows("u:Hi", "a:Hey", "u:Hi", "?a:Hey")
    window = shows("u:Hi", "a:Hey", "u:Hi", "a:Hey", complete=complete, open_ended=True)

    alignment = align(path, window)

    assert (alignment.keep, alignment.tail, alignment.removed) == (4, (), ())
    assert not alignment.changed
    assert alignment.counts == {Change.SAME: 4}


def test_a_turn_confirms_the_reply_and_appends_what_is_new() -> None:
    path = knows("u:Hi", "?a:Hey")
    window = shows("u:Hi", "a:Hey", "u:Bye", "a:So soon?", open_ended=True)

    alignment = align(path, window)

    assert alignment.keep == 1
    assert alignment.tail == (
        Aligned(path[1], None, False, False, None, Change.SAME),
        Aligned(None, says("u:Bye"), False, False, None, Change.APPENDED),
        Aligned(None, says("a:So soon?"), False, True, None, Change.APPENDED),
    )


def test_a_window_without_an_open_end_confirms_the_last_reply() -> None:
    assert after(knows("u:Hi", "?a:Hey"), shows("u:Hi", "a:Hey")) == ["u:Hi", "a:Hey"]


def test_a_reply_that_is_last_again_is_provisional_again() -> None:
    path = knows("u:Hi", "a:Hey", "u:Bye")

    assert after(path, shows("u:Hi", "a:Hey", open_ended=True)) == ["u:Hi", "?a:Hey"]


def test_a_user_message_is_never_provisional() -> None:
    assert after([], shows("u:Hi", open_ended=True)) == ["u:Hi"]


@pytest.mark.parametrize("complete", [True, False])
def test_a_swiped_reply_leaves_the_path(complete: bool) -> None:
    path = knows("u:Hi", "?a:Hey")
    window = shows("u:Hi", "a:Yo", complete=complete, open_ended=True)

    assert after(path, window) == ["u:Hi", "?a:Yo"]
    assert counts(path, window) == {"same": 1, "swiped": 1}


@pytest.mark.parametrize("complete", [True, False])
def test_a_reply_that_is_being_regenerated_is_gone(complete: bool) -> None:
    path = knows("u:Hi", "?a:Hey")

    assert after(path, shows("u:Hi", complete=complete)) == ["u:Hi"]
    assert counts(path, shows("u:Hi", complete=complete)) == {"same": 1, "removed": 1}


@pytest.mark.parametrize("complete", [True, False])
def test_a_continued_reply_replaces_its_beginning(complete: bool) -> None:
    path = knows("u:Hi", "?a:Once upon")
    window = shows("u:Hi", "a:Once upon a time", "u:Go on", complete=complete)

    assert after(path, window) == ["u:Hi", "a:Once upon a time", "u:Go on"]
    assert counts(path, window) == {"same": 1, "edited": 1, "appended": 1}


@pytest.mark.parametrize("complete", [True, False])
def test_an_edit_in_the_middle_replaces_one_message_and_keeps_the_rest(
    complete: bool,
) -> None:
    path = knows("u:I live in Bern", "a:Nice", "u:Yes", "a:Fine")
    window = shows("u:I live in Rome", "a:Nice", "u:Yes", "a:Fine", complete=complete)

    alignment = align(path, window)

    assert alignment.removed == ("m0",)
    assert ids(applied(path, alignment, names())) == ["n0", "m1", "m2", "m3"]
    assert counts(path, window) == {"same": 3, "edited": 1}


def test_what_a_complete_window_lacks_is_removed_wherever_it_stood() -> None:
    path = knows("a:Hello.", "u:Hi", "a:Hey", "~u:Psst", "u:Bye")

    assert after(path, shows("u:Hi", "u:Bye")) == ["u:Hi", "u:Bye"]


def test_a_complete_window_can_have_something_inserted() -> None:
    path = knows("u:Hi", "u:Bye")

    assert after(path, shows("u:Hi", "a:Hey", "u:Bye")) == ["u:Hi", "a:Hey", "u:Bye"]
    assert counts(path, shows("u:Hi", "a:Hey", "u:Bye")) == {"same": 2, "inserted": 1}


def test_of_equal_texts_the_last_one_is_the_deleted_one() -> None:
    path = knows("u:Hi", "a:Hey", "u:Hi", "a:Hey")

    alignment = align(path, shows("u:Hi", "a:Hey"))

    assert (alignment.keep, alignment.removed) == (2, ("m2", "m3"))


def test_equal_texts_are_told_apart_by_the_host_s_times() -> None:
    path = knows(says("u:Hi", said_at=NOW), says("u:Hi", said_at=LATER))

    alignment = align(path, shows(says("u:Hi", said_at=LATER)))

    assert alignment.removed == ("m0",)


def test_a_changed_time_alone_makes_no_new_message() -> None:
    """A host that moves to another time zone shows the same chat."""
    path = knows(says("u:Hi", said_at=NOW), says("a:Hey", said_at=NOW))
    window = shows(says("u:Hi", said_at=LATER), says("a:Hey", said_at=LATER))

    assert not align(path, window).changed


def test_blanks_that_a_host_trims_make_no_new_message() -> None:
    path = knows("u:Hi \n", "a: Hey")

    assert not align(path, shows("u:Hi", "a:Hey ")).changed
    assert not align(path, shows_end("u:Hi", "a:Hey ")).changed


def test_who_says_it_matters() -> None:
    assert after(knows("u:Hi"), shows("a:Hi")) == ["a:Hi"]


@pytest.mark.parametrize("complete", [True, False])
def test_a_message_hidden_by_the_host_stays_part_of_the_story(complete: bool) -> None:
    path = knows("u:Hi", "a:Hey", "u:Bye")
    hidden = shows("u:Hi", says("a:Hey", hidden=True), "u:Bye", complete=complete)

    assert after(path, hidden) == ["u:Hi", "~a:Hey", "u:Bye"]
    again = shows("u:Hi", "a:Hey", "u:Bye", complete=complete)
    assert after(knows("u:Hi", "~a:Hey", "u:Bye"), again) == ["u:Hi", "a:Hey", "u:Bye"]


def test_who_was_there_travels_with_a_new_message() -> None:
    window = shows(says("u:Psst", present=("Ann",), name="Bob"))

    [new] = align([], window).tail

    assert new.shown is not None
    assert (new.shown.present, new.shown.name) == (("Ann",), "Bob")


def test_a_host_s_id_is_noted_and_not_forgotten() -> None:
    path = knows("u:Hi")
    [place] = applied(path, align(path, shows(says("u:Hi", host_id="x"))), names())
    assert (place.host_id, place.message.id) == ("x", "m0")

    assert not align([place], shows("u:Hi")).changed
    new = applied([place], align([place], shows("a:Hello.", "u:Hi")), names())
    assert [place.host_id for place in new] == [None, "x"]


def test_another_text_under_a_known_id_is_an_edit() -> None:
    path = knows(says("u:Hi", host_id="x"), says("u:Ho", host_id="y"))
    window = shows_end(says("u:Hm", host_id="x"), says("u:Ho", host_id="y"))

    assert after(path, window) == ["u:Hm", "u:Ho"]
    assert counts(path, window) == {"same": 1, "edited": 1}


def test_what_is_missing_at_the_head_has_slid_and_stays() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4")

    assert after(path, shows_end("u:3", "a:4", "u:5")) == [*read(path), "u:5"]
    assert counts(path, shows_end("u:3", "a:4", "u:5")) == {
        "slid": 2,
        "same": 2,
        "appended": 1,
    }


def test_what_is_missing_in_the_middle_is_hidden_until_it_is_shown() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4")

    assert after(path, shows_end("u:1", "a:4")) == ["u:1", "~a:2", "~u:3", "a:4"]
    assert counts(path, shows_end("u:1", "a:4")) == {"same": 2, "hidden": 2}

    path = knows("u:1", "~a:2", "~u:3", "a:4")
    assert not align(path, shows_end("u:1", "a:4")).changed
    assert after(path, shows_end("a:2", "u:3", "a:4")) == ["u:1", "a:2", "u:3", "a:4"]


def test_positions_prove_that_what_is_missing_is_gone() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4")
    window = shows_end(says("u:1", position=0), says("a:4", position=1))
    assert after(path, window) == ["u:1", "a:4"]

    window = shows_end(says("u:1", position=0), says("a:4", position=3))
    assert after(path, window) == ["u:1", "~a:2", "~u:3", "a:4"]

    assert after(path, shows_end(says("u:3", position=0))) == ["u:3"]
    assert after(path, shows_end(says("u:3", position=2))) == ["u:1", "a:2", "u:3"]


def test_positions_tell_a_rollback_from_a_slide() -> None:
    path = knows("u:Hi", "a:Hey", "u:Hi", "a:Hey")
    back = shows_end(says("u:Hi", position=0), says("a:Hey", position=1))
    assert after(path, back) == ["u:Hi", "a:Hey"]

    slid = shows_end(says("u:Hi", position=2), says("a:Hey", position=3))
    assert not align(path, slid).changed
    assert not align(path, shows_end("u:Hi", "a:Hey")).changed


def test_positions_help_in_a_chat_that_was_met_in_its_middle() -> None:
    path = knows("a:Once", "u:Hi", "a:Hey", "u:Hi", "a:Hey")
    back = shows_end(
        says("a:Once", position=70),
        says("u:Hi", position=71),
        says("a:Hey", position=72),
    )

    assert after(path, back) == ["a:Once", "u:Hi", "a:Hey"]


def test_a_hidden_message_at_the_end_stays_when_the_visible_ones_go() -> None:
    path = knows("u:1", "a:2", "~u:3", "a:4")

    assert after(path, shows_end("u:1", "a:2", "u:5")) == [
        *("u:1", "a:2", "~u:3", "u:5"),
    ]


def test_a_gap_is_filled_by_role_and_the_rest_hidden_or_inserted() -> None:
    path = knows("u:1", "a:2", "~a:2b", "u:3", "a:4")
    assert after(path, shows_end("u:1", "u:3'", "a:4")) == [
        *("u:1", "~a:2", "~a:2b", "u:3'", "a:4"),
    ]
    assert after(path, shows_end("u:1", "a:2'", "s:!", "u:3'", "a:4")) == [
        *("u:1", "a:2'", "~a:2b", "s:!", "u:3'", "a:4"),
    ]


def test_an_edit_at_the_head_of_a_slid_window_is_an_edit() -> None:
    path = knows("u:1", "a:2", "~s:2b", "u:3", "a:4")

    assert after(path, shows_end("a:2'", "u:3", "a:4", "u:5")) == [
        *("u:1", "a:2'", "~s:2b", "u:3", "a:4", "u:5"),
    ]
    assert after(path, shows_end("a:2'", "u:3'", "a:4", "u:5")) == [
        *("u:1", "a:2'", "~s:2b", "u:3'", "a:4", "u:5"),
    ]


def test_a_stranger_at_the_head_that_replaces_nothing_is_inserted() -> None:
    path = knows("a:1", "a:2", "a:3")

    assert after(path, shows_end("u:!", "a:3")) == ["a:1", "a:2", "u:!", "a:3"]
    assert after(knows("u:1"), shows_end("a:0", "u:1")) == ["a:0", "u:1"]


def test_what_stood_between_two_edits_at_the_head_is_hidden() -> None:
    path = knows("u:1", "a:2", "a:3", "u:4", "a:5", "u:6")

    assert after(path, shows_end("s:!", "a:3'", "u:4'", "a:5", "u:6")) == [
        *("u:1", "a:2", "s:!", "a:3'", "u:4'", "a:5", "u:6"),
    ]
    assert after(path, shows_end("a:2'", "u:4'", "a:5", "u:6")) == [
        *("u:1", "a:2", "a:2'", "u:4'", "a:5", "u:6"),
    ]


def test_what_stood_after_the_oldest_edit_in_sight_is_hidden() -> None:
    path = knows("a:0", "u:1", "a:2", "u:3", "a:4", "u:5")

    assert after(path, shows_end("s:!", "u:1'", "u:3", "a:4", "u:5")) == [
        *("a:0", "s:!", "u:1'", "~a:2", "u:3", "a:4", "u:5"),
    ]


def test_two_edits_of_one_speaker_replace_two_messages() -> None:
    path = knows("u:1", "u:2", "u:3", "a:4")

    assert after(path, shows_end("u:1", "u:2'", "u:3'", "a:4")) == [
        *("u:1", "u:2'", "u:3'", "a:4"),
    ]


def test_positions_say_on_which_side_of_a_new_message_a_hidden_one_is() -> None:
    path = knows("u:1", "~a:2", "u:3")
    told = [says("u:1", position=0), says("s:!", position=1), says("u:3", position=3)]
    assert after(path, shows_end(*told)) == ["u:1", "s:!", "~a:2", "u:3"]

    told = [says("u:1", position=0), says("s:!", position=2), says("u:3", position=3)]
    assert after(path, shows_end(*told)) == ["u:1", "~a:2", "s:!", "u:3"]

    told = [says("u:1", position=0), says("s:!", position=1), says("u:3", position=2)]
    assert after(path, shows_end(*told)) == ["u:1", "s:!", "u:3"]

    told = [says("u:1", position=0), says("u:4", position=1)]
    assert after(knows("u:1", "~a:2"), shows_end(*told)) == ["u:1", "u:4"]


def test_a_rollback_is_likelier_than_hiding_half_of_the_chat() -> None:
    path = knows("u:Tell me", "a:Sure", "u:ok", "a:Once", "u:ok", "?a:Then")

    assert after(path, shows_end("u:Tell me", "a:Sure", "u:ok", "a:Well")) == [
        *("u:Tell me", "a:Sure", "u:ok", "a:Well"),
    ]


def test_a_short_chat_of_which_nothing_is_left_was_edited() -> None:
    assert after(knows("a:Hello."), shows_end("a:Welcome.")) == ["a:Welcome."]
    assert after(knows("u:Hi", "?a:Hey"), shows_end("u:Hallo")) == ["u:Hallo"]


def test_a_long_chat_of_which_nothing_is_shown_went_on_unseen() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4", "u:5")

    assert after(path, shows_end("a:8", "u:9")) == [*read(path), "a:8", "u:9"]


def test_where_nothing_matches_the_position_decides() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4", "u:5")

    assert after(path, shows_end(says("u:3'", position=2))) == ["u:1", "a:2", "u:3'"]
    assert after(path, shows_end(says("u:99", position=98))) == [*read(path), "u:99"]


def test_a_common_word_met_by_chance_is_no_match() -> None:
    """A chat that went on unseen says "ok" too; that does not undo what was said."""
    path = knows("u:1", "a:2", "u:ok", "a:4", "u:5", "a:6", "u:7", "a:8")
    window = shows_end("a:81", "u:82", "a:83", "u:ok", "a:85")

    assert after(path, window) == [
        *read(path),
        *("a:81", "u:82", "a:83", "u:ok", "a:85"),
    ]


def test_a_window_that_grows_reveals_what_was_said_before() -> None:
    path = knows("u:5", "a:6")

    assert after(path, shows_end("u:1", "a:2", "u:3", "a:4", "u:5", "a:6")) == [
        *("u:1", "a:2", "u:3", "a:4", "u:5", "a:6"),
    ]


def test_a_known_id_is_no_chance() -> None:
    path = knows("u:1", "a:2", says("u:ok", host_id="x"), "a:4")
    window = shows_end("u:7", "a:8", says("u:ok", host_id="x"))

    assert after(path, window) == ["u:7", "a:8", "u:ok"]


def test_what_is_known_to_be_the_same_is_not_compared_again() -> None:
    path = knows("u:1", "a:2", "?a:3")
    window = shows("u:other", "a:other", "a:3", "u:4", open_ended=True)

    alignment = align(path, window, same=2)

    assert (alignment.keep, alignment.removed) == (2, ())
    assert [aligned.change for aligned in alignment.tail] == ["same", "appended"]


@pytest.mark.parametrize("complete", [True, False])
def test_the_open_end_is_looked_at_even_if_its_text_is_known(complete: bool) -> None:
    path = knows("u:1", "a:2")
    window = shows("u:1", "a:2", complete=complete, open_ended=True)

    alignment = align(path, window, same=2)

    assert read(applied(path, alignment, names())) == ["u:1", "?a:2"]


def test_a_window_that_begins_where_the_path_does_can_hide_and_remove() -> None:
    path = knows("u:1", "a:2", "u:3", "a:4", "u:5")
    window = shows_end("u:1", "a:2", "a:4")

    assert read(applied(path, align(path, window, same=2), names())) == [
        *("u:1", "a:2", "~u:3", "a:4"),
    ]


def test_in_ten_thousand_messages_only_what_changed_moves() -> None:
    lines = [f"{'ua'[index % 2]}:{index}" for index in range(10_000)]
    path, window = knows(*lines), shows(*lines, "u:new")
    edited = [*lines[:5], "a:other", *lines[6:7_000], *lines[7_002:]]

    assert align(path, window, same=10_000).keep == 10_000
    assert len(align(path, shows(*edited)).removed) == 3
