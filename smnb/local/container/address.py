"""Where a model's process listens: a Unix socket, or a TCP port on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOOPBACK: Final = "127.0.0.1"
# Ports given to processes that may not listen yet.
_given: Final[deque[int]] = deque(maxlen=1000)


@dataclass(frozen=True)
class UnixSocket:
    """A socket in a private folder, which nobody else can take.

    Parameters
    ----------
    path
        At most 100 characters.
    """

    path: Path
    keeps_connections: ClassVar = True

    async def connect(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Open a connection; raises OSError if nobody listens."""
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(protocol, str(self.path))

    def is_taken(self) -> bool:
        """Whether another process listens there."""
        return False


@dataclass(frozen=True)
class LoopbackPort:
    """A port that was free a moment ago."""

    number: int
    # Servers end a connection that waits when they like, also as a request is sent.
    keeps_connections: ClassVar = False

    def __str__(self) -> str:
        return f"Port {self.number}"

    @classmethod
    def free(cls) -> LoopbackPort:
        """Return a port that is free, and was not returned before lately."""
        while True:
            with socket.socket() as probe:
                probe.bind((_LOOPBACK, 0))
                number = probe.getsockname()[1]
            if number not in _given:
                _given.append(number)
                return cls(number)

    async def connect(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Open a connection; raises OSError if nobody listens."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(protocol, _LOOPBACK, self.number)

    def is_taken(self) -> bool:
        """Whether a process listens there, once the one that it was for has ended."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_LOOPBACK, self.number))
            except OSError:
                return True
        return False


Address = UnixSocket | LoopbackPort
