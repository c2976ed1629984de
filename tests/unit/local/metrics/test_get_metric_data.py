"""GetMetricData: several metrics at once, in pages."""

from datetime import timedelta

import pytest
from metric_calls import HOUR, MINUTE, NOW, SPACE, refusal


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
