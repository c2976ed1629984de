"""One asynchronous request, from its input in S3 to its answer in S3."""

from __future__ import annotations

import asyncio
import logging
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
    from collections.abc import AsyncIterator
    from pathlib import Path

    from smnb.local.container import Container
    from smnb.local.services.fleet import Fleet, Hosted
    from smnb.local.services.log_store import LogStore
    from smnb.local.services.s3 import S3Store
    from smnb.local.state import State

_log = logging.getLogger(__name__)
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


class _FailedError(Exception):
    """What the failure object says."""


class AsyncWorker:
    """Takes a request through its stages; each call works on one."""

    def __init__(
        self, state: State, store: S3Store, fleet: Fleet, logs: LogStore
    ) -> None:
        self._db = state.db
        self._store = store
        self._fleet = fleet
        self._logs = logs
        self._spool_dir = state.data_dir / "async"
        self._spool_dir.mkdir(exist_ok=True)

    async def work(self, request: QueuedRequest, hosted: Hosted) -> None:
        """Invoke the model and publish what it answers, or why it did not."""
        if request.answer is not None:
            await self._publish(request, request.answer)
            return
        try:
            content_type = await self._invoke(request, hosted)
        except _FailedError as failure:
            if self._fleet.lookup(request.region, request.endpoint_name) is not hosted:
                return  # replaced meanwhile: its successor takes the request
            await self.fail(request, str(failure), hosted)
        else:
            await self._publish(request, Answer("output", content_type))

    async def fail(
        self, request: QueuedRequest, reason: str, hosted: Hosted | None = None
    ) -> None:
        """Publish `reason` as the failure object, and log it as AWS does."""
        if hosted is not None:
            stream = f"{hosted.variants[0].log_stream}/data-log"
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")[:-6]
            line = f"{now}:[sagemaker logs] [{request.inference_id}] {reason}"
            group = endpoint_group(request.endpoint_name)
            self._logs.append(request.region, group, stream, line.encode())
        answer = Answer("failure", "text/plain")
        self._spool(request.id, answer.outcome).write_text(reason, "utf-8")
        await self._publish(request, answer)

    def discard(self, request_id: int) -> None:
        """Delete what was spooled for a request."""
        self._spool(request_id, "output").unlink(missing_ok=True)
        self._spool(request_id, "failure").unlink(missing_ok=True)

    async def _invoke(self, request: QueuedRequest, hosted: Hosted) -> str:
        """Spool the model's answer and return its content type."""
        variant = hosted.variants[0]
        try:
            container = await variant.ready()
            return await asyncio.wait_for(
                self._call(request, container), request.timeout_s
            )
        except StartFailedError as error:
            raise _FailedError(str(error)) from None
        except (asyncio.TimeoutError, ModelTimeoutError):
            raise self._model_error(request, 0, MODEL_TIMED_OUT) from None
        except ModelDiedError as error:
            message = model_died(request.endpoint_name, error)
            raise self._model_error(request, 0, message) from None

    async def _call(self, request: QueuedRequest, container: Container) -> str:
        response = await container.invoke(*self._input(request))
        spool = self._spool(request.id, "output")
        async with aclosing(response.body) as body:
            with spool.open("wb") as file:
                async for chunk in body:
                    file.write(chunk)
        if response.status not in _SUCCESS:
            with spool.open("rb") as file:
                message = file.read(_MAX_MESSAGE_BYTES).decode("utf-8", "replace")
            raise self._model_error(request, response.status, message)
        return response.headers.get("content-type", "application/octet-stream")

    def _model_error(
        self, request: QueuedRequest, status: int, message: str
    ) -> _FailedError:
        return _FailedError(
            model_error(request.region, request.endpoint_name, status, message)
        )

    def _input(
        self, request: QueuedRequest
    ) -> tuple[dict[str, str], AsyncIterator[bytes], int]:
        """Return headers, body and size of the invocation; raises if S3 has no input."""
        if request.body is not None:
            return request.headers, _once(request.body), len(request.body)
        uri = S3Uri.parse(str(request.input_location))
        try:
            found = self._store.head(uri.bucket, uri.key)
        except ServiceError as error:
            raise _FailedError(f"Could not download {uri}: {error.message}") from None
        limit_bytes = LIMITS["async_payload_bytes"].value
        if found.size_bytes > limit_bytes:
            raise _FailedError(
                f"The input {uri} has {found.size_bytes} bytes; at most {limit_bytes} are taken."
            )
        headers = {"content-type": found.content_type, **request.headers}
        return headers, self._read(uri), found.size_bytes

    async def _read(self, uri: S3Uri) -> AsyncIterator[bytes]:
        chunks = iter(self._store.read(uri.bucket, uri.key))
        while chunk := await asyncio.to_thread(next, chunks, b""):
            yield chunk

    async def _publish(self, request: QueuedRequest, answer: Answer) -> None:
        """Commit to the answer, then make it visible, then forget the request."""
        decided = self._db.execute(
            "UPDATE async_requests SET answer = ? WHERE id = ?",
            (orjson.dumps(asdict(answer)), request.id),
        )
        if decided.rowcount == 0:
            self.discard(request.id)  # its endpoint was deleted meanwhile
            return
        succeeded = answer.outcome == "output"
        uri = S3Uri.parse(
            request.output_location if succeeded else request.failure_location
        )
        spool = self._spool(request.id, answer.outcome)
        try:
            await self._store.put_file(uri.bucket, uri.key, spool, answer.content_type)
        except ServiceError as error:
            if succeeded:
                await self.fail(request, f"Could not upload to {uri}: {error.message}")
                return
            _log.warning(
                "request %s: no place for its failure: %s", request.inference_id, error
            )
        self._db.execute("DELETE FROM async_requests WHERE id = ?", (request.id,))
        self.discard(request.id)

    def _spool(self, request_id: int, outcome: Outcome) -> Path:
        return self._spool_dir / f"{request_id}.{outcome}"


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
