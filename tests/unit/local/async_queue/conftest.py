"""A queue over fake containers and S3, for the tests of asynchronous invocations."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from async_world import World
from hosting_fakes import FakeStore, new_container_class


@pytest.fixture
def container_class(monkeypatch):
    cls = new_container_class()
    monkeypatch.setattr("smnb.local.services.fleet.Container", cls)
    return cls


@pytest.fixture
def store():
    return FakeStore("b")


@pytest.fixture
def running(tmp_path, store, container_class):
    """Return a context manager that runs a queue; `killed` leaves it as kill -9 does."""

    @asynccontextmanager
    async def running(killed=False, concurrency=1, zero=False, idle_s=60.0):
        world = World(tmp_path, store, concurrency, zero, idle_s)
        await world.queue.start()
        yield world
        if not killed:
            await world.queue.stop()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        world.state.close()

    return running
