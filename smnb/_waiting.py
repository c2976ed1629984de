"""Say that a call is still waiting, while it blocks: one thread for all calls.

A thread for each call would cost more than what else `invoke` does; this one looks
twice a second and ends when there is nothing to look at.
"""

from __future__ import annotations

import contextvars
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from smnb._text import seconds_text

if TYPE_CHECKING:
    from smnb._progress import Reporter

_AFTER_S = 2.0
_TICK_S = 0.5
_IDLE_TICKS = 20

_lock = threading.Lock()
_calls: set[Waiting] = set()
_thread: threading.Thread | None = None


class Waiting:
    """A block that waits for an answer, and says so from the second second on.

    Parameters
    ----------
    cold_start_s
        How long a cold start may take; None where there is none.
    """

    def __init__(self, progress: Reporter, cold_start_s: float | None = None) -> None:
        self._progress = progress
        self._cold_start_s = cold_start_s
        self._since = 0.0
        self._said = False
        # A notebook shows what a thread writes in the cell that the context names.
        self._context = contextvars.copy_context()

    def __enter__(self) -> None:
        global _thread  # noqa: PLW0603  there is one for the process
        self._since = time.monotonic()
        with _lock:
            _calls.add(self)
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(
                    target=_watch, name="smnb-waiting", daemon=True
                )
                _thread.start()

    def __exit__(self, *_: object) -> None:
        with _lock:
            _calls.discard(self)
        if self._said:
            self._progress.done()

    def say(self) -> None:
        """Tell how long it has been waited, if that is long."""
        waited_s = time.monotonic() - self._since
        if waited_s < _AFTER_S:
            return
        self._said = True
        what = "waiting"
        if self._cold_start_s is not None:
            what += f" · cold start, up to {self._cold_start_s:.0f} s"
        text = f"{what} · {seconds_text(waited_s)}"
        self._context.run(self._progress.now, text)


def _watch() -> None:
    global _thread  # noqa: PLW0603  there is one for the process
    idle = 0
    while True:
        time.sleep(_TICK_S)
        with _lock:
            idle = 0 if _calls else idle + 1
            if idle > _IDLE_TICKS:
                _thread = None
                return
            for call in _calls:
                # A display that has gone away must not keep the others from theirs.
                with suppress(Exception):
                    call.say()
