"""A bank that went out and came in again is the same bank."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.facts import Category, Fact
from long_term_memory.core.knowledge.model_facts import (
    ModelBatch,
    batch_text,
    inputs_of,
)
from long_term_memory.core.records import (
    MODEL_FACTS,
    StoredSummary,
)
from long_term_memory.core.types import Message, Role, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.knowledge.facts import FactChange
from long_term_memory.engine.transfer import BankDump
from long_term_memory.exporters import jsonl
from long_term_memory.exporters.export_job import write
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import, undo
from long_term_memory.importers.report import Report

MIKU = Scope(user="default", character="Miku")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ODD = ["half \ud83d of a pair", "a\0b", "\x1b[31m\r\n", "שלום 👩‍👩‍👧", '"},{"end":true']

texts = st.sampled_from(["Hi.", "My cat is Miso.", "It snows in Oslo.", "Why?", *ODD])
roles: st.SearchStrategy[Role] = st.sampled_from(["user", "assistant", "system"])
shown = st.builds(
    WindowMessage,
    role=roles,
    content=texts,
    name=st.sampled_from(["", "Anon", "Miku", "\udc00"]),
    said_at=st.none() | st.integers(0, 5).map(lambda days: NOW + timedelta(days=days)),
    host_id=st.none() | st.sampled_from(["h1", "h2", "h3"]),
    hidden=st.booleans(),
    present=st.sampled_from([(), ("Miku", "Anon"), ("Ann",)]),
    position=st.none(),
    message_id=st.just(""),
)
windows = st.builds(
    Window,
    messages=st.lists(shown, max_size=6).map(tuple),
    complete=st.booleans(),
    open_ended=st.booleans(),
)
looks = st.tuples(st.just("look"), st.sampled_from(["a", "b", "c"]), windows)
notes = st.tuples(
    st.sampled_from(["add", "pin", "edit", "delete"]), st.integers(0, 9), texts
)
actions = st.lists(looks | notes, max_size=8)


def act(bank: Bank, what: str, which: object, how: object) -> None:
    if isinstance(how, Window):
        bank.chat(str(which), host="test").observe(how)
        return
    memories = bank.memories
    known = memories.list()
    assert isinstance(how, str)
    assert isinstance(which, int)
    if what == "add":
        memories.add(how, pinned=which > 5)
    elif known:
        chosen = known[which % len(known)].id
        if what == "pin":
            memories.pin(chosen)
        elif what == "edit" and which > 7:
            memories.tag(chosen, how.split(",")[:3])
        elif what == "edit" and which > 5:
            memories.hide(chosen)
        elif what == "edit":
            memories.update(chosen, content=how)
        else:
            memories.delete(chosen)


def contents(bank: Bank) -> tuple[BankDump, list[Message]]:
    carried = bank.carry_out()
    return carried, list(bank.messages_of(carried.rows))


def export(bank: Bank, folder: Path) -> Path:
    return write(bank, "jsonl", folder / "miku.jsonl").path


def bring(engine: Engine, path: Path, **wishes: str) -> Report:
    return Import(engine, ImportOptions(**wishes)).run([path])  # type: ignore[arg-type]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=actions)
def test_what_goes_out_comes_in_identical(
    open_engine: Callable[[str], Engine],
    tmp_path_factory: pytest.TempPathFactory,
    actions: list[tuple[str, object, object]],
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    here = open_engine(str(folder / "here")).bank(MIKU)
    for what, which, how in actions:
        act(here, what, which, how)
    path = export(here, folder)
    there = open_engine(str(folder / "there"))

    report = bring(there, path)

    assert report.left_out == 0
    assert contents(there.bank(MIKU)) == contents(here)
    assert list(jsonl.lines(there.bank(MIKU))) == list(jsonl.lines(here))
    before = there.bank(MIKU).state.store.chats.all()
    again = bring(there, path)
    assert (again.chats, again.messages, again.notes) == (0, 0, 0)
    assert there.bank(MIKU).state.store.chats.all() == before
    assert contents(there.bank(MIKU)) == contents(here)


def a_bank(engine: Engine) -> Bank:
    """Two chats that share a past, a swiped-away reply, a note, a pin, a correction."""
    bank = engine.bank(MIKU)
    past = (
        WindowMessage("user", "My sister Mira keeps bees in Oslo.", said_at=NOW),
        WindowMessage("assistant", "How many hives has she?", said_at=NOW),
        WindowMessage("user", "Nine hives, and a grumpy goose."),
    )
    first = bank.chat("first", host="webui")
    first.observe(
        Window(messages=(*past, WindowMessage("assistant", "Gone.")), complete=True)
    )
    first.observe(
        Window(messages=(*past, WindowMessage("assistant", "Stays.")), complete=True)
    )
    branch = bank.chat("branch", host="webui", forked_from="first")
    branch.observe(
        Window(messages=(*past, WindowMessage("assistant", "Other.")), complete=True)
    )
    bank.memories.add("Mira hates honey.", pinned=True)
    bank.memories.update(first.path()[2].message.id, content="Ten hives.")
    return bank


def test_a_swiped_away_reply_can_still_return_after_the_journey(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    here = a_bank(open_engine("here"))
    gone = next(m.id for m in contents(here)[1] if m.content == "Gone.")
    there = open_engine("there")
    bring(there, export(here, tmp_path))
    chat = there.bank(MIKU).chat("first", host="webui")
    past = tuple(
        WindowMessage(place.message.role, place.message.content)
        for place in chat.path()[:3]
    )

    chat.observe(
        Window(messages=(*past, WindowMessage("assistant", "Gone.")), complete=True)
    )

    assert chat.path()[3].message.id == gone


def test_a_branch_is_still_a_branch_after_the_journey(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    there = open_engine("there")
    bring(there, export(a_bank(open_engine("here")), tmp_path))

    [first, branch] = there.bank(MIKU).state.store.chats.all()
    assert branch.family == first.row


def test_an_export_can_be_given_to_another_user_and_character(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    there = open_engine("there")

    bring(
        there, export(a_bank(open_engine("here")), tmp_path), user="bo", character="Ann"
    )

    assert there.scopes() == [Scope(user="bo", character="Ann")]


def test_what_a_model_wrote_comes_along_and_comes_once(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    """It is not asked for again; what was extracted is made again."""
    here, there = a_bank(open_engine("here")), open_engine("there")
    [first, _] = here.state.store.chats.all()
    rows = here.state.store.chats.visits(first.row)
    written = StoredSummary(
        key=b"k" * 16,
        maker="model",
        tier="chunk",
        chat=first.row,
        first=rows[0],
        last=rows[1],
        messages=tuple(rows[:2]),
        parts=(b"p" * 16,),
        inputs=b"i" * 16,
        text="They spoke of bees.",
        model="scripted",
        made_at=NOW,
    )
    for one in (written, written._replace(maker="extract")):
        with here.state.lock:
            here.state.store.summaries.put(one)

    for _ in range(2):
        bring(there, export(here, tmp_path))

    assert there.bank(MIKU).state.store.summaries.all() == [written]
    assert contents(there.bank(MIKU)) == contents(here)


BEES = Fact(
    text="Mira keeps bees.",
    about="other",
    subject="Mira",
    category=Category.WORK,
    slot="work",
    value="beekeeper",
    confidence=0.8,
    sources=("m",),
)


def draws(bank: Bank) -> ModelBatch:
    """Keep what a model drew from the first two messages of a bank."""
    rows = tuple(bank.state.store.chats.visits(1)[:2])
    said = bank.state.store.messages.get(rows)
    fact = replace(BEES, sources=(said[rows[0]].id,))
    batch = ModelBatch(rows, {rows[0]: (NOW.timestamp(), (fact,))}, "scripted")
    key = MODEL_FACTS + inputs_of([said[row] for row in rows])
    with bank.state.exclusive():
        bank.state.store.metadata.put(key, batch_text(batch))
    bank.state.reload()
    return batch


def facts_of(bank: Bank) -> list[str]:
    known = bank.knowledge.facts.all(bank.knowledge.viewer_of(""))
    return [one.text for one in known]


def test_facts_that_a_model_drew_come_along_and_come_once(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    """They are not asked for again, though other rows are theirs, and are told."""
    here, there = a_bank(open_engine("here")), open_engine("there")
    draws(here)
    other = there.bank(MIKU).chat("other", host="webui")
    other.observe(Window(messages=(WindowMessage("user", "Hi."),), complete=True))
    before = facts_of(there.bank(MIKU))

    for _ in range(2):
        bring(there, export(here, tmp_path))

    [came] = there.bank(MIKU).carry_out().facts
    assert [told for _, told in came.facts.values()] == [
        told for _, told in here.carry_out().facts[0].facts.values()
    ]
    assert there.bank(MIKU).knowledge.by_model.status().kept == 1
    assert BEES.text not in before
    assert BEES.text in facts_of(there.bank(MIKU))


def test_a_fact_by_hand_comes_along(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    here, there = a_bank(open_engine("here")), open_engine("there")
    viewer = here.knowledge.viewer_of("")
    [fact, *_] = here.knowledge.facts.all(viewer)
    change = FactChange(content="Mira is a beekeeper in Oslo.", locked=True)
    here.knowledge.facts.revise(fact.id, change, viewer)

    bring(there, export(here, tmp_path))

    assert facts_of(there.bank(MIKU)) == facts_of(here)
    assert "Mira is a beekeeper in Oslo." in facts_of(there.bank(MIKU))


def test_what_was_drawn_beside_something_forgotten_here_stays_behind(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    here, there = a_bank(open_engine("here")), open_engine("there")
    draws(here)
    path = export(here, tmp_path)
    bring(there, path)
    bank = there.bank(MIKU)
    gone = bank.chat("first", host="webui").path()[1].message.id
    there.forgetting(MIKU).forget(ForgetTarget(memories=(gone,)))

    bring(there, path)

    assert bank.carry_out().facts == ()
    assert BEES.text not in facts_of(bank)


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 3},
        {"confidence": "sure"},
        {"about": "nobody"},
        {"category": "wisdom"},
        {"text": 3},
        {"sources": [3]},
    ],
)
def test_a_fact_that_makes_no_sense_makes_an_export_damaged(
    open_engine: Callable[[str], Engine], tmp_path: Path, wrong: dict[str, object]
) -> None:
    here = a_bank(open_engine("here"))
    draws(here)

    def spoilt(lines: list[str]) -> list[str]:
        [number] = [at for at, line in enumerate(lines) if '"facts": [' in line]
        value = json.loads(lines[number])
        value["read"][0][2][0] |= wrong
        lines[number] = json.dumps(value) + "\n"
        return lines

    report = bring(open_engine("there"), broken(export(here, tmp_path), spoilt))

    assert "damaged in line" in report.files[0].words


@pytest.mark.parametrize("rows", [[], [2], [99]])
def test_facts_of_messages_that_were_not_read_make_an_export_damaged(
    open_engine: Callable[[str], Engine], tmp_path: Path, rows: list[int]
) -> None:
    here = a_bank(open_engine("here"))
    draws(here)

    def spoilt(lines: list[str]) -> list[str]:
        return [
            with_field(line, facts=rows) if '"facts": [' in line else line
            for line in lines
        ]

    report = bring(open_engine("there"), broken(export(here, tmp_path), spoilt))

    assert "damaged in line" in report.files[0].words


def test_a_journey_is_undone_as_a_whole(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    there = open_engine("there")
    path = export(a_bank(open_engine("here")), tmp_path)
    report = bring(there, path)

    undone = undo(there, "default", report.batch)

    bank = there.bank(MIKU)
    assert (undone.chats, undone.kept) == (2, ())
    assert (bank.chats(), bank.memories.list()) == ([], [])
    bring(there, path)
    assert len(bank.chats()) == 2


def test_a_chat_that_went_on_here_is_left_alone(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    here = a_bank(open_engine("here"))
    there = open_engine("there")
    path = export(here, tmp_path)
    bring(there, path)
    for bank, text in ((here, "Here."), (there.bank(MIKU), "There.")):
        chat = bank.chat("first", host="webui")
        told = [WindowMessage(p.message.role, p.message.content) for p in chat.path()]
        chat.observe(
            Window(messages=(*told, WindowMessage("user", text)), complete=True)
        )

    planned = Import(there).plan([export(here, tmp_path)])
    report = bring(there, export(here, tmp_path))

    assert planned.messages == 1
    assert "went another way here" in report.files[0].words
    last = there.bank(MIKU).chat("first", host="webui").path()[-1]
    assert last.message.content == "There."


def test_what_grew_over_there_comes_too(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    here = a_bank(open_engine("here"))
    there = open_engine("there")
    bring(there, export(here, tmp_path))
    chat = here.chat("first", host="webui")
    told = [WindowMessage(p.message.role, p.message.content) for p in chat.path()]
    chat.observe(
        Window(messages=(*told, WindowMessage("user", "More.")), complete=True)
    )
    here.memories.add("A newer note.")

    report = bring(there, export(here, tmp_path))

    assert (report.chats, report.messages, report.notes) == (1, 1, 1)
    assert contents(there.bank(MIKU)) == contents(here)


def broken(path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(change(lines)), "utf-8")
    return path


def with_field(line: str, **fields: object) -> str:
    return json.dumps({**json.loads(line), **fields}) + "\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: lines[:-1], "ends in the middle"),
        (lambda lines: lines[:3], "ends in the middle"),
        (lambda lines: [*lines[:-2], lines[-1]], "lacks lines"),
        (lambda lines: [lines[0], *lines[2:]], "lacks lines"),
        (lambda lines: [*lines[:2], lines[2][:20] + "\n", *lines[3:]], "line 3"),
        (lambda lines: [*lines[:2], "[1]\n", *lines[3:]], "no record"),
        (lambda lines: [*lines[:2], '{"a": 1}\n', *lines[3:]], "no message"),
        (lambda lines: [with_field(lines[0], version=99), *lines[1:]], "newer"),
        (lambda lines: [with_field(lines[0], user=3), *lines[1:]], "whose"),
        (lambda lines: [lines[0], with_field(lines[1], role="x")], "role"),
        (lambda lines: [lines[0], with_field(lines[1], id=3)], "no text"),
        (lambda lines: [lines[0], with_field(lines[1], seen_at="now")], "line 2"),
        (lambda lines: [lines[0], with_field(lines[1], seen_at="2026-01-01")], "zone"),
        (
            lambda lines: [
                with_field(x, places=[99]) if "chat" in x[:8] else x for x in lines
            ],
            "a message is missing",
        ),
        (
            lambda lines: [
                with_field(x, places=["1"]) if "chat" in x[:8] else x for x in lines
            ],
            "no number",
        ),
        (
            lambda lines: [*lines[:-1], '{"summary": "zz", "chat": "x"}\n', lines[-1]],
            "line",
        ),
    ],
)
def test_of_a_damaged_export_nothing_is_taken(
    open_engine: Callable[[str], Engine],
    tmp_path: Path,
    change: Callable[[list[str]], list[str]],
    reason: str,
) -> None:
    path = broken(export(a_bank(open_engine("here")), tmp_path), change)
    there = open_engine("there")

    report = bring(there, path)

    assert report.left_out == 1
    assert reason in report.files[0].words
    assert there.scopes() == []
