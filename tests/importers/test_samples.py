"""Every format: it comes, comes once, and goes back as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.importers.found import Wishes
from long_term_memory.importers.report import Report
from long_term_memory.importers.run import Import, undo

from .foreign import put
from .samples import NAMES, Sample, samples


@pytest.fixture
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Sample:
    """The file that the test is called with."""
    found: Sample = samples(tmp_path)[request.param]
    return found


def bring(engine: Engine, inbox: Path, sample: Sample, *, plan: bool = False) -> Report:
    path = put(inbox / sample.path, sample.data)
    wishes = Wishes(character=sample.character if sample.named else "")
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
