"""The processor time of each request: read from the process's clock, kept as a metric."""

import sys
import time
from datetime import datetime, timedelta, timezone

import pytest

# No other system lets the clock of another process be read.
pytestmark = pytest.mark.xfail(sys.platform != "linux", reason="needs Linux")


def test_processor_time_of_requests_leaves_waiting_out(hosting, backend):
    name = hosting.deploy("hungry")  # it fills memory, then sleeps for 0.2 s
    began = time.perf_counter()
    for _ in range(2):
        hosting.invoke(name, b"100")
    took_ms = 1000 * (time.perf_counter() - began)

    now = datetime.now(timezone.utc)
    points = backend.client("cloudwatch").get_metric_statistics(
        Namespace="smnb/local",
        MetricName="CPUTime",
        Dimensions=[
            {"Name": "EndpointName", "Value": name},
            {"Name": "VariantName", "Value": "AllTraffic"},
        ],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum", "SampleCount"],
        Unit="Milliseconds",
    )["Datapoints"]

    assert sum(point["SampleCount"] for point in points) == 2
    assert 1 < sum(point["Sum"] for point in points) < took_ms - 400
