"""Bringing memories in and exporting them, on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor import steps
from long_term_memory.editor.clicks import Click
from long_term_memory.editor.host import Host
from long_term_memory.editor.import_job import step_of
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.page import Page
from long_term_memory.editor.safety_markup import bar
from long_term_memory.editor.tabs.transfer import FORMATS, TransferTab
from long_term_memory.editor.texts import say, speaking
from long_term_memory.editor.transfer_markup import MOST_LINES, report_list
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from long_term_memory.exporters.export_job import FORMATS as WRITTEN
from long_term_memory.importers.import_job import Import, Tell
from long_term_memory.importers.report import (
    FileReport,
    ImportPhase,
    ImportProgress,
    Report,
)
from tests.editor.conftest import ANNA, Stores
from tests.editor.gradios import the_gradio

HALF = ImportProgress(phase=ImportPhase.LEARNING, done=50, total=100, seconds=10.0)
VIEW = PageState(scope=ANNA)


@pytest.fixture
def tab(engine: Engine) -> TransferTab:
    page = Page(engine, Host(sample=True))
    with the_gradio().Blocks(analytics_enabled=False) as blocks:
        page.build(blocks)
    return page.tab(TransferTab)


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """A chat of the webui, as the page hands it over."""
    file = tmp_path / "lent" / "20260501-10-00-00.json"
    file.parent.mkdir()
    turns = [["Hello Bela", "Hello <b>you</b>!"], ["My cat is Miso.", "A fine name."]]
    file.write_text(json.dumps({"internal": turns, "visible": turns}))
    return file


def last(shown: Iterator[Any]) -> Any:
    *_, end = shown
    return end


def hand_over(tab: TransferTab, *files: Path) -> list[str]:
    """Hand files over as the page does; return where they wait."""
    field, lent, _ = tab.on_lend("me", [str(file) for file in files], [])
    assert field["value"] is None
    return list(lent)


def bring(tab: TransferTab, *files: Path, folder: str = "") -> str:
    lent = hand_over(tab, *files)
    shown, *_ = last(tab.on_bring(lent, folder, "Bela", "Ben", VIEW))
    return str(shown)


def test_files_are_brought_in_and_no_copy_stays(
    tab: TransferTab, engine: Engine, chat: Path
) -> None:
    [lent] = hand_over(tab, chat)
    assert not chat.exists()
    html, left, listed = last(tab.on_bring([lent], "", "Bela", "Ben", VIEW))

    bank = engine.bank(Scope(user="default", character="Bela"))
    assert bank.stats().messages == 4
    assert "What came" in html
    assert chat.name in html
    assert "Bela: 4 messages" in html
    assert not Path(lent).exists()
    assert left == []
    assert chat.name not in listed


def test_a_look_says_what_would_come_and_brings_nothing(
    tab: TransferTab, engine: Engine, chat: Path
) -> None:
    [lent] = hand_over(tab, chat)
    html = last(tab.on_look([lent], "", "Bela", "Ben", VIEW))

    assert "What an import would bring" in html
    assert "Bela: 4 messages" in html
    assert Path(lent).exists()
    assert not engine.scopes()


def test_a_folder_of_this_computer_is_read_and_left_as_it_is(
    tab: TransferTab, chat: Path
) -> None:
    broken = chat.with_name("half.json")
    broken.write_text('{"internal": [["Hel')

    html = bring(tab, folder=f" {chat.parent} ")

    assert "4 messages" in html
    assert "left out" in html
    assert "half.json" in html
    assert chat.exists()


def test_without_files_it_says_what_is_missing(tab: TransferTab) -> None:
    shown, lent, _ = last(tab.on_bring([], "  ", "", "", VIEW))

    assert say("transfer.nothing_chosen") in shown
    assert "value" not in lent


def test_an_import_removes_nothing_that_was_not_handed_over(
    tab: TransferTab, chat: Path
) -> None:
    shown, *_ = last(tab.on_bring([str(chat)], "", "Bela", "Ben", VIEW))

    assert "4 messages" in shown
    assert chat.exists()


def test_what_was_handed_over_is_listed_and_can_be_removed(
    tab: TransferTab, chat: Path
) -> None:
    odd = chat.with_name("<b>half\udce9.json")
    odd.write_text("{}")
    _, lent, listed = tab.on_lend("me", [str(chat), str(odd), "/etc/no such"], [])

    assert "2 files chosen" in listed
    assert "<b>" not in listed
    same, again = tab.on_return("{}", lent)
    assert (same, again) == (lent, listed)
    left, emptied = tab.on_return(json.dumps({"do": "return"}), lent)

    assert left == []
    assert "chosen" not in emptied
    assert not any(Path(file).exists() for file in lent)


def test_files_that_waited_too_long_are_asked_for_again(
    tab: TransferTab, chat: Path
) -> None:
    lent = hand_over(tab, chat)
    tab.transfers.uploads.leave("me")

    shown, *_ = last(tab.on_bring(lent, "", "Bela", "Ben", VIEW))

    assert say("transfer.gone") in shown


def test_what_came_can_be_taken_back(
    tab: TransferTab, engine: Engine, chat: Path
) -> None:
    assert ">Undo<" in bring(tab, chat)
    [batch] = tab.transfers.changes("default")

    html = tab.on_press(json.dumps({"do": "take-back", "id": batch.id}), VIEW)

    assert "Undone: 1 chat" in html
    assert ">Undo<" not in html
    assert not engine.bank(Scope(user="default", character="Bela")).chats()


def test_what_came_is_a_step_and_taking_it_back_is_undone_by_a_click(
    tab: TransferTab, engine: Engine, chat: Path
) -> None:
    bela = Scope(user="default", character="Bela")
    bring(tab, chat)
    bank = engine.bank(bela)
    [batch] = tab.transfers.changes("default")
    assert f"Undo import of {chat.name}" in steps.buttons(bank)

    back = {"do": "take-back", "id": batch.id}
    html = tab.on_press(json.dumps(back), PageState(scope=bela))
    [number] = re.findall(r'do="undo" data-ltm-id="" data-ltm-text="(\d+)', html)
    assert f"Undo taking back the import of {chat.name}" in steps.buttons(bank)
    undo = {"do": "undo", "text": number}
    html = tab.on_press(json.dumps(undo), PageState(scope=bela))

    assert f"Undone: taking back the import of {chat.name}." in html
    assert bank.stats().messages == 4
    assert [one.id for one in tab.transfers.changes("default")] == [batch.id]
    with speaking("zh"):
        assert "撤销导入" in steps.buttons(bank)


def test_what_went_on_is_told_when_an_import_is_undone(
    tab: TransferTab, engine: Engine, chat: Path
) -> None:
    bring(tab, chat)
    bank = engine.bank(Scope(user="default", character="Bela"))
    [info] = bank.chats()
    [(host, name)] = info.names
    shown = (WindowMessage("user", "Only this."),)
    bank.chat(name, host=host).observe(Window(messages=shown, complete=True))

    words = steps.move(bank, Click(do="undo"))

    assert words == (
        f"Undone: import of {chat.name}. Left, for it went on since: {info.title}."
    )


def test_taking_back_what_is_gone_says_so(tab: TransferTab) -> None:
    html = tab.on_press(json.dumps({"do": "take-back", "id": "gone"}), VIEW)

    assert "nothing with the id" in html


def test_an_import_that_is_stopped_says_how_it_goes_on(tab: TransferTab) -> None:
    asked, seen = Event(), Event()

    def work(stop: Callable[[], bool], tell: Tell) -> Report:
        tell(HALF)
        asked.set()
        seen.wait(20)
        return Report(files=(), cancelled=stop())

    tab.transfers.begin(work)
    asked.wait(20)
    assert "50 of 100" in next(iter(tab.on_show(VIEW)))
    assert "Stopping" in tab.on_stop(VIEW)
    seen.set()

    assert "importing again goes on" in last(tab.on_show(VIEW))


def test_a_second_import_waits_for_the_first(tab: TransferTab, chat: Path) -> None:
    ended = Event()

    def work(stop: Callable[[], bool], tell: Tell) -> Report:
        ended.wait(20)
        return Report(files=())

    tab.transfers.begin(work)
    lent = hand_over(tab, chat)
    shown = tab.on_bring(lent, "", "Bela", "Ben", VIEW)

    assert "An import is under way" in next(shown)[0]
    ended.set()
    assert "value" not in last(shown)[1]
    assert Path(lent[0]).exists()


def test_an_import_that_fails_says_why(tab: TransferTab, stores: Stores) -> None:
    def work(stop: Callable[[], bool], tell: Tell) -> Report:
        raise StoreError("The disk is full.")

    tab.transfers.begin(work)

    assert "The disk is full" in last(tab.on_show(VIEW))


def test_a_memory_is_exported_and_comes_in_again(
    tab: TransferTab, engine: Engine, anna: Scope
) -> None:
    html = tab.on_export("jsonl", PageState(scope=anna))

    [file] = (engine.data_dir / "exports").iterdir()
    assert str(file) in html
    report = Import(engine).run([file])
    assert report.messages == 0
    assert report.left_out == 0


def test_without_a_character_nothing_is_exported(tab: TransferTab) -> None:
    assert "no character" in tab.on_export("md", PageState())


def test_every_format_can_be_chosen() -> None:
    assert set(FORMATS) == set(WRITTEN)


def test_a_bar_says_how_far_it_is_and_how_long_the_rest_takes() -> None:
    html = bar(step_of(HALF))

    assert '<progress max="100" value="50"' in html
    assert "Learning messages: 50 of 100, 5 a second, 10 seconds left" in html
    begun = ImportProgress(phase=ImportPhase.READING, done=0, total=3, seconds=0.0)
    assert "left" not in bar(step_of(begun))


def test_texts_of_files_are_escaped_and_long_lists_cut() -> None:
    odd = FileReport(path="C:\\x\\<i>.json", read=True, words="<b>", warnings=("<u>",))
    html = report_list(Report(files=(odd,) * (MOST_LINES + 2)), planned=False)

    assert "&lt;i&gt;.json" in html
    assert not {"<i>", "<b>", "<u>", "C:"} & set(html.split())
    assert "and 2 more" in html
