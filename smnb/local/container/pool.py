"""The workers of a container: given out one by one, more under load, anew after a crash."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from smnb.local.container.errors import (
    ModelDiedError,
    ModelTimeoutError,
    StartFailedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from smnb.local.container.worker import Worker

# A burst that one worker gets through in this time is not worth loading the model again.
_GROW_AFTER_S: Final = 0.1


class WorkerPool:
    """Up to `size` workers, of which the first is started at once.

    Parameters
    ----------
    new_worker
        Makes one that is not started.
    log
        Gets what fails in the background.
    """

    def __init__(
        self, size: int, new_worker: Callable[[], Worker], log: Callable[[bytes], None]
    ) -> None:
        self._size = size
        self._new_worker = new_worker
        self._log = log
        self._workers: list[Worker] = []
        self._retired: list[Worker] = []
        # Last in, first out: few requests keep few workers, and their caches, warm.
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._background: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    async def start(self) -> None:
        """Start the first worker; raises StartFailedError."""
        worker = self._new_worker()
        self._workers.append(worker)
        await worker.start()
        self._lend(worker)

    async def acquire(self, deadline: float) -> Worker:
        """Return a running worker that nobody else has; give it back with `release`.

        Parameters
        ----------
        deadline
            On the event loop's clock.

        Raises
        ------
        ModelTimeoutError
            None was free in time.
        ModelDiedError
            It had ended and cannot be started again, or the pool is stopped.
        """
        worker = self._idle.pop() if self._idle else await self._next_idle(deadline)
        if not worker.running:
            await self._start_again(worker, deadline)
        return worker

    async def _start_again(self, worker: Worker, deadline: float) -> None:
        if self._stopping:
            self._lend(worker)
            raise ModelDiedError("The container was stopped.")
        try:
            await asyncio.wait_for(worker.start(), _left_s(deadline))
        except BaseException as error:
            self._lend(worker)
            if isinstance(error, StartFailedError):
                raise ModelDiedError(str(error)) from error
            if isinstance(error, asyncio.TimeoutError):
                raise ModelTimeoutError from error
            raise

    async def _next_idle(self, deadline: float) -> Worker:
        """Wait for a worker; if that takes a while, have another one started."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Worker] = loop.create_future()
        self._waiting.append(waiting)
        late = loop.call_at(deadline, _time_out, waiting)
        growing = None
        if len(self._workers) < self._size:
            growing = loop.call_later(_GROW_AFTER_S, self._grow)
        try:
            return await waiting
        except asyncio.CancelledError:
            if not waiting.cancelled():  # it came at the same moment
                self._lend(waiting.result())
            raise
        finally:
            late.cancel()
            if growing is not None:
                growing.cancel()

    def _lend(self, worker: Worker) -> None:
        """Give a worker to whoever has waited longest, or keep it for the next."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._idle.append(worker)

    def release(self, worker: Worker) -> None:
        """Give a worker back; it is lent again when it runs and does nothing else."""
        if worker.abandoned and not self._stopping:
            self._do(self._settle(worker))
            return
        worker.finish()
        if len(self._workers) > self._size and not self._stopping:
            self._retire(worker)
        elif worker.running or self._stopping:
            self._lend(worker)
        else:
            self._do(self._start(worker))

    async def _settle(self, worker: Worker) -> None:
        await worker.settle()
        self.release(worker)

    def resize(self, size: int) -> None:
        """Have up to `size` workers from now on; what is too many ends when it is idle."""
        self._size = max(size, 1)
        while len(self._workers) > self._size and self._idle:
            self._retire(self._idle.pop())
        if self._waiting:  # also those that had no reason to hope for another worker
            self._grow()

    def _retire(self, worker: Worker) -> None:
        self._workers.remove(worker)
        self._retired.append(worker)
        self._do(self._end(worker))

    async def _end(self, worker: Worker) -> None:
        await worker.stop(0)
        self._retired.remove(worker)

    def _grow(self) -> None:
        if len(self._workers) < self._size:
            worker = self._new_worker()
            self._workers.append(worker)
            self._do(self._start(worker))

    async def _start(self, worker: Worker) -> None:
        """Start a worker in the background; the last one left is kept for another try."""
        try:
            await worker.start()
        except StartFailedError as error:
            self._log(f"A worker could not be started: {error}".encode())
            if len(self._workers) > 1:
                self._workers.remove(worker)
                return
        self._lend(worker)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def stop(self, grace_s: float) -> None:
        """Stop every worker."""
        self._stopping = True
        if starting := set(self._background):
            for task in starting:
                task.cancel()
            await asyncio.wait(starting)
        workers = [*self._workers, *self._retired]
        await asyncio.gather(*(worker.stop(grace_s) for worker in workers))


def _time_out(waiting: asyncio.Future[Worker]) -> None:
    if not waiting.done():
        waiting.set_exception(ModelTimeoutError())


def _left_s(deadline: float) -> float:
    return max(0, deadline - asyncio.get_running_loop().time())
