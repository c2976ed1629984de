"""Asynchronous invocations: a durable queue from S3 input to S3 output.

A request is acknowledged once it is committed, and goes when its answer is in S3. The
answer is committed before it is published, so that after a crash the same answer is
published again, and never another.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb._limits import LIMITS
from smnb.local.account import ACCOUNT_ID
from smnb.local.errors import ServiceError
from smnb.local.services.async_worker import AsyncWorker, QueuedRequest
from smnb.local.services.s3_uri import S3Uri

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from smnb.local.services.endpoint_metrics import EndpointMetrics
    from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, Key
    from smnb.local.services.log_store import LogStore
    from smnb.local.services.s3 import S3Store
    from smnb.local.state import State

_log = logging.getLogger(__name__)
_IDLE_S: Final = 60.0  # after which an endpoint with MinCapacity 0 stops its container
_LOOK_AROUND_S: Final = 3600.0  # when nothing is due
_RETRY_AFTER_S: Final = 5.0  # a fault of ours, such as a full disk
_SCHEMA = """
CREATE TABLE IF NOT EXISTS async_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    region TEXT NOT NULL,
    endpoint_name TEXT NOT NULL,
    inference_id TEXT NOT NULL,
    headers BLOB NOT NULL,
    input_location TEXT,
    body BLOB,
    output_location TEXT NOT NULL,
    failure_location TEXT NOT NULL,
    timeout_s INTEGER NOT NULL,
    expires REAL NOT NULL,
    answer BLOB,  -- null until there is one
    submitted REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS async_requests_by_endpoint
    ON async_requests (region, endpoint_name, id);
CREATE INDEX IF NOT EXISTS async_requests_by_expiry ON async_requests (expires);
"""


@dataclass(frozen=True)
class AsyncRequest:
    """One InvokeEndpointAsync, checked against the service model's constraints.

    Parameters
    ----------
    input_location, body
        Exactly one is given: an S3 URI, or the payload itself (at most 128,000 bytes).
    ttl_s
        Seconds that the request may wait in the queue: 60 to 21,600.
    timeout_s
        Seconds that the model may take: 1 to 3,600.
    path_extension, filename
        Where the output goes: ``<S3OutputPath>/<path_extension>/<filename>``.
    """

    region: str
    endpoint_name: str
    input_location: str | None = None
    body: bytes | None = None
    content_type: str | None = None
    accept: str | None = None
    custom_attributes: str | None = None
    inference_id: str | None = None
    ttl_s: int | None = None
    timeout_s: int | None = None
    path_extension: str | None = None
    filename: str | None = None


@dataclass(frozen=True)
class AsyncAccepted:
    """What the caller learns at once: who the request is and where to look for its end."""

    inference_id: str
    output_location: str
    failure_location: str


class AsyncQueue:
    """The requests of every asynchronous endpoint, and who works on them.

    Parameters
    ----------
    scales_to_zero
        Tells of a region and endpoint name whether its container may stop when idle.
    idle_s
        Seconds without work after which it does.
    """

    def __init__(
        self,
        state: State,
        store: S3Store,
        fleet: Fleet,
        logs: LogStore,
        metrics: EndpointMetrics,
        *,
        scales_to_zero: Callable[[str, str], bool],
        idle_s: float = _IDLE_S,
    ) -> None:
        self._db = state.db
        self._db.executescript(_SCHEMA)
        self._fleet = fleet
        self._worker = AsyncWorker(state, store, fleet, logs, metrics)
        self._scales_to_zero = scales_to_zero
        self._idle_s = idle_s
        self._running: defaultdict[Key, dict[int, asyncio.Task[None]]] = defaultdict(
            dict
        )
        self._last_used: dict[Key, float] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._dispatcher: asyncio.Task[None] | None = None

    async def submit(self, request: AsyncRequest) -> AsyncAccepted:
        """Keep `request` durably and answer where its output will appear.

        Raises
        ------
        ServiceError
            ``ValidationError``: no such endpoint, one that is not asynchronous, input
            and body both or neither, too large a body, or an input that is no S3 URI.
        """
        settings = self._settings(request)
        _check(request)
        name = uuid.uuid4().hex
        extension = (
            [request.path_extension.strip("/")] if request.path_extension else []
        )
        accepted = AsyncAccepted(
            request.inference_id or str(uuid.uuid4()),
            str(settings.output.joined(*extension, request.filename or f"{name}.out")),
            str(settings.failure.joined(*extension, f"{name}-error.out")),
        )
        now = time.time()
        ttl_s = request.ttl_s or LIMITS["async_ttl_max_s"].value
        headers = {
            "content-type": request.content_type,
            "accept": request.accept,
            "x-amzn-sagemaker-custom-attributes": request.custom_attributes,
            "x-amzn-sagemaker-inference-id": accepted.inference_id,
        }
        self._db.execute(
            "INSERT INTO async_requests (region, endpoint_name, inference_id, headers,"
            " input_location, body, output_location, failure_location, timeout_s, expires,"
            " submitted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                request.region,
                request.endpoint_name,
                accepted.inference_id,
                orjson.dumps({name: value for name, value in headers.items() if value}),
                request.input_location,
                request.body,
                accepted.output_location,
                accepted.failure_location,
                request.timeout_s or LIMITS["async_timeout_default_s"].value,
                now + ttl_s,
                now,
            ),
        )
        self.wake()
        return accepted

    @property
    def busy(self) -> bool:
        """Whether any request is queued or worked on."""
        found = self._db.execute("SELECT EXISTS (SELECT 1 FROM async_requests)")
        return bool(found.fetchone()[0])

    def backlog(self, region: str, endpoint_name: str) -> tuple[int, float]:
        """Return how many requests are not answered yet, and the age of the first in s."""
        row = self._db.execute(
            "SELECT count(*), min(submitted) FROM async_requests"
            " WHERE region = ? AND endpoint_name = ?",
            (region, endpoint_name),
        ).fetchone()
        return row[0], max(time.time() - row[1], 0.0) if row[0] else 0.0

    async def start(self) -> None:
        """Begin to work, first on what an earlier daemon left."""
        self._dispatcher = asyncio.create_task(self._dispatch_forever())

    def wake(self) -> None:
        """Look for work: something was submitted, finished or put in service."""
        self._wake.set()

    def drop(self, region: str, endpoint_name: str) -> None:
        """Forget a deleted endpoint's requests, those being worked on too."""
        for task in self._running.pop((region, endpoint_name), {}).values():
            task.cancel()
        self._last_used.pop((region, endpoint_name), None)
        where = "FROM async_requests WHERE region = ? AND endpoint_name = ?"
        key = (region, endpoint_name)
        for row in self._db.execute(f"SELECT id {where}", key).fetchall():
            self._worker.discard(row["id"])
        self._db.execute(f"DELETE {where}", key)

    async def stop(self) -> None:
        """Stop working; what is unfinished stays queued for the next daemon."""
        tasks = [
            task for running in self._running.values() for task in running.values()
        ]
        tasks += self._background
        if self._dispatcher is not None:
            tasks.append(self._dispatcher)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _settings(self, request: AsyncRequest) -> AsyncSettings:
        hosted = self._fleet.lookup(request.region, request.endpoint_name)
        if hosted is None:
            raise _invalid(
                f"Endpoint {request.endpoint_name} of account {ACCOUNT_ID} not found."
            )
        if hosted.async_settings is None:
            raise _invalid(
                f"Endpoint {request.endpoint_name} is not asynchronous; use InvokeEndpoint."
            )
        return hosted.async_settings

    async def _dispatch_forever(self) -> None:
        while True:
            self._wake.clear()
            self._expire()
            self._dispatch()
            self._scale_in()
            alarm = asyncio.get_running_loop().call_later(self._pause_s(), self.wake)
            await self._wake.wait()
            alarm.cancel()

    def _dispatch(self) -> None:
        """Start as many requests as each endpoint works on at once, oldest first."""
        for key, hosted, settings in self._fleet.asynchronous():
            running = self._running[key]
            rows = self._db.execute(
                "SELECT * FROM async_requests WHERE region = ? AND endpoint_name = ?"
                " ORDER BY id LIMIT ?",
                (*key, settings.concurrency + len(running)),
            ).fetchall()
            for request in self._idle_requests(rows, running):
                if len(running) < settings.concurrency:
                    self._run(request, hosted)

    def _expire(self) -> None:
        """Fail the requests that waited longer than their TTL, wherever they stand."""
        rows = self._db.execute(
            "SELECT * FROM async_requests WHERE expires <= ? AND answer IS NULL",
            (time.time(),),
        ).fetchall()
        for row in rows:
            running = self._running[row["region"], row["endpoint_name"]]
            for request in self._idle_requests([row], running):
                self._run(request, None)

    def _idle_requests(
        self, rows: Any, running: dict[int, asyncio.Task[None]]
    ) -> Iterator[QueuedRequest]:
        return (QueuedRequest.from_row(row) for row in rows if row["id"] not in running)

    def _run(self, request: QueuedRequest, hosted: Hosted | None) -> None:
        """Work on a request in the background; without containers it has expired."""
        key = (request.region, request.endpoint_name)
        if hosted is None:
            work = self._worker.expire(request)
        else:
            work = self._worker.work(request, hosted)
        task = asyncio.create_task(_retried_later(work))
        running = self._running[key]
        running[request.id] = task

        def done(_: asyncio.Task[None]) -> None:
            running.pop(request.id, None)
            self._last_used[key] = time.monotonic()
            self.wake()

        task.add_done_callback(done)

    def _scale_in(self) -> None:
        """Stop the containers of endpoints that may be at zero and have had no work."""
        now = time.monotonic()
        for key, hosted, _ in self._fleet.asynchronous():
            if self._may_rest(key, hosted):
                since = self._last_used.setdefault(key, now)
                if now - since >= self._idle_s:
                    task = asyncio.create_task(hosted.stop())
                    self._background.add(task)
                    task.add_done_callback(self._background.discard)

    def _may_rest(self, key: Key, hosted: Hosted) -> bool:
        running = hosted.variants[0].running
        return running and not self._running[key] and self._scales_to_zero(*key)

    def _pause_s(self) -> float:
        """Return how long until the next expiry or the next container to stop."""
        deadlines = [
            self._last_used[key] + self._idle_s - time.monotonic()
            for key, hosted, _ in self._fleet.asynchronous()
            if self._may_rest(key, hosted)
        ]
        row = self._db.execute(
            "SELECT min(expires) FROM async_requests WHERE answer IS NULL AND expires > ?",
            (time.time(),),
        ).fetchone()
        if row[0] is not None:
            deadlines.append(row[0] - time.time())
        return max(min(deadlines, default=_LOOK_AROUND_S), 0.01)


async def _retried_later(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; if we fail at it, it is still queued, and free again after a pause."""
    try:
        await work
    except Exception:  # noqa: BLE001 - whatever it is, the queue goes on
        _log.exception("an asynchronous request could not be worked on")
        await asyncio.sleep(_RETRY_AFTER_S)


def _check(request: AsyncRequest) -> None:
    """Raise for what the service model can't say; what S3 holds is the worker's matter."""
    if (request.input_location is None) == (request.body is None):
        raise _invalid("Exactly one of InputLocation and Body must be given.")
    limit = LIMITS["async_inline_bytes"].value
    if request.body is not None and len(request.body) > limit:
        raise _invalid(f"Body is {len(request.body)} bytes; it can be at most {limit}.")
    if request.input_location is not None:
        try:
            S3Uri.parse(request.input_location)
        except ValueError as error:
            raise _invalid(f"InputLocation: {error}.") from None


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
