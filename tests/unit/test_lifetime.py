"""How long a deployment may stay and what it may cost: read, worked out, refused."""

import warnings
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smnb
from smnb import _hosting, _lifetime, _spending
from smnb.errors import InvalidInputError

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def described(created=NOON, **tags):
    return _hosting.Described(
        name="faces",
        arn="arn:faces",
        status="InService",
        reason="",
        created=created,
        kind="realtime",
        compute="",
        memory_mb=None,
        concurrency=None,
        variant="AllTraffic",
        config="",
        models=(),
        tags={f"smnb:{name}": value for name, value in tags.items()},
    )


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("1.5h", 5400),
        ("3d", 259_200),
        (" 2 h ", 7200),
        (timedelta(minutes=5), 300),
    ],
)
def test_ttl_is_read(ttl, seconds):
    assert _lifetime.parse_ttl(ttl) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "ttl",
    [
        *("2", "h", "2 hours", "-2h", "0s", "", "1h30m", "99999999999d", 7200, 2.0),
        *(timedelta(0), timedelta(hours=-1), timedelta(days=5000)),
    ],
)
def test_ttl_of_another_form_is_refused(ttl):
    with pytest.raises(InvalidInputError, match="no time to live") as caught:
        _lifetime.parse_ttl(ttl)

    assert '"2h"' in caught.value.hint


@given(st.integers(1, 10**6), st.sampled_from("smhd"))
def test_ttl_is_read_or_refused_whatever_its_number(number, unit):
    try:
        length = _lifetime.parse_ttl(f"{number}{unit}")
    except InvalidInputError:
        length = timedelta(days=3650)

    assert timedelta(0) < length <= timedelta(days=3650)


@given(st.integers(1, 10**6))
def test_expiry_is_read_back_from_its_tag(seconds):
    tags = _lifetime.tags(timedelta(seconds=seconds))
    left = _hosting.expiry_in(tags) - datetime.now(timezone.utc)

    assert timedelta(seconds=seconds - 5) <= left <= timedelta(seconds=seconds)


def test_no_ttl_is_no_tag():
    assert _lifetime.tags(None) == {}
    assert described().expires is None


@pytest.mark.parametrize(
    ("tag", "expires"),
    [
        pytest.param("2026-01-01T12:00:00+00:00", NOON, id="utc"),
        pytest.param("2026-01-01T14:00:00+02:00", NOON, id="another-zone"),
        pytest.param("2026-01-01T12:00:00", NOON, id="no-zone"),
        pytest.param("tomorrow", None, id="not-ours"),
    ],
)
def test_expiry_tag_is_read(tag, expires):
    assert described(expires=tag).expires == expires


@pytest.mark.parametrize("usd", [0, -1, float("inf"), float("nan"), "5", None])
def test_budget_must_be_dollars_above_zero(usd):
    with pytest.raises(InvalidInputError, match="no number of dollars"):
        smnb.Budget(usd)


def test_budget_must_do_something_known():
    with pytest.raises(InvalidInputError, match="then='stop'"):
        smnb.Budget(5, then="stop")


@pytest.mark.parametrize("budget", [5, 0.5, smnb.Budget(5), smnb.Budget(1, "delete")])
def test_budget_is_read_back_from_its_tag(budget):
    tag = _spending.budget_tag(budget)["smnb:budget"]
    kept = budget if isinstance(budget, smnb.Budget) else smnb.Budget(budget)

    assert _spending.budget_of(described(budget=tag)) == kept


@pytest.mark.parametrize("tag", ["", "five warn", "5", "5 explode"])
def test_budget_of_an_unreadable_tag_is_none(tag):
    assert _spending.budget_of(described(budget=tag)) is None


@pytest.mark.parametrize(
    ("compute", "known", "usd", "at_most"),
    [
        pytest.param(smnb.RealTime("ml.m5.xlarge"), {}, 0.46, False, id="real-time"),
        pytest.param(smnb.RealTime("ml.m5.xlarge", 3), {}, 1.38, False, id="three"),
        pytest.param(
            smnb.RealTime("ml.m5.xlarge"), {"most": 4}, 1.84, True, id="scaled"
        ),
        pytest.param(smnb.Async("ml.m5.xlarge"), {}, 0.46, True, id="async"),
        pytest.param(
            smnb.Async("ml.m5.xlarge", max_count=2), {}, 0.92, True, id="async-two"
        ),
        pytest.param(
            smnb.Serverless(2048), {"busy_s": 100}, 0.004, False, id="serverless"
        ),
        pytest.param(
            smnb.Serverless(2048), {"busy_s": 0}, 0, False, id="serverless-idle"
        ),
        pytest.param(smnb.Serverless(2048), {}, None, False, id="not-measured"),
        pytest.param(
            smnb.Serverless(2048, 2, 1), {"busy_s": 1}, None, False, id="provisioned"
        ),
        pytest.param(smnb.RealTime("ml.z9.large"), {}, None, False, id="price-unknown"),
    ],
)
def test_cost_so_far(compute, known, usd, at_most):
    spent = _spending.cost_so_far(compute, created=NOON, now=NOON + 2 * HOUR, **known)

    assert spent.usd == (None if usd is None else pytest.approx(usd))
    assert spent.at_most == at_most


def test_cost_says_how_far_it_is_known():
    bound = _spending.cost_so_far(smnb.Async(), created=NOON, now=NOON + HOUR)
    unknown = _spending.cost_so_far(smnb.Serverless(), created=NOON, now=NOON + HOUR)

    assert str(bound).startswith("at most $0.23 (1 h of ml.m5.xlarge")
    assert str(unknown).startswith("unknown (CloudWatch")


def test_cost_in_a_region_whose_prices_are_not_known_is_unknown():
    at = {"created": NOON, "now": NOON + HOUR, "region": "eu-nowhere-1"}

    instances = _spending.cost_so_far(smnb.RealTime(), **at)
    serverless = _spending.cost_so_far(smnb.Serverless(2048), busy_s=1, **at)

    assert (instances.usd, serverless.usd) == (None, None)
    assert "eu-nowhere-1 unknown" in serverless.why


@pytest.mark.parametrize(
    ("compute", "region", "is_watched"),
    [
        pytest.param(smnb.RealTime("ml.m5.xlarge"), "us-east-1", True, id="instances"),
        pytest.param(smnb.Serverless(2048), "us-east-1", True, id="serverless"),
        pytest.param(smnb.Serverless(2048), "eu-nowhere-1", False, id="region"),
        pytest.param(smnb.RealTime("ml.z9.large"), "us-east-1", False, id="type"),
        pytest.param(smnb.Serverless(2048, 2, 1), "us-east-1", False, id="provisioned"),
    ],
)
def test_budget_is_watched_where_the_price_is_known(compute, region, is_watched):
    session = smnb.Session("http://127.0.0.1:9", region=region)

    assert (_spending.unwatched(session, compute) is None) == is_watched


@pytest.fixture
def local():
    """Return a session that nothing is asked of."""
    return smnb.Session("http://127.0.0.1:9")


def long_ago():
    return datetime.now(timezone.utc) - 1000 * HOUR


@pytest.mark.parametrize(
    ("compute", "budget", "deletes"),
    [
        pytest.param(
            "realtime instance_type=ml.m5.xlarge", "5 delete", True, id="spent"
        ),
        pytest.param(
            "realtime instance_type=ml.m5.xlarge", "5 warn", False, id="warns"
        ),
        pytest.param(
            "realtime instance_type=ml.m5.xlarge", "5000 delete", False, id="left"
        ),
        pytest.param("async instance_type=ml.m5.xlarge", "5 delete", False, id="bound"),
        pytest.param(
            "realtime instance_type=ml.z9.large", "5 delete", False, id="unknown"
        ),
    ],
)
def test_budget_deletes_only_what_is_known_to_be_spent(local, compute, budget, deletes):
    found = described(long_ago(), compute=compute, budget=budget)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        deleted = _spending.check(local, found)

    assert deleted == deletes


def test_budget_is_looked_at_once_a_minute_by_calls(local, recwarn):
    found = described(
        long_ago(), compute="realtime instance_type=ml.m5.xlarge", budget="5 warn"
    )
    with pytest.warns(
        UserWarning, match=r"faces would have cost on AWS \$230.*\$5\.00"
    ):
        _spending.check_at_a_call(local, found)
    _spending.check_at_a_call(local, found)

    assert not recwarn
