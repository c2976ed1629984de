"""An HTTP request and response as the services see them, free of ASGI's details."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    MutableMapping,
)
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smnb.local.errors import ClientGoneError, ServiceError

if TYPE_CHECKING:
    from smnb.local.detached_body import DetachedBody

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass
class Request:
    """One request whose signature has been verified.

    Parameters
    ----------
    path
        The path as sent, percent-encoded, without the query.
    query
        Decoded pairs in the order sent; a key without ``=`` has an empty value.
    headers
        Values by lower-case name.
    service, region
        From the signature's scope, for example ``"sagemaker"``, ``"us-east-1"``.
    detached_body
        Lends the body to be read by a thread, if it is large and `receive` was not
        called; else lends None.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    service: str
    region: str
    request_id: str
    receive: Receive = field(repr=False)
    detached_body: Callable[[], AbstractContextManager[DetachedBody | None]] = field(
        default=nullcontext, repr=False
    )

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives; nothing is buffered."""
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            if chunk := message.get("body", b""):
                yield chunk
            if not message.get("more_body", False):
                return

    async def read(self, limit_bytes: int) -> bytes:
        """Return the whole body, refusing one of more than `limit_bytes`."""
        body = bytearray()
        async for chunk in self.chunks():
            body += chunk
            if len(body) > limit_bytes:
                raise ServiceError(
                    "RequestEntityTooLargeException",
                    f"The request body exceeds {limit_bytes} bytes.",
                    413,
                )
        return bytes(body)


@dataclass
class Response:
    """What a service answers: a whole body, or one that is produced as it is sent."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterator[bytes] = b""


@dataclass(frozen=True)
class Context:
    """Who calls, and where, for an operation that never sees HTTP."""

    region: str
    account_id: str
    request_id: str
    caller_python: str | None
    """Path of the Python that the calling SDK runs in; None for other clients."""


Handler = Callable[[Request], Awaitable[Response]]
