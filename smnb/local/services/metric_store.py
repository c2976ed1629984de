"""Metrics on disk: written in batches, a row a minute, the oldest dropped first.

A row holds all samples of its minute (of its second, if they are of high resolution):
count, sum, minimum and maximum as they were, and the values so that percentiles of any
period can be told. Single samples are not kept, since a busy endpoint has seven of them
for each request. Rows are kept for 15 days, as long as AWS tells minutes apart, and not
merged into longer ones after that. All of them together have a bound too.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from smnb.local.services.statistics import Samples

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from smnb.local.state import State

MINUTE_S: Final = 60
KEPT_S: Final = 15 * 24 * 3600
_MAX_BYTES: Final = 32 * 1024 * 1024
_ROW_BYTES: Final = 80  # of a row without its values, by measure
_FLUSH_AFTER_S: Final = 1.0
_PRUNE_EVERY_S: Final = 3600.0
_READ_AT_ONCE: Final = 64  # rows, at up to 0.2 ms

_SCHEMA = """
CREATE TABLE IF NOT EXISTS metrics (
    id INTEGER PRIMARY KEY,
    region TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    dimensions TEXT NOT NULL,  -- [[name, value], ...], in the order of the names
    latest INTEGER NOT NULL,  -- when its newest row begins
    UNIQUE (region, namespace, name, dimensions)
);
CREATE TABLE IF NOT EXISTS metric_samples (
    metric_id INTEGER NOT NULL REFERENCES metrics (id) ON DELETE CASCADE,
    time INTEGER NOT NULL,  -- when the minute, or second, begins
    unit TEXT NOT NULL,
    count REAL NOT NULL,
    total REAL NOT NULL,
    minimum REAL NOT NULL,
    maximum REAL NOT NULL,
    value_counts BLOB,  -- [[value, count], ...]; null if not known
    PRIMARY KEY (metric_id, time, unit)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS metric_samples_by_time ON metric_samples (time);
"""


class Metric(NamedTuple):
    """What identifies a metric; its dimensions are in the order of their names."""

    region: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


class Point(NamedTuple):
    """The samples of one minute, or second, in one unit."""

    time: int
    unit: str
    samples: Samples


class Series:
    """Takes samples of one metric in one unit, at a fraction of a microsecond each.

    Parameters
    ----------
    await_flush
        Called with the series when it has samples again.
    """

    def __init__(
        self, metric: Metric, unit: str, await_flush: Callable[[Series], None]
    ) -> None:
        self.metric = metric
        self.unit = unit
        self._await_flush = await_flush
        self._values: dict[float, float] = {}

    def add(self, value: float) -> None:
        """Take one sample of now."""
        values = self._values
        if not values:
            self._await_flush(self)
        values[value] = values.get(value, 0.0) + 1.0

    def take(self) -> Samples:
        """Return what was added since the last time."""
        values, self._values = self._values, {}
        return Samples.of(values)


class MetricStore:
    """The metrics of every region.

    What is added to a series reaches the disk within a second, and before anything is
    read.

    Parameters
    ----------
    max_bytes
        What the rows hold at most, and for a while what an hour brings; the pages that
        they are on may take twice that.
    """

    def __init__(self, state: State, *, max_bytes: int = _MAX_BYTES) -> None:
        self._state = state
        self._max_bytes = max_bytes
        self._pending: list[Series] = []
        self._pending_begin = 0
        self._timer: asyncio.TimerHandle | None = None
        self._pruned = -_PRUNE_EVERY_S
        state.db.executescript(_SCHEMA)

    def series(self, metric: Metric, unit: str) -> Series:
        """Return what takes samples of the metric as they come."""
        return Series(metric, unit, self._await_flush)

    def write(self, rows: Iterable[tuple[Metric, Point]]) -> None:
        """Keep the samples of some minutes, or seconds, durably: all or none."""
        with self._state.transaction():
            for metric, point in rows:
                self._write(self._metric_id(metric, point.time), point)
        if time.monotonic() - self._pruned >= _PRUNE_EVERY_S:
            self._pruned = time.monotonic()
            self.prune()

    def _await_flush(self, series: Series) -> None:
        """Flush soon, and in the minute to which the series' samples belong."""
        self._pending.append(series)
        if self._timer is None:
            now = time.time()
            self._pending_begin = int(now // MINUTE_S * MINUTE_S)
            left_s = self._pending_begin + MINUTE_S - now
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(min(_FLUSH_AFTER_S, left_s), self.flush)

    def flush(self) -> None:
        """Write what was added since the last time."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        pending, self._pending = self._pending, []
        self.write(
            (series.metric, Point(self._pending_begin, series.unit, series.take()))
            for series in pending
        )

    async def stop(self) -> None:
        """Write what is left."""
        self.flush()

    def listed(
        self, region: str, active_since: float, after_id: int = 0
    ) -> Iterator[tuple[int, Metric]]:
        """Yield id and metric of those with samples since then, in the order of ids."""
        self.flush()
        rows = self._state.db.execute(
            "SELECT * FROM metrics WHERE region = ? AND latest >= ? AND id > ? ORDER BY id",
            (region, active_since, after_id),
        )
        for row in rows:
            dimensions = tuple(map(tuple, orjson.loads(row["dimensions"])))
            yield (
                row["id"],
                Metric(row["region"], row["namespace"], row["name"], dimensions),
            )

    async def points(
        self,
        metric: Metric,
        start: float,
        end: float,
        unit: str | None = None,
        *,
        with_values: bool = True,
    ) -> AsyncIterator[Point]:
        """Yield a metric's rows from `start` until before `end`, oldest first.

        Other requests go on meanwhile.

        Parameters
        ----------
        unit
            None for every unit; then a minute may have several rows.
        with_values
            Whether percentiles are wanted; without it goes a lot faster.
        """
        self.flush()
        rows = self._state.db.execute(
            "SELECT s.time, s.unit, s.count, s.total, s.minimum, s.maximum,"
            " CASE WHEN ? THEN s.value_counts END AS value_counts"
            " FROM metric_samples s JOIN metrics m ON m.id = s.metric_id"
            " WHERE m.region = ? AND m.namespace = ? AND m.name = ? AND m.dimensions = ?"
            " AND s.time >= ? AND s.time < ? AND (? IS NULL OR s.unit = ?) ORDER BY s.time",
            (with_values, *_key(metric), start, end, unit, unit),
        )
        for number, row in enumerate(rows, 1):
            if number % _READ_AT_ONCE == 0:
                await asyncio.sleep(0)
            yield Point(row["time"], row["unit"], _samples(row))

    def prune(self) -> None:
        """Drop what is too old, and the oldest of what is too much."""
        db = self._state.db
        held = "SELECT total(? + coalesce(length(value_counts), 0)) FROM metric_samples"
        oldest = time.time() - KEPT_S
        db.execute("DELETE FROM metric_samples WHERE time < ?", (oldest,))
        db.execute("DELETE FROM metrics WHERE latest < ?", (oldest,))
        if db.execute(held, (_ROW_BYTES,)).fetchone()[0] > self._max_bytes:
            db.execute(
                "DELETE FROM metric_samples WHERE time <= (SELECT max(time) FROM ("
                " SELECT time, sum(sum(? + coalesce(length(value_counts), 0)))"
                " OVER (ORDER BY time DESC) AS held FROM metric_samples GROUP BY time"
                ") WHERE held > ?)",
                (_ROW_BYTES, self._max_bytes),
            )

    def _metric_id(self, metric: Metric, begin: int) -> int:
        db = self._state.db
        db.execute(
            "INSERT INTO metrics (region, namespace, name, dimensions, latest)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (region, namespace, name, dimensions)"
            " DO UPDATE SET latest = max(latest, excluded.latest)",
            (*_key(metric), begin),
        )
        row = db.execute(
            "SELECT id FROM metrics WHERE region = ? AND namespace = ? AND name = ?"
            " AND dimensions = ?",
            _key(metric),
        ).fetchone()
        return int(row["id"])

    def _write(self, metric_id: int, point: Point) -> None:
        db = self._state.db
        begin, unit, samples = point
        before = db.execute(
            "SELECT * FROM metric_samples WHERE metric_id = ? AND time = ? AND unit = ?",
            (metric_id, begin, unit),
        ).fetchone()
        if before is not None:
            samples.merge(_samples(before))
        samples.compact()
        values = samples.values
        db.execute(
            "INSERT OR REPLACE INTO metric_samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(metric_id, begin, unit, samples.count, samples.total),
                *(samples.minimum, samples.maximum),
                None if values is None else orjson.dumps(list(values.items())),
            ),
        )


def _key(metric: Metric) -> tuple[str, str, str, str]:
    dimensions = orjson.dumps(metric.dimensions).decode()
    return metric.region, metric.namespace, metric.name, dimensions


def _samples(row: sqlite3.Row) -> Samples:
    values = row["value_counts"]
    return Samples(
        row["count"],
        row["total"],
        row["minimum"],
        row["maximum"],
        None if values is None else dict(orjson.loads(values)),
    )
