"""Where the metrics of endpoints go, for the tests of what is published."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from hosting_fakes import FakeMetricStore, new_container_class
from measured_world import World

from smnb.local.services import endpoint_metrics


@pytest.fixture
def store():
    return FakeMetricStore()


@pytest.fixture
def clock(monkeypatch):
    """Return a stopwatch that goes only when told to."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(endpoint_metrics, "perf_counter", lambda: clock.now)
    return clock


@pytest.fixture
def container_class(monkeypatch):
    cls = new_container_class()
    monkeypatch.setattr("smnb.local.services.fleet.Container", cls)
    return cls


@pytest.fixture
def run(tmp_path, store, container_class):
    """Return a function that runs a coroutine function with a world."""

    @asynccontextmanager
    async def running():
        world = World(tmp_path, store)
        await world.queue.start()
        yield world
        await world.queue.stop()
        world.state.close()

    async def main(steps):
        async with running() as world:
            return await steps(world)

    return lambda steps: asyncio.run(main(steps))
