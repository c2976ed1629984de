"""Verify AWS Signature Version 4 in a request's headers, or in a presigned S3 URL.

The algorithm is AWS's "Create a signed AWS API request"; the secret never leaves here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_WINDOW: Final = timedelta(minutes=15)
_WEEK_S: Final = 7 * 24 * 3600  # the most that S3 takes as X-Amz-Expires
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} +"
    r"Credential=(?P<access_key>[^/, ]+)/(?P<date>\d{8})/(?P<region>[^/, ]+)"
    r"/(?P<service>[^/, ]+)/aws4_request, *"
    r"SignedHeaders=(?P<signed_headers>[^, ]+), *"
    r"Signature=(?P<digest>[0-9a-f]{64})"
)
_CREDENTIAL = re.compile(
    r"(?P<access_key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/s3/aws4_request"
)
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


class Refusal(Enum):
    """Why a signature is not accepted; each protocol words it in its own way."""

    MISSING = auto()
    INCOMPLETE = auto()
    UNKNOWN_KEY = auto()
    EXPIRED = auto()
    MISMATCH = auto()
    # Of presigned URLs alone, so of S3 alone:
    URL_INCOMPLETE = auto()
    URL_LIFETIME = auto()
    URL_EXPIRED = auto()
    URL_NOT_YET = auto()
    VERSION_2 = auto()


class SignatureError(Exception):
    """The request is not signed as AWS asks for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


class Signature(NamedTuple):
    """What a request claims: who signed it, when, for which service and headers.

    Parameters
    ----------
    lifetime
        Of a presigned URL; None if the headers are signed.
    """

    access_key: str
    timestamp: str
    signed_at: datetime
    region: str
    service: str
    signed_headers: tuple[str, ...]
    digest: str
    lifetime: timedelta | None = None


class SignedParts(NamedTuple):
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


def parse(parts: SignedParts) -> Signature:
    """Return the claim in the URL if it is presigned, else in the headers.

    Raises
    ------
    SignatureError
        If there is none, or it lacks a part.
    """
    headers = parts.headers
    if is_presigned(headers, parts.query):
        return _parse_url(parts.query)
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


def is_presigned(headers: Mapping[str, str], query: str) -> bool:
    """Whether the signature is in the URL, well-formed or not."""
    if "authorization" in headers:
        return False
    names = {pair.partition("=")[0] for pair in query.split("&")}
    return not names.isdisjoint(
        ("X-Amz-Algorithm", "X-Amz-Signature", "AWSAccessKeyId")
    )


def _parse_url(query: str) -> Signature:
    values = dict(parse_qsl(query, keep_blank_values=True))
    if "AWSAccessKeyId" in values:
        raise SignatureError(Refusal.VERSION_2)
    credential = _CREDENTIAL.fullmatch(values.get("X-Amz-Credential", ""))
    timestamp = values.get("X-Amz-Date", "")
    signed_at = _moment(timestamp)
    digest = values.get("X-Amz-Signature", "")
    signed = tuple(values.get("X-Amz-SignedHeaders", "").split(";"))
    expires = values.get("X-Amz-Expires", "")
    if (
        values.get("X-Amz-Algorithm") != _ALGORITHM
        or credential is None
        or signed_at is None
        or credential["date"] != timestamp[:8]
        or not digest
        or not expires
        or "host" not in signed
    ):
        raise SignatureError(Refusal.URL_INCOMPLETE)
    if not re.fullmatch(r"[0-9]{1,6}", expires) or int(expires) > _WEEK_S:
        raise SignatureError(Refusal.URL_LIFETIME)
    return Signature(
        credential["access_key"],
        timestamp,
        signed_at,
        credential["region"],
        "s3",
        signed,
        digest,
        timedelta(seconds=int(expires)),
    )


@lru_cache(maxsize=64)  # of one second, there are many requests
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
        age = now - signature.signed_at
        if signature.lifetime is None:
            if abs(age) > _WINDOW:
                raise SignatureError(Refusal.EXPIRED)
        elif age > signature.lifetime:
            raise SignatureError(Refusal.URL_EXPIRED)
        elif age < -_WINDOW:
            raise SignatureError(Refusal.URL_NOT_YET)

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
        expected = hmac.digest(key, to_sign.encode(), "sha256").hex()
        if not hmac.compare_digest(expected.encode(), signature.digest.encode()):
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
    path = parts.path if is_s3 else _encoded_path(parts.path)
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


@lru_cache(maxsize=256)
def _encoded_path(path: str) -> str:
    return quote(path, safe="/~")


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name == "X-Amz-Signature":
            continue  # of a presigned URL, which can't sign itself
        pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(part: str) -> str:
    return quote(unquote_to_bytes(part), safe="")
