"""What clients keep ages as memories do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.daily import Daily

from .conftest import Clock
from .test_client_texts import add, held, plain, texts

OLD = "The heliotrope of long ago."
NEW = "The lantern of today."


def retain(engine: Engine, days: int, action: str) -> None:
    settings = engine.settings
    retention = replace(
        settings.retention, retention_days=days, retention_action=action
    )
    engine.configure(replace(settings, retention=retention))


def found(engine: Engine) -> list[str]:
    return sorted(
        one.entry.content for one in engine.collections.query("anon", "x", "The", 9)
    )


@pytest.fixture
def kept(engine: Engine, clock: Clock) -> Engine:
    """Texts of two ages, in nobody's memory."""
    assert engine.embedder.ready(10) is not None
    add(engine, "x", [plain(OLD, 1)])
    clock.advance(days=40)
    add(engine, "x", [plain(NEW, 2)])
    return engine


@pytest.mark.parametrize("action", ["archive", "summarise"])
def test_what_is_archived_is_kept_but_not_found(kept: Engine, action: str) -> None:
    assert found(kept) == [OLD, NEW]

    retain(kept, 30, action)
    Daily(kept).look()

    assert found(kept) == [NEW]
    assert texts(kept, "x") == [OLD, NEW]
    retain(kept, 0, action)
    assert found(kept) == [OLD, NEW]


def test_what_is_too_old_is_announced_then_forgotten(
    kept: Engine, clock: Clock, tmp_path: Path
) -> None:
    retain(kept, 30, "forget")
    daily = Daily(kept)

    daily.look()
    daily.look()
    announced = daily.notices()
    assert texts(kept, "x") == [OLD, NEW]
    clock.advance(days=1)
    daily.look()

    assert texts(kept, "x") == [NEW]
    assert "1 texts that clients keep" in announced[0]
    assert "from tomorrow on" in announced[0]
    assert "were forgotten" in daily.notices()[0]
    assert OLD not in str((announced, daily.notices()))
    kept.close()
    assert held(tmp_path / "data", "heliotrope") == []


def test_another_wish_announces_itself_anew(kept: Engine, clock: Clock) -> None:
    retain(kept, 30, "forget")
    Daily(kept).look()
    retain(kept, 30, "archive")
    Daily(kept).look()
    clock.advance(days=1)
    retain(kept, 30, "forget")

    Daily(kept).look()

    assert texts(kept, "x") == [OLD, NEW]


def test_the_age_of_a_text_that_is_stored_again_unchanged_stays(
    kept: Engine, open_engine: Callable[[], Engine]
) -> None:
    add(kept, "x", [plain(OLD, 1)])
    retain(kept, 30, "archive")

    assert found(kept) == [NEW]


def test_nothing_young_or_unwanted_goes(kept: Engine, clock: Clock) -> None:
    for days in (0, 90):
        retain(kept, days, "forget")
        Daily(kept).look()
        clock.advance(days=1)
        Daily(kept).look()
    assert texts(kept, "x") == [OLD, NEW]
