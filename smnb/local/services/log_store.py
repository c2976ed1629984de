"""Log lines on disk: written in batches, bounded per group, oldest dropped first.

A row holds what a stream got within one batch, since a row for each line would let a
model that prints a lot keep the whole daemon busy.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from smnb.local.state import State

NEWEST: Final = 2**63 - 1
"""An event id after every event's."""
MAX_LINE_BYTES: Final = 256 * 1024  # CloudWatch Logs: maximum event size
_MAX_GROUP_BYTES: Final = 32 * 1024 * 1024
_BATCH_BYTES: Final = 256 * 1024
_BATCH_LINES: Final = 1000  # also the room for events between two batches' ids
_FLUSH_AFTER_S: Final = 0.2
_DROPPED_AT_ONCE: Final = 16

_SCHEMA = """
CREATE TABLE IF NOT EXISTS log_groups (
    id INTEGER PRIMARY KEY,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (region, name)
);
CREATE TABLE IF NOT EXISTS log_streams (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES log_groups (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    UNIQUE (group_id, name)
);
CREATE TABLE IF NOT EXISTS log_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES log_groups (id) ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES log_streams (id) ON DELETE CASCADE,
    size_bytes INTEGER NOT NULL,
    lines BLOB NOT NULL  -- [[time_ms, message], ...]
);
CREATE INDEX IF NOT EXISTS log_batches_by_group ON log_batches (group_id, id);
CREATE INDEX IF NOT EXISTS log_batches_by_stream ON log_batches (stream_id, id);
"""


class LogEvent(NamedTuple):
    """One line; ids rise with time within a group."""

    id: int
    stream: str
    time_ms: int
    message: str


class LogStore:
    """The groups, streams and events of every region.

    Lines reach the disk within 0.2 s, and before anything is read.

    Parameters
    ----------
    max_group_bytes
        What a group holds at most; a batch more for a moment.
    """

    def __init__(
        self, state: State, *, max_group_bytes: int = _MAX_GROUP_BYTES
    ) -> None:
        self._state = state
        self._max_group_bytes = max_group_bytes
        self._pending: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
        self._pending_lines = 0
        self._pending_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        state.db.executescript(_SCHEMA)

    def open(self, region: str, group: str, stream: str) -> Callable[[bytes], None]:
        """Return a function that appends lines to the stream; its first line creates it.

        The group is there at once: clients that follow a deployment wait for it, and a
        model need not print.
        """
        self._group_id(region, group)
        return partial(self.append, region, group, stream)

    def append(self, region: str, group: str, stream: str, line: bytes) -> None:
        """Add one line, cut at 256 KiB; a group or stream that is not there is created."""
        message = line[:MAX_LINE_BYTES].decode("utf-8", "replace").rstrip("\r\n")
        if not message:
            return  # CloudWatch Logs takes no empty event
        self._pending.setdefault((region, group, stream), []).append(
            (_now_ms(), message)
        )
        self._pending_lines += 1
        self._pending_bytes += len(message)
        if self._pending_lines >= _BATCH_LINES or self._pending_bytes >= _BATCH_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(
                _FLUSH_AFTER_S, self.flush
            )

    def flush(self) -> None:
        """Write what was appended since the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._pending:
            return
        pending, self._pending = self._pending, {}
        self._pending_lines = self._pending_bytes = 0
        with self._state.transaction():
            for (region, group, stream), lines in pending.items():
                self._write(self._group_id(region, group), stream, lines)

    async def stop(self) -> None:
        """Write what is left."""
        self.flush()

    def groups(self, region: str, after: str = "") -> Iterator[sqlite3.Row]:
        """Return the groups with names above `after`, in that order."""
        self.flush()
        return self._state.db.execute(
            "SELECT * FROM log_groups WHERE region = ? AND name > ? ORDER BY name",
            (region, after),
        )

    def group_id(self, region: str, name: str) -> int | None:
        """Return the id of a group, None if it is not there."""
        self.flush()
        row = self._state.db.execute(
            "SELECT id FROM log_groups WHERE region = ? AND name = ?", (region, name)
        ).fetchone()
        return None if row is None else int(row["id"])

    def streams(self, group_id: int) -> list[sqlite3.Row]:
        """Return the group's streams in the order of their names."""
        return self._state.db.execute(
            "SELECT * FROM log_streams WHERE group_id = ? ORDER BY name", (group_id,)
        ).fetchall()

    def after(
        self, group_id: int, event_id: int, stream: str | None = None
    ) -> Iterator[LogEvent]:
        """Yield the events after one, oldest first, of the group or of one stream."""
        for batch in self._batches(
            group_id, stream, ">=", event_id // _BATCH_LINES, "ASC"
        ):
            yield from (event for event in _events(batch) if event.id > event_id)

    def before(
        self, group_id: int, event_id: int, stream: str | None = None
    ) -> Iterator[LogEvent]:
        """Yield the events before one, newest first, of the group or of one stream."""
        for batch in self._batches(
            group_id, stream, "<=", event_id // _BATCH_LINES, "DESC"
        ):
            yield from (
                event for event in reversed(_events(batch)) if event.id < event_id
            )

    def delete_group(self, region: str, name: str) -> bool:
        """Delete a group and all in it; return whether it was there."""
        self.flush()
        deleted = self._state.db.execute(
            "DELETE FROM log_groups WHERE region = ? AND name = ?", (region, name)
        )
        return deleted.rowcount > 0

    def _batches(
        self,
        group_id: int,
        stream: str | None,
        comparison: str,
        batch_id: int,
        order: str,
    ) -> Iterator[sqlite3.Row]:
        return self._state.db.execute(
            "SELECT b.id, b.lines, s.name FROM log_batches b"  # noqa: S608 - made of constants
            " JOIN log_streams s ON s.id = b.stream_id"
            f" WHERE b.group_id = ? AND b.id {comparison} ? AND (? IS NULL OR s.name = ?)"
            f" ORDER BY b.id {order}",
            (group_id, batch_id, stream, stream),
        )

    def _group_id(self, region: str, name: str) -> int:
        self._state.db.execute(
            "INSERT OR IGNORE INTO log_groups (region, name, created_ms) VALUES (?, ?, ?)",
            (region, name, _now_ms()),
        )
        row = self._state.db.execute(
            "SELECT id FROM log_groups WHERE region = ? AND name = ?", (region, name)
        ).fetchone()
        return int(row["id"])

    def _write(self, group_id: int, stream: str, lines: list[tuple[int, str]]) -> None:
        db = self._state.db
        first_ms, last_ms = lines[0][0], lines[-1][0]
        db.execute(
            "INSERT INTO log_streams (group_id, name, created_ms, first_ms, last_ms)"
            " VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (group_id, name) DO UPDATE SET last_ms = excluded.last_ms",
            (group_id, stream, first_ms, first_ms, last_ms),
        )
        content = orjson.dumps(lines)
        db.execute(
            "INSERT INTO log_batches (group_id, stream_id, size_bytes, lines)"
            " SELECT group_id, id, ?, ? FROM log_streams WHERE group_id = ? AND name = ?",
            (len(content), content, group_id, stream),
        )
        self._grow(group_id, len(content))

    def _grow(self, group_id: int, size_bytes: int) -> None:
        """Count what was added to a group; if it is full, drop its oldest batches."""
        db = self._state.db
        held = "SELECT size_bytes FROM log_groups WHERE id = ?"
        size_bytes += db.execute(held, (group_id,)).fetchone()[0]
        if size_bytes > self._max_group_bytes:
            # The newest stays in any case.
            oldest = db.execute(
                "SELECT id, size_bytes FROM log_batches WHERE group_id = ?"
                " AND id < (SELECT max(id) FROM log_batches WHERE group_id = ?)"
                " ORDER BY id LIMIT ?",
                (group_id, group_id, _DROPPED_AT_ONCE),
            ).fetchall()
            db.executemany(
                "DELETE FROM log_batches WHERE id = ?", [(row["id"],) for row in oldest]
            )
            size_bytes -= sum(row["size_bytes"] for row in oldest)
        db.execute(
            "UPDATE log_groups SET size_bytes = ? WHERE id = ?", (size_bytes, group_id)
        )


def endpoint_group(endpoint_name: str) -> str:
    """Return the log group that an endpoint's containers write to."""
    return f"/aws/sagemaker/Endpoints/{endpoint_name}"


def _events(batch: sqlite3.Row) -> list[LogEvent]:
    first_id = batch["id"] * _BATCH_LINES
    return [
        LogEvent(first_id + number, batch["name"], time_ms, message)
        for number, (time_ms, message) in enumerate(orjson.loads(batch["lines"]))
    ]


def _now_ms() -> int:
    return int(time.time() * 1000)
