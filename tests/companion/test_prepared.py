"""Statements put into SQL once store and read what the library would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from long_term_memory.companion import message_rows
from long_term_memory.companion.conversations import _FIND, _WITH_WHOM
from long_term_memory.companion.database import PlatformDatabase
from long_term_memory.companion.prepared import Prepared
from long_term_memory.companion.tables import characters, messages
from long_term_memory.errors import StoreError

from .grounds import ME, Ground


def test_a_row_reads_as_the_library_reads_it(ground: Ground) -> None:
    said = ground.say("My cat is called Miso — 猫 🐈.", client_id="one")

    with ground.platform.database.reading() as connection:
        found = message_rows.find(connection, ME, said.id)
        wanted = messages.select().where(messages.c.id == said.id)
        assert found == dict(connection.execute(wanted).mappings().one())


def test_columns_of_json_and_of_two_tables_come_back_by_their_names(
    ground: Ground,
) -> None:
    ground.platform.conversations.set_mode(ME, ground.conversation.id, "study")
    asked = {"conversation": ground.conversation.id, "whose": ME}

    with ground.platform.database.reading() as connection:
        whole = _FIND.first(connection, **asked)
        whom = _WITH_WHOM.first(connection, **asked)
        kept = connection.execute(characters.select()).mappings().one()

    assert whole is not None
    assert whom is not None
    assert whole["state"] == whom["state"] == {"mode": "study"}
    assert whole["character_at"] == kept["updated_at"]
    assert whom["profile"] == kept["profile"]
    assert whom["memory"] == "Miku"


def test_an_insert_changes_values_as_the_library_does(ground: Ground) -> None:
    columns = ("id", "user", "name", "memory", "profile", "created_at", "updated_at")
    put = Prepared(characters.insert(), columns)
    profile = {"traits": ["dry"], "age": None}
    values = dict.fromkeys(columns, "x") | {"profile": profile}

    with ground.platform.database.writing() as connection:
        assert put.all(connection, **values) == []
    with ground.platform.database.reading() as connection:
        asked = text("SELECT profile FROM characters WHERE id = 'x'")
        assert json.loads(connection.execute(asked).scalar_one()) == profile


def test_what_the_driver_refuses_is_said_in_our_words_and_undone(
    ground: Ground,
) -> None:
    first, second = ground.say("one"), ground.say("two")
    database = ground.platform.database
    twice = Prepared(messages.update().values(id="same", swipe=7))

    def go_wrong() -> None:
        with database.writing() as connection:
            message_rows.change(connection, first.id, swipe=3)
            twice.all(connection)

    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        go_wrong()
    with database.reading() as connection:
        for one in (first, second):
            found = message_rows.find(connection, ME, one.id)
            assert found is not None
            assert found["swipe"] == 0


def test_a_value_that_was_not_given_is_no_null(tmp_path: Path) -> None:
    database = PlatformDatabase(tmp_path)
    put = Prepared(characters.insert(), ("id",))

    with pytest.raises(StoreError), database.writing() as connection:
        put.all(connection)
    database.close()
