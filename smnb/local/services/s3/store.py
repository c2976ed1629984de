"""Buckets and objects: rows in SQLite that name the blobs of their content.

A row is written when its blobs are complete, so no partly written object is ever seen.
Methods are called on the event loop's thread; iterators may be consumed in any.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from smnb.local.account import REGION
from smnb.local.errors import ServiceError
from smnb.local.services.s3.blobs import CHUNK_BYTES, Blob, Blobs
from smnb.local.services.s3.checksums import Checksum
from smnb.local.services.s3.conditions import ANY, Conditions
from smnb.local.services.s3.integrity import BodyCheck
from smnb.local.services.s3.object_info import ObjectInfo

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from smnb.local.services.s3.blobs import BlobWriter
    from smnb.local.state import State

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS s3_buckets (
    name TEXT PRIMARY KEY, region TEXT NOT NULL, created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS s3_objects (
    bucket TEXT NOT NULL REFERENCES s3_buckets (name), key TEXT NOT NULL,
    etag TEXT NOT NULL, size_bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
    document BLOB NOT NULL, PRIMARY KEY (bucket, key)
);
"""
_BUCKET_NAME = re.compile(
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)"
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
    r"(?<!-s3alias)(?<!--ol-s3)(?<!\.mrap)(?<!--x-s3)(?<!--table-s3)"
)
"""S3 User Guide, "General purpose bucket naming rules"."""


class Bucket(NamedTuple):
    """One bucket."""

    name: str
    region: str
    created: datetime


class Entry(NamedTuple):
    """What a list says of one object."""

    key: str
    etag: str
    size_bytes: int
    modified: datetime


class S3Store:
    """The buckets and objects of one data directory.

    Parameters
    ----------
    state
        Blobs are kept in a folder ``s3`` of its blobs folder.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._db = state.db
        self._db.executescript(_SCHEMA)
        self.blobs = Blobs(state.blobs_dir / "s3")

    def create_bucket(self, name: str, region: str) -> None:
        """Create a bucket; again, in us-east-1 alone, changes nothing.

        Raises
        ------
        ServiceError
            ``InvalidBucketName`` or ``BucketAlreadyOwnedByYou``.
        """
        if not _BUCKET_NAME.fullmatch(name):
            raise ServiceError(
                "InvalidBucketName",
                "The specified bucket is not valid.",
                BucketName=name,
            )
        created = self._db.execute(
            "INSERT INTO s3_buckets VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (name, region, _timestamp(now())),
        )
        is_new = created.rowcount == 1
        if not is_new and {region, self.bucket(name).region} != {REGION}:
            raise ServiceError(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you "
                "already own it.",
                409,
                BucketName=name,
            )

    def bucket(self, name: str) -> Bucket:
        """Return a bucket; ``NoSuchBucket`` if there is none of that name."""
        row = self._db.execute(
            "SELECT name, region, created FROM s3_buckets WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            raise ServiceError(
                "NoSuchBucket",
                "The specified bucket does not exist",
                404,
                BucketName=name,
            )
        return Bucket(row["name"], row["region"], _datetime(row["created"]))

    def buckets(self) -> list[Bucket]:
        """Return all buckets by name."""
        return [
            Bucket(row["name"], row["region"], _datetime(row["created"]))
            for row in self._db.execute("SELECT * FROM s3_buckets ORDER BY name")
        ]

    def delete_bucket(self, name: str) -> None:
        """Delete a bucket that holds no object, or raise ``BucketNotEmpty``."""
        self.bucket(name)
        with closing(self.entries(name, "")) as entries:
            if next(entries, None) is not None:
                raise ServiceError(
                    "BucketNotEmpty",
                    "The bucket you tried to delete is not empty",
                    409,
                    BucketName=name,
                )
        self._db.execute("DELETE FROM s3_buckets WHERE name = ?", (name,))

    def entries(self, bucket: str, start: str) -> Generator[Entry, None, None]:
        """Return what lists say of the objects from key `start` on, in their order."""
        rows = self._db.execute(
            "SELECT key, etag, size_bytes, modified FROM s3_objects"
            " WHERE bucket = ? AND key >= ? ORDER BY key",
            (bucket, start),
        )
        with closing(rows):
            for key, etag, size_bytes, modified in rows:
                yield Entry(key, etag, size_bytes, _datetime(modified))

    def find(self, bucket: str, key: str) -> ObjectInfo | None:
        """Return an object, None if there is none; ``NoSuchBucket`` without a bucket."""
        row = self._db.execute(
            "SELECT etag, modified, document FROM s3_objects WHERE bucket = ? AND key = ?",
            (bucket, key),
        ).fetchone()
        if row is None:
            self.bucket(bucket)
            return None
        return _object(row)

    def head(self, bucket: str, key: str) -> ObjectInfo:
        """Return an object.

        Raises
        ------
        ServiceError
            ``NoSuchBucket`` or ``NoSuchKey``.
        """
        found = self.find(bucket, key)
        if found is None:
            raise ServiceError(
                "NoSuchKey", "The specified key does not exist.", 404, Key=key
            )
        return found

    def read(
        self, bucket: str, key: str, start: int = 0, end: int | None = None
    ) -> Iterator[bytes]:
        """Return the bytes from `start` to before `end`, in pieces of bounded size.

        They stay those of the object as it is now, whatever happens to it meanwhile.
        """
        found = self.head(bucket, key)
        return self.blobs.read(
            found.blobs, start, found.size_bytes if end is None else end
        )

    async def copy_to(self, bucket: str, key: str, path: Path) -> None:
        """Write an object's content to a file."""
        chunks = self.read(bucket, key)
        await asyncio.to_thread(_write, chunks, path)

    async def put_file(
        self, bucket: str, key: str, path: Path, content_type: str
    ) -> ObjectInfo:
        """Store a file's content as an object; the file is left as it is."""
        self.bucket(bucket)
        with self.blobs.writing() as blob:
            check = BodyCheck({})
            await asyncio.to_thread(copy_into, blob, check, _pieces(path))
            stored = ObjectInfo(
                check.etag,
                now(),
                [Blob(blob.name, check.size_bytes)],
                {"content-type": content_type},
                {},
            )
            unused = self.put(bucket, key, stored)
        await self.discard(unused)
        return stored

    def put(
        self,
        bucket: str,
        key: str,
        new: ObjectInfo,
        conditions: Conditions = ANY,
    ) -> list[str]:
        """Make `new` the object of that key; return the blobs no longer used.

        Raises
        ------
        ServiceError
            The bucket is gone, or the conditions do not hold.
        """
        with self._state.transaction():
            return self.put_within(bucket, key, new, conditions)

    def put_within(
        self, bucket: str, key: str, new: ObjectInfo, conditions: Conditions
    ) -> list[str]:
        """Do what `put` does, within the caller's transaction."""
        current = self.find(bucket, key)
        conditions.check_write(current)
        document = {
            "blobs": [(blob.name, blob.size_bytes) for blob in new.blobs],
            "headers": new.headers,
            "metadata": new.metadata,
            "checksum": new.checksum,
        }
        self._db.execute(
            "INSERT OR REPLACE INTO s3_objects VALUES (?, ?, ?, ?, ?, ?)",
            (
                bucket,
                key,
                new.etag,
                new.size_bytes,
                _timestamp(new.modified),
                orjson.dumps(document),
            ),
        )
        return [blob.name for blob in current.blobs] if current else []

    async def copy(
        self,
        source: ObjectInfo,
        bucket: str,
        key: str,
        conditions: Conditions,
    ) -> None:
        """Make an object with the content of another; the content is shared on disk."""
        names = [blob.name for blob in source.blobs]
        with self.blobs.keeping(names):
            copies = await asyncio.to_thread(self.blobs.copies, names)
        blobs = [
            Blob(name, blob.size_bytes)
            for name, blob in zip(copies, source.blobs, strict=True)
        ]
        try:
            unused = self.put(bucket, key, replace(source, blobs=blobs), conditions)
        except ServiceError:
            await self.discard(copies)
            raise
        await self.discard(unused)

    async def delete(
        self, bucket: str, keys: Iterable[str], conditions: Conditions = ANY
    ) -> None:
        """Delete objects, all or none; one that is not there is as good as deleted."""
        unused = []
        with self._state.transaction():
            for key in keys:
                current = self.find(bucket, key)
                if current is not None or conditions != ANY:
                    conditions.check_write(current)
                self._db.execute(
                    "DELETE FROM s3_objects WHERE bucket = ? AND key = ?", (bucket, key)
                )
                unused += [blob.name for blob in current.blobs] if current else []
        await self.discard(unused)

    async def discard(self, blobs: Sequence[str]) -> None:
        """Remove blobs that no row names any more, without holding up the event loop."""
        if blobs:
            await asyncio.to_thread(self.blobs.remove, blobs)

    def used_blobs(self) -> Iterator[str]:
        """Return the names of all objects' blobs."""
        for row in self._db.execute("SELECT document FROM s3_objects"):
            for name, _ in orjson.loads(row["document"])["blobs"]:
                yield name


def now() -> datetime:
    """Return the time as S3 keeps it: in whole seconds, in UTC."""
    return datetime.now(timezone.utc).replace(microsecond=0)


def _object(row: sqlite3.Row) -> ObjectInfo:
    document: dict[str, Any] = orjson.loads(row["document"])
    checksum = document["checksum"]
    return ObjectInfo(
        row["etag"],
        _datetime(row["modified"]),
        [Blob(*blob) for blob in document["blobs"]],
        document["headers"],
        document["metadata"],
        Checksum(**checksum) if checksum else None,
    )


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _datetime(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc)


def copy_into(blob: BlobWriter, check: BodyCheck, pieces: Iterable[bytes]) -> None:
    """Write pieces to a blob, hashed on the way."""
    for piece in pieces:
        check.update(piece)
        blob.write(piece)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _write(pieces: Iterable[bytes], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
