"""Characters, conversations, messages and their alternatives.

Owns: these tables as they were first.
Knows nothing of: what became of them since.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _characters()
    _conversations()
    _messages()
    op.create_table(
        "swipes",
        sa.Column(
            "message_id", sa.String(64), sa.ForeignKey("messages.id"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", sa.String(64), nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
    )


def _characters() -> None:
    op.create_table(
        "characters",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("memory", sa.String(300), nullable=False),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("avatar", sa.LargeBinary),
        sa.Column("avatar_type", sa.String(64)),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("deleted_at", sa.String(32)),
    )
    op.create_index("characters_of_user", "characters", ["user", "created_at"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column(
            "character_id",
            sa.String(64),
            sa.ForeignKey("characters.id"),
            nullable=False,
        ),
        sa.Column("title", sa.String(300)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("active_at", sa.String(32), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("undo", sa.String(64)),
    )
    op.create_index(
        "conversations_of_user", "conversations", ["user", "status", "active_at", "id"]
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id"),
            nullable=False,
        ),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(16), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("client_id", sa.String(128)),
        sa.Column("swipe", sa.Integer, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("read_at", sa.String(32)),
        sa.Column("edited_at", sa.String(32)),
        sa.Column("deleted_at", sa.String(32)),
    )
    op.create_index("messages_in_order", "messages", ["conversation_id", "place"])
