"""Conversations: whose they are, with whom, and what is known of them.

Owns: these records, and the way from a conversation to the chat in a bank.
Knows nothing of: how messages are stored, routes.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..errors import Conflict, InvalidInput, NotFound
from ..lru import Lru
from .characters import COLUMNS, Characters, character_of
from .database import PlatformDatabase
from .insights import Insights
from .locks import Locks
from .modes import DEFAULT
from .opened import HOST, OpenConversation, chat_id_of
from .prepared import AnyRow, Prepared, Row
from .records import (
    PAGE,
    Character,
    Conversation,
    ConversationMetadata,
    ConversationPage,
    ConversationStatus,
)
from .settling import Settling
from .stamps import Clock, new_id, stamp
from .tables import characters, messages
from .tables import conversations as table
from .titles import title_of

GONE: Final = "This conversation is deleted. Bring it back first: set its status."


_ITS: Final = (
    table.c.id == bindparam("conversation"),
    table.c.user == bindparam("whose"),
)
_ROWS: Final = select(
    table, characters.c.memory, characters.c.updated_at.label("character_at")
).join(characters, characters.c.id == table.c.character_id)
_FIND: Final = Prepared(_ROWS.where(*_ITS))
_WITH_WHOM: Final = Prepared(
    select(*COLUMNS, table.c.status, table.c.state)
    .join(characters, characters.c.id == table.c.character_id)
    .where(*_ITS)
)
_PARTNER: Final = bindparam("partner", type_=table.c.character_id.type)
_NEWEST: Final = Prepared(
    select(table.c.id)
    .join(characters, characters.c.id == table.c.character_id)
    .where(
        table.c.user == bindparam("whose"),
        table.c.status == ConversationStatus.ACTIVE.value,
        characters.c.deleted_at.is_(None),
        or_(_PARTNER.is_(None), table.c.character_id == _PARTNER),
    )
    .order_by(table.c.active_at.desc(), table.c.id.desc())
    .limit(1)
)


class WithWhom(NamedTuple):
    """Who talks in a conversation, and how.

    Attributes:
        character: The character.
        is_deleted: Whether that was deleted.
        mode: The mode that holds.
    """

    character: Character
    is_deleted: bool
    mode: str


KNOWN: Final = 10_000
"""Conversations whose bank is not opened to list them, until something is written."""


class _Read(NamedTuple):
    """What is made out of a conversation's words."""

    title: str = ""
    mood: str | None = None
    topics: tuple[str, ...] = ()


class _Counts(NamedTuple):
    """What is counted of a conversation's messages."""

    messages: int = 0
    first: str | None = None
    last: str | None = None


class Conversations:
    """The conversations of all users; synchronous, safe from any thread."""

    def __init__(
        self,
        engine: Engine,
        database: PlatformDatabase,
        characters: Characters,
        settling: Settling,
        locks: Locks,
        insights: Insights,
        clock: Clock,
    ) -> None:
        """Keep them in a database beside an engine's banks."""
        self._insights = insights
        self._engine = engine
        self._settling = settling
        self._locks = locks
        self._database = database
        self._characters = characters
        self._clock = clock
        self._known: Lru[str, tuple[Hashable, _Read]] = Lru(KNOWN)

    def create(
        self, user: str, character_id: str, title: str | None = None
    ) -> Conversation:
        """Begin a conversation, which has no message yet.

        Raises:
            NotFound: The user has no such character.
        """
        self._characters.get(user, character_id)
        now = stamp(self._clock())
        conversation_id = new_id("cnv")
        values: dict[str, Any] = {
            "id": conversation_id,
            "user": user,
            "character_id": character_id,
            "title": title,
            "status": ConversationStatus.ACTIVE.value,
            "metadata": {},
            "state": {},
            "active_at": now,
            "created_at": now,
            "updated_at": now,
        }
        with self._database.writing() as connection:
            connection.execute(table.insert().values(values))
        return self.get(user, conversation_id)

    def character(self, user: str, character_id: str) -> Character:
        """Return a character to talk with; raises NotFound if the user has no such."""
        return self._characters.get(user, character_id)

    def get(self, user: str, conversation_id: str) -> Conversation:
        """Return a conversation; raises NotFound if the user has no such."""
        [told] = self._told(user, [self.row(user, conversation_id)])
        return told

    def page(
        self,
        user: str,
        *,
        status: ConversationStatus | None = None,
        character_id: str | None = None,
        limit: int = PAGE,
        cursor: str | None = None,
    ) -> ConversationPage:
        """Return a user's conversations, the one that went on last first.

        Args:
            user: Whose.
            status: Only of this one; None is all but the deleted.
            character_id: Only with this character.
            limit: How many at the most.
            cursor: The `next` of the page before.

        Raises:
            InvalidInput: The cursor is none of ours.
        """
        wanted = _ROWS.where(table.c.user == user)
        if status is not None:
            wanted = wanted.where(table.c.status == status.value)
        else:
            wanted = wanted.where(table.c.status != ConversationStatus.DELETED.value)
        if character_id is not None:
            wanted = wanted.where(table.c.character_id == character_id)
        if cursor is not None:
            at, id_ = _read_cursor(cursor)
            older = and_(table.c.active_at == at, table.c.id < id_)
            wanted = wanted.where(or_(table.c.active_at < at, older))
        wanted = wanted.order_by(table.c.active_at.desc(), table.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted.limit(limit + 1)).mappings().all()
        told = self._told(user, rows[:limit])
        more = len(rows) > limit
        return ConversationPage(
            conversations=told, next=_cursor(rows[limit - 1]) if more else None
        )

    def newest(self, user: str, character_id: str | None = None) -> str | None:
        """Return the id of the active conversation that went on last; opens no bank.

        One whose character was deleted cannot be gone on with, and is passed over.

        Args:
            user: Whose.
            character_id: With whom; None is any character.
        """
        with self._database.reading() as connection:
            row = _NEWEST.first(connection, whose=user, partner=character_id)
        return None if row is None else str(row["id"])

    def open(self, user: str, conversation_id: str) -> OpenConversation:
        """Return a conversation with its character, bank and chat, to go on with it.

        `chat.compose` recalls for its prompt.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: Its character was deleted.
        """
        found = self.with_whom(user, conversation_id)
        if found.is_deleted:
            raise _gone_with(found.character.name)
        return self._opened(user, conversation_id, found)

    def look(self, user: str, conversation_id: str) -> OpenConversation:
        """Return the same to read it, though its character was deleted.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
        """
        found = self.with_whom(user, conversation_id)
        return self._opened(user, conversation_id, found)

    def with_whom(self, user: str, conversation_id: str) -> WithWhom:
        """Return the character of a conversation, though it was deleted.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
        """
        with self._database.reading() as connection:
            row = _find(connection, user, conversation_id, _WITH_WHOM)
        if row["status"] == ConversationStatus.DELETED.value:
            raise NotFound(GONE)
        gone = row["deleted_at"] is not None
        return WithWhom(character_of(row), gone, _mode(row))

    def settle(self, user: str, conversation_id: str) -> None:
        """Bring the rows and the words of a conversation together; see `Settling`.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            StoreError: Its bank cannot be used now.
        """
        opened = self.look(user, conversation_id)
        with self._locks.of(conversation_id):
            self._settling.settle(opened)

    def keeps_all(
        self, connection: Connection, user: str, conversation_id: str
    ) -> bool:
        """Say whether the bank is certain to keep what is said in a conversation.

        No bank is opened for that.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: Its character was deleted.
        """
        found = _find(connection, user, conversation_id, _WITH_WHOM)
        if found["status"] == ConversationStatus.DELETED.value:
            raise NotFound(GONE)
        if found["deleted_at"] is not None:
            raise _gone_with(found["name"])
        return self._engine.keeps_all(Scope(user=user, character=found["memory"]))

    def set_mode(self, user: str, conversation_id: str, mode: str) -> None:
        """Keep which mode holds from now on."""
        self.row(user, conversation_id)
        self._set(conversation_id, state={"mode": mode})

    def change(
        self, user: str, conversation_id: str, changes: Mapping[str, Any]
    ) -> Conversation:
        """Change title, metadata, or status of a conversation.

        Args:
            user: Whose it is.
            conversation_id: Which.
            changes: `title` (None takes the first words again), `metadata` (its fields
                by name; None has one read from what is said again), `status`.

        Raises:
            NotFound: The user has no such conversation.
            Conflict: It is deleted and was to be archived.
        """
        row = self.row(user, conversation_id)
        is_deleted = row["status"] == ConversationStatus.DELETED.value
        if is_deleted and changes.get("status") is ConversationStatus.ARCHIVED:
            raise Conflict(GONE)
        status = changes.get("status", ConversationStatus(row["status"]))
        if ConversationStatus.DELETED.value in (status, row["status"]):
            with self._locks.of(conversation_id):
                gone = status == ConversationStatus.DELETED.value
                self._put_away(user, row, gone=gone)
        values: dict[str, Any] = {"status": ConversationStatus(status).value}
        if "title" in changes:
            values["title"] = changes["title"]
        if "metadata" in changes:
            told = {**row["metadata"], **changes["metadata"]}
            values["metadata"] = {k: v for k, v in told.items() if v is not None}
        self._set(conversation_id, updated_at=stamp(self._clock()), **values)
        return self.get(user, conversation_id)

    def row(self, user: str, conversation_id: str) -> AnyRow:
        """Return a conversation as it is kept; raises NotFound."""
        with self._database.reading() as connection:
            return _find(connection, user, conversation_id)

    def bank(self, scope: Scope) -> Bank:
        """Return the bank of a user's character."""
        return self._engine.bank(self._engine.named(scope))

    def _opened(
        self, user: str, conversation_id: str, found: WithWhom
    ) -> OpenConversation:
        bank = self.bank(Scope(user=user, character=found.character.memory_name))
        opened = OpenConversation(
            user=user,
            id=conversation_id,
            character=found.character,
            mode=found.mode,
            bank=bank,
            chat=bank.chat(conversation_id, host=HOST),
        )
        # Nobody looks into a bank that lacks what was said.
        if self._settling.waits_for(conversation_id):
            with self._locks.of(conversation_id):
                self._settling.bring_in(opened)
        return opened

    def _put_away(self, user: str, row: AnyRow, *, gone: bool) -> None:
        """Take a conversation's messages out of the memory, or bring them back."""
        if gone == (row["status"] == ConversationStatus.DELETED.value):
            return
        bank = self.bank(self._characters.scope(user, row["character_id"]))
        if not gone:
            # Killed in the middle, it is back already.
            with suppress(NotFound):
                bank.undo_log.undo(row["undo"] or "")
            return
        self.settle(user, row["id"])
        undo = f"cnv{row['id'][-24:]}"
        # The database first: messages whose words are away are else taken for lost.
        self._set(row["id"], undo=undo, status=ConversationStatus.DELETED.value)
        if chat_id := chat_id_of(bank, row["id"]):
            bank.undo_log.clear(undo, "deletion of a conversation", [chat_id], step="")

    def _set(self, conversation_id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(
                table.update().where(table.c.id == conversation_id).values(values)
            )

    def _told(self, user: str, rows: Sequence[AnyRow]) -> list[Conversation]:
        # Counted afterwards, for what is read is settled first.
        read = [self._read(user, row) for row in rows]
        counts = self._counts([row["id"] for row in rows])
        return [
            _conversation(row, found, counts.get(row["id"], _Counts()))
            for row, found in zip(rows, read, strict=True)
        ]

    def _read(self, user: str, row: AnyRow) -> _Read:
        """Return what is made out of a conversation's words; none of one put away.

        A bank that is closed, and that nobody wrote to since, still says the same, if
        nothing is on its way there.
        """
        if row["status"] == ConversationStatus.DELETED.value:
            return _Read()
        scope = self._engine.named(Scope(user=user, character=row["memory"]))
        rest = self._engine.storage.at_rest(scope)
        now = rest, row["character_at"]
        known = self._known.get(row["id"])
        waits = self._settling.waits_for(row["id"])
        if known is not None and known[0] == now and not waits:
            return known[1]
        found = self._read_anew(user, row)
        if rest is not None:
            self._known.put(row["id"], (now, found))
        return found

    def _read_anew(self, user: str, row: AnyRow) -> _Read:
        character = self._characters.known(user, row["character_id"])
        talk = WithWhom(character, False, _mode(row))
        opened = self._opened(user, row["id"], talk)
        # Nothing is told of what was forgotten since.
        with self._locks.of(row["id"]):
            self._settling.settle(opened)
        insight = self._insights.of(opened)
        title = title_of(opened.chat.path())
        return _Read(title, insight.mood, tuple(insight.topics.recurring))

    def _counts(self, ids: list[str]) -> dict[str, _Counts]:
        at = messages.c.created_at
        wanted = (
            select(messages.c.conversation_id, func.count(), func.min(at), func.max(at))
            .where(messages.c.conversation_id.in_(ids), messages.c.deleted_at.is_(None))
            .group_by(messages.c.conversation_id)
        )
        with self._database.reading() as connection:
            return {row[0]: _Counts(*row[1:]) for row in connection.execute(wanted)}


def _find(
    connection: Connection,
    user: str,
    conversation_id: str,
    wanted: Prepared = _FIND,
) -> Row:
    found = wanted.first(connection, conversation=conversation_id, whose=user)
    if found is None:
        raise no_conversation(conversation_id)
    return found


def no_conversation(conversation_id: str) -> NotFound:
    """Return what is said of a conversation that a user does not have."""
    return NotFound(f"There is no conversation with the id {conversation_id!r}.")


def _conversation(row: AnyRow, read: _Read, count: _Counts) -> Conversation:
    title = row["title"]
    if title is None:
        title = read.title if count.messages else ""
    known = {
        "started_at": count.first,
        "mood": read.mood,
        "topics": [*read.topics],
        **row["metadata"],
    }
    return Conversation(
        id=row["id"],
        user_id=row["user"],
        character_id=row["character_id"],
        title=title,
        status=ConversationStatus(row["status"]),
        last_message_at=count.last,
        message_count=count.messages,
        metadata=ConversationMetadata(**known),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _mode(row: AnyRow) -> str:
    mode: str = row["state"].get("mode", DEFAULT)
    return mode


def _gone_with(name: str) -> Conflict:
    return Conflict(
        f"The character {name!r} was deleted, so this conversation can be read only."
    )


def _cursor(row: AnyRow) -> str:
    return urlsafe_b64encode(f"{row['active_at']} {row['id']}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        at, _, id_ = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
    except (binascii.Error, ValueError):
        at = id_ = ""
    if not (at and id_):
        raise InvalidInput(
            "This cursor is none of ours. Begin again without one.", field="cursor"
        )
    return at, id_
