"""Whether anyone uses the daemon: requests under way, and work that nobody waits for."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK_EVERY_S: Final = 30.0


class Activity:
    """Counts the requests, and knows when there was last anything to do.

    Parameters
    ----------
    has_work
        Tells whether something is to be done though no request is under way, such as
        queued requests.
    """

    def __init__(self, has_work: Callable[[], bool]) -> None:
        self._has_work = has_work
        self._under_way = 0
        self._last = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether stopping now would keep anything from being done."""
        return self._under_way > 0 or self._has_work()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count the block as a request under way."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._last = time.monotonic()

    async def ended(self, idle_s: float) -> None:
        """Return when there has been nothing to do for `idle_s` seconds."""
        while True:
            if self.busy:
                self._last = time.monotonic()
            left_s = self._last + idle_s - time.monotonic()
            if left_s <= 0:
                return
            await asyncio.sleep(min(left_s, _LOOK_EVERY_S))
