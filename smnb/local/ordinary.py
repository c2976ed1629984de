"""HTTP/1.1 of the ordinary form, past h11: a small request, answered as a whole.

Nearly all that clients send and get is so, and h11, which knows every form, takes the
event loop's one thread ten times as long. What is read here h11 would read likewise;
of whatever else there is, in a request or an answer, h11 takes care.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, RequestResponseCycle

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence

    import h11

_NAME: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALUE: Final = rb"[\t -~]*"
_FIELD: Final = re.compile(rb"(%b):(%b)\r\n" % (_NAME, _VALUE))
_FIELDS: Final = re.compile(rb"(?:%b:%b\r\n)+" % (_NAME, _VALUE))
_HEAD: Final = re.compile(
    rb"(DELETE|GET|POST|PUT) ([!-~]+) HTTP/1\.1\r\n(%b)\r\n" % _FIELDS.pattern
)
_SPACE: Final = b" \t"
_EXTRAORDINARY: Final = frozenset((b"expect", b"transfer-encoding", b"upgrade"))
_KEPT: Final = b"keep-alive"
_MAX_BYTES: Final = 256 * 1024  # of a body, which is kept until it is whole


class OrdinaryRequest(NamedTuple):
    """A request, of which the body may still be coming.

    Parameters
    ----------
    headers
        The names are in lower case.
    left_bytes
        How much of the body is to come.
    """

    method: bytes
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    left_bytes: int


def parse(data: bytes) -> OrdinaryRequest | None:
    """Return the request that `data` begins, and nothing behind it; else None."""
    found = _HEAD.match(data)
    if found is None:
        return None
    method, target, fields = found.groups()
    headers = [
        (name.lower(), value.strip(_SPACE)) for name, value in _FIELD.findall(fields)
    ]
    by_name = dict(headers)
    length = by_name.get(b"content-length", b"0")
    if (
        len(by_name) < len(headers)
        or b"host" not in by_name
        or by_name.get(b"connection", _KEPT).lower() != _KEPT
        or not _EXTRAORDINARY.isdisjoint(by_name)
        or not length.isdigit()
        or int(length) > _MAX_BYTES
    ):
        return None
    body = data[found.end() :]
    left_bytes = int(length) - len(body)
    if left_bytes < 0:
        return None
    return OrdinaryRequest(method, target, headers, body, left_bytes)


class OrdinaryCycle(RequestResponseCycle):
    """A request, and its answer, which may turn out to be h11's affair.

    Parameters
    ----------
    left_bytes
        How much of the body is to come; who receives it gets it as a whole.
    on_whole
        Called in place of `on_response` when h11 had no part in it.
    """

    def __init__(
        self,
        body: bytes,
        left_bytes: int,
        on_whole: Callable[[], None],
        **options: Any,
    ) -> None:
        super().__init__(message_event=asyncio.Event(), **options)
        self._on_whole = on_whole
        self._start: MutableMapping[str, Any] = {}
        self._by_h11 = False
        self._left_bytes = left_bytes
        self.body = bytearray(body)
        self._look_for_the_end()

    def take(self, data: bytes) -> bytes:
        """Take what belongs to the body, also of one already answered; return the rest."""
        if not self._left_bytes:
            return data
        own = data[: self._left_bytes]
        self.body += own
        self._left_bytes -= len(own)
        self._look_for_the_end()
        return data[len(own) :]

    def _look_for_the_end(self) -> None:
        if not self._left_bytes:
            self.more_body = False
            self.message_event.set()

    def hand_over(self) -> None:
        """Let h11 write what is not written yet, and read what else comes."""
        if not (self._by_h11 or self.response_complete):
            self._by_h11 = True
            know_by_its_end(self.conn, self._left_bytes)
            if not self._left_bytes:
                self.conn.next_event()
            self._left_bytes = 0

    async def send(self, message: MutableMapping[str, Any]) -> None:  # type: ignore[override]
        """Send an answer at once when it is whole, so that its reader wakes up once."""
        if self.disconnected:  # h11 knows of it, and would take nothing any more
            return
        if self._by_h11:
            await super().send(message)  # type: ignore[arg-type]
        elif message["type"] == "http.response.start":
            self._start = message
            if all(name != b"content-length" for name, _ in message["headers"]):
                self.hand_over()
                await super().send(message)  # type: ignore[arg-type]
        else:
            if self.flow.write_paused and not self.disconnected:
                await self.flow.drain()
            await self._send_body(message)

    async def _send_body(self, message: MutableMapping[str, Any]) -> None:
        whole = (
            None if message.get("more_body") else self._whole(message.get("body", b""))
        )
        if self.disconnected:
            return
        if whole is None:
            self.hand_over()
            await super().send(self._start)  # type: ignore[arg-type]
            await super().send(message)  # type: ignore[arg-type]
            return
        self.response_started = self.response_complete = True
        self.transport.write(whole)
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self._on_whole()

    def _whole(self, body: bytes) -> bytes | None:
        """Return the answer as it is sent; None if it is not of the ordinary form."""
        headers: Sequence[tuple[bytes, bytes]] = self._start["headers"]
        by_name = dict(headers)
        fields = b"".join(
            [b"%b: %b\r\n" % field for field in (*self.default_headers, *headers)]
        )
        if (
            by_name[b"content-length"] != b"%d" % len(body)
            or b"connection" in by_name
            or not _FIELDS.fullmatch(fields)
        ):
            return None
        status = self._start["status"]
        line = b"HTTP/1.1 %d %b\r\n" % (status, STATUS_PHRASES[status])
        return b"".join((line, fields, b"\r\n", body))


def know_by_its_end(connection: h11.Connection, left_bytes: int) -> None:
    """Let h11 take a request for begun of which so many bytes are still to come."""
    connection.receive_data(
        b"PUT / HTTP/1.1\r\nhost: _\r\ncontent-length: %d\r\n\r\n" % left_bytes
    )
    connection.next_event()
