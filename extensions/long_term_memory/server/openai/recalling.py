"""Recall for a request that was followed, and put it in.

Owns: what is asked of the engine for a request, and where a chat's sent part begins.
Knows nothing of: how requests are read, how chats are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ...config import Settings
from ...core.prompt.blocks import Style, render_recall
from ...core.prompt.budget import BudgetPolicy, PromptPlan, Trim
from ...core.retrieval.questions import essence
from ...core.text.dates import time_ago
from ...core.text.own_blocks import recognisable
from ...core.types import Context, MemoryKind, Query, WindowMessage
from ...engine.chat import Chat
from ...engine.compose import Request
from ...engine.engine import Engine
from ...models.tokens import TokenCounter
from .client_hints import RequestOptions
from .ingest import IngestedRequest, name_of
from .placement import Blocks, text_with_blocks, turns_of, with_blocks
from .prompt_room import HeadContents, counting_once, room_of

# A line such as "And where is she now?" is read with so many before it.
BEFORE: Final = 6
# Of English chat; a long chat is not counted token by token in every turn.
CHARACTERS_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
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
    saved: int = 0


class Recaller:
    """Recalls for requests. Safe to use from any thread."""

    def __init__(self, engine: Engine, count: TokenCounter) -> None:
        """Recall from one engine; `count` counts a text's tokens."""
        self._engine = engine
        self._count = counting_once(count)

    def recall(
        self,
        turn: IngestedRequest,
        body: Mapping[str, Any],
        wishes: RequestOptions,
        settings: Settings,
    ) -> Remembered:
        """Return what a request brings to mind, and how much of its chat is sent."""
        prompt = settings.prompt
        if wishes.recall_tokens is not None:
            prompt = replace(prompt, recall_tokens=wishes.recall_tokens)
        room = self._engine.plan_prompt(
            (turn.scope.user, turn.key.name),
            room_of(
                body, turn.script, settings, wishes, self._count, told=self._told(turn)
            ),
            BudgetPolicy(trim=Trim(settings.proxy.trim_history)),
            prompt,
        )
        query = self._query(turn, wishes, room)
        chat = self._engine.bank(turn.scope).chat_at(turn.key, story=turn.story)
        sent = turn.script.lines[room.first :]
        request = Request(
            query=replace(query, visible=chat.newest_ids(len(sent) + turn.narrated)),
            user_name=turn.script.user or "User",
            character_name=name_of(turn.scope.character),
            head_tokens=room.head,
            recall_tokens=room.recall,
            summary_tokens=room.summary,
            count=self._count,
            shown=frozenset(line.content for line in sent),
            alone=not turn.script.members,
        )
        context = chat.compose(request)
        return Remembered(
            context=context,
            first=room.first,
            query=request.query,
            saved=_saved(chat, len(sent), context),
        )

    def _told(self, turn: IngestedRequest) -> HeadContents:
        """Say what else than recall the chat may be told."""
        bank = self._engine.bank(turn.scope)
        chat = bank.chat_at(turn.key)
        alone = not turn.script.members
        return HeadContents(
            pinned=bank.has_head_notes(),
            others=alone and chat.is_told_of_others(),
        )

    def put_in(
        self,
        body: Mapping[str, Any],
        turn: IngestedRequest,
        remembered: Remembered,
        wishes: RequestOptions,
        settings: Settings,
    ) -> dict[str, Any]:
        """Return a request with what was recalled; the given one stays as it is."""
        script, context = turn.script, remembered.context
        blocks = Blocks(
            head=recognisable(context.head.text),
            recall=recognisable(context.recall.text),
            location=context.position or settings.prompt.injection_location,
        )
        if script.told is not None and "prompt" in body:
            text = text_with_blocks(script.text, script.told, blocks)
            return {**body, "prompt": text}
        messages = body["messages"]
        if script.told is not None:
            text = text_with_blocks(script.text, script.told, blocks)
            return {**body, "messages": [{**messages[0], "content": text}]}
        style = wishes.recalled_as or settings.proxy.recalled_as
        if style == "turns":
            blocks = self._as_turns(turn, remembered, wishes, settings)
        sent = with_blocks(messages, script, blocks, first=remembered.first)
        return {**body, "messages": sent}

    def _query(
        self, turn: IngestedRequest, wishes: RequestOptions, room: PromptPlan
    ) -> Query:
        """Say what to recall for: the newest line that the reply answers."""
        lines = turn.script.lines[room.first :]
        newest = lines[-1]
        if turn.script.continues:
            newest = next(
                (one for one in reversed(lines) if one.role == "user"), newest
            )
        return Query(
            text=essence(newest.content),
            speaker=newest.role,
            before=tuple(
                WindowMessage(
                    role=line.role, content=essence(line.content), name=line.name
                )
                for line in lines[:-1][-BEFORE:]
                if line is not newest
            ),
            limit=wishes.limit,
            gated=wishes.gate is not False,
        )

    def _as_turns(
        self,
        turn: IngestedRequest,
        remembered: Remembered,
        wishes: RequestOptions,
        settings: Settings,
    ) -> Blocks:
        """Replay recalled messages as turns; all else stands in a block."""
        most = settings.proxy.replay_turns
        if wishes.replay_turns is not None:
            most = wishes.replay_turns
        context = remembered.context
        items = context.recall.items
        rest = [one for one in items if one.memory.kind is not MemoryKind.TURN]
        block = render_recall(
            rest,
            Style.of(
                settings, turn.script.user or "User", name_of(turn.scope.character)
            ),
            limit_tokens=context.recall.tokens,
            count=self._count,
            now=self._engine.now().astimezone(),
            time_ago=time_ago,
        )
        return Blocks(
            head=recognisable(context.head.text),
            recall=recognisable(block.text),
            location="AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES",
            turns=turns_of(items, most),
        )


def _saved(chat: Chat, sent: int, context: Context) -> int:
    """Estimate the tokens of what was not sent, less those of what tells of it."""
    told = context.head.tokens + context.recall.tokens
    if not told:
        return 0
    earlier = [one.message.content for one in chat.path() if not one.hidden]
    unsent = sum(map(len, earlier[: max(len(earlier) - sent, 0)]))
    return max(unsent // CHARACTERS_PER_TOKEN - told, 0)
