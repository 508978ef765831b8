"""Recall, search, and why something comes to mind.

Owns: these routes.
Knows nothing of: how memories are ranked, prompts.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from ...core.policy import RecallsFrom
from ...core.types import MemoryKind, Query, WindowMessage
from ...engine.asking import query_in
from ...engine.browsing import MemoryFilter
from ...engine.chat import Chat
from ...engine.finding import find
from ...engine.knowledge.emotions import labels_meant
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .schemas import answers
from .schemas.memories import SearchBody
from .schemas.turns import ExplainBody, QueryBody, RecallBody
from .telling import explanation_answer, felt_answers, recall_answer, sent


def query_of(chat: Chat, body: QueryBody) -> Query:
    """Return what is looked for, in a chat."""
    visible = body.visible
    query = query_in(
        chat,
        body.text,
        speaker=body.speaker,
        before=[
            WindowMessage(role=one.role, content=one.content, name=one.name)
            for one in body.before
        ],
        visible=visible if isinstance(visible, int) else frozenset(visible),
        asked_at=body.at,
        limit=body.limit,
        gated=body.gated,
    )
    once = body.recalls_from
    return replace(query, recalls_from=None if once is None else RecallsFrom(once))


class RecallRoutes:
    """Answers what comes to mind, and what is found."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        post = router.post
        post("/recall", response_model=answers.RecallAnswer)(self.recall)
        post("/search", response_model=answers.HitsAnswer)(self.search)
        post("/explain", response_model=answers.ExplanationAnswer)(self.explain)

    def recall(self, named: ForCharacter, body: RecallBody) -> PlainJSON:
        """Tell what a message brings to mind in a chat, with the chance of each."""
        chat = self._banks.known(named).chat(body.chat, host=body.host)
        found = chat.look(query_of(chat, body))
        return sent(recall_answer(found, body.threshold))

    def search(self, named: ForCharacter, body: SearchBody) -> PlainJSON:
        """Find memories by words and meaning, in all chats or some."""
        bank = self._banks.known(named)
        found = find(
            bank,
            body.text,
            limit=body.limit,
            least=body.threshold,
            words=body.mode != "meaning",
            meaning=body.mode != "words",
            wanted=MemoryFilter(
                kinds=frozenset(MemoryKind(one) for one in body.kinds),
                chats=frozenset(body.chats),
                names=frozenset(body.names),
                roles=frozenset(body.roles),
                emotions=labels_meant(body.emotion),
                since=body.since,
                until=body.until,
                pinned=body.pinned,
                edited=body.edited,
                hidden=body.hidden,
                tag=body.tag,
            ),
            in_sight=body.in_sight,
        )
        told = felt_answers(bank, [one.memory for one in found.hits])
        hits = [
            answers.HitAnswer(memory=memory, chance=one.chance, words=one.words)
            for memory, one in zip(told, found.hits, strict=True)
        ]
        return sent(answers.HitsAnswer(hits=hits, note=found.note))

    def explain(self, named: ForCharacter, body: ExplainBody) -> PlainJSON:
        """Say why a message brings to mind what it does, and why not the rest."""
        chat = self._banks.known(named).chat(body.chat, host=body.host)
        found = chat.explain(query_of(chat, body))
        told = replace(found, candidates=found.candidates[: body.candidates])
        return sent(explanation_answer(told))
