"""Which sentences name something to come, on which day, and what closes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.core.knowledge.closing import closed_by
from long_term_memory.core.knowledge.due import (
    Moment,
    NamedMatter,
    SaidBefore,
    Thread,
    ThreadFold,
    days_of,
    in_scene,
    is_reached,
    moment_of,
    openings,
    threads_of,
)
from long_term_memory.core.knowledge.outcomes import (
    forget_outcomes,
    is_moved,
    outcome_of,
    same_matter,
)
from long_term_memory.core.text.coming import coming_days

WEDNESDAY = date(2026, 3, 4)

NAMED = {
    "My driving test is on the 9th": "2026-03-09",
    "we're flying to Lisbon next Friday!": "2026-03-13",
    "dentist at 3 tomorrow": "2026-03-05",
    "Remind me on Monday to call my mother": "2026-03-09",
    "I'll bring you the map next time.": "next talk",
    "Next time we meet I'll tell you how it ended.": "next talk",
    "Next time I'll cook for you, promise": "next talk",
    "my sister is getting married in three weeks": "2026-03-25",
    "I'm starting my new job on Monday": "2026-03-09",
    "surgery is scheduled for the 20th": "2026-03-20",
    "The results come out on Thursday.": "2026-03-05",
    "rehearsal tonight at eight": "2026-03-04",
    "Don't forget, my birthday is on Sunday": "2026-03-08",
    "gotta hand in the essay by Friday": "2026-03-06",
    "I've got a date on Saturday!!": "2026-03-07",
    "got an interview on tuesday, wish me luck": "2026-03-10",
    "the vet can see Pip tomorrow morning": "2026-03-05",
    "My parents are visiting at the weekend": "2026-03-07",
    "school starts again next week": "2026-03-09",
    "I promised Tom I'd help him move on Saturday": "2026-03-07",
    "we moved the meeting to thursday": "2026-03-05",
    "When we next speak, I shall have an answer for you.": "next talk",
    "Before you return I will finish the song.": "next talk",
    "Übermorgen fliege ich nach Rom": "2026-03-06",
    "bought tickets for the 14th": "2026-03-14",
    "we're away Monday to Friday": "2026-03-09",
    "we put it off until Friday": "2026-03-06",
    "im signed up for the race instead, the 20th": "2026-03-20",
    "Ich hab am Freitag ein Gespräch beim Chef": "2026-03-06",
    "Am Samstag heiratet meine Schwester": "2026-03-07",
    "Nächste Woche Dienstag hab ich ein Vorstellungsgespräch": "2026-03-10",
    "In zwei Wochen ist mein Umzug": "2026-03-18",
    "Beim nächsten Mal bringe ich dir das Buch mit.": "next talk",
    "Am 12. ist Omas Geburtstag": "2026-03-12",
    "Morgen früh muss ich zum Arzt": "2026-03-05",
    "下周三我要去面试": "2026-03-11",
    "三天后是我们的结婚纪念日": "2026-03-07",
    "下次我给你带地图": "next talk",
    "下个月搬家": "2026-04-01",
    "周末要去看奶奶": "2026-03-07",
    "3月12号我生日": "2026-03-12",
    "今晚八点有个电话会议": "2026-03-04",
    "exam's at 9 tomorrow and i know nothing": "2026-03-05",
    "I need to renew my passport before April 2": "2026-04-02",
    "we leave for Norway on 2026-06-01": "2026-06-01",
    "my mom's operation is in two days": "2026-03-06",
    "The kids' school play is Friday evening.": "2026-03-06",
    "Wish me luck for tomorrow, I have my oral exam!": "2026-03-05",
    "I'll call the bank tomorrow": "2026-03-05",
    "on friday me and jess are going to the lake": "2026-03-06",
    "See you Thursday at the clinic then, I'm bringing the papers": "2026-03-05",
    "Thanksgiving at my aunt's this year": "2026-11-26",
    "I defend my thesis on the 30th of March": "2026-03-30",
    "I have to be at the airport at 5 tomorrow": "2026-03-05",
    "we're having the boiler replaced on tuesday": "2026-03-10",
}
"""What is said on a Wednesday, 4 March 2026, and when it is due."""

NOTHING = (
    "What are you doing on Friday?",
    "Do you want to meet tomorrow?",
    "I went to the cinema on Friday",
    "On Saturday we were at the lake.",
    "See you tomorrow!",
    "Good night, see you tomorrow",
    "bis morgen!",
    "Every Monday I go swimming",
    "I always call my mum on Sundays",
    "If it rains tomorrow we stay home",
    "Maybe I'll go on Friday",
    "I wish it was Friday",
    "I haven't slept since Monday",
    'He said "I\'ll come on Friday" and never did',
    "I don't have work tomorrow",
    "It's going to rain tomorrow",
    "Last Friday was fun",
    "two days ago I lost my keys",
    "I was born on May 3rd",
    "Monday is my favourite day",
    "I would love to go next week",
    "Remember when we met next to the lake on that Sunday?",
    "明天见",
    "你明天有空吗",
    "我昨天去了医院",
    "Am Freitag war ich im Kino",
    "Jeden Montag gehe ich schwimmen",
    "Wenn es morgen regnet, bleibe ich zu Hause",
    "I finished the book in two days",
    "Next time don't be late",
    "I'll never do that next time",
    "Tomorrow is another day",
    'the song "Friday" is terrible',
    # A bare day of which the verb tells that it was.
    "threw the whole thing out on Saturday",
    "ran into him, monday, by the river",
    "my grandfather passed away on the 3rd of May",
    "the lights were on at his place tonight",
    "I'd have sworn it closes on Thursday",
    "am Dienstag hat mir jemand das Rad geklaut",
    "Ich hab am Samstag den Keller aufgeräumt",
    "今晚刚吃完饭",
    # Days of which each week has some, and wishes.
    "The shop is open Monday to Friday, eight till six",
    "Geöffnet Dienstag bis Samstag, neun bis fünf",
    "Monday, Wednesday and Friday, half an hour of piano",
    "Merry Christmas, you two",
)


def said(text: str, at: datetime, role: str = "user", talk: str = "one") -> SaidBefore:
    return SaidBefore(text, role, "Anna", text, at, talk)  # type: ignore[arg-type]


def day(number: int, hour: int = 18) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)


def named(text: str, at: datetime | None, role: str = "user") -> NamedMatter:
    one = SaidBefore(text, role, "Anna", text, at, "one")  # type: ignore[arg-type]
    return NamedMatter(one, openings(text, one.role), in_scene(text), len(text))


def the_thread(text: str, at: datetime | None = None, role: str = "user") -> Thread:
    [found] = threads_of([named(text, at or day(4), role)], UTC)
    return found


@pytest.mark.parametrize("text", NAMED)
def test_what_is_to_come_is_found_on_its_day(text: str) -> None:
    [sentence] = openings(text, "user")
    days = days_of(sentence, WEDNESDAY)

    assert days is not None
    found = "next talk" if days.first is None else days.first.isoformat()
    assert found == NAMED[text]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_past_asked_or_unsure_is_not_to_come(text: str) -> None:
    assert openings(text, "user") == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 2026-13-40", []),
        ("on 31.2.", []),
        ("on 4/21", ["2026-04-21"]),
        ("the 31st", ["2026-03-31"]),
        ("in three months from now", ["2026-06-02"]),
        ("a week from now", ["2026-03-11"]),
        ("this Wednesday", ["2026-03-04"]),
        ("on Wednesday", ["2026-03-11"]),
        ("next weekend", ["2026-03-14"]),
        ("by the end of the week", ["2026-03-06"]),
        ("at the end of the month", ["2026-03-31"]),
        ("next month", ["2026-04-01"]),
        ("\u4e0b\u5468\u672b", ["2026-03-14"]),
        ("\u4e94\u6708\u4e09\u65e5", ["2026-05-03"]),
        ("\u5341\u4e8c\u6708\u4e8c\u5341\u4e94\u65e5", ["2026-12-25"]),
        ("\u6708\u6708\u65e5", []),
        ("\u672c\u5468\u4e00", []),
        ("\u5468\u4e00", ["2026-03-09"]),
        ("\u8bf4\u6708\u4e09\u65e5", []),
        ("\u4e5d\u4e5d\u6708\u4e09\u65e5", []),
        ("\u5927\u540e\u5929", ["2026-03-07"]),
        ("christmas", ["2026-12-25"]),
        ("in blue weeks", []),
        ("\u5341\u4e09\u5929\u540e", ["2026-03-17"]),
        ("nothing at all", []),
    ],
)
def test_days_are_read_from_the_day_on_which_they_are_named(
    text: str, days: list[str]
) -> None:
    found = coming_days(text, WEDNESDAY)

    assert [one.first.isoformat() for one in found] == days


def test_a_weekend_has_begun_on_its_sunday() -> None:
    [found] = coming_days("this weekend", date(2026, 3, 8))
    assert found.first == date(2026, 3, 7)
    assert coming_days("the end of the week", date(2026, 3, 7)) == []


def test_without_a_day_only_a_year_tells_when_something_is() -> None:
    assert days_of("exam on 2040-03-02", None) is not None
    assert days_of("exam on Friday", None) is None
    assert days_of("I'll bring it next time", None) is not None
    assert days_of("exam on 2040-03-02", WEDNESDAY) is None, "that is far away"


def test_a_day_alone_names_nothing() -> None:
    assert openings("Tomorrow.", "user") == ()
    assert threads_of([named("exam on Friday", None)], UTC) == []


def test_two_matters_of_one_speaker_stay_two() -> None:
    lines = [
        named("exam on Friday, statistics", day(3)),
        named("picnic by the lake on Sunday", day(4)),
        named("I'll bring you the map next time.", day(4), "assistant"),
        named("Next time I'll sing for you.", day(4), "assistant"),
    ]
    found = threads_of(lines, UTC)

    assert len(found) == 4
    assert found[0].id == "exam on Friday, statistics.0"


def test_the_scene_of_a_character_is_no_appointment() -> None:
    assert openings("There is a draught tonight.", "assistant") == ()
    assert openings("I'll show you the stars tonight.", "assistant")


def test_what_is_put_off_has_one_day() -> None:
    moved = threads_of(
        [
            named("The plumber is coming on Friday.", day(4)),
            named("the plumber comes on the 9th now", day(5)),
        ],
        UTC,
    )
    assert [one.first for one in moved] == [date(2026, 3, 9)]
    assert len(moved[0].sources) == 2


def test_what_is_said_twice_is_one_and_another_matter_is_another() -> None:
    lines = [
        named("exam on Friday, statistics", day(3)),
        named("statistics exam on Friday, help", day(4)),
        named("dentist on Friday", day(4)),
        named("I'll bring you the map next time.", day(4), "assistant"),
        named("exam on the 30th, statistics", day(29)),
    ]
    found = threads_of(lines, UTC)

    assert [one.text[:7] for one in found] == [
        "exam on",
        "dentist",
        "I'll br",
        "exam on",
    ]


MOVED = (
    "The plumber is coming on Friday.",
    "the plumber comes on the 9th now",
    "the plumber comes on the 12th now",
    "exam on Friday, statistics",
    "statistics exam on Friday, help",
    "I'll bring you the map next time.",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(MOVED), max_size=9), st.integers(0, 9))
def test_what_is_taken_back_was_never_named(said: list[str], kept: int) -> None:
    lines = [named(text, day(3) + timedelta(days=at)) for at, text in enumerate(said)]
    fold = ThreadFold(UTC)
    for one in lines:
        fold.tell(one)
    while fold.steps > kept:
        fold.take_back()
    fresh = ThreadFold(UTC)
    for one in lines[:kept]:
        fresh.tell(one)

    assert fold.threads == fresh.threads
    assert fold.table.tolist() == fresh.table.tolist()


def test_days_of_a_story_are_none_of_the_calendar() -> None:
    scene = (
        '*The captain unrolls a map on the long table and sighs.* "We ride for the '
        'castle tomorrow," *he says, and looks at each of them.*'
    )
    thread = the_thread(scene)
    assert thread.story
    assert thread.first is None
    later = said("*the next morning I saddle the horse*", day(5))

    assert moment_of(thread, [], said("> *I nod*", day(5)), UTC) is None
    assert moment_of(thread, [], later, UTC) is Moment.STORY
    assert moment_of(thread, [later], later, UTC) is None
    assert not is_reached(thread, day(5), UTC)


def test_something_is_spoken_of_on_its_day_and_once_after() -> None:
    exam = the_thread("exam on Friday, statistics")
    friday, sunday = said("morning", day(6, 8)), said("hello", day(8))

    assert moment_of(exam, [], said("hi", day(5)), UTC) is None
    assert moment_of(exam, [], friday, UTC) is Moment.TODAY
    assert moment_of(exam, [friday], said("so", day(6, 9)), UTC) is None
    assert moment_of(exam, [friday], sunday, UTC) is Moment.AFTER
    assert moment_of(exam, [sunday], said("so", day(9)), UTC) is None
    assert moment_of(exam, [], said("hi", day(1)), UTC) is None, "the clock went back"
    late = said("hi", day(6) + timedelta(days=60))
    assert moment_of(exam, [], late, UTC) is None
    assert moment_of(exam, [], friday._replace(at=None), UTC) is None
    tonight = the_thread("tonight at nine i have a call with my boss")
    assert moment_of(tonight, [], said("hi", day(4, 19)), UTC) is None


def test_a_promise_for_the_next_time_waits_for_the_next_talk() -> None:
    promise = the_thread("I'll bring you the map next time.", role="assistant")
    soon, later = said("thanks", day(4, 19)), said("hello", day(6))

    assert moment_of(promise, [], soon, UTC) is None
    assert moment_of(promise, [soon], later, UTC) is Moment.TALK
    greeting = said("Welcome!", day(6), role="assistant")
    assert moment_of(promise, [soon, greeting], later, UTC) is Moment.TALK
    assert moment_of(promise, [soon, later], said("so", day(6)), UTC) is None
    assert moment_of(promise, [], soon._replace(at=None), UTC) is None
    assert moment_of(promise, [], soon._replace(talk="two"), UTC) is Moment.TALK


def test_the_first_who_can_know_closes_it() -> None:
    exam = the_thread("exam on Friday, statistics")
    passed = said("i passed!!", day(6))

    assert closed_by(exam, [passed], UTC) is passed
    assert closed_by(exam, [passed._replace(role="assistant")], UTC) is None
    assert closed_by(exam, [said("i passed the salt", day(5))], UTC) is None
    dull = [said(f"it rains {at}", day(7)) for at in range(80)]
    assert closed_by(exam, [*dull, said("i passed", day(8))], UTC) is None
    promise = the_thread("I'll bring you the map next time.", role="assistant")
    given = said("Here is the map, as I promised.", day(6), role="assistant")
    assert closed_by(promise, [given], UTC) is given


def test_outcomes_are_read_by_what_kind_of_matter_it_is() -> None:
    race = "marathon on Sunday!! legs feel good"
    assert outcome_of(race, "4:12:33 and i can never walk again", reached=True).over
    assert not outcome_of(race, "pasta pasta pasta", reached=True).over
    assert not outcome_of(race, "marathon tomorrow, wish me luck", reached=True).over
    assert outcome_of(race, "the marathon was cancelled", reached=False).off
    assert not outcome_of(race, "it went well", reached=False).over
    oath = "I swear I'll mend the old lantern"
    assert outcome_of(oath, "I kept my word about the lantern.", reached=True).over
    assert outcome_of(oath, "the lantern is lovely", reached=True).over
    assert not outcome_of(oath, "the lantern there?", reached=True).over
    assert same_matter("statistics exam", "the exam in statistics")
    assert not same_matter("statistics exam", "a picnic by the lake")
    forget_outcomes()


OUTCOMES = Path(__file__).parents[2] / "benchmarks/data/fact_lines/outcomes.tsv"


def became_of(matter: str, later: str, days: int) -> tuple[str, bool]:
    """Return what a message made of something, and whether its turn speaks of it."""
    monday = datetime(2026, 3, 2, 19, tzinfo=UTC)
    told = [
        SaidBefore("0", "user", "", matter, monday),
        SaidBefore("1", "user", "", later, monday + timedelta(days=days)),
    ]
    named = [NamedMatter(one, openings(one.text, one.role)) for one in told]
    [before] = threads_of(named[:1], UTC)
    now = threads_of(named, UTC)[0]
    if now.first != before.first:
        return "moved", False
    if closed_by(now, told[1:], UTC) is not None:
        return "closed", False
    return "open", moment_of(now, [], told[1], UTC) is not None


def test_what_was_told_of_is_not_asked_for_and_the_rest_is() -> None:
    """Whoever says "she cried" the day after a wedding need not be asked of it."""
    wrongly_asked, silent, lines = [], [], OUTCOMES.read_text(encoding="utf-8")
    rows = [line.split("\t") for line in lines.splitlines()]
    for days, what, matter, later in rows:
        made, asked = became_of(matter, later, int(days))
        if what == "open" and made != "open":
            silent.append(later)
        if what != "open" and asked:
            wrongly_asked.append(later)
        assert what != "moved" or made != "closed", later

    told = sum(what != "open" for _, what, _, _ in rows)
    assert len(wrongly_asked) <= 0.05 * told
    assert len(silent) <= 0.05 * (len(rows) - told)


def test_only_what_begins_a_talk_alludes_to_what_both_know() -> None:
    dull = "the whole ceremony, and the band, and the hall"
    assert not outcome_of(dull, "Oh well. He saw me.", reached=True).over
    assert outcome_of(dull, "Oh! He smiled.", reached=True, opens=True).over
    assert not outcome_of(dull, "Still on it.", reached=True, opens=True).over
    assert not outcome_of(dull, "I baked. It was flat.", reached=True, opens=True).over
    assert outcome_of(dull, "The hall. It was flat.", reached=True).over
    assert not outcome_of(dull, "", reached=True, opens=True).over


@pytest.mark.parametrize(
    ("matter", "later", "made"),
    [
        ("the plumber comes on Thursday", "the plumber came, he'll send a bill", True),
        ("exam on Friday", "the exam was hard, they'll tell us our marks", True),
        ("the plumber comes on Thursday", "the plumber rang, he'll do it", False),
        ("the plumber comes on Thursday", "the plumber was ill, he'll come", False),
        ("exam on Friday", "I was at the exam room, I will go in now", False),
        ("exam on Friday", "tomorrow I was told of the exam, it'll rain", False),
    ],
)
def test_what_others_will_do_after_it_leaves_nothing_open(
    matter: str, later: str, made: bool
) -> None:
    assert outcome_of(matter, later, reached=True).over == made


def test_whoever_needs_longer_puts_off_what_they_do() -> None:
    bike = "I can pick up my bike on Thursday"
    assert is_moved(bike, "They need until Monday.")
    assert not is_moved("exam on Friday", "They need until Monday.")
    assert not is_moved(bike, "They need the hall until Monday.")


def test_what_is_put_off_without_a_day_is_not_asked_for() -> None:
    exam = "exam on Friday"
    assert outcome_of(exam, "they postponed the exam", reached=False).off
    assert not outcome_of(exam, "they postponed the exam to May 3", reached=False).off
    assert outcome_of(exam, "there was no exam", reached=False).off
    assert not outcome_of(exam, "there is no exam today, not yet", reached=False).off
    assert not outcome_of(exam, "no cake today", reached=False).off
    assert outcome_of(exam, "I forgot the exam", reached=True).off
    assert not outcome_of(exam, "I forgot the exam", reached=False).off
    assert not outcome_of(exam, "I forgot my umbrella", reached=True).off
    assert is_moved(exam, "the appointment was rescheduled to May 3")
    assert is_moved(exam, "the exam was rescheduled to May 3")
    assert not is_moved(exam, "they moved the concert to May 3, that's sad")
    assert outcome_of(exam, "it was postponed", reached=True).off
    assert not outcome_of(exam, "the concert was postponed", reached=True).off
