"""One HTTP connection to a model's process: a request at a time, bodies streamed.

Written on the transport itself: a response of 5 MB passes with none of the copies that
asyncio's streams make.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from smnb.local.container.address import Address

_BUFFER_BYTES: Final = 512 * 1024
_SEND_BUFFER_BYTES: Final = (
    2 * 1024 * 1024
)  # the kernel's: fewer turns for a large body
_HOST: Final = "host: localhost\r\n"  # servers of others refuse a request without
_WITHOUT_BODY: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class ConnectionLostError(Exception):
    """The process closed the connection, or does not listen."""


class Connection(asyncio.Protocol):
    """A connection that is kept for one request after another."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._received: deque[bytes] = deque()
        self._received_bytes = 0
        self._lost = False
        self._readable: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    @classmethod
    async def open(cls, address: Address) -> Connection:
        """Connect; the connection is lost at once if nobody listens."""
        connection = cls()
        try:
            await address.connect(lambda: connection)
        except OSError as error:
            raise ConnectionLostError from error
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this, and the methods below)."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(_BUFFER_BYTES)
        its_socket = transport.get_extra_info("socket")
        its_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)

    def data_received(self, data: bytes) -> None:
        """Keep what came, and take no more if that is enough for now."""
        self._received.append(data)
        self._received_bytes += len(data)
        if self._received_bytes > _BUFFER_BYTES:
            self._transport.pause_reading()
        _resolve(self._readable)

    def pause_writing(self) -> None:
        """Make `send` wait."""
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """Let `send` go on."""
        _resolve(self._writable)
        self._writable = None

    def connection_lost(self, _error: Exception | None) -> None:
        """Let nobody wait any more."""
        self._lost = True
        _resolve(self._readable)
        _resolve(self._writable)

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._transport.abort()

    async def get(self, path: str) -> int:
        """Return the status of the answer to a GET."""
        await self._write(f"GET {path} HTTP/1.1\r\n{_HOST}\r\n".encode())
        status, headers = await self.receive()
        if "content-length" in headers:  # else the connection is of no further use
            async for _ in self.body(headers):
                pass
        return status

    async def send(
        self,
        headers: Mapping[str, str],
        body: AsyncIterator[bytes],
        size_bytes: int | None,
    ) -> None:
        """Send an invocation, no faster than it is read; without a size in chunks."""
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        chunked = size_bytes is None
        framing = (
            "transfer-encoding: chunked" if chunked else f"content-length: {size_bytes}"
        )
        head = f"POST /invocations HTTP/1.1\r\n{_HOST}{''.join(lines)}{framing}\r\n\r\n"
        unsent = head.encode("latin-1")
        # What the body raises is the sender's affair and passes through.
        async for chunk in body:
            if chunked:
                await self._write(b"%b%x\r\n%b\r\n" % (unsent, len(chunk), chunk))
            else:
                await self._write(unsent + chunk if unsent else chunk)
            unsent = b""
        if chunked:
            unsent += b"0\r\n\r\n"
        if unsent:
            await self._write(unsent)

    async def receive(self) -> tuple[int, dict[str, str]]:
        """Return status and headers of the response, by lower-case name."""
        head = await self._until(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        status = int(status_line.split(" ", 2)[1])
        if status in _WITHOUT_BODY:
            headers["content-length"] = "0"
        return status, headers

    async def body(self, headers: Mapping[str, str]) -> AsyncGenerator[bytes, None]:
        """Yield the body of the response that has these headers, as it comes.

        One of unknown size, from a server that does not cut it in chunks, is whole when
        the connection ends.
        """
        if "content-length" in headers:
            left_bytes = int(headers["content-length"])
            while left_bytes:
                chunk = await self._at_most(left_bytes)
                left_bytes -= len(chunk)
                yield chunk
            return
        if "transfer-encoding" not in headers:
            with suppress(ConnectionLostError):
                while True:
                    yield await self._some()
            return
        while left_bytes := int((await self._until(b"\r\n")).partition(b";")[0], 16):
            while left_bytes:
                chunk = await self._at_most(left_bytes)
                left_bytes -= len(chunk)
                yield chunk
            await self._until(b"\r\n")
        await self._until(b"\r\n")

    async def _write(self, content: bytes) -> None:
        if not self._lost:
            self._transport.write(content)
        if self._writable is not None:
            await self._writable
        if self._lost:
            raise ConnectionLostError

    async def _some(self) -> bytes:
        """Return what came next, however little it is."""
        if not self._received:
            if not self._lost:
                self._readable = self._loop.create_future()
                await self._readable
            if not self._received:
                raise ConnectionLostError
        chunk = self._received.popleft()
        self._received_bytes -= len(chunk)
        if not self._received and not self._lost:
            self._transport.resume_reading()
        return chunk

    def _give_back(self, rest: bytes) -> None:
        if rest:
            self._received.appendleft(rest)
            self._received_bytes += len(rest)

    async def _until(self, end: bytes) -> bytes:
        """Return what comes before `end`."""
        found = await self._some()
        while end not in found:
            found += await self._some()
        before, _, rest = found.partition(end)
        self._give_back(rest)
        return before

    async def _at_most(self, size_bytes: int) -> bytes:
        """Return what came next, and not what comes after `size_bytes`."""
        chunk = await self._some()
        self._give_back(chunk[size_bytes:])
        return chunk[:size_bytes]


def _resolve(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
