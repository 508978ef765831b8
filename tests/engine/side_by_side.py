"""Two processes on one bank: both observe, edit and recall, and count what they see.

Run as a module it is one of the two: it works when told to by a line on its standard
input, and tells what it did as a line of JSON. `work_together` runs both.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder

from .builders import window
from .crashing import SCOPE, digest, opened, state_of

# A chat is left for a new one at this length, as people do.
CHAT_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What both did.

    Attributes:
        operations: How many in all.
        slowest_seconds: The longest that any of them took.
        usual_seconds: What ninety-nine of a hundred took at most.
        said: Messages that were acknowledged.
        embedded: Texts that both embedded, together.
        vectors: How many different texts there were to embed.
        faults: What the doctor found, which should be nothing.
    """

    operations: int
    slowest_seconds: float
    usual_seconds: float
    said: int
    embedded: int
    vectors: int
    faults: tuple[str, ...]
    seconds: float


class CountingEmbedder(HashEmbedder):
    """Counts what it embeds."""

    texts = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed and count."""
        type(self).texts += len(texts)
        return super().embed(texts)


class One:
    """One of the two programs."""

    def __init__(self, bank: Bank, name: str) -> None:
        self._bank = bank
        self._name = name
        self._chance = random.Random(name)
        self._number = 0
        self._chat = 0
        self._lines: list[str] = []
        self.chats: dict[str, list[str]] = {}
        self.shared: list[str] = []
        self.notes: dict[str, str] = {}
        self.seconds: list[float] = []

    def act(self) -> None:
        """Do one thing, and take the time."""
        act: Callable[[], None] = self._chance.choices(
            [self._speak, self._share, self._note, self._recall], [5, 2, 2, 1]
        )[0]
        started = time.perf_counter()
        act()
        self.seconds.append(time.perf_counter() - started)

    def _speak(self) -> None:
        """Go on with a chat of one's own; at times edit it or cut it."""
        if len(self._lines) >= CHAT_LENGTH:
            self._chat += 1
            self._lines = []
        if len(self._lines) > 4 and self._chance.random() < 0.1:
            self._lines[-1] = self._text()
        else:
            self._lines += [f"> {self._text()}", self._text()]
        name = f"{self._name} {self._chat}"
        self._bank.chat(name, host=self._name).observe(window(*self._lines))
        self.chats[name] = [one.removeprefix("> ") for one in self._lines]

    def _share(self) -> None:
        """Add a message to a chat in which both speak."""
        chat = self._bank.chat("shared", host="both")
        seen = [place.message for place in chat.path()[-6:]]
        lines = [
            f"> {one.content}" if one.role == "user" else one.content for one in seen
        ]
        text = self._text()
        chat.observe(window(*lines, f"> {text}", complete=False))
        self.shared.append(text)

    def _note(self) -> None:
        mine = self._chance.choice([*self.notes, ""])
        text = self._text()
        memories = self._bank.memories
        if mine and self._chance.random() < 0.2:
            memories.delete(mine)
            del self.notes[mine]
        elif mine:
            memories.update(mine, content=text)
            self.notes[mine] = text
        else:
            self.notes[memories.add(text).id] = text

    def _recall(self) -> None:
        chat = self._bank.chat(f"{self._name} {self._chat}", host=self._name)
        chat.recall(Query(text=f"word{self._chance.randrange(400)}?", gated=False))

    def _text(self) -> str:
        self._number += 1
        words = " ".join(f"word{self._chance.randrange(400)}" for _ in range(8))
        return f"{self._name} {self._number}: {words}."


def main(data: Path, name: str, operations: int) -> None:
    """Be one of the two."""
    engine = build_engine(Settings(), data, load=CountingEmbedder)
    bank = engine.bank(SCOPE)
    one = One(bank, name)
    _say({"ready": True})
    sys.stdin.readline()
    for _ in range(operations):
        one.act()
    _say(
        {
            "seconds": one.seconds,
            "chats": one.chats,
            "shared": one.shared,
            "notes": sorted(one.notes.values()),
        }
    )
    # Now the other one is done, too: what is seen here must be all that there is.
    sys.stdin.readline()
    bank.chat("", host=name).recall(Query(text="anything"))
    bank.settle(60)
    _say({"state": digest(state_of(bank)), "embedded": CountingEmbedder.texts})
    engine.close()


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


# -- the parent ----------------------------------------------------------------------


def work_together(data: Path, operations: int) -> Together:
    """Let two processes do so many operations in all, and check what there is."""
    command = [sys.executable, "-m", __name__, str(data)]
    both = [
        subprocess.Popen(
            [*command, name, str(operations // 2)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for name in ("webui", "server")
    ]
    pipes = [(_there(one.stdin), _there(one.stdout)) for one in both]
    _heard(pipes)
    started = time.perf_counter()
    _go_on(pipes)
    done = _heard(pipes)
    seconds = time.perf_counter() - started
    _go_on(pipes)
    seen = _heard(pipes)
    for one, (into, out) in zip(both, pipes, strict=True):
        into.close()
        out.close()
        assert one.wait() == 0
    said = _checked(data, done, {one["state"] for one in seen})
    times = sorted(one for part in done for one in part["seconds"])
    folder = bank_folder(data, SCOPE)
    with opened(data) as engine:
        now = engine.now()
        models = engine.bank(SCOPE).state.store.vectors.models()
    faults = [one.words for one in examine(folder, now) if one.level is Level.FAULT]
    return Together(
        operations=len(times),
        slowest_seconds=times[-1],
        usual_seconds=times[int(len(times) * 0.99)],
        said=said,
        embedded=sum(one["embedded"] for one in seen),
        vectors=sum(model.vectors for model in models),
        faults=tuple(faults),
        seconds=seconds,
    )


def _heard(pipes: Sequence[tuple[IO[str], IO[str]]]) -> list[dict[str, Any]]:
    """Read a line of each."""
    return [json.loads(out.readline()) for _, out in pipes]


def _go_on(pipes: Sequence[tuple[IO[str], IO[str]]]) -> None:
    """Let both go on."""
    for into, _ in pipes:
        into.write("\n")
        into.flush()


def _there(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _checked(data: Path, done: Sequence[dict[str, Any]], seen: set[str]) -> int:
    """See that nothing is lost or double, and that both saw it."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        store = bank.state.store
        rows = [entry.row for entry in store.messages.index_entries()]
        log = Counter(one.content for one in store.messages.get(rows).values())
    assert seen == {digest(state)}, "a process did not see what there is"
    for part in done:
        for name, texts in part["chats"].items():
            assert state[name] == texts, f"{name} is another one"
        for text in part["shared"]:
            assert log[text] == 1, f"{log[text]} times: {text}"
    notes = sorted(note for part in done for note in part["notes"])
    assert state.get("notes", []) == notes
    assert max(log.values()) == 1
    return len(log)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
