"""The checksums that S3 keeps for an object: their algorithms, and those of its parts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol

from smnb.local.errors import ServiceError
from smnb.local.services.s3 import crc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ChecksumType = Literal["COMPOSITE", "FULL_OBJECT"]
HEADER_PREFIX: Final = "x-amz-checksum-"


class Hasher(Protocol):
    """What hashlib's objects offer."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take the next piece of data."""

    def digest(self) -> bytes:
        """Return the digest of the data so far."""


class _CrcHasher:
    """A CRC function as a `Hasher`."""

    def __init__(
        self, function: Callable[[bytes | memoryview, int], int], size_bytes: int
    ) -> None:
        self._function = function
        self._size_bytes = size_bytes
        self._crc = 0

    def update(self, data: bytes | memoryview, /) -> None:
        self._crc = self._function(data, self._crc)

    def digest(self) -> bytes:
        return self._crc.to_bytes(self._size_bytes, "big")


@dataclass(frozen=True)
class Algorithm:
    """One checksum algorithm.

    Parameters
    ----------
    name
        In lower case, as it ends the header's name.
    generator
        What joins the checksums of parts; None if parts only have a composite one.
    """

    name: str
    size_bytes: int
    new: Callable[[], Hasher]
    generator: crc.Generator | None = None

    @property
    def default_type(self) -> ChecksumType:
        """The type of a multipart upload's checksum that asks for none."""
        return "FULL_OBJECT" if self.name == "crc64nvme" else "COMPOSITE"

    def parse(self, value: str) -> bytes:
        """Decode a header's value.

        Raises
        ------
        ServiceError
            It is not base64, or not of this algorithm's length.
        """
        try:
            digest = base64.b64decode(value, validate=True)
        except binascii.Error:
            digest = b""
        if len(digest) != self.size_bytes:
            raise ServiceError(
                "InvalidRequest",
                f"Value for {HEADER_PREFIX}{self.name} header is invalid.",
            )
        return digest


def _hash(name: str) -> Algorithm:
    new = partial(hashlib.new, name, usedforsecurity=False)
    return Algorithm(name, new().digest_size, new)


def _crc(
    name: str, function: Callable[..., int], generator: crc.Generator
) -> Algorithm:
    size_bytes = generator.width // 8
    return Algorithm(
        name, size_bytes, partial(_CrcHasher, function, size_bytes), generator
    )


ALGORITHMS: Final = {
    algorithm.name: algorithm
    for algorithm in (
        _crc("crc32", zlib.crc32, crc.CRC32),
        _crc("crc32c", crc.crc32c, crc.CRC32C),
        _crc("crc64nvme", crc.crc64nvme, crc.CRC64NVME),
        *map(_hash, ("md5", "sha1", "sha256", "sha512")),
    )
}


def find_algorithm(name: str) -> Algorithm:
    """Return the algorithm of that name, in any case.

    Raises
    ------
    ServiceError
        It is not one of S3's, or not one that is computed here (the xxHash family).
    """
    if algorithm := ALGORITHMS.get(name.lower()):
        return algorithm
    if name.lower().startswith("xxhash"):
        raise ServiceError("NotImplemented", f"{name} is not computed here.", 501)
    raise ServiceError(
        "InvalidRequest",
        "Checksum algorithm provided is unsupported. Please try again.",
    )


@dataclass(frozen=True)
class Checksum:
    """The checksum of an object or of a part.

    Parameters
    ----------
    algorithm
        Its name in lower case.
    value
        As in the header: base64, for a composite one with ``-`` and the number of parts.
    """

    algorithm: str
    value: str
    type: ChecksumType = "FULL_OBJECT"

    @classmethod
    def of(cls, algorithm: Algorithm, digest: bytes) -> Checksum:
        """Return the checksum of one piece of data."""
        return cls(algorithm.name, base64.b64encode(digest).decode())

    @property
    def digest(self) -> bytes:
        """The bytes in the value."""
        return base64.b64decode(self.value.partition("-")[0])

    @property
    def element(self) -> tuple[str, str]:
        """Name and value as in S3's XML."""
        return f"Checksum{self.algorithm.upper()}", self.value

    def headers(self) -> dict[str, str]:
        """Return it as in S3's responses."""
        return {
            f"{HEADER_PREFIX}{self.algorithm}": self.value,
            f"{HEADER_PREFIX}type": self.type,
        }


def combined(
    algorithm: Algorithm, kind: ChecksumType, parts: Iterable[tuple[Checksum, int]]
) -> Checksum:
    """Return the checksum of an object from those of its parts, each with its size."""
    if kind == "FULL_OBJECT" and algorithm.generator is not None:
        joined = 0
        for checksum, size_bytes in parts:
            part = int.from_bytes(checksum.digest, "big")
            joined = algorithm.generator.join(joined, part, size_bytes)
        return Checksum.of(algorithm, joined.to_bytes(algorithm.size_bytes, "big"))
    digests = [checksum.digest for checksum, _ in parts]
    hasher = algorithm.new()
    hasher.update(b"".join(digests))
    value = base64.b64encode(hasher.digest()).decode()
    return Checksum(algorithm.name, f"{value}-{len(digests)}", "COMPOSITE")
