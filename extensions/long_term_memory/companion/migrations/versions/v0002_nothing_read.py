"""What was made out of words is no longer kept: it is read from them when asked.

Owns: taking topics, moods and intents out of conversations.
Knows nothing of: how they are read now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_READ = ("mood", "topics")


def upgrade() -> None:
    """Leave the mode and what a client set."""
    table = sa.table(
        "conversations",
        sa.column("id", sa.String),
        sa.column("state", sa.JSON),
        sa.column("metadata", sa.JSON),
    )
    connection = op.get_bind()
    for id_, state, metadata in connection.execute(sa.select(table)).all():
        kept = {name: one for name, one in state.items() if name == "mode"}
        rest = {name: one for name, one in metadata.items() if name not in _READ}
        wanted = table.update().where(table.c.id == id_)
        connection.execute(wanted.values(state=kept, metadata=rest))
