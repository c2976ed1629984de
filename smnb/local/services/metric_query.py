"""What is asked of metrics: which one, over which periods, which statistic."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.metric_store import MINUTE_S, Metric
from smnb.local.services.statistics import percent_of, statistic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb.local.request import Context
    from smnb.local.services.statistics import Statistic

_MAX_QUERIES: Final = 500  # API model: MetricDataQueries
_SHORT_PERIODS_S: Final = (1, 5, 10, 20, 30)
_SECONDS_KEPT_S: Final = 3 * 3600
_ID: Final = re.compile(r"[a-z][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Window:
    """The periods that are asked for: the first begins at `start`."""

    start: int
    end: float
    period_s: int

    @classmethod
    def of(
        cls, params: Mapping[str, Any], period_s: int, where: str, code: str
    ) -> Window:
        """Check and align; seconds are there for three hours, as on AWS."""
        start, end = params["StartTime"].timestamp(), params["EndTime"].timestamp()
        if start == end:
            text = "The parameter StartTime must not equal parameter EndTime."
            raise ServiceError(code, text)
        if start > end:
            text = "The parameter StartTime must be less than the parameter EndTime."
            raise ServiceError(code, text)
        if period_s % MINUTE_S and period_s not in _SHORT_PERIODS_S:
            text = (
                f"The parameter {where} must be 1, 5, 10, 20, 30 or a multiple of 60."
            )
            raise ServiceError(code, text)
        step_s = min(period_s, MINUTE_S)
        begin = int(start // step_s * step_s)
        if period_s < MINUTE_S:
            kept = int((time.time() - _SECONDS_KEPT_S) // step_s * step_s)
            begin = max(begin, kept)
        return cls(begin, end, period_s)


@dataclass(frozen=True)
class Query:
    """One query of GetMetricData."""

    id: str
    label: str
    metric: Metric
    unit: str | None
    window: Window
    statistic: Statistic
    is_percentile: bool


def queries_of(context: Context, params: Mapping[str, Any]) -> list[Query]:
    """Return the queries whose data is asked for; raises if any is not in order."""
    given = params["MetricDataQueries"]
    if len(given) > _MAX_QUERIES:
        raise _refused(
            "The collection MetricDataQueries must not have a size greater than"
            f" {_MAX_QUERIES}."
        )
    if len({query["Id"] for query in given}) < len(given):
        raise _refused(
            "The values for parameter Id in MetricDataQueries must be unique."
        )
    checked = [
        _query(context, params, query, f"MetricDataQueries.member.{number}")
        for number, query in enumerate(given, 1)
    ]
    return [
        query
        for query, asked in zip(checked, given, strict=True)
        if asked.get("ReturnData", True)
    ]


def _query(
    context: Context, params: Mapping[str, Any], asked: Mapping[str, Any], where: str
) -> Query:
    if not _ID.fullmatch(asked["Id"]):
        raise _refused(
            f"The value {asked['Id']} for parameter {where}.Id must start with a lowercase"
            " letter and contain only letters, numbers and underscores."
        )
    if "Expression" in asked:
        raise _refused(
            "The local backend computes statistics of metrics; metric math and Metrics"
            f" Insights queries are unsupported: {where}.Expression."
        )
    if "MetricStat" not in asked:
        raise _refused(f"One of MetricStat and Expression must be given: {where}.")
    stat = asked["MetricStat"]
    metric = stat["Metric"]
    for name in ("Namespace", "MetricName"):
        if name not in metric:
            raise _refused(
                f"The parameter {where}.MetricStat.Metric.{name} is required."
            )
    compute = statistic(stat["Stat"])
    if compute is None:
        raise _refused(
            f"The value for parameter {where}.MetricStat.Stat is not a valid statistic."
        )
    period = f"{where}.MetricStat.Period"
    return Query(
        asked["Id"],
        asked.get("Label", metric["MetricName"]),
        metric_of(context, metric),
        stat.get("Unit"),
        Window.of(params, stat["Period"], period, "ValidationError"),
        compute,
        percent_of(stat["Stat"]) is not None,
    )


def metric_of(context: Context, item: Mapping[str, Any]) -> Metric:
    """Return the metric that a request's members name."""
    dimensions = sorted(
        (dimension["Name"], dimension["Value"])
        for dimension in item.get("Dimensions", ())
    )
    return Metric(
        context.region, item["Namespace"], item["MetricName"], tuple(dimensions)
    )


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
