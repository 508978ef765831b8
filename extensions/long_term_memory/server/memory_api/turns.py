"""A turn of a chat: show it, have a prompt composed, and see what was put into it.

Owns: these routes, and how much room each part of memory gets.
Knows nothing of: how windows are read, how anything is recalled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query

from ...config import Settings
from ...core.policy import Rooms
from ...core.prompt.budget import share_tokens, split_tokens
from ...core.types import Context, TokenCounter
from ...core.types import Query as Wanted
from ...engine.bank import Bank
from ...engine.chat import Chat
from ...engine.compose import Request
from ...engine.faults import guard
from ...engine.forgetting.rounds import Rounds
from ...engine.recalls import RECORDING
from ...web.responses import PlainJSON
from ..last_request import LastUse, LastUses
from ..last_request import as_json as last_as_json
from .access import ForCharacter, ForUser, NamedScope, ServedBanks
from .recalling import query_of
from .schemas import answers
from .schemas.turns import ComposeBody, ComposeFields, TurnBody, WindowBody
from .telling import explanation_answer, prompt_answer, sent
from .windows import observe

MOST_TURNS: Final = 500
MOST_CANDIDATES: Final = 1_000
# The head block follows the prompt's first part, where the model's cache holds.
HEAD_POSITION: Final = "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES"


class AskedChat(NamedTuple):
    """The chat of a turn, as a program names it.

    Attributes:
        parent: Its name of the chat that this one branched from.
        story: Name of the storyline; a chat that is not stored stands in it, too.
        kind: What is being written.
    """

    host: str
    name: str
    parent: str | None = None
    story: str = ""
    kind: str = ""


def rooms_of(body: ComposeFields, settings: Settings) -> Rooms:
    """Say how much room each part gets."""
    prompt, story = settings.prompt, settings.summaries.story_tokens
    if body.parts is not None:
        return Rooms(body.parts.head, body.parts.summary, body.parts.recall)
    if body.context_tokens is not None:
        memories = share_tokens(body.context_tokens, prompt).memories
        rooms = split_tokens(memories, prompt, story)
        return rooms._replace(recall=min(prompt.recall_tokens, rooms.recall))
    if body.tokens is not None:
        return split_tokens(body.tokens, prompt, story)
    return Rooms(prompt.head_tokens, story, prompt.recall_tokens)


class TurnRoutes:
    """Answers what a turn of a chat asks."""

    def __init__(self, banks: ServedBanks, last: LastUses, count: TokenCounter) -> None:
        """Serve these banks.

        Args:
            banks: Whose memories.
            last: Keeps what was composed, for people.
            count: Counts a text's tokens as the model does.
        """
        self._banks = banks
        self._last = last
        self._count = count
        self._rounds = Rounds(banks.engine)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = router.get, router.post
        post("/observe", response_model=answers.ObservedAnswer)(self.observe)
        post("/compose", response_model=answers.PromptAnswer)(self.compose)
        post("/turns", response_model=answers.TurnAnswer)(self.turn)
        get("/turns", response_model=answers.LastTurnsAnswer)(self.turns)
        get("/turns/why", response_model=answers.ExplanationAnswer)(self.why)

    def observe(self, named: ForCharacter, body: WindowBody) -> PlainJSON:
        """Show what a chat holds now; sent twice, it changes nothing.

        Swipes, edits, deletions and branches are followed by what is shown.
        """
        found = observe(self._banks.engine, self._banks.scope(named), body)
        return sent(found)

    def compose(self, named: ForCharacter, body: ComposeBody) -> PlainJSON:
        """Tell what to put into a prompt, in so many tokens, and where."""
        bank = self._banks.known(named)
        name = AskedChat(body.host, body.chat)
        prompt, note = self._composed(bank, named, body, name)
        return sent(prompt, after=note)

    def turn(self, named: ForCharacter, body: TurnBody) -> PlainJSON:
        """Do both in one call: show the chat, then have its prompt composed."""
        window = body.window
        observed = observe(self._banks.engine, self._banks.scope(named), window)
        wanted = body.prompt
        if not wanted.visible:
            wanted = wanted.model_copy(update={"visible": len(window.messages)})
        name = AskedChat(
            window.host, window.chat, window.parent, window.story or "", window.type
        )
        prompt, note = self._composed(self._banks.made(named), named, wanted, name)
        return sent(answers.TurnAnswer(observed=observed, prompt=prompt), after=note)

    def turns(
        self,
        named: ForUser,
        character: Annotated[
            str, Query(max_length=300, description="Whose turns; left out, all.")
        ] = "",
        chat: Annotated[
            str, Query(max_length=300, description="Your name of a chat.")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_TURNS)] = 20,
    ) -> PlainJSON:
        """Tell what memory added to the last prompt of each chat, newest first."""
        user = self._banks.user(named)
        uses = self._last.some_of(user, limit, character=character, chat=chat)
        told = [last_as_json(use) for use in uses]
        return sent(answers.LastTurnsAnswer(turns=told))

    def why(
        self,
        named: ForCharacter,
        chat: Annotated[
            str, Query(max_length=300, description="Your name of a chat.")
        ] = "",
        candidates: Annotated[int, Query(ge=1, le=MOST_CANDIDATES)] = 50,
    ) -> PlainJSON:
        """Say why the last turn of a chat brought to mind what it did."""
        use = self._last.of(
            self._banks.user(named), character=named.character, chat=chat
        )
        bank = self._banks.known(named)
        found = bank.chat(use.name, host=use.host).explain(use.query, use.context)
        then = [
            one
            for one in found.candidates
            if (one.memory.happened_at or one.memory.created_at) <= use.at
        ]
        found = replace(found, candidates=tuple(then[:candidates]))
        return sent(explanation_answer(found))

    def _composed(
        self,
        bank: Bank,
        named: NamedScope,
        body: ComposeFields,
        asked: AskedChat,
    ) -> tuple[answers.PromptAnswer, Callable[[], None]]:
        """Return what is composed, and what puts it into the record."""
        settings = self._banks.engine.settings
        round_ = self._rounds.now(bank.scope)
        name = asked.name
        chat = bank.chat(
            name, host=asked.host, forked_from=asked.parent, story=asked.story
        )
        query = query_of(chat, body)
        context = self._context(chat, body, query, named.character, settings)
        now = self._banks.engine.now()
        if name:
            self._last.keep(
                LastUse(
                    at=now,
                    scope=bank.scope,
                    chat=name,
                    name=name,
                    host=asked.host,
                    kind=asked.kind,
                    # What was said before may be forgotten.
                    query=replace(query, before=()),
                    left_out=0,
                    context=context,
                    round=round_,
                )
            )
        positions = {"head": HEAD_POSITION, "recall": chat.policy_in_force.position}
        note = partial(
            chat.note_turn,
            context,
            query=replace(query, before=()),
            at=now,
            round_=round_,
        )
        return prompt_answer(context, positions), partial(self._noted, note)

    def _noted(self, note: Callable[[], None]) -> None:
        """Keep a record; one that cannot be kept costs nobody his prompt."""
        guard(self._banks.engine.faults, RECORDING, note, lambda: None)

    def _context(
        self,
        chat: Chat,
        body: ComposeFields,
        query: Wanted,
        character: str,
        settings: Settings,
    ) -> Context:
        room = rooms_of(body, settings)
        return chat.compose(
            Request(
                query=query,
                user_name=body.user_name,
                character_name=body.character_name or character,
                head_tokens=room.head,
                recall_tokens=room.recall,
                summary_tokens=room.summary,
                count=self._count,
                shown=frozenset(body.shown),
                alone=not body.group,
            )
        )
