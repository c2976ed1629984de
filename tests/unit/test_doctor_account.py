"""What the doctor asks AWS about caller, role, bucket, key and quota, and its words."""

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from aws_answers import ACCOUNT, ASSUMED, BUCKET, NO_TRUST, REGION, ROLE, TRUST, USER

from smnb import _bucket
from smnb._compute import Async, RealTime, Serverless
from smnb._doctor import _run, account, doctor, hosting
from smnb._doctor.subject import Subject
from smnb._iam import iam_policy
from smnb._model import Model

CHECKS = {check.name: check for check in (*account.CHECKS, *hosting.CHECKS)}
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
THEN = datetime(2026, 1, 1, tzinfo=timezone.utc)


def look(found, check, **options):
    """Run one check on the session of `found`."""
    subject = Subject(found.session, Path(), **options)
    finding = _run(CHECKS[check], subject)
    return finding and (finding.status, f"{finding.what} → {finding.fix}")


def role(trust=TRUST, arn=ROLE):
    return {
        "Role": {
            "Path": "/models/",
            "RoleName": arn.rpartition("/")[2],
            "RoleId": "AROAEXAMPLEEXAMPLE",
            "Arn": arn,
            "CreateDate": THEN,
            "AssumeRolePolicyDocument": json.dumps(trust),
        }
    }


def test_caller_is_shown(aws):
    assert look(aws().knows_caller(), "credentials") == ("ok", f"{USER} → ")


def test_root_user_is_warned_of(aws):
    found = aws().knows_caller(f"arn:aws:iam::{ACCOUNT}:root")

    assert look(found, "credentials")[0] == "warning"


def test_caller_whom_aws_does_not_know_silences_the_rest(aws):
    found = aws(role=ROLE)
    for _ in range(2):  # once to report it, once to see whether others can be asked
        found.refuses("sts", "get_caller_identity", "InvalidClientTokenId", status=403)
    report = doctor(found.session, compute=Serverless())

    assert [f.check for f in report.problems] == ["credentials"]
    assert {f.what for f in report.of("unknown")} == {"AWS does not know who asks"}


@pytest.mark.parametrize(
    ("off_s", "status"),
    [
        pytest.param(0, "ok", id="right"),
        pytest.param(-90, "warning", id="behind"),
        pytest.param(400, "problem", id="ahead"),
    ],
)
def test_clock_is_compared(aws, off_s, status):
    there = datetime.now(timezone.utc) + timedelta(seconds=off_s)
    headers = {"date": format_datetime(there, usegmt=True)}

    found = aws().knows_caller().knows_caller(headers=headers)

    assert look(found, "clock")[0] == status


def test_clock_that_is_not_told_is_unknown(aws):
    found = aws().knows_caller().knows_caller(headers={"server": "aws"})

    assert look(found, "clock")[0] == "unknown"


@pytest.mark.parametrize(
    ("region", "status"),
    [
        (REGION, "ok"),
        ("cn-north-1", "ok"),
        pytest.param("eu-nowhere-1", "warning", id="unknown"),
    ],
)
def test_region_is_looked_up(aws, region, status):
    assert look(aws(region=region), "region")[0] == status


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        pytest.param(role(), "ok", "may take on runs", id="trusted"),
        pytest.param(role(NO_TRUST), "problem", "update-assume-role-policy", id="not"),
        pytest.param(
            role(arn=f"arn:aws:iam::{ACCOUNT}:role/runs"),
            "problem",
            "Its ARN is",
            id="other-path",
        ),
    ],
)
def test_trust_of_the_role_is_read(aws, answer, status, words):
    found = aws(role=ROLE).knows_caller()
    found.answers("iam", "get_role", answer, {"RoleName": "runs"})
    seen = look(found, "role's trust")

    assert seen[0] == status
    assert words in seen[1]


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("NoSuchEntity", "problem", "iam_policy().commands"),
        ("AccessDenied", "unknown", "iam_policy()"),
    ],
)
def test_role_that_cannot_be_read_is_said(aws, code, status, words):
    found = aws(role=ROLE).knows_caller().refuses("iam", "get_role", code)
    seen = look(found, "role's trust")

    assert seen[0] == status
    assert words in seen[1]


def decisions(found, policy_of, verdict="allowed", arn=USER):
    """Let IAM decide on each statement of the policy as it is asked."""
    for statement in policy_of["Statement"]:
        rows = [
            {"EvalActionName": action, "EvalDecision": verdict}
            for action in statement["Action"]
        ]
        answer = {"EvaluationResults": rows, "IsTruncated": False}
        found.answers("iam", "simulate_principal_policy", answer)
    return arn


@pytest.mark.parametrize(
    ("check", "part", "verdict", "status"),
    [
        ("you may", "caller", "allowed", "ok"),
        ("you may", "caller", "implicitDeny", "problem"),
        ("role may", "role", "allowed", "ok"),
        ("role may", "role", "explicitDeny", "problem"),
    ],
)
def test_permissions_are_simulated(aws, check, part, verdict, status):
    found = aws(role=ROLE).knows_caller()
    policy = iam_policy(None, Serverless(), session=found.session)
    decisions(found, getattr(policy, part), verdict)
    seen = look(found, check, compute=Serverless())

    assert seen[0] == status
    assert status == "ok" or f"smnb.iam_policy().{part}" in seen[1]
    assert found.all_asked()


def test_permission_that_is_only_useful_is_a_warning(aws):
    found = aws(role=ROLE).knows_caller()
    row = {"EvalActionName": "servicequotas:ListServiceQuotas"}
    policy = iam_policy(None, Serverless(), session=found.session)
    for _ in policy.caller["Statement"]:
        rows = [{**row, "EvalDecision": "implicitDeny"}]
        answer = {"EvaluationResults": rows}
        found.answers("iam", "simulate_principal_policy", answer)

    assert look(found, "you may", compute=Serverless())[0] == "warning"


def test_permissions_of_an_assumed_role_are_the_roles(aws):
    found = aws(role=ROLE).knows_caller(ASSUMED).answers("iam", "get_role", role())
    found.refuses("iam", "simulate_principal_policy", "AccessDenied")

    assert look(found, "you may")[0] == "unknown"
    assert found.all_asked()


def test_permissions_of_root_are_unknown(aws):
    found = aws().knows_caller(f"arn:aws:iam::{ACCOUNT}:root")

    assert look(found, "you may")[0] == "unknown"


@pytest.mark.parametrize(
    ("code", "create", "status", "words"),
    [
        pytest.param(
            "404", None, "problem", _bucket.command(BUCKET, REGION), id="none"
        ),
        pytest.param("404", True, "ok", "private", id="none-and-may-be-made"),
        pytest.param("403", None, "problem", "another account's", id="sniped"),
    ],
)
def test_bucket_is_looked_for_and_never_made(aws, code, create, status, words):
    found = aws(create_bucket=create).knows_caller()
    found.refuses("s3", "head_bucket", code, "no", int(code))
    seen = look(found, "bucket")

    assert seen[0] == status
    assert words in seen[1]


@pytest.mark.parametrize(
    ("state", "status"), [("Enabled", "ok"), ("PendingDeletion", "problem")]
)
def test_key_is_looked_at(aws, state, status):
    found = aws(kms_key=KEY).knows_caller()
    about = {"KeyId": KEY.rpartition("/")[2], "Arn": KEY, "KeyState": state}
    found.answers("kms", "describe_key", {"KeyMetadata": about}, {"KeyId": KEY})

    assert look(found, "key")[0] == status


@pytest.mark.parametrize(
    ("code", "status"),
    [("NotFoundException", "problem"), ("AccessDeniedException", "unknown")],
)
def test_key_that_cannot_be_read_is_said(aws, code, status):
    found = aws(kms_key=KEY).knows_caller().refuses("kms", "describe_key", code)

    assert look(found, "key")[0] == status


def quotas(found, *rows):
    listed = [
        {
            "ServiceCode": "sagemaker",
            "ServiceName": "Amazon SageMaker",
            "QuotaArn": f"arn:aws:servicequotas:{REGION}:{ACCOUNT}:sagemaker/L-{value}",
            "QuotaCode": f"L-{value}",
            "QuotaName": name,
            "Value": float(value),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }
        for name, value in rows
    ]
    return found.answers("service-quotas", "list_service_quotas", {"Quotas": listed})


SERVERLESS = (
    "Maximum total concurrency that can be allocated across all serverless endpoints"
)


@pytest.mark.parametrize(
    ("compute", "name", "value", "status"),
    [
        pytest.param(Serverless(), SERVERLESS, 10, "ok", id="serverless"),
        pytest.param(Serverless(), SERVERLESS, 4, "problem", id="too-many-at-once"),
        pytest.param(
            RealTime("ml.g5.xlarge", count=2),
            "ml.g5.xlarge for endpoint usage",
            0,
            "problem",
            id="instance-never-asked-for",
        ),
        pytest.param(
            Async("ml.m5.xlarge", max_count=2),
            "ml.m5.xlarge for endpoint usage",
            2,
            "ok",
            id="asynchronous",
        ),
        pytest.param(
            RealTime("ml.m5.xlarge"),
            "ml.m5.xlarge for training job usage",
            5,
            "unknown",
            id="another-use",
        ),
    ],
)
def test_quota_is_compared(aws, compute, name, value, status):
    found = quotas(aws().knows_caller(), ("Other", 1), (name, value))

    assert look(found, "quota", compute=compute)[0] == status


def test_quota_that_may_not_be_asked_is_unknown(aws):
    found = aws().knows_caller()
    found.refuses("service-quotas", "list_service_quotas", "AccessDeniedException")

    assert look(found, "quota", compute=Serverless())[0] == "unknown"


def test_model_is_not_needed_for_the_account(aws):
    found = aws(role=ROLE).knows_caller()

    assert look(found, "role", model=Model("faces/")) == ("ok", f"{ROLE} → ")
