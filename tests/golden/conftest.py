"""Answers that were written down, so that rebuilding the house changes none of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

EXPECTED = Path(__file__).parent / "expected"
WRITE = "LTM_WRITE_GOLDEN"
# Ids are minted by chance, as version 4 of RFC 9562: one digit is 4, another 8 to b.
MINTED = re.compile(r"\b[0-9a-fA-F]{12}4[0-9a-fA-F]{3}[89abAB][0-9a-fA-F]{15}\b")

Golden = Callable[[str, str], None]


def masked(text: str) -> str:
    """Return a text with what was minted by chance numbered in its order."""
    known: dict[str, str] = {}
    return MINTED.sub(
        lambda found: known.setdefault(found[0], f"<{len(known) + 1}>"), text
    )


@pytest.fixture
def golden() -> Golden:
    """Compare a text to the file of that name, or write it where asked to."""

    def compare(name: str, text: str) -> None:
        file = EXPECTED / name
        found = masked(text).rstrip("\n") + "\n"
        if os.environ.get(WRITE):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(found.encode())
        assert found == file.read_bytes().decode(), (
            f"{name} is no longer what was written down. If it was meant to change, "
            f"write it anew: {WRITE}=1 pytest tests/golden"
        )

    return compare
