"""What replies need of the memory is done alike here and in a process beside."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.events import Event
from long_term_memory.companion.lanes import AT_THE_DOOR, Lane
from long_term_memory.companion.lazy_platform import LazyPlatform
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.prompt_template import read_template
from long_term_memory.companion.prompts import Prompts
from long_term_memory.companion.records import CharacterProfile, Conversation
from long_term_memory.companion.reply_acts import Draft, ReplyActs
from long_term_memory.companion.reply_process import (
    HERE,
    MOST_SHORT_LIVES,
    ReplyProcess,
    ReplyProcessError,
)
from long_term_memory.companion.reply_work import ReplyWork, WorkHere
from long_term_memory.companion.work_beside import WorkBeside
from long_term_memory.config import from_mapping
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import Conflict, LtmError, NotFound, TooMany
from long_term_memory.models.tokens import load_token_counter
from long_term_memory.server.reply_main import NICE
from long_term_memory.server.run import is_reply_process_wanted, reply_process
from long_term_memory.testing import HashEmbedder

ME = "default"
PATIENT = 60.0


@dataclass
class Worked:
    """A conversation, and where its replies are worked on."""

    engine: Engine
    platform: Platform
    process: ReplyProcess | None
    talk: Conversation
    events: list[Event]
    work: Callable[[], ReplyWork]

    def run(self, act: Callable[[ReplyWork], Coroutine[Any, Any, Any]]) -> Any:
        """Do something in a loop of its own."""

        async def go() -> Any:
            work = self.work()
            try:
                return await asyncio.wait_for(act(work), PATIENT)
            finally:
                work.close()

        return asyncio.run(go())

    def say(self, text: str) -> str:
        new = SentMessage(content=text)
        return self.platform.messages.send(ME, self.talk.id, new)[0].id

    def question(self, tokens: int | None = None, *, anew: bool = False) -> Any:
        return self.run(lambda work: work.question(ME, self.talk.id, tokens, anew=anew))

    def store(self, text: str, **more: Any) -> Any:
        return self.run(lambda work: work.store(self.draft(text, **more)))

    def draft(self, text: str, **more: Any) -> Draft:
        whole = Draft(
            user=ME,
            conversation_id=self.talk.id,
            reply_id=self.platform.messages.new_id(),
            is_swipe=False,
            text=text,
            model="stub",
            tokens=7,
            seconds=1.25,
        )
        return replace(whole, **more)

    def said(self) -> list[str]:
        page = self.platform.messages.page(ME, self.talk.id, limit=200)
        return [one.content for one in page.messages]

    def until(self, holds: Callable[[], bool]) -> None:
        end = monotonic() + PATIENT
        while not holds():
            assert monotonic() < end
            sleep(0.02)


@contextmanager
def worked(
    folder: Path, beside: bool, command: list[str] | None = None
) -> Iterator[Worked]:
    told, _ = from_mapping({"messages_per_minute": 0})
    engine = build_engine(told, folder, load=HashEmbedder)
    process: ReplyProcess | None = None
    if beside:
        process = reply_process(engine)
    if command is not None:
        process = ReplyProcess(command, lambda: engine.settings, folder, engine.faults)
    lazy = LazyPlatform(engine, is_shared=beside, brings_in=not beside)
    platform = lazy()
    prompts = Prompts(lazy, read_template(None), load_token_counter(None))
    events: list[Event] = []
    lazy.events.on_event(events.append)

    def work() -> ReplyWork:
        door = Lane("door", AT_THE_DOOR)
        here = WorkHere(engine, ReplyActs(lazy, prompts), door)
        return here if process is None else WorkBeside(process, here, lazy, door)

    profile = CharacterProfile(name="Miku", greeting="Come in.")
    character = platform.characters.create(ME, profile)
    talk = platform.messages.begin(ME, character.id)
    events.clear()
    try:
        yield Worked(engine, platform, process, talk, events, work)
    finally:
        if process is not None:
            process.end()
        lazy.close()
        engine.close()


@pytest.fixture(params=["here", "beside"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Worked]:
    with worked(tmp_path, request.param == "beside") as made:
        yield made


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Worked]:
    with worked(tmp_path, True) as made:
        yield made


# -- the contract of both ------------------------------------------------------------


def test_a_question_shows_the_talk_and_names_what_it_answers(there: Worked) -> None:
    assert there.question() is None
    ids = [there.say("I am Tom."), there.say("Who are you?")]
    question = there.question()
    assert [one["content"] for one in question.messages[1:]] == [
        "Come in.",
        "I am Tom.",
        "Who are you?",
    ]
    assert question.messages[0]["role"] == "system"
    assert [*question.answered] == ids
    assert question.character_id == there.talk.character_id
    assert len(there.question(1).messages) < len(question.messages)


def test_a_reply_is_stored_told_and_no_longer_waited_for(there: Worked) -> None:
    there.say("Who are you?")
    waits = lambda: there.run(lambda work: work.waits(ME, there.talk.id))  # noqa: E731
    assert waits()
    feeling = there.store("I am Miku, and so happy that you came!")
    assert feeling == "happy"
    assert there.said() == [
        "Come in.",
        "Who are you?",
        "I am Miku, and so happy that you came!",
    ]
    [told] = [one for one in there.events if one.payload.get("senderType") != "user"]
    assert told.name == "message:received"
    assert told.payload["metadata"]["tokens"] == 7
    there.platform.messages.mark_read(ME, [there.events[0].payload["id"]])
    assert not waits()


def test_a_reply_stored_twice_under_its_id_stands_once(there: Worked) -> None:
    there.say("Who are you?")
    draft = there.draft("I am Miku.")
    for _ in range(2):
        there.run(lambda work: work.store(draft))
    assert there.said().count("I am Miku.") == 1


def test_a_swipe_takes_the_place_of_the_reply(there: Worked) -> None:
    there.say("Who are you?")
    there.store("I am Miku.", reply_id="msg_reply")
    question = there.question(anew=True)
    assert question.messages[-1]["content"] == "Who are you?"
    there.store("Guess.", reply_id="msg_reply", is_swipe=True)
    assert there.said()[-1] == "Guess."
    assert there.events[-1].name == "message:edited"


def test_what_was_missed_is_told(there: Worked) -> None:
    first = there.say("One.")
    there.store("Two.")
    last = there.say("Three.")

    def missed(after: str, limit: int = 10) -> Any:
        found = there.run(lambda work: work.missed(ME, there.talk.id, after, limit))
        return [one.content for one in found]

    assert missed(first) == ["Two.", "Three."]
    assert missed(first, 1) == ["Two."]
    assert missed(last) == []


def test_errors_are_those_of_the_acts(there: Worked) -> None:
    with pytest.raises(NotFound, match="no conversation with the id 'none'"):
        there.run(lambda work: work.question(ME, "none", None, anew=False))
    with pytest.raises(NotFound):
        there.run(lambda work: work.missed(ME, there.talk.id, "none", 10))
    there.say("Hello.")
    with pytest.raises(Conflict, match="no reply"):
        there.store("No.", reply_id=there.say("Hm?"), is_swipe=True)
    there.platform.characters.delete(ME, there.talk.character_id)
    with pytest.raises(Conflict, match="was deleted"):
        there.question()


def test_who_is_expected_finds_his_memory_open(there: Worked) -> None:
    with there.engine.closed([Scope(user=ME, character="Miku")]):
        pass
    assert there.engine.status().open_banks == 0

    async def expect(work: ReplyWork) -> None:
        for place in ("none", there.talk.id):
            work.expect(ME, place)
        while there.engine.status().open_banks == 0:
            await asyncio.sleep(0.02)

    there.run(expect)
    assert there.engine.status().open_banks == 1
    # What cannot be opened is told to whoever says something there.
    assert there.engine.faults.last is None


def test_what_is_sent_meanwhile_keeps_its_order_on_both_sides(there: Worked) -> None:
    lines = [f"line {number}" for number in range(30)]
    sending = threading.Thread(target=lambda: [there.say(one) for one in lines])
    sending.start()
    stored = 0
    while sending.is_alive() or not stored:
        there.store(f"reply {stored}")
        stored += 1
    sending.join()
    rows = there.said()
    opened = there.platform.conversations.open(ME, there.talk.id)
    assert [one.message.content for one in opened.chat.path()] == rows
    assert [one for one in rows if one.startswith("line")] == lines
    assert sum(one.startswith("reply") for one in rows) == stored


# -- the process ---------------------------------------------------------------------


def pid_of(worked: Worked) -> int:
    [found] = children_with_the_bank(worked)
    return found


def children_with_the_bank(worked: Worked) -> list[int]:
    """Return the processes beside this one that have the conversation's bank open."""
    checks = worked.engine.storage.checks
    assert checks is not None
    scope = Scope(user=ME, character="Miku")
    return [one for one in checks.open_in(scope) if one != os.getpid()]


def test_what_is_sent_reaches_the_bank_though_nobody_answers(beside: Worked) -> None:
    assert beside.process is not None
    beside.process.begin()
    beside.say("Is anybody there?")
    scope = Scope(user=ME, character="Miku")

    def heard() -> list[str]:
        chat = beside.engine.bank(scope).chat(beside.talk.id, host="companion")
        return [one.message.content for one in chat.path()]

    beside.until(lambda: heard()[-1] == "Is anybody there?")


def test_other_settings_hold_from_the_next_act_on(beside: Worked) -> None:
    for number in range(6):
        beside.say(f"line {number}")
    assert len(beside.question().messages) == 8
    now = beside.engine.settings
    few = replace(now, companion=replace(now.companion, context_messages=2))
    beside.engine.configure(few)
    assert len(beside.question().messages) == 3


def test_a_process_that_is_killed_is_told_and_another_one_goes_on(
    beside: Worked,
) -> None:
    beside.say("Who are you?")
    first = beside.question()
    pid = pid_of(beside)
    assert beside.process is not None
    os.kill(pid, signal.SIGSTOP)
    waiting = beside.process.ask("waits", ME, beside.talk.id)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ReplyProcessError, match="Send the message again"):
        waiting.result(PATIENT)
    assert beside.question() == first
    assert pid_of(beside) != pid
    assert beside.engine.faults.counts() == {
        "looking after the process that makes replies": 1
    }


@pytest.mark.skipif(sys.platform == "win32", reason="processes have no niceness")
def test_it_stands_back_for_the_server(beside: Worked) -> None:
    beside.say("Who are you?")
    beside.question()
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    # Of 19 at the most.
    wanted = min(19, ours + NICE)
    assert os.getpriority(os.PRIO_PROCESS, pid_of(beside)) == wanted


def test_one_that_always_ends_at_once_is_given_up_and_all_is_done_here(
    tmp_path: Path,
) -> None:
    with worked(tmp_path, False, [sys.executable, "-c", "pass"]) as alone:
        alone.say("Who are you?")
        for _ in range(MOST_SHORT_LIVES // 2 + 1):
            with pytest.raises(ReplyProcessError):
                alone.question()
        assert alone.question().messages[-1]["content"] == "Who are you?"
        alone.store("I am Miku.")
        assert alone.said()[-1] == "I am Miku."


def test_one_that_cannot_be_started_says_so(tmp_path: Path) -> None:
    nothing = [str(tmp_path / "nothing")]
    with worked(tmp_path, False, nothing) as alone:
        alone.say("Who are you?")
        with pytest.raises(ReplyProcessError, match="cannot be started"):
            alone.question()


def test_banks_are_closed_there_while_their_files_are_replaced(beside: Worked) -> None:
    beside.say("Who are you?")
    assert beside.question() is not None
    assert children_with_the_bank(beside)
    answers: list[Any] = []
    with beside.engine.closed([Scope(user=ME, character="Miku")]):
        assert children_with_the_bank(beside) == []
        asking = threading.Thread(target=lambda: answers.append(beside.question()))
        asking.start()
        asking.join(0.3)
        # It waits for the bank, as whoever wants it here does.
        assert answers == []
        assert children_with_the_bank(beside) == []
    asking.join(PATIENT)
    assert answers[0].messages[-1]["content"] == "Who are you?"


def test_what_there_is_to_do_counts_as_the_engines(beside: Worked) -> None:
    beside.say("Who are you?")
    beside.question()
    # The one that this process has open, and the same one there.
    beside.until(lambda: beside.engine.status().open_banks == 2)


def test_what_is_forgotten_here_is_forgotten_there(beside: Worked) -> None:
    beside.say("My cat is called Quark.")
    beside.store("Quark is a fine name.")
    beside.say("What is my cat called?")
    assert "Quark" in str(beside.question().messages)
    beside.platform.forgotten.forget(ME, beside.talk.id)
    with pytest.raises(NotFound):
        beside.question()
    create = beside.platform.conversations.create
    beside.talk = create(ME, beside.talk.character_id)
    beside.say("What is my cat called?")
    assert "Quark" not in str(beside.question().messages)


ORPHAN = """
import sys
from pathlib import Path
from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.server.run import reply_process

engine = build_engine(Settings(), Path(sys.argv[1]))
process = reply_process(engine)
try:
    process.ask("waits", "default", "none").result()
except LookupError:
    pass
except Exception as error:
    print(type(error).__name__, process._living._process.pid, flush=True)
input()
"""


def test_it_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        text=True,
    )
    with server:
        assert server.stdout is not None
        kind, pid = server.stdout.readline().split()
        assert kind == "NotFound"
        os.kill(int(pid), 0)
        server.kill()
        server.wait()
    end = monotonic() + PATIENT
    while Path(f"/proc/{pid}").exists() and monotonic() < end:
        sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_every_error_of_ours_comes_through_a_pipe_as_it_is() -> None:
    def kinds(kind: type[LtmError]) -> Iterator[type[LtmError]]:
        yield kind
        for one in kind.__subclasses__():
            yield from kinds(one)

    slow = TooMany("Wait.", retry_seconds=3, field="content")
    same = pickle.loads(pickle.dumps(slow))
    assert (str(same), same.retry_seconds, same.field, same.said) == (
        *("Wait.", 3, "content"),
        "",
    )
    for kind in kinds(LtmError):
        error = kind.__new__(kind, "What is wrong.")
        error.said = "its words"
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert (str(again), again.said) == ("What is wrong.", "its words")


@pytest.mark.parametrize(
    ("wanted", "people", "is_wanted"),
    [
        ("auto", 0, False),
        ("auto", 15, False),
        ("auto", 16, True),
        ("always", 0, True),
        ("never", 1000, False),
    ],
)
def test_it_is_there_where_many_have_a_key(
    wanted: str, people: int, is_wanted: bool
) -> None:
    settings, _ = from_mapping({"reply_process": wanted})
    assert is_reply_process_wanted(settings, people) is is_wanted
