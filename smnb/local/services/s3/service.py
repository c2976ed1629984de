"""Which operation an S3 request is: by its bucket, key, method and query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from smnb.local.account import ACCOUNT_ID
from smnb.local.errors import ServiceError
from smnb.local.services.s3.buckets import BucketOperations
from smnb.local.services.s3.call import Call
from smnb.local.services.s3.copies import CopyOperations
from smnb.local.services.s3.multipart import MultipartOperations
from smnb.local.services.s3.objects import ObjectOperations
from smnb.local.services.s3.store import S3Store
from smnb.local.services.s3.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from smnb.local.request import Request, Response
    from smnb.local.state import State

_VIRTUAL_HOST = re.compile(r"(?P<bucket>.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost")
_KEY_LIMIT_BYTES: Final = 1024
_SELECTORS: Final = ("uploads", "uploadId", "delete", "location", "list-type")
"""Parameters that make a request another operation."""
_ABSENT: Final = frozenset(
    {
        "abac",
        "accelerate",
        "acl",
        "analytics",
        "annotation",
        "attributes",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "legal-hold",
        "lifecycle",
        "logging",
        "metadataAnnotationTable",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "renameObject",
        "replication",
        "requestPayment",
        "restore",
        "retention",
        "select",
        "session",
        "tagging",
        "torrent",
        "versioning",
        "versions",
        "website",
    }
)
"""Parameters of operations that are not there."""


class S3Service:
    """Amazon S3.

    Attributes
    ----------
    store
        Its objects, for the services beside it.
    """

    def __init__(self, state: State) -> None:
        self.store = S3Store(state)
        uploads = Uploads(state, self.store)
        self.store.blobs.sweep({*self.store.used_blobs(), *uploads.used_blobs()})
        buckets = BucketOperations(self.store, uploads)
        objects = ObjectOperations(self.store)
        multipart = MultipartOperations(self.store, uploads)
        self._copies = CopyOperations(self.store, uploads)
        # By what is addressed, the method and the parameter that selects.
        self._operations: dict[
            tuple[str, str, str], Callable[[Call], Awaitable[Response]]
        ] = {
            ("service", "GET", ""): buckets.list_buckets,
            ("bucket", "PUT", ""): buckets.create,
            ("bucket", "HEAD", ""): buckets.head,
            ("bucket", "DELETE", ""): buckets.delete,
            ("bucket", "GET", ""): buckets.list_objects,
            ("bucket", "GET", "list-type"): buckets.list_objects_v2,
            ("bucket", "GET", "location"): buckets.location,
            ("bucket", "GET", "uploads"): multipart.list_uploads,
            ("bucket", "POST", "delete"): objects.delete_many,
            ("object", "PUT", ""): objects.put,
            ("object", "GET", ""): objects.get,
            ("object", "HEAD", ""): objects.get,
            ("object", "DELETE", ""): objects.delete,
            ("object", "POST", "uploads"): multipart.create,
            ("object", "PUT", "uploadId"): multipart.put_part,
            ("object", "POST", "uploadId"): multipart.complete,
            ("object", "DELETE", "uploadId"): multipart.abort,
            ("object", "GET", "uploadId"): multipart.list_parts,
        }

    async def handle(self, request: Request) -> Response:
        """Answer one request.

        Raises
        ------
        ServiceError
            With S3's code.
        """
        bucket, key = _address(request)
        call = Call(request, bucket, key, dict(request.query))
        owner = request.headers.get("x-amz-expected-bucket-owner", ACCOUNT_ID)
        if owner != ACCOUNT_ID:
            raise ServiceError("AccessDenied", "Access Denied", 403)
        response = await self._operation(call)(call)
        response.headers["x-amz-request-id"] = request.request_id
        return response

    def _operation(self, call: Call) -> Callable[[Call], Awaitable[Response]]:
        target = "object" if call.key else "bucket" if call.bucket else "service"
        selector = next((name for name in _SELECTORS if name in call.query), "")
        if "x-amz-copy-source" in call.headers and call.request.method == "PUT":
            copies = self._copies
            return copies.copy_part if selector == "uploadId" else copies.copy_object
        operation = self._operations.get((target, call.request.method, selector))
        absent = _ABSENT.intersection(call.query)
        if call.query.get("versionId", "null") != "null":
            absent |= {"versionId"}
        if operation is None or absent:
            what = "&".join(sorted(absent) or ([selector] if selector else []))
            raise ServiceError(
                "NotImplemented",
                "smnb's local backend does not answer S3's "
                f"{call.request.method} {target}{'?' if what else ''}{what}.",
                501,
            )
        return operation


def _address(request: Request) -> tuple[str, str]:
    """Return bucket and key, from a path-style or a virtual-host-style address.

    Raises
    ------
    ServiceError
        The path is not UTF-8, or the key is too long.
    """
    try:
        path = unquote(request.path, errors="strict").removeprefix("/")
    except UnicodeDecodeError:
        raise ServiceError(
            "InvalidURI", "Couldn't parse the specified URI.", URI=request.path
        ) from None
    host = request.headers.get("host", "").partition(":")[0]
    if virtual := _VIRTUAL_HOST.fullmatch(host):
        bucket, key = virtual["bucket"], path
    else:
        bucket, _, key = path.partition("/")
    size_bytes = len(key.encode())
    if size_bytes > _KEY_LIMIT_BYTES:
        raise ServiceError(
            "KeyTooLongError",
            "Your key is too long",
            Size=size_bytes,
            MaxSizeAllowed=_KEY_LIMIT_BYTES,
        )
    return bucket, key
