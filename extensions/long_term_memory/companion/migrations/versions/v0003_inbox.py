"""Messages that are on disk, and come into their banks soon.

Owns: the table in which their words wait.
Knows nothing of: who brings them in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "inbox",
        sa.Column(
            "message_id", sa.String(64), sa.ForeignKey("messages.id"), primary_key=True
        ),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
    op.create_index("inbox_of_conversation", "inbox", ["conversation_id"])
