"""Accept connections and let the main thread answer what they ask.

Rule: user code runs in the main thread, where the model was loaded, one request at a
time, as in AWS's workers; the other threads read requests and answer /ping. What asks
for /idle is answered when the main thread has nothing left to do.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from .wire import Reply, Request, read_request, send_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from .contract import Model

_SEND_BUFFER_BYTES = 2 * 1024 * 1024  # fewer turns for a large body


class Server:
    """A server of one model on a listening Unix socket."""

    def __init__(self, listener: socket.socket, model: Model) -> None:
        self._listener = listener
        self._model = model
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Answer until SIGTERM, which lets the request at hand finish."""
        threading.Thread(target=self._accept, daemon=True).start()
        # A signal that comes just before the main thread waits would not wake it; its
        # number, written to a socket, wakes another thread for certain.
        woken, wake = socket.socketpair()
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGTERM, lambda *_: None)
        threading.Thread(target=self._stop_on_signal, args=[woken], daemon=True).start()
        while work := self._work.get():
            work()

    def _stop_on_signal(self, woken: socket.socket) -> None:
        while woken.recv(1) != bytes([signal.SIGTERM]):
            pass
        self._work.put(None)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES
            )
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """Serve one connection; a client that leaves, or speaks no HTTP, loses it."""
        with (
            suppress(OSError, ValueError),
            connection,
            connection.makefile("rb") as stream,
        ):
            while request := read_request(stream, connection):
                if request.path == "/ping":
                    send_reply(connection, Reply(200, {}, b""))
                elif request.path == "/idle":
                    self._in_turn(lambda: send_reply(connection, Reply(200, {}, b"")))
                elif (request.method, request.path) == ("POST", "/invocations"):
                    self._invoke(request, connection)
                else:
                    send_reply(connection, Reply(404, {}, b""))
                if _is_last(request):
                    return

    def _invoke(self, request: Request, connection: socket.socket) -> None:
        """Let the main thread answer."""

        def work() -> None:
            try:
                reply = self._model.answer(request)
                if _is_last(request):
                    reply.headers["Connection"] = "close"
                send_reply(connection, reply)
            except ConnectionError:
                _hang_up(connection)  # the client left
            except Exception:  # noqa: BLE001 (user code, in the middle of a stream)
                traceback.print_exc()
                _hang_up(connection)
            except BaseException:  # noqa: BLE001 (sys.exit() in user code does what it says)
                traceback.print_exc()
                os._exit(1)

        self._in_turn(work)

    def _in_turn(self, work: Callable[[], None]) -> None:
        """Wait until the main thread has done this, after all that came before."""
        done: queue.SimpleQueue[None] = queue.SimpleQueue()

        def work_and_tell() -> None:
            with suppress(OSError):  # the client left
                work()
            done.put(None)

        self._work.put(work_and_tell)
        done.get()


def _is_last(request: Request) -> bool:
    """Whether the client wants its connection to end with the reply."""
    return request.headers.get("Connection", "").lower() == "close"  # type: ignore[no-any-return]


def _hang_up(connection: socket.socket) -> None:
    """End a response that cannot be completed, so that nobody takes it for whole."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
