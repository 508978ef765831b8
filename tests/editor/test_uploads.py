"""Files handed over on the page: private while they wait, and gone at the end."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from long_term_memory.editor.uploads import (
    KEPT_SECONDS,
    UPLOADS,
    Uploads,
    clear_leftovers,
)

EXTENSIONS = Path(__file__).resolve().parents[2] / "extensions"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A file as Gradio hands it over."""
    file = tmp_path / "gradio" / "3f2a" / "chat.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text("secret")
    file.chmod(0o644)
    return file


def test_what_is_handed_over_is_for_nobody_else_and_leaves_no_copy(
    tmp_path: Path, sent: Path
) -> None:
    uploads = Uploads(tmp_path / "data")
    [lent] = uploads.take("me", [sent])

    assert not sent.parent.exists()
    assert Path(lent).read_text() == "secret"
    assert Path(lent).name == "chat.jsonl"
    assert stat.S_IMODE(Path(lent).stat().st_mode) == 0o600
    for folder in (uploads.folder, uploads.folder.parent, Path(lent).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    uploads.close()
    assert list((tmp_path / "data").iterdir()) == []


def test_closing_a_page_removes_its_files_and_no_others(
    tmp_path: Path, sent: Path
) -> None:
    other = sent.with_name("other.jsonl")
    other.write_text("hers")
    uploads = Uploads(tmp_path / "data")
    [mine] = uploads.take("me", [sent])
    [hers] = uploads.take("her", [other])

    uploads.leave("me")

    assert not Path(mine).exists()
    assert uploads.waiting("her") == [hers]
    uploads.close()


def test_what_waits_too_long_is_gone_even_if_nobody_ever_named_it(
    tmp_path: Path, sent: Path
) -> None:
    ahead = [0.0]
    uploads = Uploads(tmp_path / "data", lambda: time.time() + ahead[0])
    [lent] = uploads.take("me", [sent])
    unnamed = uploads.landing / "3f2b" / "x"
    unnamed.parent.mkdir(parents=True)
    unnamed.write_text("secret")
    (uploads.landing / "half").write_text("half an upload")

    uploads.sweep()
    assert Path(lent).exists()
    assert unnamed.exists()

    ahead[0] = KEPT_SECONDS + 1
    uploads.sweep()
    assert uploads.waiting("me") == []
    left = sorted(one.name for one in uploads.folder.rglob("*"))
    assert left == ["in-use.lock", "landing"]
    uploads.close()


def test_what_is_being_imported_stays_though_the_page_is_closed(
    tmp_path: Path, sent: Path
) -> None:
    uploads = Uploads(tmp_path / "data", lambda: time.time() + 2 * KEPT_SECONDS)
    [lent] = uploads.take("me", [sent])

    with uploads.held([Path(lent)]):
        uploads.leave("me")
        uploads.sweep()
        assert Path(lent).read_text() == "secret"

    uploads.leave("me")
    assert not Path(lent).exists()
    uploads.close()


def test_nothing_but_what_lies_here_is_ever_removed(tmp_path: Path, sent: Path) -> None:
    uploads = Uploads(tmp_path / "data")
    [lent] = uploads.take("me", [sent])
    elsewhere = tmp_path / "mine.txt"
    elsewhere.write_text("mine")
    link = Path(lent).with_name("link")
    link.symlink_to(elsewhere)

    uploads.done([elsewhere, Path(lent).parent / ".." / "in-use.lock", tmp_path])
    assert elsewhere.exists()
    assert Path(lent).exists()
    uploads.close()
    assert elsewhere.read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["..", "a" * 300, "\udce9.txt", "con\x00.json", "x/../../y", "  ", "a\nb"]
)
def test_any_name_becomes_one_that_a_page_and_a_disk_can_hold(
    tmp_path: Path, sent: Path, name: str
) -> None:
    uploads = Uploads(tmp_path / "data")
    named = sent.with_name("x")
    sent.rename(named)

    class Odd(type(sent)):  # type: ignore[misc]
        name = ""

    Odd.name = name
    [lent] = uploads.take("me", [Odd(named)])

    assert Path(lent).parent.parent == uploads.folder
    assert Path(lent).name.encode("utf-8")
    uploads.close()


def test_files_of_a_killed_program_are_gone_at_the_next_start_those_in_use_are_not(
    tmp_path: Path, sent: Path
) -> None:
    code = (
        "import os, sys; from pathlib import Path;"
        "from long_term_memory.editor.uploads import Uploads;"
        "Uploads(Path(sys.argv[1])).take('me', [Path(sys.argv[2])]); os._exit(9)"
    )
    env = {**os.environ, "PYTHONPATH": str(EXTENSIONS)}
    command = [sys.executable, "-c", code, str(tmp_path / "data"), str(sent)]
    assert subprocess.run(command, env=env, check=False).returncode == 9
    [left] = (tmp_path / "data" / UPLOADS).rglob("chat.jsonl")
    again = tmp_path / "again.jsonl"
    again.write_text("still read")
    uploads = Uploads(tmp_path / "data")
    [lent] = uploads.take("me", [again])

    clear_leftovers(tmp_path / "data")

    assert not left.exists()
    assert Path(lent).read_text() == "still read"
    uploads.close()
    clear_leftovers(tmp_path / "nothing here")
    assert not (tmp_path / "data" / UPLOADS).exists()


def test_without_a_writable_folder_of_memories_files_still_wait_in_private(
    tmp_path: Path, sent: Path
) -> None:
    (tmp_path / "data").write_text("a file stands in the way")
    uploads = Uploads(tmp_path / "data")
    [lent] = uploads.take("me", [sent])

    assert stat.S_IMODE(uploads.folder.stat().st_mode) == 0o700
    folder = uploads.folder
    assert Path(lent).read_text() == "secret"
    uploads.close()
    uploads.close()
    assert not folder.exists()
