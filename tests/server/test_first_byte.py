"""How soon a browser has something to read, from a real server.

The figures are those of an idle machine: on a busy one single answers are late whatever
the server does, so a share of them counts, never the slowest.
`benchmarks/first_steps.py` tells the figures themselves.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.first_steps import ask, share

from .conftest import Running, running

pytestmark = [pytest.mark.slow, pytest.mark.gradio]

READY_SECONDS, LOADING_SECONDS, READ_SECONDS = 0.2, 0.5, 1.0
MOST_SECONDS = 240.0


def port_of(server: Running) -> int:
    return int(server.url.rpartition(":")[2])


def nine_of_ten(seconds: list[float]) -> float:
    """Return within what nine of ten were."""
    return sorted(seconds)[int(0.9 * (len(seconds) - 1))]


def test_the_page_answers_at_once_before_while_and_after_it_is_loaded(
    tmp_path: Path,
) -> None:
    with running(tmp_path / "data") as server:
        port = port_of(server)
        before = [ask(port, "/health").first_seconds for _ in range(5)]
        first = ask(port, "/editor/")
        began, waits = time.monotonic(), []
        while share(port) < 1 and time.monotonic() - began < MOST_SECONDS:
            waits.append(ask(port, "/editor/").first_seconds)
            time.sleep(0.05)
        after = [ask(port, "/editor/").first_seconds for _ in range(20)]

    assert b"Copy" in first.body  # the page that waits, and no empty one
    assert first.first_seconds < max(READY_SECONDS, 10 * nine_of_ten(before))
    assert first.last_seconds < max(READ_SECONDS, 20 * nine_of_ten(before))
    assert len(waits) >= 3  # it was asked while it was being loaded
    assert nine_of_ten(waits) < LOADING_SECONDS
    assert nine_of_ten(after) < 2 * READY_SECONDS
