"""One call of each kind of the memory API, so that its description can show answers.

Owns: what is said in these calls, in an order in which each goes well.
Knows nothing of: where answers are kept, what a description is.
"""

from __future__ import annotations

from typing import Any

from long_term_memory.engine.engine import Engine

from .api_client import Api, settled

SAID = [
    ("user", "Anna", "My cat is called Miso and she sleeps on the blue blanket."),
    ("assistant", "Miku", "A lazy name for a lazy cat! I love her already."),
    ("user", "Anna", "I'm allergic to hazelnuts. I live in Oslo."),
    ("assistant", "Miku", "I'll bring you the old map next time."),
    ("user", "Anna", "My sister is called Ida. I moved to Bergen."),
    ("assistant", "Miku", "I miss our talks in Oslo."),
    ("user", "Anna", "My exam is on Friday. *she sighs* I'm so nervous!"),
    ("assistant", "Miku", "You will do well, I am sure of it."),
]
Answers = dict[str, Any]


def lines(said: list[tuple[str, str, str]] = SAID) -> list[dict[str, Any]]:
    return [
        {"role": role, "name": name, "content": text}
        | {"said_at": f"2026-03-02T10:{at:02}:00Z"}
        for at, (role, name, text) in enumerate(said)
    ]


class Recorded:
    """Calls, and the first answer of each kind."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.answers: Answers = {}

    def __call__(
        self,
        call: str,
        body: Any = None,
        *,
        etag: str = "",
        headers: dict[str, str] | None = None,
        named: dict[str, str] | None = None,
        **query: Any,
    ) -> Any:
        """Ask for `METHOD /path/{id}`; `named` fills the braces."""
        method, path = call.split()
        found = self.api.ask(
            method,
            path.format(**(named or {})),
            body,
            etag=etag,
            headers=headers,
            **query,
        )
        assert found.is_success, (call, found.text)
        return self.answers.setdefault(f"{call} {found.status_code}", found.json())


def answers_of(api: Api, engine: Engine) -> Answers:
    """Return an answer by `METHOD /path status` for all that the memory API has."""
    ask = Recorded(api)
    chat = {
        "chat_id": ask(
            "POST /observe", {"chat": "the cat", "messages": lines(), "complete": True}
        )["chat"]["id"]
    }
    settled(engine)
    _turns(ask, chat["chat_id"])
    _memories(ask)
    _facts(ask, chat["chat_id"])
    _chats(ask, chat)
    _stories(ask, chat)
    _summaries(ask, engine)
    _ends(ask, chat)
    return ask.answers


def _turns(ask: Recorded, chat: str) -> None:
    question = {"chat": "the cat", "text": "What is my cat called?"}
    ask("POST /compose", question)
    more = {"role": "user", "name": "Anna", "content": "Where does Miso sleep?"}
    ask(
        "POST /turns",
        {
            "window": {"chat": "the cat", "messages": [*lines(), more]},
            "prompt": {"text": "Where does Miso sleep?", "visible": 1},
        },
    )
    ask("GET /turns", limit=1)
    ask("GET /turns/why", chat=chat)
    ask("POST /recall", {"text": "What is my cat called?", "limit": 2})
    ask("POST /search", {"text": "cat", "kinds": ["turn"], "limit": 2})
    ask("POST /explain", {"text": "What is my cat called?", "candidates": 2})
    ask("GET /recalls", limit=2)
    ask("GET /usage")


def _memories(ask: Recorded) -> None:
    said = {"content": "Anna is allergic to hazelnuts.", "pinned": True}
    key = {"idempotency-key": "n-1"}
    note = ask("POST /memories", said, headers=key)
    ask("POST /memories", said, headers=key)
    other = ask.api.note("Anna is allergic to nuts. Her train is at nine.")
    ask("GET /memories", kind="note", total=True)
    one = {"memory_id": note["id"]}
    ask("GET /memories/{memory_id}", named=one)
    edited = {"content": "Anna is allergic to hazelnuts and bees.", "tags": ["health"]}
    ask("PATCH /memories/{memory_id}", edited, named=one, etag=note["etag"])
    ask("GET /memories/{memory_id}/versions", named=one)
    [turn] = ask.api.told("GET", "/memories", kind="turn", limit=1)["memories"]
    ask("GET /memories/{memory_id}/around", named={"memory_id": turn["id"]})
    ask("DELETE /memories/{memory_id}", named=one)
    ask("POST /memories/{memory_id}/restore", named=one)
    ask("POST /memories/{memory_id}/share", named=one)
    parts = {"parts": ["Anna is allergic to nuts.", "Her train is at nine."]}
    split = ask(
        "POST /memories/{memory_id}/split", parts, named={"memory_id": other["id"]}
    )
    told = split["memories"][0]
    ask(
        "POST /memories/merge",
        {"ids": [note["id"], told["id"]], "content": "Anna is allergic to nuts."},
    )
    ask("POST /memories/replace/preview", {"find": "nine", "put": "ten"})
    ask("POST /memories/replace", {"find": "nine", "put": "ten"})
    ask("PATCH /memories", {"ids": [turn["id"]], "add_tags": ["pets"]})
    ask("GET /tags")
    ask(
        "POST /memories/batch",
        {"operations": [{"op": "add", "content": "Anna plays the piano."}]},
    )
    ask("GET /steps")
    ask("POST /steps/undo")
    ask("POST /steps/redo")


def _facts(ask: Recorded, chat: str) -> None:
    found = ask("GET /facts")["facts"]
    named = {one["content"]: one for one in found}
    first, *others = list(named.values())
    one = {"fact_id": first["id"]}
    ask("GET /facts/{fact_id}", named=one)
    ask("PATCH /facts/{fact_id}", {"locked": True}, named=one, etag=first["etag"])
    ask("DELETE /facts/{fact_id}", named=one)
    ask("POST /facts/{fact_id}/restore", named=one)
    merged = {"into": first["id"], "others": [others[0]["id"]]}
    ask("POST /facts/merge", {**merged, "content": "Anna has a cat, Miso."})
    due = ask("GET /due", chat=chat)["due"]
    ask("PATCH /due/{due_id}", {"off": True}, named={"due_id": due[0]["id"]}, chat=chat)
    ask("POST /facts/{fact_id}/forget", named={"fact_id": others[-1]["id"]})


def _chats(ask: Recorded, chat: dict[str, str]) -> None:
    ask("GET /characters")
    ask("GET /characters/stats")
    ask("GET /speakers")
    ask("GET /chats")
    ask("GET /chats/{chat_id}", named=chat)
    ask("PATCH /chats/{chat_id}", {"name": "The night train"}, named=chat)
    ask("GET /chats/{chat_id}/mood", named=chat)
    ask("GET /chats/{chat_id}/messages", named=chat, limit=2)
    ask("GET /changes", limit=2)


def _stories(ask: Recorded, chat: dict[str, str]) -> None:
    ask("GET /policy")
    ask("PUT /policy", {"remembers": "yes", "budget": 600})
    ask("GET /chats/{chat_id}/policy", named=chat)
    ask("PUT /chats/{chat_id}/policy", {"recalls_from": "story"}, named=chat)
    story = {"story_id": ask("POST /storylines", {"name": "The winter"})["id"]}
    ask("GET /storylines")
    ask("PATCH /storylines/{story_id}", {"name": "The winter in Bergen"}, named=story)
    ask("PUT /storylines/{story_id}/chats/{chat_id}", named={**story, **chat})
    spare = ask.api.told("POST", "/storylines", {"name": "Not begun"})
    ask("DELETE /storylines/{story_id}", named={"story_id": spare["id"]})


def _summaries(ask: Recorded, engine: Engine) -> None:
    told = [
        ("user", "Anna", f"On day {at} I promised to bring {at} lanterns to Bergen.")
        if at % 2 == 0
        else ("assistant", "Miku", f"Then I met Bram {at} times and paid {at} coins.")
        for at in range(90)
    ]
    shown = {"chat": "lanterns", "messages": lines(told[:59]), "complete": True}
    chat = ask.api.told("POST", "/observe", shown)["chat"]["id"]
    settled(engine)
    ask("POST /summaries/make", {"chat": chat})
    ask("GET /summaries", chat=chat)
    found = ask.api.told("GET", "/summaries", chat=chat)["summaries"]
    ask("POST /summaries/preview", {"chat": chat})
    one = {"memory_id": found[0]["memory"]["id"]}
    ask("POST /summaries/{memory_id}/make", named=one)


def _ends(ask: Recorded, chat: dict[str, str]) -> None:
    ask("DELETE /chats/{chat_id}", named=chat)
    taken = ask("GET /undo")["undoable"]
    ask("POST /undo/{batch}", named={"batch": taken[0]["id"]})
    [note] = ask.api.told("GET", "/memories", kind="note", limit=1)["memories"]
    ask("POST /forget/preview", {"memories": [note["id"]]})
    ask("POST /forget", {"memories": [note["id"]]})
    ask("DELETE /characters")
