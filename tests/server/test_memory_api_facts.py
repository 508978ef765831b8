"""Facts and what is due by REST: seen, corrected, merged, deleted, forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.testing import ScriptedLLM

from .api_client import Api, an_api

SAID = [
    ("user", "My sister is called Ana."),
    ("assistant", "A fine name!"),
    ("user", "I'm allergic to peanuts."),
    ("assistant", "I will keep that in mind."),
    ("user", "I live in Oslo."),
    ("assistant", "How nice!"),
    ("user", "I moved to Rome."),
    ("assistant", "I'll bring you the map next time."),
]
LINES = [
    {
        "role": role,
        "content": text,
        "name": "Anna" if role == "user" else "Miku",
        "said_at": f"2026-03-02T10:{at:02}:00Z",
    }
    for at, (role, text) in enumerate(SAID)
]


@pytest.fixture
def api(tmp_path: Path) -> Any:
    with an_api(tmp_path) as (found, _):
        body = {"chat": "one", "messages": LINES, "complete": True}
        found.told("POST", "/observe", body)
        yield found


def facts(api: Api, **query: Any) -> dict[str, Any]:
    return {one["content"]: one for one in api.told("GET", "/facts", **query)["facts"]}


def the(api: Api, words: str, **query: Any) -> Any:
    [found] = [one for text, one in facts(api, **query).items() if words in text]
    return found


def test_facts_are_listed_with_what_stood_before(api: Api) -> None:
    home = the(api, "Rome")

    assert home["person"] == "Anna"
    assert home["category"] == "place"
    assert home["sources"]
    assert any("Oslo" in one["content"] for one in home["history"])
    assert not facts(api, person="Nobody")
    assert "Rome" in str(facts(api, category="place"))
    assert "peanuts" not in str(facts(api, category="place"))


def test_what_a_model_drew_and_what_of_it_was_refused_is_counted(
    tmp_path: Path,
) -> None:
    lines = ["The harp in our hall came down from grandmother Ilse.", *"abcdefg"]
    told = [
        {"text": "Anna has a harp from grandmother Ilse.", "source": 1},
        {"text": "Anna is a friend of Gandalf.", "source": 1},
    ]
    facts_told = [{"about": "Anna", "category": "possession"} | one for one in told]
    model = ScriptedLLM("Once upon a time.", json.dumps({"facts": facts_told}))
    shown = [{"role": "user", "name": "Anna", "content": line} for line in lines]
    with an_api(tmp_path) as (api, engine):
        api.told("POST", "/observe", {"chat": "one", "messages": shown})
        by_model = engine.bank(
            Scope(user="default", character="Miku")
        ).knowledge.by_model
        assert by_model.write(model)
        failed = api.told("GET", "/facts")["by_model"]
        api.told("POST", "/observe", {"chat": "one", "messages": [*shown, shown[3]]})
        assert by_model.write(model)
        drawn = api.told("GET", "/facts")["by_model"]

    assert (failed["failures"], failed["asked"], failed["waiting"]) == (1, 0, 6)
    assert "makes no sense" in failed["last_failure"]
    assert (drawn["asked"], drawn["kept"], drawn["rests_until"]) == (7, 1, None)
    assert sum(drawn["refused"].values()) == 1


def test_what_a_person_wrote_wins_and_is_refused_to_who_has_not_seen_it(
    api: Api,
) -> None:
    nuts = the(api, "peanuts")
    path = f"/facts/{nuts['id']}"
    body = {"content": "Anna is allergic to all nuts."}
    api.refused(428, "PATCH", path, body)
    api.refused(400, "PATCH", path, {}, etag=nuts["etag"])

    changed = api.told("PATCH", path, body, etag=nuts["etag"])

    assert changed["locked"]
    assert api.told("GET", path)["content"] == "Anna is allergic to all nuts."
    api.refused(412, "PATCH", path, body, etag=nuts["etag"])
    free = api.told("PATCH", path, {"locked": False}, etag=changed["etag"])
    assert "peanuts" in free["content"]
    api.refused(400, "PATCH", path, {"content": " "}, etag="*")
    api.refused(400, "PATCH", path, {"content": "x" * 2_000}, etag="*")


def test_a_deleted_fact_can_be_restored(api: Api) -> None:
    nuts = the(api, "peanuts")
    path = f"/facts/{nuts['id']}"

    assert api.told("DELETE", path)["deleted"]
    assert "peanuts" not in str(facts(api))
    assert the(api, "peanuts", deleted=True)["id"] == nuts["id"]
    assert not api.told("POST", f"{path}/restore")["deleted"]
    assert the(api, "peanuts")
    api.refused(404, "GET", "/facts/unknown")


def test_two_facts_become_one(api: Api) -> None:
    sister, nuts = the(api, "Ana "), the(api, "peanuts")
    body = {"into": nuts["id"], "others": [sister["id"]], "content": "Ana is her."}

    assert api.told("POST", "/facts/merge", body)["content"] == "Ana is her."
    assert the(api, "Ana is her.")["locked"]
    assert sister["content"] not in facts(api)
    api.refused(400, "POST", "/facts/merge", {**body, "others": []})


def test_a_forgotten_fact_is_gone_with_its_messages(api: Api) -> None:
    nuts = the(api, "peanuts")
    api.told("PATCH", f"/facts/{nuts['id']}", {"locked": True}, etag="*")

    assert api.told("POST", f"/facts/{nuts['id']}/forget")["forgotten"]
    assert "peanuts" not in str(facts(api, past=True, deleted=True))
    assert "peanuts" not in str(facts(api, past=True))
    page = api.told("GET", "/memories")
    assert "peanuts" not in str(page)


def test_what_is_due_is_listed_and_called_off(api: Api) -> None:
    [due] = api.told("GET", "/due")["due"]

    assert due["content"] == "I'll bring you the map next time."
    assert due["first"] is None
    assert due["state"] == "coming"
    path = f"/due/{due['id']}"
    assert api.told("PATCH", path, {"off": True})["state"] == "off"
    assert api.told("PATCH", path, {"off": False})["state"] == "coming"
    api.refused(404, "PATCH", "/due/unknown", {"off": True})


def test_one_chat_may_be_asked(api: Api) -> None:
    [chat] = api.told("GET", "/chats")["chats"]

    assert "Rome" in str(facts(api, chat=chat["id"]))
    api.refused(404, "GET", "/facts", chat="unknown")
