"""Runs the steps on the connection that the database lends; Alembic loads this file.

Owns: nothing.
Knows nothing of: tables, where the database lies.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    # SQLite changes a column by copying its table.
    render_as_batch=True,
)
context.run_migrations()
