"""Letting go of conversations: all of one, or what a bank forgot by itself.

Owns: that nothing of what was forgotten stays beside the banks.
Knows nothing of: clients, routes, how a bank forgets.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from ..core.forgetting.target import ForgetTarget
from ..core.text.names import is_same_name
from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.forgetting.conversation_copies import drop_conversation_copies
from ..errors import NotFound, StoreError
from . import message_rows
from .characters import Characters, drop_unused
from .conversations import Conversations
from .database import PlatformDatabase
from .locks import Locks
from .opened import chat_id_of
from .prepared import AnyRow
from .records import ConversationStatus
from .settling import Settling
from .tables import characters, conversations

_DELETED = ConversationStatus.DELETED.value


class ForgottenConversations:
    """Lets go of conversations; safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        database: PlatformDatabase,
        conversations: Conversations,
        characters: Characters,
        settling: Settling,
        locks: Locks,
    ) -> None:
        """Work on these conversations."""
        self._engine = engine
        self._database = database
        self._conversations = conversations
        self._characters = characters
        self._settling = settling
        self._locks = locks

    def forget(self, user: str, conversation_id: str) -> None:
        """Forget a conversation for good, and all that rests on it.

        Raises:
            NotFound: The user has no such conversation.
            StoreError: It cannot be done now.
        """
        self.follow(self.forget_alone(user, conversation_id))

    def forget_alone(self, user: str, conversation_id: str) -> Scope:
        """Forget the same, but for what others of its character knew of the same words.

        Returns:
            Whom `follow` is to be asked for.
        """
        with self._locks.of(conversation_id):
            row = self._conversations.row(user, conversation_id)
            return self._forget(user, row)

    def follow(self, scope: Scope) -> None:
        """Let go of what is known of messages that a bank forgot.

        Args:
            scope: Whose bank it is.

        Raises:
            NotFound, StoreError: A conversation cannot be looked into now.
        """
        for row in self._with(scope):
            if row["status"] == _DELETED:
                self._drop_if_lost(scope, row)
            else:
                # Forgotten or put away meanwhile, it needs nothing.
                with suppress(NotFound):
                    self._conversations.settle(row["user"], row["id"])
        self._empty_journal()

    # -- inside ------------------------------------------------------------------

    def _forget(self, user: str, row: AnyRow) -> Scope:
        conversation_id = row["id"]
        if row["status"] != _DELETED:
            # What waits for the bank is forgotten with the rest.
            self._conversations.settle(user, conversation_id)
            self._settling.leave_no_trace()
        scope = self._engine.named(self._characters.scope(user, row["character_id"]))
        bank = self._engine.bank(scope)
        if row["undo"]:
            # What is put away for an undo is forgotten with the rest.
            with suppress(NotFound):
                bank.undo_log.undo(row["undo"])
        with self._database.reading() as connection:
            others = message_rows.words_of_swipes(connection, conversation_id)
        if chat_id := chat_id_of(bank, conversation_id):
            known = [one for one in others if bank.memories.find(one) is not None]
            target = ForgetTarget(chats=(chat_id,), memories=tuple(known))
            self._engine.forgetting_there(scope).forget(target)
        self._drop(row)
        drop_conversation_copies(self._engine.data_dir)
        self._empty_journal()
        return scope

    def _drop(self, row: AnyRow) -> None:
        with self._database.writing() as connection:
            message_rows.drop_all(connection, row["id"])
            connection.execute(
                conversations.delete().where(conversations.c.id == row["id"])
            )
            drop_unused(connection, row["character_id"])

    def _drop_if_lost(self, scope: Scope, row: AnyRow) -> None:
        """Drop a conversation that was put away, and can't be brought back any more."""
        bank = self._engine.bank(scope)
        with self._locks.of(row["id"]):
            if chat_id_of(bank, row["id"]) or bank.undo_log.title(row["undo"] or ""):
                return
            with self._database.reading() as connection:
                had_words = bool(message_rows.all_of(connection, row["id"]))
            if had_words:
                self._drop(row)

    def _with(self, scope: Scope) -> list[AnyRow]:
        """Return the conversations that rest on a bank, however names are spelled."""
        users = select(characters.c.user).distinct()
        wanted = select(conversations, characters.c.memory).join(
            characters, characters.c.id == conversations.c.character_id
        )
        with self._database.reading() as connection:
            named = connection.execute(users).scalars().all()
            alike = [one for one in named if is_same_name(one, scope.user)]
            found = connection.execute(wanted.where(conversations.c.user.in_(alike)))
            rows = list(found.mappings())
        return [row for row in rows if is_same_name(row["memory"], scope.character)]

    def _empty_journal(self) -> None:
        # Where somebody reads, it is emptied with the next messages.
        with suppress(StoreError):
            self._database.empty_journal()
