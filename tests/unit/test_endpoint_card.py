"""Endpoints as a card and as a table: the words, found by name, escaped."""

import inspect
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from smnb import _lookup, _metrics
from smnb._endpoint import Endpoint, card
from smnb._endpoint.calling import Calling
from smnb._hosting import Described
from smnb._lookup import Endpoints
from smnb._metrics import Readings
from smnb.errors import NotFoundError, ServiceError

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
LOCAL = SimpleNamespace(
    label="local", region="us-east-1", target=SimpleNamespace(bills=False)
)
AWS = SimpleNamespace(
    label="aws us-east-1", region="us-east-1", target=SimpleNamespace(bills=True)
)
EVIL = "<script>alert(1)</script>"


DOLLAR = "<span>$</span>"


def described(**changes):
    values = {
        "name": "churn",
        "arn": "arn",
        "status": "InService",
        "reason": "",
        "created": NOW,
        "kind": "serverless",
        "compute": "serverless 4096 MB",
        "memory_mb": 4096,
        "concurrency": 5,
        "variant": "AllTraffic",
        "config": "c",
        "models": (),
        "tags": {"smnb:compute": "serverless memory_mb=4096 max_concurrency=5"},
    }
    return Described(**{**values, **changes})


REALTIME = described(
    kind="realtime", compute="real-time ml.m5.xlarge x 2", memory_mb=None
)


@pytest.fixture
def measured(monkeypatch):
    """Say what the metrics of the last hour are."""

    def say(**totals):
        found = Readings(NOW - timedelta(hours=1), NOW, 300, {}, totals)
        monkeypatch.setattr(_metrics, "measure", lambda *_a, **_k: found)

    return say


@pytest.fixture
def last_calls(monkeypatch):
    monkeypatch.setattr(
        _lookup._metrics, "last_calls", lambda _s, found: [None] * len(found)
    )


def test_card_says_price_use_and_what_to_do_next(measured):
    measured(
        invocations=1643,
        model_latency_p50_ms=38,
        model_latency_p99_ms=71,
        memory_peak_mb=1413,
    )
    shown = card.card(LOCAL, described()).replace(DOLLAR, "$")

    for words in (
        "InService · serverless 4096 MB",
        "$0.00008 a second while it runs, $0 idle",
        "p50 38 ms, p99 71 ms, last hour",
        "1,643 in the last hour, 0 errors",
        "1.38 GB of 4 GB; 2 GB would do",
        "<code>ep.update(memory_mb=2048)</code>",
    ):
        assert words in shown


def test_card_without_the_right_to_metrics_shows_the_rest(monkeypatch):
    def denied(*_args, **_options):
        raise ServiceError("Reading the metrics: denied", hint="?")

    monkeypatch.setattr(_metrics, "measure", denied)
    shown = card.card(LOCAL, described()).replace(DOLLAR, "$")

    assert "cannot be read: Reading the metrics: denied" in shown
    assert "$0 idle" in shown


def test_card_of_a_failed_endpoint_says_why_and_how_to_learn_more(measured):
    measured()
    shown = card.card(LOCAL, described(status="Failed", reason=EVIL))

    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "ep.explain()" in shown


@pytest.mark.parametrize(
    ("session", "found", "words"),
    [
        pytest.param(AWS, described(), "$0 idle, $0.00008/s at work", id="serverless"),
        pytest.param(AWS, REALTIME, "$0.46", id="instances"),
        pytest.param(LOCAL, REALTIME, "$0 ($0.46 on AWS)", id="local"),
        pytest.param(
            AWS,
            described(kind="async", compute="async ml.m5.xlarge"),
            "$0.23 while it works",
            id="async",
        ),
        pytest.param(
            AWS,
            described(kind="realtime", compute="real-time ml.new.xlarge"),
            "unknown",
            id="no-price",
        ),
    ],
)
def test_hourly_price_is_of_now(session, found, words):
    assert card.hourly_words(session, found) == words


@pytest.mark.parametrize(
    ("expires", "words"),
    [
        pytest.param("2026-01-01T12:30:00+00:00", "30 min left", id="minutes"),
        pytest.param("2026-01-01T17:00:00+00:00", "5.0 h left", id="hours"),
        pytest.param("2026-01-09T12:00:00", "8 days left", id="days-without-zone"),
        pytest.param("2026-01-01T11:00:00+00:00", "expired", id="past"),
    ],
)
def test_time_to_live_is_what_is_left(expires, words):
    assert card.ttl_words(described(tags={"smnb:expires": expires}), NOW) == words


def test_endpoint_is_found_by_name_and_place(last_calls):
    found = Endpoints(LOCAL, [described(), described(name="talks")])

    assert found["talks"] is found[1]
    assert found._ipython_key_completions_() == ["churn", "talks"]


def test_unknown_name_is_said(last_calls):
    with pytest.raises(NotFoundError, match="no endpoint chrun among these 1"):
        Endpoints(LOCAL, [described()])["chrun"]


def test_table_says_the_same_as_text_and_html(last_calls):
    found = Endpoints(LOCAL, [described(), REALTIME])

    for words in ("serverless 4096 MB", "$0 ($0.46 on AWS)", "not in 24 h", "none"):
        assert words in repr(found)
        assert words in found._repr_html_().replace(DOLLAR, "$")


def test_table_without_the_right_to_metrics_shows_the_rest(monkeypatch):
    def denied(*_args):
        raise ServiceError("Reading the metrics: denied", hint="?")

    monkeypatch.setattr(_lookup._metrics, "last_calls", denied)

    assert "unknown" in repr(Endpoints(LOCAL, [described()]))


def test_no_endpoints_says_where():
    assert repr(Endpoints(AWS, [])) == "no endpoints (aws us-east-1)"


def test_endpoint_that_cannot_be_looked_at_is_shown_all_the_same(aws):
    found = aws()
    for _ in ("text", "HTML"):
        found.refuses("sagemaker", "describe_endpoint", "ExpiredTokenException")
    ep = Endpoint("churn", session=found.session)

    assert repr(ep).startswith("Endpoint churn · not known. ")
    assert ep._repr_html_() is None  # the text is shown


def test_invoke_by_name_takes_what_the_endpoint_takes(monkeypatch):
    monkeypatch.setattr(Endpoint, "invoke", lambda _self, x, **options: (x, options))
    names = [*inspect.signature(Calling.invoke).parameters][2:]
    options = dict.fromkeys(names)

    assert _lookup.invoke("churn", 1, session=AWS, **options) == (1, options)
