"""A row says what an endpoint is, does, costs and needs; what is unknown is None."""

from datetime import timedelta

import pytest
from seen_endpoints import NOW, described, seen, setting

from smnb._compute import Async, RealTime, Serverless, to_tag
from smnb._hosting import TAG_EXPIRES, TAG_OVERFLOW
from smnb.jupyter.use import MINUTES, Use, samples
from smnb.jupyter.views import burn
from smnb.jupyter.views.rows import row

MINUTE = int(NOW.timestamp() // 60)
BUSY = Use(
    calls={MINUTE - 3: 10.0, MINUTE - 1: 5.0},
    errors={MINUTE - 1: 1.0},
    p50_ms=31.0,
    p99_ms=71.0,
    mean_ms=100.0,
    last_call_at=(MINUTE - 1) * 60.0,
)


def made(compute, **changes):
    return row(seen(compute, **changes), setting())


def test_serverless_endpoint_in_service():
    shown = made(Serverless(2048), use=BUSY)

    assert (shown["status"], shown["kind"]) == ("InService", "serverless")
    assert (shown["compute"], shown["memory_mb"]) == ("serverless 2 GB", 2048)
    assert shown["usd_per_hour"] == 0.0
    # 1,000 calls of 0.1 s with 2 GB at $0.00002 a GB-second.
    assert shown["usd_per_1k"] == pytest.approx(0.004)
    assert shown["rate_per_min"] == pytest.approx(3.0)
    assert (shown["error_count"], shown["all_failing"]) == (1, False)
    assert shown["requests_per_min"][-4:] == [10.0, 0.0, 5.0, 0.0]
    assert shown["last_call_at"] == (MINUTE - 1) * 60_000
    assert shown["attention"] == 3
    assert shown["phase"] is shown["idle"] is shown["twin"] is shown["failure"] is None


def test_what_could_not_be_read_is_unknown_not_zero():
    shown = made(Serverless(2048), use=None)

    assert shown["requests_per_min"] == [None] * MINUTES
    for name in ("rate_per_min", "p50_ms", "p99_ms", "error_count", "usd_per_1k"):
        assert shown[name] is None, name
    assert not shown["all_failing"]


def test_endpoint_of_others_without_a_known_type_costs_unknown():
    found = described(RealTime("ml.m5.large"), tags={"smnb:compute": "of the future"})
    found = found.__class__(**{**vars(found), "instance_type": None})
    shown = row(seen(RealTime(), found=found), setting())

    assert shown["usd_per_hour"] is None


def test_instances_cost_by_how_many_are_up():
    shown = made(RealTime("ml.m5.xlarge", 2), instances=3, use=BUSY)

    assert shown["compute"] == "ml.m5.xlarge x 2"
    assert shown["usd_per_hour"] == pytest.approx(3 * 0.23)


def test_instances_that_nobody_calls_are_idle():
    called = (NOW - timedelta(hours=2)).timestamp()
    shown = made(RealTime("ml.m5.xlarge"), use=Use(last_call_at=called))

    assert shown["idle"]["since"] == pytest.approx(called * 1000)
    assert shown["idle"]["usd"] == pytest.approx(0.46, rel=0.02)
    assert shown["attention"] == 1


@pytest.mark.parametrize(
    ("compute", "hours"), [(RealTime(), 0.5), (Serverless(2048), 2), (Async(), 2)]
)
def test_what_is_called_or_costs_nothing_is_not_idle(compute, hours):
    called = (NOW - timedelta(hours=hours)).timestamp()

    assert made(compute, use=Use(last_call_at=called))["idle"] is None


def test_call_of_an_endpoint_before_it_is_not_its_own():
    before = (NOW - timedelta(hours=4)).timestamp()
    shown = made(RealTime(), use=Use(last_call_at=before))

    assert shown["last_call_at"] is None
    assert shown["idle"]["since"] == pytest.approx(shown["created_at"], abs=1000)


@pytest.mark.parametrize(
    ("begun", "step"),
    [(False, (3, "Starting container")), (True, (4, "Waiting for its health check"))],
)
def test_creating_says_how_far_it_is(begun, step):
    shown = made(Serverless(2048), status="Creating", has_begun=begun, last_took_s=185)

    phase = shown["phase"]
    assert (phase["index"], phase["label"], phase["of"]) == (*step, 4)
    assert phase["since"] == shown["created_at"]
    assert phase["last_took_s"] == 185
    assert shown["attention"] == 2


@pytest.mark.parametrize(
    ("before", "after", "words", "usd"),
    [
        (Serverless(4096), Serverless(2048), ("4 GB", "2 GB"), 0.0),
        (
            RealTime("ml.c5.large"),
            RealTime("ml.c5.large", 2),
            ("1 instance", "2 instances"),
            0.204,
        ),
        (
            Serverless(2048),
            RealTime("ml.c5.large"),
            ("serverless 2 GB", "ml.c5.large"),
            0.102,
        ),
        (
            Serverless(2048, 5),
            Serverless(2048, 9),
            ("5 at a time", "9 at a time"),
            0.0,
        ),
    ],
)
def test_updating_says_from_what_to_what(before, after, words, usd):
    change = made(before, status="Updating", pending=after)["change"]

    assert (change["before"], change["after"]) == words
    assert change["usd_per_hour_after"] == pytest.approx(usd)


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        ("Creating", (1, "Starting the new version")),
        ("ActivatingTraffic", (2, "Moving calls to the new version")),
        ("Baking", (3, "Watching the alarms")),
        ("Deleting", (4, "Removing the old version")),
    ],
)
def test_updating_says_how_far_aws_is(stage, step):
    began = NOW - timedelta(minutes=1)
    phase = made(Serverless(2048), status="Updating", stage=stage, staged=began)[
        "phase"
    ]

    assert (phase["index"], phase["label"], phase["of"]) == (*step, 4)
    assert phase["since"] == pytest.approx(began.timestamp() * 1000, abs=1)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Updating", ""),
        ("Updating", "Updating"),
        ("RollingBack", "Creating"),
        ("SystemUpdating", ""),
    ],
)
def test_step_that_aws_does_not_tell_is_not_drawn(status, stage):
    assert made(Serverless(2048), status=status, stage=stage)["phase"] is None


def test_deleting_says_what_goes():
    phase = made(Serverless(2048), status="Deleting")["phase"]

    assert phase["label"] == "endpoint, configuration, model"


def test_failed_comes_first():
    failure = {"cause": "No module", "fix": "Add it", "reason": "AWS says"}
    shown = made(Serverless(2048), status="Failed", failure=failure)

    assert (shown["failure"], shown["attention"]) == (failure, 0)


@pytest.mark.parametrize(("minutes", "attention"), [(30, 1), (300, 4)])
def test_end_that_is_near_needs_attention(minutes, attention):
    ends = (NOW + timedelta(minutes=minutes)).isoformat()
    shown = made(Serverless(2048), tags={TAG_EXPIRES: ends}, use=Use())

    assert shown["attention"] == attention


def test_all_calls_failing_needs_attention_first():
    use = Use(calls={MINUTE: 2.0}, errors={MINUTE: 2.0})
    shown = made(Serverless(2048), use=use)

    assert (shown["all_failing"], shown["attention"]) == (True, 0)


@pytest.mark.parametrize(("up", "usd"), [(None, 0.0), (0, 0.0), (2, 0.46)])
def test_twin_costs_by_what_is_up(up, usd):
    main = seen(Serverless(2048), tags={TAG_OVERFLOW: to_tag(Async("ml.m5.xlarge"))})
    twins = []
    if up is not None:
        twins = [seen(Async("ml.m5.xlarge"), name="faces-async", instances=up)]
    twin = row(main, setting(twins=twins))["twin"]

    assert (twin["name"], twin["instance_type"]) == ("faces-async", "ml.m5.xlarge")
    assert twin["over_bytes"] == 4 * 1024 * 1024
    assert (twin["instances_up"], twin["usd_per_hour"]) == (up or 0, pytest.approx(usd))


def test_minutes_that_cloudwatch_may_still_bring_are_unknown():
    now = NOW.timestamp()
    laid = samples({MINUTE - 4: 3.0}, since=now - 600, now=now, late_s=150.0)

    assert laid[-5:] == [3.0, 0.0, 0.0, None, None]
    assert laid[:18] == [None] * 18
    assert len(laid) == MINUTES


def test_burn_adds_instances_twins_and_calls():
    twin = seen(Async("ml.m5.xlarge"), name="faces-async", instances=1)
    main = seen(
        Serverless(2048),
        use=BUSY,
        tags={TAG_OVERFLOW: to_tag(Async("ml.m5.xlarge"))},
    )
    large = seen(RealTime("ml.m5.xlarge"), name="large", use=BUSY)
    rows = [row(one, setting(twins=[twin])) for one in (main, large)]
    told = burn.burn(rows, region="us-east-1", bills=True)

    calls = 3.0 * 60 / 1000 * 0.004
    assert told["usd_per_hour"] == pytest.approx(0.23 + 0.23 + calls)
    assert told["usd_per_month"] == pytest.approx(730 * told["usd_per_hour"])
    assert sum(share["fraction"] for share in told["shares"]) == pytest.approx(1.0)
    assert [share["name"] for share in told["shares"]] == ["faces", "large"]
    assert not told["hypothetical"]
    assert told["prices_as_of"]


def test_burn_with_an_unknown_part_is_unknown():
    known = made(RealTime("ml.m5.xlarge"))
    unknown = made(RealTime("ml.u9.xlarge"))
    told = burn.burn([known, unknown], region="us-east-1", bills=True)

    assert told["usd_per_hour"] is told["usd_per_month"] is None
    assert told["shares"] == []


def test_counts():
    states = ["InService", "Creating", "Deleting", "Failed", "OutOfService"]
    rows = [made(Serverless(2048), status=state) for state in states]

    assert burn.counts(rows) == {
        "in_service": 1,
        "changing": 2,
        "failed": 2,
        "idle": 0,
    }
