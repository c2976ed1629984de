"""A queue whose metrics are kept, and the specification of its container."""

from hosting_fakes import FakeStore, until

from smnb.local.container import ContainerSpec
from smnb.local.services.async_queue import AsyncQueue, AsyncRequest
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, HostedVariant
from smnb.local.services.log_store import LogStore
from smnb.local.services.s3_uri import S3Uri
from smnb.local.state import State

REGION = "us-east-1"


def spec(memory_mb=0, workers=1):
    return ContainerSpec(
        "faces", "AllTraffic", None, {}, "image", "python", memory_mb, workers, 60, 60
    )


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
