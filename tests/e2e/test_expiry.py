"""Deployments end by themselves: by ttl and budget, in a new session, in the daemon."""

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from botocore.stub import ANY, Stubber

import smnb
from smnb import _hosting, _scheduler, _session, errors

pytestmark = pytest.mark.usefixtures("nothing_left")

HOUR = timedelta(hours=1)


def until(ready, seconds=40):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def hours_left(ep):
    return (ep.expires - datetime.now(timezone.utc)) / HOUR


def expire(*arns):
    """Let time pass for whatever has these ARNs."""
    ago = {_hosting.TAG_EXPIRES: "2026-01-01T00:00:00+00:00"}
    for arn in arns:
        _hosting.add_tags(_session.default_session(), arn, ago)


@pytest.fixture
def by_hand(monkeypatch):
    """Keep sessions from removing anything by themselves."""
    monkeypatch.setenv("SMNB_REAP", "off")


def test_everything_that_a_deploy_makes_says_when_it_ends(write_model):
    with smnb.deploy(write_model(), name="brief", ttl="2h") as ep:
        sagemaker = ep.session.client("sagemaker")
        found = _hosting.describe(ep.session, "brief")
        arns = [
            found.arn,
            sagemaker.describe_model(ModelName=found.models[0])["ModelArn"],
            sagemaker.describe_endpoint_config(EndpointConfigName=found.config)[
                "EndpointConfigArn"
            ],
        ]
        tags = [_hosting.tags_of(ep.session, arn) for arn in arns]

        assert {one["smnb:expires"] for one in tags} == {found.expires.isoformat()}
        assert len({one["smnb:deployment"] for one in tags}) == 1
        assert hours_left(ep) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(
    ("first", "again", "hours"),
    [
        pytest.param("1h", "3h", 3, id="extended"),
        pytest.param("3h", "1h", 3, id="never-sooner"),
        pytest.param("3h", None, 3, id="kept"),
        pytest.param(None, "1h", 1, id="given-one"),
    ],
)
def test_deploying_again_extends(write_model, first, again, hours):
    with smnb.deploy(write_model(), name="brief", ttl=first):
        ep = smnb.deploy(write_model(), name="brief", ttl=again)

        assert hours_left(ep) == pytest.approx(hours, abs=0.01)


def test_deploying_again_keeps_what_is_expired(write_model, by_hand):
    with smnb.deploy(write_model(), name="brief", ttl="1h") as ep:
        expire(_hosting.describe(ep.session, "brief").arn)
        smnb.deploy(write_model(), name="brief")

        assert ep.expires is None
        assert "brief" not in smnb.reap()


def test_extend_sets_and_takes_back_the_end_of_all_parts(write_model):
    with smnb.deploy(write_model(), name="brief", ttl="1h") as ep:
        ep.extend("5h")
        assert hours_left(ep) == pytest.approx(5, abs=0.01)
        config = _hosting.describe(ep.session, "brief").config
        arn = ep.session.client("sagemaker").describe_endpoint_config(
            EndpointConfigName=config
        )["EndpointConfigArn"]
        tags = _hosting.tags_of(ep.session, arn)

        assert tags["smnb:expires"] == ep.expires.isoformat()
        assert ep.extend(None).expires is None


def test_local_daemon_removes_what_is_expired_with_no_session_there(
    write_model, by_hand
):
    ep = smnb.deploy(write_model(), name="brief", ttl="2s")
    sagemaker = ep.session.client("sagemaker")

    until(lambda: not sagemaker.list_endpoints()["Endpoints"])
    until(lambda: not sagemaker.list_models()["Models"])


def test_new_session_removes_what_is_expired_and_says_so(write_model, capsys):
    smnb.deploy(write_model(), name="brief", ttl="1s")
    smnb.deploy(write_model(), name="stays")
    time.sleep(1)
    smnb.endpoints(session=smnb.Session())

    until(lambda: [e.name for e in smnb.endpoints()] == ["stays"])
    until(lambda: "time was over: brief" in capsys.readouterr().err, seconds=5)
    smnb.endpoint("stays").delete()


def test_dry_run_says_what_would_go_and_deletes_nothing(write_model, by_hand, capsys):
    with smnb.deploy(write_model(), name="brief") as ep:
        # Not on the endpoint, so that the daemon has nothing to do.
        parts = smnb.Endpoint("brief").delete(dry_run=True).parts
        sagemaker = ep.session.client("sagemaker")
        expire(*(part.arn for part in parts))

        assert smnb.reap(dry_run=True) == []
        assert len(sagemaker.list_models()["Models"]) == 1


def test_reap_removes_what_a_vanished_endpoint_leaves(write_model, by_hand):
    ep = smnb.deploy(write_model(), name="brief", ttl="1h")
    parts = ep.delete(dry_run=True).parts
    sagemaker = ep.session.client("sagemaker")
    sagemaker.delete_endpoint(EndpointName="brief")
    until(lambda: not smnb.endpoints())

    assert smnb.reap() == []
    expire(*(part.arn for part in parts))
    assert smnb.reap(dry_run=True) == ["brief"]
    assert smnb.reap() == ["brief"]


def test_reap_leaves_what_others_made(write_model, by_hand):
    with smnb.deploy(write_model(), name="ours") as ours:
        sagemaker = ours.session.client("sagemaker")
        config = _hosting.describe(ours.session, "ours").config
        sagemaker.create_endpoint(
            EndpointName="theirs",
            EndpointConfigName=config,
            Tags=[{"Key": "smnb:expires", "Value": "2026-01-01T00:00:00+00:00"}],
        )
        theirs = smnb.endpoint("theirs").wait()

        assert smnb.reap() == []
        assert theirs.status == "InService"
        with pytest.raises(errors.InvalidInputError, match="not made by smnb"):
            theirs.extend("1h")
        theirs.delete()


def test_budget_warns_at_a_call_and_stays(write_model, by_hand):
    with smnb.deploy(
        write_model(), smnb.RealTime("ml.m5.large"), name="dear", budget_usd=1e-9
    ) as ep:
        with pytest.warns(UserWarning, match="dear would have cost on AWS") as caught:
            assert ep.invoke([1]) == {"type": "application/json", "size": 3}
        assert caught[0].filename == __file__
        with pytest.warns(UserWarning, match="dear would have cost"):
            assert smnb.reap() == []


def test_budget_that_deletes_acts_at_reap(write_model, by_hand):
    smnb.deploy(
        write_model(),
        smnb.RealTime("ml.m5.large"),
        name="dear",
        budget_usd=smnb.Budget(1e-9, then="delete"),
    )
    with pytest.warns(UserWarning, match="more than its budget"):
        assert smnb.reap() == ["dear"]


def test_budget_of_a_serverless_endpoint_counts_the_time_it_works(write_model, by_hand):
    slow = "import time\ndef model_fn(d): ...\ndef predict_fn(x, m): time.sleep(0.3)"
    with smnb.deploy(
        write_model(slow), name="dear", budget_usd=smnb.Budget(1e-6, then="delete")
    ) as ep:
        assert smnb.reap() == []
        ep.invoke([1])
        with pytest.warns(UserWarning, match=r"0\.3\d* s of 2048 MB"):
            until(lambda: smnb.reap(dry_run=True) == ["dear"])


@pytest.fixture
def billing():
    """Return a function that makes a session whose target is taken to cost money."""

    def make(**options):
        session = smnb.Session(**options)
        image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/model:latest"
        session.target = replace(session.target, bills=True, image=image)
        return session

    return make


def test_aws_is_told_to_delete_on_time_and_no_longer_after_delete(write_model, billing):
    session = billing(scheduler_role="arn:aws:iam::111122223333:role/scheduler")
    with Stubber(session.client("scheduler")) as scheduler:
        answer = {"ScheduleArn": "arn:aws:scheduler:us-east-1:1:schedule/default/s"}
        request = dict.fromkeys(
            [
                "Name",
                "Description",
                "ScheduleExpression",
                "ScheduleExpressionTimezone",
                "FlexibleTimeWindow",
                "ActionAfterCompletion",
                "Target",
            ],
            ANY,
        )
        scheduler.add_response("create_schedule", answer, request)
        ep = smnb.deploy(write_model(), name="brief", ttl="2h", session=session)
        tag = _hosting.describe(session, "brief").tags["smnb:schedule"]
        scheduler.add_response("delete_schedule", {}, {"Name": tag})
        ep.delete()

        scheduler.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("ttl", "says"), [pytest.param("2h", 1, id="ttl"), pytest.param(None, 0, id="none")]
)
def test_deploy_says_in_one_line_that_aws_does_not_enforce_a_ttl(
    write_model, billing, capsys, ttl, says
):
    with smnb.deploy(write_model(), name="brief", ttl=ttl, session=billing()):
        assert capsys.readouterr().err.count(_scheduler.NOT_ENFORCED) == says
