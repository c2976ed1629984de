"""Operations that take their content from an object: CopyObject, UploadPartCopy."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from smnb.local.errors import ServiceError
from smnb.local.services.s3.blobs import Blob
from smnb.local.services.s3.call import iso_date, xml_response
from smnb.local.services.s3.conditions import Conditions
from smnb.local.services.s3.integrity import BodyCheck
from smnb.local.services.s3.multipart import part_number
from smnb.local.services.s3.ranges import parse_range
from smnb.local.services.s3.representation import kept_headers, user_metadata
from smnb.local.services.s3.store import copy_into, now
from smnb.local.services.s3.uploads import PartInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb.local.request import Response
    from smnb.local.services.s3.call import Call
    from smnb.local.services.s3.object_info import ObjectInfo
    from smnb.local.services.s3.store import S3Store
    from smnb.local.services.s3.uploads import Uploads

_RANGE = "x-amz-copy-source-range"


class CopyOperations:
    """Answers the requests that have a copy source."""

    def __init__(self, store: S3Store, uploads: Uploads) -> None:
        self._store = store
        self._uploads = uploads

    async def copy_object(self, call: Call) -> Response:
        """CopyObject; the content is shared on disk, and so the ETag is kept."""
        address = _address(call.headers)
        source = self._source(call, address)
        if call.headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE":
            source = replace(
                source,
                headers=kept_headers(call.headers),
                metadata=user_metadata(call.headers),
            )
        elif address == (call.bucket, call.key):
            raise ServiceError(
                "InvalidRequest",
                "This copy request is illegal because it is trying to copy an object to "
                "itself without changing the object's metadata, storage class, website "
                "redirect location or encryption attributes.",
            )
        made = replace(source, modified=now())
        conditions = Conditions.of(call.headers)
        await self._store.copy(made, call.bucket, call.key, conditions)
        return xml_response(
            "CopyObjectResult",
            [
                ("LastModified", iso_date(made.modified)),
                ("ETag", f'"{made.etag}"'),
                *([made.checksum.element] if made.checksum else []),
            ],
        )

    async def copy_part(self, call: Call) -> Response:
        """UploadPartCopy."""
        upload = self._uploads.get(call.bucket, call.key, call.query["uploadId"])
        number = part_number(call)
        source = self._source(call, _address(call.headers))
        start, end = _span(call, source)
        check = BodyCheck({}, upload.algorithm)
        pieces = self._store.blobs.read(source.blobs, start, end)
        with self._store.blobs.writing() as blob:
            await asyncio.to_thread(copy_into, blob, check, pieces)
            written = Blob(blob.name, check.size_bytes)
            part = PartInfo(number, check.etag, now(), written, check.checksum)
            unused = self._uploads.put_part(upload, part)
        await self._store.discard(unused)
        return xml_response(
            "CopyPartResult",
            [
                ("LastModified", iso_date(part.modified)),
                ("ETag", f'"{part.etag}"'),
                *([part.checksum.element] if part.checksum else []),
            ],
        )

    def _source(self, call: Call, address: tuple[str, str]) -> ObjectInfo:
        found = self._store.head(*address)
        conditions = Conditions.of(call.headers, "x-amz-copy-source-")
        if not conditions.allows_read(found):
            raise ServiceError(
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                412,
                Condition="x-amz-copy-source-if-none-match",
            )
        return found


def _address(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return bucket and key of the source."""
    path, _, version = headers["x-amz-copy-source"].partition("?versionId=")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not bucket or not key or version not in ("", "null"):
        raise ServiceError(
            "InvalidArgument",
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            ArgumentName="x-amz-copy-source",
            ArgumentValue=headers["x-amz-copy-source"],
        )
    return bucket, key


def _span(call: Call, source: ObjectInfo) -> tuple[int, int]:
    """Return the first byte to copy and the one behind the last."""
    asked = call.headers.get(_RANGE)
    if asked is None:
        return 0, source.size_bytes
    span = parse_range(asked, source.size_bytes)
    if span is None:
        raise ServiceError(
            "InvalidArgument",
            "The x-amz-copy-source-range value must be of the form bytes=first-last "
            "where first and last are the zero-based offsets of the first and last "
            "bytes to copy",
            ArgumentName=_RANGE,
            ArgumentValue=asked,
        )
    return span
