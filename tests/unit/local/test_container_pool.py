import asyncio

import pytest

from smnb.local.container import pool as module
from smnb.local.container.errors import (
    ModelDiedError,
    ModelTimeoutError,
    StartFailedError,
)
from smnb.local.container.pool import WorkerPool


class Worker:
    """A worker without a process; `failures` are what its next starts raise."""

    failures = ()
    abandoned = False

    def __init__(self):
        self.running = False
        self.starts = 0
        self.stopped = False

    async def start(self):
        await asyncio.sleep(0)
        self.starts += 1
        if self.failures:
            raise StartFailedError(self.failures.pop(0))
        self.running = True

    def finish(self):
        pass

    async def settle(self):
        await self.settled.wait()
        self.abandoned = False

    async def stop(self, _grace_s):
        self.running = False
        self.stopped = True


@pytest.fixture(autouse=True)
def _grow_at_once(monkeypatch):
    monkeypatch.setattr(module, "_GROW_AFTER_S", 0)


def pooled(steps, size=2):
    """Run an async function of a started pool, its workers and its log."""

    async def main():
        workers, log = [], []

        def new_worker():
            workers.append(Worker())
            return workers[-1]

        pool = WorkerPool(size, new_worker, log.append)
        await pool.start()
        return await steps(pool, workers, log)

    return asyncio.run(main())


def soon():
    """Return a deadline that nothing here reaches."""
    return asyncio.get_running_loop().time() + 60


def test_start_starts_one_worker():
    async def steps(pool, workers, log):
        return [worker.starts for worker in workers]

    assert pooled(steps) == [1]


def test_one_request_after_another_keeps_one_worker():
    async def steps(pool, workers, log):
        for _ in range(3):
            pool.release(await pool.acquire(soon()))
        return len(workers)

    assert pooled(steps) == 1


def test_request_that_finds_no_idle_worker_gets_another_one():
    async def steps(pool, workers, log):
        both = [await pool.acquire(soon()), await pool.acquire(soon())]
        return both == workers, [worker.running for worker in workers]

    assert pooled(steps) == (True, [True, True])


def test_pool_grows_to_its_size_and_then_lets_wait():
    async def steps(pool, workers, log):
        first, _ = [await pool.acquire(soon()) for _ in range(2)]
        third = asyncio.create_task(pool.acquire(soon()))
        await asyncio.sleep(0)
        pool.release(first)
        return await third is first, len(workers)

    assert pooled(steps) == (True, 2)


def test_acquire_gives_up_at_the_deadline():
    async def steps(pool, workers, log):
        await pool.acquire(soon())
        with pytest.raises(ModelTimeoutError):
            await pool.acquire(asyncio.get_running_loop().time())

    pooled(steps, size=1)


def test_worker_of_a_request_that_was_cancelled_while_it_waited_is_not_lost():
    async def steps(pool, workers, log):
        worker = await pool.acquire(soon())
        waiting = asyncio.create_task(pool.acquire(soon()))
        await asyncio.sleep(0)
        pool.release(worker)
        waiting.cancel()
        await asyncio.wait([waiting])
        return await pool.acquire(soon()) is worker

    assert pooled(steps, size=1)


def test_worker_with_an_answer_that_nobody_reads_is_lent_when_it_is_done():
    async def steps(pool, workers, log):
        worker = await pool.acquire(soon())
        worker.abandoned, worker.settled = True, asyncio.Event()
        pool.release(worker)
        waiting = asyncio.create_task(pool.acquire(soon()))
        for _ in range(5):
            await asyncio.sleep(0)
        waited = not waiting.done()
        worker.settled.set()
        return waited, await waiting is worker

    assert pooled(steps, size=1) == (True, True)


def test_worker_that_died_is_started_again_before_it_is_lent():
    async def steps(pool, workers, log):
        worker = await pool.acquire(soon())
        worker.running = False
        pool.release(worker)
        again = await pool.acquire(soon())
        return again is worker, again.running, again.starts

    assert pooled(steps, size=1) == (True, True, 2)


def test_worker_that_died_while_idle_is_started_again():
    async def steps(pool, workers, log):
        workers[0].running = False
        return (await pool.acquire(soon())).starts

    assert pooled(steps) == 2


def test_worker_that_cannot_start_again_fails_the_request_but_not_the_next():
    async def steps(pool, workers, log):
        workers[0].running = False
        workers[0].failures = ["no handler"]
        with pytest.raises(ModelDiedError, match="no handler"):
            await pool.acquire(soon())
        return (await pool.acquire(soon())).running

    assert pooled(steps)


def test_worker_that_cannot_start_in_the_background_is_logged_and_given_up(monkeypatch):
    async def steps(pool, workers, log):
        first = await pool.acquire(soon())
        monkeypatch.setattr(Worker, "failures", ["no memory"])
        second = asyncio.create_task(pool.acquire(soon()))
        for _ in range(20):
            await asyncio.sleep(0)
        pool.release(first)
        return await second is first, log

    assert pooled(steps) == (True, [b"A worker could not be started: no memory"])


def test_stop_stops_every_worker_and_refuses_what_comes_later():
    async def steps(pool, workers, log):
        pool.release(await pool.acquire(soon()))
        await pool.stop(0)
        with pytest.raises(ModelDiedError, match="was stopped"):
            await pool.acquire(soon())
        return [worker.stopped for worker in workers]

    assert pooled(steps) == [True]


def test_resized_pool_grows_to_its_new_size():
    async def steps(pool, workers, log):
        pool.resize(2)
        for _ in range(2):
            await pool.acquire(soon())
        return len(workers)

    assert pooled(steps, size=1) == 2


def test_request_that_waits_gets_a_worker_of_the_new_size():
    async def steps(pool, workers, log):
        await pool.acquire(soon())
        waiting = asyncio.create_task(pool.acquire(soon()))
        await asyncio.sleep(0)
        pool.resize(2)
        await waiting
        return len(workers)

    assert pooled(steps, size=1) == 2


def test_resized_pool_ends_what_is_too_many_when_it_is_idle():
    async def steps(pool, workers, log):
        lent = [await pool.acquire(soon()) for _ in range(3)]
        pool.release(lent[0])
        pool.resize(1)
        await asyncio.sleep(0)
        idle_ended = [worker.stopped for worker in lent]
        pool.release(lent[1])
        pool.release(lent[2])
        await asyncio.sleep(0)
        return idle_ended, [worker.stopped for worker in lent]

    assert pooled(steps, size=3) == ([True, False, False], [True, True, False])
