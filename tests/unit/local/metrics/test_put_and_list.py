"""PutMetricData at its limits, and ListMetrics."""

from datetime import timedelta

import pytest
from metric_calls import MINUTE, NOW, SPACE, refusal

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
