"""Statements that are asked at every message, put into SQL once.

Owns: how values get into a statement and out of it, without the library's help.
Knows nothing of: what is asked.

SQLAlchemy takes ten times as long to carry out a statement as SQLite does. What it
does once, to write the SQL, is its part here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.engine.interfaces import Dialect

from .database import driver_of

Row = dict[str, Any]
AnyRow = Mapping[Any, Any]
"""One of these, or of the library's."""

Change = Callable[[Any], Any]


class _Written(NamedTuple):
    """A statement in SQL.

    Attributes:
        sql: The statement.
        known: Values that stand in it, by their names.
        into: How values are changed for the database, by their names.
        names: Of the columns that come back.
        out_of: How these are changed, by their places.
    """

    sql: str
    known: Row
    into: Mapping[str, Change]
    names: tuple[str, ...]
    out_of: tuple[tuple[int, Change], ...]


class Prepared:
    """A statement with names for its values; safe to use from any thread."""

    def __init__(
        self,
        statement: Select[Any] | Insert | Update | Delete,
        columns: Sequence[str] = (),
    ) -> None:
        """Prepare; it is put into SQL when it is asked first.

        Args:
            statement: What is asked.
            columns: Of an insert: those whose values come with each asking.
        """
        self._statement = statement
        self._columns = [*columns] or None

    def all(self, connection: Connection, **asked: Any) -> list[Row]:
        """Return all rows, by the names of their columns."""
        written = self._written
        values = {**written.known, **asked}
        for name, change in written.into.items():
            values[name] = change(values[name])
        rows = driver_of(connection).execute(written.sql, values).fetchall()
        return [_row(written, row) for row in rows]

    def first(self, connection: Connection, **asked: Any) -> Row | None:
        """Return the first row; None if there is none."""
        return next(iter(self.all(connection, **asked)), None)

    @cached_property
    def _written(self) -> _Written:
        speaks: Dialect = dialect(paramstyle="named")
        compiled = self._statement.compile(dialect=speaks, column_keys=self._columns)
        into = {
            name: change
            for one, name in compiled.bind_names.items()
            if (change := one.type.dialect_impl(speaks).bind_processor(speaks))
        }
        columns = [*self._statement.exported_columns] if self._returns else []
        changes = [
            one.type.dialect_impl(speaks).result_processor(speaks, None)
            for one in columns
        ]
        return _Written(
            sql=compiled.string,
            known=dict(compiled.params),
            into=into,
            names=tuple(str(one.key) for one in columns),
            out_of=tuple((at, one) for at, one in enumerate(changes) if one),
        )

    @property
    def _returns(self) -> bool:
        statement: Any = self._statement
        return isinstance(statement, Select) or bool(statement._returning)


def _row(written: _Written, row: tuple[Any, ...]) -> Row:
    told = dict(zip(written.names, row, strict=True))
    for at, change in written.out_of:
        name = written.names[at]
        told[name] = change(told[name])
    return told
