"""What memory makes of a completion, step by step.

Owns: the order: read, classify, ingest, recall, insert; then record.
Knows nothing of: routes, the network, how any of the steps is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from ...config import Settings
from ...core.prompt.blocks import BlockStyle, render_recall
from ...core.prompt.budget import BudgetPolicy, PromptPlan, Trim
from ...core.recalls import DayUsage
from ...core.retrieval.questions import essence
from ...core.text.dates import time_ago
from ...core.text.own_blocks import recognisable
from ...core.types import Context, MemoryKind, Query, Scope, WindowMessage
from ...engine.chat import Chat
from ...engine.compose import Request
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.forgetting.rounds import Rounds
from ...engine.recalls import RECORDING
from ...engine.recent import last_turn
from ...errors import LtmError
from ...identity.owners import owner_of
from ...models.tokens import TokenCounter, estimate_tokens
from ..last_request import LastUse, LastUses, note_of
from ..usage import Usage
from .chat_reader import RequestChat, as_said, read_script, read_text
from .completion import TEXT, Answered, ClientCall, PreparedRequest
from .ingest import IngestedRequest, RequestIngest
from .placement import BEFORE_CHAT, Blocks, insert, turns_of
from .prompt_room import NO_HEAD, HeadContents, counting_once, room_of
from .side_requests import SideJobs

# A line such as "And where is she now?" is read with so many before it.
BEFORE: Final = 6
# Of English chat; a long chat is not counted token by token in every turn.
CHARACTERS_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledContext:
    """What was recalled for a request.

    Attributes:
        context: What memory adds.
        first: The first of the chat's lines that is sent.
        query: What it was recalled for.
        saved: Tokens of the chat's earlier messages that need not be sent, as memory
            told of them in fewer; about.
    """

    context: Context
    first: int
    query: Query
    saved: int


class CompletionPipeline:
    """Remembers and recalls in chats that pass by. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        settings: Callable[[], Settings],
        *,
        count: TokenCounter = estimate_tokens,
        record: Callable[[PreparedRequest, Answered], Usage | None] = lambda *_: None,
    ) -> None:
        """Serve one engine.

        Args:
            engine: Does the remembering.
            settings: The settings in force.
            count: Counts a text's tokens as the model does.
            record: Counts what an answer of the model took.
        """
        self._rounds = Rounds(engine)
        self.last = LastUses(self._rounds.now, partial(last_turn, engine))
        self._engine = engine
        self._settings = settings
        self._record = record
        self._count = counting_once(count)
        self._side_jobs = SideJobs()
        self._ingest = RequestIngest(engine)

    def prepare(self, call: ClientCall) -> PreparedRequest:
        """Follow the chat that a request shows, and add what it brings to mind."""
        script = self._read(call)
        if script is None:
            return PreparedRequest(body=call.body, quiet=True)
        scope = self._engine.named(
            Scope(
                user=owner_of(call.user, call.hints.owner), character=script.character
            )
        )
        if self._side_jobs.is_one(
            call.body, call.headers, script, call.hints, client=scope
        ):
            return PreparedRequest(body=call.body, quiet=True)
        try:
            return self._remembered(call, script, scope)
        except LtmError as error:
            self._engine.faults.report("recalling for a request", error)
            return PreparedRequest(
                body=call.body, note=f"Memory had no part in this: {error}"
            )

    def finish(self, prepared: PreparedRequest, answered: Answered) -> None:
        """Keep a reply until the next request shows what became of it, and count it.

        A reply that the client cut short is the reply, for it keeps what it has. Of
        one that the model broke off the client keeps nothing certain, nor do we: it is
        kept when the next request shows it.

        Args:
            prepared: The request.
            answered: What came of it.

        Raises:
            StoreError: It could not be stored.
        """
        try:
            if prepared.turn is not None and answered.reply:
                self._ingest.replied(prepared.turn, answered.reply)
        finally:
            note = partial(self._noted, _as_sent(prepared, answered), answered)
            guard(self._engine.faults, RECORDING, note, lambda: None)

    def _noted(self, prepared: PreparedRequest, answered: Answered) -> None:
        """Count what a reply took, and keep what was recalled for it.

        In one step after the reply, for which nobody waits.
        """
        counts = answered.usage is not None
        usage = self._record(prepared, answered) if counts else None
        if prepared.turn is None:
            return
        day = self._engine.now().date()
        self._ingest.chat(prepared.turn).note_turn(
            prepared.context,
            None if usage is None else DayUsage(day=day, **asdict(usage)),
            query=prepared.query,
            at=prepared.at,
            round_=prepared.round,
        )

    def _read(self, call: ClientCall) -> RequestChat | None:
        """Read the chat that a request shows; None if memory has no part in it."""
        if not (self._settings().proxy.proxy_memory and call.hints.enabled):
            return None
        if call.path == TEXT:
            prompt = _one_text(call.body.get("prompt"))
            script = read_text(prompt, call.body.get("stop"), call.hints)
        else:
            messages = _messages_of(call.body)
            script = read_script(messages, call.hints) if messages else None
        return None if script is None else as_said(script)

    def _remembered(
        self, call: ClientCall, script: RequestChat, scope: Scope
    ) -> PreparedRequest:
        settings, options = self._settings(), call.hints.wishes
        before = self._rounds.now(scope)
        turn = self._ingest.follow(scope, script, call.hints, settings)
        chat = self._ingest.chat(turn)
        round_ = self._rounds.since(before, scope)
        recalled = self._recall(call, turn, chat, settings)
        # What was said before may be forgotten, and the client still shows it.
        query, now = replace(recalled.query, before=()), self._engine.now()
        self.last.keep(
            LastUse(
                at=now,
                scope=scope,
                chat=call.hints.chat or turn.key.name,
                name=turn.key.name,
                host=turn.key.host,
                kind=script.kind,
                query=query,
                left_out=recalled.first,
                context=recalled.context,
                round=round_,
            )
        )
        shown = settings.proxy.show_memories
        if options.show_memories is not None:
            shown = options.show_memories
        return PreparedRequest(
            body=self._inserted(call, turn, recalled, settings),
            context=recalled.context,
            note=note_of(recalled.context) if shown else "",
            saved=recalled.saved,
            turn=turn,
            round=round_,
            query=query,
            at=now,
        )

    def _recall(
        self, call: ClientCall, turn: IngestedRequest, chat: Chat, settings: Settings
    ) -> RecalledContext:
        """Return what a request brings to mind, and how much of its chat is sent."""
        script = turn.script
        plan = self._plan(call, turn, chat, settings)
        sent = script.lines[plan.first :]
        visible = chat.newest_ids(len(sent) + turn.narrated)
        request = Request(
            query=replace(_query(call, script, plan), visible=visible),
            user_name=script.user or "User",
            character_name=turn.speaker,
            head_tokens=plan.head,
            recall_tokens=plan.recall,
            summary_tokens=plan.summary,
            count=self._count,
            shown=frozenset(line.content for line in sent),
            alone=not script.members,
        )
        context = chat.compose(request)
        return RecalledContext(
            context=context,
            first=plan.first,
            query=request.query,
            saved=_saved(chat, len(sent), context),
        )

    def _plan(
        self, call: ClientCall, turn: IngestedRequest, chat: Chat, settings: Settings
    ) -> PromptPlan:
        """Share the prompt, in step with the chat's last one."""
        options, prompt = call.hints.wishes, settings.prompt
        if options.recall_tokens is not None:
            prompt = replace(prompt, recall_tokens=options.recall_tokens)
        told = NO_HEAD
        if settings.upstream.llm_context_tokens:  # else nothing is shared out
            told = HeadContents(
                pinned=self._engine.bank(turn.scope).has_head_notes(),
                facts=chat.has_facts(),
                others=not turn.script.members and chat.is_told_of_others(),
            )
        return self._engine.plan_prompt(
            (turn.scope.user, turn.key.name),
            room_of(call.body, turn.script, settings, options, self._count, told),
            BudgetPolicy(trim=Trim(settings.proxy.trim_history)),
            prompt,
        )

    def _inserted(
        self,
        call: ClientCall,
        turn: IngestedRequest,
        recalled: RecalledContext,
        settings: Settings,
    ) -> dict[str, Any]:
        """Return the request with what was recalled; the given one stays as it is."""
        context = recalled.context
        blocks = Blocks(
            head=recognisable(context.head.text),
            recall=recognisable(context.recall.text),
            location=context.position or settings.prompt.injection_location,
        )
        style = call.hints.wishes.recalled_as or settings.proxy.recalled_as
        if style == "turns" and turn.script.told is None:
            blocks = self._as_turns(call, turn, context, settings)
        return insert(call.body, turn.script, blocks, first=recalled.first)

    def _as_turns(
        self,
        call: ClientCall,
        turn: IngestedRequest,
        context: Context,
        settings: Settings,
    ) -> Blocks:
        """Replay recalled messages as turns; all else stands in a block."""
        most = settings.proxy.replay_turns
        if call.hints.wishes.replay_turns is not None:
            most = call.hints.wishes.replay_turns
        items = context.recall.items
        rest = [item for item in items if item.memory.kind is not MemoryKind.TURN]
        names = turn.script.user or "User", turn.speaker
        block = render_recall(
            rest,
            BlockStyle.of(settings, *names),
            limit_tokens=context.recall.tokens,
            count=self._count,
            now=self._engine.now().astimezone(),
            time_ago=time_ago,
        )
        return Blocks(
            head=recognisable(context.head.text),
            recall=recognisable(block.text),
            location=BEFORE_CHAT,
            turns=turns_of(items, most),
        )


def _as_sent(prepared: PreparedRequest, answered: Answered) -> PreparedRequest:
    """Return a request without what came too late to be sent."""
    if answered.body is prepared.body:
        return prepared
    return replace(prepared, context=None, saved=0)


def _query(call: ClientCall, script: RequestChat, plan: PromptPlan) -> Query:
    """Say what to recall for: the newest line that the reply answers."""
    lines = script.lines[plan.first :]
    newest = lines[-1]
    if script.continues:
        spoken = (line for line in reversed(lines) if line.role == "user")
        newest = next(spoken, newest)
    return Query(
        text=essence(newest.content),
        speaker=newest.role,
        before=tuple(
            WindowMessage(role=line.role, content=essence(line.content), name=line.name)
            for line in lines[:-1][-BEFORE:]
            if line is not newest
        ),
        limit=call.hints.wishes.limit,
        gated=call.hints.wishes.gate is not False,
    )


def _saved(chat: Chat, sent: int, context: Context) -> int:
    """Estimate the tokens of what was not sent, less those of what tells of it."""
    told = context.head.tokens + context.recall.tokens
    if not told:
        return 0
    earlier = [place.message.content for place in chat.path() if not place.hidden]
    unsent = sum(map(len, earlier[: max(len(earlier) - sent, 0)]))
    return max(unsent // CHARACTERS_PER_TOKEN - told, 0)


def _one_text(prompt: object) -> object:
    """Return the text of a prompt that is a list of one."""
    match prompt:
        case [str(text)]:
            return text
    return prompt


def _messages_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a request's messages; none if something among them is no message."""
    found = body.get("messages")
    messages = found if isinstance(found, list) else []
    return messages if all(isinstance(one, Mapping) for one in messages) else []
