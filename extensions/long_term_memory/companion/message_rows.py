"""Messages in the database: their order and what is told of them beside their words.

Owns: each statement on messages and swipes.
Knows nothing of: banks, events, who may.

All take a connection that somebody else began and ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    String,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from .marks import Mark
from .prepared import Prepared, Row
from .records import MessageMetadata, MessageStatus, MessageType, SenderType
from .tables import conversations, inbox, messages, swipes

ALL: Final = -1
"""As many as there are, where SQLite is told how many."""

# SQLite takes some thousand values in one statement.
AT_ONCE: Final = 500


MOST_WAITING: Final = 200
"""So far before what a reply is shown it is looked for what waits for one."""

# What each message needs is put together once, for that takes longer than asking.
_OF_IT: Final = messages.c.conversation_id == bindparam("place_of")
_FIND: Final = Prepared(
    messages.select().where(
        messages.c.id == bindparam("message"), messages.c.user == bindparam("whose")
    )
)
_SETTLE: Final = Prepared(
    messages.update().where(_OF_IT, messages.c.settled.is_(False)).values(settled=True)
)
_LAST: Final = (
    select(func.coalesce(func.max(messages.c.place), 0)).where(_OF_IT).scalar_subquery()
)
_ADDED: Final = (
    *("id", "conversation_id", "user", "sender", "type", "status", "metadata"),
    *("client_id", "swipe", "created_at", "settled"),
)
_ADD: Final = Prepared(messages.insert().values(place=_LAST + 1), _ADDED)
_PUT: Final = Prepared(inbox.insert(), ("message_id", "conversation_id", "words"))
_WENT_ON: Final = Prepared(
    conversations.update()
    .where(conversations.c.id == bindparam("place_of"))
    .values(active_at=bindparam("at"), updated_at=bindparam("at"))
)
_HIS: Final = (
    messages.update()
    .where(
        messages.c.id == bindparam("message"),
        messages.c.user == bindparam("whose"),
        messages.c.deleted_at.is_(None),
    )
    .returning(messages.c.id, messages.c.conversation_id)
)
_SENT: Final = MessageStatus.SENT.value
_DELIVERED: Final = Prepared(
    _HIS.where(messages.c.status == _SENT).values(
        status=MessageStatus.DELIVERED.value, settled=True
    )
)
_READ: Final = Prepared(
    _HIS.where(
        or_(
            messages.c.status == _SENT,
            messages.c.status == MessageStatus.DELIVERED.value,
        )
    ).values(status=MessageStatus.READ.value, settled=True, read_at=bindparam("at"))
)


_AT: Final = messages.alias()
_SHOWN: Final = messages.select().where(_OF_IT, messages.c.deleted_at.is_(None))
_LATEST: Final = Prepared(
    _SHOWN.order_by(messages.c.place.desc()).limit(bindparam("most"))
)
_OLDER: Final = Prepared(
    _SHOWN.where(messages.c.place < bindparam("at"))
    .order_by(messages.c.place.desc())
    .limit(bindparam("most"))
)
_NEWER: Final = Prepared(
    _SHOWN.where(messages.c.place > bindparam("at"))
    .order_by(messages.c.place)
    .limit(bindparam("most"))
)
_GIVEN: Final = func.json_each(bindparam("given", type_=String)).table_valued("value")
_SWIPES: Final = Prepared(
    swipes.select()
    .where(swipes.c.message_id.in_(select(_GIVEN.c.value)))
    .order_by(swipes.c.message_id, swipes.c.number)
)
_LET_GO: Final = Prepared(
    inbox.delete().where(inbox.c.message_id == bindparam("message"))
)
_BEFORE: Final = Prepared(
    select(messages.c.id)
    .join(_AT, _AT.c.conversation_id == messages.c.conversation_id)
    .where(
        _AT.c.id == bindparam("message"),
        messages.c.place < _AT.c.place,
        messages.c.place >= _AT.c.place - MOST_WAITING,
        messages.c.sender == SenderType.USER.value,
        messages.c.status != MessageStatus.READ.value,
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.place)
)


_USERS: Final = messages.c.sender == SenderType.USER.value
_STANDS: Final = messages.c.deleted_at.is_(None)
_THERE: Final = messages.c.conversation_id == conversations.c.id
_SEEN: Final = (
    select(messages.c.place)
    .where(
        messages.c.id == bindparam("seen"),
        messages.c.user == bindparam("whose"),
        _THERE,
    )
    .scalar_subquery()
)
_NEWEST: Final = (
    select(messages.c.place)
    .where(_THERE, _STANDS)
    .order_by(messages.c.place.desc())
    .limit(1)
    .scalar_subquery()
)
_UNREAD: Final = (
    exists()
    .where(_THERE, _USERS, _STANDS, messages.c.status != MessageStatus.READ.value)
    .correlate(conversations)
)
_UNANSWERED: Final = (
    select(_USERS & _STANDS)
    .where(_THERE)
    .order_by(messages.c.place.desc(), messages.c.created_at.desc())
    .limit(1)
    .scalar_subquery()
)
_STANDING: Final = Prepared(
    select(
        conversations.c.status,
        conversations.c.active_at,
        _SEEN.label("seen_at"),
        _NEWEST.label("newest_at"),
        or_(_UNREAD, func.coalesce(_UNANSWERED, False)).label("waits"),
    ).where(
        conversations.c.id == bindparam("place_of"),
        conversations.c.user == bindparam("whose"),
    )
)


class Standing(NamedTuple):
    """What a client that comes back needs to know of a conversation.

    Attributes:
        status: Where it stands, as it is kept.
        active_at: When it went on last.
        is_newest: Whether nothing came after the message that the client saw.
        waits: See `waits`.
    """

    status: str
    active_at: str
    is_newest: bool
    waits: bool


class NewRow(NamedTuple):
    """A message that is to be stored."""

    id: str
    conversation_id: str
    user: str
    sender: SenderType
    type: MessageType
    created_at: str
    status: MessageStatus = MessageStatus.SENT
    metadata: MessageMetadata | None = None
    client_id: str | None = None


def find(connection: Connection, user: str, message_id: str) -> Row | None:
    """Return a user's message, deleted or not."""
    return _FIND.first(connection, message=message_id, whose=user)


def add(connection: Connection, new: NewRow) -> None:
    """Put a message at the end of its conversation, which went on just now."""
    # What stands before it was acknowledged, or taken back.
    _SETTLE.all(connection, place_of=new.conversation_id)
    _add(connection, new, settled=False)


def take_in(connection: Connection, new: NewRow, content: str) -> None:
    """Put a message at the end of its conversation, and its words beside it."""
    _add(connection, new, settled=True)
    _PUT.all(
        connection,
        message_id=new.id,
        conversation_id=new.conversation_id,
        words=content.encode("utf-8", "surrogatepass"),
    )


def _add(connection: Connection, new: NewRow, *, settled: bool) -> None:
    place = new.conversation_id
    _ADD.all(connection, **_columns(new), place_of=place, settled=settled)
    _WENT_ON.all(connection, place_of=place, at=new.created_at)


def brought_in(connection: Connection, ids: Iterable[str]) -> None:
    """Let go of words that their bank has now, or refused."""
    for one in ids:
        _LET_GO.all(connection, message=one)


def _columns(new: NewRow) -> dict[str, Any]:
    metadata = new.metadata or MessageMetadata()
    return {
        "id": new.id,
        "conversation_id": new.conversation_id,
        "user": new.user,
        "sender": new.sender.value,
        "type": new.type.value,
        "status": new.status.value,
        "metadata": metadata.model_dump(by_alias=False, exclude_none=True),
        "client_id": new.client_id,
        "swipe": 0,
        "created_at": new.created_at,
    }


def adopt(connection: Connection, new: NewRow, place: int) -> None:
    """Put a message where the bank has it."""
    connection.execute(
        messages.insert().values(**_columns(new), place=place, settled=True)
    )


def drop(connection: Connection, ids: Iterable[str]) -> None:
    """Take messages out that never were."""
    for some in _lots(ids):
        connection.execute(swipes.delete().where(swipes.c.message_id.in_(some)))
        connection.execute(inbox.delete().where(inbox.c.message_id.in_(some)))
        connection.execute(messages.delete().where(messages.c.id.in_(some)))


def bury(connection: Connection, ids: Iterable[str], at: str) -> None:
    """Note that messages are gone; who saw them last still finds their place."""
    for some in _lots(ids):
        connection.execute(swipes.delete().where(swipes.c.message_id.in_(some)))
        connection.execute(
            messages.update()
            .where(messages.c.id.in_(some))
            .values(deleted_at=at, metadata={}, client_id=None, settled=True)
        )


def change(connection: Connection, message_id: str, **values: Any) -> None:
    """Set columns of a message."""
    connection.execute(
        messages.update().where(messages.c.id == message_id).values(**values)
    )


def advance(connection: Connection, mark: Mark, at: str) -> list[Row]:
    """Note that messages came further; returns id and conversation of those that did.

    Args:
        connection: Writes.
        mark: How far they came; of messages that are not the user's nothing is noted.
        at: When they were read.
    """
    is_read = mark.status is MessageStatus.READ
    statement = _READ if is_read else _DELIVERED
    when = {"at": at} if is_read else {}
    changed: list[Row] = []
    for one in mark.message_ids:
        changed += statement.all(connection, message=one, whose=mark.user, **when)
    return changed


def unread(
    connection: Connection, user: str, conversation_id: str, up_to: int | None
) -> list[str]:
    """Return the ids of the character's messages that the user has not read.

    Args:
        connection: Asks.
        user: Whose conversation it is.
        conversation_id: Which.
        up_to: Only to this place.
    """
    wanted = select(messages.c.id).where(
        messages.c.conversation_id == conversation_id,
        messages.c.user == user,
        messages.c.sender == SenderType.CHARACTER.value,
        messages.c.status != MessageStatus.READ.value,
        messages.c.deleted_at.is_(None),
    )
    if up_to is not None:
        wanted = wanted.where(messages.c.place <= up_to)
    return list(connection.execute(wanted.order_by(messages.c.place)).scalars())


def around(
    connection: Connection,
    conversation_id: str,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[Row]:
    """Return messages that stand, oldest first.

    Args:
        connection: Asks.
        conversation_id: Which conversation's.
        before: Only before this place, the nearest.
        after: Only after this place, the nearest.
        limit: How many at the most; the newest if no place is given.
    """
    asked = {"place_of": conversation_id, "most": ALL if limit is None else limit}
    if after is not None:
        # What stands before another place as well nobody asks for.
        return _NEWER.all(connection, **asked, at=after)
    if before is not None:
        return _OLDER.all(connection, **asked, at=before)[::-1]
    return _LATEST.all(connection, **asked)[::-1]


def waits_before(connection: Connection, message_id: str) -> list[str]:
    """Return the ids of the user's messages not far before one that no reply has read.

    They are in their order.
    """
    return [row["id"] for row in _BEFORE.all(connection, message=message_id)]


def standing(
    connection: Connection, user: str, conversation_id: str, seen: str | None = None
) -> Standing | None:
    """Return how a conversation stands; None if the user has no such.

    Args:
        connection: Asks.
        user: Whose it is.
        conversation_id: Which.
        seen: The message that a client saw last.
    """
    row = _STANDING.first(connection, place_of=conversation_id, whose=user, seen=seen)
    if row is None:
        return None
    at, newest = row["seen_at"], row["newest_at"]
    return Standing(
        status=row["status"],
        active_at=row["active_at"],
        is_newest=at is not None and (newest is None or newest <= at),
        waits=bool(row["waits"]),
    )


def waits(connection: Connection, user: str, conversation_id: str) -> bool:
    """Say whether a message of the user has no reply, and never had one.

    That is one whose reply never began, and the last one whatever became of its reply,
    unless that was stored and then deleted.
    """
    found = standing(connection, user, conversation_id)
    return found is not None and found.waits


def all_of(connection: Connection, conversation_id: str) -> list[RowMapping]:
    """Return all messages of a conversation, the deleted ones too, in order."""
    of_it = messages.c.conversation_id == conversation_id
    wanted = messages.select().where(of_it).order_by(messages.c.place)
    return list(connection.execute(wanted).mappings())


def move(connection: Connection, places: Mapping[str, int]) -> None:
    """Give messages other places."""
    for message_id, place in places.items():
        change(connection, message_id, place=place)


def swipes_of(connection: Connection, ids: Iterable[str]) -> dict[str, list[Row]]:
    """Return the alternatives of messages that have several, in their order."""
    found: dict[str, list[Row]] = {}
    for row in _SWIPES.all(connection, given=json.dumps([*ids])):
        found.setdefault(row["message_id"], []).append(row)
    return found


def add_swipe(
    connection: Connection, message_id: str, number: int, words: str, metadata: Any
) -> None:
    """Keep an alternative by the bank's id of its words."""
    connection.execute(
        swipes.insert().values(
            message_id=message_id, number=number, words=words, metadata=metadata
        )
    )


def drop_swipes(connection: Connection, message_id: str) -> None:
    """Let a message have but the words that are shown."""
    connection.execute(swipes.delete().where(swipes.c.message_id == message_id))


def words_of_swipes(connection: Connection, conversation_id: str) -> list[str]:
    """Return the bank's ids of all alternatives in a conversation."""
    wanted = (
        select(swipes.c.words)
        .join(messages, messages.c.id == swipes.c.message_id)
        .where(messages.c.conversation_id == conversation_id)
    )
    return list(connection.execute(wanted).scalars())


def drop_all(connection: Connection, conversation_id: str) -> None:
    """Take all messages of a conversation out, and their places."""
    ids = select(messages.c.id).where(messages.c.conversation_id == conversation_id)
    connection.execute(swipes.delete().where(swipes.c.message_id.in_(ids)))
    connection.execute(inbox.delete().where(inbox.c.conversation_id == conversation_id))
    connection.execute(
        messages.delete().where(messages.c.conversation_id == conversation_id)
    )


def _lots(ids: Iterable[str]) -> Iterable[list[str]]:
    listed = list(ids)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
