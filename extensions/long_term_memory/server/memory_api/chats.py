"""Characters and their chats: who remembers what, names, deleting, taking back.

Owns: these routes.
Knows nothing of: single memories, prompts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query

from ...core.policy import EVERYONE
from ...core.types import PathEntry
from ...engine.bank import Bank
from ...engine.chat import Chat
from ...engine.recent import newest_first
from ...engine.records import ChatInfo
from ...errors import InvalidInput, NotFound
from ...web.responses import PlainJSON
from .access import ForCharacter, ForUser, ServedBanks
from .schemas import answers, moods
from .schemas.memories import RenameBody
from .telling import chat_answer, memory_answer, moment, mood_answer, sent

MOST_LINES = 1_000


def info_of(bank: Bank, chat_id: str) -> ChatInfo:
    """Return a chat by our id.

    Raises:
        NotFound: There is none.
    """
    found = next((one for one in bank.chats() if one.id == chat_id), None)
    if found is None:
        raise NotFound(f"There is no chat with the id {chat_id!r}.")
    return found


def chat_of(bank: Bank, info: ChatInfo) -> Chat:
    """Return what acts in a chat; raises NotFound if nobody can name it any more."""
    if not info.names:
        raise NotFound(f"The chat {info.id!r} has no name any more.")
    host, name = info.names[0]
    return bank.chat(name, host=host)


class ChatRoutes:
    """Answers what is asked of characters and chats."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, delete = router.get, router.delete
        get("/characters", response_model=answers.CharactersAnswer)(self.characters)
        get("/characters/stats", response_model=answers.StatsAnswer)(self.stats)
        get("/speakers", response_model=answers.SpeakersAnswer)(self.speakers)
        delete("/characters", response_model=answers.TakenAnswer)(self.clear)
        get("/chats", response_model=answers.ChatsAnswer)(self.chats)
        get("/chats/{chat_id}", response_model=answers.ChatAnswer)(self.chat)
        get("/chats/{chat_id}/mood", response_model=moods.MoodAnswer)(self.mood)
        get("/chats/{chat_id}/messages", response_model=answers.LinesAnswer)(self.lines)
        router.patch("/chats/{chat_id}", response_model=answers.ChatAnswer)(self.rename)
        delete("/chats/{chat_id}", response_model=answers.TakenAnswer)(self.take)
        get("/undo", response_model=answers.UndoablesAnswer)(self.undoable)
        router.post("/undo/{batch}", response_model=answers.UndoneAnswer)(self.undo)

    def characters(self, named: ForUser) -> PlainJSON:
        """List who remembers something, who was changed last first."""
        engine = self._banks.engine
        told = [
            answers.CharacterAnswer(
                name=scope.character,
                user=scope.user,
                changed_at=moment(
                    datetime.fromtimestamp(engine.storage.changed_at(scope), UTC)
                ),
            )
            for scope in newest_first(engine, self._banks.scopes(named))
            if scope.character != EVERYONE
        ]
        return sent(answers.CharactersAnswer(characters=told))

    def stats(self, named: ForCharacter) -> PlainJSON:
        """Count what a character remembers."""
        found = self._banks.known(named).stats()
        told = answers.StatsAnswer(
            messages=found.messages,
            chats=found.chats,
            notes=found.notes,
            embedded=found.embedded,
            due=found.due,
        )
        return sent(told)

    def speakers(self, named: ForCharacter) -> PlainJSON:
        """List who said anything in a character's chats."""
        told = [
            answers.SpeakerAnswer(role=role, name=name)
            for role, name in self._banks.known(named).speakers()
        ]
        return sent(answers.SpeakersAnswer(speakers=told))

    def clear(self, named: ForCharacter) -> PlainJSON:
        """Take all of a character's memories away, as when it is deleted; undoable."""
        return _taken(self._banks.known(named), None, "the character")

    def chats(
        self,
        named: ForCharacter,
        host: Annotated[
            str, Query(max_length=64, description="Those that this program names.")
        ] = "",
        name: Annotated[
            str, Query(max_length=300, description="That which it calls so.")
        ] = "",
    ) -> PlainJSON:
        """List a character's chats, or find one by a program's name of it."""
        found = [
            chat_answer(one)
            for one in self._banks.known(named).chats()
            if not (host or name)
            or any(host in ("", by) and name in ("", its) for by, its in one.names)
        ]
        return sent(answers.ChatsAnswer(chats=found))

    def chat(self, named: ForCharacter, chat_id: str) -> PlainJSON:
        """Tell of a chat."""
        return sent(chat_answer(info_of(self._bank(named), chat_id)))

    def lines(
        self,
        named: ForCharacter,
        chat_id: str,
        start: Annotated[
            int | None,
            Query(ge=0, description="The first place; left out, the last ones."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = 50,
    ) -> PlainJSON:
        """Read a chat as it is remembered, oldest first."""
        bank = self._bank(named)
        info = info_of(bank, chat_id)
        path = chat_of(bank, info).path()
        first = max(0, len(path) - limit) if start is None else start
        told = [
            _line(bank, info, at, place)
            for at, place in enumerate(path[first : first + limit], first)
        ]
        return sent(
            answers.LinesAnswer(messages=told, total=len(path), revision=info.revision)
        )

    def mood(self, named: ForCharacter, chat_id: str) -> PlainJSON:
        """Tell the mood of a chat, and of each who speaks in it."""
        return sent(mood_answer(self._banks.known(named).emotions.mood(chat_id)))

    def rename(self, named: ForCharacter, chat_id: str, body: RenameBody) -> PlainJSON:
        """Tell that a program calls a chat otherwise now."""
        bank = self._bank(named)
        found = bank.rename_chat(chat_id, host=body.host, name=body.name)
        return sent(chat_answer(found))

    def take(self, named: ForCharacter, chat_id: str) -> PlainJSON:
        """Take a chat's messages away, as when it is deleted; undoable."""
        bank = self._bank(named)
        info = info_of(bank, chat_id)
        return _taken(bank, [info.id], f"the chat {info.title}")

    def undoable(self, named: ForCharacter) -> PlainJSON:
        """List what can be undone: imports, and what was taken away."""
        told = [
            answers.UndoableAnswer(
                id=one.id, title=one.title, at=moment(one.at), changes=one.changes
            )
            for one in self._bank(named).undo_log.all()
        ]
        return sent(answers.UndoablesAnswer(undoable=told))

    def undo(self, named: ForCharacter, batch: str) -> PlainJSON:
        """Bring back what was taken away, or take an import back."""
        if "/" in batch:
            raise InvalidInput("An id has no slash.", field="batch")
        done = self._bank(named).undo_log.undo(batch)
        told = answers.UndoneAnswer(
            chats=done.chats, notes=done.notes, kept=list(done.kept)
        )
        return sent(told)

    def _bank(self, named: ForCharacter) -> Bank:
        return self._banks.known(named)


def _taken(bank: Bank, chats: list[str] | None, what: str) -> PlainJSON:
    """Take chats away, None for all and the notes."""
    batch = uuid4().hex[:8]
    taken = bank.undo_log.clear(batch, f"clearing of {what}", chats)
    told = answers.TakenAnswer(undo=batch if taken else "", taken=taken)
    return sent(told)


def _line(
    bank: Bank, info: ChatInfo, position: int, place: PathEntry
) -> answers.LineAnswer:
    message = place.message
    return answers.LineAnswer(
        position=position,
        hidden=place.hidden,
        provisional=place.provisional,
        client_id=place.host_id,
        memory=memory_answer(bank.memories.shown(message, info.id)),
    )
