"""How many requests to an endpoint may be in flight: narrowed by throttling, then widened.

Additive increase, multiplicative decrease. Not locked: whoever shares one locks around it.
"""

from __future__ import annotations

import time

from smnb import _retry


class Window:
    """The requests that may be in flight at the same time.

    Parameters
    ----------
    limit
        At most so many, and so many at first.
    """

    def __init__(self, limit: int, patience: _retry.Patience) -> None:
        self._limit = limit
        self._patience = patience
        self._room = float(limit)
        self._throttled = 0
        self._resume_at = 0.0
        self.number = 0
        """Counts narrowings; a request is sent in the window of its time."""

    @property
    def room(self) -> int:
        """How many may be in flight now, at least 1."""
        return int(self._room)

    @property
    def rest_s(self) -> float:
        """Seconds until the next may be sent; 0 or less if it may be now."""
        return self._resume_at - time.monotonic() if self._resume_at else 0.0

    def widen(self) -> None:
        """Note that a request has succeeded."""
        self._throttled = 0
        if self._room < self._limit:
            self._room = min(self._limit, self._room + 1 / self._room)

    def narrow(self, number: int) -> None:
        """Halve it, once for all that were sent in the window `number`, and rest."""
        if number != self.number:
            return
        self.number += 1
        self._throttled += 1
        self._room = max(1.0, self._room / 2)
        pause_s = _retry.pause_s(self._throttled, self._patience)
        self._resume_at = time.monotonic() + pause_s
