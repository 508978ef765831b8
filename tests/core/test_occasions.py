"""What was first, last, today's, promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from long_term_memory.core.retrieval.corpus import Corpus, CorpusView, build_view
from long_term_memory.core.retrieval.occasions import (
    Stretch,
    begins_anew,
    beside_scene,
    called_today,
    calls_for_first,
    calls_for_last,
    calls_for_promise,
    calls_for_scene,
    calls_for_story,
    first_score,
    last_score,
    today_score,
)
from long_term_memory.core.text.dates import DAY

NAN = float("nan")
NOW = datetime(2023, 11, 15, 18, 30, tzinfo=UTC)
HOUR = 3600.0


@pytest.mark.parametrize(
    "text",
    [
        "Where did we meet?",
        "when we first met",
        "the first time we talked",
        "our first conversation",
        "How did we get to know each other? The day we met!",
        "Tell me how we met, from the start",
        "what was the first thing I said to you?",
        "Wo haben wir uns kennengelernt?",
        "Erz\u00e4hl mir, wie wir uns begegnet sind",
        "unser erstes Treffen",
        "der Abend, an dem ich zum ersten Mal bei dir war",
        "\u6211\u4eec\u662f\u600e\u4e48\u8ba4\u8bc6\u7684\uff1f",
        "\u6211\u4eec\u7b2c\u4e00\u6b21\u89c1\u9762\u662f\u5728\u54ea\u91cc",
    ],
)
def test_the_beginning_is_asked_for_in_many_ways(text: str) -> None:
    assert calls_for_first(text)


@pytest.mark.parametrize(
    "text",
    [
        "when we met for lunch",
        "Where did we eat?",
        "my first day at school",
        "mein erster Tag in der Schule",
        "\u6211\u7b2c\u4e00\u6b21\u5750\u98de\u673a",
    ],
)
def test_other_meetings_are_no_beginning(text: str) -> None:
    assert not calls_for_first(text)


@pytest.mark.parametrize(
    "text",
    [
        "What did we do last time?",
        "Continue the last scene.",
        "where did we leave off",
        "Let's pick up where we left off",
        "Was haben wir beim letzten Mal gemacht?",
        "wor\u00fcber haben wir zuletzt geredet?",
        "\u4e0a\u6b21\u6211\u4eec\u8bf4\u5230\u54ea\u4e86\uff1f",
        "\u7ee7\u7eed\u4e0a\u56de\u7684\u6545\u4e8b",
    ],
)
def test_the_last_time_is_asked_for_in_many_ways(text: str) -> None:
    assert calls_for_last(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "That was the last thing on my mind.",
        "I saw her last in spring",
        "letzten Sommer war ich am Meer",
        "at last!",
    ],
)
def test_what_is_merely_last_asks_for_nothing(text: str) -> None:
    assert not calls_for_last(text)


@pytest.mark.parametrize(
    "text",
    [
        "What did you promise me?",
        "Keep your word!",
        "was hast du mir versprochen?",
        "\u4f60\u7b54\u5e94\u8fc7\u6211\u4ec0\u4e48",
    ],
)
def test_a_promise_is_called_so(text: str) -> None:
    assert calls_for_promise(text)
    assert not calls_for_promise("compromised words")


DAY_BEGAN = datetime(2023, 11, 15, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("What did I tell you today?", (0, 28)),
        ("what did i tell you this morning", (3, 13)),
        ("What did we talk about this afternoon?", (11, 19)),
        ("do you remember what I said earlier?", (0, 28)),
        ("what did we say we'd do tonight?", (15, 28)),
        ("What did you say an hour ago?", (0, 28)),
        ("Was habe ich dir heute erz\u00e4hlt?", (0, 28)),
        ("was hab ich dir heute morgen gesagt", (3, 13)),
        ("was hast du vorhin gesagt?", (0, 28)),
        ("\u6211\u4eca\u5929\u8ddf\u4f60\u8bf4\u4e86\u4ec0\u4e48\uff1f", (0, 28)),
        ("\u4eca\u65e9\u6211\u544a\u8bc9\u4f60\u4ec0\u4e48\u4e86", (3, 13)),
    ],
)
def test_a_part_of_today_is_asked_for(text: str, hours: tuple[int, int]) -> None:
    first, last = (DAY_BEGAN + hour * HOUR for hour in hours)
    assert called_today(text, NOW) == Stretch(DAY_BEGAN, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "How are you today?",
        "How was your day today?",
        "What did you do today?",
        "I saw Tom today",
        "I'm making lasagna tonight",
        "What did I tell you yesterday?",
        "Wie geht es dir heute?",
        "Was hast du heute gemacht?",
        "\u4eca\u5929\u5fd9\u4e0d\u5fd9\uff1f",
        "\u4eca\u5929\u5403\u4ec0\u4e48\uff1f",
        "",
    ],
)
def test_today_is_mostly_said_of_the_present(text: str) -> None:
    assert called_today(text, NOW) is None


def test_late_at_night_today_is_the_day_before() -> None:
    late = datetime(2023, 11, 16, 1, 30, tzinfo=UTC)
    found = called_today("What did I tell you today?", late)
    assert found is not None
    assert found.day == DAY_BEGAN
    assert found.end > late.timestamp()


def test_what_was_said_in_the_part_that_is_named_lies_nearest() -> None:
    morning = called_today("What did I tell you this morning?", NOW)
    assert morning is not None
    hours = np.array([-30.0, -6, 8, 17, NAN])
    score = today_score(DAY_BEGAN + hours * HOUR, morning)
    assert score.tolist() == pytest.approx([0, 0.3, 1, 0.8, 0])


def test_the_first_day_is_the_beginning_and_its_first_words_most() -> None:
    said_at = np.array([NAN, 5.5 * DAY, *(5 * DAY + np.arange(4)), 6.6 * DAY])
    rows = np.arange(9, 2, -1, dtype=np.int32)
    score = first_score(said_at, rows).tolist()
    assert score == pytest.approx([0, 0.5, 0.8, 0.8, 0.8, 0.8, 0])


def test_without_times_what_was_heard_first_is_the_beginning() -> None:
    rows = np.arange(100, 70, -1, dtype=np.int32)
    score = first_score(np.full(30, NAN), rows)
    assert score.tolist() == pytest.approx([0.0] * 10 + [0.5] * 16 + [0.8] * 4)
    assert not len(first_score(np.empty(0), np.empty(0, np.int32)))


def test_what_was_heard_before_all_that_has_a_time_is_a_beginning_too() -> None:
    said_at = np.array([NAN, NAN, 5 * DAY, 6.5 * DAY, NAN])
    score = first_score(said_at, np.arange(1, 6, dtype=np.int32)).tolist()
    assert score == pytest.approx([0.8, 0.8, 0.8, 0, 0])


def view_of(*chats: Sequence[datetime | None]) -> CorpusView:
    """Lay chats with messages at some times one after the other; rows from 1."""
    times = [at for chat in chats for at in chat]
    rows = list(range(1, len(times) + 1))
    columns = Corpus()
    columns.extend(
        rows,
        authors=[("user", "")] * len(rows),
        said_at=[NAN if at is None else at.timestamp() for at in times],
        questions=[False] * len(rows),
        lengths=[1] * len(rows),
    )
    paths, start = [], 1
    for chat in chats:
        paths.append(np.arange(start, start + len(chat), dtype=np.int32))
        start += len(chat)
    return build_view(paths, columns)


def at(days: int, minutes: int = 0) -> datetime:
    return NOW - timedelta(days=days) + timedelta(minutes=minutes)


NOWHERE = np.empty(0, np.int32)


def test_the_last_time_is_the_end_of_the_newest_conversation() -> None:
    newest = [at(1, minute) for minute in range(10)]
    view = view_of(newest, [at(9)])

    score = last_score(view, NOWHERE).tolist()

    assert score == pytest.approx([0.6] * 2 + [1.0] * 8 + [0])


def test_the_conversation_that_is_going_on_is_not_the_last_time() -> None:
    view = view_of([at(3), at(2), at(0), at(0, 1)])

    score = last_score(view, np.array([3], np.int32))

    assert score.tolist() == [0, 1, 0, 0]


def test_without_times_the_chat_heard_last_is_the_last_time() -> None:
    view = view_of([None, None], [None])

    assert last_score(view, NOWHERE).tolist() == [0, 0, 1]
    assert last_score(view, np.array([2], np.int32)).tolist() == [1, 1, 0]


def test_where_nothing_else_was_said_there_is_no_last_time() -> None:
    view = view_of([at(0)])

    assert last_score(view, np.array([0], np.int32)).tolist() == [0]
    assert not len(last_score(view_of(), NOWHERE))


@pytest.mark.parametrize(
    "text",
    [
        "So, where were we?",
        "where were we",
        "Where were we again?",
        "hey, I'm back!",
        "I'm back",
        "im back :)",
        "Hi Marnie, I\u2019m back!",
        "I am back. Did you miss me?",
        "Okay, where did we leave off?",
        "let's pick up where we left off",
        "What were we talking about?",
        "Wo waren wir?",
        "So, wo waren wir stehen geblieben?",
        "Ich bin wieder da!",
        "Hallo, bin zur\u00fcck!",
        "Da bin ich wieder.",
        "我回来了\uff01",
        "我们上次说到哪了\uff1f",
        "嗨\uff0c我又来啦",
    ],
)
def test_who_comes_back_goes_on_with_the_last_scene(text: str) -> None:
    assert calls_for_scene(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm back from Rome, it was hot",
        "My back hurts.",
        "Where were we born?",
        "Where were we when the lights went out in Ghent?",
        "She's back.",
        "Wo waren wir im Urlaub?",
        "Ich bin wieder gesund.",
        "我回来的路上买了面包",
        "",
    ],
)
def test_who_tells_something_does_not_ask_for_the_last_scene(text: str) -> None:
    assert not calls_for_scene(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tell me our story so far.",
        "tell me our story",
        "Can you recap our adventure?",
        "What has happened so far?",
        "what happened so far",
        "Give me a quick recap",
        "recap please",
        "the story so far?",
        "Erz\u00e4hl mir unsere Geschichte.",
        "Was ist bisher passiert?",
        "Was haben wir zusammen alles erlebt?",
        "unsere Geschichte bis jetzt",
        "讲讲我们的故事吧",
        "到目前为止发生了什么\uff1f",
        "前情提要",
        "我们都经历了什么\uff1f",
    ],
)
def test_the_whole_story_is_asked_for_in_many_ways(text: str) -> None:
    assert calls_for_story(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tell me a story.",
        "Tell me the story of your sword.",
        "What happened to your arm?",
        "Recap the meeting for my boss",
        "Erz\u00e4hl mir eine Geschichte.",
        "Was ist passiert?",
        "给我讲个故事",
        "",
    ],
)
def test_another_story_is_not_the_story_of_the_two(text: str) -> None:
    assert not calls_for_story(text)


@pytest.mark.parametrize(
    "text",
    [
        "Let's start a new story.",
        "I want to play a completely new adventure with you",
        "New story: you are a pirate.",
        "can we start over?",
        "Forget everything that happened.",
        "Lass uns eine neue Geschichte beginnen.",
        "Neues Abenteuer!",
        "Lass uns von vorne anfangen",
        "我们来开始一个新的故事吧",
        "重新开始",
    ],
)
def test_a_new_story_is_begun_in_many_ways(text: str) -> None:
    assert begins_anew(text)


@pytest.mark.parametrize(
    "text",
    [
        "I read a new story today.",
        "I'm back!",
        "I started a new job.",
        "Ich lese ein neues Buch.",
        "我看了一个故事",
        "",
    ],
)
def test_other_news_begin_no_story(text: str) -> None:
    assert not begins_anew(text)


def test_what_is_said_beside_coming_back_is_told_apart() -> None:
    assert beside_scene("Where were we?") == ""
    assert beside_scene("Hey, I'm back! What was my sister's name?") == (
        "What was my sister's name"
    )
