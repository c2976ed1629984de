"""Decode aws-chunked bodies: sized chunks, then trailers, fed in whatever pieces come.

Signed and unsigned chunks differ in an extension behind the size. It is not checked:
the signature of the request's headers has been, and the checksums of the body are.
"""

from __future__ import annotations

import re
from typing import Final

from smnb.local.errors import ServiceError

_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})(?:;|$)")
_LINE_LIMIT_BYTES: Final = 8 * 1024
_TRAILERS_LIMIT: Final = 64


class AwsChunkedDecoder:
    r"""Turns the pieces of an encoded body into those of the content.

    Examples
    --------
    >>> decoder = AwsChunkedDecoder()
    >>> [*map(bytes, decoder.feed(b"5\r\nhel"))]
    [b'hel']
    >>> [*map(bytes, decoder.feed(b"lo\r\n0\r\nx-amz-a:1\r\n\r\n"))]
    [b'lo']
    >>> decoder.finish()
    {'x-amz-a': '1'}
    """

    def __init__(self) -> None:
        self._line = b""
        self._left_bytes = 0
        self._behind_chunk = False
        self._in_trailers = False
        self._complete = False
        self._trailers: dict[str, str] = {}

    def feed(self, data: bytes | memoryview) -> list[memoryview]:
        """Return the content in the next piece of the body, as views of it.

        Raises
        ------
        ServiceError
            The body is not aws-chunked.
        """
        content = []
        left = memoryview(data)
        while left:
            if self._left_bytes:
                piece = left[: self._left_bytes]
                self._left_bytes -= len(piece)
                left = left[len(piece) :]
                content.append(piece)
                continue
            line, newline, _ = bytes(left[:_LINE_LIMIT_BYTES]).partition(b"\n")
            left = left[len(line) + len(newline) :]
            self._line += line
            if len(self._line) >= _LINE_LIMIT_BYTES:
                raise _malformed()
            if newline:
                line, self._line = self._line.rstrip(b"\r"), b""
                self._take(line)
        return content

    def finish(self) -> dict[str, str]:
        """Return the trailers by lower-case name; the body has ended.

        Raises
        ------
        ServiceError
            It ended too early.
        """
        if not self._complete:
            raise ServiceError(
                "IncompleteBody", "The request body terminated unexpectedly"
            )
        return self._trailers

    def _take(self, line: bytes) -> None:
        if self._complete:
            raise _malformed()
        if self._in_trailers:
            self._take_trailer(line)
        elif self._behind_chunk and not line:
            self._behind_chunk = False
        else:
            size = _SIZE.match(line)
            if size is None or self._behind_chunk:
                raise _malformed()
            self._left_bytes = int(size[1], 16)
            self._behind_chunk = self._left_bytes > 0
            self._in_trailers = not self._behind_chunk

    def _take_trailer(self, line: bytes) -> None:
        name, colon, value = line.partition(b":")
        if not line:
            self._complete = True
        elif not colon or len(self._trailers) == _TRAILERS_LIMIT:
            raise ServiceError(
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not "
                "conform to our published schema.",
            )
        else:
            trailer = name.decode("latin-1").strip().lower()
            self._trailers[trailer] = value.decode("latin-1").strip()


def _malformed() -> ServiceError:
    return ServiceError("InvalidRequest", "The body is not a valid aws-chunked stream.")
