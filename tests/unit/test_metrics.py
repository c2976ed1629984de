"""Metrics: what is asked of CloudWatch, how its pages are read, how they are shown."""

import re
import sys
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from smnb import _figures, _metrics, _plot, _since
from smnb._figures import Metrics
from smnb._hosting import Described
from smnb._metrics import MEASURES, Ask, Readings
from smnb._plot import Panel
from smnb._session import Session
from smnb.errors import InvalidInputError

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
START = NOW - timedelta(minutes=10)
EVIL = "<script>alert(1)</script>"
Local = SimpleNamespace(label="local", target=SimpleNamespace(bills=False))
PERIODS_S = (1, 5, 10, 20, 30, 60)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return Session("aws", region="us-east-1")


@pytest.fixture
def cloudwatch(session):
    """Answer what is asked of CloudWatch; botocore checks both sides."""
    with Stubber(session.client("cloudwatch")) as stubber:
        yield stubber


def described(kind="serverless", name="churn"):
    return Described(
        name=name,
        arn="arn",
        status="InService",
        reason="",
        created=NOW,
        kind=kind,
        compute="serverless 4096 MB",
        memory_mb=4096 if kind == "serverless" else None,
        concurrency=None,
        variant="AllTraffic",
        config="c",
        models=(),
    )


def minutes(*values):
    """Return one value a minute; None is a gap."""
    return [
        (START + timedelta(minutes=place), float(value))
        for place, value in enumerate(values)
        if value is not None
    ]


def readings(series=None, **totals):
    return Readings(START, NOW, 60, series or {}, totals)


def page(token=None, **results):
    answer = {
        "MetricDataResults": [
            {
                "Id": identity,
                "Label": identity,
                "Timestamps": [time for time, _ in points],
                "Values": [value for _, value in points],
                "StatusCode": "PartialData" if token else "Complete",
            }
            for identity, points in results.items()
        ]
    }
    return {**answer, "NextToken": token} if token else answer


def asked(kind, column):
    one = next(one for one in MEASURES[kind] if one.column == column)
    return Ask("churn", "AllTraffic", one, 60).query("q0")["MetricStat"]


@pytest.mark.parametrize(
    ("kind", "column", "namespace", "metric", "statistic", "dimensions"),
    [
        pytest.param(
            "realtime",
            "invocations",
            "AWS/SageMaker",
            "Invocations",
            "Sum",
            2,
            id="calls",
        ),
        pytest.param(
            "serverless",
            "model_latency_p99_ms",
            "AWS/SageMaker",
            "ModelLatency",
            "p99",
            2,
            id="latency",
        ),
        pytest.param(
            "serverless",
            "cold_starts",
            "AWS/SageMaker",
            "ModelSetupTime",
            "SampleCount",
            2,
            id="cold-starts",
        ),
        pytest.param(
            "async",
            "backlog_size",
            "AWS/SageMaker",
            "ApproximateBacklogSize",
            "Maximum",
            1,
            id="queue-of-the-endpoint-alone",
        ),
        pytest.param(
            "realtime",
            "cpu_utilization_percent",
            "/aws/sagemaker/Endpoints",
            "CPUUtilization",
            "Maximum",
            2,
            id="processor",
        ),
        pytest.param(
            "serverless",
            "memory_peak_mb",
            "smnb/local",
            "MemoryPeak",
            "Maximum",
            2,
            id="local-memory",
        ),
    ],
)
def test_column_asks_for_its_metric(
    kind, column, namespace, metric, statistic, dimensions
):
    stat = asked(kind, column)

    assert (stat["Metric"]["Namespace"], stat["Metric"]["MetricName"]) == (
        namespace,
        metric,
    )
    assert stat["Stat"] == statistic
    assert len(stat["Metric"]["Dimensions"]) == dimensions


@pytest.mark.parametrize("kind", ["realtime", "serverless", "async"])
def test_columns_of_a_kind_are_named_once(kind):
    columns = [one.column for one in MEASURES[kind]]

    assert len(columns) == len(set(columns))


def test_asynchronous_endpoint_has_no_count_of_synchronous_calls():
    assert "Invocations" not in {one.metric for one in MEASURES["async"]}


def test_pages_of_one_metric_are_joined_in_order(session, cloudwatch):
    latency = next(
        one for one in MEASURES["realtime"] if one.column == "model_latency_p50_ms"
    )
    cloudwatch.add_response("get_metric_data", page("more", q0=minutes(1000, 2000)))
    cloudwatch.add_response("get_metric_data", page(q0=minutes(None, None, 3000)))
    points = _metrics.read(
        session, [Ask("churn", "AllTraffic", latency, 60)], START, NOW
    )

    assert points == [minutes(1, 2, 3)]  # microseconds become milliseconds


def test_more_than_500_metrics_take_two_calls(session, cloudwatch):
    found = [described(name=f"e{number}") for number in range(501)]
    cloudwatch.add_response("get_metric_data", page(q0=minutes(0, 2)))
    cloudwatch.add_response("get_metric_data", page(q500=minutes(7)))
    called = _metrics.last_calls(session, found)

    assert called[0] == START + timedelta(minutes=1)
    assert called[500] == START
    assert called[1:500] == [None] * 499
    cloudwatch.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("period_s", "age", "expected"),
    [
        pytest.param(1, timedelta(hours=3), 1, id="seconds"),
        pytest.param(10, timedelta(hours=4), 60, id="seconds-are-gone"),
        pytest.param(60, timedelta(days=15), 60, id="minutes"),
        pytest.param(60, timedelta(days=16), 300, id="minutes-are-gone"),
        pytest.param(900, timedelta(days=16), 900, id="coarse-enough"),
        pytest.param(60, timedelta(days=400), 3600, id="hours"),
    ],
)
def test_period_is_one_that_cloudwatch_keeps(period_s, age, expected):
    assert _metrics._kept_period(period_s, age) == expected


@pytest.mark.parametrize("period_s", [0, -60, 7, 90])
def test_period_that_cloudwatch_does_not_take_is_refused(period_s):
    with pytest.raises(InvalidInputError, match="multiple of 60"):
        _metrics._kept_period(period_s, timedelta(hours=1))


def test_frame_keeps_gaps_and_the_time_axis():
    series = {"invocations": minutes(3, None, 5)}
    frame = Metrics(Local, described(), readings(series)).to_frame()

    assert list(frame.columns) == ["invocations"]
    assert len(frame) == 10
    assert frame.index.name == "time"
    assert str(frame.index.tz) == "UTC"
    assert frame["invocations"].iloc[0] == 3
    assert frame["invocations"].isna().sum() == 8


def test_line_breaks_where_there_is_no_data():
    values = minutes(1, 2, None, 3, 4, None, 5)
    panel = Panel("x", "", {"x": values}, START, NOW, 60)
    drawn = _plot._line(panel, values, 5, 0)

    assert len(re.findall("M", drawn)) == 2
    assert drawn.count("<circle") == 1


def test_nothing_measured_is_said():
    shown = Metrics(Local, described(), readings())

    assert "No data" in repr(shown)
    assert "No data" in shown._repr_html_()


def test_text_and_html_say_the_same_words():
    series = {
        "invocations": minutes(3),
        "model_latency_p50_ms": minutes(38),
        "model_latency_p99_ms": minutes(71),
        "memory_peak_mb": minutes(1413),
    }
    totals = {name: points[0][1] for name, points in series.items()}
    shown = Metrics(Local, described(), readings(series, **totals))

    for words in (
        "3, 0 errors",
        "p50 38 ms, p99 71 ms",
        "peak 1.38 GB of 4 GB; 2 GB would do",
    ):
        assert words in repr(shown)
        assert words in shown._repr_html_()


def test_html_has_no_script_and_escapes():
    series = {"invocations": minutes(3)}
    shown = Metrics(Local, described(name=EVIL), readings(series, invocations=3))

    assert "<script" not in shown._repr_html_()
    assert "<svg" in shown._repr_html_()


def test_plot_without_matplotlib_is_the_static_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    shown = Metrics(Local, described(), readings())

    assert shown.plot() is shown


def test_plot_draws_each_stretch_between_gaps(monkeypatch):
    import matplotlib as mpl

    mpl.use("Agg")
    series = {"invocations": minutes(1, 2, None, 4)}
    shown = Metrics(Local, described(), readings(series, invocations=7)).plot()

    assert [len(line.get_xdata()) for line in shown.axes[0].lines] == [2, 1]


@pytest.mark.parametrize(
    ("peak_mb", "has_mb", "words"),
    [
        pytest.param(1413, 4096, "1.38 GB of 4 GB; 2 GB would do", id="smaller-fits"),
        pytest.param(1800, 2048, "1.76 GB of 2 GB", id="no-smaller-with-headroom"),
        pytest.param(640, None, "640 MB", id="instance"),
    ],
)
def test_memory_says_which_size_would_do(peak_mb, has_mb, words):
    assert _figures.memory_words(peak_mb, has_mb) == words


def test_memory_on_aws_is_a_share_of_what_there_is():
    measured = readings(memory_utilization_percent=25.0)

    assert _figures.memory_peak_mb(measured, described()) == 1024


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("15 min", NOW - timedelta(minutes=15)),
        ("1.5h", NOW - timedelta(minutes=90)),
        ("2w", NOW - timedelta(days=14)),
        (timedelta(hours=2), NOW - timedelta(hours=2)),
        ("2026-01-01T10:00:00+00:00", NOW - timedelta(hours=2)),
        (NOW - timedelta(days=1), NOW - timedelta(days=1)),
    ],
)
def test_since_names_a_moment(since, expected):
    assert _since.span_start(since, now=NOW) == expected


@pytest.mark.parametrize(
    "since", ["", "1 fortnight", "0s", "-1h", 60, None, "9999999w"]
)
def test_since_that_names_no_past_moment_is_refused(since):
    with pytest.raises(InvalidInputError, match="15m"):
        _since.span_start(since, now=NOW)


@given(
    seconds=st.integers(60, 40 * 86_400),
    period_s=st.sampled_from(PERIODS_S) | st.integers(1, 60).map(lambda n: n * 60),
)
def test_period_of_the_whole_holds_it_or_a_day(seconds, period_s):
    span = timedelta(seconds=seconds)
    kept_s = _metrics._kept_period(period_s, span)
    whole_s = _metrics._whole_period(span, kept_s)

    assert whole_s % 60 == 0
    assert whole_s >= min(seconds, 86_400)
