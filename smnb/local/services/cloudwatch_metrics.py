"""CloudWatch metrics: the operations that put samples in and read statistics."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from datetime import datetime, timezone
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.metric_datum import begin_of, invalid, samples_of
from smnb.local.services.metric_query import Window, metric_of, queries_of
from smnb.local.services.metric_store import Point
from smnb.local.services.statistics import Periods, percent_of, statistic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb.local.request import Context
    from smnb.local.services.metric_query import Query
    from smnb.local.services.metric_store import Metric, MetricStore
    from smnb.local.services.statistics import Samples, Statistic

# All of them from the operations' texts in the API model.
_MAX_PUT: Final = 1000
_MAX_LISTED: Final = 500
_MAX_DATAPOINTS: Final = 1440  # of GetMetricStatistics
_MAX_PAGE_DATAPOINTS: Final = 100_800  # of GetMetricData
_LISTED_S: Final = 14 * 24 * 3600
_RECENT_S: Final = 3 * 3600
_TOKEN: Final = re.compile(r"(?P<query>\d{1,3})/(?P<after>\d{1,15})?")


class MetricOperations:
    """PutMetricData, ListMetrics, GetMetricStatistics, GetMetricData."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store

    async def put_metric_data(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep samples durably: all of the request, or none."""
        namespace, data = params["Namespace"], params.get("MetricData", [])
        if namespace.startswith("AWS/"):
            raise invalid("The value AWS/ for parameter Namespace is invalid.")
        if "EntityMetricData" in params:
            raise invalid("The local backend takes MetricData, not EntityMetricData.")
        if not data:
            raise _missing("The parameter MetricData is required.")
        if len(data) > _MAX_PUT:
            raise invalid(
                f"The collection MetricData must not have a size greater than {_MAX_PUT}."
            )
        now = time.time()
        taken = []
        for number, datum in enumerate(data, 1):
            where = f"MetricData.member.{number}"
            metric = metric_of(context, datum | {"Namespace": namespace})
            begin, samples = begin_of(datum, where, now), samples_of(datum, where)
            taken.append((metric, Point(begin, datum.get("Unit", "None"), samples)))
        self._store.write(taken)
        return {}

    async def list_metrics(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of the metrics that match, in the order they first came in."""
        token = params.get("NextToken", "0")
        if not re.fullmatch(r"\d{1,15}", token):
            raise invalid("The value for parameter NextToken is invalid.")
        since_s = _RECENT_S if "RecentlyActive" in params else _LISTED_S
        found = self._store.listed(
            context.region, time.time() - since_s, after_id=int(token)
        )
        matching = ((at, metric) for at, metric in found if _matches(metric, params))
        page = list(islice(matching, _MAX_LISTED + 1))
        more = len(page) > _MAX_LISTED
        return {
            "Metrics": [_described(metric) for _, metric in page[:_MAX_LISTED]],
            "NextToken": str(page[_MAX_LISTED - 1][0]) if more else None,
        }

    async def get_metric_statistics(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return statistics of one metric by periods, of each unit by itself."""
        wanted = _wanted(params)
        window = Window.of(params, params["Period"], "Period", "InvalidParameterValue")
        _check_size(params)
        by_unit: defaultdict[str, Periods] = defaultdict(
            partial(Periods, window.start, window.period_s)
        )
        async for time_s, unit, samples in self._store.points(
            metric_of(context, params),
            window.start,
            window.end,
            params.get("Unit"),
            with_values="ExtendedStatistics" in params,
        ):
            by_unit[unit].add(time_s, samples)
        datapoints = [
            {"Timestamp": _datetime(begin), "Unit": unit, **computed}
            for unit, periods in sorted(by_unit.items())
            for begin, samples in periods.samples.items()
            if (computed := _computed(samples, wanted, params))
        ]
        return {"Label": params["MetricName"], "Datapoints": datapoints}

    async def get_metric_data(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of several metrics' statistics, one metric after another.

        A token says in which query to go on, and after which time.
        """
        queries = queries_of(context, params)
        room = params.get("MaxDatapoints", _MAX_PAGE_DATAPOINTS)
        if not 0 < room <= _MAX_PAGE_DATAPOINTS:
            text = (
                f"The value {room} for parameter MaxDatapoints is not between 1 and"
                f" {_MAX_PAGE_DATAPOINTS}."
            )
            raise ServiceError("ValidationError", text)
        first, after = _position(params, len(queries))
        order = 1 if params.get("ScanBy") == "TimestampAscending" else -1
        results: list[dict[str, Any]] = []
        for number, query in enumerate(queries[first:], first):
            series = (await self._series(query))[::order]
            if number == first and after is not None:
                series = [one for one in series if order * one[0] > order * after]
            page, rest = series[:room], series[room:]
            room -= len(page)
            if page or not rest:
                results.append(_result(query, page, complete=not rest))
            if rest:
                last = page[-1][0] if page else ""
                return {"MetricDataResults": results, "NextToken": f"{number}/{last}"}
        return {"MetricDataResults": results}

    async def _series(self, query: Query) -> list[tuple[int, float]]:
        """Return the statistic of each period in which there is one, oldest first."""
        window = query.window
        periods = Periods(window.start, window.period_s)
        async for time_s, _, samples in self._store.points(
            query.metric,
            window.start,
            window.end,
            query.unit,
            with_values=query.is_percentile,
        ):
            periods.add(time_s, samples)
        computed = (
            (begin, query.statistic(samples))
            for begin, samples in periods.samples.items()
        )
        return [(begin, value) for begin, value in computed if value is not None]


def _position(params: Mapping[str, Any], query_count: int) -> tuple[int, int | None]:
    """Return the query to go on with, and the time of the last value given of it."""
    match = _TOKEN.fullmatch(params.get("NextToken", "0/"))
    if match is None or int(match["query"]) >= max(query_count, 1):
        raise ServiceError("InvalidNextToken", "The next token is invalid.")
    after = match["after"]
    return int(match["query"]), int(after) if after else None


def _result(
    query: Query, page: Sequence[tuple[int, float]], *, complete: bool
) -> dict[str, Any]:
    return {
        "Id": query.id,
        "Label": query.label,
        "Timestamps": [_datetime(begin) for begin, _ in page],
        "Values": [value for _, value in page],
        "StatusCode": "Complete" if complete else "PartialData",
    }


def _wanted(params: Mapping[str, Any]) -> dict[str, Statistic]:
    """Return the statistics that are asked for, by name."""
    names, percentiles = params.get("Statistics"), params.get("ExtendedStatistics")
    if names and percentiles:
        raise ServiceError(
            "InvalidParameterCombination",
            "The parameters Statistics and ExtendedStatistics are mutually exclusive and"
            " you have specified both.",
        )
    if not names and not percentiles:
        raise _missing("One of Statistics and ExtendedStatistics must be specified.")
    for name in percentiles or ():
        if percent_of(name) is None:
            raise invalid(
                f"The value {name} for parameter ExtendedStatistics is not supported; the"
                " local backend computes percentiles, p0.0 to p100."
            )
    found = {name: statistic(name) for name in names or percentiles or ()}
    return {name: compute for name, compute in found.items() if compute is not None}


def _check_size(params: Mapping[str, Any]) -> None:
    """Raise if there may be more datapoints than are returned."""
    asked_s = (params["EndTime"] - params["StartTime"]).total_seconds()
    count = int(asked_s // params["Period"])
    if count > _MAX_DATAPOINTS:
        raise ServiceError(
            "InvalidParameterCombination",
            f"You have requested up to {count} datapoints, which exceeds the limit of"
            f" {_MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing"
            " Period, or decreasing the time range.",
        )


def _computed(
    samples: Samples, wanted: Mapping[str, Statistic], params: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the members of a datapoint; none if nothing can be told."""
    computed = {name: compute(samples) for name, compute in wanted.items()}
    told = {name: value for name, value in computed.items() if value is not None}
    return {"ExtendedStatistics": told} if told and "Statistics" not in params else told


def _matches(metric: Metric, params: Mapping[str, Any]) -> bool:
    present = dict(metric.dimensions)
    return (
        params.get("Namespace") in (None, metric.namespace)
        and params.get("MetricName") in (None, metric.name)
        and all(
            wanted["Name"] in present
            and wanted.get("Value") in (None, present[wanted["Name"]])
            for wanted in params.get("Dimensions", ())
        )
    )


def _described(metric: Metric) -> dict[str, Any]:
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [
            {"Name": name, "Value": value} for name, value in metric.dimensions
        ],
    }


def _datetime(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _missing(message: str) -> ServiceError:
    return ServiceError("MissingParameter", message)
