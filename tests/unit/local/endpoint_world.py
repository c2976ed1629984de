"""The control plane with what surrounds it, and what is asked of it."""

import asyncio
import sys

from hosting_fakes import FakeMetricStore, until

from smnb.local.request import Context
from smnb.local.services.async_queue import AsyncQueue
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import Fleet
from smnb.local.services.log_store import LogStore
from smnb.local.services.sagemaker.service import SageMakerService
from smnb.local.state import State

REGION = "us-east-1"
CONTEXT = Context(REGION, "000000000000", "r", sys.executable)
ARN = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/faces"
INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 3072, "MaxConcurrency": 1}}
ASYNC = {
    "OutputConfig": {"S3OutputPath": "s3://models/out"},
    "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
}


class World:
    """One run of the daemon over a data directory."""

    def __init__(self, data_dir, store):
        self.state = State(data_dir)
        self.store = store
        self.fleet = Fleet()
        logs = LogStore(self.state)
        metrics = EndpointMetrics(FakeMetricStore())
        self.queue = AsyncQueue(
            self.state,
            store,
            self.fleet,
            logs,
            metrics,
            scales_to_zero=lambda *_: False,
        )
        self.service = SageMakerService(self.state, store, logs, self.fleet, self.queue)

    async def call(self, operation, context=CONTEXT, **params):
        return await getattr(self.service, operation)(context, params)

    async def create(self, name="faces", image="good", compute=INSTANCE, **config):
        """Create a model, a configuration and an endpoint, all of one name."""
        container = {"Image": image, "ModelDataUrl": "s3://models/model.tar.gz"}
        await self.call("create_model", ModelName=name, PrimaryContainer=container)
        await self.configure(name, name, compute, **config)
        await self.call("create_endpoint", EndpointName=name, EndpointConfigName=name)

    async def configure(self, name, model, compute=INSTANCE, **config):
        variant = {"VariantName": "AllTraffic", "ModelName": model, **compute}
        await self.call(
            "create_endpoint_config",
            EndpointConfigName=name,
            ProductionVariants=[variant],
            **config,
        )

    async def describe(self, name="faces"):
        return await self.call("describe_endpoint", EndpointName=name)

    async def settled(self, name="faces"):
        """Return the endpoint's description once nothing is in progress."""
        for _ in range(2000):
            found = await self.describe(name)
            if not found["EndpointStatus"].endswith("ing"):
                return found
            await asyncio.sleep(0.001)
        raise AssertionError(f"still {found}")

    async def gone(self, name="faces"):
        """Wait until the endpoint's record is gone."""
        rows = "SELECT 1 FROM sagemaker_resources WHERE kind = 'endpoint' AND name = ?"
        await until(lambda: self.state.db.execute(rows, (name,)).fetchone() is None)


async def update(world, image, compute=INSTANCE, **params):
    """Update the endpoint faces to a configuration named next, of another image."""
    container = {"Image": image, "ModelDataUrl": "s3://models/model.tar.gz"}
    await world.call("create_model", ModelName="next", PrimaryContainer=container)
    await world.configure("next", "next", compute)
    await world.call(
        "update_endpoint", EndpointName="faces", EndpointConfigName="next", **params
    )


async def scale(world, *changes):
    await world.call(
        "update_endpoint_weights_and_capacities",
        EndpointName="faces",
        DesiredWeightsAndCapacities=list(changes),
    )
