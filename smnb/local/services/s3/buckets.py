"""Operations on buckets, and the lists of their objects."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from smnb.local.account import REGION
from smnb.local.errors import ServiceError
from smnb.local.request import Response
from smnb.local.services.s3 import xml
from smnb.local.services.s3.call import OWNER, iso_date, xml_response
from smnb.local.services.s3.listing import Page, Selection, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb.local.services.s3.call import Call
    from smnb.local.services.s3.store import Entry, S3Store
    from smnb.local.services.s3.uploads import Uploads


class BucketOperations:
    """Answers the requests that name no key."""

    def __init__(self, store: S3Store, uploads: Uploads) -> None:
        self._store = store
        self._uploads = uploads

    async def list_buckets(self, call: Call) -> Response:
        """ListBuckets, in one page."""
        prefix = call.query.get("prefix", "")
        buckets: xml.Tree = [
            (
                "Bucket",
                [
                    ("Name", bucket.name),
                    ("CreationDate", iso_date(bucket.created)),
                    ("BucketRegion", bucket.region),
                ],
            )
            for bucket in self._store.buckets()
            if bucket.name.startswith(prefix)
        ]
        return xml_response(
            "ListAllMyBucketsResult", [("Owner", OWNER), ("Buckets", buckets)]
        )

    async def create(self, call: Call) -> Response:
        """CreateBucket, in the region of the request unless it names another."""
        body = await call.document()
        named = xml.text(xml.parse(body), "LocationConstraint") if body else None
        region = call.request.region
        if region not in (REGION, named):
            raise ServiceError(
                "IllegalLocationConstraintException",
                f"The {named or 'unspecified'} location constraint is incompatible for "
                "the region specific endpoint this request was sent to.",
            )
        self._store.create_bucket(call.bucket, named or region)
        return Response(200, {"location": f"/{call.bucket}"})

    async def head(self, call: Call) -> Response:
        """HeadBucket."""
        region = self._store.bucket(call.bucket).region
        return Response(200, {"x-amz-bucket-region": region})

    async def delete(self, call: Call) -> Response:
        """DeleteBucket; the uploads under way to it are given up."""
        unused = [
            part.blob.name
            for upload in self._uploads.of_bucket(call.bucket)
            for part in self._uploads.parts(upload)
        ]
        self._store.delete_bucket(call.bucket)
        await self._store.discard(unused)
        return Response(204)

    async def location(self, call: Call) -> Response:
        """GetBucketLocation."""
        region = self._store.bucket(call.bucket).region
        return xml_response("LocationConstraint", None if region == REGION else region)

    async def list_objects(self, call: Call) -> Response:
        """ListObjects, whose pages go on behind a marker."""
        encode = _encoding(call)
        selection = _selection(call)
        marker = call.query.get("marker", "")
        start = selection.following(marker) if marker else ""
        limit = call.limit("max-keys")
        found = self._page(call, selection, start, limit)
        next_marker = found.last if found.is_truncated and selection.delimiter else None
        return xml_response(
            "ListBucketResult",
            [
                ("Name", call.bucket),
                ("Prefix", encode(selection.prefix)),
                ("Marker", encode(marker)),
                ("NextMarker", None if next_marker is None else encode(next_marker)),
                *_tail(call, selection, limit, found, with_owner=True),
            ],
        )

    async def list_objects_v2(self, call: Call) -> Response:
        """ListObjectsV2, whose pages go on where a token says."""
        encode = _encoding(call)
        selection = _selection(call)
        start_after = call.query.get("start-after")
        token = call.query.get("continuation-token")
        if token is not None:
            start = _start(token)
        else:
            start = f"{start_after}\0" if start_after else ""
        limit = call.limit("max-keys")
        found = self._page(call, selection, start, limit)
        following = selection.following(found.last) if found.is_truncated else None
        return xml_response(
            "ListBucketResult",
            [
                ("Name", call.bucket),
                ("Prefix", encode(selection.prefix)),
                ("StartAfter", None if start_after is None else encode(start_after)),
                ("ContinuationToken", token),
                ("NextContinuationToken", following and _token(following)),
                ("KeyCount", len(found)),
                *_tail(
                    call,
                    selection,
                    limit,
                    found,
                    with_owner=call.query.get("fetch-owner") == "true",
                ),
            ],
        )

    def _page(
        self, call: Call, selection: Selection, start: str | None, limit: int
    ) -> Page:
        self._store.bucket(call.bucket)
        return page(
            lambda first: self._store.entries(call.bucket, first),
            selection,
            start,
            limit,
        )


def _selection(call: Call) -> Selection:
    return Selection(call.query.get("prefix", ""), call.query.get("delimiter", ""))


def _tail(
    call: Call, selection: Selection, limit: int, found: Page, *, with_owner: bool
) -> list[tuple[str, xml.Content]]:
    """Return what the two lists have in common."""
    encode = _encoding(call)
    delimiter = selection.delimiter
    return [
        ("MaxKeys", limit),
        ("Delimiter", encode(delimiter) if delimiter else None),
        ("EncodingType", call.query.get("encoding-type")),
        ("IsTruncated", found.is_truncated),
        *(
            ("Contents", _contents(entry, encode, with_owner=with_owner))
            for entry in found.entries
        ),
        *(
            ("CommonPrefixes", [("Prefix", encode(prefix))])
            for prefix in found.common_prefixes
        ),
    ]


def _contents(
    entry: Entry, encode: Callable[[str], str], *, with_owner: bool
) -> xml.Tree:
    return [
        ("Key", encode(entry.key)),
        ("LastModified", iso_date(entry.modified)),
        ("ETag", f'"{entry.etag}"'),
        ("Size", entry.size_bytes),
        ("Owner", OWNER if with_owner else None),
        ("StorageClass", "STANDARD"),
    ]


def _encoding(call: Call) -> Callable[[str], str]:
    kind = call.query.get("encoding-type")
    if kind not in (None, "url"):
        raise ServiceError(
            "InvalidArgument",
            "Invalid Encoding Method specified in Request",
            ArgumentName="encoding-type",
            ArgumentValue=kind,
        )
    return str if kind is None else quote


def _token(start: str) -> str:
    return base64.urlsafe_b64encode(start.encode()).decode()


def _start(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        raise ServiceError(
            "InvalidArgument",
            "The continuation token provided is incorrect",
            ArgumentName="continuation-token",
        ) from None
