"""REST tells what memories show of feelings, how much they weigh, and moods."""

from __future__ import annotations

import pytest

from .api_client import Api, contents

SAID = (
    ("user", "Anna", "I am so happy to see you again!"),
    ("assistant", "Miku", "*slams the door* I am furious. How dare you!"),
    ("user", "Anna", "The door is open."),
)


@pytest.fixture
def chat(api: Api) -> str:
    """Show a chat full of feelings; return our id of it."""
    found: str = api.show("one", *SAID)["chat"]["id"]
    return found


def test_memories_have_an_emotion_and_an_importance(api: Api, chat: str) -> None:
    calm, angry, happy = api.told("GET", "/memories", chat=chat)["memories"]

    assert angry["emotion"]["label"] == "anger"
    assert angry["emotion"]["group"] == "anger"
    assert angry["emotion"]["labels"][0] == "anger"
    assert 0.5 < angry["emotion"]["intensity"] <= 1
    assert happy["emotion"]["label"] == "joy"
    assert calm["emotion"]["label"] == "neutral"
    assert calm["importance"] < angry["importance"] <= 1
    assert 1 <= calm["importance_of_ten"] < angry["importance_of_ten"] <= 10
    assert api.told("GET", f"/memories/{angry['id']}")["emotion"] == angry["emotion"]


@pytest.mark.parametrize(
    ("emotion", "found"), [("anger", 1), ("joy", 0), ("neutral", 2), ("grief", None)]
)
def test_lists_and_searches_are_filtered_by_a_feeling(
    api: Api, chat: str, emotion: str, found: int | None
) -> None:
    api.note("A note has no part in it.")
    texts = [text for _, _, text in SAID]
    wanted = [] if found is None else [texts[found]]

    listed = api.told("GET", "/memories", emotion=emotion)
    body = {"text": "door happy furious", "emotion": emotion, "threshold": 0}
    hits = api.told("POST", "/search", body)["hits"]

    assert contents(listed) == wanted
    assert {hit["memory"]["content"] for hit in hits} <= set(wanted)


def test_an_emotion_that_there_is_not_is_refused_with_those_there_are(
    api: Api, chat: str
) -> None:
    error = api.refused(400, "GET", "/memories", emotion="hunger")

    assert error["field"] == "emotion"
    assert "sadness" in error["message"]


def test_a_chat_has_a_mood_and_so_has_each_who_speaks(api: Api, chat: str) -> None:
    mood = api.told("GET", f"/chats/{chat}/mood")

    assert mood["chat"]["messages"] == 3
    assert [one["name"] for one in mood["speakers"]] == ["Anna", "Miku"]
    assert mood["speakers"][1]["label"] == "anger"
    assert set(mood["chat"]["shares"]) == {
        *("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"),
    }
    assert sum(mood["chat"]["shares"].values()) == pytest.approx(1, abs=0.05)
    api.refused(404, "GET", "/chats/nowhere/mood")


def test_a_note_and_its_correction_are_read_too(api: Api) -> None:
    note = api.note("I love you so much!")

    told = api.told(
        "PATCH",
        f"/memories/{note['id']}",
        {"content": "I am scared."},
        etag=note["etag"],
    )

    assert note["emotion"]["label"] == "love"
    assert told["emotion"]["label"] == "fear"
