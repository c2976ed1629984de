"""`quote`: AWS's own examples to the cent, and what is unknown stays unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb import prices
from smnb._compute import Async, Batch, RealTime, Serverless
from smnb._quote import HOURS_A_MONTH, quote
from smnb._rate import rate_text
from smnb.errors import InvalidInputError

SIZES = [1024, 2048, 3072, 4096, 5120, 6144]
# One of each kind, with a price that is known.
COMPUTES = [
    Serverless(2048),
    RealTime("ml.m5.xlarge", 2),
    Async("ml.m5.xlarge"),
    Batch("ml.m5.xlarge", 3),
]
amounts = st.floats(0, 1e9)


@pytest.mark.parametrize(
    ("memory_mb", "usd_per_s"),
    [
        (1024, 2e-5),
        (2048, 4e-5),
        (3072, 6e-5),
        (4096, 8e-5),
        (5120, 1e-4),
        (6144, 1.2e-4),
    ],
)
def test_quote_of_serverless_is_awssprices(memory_mb, usd_per_s):
    made = quote(Serverless(memory_mb), duration_s=1)

    assert made.usd_per_call == pytest.approx(usd_per_s, rel=1e-12)


@pytest.mark.parametrize(
    ("compute", "traffic", "usd_per_month"),
    [
        pytest.param(RealTime("ml.m5.xlarge"), {}, 167.90, id="one-m5-xlarge"),
        pytest.param(RealTime("ml.m5.large"), {}, 83.95, id="one-m5-large"),
        pytest.param(
            RealTime("ml.m5.xlarge", 3), {"storage_gb": 30}, 516.30, id="with-volumes"
        ),
        pytest.param(
            RealTime("ml.m5.xlarge"),
            {"calls_per_month": 1024, "payload_mb": 64, "response_mb": 64},
            169.95,
            id="with-data-both-ways",
        ),
        pytest.param(
            Serverless(2048),
            {"calls_per_month": 300_000, "duration_s": 0.1},
            1.20,
            id="serverless",
        ),
        pytest.param(
            Serverless(6144), {"calls_per_month": 0}, 0.0, id="serverless-idle"
        ),
        pytest.param(
            Async("ml.m5.xlarge", concurrency=1),
            {"calls_per_month": 60, "duration_s": 600},
            2.30,
            id="async-at-zero-but-for-10-h",
        ),
        pytest.param(
            Async("ml.m5.xlarge", concurrency=1, max_count=2),
            {"calls_per_month": 1e9, "duration_s": 600},
            335.80,
            id="async-never-more-than-its-instances",
        ),
        pytest.param(
            Batch("ml.m5.xlarge", 2),
            {"calls_per_month": 30, "duration_s": 1800},
            6.90,
            id="batch-of-two-instances",
        ),
    ],
)
def test_quote_by_the_month(compute, traffic, usd_per_month):
    made = quote(compute, **traffic)

    assert made.usd_per_month == pytest.approx(usd_per_month, abs=0.005)


def test_quote_meets_an_instance_at_21_million_calls():
    per_call = quote(Serverless(2048), duration_s=0.2).usd_per_call
    instance = quote(RealTime("ml.m5.xlarge")).usd_per_month

    assert per_call == pytest.approx(0.000008)
    assert instance / per_call == pytest.approx(20_987_500)


@pytest.mark.parametrize(
    ("compute", "traffic"),
    [
        pytest.param(Serverless(), {}, id="no-traffic"),
        pytest.param(Serverless(), {"calls_per_month": 5}, id="no-duration"),
        pytest.param(Async(), {"duration_s": 5}, id="no-calls"),
        pytest.param(Batch(), {}, id="no-jobs"),
        pytest.param(RealTime(), {"payload_mb": 1}, id="data-of-unknown-calls"),
        pytest.param(RealTime("ml.c7i.48xlarge"), {}, id="no-price"),
        pytest.param(RealTime(), {"region": "ap-nowhere-1"}, id="no-region"),
        pytest.param(
            Serverless(provisioned_concurrency=1),
            {"calls_per_month": 5, "duration_s": 1},
            id="no-price-of-provisioned-concurrency",
        ),
    ],
)
def test_quote_keeps_what_is_unknown(compute, traffic):
    made = quote(compute, **traffic)

    assert made.usd_per_month is None
    assert "unknown" in repr(made)
    assert "unknown" in made._repr_html_()


def test_quote_of_no_calls_needs_no_duration():
    assert quote(Serverless(), calls_per_month=0).usd_per_month == 0


@pytest.mark.parametrize("compute", COMPUTES, ids=lambda c: c.kind)
@given(calls=amounts, more=amounts, duration_s=st.floats(0, 3600), mb=st.floats(0, 100))
def test_quote_never_falls_with_traffic(compute, calls, more, duration_s, mb):
    few = quote(compute, calls_per_month=calls, duration_s=duration_s, payload_mb=mb)
    many = quote(
        compute, calls_per_month=calls + more, duration_s=duration_s, payload_mb=mb
    )

    assert few.usd_per_month <= many.usd_per_month


@given(size=st.sampled_from(SIZES), calls=amounts, duration_s=st.floats(0, 60))
def test_quote_of_serverless_is_calls_times_the_price_of_a_call(
    size, calls, duration_s
):
    made = quote(
        Serverless(size), calls_per_month=calls, duration_s=duration_s, payload_mb=1
    )

    assert made.usd_per_month == pytest.approx(calls * made.usd_per_call, rel=1e-9)


@given(duration_s=st.floats(0.001, 60), gb=st.integers(1, 6))
def test_quote_is_linear_in_memory(duration_s, gb):
    one = quote(Serverless(1024), duration_s=duration_s).usd_per_call

    made = quote(Serverless(1024 * gb), duration_s=duration_s)

    assert made.usd_per_call == pytest.approx(gb * one)


@pytest.mark.parametrize(
    ("compute", "traffic", "usd"),
    [
        pytest.param(RealTime("ml.m5.xlarge"), {}, 125 * 0.23, id="125-hours"),
        pytest.param(RealTime("ml.m5.large"), {}, 0, id="another-instance"),
        pytest.param(
            Serverless(2048),
            {"calls_per_month": 1_000_000, "duration_s": 1},
            6.0,
            id="150000-seconds",
        ),
        pytest.param(
            Serverless(2048),
            {"calls_per_month": 100, "duration_s": 1},
            0.004,
            id="no-more-than-is-used",
        ),
        pytest.param(Async("ml.m5.xlarge"), {}, 0, id="async-has-none"),
    ],
)
def test_quote_tells_the_free_tier_beside_the_sum(compute, traffic, usd):
    made = quote(compute, **traffic)

    assert made.free_tier_usd == pytest.approx(usd)


def test_quote_of_an_hour_of_video():
    made = quote(Serverless(2048), duration_s=0.05)

    assert made.usd_per_video_hour(fps=30) == pytest.approx(108_000 * 0.05 * 0.00004)
    assert made.usd_per_video_hour(fps=30, every=10, frames_per_call=4) == (
        pytest.approx(2_700 * 0.05 * 0.00004)
    )


def test_quote_of_an_hour_of_video_is_unknown_without_a_duration():
    assert quote(Serverless()).usd_per_video_hour() is None


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf")])
def test_quote_refuses_what_is_no_amount(amount):
    with pytest.raises(InvalidInputError, match="calls_per_month"):
        quote(Serverless(), calls_per_month=amount)


def test_quote_shows_each_line_with_its_date():
    shown = repr(
        quote(
            RealTime("ml.m5.xlarge"), calls_per_month=1000, payload_mb=1, storage_gb=9
        )
    )

    assert "ml.m5.xlarge  $167.90" in shown
    assert "volume" in shown
    assert "data" in shown
    assert "us-east-1, price of 2026-09-28" in shown


def test_prices_of_a_refreshed_region_are_used(tmp_path, monkeypatch):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    row = {
        "usd": 0.257,
        "unit": "instance-hour",
        "region": "eu-west-1",
        "source": "AWS Price List API",
        "as_of": "2026-11-01",
        "confidence": "high",
    }

    prices.keep("eu-west-1", {"instances": {"ml.m5.xlarge": row}})
    try:
        made = quote(RealTime("ml.m5.xlarge"), region="eu-west-1")
        elsewhere = quote(Serverless(), duration_s=1, region="eu-west-1")
    finally:
        prices._table.cache_clear()

    assert made.usd_per_month == pytest.approx(0.257 * HOURS_A_MONTH)
    assert elsewhere.usd_per_call is None


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"instances": null}'])
def test_prices_that_refresh_did_not_write_are_left_aside(tmp_path, monkeypatch, text):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    kept = tmp_path / "prices" / "us-east-1.json"
    kept.parent.mkdir()
    kept.write_text(text)
    prices._table.cache_clear()
    try:
        assert prices.instance_hour("ml.m5.xlarge").usd == 0.23
    finally:
        prices._table.cache_clear()


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        pytest.param(
            Serverless(2048),
            "$0.00004 a second while it runs, $0 idle",
            id="serverless",
        ),
        pytest.param(
            Serverless(2048, provisioned_concurrency=1),
            "provisioned concurrency billed while idle, price unknown",
            id="provisioned",
        ),
        pytest.param(
            RealTime("ml.m5.xlarge"),
            "$0.23/h until deleted · $167.90 a month",
            id="realtime",
        ),
        pytest.param(
            RealTime("ml.m5.xlarge", 2),
            "$0.46/h until deleted · $335.80 a month",
            id="two-instances",
        ),
        pytest.param(
            RealTime("ml.m7i.large"), "price of ml.m7i.large unknown", id="unknown"
        ),
        pytest.param(
            Async("ml.m5.xlarge"),
            "$0.23/h while it works, $0 scaled to zero",
            id="async",
        ),
        pytest.param(
            Async("ml.m5.xlarge", max_count=2), "up to $0.46/h", id="async-scaled-out"
        ),
        pytest.param(Batch("ml.m5.xlarge"), "$0.23/h while a job runs", id="batch"),
    ],
)
def test_rate_is_said_without_any_traffic(compute, expected):
    assert expected in quote(compute).cost


def test_large_and_small_amounts_are_written_in_full():
    fleet = quote(RealTime("ml.p5.48xlarge", 10), calls_per_month=1e6, payload_mb=9)
    jobs = quote(Batch("ml.m5.xlarge"), calls_per_month=90_000, duration_s=7200)

    assert "$1,130.68/h until deleted" in fleet.text
    assert "8,789 GB" in repr(fleet)
    assert "180,000 h of jobs" in repr(jobs)


def test_price_of_a_region_is_written_with_all_its_digits():
    price = replace(prices.serverless_gb_second(), usd=0.000022)

    assert rate_text(Serverless(1024), 0.0, price).startswith("$0.000022 a second")


def test_work_of_a_queue_says_how_many_requests_it_takes_at_a_time():
    made = quote(Async(concurrency=4), calls_per_month=720, duration_s=60)

    assert made.usd_per_month == pytest.approx(3 * 0.23)
    assert "3 h of work, 4 requests at a time" in repr(made)


def test_quote_of_a_queue_says_that_its_instances_do_not_suffice():
    made = quote(Async(concurrency=1), calls_per_month=1e6, duration_s=36)

    assert made.usd_per_month == pytest.approx(167.90)
    assert "730 h, all that there are for 10,000 h of work" in repr(made)


def test_quote_of_a_batch_job_has_no_data():
    made = quote(Batch(), calls_per_month=2, duration_s=3600, payload_mb=100)

    assert made.usd_per_month == pytest.approx(0.46)
    assert made.text.endswith("$230.00 per 1k jobs")


def test_call_on_provisioned_concurrency_has_no_known_price():
    made = quote(Serverless(provisioned_concurrency=1), calls_per_month=5, duration_s=1)

    assert (made.usd_per_call, made.free_tier_usd) == (None, 0)


def test_cost_names_region_and_date():
    assert quote(RealTime("ml.m5.xlarge")).cost.endswith(")")
    assert "(us-east-1, " in quote(RealTime("ml.m5.xlarge")).cost


@pytest.mark.parametrize("compute", [Serverless(2048), RealTime(), Async()])
def test_price_of_a_region_that_is_not_known_stays_unknown(compute):
    cost = quote(compute, region="eu-nowhere-1").cost

    assert "unknown" in cost
    assert "us-east-1" not in cost
    assert "smnb.prices.refresh() reads the prices of eu-nowhere-1" in cost
