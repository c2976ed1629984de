"""HTTP/1.1 connections: what is ordinary goes past h11, and large bodies past the loop.

Through the event loop and h11 every byte of a body is copied several times, in small
pieces, by the one thread that all requests share: threads read large bodies from the
socket themselves.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from smnb.local.detached_body import DetachedBody
from smnb.local.errors import ClientGoneError
from smnb.local.ordinary import OrdinaryCycle, know_by_its_end, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb.local.ordinary import OrdinaryRequest

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
        self._answered_at = 0.0

    def data_received(self, data: bytes) -> None:
        """Begin a request, if it is ordinary, or go on with it; leave others to h11."""
        if isinstance(self.cycle, OrdinaryCycle):
            data = self.cycle.take(data)
            if not data:
                return
        if self._is_between_requests() and (request := parse(data)):
            self._begin(request)
            return
        if isinstance(self.cycle, OrdinaryCycle):
            self.cycle.hand_over()
        super().data_received(data)

    def _is_between_requests(self) -> bool:
        return (
            self.conn.their_state is h11.IDLE
            and (self.cycle is None or self.cycle.response_complete)  # type: ignore[redundant-expr]
            and self.conn.trailing_data == (b"", False)
        )

    def _begin(self, request: OrdinaryRequest) -> None:
        raw_path, _, query_string = request.target.partition(b"?")
        self.headers = request.headers
        self.scope = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": "http",
            "method": request.method.decode(),
            "root_path": "",
            "path": unquote(raw_path.decode()),
            "raw_path": raw_path,
            "query_string": query_string,
            "headers": request.headers,
        }
        self.cycle = OrdinaryCycle(
            request.body,
            request.left_bytes,
            self._wait_for_the_next,
            scope=self.scope,
            conn=self.conn,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            on_response=self.on_response_complete,
        )
        task = self.loop.create_task(self.cycle.run_asgi(self.app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _wait_for_the_next(self) -> None:
        """Note the time: a timer for each request would cost more than one that looks."""
        self.server_state.total_requests += 1
        self._answered_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_in(self.timeout_keep_alive)

    def _look_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless it was used since this was scheduled."""
        left_s = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if not self.cycle.response_complete:
            self.timeout_keep_alive_task = None  # the answer sets another
        elif left_s > 0:
            self._look_in(left_s)
        else:
            super().timeout_keep_alive_handler()

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
        know_by_its_end(self.conn, left_bytes)
        self.flow.resume_reading()
        self.handle_events()
