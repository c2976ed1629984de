"""How a running call is steered: what it tells, how far it is, whether it shall stop."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

from smnb.errors import JobCancelledError

if TYPE_CHECKING:
    from smnb._progress import Reporter
    from smnb._split.pace import Pace

# Windows hears no Ctrl-C in a longer wait for an event.
_NAP_S = 0.25


class Silent:
    """A reporter for calls that are parts of one that reports."""

    def line(self, text: str) -> None:
        """Say nothing."""

    def now(self, text: str) -> None:
        """Say nothing."""

    def done(self, text: str | None = None) -> None:
        """Say nothing."""


class Control:
    """What is between a running call and whoever waits for it.

    Parameters
    ----------
    progress
        Is told what goes on.
    id_
        Names the call; one that goes through S3 is found again by it. Default: a new one.
    """

    def __init__(self, progress: Reporter, id_: str | None = None) -> None:
        self.progress = progress
        self._id = id_
        self._stopped = threading.Event()
        self._begun: tuple[float, float] | None = None
        self._share: float | None = None
        self.arrived: list[Any] = []
        """Of a call with many results, those that are there, in order."""
        self.pace: Pace | None = None
        """Of a video in parts, what is counted of it."""
        self.upload_s: float | None = None
        """Seconds that the upload took; None until it is over, and without one."""

    @property
    def id(self) -> str:
        """16 hexadecimal digits that name the call."""
        if self._id is None:
            self._id = secrets.token_hex(8)
        return self._id

    def part(self) -> Control:
        """Return the control of one of several requests: it stops with this, silently."""
        part = Control(Silent())
        part._stopped = self._stopped
        return part

    def stop(self) -> None:
        """Ask the call to stop at the next place where it can."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopped.is_set()

    def check(self) -> None:
        """Raise `JobCancelledError` if the call shall stop."""
        if self._stopped.is_set():
            raise JobCancelledError(
                "The job was cancelled.", hint="Submit its input again to have it done."
            )

    def pause(self, seconds: float) -> None:
        """Wait, unless the call shall stop.

        Raises
        ------
        JobCancelledError
            As soon as it shall stop.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stopped.wait(min(left, _NAP_S)):
                break
        self.check()

    def went(self, share: float | None) -> None:
        """Note how much is done, from 0 to 1; None if that cannot be known."""
        if share is None:
            self._begun = None
        elif self._begun is None:
            self._begun = (time.monotonic(), share)
        self._share = share

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1; None if that is not known."""
        return self._share

    @property
    def eta_s(self) -> float | None:
        """Seconds that are left if it goes on as before; None if nothing tells."""
        begun, share = self._begun, self._share
        if begun is None or share is None or share <= begun[1]:
            return None
        took_s = time.monotonic() - begun[0]
        return took_s * max(0.0, 1 - share) / (share - begun[1])
