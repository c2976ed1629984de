"""One asynchronous request, from its input in S3 to its answer in S3."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final, Literal

import orjson

from smnb._limits import LIMITS
from smnb.local.container import ModelDiedError, ModelTimeoutError, StartFailedError
from smnb.local.errors import ServiceError
from smnb.local.services.log_store import endpoint_group
from smnb.local.services.model_errors import (
    MODEL_TIMED_OUT,
    model_died,
    model_error,
)
from smnb.local.services.s3_uri import S3Uri

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from smnb.local.container import Container
    from smnb.local.services.endpoint_metrics import EndpointMetrics, VariantMetrics
    from smnb.local.services.fleet import Fleet, Hosted
    from smnb.local.services.log_store import LogStore
    from smnb.local.services.s3 import S3Store
    from smnb.local.state import State

_log = logging.getLogger(__name__)
_EXPIRED: Final = "The request expired: it was queued for longer than its TTL."
_SUCCESS: Final = range(200, 300)
_MAX_MESSAGE_BYTES: Final = 2048  # the runtime model's Message


Outcome = Literal["output", "failure"]


@dataclass(frozen=True)
class QueuedRequest:
    """One row of the queue."""

    id: int
    region: str
    endpoint_name: str
    inference_id: str
    headers: dict[str, str]
    input_location: str | None
    body: bytes | None
    output_location: str
    failure_location: str
    timeout_s: int
    answer: Answer | None
    submitted: float

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> QueuedRequest:
        """Read a row of `async_requests`."""
        return cls(
            **{
                name: row[name]
                for name in cls.__annotations__
                if name not in ("headers", "answer")
            },
            headers=orjson.loads(row["headers"]),
            answer=row["answer"] and Answer(**orjson.loads(row["answer"])),
        )


@dataclass(frozen=True)
class Answer:
    """How a request ended; the content is in its spool file of that name."""

    outcome: Outcome
    content_type: str


@dataclass
class _Input:
    """What the model gets; `read_s` is how long reading it has taken until now."""

    headers: dict[str, str]
    size_bytes: int
    parts: Iterator[bytes]
    read_s: float = 0.0

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            began = time.perf_counter()
            chunk = await asyncio.to_thread(next, self.parts, b"")
            self.read_s += time.perf_counter() - began
            if not chunk:
                return
            yield chunk


class _FailedError(Exception):
    """What the failure object says."""


class AsyncWorker:
    """Takes a request through its stages; each call works on one."""

    def __init__(
        self,
        state: State,
        store: S3Store,
        fleet: Fleet,
        logs: LogStore,
        metrics: EndpointMetrics,
    ) -> None:
        self._db = state.db
        self._store = store
        self._fleet = fleet
        self._logs = logs
        self._metrics = metrics
        self._spool_dir = _spool_dir(state)

    async def work(self, request: QueuedRequest, hosted: Hosted) -> None:
        """Invoke the model and publish what it answers, or why it did not."""
        metrics = self._metrics.of(request.region, hosted.variants[0])
        try:
            answer = request.answer or await self._answer(request, hosted, metrics)
            ended = await self._publish(request, answer, metrics)
        except _FailedError as failure:
            if self._fleet.lookup(request.region, request.endpoint_name) is not hosted:
                return  # replaced meanwhile: its successor takes the request
            ended = await self.fail(request, str(failure), hosted)
        if ended is not None:
            total_s = time.time() - request.submitted
            metrics.processed(total_s, failed=ended == "failure")

    async def expire(self, request: QueuedRequest) -> None:
        """Fail a request that waited longer than its TTL."""
        await self.fail(request, _EXPIRED)
        hosted = self._fleet.lookup(request.region, request.endpoint_name)
        if hosted is not None:
            self._metrics.of(request.region, hosted.variants[0]).expired()

    async def fail(
        self, request: QueuedRequest, reason: str, hosted: Hosted | None = None
    ) -> Outcome | None:
        """Publish `reason` as the failure object, and log it as AWS does.

        What it returns is None if the request was deleted meanwhile.
        """
        if hosted is not None:
            stream = f"{hosted.variants[0].log_stream}/data-log"
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")[:-6]
            line = f"{now}:[sagemaker logs] [{request.inference_id}] {reason}"
            group = endpoint_group(request.endpoint_name)
            self._logs.append(request.region, group, stream, line.encode())
        answer = Answer("failure", "text/plain")
        self._spool(request.id, answer.outcome).write_text(reason, "utf-8")
        return await self._publish(request, answer)

    def discard(self, request_id: int) -> None:
        """Delete what was spooled for a request."""
        self._spool(request_id, "output").unlink(missing_ok=True)
        self._spool(request_id, "failure").unlink(missing_ok=True)

    async def _answer(
        self, request: QueuedRequest, hosted: Hosted, metrics: VariantMetrics
    ) -> Answer:
        """Spool the model's answer; raises _FailedError if it is no success."""
        try:
            container = await hosted.variants[0].ready()
        except StartFailedError as error:
            raise _FailedError(str(error)) from None
        metrics.left_backlog(time.time() - request.submitted)
        given = self._input(request, metrics)
        status, content_type, message = 0, "", ""
        began = time.perf_counter()
        try:
            status, content_type = await asyncio.wait_for(
                self._call(request, container, given), request.timeout_s
            )
        except (asyncio.TimeoutError, ModelTimeoutError):
            message = MODEL_TIMED_OUT
        except ModelDiedError as error:
            message = model_died(request.endpoint_name, error)
        metrics.answered(status, time.perf_counter() - began - given.read_s)
        if request.input_location is not None:
            metrics.downloaded(given.read_s)
        if status in _SUCCESS:
            return Answer("output", content_type)
        if status:
            with self._spool(request.id, "output").open("rb") as file:
                message = file.read(_MAX_MESSAGE_BYTES).decode("utf-8", "replace")
        raise _FailedError(
            model_error(request.region, request.endpoint_name, status, message)
        )

    async def _call(
        self, request: QueuedRequest, container: Container, given: _Input
    ) -> tuple[int, str]:
        """Spool whatever the model answers; return its status and content type."""
        response = await container.invoke(
            given.headers, given.chunks(), given.size_bytes
        )
        async with aclosing(response.body) as body:
            with self._spool(request.id, "output").open("wb") as file:
                async for chunk in body:
                    file.write(chunk)
        content_type = response.headers.get("content-type", "application/octet-stream")
        return response.status, content_type

    def _input(self, request: QueuedRequest, metrics: VariantMetrics) -> _Input:
        """Return what the model gets; raises _FailedError if S3 does not have it."""
        if request.body is not None:
            return _Input(request.headers, len(request.body), iter([request.body]))
        uri = S3Uri.parse(str(request.input_location))
        try:
            found = self._store.head(uri.bucket, uri.key)
        except ServiceError as error:
            metrics.download_failed()
            raise _FailedError(f"Could not download {uri}: {error.message}") from None
        limit_bytes = LIMITS["async_payload_bytes"].value
        if found.size_bytes > limit_bytes:
            raise _FailedError(
                f"The input {uri} has {found.size_bytes} bytes; at most {limit_bytes} are taken."
            )
        headers = {"content-type": found.content_type, **request.headers}
        parts = iter(self._store.read(uri.bucket, uri.key))
        return _Input(headers, found.size_bytes, parts)

    async def _publish(
        self,
        request: QueuedRequest,
        answer: Answer,
        metrics: VariantMetrics | None = None,
    ) -> Outcome | None:
        """Commit to the answer, then make it visible, then forget the request.

        Return how it ended, or None if its endpoint was deleted meanwhile.
        """
        decided = self._db.execute(
            "UPDATE async_requests SET answer = ? WHERE id = ?",
            (orjson.dumps(asdict(answer)), request.id),
        )
        if decided.rowcount == 0:
            self.discard(request.id)
            return None
        succeeded = answer.outcome == "output"
        uri = S3Uri.parse(
            request.output_location if succeeded else request.failure_location
        )
        spool, began = self._spool(request.id, answer.outcome), time.perf_counter()
        try:
            await self._store.put_file(uri.bucket, uri.key, spool, answer.content_type)
        except ServiceError as error:
            if succeeded:
                if metrics is not None:
                    metrics.upload_failed()
                return await self.fail(
                    request, f"Could not upload to {uri}: {error.message}"
                )
            _log.warning(
                "request %s: no place for its failure: %s", request.inference_id, error
            )
        if succeeded and metrics is not None:
            metrics.uploaded(time.perf_counter() - began)
        self._db.execute("DELETE FROM async_requests WHERE id = ?", (request.id,))
        self.discard(request.id)
        return answer.outcome

    def _spool(self, request_id: int, outcome: Outcome) -> Path:
        return self._spool_dir / f"{request_id}.{outcome}"


def discard_spools(state: State) -> None:
    """Delete what was spooled for requests that are no longer queued."""
    queued = "SELECT 1 FROM async_requests WHERE id = ?"
    for path in _spool_dir(state).iterdir():
        if state.db.execute(queued, (path.stem,)).fetchone() is None:
            path.unlink()


def _spool_dir(state: State) -> Path:
    folder = state.data_dir / "async"
    folder.mkdir(exist_ok=True)
    return folder
