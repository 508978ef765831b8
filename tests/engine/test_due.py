"""What is to come is spoken of on its day and once after, and is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from long_term_memory.core.types import Query, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.knowledge.coming import DueState
from long_term_memory.engine.state.policies import Viewer

from .builders import a_request, shown
from .conftest import MIKU, Clock

EXAM = "> exam on Friday, statistics"


class Talk:
    """A chat that a host shows whole, each line said when it is shown."""

    def __init__(self, bank: Bank, clock: Clock, name: str = "one") -> None:
        """Begin with nothing said."""
        self.chat: Chat = bank.chat(name, host="test")
        self._clock = clock
        self._lines: list[WindowMessage] = []

    def adds(self, line: str) -> None:
        """Say a line that the host shows with the next one."""
        self._lines.append(shown(line, self._clock.now))

    def says(self, line: str) -> str:
        """Say a line and return the recall block of a user's turn."""
        self._lines.append(shown(line, self._clock.now))
        return self.again()

    def again(self) -> str:
        """Return the same block once more, as for a swipe."""
        self.chat.observe(Window(messages=tuple(self._lines), complete=True))
        last = self._lines[-1]
        if last.role != "user":
            return ""
        request = a_request(last.content, query=Query(text=last.content))
        return self.chat.compose(request).recall.text

    def drop(self, count: int = 1) -> None:
        """Take the last lines back."""
        del self._lines[-count:]


def on(clock: Clock, day: int, hour: int = 18) -> None:
    """Set the clock to a day of March 2026; the 6th is a Friday."""
    clock.now = datetime(2026, 3, day, hour, tzinfo=UTC)


def spoken_of(block: str) -> bool:
    return "exam on Friday" in block and "take up" in block


def test_an_exam_is_spoken_of_on_its_day_and_in_the_first_turn_after_it(
    bank: Bank, clock: Clock
) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    assert not spoken_of(talk.says(EXAM))
    talk.says("Oh no!")
    on(clock, 5)
    assert not spoken_of(talk.says("> did you sleep well"))
    talk.says("I did.")
    on(clock, 6, 8)
    assert "Today, Friday, 6 March 2026" in talk.says("> morning miku")
    assert spoken_of(talk.again()), "a swipe sees the same"
    talk.says("Good luck!")
    assert not spoken_of(talk.says("> thank you so much")), "once is enough"
    talk.says("You can do it.")
    on(clock, 8)
    assert "nothing was told of it yet" in talk.says("> look at this cat")
    talk.says("Cute!")
    assert not spoken_of(talk.says("> yes so fluffy"))


def test_what_is_old_is_listed_and_spoken_of_all_the_same(
    bank: Bank, clock: Clock
) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says(EXAM)
    for number in range(300):
        talk.adds(f"Boat number {number} came in.")
    on(clock, 30)
    assert spoken_of(talk.says("> hello again miku"))
    clock.now = datetime(2028, 3, 1, 18, tzinfo=UTC)
    talk.says("Hello!")
    assert not spoken_of(talk.says("> long time no see")), "nobody asks after years"
    [item] = bank.knowledge.coming.all(Viewer())
    assert item.state is DueState.PAST


def test_who_tells_how_it_went_is_not_asked(bank: Bank, clock: Clock) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says(EXAM)
    on(clock, 7)
    assert not spoken_of(talk.says("> i passed the exam!!"))
    [item] = bank.knowledge.coming.all(Viewer())
    assert item.state is DueState.CLOSED


def test_a_telling_that_is_taken_back_opens_it_again(bank: Bank, clock: Clock) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says(EXAM)
    on(clock, 7)
    talk.says("> i passed the exam!!")
    talk.drop()
    assert spoken_of(talk.says("> look at this cat"))


def test_another_chat_of_the_two_speaks_of_it_as_well(bank: Bank, clock: Clock) -> None:
    on(clock, 3)
    Talk(bank, clock).says(EXAM)
    on(clock, 6)
    assert spoken_of(Talk(bank, clock, "two").says("> hello again miku"))


def test_a_promise_for_the_next_time_waits_for_the_next_talk(
    bank: Bank, clock: Clock
) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says("> do you know the way")
    talk.says("I'll bring you the map next time.")
    assert "Promised" not in talk.says("> great thanks a lot")
    talk.says("Good night.")
    on(clock, 5)
    assert "Promised for this time" in talk.says("> hello miku")
    talk.says("Hello!")
    assert "Promised" not in talk.says("> how was your day then")


def test_days_of_a_story_are_not_those_of_the_calendar(
    bank: Bank, clock: Clock
) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says(
        '*The captain unrolls a map of the northern coast on the table and sighs.* "We '
        'ride for the castle tomorrow," *he says, and looks at each of them in turn.*'
    )
    on(clock, 4)
    assert "has come" not in talk.says("> *I nod and sharpen my sword in silence*")
    assert "its day has come" in talk.says("> *the next morning I saddle the horse*")


def test_a_clock_that_is_set_back_makes_nothing_due(bank: Bank, clock: Clock) -> None:
    talk = Talk(bank, clock)
    on(clock, 5)
    talk.says("> dentist tomorrow at nine")
    on(clock, 1)
    assert "take up" not in talk.says("> hello there my friend")
    on(clock, 6)
    assert "take up" in talk.says("> hello again my friend")


def test_it_is_known_after_a_restart(
    open_engine: Callable[[], Engine], clock: Clock
) -> None:
    on(clock, 3)
    engine = open_engine()
    Talk(engine.bank(MIKU), clock).says(EXAM)
    engine.close()
    on(clock, 6)
    bank = open_engine().bank(MIKU)
    assert spoken_of(Talk(bank, clock, "two").says("> hello again miku"))


def test_what_was_called_off_by_hand_is_spoken_of_no_more(
    bank: Bank, clock: Clock
) -> None:
    talk = Talk(bank, clock)
    on(clock, 3)
    talk.says(EXAM)
    coming = bank.knowledge.coming
    [item] = coming.all(Viewer())
    assert coming.call_off(item.thread.id, Viewer())
    on(clock, 6)
    assert not spoken_of(talk.says("> morning miku"))
    assert coming.call_off(item.thread.id, Viewer(), off=False)
    assert spoken_of(talk.again())
    assert not coming.call_off("nothing", Viewer())
