"""Serverless containers that stop when they are idle, with processes that really run."""

import asyncio
import io
import json
import os
import sys
import tarfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from smnb.local.container import ContainerSpec
from smnb.local.errors import ServiceError
from smnb.local.request import Request
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import Fleet, Hosted, HostedVariant
from smnb.local.services.runtime import RuntimeService

REGION = "us-east-1"
CODE = """
import os, time

def model_fn(model_dir):
    time.sleep(float(os.environ.get("LOAD_S", "0")))
    return time.sleep

def predict_fn(seconds, sleep):
    sleep(seconds)
    return {"pid": os.getpid()}
"""


class Recorded:
    """Keeps the samples of each metric, by its name."""

    def __init__(self):
        self.samples = {}

    def series(self, metric, _unit):
        return SimpleNamespace(add=self.samples.setdefault(metric.name, []).append)


class Serverless:
    """One serverless endpoint behind the data plane."""

    def __init__(self, variant):
        self.variant = variant
        self.metrics = Recorded()
        self.fleet = Fleet()
        self.fleet.host(REGION, "faces", Hosted("serverless", (variant,)))
        self._runtime = RuntimeService(self.fleet, None, EndpointMetrics(self.metrics))

    async def invoke(self, seconds):
        """Return the answer to an InvokeEndpoint."""
        content = json.dumps(seconds).encode()

        async def receive():
            return {"type": "http.request", "body": content, "more_body": False}

        headers = {"content-type": "application/json"}
        headers["content-length"] = str(len(content))
        path = "/endpoints/faces/invocations"
        response = await self._runtime(
            Request("POST", path, [], headers, "sagemaker", REGION, "id", receive)
        )
        return json.loads(response.body)

    async def stopped(self):
        """Wait until no process is there."""
        deadline = time.monotonic() + 20
        while self.variant.running:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)


@pytest.fixture
def serverless(tmp_path):
    """Return what runs an async function of a serverless endpoint."""
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("code/inference.py")
        member.size = len(CODE)
        tar.addfile(member, io.BytesIO(CODE.encode()))

    @asynccontextmanager
    async def hosting(idle_stop_s, **changes):
        options = {
            "endpoint_name": "faces",
            "variant_name": "AllTraffic",
            "archive": archive,
            "environment": {},
            "image": "",
            "python": sys.executable,
            "memory_mb": 1024,
            "workers": 1,
            "timeout_s": 60,
            "startup_timeout_s": 60,
        }
        spec = ContainerSpec(**{**options, **changes})
        variant = HostedVariant(
            1.0, spec, tmp_path / "work", lambda _: lambda line: None
        )
        endpoint = Serverless(variant)
        variant.stop_when_idle(idle_stop_s)
        try:
            yield endpoint
        finally:
            await endpoint.fleet.stop()

    def run(steps, idle_stop_s, **changes):
        async def main():
            async with hosting(idle_stop_s, **changes) as endpoint:
                return await steps(endpoint)

        return asyncio.run(main())

    return run


def test_idle_container_stops_and_the_next_request_starts_another(serverless, tmp_path):
    async def steps(endpoint):
        before = (await endpoint.invoke(0))["pid"]
        await endpoint.stopped()
        after = (await endpoint.invoke(0))["pid"]
        return before, after

    before, after = serverless(steps, idle_stop_s=0.2)

    assert before != after
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert list(Path(tmp_path, "work").iterdir()) == []


def test_container_with_a_request_is_not_idle(serverless):
    async def steps(endpoint):
        first = (await endpoint.invoke(0))["pid"]
        long = (await endpoint.invoke(1))["pid"]  # longer than it may be idle
        return {first, long, (await endpoint.invoke(0))["pid"]}

    assert len(serverless(steps, idle_stop_s=0.5)) == 1


def test_each_cold_start_counts_as_model_setup_time(serverless):
    async def steps(endpoint):
        await endpoint.invoke(0)
        await endpoint.invoke(0)
        await endpoint.stopped()
        await endpoint.invoke(0)
        return endpoint.metrics.samples

    samples = serverless(steps, idle_stop_s=0.3, environment={"LOAD_S": "0.2"})

    assert len(samples["Invocations"]) == 3
    assert len(samples["ModelSetupTime"]) == 2
    assert min(samples["ModelSetupTime"]) > 200_000  # microseconds


def test_cold_start_that_takes_too_long_is_not_ready(serverless):
    async def steps(endpoint):
        with pytest.raises(ServiceError) as caught:
            await endpoint.invoke(0)
        return caught.value

    error = serverless(
        steps, idle_stop_s=60, startup_timeout_s=0.3, environment={"LOAD_S": "5"}
    )

    assert (error.code, error.status) == ("ModelNotReadyException", 429)
    assert "did not answer /ping within 0.3 s" in error.message
