"""The companion's REST calls, before a client."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from long_term_memory.server.app import create_app

from .grounds import an_engine

OWNER = "owner-0123456789abcdef"
# Each test has users of its own on one server, which takes a second to start.
NAMES = tuple(f"user{number}" for number in range(60))


def key_of(name: str) -> str:
    """Return a user's key."""
    return f"{name}-0123456789abcdef"


PNG = b"\x89PNG\r\n\x1a\n"


class Client:
    """Calls the companion's REST under one key."""

    def __init__(self, http: TestClient, name: str, key: str | None = None) -> None:
        self.name = name
        self.http = http
        key = key_of(name) if key is None else key
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Call; a body of bytes is sent as it is."""
        kind = {"content-type": "application/json"}
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.http.request(
            method,
            f"/api/v1{path}",
            headers={**kind, **self._headers},
            **(sent if body is not None else {}),
            **more,
        )

    def told(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Call what goes well."""
        found = self.ask(method, path, body, **more)
        assert found.status_code in (200, 201), found.text
        return found.json()

    def refused(self, status: int, method: str, path: str, body: Any = None) -> str:
        """Call what is refused; return the words."""
        found = self.ask(method, path, body)
        assert found.status_code == status, found.text
        words: str = found.json()["error"]["message"]
        return words


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One server, whose users have keys."""
    folder = tmp_path_factory.mktemp("server")
    lines = [OWNER, *(f"{name}: {key_of(name)}" for name in NAMES)]
    (folder / "api_key.txt").write_text("\n".join(lines))
    engine = an_engine(folder, secure=True, data_dir=str(folder))
    app = create_app(engine, engine.settings)
    with TestClient(app, base_url="http://127.0.0.1:5100") as client:
        yield client
    engine.close()


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    """Name a user whom no test has had."""
    return iter(NAMES)


@pytest.fixture
def me(http: TestClient, names: Iterator[str]) -> Client:
    """A user of this test's own."""
    return Client(http, next(names))


def talk(client: Client, name: str = "Miku") -> tuple[str, str]:
    """Make a character and a conversation; return their ids."""
    character = client.told("POST", "/characters", {"name": name})["id"]
    begun = client.told("POST", "/conversations", {"characterId": character})
    return character, begun["id"]


def say(client: Client, conversation: str, text: str, **more: Any) -> Any:
    """Send a message."""
    body = {"content": text, **more}
    return client.told("POST", f"/conversations/{conversation}/messages", body)


def test_a_conversation_has_the_documented_records(me: Client) -> None:
    character, conversation = talk(me)
    message = say(me, conversation, "My cat Miso sleeps on the blue blanket.")

    assert set(message) >= {
        *("id", "conversationId", "senderId", "senderType", "content", "type"),
        *("metadata", "status", "readAt", "createdAt"),
    }
    assert set(message["metadata"]) >= {
        *("tokens", "generationTime", "model", "mood", "isNSFW"),
    }
    told = me.told("GET", f"/conversations/{conversation}")
    assert set(told) == {
        *("id", "userId", "characterId", "title", "status", "lastMessageAt"),
        *("messageCount", "metadata", "createdAt", "updatedAt"),
    }
    assert told["characterId"] == character
    assert told["title"] == "My cat Miso sleeps on the blue blanket."
    assert told["messageCount"] == 1
    assert told["lastMessageAt"] == message["createdAt"]
    assert told["metadata"]["startedAt"] == message["createdAt"]
    assert told["metadata"]["relationshipLevel"] is None


def test_a_greeting_is_chosen_and_its_names_put_in(me: Client) -> None:
    body = {
        "name": "Miku",
        "greeting": "Hello {{user}}!",
        "alternateGreetings": ["{{char}} waves."],
    }
    character = me.told("POST", "/characters", body)["id"]

    begun = [
        me.told(
            "POST", "/conversations", {"characterId": character, "greeting": number}
        )
        for number in (0, 1)
    ]

    said = [
        me.told("GET", f"/conversations/{one['id']}/messages")["messages"][0]
        for one in begun
    ]
    assert [one["content"] for one in said] == [
        f"Hello {me.name}!",
        "Miku waves.",
    ]
    assert {one["senderType"] for one in said} == {"character"}
    wrong = {"characterId": character, "greeting": 2}
    assert "greetings" in me.refused(400, "POST", "/conversations", wrong)
    assert len(me.told("GET", "/conversations")["conversations"]) == len(begun)


def test_the_same_client_id_answers_with_what_is_stored(me: Client) -> None:
    _, conversation = talk(me)
    path = f"/conversations/{conversation}/messages"
    body = {"content": "Once and only once.", "clientId": "a-1"}

    first, again = me.ask("POST", path, body), me.ask("POST", path, body)

    assert (first.status_code, again.status_code) == (201, 200)
    # A reply may have begun meanwhile.
    assert first.json() | {"status": again.json()["status"]} == again.json()
    assert len(me.told("GET", path)["messages"]) == 1


def test_conversations_are_listed_by_page_and_filter(me: Client) -> None:
    character, first = talk(me)
    ids = [first]
    for _ in range(3):
        begun = me.told("POST", "/conversations", {"characterId": character})
        ids.append(begun["id"])
    say(me, first, "This one went on last of all.")
    me.told("POST", f"/conversations/{ids[1]}/archive")

    page = me.told("GET", "/conversations", params={"limit": 3})
    rest = me.told("GET", "/conversations", params={"cursor": page["next"]})

    assert page["conversations"][0]["id"] == first
    listed = [one["id"] for one in page["conversations"] + rest["conversations"]]
    assert sorted(listed) == sorted(ids)
    assert rest["next"] is None
    only = me.told("GET", "/conversations", params={"status": "archived"})
    assert [one["id"] for one in only["conversations"]] == [ids[1]]
    none = me.told("GET", "/conversations", params={"character": "chr_x"})
    assert none["conversations"] == []
    assert "cursor" in me.ask("GET", "/conversations", params={"cursor": "é"}).text


def test_a_deleted_conversation_comes_back(me: Client) -> None:
    _, conversation = talk(me)
    say(me, conversation, "The lantern is under the stairs.")
    one = f"/conversations/{conversation}"

    assert me.ask("DELETE", one).status_code == 204
    assert me.told("GET", "/search", params={"q": "lantern"})["hits"] == []
    assert me.told("GET", one)["status"] == "deleted"
    me.refused(404, "POST", f"{one}/messages", {"content": "Are you there?"})
    assert me.told("PUT", one, {"status": "active"})["messageCount"] == 1

    [hit] = me.told("GET", "/search", params={"q": "lantern"})["hits"]
    assert hit["message"]["content"] == "The lantern is under the stairs."


def test_a_forgotten_conversation_does_not(me: Client) -> None:
    character, conversation = talk(me)
    say(me, conversation, "The lantern is under the stairs.")
    other = me.told("POST", "/conversations", {"characterId": character})["id"]
    say(me, other, "The boat is in the harbour.")

    gone = me.ask("DELETE", f"/conversations/{conversation}", params={"forget": True})

    assert gone.status_code == 204
    me.refused(404, "GET", f"/conversations/{conversation}")
    found = me.told("GET", "/search", params={"q": "lantern"})
    assert "stairs" not in json.dumps(found)
    assert me.told("GET", f"/conversations/{other}")["messageCount"] == 1


def test_a_deleted_conversation_is_not_archived(me: Client) -> None:
    _, one = talk(me)
    me.ask("DELETE", f"/conversations/{one}")

    assert "Bring it back" in me.refused(409, "POST", f"/conversations/{one}/archive")

    assert me.told("GET", f"/conversations/{one}")["status"] == "deleted"


def test_many_conversations_are_changed_at_once(me: Client) -> None:
    character, first = talk(me)
    second = me.told("POST", "/conversations", {"characterId": character})["id"]
    body = {"ids": [first, "cnv_none", second], "action": "archive"}

    results = me.told("POST", "/conversations/bulk", body)["results"]

    assert [one["done"] for one in results] == [True, False, True]
    assert "cnv_none" in results[1]["error"]
    assert me.told("GET", f"/conversations/{second}")["status"] == "archived"


def test_titles_and_metadata_are_changed_by_hand(me: Client) -> None:
    character, conversation = talk(me)
    say(me, conversation, "Hi!")
    say(me, conversation, "Shall we plan the trip to Bergen?")
    one = f"/conversations/{conversation}"
    assert me.told("GET", one)["title"] == "Shall we plan the trip to Bergen?"

    body = {"title": "Bergen", "metadata": {"mood": "joy", "topics": ["trips"]}}
    told = me.told("PUT", one, body)

    assert (told["title"], told["metadata"]["mood"]) == ("Bergen", "joy")
    assert me.told("PUT", one, {"metadata": {"mood": None}})["metadata"]["topics"] == [
        "trips"
    ]
    assert me.told("PUT", one, {"title": None})["title"].startswith("Shall we")
    assert me.told("PUT", one, {"title": " "})["title"].startswith("Shall we")
    assert "one line" in me.refused(400, "PUT", one, {"title": "two\nlines"})
    other = me.told("POST", "/conversations", {"characterId": character})["id"]
    say(me, other, "*I push the door open.* Is a room free?")
    title = me.told("GET", f"/conversations/{other}")["title"]
    assert title == "I push the door open. Is a room free?"


def test_reading_editing_and_deleting_messages(me: Client) -> None:
    body = {"name": "Miku", "greeting": "Good evening."}
    character = me.told("POST", "/characters", body)["id"]
    conversation = me.told("POST", "/conversations", {"characterId": character})["id"]
    of_it = f"/conversations/{conversation}/messages"
    [greeting] = me.told("GET", of_it)["messages"]

    # As the contract has it, which knows of no body.
    [receipt] = me.told("PUT", f"{of_it}/read")["receipts"]
    assert receipt["messageId"] == greeting["id"]
    assert me.told("PUT", f"{of_it}/read", {"upTo": greeting["id"]})["receipts"] == []
    assert me.told("GET", f"/messages/{greeting['id']}")["readAt"] is not None
    sent = say(me, conversation, "I live in Bergen.")
    edited = me.told("PUT", f"/messages/{sent['id']}", {"content": "I live in Oslo."})
    assert edited["content"] == "I live in Oslo."
    listed = me.told("GET", f"/messages/{greeting['id']}/swipes")
    assert listed["swipes"] == ["Good evening."]
    assert me.ask("DELETE", f"/messages/{sent['id']}").status_code == 204
    me.refused(404, "GET", f"/messages/{sent['id']}")


def test_what_is_wrong_is_said(me: Client) -> None:
    _, conversation = talk(me)
    of_it = f"/conversations/{conversation}/messages"

    for body in (
        {},
        {"content": ""},
        {"content": 3},
        {"content": "\ud800"},
        {"content": "x", "type": "song"},
        {"content": "x", "extra": 1},
        {"content": "x", "clientId": ""},
        {"content": "x", "mediaUrl": "JavaScript:alert(1)"},
        {"content": "x", "mediaUrl": "data:text/html,<script>"},
    ):
        assert me.refused(400, "POST", of_it, json.dumps(body).encode())
    me.refused(413, "POST", of_it, {"content": "x" * 2001})
    seen = f"/conversations/{conversation}/vision"
    assert "words" in me.refused(400, "POST", seen, {"vision": " "})
    me.refused(413, "POST", seen, {"vision": "x" * 2001})
    me.refused(404, "POST", "/conversations", {"characterId": "chr_none"})
    me.refused(400, "POST", "/characters", {"name": " \n"})
    me.refused(400, "POST", "/characters", {"name": "a\nb"})
    me.refused(409, "POST", "/characters", {"name": "miku"})
    assert me.told("GET", of_it)["messages"] == []


def test_who_has_no_key_is_refused_in_the_shape_of_all_errors(me: Client) -> None:
    answer = me.http.get("/api/v1/conversations")

    assert answer.status_code == 401
    assert answer.json() == {
        "error": {"type": "Unauthorized", "message": "401: Invalid API key"}
    }


def test_what_a_reply_rests_on_is_told_in_the_documented_shape(me: Client) -> None:
    character, conversation = talk(me)
    whole = f"/characters/{character}/memory/{me.name}"
    me.told("POST", whole, {"content": "Hates coriander.", "pinned": True})
    me.told("POST", whole, {"content": "The lamp burns whale oil."})
    say(me, conversation, "What does the lamp burn?")

    told = me.told("GET", f"/conversations/{conversation}/context")

    assert set(told) == {"recentMessages", "activeMemories", "state"}
    assert set(told["state"]) == {
        *("currentTopic", "mood", "nsfwLevel", "lastUserIntent"),
    }
    assert told["state"]["lastUserIntent"] == "question"
    [recent] = told["recentMessages"]
    assert (recent["role"], set(recent)) == ("user", {"role", "content", "timestamp"})
    active = {one["content"]: one["relevance"] for one in told["activeMemories"]}
    assert active["Hates coriander."] is None
    assert 0 < active["The lamp burns whale oil."] <= 1


def test_a_memory_of_a_user_has_the_documented_shape(me: Client) -> None:
    character, conversation = talk(me)
    say(me, conversation, "My sister is called Mara and I love green tea.")
    whole = f"/characters/{character}/memory/{me.name}"

    note = me.told("POST", whole, {"content": "Likes rain.", "pinned": True})
    told = me.told("GET", whole)

    assert set(told) == {
        *("characterId", "userId", "shortTermMemory", "longTermMemory"),
        "relationship",
    }
    assert told["relationship"] is None
    relationship = f"/characters/{character}/relationship/{me.name}"
    assert me.told("GET", relationship) is None
    other = f"/characters/{character}/relationship/nobody"
    assert "nobody" in me.refused(404, "GET", other)
    facts = {one["category"]: one for one in told["longTermMemory"]}
    assert facts["note"]["fact"] == "Likes rain."
    assert any("Mara" in one["fact"] for one in told["longTermMemory"])
    for one in told["longTermMemory"]:
        assert me.ask("DELETE", f"{whole}/{one['id']}").status_code == 204
    assert me.told("GET", whole)["longTermMemory"] == []
    me.refused(404, "DELETE", f"{whole}/{note['id']}x")


def a_card(version: int) -> dict[str, Any]:
    """Return a character card with a lorebook, as one of the versions."""
    data = {
        **{
            "name": "Calla",
            "description": "A lighthouse keeper.",
            "first_mes": "Ahoy!",
        },
        **{"personality": "dry", "scenario": "an island"},
        "mes_example": "<START>\n<USER>: Still up?\n{{char}}: The lamp is.\n<START>\n",
    }
    if version == 1:
        return data
    book = {"entries": [{"keys": ["lamp"], "content": "The lamp is old.", "name": ""}]}
    more = {
        **{"alternate_greetings": ["Who is there?"], "tags": ["sea"]},
        **{"system_prompt": "Be brief.", "character_book": book},
    }
    spec = {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0"}
    return {**spec, "data": {**data, **more}}


def a_picture(card: dict[str, Any], keyword: str) -> bytes:
    """Return a PNG that holds a card."""
    text = keyword.encode() + b"\0" + b64encode(json.dumps(card).encode())
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"tEXt", text)]
    return PNG + b"".join(
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in [*chunks, (b"IEND", b"")]
    )


def a_charx(card: dict[str, Any], picture: bytes) -> bytes:
    """Return a CHARX archive."""
    uri = "embeded://assets/icon/images/main.png"
    card["data"]["assets"] = [{"type": "icon", "name": "main", "uri": uri}]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", json.dumps(card))
        archive.writestr("assets/icon/images/main.png", picture)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("file", "notes", "picture"),
    [
        (json.dumps(a_card(1)).encode(), 0, False),
        (json.dumps(a_card(2)).encode(), 1, False),
        (a_picture(a_card(2), "chara"), 1, True),
        (a_picture(a_card(3), "ccv3"), 1, True),
        (a_charx(a_card(3), a_picture(a_card(3), "ccv3")), 1, True),
    ],
    ids=["V1", "V2", "V2 PNG", "V3 PNG", "CHARX"],
)
def test_a_card_becomes_a_character(
    me: Client, file: bytes, notes: int, picture: bool
) -> None:
    told = me.told("POST", "/characters/import", file)

    character = told["character"]
    assert (character["name"], character["greeting"]) == ("Calla", "Ahoy!")
    assert character["description"] == "A lighthouse keeper."
    assert told["notes"] == notes
    assert character["hasAvatar"] is picture
    if notes:
        assert character["instructions"] == "Be brief."
        assert character["alternateGreetings"] == ["Who is there?"]
        whole = me.told("GET", f"/characters/{character['id']}/memory/{me.name}")
        assert [one["fact"] for one in whole["longTermMemory"]] == ["The lamp is old."]
    prompt = me.told("GET", f"/characters/{character['id']}/prompt")["prompt"]
    talks = f"how Calla talks:\n{me.name}: Still up?\nCalla: The lamp is.\n\n"
    assert talks in prompt
    if notes:
        assert prompt.endswith("\nBe brief.")
    avatar = me.ask("GET", f"/characters/{character['id']}/avatar")
    assert avatar.status_code == (200 if picture else 404)


def test_a_card_that_is_a_bomb_is_refused(me: Client) -> None:
    bomb = zlib.compress(b"{" + b" " * 50_000_000)
    chunk = b"zTXtchara\0\0" + bomb
    png = PNG + struct.pack(">I", len(chunk) - 4) + chunk + b"\0\0\0\0"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", b" " * 100_000_000)
    deep = b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    many = a_card(2)
    entry = {"keys": ["x"], "name": ""}
    many["data"]["character_book"]["entries"] = [
        {**entry, "content": f"Note {n}."} for n in range(5_001)
    ]
    for file in (
        *(b"", b"not a card", b"{}", b"[1]", deep, png, packed.getvalue()),
        *(packed.getvalue()[:400], json.dumps(many).encode()),
        json.dumps({**a_card(1), "description": "x" * 100_001}).encode(),
        json.dumps({**a_card(1), "name": ""}).encode(),
    ):
        assert me.refused(400, "POST", "/characters/import", file)
    assert me.told("GET", "/characters")["characters"] == []


def test_a_form_is_no_file(me: Client) -> None:
    form = {"file": ("card.png", PNG, "image/png")}
    key = {"authorization": f"Bearer {key_of(me.name)}"}

    refused = me.http.post("/api/v1/characters/import", files=form, headers=key)

    assert refused.status_code == 400
    assert "not a form" in refused.json()["error"]["message"]


def test_an_avatar_is_a_picture(me: Client) -> None:
    character, _ = talk(me)
    path = f"/characters/{character}/avatar"

    me.refused(400, "PUT", path, b"<svg onload='alert(1)'/>")
    assert me.told("PUT", path, PNG + b"rest")["hasAvatar"] is True
    shown = me.ask("GET", path)
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert me.ask("PUT", path, b"\xff\xd8\xff" + b"0" * 8_000_000).status_code == 413
    assert me.told("DELETE", path)["hasAvatar"] is False


def test_a_character_is_changed_and_keeps_its_memory(me: Client) -> None:
    character, conversation = talk(me)
    say(me, conversation, "Remember the blue door of the harbour house.")

    told = me.told("PUT", f"/characters/{character}", {"name": "Calla", "age": "30"})

    assert (told["name"], told["memoryName"], told["age"]) == ("Calla", "Miku", "30")
    assert me.told("GET", f"/conversations/{conversation}")["messageCount"] == 1
    me.refused(409, "POST", "/characters", {"name": "Miku"})
    me.refused(400, "PUT", f"/characters/{character}", {"name": " "})
    assert me.ask("DELETE", f"/characters/{character}").status_code == 204
    me.refused(404, "GET", f"/characters/{character}")
    of_it = f"/conversations/{conversation}/messages"
    me.refused(409, "POST", of_it, {"content": "Are you there?"})
    assert len(me.told("GET", of_it)["messages"]) == 1


def test_nobody_sees_or_touches_what_is_anothers(
    http: TestClient, names: Iterator[str]
) -> None:
    owner = Client(http, "default", OWNER)
    anna, ben = Client(http, next(names)), Client(http, next(names))
    made = {}
    for person in (owner, anna, ben):
        name = person.name
        body = {"name": "Miku", "greeting": f"Hello from {name}."}
        character = person.told("POST", "/characters", body)["id"]
        begun = person.told("POST", "/conversations", {"characterId": character})
        say(person, begun["id"], f"The {name} lantern is blue.")
        first = f"/conversations/{begun['id']}/messages"
        message = person.told("GET", first)["messages"][0]["id"]
        note = person.told(
            "POST", f"/characters/{character}/memory/{name}", {"content": name}
        )
        made[name] = (character, begun["id"], message, note["id"])

    def everything(person: Client) -> str:
        told = [person.told("GET", path) for path in ("/characters", "/conversations")]
        found = person.told("GET", "/search", params={"q": "lantern"})
        return json.dumps([*told, found])

    before = everything(anna)
    assert ben.name not in before
    assert "default" not in before
    for person in (owner, ben):
        for method, path, body in calls_on(anna.name, *made[anna.name]):
            found = person.ask(method, path, body)
            assert found.status_code == 404, (method, path, found.text)
    results = ben.told(
        "POST",
        "/conversations/bulk",
        {"ids": [made[anna.name][1]], "action": "forget"},
    )["results"]
    assert [one["done"] for one in results] == [False]
    assert everything(anna) == before
    with_no_key = Client(http, "", "")
    assert with_no_key.ask("GET", "/conversations").status_code == 401


def calls_on(
    user: str, character: str, conversation: str, message: str, note: str
) -> list[tuple[str, str, Any]]:
    """Return each call that names an id, with a body that is right."""
    one, of_it = f"/characters/{character}", f"/conversations/{conversation}"
    said = f"/messages/{message}"
    return [
        ("GET", one, None),
        ("PUT", one, {"age": "9"}),
        ("DELETE", one, None),
        ("GET", f"{one}/avatar", None),
        ("PUT", f"{one}/avatar", PNG + b"rest"),
        ("DELETE", f"{one}/avatar", None),
        ("GET", f"{one}/memory/{user}", None),
        ("POST", f"{one}/memory/{user}", {"content": "x"}),
        ("DELETE", f"{one}/memory/{user}/{note}", None),
        ("POST", "/conversations", {"characterId": character}),
        ("GET", of_it, None),
        ("PUT", of_it, {"title": "x"}),
        ("DELETE", of_it, None),
        ("DELETE", f"{of_it}?forget=true", None),
        ("POST", f"{of_it}/archive", None),
        ("POST", f"{of_it}/messages", {"content": "Hello there."}),
        ("GET", f"{of_it}/messages", None),
        ("PUT", f"{of_it}/messages/read", {}),
        ("GET", said, None),
        ("PUT", said, {"content": "Hello there."}),
        ("DELETE", said, None),
        ("GET", f"{said}/swipes", None),
        ("PUT", f"{said}/swipe", {"swipe": 0}),
        ("GET", f"/search?q=lantern&character={character}", None),
    ]


def test_a_limit_of_messages_does_not_count_what_is_read(tmp_path: Path) -> None:
    # MESSAGE_RATE_LIMIT sets both.
    engine = an_engine(tmp_path, requests_per_minute=1, messages_per_minute=1)
    near = ("127.0.0.1", 50_000)
    app = create_app(engine, engine.settings)
    with TestClient(app, base_url="http://127.0.0.1:5100", client=near) as http:
        me = Client(http, "default", key="")
        _, conversation = talk(me)
        hello = {"content": "Hello there."}
        of_it = f"/conversations/{conversation}/messages"
        me.told("POST", of_it, hello)
        me.refused(429, "POST", of_it, hello)
        for _ in range(3):
            assert me.told("GET", "/conversations")["conversations"]
    engine.close()
