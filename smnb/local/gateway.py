"""The ASGI application: verify the signature, find the service, send its answer.

No service acts on what is not verified: the last part of a body is handed over only
when the signature of the whole has been checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    MutableMapping,
)
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import uuid4

import orjson

from smnb._runtime_file import HEALTH_PATH, LOOKS_HEADER
from smnb.local.connection import EXTENSION
from smnb.local.errors import ClientGoneError, ServiceError
from smnb.local.protocols import errors
from smnb.local.request import Handler, Receive, Request, Response
from smnb.local.signing import UNSIGNED, SignatureError, SignedParts, Verifier, parse

if TYPE_CHECKING:
    from smnb.local.activity import Activity

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]

# A web page may have pointed a host name of its own at this machine; .localhost is
# nobody's, and S3 clients put a bucket before it.
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|([a-z0-9.-]+\.)?localhost)(:\d+)?")
_STOPPING = ServiceError("ServiceUnavailable", "The local backend is stopping.", 503)
# What a presigned URL says of its signature; all else in it that begins so is a header.
_OF_THE_SIGNATURE = frozenset(
    f"x-amz-{name}"
    for name in (
        *("algorithm", "credential", "date", "expires", "signature", "signedheaders"),
        *("security-token", "content-sha256"),
    )
)
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_log = logging.getLogger(__name__)


class Gateway:
    """Answers every AWS service on one port.

    Parameters
    ----------
    handlers
        By signing name; ``"sagemaker-runtime"`` for the paths under ``/endpoints/``,
        which are signed as ``"sagemaker"`` too.
    verifier
        Knows the keys.
    about
        Gives what the health route answers, unsigned; has the ``instance_id``, unless
        the daemon is to be left.
    activity
        Counts the requests; those of the health route are no use of the daemon, nor
        are those of whoever only looks, as a panel does that stays open.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        verifier: Verifier,
        about: Callable[[], Mapping[str, Any]],
        activity: Activity,
    ) -> None:
        self._handlers = handlers
        self._verifier = verifier
        self._about = about
        self._activity = activity
        # A random beginning, counted on: as unique as random ones, at a tenth of the time.
        self._request_id_prefix = str(uuid4())[:-12]
        self._numbers = itertools.count(1)

    async def __call__(self, scope: _Message, receive: Receive, send: _Send) -> None:
        """Serve one HTTP request."""
        if scope["raw_path"] == HEALTH_PATH.encode() or _only_looks(scope):
            await self._serve(scope, receive, send)
        else:
            with self._activity.request():
                await self._serve(scope, receive, send)

    async def _serve(self, scope: _Message, receive: Receive, send: _Send) -> None:
        request_id = f"{self._request_id_prefix}{next(self._numbers):012x}"
        try:
            response = await self._answer(scope, receive, request_id)
        except ClientGoneError:
            return
        response.headers.setdefault("x-amzn-requestid", request_id)
        if response.status >= HTTPStatus.BAD_REQUEST and "expect" in _headers(scope):
            # The body may never come, and the next request would be taken for it.
            response.headers["connection"] = "close"
        await _send(response, scope["method"] == "HEAD", receive, send)

    async def _answer(
        self, scope: _Message, receive: Receive, request_id: str
    ) -> Response:
        headers = _headers(scope)
        path = scope["raw_path"].decode("latin-1")
        if not _LOOPBACK_HOST.fullmatch(headers.get("host", "")):
            return Response(
                HTTPStatus.MISDIRECTED_REQUEST, {}, b"Not a loopback host.\n"
            )
        if path == HEALTH_PATH:
            about = orjson.dumps(self._about())
            return Response(200, {"content-type": "application/json"}, about)
        parts = SignedParts(
            scope["method"], path, scope["query_string"].decode("latin-1"), headers
        )
        try:
            request = await self._verified(parts, receive, request_id)
            if request.receive is receive and (
                connection := scope.get("extensions", {}).get(EXTENSION)
            ):
                request.detached_body = connection.detached_body
            return await self._handler(request)(request)
        except ClientGoneError:
            raise
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the boundary: a fault must become an answer
            return _failure(error, parts, request_id)

    async def _verified(
        self, parts: SignedParts, receive: Receive, request_id: str
    ) -> Request:
        signature = parse(parts)
        self._verifier.admit(signature, datetime.now(timezone.utc))
        check = partial(self._verifier.check, signature, parts)
        headers = parts.headers
        declared = headers.get("x-amz-content-sha256", "")
        signed = signature.signed_headers
        if signature.lifetime is not None and "x-amz-content-sha256" not in signed:
            declared = UNSIGNED
        if signature.service == "s3" or declared == UNSIGNED:
            # The signature covers what is declared; S3 checks the body against that.
            check(declared)
        else:
            body = _VerifiedBody(receive, check)
            await body.begin()
            receive = body
        query = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
        if signature.lifetime is not None:
            headers = {**headers, **_hoisted(query)}
        return Request(
            parts.method,
            parts.path,
            query,
            headers,
            signature.service,
            signature.region,
            request_id,
            receive,
        )

    def _handler(self, request: Request) -> Handler:
        name = request.service
        if name == "sagemaker" and request.path.startswith("/endpoints/"):
            name = "sagemaker-runtime"
        if name not in self._handlers:
            raise ServiceError(
                "NotImplemented", f"smnb's local backend does not answer {name}.", 501
            )
        return self._handlers[name]


def _failure(error: BaseException, parts: SignedParts, request_id: str) -> Response:
    """Return what the client is told, in its protocol's words."""
    protocol = errors.protocol_of(parts.headers, parts.path, parts.query)
    if isinstance(error, SignatureError):
        told = errors.refusal(protocol, error.refusal)
    elif isinstance(error, ServiceError):
        told = error
    elif isinstance(error, asyncio.CancelledError):
        told = _STOPPING  # the server is about to end; nothing else cancels a request
    else:
        what = (parts.method, parts.path, request_id)
        _log.error("%s %s failed (request %s)", *what, exc_info=error)
        told = errors.internal_failure(protocol)
    return errors.render(protocol, told, request_id)


class _VerifiedBody:
    """An ASGI ``receive`` that checks the body before it hands over its last part."""

    def __init__(self, receive: Receive, check: Callable[[str], None]) -> None:
        self._receive = receive
        self._check = check
        self._sha256 = hashlib.sha256()
        self._first: _Message | None = None

    async def begin(self) -> None:
        """Read ahead: a small body is verified before any service sees the request."""
        self._first = await self._next()

    async def __call__(self) -> _Message:
        first, self._first = self._first, None
        return await self._next() if first is None else first

    async def _next(self) -> _Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._sha256.update(message.get("body", b""))
            if not message.get("more_body", False):
                self._check(self._sha256.hexdigest())
        return message


def _hoisted(query: list[tuple[str, str]]) -> dict[str, str]:
    """Return the headers that whoever signed a URL wrote into it, as AWS allows."""
    lowered = ((name.lower(), value) for name, value in query)
    return {
        name: value
        for name, value in lowered
        if name.startswith("x-amz-") and name not in _OF_THE_SIGNATURE
    }


def _only_looks(scope: _Message) -> bool:
    looks = LOOKS_HEADER.encode()
    return any(name == looks for name, _ in scope["headers"])


def _headers(scope: _Message) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


async def _send(
    response: Response, is_head: bool, receive: Receive, send: _Send
) -> None:
    body = response.body
    headers = {name.lower(): value for name, value in response.headers.items()}
    if isinstance(body, bytes) and response.status not in _WITHOUT_BODY:
        headers.setdefault("content-length", str(len(body)))
    await send(
        {
            "type": "http.response.start",
            "status": int(response.status),
            "headers": [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in headers.items()
            ],
        }
    )
    if isinstance(body, bytes):
        content = b"" if is_head else body
        await send({"type": "http.response.body", "body": content})
    else:
        await _stream(body, receive, send)


async def _stream(body: AsyncIterator[bytes], receive: Receive, send: _Send) -> None:
    """Send a body as it comes; when the client leaves, wait for no more of it."""
    sending = asyncio.create_task(_send_all(body, send))
    gone = asyncio.create_task(_disconnected(receive))
    # It is cancelled when the server is about to end: the client sees the answer cut off.
    with suppress(asyncio.CancelledError):
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    sending.cancel()
    await asyncio.wait({sending})
    if close := getattr(body, "aclose", None):
        await close()
    if not sending.cancelled():
        sending.result()


async def _send_all(body: AsyncIterator[bytes], send: _Send) -> None:
    async for chunk in body:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
