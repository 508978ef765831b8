"""What clients keep goes into backups of all, and comes back as it was."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.maintenance import Beside
from long_term_memory.core.records import CollectionEntry
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import (
    Saved,
    back_up,
    find_archive,
    restore,
)
from long_term_memory.errors import Conflict, NotFound, StoreCorrupt
from long_term_memory.storage.sqlite.archive import check_archive
from long_term_memory.storage.sqlite.collection_encrypting import encrypt
from long_term_memory.storage.sqlite.collections import FILE_NAME, SqliteCollections
from long_term_memory.testing import HashEmbedder

from .builders import KEY

SECRET = "The heliotrope stands under the stair."
MIKU = Scope(user="anon", character="Miku")


def entry(text: str, number: int = 0) -> CollectionEntry:
    return CollectionEntry(str(number), "user", 0, "", text)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def client(data: Path) -> SqliteCollections:
    """What a server has open all the time, with a text in it."""
    store = SqliteCollections(data, keys=lambda: KEY)
    with closing(SqliteCollections(data)) as clear:
        clear.put("default", "mine", [entry(SECRET)])
    return store


def engine_of(data: Path) -> Engine:
    return build_engine(Settings(), data, load=HashEmbedder)


def saved(data: Path) -> Saved:
    with closing(engine_of(data)) as engine:
        return back_up(engine)


def put_back(data: Path, *, in_clear: bool = False) -> Path | None:
    with closing(engine_of(data)) as engine:
        [done] = restore(
            engine, find_archive(engine, data / "backups"), in_clear=in_clear
        )
    assert (done.scope, done.held) == (Beside.TEXTS, "1 text")
    return done.aside


def texts(store: SqliteCollections, name: str = "mine") -> list[str] | None:
    found = store.entries("default", name)
    return None if found is None else [one.content for one in found]


def files_with(data: Path, text: str) -> list[str]:
    """Return the files, backups by hand apart, that hold a text in clear."""
    return [
        str(path)
        for path in data.rglob("*")
        if path.is_file()
        and path.suffix != ".zip"
        and text.encode() in path.read_bytes()
    ]


def test_what_clients_keep_comes_back_while_it_is_in_use(
    data: Path, client: SqliteCollections
) -> None:
    assert texts(client) == [SECRET]
    assert saved(data).amiss == ()
    client.put("default", "mine", [entry("Another.")])
    client.put("default", "other", [entry("A lantern.")])

    aside = put_back(data)

    assert texts(client) == [SECRET]
    assert texts(client, "other") is None
    assert aside is not None
    with closing(SqliteCollections(aside)) as former:
        assert texts(former) == ["Another."]
    client.put("default", "mine", [entry("Once more.", 1)])
    assert texts(client) == [SECRET, "Once more."]
    client.close()


def test_it_comes_back_where_nothing_is_or_what_is_there_is_damaged(
    data: Path, client: SqliteCollections
) -> None:
    client.close()
    saved(data)
    (data / FILE_NAME).unlink()
    assert put_back(data) is None
    (data / FILE_NAME).write_bytes(b"garbage" * 999)

    aside = put_back(data)

    assert aside is not None
    assert (aside / FILE_NAME).read_bytes() == b"garbage" * 999
    assert texts(client) == [SECRET]
    client.close()


def test_what_is_encrypted_stays_so_and_is_not_replaced_by_what_is_in_clear(
    data: Path, client: SqliteCollections
) -> None:
    saved(data)
    encrypt(client, lambda: KEY)
    with pytest.raises(Conflict, match="in clear"):
        put_back(data)
    assert client.is_encrypted()
    for old in (data / "backups").glob("*.zip"):
        old.unlink()
    path = Path(saved(data).archive.path)
    with zipfile.ZipFile(path) as file:
        assert SECRET.encode() not in file.read(FILE_NAME)
    client.put("default", "mine", [entry("Another.")])

    put_back(data)

    assert client.is_encrypted()
    assert texts(client) == [SECRET]
    assert files_with(data, SECRET) == files_with(data, "Another.") == []
    client.close()


def test_what_is_damaged_is_not_replaced_by_what_is_in_clear_if_it_was_encrypted(
    data: Path, client: SqliteCollections
) -> None:
    saved(data)
    encrypt(client, lambda: KEY)
    client.close()
    content = bytearray((data / FILE_NAME).read_bytes())
    content[:16] = bytes(16)
    (data / FILE_NAME).write_bytes(content)

    with pytest.raises(Conflict, match="in clear"):
        put_back(data)
    put_back(data, in_clear=True)

    assert texts(client) == [SECRET]
    client.close()


def test_what_was_set_aside_goes_when_something_is_forgotten(
    data: Path, client: SqliteCollections
) -> None:
    saved(data)
    put_back(data)
    with closing(engine_of(data)) as engine:
        engine.client_texts.drop(["default"])

    assert files_with(data, "heliotrope") == []
    client.close()


def test_a_backup_of_one_character_has_it_not_and_leaves_it(
    data: Path, client: SqliteCollections
) -> None:
    with closing(engine_of(data)) as engine:
        engine.bank(MIKU).chat("one", host="test")
        archive = back_up(engine, scopes=[MIKU]).archive
        assert archive.beside == ()
        both = back_up(engine).archive
    with zipfile.ZipFile(Path(archive.path)) as file:
        # Versions from before there was more read it.
        assert json.loads(file.read("manifest.json"))["format"] == 1
    with zipfile.ZipFile(both.path) as file:
        assert json.loads(file.read("manifest.json"))["format"] == 2
    client.put("default", "mine", [entry("Another.")])
    client.close()
    with closing(engine_of(data)) as engine:
        restore(engine, both, [MIKU])
        assert texts(client) == ["Another."]
        client.close()
        assert [one.name for one in restore(engine, both)] == [
            "Miku",
            "What clients keep",
        ]
    assert texts(client) == [SECRET]
    client.close()


def test_damage_stops_no_backup_and_is_told(
    data: Path, client: SqliteCollections
) -> None:
    client.close()
    with closing(engine_of(data)) as engine:
        engine.bank(MIKU).chat("one", host="test")
    (data / FILE_NAME).write_bytes(b"garbage" * 999)

    found = saved(data)

    assert [bank.scope for bank in found.archive.banks] == [MIKU]
    assert found.archive.beside == ()
    [words] = found.amiss
    assert words.startswith("NOT SAVED: what clients keep: ")


def test_one_that_was_changed_in_the_backup_is_refused_and_all_stays(
    data: Path, client: SqliteCollections, tmp_path: Path
) -> None:
    path = Path(saved(data).archive.path)
    with zipfile.ZipFile(path) as file:
        held = {name: file.read(name) for name in file.namelist()}
    held[FILE_NAME] = held[FILE_NAME].replace(b"heliotrope", b"heliotroPE")
    with zipfile.ZipFile(path, "w") as file:
        for name, content in held.items():
            file.writestr(name, content)

    with pytest.raises(StoreCorrupt, match="what clients keep"):
        put_back(data)
    with pytest.raises(StoreCorrupt, match="what clients keep"):
        check_archive(path, tmp_path / "scratch")
    assert texts(client) == [SECRET]
    client.close()


def test_nothing_is_backed_up_where_nothing_is(data: Path) -> None:
    with pytest.raises(NotFound):
        saved(data)
