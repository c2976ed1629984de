"""The most memory that each request took: read from the kernel, kept as a metric."""

import sys
from datetime import datetime, timedelta, timezone

import pytest

# No other system tells of a part of a process's life.
pytestmark = pytest.mark.xfail(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def peaks(hosting, backend):
    """Return a function that gives the statistics of an endpoint's requests, in MiB."""

    def peaks(name):
        now = datetime.now(timezone.utc)
        answer = backend.client("cloudwatch").get_metric_statistics(
            Namespace="smnb/local",
            MetricName="MemoryPeak",
            Dimensions=[
                {"Name": "EndpointName", "Value": name},
                {"Name": "VariantName", "Value": "AllTraffic"},
            ],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Minimum", "Maximum", "SampleCount"],
            Unit="Megabytes",
        )
        points = answer["Datapoints"]
        return (
            sum(point["SampleCount"] for point in points),
            min(point["Minimum"] for point in points),
            max(point["Maximum"] for point in points),
        )

    return peaks


def test_each_request_s_peak_is_its_own(hosting, peaks):
    name = hosting.deploy("hungry")
    hosting.invoke(name, b"200")
    hosting.invoke(name, b"1")

    count, least, most = peaks(name)

    assert count == 2
    assert 200 < most < 300
    assert least < 100


def test_peaks_are_within_a_tenth_of_what_the_model_takes(hosting, peaks):
    hungry, lean = hosting.deploy("hungry"), hosting.deploy("hungry")
    hosting.invoke(hungry, b"400")
    hosting.invoke(lean, b"200")

    _, _, most = peaks(hungry)
    _, _, less = peaks(lean)

    assert most == pytest.approx(400, rel=0.1)
    assert less == pytest.approx(200, rel=0.1)


def test_queued_requests_have_peaks_too(hosting, peaks):
    name = hosting.deploy_async("hungry")
    hosting.get(hosting.submit(name, b"100")["OutputLocation"])

    count, _, most = peaks(name)

    assert count == 1
    assert most > 100
