"""CloudWatch's operations on a data directory of the test's own."""

from contextlib import closing

import pytest
from metric_calls import HOUR, MINUTE, SPACE, calls

from smnb.local.services.cloudwatch import CloudWatchService
from smnb.local.services.metric_store import MetricStore
from smnb.local.state import State


@pytest.fixture
def service(tmp_path):
    with closing(State(tmp_path)) as state:
        yield CloudWatchService(state, MetricStore(state))


@pytest.fixture
def call(service):
    return calls(service)


@pytest.fixture
def put(call):
    """Return a function that puts one datum at `at`, this minute if not said."""

    def put(name="orders", at=MINUTE, **datum):
        datum = {"MetricName": name, "Timestamp": at, **datum}
        call("put_metric_data", Namespace=SPACE, MetricData=[datum])

    return put


@pytest.fixture
def data(call):
    """Return a function that gets metric data; a query is (metric, statistic)."""

    def data(*queries, period=60, **params):
        params = {"StartTime": MINUTE - HOUR, "EndTime": MINUTE + HOUR} | params
        queries = [
            {
                "Id": f"q{number}",
                "MetricStat": {
                    "Metric": {"Namespace": SPACE, "MetricName": name},
                    "Period": period,
                    "Stat": stat,
                },
            }
            for number, (name, stat) in enumerate(queries)
        ]
        return call("get_metric_data", MetricDataQueries=queries, **params)

    return data
