"""No chat knows what it may not know, whatever was set and said.

Some dozens of worlds by default; `LTM_WORLDS=10000` in the environment makes as many.
"""

from __future__ import annotations

import os

import pytest

from long_term_memory.engine.state.policies import PolicyDirectory, Sight

from .worlds import live

WORLDS = int(os.environ.get("LTM_WORLDS", "60"))


def test_nothing_crosses_storylines_incognito_chats_and_pauses() -> None:
    crossed = [live(seed) for seed in range(WORLDS)]

    # Where it may, it does: nobody would notice if nothing were ever recalled.
    assert sum(map(bool, crossed)) > WORLDS // 3


def test_a_world_without_borders_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PolicyDirectory, "sight", lambda *_: Sight())

    assert any(map(is_amiss, range(50)))


def is_amiss(seed: int) -> bool:
    """Say whether a chat of a world knows what it may not know."""
    try:
        live(seed)
    except AssertionError:
        return True
    return False
