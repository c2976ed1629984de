"""HTTP/1.1 connections whose large bodies threads read from the socket themselves.

Through the event loop and h11 every byte of a body is copied several times, in small
pieces, by the one thread that all requests share.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from smnb.local.detached_body import DetachedBody
from smnb.local.errors import ClientGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSION: Final = "smnb.connection"
"""Where an ASGI scope's extensions name the connection."""
LEAST_DETACHED_BYTES: Final = 1024 * 1024
"""Below it, handing a body over costs more than it saves."""


class Connection(H11Protocol):
    """Uvicorn's protocol, of which a request can take over the body."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        serve = self.app

        async def serve_with_connection(scope: Any, receive: Any, send: Any) -> None:
            scope["extensions"] = {EXTENSION: self}
            await serve(scope, receive, send)

        self.app = serve_with_connection

    @contextmanager
    def detached_body(self) -> Iterator[DetachedBody | None]:
        """Lend the body of the current request, of which nothing was received yet.

        None is lent if it is small, complete, or of a length that is not declared. What
        the block leaves unread is read by the event loop, and dropped.
        """
        left_bytes = self._length_bytes() - len(self.cycle.body)
        if left_bytes < LEAST_DETACHED_BYTES or self.transport.is_closing():
            yield None
            return
        self._let_body_come()
        self.flow.pause_reading()
        with self.transport.get_extra_info("socket").dup() as own_socket:
            body = DetachedBody(own_socket, bytes(self.cycle.body), left_bytes)
            self.cycle.body = bytearray()
            try:
                yield body
            except ClientGoneError:
                self.transport.close()
                raise
            finally:
                if not self.transport.is_closing():
                    self._attach(body.left_bytes)

    def _length_bytes(self) -> int:
        """Return the length that is declared, 0 if h11 has to find the end."""
        headers = dict(self.headers)
        if self.scope["http_version"] != "1.1" or b"transfer-encoding" in headers:
            return 0
        return int(headers.get(b"content-length", 0))

    def _let_body_come(self) -> None:
        if self.cycle.waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self.transport.write(self.conn.send(go_on))
            self.cycle.waiting_for_100_continue = False

    def _attach(self, left_bytes: int) -> None:
        """Go on with an h11 connection that knows the request by its end only."""
        self.conn = self.cycle.conn = h11.Connection(h11.SERVER)
        self.conn.receive_data(
            b"PUT / HTTP/1.1\r\nhost: _\r\ncontent-length: %d\r\n\r\n" % left_bytes
        )
        self.conn.next_event()
        self.flow.resume_reading()
        self.handle_events()
