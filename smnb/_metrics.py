"""What an endpoint did and used, from CloudWatch: which metrics, and their reading.

Names, units, statistics and dimensions are those of the SageMaker Developer Guide
(monitoring-cloudwatch, serverless-endpoints-monitoring, async-inference-monitor).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, TypeAlias

from smnb import _since
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smnb._hosting import Described
    from smnb._session import Session
    from smnb._since import Since

Points: TypeAlias = "list[tuple[datetime, float]]"

_CALLS = "AWS/SageMaker"
_INSTANCES = "/aws/sagemaker/Endpoints"
_LOCAL = "smnb/local"
_FROM_US = 1e-3
_QUERIES_A_CALL = 500  # API reference of GetMetricData, as is the next
_DATAPOINTS_A_PAGE = 100_800
_DAY_S = 86_400
# CloudWatch keeps a value a minute for 15 days, five minutes 63 days, an hour longer.
_KEPT = ((timedelta(hours=3), 1), (timedelta(days=15), 60), (timedelta(days=63), 300))
_KEPT_LONGEST_S = 3600
_SHORT_PERIODS_S = (1, 5, 10, 20, 30)
_MINUTE_S = 60


@dataclass(frozen=True)
class Measure:
    """One column: a statistic of a metric, in the unit that its name ends with.

    Parameters
    ----------
    statistic
        CloudWatch's: ``"Sum"``, ``"Maximum"``, ``"p99"`` and so on.
    scale
        From CloudWatch's unit to the column's.
    of_variant
        Whether the metric has the dimension VariantName beside EndpointName.
    """

    column: str
    metric: str
    statistic: str
    namespace: str = _CALLS
    scale: float = 1.0
    of_variant: bool = True


def _latency(metric: str, column: str, scale: float = _FROM_US) -> tuple[Measure, ...]:
    return tuple(
        Measure(f"{column}_{percentile}_ms", metric, percentile, scale=scale)
        for percentile in ("p50", "p99")
    )


_ERRORS = (
    Measure("invocation_4xx_errors", "Invocation4XXErrors", "Sum"),
    Measure("invocation_5xx_errors", "Invocation5XXErrors", "Sum"),
)
_SYNCHRONOUS = (
    Measure("invocations", "Invocations", "Sum"),
    *_ERRORS,
    *_latency("ModelLatency", "model_latency"),
    *_latency("OverheadLatency", "overhead_latency"),
)
_MEMORY = (
    Measure("memory_utilization_percent", "MemoryUtilization", "Maximum", _INSTANCES),
    Measure("memory_peak_mb", "MemoryPeak", "Maximum", _LOCAL),
)
_HARDWARE = (
    Measure("cpu_utilization_percent", "CPUUtilization", "Maximum", _INSTANCES),
    *_MEMORY,
    Measure("disk_utilization_percent", "DiskUtilization", "Maximum", _INSTANCES),
    Measure("gpu_utilization_percent", "GPUUtilization", "Maximum", _INSTANCES),
    Measure(
        "gpu_memory_utilization_percent",
        "GPUMemoryUtilization",
        "Maximum",
        _INSTANCES,
    ),
)
_COLD_STARTS = (
    Measure("cold_starts", "ModelSetupTime", "SampleCount"),
    Measure("model_setup_time_max_ms", "ModelSetupTime", "Maximum", scale=_FROM_US),
)
_QUEUE = (
    Measure("invocations_processed", "InvocationsProcessed", "Sum"),
    Measure("invocation_failures", "InvocationFailures", "Sum"),
    Measure("expired_requests", "ExpiredRequests", "Sum"),
    *_ERRORS,
    *_latency("ModelLatency", "model_latency"),
    *_latency("TotalProcessingTime", "total_processing_time", 1.0),
    *_latency("TimeInBacklog", "time_in_backlog", 1.0),
    Measure("backlog_size", "ApproximateBacklogSize", "Maximum", of_variant=False),
    Measure(
        "oldest_request_age_s",
        "ApproximateAgeOfOldestRequest",
        "Maximum",
        of_variant=False,
    ),
)
MEASURES = {
    "realtime": (*_SYNCHRONOUS, *_HARDWARE),
    "serverless": (*_SYNCHRONOUS, *_COLD_STARTS, *_MEMORY),
    "async": (*_QUEUE, *_HARDWARE),
}


@dataclass(frozen=True)
class Ask:
    """One statistic of one endpoint's metric."""

    endpoint_name: str
    variant: str
    measure: Measure
    period_s: int

    def query(self, identity: str) -> dict[str, object]:
        """Return it as GetMetricData takes it."""
        dimensions = [{"Name": "EndpointName", "Value": self.endpoint_name}]
        if self.measure.of_variant:
            dimensions.append({"Name": "VariantName", "Value": self.variant})
        metric = {
            "Namespace": self.measure.namespace,
            "MetricName": self.measure.metric,
            "Dimensions": dimensions,
        }
        return {
            "Id": identity,
            "MetricStat": {
                "Metric": metric,
                "Period": self.period_s,
                "Stat": self.measure.statistic,
            },
        }


@dataclass(frozen=True)
class Readings:
    """What was measured of one endpoint in a span of time.

    Parameters
    ----------
    period_s
        Seconds that one value stands for.
    series
        By column: the values, oldest first; a period without data has none.
    totals
        By column: the statistic of the whole span. Of more than a day, percentiles
        are those of the worst day.
    """

    start: datetime
    end: datetime
    period_s: int
    series: dict[str, Points]
    totals: dict[str, float]

    @property
    def calls(self) -> float:
        """Requests that the model was given."""
        processed = self.totals.get("invocations_processed", 0.0)
        return self.totals.get("invocations", processed)

    @property
    def errors(self) -> float:
        """Requests that failed, as far as the model has seen them."""
        seen = sum(
            self.totals.get(f"invocation_{side}_errors", 0.0) for side in ("4xx", "5xx")
        )
        return max(seen, self.totals.get("invocation_failures", 0.0))


def measure(
    session: Session, found: Described, *, since: Since = "1h", period_s: int = 60
) -> Readings:
    """Read all that CloudWatch has on an endpoint of this kind.

    Parameters
    ----------
    period_s
        Seconds for one value; more, if `since` lies so far back that CloudWatch
        keeps coarser values alone.
    """
    end = datetime.now(timezone.utc)
    start = _since.span_start(since, now=end)
    period_s = _kept_period(period_s, end - start)
    # Whole periods, so that every value lies on one grid, there and here.
    start = datetime.fromtimestamp(
        start.timestamp() // period_s * period_s, timezone.utc
    )
    whole_s = _whole_period(end - start, period_s)
    measures = MEASURES[found.kind]
    asks = [
        Ask(found.name, found.variant, one, step)
        for step in (period_s, whole_s)
        for one in measures
    ]
    answers = read(session, asks, start, end)
    pairs = zip(measures, answers[: len(measures)], strict=True)
    wholes = zip(measures, answers[len(measures) :], strict=True)
    return Readings(
        start,
        end,
        period_s,
        {one.column: points for one, points in pairs if points},
        {one.column: _combined(one, points) for one, points in wholes if points},
    )


def read(
    session: Session, asks: Sequence[Ask], start: datetime, end: datetime
) -> list[Points]:
    """Return the values of each ask, oldest first, however many pages they fill."""
    client = session.client("cloudwatch")
    values: list[Points] = [[] for _ in asks]
    for first in range(0, len(asks), _QUERIES_A_CALL):
        queries = [
            ask.query(f"q{number}")
            for number, ask in enumerate(asks[first : first + _QUERIES_A_CALL], first)
        ]
        request = {
            "MetricDataQueries": queries,
            "StartTime": start,
            "EndTime": end,
            "ScanBy": "TimestampAscending",
            "MaxDatapoints": _DATAPOINTS_A_PAGE,
        }
        with session.translated("Reading the metrics"):
            for page in client.get_paginator("get_metric_data").paginate(**request):
                for result in page["MetricDataResults"]:
                    number = int(result["Id"][1:])
                    scale = asks[number].measure.scale
                    values[number] += [
                        (time.astimezone(timezone.utc), value * scale)
                        for time, value in zip(
                            result["Timestamps"], result["Values"], strict=True
                        )
                    ]
    return values


def last_calls(session: Session, found: Sequence[Described]) -> list[datetime | None]:
    """Return when each endpoint was last called, to five minutes, in the last day."""
    end = datetime.now(timezone.utc)
    period_s = 300
    start = datetime.fromtimestamp(
        (end.timestamp() - _DAY_S) // period_s * period_s, timezone.utc
    )
    asks = [
        Ask(row.name, row.variant, MEASURES[row.kind][0], period_s) for row in found
    ]
    return [
        max((time for time, value in points if value), default=None)
        for points in read(session, asks, start, end)
    ]


def grid(readings: Readings) -> Iterator[datetime]:
    """Yield the start of every period, those without data too."""
    moment, step = readings.start, timedelta(seconds=readings.period_s)
    while moment < readings.end:
        yield moment
        moment += step


def _kept_period(period_s: int, age: timedelta) -> int:
    """Return the shortest period that CloudWatch has so far back."""
    if period_s not in _SHORT_PERIODS_S and (period_s <= 0 or period_s % _MINUTE_S):
        raise InvalidInputError(
            f"period_s={period_s} is no period that CloudWatch takes.",
            hint="Choose 1, 5, 10, 20, 30 or a multiple of 60.",
        )
    step_s = next((step for most, step in _KEPT if age <= most), _KEPT_LONGEST_S)
    return math.ceil(period_s / step_s) * step_s


def _whole_period(span: timedelta, period_s: int) -> int:
    """Return a period that holds the whole span, or a day of it."""
    step_s = max(period_s, _MINUTE_S)
    whole_s = math.ceil(span.total_seconds() / step_s) * step_s
    return min(whole_s, max(_DAY_S, step_s))


def _combined(one: Measure, points: Points) -> float:
    values = [value for _, value in points]
    return sum(values) if one.statistic in ("Sum", "SampleCount") else max(values)
