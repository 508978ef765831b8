"""What was used for the last request of each chat, for people.

Owns: keeping that in memory, the list for the reasoning field, `GET /api/ltm/last`.
Knows nothing of: how memories are found, what a request looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request

from ..core.retrieval.signals import SIGNALS
from ..core.text.names import is_same_name
from ..core.text.sanitise import one_line
from ..core.types import Block, Context, Query, Recalled, Scope
from ..editor.chances import is_to_be_safe
from ..engine.compose import LastTurn
from ..errors import InvalidInput, NotFound
from ..identity.owners import owner_of
from ..lru import Lru
from ..web.responses import PlainJSON

MOST_CHATS: Final = 500
NOTE_CHARS: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUse:
    """What memory did for one request.

    Attributes:
        chat: The client's id of the chat, else ours.
        kind: What was generated, if the client told.
        left_out: How many of the chat's oldest lines were not sent.
        context: What was put in.
        round: How often the bank had forgotten something when the request came.
        query: What was recalled for.
        name: The chat's name in its bank.
        host: That of this name.
    """

    at: datetime
    scope: Scope
    chat: str
    kind: str
    query: Query
    left_out: int
    context: Context
    round: str = ""
    name: str = ""
    host: str = ""


class Recorded(Protocol):
    """Tells the last turn from the record; empty is anybody's, any."""

    def __call__(
        self, *, user: str = "", character: str = "", chat: str = ""
    ) -> LastTurn | None:
        """Return it, None if there is none."""
        ...


def _nothing_recorded(
    *, user: str = "", character: str = "", chat: str = ""
) -> LastTurn | None:
    """Know of no record."""
    del user, character, chat
    return None


class LastUses:
    """The last use in each of the newest chats. Safe to use from any thread.

    It may tell what was asked or remembered, so none is told that is older than the
    last forgetting of its bank, whoever forgot.
    """

    def __init__(
        self,
        round_of: Callable[[Scope], str] = lambda scope: "",
        recorded: Recorded = _nothing_recorded,
    ) -> None:
        """Start empty; nothing of this is stored.

        Args:
            round_of: Returns how often a bank forgot something.
            recorded: Tells the last turn from the record, by user, character and
                chat, as after a restart.
        """
        self._recorded = recorded
        self._round_of = round_of
        self._uses: Lru[tuple[Scope, str], LastUse] = Lru(MOST_CHATS)

    def keep(self, use: LastUse) -> None:
        """Keep a use; the oldest is dropped when there are too many."""
        self._uses.put((use.scope, use.chat), use)

    def of(self, user: str, *, character: str = "", chat: str = "") -> LastUse:
        """Return a user's newest use, of one character or chat if they are named.

        Raises:
            NotFound: There was none, or it was forgotten.
        """
        for use in self.some_of(user, 1, character=character, chat=chat):
            return use
        raise NotFound(
            "No request of that chat came since the server was started, or since "
            "something of it was forgotten."
        )

    def some_of(
        self, user: str, limit: int, *, character: str = "", chat: str = ""
    ) -> list[LastUse]:
        """Return the last use in each of a user's chats, the newest first; see `of`.

        After a restart the one that is recorded.

        Args:
            user: Whose.
            limit: How many at the most.
            character: Of this one; empty for any.
            chat: Of this one; empty for any.
        """
        uses = list(islice(self._each_of(user, character, chat), limit))
        if uses:
            return uses
        turn = self._recorded(user=user, character=character, chat=chat)
        return [] if turn is None else [_use(turn, chat)]

    def _each_of(self, user: str, character: str, chat: str) -> Iterator[LastUse]:
        for key, use in self._uses.items():
            theirs = is_same_name(use.scope.user, user)
            meant = not character or is_same_name(use.scope.character, character)
            wanted = theirs and meant and chat in ("", use.chat)
            if wanted and self._is_fresh(key, use):
                yield use

    def turns(self) -> list[LastTurn]:
        """Return the last turn of each chat, the newest first.

        After a restart the one that is recorded.
        """
        turns = [
            _turn(use) for key, use in self._uses.items() if self._is_fresh(key, use)
        ]
        recorded = None if turns else self._recorded()
        return turns if recorded is None else [recorded]

    def _is_fresh(self, key: tuple[Scope, str], use: LastUse) -> bool:
        """Whether nothing was forgotten since a use; else it is dropped."""
        fresh = self._round_of(use.scope) == use.round
        if not fresh:
            self._uses.drop(key, use)
        return fresh


def _turn(use: LastUse) -> LastTurn:
    """Return a use as the page shows it."""
    return LastTurn(
        at=use.at,
        scope=use.scope,
        chat=use.name,
        query=use.query,
        context=use.context,
        host=use.host,
    )


def _use(turn: LastTurn, chat: str) -> LastUse:
    """Return a turn from the record as a use."""
    return LastUse(
        at=turn.at,
        scope=turn.scope,
        chat=chat or turn.chat,
        kind="",
        query=turn.query,
        left_out=0,
        context=turn.context,
        name=turn.chat,
        host=turn.host,
    )


def last_router(uses: LastUses, user_of: Callable[[Request], str]) -> APIRouter:
    """Return the route that tells the last use.

    Args:
        uses: Know it.
        user_of: Who asks, as far as keys tell.
    """
    router = APIRouter(prefix="/api/ltm", tags=["memory"])

    @router.get("/last")
    def last(
        request: Request, chat: str = "", character: str = "", user: str = ""
    ) -> PlainJSON:
        """Tell what memory added to a chat's last request, and why."""
        for name in ("chat", "character", "user"):
            if len(request.query_params.getlist(name)) > 1:
                raise InvalidInput(f"{name} is named twice.", field=name)
        owner = owner_of(user_of(request), user)
        use = uses.of(owner, character=character, chat=chat)
        return PlainJSON(as_json(use))

    return router


def as_json(use: LastUse) -> dict[str, Any]:
    """Return a use as the API tells it."""
    return {
        "at": use.at.isoformat(),
        "user": use.scope.user,
        "character": use.scope.character,
        "chat": use.chat,
        "type": use.kind,
        "asked": use.query.text,
        "messages_left_out": use.left_out,
        "head": _block(use.context.head),
        "recall": _block(use.context.recall),
        "left_out": [_item(item) for item in use.context.left_out],
        "intent": use.context.intent,
        "needed": use.context.needed,
        "lexical_only": use.context.lexical_only,
        "note": use.context.note,
    }


def note_of(context: Context) -> str:
    """Return a short list of the memories used; empty if there were none."""
    lines = list(_lines(context))
    if not lines:
        return context.note
    listed = "\n".join(["Memories used:", *lines])
    return f"{listed}\n{context.note}" if context.note else listed


def _lines(context: Context) -> Iterator[str]:
    for item in (*context.head.items, *context.recall.items):
        memory = item.memory
        text = one_line(memory.content)
        short = f"{text[:NOTE_CHARS].rstrip()} …" if len(text) > NOTE_CHARS else text
        day = f"{memory.happened_at:%Y-%m-%d} " if memory.happened_at else ""
        name = f"{memory.name}: " if memory.name else ""
        yield f"- {day}{name}{short}"


def _block(block: Block) -> dict[str, Any]:
    return {
        "text": block.text,
        "tokens": block.tokens,
        "parts": dict(block.parts),
        "memories": [_item(item) for item in block.items],
    }


def _item(item: Recalled) -> dict[str, Any]:
    memory = item.memory
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "name": memory.name,
        "content": memory.content,
        "happened_at": memory.happened_at and memory.happened_at.isoformat(),
        "pinned": memory.pinned,
        "score": item.score,
        "chance": item.chance,
        "to_be_safe": is_to_be_safe(item.chance),
        "signals": signals_of(item),
    }


def signals_of(item: Recalled) -> dict[str, float | None]:
    """Return what each signal adds to a memory's score, and its distance."""
    told = {one.name: item.parts.of(one.name) for one in SIGNALS}
    return {**told, "distance": item.parts.distance}
