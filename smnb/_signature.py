"""AWS's signature of one request without a query (Signature Version 4).

botocore signs any request there is, at a quarter of a millisecond; this signs the one
kind that is sent by the thousand.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timezone
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHM = "AWS4-HMAC-SHA256"
_CHUNK_BYTES = 1 << 20


def signed(
    credentials: Any,
    scope: tuple[str, str],
    path: str,
    headers: Mapping[str, str],
    body: bytes | IO[bytes],
) -> dict[str, str]:
    """Return `headers` with what signs a POST of `body`.

    Parameters
    ----------
    credentials
        botocore's, frozen: access_key, secret_key and token.
    scope
        Region and service name.
    path
        As it is sent, percent-encoded.
    headers
        All of them are signed; ``Host`` must be among them.
    """
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    region, service = scope
    made = {**headers, "X-Amz-Date": now}
    if credentials.token:
        made["X-Amz-Security-Token"] = credentials.token
    rows = sorted((name.lower(), " ".join(made[name].split())) for name in made)
    names = ";".join(name for name, _ in rows)
    canonical = "\n".join(
        (
            "POST",
            # AWS encodes the path that it was sent once more.
            path.replace("%", "%25"),
            "",
            *(f"{name}:{value}" for name, value in rows),
            "",
            names,
            _sha256(body),
        )
    )
    place = f"{now[:8]}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = _key(credentials.secret_key, now[:8], region, service)
    signature = hmac.digest(
        key, f"{_ALGORITHM}\n{now}\n{place}\n{digest}".encode(), "sha256"
    ).hex()
    made["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{place}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return made


@lru_cache(maxsize=16)
def _key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _sha256(body: bytes | IO[bytes]) -> str:
    if isinstance(body, bytes):
        return hashlib.sha256(body).hexdigest()
    digest = hashlib.sha256()
    while chunk := body.read(_CHUNK_BYTES):
        digest.update(chunk)
    body.seek(0)
    return digest.hexdigest()
