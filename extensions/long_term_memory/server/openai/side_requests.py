"""Tell jobs that a client does on the side from a chat's own turns.

Owns: the signs of such a job; which system messages stand behind a chat's lines
usually, and whether its client streams.
Knows nothing of: the engine, what is done with the answer.

Summaries, image prompts, titles and the like come the same way as the chat. They must
neither be stored nor be fed with memories.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any, Final

from ...core.text.recipes import digest
from ...lru import Lru
from .chat_reader import CONTINUE, IMPERSONATE, RequestChat, is_nudge
from .client_hints import ClientHints
from .completion import SILLYTAVERN

MOST_CLIENTS: Final = 1_000
MOST_TAILS: Final = 50
QUIET: Final = "quiet"

_JOB: Final = re.compile(
    r"Ignore (?:all )?previous instructions\b|\[Pause (?:your|the) role-?play\b"
    r"|### Task:|Create a concise, 3-5 word|Generate a concise\b",
    re.IGNORECASE,
)


class _Habits:
    """What is usual in one client's chats."""

    def __init__(self) -> None:
        self.streams = False
        # By their hashes: a text that is forgotten is not kept here either.
        self.tails: Lru[bytes, None] = Lru(MOST_TAILS)


class SideJobs:
    """Knows side jobs by what is usual. Safe to use from any thread."""

    def __init__(self) -> None:
        """Start without knowing any client."""
        self._lock = Lock()
        self._clients: Lru[Hashable, _Habits] = Lru(MOST_CLIENTS)

    def is_one(
        self,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        script: RequestChat,
        ids: ClientHints,
        *,
        client: Hashable,
    ) -> bool:
        """Say whether a request is a side job, and learn from it if it is none.

        Args:
            body: The request.
            headers: By names in small letters.
            script: What it shows.
            ids: What the client tells.
            client: Whose habits count: a user with a character.
        """
        if ids.kind == QUIET or body.get("response_format") is not None:
            return True
        streams = bool(body.get("stream"))
        # Its macros tell of the chat that is open, whatever is asked.
        tavern = headers.get("user-agent", "").startswith(SILLYTAVERN)
        if not script.lines or (tavern and not streams and _is_bare(script)):
            return True
        if any(map(_JOB.match, (script.lines[-1].content, *script.tail))):
            return True
        with self._lock:
            habits = self._clients.get_or_make(client, _Habits)
            if ids.kind == "" and _is_unusual(script, habits, streams=streams):
                return True
            _learn(script, habits, streams=streams)
        return False


def _is_bare(script: RequestChat) -> bool:
    """Whether a request is but a question, without a character and his chat."""
    spoke = any(line.role == "assistant" for line in script.lines)
    return not (spoke or script.separated)


def _is_unusual(script: RequestChat, habits: _Habits, *, streams: bool) -> bool:
    """Whether a system message stands at the end as it never does in this chat.

    A client that streams its chats does not stream its jobs. Where that tells nothing,
    a turn answers a line of the user's, and a job is asked for after the reply.
    """
    strange = [
        text
        for text in script.tail
        if not is_nudge(text) and _mark(text) not in habits.tails
    ]
    if streams or not strange or script.kind in (CONTINUE, IMPERSONATE):
        return False
    return habits.streams or (
        script.lines[-1].role == "assistant" and not script.members
    )


def _learn(script: RequestChat, habits: _Habits, *, streams: bool) -> None:
    habits.streams = habits.streams or streams
    for mark in map(_mark, script.tail):
        habits.tails.put(mark, None)


def _mark(text: str) -> bytes:
    return digest("system", text)
