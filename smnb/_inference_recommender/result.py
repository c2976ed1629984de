"""What AWS measured of each compute: rows, read from its answer; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from smnb._compute import RealTime, Serverless
from smnb._text import dollars_text, number_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True)
class LoadTestRow:
    """What AWS says of one compute; None is what it does not say.

    Parameters
    ----------
    compute
        Ready for `deploy`.
    environment
        The tuned variables of the container.
    usd_per_hour, usd_per_million
        As AWS estimates them, of an hour and of that many calls.
    per_s
        Answers a second, the most that it gave.
    model_ms, cold_start_ms
        Latency of the model at that rate; time to start, of serverless.
    cpu_percent, memory_percent
        In use at that rate.
    """

    compute: RealTime | Serverless
    environment: Mapping[str, str] = field(default_factory=dict)
    usd_per_hour: float | None = None
    usd_per_million: float | None = None
    per_s: float | None = None
    model_ms: int | None = None
    cold_start_ms: int | None = None
    cpu_percent: float | None = None
    memory_percent: float | None = None


def rows_in(answer: Mapping[str, Any]) -> tuple[LoadTestRow, ...]:
    """Read DescribeInferenceRecommendationsJob; the cheapest call first."""
    rows = [_row(one) for one in answer.get("InferenceRecommendations", [])]
    return tuple(sorted(rows, key=_order))


def cells_of(rows: Iterable[LoadTestRow]) -> tuple[list[str], list[list[str]]]:
    """Return the heads and cells of those columns that say anything."""
    rows = list(rows)
    columns = [(head, [write(row) for row in rows]) for head, write in _COLUMNS]
    told = [(head, cells) for head, cells in columns if any(cells)]
    lines = zip(*(cells for _, cells in told), strict=True)
    return [head for head, _ in told], [list(line) for line in lines]


def _row(answer: Mapping[str, Any]) -> LoadTestRow:
    metrics = answer.get("Metrics", {})
    variables = answer["ModelConfiguration"].get("EnvironmentParameters", [])
    per_call, per_minute = (
        metrics.get("CostPerInference"),
        metrics.get("MaxInvocations"),
    )
    return LoadTestRow(
        compute=_compute(answer["EndpointConfiguration"]),
        environment={row["Key"]: row["Value"] for row in variables},
        usd_per_hour=_figure(metrics.get("CostPerHour")),
        usd_per_million=_times(1e6, _figure(per_call)),
        per_s=_times(1 / 60, per_minute),
        model_ms=metrics.get("ModelLatency"),
        cold_start_ms=metrics.get("ModelSetupTime"),
        cpu_percent=_figure(metrics.get("CpuUtilization")),
        memory_percent=_figure(metrics.get("MemoryUtilization")),
    )


def _compute(answer: Mapping[str, Any]) -> RealTime | Serverless:
    if serverless := answer.get("ServerlessConfig"):
        return Serverless(
            serverless["MemorySizeInMB"],
            serverless["MaxConcurrency"],
            serverless.get("ProvisionedConcurrency"),
        )
    return RealTime(answer["InstanceType"], answer.get("InitialInstanceCount", 1))


def _figure(value: float | None) -> float | None:
    """Return a figure; AWS writes NaN for what it does not know."""
    return None if value is None or math.isnan(value) else value


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _order(row: LoadTestRow) -> tuple[float, float]:
    cost = math.inf if row.usd_per_million is None else row.usd_per_million
    return cost, math.inf if row.model_ms is None else row.model_ms


def _dollars(usd: float | None) -> str:
    return "" if usd is None else dollars_text(usd)


def _ms(value: int | None) -> str:
    return "" if value is None else seconds_text(value / 1000)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


# What a benchmark tells too has its heads.
_COLUMNS: Final[tuple[tuple[str, Callable[[LoadTestRow], str]], ...]] = (
    ("compute", lambda row: str(row.compute)),
    ("model", lambda row: _ms(row.model_ms)),
    ("calls/s", lambda row: "" if row.per_s is None else number_text(row.per_s)),
    ("first call", lambda row: _ms(row.cold_start_ms)),
    ("CPU", lambda row: _percent(row.cpu_percent)),
    ("memory", lambda row: _percent(row.memory_percent)),
    ("per million", lambda row: _dollars(row.usd_per_million)),
    ("per hour", lambda row: _dollars(row.usd_per_hour)),
    (
        "environment",
        lambda row: ", ".join(f"{k}={v}" for k, v in row.environment.items()),
    ),
)
