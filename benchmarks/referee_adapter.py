"""The engine behind the interface of a recall referee.

Owns: the translation of a referee's turns into what a host would show, and of what
the engine recalls into what a referee scores.
Knows nothing of: scores, data files.

A conversation becomes what a user of the webui has: the first speaker is the user, the
second the character, each session is a chat of its own, every turn is observed with
the whole chat so far, and questions are asked by the user in a new chat a day after
the last one. A referee that loads this file by path needs the package installed, or
this folder's neighbour `extensions` in place.

    python run.py --adapter path/to/benchmarks/referee_adapter.py:LongTermMemory ...
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

try:
    from long_term_memory.build import build_engine
except ModuleNotFoundError:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "extensions"))
    from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Role, Scope, Window, WindowMessage
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.compose import Request

WAIT_SECONDS = 600.0
"""For the model to load and for all turns of a conversation to be embedded."""

_NOTED = re.compile(r"said-(.+)-\d+$")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def count_tokens(text: str) -> int:
    """Count words and marks, and one for the line break: the referee's own measure."""
    return len(_TOKEN.findall(text)) + 1


class LongTermMemory:
    """A fresh memory for each conversation, in a temporary folder."""

    def __init__(self, **options: Any) -> None:
        """Take settings of recall by name, such as `gate=false`.

        Raises:
            TypeError: There is no such setting.
        """
        self._settings = Settings()
        recall = replace(self._settings.recall, **options)
        embedding = replace(self._settings.embedding, wait_seconds=WAIT_SECONDS)
        self._settings = replace(self._settings, recall=recall, embedding=embedding)
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def reset(self, conversation_id: str, speakers: Sequence[str]) -> None:
        """Forget everything and begin a conversation of a user and a character."""
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="ltm-referee-")
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._engine = build_engine(
            self._settings, Path(self._folder.name), clock=lambda: self._now
        )
        self._user, self._character = speakers[0], speakers[1]
        self._bank = self._engine.bank(Scope(user="default", character=self._character))
        self._dia_ids: dict[str, str] = {}
        self._asking = self._bank.chat("a new chat", host="referee")

    def close(self) -> None:
        """Let go of the folder."""
        if self._folder is not None:
            self._engine.close()
            self._folder.cleanup()
            self._folder = None

    def add(self, turns: Sequence[Mapping[str, Any]]) -> None:
        """Observe turns, oldest first; each session is a chat."""
        for session, said in groupby(turns, key=lambda turn: turn["session"]):
            self._observe(self._bank.chat(f"session {session}", host="referee"), said)

    def finish(self) -> None:
        """Wait until everything is embedded, and let a day pass."""
        if not self._bank.settle(WAIT_SECONDS):
            raise RuntimeError(f"Not all turns were embedded: {self._engine.status()}")
        self._now += timedelta(days=1)

    def search(self, question: str, k: int) -> list[dict[str, Any]]:
        """Return the turns that a question brings to mind, best first."""
        query = replace(self._query(question, k), by_rank=True)
        found = self._asking.recall(query)
        return [
            {
                "dia_ids": [self._place(item.memory.id)],
                "text": f"{item.memory.name}: {item.memory.content}",
            }
            for item in found
        ]

    def pack(self, question: str, budget: int) -> dict[str, Any]:
        """Return the block that would be put into the prompt for a budget of tokens."""
        context = self._asking.compose(
            Request(
                query=self._query(question, None),
                user_name=self._user,
                character_name=self._character,
                head_tokens=0,
                recall_tokens=budget,
                count=count_tokens,
            )
        )
        items = context.recall.items
        return {
            "dia_ids": [self._place(item.memory.id) for item in items],
            "text": context.recall.text,
        }

    def _place(self, memory_id: str) -> str:
        """Return the turn that a memory is, or that told memory to note it."""
        told = _NOTED.match(memory_id)
        return self._dia_ids[told[1] if told else memory_id]

    def _query(self, question: str, limit: int | None) -> Query:
        return Query(text=question, speaker="user", asked_at=self._now, limit=limit)

    def _observe(self, chat: Chat, turns: Iterator[Mapping[str, Any]]) -> None:
        """Show a chat as it grows, turn by turn, as a host does."""
        said = list(turns)
        shown: list[WindowMessage] = []
        for turn in said:
            shown.append(self._shown(turn, len(shown)))
            self._now = max(self._now, shown[-1].said_at or self._now)
            chat.observe(
                Window(
                    messages=tuple(shown),
                    complete=True,
                    open_ended=shown[-1].role == "assistant",
                )
            )
        for turn, place in zip(said, chat.path(), strict=True):
            self._dia_ids[place.message.id] = turn["dia_id"]

    def _shown(self, turn: Mapping[str, Any], position: int) -> WindowMessage:
        role: Role = "user" if turn["speaker"] == self._user else "assistant"
        said_at = None
        if turn.get("date"):
            said_at = datetime.fromisoformat(turn["date"]).replace(tzinfo=UTC)
            # The data has one time per session; a minute a turn keeps their order.
            said_at += timedelta(minutes=position)
        return WindowMessage(
            role=role,
            content=turn["text"],
            name=turn["speaker"],
            said_at=said_at,
            position=position,
        )
