"""From a request's body to a blob: decoded, hashed and written while it arrives.

Hashing and writing run in a thread, a batch at a time; while one is worked on, the
next is received, and no more: memory is bounded and the client is held back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.s3.aws_chunked import AwsChunkedDecoder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from smnb.local.request import Request
    from smnb.local.services.s3.blobs import BlobWriter
    from smnb.local.services.s3.integrity import BodyCheck

# Each hand-over between threads waits for the interpreter: fewer are faster.
_BATCH_BYTES: Final = 2 * 1024 * 1024
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
    decoder = _decoder(request)
    loop = asyncio.get_running_loop()
    working: asyncio.Future[None] = loop.create_future()
    working.set_result(None)
    try:
        async for batch in _batches(request, decoder):
            await working
            working = loop.run_in_executor(None, _take, batch, check, blob)
    finally:
        # The file must not be closed under the thread that writes to it.
        await asyncio.wait([working])
    await working
    check.finish(decoder.finish() if decoder else {})


def _take(batch: list[bytes], check: BodyCheck, blob: BlobWriter) -> None:
    for piece in batch:
        check.update(piece)
        blob.write(piece)


async def _batches(
    request: Request, decoder: AwsChunkedDecoder | None
) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    size_bytes = 0
    async for chunk in request.chunks():
        batch += decoder.feed(chunk) if decoder else [chunk]
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
