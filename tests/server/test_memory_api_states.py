"""Any sequence of calls by two clients, against a plain model of what ought to be.

A few seconds of it by default; `LTM_STEPS=10000` in the environment runs so many steps,
and pytest's `-s` tells how many there were of each kind.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .api_client import Api
from .conftest import running
from .upstreams import PATIENT

STEPS = int(os.environ.get("LTM_STEPS", "60"))
IN_ONE_LIFE = 30 if STEPS < 1000 else 100
# An app is some 150 routes, which take as long as a dozen steps to declare.
AT_LEAST_BETWEEN_STARTS = 8
CLIENTS = ("hers", "his")
WORDS = ("the brass key", "a night in Oslo", "the bees of Mira", "old lanterns")
numbers = st.integers(0, 40)
clients = st.sampled_from(CLIENTS)
words = st.sampled_from(WORDS)
done: Counter[str] = Counter()


class State(NamedTuple):
    """A memory as it ought to be."""

    content: str
    pinned: bool = False
    edited: bool = False
    deleted: bool = False


class TwoClients(RuleBasedStateMachine):
    """One character's memories, a chat going on, and two who edit them.

    `shown` is what the chats' program shows; `paths` what ought to be remembered of
    it. `known` are notes, and messages that somebody touched, by id; `seen` is what
    each client read last, with the etag.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self.shown: dict[str, list[str]] = {}
        self.paths: dict[str, list[str]] = {}
        self.gone: set[str] = set()
        self.known: dict[str, State] = {}
        self.notes: dict[str, str] = {}
        self.originals: dict[str, str] = {}
        self.seen: dict[str, dict[str, tuple[State, str]]] = {
            one: {} for one in CLIENTS
        }
        self.cursors: dict[str, tuple[str, dict[str, State]]] = {}
        self.count = 0
        self.start()

    def start(self) -> None:
        self.since_start = 0
        chosen = Settings()
        folder = Path(self.folder.name)
        self.engine = build_engine(chosen, folder, load=HashEmbedder)
        self.api = Api(create_app(self.engine, chosen))

    def stop(self) -> None:
        self.api.close()
        self.engine.close()

    def teardown(self) -> None:
        self.stop()
        self.folder.cleanup()

    def text(self, words: str) -> str:
        """Return a text that is no other's."""
        self.count += 1
        return f"Line {self.count} tells of {words} and what became of it."

    # -- the chat goes on --------------------------------------------------------

    def show(self, name: str, **more: Any) -> None:
        done["observe"] += 1
        messages = [
            {"role": "assistant" if at % 2 else "user", "content": line}
            for at, line in enumerate(self.shown[name])
        ]
        body = {"chat": name, "messages": messages, "complete": True, **more}
        told = self.api.told("POST", "/observe", body)
        kept = [line for line in self.shown[name] if line not in self.gone]
        # A window without a word that may be kept changes nothing.
        self.paths[name] = kept or [
            line for line in self.paths.get(name, []) if line not in self.gone
        ]
        again = self.api.told("POST", "/observe", body)
        assert (again["added"], again["removed"]) == (0, 0)
        assert again["chat"] == told["chat"]

    def chat(self, number: int) -> str | None:
        names = [*self.shown]
        return names[number % len(names)] if names else None

    @rule(words=words)
    def begin(self, words: str) -> None:
        name = f"chat {len(self.paths)} {self.count}"
        self.shown[name] = [self.text(words), self.text(words)]
        self.show(name)

    @rule(number=numbers, words=words)
    def say(self, number: int, words: str) -> None:
        if name := self.chat(number):
            self.shown[name] += [self.text(words), self.text(words)]
            self.show(name)

    @rule(number=numbers, words=words)
    def swipe(self, number: int, words: str) -> None:
        if name := self.chat(number):
            self.shown[name][-1] = self.text(words)
            self.show(name, type="swipe")

    @rule(number=numbers, place=numbers, words=words)
    def edit_a_line(self, number: int, place: int, words: str) -> None:
        if name := self.chat(number):
            lines = self.shown[name]
            lines[place % len(lines)] = self.text(words)
            self.show(name)

    @rule(number=numbers)
    def take_the_last_turn_back(self, number: int) -> None:
        name = self.chat(number)
        if name and len(self.shown[name]) > 2:
            del self.shown[name][-2:]
            self.show(name)

    @rule(number=numbers)
    def rename(self, number: int) -> None:
        if name := self.chat(number):
            self.count += 1
            new = f"renamed {self.count}"
            self.shown[new] = self.shown.pop(name)
            self.paths[new] = self.paths.pop(name)
            self.show(new, renamed_from=name)

    @rule(number=numbers, undo=st.booleans())
    def delete_a_chat(self, number: int, undo: bool) -> None:
        name = self.chat(number)
        if not name or not self.paths[name]:
            return
        done["delete a chat"] += 1
        [chat] = self.api.told("GET", "/chats", name=name)["chats"]
        taken = self.api.told("DELETE", f"/chats/{chat['id']}")
        self.api.refused(404, "GET", f"/chats/{chat['id']}")
        if undo:
            self.api.told("POST", f"/undo/{taken['undo']}")
        else:
            del self.shown[name], self.paths[name]

    # -- two who edit ------------------------------------------------------------

    @rule(words=words, pinned=st.booleans(), key=st.integers(0, 5))
    def note(self, words: str, pinned: bool, key: int) -> None:
        """Add a note; of a few ids some come twice, with the same text or another."""
        done["note"] += 1
        name = f"note-{key}"
        content = f"Note {key} tells of {words} for good."
        headers = {"idempotency-key": name}
        body = {"content": content, "pinned": pinned}
        found = self.api.ask("POST", "/memories", body, headers=headers)
        if name not in self.notes:
            assert found.status_code == 201, found.text
            self.notes[name] = found.json()["id"]
            self.known[found.json()["id"]] = State(content, pinned)
            self.originals[self.notes[name]] = content
            return
        memory = self.notes[name]
        same = memory in self.known and self.originals[memory] == content
        assert found.status_code == (200 if same else 409), found.text

    def some(self, number: int) -> str | None:
        ids = [*self.known]
        return ids[number % len(ids)] if ids else None

    @rule(number=numbers, place=numbers)
    def touch_a_message(self, number: int, place: int) -> None:
        """Let both know a message of a chat."""
        name = self.chat(number)
        if not name or not self.paths[name]:
            return
        [chat] = self.api.told("GET", "/chats", name=name)["chats"]
        lines = self.api.told("GET", f"/chats/{chat['id']}/messages")["messages"]
        memory = lines[place % len(lines)]["memory"]
        if memory["id"] not in self.known:
            self.known[memory["id"]] = State(memory["content"])
            self.originals[memory["id"]] = memory["content"]

    @rule(client=clients, number=numbers)
    def read(self, client: str, number: int) -> None:
        done["read"] += 1
        if memory := self.some(number):
            self.learn(client, memory, self.api.told("GET", f"/memories/{memory}"))

    def learn(self, client: str, memory: str, told: Any) -> None:
        state = State(*(told[name] for name in State._fields))
        assert state == self.known[memory]
        self.seen[client][memory] = (state, told["etag"])

    @rule(
        client=clients,
        number=numbers,
        words=st.none() | words,
        pinned=st.none() | st.booleans(),
    )
    def edit(
        self, client: str, number: int, words: str | None, pinned: bool | None
    ) -> None:
        """Change what this client read last; who comes second is refused."""
        ids = [*self.seen[client]]
        if not ids or (words is None and pinned is None):
            return
        memory = ids[number % len(ids)]
        state, etag = self.seen[client][memory]
        content = None if words is None else self.text(words)
        body = {"content": content, "pinned": pinned}
        found = self.api.ask("PATCH", f"/memories/{memory}", body, etag=etag)
        now = self.known.get(memory)
        if now is None:
            assert found.status_code == 404
            del self.seen[client][memory]
        elif now != state:
            done["stale edit"] += 1
            assert found.status_code == 412
        else:
            done["edit"] += 1
            assert found.status_code == 200, found.text
            is_note = memory in self.notes.values()
            self.known[memory] = now._replace(
                content=content or now.content,
                edited=now.edited or (content is not None and not is_note),
                pinned=now.pinned if pinned is None else pinned,
            )
            self.learn(client, memory, found.json())

    @rule(client=clients, number=numbers, deleted=st.booleans())
    def hide_or_restore(self, client: str, number: int, deleted: bool) -> None:
        done["hide or restore"] += 1
        if memory := self.some(number):
            self.known[memory] = self.known[memory]._replace(deleted=deleted)
            where = f"/memories/{memory}"
            told = (
                self.api.told("DELETE", where)
                if deleted
                else self.api.told("POST", f"{where}/restore")
            )
            self.learn(client, memory, told)

    @rule(number=numbers, words=words)
    def several_at_once(self, number: int, words: str) -> None:
        """One of three changes is refused, and the others are done."""
        memory = self.some(number)
        if memory is None:
            return
        done["batch"] += 1
        content = self.text(words)
        known = {"id": memory, "if_match": "*"}
        operations = [
            {"op": "edit", "content": content, **known},
            {"op": "edit", "content": "  ", **known},
            {"op": "edit", "pinned": True, **known},
        ]
        told = self.api.told("POST", "/memories/batch", {"operations": operations})
        assert [one["status"] for one in told["results"]] == [200, 400, 200]
        is_note = memory in self.notes.values()
        self.known[memory] = self.known[memory]._replace(
            content=content,
            pinned=True,
            edited=self.known[memory].edited or not is_note,
        )

    @rule(number=numbers)
    def forget(self, number: int) -> None:
        memory = self.some(number)
        if memory is None:
            return
        done["forget"] += 1
        asked = {"memories": [memory]}
        plan = self.api.told("POST", "/forget/preview", asked)["plans"]
        assert self.api.told("POST", "/forget", asked)["plans"] == plan
        del self.known[memory]
        original = self.originals[memory]
        if memory not in self.notes.values():
            self.gone.add(original)
            self.paths = {
                name: [line for line in path if line != original]
                for name, path in self.paths.items()
            }
        self.api.refused(404, "GET", f"/memories/{memory}")

    # -- looking -----------------------------------------------------------------

    @rule(client=clients)
    def changes(self, client: str) -> None:
        """What is another one than this client saw is told."""
        done["changes"] += 1
        if not self.known and not self.paths:
            return
        before, seen = self.cursors.get(client, ("", {}))
        told = self.api.told("GET", "/changes", since=before)
        found = {one["id"]: one["gone"] for one in told["changes"]}
        if not told["reset"]:
            for memory in {*seen, *self.known}:
                states = seen.get(memory), self.known.get(memory)
                # Of a message that nobody touched its chat is told.
                untouched = {None, State(self.originals[memory])}
                by_hand = memory in self.notes.values() or {*states} - untouched
                if states[0] != states[1] and by_hand:
                    assert found[memory] == (states[1] is None)
        self.cursors[client] = (told["cursor"], dict(self.known))

    @rule(limit=st.integers(1, 5))
    def turn_pages(self, limit: int) -> None:
        done["pages"] += 1
        if not self.paths and not self.notes:
            return
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.api.told(
                "GET", "/memories", limit=limit, cursor=cursor, kind=["note", "turn"]
            )
            found += [one["id"] for one in page["memories"]]
            cursor = page["next"]
        assert len(found) == len(set(found))
        whole = self.api.told("GET", "/memories", limit=500, kind=["note", "turn"])
        assert found == [one["id"] for one in whole["memories"]]

    @rule(number=numbers, words=words)
    def recall(self, number: int, words: str) -> None:
        """Nothing that is hidden or forgotten comes to mind."""
        done["recall"] += 1
        if not self.paths:
            return
        body = {"text": words, "gated": False, "chat": self.chat(number) or ""}
        hidden = {one for one, state in self.known.items() if state.deleted}
        for call in ("/recall", "/search"):
            asked = body if call == "/recall" else {"text": words}
            told = self.api.told("POST", call, asked)
            found = told.get("memories") or [one["memory"] for one in told["hits"]]
            for one in found:
                assert one["id"] not in hidden
                assert one["content"] not in self.gone

    # -- bad input, and the machine ----------------------------------------------

    @rule(number=numbers)
    def what_is_wrong_changes_nothing(self, number: int) -> None:
        done["bad input"] += 1
        if not self.known and not self.paths:
            return
        line = {"role": "user", "content": "Never kept.", "id": "x"}
        wrong = [
            (404, "PATCH", "/memories/unknown", {"pinned": True}),
            (404, "DELETE", "/chats/unknown", None),
            (404, "POST", "/forget", {"memories": ["unknown"]}),
            (400, "POST", "/forget", {}),
            (400, "POST", "/observe", {"chat": "bad", "messages": [line, line]}),
            (400, "POST", "/memories", {"content": " "}),
            (404, "POST", "/undo/unknown", None),
        ]
        status, method, path, body = wrong[number % len(wrong)]
        self.api.refused(status, method, path, body, etag="*")
        if memory := self.some(number):
            where = f"/memories/{memory}"
            self.api.refused(428, "PATCH", where, {"pinned": True})
            self.api.refused(412, "PATCH", where, {"pinned": True}, etag="stale")
            self.api.refused(404, "GET", where, character="Bram")

    @precondition(lambda self: self.since_start > AT_LEAST_BETWEEN_STARTS)
    @rule()
    def restart(self) -> None:
        """Close everything and open it again; twice in a row it would tell nothing."""
        done["restart"] += 1
        self.stop()
        self.start()

    # -- what must hold ----------------------------------------------------------

    @invariant()
    def chats_hold_what_is_shown(self) -> None:
        self.since_start += 1
        if not self.paths:
            return
        chats = self.api.told("GET", "/chats")["chats"] if self.any_bank() else []
        titles = {chat["title"]: chat["id"] for chat in chats}
        assert set(titles) == {name for name, path in self.paths.items() if path}
        edited = {
            self.originals[one]: state.content
            for one, state in self.known.items()
            if state.edited
        }
        # All of them in their turn, for looking costs more than changing.
        looked = sorted(titles.items())
        for name, chat in {*looked[self.count % 3 :: 3], *looked[-1:]}:
            told = self.api.told("GET", f"/chats/{chat}/messages", limit=1000)
            lines = [one["memory"]["content"] for one in told["messages"]]
            assert lines == [edited.get(line, line) for line in self.paths[name]]

    @invariant()
    def lists_hold_what_was_acknowledged(self) -> None:
        if not self.any_bank():
            return
        asked: dict[str, Any] = {"limit": 500, "kind": ["note", "turn"]}
        page = self.api.told("GET", "/memories", **asked)["memories"]
        gone = self.api.told("GET", "/memories", deleted=True, **asked)["memories"]
        hidden = {one for one, state in self.known.items() if state.deleted}
        assert hidden == {one["id"] for one in gone}
        notes = set(self.notes.values()) & self.known.keys()
        assert notes - hidden == {one["id"] for one in page if one["kind"] == "note"}
        told = {one["id"]: one for one in (*page, *gone)}
        for memory, state in self.known.items():
            # What was swiped away stands in no list, and is kept all the same.
            one = told.get(memory) or self.api.told("GET", f"/memories/{memory}")
            assert State(*(one[name] for name in State._fields)) == state

    def any_bank(self) -> bool:
        return bool(self.notes or self.count)


def test_two_clients_and_a_chat_agree_with_the_model() -> None:
    done.clear()
    examples = max(1, STEPS // IN_ONE_LIFE)
    run_state_machine_as_test(
        TwoClients,
        settings=settings(
            max_examples=examples,
            stateful_step_count=IN_ONE_LIFE,
            deadline=None,
            derandomize=STEPS < 1000,
            # Making a counterexample smaller takes many times as long as finding it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"{sum(done.values())} steps: {dict(done.most_common())}\n")


@pytest.mark.slow
def test_a_server_that_is_killed_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """Who sends everything again afterwards has everything once."""
    notes = {f"n-{at}": f"Note {at} tells of {WORDS[at % 4]}." for at in range(40)}
    chat = [{"role": "user", "content": text} for text in notes.values()]
    query = {"character": "Miku"}
    every = query | {"limit": "500"}

    def send(url: str, most: int) -> list[str]:
        acknowledged = []
        with httpx.Client(
            base_url=f"{url}/api/ltm/v1", params=query, timeout=PATIENT
        ) as client:
            for at, (key, text) in enumerate(list(notes.items())[:most]):
                body = {"content": f"By hand: {text}", "client_id": key}
                told = client.post("/memories", json=body)
                assert told.status_code in (200, 201), told.text
                shown = {"chat": "one", "messages": chat[: at + 1], "complete": True}
                assert client.post("/observe", json=shown).status_code == 200
                acknowledged.append(told.json()["id"])
        return acknowledged

    with running(tmp_path / "memories") as server:
        before = send(server.url, 25)
        server.process.kill()
    with running(tmp_path / "memories") as server:
        told = httpx.get(
            f"{server.url}/api/ltm/v1/memories", params=every, timeout=PATIENT
        )
        kept = [one["id"] for one in told.json()["memories"]]
        assert set(before) <= set(kept)
        assert len(kept) == 50
        again = send(server.url, 40)
        assert again[:25] == before
        told = httpx.get(
            f"{server.url}/api/ltm/v1/memories", params=every, timeout=PATIENT
        )
        assert len(told.json()["memories"]) == 80
