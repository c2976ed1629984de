"""A large request body that a thread reads from the socket itself."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from smnb.local.errors import ClientGoneError

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_IDLE_S: Final = 0.05
_TURN_S: Final = 1.0


class DetachedBody:
    """What is still to come of a body, and what has come already.

    Parameters
    ----------
    begun
        The beginning, which the event loop has read.
    left_bytes
        How much is to be read from the socket.
    """

    def __init__(
        self, own_socket: socket.socket, begun: bytes, left_bytes: int
    ) -> None:
        # With a timeout Python waits; the socket itself must stay non-blocking, since
        # the event loop goes on writing to it.
        own_socket.settimeout(_IDLE_S)
        self._socket = own_socket
        self._begun = begun
        self.left_bytes = left_bytes

    async def readable(self) -> None:
        """Wait, in the event loop, until there is something to read."""
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        descriptor = self._socket.fileno()
        loop.add_reader(descriptor, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """Yield, in a thread, what comes; end when nothing does, or after a second.

        A piece is valid until the next is asked for, which may lie in `buffer` too.

        Raises
        ------
        ClientGoneError
            The client closed the connection.
        """
        if self._begun:
            yield memoryview(self._begun)
            self._begun = b""
        end = time.monotonic() + _TURN_S
        while self.left_bytes and time.monotonic() < end:
            filled = self._fill(buffer[: self.left_bytes])
            if not filled:
                return
            yield buffer[:filled]

    def _fill(self, buffer: memoryview) -> int:
        filled = 0
        try:
            while filled < len(buffer):
                count = self._socket.recv_into(buffer[filled:])
                if not count:
                    raise ClientGoneError
                filled += count
                self.left_bytes -= count
        except TimeoutError:
            pass
        except ConnectionError:
            raise ClientGoneError from None
        return filled


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
