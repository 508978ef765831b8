"""Summaries in SQLite.

Owns: the table summaries.
Knows nothing of: how they are made, which of them are live.
"""

from __future__ import annotations

import numpy as np

from ...core.records import (
    StoredSummary,
)
from ..encryption.cipher import INPUTS, SUMMARY, summary_identity
from .codec import pack_text, pack_time, unpack_text, unpack_time
from .database import Database, Row

KEY_BYTES = 16
_ROWS = np.dtype("<u4")


class SqliteSummaries:
    """What was told in short; see `SummaryStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def all(self) -> list[StoredSummary]:
        """Return all summaries in the order in which they were first made."""
        rows = self._database.all(
            "SELECT key, maker, tier, chat, first, last, messages, parts, inputs, "
            "text, model, made_at FROM summaries ORDER BY row"
        )
        return [self._summary(row) for row in rows]

    def put(self, summary: StoredSummary) -> None:
        """Insert or replace by (key, maker)."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO summaries (key, maker, tier, chat, first, last, messages, "
                "parts, inputs, text, model, made_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key, maker) DO UPDATE SET "
                "chat = excluded.chat, first = excluded.first, last = excluded.last, "
                "messages = excluded.messages, parts = excluded.parts, "
                "inputs = excluded.inputs, text = excluded.text, "
                "model = excluded.model, made_at = excluded.made_at",
                self._packed(summary),
            )

    def drop(self, key: bytes) -> None:
        """Remove what all makers made for a key."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM summaries WHERE key = ?", (key,))

    def _packed(self, summary: StoredSummary) -> Row:
        place = summary_identity(summary.key, summary.maker)
        return (
            summary.key,
            summary.maker,
            summary.tier,
            summary.chat,
            summary.first,
            summary.last,
            np.array(summary.messages, _ROWS).tobytes(),
            b"".join(summary.parts),
            self._database.cipher.seal(summary.inputs, INPUTS, place),
            self._database.cipher.seal_text(summary.text, SUMMARY, place),
            pack_text(summary.model),
            pack_time(summary.made_at),
        )

    def _summary(self, row: Row) -> StoredSummary:
        key, maker, tier, chat, first, last = row[:6]
        messages, parts, inputs, text, model, made_at = row[6:]
        place = summary_identity(key, maker)
        cuts = range(0, len(parts), KEY_BYTES)
        return StoredSummary(
            key=key,
            maker=maker,
            tier=tier,
            chat=chat,
            first=first,
            last=last,
            messages=tuple(np.frombuffer(messages, _ROWS).tolist()),
            parts=tuple(parts[at : at + KEY_BYTES] for at in cuts),
            inputs=self._database.cipher.unseal(inputs, INPUTS, place),
            text=self._database.cipher.unseal_text(text, SUMMARY, place),
            model=unpack_text(model),
            made_at=unpack_time(made_at),
        )
