"""Every parameter of an address does what the pages say, or is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from long_term_memory.companion.router import PREFIX
from long_term_memory.server.app import create_app

from .grounds import an_engine
from .test_rest import PNG, Client, say, talk

PAGE = Path(__file__).resolve().parents[2] / "docs" / "companion.md"


@pytest.fixture
def me(tmp_path: Path) -> Iterator[Client]:
    """The user of a server without keys."""
    engine = an_engine(tmp_path)
    app = create_app(engine, engine.settings)
    near = ("127.0.0.1", 50_000)
    with TestClient(app, base_url="http://127.0.0.1:5100", client=near) as http:
        yield Client(http, "default", key="")
    engine.close()


def declared(me: Client) -> set[tuple[str, str, str]]:
    """Return all parameters by method and path."""
    paths = me.http.get("/openapi.json").json()["paths"]
    return {
        (method, path.removeprefix(PREFIX), one["name"])
        for path, calls in paths.items()
        if path.startswith(f"{PREFIX}/")
        for method, call in calls.items()
        for one in call.get("parameters", [])
        if one["in"] == "query"
    }


def test_the_page_names_every_parameter(me: Client) -> None:
    found = declared(me)
    assert found == {
        ("get", "/characters/{character_id}/prompt", "mode"),
        *(("get", "/conversations", one) for one in ("character", "status")),
        *(("get", "/conversations", one) for one in ("cursor", "limit")),
        ("delete", "/conversations/{conversation_id}", "forget"),
        *(
            ("get", "/conversations/{conversation_id}/messages", one)
            for one in ("after", "before", "limit")
        ),
        *(("get", "/search", one) for one in ("character", "limit", "q")),
    }
    text = PAGE.read_text("utf-8")
    assert [name for _, _, name in found if f"?{name}=" not in text] == []


def test_each_chooses_what_it_says(me: Client) -> None:
    maren, first = talk(me, "Maren")
    calla, second = talk(me, "Calla")
    ids = [
        say(me, first, f"The lantern number {number} is lit.")["id"]
        for number in range(3)
    ]
    say(me, second, "A lantern hangs at the mast.")
    me.told("POST", f"/conversations/{second}/archive")

    def listed(query: str) -> list[str]:
        found = me.told("GET", f"/conversations?{query}")["conversations"]
        return [one["id"] for one in found]

    assert sorted(listed("limit=9")) == sorted([first, second])
    assert listed(f"character={maren}") == [first]
    assert listed("status=archived") == listed(f"character={calla}") == [second]
    assert listed(f"status=active&character={calla}") == []
    page = me.told("GET", "/conversations?limit=1")
    newest = [one["id"] for one in page["conversations"]]
    assert newest + listed(f"cursor={page['next']}") == listed("limit=2")

    def read(query: str) -> list[str]:
        found = me.told("GET", f"/conversations/{first}/messages?{query}")["messages"]
        return [one["id"] for one in found]

    assert read("limit=2") == ids[1:]
    assert read(f"before={ids[1]}") == ids[:1]
    assert read(f"after={ids[1]}&limit=5") == ids[2:]
    me.refused(
        400, "GET", f"/conversations/{first}/messages?before={ids[0]}&after={ids[1]}"
    )

    def found(query: str) -> set[str]:
        hits = me.told("GET", f"/search?{query}")["hits"]
        return {one["message"]["conversationId"] for one in hits}

    assert found("q=lantern") == {first, second}
    assert found(f"q=lantern&character={calla}") == {second}
    assert len(me.told("GET", "/search?q=lantern&limit=1")["hits"]) == 1

    prompt = f"/characters/{maren}/prompt"
    study = me.told("GET", f"{prompt}?mode=study")["prompt"]
    assert study != me.told("GET", prompt)["prompt"]
    assert "study" in me.refused(400, "GET", f"{prompt}?mode=pirate")

    assert me.ask("DELETE", f"/conversations/{first}?forget=false").status_code == 204
    assert me.told("GET", f"/conversations/{first}")["status"] == "deleted"
    assert me.ask("DELETE", f"/conversations/{first}?forget=true").status_code == 204
    me.refused(404, "GET", f"/conversations/{first}")


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/conversations?characterId=chr_1", "characterId"),
        ("GET", "/search?q=lantern&characterId=chr_1", "characterId"),
        ("GET", "/search?q=lantern&conversation=cnv_1", "conversation"),
        ("GET", "/conversations?status=active&status=archived", "status"),
        ("GET", "/conversations?status=asleep", "status"),
        ("GET", "/conversations?limit=0", "limit"),
        ("GET", "/conversations?limit=201", "limit"),
        ("GET", "/conversations?cursor=x", "cursor"),
        ("GET", "/conversations/CONVERSATION/messages?page=2", "page"),
        ("GET", "/conversations/CONVERSATION/messages?limit=many", "limit"),
        ("GET", "/search", "q"),
        ("GET", "/search?q=", "q"),
        ("DELETE", "/conversations/CONVERSATION?forgte=true", "forgte"),
        ("DELETE", "/conversations/CONVERSATION?forget=perhaps", "forget"),
    ],
)
def test_what_is_no_parameter_is_refused_by_name_and_nothing_is_done(
    me: Client, method: str, path: str, name: str
) -> None:
    _, conversation = talk(me)

    answer = me.ask(method, path.replace("CONVERSATION", conversation))

    assert answer.status_code == 400
    assert answer.json()["error"]["field"].removeprefix("query.") == name
    assert me.told("GET", f"/conversations/{conversation}")["status"] == "active"


def test_a_picture_may_be_asked_for_anew(me: Client) -> None:
    """Pages put a number behind an address so that a browser loads it again."""
    character, _ = talk(me)
    of_it = f"/characters/{character}/avatar"
    me.told("PUT", of_it, PNG)

    assert me.ask("GET", f"{of_it}?v=2").content == PNG


def test_a_mode_of_several_words_is_refused_and_not_taken_for_the_first(
    me: Client,
) -> None:
    _, conversation = talk(me)
    of_it = f"/conversations/{conversation}/mode"

    assert "study hard" in me.refused(400, "PUT", of_it, {"mode": "study hard"})
    assert me.told("PUT", of_it, {"mode": "Study"}) == {"mode": "study"}
