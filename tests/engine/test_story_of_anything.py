"""Whatever is said in a chat, its head is short and true, or there is none."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.config.knowledge import FactSettings
from long_term_memory.core.prompt.story import LONG_GAP
from long_term_memory.core.types import Block, Message, Query, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine

from .builders import a_chat, a_request
from .test_summaries import in_room, told

SMALL_TALK = ("> hi", "hey you", "> how are you?", "good, you?", "> haha ok", "*nods*")
FACT = "> My sister Mira got married to Tom in Bergen last May."
CODE = "```python\nfor n in range(40):\n    print(n, 'my sister moved')\n```"
TABLE = "<table><tr><td>HP</td><td>37/40</td></tr><tr><td>ok</td></tr></table>"
PANEL = "HP: 37/40 | Mood: curious | Gold: 120"
ASIDE = "((OOC: sorry, my kid woke up and I moved the router))"
GERMAN = "> Meine Schwester Mira hat letzten Mai in Bergen geheiratet."
CHINESE = "> 我妹妹米拉去年五月在卑尔根结婚了。"


def with_facts(*noise: str) -> list[str]:
    """Return 60 lines of noise with two facts amid them."""
    lines = [noise[number % len(noise)] for number in range(60)]
    lines[4], lines[16] = FACT, "> I promised to give back the boat on Friday."
    return lines


@pytest.mark.parametrize(
    ("noise", "sign"),
    [
        (SMALL_TALK, "haha"),
        (("*nods*", "> *waves slowly*", "*smiles*"), "*"),
        ((CODE, "> ok"), "range("),
        ((TABLE, "> ok"), "<t"),
        ((PANEL, "> ok"), "37/40"),
        ((ASIDE, "> ok"), "router"),
    ],
)
def test_amid_noise_the_facts_are_told_and_nothing_else(
    bank: Bank, noise: tuple[str, ...], sign: str
) -> None:
    chat = a_chat(bank, "one", *with_facts(*noise))

    head = told(bank, chat, sent=30)

    assert "Mira got married" in head
    assert sign not in head
    assert len(head.split()) < 60


@pytest.mark.parametrize("noise", [SMALL_TALK, (CODE,), (TABLE,), (ASIDE,), (PANEL,)])
def test_a_new_chat_is_told_nothing_of_a_chat_of_noise(
    bank: Bank, noise: tuple[str, ...]
) -> None:
    a_chat(bank, "one", *(noise[number % len(noise)] for number in range(60)))
    chat = a_chat(bank, "new", "> hey")

    head = chat.compose(a_request("hey", summary_tokens=400)).head

    assert head.text == ""


def test_a_message_of_a_hundred_thousand_letters_takes_no_more_than_its_room(
    bank: Bank,
) -> None:
    long = "The road went on and on and nothing was to be seen. " * 2_000
    lines = [*with_facts(*SMALL_TALK)]
    lines[8] = long
    chat = a_chat(bank, "one", *lines)
    told(bank, chat, sent=30)

    head = chat.compose(in_room(chat, sent=30, tokens=150)).head

    assert head.tokens <= 150
    assert "Mira got married" in head.text


def test_two_languages_in_turn_are_both_told(bank: Bank) -> None:
    lines = [SMALL_TALK[number % 6] for number in range(60)]
    lines[4], lines[8], lines[12] = FACT, GERMAN, CHINESE
    chat = a_chat(bank, "one", *lines)

    head = told(bank, chat, sent=30)

    assert "Mira got married" in head
    assert "Schwester Mira" in head
    assert "haha" not in head


def test_beside_a_card_that_leaves_no_room_nothing_is_told(bank: Bank) -> None:
    chat = a_chat(bank, "one", *with_facts(*SMALL_TALK))
    told(bank, chat, sent=30)

    for tokens in range(0, 60, 7):
        request = in_room(chat, sent=30, tokens=tokens)
        told_alone = chat.compose(replace(request, head_tokens=0)).head
        both = chat.compose(replace(request, head_tokens=tokens)).head
        assert told_alone.tokens <= tokens
        assert dict(both.parts).get("facts", 0) <= tokens
        assert both.tokens <= 2 * tokens


def test_pinned_memories_and_facts_keep_to_one_room_line_breaks_counted(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *with_facts(*SMALL_TALK))
    bank.memories.add("Miku hides the key under a stone.", pinned=True)
    told(bank, chat, sent=30)
    request = replace(in_room(chat, sent=30, tokens=0), count=len)

    heads = {
        room: chat.compose(replace(request, head_tokens=room)).head
        for room in range(60, 180)
    }

    assert all(len(head.text) <= room for room, head in heads.items())
    assert {"pinned", "facts"} <= dict(heads[179].parts).keys()


@pytest.mark.slow
def test_five_thousand_messages_are_told_in_their_room(bank: Bank) -> None:
    lines = [SMALL_TALK[number % 6] for number in range(5_000)]
    for number in range(0, 5_000, 25):
        lines[number] = f"> In week {number} my uncle Jo bought boat number {number}."
    chat = a_chat(bank, "one", *lines)
    query = Query(text="Hm?", visible=chat.newest_ids(40))
    chat.compose(a_request("Hm?", query=query, summary_tokens=600))
    assert bank.settle(300)

    head = chat.compose(a_request("Hm?", query=query, summary_tokens=600)).head

    assert 540 <= head.tokens <= 600
    assert "haha" not in head.text


# -- told or marked --------------------------------------------------------------------

TOLD_EXAMPLES = int(os.environ.get("LTM_TOLD_EXAMPLES", "25"))
BEGAN = datetime(2026, 5, 3, 12, tzinfo=UTC)


def on_days(bank: Bank, days: list[int], name: str) -> Chat:
    """Lead a chat with so many messages on each day in turn."""
    shown = [
        WindowMessage(
            role="user" if number % 2 else "assistant",
            name="Anon" if number % 2 else "Miku",
            content=f"On day {day} I sold boat number {number} to Mira in Porto.",
            said_at=BEGAN + timedelta(days=day, minutes=number),
        )
        for day, count in enumerate(days)
        for number in range(count)
    ]
    chat = bank.chat(name, host="test")
    chat.observe(Window(messages=tuple(shown), complete=True))
    return chat


class Told(NamedTuple):
    """A line of a head: the message it tells, and the days that its summary covers."""

    place: int
    first: date
    last: date


@settings(
    max_examples=TOLD_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=14).filter(any),
    st.integers(1, 60),
    st.integers(60, 500),
    st.booleans(),
)
def test_every_message_out_of_the_window_is_told_or_marked(
    bank: Bank, days: list[int], sent: int, room: int, settled: bool
) -> None:
    """However long it is, whatever was made of it yet, and whatever room there is.

    What no summary that is told covers lies between two neighbouring lines, or before
    the first, or behind the last: one mark stands just there, and nothing else.
    """
    chat = on_days(bank, days, f"{days} {sent} {room} {settled}")
    path = [place.message for place in chat.path()]
    left = path[: max(0, len(path) - sent)]
    query = Query(text="Hm?", visible=chat.newest_ids(sent))
    request = a_request(
        "Hm?", query=query, summary_tokens=room, head_tokens=0, alone=False
    )
    chat.compose(request)
    if settled:
        assert bank.settle(60)

    head = chat.compose(request).head

    assert head.tokens <= room
    if not left:
        assert head.text == ""
        return
    lines = [_read(line, head, path) for line in head.text.splitlines()[1:-1]]
    told = [one for one in lines if isinstance(one, Told)]
    assert told == sorted(told, key=lambda one: one.place)
    covered = {source for item in head.items for source in item.memory.sources}
    # The last mark leads up to the messages that are shown, whatever is told.
    gaps = {len(lines) - 1}
    for place, one in enumerate(left):
        if one.id in covered:
            continue
        before = [line for line in told if line.place < place]
        after = told[len(before) :]
        start = lines.index(before[-1]) + 1 if before else 0
        end = lines.index(after[0]) if after else len(lines)
        [mark] = lines[start:end]
        assert isinstance(mark, str)
        gaps.add(start)
        earliest = before[-1].last if before else date.min
        latest = after[0].first if after else date.max
        # A day of which something is told beside the mark is told in part.
        if earliest < _day(one) < latest and not _names(mark, _day(one)):
            assert mark == "\u2026"
            assert latest - earliest <= LONG_GAP + timedelta(days=1)
    assert gaps == {at for at, one in enumerate(lines) if isinstance(one, str)}


def _read(line: str, head: Block, path: list[Message]) -> Told | str:
    """Return what a line tells, or the mark that it is."""
    found = re.search(r"On day \d+ I sold boat number \d+ to Mira in Porto\.", line)
    if found is None:
        assert line == "\u2026" or re.fullmatch(r"\(.+: nothing told\)", line)
        return line
    texts = [one.content for one in path]
    place = texts.index(found[0])
    assert line.count("boat number") == 1
    [covered] = [
        item.memory.sources
        for item in head.items
        if path[place].id in item.memory.sources
    ]
    spoken = [_day(one) for one in path if one.id in covered]
    return Told(place, spoken[0], spoken[-1])


def _day(one: Message) -> date:
    assert one.said_at is not None
    return one.said_at.astimezone().date()


def _names(mark: str, day: date) -> bool:
    """Say whether a mark names a day of May 2026."""
    words = mark.strip("()").partition(":")[0].replace("from ", "").split(" to ")
    days = [int(word.split()[0]) for word in words if word.split()[0].isdigit()]
    return bool(days) and days[0] <= day.day <= days[-1]


# -- what holds no more ----------------------------------------------------------------


def in_time(bank: Bank, said: dict[int, str], count: int = 60) -> Chat:
    """Lead a chat of small talk, a day a message, in which this is said."""
    chat = bank.chat("one", host="test")
    chat.observe(Window(messages=tuple(days(said, count)), complete=True))
    return chat


def days(said: dict[int, str], count: int) -> list[WindowMessage]:
    return [
        WindowMessage(
            role="assistant" if number % 2 else "user",
            name="Miku" if number % 2 else "Anon",
            content=said.get(number, SMALL_TALK[number % 6].removeprefix("> ")),
            said_at=BEGAN + timedelta(days=number),
        )
        for number in range(count)
    ]


STATES = {
    2: "I work at the Rosebud bakery.",
    4: "My dog Pickle is afraid of thunder.",
    6: "I owe Tuck forty silver.",
    8: "Ich wohne mit meiner Schwester in Leipzig.",
}
OVER = {
    40: "I quit my job at the bakery.",
    42: "Pickle died last night.",
    44: "I paid Tuck the forty silver today.",
    46: "Ich bin nach Hamburg gezogen.",
}


@pytest.mark.parametrize("facts", [True, False])
def test_what_holds_no_more_is_told_as_past(
    engine: Engine, bank: Bank, facts: bool
) -> None:
    """Whether it is out of the window that it is over, or in sight."""
    engine.configure(replace(engine.settings, facts=FactSettings(facts=facts)))
    chat = in_time(bank, STATES | OVER, 90)

    for sent in (60, 5):
        head = story_of(bank, chat, sent)
        assert "at the Rosebud bakery. (no longer)" in head
        assert "afraid of thunder. (died since)" in head
        assert "in Leipzig. (no longer)" in head
    assert "I owed Tuck forty silver. (paid)" in head


def test_what_was_over_holds_again_once_that_is_taken_back(bank: Bank) -> None:
    chat = in_time(bank, STATES | OVER)
    assert "(no longer)" in story_of(bank, chat, 30)

    chat.observe(Window(messages=tuple(days(STATES, 60)), complete=True))
    head = story_of(bank, chat, 30)

    assert "at the Rosebud bakery." in head
    assert "(no longer)" not in head
    assert "(died since)" not in head


def story_of(bank: Bank, chat: Chat, sent: int) -> str:
    """Return the story alone, once all of it is made."""
    query = Query(text="Hm?", visible=chat.newest_ids(sent))
    request = a_request("Hm?", query=query, summary_tokens=400, head_tokens=0)
    chat.compose(request)
    assert bank.settle(60)
    return chat.compose(request).head.text


# -- chats of nothing but noise --------------------------------------------------------

ACTIONS = (
    "*smiles softly and brushes a strand of hair behind her ear*",
    "*leans back against the wall, watching the rain run down the glass*",
    "*walks over to the window and looks out at the dark street*",
    "*sighs and sits down on the edge of the bed, shoulders sinking*",
    "> *laughs and shakes her head*",
    "*stands up and stretches, then pads over to the kitchen*",
)
CODES = (
    "> can you fix this? `def f(x): return x+1`",
    CODE,
    "> it throws TypeError: unsupported operand",
    "print(n)",
    "> SELECT name FROM users WHERE id = 4;",
    "git commit -m 'fix'",
    "npm ERR! code ELIFECYCLE",
)
PANELS = (
    TABLE,
    "<details><summary>Status</summary>Level 4, 120 XP</details>",
    PANEL,
    "<STYLE>b { color: red }</STYLE>",
)
ASIDES = (
    ASIDE,
    "> [OOC: shall we skip to the next morning?]",
    "OOC: my sister Mira moved in, so I'm slow",
    "> {{OOC: can you write longer replies to my brother?}}",
)


@pytest.mark.parametrize(
    "noise",
    [SMALL_TALK, ACTIONS, CODES, PANELS, ASIDES, ("> ok", "a" * 100_000)],
    ids=("small talk", "actions", "code", "panels", "asides", "no blank"),
)
def test_of_nothing_but_noise_nothing_is_told(
    bank: Bank, noise: tuple[str, ...]
) -> None:
    lines = [noise[number % len(noise)] for number in range(60)]
    if len(noise) == 2:
        lines = [*noise, *["> ok", "Mhm."] * 29]
    chat = a_chat(bank, "one", *lines)

    assert story_of(bank, chat, 10) == ""


def test_of_a_message_of_a_hundred_thousand_letters_one_sentence_is_told(
    bank: Bank,
) -> None:
    long = "The road went on and Mira sold the mill to Jo for forty silver. " * 1_600
    chat = a_chat(bank, "one", *["> hi", "hey"] * 6, f"> {long}", *["ok", "> ok"] * 24)

    head = story_of(bank, chat, 10)

    assert head.count("forty silver") == 1


def test_languages_in_turn_are_each_told_in_its_own_words(bank: Bank) -> None:
    lines = [SMALL_TALK[number % 6] for number in range(60)]
    lines[2] = "> I quit my job at the bakery on Monday."
    lines[4] = "> Meine Schwester Mira hat letzten Mai in Bergen geheiratet."
    lines[6] = "> 我妹妹米拉去年五月在卑尔根结婚了。"
    chat = a_chat(bank, "one", *lines)

    head = story_of(bank, chat, 10)

    assert all(line.removeprefix("> ") in head for line in lines[2:8:2])
    assert len(head.splitlines()) <= 6


def test_beside_a_card_of_three_thousand_tokens_the_head_keeps_to_what_is_left(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *with_facts(*SMALL_TALK))
    told(bank, chat, sent=30)

    for window in (3_200, 4_096, 8_192):
        room = max(0, min(450, (window - 512 - 3_000) // 3))
        request = replace(in_room(chat, sent=30, tokens=room), head_tokens=0)
        head = chat.compose(request).head
        assert head.tokens <= room
        assert "haha" not in head.text
        assert ("Mira got married" in head.text) == (room >= 190)
