"""Whether a folder takes writes is told, whatever becomes of it meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.storage.sqlite.home import fault_of


class OutOfSight(type(Path())):  # type: ignore[misc]
    """A folder that nothing is found of from its so-manieth use on; nothing is removed.

    Paths that are made of it are plain: only its own name is out of sight.
    """

    left = 0

    def __fspath__(self) -> str:
        self.left -= 1
        return str(self) if self.left >= 0 else f"{self}-is-not-there"

    def absolute(self) -> Path:
        return Path(str(self)).absolute()


@pytest.mark.parametrize("uses", range(12))
def test_a_folder_that_vanishes_while_it_is_looked_at_is_a_fault_or_none(
    tmp_path: Path, uses: int
) -> None:
    """The health of a server was an error in its place."""
    (tmp_path / "data").mkdir()
    folder = OutOfSight(tmp_path / "data")
    folder.left = uses

    told = fault_of(folder)

    assert told == "" or "cannot be written to" in told
    assert (tmp_path / "data").is_dir()
