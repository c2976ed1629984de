"""CloudWatch metrics by unmodified boto3: one's own, and what endpoints publish."""

import json
import signal
import time
from datetime import datetime, timedelta, timezone

import pytest

SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}
SAGEMAKER = "AWS/SageMaker"


@pytest.fixture
def cloudwatch(backend):
    return backend.client("cloudwatch")


def around_now(minutes=5):
    now = datetime.now(timezone.utc)
    span = timedelta(minutes=minutes)
    return {"StartTime": now - span, "EndTime": now + span}


def by_variant(name):
    values = {"EndpointName": name, "VariantName": "AllTraffic"}
    return [{"Name": key, "Value": value} for key, value in values.items()]


def total(cloudwatch, metric, dimensions, statistic="Sum", namespace=SAGEMAKER):
    """Return a statistic of the last minutes as (value, unit); None without samples."""
    points = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=dimensions,
        Period=3600,
        Statistics=[statistic],
        **around_now(),
    )["Datapoints"]
    return (points[0][statistic], points[0]["Unit"]) if points else None


def published(cloudwatch, name):
    """Return the names of an endpoint's metrics in the namespace of invocations."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(
        Namespace=SAGEMAKER, Dimensions=[{"Name": "EndpointName", "Value": name}]
    )
    return {metric["MetricName"] for page in pages for metric in page["Metrics"]}


def test_own_metric_is_put_listed_and_read(cloudwatch):
    dimensions = [{"Name": "shop", "Value": "Ulm"}]
    at = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    cloudwatch.put_metric_data(
        Namespace="own/sales",
        MetricData=[
            {
                "MetricName": "orders",
                "Dimensions": dimensions,
                "Timestamp": at + timedelta(seconds=12),
                "Values": [1.0, 2.0, 10.0],
                "Counts": [2.0, 1.0, 1.0],
                "Unit": "Count",
            }
        ],
    )
    listed = cloudwatch.list_metrics(Namespace="own/sales", RecentlyActive="PT3H")
    read = cloudwatch.get_metric_statistics(
        Namespace="own/sales",
        MetricName="orders",
        Dimensions=dimensions,
        Period=60,
        ExtendedStatistics=["p50", "p90"],
        **around_now(),
    )

    assert listed["Metrics"] == [
        {"Namespace": "own/sales", "MetricName": "orders", "Dimensions": dimensions}
    ]
    assert read["Label"] == "orders"
    assert read["Datapoints"] == [
        {
            "Timestamp": at,
            "Unit": "Count",
            "ExtendedStatistics": {"p50": 1.0, "p90": 10.0},
        }
    ]


def test_large_request_comes_compressed(cloudwatch):
    sent = []
    cloudwatch.meta.events.register(
        "before-send.cloudwatch.PutMetricData",
        lambda request, **_: sent.append(request.headers.get("Content-Encoding")),
    )
    data = [{"MetricName": f"metric-{n:04}", "Value": float(n)} for n in range(1000)]
    cloudwatch.put_metric_data(Namespace="own/many", MetricData=data)
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="own/many")
    names = [metric["MetricName"] for page in pages for metric in page["Metrics"]]

    assert sent == [b"gzip"]
    assert names == [datum["MetricName"] for datum in data]


def test_refusals_are_boto3s_exceptions(cloudwatch):
    errors = cloudwatch.exceptions
    datum = {"MetricName": "orders", "Value": float("nan")}

    with pytest.raises(errors.InvalidParameterValueException, match="nan"):
        cloudwatch.put_metric_data(Namespace="own/bad", MetricData=[datum])
    with pytest.raises(
        errors.InvalidParameterCombinationException, match="the limit of 1440"
    ):
        cloudwatch.get_metric_statistics(
            Namespace="own/bad",
            MetricName="orders",
            Period=60,
            Statistics=["Sum"],
            **around_now(minutes=721),
        )


def test_expression_is_refused_by_name(cloudwatch, refused):
    error = refused(
        cloudwatch.get_metric_data,
        MetricDataQueries=[{"Id": "rate", "Expression": "errors / all * 100"}],
        **around_now(),
    )

    assert error["Code"] == "ValidationError"
    assert "metric math" in error["Message"]


def test_constraints_of_the_model_are_checked(cloudwatch, refused):
    error = refused(
        cloudwatch.put_metric_data,
        Namespace=":own",
        MetricData=[{"MetricName": "orders", "Value": 1.0}],
    )

    assert error["Code"] == "ValidationError"


def test_metric_data_is_paged_by_boto3(cloudwatch):
    start = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    times = [start - timedelta(minutes=minutes) for minutes in range(4)]
    cloudwatch.put_metric_data(
        Namespace="own/paged",
        MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": at}
            for name in ("first", "second")
            for value, at in enumerate(times)
        ],
    )
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {"Namespace": "own/paged", "MetricName": name},
                    "Period": 60,
                    "Stat": stat,
                },
            }
            for name, stat in (("first", "Sum"), ("second", "p99"))
        ],
        ScanBy="TimestampDescending",
        PaginationConfig={"PageSize": 3},
        **around_now(),
    )
    got = {"first": [], "second": []}
    for page in pages:
        for result in page["MetricDataResults"]:
            got[result["Id"]] += zip(
                result["Timestamps"], result["Values"], strict=True
            )

    expected = list(zip(times, [0.0, 1.0, 2.0, 3.0], strict=True))
    assert got == {"first": expected, "second": expected}


def test_realtime_endpoint_publishes_its_invocations(hosting, cloudwatch):
    name = hosting.deploy("raises")
    reject = json.dumps({"reject": "no"}).encode()
    for body in (reject, reject, b'{"message": "oh"}'):
        with pytest.raises(hosting.runtime.exceptions.ModelError):
            hosting.invoke(name, body)
    dimensions = by_variant(name)

    assert {
        metric: total(cloudwatch, metric, dimensions)
        for metric in (
            "Invocations",
            "InvocationsPerInstance",
            "Invocation4XXErrors",
            "Invocation5XXErrors",
            "InvocationModelErrors",
        )
    } == {
        "Invocations": (3.0, "None"),
        "InvocationsPerInstance": (3.0, "None"),
        "Invocation4XXErrors": (2.0, "None"),
        "Invocation5XXErrors": (1.0, "None"),
        "InvocationModelErrors": (3.0, "None"),
    }


def test_latency_is_the_models_and_the_rest(hosting, cloudwatch):
    name = hosting.deploy("slow")
    hosting.invoke(name, b"0.3")
    dimensions = by_variant(name)
    model_us, unit = total(cloudwatch, "ModelLatency", dimensions, "Maximum")
    overhead_us, _ = total(cloudwatch, "OverheadLatency", dimensions, "Maximum")

    assert unit == "Microseconds"
    assert 300_000 <= model_us < 2_000_000
    assert 0 < overhead_us < 300_000


def test_serverless_endpoint_publishes_what_aws_lists(hosting, cloudwatch):
    name = hosting.deploy("echo", SERVERLESS)
    hosting.invoke(name, b"[1]")

    assert published(cloudwatch, name) - {"ModelSetupTime"} == {
        "Invocations",
        "Invocation4XXErrors",
        "Invocation5XXErrors",
        "ModelLatency",
        "OverheadLatency",
    }


def test_refused_requests_are_no_invocations(hosting, cloudwatch, refused):
    name = hosting.deploy("echo")
    refused(hosting.runtime.invoke_endpoint, EndpointName=name, Body=b"x" * 6_291_457)

    assert total(cloudwatch, "Invocations", by_variant(name)) is None


def test_asynchronous_endpoint_publishes_its_queue(hosting, cloudwatch):
    name = hosting.deploy_async("echo")
    for _ in range(3):
        hosting.get(hosting.submit(name, b"x", "text/plain")["OutputLocation"])
    gone = hosting.runtime.invoke_endpoint_async(
        EndpointName=name, InputLocation="s3://contract/in/gone"
    )
    hosting.get(gone["FailureLocation"])
    dimensions = by_variant(name)
    deadline = time.monotonic() + 10  # an answer is there before it is counted
    while total(cloudwatch, "InvocationsProcessed", dimensions) != (4.0, "Count"):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert total(cloudwatch, "InvocationFailures", dimensions) == (1.0, "Count")
    assert total(cloudwatch, "RequestDownloadFailures", dimensions) == (1.0, "Count")
    for metric, unit in (
        ("TimeInBacklog", "Milliseconds"),
        ("TotalProcessingTime", "Milliseconds"),
        ("RequestDownloadLatency", "Microseconds"),
        ("ResponseUploadLatency", "Microseconds"),
        ("ModelLatency", "Microseconds"),
    ):
        assert total(cloudwatch, metric, dimensions, "Minimum")[1] == unit
    assert not published(cloudwatch, name) & {
        "Invocations",
        "InvocationsPerInstance",
        "OverheadLatency",
    }


def test_acknowledged_metrics_survive_a_kill(own_backend):
    datum = {"MetricName": "orders", "Value": 7.0, "Unit": "Count"}
    own_backend.client("cloudwatch").put_metric_data(
        Namespace="own/kept", MetricData=[datum]
    )

    own_backend.stop(signal.SIGKILL)
    own_backend.start()
    cloudwatch = own_backend.client("cloudwatch")

    assert total(cloudwatch, "orders", [], namespace="own/kept") == (7.0, "Count")


def test_endpoints_metrics_survive_a_stop(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    name = hosting.deploy("echo")
    hosting.invoke(name, b"[1]")

    own_backend.stop()
    own_backend.start()
    hosting_on(own_backend).invoke(name, b"[2]")
    cloudwatch = own_backend.client("cloudwatch")

    assert total(cloudwatch, "Invocations", by_variant(name)) == (2.0, "None")
