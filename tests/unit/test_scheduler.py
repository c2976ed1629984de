"""The schedule that lets AWS itself delete an endpoint, as it goes over the wire."""

from datetime import datetime, timezone

import pytest
from botocore.stub import Stubber

import smnb
from smnb import _hosting, _scheduler
from smnb._control import Silent

AT = datetime(2026, 1, 1, 12, 30, tzinfo=timezone.utc)
ROLE = "arn:aws:iam::111122223333:role/scheduler"


class Told(Silent):
    """Keeps the lines."""

    def __init__(self):
        self.lines = []

    def line(self, text):
        self.lines.append(text)


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def described(name="faces", **tags):
    known = {"deployment": "0123abcd", "endpoint": "faces", **tags}
    return _hosting.Described(
        name=name,
        arn="arn:aws:sagemaker:us-east-1:111122223333:endpoint/faces",
        status="InService",
        reason="",
        created=AT,
        kind="realtime",
        compute="",
        memory_mb=None,
        concurrency=None,
        variant="AllTraffic",
        config="",
        models=(),
        tags={f"smnb:{key}": value for key, value in known.items()},
    )


def expected(name, endpoint, partition="aws"):
    return {
        "Name": name,
        "Description": f"smnb: delete the SageMaker endpoint {endpoint}",
        "ScheduleExpression": "at(2026-01-01T12:30:00)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": f"arn:{partition}:scheduler:::aws-sdk:sagemaker:deleteEndpoint",
            "RoleArn": ROLE,
            "Input": f'{{"EndpointName": "{endpoint}"}}',
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600},
        },
    }


def session_in(region="us-east-1", role=ROLE):
    return smnb.Session("aws", region=region, scheduler_role=role)


ARN = {"ScheduleArn": "arn:aws:scheduler:us-east-1:111122223333:schedule/default/s"}


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_schedule_deletes_the_endpoint_once(region, partition):
    session = session_in(region)
    name = "smnb-0123abcd-main"
    with Stubber(session.client("scheduler")) as scheduler:
        scheduler.add_response(
            "create_schedule", ARN, expected(name, "faces", partition)
        )
        _scheduler.follow(session, [described(schedule=name)], AT, Silent())

        scheduler.assert_no_pending_responses()


def test_schedule_of_a_twin_has_a_name_of_its_own_and_is_noted_first():
    session = session_in()
    twin = described("faces-async")
    name = "smnb-0123abcd-async"
    with (
        Stubber(session.client("sagemaker")) as sagemaker,
        Stubber(session.client("scheduler")) as scheduler,
    ):
        tag = {"Key": "smnb:schedule", "Value": name}
        sagemaker.add_response(
            "add_tags", {"Tags": [tag]}, {"ResourceArn": twin.arn, "Tags": [tag]}
        )
        scheduler.add_response("create_schedule", ARN, expected(name, "faces-async"))
        _scheduler.follow(session, [twin], AT, Silent())

        scheduler.assert_no_pending_responses()


def test_schedule_moves_when_the_time_is_extended():
    session = session_in()
    name = "smnb-0123abcd-main"
    with Stubber(session.client("scheduler")) as scheduler:
        scheduler.add_client_error("create_schedule", "ConflictException", "exists")
        scheduler.add_response("update_schedule", ARN, expected(name, "faces"))
        _scheduler.follow(session, [described(schedule=name)], AT, Silent())

        scheduler.assert_no_pending_responses()


@pytest.mark.parametrize("gone", [False, True])
def test_schedule_is_removed_with_the_endpoint(gone):
    session = session_in()
    name = "smnb-0123abcd-main"
    with Stubber(session.client("scheduler")) as scheduler:
        if gone:
            scheduler.add_client_error(
                "delete_schedule", "ResourceNotFoundException", "Schedule is gone."
            )
        else:
            scheduler.add_response("delete_schedule", {}, {"Name": name})
        _scheduler.remove(session, described(schedule=name))

        scheduler.assert_no_pending_responses()


def test_endpoint_without_a_schedule_takes_no_call_to_remove():
    session = session_in()
    with Stubber(session.client("scheduler")):
        _scheduler.remove(session, described())  # any call would raise


def test_without_a_role_one_line_says_that_nothing_ends_it():
    told = Told()
    _scheduler.follow(session_in(role=None), [described()], AT, told)

    assert told.lines == [_scheduler.NOT_ENFORCED]
    assert "scheduler_role" in _scheduler.NOT_ENFORCED


def test_what_does_not_bill_needs_no_schedule():
    told = Told()
    session = smnb.Session("http://127.0.0.1:9", scheduler_role=ROLE)
    _scheduler.follow(session, [described()], AT, told)

    assert told.lines == []
    assert _scheduler.tag(session, "0123abcd") == {}


def test_deploy_names_the_schedule_in_its_tags():
    assert _scheduler.tag(session_in(), "0123abcd") == {
        "smnb:schedule": "smnb-0123abcd-main"
    }
    assert _scheduler.tag(session_in(role=None), "0123abcd") == {}
