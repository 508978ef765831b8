"""Settings that were changed on the server's page stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from long_term_memory.build import build_engine
from long_term_memory.cli.options import with_kept
from long_term_memory.config import RecallSettings, ServerSettings, Settings
from long_term_memory.config.memory import NO_LIMIT
from long_term_memory.config.saved_settings import SAVED_FILE, saved_settings
from long_term_memory.engine.engine import Engine
from long_term_memory.server.kept_settings import Keeper
from long_term_memory.server.resuming import MOST_BANKS, newest, resume
from long_term_memory.testing import HashEmbedder
from tests.editor.conftest import tell

from .test_rounds import SERA


def fewer(settings: Settings, most: int) -> Settings:
    return replace(settings, recall=RecallSettings(num_memories_to_fetch=most))


def at_the_next_start(engine: Engine, given: frozenset[str]) -> int:
    started = Settings(server=ServerSettings(data_dir=str(engine.data_dir)))
    return with_kept(started, given).recall.num_memories_to_fetch


def test_what_was_changed_holds_at_the_next_start(engine: Engine) -> None:
    keeper = Keeper(engine, frozenset())

    said = keeper.save(fewer(engine.settings, 7))

    assert SAVED_FILE in said
    assert "but" not in said
    assert at_the_next_start(engine, frozenset()) == 7
    assert saved_settings(engine.data_dir) == {"num_memories_to_fetch": 7}


def test_what_is_set_at_the_start_wins_and_that_is_said_before(engine: Engine) -> None:
    given = frozenset({"num_memories_to_fetch"})

    said = Keeper(engine, given).save(fewer(engine.settings, 7))

    assert "but num_memories_to_fetch is set where the server is started" in said
    assert at_the_next_start(engine, given) == NO_LIMIT


def test_what_came_from_elsewhere_is_not_taken_along(engine: Engine) -> None:
    """A value of the environment must not stay when the variable is gone."""
    keeper = Keeper(engine, frozenset())

    keeper.save(fewer(engine.settings, 7))
    keeper.save(fewer(engine.settings, 8))
    keeper.save(fewer(engine.settings, 8))

    assert saved_settings(engine.data_dir) == {"num_memories_to_fetch": 8}


def test_only_its_owner_reads_the_file(engine: Engine) -> None:
    Keeper(engine, frozenset()).save(fewer(engine.settings, 7))

    mode = (engine.data_dir / SAVED_FILE).stat().st_mode
    assert mode & 0o077 == 0 or mode & 0o777 == 0o777  # where the system knows none


def test_what_an_import_left_goes_on_as_the_server_starts(tmp_path: Path) -> None:
    words = build_engine(Settings(), tmp_path / "data", load=unavailable)
    tell(words, "One", "My cat is called Miso.", "Hello!", scope=SERA)
    words.close()
    engine = build_engine(Settings(), tmp_path / "data", load=HashEmbedder)

    resume(engine)

    assert engine.bank(SERA).settle(20)
    assert engine.bank(SERA).stats().embedded == 2
    engine.close()


def test_after_a_restart_the_numbers_are_true_at_once(tmp_path: Path) -> None:
    """Before, it said that nothing was embedded until the model was loaded."""
    first = build_engine(Settings(), tmp_path / "data", load=HashEmbedder)
    tell(first, "One", "My cat is called Miso.", "Hello!", scope=SERA)
    assert first.bank(SERA).settle(20)
    first.close()

    second = build_engine(Settings(), tmp_path / "data", load=unavailable)

    assert second.bank(SERA).stats().embedded == 2
    second.close()


def test_of_many_memories_those_changed_last_go_on(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path / "data", load=HashEmbedder)
    for number in range(MOST_BANKS + 2):
        scope = replace(SERA, character=f"No {number}")
        tell(engine, "One", "Hello there, you.", "Hello!", scope=scope)

    assert len(newest(engine)) == MOST_BANKS
    engine.close()


def unavailable() -> HashEmbedder:
    from long_term_memory.errors import EmbeddingError

    raise EmbeddingError("It is not there.")
