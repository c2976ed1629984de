"""`spending`: what each endpoint would cost on AWS, and of all together."""

import re

import pytest

import smnb
from smnb import prices

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def prices_of_eu_west_1():
    """Keep a price of a region, as `smnb.prices.refresh` does."""
    row = {
        "usd": 0.257,
        "unit": "instance-hour",
        "region": "eu-west-1",
        "source": "AWS Price List API",
        "as_of": "2026-11-01",
        "confidence": "high",
    }
    kept = prices.keep("eu-west-1", {"instances": {"ml.m5.xlarge": row}})
    yield
    kept.unlink()
    prices._table.cache_clear()


def test_spending_of_nothing_is_nothing():
    spent = smnb.spending()

    assert (spent.usd, list(spent)) == (0, [])
    assert "0 endpoints: $0 so far" in repr(spent)


def test_spending_counts_hours_of_instances_and_seconds_of_serverless(write_model):
    compute = smnb.RealTime("ml.m5.xlarge", 2)
    with (
        smnb.deploy(write_model(), compute, name="steady"),
        smnb.deploy(write_model(), smnb.Serverless(2048), name="sparing") as sparing,
    ):
        sparing.invoke({"x": 1})

        spent = smnb.spending()

    steady, small = spent
    assert [steady.name, small.name] == ["steady", "sparing"]
    assert steady.usd_this_month == pytest.approx(2 * 0.23 * 730, rel=0.2)
    assert 0 < small.usd < steady.usd
    assert steady.usd_today <= steady.usd
    assert spent.usd == pytest.approx(steady.usd + small.usd)
    assert spent.usd_today == pytest.approx(steady.usd_today + small.usd_today)
    assert re.search(r"so far, .+ today, .+ a month", repr(spent))
    assert (steady.idle, small.idle) == (None, None)
    assert "2 endpoints" in repr(spent)
    shown = spent._repr_html_()
    assert "on AWS; free here" in shown
    # Text between two dollars that no tag parts would be typeset as mathematics.
    assert [part for part in re.split("<[^>]*>", shown) if part.count("$") > 1] == []


def test_spending_says_what_is_unknown(write_model):
    compute = smnb.RealTime("ml.c7i.48xlarge")
    with smnb.deploy(write_model(), compute, name="unpriced"):
        spent = smnb.spending()

    assert spent[0].usd is None
    assert spent.usd is None
    assert "1 endpoint: unknown so far, unknown today" in repr(spent)
    assert "smnb.prices.refresh()" in repr(spent)
    assert "Serverless" not in repr(spent)


def test_spending_of_a_region_is_at_its_prices(write_model, prices_of_eu_west_1):
    session = smnb.Session("local", region="eu-west-1")
    compute = smnb.RealTime("ml.m5.xlarge")
    with smnb.deploy(write_model(), compute, name="elsewhere", session=session):
        (spent,) = smnb.spending(session=session)

    assert spent.usd_this_month == pytest.approx(0.257 * 730, rel=0.2)


def test_spending_says_how_a_serverless_month_comes_about(write_model):
    with smnb.deploy(write_model(), smnb.Serverless(2048), name="sparing") as ep:
        ep.invoke({"x": 1})
        spent = smnb.spending()

    assert spent[0].usd_this_month == pytest.approx(730 * spent[0].usd)
    assert "an hour at least" in repr(spent)
    assert "an hour at least" in spent._repr_html_()
