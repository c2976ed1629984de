"""A control plane over fake containers and S3, for the tests of endpoints."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from endpoint_world import World
from hosting_fakes import FakeStore, new_container_class


@pytest.fixture
def container_class(monkeypatch):
    cls = new_container_class()
    monkeypatch.setattr("smnb.local.services.fleet.Container", cls)
    return cls


@pytest.fixture
def store():
    store = FakeStore("models")
    store.buckets["models"]["model.tar.gz"] = (b"archive", "application/gzip")
    return store


@pytest.fixture
def running(tmp_path, store, container_class):
    """Return a context manager that runs a daemon; `killed` leaves it as kill -9 does."""

    @asynccontextmanager
    async def running(killed=False):
        world = World(tmp_path, store)
        await world.service.start()
        yield world
        if not killed:
            await world.service.stop()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        world.state.close()

    return running
