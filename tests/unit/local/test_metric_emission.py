"""What endpoints make known of themselves, in AWS's names, units and dimensions."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import pytest
from hosting_fakes import FakeMetricStore, FakeStore, new_container_class, until

from smnb.local.container import ContainerSpec, ModelDiedError
from smnb.local.container.usage import usage_of
from smnb.local.errors import ServiceError
from smnb.local.services import endpoint_metrics, endpoint_sampler
from smnb.local.services.async_queue import AsyncQueue, AsyncRequest
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.endpoint_sampler import EndpointSampler
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, HostedVariant
from smnb.local.services.log_store import LogStore
from smnb.local.services.s3_uri import S3Uri
from smnb.local.state import State

REGION = "us-east-1"
BY_ENDPOINT = {"EndpointName": "faces"}
BY_VARIANT = {"EndpointName": "faces", "VariantName": "AllTraffic"}
MIB = 1024 * 1024


def spec(memory_mb=0, workers=1):
    return ContainerSpec(
        "faces", "AllTraffic", None, {}, "image", "python", memory_mb, workers, 60, 60
    )


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
def invoke(store, clock):
    """Return a function that invokes: 0.5 s to the container, 2 s in the model."""

    def invoke(kind="realtime", error=None, *, running=True, reached=True, workers=1):
        variant = SimpleNamespace(
            name="AllTraffic", running=running, spec=spec(workers=workers)
        )
        measured = EndpointMetrics(store).invocation(REGION, kind, variant)
        with suppress(ServiceError, asyncio.CancelledError), measured:
            clock.now += 0.5
            if reached:
                measured.sent()
                clock.now += 2.0
            if error is not None:
                raise error
        return {name: samples[0] for name, samples in store.samples.items()}

    return invoke


def model_error(status):
    return ServiceError("ModelError", "", 424, OriginalStatusCode=status)


def test_invocation_of_a_realtime_endpoint(invoke):
    assert invoke() == {
        "Invocations": (BY_VARIANT, "None", 1),
        "InvocationsPerInstance": (BY_VARIANT, "None", 1),
        "Invocation4XXErrors": (BY_VARIANT, "None", 0),
        "Invocation5XXErrors": (BY_VARIANT, "None", 0),
        "InvocationModelErrors": (BY_VARIANT, "None", 0),
        "ModelLatency": (BY_VARIANT, "Microseconds", 2_000_000),
        "OverheadLatency": (BY_VARIANT, "Microseconds", 500_000),
    }


def test_invocation_of_a_serverless_endpoint_publishes_less(invoke):
    assert set(invoke("serverless")) == {
        "Invocations",
        "Invocation4XXErrors",
        "Invocation5XXErrors",
        "ModelLatency",
        "OverheadLatency",
    }


def test_cold_start_is_set_up_time_and_overhead(invoke):
    found = invoke("serverless", running=False)

    assert found["ModelSetupTime"] == (BY_VARIANT, "Microseconds", 500_000)
    assert found["OverheadLatency"][2] == 500_000
    assert found["ModelLatency"][2] == 2_000_000


def test_restarted_realtime_endpoint_has_no_set_up_time(invoke):
    assert "ModelSetupTime" not in invoke(running=False)


def test_invocations_are_shared_by_the_instances(invoke):
    assert invoke(workers=4)["InvocationsPerInstance"][2] == 0.25


@pytest.mark.parametrize(
    ("status", "errors"),
    [
        pytest.param(400, (1, 0), id="400"),
        pytest.param(499, (1, 0), id="499"),
        pytest.param(500, (0, 1), id="500"),
        pytest.param(0, (0, 1), id="no-answer"),
    ],
)
def test_models_failure_is_counted_by_its_status(invoke, status, errors):
    found = invoke(error=model_error(status))
    names = ("Invocation4XXErrors", "Invocation5XXErrors")

    assert tuple(found[name][2] for name in names) == errors
    assert found["InvocationModelErrors"][2] == 1
    assert found["Invocations"][2] == 1


def test_container_that_does_not_start_has_no_model_latency(invoke):
    found = invoke(error=model_error(0), reached=False)

    assert "ModelLatency" not in found
    assert found["OverheadLatency"][2] == 500_000


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ServiceError("ThrottlingException", None), id="throttled"),
        pytest.param(ServiceError("", "too large", 413), id="too-large"),
        pytest.param(asyncio.CancelledError(), id="client-gone"),
    ],
)
def test_request_that_the_model_did_not_get_is_not_counted(invoke, error):
    assert invoke(error=error) == {}


class World:
    """An asynchronous endpoint with its queue."""

    def __init__(self, data_dir, store):
        self.state = State(data_dir)
        self.fleet = Fleet()
        self.objects = FakeStore("in", "out", "failed")
        self.queue = AsyncQueue(
            self.state,
            self.objects,
            self.fleet,
            LogStore(self.state),
            EndpointMetrics(store),
            scales_to_zero=lambda *_: False,
        )
        self.variant = HostedVariant(1.0, spec(), data_dir, lambda _: print)
        settings = AsyncSettings(S3Uri("out", "a"), S3Uri("failed", "a"), 1)
        hosted = Hosted("async", (self.variant,), settings)
        self.fleet.host(REGION, "faces", hosted)

    async def end(self, **request):
        """Submit a request and wait until it has left the queue."""
        await self.queue.submit(AsyncRequest(REGION, "faces", **request))
        await until(lambda: self.queue.backlog(REGION, "faces") == (0, 0.0))


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


def test_asynchronous_invocation_of_an_object(run, store):
    async def steps(world):
        world.objects.buckets["in"]["x"] = (b"hello", "text/plain")
        await world.end(input_location="s3://in/x")

    run(steps)

    assert {name: samples[0][:2] for name, samples in store.samples.items()} == {
        "TimeInBacklog": (BY_VARIANT, "Milliseconds"),
        "RequestDownloadLatency": (BY_VARIANT, "Microseconds"),
        "Invocation4XXErrors": (BY_VARIANT, "None"),
        "Invocation5XXErrors": (BY_VARIANT, "None"),
        "ModelLatency": (BY_VARIANT, "Microseconds"),
        "ResponseUploadLatency": (BY_VARIANT, "Microseconds"),
        "InvocationsProcessed": (BY_VARIANT, "Count"),
        "TotalProcessingTime": (BY_VARIANT, "Milliseconds"),
    }


def test_inline_body_is_not_downloaded(run, store):
    run(lambda world: world.end(body=b"hello"))

    assert store.values("InvocationsProcessed") == [1]
    assert "RequestDownloadLatency" not in store.samples


def test_waiting_and_working_are_told_apart(run, store, container_class):
    async def slow(headers, body):
        await asyncio.sleep(0.1)
        return 200, "text/plain", body

    container_class.answer = staticmethod(slow)

    async def steps(world):
        first = asyncio.create_task(world.end(body=b"1"))
        await world.end(body=b"2")
        await first

    run(steps)
    waited = store.values("TimeInBacklog")
    total = store.values("TotalProcessingTime")

    assert waited[0] < 100 <= waited[1]
    assert all(micros >= 100_000 for micros in store.values("ModelLatency"))
    assert total[0] >= 100
    assert total[1] >= 200


@pytest.mark.parametrize(
    ("outcome", "errors"),
    [
        pytest.param((422, "", b"no"), {"Invocation4XXErrors"}, id="422"),
        pytest.param((500, "", b"no"), {"Invocation5XXErrors"}, id="500"),
        pytest.param(ModelDiedError("gone"), {"Invocation5XXErrors"}, id="died"),
    ],
)
def test_asynchronous_failure_is_counted(run, store, container_class, outcome, errors):
    async def fail(headers, body):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    container_class.answer = staticmethod(fail)
    run(lambda world: world.end(body=b"hello"))

    assert {name for name in store.samples if store.values(name) == [1.0]} == {
        "InvocationsProcessed",
        "InvocationFailures",
        *errors,
    }


def test_missing_input_is_a_failed_download(run, store):
    run(lambda world: world.end(input_location="s3://in/gone"))

    assert store.values("RequestDownloadFailures") == [1]
    assert store.values("InvocationFailures") == [1]
    assert "ModelLatency" not in store.samples


def test_missing_output_bucket_is_a_failed_upload(run, store):
    async def steps(world):
        del world.objects.buckets["out"]
        await world.end(body=b"hello")

    run(steps)

    assert store.values("ResponseUploadFailures") == [1]
    assert store.values("InvocationFailures") == [1]
    assert "ResponseUploadLatency" not in store.samples


def test_container_that_does_not_start_fails_the_invocation(
    run, store, container_class
):
    container_class.failures["image"] = "no handler"
    run(lambda world: world.end(body=b"hello"))

    assert store.values("InvocationFailures") == [1]
    assert "TimeInBacklog" not in store.samples


def test_expired_request_is_counted_and_not_as_processed(run, store, container_class):
    async def steps(world):
        world.fleet.remove(REGION, "faces")
        held = Hosted(
            "async",
            (world.variant,),
            AsyncSettings(S3Uri("out", "a"), S3Uri("failed", "a"), 0),
        )
        world.fleet.host(REGION, "faces", held)
        await world.queue.submit(AsyncRequest(REGION, "faces", body=b"x", ttl_s=60))
        world.state.db.execute("UPDATE async_requests SET expires = 0")
        world.queue.wake()
        await until(lambda: "ExpiredRequests" in store.samples)

    run(steps)

    assert store.samples == {"ExpiredRequests": [(BY_VARIANT, "Count", 1)]}


def test_backlog_is_how_many_and_how_old(run):
    async def steps(world):
        world.fleet.remove(REGION, "faces")
        nothing = world.queue.backlog(REGION, "faces")
        world.state.db.execute(
            "INSERT INTO async_requests (region, endpoint_name, inference_id, headers,"
            " output_location, failure_location, timeout_s, expires, submitted)"
            " VALUES (?, 'faces', 'a', '{}', '', '', 1, 1e12, ?)",
            (REGION, time.time() - 90),
        )
        return nothing, world.queue.backlog(REGION, "faces")

    nothing, (size, oldest_s) = run(steps)

    assert nothing == (0, 0.0)
    assert size == 1
    assert 90 <= oldest_s < 100


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
        seen = len(store.values("MemoryUtilization"))
        await asyncio.sleep(0.1)
        return seen == len(store.values("MemoryUtilization"))

    assert asyncio.run(main())
