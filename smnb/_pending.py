"""What is kept on S3 of an asynchronous request, so that any process finds it again.

A JSON object below the deployment's own prefix: deleted with the endpoint, and without
anything secret.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from smnb import _s3
from smnb._payload import Payload
from smnb._s3 import S3Uri
from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._session import Session

_ROOT = "smnb/"


@dataclass(frozen=True)
class Pending:
    """An asynchronous request, and where its answer will lie.

    Parameters
    ----------
    id
        Names the job; also AWS's inference id of the request.
    endpoint_name
        The asynchronous endpoint that works on it.
    label, content_type, size_bytes
        Of the payload.
    submitted_at
        Unix time, in seconds.
    record, input
        Where this is kept, and the payload.
    output, failure
        Where AWS writes the answer, or why there is none; empty before AWS has accepted
        the request.
    """

    id: str
    endpoint_name: str
    label: str
    content_type: str
    size_bytes: int
    submitted_at: float
    record: str
    input: str
    output: str = ""
    failure: str = ""

    @classmethod
    def begin(
        cls, id_: str, endpoint_name: str, payload: Payload, at: S3Uri
    ) -> Pending:
        """Return the request that is about to be made, with its places below `at`."""
        return cls(
            id=id_,
            endpoint_name=endpoint_name,
            label=payload.label,
            content_type=payload.content_type,
            size_bytes=payload.size_bytes,
            submitted_at=time.time(),
            record=str(at / "jobs" / f"{id_}.json"),
            input=str(at / "input" / id_),
        )

    def keep(self, session: Session) -> None:
        """Write it to S3, over what was there."""
        content = json.dumps(asdict(self), indent=1).encode()
        record = Payload.of_bytes(content, "application/json", f"the job {self.id}")
        _s3.upload(session, record, S3Uri.parse(self.record))

    def forget(self, session: Session) -> None:
        """Remove its payload and what is kept of it; its answer stays, if one comes."""
        for place in (S3Uri.parse(self.input), S3Uri.parse(self.record)):
            with session.translated(f"Removing {place}"):
                session.client("s3").delete_object(Bucket=place.bucket, Key=place.key)

    def again(self, session: Session) -> Pending:
        """Return what S3 says of it now."""
        return _read(session, S3Uri.parse(self.record))


def find(session: Session, id_: str) -> Pending:
    """Return the request of this id, whoever made it.

    Raises
    ------
    NotFoundError
        If the session's bucket holds none, or its endpoint has been deleted.
    """
    bucket = session.bucket()
    if str(id_).isalnum():
        for place in _deployments(session, bucket):
            record = place / "jobs" / f"{id_}.json"
            if _s3.exists(session, record):
                return _read(session, record)
    raise NotFoundError(
        f"There is no job {id_!r} in {bucket} ({session.label}).",
        hint="Jobs that went through S3 are found again until their endpoint is "
        "deleted; others end with the process that submitted them.",
    )


def _read(session: Session, record: S3Uri) -> Pending:
    content, _ = _s3.read(session, record)
    return Pending(**json.loads(content))


def _deployments(session: Session, bucket: str) -> Iterator[S3Uri]:
    """Yield the prefix of each deployment that keeps objects in the bucket."""
    for endpoint in _folders(session, bucket, _ROOT):
        for deployment in _folders(session, bucket, endpoint):
            yield S3Uri(bucket, deployment)


def _folders(session: Session, bucket: str, prefix: str) -> Iterator[str]:
    pages = session.client("s3").get_paginator("list_objects_v2")
    with session.translated(f"Listing s3://{bucket}/{prefix}"):
        found: list[dict[str, Any]] = [
            row
            for page in pages.paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
            for row in page.get("CommonPrefixes", [])
        ]
    yield from (row["Prefix"] for row in found)
