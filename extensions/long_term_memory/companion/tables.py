"""The platform's own tables: all that is no memory.

Owns: names and columns, as the newest migration leaves them.
Knows nothing of: banks, where the database lies, records.

What is said stands in none of them but `inbox`, where it waits for a moment: words lie
in the banks alone, so that what is forgotten there is nowhere else. Times are text in
UTC, all of one length, so that they sort as they follow each other.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

characters = Table(
    "characters",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user", String(300), nullable=False),
    Column("name", String(300), nullable=False),
    # What the bank is called: a character that is renamed keeps its memories.
    Column("memory", String(300), nullable=False),
    Column("profile", JSON, nullable=False),
    Column("avatar", LargeBinary),
    Column("avatar_type", String(64)),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("deleted_at", String(32)),
    Index("characters_of_user", "user", "created_at"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user", String(300), nullable=False),
    Column("character_id", String(64), ForeignKey("characters.id"), nullable=False),
    # None takes the first words of the user.
    Column("title", String(300)),
    Column("status", String(16), nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("state", JSON, nullable=False),
    Column("active_at", String(32), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    # Under which its chat can be brought back, while it is deleted.
    Column("undo", String(64)),
    Index("conversations_of_user", "user", "status", "active_at", "id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column(
        "conversation_id", String(64), ForeignKey("conversations.id"), nullable=False
    ),
    Column("user", String(300), nullable=False),
    # Rises within a conversation; a gap means nothing.
    Column("place", Integer, nullable=False),
    Column("sender", String(16), nullable=False),
    Column("type", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("client_id", String(128)),
    Column("swipe", Integer, nullable=False),
    # Whether its words are known to have reached the bank.
    Column("settled", Boolean, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("read_at", String(32)),
    Column("edited_at", String(32)),
    Column("deleted_at", String(32)),
    Index("messages_in_order", "conversation_id", "place"),
)

swipes = Table(
    "swipes",
    metadata,
    Column("message_id", String(64), ForeignKey("messages.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The bank's own id of the words.
    Column("words", String(64), nullable=False),
    Column("metadata", JSON, nullable=False),
)

# What users said and no bank holds yet.
inbox = Table(
    "inbox",
    metadata,
    Column("message_id", String(64), ForeignKey("messages.id"), primary_key=True),
    Column("conversation_id", String(64), nullable=False),
    # In UTF-8.
    Column("words", LargeBinary, nullable=False),
    Index("inbox_of_conversation", "conversation_id"),
)
