"""The role is given, configured or the notebook's own; else two commands make one."""

import json
from datetime import datetime, timezone

import pytest
from aws_answers import ACCOUNT, ASSUMED, NO_TRUST, ROLE, TRUST

from smnb import _role, _studio
from smnb.errors import ConfigurationError


def role(trust=TRUST):
    return {
        "Role": {
            "Path": "/models/",
            "RoleName": "runs-as-it-is",
            "RoleId": "AROAEXAMPLEEXAMPLE",
            "Arn": ROLE,
            "CreateDate": datetime(2026, 1, 1, tzinfo=timezone.utc),
            "AssumeRolePolicyDocument": json.dumps(trust),
        }
    }


@pytest.fixture
def on_notebook(monkeypatch, tmp_path):
    """Return a function that says what the notebook's metadata file holds."""

    def write(**content):
        path = tmp_path / "resource-metadata.json"
        path.write_text(json.dumps(content))
        monkeypatch.setattr(_studio.notebook, "__defaults__", (path,))

    return write


@pytest.mark.parametrize("place", ["argument", "environment", "profile"])
def test_role_that_is_named_is_taken(aws, monkeypatch, tmp_path, place):
    arguments = {"role": ROLE} if place == "argument" else {}
    if place == "environment":
        monkeypatch.setenv("SMNB_ROLE", ROLE)
    if place == "profile":
        (tmp_path / "config").write_text(f"[default]\nsmnb_role = {ROLE}\n")

    assert aws(**arguments).session.role() == ROLE


@pytest.mark.parametrize("arn", ["runs", f"arn:aws:iam::{ACCOUNT}:user/ada"])
def test_text_that_is_no_role_is_refused(aws, monkeypatch, arn):
    monkeypatch.setenv("SMNB_ROLE", arn)

    with pytest.raises(ConfigurationError, match="list-roles"):
        aws().session.role()


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_role_of_every_partition_is_taken(aws, partition):
    arn = f"arn:{partition}:iam::{ACCOUNT}:role/runs"

    assert aws(role=arn).session.role() == arn


def test_role_of_nobody_names_the_commands(aws):
    found = aws().knows_caller()

    with pytest.raises(ConfigurationError, match=r"iam_policy\(\)\.commands"):
        found.session.role()


def test_assumed_role_that_sagemaker_may_take_is_found_with_its_path(aws):
    found = aws().knows_caller(ASSUMED).answers("iam", "get_role", role())

    assert found.session.role() == ROLE


def test_assumed_role_that_sagemaker_may_not_take_is_left(aws):
    found = aws().knows_caller(ASSUMED).answers("iam", "get_role", role(NO_TRUST))

    with pytest.raises(ConfigurationError, match="none was found"):
        found.session.role()


def test_assumed_role_that_cannot_be_looked_at_is_left(aws):
    found = aws().knows_caller(ASSUMED).refuses("iam", "get_role", "AccessDenied")

    with pytest.raises(ConfigurationError, match="none was found"):
        found.session.role()


def test_notebook_that_names_its_role_is_believed(aws, on_notebook):
    on_notebook(ExecutionRoleArn=ROLE, DomainId="d-1", UserProfileName="ada")

    assert aws().session.role() == ROLE


def test_notebook_instance_is_asked_for_its_role(aws, on_notebook):
    on_notebook(ResourceName="nb", ResourceArn=f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}")
    found = aws().answers(
        "sagemaker",
        "describe_notebook_instance",
        {"NotebookInstanceName": "nb", "RoleArn": ROLE},
        {"NotebookInstanceName": "nb"},
    )

    assert found.session.role() == ROLE


@pytest.mark.parametrize("place", ["user", "domain"])
def test_studio_is_asked_for_its_role(aws, on_notebook, place):
    on_notebook(DomainId="d-1", UserProfileName="ada", ResourceName="default")
    settings = {"ExecutionRole": ROLE}
    found = aws().answers(
        "sagemaker",
        "describe_user_profile",
        {"DomainId": "d-1", "UserSettings": settings if place == "user" else {}},
        {"DomainId": "d-1", "UserProfileName": "ada"},
    )
    if place == "domain":
        answer = {"DomainId": "d-1", "DefaultUserSettings": settings}
        found.answers("sagemaker", "describe_domain", answer, {"DomainId": "d-1"})

    assert found.session.role() == ROLE
    assert found.all_asked()


def test_studio_that_may_not_be_asked_leaves_the_role_in_use(aws, on_notebook):
    on_notebook(DomainId="d-1", UserProfileName="ada")
    found = aws().refuses("sagemaker", "describe_user_profile", "AccessDeniedException")
    found.knows_caller(ASSUMED).answers("iam", "get_role", role())

    assert found.session.role() == ROLE


def test_region_is_the_notebooks_own(aws, on_notebook):
    on_notebook(ResourceArn=f"arn:aws:sagemaker:ap-south-1:{ACCOUNT}:app/d-1/ada")

    assert aws(region=None).session.region == "ap-south-1"


def test_metadata_that_is_broken_is_none(tmp_path):
    path = tmp_path / "resource-metadata.json"
    path.write_text("[]")

    assert _studio.notebook(path) is None


@pytest.mark.parametrize(
    ("document", "trusted"),
    [
        pytest.param(TRUST, True, id="sagemaker"),
        pytest.param(NO_TRUST, False, id="nobody"),
        pytest.param(
            {
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": ["lambda.amazonaws.com", _role.SERVICE]},
                }
            },
            True,
            id="one-of-several",
        ),
        pytest.param(
            {
                "Statement": [
                    {"Effect": "Deny", "Principal": {"Service": _role.SERVICE}}
                ]
            },
            False,
            id="denied",
        ),
        pytest.param(
            {"Statement": [{"Effect": "Allow", "Principal": "*"}]}, False, id="anybody"
        ),
    ],
)
def test_trust_policy_is_read(document, trusted):
    assert _role.is_trusted(document) is trusted
