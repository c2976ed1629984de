"""Wait for an endpoint to settle, saying what is waited for and for how long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from smnb import _hosting
from smnb._text import seconds_text
from smnb.errors import WaitTimeoutError

if TYPE_CHECKING:
    from smnb._progress import Reporter
    from smnb._session import Session

_FIRST_POLL_S = 0.05
_SLOWEST_POLL_S = 5.0
_NAP_S = 0.25


def until_settled(
    session: Session,
    name: str,
    progress: Reporter,
    *,
    timeout_s: float | None = None,
) -> tuple[str, str]:
    """Wait until AWS no longer changes the endpoint; return its status and reason.

    Parameters
    ----------
    timeout_s
        None waits as long as AWS takes.

    Raises
    ------
    WaitTimeoutError
        If it is still changing when the time is up; it goes on changing.
    """
    started = time.monotonic()
    poll_s = _FIRST_POLL_S
    while True:
        state, reason = _hosting.status(session, name)
        if state in _hosting.SETTLED:
            return state, reason
        waited_s = time.monotonic() - started
        if timeout_s is not None and waited_s > timeout_s:
            raise WaitTimeoutError(
                f"{name} is still {state} after {seconds_text(waited_s)}.",
                hint="It goes on by itself: wait again, or look at .status.",
            )
        progress.now(f"{name} is {state} · {seconds_text(waited_s)}")
        nap(poll_s)
        poll_s = min(poll_s * 1.3, _SLOWEST_POLL_S)


def nap(seconds: float) -> None:
    """Sleep in slices, so that a notebook's Stop button is heard at once."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _NAP_S))
