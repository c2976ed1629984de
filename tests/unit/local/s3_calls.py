"""Requests to the S3 service as the gateway makes them, without a network."""

import asyncio
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from smnb.local.request import Request
from smnb.local.services.s3 import S3Service
from smnb.local.state import State

GONE = {"type": "http.disconnect"}


class S3:
    """The service over a data directory."""

    def __init__(self, data_dir):
        self.state = State(data_dir)
        self.service = S3Service(self.state)
        self.store = self.service.store
        self.blobs_dir = data_dir / "blobs" / "s3"

    def call(self, method, target, body=b"", headers=None, *, region="us-east-1"):
        """Send one request; return status, headers and body of the response.

        The body may be a list of what arrives, of which an exception is raised and
        GONE ends it.
        """
        return asyncio.run(self._call(method, target, body, headers or {}, region))

    async def _call(self, method, target, body, headers, region):
        path, _, query = target.partition("?")
        pieces = list(body) if isinstance(body, list) else [body]
        size = sum(len(piece) for piece in pieces if piece is not GONE)

        async def receive():
            piece = pieces.pop(0)
            if piece is GONE:
                return GONE
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        response = await self.service.handle(
            Request(
                method,
                path,
                parse_qsl(query, keep_blank_values=True),
                {"host": "127.0.0.1", "content-length": str(size), **headers},
                "s3",
                region,
                "request-1",
                receive,
            )
        )
        content = response.body
        if not isinstance(content, bytes):
            content = b"".join([piece async for piece in content])
        return response.status, response.headers, content

    def xml(self, *arguments, **options):
        """Send one request; return the document in its answer."""
        _, _, body = self.call(*arguments, **options)
        return ET.fromstring(body)  # noqa: S314 - the service wrote it

    def upload(self, target):
        """Begin a multipart upload; return its id."""
        return self.xml("POST", f"{target}?uploads").findtext("{*}UploadId")

    def blobs(self):
        """Return the content of every blob on disk."""
        return sorted(path.read_bytes() for path in self.blobs_dir.iterdir())


def complete(parts):
    """Return the document that completes an upload of these numbers and ETags."""
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
        for number, etag in parts
    )
    return f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
