"""Every format: it comes, comes once, and goes back as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import, undo
from long_term_memory.importers.report import Report

from .foreign import put
from .samples import NAMES, Sample, samples


@pytest.fixture
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Sample:
    """The file that the test is called with."""
    found: Sample = samples(tmp_path)[request.param]
    return found


def bring(engine: Engine, inbox: Path, sample: Sample, *, plan: bool = False) -> Report:
    path = put(inbox / sample.path, sample.data)
    wishes = ImportOptions(character=sample.character if sample.named else "")
    run = Import(engine, wishes)
    return run.plan([path]) if plan else run.run([path])


def bank_of(engine: Engine, sample: Sample) -> Bank:
    return engine.bank(Scope(user="default", character=sample.character))


def said(bank: Bank) -> list[tuple[str, ...]]:
    chats = sorted(bank.chats(), key=lambda chat: len(chat.names[0][1]))
    return [
        tuple(
            place.message.content
            for place in bank.chat(chat.names[0][1], host=chat.names[0][0]).path()
        )
        for chat in chats
    ]


@pytest.mark.parametrize("sample", NAMES, indirect=True)
def test_a_file_of_every_format_comes_once_and_goes_back(
    engine: Engine, inbox: Path, sample: Sample
) -> None:
    planned = bring(engine, inbox, sample, plan=True)
    report = bring(engine, inbox, sample)
    again = bring(engine, inbox, sample)

    assert report.left_out == 0, report.files[0].words
    assert (report.chats, report.notes) == (sample.chats, sample.notes)
    assert (planned.chats, planned.notes) == (report.chats, report.notes)
    assert (again.chats, again.messages, again.notes) == (0, 0, 0)
    bank = bank_of(engine, sample)
    if sample.said:
        assert said(bank)[0] == sample.said
    if sample.chats or sample.notes:
        undo(engine, "default", report.batch)
    assert bank.chats() == []
    assert bank.memories.list() == []


EMPTY = {"role": "user", "data": " "}
NOBODY = {"is_human": True}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"type": "risuChat", "data": {"message": []}}, "its name was changed"),
        ({"messages": [{"msg": "Hi.", "userId": "u"}]}, "whose chat it is"),
        ({"histories": [{"msgs": [{"text": "Hi.", "src": NOBODY}]}]}, "whose chat"),
        ({"prompt": "x", "actions": [], "savedsettings": {}}, "names no character"),
        ([{"mapping": {}}], "nobody speaks"),
        ([{"chat": {"models": [], "messages": []}}], "nobody speaks"),
        ({"type": "risu", "data": [{"key": "a", "content": "b"}]}, "is no character's"),
        ({"spec": "lorebook_v3", "data": {"entries": []}}, "is no character's"),
    ],
)
def test_what_tells_too_little_says_what_is_missing(
    engine: Engine, inbox: Path, value: object, reason: str
) -> None:
    [told] = Import(engine).run([put(inbox / "x.json", value)]).files

    assert reason in told.words


@pytest.mark.parametrize(
    "value",
    [
        {"type": "risuChat", "data": {"message": [EMPTY]}},
        {"messages": [{"msg": "", "userId": "u"}]},
        {"histories": [{"msgs": []}]},
        {"prompt": "", "actions": [], "gamestarted": True},
    ],
)
def test_an_export_in_which_nobody_speaks_is_refused(
    engine: Engine, inbox: Path, value: object
) -> None:
    run = Import(engine, ImportOptions(character="Miku"))

    [told] = run.run([put(inbox / "x.json", value)]).files

    assert "without a" in told.words


def test_lines_that_chat_with_several_bots_go_to_all_of_them(
    engine: Engine, inbox: Path
) -> None:
    rows = [
        {"name": "Bo", "userId": "u", "msg": "Hello both."},
        {"name": "Miku", "characterId": "imported", "msg": "Hi."},
        {"name": "Gil", "characterId": "c2", "msg": "Hm."},
        {"name": "Gil", "characterId": "c2", "msg": "Hm hm."},
    ]

    [told] = Import(engine).run([put(inbox / "x.json", {"messages": rows})]).files

    assert told.words == "Miku, Gil: 8 messages"


def test_tags_that_were_written_out_part_a_story(engine: Engine, inbox: Path) -> None:
    settings = {
        "opmode": 4,
        "raw_instruct_tags": True,
        "instruct_starttag": "\\n### Instruction:\\n",
        "instruct_endtag": "\\n### Response:\\n",
    }
    text = "Rules.\n### Instruction:\nMy sister.\n### Response:\nHow is she?"
    story = {"prompt": text, "actions": [], "savedsettings": settings}

    Import(engine).run([put(inbox / "x.json", story)])

    bank = engine.bank(Scope(user="default", character="Instruct"))
    assert said(bank) == [("My sister.", "How is she?")]
