"""Operations on single objects: put, get, head, delete."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from smnb.local.errors import ServiceError
from smnb.local.request import Response
from smnb.local.services.s3 import xml
from smnb.local.services.s3.blobs import Blob
from smnb.local.services.s3.call import xml_response
from smnb.local.services.s3.conditions import Conditions
from smnb.local.services.s3.integrity import BodyCheck
from smnb.local.services.s3.object_info import ObjectInfo
from smnb.local.services.s3.ranges import parse_range
from smnb.local.services.s3.representation import (
    kept_headers,
    response_headers,
    user_metadata,
    validators,
)
from smnb.local.services.s3.store import now
from smnb.local.services.s3.upload import receive

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from smnb.local.services.s3.call import Call
    from smnb.local.services.s3.store import S3Store

_DELETE_LIMIT: Final = 1000


class ObjectOperations:
    """Answers the requests that read, write or delete whole objects."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def put(self, call: Call) -> Response:
        """PutObject."""
        conditions = Conditions.of(call.headers)
        # Also before the body is sent, which it then need not be.
        conditions.check_write(self._store.find(call.bucket, call.key))
        headers, metadata = kept_headers(call.headers), user_metadata(call.headers)
        check = BodyCheck(call.headers)
        with self._store.blobs.writing() as blob:
            await receive(call.request, check, blob)
            blobs = [Blob(blob.name, check.size_bytes)]
            stored = ObjectInfo(
                check.etag, now(), blobs, headers, metadata, check.checksum
            )
            unused = self._store.put(call.bucket, call.key, stored, conditions)
        await self._store.discard(unused)
        checksum = stored.checksum.headers() if stored.checksum else {}
        return Response(200, {"etag": f'"{stored.etag}"', **checksum})

    async def get(self, call: Call) -> Response:
        """GetObject."""
        found = self._store.head(call.bucket, call.key)
        if not Conditions.of(call.headers).allows_read(found):
            return Response(304, validators(found))
        part = _part(call, found)
        span = part or parse_range(call.headers.get("range"), found.size_bytes)
        headers = response_headers(found, call.query)
        if span is None:
            start, end = 0, found.size_bytes
            # That of a part of the object is not known; clients would compare it.
            if found.checksum and _wants_checksum(call):
                headers |= found.checksum.headers()
        else:
            start, end = span
            headers["content-range"] = f"bytes {start}-{end - 1}/{found.size_bytes}"
        if part and "-" in found.etag:
            headers["x-amz-mp-parts-count"] = str(len(found.blobs))
        headers["content-length"] = str(end - start)
        status = 200 if span is None else 206
        if call.request.method == "HEAD":
            return Response(status, headers)
        pieces = self._store.blobs.read(found.blobs, start, end)
        return Response(status, headers, _stream(pieces))

    async def delete(self, call: Call) -> Response:
        """DeleteObject."""
        conditions = Conditions(if_match=call.headers.get("if-match"))
        await self._store.delete(call.bucket, [call.key], conditions)
        return Response(204)

    async def delete_many(self, call: Call) -> Response:
        """DeleteObjects."""
        root = xml.parse(await call.document())
        keys = [xml.text(named, "Key") or "" for named in root.findall("{*}Object")]
        if not 1 <= len(keys) <= _DELETE_LIMIT or "" in keys:
            raise xml.malformed()
        await self._store.delete(call.bucket, keys)
        quiet = xml.text(root, "Quiet") == "true"
        return xml_response(
            "DeleteResult",
            [] if quiet else [("Deleted", [("Key", key)]) for key in keys],
        )


def _wants_checksum(call: Call) -> bool:
    return call.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED"


def _part(call: Call, found: ObjectInfo) -> tuple[int, int] | None:
    """Return the first byte, and the one behind the last, of the part asked for."""
    if "partNumber" not in call.query or found.size_bytes == 0:
        return None
    number = call.number("partNumber", least=1)
    if number > len(found.blobs):
        raise ServiceError(
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
            416,
            PartNumberRequested=number,
            ActualPartCount=len(found.blobs),
        )
    start = sum(blob.size_bytes for blob in found.blobs[: number - 1])
    return start, start + found.blobs[number - 1].size_bytes


async def _stream(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
