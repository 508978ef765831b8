"""The five journeys of `tests/editor/journeys.md`, walked in a real browser.

Each says how many actions it takes, and is held to what is written there. What was told
to the memory are messages, so an entry is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Context, Query, Scope, Window, WindowMessage
from long_term_memory.editor.texts import say
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.models.tokens import estimate_tokens
from tests.server.conftest import Running, running
from tests.server.in_sight import expect
from tests.server.test_editor_in_browser import DESKTOP, LOADING_MS, PAGE
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHAT = "The chat"
Line = tuple[str, str, str]
"""When (in local time), who, and what; the character speaks where the name is its."""

THEO = "theo moved btw, he lives in lyon now, got a job at a big animal clinic"
TRAM = "was in lyon once on a school trip, threw up on a tram"
QUAY = "*Mara's old dog, Pilot, limps along the quay behind her, sits on her boots.*"
PEAR = (
    "*Mara buries Pilot, the old dog, under the pear tree, and says nothing all day.*"
)
IWO_ASKS = '*Iwo looks past her.* "No Pilot at your heels today? I still look for him."'
EVENING = (
    "alex and i are getting a divorce, the hearing at the court is on 9 june",
    "the divorce papers came this morning, i signed on the kitchen floor",
    "by the way i am allergic to penicillin, the doctor wrote it down today",
    "alex took the good chairs, the court will settle the rest of the divorce",
    "ok i promise you to sleep before midnight",
)
ALLERGY, PROMISE = EVENING[2], EVENING[4]
COOKS, CAR = "alex cooks on fridays, mostly soup", "alex has the car this week"
OOC = "((ooc: haha i'm vegetarian irl, writing this makes me queasy))"
BOAR = "*Brakka tears a leg off the roast boar and offers the other to the elf.*"
BOTH = "The player, Lena, is a vegetarian; her character Brakka eats meat."

PAINTINGS = (
    "On day {0} I painted the harbour and sold {0} small boats.",
    "My harbour painting number {0} hangs in house {0} by the sea.",
)

STORIES: dict[str, tuple[str, tuple[Line, ...]]] = {
    "Odette": (
        "Robin",
        (
            ("2026-02-11 20:00", "Robin", "my brother theo is coming to stay, a vet"),
            ("2026-03-17 20:00", "Robin", THEO),
            ("2026-03-17 20:01", "Odette", "He'll be eating well, then."),
            ("2026-04-02 20:00", "Robin", TRAM),
            ("2026-05-29 20:00", "Robin", "theo rang, he adopted a goose"),
        ),
    ),
    "Captain Iwo": (
        "Mara",
        (
            ("2026-04-19 19:00", "Mara", QUAY),
            ("2026-05-08 19:00", "Mara", PEAR),
            ("2026-05-20 19:00", "Mara", "The harbour master wants forty crowns."),
            ("2026-07-03 19:02", "Mara", "Is the old dog Pilot still on the quay?"),
        ),
    ),
    "Nadja": (
        "Jun",
        (
            *(
                (f"2026-01-{day:02} 20:0{part}", "Jun", text.format(day))
                for day in range(1, 29)
                for part, text in enumerate(PAINTINGS)
            ),
            ("2026-07-01 20:00", "Jun", "Where do all my harbour paintings hang?"),
        ),
    ),
    "Ines": (
        "Sam",
        (
            ("2026-02-03 20:00", "Sam", COOKS),
            *(
                (f"2026-04-14 21:4{place}", "Sam", text)
                for place, text in enumerate(EVENING)
            ),
            ("2026-05-20 20:00", "Sam", CAR),
        ),
    ),
    "Thessaly": (
        "Brakka",
        (
            ("2026-03-04 20:00", "Brakka", BOAR),
            ("2026-03-30 20:00", "Brakka", OOC),
            ("2026-06-27 20:00", "Thessaly", "*She pushes the boar away.*"),
        ),
    ),
}


def window(character: str, more: int = 0) -> Window:
    """Return a story with small talk between, and so many messages after it."""
    user, lines = STORIES[character]
    talk: list[Line] = []
    for at, who, text in lines:
        talk.append((at, who, text))
        talk.append((at, character, f"Tell me of lantern {len(talk)}."))
    if character == "Captain Iwo":
        talk[-1] = (lines[-1][0], character, IWO_ASKS)
    last = datetime.fromisoformat(talk[-1][0]).astimezone()
    said = [
        (datetime.fromisoformat(at).astimezone(), who, text) for at, who, text in talk
    ]
    said += [
        (last + timedelta(days=1 + number), user, f"Lantern {number} burns, too.")
        for number in range(more)
    ]
    return Window(
        messages=tuple(
            WindowMessage(
                role="assistant" if who == character else "user",
                name=who,
                content=text,
                said_at=at,
            )
            for at, who, text in said
        ),
        complete=True,
    )


def bank_of(engine: Engine, character: str) -> Bank:
    return engine.bank(Scope(user="default", character=character))


def prompt_for(engine: Engine, character: str, text: str, shown: int = 1) -> Context:
    """Return what stands in the prompt for a message, and keep that in the record."""
    chat = bank_of(engine, character).chat(CHAT, host="test")
    query = Query(text=text, visible=chat.newest_ids(shown))
    room = engine.settings.prompt
    context = chat.compose(
        Request(
            query=query,
            user_name=STORIES[character][0],
            character_name=character,
            head_tokens=room.head_tokens,
            recall_tokens=room.recall_tokens,
            summary_tokens=engine.settings.summaries.story_tokens,
            count=estimate_tokens,
        )
    )
    chat.note_turn(context, query=query)
    return context


def in_prompt(context: Context) -> str:
    return context.head.text + context.recall.text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    for character, (_, lines) in STORIES.items():
        bank_of(engine, character).chat(CHAT, host="test").observe(window(character))
        prompt_for(engine, character, lines[-1][2], shown=2)
    engine.close()
    with running(data_dir) as started:
        yield started


@pytest.fixture
def engine(server: Running) -> Iterator[Engine]:
    """Another program that uses the same memories meanwhile, as a chat does."""
    made = build_engine(Settings(), Path(server.data_dir))
    yield made
    made.close()


class Person:
    """Somebody at the editor, and how much he had to do."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.actions = 0

    def click(self, found: Any) -> None:
        found.click()
        self.actions += 1

    def type(self, found: Any, text: str) -> None:
        found.fill(text)
        self.actions += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.actions += 1

    def tab(self, name: str) -> None:
        self.click(self.page.get_by_role("tab", name=say(f"{name}.title"), exact=True))

    def sees(self, text: str) -> None:
        self.page.locator(PAGE).get_by_text(text).first.wait_for(timeout=60_000)

    def row(self, text: str) -> Any:
        return self.page.locator(".ltm-row:visible", has_text=text).first

    def found(self, count: int) -> None:
        self.page.wait_for_function(
            "(count) => document.querySelectorAll('.ltm-row').length === count",
            arg=count,
        )

    def took(self, count: int, *, of: int) -> None:
        """Hold it to its actions, and those to the most that there may be."""
        assert self.actions == count
        assert count <= of


@pytest.fixture
def at_editor(browser: Any, server: Running, request: Any) -> Iterator[Person]:
    """Somebody who looks at a character's memories, which is where it begins."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/editor/")
    page.wait_for_selector(".ltm-row", timeout=LOADING_MS)
    page.get_by_label(say("common.character")).first.click()
    page.get_by_role("option", name=request.param).first.click()
    person = Person(page)
    person.row(STORIES[request.param][1][-1][2][:20]).wait_for()
    yield person
    assert errors == []
    context.close()


def of(character: str) -> Any:
    return pytest.mark.parametrize("at_editor", [character], indirect=True)


@of("Odette")
def test_a_mistake_of_months_ago_is_put_right(
    at_editor: Person, engine: Engine
) -> None:
    before = bank_of(engine, "Odette").memories.count()
    person = at_editor

    person.type(person.page.get_by_label(say("memories.search")), "Lyon")
    person.row("has the words").wait_for()
    person.click(person.row("lives in lyon").get_by_role("button", name="Edit"))
    field = person.page.locator("textarea.ltm-field")
    person.type(field, THEO.replace("lyon", "lille"))
    person.press("Enter")
    person.sees(say("did.saved"))
    person.took(4, of=5)

    expect(person.row("lives in lille")).to_contain_text(say("memories.edited"))
    bank = bank_of(engine, "Odette")
    bank.chat(CHAT, host="test").observe(window("Odette", more=10))
    [changed] = [one for one in bank.memories.list() if "lille" in one.content]
    assert changed.happened_at is not None
    assert changed.happened_at.astimezone().date().isoformat() == "2026-03-17"
    assert TRAM in [one.content for one in bank.memories.list()]
    assert bank.memories.count() == before + 10
    told = in_prompt(prompt_for(engine, "Odette", "Where does my brother Theo live?"))
    assert "lives in lille" in told
    assert "lives in lyon" not in told
    person.click(person.row("lives in lille").get_by_role("button", name="Details"))
    person.page.locator(".ltm-beside .ltm-here", has_text="lille").wait_for()


@of("Captain Iwo")
def test_a_reply_is_explained_and_what_it_rests_on_is_set_aside(
    at_editor: Person, engine: Engine
) -> None:
    person = at_editor
    said = [one.message.content for one in _path(engine, "Captain Iwo")]

    person.tab("why")
    for text in ("Mara's old dog, Pilot", "Mara buries Pilot"):
        line = person.page.locator(".ltm-line:visible", has_text=text).first
        line.wait_for(timeout=60_000)
        person.click(line.locator("summary"))
        line.locator(".ltm-signals").wait_for()
        person.click(line.get_by_role("button", name=say("memories.do_hide")))
        person.sees(say("did.hidden"))
    person.took(5, of=6)

    told = in_prompt(prompt_for(engine, "Captain Iwo", "Is the dog on the quay?"))
    assert QUAY[:30] not in told
    assert PEAR[:30] not in told
    assert "forty crowns" in in_prompt(
        prompt_for(engine, "Captain Iwo", "What does the harbour master want?")
    )
    assert [one.message.content for one in _path(engine, "Captain Iwo")] == said
    assert person.page.locator("[data-ltm-undo]:visible").count()


def _path(engine: Engine, character: str) -> Any:
    bank = bank_of(engine, character)
    return bank.chat(CHAT, host="test").path()


@of("Nadja")
def test_it_takes_a_third_of_the_room_and_keeps_everything(
    at_editor: Person, engine: Engine
) -> None:
    person = at_editor
    kept = bank_of(engine, "Nadja").memories.count()

    person.tab("settings")
    person.click(person.page.get_by_label(say("presets.few_tokens")))
    person.click(person.page.get_by_role("button", name=say("settings.use")))
    told = person.page.locator(PAGE).get_by_text("For your newest message").first
    told.wait_for(timeout=60_000)
    person.took(3, of=4)

    figures = told.inner_text().partition("For your newest message")[2]
    now, then = (int("".join(filter(str.isdigit, part))) for part in figures.split(";"))
    assert 0 < now <= then / 3
    assert bank_of(engine, "Nadja").memories.count() == kept
    person.page.reload()
    person.page.wait_for_selector(".ltm-row", timeout=LOADING_MS)
    person.tab("settings")
    person.page.wait_for_function(
        "[...document.querySelectorAll('input')].some((one) => one.value === '300')"
    )


@of("Ines")
def test_one_evening_is_forgotten_but_for_what_one_keeps(
    at_editor: Person, engine: Engine
) -> None:
    person = at_editor
    page = person.page

    person.tab("forget")
    person.type(page.get_by_label(say("memories.since")).last, "2026-04-14")
    person.type(page.get_by_label(say("memories.until")).last, "2026-04-14")
    person.click(page.get_by_role("button", name=say("forget.look")))
    page.locator(".ltm-goes").wait_for(timeout=60_000)
    shown = page.locator(".ltm-goes").inner_text()
    assert all(text in shown for text in EVENING)
    for text in (ALLERGY, PROMISE):
        person.click(
            page.locator(".ltm-keeps li", has_text=text).get_by_role("checkbox")
        )
    person.type(page.locator(".ltm-goes input.ltm-field"), say("forget.word"))
    person.press("Enter")
    page.locator(PAGE).get_by_text("Forgotten for good").wait_for(timeout=60_000)
    person.took(8, of=8)

    bank = bank_of(engine, "Ines")
    bank.chat(CHAT, host="test").observe(window("Ines", more=30))
    there = [one.content for one in bank.memories.list(limit=200)]
    assert {ALLERGY, PROMISE, COOKS, CAR} <= set(there)
    assert not [text for text in there if "divorce" in text]
    asked = "Do you remember what I said about Alex and the court?"
    assert "divorce" not in in_prompt(prompt_for(engine, "Ines", asked))


@of("Thessaly")
def test_who_is_what_is_put_right_and_pinned(at_editor: Person, engine: Engine) -> None:
    person = at_editor

    person.type(person.page.get_by_label(say("memories.search")), "vegetarian")
    person.row("has the words").wait_for()
    person.click(person.row("vegetarian").get_by_role("button", name="Edit"))
    person.type(person.page.locator("textarea.ltm-field"), BOTH)
    person.press("Enter")
    person.sees(say("did.saved"))
    person.click(person.row("The player, Lena").get_by_role("button", name="Pin"))
    person.page.locator(".ltm-row.ltm-pinned", has_text="Lena").wait_for()
    said = person.page.locator("[data-ltm-said]:visible").first.inner_text()
    person.took(5, of=6)

    assert f"{estimate_tokens(BOTH)} tokens" in said
    bank = bank_of(engine, "Thessaly")
    bank.chat(CHAT, host="test").observe(window("Thessaly", more=30))
    assert BOTH in prompt_for(engine, "Thessaly", "We ride at dawn").head.text
    assert BOAR in [one.content for one in bank.memories.list(limit=200)]
    person.page.reload()
    person.page.locator(".ltm-row:visible").first.wait_for(timeout=LOADING_MS)
    person.page.get_by_label(say("common.character")).first.click()
    person.page.get_by_role("option", name="Thessaly").first.click()
    person.page.get_by_label(say("memories.show")).click()
    shelf = say("memories.shelf_pinned")
    person.page.get_by_role("option", name=shelf, exact=True).click()
    person.row("The player, Lena").wait_for()
