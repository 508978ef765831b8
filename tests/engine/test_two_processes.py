"""The webui and the server at once, on one memory."""

from __future__ import annotations

from pathlib import Path

from .side_by_side import work_together

# A turn that waits longer is felt.
BOUND_SECONDS = 1.0


def test_two_processes_lose_and_double_nothing_and_wait_for_nothing(
    tmp_path: Path,
) -> None:
    together = work_together(tmp_path / "data", 400)

    assert together.operations == 400
    assert together.said > 300
    assert together.faults == ()
    assert together.usual_seconds < BOUND_SECONDS
