"""Call something for each of many items: in parallel, in order, losing none.

At most so many calls are in flight as the endpoint takes (`_window`), and what was
throttled is tried again before anything new. The window is steered here and not in the
calls, since these may run in other processes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sized
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from smnb import _retry
from smnb._text import seconds_text
from smnb._window import Window
from smnb._workers import Workers
from smnb.errors import (
    ConfigurationError,
    LocalBackendError,
    PartsFailedError,
    SmnbError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smnb._progress import Reporter

# Windows hears no Ctrl-C in a longer wait.
_NAP_S = 0.25
_SHOWN_EVERY_S = 0.1
# When nothing has succeeded after so many items, the rest would fail as well.
_GIVE_UP_AFTER = 100


@dataclass
class _Call:
    """One item on its way."""

    index: int
    item: Any
    window: int = 0
    throttled_at: float | None = None


class MapRun:
    """One run of many items.

    Parameters
    ----------
    call
        Returns an item's result; raises `ServiceError` at once when it is throttled.
    items
        Read as far as there is room, never ahead of that.
    concurrency
        Calls in flight at most.
    executor
        Runs the calls; None takes threads of this process.
    """

    def __init__(
        self,
        call: Callable[[Any], Any],
        items: Iterable[Any],
        *,
        concurrency: int,
        executor: Executor | None,
        progress: Reporter,
        patience: _retry.Patience = _retry.PATIENT,
    ) -> None:
        self._call = call
        self._items: Iterator[Any] = iter(items)
        self._total = len(items) if isinstance(items, Sized) else None
        self._window = Window(concurrency, patience)
        self._executor = executor or Workers(concurrency, "smnb-map")
        self._owns_executor = executor is None
        self._progress = progress
        self._patience = patience
        self._again: deque[_Call] = deque()
        self._flying: dict[int, Future[Any]] = {}
        self._landed: SimpleQueue[tuple[_Call, Future[Any]]] = SimpleQueue()
        self._started = self._shown_at = time.monotonic()
        self._over: BaseException | None = None
        self._exhausted = False
        self.results: list[Any] = []
        self.failures: dict[int, Exception] = {}

    def run(self, *, give_up: bool) -> list[Any]:
        """Return the results in the order of the items; a failed one's is its exception.

        Parameters
        ----------
        give_up
            Whether to stop when the first hundred have all failed.

        Raises
        ------
        PartsFailedError
            If it was stopped by an error that the other items would have met as well.
        """
        try:
            while True:
                self._send()
                if self._exhausted and not self._flying and not self._again:
                    break
                self._collect()
                if give_up and len(self.failures) >= _GIVE_UP_AFTER > self._succeeded:
                    self._stop_at(next(iter(self.failures.values())))
        finally:
            # Stop means stop: what has not begun is dropped, nothing is waited for.
            for future in self._flying.values():
                future.cancel()
            if self._owns_executor:
                self._executor.shutdown(wait=False, cancel_futures=True)
            self._progress.done()
        if self._over is not None:
            step = getattr(self._over, "hint", "")
            raise PartsFailedError(
                f"Stopped after {_items(len(self.results))}: {_words(self._over)}",
                hint=f"{step} What came before is in this error's .results.".strip(),
                results=self.results,
                failures=self.failures,
            ) from self._over
        return self.results

    @property
    def _succeeded(self) -> int:
        return (
            len(self.results)
            - len(self.failures)
            - len(self._flying)
            - len(self._again)
        )

    def _send(self) -> None:
        """Begin as many calls as there is room for."""
        while len(self._flying) < self._window.room:
            if self._window.rest_s > 0:
                return
            call = self._again.popleft() if self._again else self._next()
            if call is None:
                return
            call.window = self._window.number
            try:
                future = self._executor.submit(self._call, call.item)
            except Exception as error:  # noqa: BLE001  an executor that is gone
                self._fail(call, error)
                self._stop_at(error)
                return
            self._flying[call.index] = future
            future.add_done_callback(partial(self._land, call))

    def _land(self, call: _Call, future: Future[Any]) -> None:
        self._landed.put((call, future))

    def _next(self) -> _Call | None:
        if self._exhausted:
            return None
        try:
            item = next(self._items)
        except StopIteration:
            self._exhausted = True
            return None
        except Exception as error:  # noqa: BLE001  told with what came before it
            self._stop_at(error)
            return None
        self.results.append(None)
        return _Call(len(self.results) - 1, item)

    def _collect(self) -> None:
        """Take the calls that have ended; wait for one, or until sending goes on."""
        rest_s = self._window.rest_s
        try:
            call, future = self._landed.get(
                timeout=min(rest_s, _NAP_S) if rest_s > 0 else _NAP_S
            )
        except Empty:
            self._show()
            return
        del self._flying[call.index]
        try:
            error = future.exception()
        except CancelledError as cancelled:
            error = cancelled
        if error is None:
            self.results[call.index] = future.result()
            self._window.widen()
        elif _retry.is_throttling(error) and self._may_wait(call):
            self._again.append(call)
            self._window.narrow(call.window)
        else:
            self._fail(call, error)
        self._show()

    def _may_wait(self, call: _Call) -> bool:
        now = time.monotonic()
        if call.throttled_at is None:
            call.throttled_at = now
        return now - call.throttled_at < self._patience.total_s and self._over is None

    def _fail(self, call: _Call, error: BaseException) -> None:
        if not isinstance(error, Exception):
            error = RuntimeError(f"{type(error).__name__}: {error}")
        self.results[call.index] = self.failures[call.index] = error
        if isinstance(error, ConfigurationError | LocalBackendError):
            self._stop_at(error)

    def _stop_at(self, error: BaseException) -> None:
        """Take no further item; what is in flight is still waited for."""
        self._over = self._over or error
        self._exhausted = True
        for call in self._again:
            self._fail(call, self._over)
        self._again.clear()

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown_at < _SHOWN_EVERY_S:
            return
        self._shown_at = now
        done = self._succeeded + len(self.failures)
        rate = done / (now - self._started)
        parts = [f"{done} done", f"{rate:.0f}/s", f"{len(self._flying)} in flight"]
        if self._total:
            filled = round(20 * done / self._total)
            bar = "━" * filled + "─" * (20 - filled)
            parts[0] = f"{bar} {done}/{self._total}"
            if rate:
                parts.append(f"{seconds_text((self._total - done) / rate)} left")
        if self.failures:
            parts.append(f"{len(self.failures)} failed")
        self._progress.now(" · ".join(parts))


def report(results: list[Any], failures: dict[int, Exception]) -> list[Any]:
    """Return the results if none failed.

    Raises
    ------
    PartsFailedError
        If some did; it holds everything.
    """
    if not failures:
        return results
    index, first = min(failures.items())
    raise PartsFailedError(
        f"{len(failures)} of {_items(len(results))} failed. The first, item {index}: "
        f"{_words(first)}",
        hint="The others' results are in this error's .results, the failures by index "
        'in .failures; on_error="return" returns all in place.',
        results=results,
        failures=failures,
    ) from first


def _items(count: int) -> str:
    return f"{count} item{'s' * (count != 1)}"


def _words(error: BaseException) -> str:
    """Return what an error says; of one that is not ours, its kind too."""
    if isinstance(error, SmnbError):
        return error.what
    return f"{type(error).__name__}: {error}"
