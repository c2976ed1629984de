"""Durable state: one SQLite database in WAL mode beside a folder of blobs.

Used from the event loop's thread alone; a statement takes tens of microseconds.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Migration = Callable[[sqlite3.Connection], object]


def _date_async_requests(db: sqlite3.Connection) -> None:
    """Give queued requests the time at which they came; of the old ones, about now."""
    db.execute(
        "ALTER TABLE async_requests ADD COLUMN submitted REAL NOT NULL DEFAULT 0"
    )
    db.execute("UPDATE async_requests SET submitted = strftime('%s', 'now')")


MIGRATIONS: Final[Sequence[Migration]] = (_date_async_requests,)
"""What makes schema 1 schema 2, and so on; a new table needs none."""
SCHEMA: Final = 1 + len(MIGRATIONS)
"""The schema that this version of smnb reads and writes."""


class StateError(Exception):
    """The data directory can't be used; the message says why, and what to do."""


class State:
    """The database and the folders of one data directory.

    Parameters
    ----------
    data_dir
        Created with mode 0700 if it is not there. Holds ``state.db`` and ``blobs/``.

    Raises
    ------
    StateError
        The database is of a newer smnb, or is where SQLite has no write-ahead log.
    """

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data_dir = data_dir
        self.blobs_dir = data_dir / "blobs"
        self.blobs_dir.mkdir(exist_ok=True)
        self.db = sqlite3.connect(data_dir / "state.db", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        try:
            self._prepare()
        except BaseException:
            self.db.close()
            raise

    def _prepare(self) -> None:
        try:
            [mode] = self.db.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.DatabaseError as error:
            mode = str(error)
        if mode != "wal":
            # What a network file system leads to, which shares no memory.
            raise StateError(
                f"SQLite can keep no write-ahead log in {self.data_dir} ({mode}). "
                "Set SMNB_DATA_DIR to a folder on a disk of this machine."
            )
        # An acknowledged write survives kill -9; only a power cut may lose the last.
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")
        migrate(self, MIGRATIONS)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit everything in the block, or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def close(self) -> None:
        """Write the log back into the database and close it."""
        self.db.close()


def migrate(state: State, migrations: Sequence[Migration]) -> None:
    """Bring the database to the newest schema, each step whole or not at all.

    Parameters
    ----------
    migrations
        The first makes schema 1 schema 2.

    Raises
    ------
    StateError
        It is of a newer schema than the last of these gives.
    """
    db = state.db
    newest = 1 + len(migrations)
    [schema] = db.execute("PRAGMA user_version").fetchone()
    if schema > newest:
        raise StateError(
            f"{state.data_dir} is a newer smnb's (schema {schema}; this one knows "
            f"{newest}). Get the newer smnb, or set SMNB_DATA_DIR to another folder."
        )
    if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        schema = newest  # the services make the tables as they are today
    schema = max(schema, 1)  # 0: from before schemas had numbers
    for number, step in enumerate(migrations[schema - 1 :], schema + 1):
        with state.transaction():
            step(db)
            db.execute(f"PRAGMA user_version={number}")
    db.execute(f"PRAGMA user_version={newest}")
