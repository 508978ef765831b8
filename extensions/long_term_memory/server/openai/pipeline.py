"""What memory makes of a request to the model, and of its reply.

Owns: the order of a turn: read, follow, recall, put in; then the reply.
Knows nothing of: routes, the network, how a request's messages are read or found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from ...config import Settings
from ...core.recalls import DayUsage
from ...core.text.names import is_same_name
from ...core.types import Context, Scope
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.forgetting.rounds import Rounds
from ...engine.recent import last_turn
from ...errors import LtmError
from ...models.tokens import TokenCounter, estimate_tokens
from ..auth import DEFAULT_USER
from ..last_request import LastUse, LastUses, note_of
from ..usage import Usage
from .chat_reader import RequestChat, as_said, read_script, read_text
from .client_hints import ClientHints, read_ids, without_ours
from .ingest import IngestedRequest, RequestIngest
from .recalling import Recaller
from .side_requests import SideJobs


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request as it goes to the model.

    Attributes:
        body: The request, without what was for us, with what was recalled.
        context: What was put in; None if the request passes through.
        note: For the reasoning field; empty if nothing is to be shown.
        quiet: Neither stored nor fed.
        saved: Tokens that need not be sent, as memory told of them in fewer; about.
        turn: What was followed, so that the reply finds its chat.
        round: How often the bank had forgotten something when the request came.
    """

    body: dict[str, Any]
    context: Context | None = None
    note: str = ""
    quiet: bool = False
    saved: int = 0
    turn: IngestedRequest | None = field(default=None, repr=False)
    round: str = ""


class ChatMemory:
    """Remembers and recalls in chats that pass by. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        settings: Callable[[], Settings],
        *,
        count: TokenCounter = estimate_tokens,
    ) -> None:
        """Serve one engine.

        Args:
            engine: Does the remembering.
            settings: The settings in force.
            count: Counts a text's tokens as the model does.
        """
        self._rounds = Rounds(engine)
        self.last = LastUses(self._rounds.now, partial(last_turn, engine))
        self._engine = engine
        self._settings = settings
        self._jobs = SideJobs()
        self._follower = RequestIngest(engine)
        self._recaller = Recaller(engine, count)

    def prepare(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> PreparedRequest:
        """Follow the chat that a request shows, and add what it brings to mind.

        Args:
            body: The request, with messages.
            headers: By names in small letters.
            user: Whose key it was; empty where there are no keys.

        Raises:
            InvalidInput: What the request tells of itself makes no sense.
        """
        ids = read_ids(body, headers)
        clean = without_ours(body)
        messages = clean.get("messages")
        if not self._takes_part(ids) or not _are_messages(messages):
            return PreparedRequest(body=clean, quiet=True)
        script = read_script(clean["messages"], ids)
        return self._prepared(clean, headers, script, ids, user)

    def prepare_text(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> PreparedRequest:
        """Do the same for a text to be continued, if it is a chat line by line.

        Raises:
            InvalidInput: What the request tells of itself makes no sense.
        """
        ids = read_ids(body, headers)
        clean = without_ours(body)
        script = read_text(_one_text(clean.get("prompt")), clean.get("stop"), ids)
        if not self._takes_part(ids) or script is None:
            return PreparedRequest(body=clean, quiet=True)
        return self._prepared(clean, headers, script, ids, user)

    def finish(self, prepared: PreparedRequest, reply: str | None) -> None:
        """Keep a reply until the next request shows what became of it.

        A reply that the client cut short is the reply, for it keeps what it has. Of
        one that the model broke off the client keeps nothing certain, nor do we: it is
        kept when the next request shows it.

        Args:
            prepared: The request.
            reply: The whole text; None if it broke off.

        Raises:
            StoreError: It could not be stored.
        """
        if prepared.turn is not None and reply:
            self._follower.replied(prepared.turn, reply)

    def counted(self, prepared: PreparedRequest, usage: Usage) -> None:
        """Keep in the record what a reply took.

        Raises:
            StoreError: It could not be stored.
        """
        if prepared.turn is None:
            return
        day = self._engine.now().date()
        took = DayUsage(day=day, **asdict(usage))
        self._follower.chat(prepared.turn).count(took)

    def owner(self, user: str, named: str) -> str:
        """Return whose memory is meant: by the key, and the user that is named."""
        if not user or user == DEFAULT_USER:
            return named or DEFAULT_USER
        # Under a key of his own nobody can name another one's memory.
        own = not named or is_same_name(named, user)
        return user if own else f"{user} {named}"

    def _takes_part(self, ids: ClientHints) -> bool:
        return self._settings().proxy.proxy_memory and ids.enabled

    def _prepared(
        self,
        body: dict[str, Any],
        headers: Mapping[str, str],
        script: RequestChat,
        ids: ClientHints,
        user: str,
    ) -> PreparedRequest:
        script = as_said(script)
        scope = self._engine.named(
            Scope(user=self.owner(user, ids.owner), character=script.character)
        )
        if self._jobs.is_one(body, headers, script, ids, client=scope):
            return PreparedRequest(body=body, quiet=True)
        try:
            return self._remembered(body, script, ids, scope)
        except LtmError as error:
            self._engine.faults.report("recalling for a request", error)
            return PreparedRequest(
                body=body, note=f"Memory had no part in this: {error}"
            )

    def _remembered(
        self, body: dict[str, Any], script: RequestChat, ids: ClientHints, scope: Scope
    ) -> PreparedRequest:
        settings = self._settings()
        before = self._rounds.now(scope)
        turn = self._follower.follow(scope, script, ids, settings)
        round_ = self._rounds.since(before, scope)
        recalled = self._recaller.recall(turn, body, ids.wishes, settings)
        self.last.keep(
            LastUse(
                at=self._engine.now(),
                scope=scope,
                chat=ids.chat or turn.key.name,
                name=turn.key.name,
                host=turn.key.host,
                kind=script.kind,
                # What was said before may be forgotten, and the client still shows it.
                query=replace(recalled.query, before=()),
                left_out=recalled.first,
                context=recalled.context,
                round=round_,
            )
        )
        guard(
            self._engine.faults,
            "keeping a record of what was recalled",
            lambda: self._follower.chat(turn).note_recall(recalled.context),
            lambda: None,
        )
        shown = settings.proxy.show_memories
        if ids.wishes.show_memories is not None:
            shown = ids.wishes.show_memories
        return PreparedRequest(
            body=self._recaller.put_in(body, turn, recalled, ids.wishes, settings),
            context=recalled.context,
            note=note_of(recalled.context) if shown else "",
            saved=recalled.saved,
            turn=turn,
            round=round_,
        )


def _one_text(prompt: object) -> object:
    """Return the text of a prompt that is a list of one."""
    match prompt:
        case [str(text)]:
            return text
    return prompt


def _are_messages(messages: object) -> bool:
    if not isinstance(messages, list) or not messages:
        return False
    return all(isinstance(message, Mapping) for message in messages)
