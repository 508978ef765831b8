"""A real SillyTavern uses the Extras API: straight from its page, and its server."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.hosts.sillytavern_driver import Tavern
from tests.hosts.stub_llm import StubLLM
from tests.server.conftest import Running

pytestmark = [pytest.mark.sillytavern, pytest.mark.slow]

STORY = (
    "Tester:\nMy sister Mira keeps bees in the old mill by the river.\n\n"
    "Anna:\nThat sounds lovely.\n\n"
    "Tester:\nI hid the silver key under the third step of the tower."
)
ASK = """async ([url, body]) => {
  const answer = await fetch(url, {
    method: "POST", body: JSON.stringify(body),
    headers: {"Content-Type": "application/json", "Bypass-Tunnel-Reminder": "bypass"}});
  return {status: answer.status, text: await answer.text()};
}"""
SET_EXPRESSIONS = """() => {
  SillyTavern.getContext().extensionSettings.expressions.api = 1;
}"""

# One pixel for each feeling.
UPLOAD_SPRITES = """async ([name, labels]) => {
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  const bytes = Uint8Array.from(atob(pixel), one => one.charCodeAt(0));
  const told = [];
  for (const label of labels) {
    const form = new FormData();
    form.append("name", name);
    form.append("label", label);
    form.append("avatar", new File([bytes], `${label}.png`, {type: "image/png"}));
    const headers = SillyTavern.getContext().getRequestHeaders({omitContentType: true});
    const answer = await fetch("/api/sprites/upload",
      {method: "POST", headers, body: form});
    told.push(answer.status);
  }
  return told;
}"""


@pytest.fixture
def extras(tavern: Tavern, memory_server: Running) -> Tavern:
    """Give the page, connected to our server as its Extras API."""
    if tavern.extras_status() != "Connected to API":
        tavern.connect_extras(memory_server.url)
        tavern.close_drawers()
    return tavern


def ask(tavern: Tavern, server: Running, path: str, body: dict[str, Any]) -> Any:
    """Ask our server from SillyTavern's page, as its extensions do."""
    told = tavern.page.evaluate(ASK, [server.url + path, body])
    assert told["status"] == 200, told
    return json.loads(told["text"]) if told["text"] != "Ok" else "Ok"


def stored(number: int, text: str, name: str = "Tester") -> dict[str, Any]:
    """Return a message as the Smart Context extension sends it."""
    meta = {"name": name, "is_user": name == "Tester", "send_date": number, "mes": text}
    return {
        "id": f"msg-{number}",
        "role": "user" if name == "Tester" else "assistant",
        "content": text,
        "date": number,
        "meta": json.dumps(meta),
    }


def test_the_page_connects_and_learns_the_modules(
    extras: Tavern, memory_server: Running
) -> None:
    with urlopen(f"{memory_server.url}/api/modules") as answer:
        modules = json.load(answer)["modules"]

    assert extras.extras_status() == "Connected to API"
    assert {"summarize", "classify", "embeddings", "chromadb"} <= set(modules)


def test_a_wrong_address_is_told_and_the_right_one_connects_again(
    extras: Tavern, memory_server: Running
) -> None:
    wrong = extras.connect_extras("http://127.0.0.1:9")
    right = extras.connect_extras(memory_server.url)
    extras.close_drawers()

    assert wrong == "Could not connect to API"
    assert right == "Connected to API"


def test_a_text_is_summarized(extras: Tavern) -> None:
    summary = extras.slash(f"/summarize source=extras {STORY}")

    assert "Mira" in summary or "key" in summary
    assert len(summary) < len(STORY)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I am so happy to see you again! What joy!", "joy"),
        ("I am furious. How dare you!", "anger"),
        ("*slams the door*", "anger"),
        ("Oh great, just what I needed /s", "neutral"),
    ],
)
def test_a_feeling_is_classified(extras: Tavern, text: str, label: str) -> None:
    extras.page.evaluate(SET_EXPRESSIONS)

    assert extras.slash(f"/expression-classify api=extras {text}") == label


def test_the_sprite_of_an_action_is_shown(extras: Tavern, stub: StubLLM) -> None:
    """As soon as the character slams the door, her angry picture stands there."""
    extras.meet("Sprite Friend")
    extras.page.evaluate(SET_EXPRESSIONS)
    made = extras.page.evaluate(
        UPLOAD_SPRITES, ["Sprite Friend", ["anger", "joy", "neutral"]]
    )
    extras.slash('/go "Sprite Friend"')
    stub.plan("*slams the door* I am furious. How dare you!")

    extras.send("I forgot your birthday.")

    assert made == [200, 200, 200]
    shown = extras.page.locator("#expression-image")
    shown.and_(extras.page.locator("[src*='anger']")).wait_for(
        state="attached", timeout=30_000
    )


def test_vector_storage_finds_what_left_the_window(
    extras: Tavern, stub: StubLLM, memory_server: Running
) -> None:
    extras.meet("Vector Friend")
    extras.page.evaluate(
        """() => {
          $("#vectors_source").val("extras").trigger("change");
          $("#vectors_enabled_chats").prop("checked", true).trigger("input");
        }"""
    )
    try:
        extras.send("I hid the silver key under the third step of the tower.")
        for number in range(4):
            extras.send(f"Let us walk on for a while, {number}.")
        extras.vectorize(10)
        extras.send("Under which step did I hide the silver key?")
        found = stub.last_text()
    finally:
        extras.page.evaluate(
            "() => $('#vectors_enabled_chats').prop('checked', false).trigger('input')"
        )

    assert "Past events" in found
    assert "third step of the tower" in found
    assert extras.toasts() == []


def test_smart_contexts_calls_are_answered_as_it_reads_them(
    extras: Tavern, memory_server: Running
) -> None:
    chat = "Seraphina - 2026-11-21@00h32m43s282ms"
    texts = [
        "I am allergic to walnuts, please never forget that.",
        "The forest is quiet.",
        "Let us walk to the market square.",
    ]
    messages = [stored(number, text) for number, text in enumerate(texts)]

    added = ask(
        extras,
        memory_server,
        "/api/chromadb",
        {"chat_id": chat, "messages": messages},
    )
    rows = ask(
        extras,
        memory_server,
        "/api/chromadb/query",
        {"chat_id": chat, "query": "What am I allergic to?", "n_results": 20},
    )
    exported = ask(extras, memory_server, "/api/chromadb/export", {"chat_id": chat})

    assert added == {"count": 3}
    assert rows[0]["content"] == texts[0]
    assert rows[0]["meta"] == messages[0]["meta"]
    assert [row["distance"] for row in rows] == sorted(row["distance"] for row in rows)
    assert [row["id"] for row in exported["content"]] == ["msg-0", "msg-1", "msg-2"]
    purge = ask(extras, memory_server, "/api/chromadb/purge", {"chat_id": chat})
    assert purge == "Ok"


def test_a_foreign_page_gets_nothing(extras: Tavern, memory_server: Running) -> None:
    asked = Request(
        f"{memory_server.url}/api/modules", headers={"Origin": "http://evil.example"}
    )

    with pytest.raises(HTTPError) as refused, urlopen(asked):
        pass
    with refused.value as answer:
        assert answer.code == 403
        assert answer.headers["Access-Control-Allow-Origin"] is None
