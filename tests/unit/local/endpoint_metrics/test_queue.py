"""What an asynchronous invocation and its queue publish."""

import asyncio
import time

import pytest
from hosting_fakes import until

from smnb.local.container import ModelDiedError
from smnb.local.services import async_queue, async_worker
from smnb.local.services.async_queue import AsyncRequest
from smnb.local.services.fleet import AsyncSettings, Hosted
from smnb.local.services.s3_uri import S3Uri

REGION = "us-east-1"
BY_VARIANT = {"EndpointName": "faces", "VariantName": "AllTraffic"}


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


class Clocks:
    """All clocks, which go only when told to."""

    def __init__(self):
        self.now = time.time()

    def time(self):
        return self.now

    perf_counter = monotonic = time


def test_waiting_and_working_are_told_apart(run, store, container_class, monkeypatch):
    clocks = Clocks()
    monkeypatch.setattr(async_queue, "time", clocks)
    monkeypatch.setattr(async_worker, "time", clocks)

    async def slow(headers, body):
        clocks.now += 0.25
        return 200, "text/plain", body

    container_class.answer = staticmethod(slow)

    async def steps(world):
        first = asyncio.create_task(world.end(body=b"1"))
        await world.end(body=b"2")
        await first

    run(steps)
    waited = store.values("TimeInBacklog")
    total = store.values("TotalProcessingTime")

    assert waited == pytest.approx([0, 250], abs=1e-3)
    assert store.values("ModelLatency") == pytest.approx([250_000, 250_000])
    assert total == pytest.approx([250, 500], abs=1e-3)


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
