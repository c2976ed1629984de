"""A queue with what surrounds it, and models for it."""

import asyncio

from hosting_fakes import FakeMetricStore, until

from smnb.local.container import ContainerSpec
from smnb.local.services.async_queue import AsyncQueue, AsyncRequest
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, HostedVariant
from smnb.local.services.log_store import LogStore
from smnb.local.services.s3_uri import S3Uri
from smnb.local.state import State

REGION = "us-east-1"
NAME = "talks"


class World:
    """A queue over a data directory, with one asynchronous endpoint in service."""

    def __init__(self, data_dir, store, concurrency, zero, idle_s):
        self.state = State(data_dir)
        self.store = store
        self.fleet = Fleet()
        self.logs = LogStore(self.state)
        self.metrics = FakeMetricStore()
        self.scales_to_zero = zero
        self.queue = AsyncQueue(
            self.state,
            store,
            self.fleet,
            self.logs,
            EndpointMetrics(self.metrics),
            scales_to_zero=lambda *_: self.scales_to_zero,
            idle_s=idle_s,
        )
        self.data_dir = data_dir
        self.hosted = self.host("image", concurrency)

    def host(self, image, concurrency=1):
        """Put a new deployment of the endpoint in service."""
        spec = ContainerSpec(
            NAME, "AllTraffic", None, {}, image, "python", 0, 1, 3600, 60
        )
        variant = HostedVariant(1.0, spec, self.data_dir, lambda _: print)
        settings = AsyncSettings(S3Uri("b", "out"), S3Uri("b", "failed"), concurrency)
        hosted = Hosted("async", (variant,), settings)
        self.fleet.host(REGION, NAME, hosted)
        return hosted

    async def submit(self, **members):
        if "input_location" not in members:
            members.setdefault("body", b"hello")
        return await self.queue.submit(AsyncRequest(REGION, NAME, **members))

    def found(self, location):
        """Return content and content type of an object, None if it is not there."""
        uri = S3Uri.parse(location)
        return self.store.buckets[uri.bucket].get(uri.key)

    async def output(self, accepted):
        await until(lambda: self.found(accepted.output_location))
        return self.found(accepted.output_location)

    async def failure(self, accepted):
        await until(lambda: self.found(accepted.failure_location))
        return self.found(accepted.failure_location)[0].decode()

    def left(self):
        """Return how many requests and spooled answers are left."""
        (rows,) = self.state.db.execute(
            "SELECT count(*) FROM async_requests"
        ).fetchone()
        return rows, len(list((self.data_dir / "async").iterdir()))


def answering(container_class, answer):
    container_class.answer = staticmethod(answer)


def hanging(container_class):
    """Let the model never answer; return what notes that it was asked."""
    asked = []

    async def hang(headers, body):
        asked.append(body)
        await asyncio.Event().wait()

    answering(container_class, hang)
    return asked
