"""Exports that the page left go with what is forgotten, and do not stay in clear."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.editor.import_job import Transfers
from long_term_memory.editor.uploads import Uploads
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.page_exports import EXPORTS, IN_CLEAR
from long_term_memory.testing import HashEmbedder

from .builders import a_chat
from .conftest import MIKU, Clock

SECRET = "The heliotrope stands under the seventh stair."


@pytest.fixture
def encrypted(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", "ab" * 32)
    engine = build_engine(Settings(), tmp_path / "data", clock=clock, load=HashEmbedder)
    with closing(engine):
        yield engine


def exports(engine: Engine) -> list[Path]:
    return sorted((engine.data_dir / EXPORTS).glob("*"))


def export(engine: Engine, scope: Scope = MIKU) -> str:
    """Have the page write one."""
    return Transfers(engine, Uploads(engine.data_dir)).export(scope, "jsonl").words


def test_they_go_with_what_is_forgotten_and_others_stay(engine: Engine) -> None:
    ben = Scope(user="anon", character="Ben")
    a_chat(engine.bank(MIKU), "one", f"> {SECRET}", "Yes.")
    a_chat(engine.bank(ben), "one", "> I am with Ben.", "Yes.")
    export(engine)
    export(engine, ben)
    secret = next(
        one.id for one in engine.bank(MIKU).memories.list() if one.content == SECRET
    )

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(secret,)))

    [left] = exports(engine)
    assert left.name.startswith("ben-")


def test_one_of_an_encrypted_memory_says_so_and_does_not_stay(
    encrypted: Engine, clock: Clock
) -> None:
    a_chat(encrypted.bank(MIKU), "one", f"> {SECRET}", "Yes.")

    words = export(encrypted)
    clock.now += IN_CLEAR - timedelta(seconds=1)
    encrypted.clear_exports.look()
    [there] = exports(encrypted)
    clock.now += timedelta(seconds=1)
    # As the page that is opened next does.
    Transfers(encrypted, Uploads(encrypted.data_dir))

    assert "in clear" in words
    assert "an hour" in words
    assert not there.exists()


def test_one_of_an_unknown_time_does_not_stay(encrypted: Engine) -> None:
    a_chat(encrypted.bank(MIKU), "one", f"> {SECRET}", "Yes.")
    export(encrypted)
    [there] = exports(encrypted)
    there.rename(there.with_name(there.name.replace("-2026", "-once")))

    encrypted.clear_exports.look()

    assert exports(encrypted) == []


def test_one_of_a_memory_in_clear_stays(engine: Engine, clock: Clock) -> None:
    a_chat(engine.bank(MIKU), "one", f"> {SECRET}", "Yes.")

    words = export(engine)
    clock.now += 9 * IN_CLEAR
    engine.clear_exports.look()

    assert "in clear" not in words
    assert len(exports(engine)) == 1
