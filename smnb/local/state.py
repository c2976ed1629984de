"""Durable state: one SQLite database in WAL mode beside a folder of blobs.

Used from the event loop's thread alone; a statement takes tens of microseconds.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class State:
    """The database and the folders of one data directory.

    Parameters
    ----------
    data_dir
        Created with mode 0700 if it is not there. Holds ``state.db`` and ``blobs/``.
    """

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data_dir = data_dir
        self.blobs_dir = data_dir / "blobs"
        self.blobs_dir.mkdir(exist_ok=True)
        self.db = sqlite3.connect(data_dir / "state.db", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        # An acknowledged write survives kill -9; only a power cut may lose the last.
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")

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
