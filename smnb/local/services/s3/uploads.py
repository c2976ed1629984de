"""Multipart uploads: parts that wait to become one object, or to be given up.

Completing an upload writes one row that names the parts' blobs; nothing is copied.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

import orjson

from smnb.local.errors import ServiceError
from smnb.local.services.s3.blobs import Blob
from smnb.local.services.s3.checksums import (
    ALGORITHMS,
    Algorithm,
    Checksum,
    ChecksumType,
    combined,
)
from smnb.local.services.s3.object_info import ObjectInfo
from smnb.local.services.s3.store import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from smnb.local.services.s3.conditions import Conditions
    from smnb.local.services.s3.store import S3Store
    from smnb.local.state import State

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS s3_uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES s3_buckets (name) ON DELETE CASCADE,
    key TEXT NOT NULL, initiated INTEGER NOT NULL, document BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS s3_parts (
    upload TEXT NOT NULL REFERENCES s3_uploads (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
    blob TEXT NOT NULL, size_bytes INTEGER NOT NULL, checksum BLOB NOT NULL,
    PRIMARY KEY (upload, number)
) WITHOUT ROWID;
"""
_MIN_PART_BYTES: Final = 5 * 1024 * 1024
"""All parts but the last (S3 User Guide, "Amazon S3 multipart upload limits")."""
_ABANDONED_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True)
class Upload:
    """What was asked for when the upload was created."""

    id: str
    bucket: str
    key: str
    initiated: datetime
    headers: Mapping[str, str]
    metadata: Mapping[str, str]
    algorithm: Algorithm | None
    checksum_type: ChecksumType | None


class PartInfo(NamedTuple):
    """One part that was uploaded."""

    number: int
    etag: str
    modified: datetime
    blob: Blob
    checksum: Checksum | None


class ListedPart(NamedTuple):
    """One part as a client lists it when it completes the upload."""

    number: int
    etag: str
    checksums: Mapping[str, str]
    """Values by lower-case algorithm."""


class Uploads:
    """The multipart uploads under way; old ones are given up when the daemon starts."""

    def __init__(self, state: State, store: S3Store) -> None:
        self._state = state
        self._db = state.db
        self._store = store
        self._db.executescript(_SCHEMA)
        oldest = datetime.now(timezone.utc) - _ABANDONED_AFTER
        self._db.execute(
            "DELETE FROM s3_uploads WHERE initiated < ?", (oldest.timestamp(),)
        )

    def create(
        self,
        bucket: str,
        key: str,
        headers: Mapping[str, str],
        metadata: Mapping[str, str],
        checksum: tuple[Algorithm, ChecksumType] | None,
    ) -> str:
        """Begin an upload and return its id."""
        self._store.bucket(bucket)
        algorithm, checksum_type = checksum or (None, None)
        document = {
            "headers": headers,
            "metadata": metadata,
            "algorithm": algorithm.name if algorithm else None,
            "checksum_type": checksum_type,
        }
        upload_id = uuid4().hex
        self._db.execute(
            "INSERT INTO s3_uploads VALUES (?, ?, ?, ?, ?)",
            (upload_id, bucket, key, _timestamp(), orjson.dumps(document)),
        )
        return upload_id

    def get(self, bucket: str, key: str, upload_id: str) -> Upload:
        """Return an upload under way, or raise ``NoSuchUpload``."""
        row = self._db.execute(
            "SELECT * FROM s3_uploads WHERE id = ? AND bucket = ? AND key = ?",
            (upload_id, bucket, key),
        ).fetchone()
        if row is None:
            raise ServiceError(
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or "
                "the upload may have been aborted or completed.",
                404,
                UploadId=upload_id,
            )
        return _upload(row)

    def of_bucket(self, bucket: str) -> list[Upload]:
        """Return the uploads to a bucket by key, then by age."""
        return [
            _upload(row)
            for row in self._db.execute(
                "SELECT * FROM s3_uploads WHERE bucket = ? ORDER BY key, initiated, id",
                (bucket,),
            )
        ]

    def parts(self, upload: Upload) -> list[PartInfo]:
        """Return the parts uploaded so far by number."""
        rows = self._db.execute(
            "SELECT * FROM s3_parts WHERE upload = ? ORDER BY number", (upload.id,)
        )
        return [_part(row) for row in rows]

    def put_part(self, upload: Upload, part: PartInfo) -> list[str]:
        """Keep a part, in place of one of the same number; return blobs not used now.

        Raises
        ------
        ServiceError
            The upload was completed or given up meanwhile.
        """
        with self._state.transaction():
            self.get(upload.bucket, upload.key, upload.id)
            replaced = self._db.execute(
                "SELECT blob FROM s3_parts WHERE upload = ? AND number = ?",
                (upload.id, part.number),
            ).fetchone()
            self._db.execute(
                "INSERT OR REPLACE INTO s3_parts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    upload.id,
                    part.number,
                    part.etag,
                    int(part.modified.timestamp()),
                    part.blob.name,
                    part.blob.size_bytes,
                    orjson.dumps(part.checksum),
                ),
            )
        return [replaced["blob"]] if replaced else []

    def assemble(self, upload: Upload, listed: Sequence[ListedPart]) -> ObjectInfo:
        """Return the object that the listed parts make up; nothing is changed.

        Raises
        ------
        ServiceError
            ``InvalidPart``, ``InvalidPartOrder`` or ``EntityTooSmall``.
        """
        chosen = self._chosen(upload, listed)
        for part in chosen[:-1]:
            if part.blob.size_bytes < _MIN_PART_BYTES:
                raise ServiceError(
                    "EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size",
                    ProposedSize=part.blob.size_bytes,
                    MinSizeAllowed=_MIN_PART_BYTES,
                    PartNumber=part.number,
                    ETag=part.etag,
                )
        digests = b"".join(bytes.fromhex(part.etag) for part in chosen)
        etag = hashlib.md5(digests, usedforsecurity=False).hexdigest()
        return ObjectInfo(
            f"{etag}-{len(chosen)}",
            now(),
            [part.blob for part in chosen],
            upload.headers,
            upload.metadata,
            _checksum(upload, chosen),
        )

    def complete(
        self, upload: Upload, assembled: ObjectInfo, conditions: Conditions
    ) -> list[str]:
        """Make the object visible and end the upload; return blobs not used now."""
        used = {blob.name for blob in assembled.blobs}
        with self._state.transaction():
            unused = [part.blob.name for part in self.parts(upload)]
            unused = [name for name in unused if name not in used]
            unused += self._store.put_within(
                upload.bucket, upload.key, assembled, conditions
            )
            self._delete(upload)
        return unused

    def abort(self, upload: Upload) -> list[str]:
        """Give an upload up; return blobs not used now."""
        with self._state.transaction():
            unused = [part.blob.name for part in self.parts(upload)]
            self._delete(upload)
        return unused

    def used_blobs(self) -> Iterator[str]:
        """Return the names of all parts' blobs."""
        for row in self._db.execute("SELECT blob FROM s3_parts"):
            yield row["blob"]

    def _delete(self, upload: Upload) -> None:
        self._db.execute("DELETE FROM s3_uploads WHERE id = ?", (upload.id,))

    def _chosen(self, upload: Upload, listed: Sequence[ListedPart]) -> list[PartInfo]:
        numbers = [part.number for part in listed]
        if any(here >= after for here, after in pairwise(numbers)):
            raise ServiceError(
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by "
                "part number.",
                UploadId=upload.id,
            )
        uploaded = {part.number: part for part in self.parts(upload)}
        chosen = []
        for wanted in listed:
            part = uploaded.get(wanted.number)
            if part is None or not _is_same(part, wanted):
                raise ServiceError(
                    "InvalidPart",
                    "One or more of the specified parts could not be found.  The part may "
                    "not have been uploaded, or the specified entity tag may not match the "
                    "part's entity tag.",
                    UploadId=upload.id,
                    PartNumber=wanted.number,
                    ETag=wanted.etag,
                )
            chosen.append(part)
        return chosen


def _is_same(part: PartInfo, wanted: ListedPart) -> bool:
    if part.etag != wanted.etag:
        return False
    kept = part.checksum
    return (
        kept is None or wanted.checksums.get(kept.algorithm, kept.value) == kept.value
    )


def _checksum(upload: Upload, parts: Sequence[PartInfo]) -> Checksum | None:
    if upload.algorithm is None or upload.checksum_type is None:
        return None
    checksums = [
        (part.checksum, part.blob.size_bytes) for part in parts if part.checksum
    ]
    return combined(upload.algorithm, upload.checksum_type, checksums)


def _upload(row: sqlite3.Row) -> Upload:
    document = orjson.loads(row["document"])
    algorithm = document.pop("algorithm")
    return Upload(
        row["id"],
        row["bucket"],
        row["key"],
        datetime.fromtimestamp(row["initiated"], timezone.utc),
        algorithm=ALGORITHMS[algorithm] if algorithm else None,
        **document,
    )


def _part(row: sqlite3.Row) -> PartInfo:
    checksum = orjson.loads(row["checksum"])
    return PartInfo(
        row["number"],
        row["etag"],
        datetime.fromtimestamp(row["modified"], timezone.utc),
        Blob(row["blob"], row["size_bytes"]),
        Checksum(**checksum) if checksum else None,
    )


def _timestamp() -> int:
    return int(now().timestamp())
