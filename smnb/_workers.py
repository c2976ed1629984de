"""A bounded pool of daemon threads: leaving Python does not wait for what they do.

`concurrent.futures.ThreadPoolExecutor` is waited for at exit, so that a program stopped
by Ctrl-C would hang until requests in flight have ended, for minutes at worst.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_IDLE_S = 10.0


class Workers(Executor):
    """Runs calls in threads, which are started as needed and end when idle.

    Parameters
    ----------
    count
        Calls that run at the same time; at least 1.
    name
        What the threads are called.
    """

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._waiting: deque[tuple[Future[Any], Callable[[], None]]] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._closed = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have `fn` called as soon as a thread is free."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  handed to who asks for it
                future.set_exception(error)

        with self._changed:
            if self._closed:
                raise RuntimeError("These workers were shut down.")  # as Executor says
            self._waiting.append((future, work))
            if len(self._waiting) > self._idle and self._threads < self._count:
                self._threads += 1
                threading.Thread(
                    target=self._work, name=self._name, daemon=True
                ).start()
            else:
                self._changed.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002  daemons are not waited for
        """Take no more calls; with `cancel_futures`, drop those that have not begun."""
        with self._changed:
            self._closed = True
            while cancel_futures and self._waiting:
                self._waiting.popleft()[0].cancel()
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                self._changed.wait_for(
                    lambda: self._waiting or self._closed, timeout=_IDLE_S
                )
                self._idle -= 1
                if not self._waiting:
                    self._threads -= 1
                    return
                _, work = self._waiting.popleft()
            work()
            del _, work  # not kept alive while waiting for the next
