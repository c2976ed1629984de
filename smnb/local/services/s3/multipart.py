"""Operations on multipart uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from smnb.local.errors import ServiceError
from smnb.local.request import Response
from smnb.local.services.s3 import xml
from smnb.local.services.s3.blobs import Blob
from smnb.local.services.s3.call import OWNER, iso_date, xml_response
from smnb.local.services.s3.checksums import (
    ALGORITHMS,
    HEADER_PREFIX,
    Algorithm,
    ChecksumType,
    find_algorithm,
)
from smnb.local.services.s3.conditions import Conditions
from smnb.local.services.s3.integrity import BodyCheck, declared_algorithm
from smnb.local.services.s3.representation import kept_headers, user_metadata
from smnb.local.services.s3.store import now
from smnb.local.services.s3.upload import receive
from smnb.local.services.s3.uploads import ListedPart, PartInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from smnb.local.services.s3.call import Call
    from smnb.local.services.s3.object_info import ObjectInfo
    from smnb.local.services.s3.store import S3Store
    from smnb.local.services.s3.uploads import Upload, Uploads

_PARTS_LIMIT: Final = 10_000


class MultipartOperations:
    """Answers the requests that make an object in parts."""

    def __init__(self, store: S3Store, uploads: Uploads) -> None:
        self._store = store
        self._uploads = uploads

    async def create(self, call: Call) -> Response:
        """CreateMultipartUpload."""
        checksum = _asked_checksum(call.headers)
        upload_id = self._uploads.create(
            call.bucket,
            call.key,
            kept_headers(call.headers),
            user_metadata(call.headers),
            checksum,
        )
        response = xml_response(
            "InitiateMultipartUploadResult",
            [("Bucket", call.bucket), ("Key", call.key), ("UploadId", upload_id)],
        )
        if checksum:
            algorithm, kind = checksum
            response.headers[f"{HEADER_PREFIX}algorithm"] = algorithm.name.upper()
            response.headers[f"{HEADER_PREFIX}type"] = kind
        return response

    async def put_part(self, call: Call) -> Response:
        """UploadPart."""
        upload = self._upload(call)
        number = part_number(call)
        declared = declared_algorithm(call.headers)
        if declared and upload.algorithm not in (None, declared):
            raise ServiceError(
                "InvalidRequest",
                "Checksum Type mismatch occurred, expected checksum Type: "
                f"{upload.algorithm.name}, actual checksum Type: {declared.name}",
            )
        check = BodyCheck(call.headers, upload.algorithm, etag_is_md5=False)
        with self._store.blobs.writing() as blob:
            await receive(call.request, check, blob)
            written = Blob(blob.name, check.size_bytes)
            part = PartInfo(number, check.etag, now(), written, check.checksum)
            unused = self._uploads.put_part(upload, part)
        await self._store.discard(unused)
        headers = {"etag": f'"{part.etag}"'}
        if part.checksum:
            headers[f"{HEADER_PREFIX}{part.checksum.algorithm}"] = part.checksum.value
        return Response(200, headers)

    async def complete(self, call: Call) -> Response:
        """CompleteMultipartUpload."""
        upload = self._upload(call)
        # A checksum in the headers is that of the object.
        document = await call.document(checksum_is_its_own=False)
        root = xml.parse(document)
        listed = [_listed_part(element) for element in root.findall("{*}Part")]
        if not 1 <= len(listed) <= _PARTS_LIMIT:
            raise xml.malformed()
        assembled = self._uploads.assemble(upload, listed)
        _check_assembled(call, assembled)
        conditions = Conditions.of(call.headers)
        unused = self._uploads.complete(upload, assembled, conditions)
        await self._store.discard(unused)
        checksum = assembled.checksum
        host = call.headers.get("host", "")
        return xml_response(
            "CompleteMultipartUploadResult",
            [
                ("Location", f"http://{host}/{call.bucket}/{quote(call.key)}"),
                ("Bucket", call.bucket),
                ("Key", call.key),
                ("ETag", f'"{assembled.etag}"'),
                *(
                    [checksum.element, ("ChecksumType", checksum.type)]
                    if checksum
                    else []
                ),
            ],
        )

    async def abort(self, call: Call) -> Response:
        """AbortMultipartUpload."""
        await self._store.discard(self._uploads.abort(self._upload(call)))
        return Response(204)

    async def list_parts(self, call: Call) -> Response:
        """ListParts."""
        upload = self._upload(call)
        marker = call.number("part-number-marker", 0)
        limit = call.limit("max-parts")
        following = [
            part for part in self._uploads.parts(upload) if part.number > marker
        ]
        parts = following[:limit]
        return xml_response(
            "ListPartsResult",
            [
                ("Bucket", call.bucket),
                ("Key", call.key),
                ("UploadId", upload.id),
                ("Initiator", OWNER),
                ("Owner", OWNER),
                ("StorageClass", "STANDARD"),
                *_checksum_elements(upload),
                ("PartNumberMarker", marker),
                ("NextPartNumberMarker", parts[-1].number if parts else 0),
                ("MaxParts", limit),
                ("IsTruncated", len(parts) < len(following)),
                *(("Part", _part_element(part)) for part in parts),
            ],
        )

    async def list_uploads(self, call: Call) -> Response:
        """ListMultipartUploads, without a delimiter."""
        self._store.bucket(call.bucket)
        if call.query.get("delimiter"):
            raise ServiceError(
                "NotImplemented", "Uploads are not listed with a delimiter.", 501
            )
        prefix = call.query.get("prefix", "")
        marker = call.query.get("key-marker", "")
        limit = call.limit("max-uploads")
        following = [
            upload
            for upload in self._uploads.of_bucket(call.bucket)
            if upload.key.startswith(prefix) and upload.key > marker
        ]
        uploads = following[:limit]
        return xml_response(
            "ListMultipartUploadsResult",
            [
                ("Bucket", call.bucket),
                ("KeyMarker", marker),
                ("Prefix", prefix),
                ("MaxUploads", limit),
                ("IsTruncated", len(uploads) < len(following)),
                ("NextKeyMarker", uploads[-1].key if uploads else None),
                *(
                    (
                        "Upload",
                        [
                            ("Key", upload.key),
                            ("UploadId", upload.id),
                            ("Initiator", OWNER),
                            ("Owner", OWNER),
                            ("StorageClass", "STANDARD"),
                            ("Initiated", iso_date(upload.initiated)),
                            *_checksum_elements(upload),
                        ],
                    )
                    for upload in uploads
                ),
            ],
        )

    def _upload(self, call: Call) -> Upload:
        self._store.bucket(call.bucket)
        return self._uploads.get(call.bucket, call.key, call.query["uploadId"])


def part_number(call: Call) -> int:
    """Return the number of the part that a request is about."""
    number = call.number("partNumber", 0)
    if not 1 <= number <= _PARTS_LIMIT:
        raise ServiceError(
            "InvalidArgument",
            f"Part number must be an integer between 1 and {_PARTS_LIMIT}, inclusive",
            ArgumentName="partNumber",
            ArgumentValue=call.query.get("partNumber", ""),
        )
    return number


def _asked_checksum(
    headers: Mapping[str, str],
) -> tuple[Algorithm, ChecksumType] | None:
    """Return what checksum the object is to have."""
    name = headers.get(f"{HEADER_PREFIX}algorithm")
    if name is None:
        return None
    algorithm = find_algorithm(name)
    asked = headers.get(f"{HEADER_PREFIX}type", algorithm.default_type)
    if asked == "COMPOSITE" and algorithm.name != "crc64nvme":
        return algorithm, "COMPOSITE"
    if asked == "FULL_OBJECT" and algorithm.generator:
        return algorithm, "FULL_OBJECT"
    raise ServiceError(
        "InvalidRequest",
        f"The {asked} checksum type cannot be used with the {algorithm.name} checksum "
        "algorithm.",
    )


def _listed_part(element: Element) -> ListedPart:
    number = xml.text(element, "PartNumber") or ""
    etag = xml.text(element, "ETag")
    if not number.isdecimal() or etag is None:
        raise xml.malformed()
    values = {name: xml.text(element, f"Checksum{name.upper()}") for name in ALGORITHMS}
    checksums = {name: value for name, value in values.items() if value}
    return ListedPart(int(number), etag.strip('"'), checksums)


def _check_assembled(call: Call, assembled: ObjectInfo) -> None:
    """Compare the object with what the client says that it should be."""
    size = call.headers.get("x-amz-mp-object-size")
    if size is not None and size != str(assembled.size_bytes):
        raise ServiceError(
            "InvalidRequest",
            f"The provided 'x-amz-mp-object-size' header value {size} does not match what "
            f"was computed: {assembled.size_bytes}",
        )
    checksum = assembled.checksum
    if checksum is None:
        return
    declared = call.headers.get(f"{HEADER_PREFIX}{checksum.algorithm}", checksum.value)
    if declared not in (checksum.value, checksum.value.partition("-")[0]):
        raise ServiceError(
            "BadDigest",
            f"The {checksum.algorithm.upper()} you specified did not match the calculated "
            "checksum.",
        )


def _checksum_elements(upload: Upload) -> list[tuple[str, xml.Content]]:
    if upload.algorithm is None:
        return []
    return [
        ("ChecksumAlgorithm", upload.algorithm.name.upper()),
        ("ChecksumType", upload.checksum_type),
    ]


def _part_element(part: PartInfo) -> xml.Tree:
    return [
        ("PartNumber", part.number),
        ("LastModified", iso_date(part.modified)),
        ("ETag", f'"{part.etag}"'),
        ("Size", part.blob.size_bytes),
        *([part.checksum.element] if part.checksum else []),
    ]
