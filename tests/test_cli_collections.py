"""Commands reach what clients keep through the Extras API."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.core.records import CollectionEntry
from long_term_memory.storage.sqlite.collections import SqliteCollections

from .importers.foreign import put, webui_log
from .test_cli import ROWS, Shell

SECRET = "The heliotrope stands under the stair."
KEY, OTHER = bytes(range(32)).hex(), bytes(range(1, 33)).hex()
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def store(shell: Shell) -> SqliteCollections:
    return SqliteCollections(Path(shell.data))


def keep(shell: Shell, name: str, *texts: str, at: datetime | None = None) -> None:
    entries = [
        CollectionEntry(str(n), "", 0, "", one, 0, at) for n, one in enumerate(texts)
    ]
    with closing(store(shell)) as here:
        here.put("default", name, entries)


def names(shell: Shell) -> list[str]:
    with closing(store(shell)) as here:
        return sorted(held.name for held in here.held())


def held(shell: Shell, word: str = "heliotrope") -> bool:
    files = (file for file in Path(shell.data).rglob("*") if file.is_file())
    return any(word.encode() in file.read_bytes() for file in files)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path, capsys)
    keep(made, "mine", SECRET)
    keep(made, "other", "A lantern.")
    return made


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_collection_goes_by_its_name(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "1 text" in shell("forget", "--collection", "mine", "--dry-run")
    answer(monkeypatch, "other\n")
    shell("forget", "--collection", "mine")
    assert shell.code == 2
    assert held(shell)
    answer(monkeypatch, "mine\n")

    out = shell("forget", "--collection", "mine")

    assert "Forgotten." in out
    assert names(shell) == ["other"]
    assert not held(shell)


def test_a_span_of_a_collection_goes(shell: Shell) -> None:
    keep(shell, "old", SECRET, at=MAY)
    told = shell.json("forget", "--collection", "old", "--since", "2026-06-01", "--yes")
    assert told == {"forgotten": False, "client_texts": 0}

    told = shell.json("forget", "--collection", "old", "--until", "2026-06-01", "--yes")

    assert told == {"forgotten": True, "client_texts": 1}
    assert names(shell) == ["mine", "other"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--collection", "none"), "There are: 'mine', 'other'"),
        (("--collection", "mine", "--all"), "alone"),
        (("--collection", "mine", "--json"), "add --yes"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    shell: Shell, words: Sequence[str], told: str
) -> None:
    shell("forget", *words)

    assert shell.code
    assert told in shell.err
    assert held(shell)


def test_all_of_a_user_goes_though_there_is_no_memory(shell: Shell) -> None:
    assert "Clients keep 2 texts" in shell("forget", "--all-characters", "--yes")

    assert names(shell) == []
    assert not held(shell)


def test_what_may_be_a_characters_is_named_and_stays(shell: Shell) -> None:
    put(shell.folder / "chat/Miku/one.json", webui_log(*ROWS))
    shell("import", str(shell.folder / "chat"))

    out = shell("forget", "--all", "-c", "Miku", "--yes")

    assert "under 'mine'" in out
    assert "--collection NAME" in out
    assert held(shell)


def test_what_is_too_old_goes(shell: Shell) -> None:
    keep(shell, "old", SECRET.upper(), at=MAY)

    assert "Clients: 1 text to forget." in shell("retention", "--days", "30", "--yes")

    assert names(shell) == ["mine", "other"]


def test_it_is_encrypted_and_in_clear_again_and_opens_with_another_key(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY)
    new = tmp_path / "new.key"
    new.write_text(OTHER)
    new.chmod(0o600)

    assert "what clients keep" in shell("encrypt")
    assert not held(shell)
    assert "All of it is encrypted already" in shell("encrypt")
    assert "encrypted" in shell("doctor")
    out = shell("rotate-key", str(new))
    assert "Now opens with the new key: what clients keep" in out
    shell("doctor")
    assert shell.code
    shell("decrypt")
    assert shell.code
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", OTHER)
    assert "Decrypted: what clients keep" in shell("decrypt")

    assert held(shell)
    monkeypatch.delenv("LTM_ENCRYPTION_KEY")
    assert names(shell) == ["mine", "other"]


def test_what_is_kept_first_with_a_key_is_encrypted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path, capsys)
    with closing(
        SqliteCollections(Path(shell.data), keys=lambda: bytes.fromhex(KEY))
    ) as here:
        here.put(
            "me heliotrope",
            "heliotrope",
            [CollectionEntry("heliotrope", "", 0, "", SECRET)],
        )
        here.put_meta("x", "heliotrope")
        assert here.is_encrypted()
        assert not held(shell)
    assert not held(shell)
