"""GetMetricStatistics: which samples, periods and statistics it tells."""

from datetime import datetime, timedelta, timezone

import pytest
from metric_calls import HOUR, MINUTE, NOW, SPACE, calls, refusal


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
