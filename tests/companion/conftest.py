"""The companion's ground over a memory in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .grounds import Ground, a_ground


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """A platform, with one character and one conversation of the owner."""
    with a_ground(tmp_path) as made:
        yield made
