"""What an endpoint's idle hours have cost, and what all together come to."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from smnb._compute import RealTime, to_tag
from smnb._expenses import Expense, Spending, expense
from smnb._hosting import TAG_COMPUTE, Described

HERE = SimpleNamespace(
    region="us-east-1", label="local", target=SimpleNamespace(bills=False)
)


def costs(*, hours_old, called_hours_ago=None):
    now, compute = datetime.now(timezone.utc), RealTime("ml.m5.xlarge", 2)
    found = Described(
        name="steady",
        arn="arn",
        status="InService",
        reason="",
        created=now - timedelta(hours=hours_old),
        compute=str(compute),
        variant="AllTraffic",
        config="steady-1",
        models=("steady-1",),
        tags={TAG_COMPUTE: to_tag(compute)},
        kind="realtime",
        memory_mb=None,
        concurrency=None,
    )
    called = None
    if called_hours_ago is not None:
        called = now - timedelta(hours=called_hours_ago)
    return expense(HERE, found, called, now)


def row(**dollars):
    dollars = {"usd": 1.0, "usd_today": 0.5, "usd_this_month": 30.0, **dollars}
    return Expense("a", "real-time", at_most=False, idle=None, idle_usd=None, **dollars)


def test_idle_hours_are_said_with_what_they_cost():
    made = costs(hours_old=10, called_hours_ago=3)

    assert made.usd == pytest.approx(4.60, abs=0.005)
    assert made.idle == timedelta(hours=3)
    assert made.idle_usd == pytest.approx(1.38, abs=0.005)
    assert "for 3 h, which cost $1.38" in repr(Spending([made], session=HERE))


def test_endpoint_that_was_called_within_the_hour_is_not_idle():
    assert costs(hours_old=10, called_hours_ago=0.5).idle is None


def test_endpoint_that_was_never_called_is_idle_since_it_was_made():
    assert costs(hours_old=5).idle == timedelta(hours=5)


def test_idle_for_longer_than_is_looked_back_is_said_to_be_so():
    made = costs(hours_old=24 * 30)

    assert made.idle_usd == pytest.approx(11.04, abs=0.005)
    shown = repr(Spending([made], session=HERE))
    assert "for 24 h or more, $11.04 a day" in shown


def test_totals_are_of_all_and_unknown_if_one_is():
    both = Spending([row(), row(usd=2.0)], session=HERE)
    unknown = Spending([row(), row(usd_today=None)], session=HERE)

    assert (both.usd, both.usd_today, both.usd_this_month) == (3.0, 1.0, 60.0)
    assert "2 endpoints: $3.00 so far, $1.00 today, $60.00 a month" in repr(both)
    assert (unknown.usd, unknown.usd_today) == (2.0, None)
