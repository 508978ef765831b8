"""Keeping memories safe, on the page: a real engine on real files."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import RetentionSettings, Settings
from long_term_memory.core.maintenance import Finding, Level
from long_term_memory.core.types import Scope
from long_term_memory.editor.host import Host
from long_term_memory.editor.jobs import Step
from long_term_memory.editor.memory_actions import ClickResult, PageState
from long_term_memory.editor.page import Page
from long_term_memory.editor.safety_markup import finding_list
from long_term_memory.editor.tabs.safety import SafetyTab, Section
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import archives, backups_of
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder
from long_term_memory.storage.encryption.user_key import key_source, make_key_file
from long_term_memory.storage.sqlite.bank_key import is_encrypted
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.storage.sqlite.reencryption import encrypt
from long_term_memory.testing import HashEmbedder
from tests.editor.conftest import ANNA, tell
from tests.editor.gradios import the_gradio
from tests.engine.models import Library, Model, settings_with, start

pytestmark = pytest.mark.gradio

BELA = Scope(user="default", character="Bela <b>")
VIEW = PageState(scope=ANNA)
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
CAT = "My cat is Miso."


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Safety:
    """The tab before a person."""

    def __init__(self, engine: Engine) -> None:
        gr = the_gradio()
        page = Page(engine, Host())
        with gr.Blocks(analytics_enabled=False) as blocks:
            page.build(blocks)
        self.engine = engine
        self.tab = page.tab(SafetyTab)

    def part(self, name: str) -> Section:
        [found] = [part for part in self.tab.parts if part.name == f"ltm-{name}"]
        return found

    def shows(self, name: str, view: PageState = VIEW) -> str:
        return str(self.tab.on_show(self.part(name), view))

    def press(
        self, name: str, do: str, what: str = "", text: str = "", view: PageState = VIEW
    ) -> str:
        """Press a button, and wait until what it began is over."""
        click = json.dumps({"do": do, "id": what, "text": text})
        self.tab.on_press(self.part(name), click, view)
        assert self.tab.job.wait(30)
        return self.shows(name, view)

    def backup(self) -> str:
        """Make a backup; return what its buttons call it."""
        self.press("backups", "back-up")
        return str(
            archives(backups_of(self.engine), self.engine.data_dir / "backups")[-1].path
        )

    def texts(self, scope: Scope = ANNA) -> set[str]:
        return {one.content for one in self.engine.bank(scope).memories.list()}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def safety(tmp_path: Path, clock: Clock) -> Iterator[Safety]:
    """The tab over two characters' memories."""
    data_dir = tmp_path / "memories"
    engine = build_engine(Settings(), data_dir, clock=clock, load=HashEmbedder)
    tell(engine, "Picnic", "Hello Anna", "Hello!", CAT, "A fine name.")
    tell(engine, "Rain", "Hello Bela", "<i>Hi</i>", scope=BELA)
    assert engine.bank(ANNA).settle(20)
    yield Safety(engine)
    engine.close()


# -- backups -------------------------------------------------------------------------


def test_without_backups_it_says_so(safety: Safety) -> None:
    assert "No backups yet" in safety.shows("backups")
    assert "data-ltm-going" not in safety.shows("backups")


def test_a_backup_is_made_and_listed_with_what_it_holds(safety: Safety) -> None:
    html = safety.press("backups", "back-up")

    assert "Saved and checked" in html
    assert "made by you" in html
    assert "Anna: 4 messages, Bela &lt;b&gt;: 2 messages" in html
    assert "<b>" not in html


def test_a_backup_is_checked(safety: Safety) -> None:
    name = safety.backup()

    assert "holds what was saved" in safety.press("backups", "check", name)
    assert not list(Path(name).parent.glob("*.unfinished"))


def test_a_spoilt_backup_is_found_out_and_restores_nothing(safety: Safety) -> None:
    name = safety.backup()
    whole = bytearray(Path(name).read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    Path(name).write_bytes(bytes(whole))

    assert "damaged" in safety.press("backups", "check", name)
    assert "damaged" in safety.press("backups", "restore", name, "restore")
    assert CAT in safety.texts()


def test_a_backup_in_clear_over_an_encrypted_memory_needs_other_words(
    safety: Safety, tmp_path: Path
) -> None:
    name = safety.backup()
    folder = bank_folder(safety.engine.data_dir, ANNA)
    make_key_file(tmp_path / "key")
    with safety.engine.closed([ANNA]):
        encrypt(folder, key_source("", str(tmp_path / "key")))

    told = safety.press("backups", "restore", name, "restore")

    assert "restore in clear" in told
    assert "this backup is in clear" in told
    assert is_encrypted(folder)
    assert "Restored." in safety.press("backups", "restore", name, "restore in clear")
    assert not is_encrypted(folder)


def test_a_memory_that_cannot_be_read_is_named_and_the_others_are_saved(
    safety: Safety,
) -> None:
    folder = bank_folder(safety.engine.data_dir, ANNA)
    with safety.engine.closed([ANNA]):
        (folder / "memory.sqlite3").write_bytes(b"no database" * 999)

        told = safety.press("backups", "back-up")

    assert f"NOT SAVED: the memory of {ANNA.character}" in told, told
    assert "Saved and checked" in told


def test_a_file_that_is_no_backup_is_named(safety: Safety) -> None:
    safety.backup()
    odd = safety.engine.data_dir / "backups" / "odd.zip"
    odd.write_bytes(b"PK")

    html = safety.shows("backups")

    assert f"{odd} is no backup of long-term memory, or it is damaged." in html
    assert "no longer there" in safety.press("backups", "check", str(odd))


def test_a_backup_is_put_back_and_the_memory_goes_on(safety: Safety) -> None:
    name = safety.backup()
    tell(safety.engine, "Later", "I moved to Bergen.", "Oh!")

    html = safety.press("backups", "restore", name, " Restore ")

    assert "Restored. Anna: 4 messages (what stood there is in" in html
    assert "I moved to Bergen." not in safety.texts()
    tell(safety.engine, "Later", "I moved to Oslo.", "Oh!")
    assert {CAT, "I moved to Oslo."} <= safety.texts()
    assert safety.engine.bank(ANNA).settle(20)


def test_only_the_chosen_character_is_put_back(safety: Safety) -> None:
    name = safety.backup()
    tell(safety.engine, "Later", "For Anna.", "Oh!")
    tell(safety.engine, "Later", "For Bela.", "Oh!", scope=BELA)

    assert "Only Anna" in safety.shows("backups")
    safety.press("backups", "restore-one", name, "restore")

    assert "For Anna." not in safety.texts()
    assert "For Bela." in safety.texts(BELA)


@pytest.mark.parametrize("typed", ["", "yes", "restor"])
def test_nothing_is_replaced_before_the_word_is_typed(
    safety: Safety, typed: str
) -> None:
    name = safety.backup()
    tell(safety.engine, "Later", "I moved to Bergen.", "Oh!")

    html = safety.press("backups", "restore", name, typed)

    assert "Nothing was changed" in html
    assert "I moved to Bergen." in safety.texts()


def test_no_file_but_a_listed_backup_is_ever_read(
    safety: Safety, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.zip"
    Path(safety.backup()).rename(stranger)

    html = safety.press("backups", "restore", str(stranger), "restore")

    assert "no longer there" in html


def test_backups_that_were_made_by_themselves_are_listed(safety: Safety) -> None:
    safety.engine.bank(ANNA).state.store.back_up("import")

    assert "before an import" in safety.shows("backups")


def test_one_from_the_future_is_not_shown_as_the_newest(safety: Safety) -> None:
    ahead, name = Path(safety.backup()), safety.backup()
    with zipfile.ZipFile(ahead) as file:
        held = {one: file.read(one) for one in file.namelist()}
    told = json.loads(held["manifest.json"])
    told["at"] = "2199-01-01T00:00:00+00:00"
    held["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(ahead, "w") as file:
        for one, content in held.items():
            file.writestr(one, content)

    html = safety.shows("backups")

    assert 0 < html.index(name) < html.index(str(ahead))


def test_what_is_shown_already_is_not_drawn_again(safety: Safety) -> None:
    part = safety.part("backups")

    assert "value" not in safety.tab.on_show(part, VIEW, safety.shows("backups"))


# -- work under way ------------------------------------------------------------------


def test_what_takes_long_shows_how_far_it_is_and_nothing_else_begins(
    safety: Safety,
) -> None:
    job, ended = safety.tab.job, Event()

    def work() -> ClickResult:
        job.tell(Step(words="Reading words", done=50, total=100))
        assert ended.wait(20)
        return ClickResult(words="Stopped." if job.stopping() else "Done.")

    job.begin("ltm-renew", "doing.rebuild", work)

    html = safety.shows("renew")
    assert 'data-ltm-poll="ltm-renew-poll" data-ltm-going' in html
    assert "Reading words: 50 of 100" in html
    click = json.dumps({"do": "back-up"})
    assert "under way" in safety.tab.on_press(safety.part("backups"), click, VIEW)
    safety.tab.on_press(safety.part("renew"), json.dumps({"do": "stop"}), VIEW)
    ended.set()
    assert job.wait(20)
    assert "Stopped." in safety.shows("renew")
    assert "data-ltm-going" not in safety.shows("renew")


def test_a_fault_of_ours_is_said_and_kept_for_the_status(safety: Safety) -> None:
    def work() -> ClickResult:
        raise ZeroDivisionError

    safety.tab.job.begin("ltm-check", "doing.look", work)
    assert safety.tab.job.wait(20)

    assert "ZeroDivisionError" in safety.shows("check")
    assert safety.engine.faults.last is not None


@pytest.mark.parametrize("name", ["backups", "check", "renew", "age"])
def test_a_click_on_nothing_does_nothing(safety: Safety, name: str) -> None:
    before = safety.shows(name)

    assert safety.press(name, "nonsense", view=PageState()) == safety.shows(
        name, PageState()
    )
    assert safety.press(name, "nonsense") == before


# -- check-up ------------------------------------------------------------------------


def test_a_sound_memory_is_found_well(safety: Safety) -> None:
    html = safety.press("check", "look")

    assert "things are well" in html
    assert "Memory of Anna for default" in html
    assert "hash, 64 dimensions, by HashEmbedder" in html
    assert "Mend" not in html


def test_what_is_amiss_is_said_and_mended_after_a_backup(safety: Safety) -> None:
    folder = bank_folder(safety.engine.data_dir, ANNA)
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        connection.execute("DELETE FROM lexicon")
        connection.commit()

    html = safety.press("check", "look")
    assert "fault" in html.casefold()
    assert "Mend what can be mended" in html

    html = safety.press("check", "mend")

    assert "A backup from before is" in html
    assert "Mend what can be mended" not in html
    assert list((folder / "backups").glob("*before-repair.zip"))
    assert CAT in safety.texts()


def test_a_model_that_cannot_be_had_is_a_fault_with_its_reason(
    tmp_path: Path,
) -> None:
    def load() -> Embedder:
        raise EmbeddingError("There is no such model.")

    engine = build_engine(Settings(), tmp_path / "memories", load=load)
    html = Safety(engine).press("check", "look")
    engine.close()

    assert "only words are compared: There is no such model." in html
    assert "1 fault found" in html


def test_a_look_can_be_stopped(tmp_path: Path) -> None:
    freed = Event()

    def load() -> Embedder:
        assert freed.wait(20)
        return HashEmbedder()

    engine = build_engine(Settings(), tmp_path / "memories", load=load)
    safety = Safety(engine)
    click = json.dumps({"do": "look"})
    assert "Stop" in safety.tab.on_press(safety.part("check"), click, VIEW)
    click = json.dumps({"do": "stop"})
    safety.tab.on_press(safety.part("check"), click, VIEW)
    freed.set()
    assert safety.tab.job.wait(20)

    assert "Stopped before" in safety.shows("check")
    engine.close()


def test_faults_come_first_and_texts_are_escaped() -> None:
    html = finding_list(
        [
            Finding(level=Level.OK, what="a", words="fine"),
            Finding(level=Level.NOTE, what="b", words="<i>"),
            Finding(level=Level.FAULT, what="c", words="broken", bank="<b>"),
        ]
    )

    assert html.index("broken") < html.index("&lt;i&gt;") < html.index("fine")
    assert "&lt;b&gt;, c" in html
    assert "1 thing is well" in html


# -- embeddings and rebuild ----------------------------------------------------------


def test_a_rebuild_says_what_it_made_and_changes_nothing(safety: Safety) -> None:
    before = safety.texts()

    html = safety.press("renew", "rebuild")

    assert "Anna was made anew: 4 messages read" in html
    assert "vectors of hash" in html
    assert safety.texts() == before


def test_without_a_character_there_is_nothing_to_rebuild(safety: Safety) -> None:
    assert "no memories yet" in safety.press("renew", "rebuild", view=PageState())


def test_a_change_of_models_is_shown_paused_and_resumed(
    tmp_path: Path, clock: Clock
) -> None:
    library = Library(Model("small", 32), Model("large", 64))
    engine = start(tmp_path / "memories", library, "small", clock)
    tell(engine, "Long", *[f"Line {n} of elephants" for n in range(100)])
    bank = engine.bank(ANNA)
    bank.embedding_state(20)
    assert bank.settle(20)
    safety = Safety(engine)
    with library.models["large"].held():
        engine.configure(settings_with("large"))
        assert library.models["large"].asked.wait(20)
        html = safety.shows("renew")
        assert "changing from small to large" in html
        assert 'data-ltm-do="pause"' in html
        assert "data-ltm-going" in html
        bank.pause_indexing()

    assert bank.settle(20)
    html = safety.shows("renew")
    assert "Paused" in html
    assert "data-ltm-going" not in html

    assert "It goes on." in safety.press("renew", "resume")
    assert bank.settle(20)
    assert "vectors of large" in safety.shows("renew")
    assert "Paused, also after a restart" in safety.press("renew", "pause")
    engine.close()


# -- old memories --------------------------------------------------------------------


def test_a_preview_says_what_is_too_old_and_changes_nothing(
    safety: Safety, clock: Clock
) -> None:
    clock.now += timedelta(days=40)
    tell(safety.engine, "Today", "It snows.", "Yes!")

    html = safety.press("age", "preview", text="30")

    assert "6 messages of 2 characters are older" in html
    assert "4 messages older than 30 days" in html
    assert "It snows." not in html
    assert CAT in safety.texts()


def test_nothing_is_too_old_yet(safety: Safety) -> None:
    assert "Nothing is that old" in safety.press("age", "preview", text="30")


@pytest.mark.parametrize("days", ["", "0", "-3", "x", "99999", "٣"])
def test_only_a_number_of_days_will_do(safety: Safety, days: str) -> None:
    assert "Type a number of days" in safety.press("age", "preview", text=days)


def test_what_holds_now_is_said(safety: Safety) -> None:
    assert "everything is kept" in safety.shows("age")

    kept = RetentionSettings(retention_days=90, retention_action="forget")
    safety.engine.configure(Settings(retention=kept))

    assert "older than 90 days is forgotten for good" in safety.shows("age")
