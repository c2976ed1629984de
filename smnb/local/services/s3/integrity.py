"""What a request declares of its body, and the check that the body is that."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from smnb.local.errors import ServiceError
from smnb.local.services.s3.checksums import (
    ALGORITHMS,
    HEADER_PREFIX,
    Algorithm,
    Checksum,
    find_algorithm,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_MD5_BYTES: Final = 16
_NOT_VALUES: Final = {
    f"{HEADER_PREFIX}{name}" for name in ("algorithm", "mode", "type")
}


class BodyCheck:
    """Hashes a body piece by piece, then compares it with what was declared.

    Parameters
    ----------
    headers
        The request's, by lower-case name.
    algorithm
        A checksum to compute even if the request declares none.
    etag_is_md5
        Whether the ETag must be the MD5 digest, the slowest of all. Otherwise it is
        computed only if nothing else tells contents apart.

    Raises
    ------
    ServiceError
        The headers contradict themselves or name what is not known.
    """

    def __init__(
        self,
        headers: Mapping[str, str],
        algorithm: Algorithm | None = None,
        *,
        etag_is_md5: bool = True,
    ) -> None:
        self._headers = headers
        self._algorithm = declared_algorithm(headers) or algorithm
        self._content_md5 = _content_md5(headers)
        self._content_sha256 = _content_sha256(headers)
        names = {self._algorithm.name} if self._algorithm else set()
        if self._content_sha256:
            names.add("sha256")
        if etag_is_md5 or self._content_md5 or "sha256" not in names:
            names.add("md5")
        self._hashers = {name: ALGORITHMS[name].new() for name in names}
        self.size_bytes = 0

    def update(self, data: bytes | memoryview) -> None:
        """Take the next piece of the body; may run in any thread."""
        self.size_bytes += len(data)
        for hasher in self._hashers.values():
            hasher.update(data)

    def finish(self, trailers: Mapping[str, str]) -> None:
        """Compare; the body is complete.

        Raises
        ------
        ServiceError
            The body is not what the request declares.
        """
        self._check_size()
        self._check_md5()
        self._check_sha256()
        if self._algorithm:
            self._check_checksum(self._algorithm, trailers)

    @property
    def etag(self) -> str:
        """The MD5 digest in hexadecimal, or else as much of the SHA-256 digest."""
        hasher = self._hashers.get("md5") or self._hashers["sha256"]
        return hasher.digest()[:_MD5_BYTES].hex()

    @property
    def checksum(self) -> Checksum | None:
        """The checksum that is kept with the body, if one was asked for."""
        if self._algorithm is None:
            return None
        digest = self._hashers[self._algorithm.name].digest()
        return Checksum.of(self._algorithm, digest)

    def _check_size(self) -> None:
        declared = self._headers.get("x-amz-decoded-content-length")
        if declared is not None and declared != str(self.size_bytes):
            raise ServiceError(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the "
                "x-amz-decoded-content-length HTTP header",
            )

    def _check_md5(self) -> None:
        declared = self._content_md5
        if declared is not None and declared != self._hashers["md5"].digest():
            raise ServiceError(
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
            )

    def _check_sha256(self) -> None:
        declared = self._content_sha256
        if declared is None:
            return
        computed = self._hashers["sha256"].digest().hex()
        if declared != computed:
            raise ServiceError(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was "
                "computed.",
                ClientComputedContentSHA256=declared,
                S3ComputedContentSHA256=computed,
            )

    def _check_checksum(
        self, algorithm: Algorithm, trailers: Mapping[str, str]
    ) -> None:
        name = f"{HEADER_PREFIX}{algorithm.name}"
        if name in self._headers:
            value = self._headers[name]
        elif name in trailers:
            value = trailers[name]
        elif self._headers.get("x-amz-trailer", "").lower() == name:
            raise ServiceError(
                "MalformedTrailerError", f"The trailer {name} was announced, not sent."
            )
        else:
            return
        if algorithm.parse(value) != self._hashers[algorithm.name].digest():
            raise ServiceError(
                "BadDigest",
                f"The {algorithm.name.upper()} you specified did not match the "
                "calculated checksum.",
            )


def declared_algorithm(headers: Mapping[str, str]) -> Algorithm | None:
    """Return the algorithm of the checksum that a request sends or asks for.

    Raises
    ------
    ServiceError
        There are several, or it is not known.
    """
    declared = [
        name
        for name in headers
        if name.startswith(HEADER_PREFIX) and name not in _NOT_VALUES
    ]
    trailer = headers.get("x-amz-trailer", "").lower()
    if trailer.startswith(HEADER_PREFIX):
        declared.append(trailer)
    if len(declared) > 1:
        raise ServiceError(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        )
    if declared:
        return find_algorithm(declared[0].removeprefix(HEADER_PREFIX))
    if asked := headers.get("x-amz-sdk-checksum-algorithm"):
        return find_algorithm(asked)
    return None


def _content_md5(headers: Mapping[str, str]) -> bytes | None:
    value = headers.get("content-md5")
    if value is None:
        return None
    try:
        digest = base64.b64decode(value, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != _MD5_BYTES:
        raise ServiceError(
            "InvalidDigest", "The Content-MD5 you specified is not valid."
        )
    return digest


def _content_sha256(headers: Mapping[str, str]) -> str | None:
    """Return the digest that the signature covers, if it covers the body at all."""
    value = headers.get("x-amz-content-sha256", "")
    return value if _SHA256_HEX.fullmatch(value) else None
