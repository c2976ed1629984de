"""From a request's body to a blob: decoded, hashed and written while it arrives.

A large body is read, hashed and written by a thread, a buffer at a time. Of any other,
a batch is worked on while the next is received, and no more. Either way memory is
bounded and the client is held back.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.s3.aws_chunked import AwsChunkedDecoder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from smnb.local.detached_body import DetachedBody
    from smnb.local.request import Request
    from smnb.local.services.s3.blobs import BlobWriter
    from smnb.local.services.s3.integrity import BodyCheck

# Each hand-over between threads waits for the interpreter: fewer are faster.
_BATCH_BYTES: Final = 2 * 1024 * 1024
_BUFFER_BYTES: Final = 256 * 1024  # fits a core's cache, from socket to hashes to file
# Of their own: a client that sends slowly keeps nobody else waiting for a thread.
_THREADS: Final = ThreadPoolExecutor(16, "upload")
_MAX_BYTES: Final = 5 * 1024**3
"""Largest object or part in one request (S3 User Guide, "Uploading objects")."""


async def receive(request: Request, check: BodyCheck, blob: BlobWriter) -> None:
    """Write the request's content to `blob` and check it.

    Raises
    ------
    ServiceError
        The content is not what the request declares, or larger than S3 takes.
    ClientGoneError
        The client closed the connection.
    """
    _require_length(request)
    intake = _Intake(_decoder(request), check, blob)
    with request.detached_body() as body:
        if body is None:
            await _receive_batches(request, intake)
        else:
            await _receive_detached(body, intake)
    intake.finish()


class _Intake:
    """Takes a body piece by piece; may run in any thread."""

    def __init__(
        self, decoder: AwsChunkedDecoder | None, check: BodyCheck, blob: BlobWriter
    ) -> None:
        self._decoder = decoder
        self._check = check
        self._blob = blob

    def take(self, pieces: Iterable[bytes | memoryview]) -> None:
        for piece in pieces:
            for content in self._decoder.feed(piece) if self._decoder else [piece]:
                self._check.update(content)
                self._blob.write(content)

    def finish(self) -> None:
        self._check.finish(self._decoder.finish() if self._decoder else {})


async def _receive_detached(body: DetachedBody, intake: _Intake) -> None:
    """Let threads read, as long as there is something to read."""
    loop = asyncio.get_running_loop()
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    while body.left_bytes:
        await body.readable()
        turn = loop.run_in_executor(_THREADS, intake.take, body.pieces(buffer))
        try:
            await asyncio.shield(turn)
        finally:
            # The file must not be closed under the thread that writes to it.
            await asyncio.wait([turn])


async def _receive_batches(request: Request, intake: _Intake) -> None:
    loop = asyncio.get_running_loop()
    working: asyncio.Future[None] = loop.create_future()
    working.set_result(None)
    try:
        async for batch in _batches(request):
            await working
            working = loop.run_in_executor(None, intake.take, batch)
    finally:
        # The file must not be closed under the thread that writes to it.
        await asyncio.wait([working])
    await working


async def _batches(request: Request) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    size_bytes = 0
    async for chunk in request.chunks():
        batch.append(chunk)
        size_bytes += len(chunk)
        if size_bytes >= _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _decoder(request: Request) -> AwsChunkedDecoder | None:
    kind = request.headers.get("x-amz-content-sha256", "")
    return AwsChunkedDecoder() if kind.startswith("STREAMING-") else None


def _require_length(request: Request) -> None:
    declared = request.headers.get("x-amz-decoded-content-length")
    length = declared or request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ServiceError(
            "MissingContentLength",
            "You must provide the Content-Length HTTP header.",
            411,
        )
    if int(length) > _MAX_BYTES:
        members: dict[str, Any] = {"ProposedSize": length, "MaxSizeAllowed": _MAX_BYTES}
        raise ServiceError(
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            **members,
        )
