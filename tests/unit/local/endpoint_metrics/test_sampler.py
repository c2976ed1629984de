"""What is published of instances and queues every minute, whoever calls."""

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hosting_fakes import until
from measured_world import spec

from smnb.local.container.usage import usage_of
from smnb.local.services import endpoint_sampler
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.endpoint_sampler import EndpointSampler

REGION = "us-east-1"
BY_ENDPOINT = {"EndpointName": "faces"}
BY_VARIANT = {"EndpointName": "faces", "VariantName": "AllTraffic"}
MIB = 1024 * 1024


class FakeFleet:
    """One endpoint whose model runs in processes of the test's choice."""

    def __init__(self, kind, pids, memory_mb, *, running=True):
        variant = SimpleNamespace(
            name="AllTraffic", pids=pids, running=running, spec=spec(memory_mb)
        )
        self.hosted = SimpleNamespace(kind=kind, variants=(variant,))

    def all(self):
        return [((REGION, "faces"), self.hosted)]

    def asynchronous(self):
        return [(*self.all()[0], None)] if self.hosted.kind == "async" else []


def look(store, fleet, queue=None, times=1):
    """Look as the sampler does."""

    async def main():
        sampler = EndpointSampler(fleet, queue, EndpointMetrics(store))
        for _ in range(times):
            await sampler.look()

    asyncio.run(main())


def test_each_process_is_an_instance(store):
    look(store, FakeFleet("realtime", [os.getpid(), os.getppid()], 1024))

    assert len(store.samples["CPUUtilization"]) == 2
    assert len(store.samples["MemoryUtilization"]) == 2
    assert store.samples["MemoryUtilization"][0][:2] == (BY_VARIANT, "Percent")


def test_memory_is_a_share_of_the_instances(store, monkeypatch):
    monkeypatch.setattr(endpoint_sampler, "usage_of", using(0.0, 512 * MIB))
    look(store, FakeFleet("serverless", [1], 2048))

    assert store.samples == {"MemoryUtilization": [(BY_VARIANT, "Percent", 25.0)]}


def test_processors_are_counted_since_the_last_look(store, monkeypatch):
    clock = iter([0.0, 10.0, 70.0])
    monkeypatch.setattr(
        endpoint_sampler, "time", SimpleNamespace(monotonic=lambda: next(clock))
    )
    monkeypatch.setattr(endpoint_sampler, "usage_of", using(5.0, 0, 95.0, 0))
    look(store, FakeFleet("realtime", [1], 1024), times=2)

    assert store.values("CPUUtilization") == [50.0, 150.0]


def test_usage_of_an_ended_process_is_not_known():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    assert asyncio.run(usage_of(process.pid)) is None


def test_variant_tells_the_processes_of_its_running_container(
    run, container_class, monkeypatch
):
    monkeypatch.setattr(container_class, "pids", [7, 8], raising=False)

    async def steps(world):
        before = world.variant.pids
        await world.variant.ready()
        running = world.variant.pids
        await world.variant.stop()
        return before, running, world.variant.pids

    assert run(steps) == ([], [7, 8], [])


def test_ended_process_is_left_out(store, monkeypatch):
    async def nothing(pid):
        return None

    monkeypatch.setattr(endpoint_sampler, "usage_of", nothing)
    look(store, FakeFleet("realtime", [1], 1024))

    assert store.samples == {}


def using(*usages):
    """Return a `usage_of` that gives processor seconds and bytes, in turn."""
    pairs = iter(zip(usages[::2], usages[1::2], strict=True))

    async def usage_of(pid):
        cpu_s, memory_bytes = next(pairs)
        return SimpleNamespace(cpu_s=cpu_s, memory_bytes=memory_bytes)

    return usage_of


@pytest.mark.parametrize(
    ("size", "running", "without_capacity"),
    [
        pytest.param(3, True, 0, id="worked-on"),
        pytest.param(3, False, 1, id="at-zero"),
        pytest.param(0, False, 0, id="idle"),
    ],
)
def test_queue_is_published_by_endpoint(store, size, running, without_capacity):
    queue = SimpleNamespace(backlog=lambda *_: (size, 12.0))
    look(store, FakeFleet("async", [], 1024, running=running), queue)

    assert store.samples == {
        "ApproximateBacklogSize": [(BY_ENDPOINT, "Count", size)],
        "ApproximateBacklogSizePerInstance": [(BY_ENDPOINT, "Count", size)],
        "ApproximateAgeOfOldestRequest": [(BY_ENDPOINT, "Seconds", 12.0)],
        "HasBacklogWithoutCapacity": [(BY_ENDPOINT, "Count", without_capacity)],
    }


def test_sampler_looks_until_it_is_stopped(store, monkeypatch):
    monkeypatch.setattr(endpoint_sampler, "_MINUTE_S", 0.02)

    async def main():
        fleet = FakeFleet("realtime", [os.getpid()], 1024)
        sampler = EndpointSampler(fleet, None, EndpointMetrics(store))
        await sampler.start()
        await until(lambda: len(store.values("MemoryUtilization")) > 1)
        await sampler.stop()
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(main()) == set()
