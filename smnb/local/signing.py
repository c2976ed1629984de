"""Verify AWS Signature Version 4 in the Authorization header of a request.

The algorithm is AWS's "Create a signed AWS API request"; the secret never leaves here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_WINDOW: Final = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} +"
    r"Credential=(?P<access_key>[^/, ]+)/(?P<date>\d{8})/(?P<region>[^/, ]+)"
    r"/(?P<service>[^/, ]+)/aws4_request, *"
    r"SignedHeaders=(?P<signed_headers>[^, ]+), *"
    r"Signature=(?P<digest>[0-9a-f]{64})"
)
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


class Refusal(Enum):
    """Why a signature is not accepted; each protocol words it in its own way."""

    MISSING = auto()
    INCOMPLETE = auto()
    UNKNOWN_KEY = auto()
    EXPIRED = auto()
    MISMATCH = auto()


class SignatureError(Exception):
    """The request is not signed as AWS asks for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


@dataclass(frozen=True)
class Signature:
    """What a request claims: who signed it, when, for which service and headers."""

    access_key: str
    timestamp: str
    signed_at: datetime
    region: str
    service: str
    signed_headers: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class SignedParts:
    """The parts of a request that its signature covers.

    Parameters
    ----------
    path, query
        As sent, percent-encoded.
    headers
        Values by lower-case name.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


def parse(headers: Mapping[str, str]) -> Signature:
    """Return the claim in the headers.

    Raises
    ------
    SignatureError
        If there is none, or it lacks a part.
    """
    authorization = headers.get("authorization")
    if authorization is None:
        raise SignatureError(Refusal.MISSING)
    found = _AUTHORIZATION.fullmatch(authorization.strip())
    timestamp = headers.get("x-amz-date", "")
    signed_at = _moment(timestamp)
    if found is None or signed_at is None:
        raise SignatureError(Refusal.INCOMPLETE)
    signed = tuple(found["signed_headers"].split(";"))
    if found["date"] != timestamp[:8] or "host" not in signed:
        raise SignatureError(Refusal.INCOMPLETE)
    return Signature(
        found["access_key"],
        timestamp,
        signed_at,
        found["region"],
        found["service"],
        signed,
        found["digest"],
    )


def _moment(timestamp: str) -> datetime | None:
    parts = _TIMESTAMP.fullmatch(timestamp)
    if parts is None:
        return None
    try:
        return datetime.fromisoformat("{}-{}-{}T{}:{}:{}+00:00".format(*parts.groups()))
    except ValueError:
        return None


class Verifier:
    """Knows the one pair of keys of a data directory."""

    def __init__(self, access_key: str, secret_key: str) -> None:
        self._access_key = access_key
        self._secret_key = secret_key

    def admit(self, signature: Signature, now: datetime) -> None:
        """Check what can be checked before the body is known: the key and the time."""
        if not hmac.compare_digest(
            signature.access_key.encode(), self._access_key.encode()
        ):
            raise SignatureError(Refusal.UNKNOWN_KEY)
        if abs(now - signature.signed_at) > _WINDOW:
            raise SignatureError(Refusal.EXPIRED)

    def check(self, signature: Signature, parts: SignedParts, body_sha256: str) -> None:
        """Compare the signature with the one that the secret key gives.

        Parameters
        ----------
        body_sha256
            Hex digest of the body, or what ``x-amz-content-sha256`` says instead.

        Raises
        ------
        SignatureError
            If they differ.
        """
        request = _canonical_request(signature, parts, body_sha256)
        date = signature.timestamp[:8]
        to_sign = "\n".join(
            [
                _ALGORITHM,
                signature.timestamp,
                f"{date}/{signature.region}/{signature.service}/aws4_request",
                hashlib.sha256(request.encode()).hexdigest(),
            ]
        )
        key = _signing_key(self._secret_key, date, signature.region, signature.service)
        expected = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
        if not hmac.compare_digest(expected, signature.digest):
            raise SignatureError(Refusal.MISMATCH)


@lru_cache(maxsize=64)
def _signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical_request(signature: Signature, parts: SignedParts, body: str) -> str:
    # S3 signs the path as sent; every other service encodes it once more.
    is_s3 = signature.service == "s3"
    path = parts.path if is_s3 else quote(parts.path, safe="/~")
    headers = [
        f"{name}:{' '.join(parts.headers.get(name, '').split())}\n"
        for name in signature.signed_headers
    ]
    return "\n".join(
        [
            parts.method,
            path,
            _canonical_query(parts.query),
            "".join(headers),
            ";".join(signature.signed_headers),
            body,
        ]
    )


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(part: str) -> str:
    return quote(unquote_to_bytes(part), safe="")
