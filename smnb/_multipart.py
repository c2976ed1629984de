"""Upload a large payload to S3 in parts, streamed from its source and resumable.

What was sent of an upload that failed stays on S3, and is used by the next one to the
same key; one that was stopped is given up, and leaves nothing.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from base64 import b64encode
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from smnb._payload import Payload
    from smnb._s3 import S3Uri
    from smnb._session import Session

PART_BYTES: Final = 16 * 1024 * 1024
_MOST_PARTS: Final = 10_000  # S3's limit (S3 User Guide, "multipart upload limits")
_AT_ONCE: Final = 8
_PIECE_BYTES: Final = 1024 * 1024
_REPORT_S: Final = 0.1
_CLEAN_UP_S: Final = 0.1


class _HaltedError(BaseException):
    """Ends a part that is being sent; botocore would send an Exception's again."""


@dataclass
class _Sent:
    """How many bytes the threads have sent since it was last asked, and whether to go on."""

    count: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.halted = threading.Event()

    def add(self, count: int) -> None:
        with self._lock:
            self.count += count

    def taken(self) -> int:
        with self._lock:
            count, self.count = self.count, 0
        return count


class _Slice:
    """A part of a payload as the file that botocore reads, any number of times."""

    def __init__(self, payload: Payload, start: int, end: int, sent: _Sent) -> None:
        self._source = payload.open()
        self._start = start
        self._size = end - start
        self._position = 0
        self._told = 0
        self._sent = sent
        self.is_sent = False
        """Whether what is read goes out; a signature may read it all before."""

    def close(self) -> None:
        self._source.close()

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return a piece, of more than `size` if that is little: http.client asks for 16 KiB."""
        if self._sent.halted.is_set():
            raise _HaltedError
        left = self._size - self._position
        wanted = left if size is None or size < 0 else max(size, _PIECE_BYTES)
        self._source.seek(self._start + self._position)
        piece = self._source.read(min(left, wanted))
        self._position += len(piece)
        if self.is_sent and self._position > self._told:
            self._sent.add(self._position - self._told)
            self._told = self._position
        return piece


class _Upload:
    """One multipart upload under way."""

    def __init__(
        self, session: Session, target: Mapping[str, str], payload: Payload
    ) -> None:
        self._session = session
        self._target = target
        self._payload = payload
        self._part_bytes = max(PART_BYTES, -(-payload.size_bytes // _MOST_PARTS))
        self._numbers = range(1, -(-payload.size_bytes // self._part_bytes) + 1)
        self._sent = _Sent()
        self._threads = ThreadPoolExecutor(_AT_ONCE, "smnb-upload")
        _note_sending(session)

    def run(self, on_bytes: Callable[[int], None], *, resumed: bool) -> None:
        """Send what is missing, and make the object visible."""
        parts = self._arrived() if resumed else {}
        on_bytes(sum(end - start for start, end in map(self._span, parts)))
        sending = {
            self._threads.submit(self._send, number)
            for number in self._numbers
            if number not in parts
        }
        while sending:
            ended, sending = wait(sending, _REPORT_S, FIRST_EXCEPTION)
            on_bytes(self._sent.taken())
            for part in ended:
                parts |= part.result()
        self._threads.shutdown()
        self._session.client("s3").complete_multipart_upload(
            **self._target,
            MultipartUpload={"Parts": [parts[number] for number in self._numbers]},
        )

    def end(self, is_given_up: bool) -> None:
        """Stop sending; remove what was sent if the upload is given up."""
        self._sent.halted.set()
        self._threads.shutdown(cancel_futures=True)
        if is_given_up:
            with suppress(Exception):  # what is left goes with the deployment
                self._session.client("s3").abort_multipart_upload(**self._target)

    def _span(self, number: int) -> tuple[int, int]:
        start = (number - 1) * self._part_bytes
        return start, min(start + self._part_bytes, self._payload.size_bytes)

    def _send(self, number: int) -> dict[int, dict[str, Any]]:
        with closing(_Slice(self._payload, *self._span(number), self._sent)) as part:
            _current.part = part
            answer = self._session.client("s3").upload_part(
                **self._target, PartNumber=number, Body=part
            )
        return _completing(number, answer)

    def _arrived(self) -> dict[int, dict[str, Any]]:
        """Return the parts that S3 has, and whose content is that of the payload."""
        pages = self._session.client("s3").get_paginator("list_parts")
        parts: dict[int, dict[str, Any]] = {}
        for page in pages.paginate(**self._target):
            for row in page.get("Parts", []):
                number = row["PartNumber"]
                if number in self._numbers and self._is_same(row, *self._span(number)):
                    parts |= _completing(number, row)
        return parts

    def _is_same(self, row: Mapping[str, Any], start: int, end: int) -> bool:
        if row["Size"] != end - start:
            return False
        with self._payload.open() as source:
            source.seek(start)
            content = source.read(end - start)
        if checksum := row.get("ChecksumCRC32"):
            crc = zlib.crc32(content).to_bytes(4, "big")
            return bool(checksum == b64encode(crc).decode())
        # Without a checksum S3's ETag is an MD5 digest, the local backend's a SHA-256.
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        sha256 = hashlib.sha256(content).hexdigest()[: len(md5)]
        return row["ETag"].strip('"') in (md5, sha256)


_current = threading.local()
"""The part that a thread sends."""


def _note_sending(session: Session) -> None:
    """Have each part told when botocore is done with reading it for the signature."""

    def sends(**_: object) -> None:
        _current.part.is_sent = True

    session.client("s3").meta.events.register(
        "before-send.s3.UploadPart", sends, unique_id="smnb-sends"
    )


def _completing(number: int, part: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Return what CompleteMultipartUpload is told of a part."""
    told = {name: part[name] for name in ("ETag", "ChecksumCRC32") if name in part}
    return {number: {"PartNumber": number, **told}}


def upload(
    session: Session,
    payload: Payload,
    uri: S3Uri,
    options: Mapping[str, Any],
    on_bytes: Callable[[int], None],
) -> None:
    """Upload a payload, without the parts that an earlier upload to `uri` left.

    Parameters
    ----------
    options
        Of CreateMultipartUpload.
    on_bytes
        Called in this thread with the number of bytes that are there since the last
        call, several times a second; what it raises stops the upload.
    """
    from botocore.exceptions import ClientError

    client = session.client("s3")
    target = {"Bucket": uri.bucket, "Key": uri.key}
    begun = []
    with suppress(ClientError):  # a role may not list: then all is sent
        begun = [row for row in _unfinished(session, uri) if row["Key"] == uri.key]
    if begun:
        found = begun[-1]
    else:
        # By it a part is known again; on the local backend by its ETag.
        checksum = {} if session.target.is_loopback else {"ChecksumAlgorithm": "CRC32"}
        found = client.create_multipart_upload(**target, **options, **checksum)
    sending = _Upload(session, target | {"UploadId": found["UploadId"]}, payload)
    try:
        sending.run(on_bytes, resumed=bool(begun))
    except BaseException as error:
        ending = threading.Thread(
            target=sending.end, args=(_is_given_up(error),), name="smnb-upload-end"
        )
        ending.start()
        # A part may wait for its answer yet; whoever pressed Stop shall not.
        ending.join(_CLEAN_UP_S)
        raise


def _is_given_up(error: BaseException) -> bool:
    """Whether nobody will go on: what failed on the way may be tried again."""
    from botocore.exceptions import BotoCoreError, ClientError

    return not isinstance(error, (BotoCoreError, ClientError))


def give_up(session: Session, prefix: S3Uri) -> int:
    """End the uploads to keys that begin with a prefix; return how many there were."""
    begun = list(_unfinished(session, prefix))
    for row in begun:
        session.client("s3").abort_multipart_upload(
            Bucket=prefix.bucket, Key=row["Key"], UploadId=row["UploadId"]
        )
    return len(begun)


def _unfinished(session: Session, prefix: S3Uri) -> Iterator[dict[str, Any]]:
    """Yield the uploads under way to keys that begin with a prefix, the oldest first."""
    pages = session.client("s3").get_paginator("list_multipart_uploads")
    for page in pages.paginate(Bucket=prefix.bucket, Prefix=prefix.key):
        yield from page.get("Uploads", [])
