"""The platform's database: opened late, brought up to date, one writer at a time.

Owns: the connection, its settings, migrations, and errors in our words.
Knows nothing of: tables' meaning, banks.

SQLAlchemy and Alembic are loaded by the first call that needs the database, for a
server whose people only use the proxy needs neither.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ..core.maintenance import CONVERSATIONS_FILE
from ..errors import ConfigError, SchemaVersion, StoreError
from ..files import make_private_file, make_private_folder

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

FILE: Final = CONVERSATIONS_FILE
REVISION: Final = "0003"
"""The newest step in `migrations`."""
NEWER: Final = (
    "The database of conversations was written by a newer version of this program. "
    "Install that, or name another one in companion_database."
)
_FILE_OF_SQLITE: Final = re.compile(r"sqlite(?:\+pysqlite)?:///[^?]+(?:\?.*)?")
WAIT_SECONDS: Final = 30
# Nobody writes meanwhile.
BRIEFLY_MILLISECONDS: Final = 500


class PlatformDatabase:
    """One database; safe to use from any thread."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """Name it; nothing is opened.

        Args:
            folder: Where its file lies if there is no URL.
            url: SQLAlchemy's address of another file of SQLite.
        """
        self._folder = folder
        self._url = url
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._connections: _Connections | None = None

    @property
    def is_there(self) -> bool:
        """Whether it was made before; of one at a URL that is taken for granted."""
        return bool(self._url) or (self._folder / FILE).exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection; each of its statements sees what is stored by then.

        Raises:
            StoreError: It cannot be used now.
        """
        with _in_our_words(), self._opened().lent() as connection:
            yield connection

    @contextmanager
    def writing(self, *, soon: bool = False) -> Iterator[Connection]:
        """Lend a connection whose changes are durable at the end, or not made at all.

        Args:
            soon: A machine without power may lose them, a killed program does not:
                for what the bank tells anyway, and for receipts. SQLite only.

        Raises:
            StoreError: It cannot be used now; nothing was changed.
        """
        # Who waits for SQLite itself sleeps, ever longer, and loses to who comes later.
        with (
            self._writing,
            _in_our_words(),
            self._opened().written(soon=soon) as connection,
        ):
            yield connection

    def empty_journal(self) -> None:
        """Leave nothing of what was deleted in any of its files.

        Raises:
            StoreError: It cannot be done now, for somebody reads an older state.
        """
        with self._writing, _in_our_words():
            # The driver's own: around this there must be no transaction.
            driver = driver_of(self._opened().writer)
            driver.execute(f"PRAGMA busy_timeout={BRIEFLY_MILLISECONDS}")
            [(busy, _, _)] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
        if busy:
            raise StoreError(
                "Somebody reads the database of conversations, so its journal could "
                "not be emptied. Try again soon."
            )

    def close(self) -> None:
        """Let go of it; the next call opens it again."""
        with self._writing, self._lock:
            if self._connections is not None:
                self._connections.close()
            self._connections = None

    def _opened(self) -> _Connections:
        connections = self._connections
        if connections is not None:
            return connections
        with self._lock:
            if self._connections is None:
                self._connections = self._open()
            return self._connections

    def _open(self) -> _Connections:
        from sqlalchemy import NullPool, create_engine

        check_address(self._url)
        if not self._url:
            try:
                make_private_folder(self._folder)
                make_private_file(self._folder / FILE)
            except OSError as error:
                raise StoreError(
                    f"Cannot make {self._folder / FILE}: {error.strerror}."
                ) from error
        url = self._url or f"sqlite:///{(self._folder / FILE).as_posix()}"
        connections = _Connections(create_engine(url, poolclass=NullPool))
        try:
            _bring_up_to_date(connections)
        except BaseException:
            connections.close()
            raise
        return connections


class _Connections:
    """What reads and writes; each stays open, and is used by one thread at a time.

    Taken from a pool and given back, a connection costs several times what its
    statement does, most of it for a transaction that no single statement needs.
    """

    def __init__(self, engine: Engine) -> None:
        """Make none yet."""
        _tune(engine)
        self._engine = engine
        self._is_closed = False
        # The one given back last is lent first, for it still knows its pages.
        self._readers: deque[Connection] = deque()
        self._writer: Connection | None = None
        self._sync = ""

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend one that reads."""
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._connected()
        try:
            yield connection
        finally:
            self._readers.append(connection)
            if self._is_closed:
                self._let_go()

    @property
    def writer(self) -> Connection:
        """The one that writes; who calls has it to himself."""
        if self._writer is None:
            self._writer = self._connected()
        return self._writer

    @contextmanager
    def written(self, *, soon: bool) -> Iterator[Connection]:
        """Lend it for one transaction; who calls has it to himself.

        Args:
            soon: See `PlatformDatabase.writing`.
        """
        connection, wanted = self.writer, "NORMAL" if soon else "FULL"
        driver = driver_of(connection)
        # Between transactions, for within one it changes nothing.
        if self._sync != wanted:
            driver.execute(f"PRAGMA synchronous={wanted}")
            self._sync = wanted
        # Now, for who reads first may find that another one wrote meanwhile.
        driver.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            driver.execute("COMMIT")
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")

    def _connected(self) -> Connection:
        """Return a connection of which the library begins no transaction."""
        made = self._engine.connect()
        return made.execution_options(isolation_level="AUTOCOMMIT")

    def take_steps(self) -> None:
        """Bring the tables up to date, in one transaction."""
        with self._engine.connect() as connection:
            _begin_at_once(connection)
            with connection.begin():
                _take_steps(connection)

    def close(self) -> None:
        """End them; one that is lent ends when it is given back."""
        self._is_closed = True
        self._let_go()
        if self._writer is not None:
            self._writer.close()
        self._engine.dispose()

    def _let_go(self) -> None:
        while self._readers:
            self._readers.pop().close()


def check_address(url: str) -> None:
    """Refuse a database that is none of ours; nothing is opened.

    Raises:
        ConfigError: It is no file of SQLite.
    """
    if url and not (_FILE_OF_SQLITE.fullmatch(url) and ":memory:" not in url):
        raise ConfigError(
            "companion_database is no file of SQLite, and other databases are not "
            "served yet: write it as sqlite:////path/file, or leave it empty."
        )


def faults_of(folder: Path) -> list[str]:
    """Look at the database in a folder without changing it; return what is wrong.

    Raises:
        StoreError: It cannot be read.
    """
    from sqlalchemy import create_engine, text

    path = (folder / FILE).resolve().as_posix()
    engine = create_engine("sqlite://", creator=lambda: _read_only(path))
    try:
        with _in_our_words(), engine.connect() as connection:
            told = connection.execute(text("PRAGMA integrity_check(5)")).scalars().all()
            found = [] if told == ["ok"] else list(told)
            asked = text("SELECT version_num FROM alembic_version")
            step = str(connection.execute(asked).scalar())
    finally:
        engine.dispose()
    return [*found, NEWER] if step > REVISION else found


def _read_only(path: str) -> Any:
    from sqlalchemy.dialects.sqlite import dialect

    driver = dialect.import_dbapi()
    return driver.connect(f"file:{quote(path)}?mode=ro", uri=True)


def driver_of(connection: Connection) -> Any:
    """Return the driver's own connection."""
    return connection.connection.driver_connection


@cache
def _driver_error() -> type[Exception]:
    from sqlalchemy.dialects.sqlite import dialect

    found: type[Exception] = dialect.import_dbapi().Error
    return found


@contextmanager
def _in_our_words() -> Iterator[None]:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, _driver_error()) as error:
        # The library's words hold what was to be stored, the driver's do not.
        ours = isinstance(error, SQLAlchemyError)
        cause = getattr(error, "orig", None) or (
            type(error).__name__ if ours else error
        )
        raise StoreError(
            f"The database of conversations cannot be used now: {cause}. See whether "
            "the disk is full, or another program holds it."
        ) from None


def _tune(engine: Engine) -> None:
    """Have SQLite write ahead, and begin no transaction by itself."""
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # Else the driver begins by itself, and too late.
        connection.isolation_level = None
        for line in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            # Pages that are free hold nothing of what was deleted.
            "secure_delete=ON",
            f"busy_timeout={WAIT_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {line}")


def _begin_at_once(connection: Connection) -> None:
    """Have a connection claim the right to write when a transaction begins."""
    from sqlalchemy import event

    @event.listens_for(connection, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _bring_up_to_date(connections: _Connections) -> None:
    """Take the steps that a database lacks.

    Raises:
        SchemaVersion: It was written by a newer version; it is left as it is.
    """
    from sqlalchemy import inspect, text

    with _in_our_words(), connections.lent() as connection:
        known = inspect(connection).has_table("alembic_version")
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if known
            else None
        )
    if found == REVISION:
        return
    if found is not None and str(found) > REVISION:
        raise SchemaVersion(NEWER)
    with _in_our_words():
        connections.take_steps()


def _take_steps(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).parent / "migrations"
    # A percent sign in the path would be read as a reference.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
