"""Objects on S3: what one deployment keeps there, up and down."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smnb import _multipart
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smnb._payload import Payload
    from smnb._session import Session

_DELETE_AT_ONCE = 1000  # S3's DeleteObjects takes up to 1000 keys


@dataclass(frozen=True)
class S3Uri:
    """A bucket and a key, or a prefix of keys.

    Examples
    --------
    >>> S3Uri.parse("s3://models/faces/model.tar.gz")
    S3Uri(bucket='models', key='faces/model.tar.gz')
    """

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: str) -> S3Uri:
        """Read ``s3://bucket/key``.

        Raises
        ------
        InvalidInputError
            If it is not of that form.
        """
        bucket, slash, key = text.removeprefix("s3://").partition("/")
        if not text.startswith("s3://") or not bucket or not slash:
            raise InvalidInputError(
                f"{text!r} names no object on S3.", hint="Use s3://bucket/key."
            )
        return cls(bucket, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def __truediv__(self, name: str) -> S3Uri:
        return S3Uri(self.bucket, f"{self.key.rstrip('/')}/{name}")


def head(session: Session, uri: S3Uri) -> dict[str, Any]:
    """Return the object's size, ETag and content type.

    Raises
    ------
    NotFoundError
        If there is no such object.
    """
    with session.translated(f"Looking for {uri}"):
        answer: dict[str, Any] = session.client("s3").head_object(
            Bucket=uri.bucket, Key=uri.key
        )
    return answer


def exists(session: Session, uri: S3Uri) -> bool:
    """Say whether there is such an object."""
    try:
        head(session, uri)
    except NotFoundError:
        return False
    return True


def upload(
    session: Session,
    payload: Payload,
    uri: S3Uri,
    *,
    on_bytes: Callable[[int], None] | None = None,
) -> None:
    """Upload a payload, a large one in parts; nothing is visible before it is whole.

    Parameters
    ----------
    on_bytes
        Called with the number of bytes sent since the last call; what it raises stops
        an upload in parts, of which nothing is left then. A small one is there by then.
    """
    options: dict[str, Any] = {"ContentType": payload.content_type}
    if session.kms_key:
        options |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": session.kms_key}
    told = on_bytes or (lambda _: None)
    with session.translated(f"Uploading {payload.label}"):
        if payload.size_bytes > _multipart.PART_BYTES:
            _multipart.upload(session, payload, uri, options, told)
        else:
            with payload.open() as content:
                session.client("s3").put_object(
                    Bucket=uri.bucket, Key=uri.key, Body=content, **options
                )
            told(payload.size_bytes)


def read(session: Session, uri: S3Uri) -> tuple[bytes, str]:
    """Return an object's content and content type."""
    with session.translated(f"Reading {uri}"):
        answer = session.client("s3").get_object(Bucket=uri.bucket, Key=uri.key)
        return answer["Body"].read(), answer.get("ContentType", "")


def keys(session: Session, prefix: S3Uri) -> Iterator[str]:
    """Yield the keys of all objects that begin with `prefix`, in their order."""
    pages = session.client("s3").get_paginator("list_objects_v2")
    with session.translated(f"Listing {prefix}"):
        for page in pages.paginate(Bucket=prefix.bucket, Prefix=prefix.key):
            yield from (found["Key"] for found in page.get("Contents", ()))


def delete_prefix(session: Session, prefix: S3Uri) -> int:
    """Delete every object below `prefix`; return how many there were.

    What uploads that did not end have left there goes too, as far as it may be looked for.
    """
    from botocore.exceptions import ClientError

    client = session.client("s3")
    count = 0
    with session.translated(f"Deleting {prefix}"):
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=prefix.bucket,
            Prefix=prefix.key.rstrip("/") + "/",
            PaginationConfig={"PageSize": _DELETE_AT_ONCE},
        )
        for page in pages:
            keys = [{"Key": row["Key"]} for row in page.get("Contents", [])]
            if keys:
                client.delete_objects(
                    Bucket=prefix.bucket, Delete={"Objects": keys, "Quiet": True}
                )
                count += len(keys)
        with suppress(ClientError):
            _multipart.give_up(session, prefix / "")
    return count
