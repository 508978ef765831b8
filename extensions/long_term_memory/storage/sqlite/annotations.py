"""What was written by hand, in SQLite.

Owns: the tables hand and edits.
Knows nothing of: messages; a hand's key may name one, or not.
"""

from __future__ import annotations

import json
import sqlite3

from ...core.records import Annotation
from ...core.types import MemoryKind
from ..encryption.cipher import BY_HAND, TAGS, hand_identity
from .codec import (
    pack_optional_time,
    pack_text,
    pack_time,
    unpack_optional_time,
    unpack_text,
    unpack_time,
)
from .database import Database, Row


class SqliteAnnotations:
    """Notes and corrections; see `AnnotationStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def all(self) -> list[Annotation]:
        """Return everything by hand, oldest first."""
        rows = self._database.all(
            "SELECT kind, key, content, pinned, created_at, updated_at, deleted_at, "
            "hidden, tags FROM hand ORDER BY created_at, row"
        )
        return [self._hand(row) for row in rows]

    def put(self, hand: Annotation) -> None:
        """Insert or replace by (kind, key)."""
        with self._database.writing() as connection:
            self._keep_former(connection, hand.kind, hand.key, unlike=hand.content)
            connection.execute(
                "INSERT INTO hand "
                "(kind, key, content, pinned, created_at, updated_at, deleted_at, "
                "hidden, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (kind, key) DO UPDATE SET "
                "content = excluded.content, pinned = excluded.pinned, "
                "created_at = excluded.created_at, updated_at = excluded.updated_at, "
                "deleted_at = excluded.deleted_at, hidden = excluded.hidden, "
                "tags = excluded.tags",
                (
                    hand.kind.value,
                    pack_text(hand.key),
                    self._sealed(hand),
                    hand.pinned,
                    pack_time(hand.created_at),
                    pack_time(hand.updated_at),
                    pack_optional_time(hand.deleted_at),
                    hand.hidden,
                    self._sealed_tags(hand),
                ),
            )

    def drop(self, kind: MemoryKind, key: str) -> None:
        """Remove; does nothing if there is none."""
        with self._database.writing() as connection:
            for table in ("hand", "edits"):
                connection.execute(
                    f"DELETE FROM {table} WHERE kind = ? AND key = ?",
                    (kind.value, pack_text(key)),
                )

    def history(self, kind: MemoryKind, key: str) -> list[Annotation]:
        """Return what stood under (kind, key) by hand before, oldest first."""
        rows = self._database.all(
            "SELECT kind, key, content, pinned, created_at, updated_at, deleted_at, "
            "0, NULL FROM edits WHERE kind = ? AND key = ? ORDER BY row",
            (kind.value, pack_text(key)),
        )
        return [self._hand(row) for row in rows]

    def _keep_former(
        self,
        connection: sqlite3.Connection,
        kind: MemoryKind,
        key: str,
        *,
        unlike: str | None,
    ) -> None:
        """Keep a text by hand that another one takes the place of."""
        place = (kind.value, pack_text(key))
        row = self._database.one(
            "SELECT content FROM hand WHERE kind = ? AND key = ?", place
        )
        former = None if row is None else self._unsealed(row[0], kind.value, key)
        if former in (None, unlike):
            return
        connection.execute(
            "INSERT INTO edits "
            "(kind, key, content, pinned, created_at, updated_at, deleted_at) "
            "SELECT kind, key, content, pinned, created_at, updated_at, deleted_at "
            "FROM hand WHERE kind = ? AND key = ?",
            place,
        )

    def _sealed(self, hand: Annotation) -> str | bytes | None:
        if hand.content is None:
            return None
        place = hand_identity(hand.kind.value, hand.key)
        return self._database.cipher.seal_text(hand.content, BY_HAND, place)

    def _sealed_tags(self, hand: Annotation) -> str | bytes | None:
        if not hand.tags:
            return None
        place = hand_identity(hand.kind.value, hand.key)
        text = json.dumps(hand.tags, ensure_ascii=False)
        return self._database.cipher.seal_text(text, TAGS, place)

    def _tags(self, sealed: str | bytes | None, kind: str, key: str) -> tuple[str, ...]:
        if sealed is None:
            return ()
        place = hand_identity(kind, key)
        return tuple(json.loads(self._database.cipher.unseal_text(sealed, TAGS, place)))

    def _unsealed(self, content: str | bytes | None, kind: str, key: str) -> str | None:
        if content is None:
            return None
        return self._database.cipher.unseal_text(
            content, BY_HAND, hand_identity(kind, key)
        )

    def _hand(self, row: Row) -> Annotation:
        kind, packed_key, content, pinned, *times, hidden, tags = row
        created_at, updated_at, deleted_at = times
        key = unpack_text(packed_key)
        return Annotation(
            kind=MemoryKind(kind),
            key=key,
            content=self._unsealed(content, kind, key),
            pinned=bool(pinned),
            created_at=unpack_time(created_at),
            updated_at=unpack_time(updated_at),
            deleted_at=unpack_optional_time(deleted_at),
            hidden=bool(hidden),
            tags=self._tags(tags, kind, key),
        )
