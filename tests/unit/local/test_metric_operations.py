"""CloudWatch's metric operations: what is taken, what is answered, what is refused."""

import asyncio
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.cloudwatch import CloudWatchService
from smnb.local.services.metric_store import MetricStore
from smnb.local.state import State

NOW = datetime.now(timezone.utc)
MINUTE = NOW.replace(second=0, microsecond=0)
HOUR = timedelta(hours=1)
SPACE = "own/shop"


def calls(service, region="us-east-1"):
    """Return a function that calls an operation."""
    context = Context(region, "000000000000", "r", None)
    return lambda operation, **params: asyncio.run(
        getattr(service, operation)(context, params)
    )


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
def read(call):
    """Return a function that gets statistics of the last and the next hour."""

    def read(*names, name="orders", period=60, **params):
        kind = "ExtendedStatistics" if names[0].startswith("p") else "Statistics"
        params = {"StartTime": MINUTE - HOUR, "EndTime": MINUTE + HOUR} | params
        answer = call(
            "get_metric_statistics",
            Namespace=SPACE,
            MetricName=name,
            Period=period,
            **{kind: list(names)},
            **params,
        )
        return answer["Datapoints"]

    return read


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


def refusal(call, *args, **params):
    with pytest.raises(ServiceError) as caught:
        call(*args, **params)
    return caught.value


def test_every_statistic_of_a_minute(put, read):
    for value in (1.0, 2.0, 6.0):
        put(Value=value, Unit="Count")
    names = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]

    assert read(*names) == [
        {
            "Timestamp": MINUTE,
            "Unit": "Count",
            "SampleCount": 3.0,
            "Average": 3.0,
            "Sum": 9.0,
            "Minimum": 1.0,
            "Maximum": 6.0,
        }
    ]


def test_percentiles_come_by_their_names(put, read):
    put(Values=[float(value) for value in range(1, 101)])
    [point] = read("p50", "p99", "p99.9")

    assert point["ExtendedStatistics"] == {"p50": 50.0, "p99": 99.0, "p99.9": 100.0}


def test_counts_tell_how_often_a_value_was_there(put, read):
    put(Values=[10.0, 20.0, 10.0], Counts=[1.0, 3.0, 2.0])
    [point] = read("SampleCount", "Sum")

    assert (point["SampleCount"], point["Sum"]) == (6.0, 90.0)


def test_statistic_set_has_all_but_percentiles(put, read):
    given = {"SampleCount": 4.0, "Sum": 20.0, "Minimum": 1.0, "Maximum": 9.0}
    put(StatisticValues=given)
    [point] = read(*given)

    assert given.items() <= point.items()
    assert read("p50") == []


def test_statistic_set_of_one_value_has_percentiles(put, read):
    put(
        StatisticValues={"SampleCount": 4.0, "Sum": 8.0, "Minimum": 2.0, "Maximum": 2.0}
    )
    [point] = read("p50")

    assert point["ExtendedStatistics"] == {"p50": 2.0}


def test_units_give_datapoints_of_their_own(put, read):
    put(Value=1.0, Unit="Seconds")
    put(Value=2.0, Unit="Count")

    assert [(point["Unit"], point["Sum"]) for point in read("Sum")] == [
        ("Count", 2.0),
        ("Seconds", 1.0),
    ]
    assert [point["Sum"] for point in read("Sum", Unit="Seconds")] == [1.0]
    assert read("Sum", Unit="Bytes") == []


def test_sample_without_a_unit_and_a_time_is_of_now(call, read):
    call(
        "put_metric_data",
        Namespace=SPACE,
        MetricData=[{"MetricName": "orders", "Value": 1.0}],
    )
    [point] = read("Sum")

    assert point["Unit"] == "None"
    assert abs(point["Timestamp"] - datetime.now(timezone.utc)) < timedelta(minutes=2)


def test_periods_begin_at_the_start_rounded_down_to_a_minute(put, read):
    start = MINUTE - timedelta(minutes=20)
    for minutes in (0, 4, 5, 14):
        put(Value=1.0, at=start + timedelta(minutes=minutes, seconds=50))

    points = read("Sum", period=300, StartTime=start + timedelta(seconds=40))

    assert {
        (point["Timestamp"] - start) / timedelta(minutes=1): point["Sum"]
        for point in points
    } == {0: 2, 5: 1, 10: 1}


def test_high_resolution_is_seen_by_the_second(put, read):
    for seconds in (0, 4, 5, 14):
        at = MINUTE - timedelta(minutes=5) + timedelta(seconds=seconds)
        put(Value=1.0, at=at, StorageResolution=1)

    assert [
        point["Sum"] for point in read("Sum", period=5, StartTime=MINUTE - HOUR)
    ] == [
        2.0,
        1.0,
        1.0,
    ]
    assert [point["Sum"] for point in read("Sum", period=60)] == [4.0]


def test_seconds_are_seen_for_three_hours(put, read):
    at = MINUTE - timedelta(hours=4)
    put(Value=1.0, at=at, StorageResolution=1)
    window = {"StartTime": at, "EndTime": at + timedelta(minutes=5)}

    assert read("Sum", period=10, **window) == []
    assert len(read("Sum", period=60, **window)) == 1


def test_end_of_the_interval_is_not_in_it(put, read):
    put(Value=1.0)

    assert read("Sum", EndTime=MINUTE) == []


def test_other_dimensions_are_another_metric(put, read):
    put(
        Value=1.0, Dimensions=[{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    )

    assert read("Sum") == []
    assert read("Sum", Dimensions=[{"Name": "a", "Value": "1"}]) == []
    both = [{"Name": "b", "Value": "2"}, {"Name": "a", "Value": "1"}]
    assert len(read("Sum", Dimensions=both)) == 1


def test_regions_have_metrics_of_their_own(service, put):
    put(Value=1.0)

    assert calls(service, "eu-west-1")("list_metrics")["Metrics"] == []


VALUE_BOUND = 2.0**360
SET = {"SampleCount": 1.0, "Sum": 1.0, "Minimum": 1.0, "Maximum": 1.0}


@pytest.mark.parametrize(
    "datum",
    [
        pytest.param({"Value": VALUE_BOUND}, id="largest"),
        pytest.param({"Value": -VALUE_BOUND}, id="smallest"),
        pytest.param({"Values": [1.0] * 150}, id="values-150"),
        pytest.param({"Value": 1.0, "StorageResolution": 60}, id="standard"),
        pytest.param(
            {"Value": 1.0, "Timestamp": NOW - timedelta(days=13.99)}, id="two-weeks"
        ),
        pytest.param(
            {"Value": 1.0, "Timestamp": NOW + timedelta(hours=1.99)}, id="two-hours"
        ),
    ],
)
def test_datum_at_a_limit_is_taken(put, call, datum):
    put(**datum)

    assert len(call("list_metrics")["Metrics"]) == 1


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        pytest.param({}, "MissingParameter", id="nothing"),
        pytest.param(
            {"Value": 1.0, "Values": [1.0]},
            "InvalidParameterCombination",
            id="two-forms",
        ),
        pytest.param({"Value": 2.1**360}, "InvalidParameterValue", id="too-large"),
        pytest.param({"Value": float("nan")}, "InvalidParameterValue", id="nan"),
        pytest.param({"Value": float("inf")}, "InvalidParameterValue", id="infinite"),
        pytest.param({"Values": []}, "InvalidParameterValue", id="no-values"),
        pytest.param({"Values": [1.0] * 151}, "InvalidParameterValue", id="values-151"),
        pytest.param(
            {"Values": [1.0, 2.0], "Counts": [1.0]},
            "InvalidParameterValue",
            id="counts",
        ),
        pytest.param(
            {"Values": [1.0], "Counts": [0.0]}, "InvalidParameterValue", id="count-0"
        ),
        pytest.param(
            {"StatisticValues": SET | {"SampleCount": 0.0}},
            "InvalidParameterValue",
            id="set-of-none",
        ),
        pytest.param(
            {"StatisticValues": SET | {"Minimum": 2.0}},
            "InvalidParameterCombination",
            id="minimum-over-maximum",
        ),
        pytest.param(
            {"Value": 1.0, "StorageResolution": 30},
            "InvalidParameterValue",
            id="resolution",
        ),
        pytest.param(
            {"Value": 1.0, "Timestamp": NOW - timedelta(days=14.01)},
            "InvalidParameterValue",
            id="too-old",
        ),
        pytest.param(
            {"Value": 1.0, "Timestamp": NOW + timedelta(hours=2.1)},
            "InvalidParameterValue",
            id="too-new",
        ),
    ],
)
def test_datum_out_of_order_is_refused_with_all_others(call, datum, code):
    data = [{"MetricName": "good", "Value": 1.0}, {"MetricName": "bad", **datum}]
    error = refusal(call, "put_metric_data", Namespace=SPACE, MetricData=data)

    assert error.code == code
    assert "MetricData.member.2" in error.message
    assert call("list_metrics")["Metrics"] == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param(
            {"Namespace": "AWS/SageMaker", "MetricData": [{"Value": 1.0}]},
            "InvalidParameterValue",
            id="namespace-of-aws",
        ),
        pytest.param({"Namespace": SPACE}, "MissingParameter", id="nothing"),
        pytest.param(
            {"Namespace": SPACE, "MetricData": [{"Value": 1.0}] * 1001},
            "InvalidParameterValue",
            id="too-many",
        ),
        pytest.param(
            {"Namespace": SPACE, "EntityMetricData": [{}]},
            "InvalidParameterValue",
            id="entities",
        ),
    ],
)
def test_put_that_is_not_in_order_is_refused(call, params, code):
    for datum in params.get("MetricData", ()):
        datum["MetricName"] = "orders"

    assert refusal(call, "put_metric_data", **params).code == code


def test_thousand_metrics_are_taken_and_listed_in_pages(call):
    data = [{"MetricName": f"m{number}", "Value": 1.0} for number in range(1000)]
    call("put_metric_data", Namespace=SPACE, MetricData=data)
    names, token = [], {}
    while token is not None:
        page = call("list_metrics", **token)
        assert len(page["Metrics"]) == 500
        names += [metric["MetricName"] for metric in page["Metrics"]]
        token = page["NextToken"] and {"NextToken": page["NextToken"]}

    assert names == [datum["MetricName"] for datum in data]


@pytest.fixture
def listing(put, call):
    """Return a function that lists the names of what matches."""
    a1, a2 = {"Name": "a", "Value": "1"}, {"Name": "a", "Value": "2"}
    put("one", Value=1.0, Dimensions=[a1])
    put("two", Value=1.0, Dimensions=[a2, {"Name": "b", "Value": "1"}])
    put("two", Value=1.0)
    put("old", Value=1.0, at=MINUTE - timedelta(hours=4))
    return lambda **params: [
        metric["MetricName"] for metric in call("list_metrics", **params)["Metrics"]
    ]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        pytest.param({}, ["one", "two", "two", "old"], id="all"),
        pytest.param(
            {"Namespace": SPACE}, ["one", "two", "two", "old"], id="namespace"
        ),
        pytest.param({"Namespace": "own"}, [], id="other-namespace"),
        pytest.param({"MetricName": "two"}, ["two", "two"], id="name"),
        pytest.param({"Dimensions": [{"Name": "a"}]}, ["one", "two"], id="dimension"),
        pytest.param(
            {"Dimensions": [{"Name": "a", "Value": "2"}]}, ["two"], id="dimension-value"
        ),
        pytest.param(
            {"Dimensions": [{"Name": "a"}, {"Name": "b"}]}, ["two"], id="dimensions"
        ),
        pytest.param({"RecentlyActive": "PT3H"}, ["one", "two", "two"], id="recent"),
    ],
)
def test_listing_is_filtered(listing, params, names):
    assert listing(**params) == names


def test_listed_metric_has_its_dimensions(put, call):
    dimensions = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    put(Value=1.0, Dimensions=dimensions[::-1])

    assert call("list_metrics")["Metrics"] == [
        {"Namespace": SPACE, "MetricName": "orders", "Dimensions": dimensions}
    ]


def test_made_up_list_token_is_refused(call):
    error = refusal(call, "list_metrics", NextToken="x")

    assert error.code == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("params", "code", "words"),
    [
        pytest.param(
            {"StartTime": NOW, "EndTime": NOW},
            "InvalidParameterValue",
            "The parameter StartTime must not equal parameter EndTime.",
            id="no-time",
        ),
        pytest.param(
            {"StartTime": NOW, "EndTime": NOW - HOUR},
            "InvalidParameterValue",
            "The parameter StartTime must be less than the parameter EndTime.",
            id="backwards",
        ),
        pytest.param(
            {"period": 61}, "InvalidParameterValue", "multiple of 60", id="period"
        ),
        pytest.param(
            {"StartTime": NOW - timedelta(days=1, minutes=1), "EndTime": NOW},
            "InvalidParameterCombination",
            "You have requested up to 1441 datapoints, which exceeds the limit of 1440."
            " You may reduce the datapoints requested by increasing Period, or decreasing"
            " the time range.",
            id="too-many",
        ),
        pytest.param(
            {"ExtendedStatistics": ["p50"]},
            "InvalidParameterCombination",
            "mutually exclusive",
            id="both-kinds",
        ),
    ],
)
def test_statistics_that_are_not_in_order_are_refused(read, params, code, words):
    error = refusal(read, "Sum", **params)

    assert error.code == code
    assert words in error.message


def test_1440_datapoints_are_given(read):
    assert read("Sum", StartTime=NOW - timedelta(days=1), EndTime=NOW) == []


def test_statistics_without_a_statistic_are_refused(call):
    error = refusal(
        call,
        "get_metric_statistics",
        Namespace=SPACE,
        MetricName="orders",
        Period=60,
        StartTime=NOW - HOUR,
        EndTime=NOW,
    )

    assert error.code == "MissingParameter"


def test_extended_statistic_that_is_no_percentile_is_refused(call):
    error = refusal(
        call,
        "get_metric_statistics",
        Namespace=SPACE,
        MetricName="orders",
        Period=60,
        StartTime=NOW - HOUR,
        EndTime=NOW,
        ExtendedStatistics=["tm90"],
    )

    assert error.code == "InvalidParameterValue"
    assert "tm90" in error.message


@pytest.fixture
def series(put):
    """Put three metrics of five minutes each; return the times, oldest first."""
    times = [MINUTE - timedelta(minutes=minutes) for minutes in (9, 7, 5, 3, 1)]
    for number, at in enumerate(times):
        for factor, name in ((1, "ones"), (10, "tens"), (100, "hundreds")):
            put(name, Value=float(number * factor), at=at)
    return times


def test_data_of_several_metrics_newest_first(data, series):
    answer = data(("ones", "Sum"), ("tens", "p50"), ("none", "Sum"))

    assert answer["MetricDataResults"] == [
        {
            "Id": "q0",
            "Label": "ones",
            "Timestamps": series[::-1],
            "Values": [4.0, 3.0, 2.0, 1.0, 0.0],
            "StatusCode": "Complete",
        },
        {
            "Id": "q1",
            "Label": "tens",
            "Timestamps": series[::-1],
            "Values": [40.0, 30.0, 20.0, 10.0, 0.0],
            "StatusCode": "Complete",
        },
        {
            "Id": "q2",
            "Label": "none",
            "Timestamps": [],
            "Values": [],
            "StatusCode": "Complete",
        },
    ]
    assert "NextToken" not in answer


@pytest.mark.parametrize("order", ["TimestampAscending", "TimestampDescending"])
@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 14, 15])
def test_pages_give_every_datapoint_once_in_order(data, series, order, size):
    queries = [("ones", "Sum"), ("tens", "Sum"), ("none", "Sum"), ("hundreds", "Sum")]
    whole = data(*queries, ScanBy=order)["MetricDataResults"]
    got = {result["Id"]: [] for result in whole}
    status, token = {}, {}
    while token is not None:
        page = data(*queries, ScanBy=order, MaxDatapoints=size, **token)
        results = page["MetricDataResults"]
        assert 0 < sum(len(result["Values"]) for result in results) <= size
        for result in results:
            got[result["Id"]] += zip(
                result["Timestamps"], result["Values"], strict=True
            )
            status[result["Id"]] = result["StatusCode"]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else None

    assert got == {
        result["Id"]: list(zip(result["Timestamps"], result["Values"], strict=True))
        for result in whole
    }
    assert set(status.values()) == {"Complete"}


def test_part_of_a_metrics_data_says_so(data, series):
    page = data(("ones", "Sum"), MaxDatapoints=2)

    assert page["MetricDataResults"][0]["StatusCode"] == "PartialData"


def test_data_is_put_together_by_periods(data, series):
    answer = data(("ones", "Sum"), period=300, StartTime=series[0])

    assert answer["MetricDataResults"][0]["Values"] == [7.0, 3.0]


def query(**members):
    stat = {
        "Metric": {"Namespace": SPACE, "MetricName": "ones"},
        "Period": 60,
        "Stat": "Sum",
    }
    return {"Id": "q", "MetricStat": stat} | members


@pytest.fixture
def ask(call):
    """Return a function that sends raw queries."""
    return lambda *queries, **params: call(
        "get_metric_data",
        MetricDataQueries=list(queries),
        **({"StartTime": NOW - HOUR, "EndTime": NOW} | params),
    )


def test_query_may_have_a_label_or_return_nothing(ask, series):
    answer = ask(query(Label="Orders"), query(Id="r", ReturnData=False))

    assert [(one["Id"], one["Label"]) for one in answer["MetricDataResults"]] == [
        ("q", "Orders")
    ]


def stat_of(**members):
    return {"MetricStat": query()["MetricStat"] | members}


@pytest.mark.parametrize(
    ("queries", "words"),
    [
        pytest.param(
            [{"Id": "e", "Expression": "q * 2"}], "metric math", id="expression"
        ),
        pytest.param([{"Id": "q"}], "MetricStat and Expression", id="neither"),
        pytest.param([query(Id="Q")], "lowercase", id="id"),
        pytest.param([query(), query()], "unique", id="same-id"),
        pytest.param(
            [query(**stat_of(Stat="p101"))], "valid statistic", id="statistic"
        ),
        pytest.param([query(**stat_of(Period=7))], "multiple of 60", id="period"),
        pytest.param(
            [query(**stat_of(Metric={"MetricName": "x"}))], "Namespace", id="namespace"
        ),
        pytest.param(
            [query(Id=f"q{number}") for number in range(501)], "500", id="too-many"
        ),
    ],
)
def test_query_that_is_not_in_order_is_refused(ask, queries, words):
    error = refusal(ask, *queries)

    assert error.code == "ValidationError"
    assert words in error.message


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"MaxDatapoints": 0}, "ValidationError", id="no-datapoints"),
        pytest.param({"MaxDatapoints": 100_801}, "ValidationError", id="too-many"),
        pytest.param({"EndTime": NOW - HOUR}, "ValidationError", id="no-time"),
        pytest.param({"NextToken": "x"}, "InvalidNextToken", id="made-up-token"),
        pytest.param(
            {"NextToken": "1/"}, "InvalidNextToken", id="token-of-other-queries"
        ),
    ],
)
def test_data_that_is_not_in_order_is_refused(ask, params, code):
    assert refusal(ask, query(), **params).code == code
