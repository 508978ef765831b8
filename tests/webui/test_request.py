"""Who is chatting, and what may be done."""

from __future__ import annotations

from typing import Any

import pytest

from long_term_memory.config import WebuiSettings
from long_term_memory.core.text.names import name_key
from long_term_memory.core.types import Scope
from long_term_memory.webui.request import API_HOST, HOST, WEBUI_USER, read_turn


def ui_state(**changes: Any) -> dict[str, Any]:
    state = {
        "mode": "chat",
        "character_menu": "Miku",
        "name1": "Anon",
        "name2": "Hatsune",
        "unique_id": "20261121-00-04-00",
    }
    return state | changes


def read(state: dict[str, Any], strangers: str = "", **settings: Any) -> Any:
    return read_turn(state, WebuiSettings(**settings), strangers)


def test_the_card_s_file_names_the_bank_not_the_display_name() -> None:
    turn = read(ui_state())

    assert turn.scope == Scope(user="default", character="Miku")
    assert (turn.host, turn.chat, turn.stem) == (HOST, "20261121-00-04-00", "Miku")
    assert turn.names.character == "Hatsune"
    assert turn.reads
    assert turn.writes


def test_the_user_s_aliases_share_a_memory() -> None:
    assert read(ui_state(name1="anon")).scope == read(ui_state(name1="Anon")).scope


def test_instruct_chats_do_not_belong_to_the_character_last_selected() -> None:
    turn = read(ui_state(mode="instruct"))

    assert turn.scope.character == "Instruct"
    assert turn.stem is None


def test_incognito_recalls_but_never_writes() -> None:
    turn = read(ui_state(unique_id="incognito-20261121"))

    assert turn.reads
    assert not turn.writes
    assert "incognito" in turn.why_not


@pytest.mark.parametrize(
    ("changes", "strangers", "settings"),
    [
        ({}, "--multi-user is on", {}),
        ({}, "", {"activate": False}),
        ({"unique_id": None}, "", {}),
    ],
)
def test_nothing_is_done_where_it_must_not(
    changes: dict[str, Any], strangers: str, settings: dict[str, Any]
) -> None:
    turn = read(ui_state(**changes), strangers, **settings)

    assert not turn.reads
    assert not turn.writes
    assert turn.why_not


def test_api_traffic_has_a_scope_of_its_own_and_an_off_switch() -> None:
    state = {"mode": "chat", "character": "Miku", "name1": "You", "name2": "Miku"}

    assert read(state).scope == Scope(user="api", character="Miku")
    assert read(state).host == API_HOST
    assert read(state).chat is None
    assert read(state | {"user": "u-1"}).scope.user == "u-1"
    assert not read(state, api_traffic=False).reads


def test_in_instruct_chats_nobody_is_there_but_the_model() -> None:
    """The block said that the character last selected remembers."""
    turn = read(ui_state(mode="instruct", name2="Miku"))

    assert turn.names.character == "Assistant"


@pytest.mark.parametrize("user", ["Default", "default ", "DEFAULT"])
def test_nobody_is_the_webuis_own_user_by_another_spelling(user: str) -> None:
    sent = {"mode": "chat", "character": "Miku", "user": user}

    assert name_key(read(sent).scope.user) != WEBUI_USER
