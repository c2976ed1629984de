"""What runs: containers that start when they are needed, once, and stop."""

import asyncio

import pytest

from smnb.local.container import ContainerSpec, StartFailedError
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, HostedVariant
from smnb.local.services.s3_uri import S3Uri


class FakeContainer:
    """Starts when told to, and notes what happens to it."""

    made: list

    def __init__(self, *_):
        self.events = []
        self.may_start = asyncio.Event()
        self.failure = None
        self.idle_s = 0.0
        self.made.append(self)

    async def start(self):
        self.events.append("starting")
        await self.may_start.wait()
        if self.failure:
            raise self.failure
        self.events.append("started")

    def resize(self, spec):
        self.spec = spec

    async def stop(self):
        self.events.append("stopped")


@pytest.fixture
def made(monkeypatch):
    """Return the containers that were made, in order."""
    containers = []
    monkeypatch.setattr(FakeContainer, "made", containers, raising=False)
    monkeypatch.setattr("smnb.local.services.fleet.Container", FakeContainer)
    return containers


@pytest.fixture
def variant(made, tmp_path):
    spec = ContainerSpec(
        endpoint_name="faces",
        variant_name="AllTraffic",
        archive=None,
        environment={},
        image="image",
        python="python",
        memory_mb=0,
        workers=1,
        timeout_s=60,
        startup_timeout_s=60,
    )
    return HostedVariant(1.0, spec, tmp_path, lambda _: print)


async def settle():
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_callers_that_come_while_it_starts_share_one_start(variant, made):
    async def main():
        callers = [asyncio.create_task(variant.ready()) for _ in range(3)]
        await settle()
        made[0].may_start.set()
        return await asyncio.gather(*callers)

    assert asyncio.run(main()) == [made[0]] * 3
    assert len(made) == 1


def test_caller_that_gives_up_leaves_the_start_to_the_others(variant, made):
    async def main():
        impatient = asyncio.create_task(variant.ready())
        patient = asyncio.create_task(variant.ready())
        await settle()
        impatient.cancel()
        await settle()
        made[0].may_start.set()
        return await patient

    assert asyncio.run(main()) is made[0]
    assert made[0].events == ["starting", "started"]


def test_start_after_a_failed_one_tries_again(variant, made):
    async def main():
        first = asyncio.create_task(variant.ready())
        await settle()
        made[0].failure = StartFailedError("no handler")
        made[0].may_start.set()
        with pytest.raises(StartFailedError):
            await first
        second = asyncio.create_task(variant.ready())
        await settle()
        made[1].may_start.set()
        return await second

    assert asyncio.run(main()) is made[1]
    assert made[0].events == ["starting", "stopped"]


def test_stop_while_it_starts_ends_the_start(variant, made):
    async def main():
        starting = asyncio.create_task(variant.ready())
        await settle()
        await variant.stop()
        with pytest.raises(StartFailedError):
            await starting

    asyncio.run(main())

    assert made[0].events == ["starting", "stopped"]
    assert not variant.running


def test_start_after_a_stop_waits_for_the_old_container_to_be_gone(variant, made):
    async def main():
        first = asyncio.create_task(variant.ready())
        await settle()
        made[0].may_start.set()
        await first
        gone = asyncio.Event()

        async def slow_stop():
            await gone.wait()

        made[0].stop = slow_stop
        stopping = asyncio.create_task(variant.stop())
        await settle()
        again = asyncio.create_task(variant.ready())
        await settle()
        before = len(made)
        gone.set()
        await stopping
        await settle()
        made[1].may_start.set()
        await again
        return before

    assert asyncio.run(main()) == 1
    assert variant.running


def test_each_start_has_a_log_stream_of_its_own(variant, made):
    async def main():
        streams = []
        for number in range(2):
            ready = asyncio.create_task(variant.ready())
            await settle()
            made[number].may_start.set()
            await ready
            streams.append(variant.log_stream)
            await variant.stop()
        return streams

    first, second = asyncio.run(main())

    assert first != second
    assert first.startswith("AllTraffic/i-")


def test_stop_of_what_never_started_does_nothing(variant, made):
    asyncio.run(variant.stop())

    assert made == []


async def started(variant, made):
    """Start the variant's container, which is its last one."""
    starting = asyncio.create_task(variant.ready())
    await settle()
    made[-1].may_start.set()
    return await starting


def test_container_that_is_idle_for_long_enough_stops(variant, made):
    variant.stop_when_idle(1.0)

    async def main():
        container = await started(variant, made)
        container.idle_s = 1.0
        variant._check_idle(container)
        await settle()

    asyncio.run(main())

    assert made[0].events == ["starting", "started", "stopped"]
    assert not variant.running


def test_stop_waits_for_a_container_that_stops_since_it_is_idle(variant, made):
    variant.stop_when_idle(1.0)

    async def main():
        container = await started(variant, made)
        gone = asyncio.Event()

        async def slow_stop():
            await gone.wait()

        container.stop, container.idle_s = slow_stop, 1.0
        variant._check_idle(container)
        await settle()
        stopping = asyncio.create_task(variant.stop())
        await settle()
        waited = not stopping.done()
        gone.set()
        await stopping
        return waited

    assert asyncio.run(main())


@pytest.mark.parametrize(
    ("kind", "idle_s", "stops"),
    [
        pytest.param("serverless", 1, True, id="serverless"),
        pytest.param("serverless", 0, False, id="serverless, never"),
        pytest.param("realtime", 1, False, id="realtime"),
        pytest.param("async", 1, False, id="async"),
    ],
)
def test_fleet_stops_idle_containers_of_serverless_endpoints_alone(
    variant, made, kind, idle_s, stops
):
    async def main():
        container = await started(variant, made)
        container.idle_s = 1.0
        Fleet(idle_s).host("us-east-1", "faces", Hosted(kind, (variant,)))
        await settle()

    asyncio.run(main())

    assert ("stopped" in made[0].events) == stops


def hosted(kind="realtime", settings=None):
    return Hosted(kind, (), settings)


def test_lookup_takes_the_name_in_its_case_and_region_only():
    fleet = Fleet()
    endpoint = hosted()
    fleet.host("us-east-1", "Faces", endpoint)

    assert fleet.lookup("us-east-1", "Faces") is endpoint
    assert fleet.lookup("us-east-1", "faces") is None
    assert fleet.lookup("eu-west-1", "Faces") is None


def test_host_returns_what_it_replaces():
    fleet = Fleet()
    first, second = hosted(), hosted()

    assert fleet.host("us-east-1", "faces", first) is None
    assert fleet.host("us-east-1", "faces", second) is first
    assert fleet.remove("us-east-1", "faces") is second
    assert fleet.lookup("us-east-1", "faces") is None


def test_asynchronous_gives_the_endpoints_with_a_queue():
    fleet = Fleet()
    settings = AsyncSettings(S3Uri("b", "out"), S3Uri("b", "failed"), 1)
    queued = hosted("async", settings)
    fleet.host("us-east-1", "direct", hosted())
    fleet.host("us-east-1", "queued", queued)

    assert fleet.asynchronous() == [(("us-east-1", "queued"), queued, settings)]


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_container_has_the_size_that_was_set_last(variant, made, when):
    async def main():
        if when == "before":
            variant.resize(3, 5)
        starting = asyncio.create_task(variant.ready())
        await settle()
        if when == "while":
            variant.resize(3, 5)
        made[0].may_start.set()
        container = await starting
        if when == "after":
            variant.resize(3, 5)
        return container.spec

    spec = asyncio.run(main())

    assert (spec.workers, spec.max_concurrency) == (3, 5)
