"""Characters of users: who they are, and their pictures.

Owns: these records, and which bank a character's memories lie in.
Knows nothing of: how a card is read, what is said in conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, select

from ..core.policy import EVERYONE
from ..core.text.names import is_same_name
from ..core.types import Scope
from ..errors import Conflict, InvalidInput, NotFound, StoreError
from .database import PlatformDatabase
from .records import Character, CharacterProfile
from .stamps import Clock, new_id, stamp
from .tables import characters as table
from .tables import conversations

MOST_CHARACTERS: Final = 1_000
"""Of one user; more are a mistake of a program."""


class Avatar(NamedTuple):
    """A character's picture, and its media type."""

    data: bytes
    media_type: str


class Characters:
    """The characters of all users; synchronous, safe from any thread."""

    def __init__(self, database: PlatformDatabase, clock: Clock) -> None:
        """Keep them in a database."""
        self._database = database
        self._clock = clock

    def create(
        self, user: str, profile: CharacterProfile, avatar: Avatar | None = None
    ) -> Character:
        """Add a character.

        Raises:
            Conflict: The user has one of this name: both would have one memory.
            InvalidInput: The name is kept for notes to all, or there are too many.
        """
        name = profile.name.strip()
        now = stamp(self._clock())
        values = {
            "id": new_id("chr"),
            "user": user,
            "name": name,
            "memory": name,
            "profile": _kept(profile),
            "avatar": None if avatar is None else avatar.data,
            "avatar_type": None if avatar is None else avatar.media_type,
            "created_at": now,
            "updated_at": now,
        }
        with self._database.writing() as connection:
            _check_free(connection, user, name)
            connection.execute(table.insert().values(values))
        return character_of(values)

    def get(self, user: str, character_id: str) -> Character:
        """Return a character; raises NotFound if the user has no such."""
        return character_of(self._row(user, character_id))

    def all(self, user: str) -> list[Character]:
        """Return a user's characters, the newest first."""
        wanted = (
            select(*COLUMNS)
            .where(table.c.user == user, table.c.deleted_at.is_(None))
            .order_by(table.c.created_at.desc(), table.c.id)
        )
        with self._database.reading() as connection:
            return [character_of(row) for row in connection.execute(wanted).mappings()]

    def change(
        self, user: str, character_id: str, changes: Mapping[str, Any]
    ) -> Character:
        """Change some of a character; its memories stay, whatever it is called.

        Args:
            user: Whose it is.
            character_id: Which.
            changes: Fields of `CharacterProfile` by name.

        Raises:
            NotFound: The user has no such character.
            Conflict: Another one of the user has the new name.
        """
        row = self._row(user, character_id)
        profile = CharacterProfile(**{**row["profile"], "name": row["name"], **changes})
        name = profile.name.strip()
        values = {
            "name": name,
            "profile": _kept(profile),
            "updated_at": stamp(self._clock()),
        }
        with self._database.writing() as connection:
            _check_free(connection, user, name, but=character_id)
            connection.execute(
                table.update().where(table.c.id == character_id).values(values)
            )
        return character_of({**row, **values})

    def delete(self, user: str, character_id: str) -> None:
        """Delete a character; its conversations can be read, and not gone on with.

        What it remembers stays: it is its user's to forget. Without conversations
        nothing else of it does.
        """
        self._row(user, character_id)
        now = stamp(self._clock())
        gone = {"deleted_at": now, "updated_at": now, "avatar": None}
        with self._database.writing() as connection:
            connection.execute(
                table.update()
                .where(table.c.id == character_id)
                .values(gone | {"avatar_type": None})
            )
            drop_unused(connection, character_id)
        # Where somebody reads, it is emptied later.
        with suppress(StoreError):
            self._database.empty_journal()

    def avatar(self, user: str, character_id: str) -> Avatar:
        """Return a character's picture; raises NotFound if it has none."""
        self._row(user, character_id)
        wanted = select(table.c.avatar, table.c.avatar_type)
        with self._database.reading() as connection:
            found = connection.execute(wanted.where(table.c.id == character_id)).one()
        if found.avatar is None:
            raise NotFound("This character has no avatar.")
        return Avatar(bytes(found.avatar), found.avatar_type)

    def set_avatar(
        self, user: str, character_id: str, avatar: Avatar | None
    ) -> Character:
        """Give a character a picture, or take it away."""
        row = self._row(user, character_id)
        values = {
            "avatar": None if avatar is None else avatar.data,
            "avatar_type": None if avatar is None else avatar.media_type,
            "updated_at": stamp(self._clock()),
        }
        with self._database.writing() as connection:
            connection.execute(
                table.update().where(table.c.id == character_id).values(values)
            )
        return character_of({**row, **values})

    def scope(self, user: str, character_id: str) -> Scope:
        """Return whose memories a character's are, though it may be deleted."""
        row = self._row(user, character_id, deleted=True)
        return Scope(user=user, character=row["memory"])

    def scopes(self, user: str) -> list[Scope]:
        """Return all memories of a user's characters, of deleted ones as well."""
        wanted = select(table.c.memory).where(table.c.user == user).distinct()
        with self._database.reading() as connection:
            named = connection.execute(wanted.order_by(table.c.memory)).scalars()
            return [Scope(user=user, character=one) for one in named]

    def known(self, user: str, character_id: str) -> Character:
        """Return a character though it is deleted."""
        return character_of(self._row(user, character_id, deleted=True))

    def _row(
        self, user: str, character_id: str, *, deleted: bool = False
    ) -> RowMapping:
        asked = {"character": character_id, "whose": user}
        with self._database.reading() as connection:
            found = connection.execute(_FIND, asked).mappings().first()
        if found is None:
            raise _no_character(character_id)
        if found["deleted_at"] is not None and not deleted:
            raise _no_character(character_id)
        return found


def drop_unused(connection: Connection, character_id: str) -> None:
    """Let go of a deleted character with whom there is no conversation."""
    talks = select(conversations.c.id).where(
        conversations.c.character_id == character_id
    )
    connection.execute(
        table.delete().where(
            table.c.id == character_id, table.c.deleted_at.is_not(None), ~talks.exists()
        )
    )


def _no_character(character_id: str) -> NotFound:
    return NotFound(f"There is no character with the id {character_id!r}.")


COLUMNS: Final = tuple(column for column in table.c if column.name != "avatar")
"""All but the picture's, which is large."""

_FIND: Final = select(*COLUMNS).where(
    table.c.id == bindparam("character"), table.c.user == bindparam("whose")
)


def _kept(profile: CharacterProfile) -> dict[str, Any]:
    return profile.model_dump(by_alias=False, exclude={"name"})


def character_of(row: Mapping[Any, Any]) -> Character:
    """Return the character that a row with `COLUMNS` tells of."""
    return Character(
        **row["profile"],
        id=row["id"],
        user_id=row["user"],
        name=row["name"],
        memory_name=row["memory"],
        has_avatar=row["avatar_type"] is not None,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _check_free(connection: Connection, user: str, name: str, *, but: str = "") -> None:
    """Refuse a name that would make two characters one in the memory."""
    if is_same_name(name, EVERYONE):
        raise InvalidInput(
            f"{EVERYONE} are notes for all characters. Choose another name.",
            field="name",
        )
    wanted = select(table.c.id, table.c.name, table.c.memory).where(
        table.c.user == user, table.c.deleted_at.is_(None)
    )
    others = [one for one in connection.execute(wanted) if one.id != but]
    if len(others) >= MOST_CHARACTERS:
        raise InvalidInput(
            f"You have {MOST_CHARACTERS:,} characters. Delete one first.", field="name"
        )
    if any(is_same_name(name, taken) for one in others for taken in one[1:]):
        raise Conflict(
            f"You have a character called {name!r}, whose memory this would share. "
            "Choose another name."
        )
