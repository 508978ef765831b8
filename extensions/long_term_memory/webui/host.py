"""One turn in the webui: follow the chat, recall, and build the prompt.

Owns: the order of a turn, and the last one, for the tab.
Knows nothing of: Gradio, how hooks are called.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.prompt.budget import BudgetPolicy, PromptPlan
from ..core.recalls import DayUsage
from ..core.retrieval.questions import essence
from ..core.text.own_blocks import without_blocks
from ..core.types import Context, Query, TokenCounter, WindowMessage
from ..engine.chat import Chat
from ..engine.compose import LastTurn, Request
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.recalls import RECORDING
from . import host_api
from .chat_files import ChatFileSync
from .history import is_said, window_of
from .placement import Prompted, place, without_first_rows
from .prompt_size import a_users_row, room_of, token_counter, tokens_of
from .request import API_HOST, WebuiRequest, read_turn

# A pronoun means what was said a few messages ago at the most.
BEFORE = 6
# Of a text that is no chat, the end says what it is about now.
ENDING_CHARS = 1_000


class WebuiHost:
    """What the hooks share: the engine, the chats, and the last turn."""

    def __init__(self, engine: Engine, user_data: Path) -> None:
        """Serve one webui.

        Args:
            engine: Does the remembering.
            user_data: The webui's folder of chats and characters.
        """
        self.engine = engine
        self.follower = ChatFileSync(engine, user_data)
        self.last: LastTurn | None = None
        self.last_turn: WebuiRequest | None = None

    def prompt(
        self, user_input: str, state: Mapping[str, Any], kwargs: Mapping[str, Any]
    ) -> str:
        """Remember what the chat shows, and build the prompt with what is recalled."""
        turn = self.turn(state)
        if not self.may_recall(turn):
            return host_api.build_prompt(user_input, state, **kwargs)
        lent = Prompted(
            user_input=user_input,
            state=state,
            history=kwargs.get("history", state.get("history")),
        )
        continuing = bool(kwargs.get("_continue"))
        chat = self._followed(turn, lent, continuing=continuing)
        placed, done = self._composed(chat, turn, lent, continuing=continuing)
        changed = {**kwargs, "history": placed.history}
        prompt = host_api.build_prompt(placed.user_input, placed.state, **changed)
        self.last = done
        guard(
            self.engine.faults,
            RECORDING,
            lambda: self._record(chat, done, prompt),
            lambda: None,
        )
        return prompt

    def _record(self, chat: Chat, done: LastTurn, prompt: str) -> None:
        """Keep what was put in, and what was read; of the reply nobody tells."""
        context = done.context
        memory = context.head.tokens + context.recall.tokens
        read = tokens_of(str(prompt))
        day = self.engine.now().date()
        took = DayUsage(day=day, calls=1, read=read, memory=memory)
        chat.note_turn(context, took, query=done.query)

    def turn(self, state: Mapping[str, Any]) -> WebuiRequest:
        """Read who is chatting, and remember it for the tab."""
        turn = self.read(state)
        if turn.reads or turn.host != API_HOST:
            self.last_turn = turn
        return turn

    def read(self, state: Mapping[str, Any]) -> WebuiRequest:
        """Read who is chatting."""
        return read_turn(
            state, self.engine.settings.webui, host_api.shared_with_strangers()
        )

    def may_recall(self, turn: WebuiRequest) -> bool:
        """Whether there is a bank to look into; what must not write makes none."""
        return turn.reads and (turn.writes or turn.scope in self.engine.scopes())

    def head_block(self, turn: WebuiRequest, state: Mapping[str, Any]) -> str:
        """Follow a chat whose prompt another builds, and return the stable block."""
        window = window_of(state["history"], turn.names, open_ended=True)
        chat = self.follower.follow(turn, window)
        query = Query(text="", limit=0)
        context = self._without_history(chat, turn, state, query)
        self.last = self._done(turn, query, context)
        return context.head.text

    def recall_block(
        self, turn: WebuiRequest, state: Mapping[str, Any], text: str
    ) -> str:
        """Return what a text that is no chat brings to mind."""
        chat = self.engine.bank(turn.scope).chat("", host=turn.host)
        query = Query(text=text[-ENDING_CHARS:])
        context = self._without_history(chat, turn, state, query)
        self.last = self._done(turn, query, context)
        return context.recall.text

    def _followed(
        self, turn: WebuiRequest, lent: Prompted, *, continuing: bool
    ) -> Chat:
        """Observe what this chat shows and what changed in the character's others."""
        window = window_of(
            lent.history,
            turn.names,
            pending=None if continuing else lent.user_input,
            complete=turn.host != API_HOST,  # a client may leave out old messages
            open_ended=continuing,
        )
        return self.follower.follow(turn, window)

    def _composed(
        self, chat: Chat, turn: WebuiRequest, lent: Prompted, *, continuing: bool
    ) -> tuple[Prompted, LastTurn]:
        """Recall, and put the blocks and the fitting part of the history in place."""
        count = token_counter()
        plan = self._plan(turn, lent.state, lent.user_input, count, chat, lent.history)
        first = a_users_row(lent.history["internal"], plan.first)
        history = without_first_rows(lent.history, first)
        pending = None if continuing else lent.user_input
        sent = window_of(history, turn.names, pending=pending).messages
        # A memory before this one may have put its own into the message.
        said = without_blocks(lent.user_input)
        query = Query(
            text=essence(said) if is_said(said) else "",
            before=_before(sent, said),
            visible=chat.newest_ids(len(sent)),
        )
        request = self._request(turn, query, plan, count)
        shown = frozenset(message.content for message in sent)
        context = chat.compose(replace(request, shown=shown))
        fitted = Prompted(user_input=lent.user_input, state=lent.state, history=history)
        usual = self.engine.settings.prompt.injection_location
        location = context.position or usual
        placed = place(fitted, context, location, continuing=continuing)
        return placed, self._done(turn, query, context)

    def _without_history(
        self, chat: Chat, turn: WebuiRequest, state: Mapping[str, Any], query: Query
    ) -> Context:
        count = token_counter()
        plan = self._plan(turn, state, query.text, count, chat)
        return chat.compose(self._request(turn, query, plan, count))

    def _plan(
        self,
        turn: WebuiRequest,
        state: Mapping[str, Any],
        text: str,
        count: TokenCounter,
        chat: Chat,
        history: Mapping[str, Any] | None = None,
    ) -> PromptPlan:
        """Share a prompt; without a history its builder cuts that itself."""
        settings = self.engine.settings
        room = room_of(
            state,
            history,
            text,
            settings.summaries,
            count,
            pinned=self.engine.bank(turn.scope).has_head_notes(),
            facts=settings.facts.fact_tokens if chat.has_facts() else 0,
            told_of_others=chat.is_told_of_others(),
        )
        policy = BudgetPolicy(steady=settings.webui.keep_history_steady)
        return self.engine.plan_prompt(_chat_key(turn, history), room, policy)

    def _request(
        self, turn: WebuiRequest, query: Query, plan: PromptPlan, count: TokenCounter
    ) -> Request:
        return Request(
            query=query,
            user_name=turn.names.user,
            character_name=turn.names.character,
            head_tokens=plan.head,
            recall_tokens=plan.recall,
            summary_tokens=plan.summary,
            count=count,
        )

    def _done(self, turn: WebuiRequest, query: Query, context: Context) -> LastTurn:
        return LastTurn(
            at=self.engine.now(),
            scope=turn.scope,
            chat=turn.chat or "",
            query=query,
            context=context,
            host=turn.host,
        )


def _before(sent: Sequence[WindowMessage], text: str) -> tuple[WindowMessage, ...]:
    """Return the last few messages but the one that is answered."""
    last = sent[-BEFORE - 2 :]
    others = tuple(message for message in last if message.content != text.strip())
    return others[-BEFORE:]


def _chat_key(turn: WebuiRequest, history: Mapping[str, Any] | None) -> Hashable:
    """Tell chats apart; one without a name is known by how it begins.

    A prompt whose history we do not see is shared apart: it says nothing of a chat's.
    """
    if history is None:
        return turn.scope, turn.chat, "without history"
    if turn.chat is not None:
        return turn.scope, turn.chat
    rows = history["internal"]
    return turn.scope, hash(tuple(map(str, rows[0][:2]))) if rows else 0
