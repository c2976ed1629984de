"""Checks of the AWS account: who calls, where, as which role, and what it may."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from smnb import _bucket, _role
from smnb._aws_errors import is_denied
from smnb._doctor.subject import Check, Outcome, Subject, bad, fine, unknown, warn
from smnb.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smnb._iam import IamPolicy
    from smnb._session import Session

_ASKS: Final = frozenset({"aws", "caller"})
_SKEW_WARNING_S: Final = 30
_SKEW_PROBLEM_S: Final = 300  # AWS refuses signatures five minutes off
_ASSUMED: Final = re.compile(r":assumed-role/([^/]+)/")
# Without these no endpoint comes into service, or leaves; others make smnb do less.
_ESSENTIAL: Final = frozenset(
    {
        *("sagemaker:CreateModel", "sagemaker:DeleteModel"),
        *("sagemaker:CreateEndpointConfig", "sagemaker:DeleteEndpointConfig"),
        *("sagemaker:CreateEndpoint", "sagemaker:DeleteEndpoint"),
        *("sagemaker:DescribeEndpoint", "sagemaker:InvokeEndpoint"),
        *("sagemaker:AddTags", "sagemaker:ListTags", "iam:PassRole"),
        *("s3:ListBucket", "s3:PutObject", "s3:GetObject"),
        *("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
    }
)
_NAMES_SHOWN: Final = 6
_KEY_IS_GIVEN: Final = "Session(kms_key=…)"


def _credentials(subject: Subject) -> Outcome:
    arn = subject.session.caller_arn
    if arn.endswith(":root"):
        return warn(
            f"{subject.session.account} as its root user",
            "Sign in as a user or a role: aws configure sso",
        )
    return fine(arn)


def _clock(subject: Subject) -> Outcome:
    from email.utils import parsedate_to_datetime

    session = subject.session
    with session.translated("Asking AWS for the time (sts:GetCallerIdentity)"):
        answer = session.client("sts").get_caller_identity()
    there = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    if there is None:
        return unknown("AWS's answer bore no time")
    here = datetime.now(timezone.utc)
    off_s = abs((here - parsedate_to_datetime(there)).total_seconds())
    what = f"{off_s:.0f} s off AWS's clock"
    if off_s >= _SKEW_PROBLEM_S:
        return bad(what, "sudo timedatectl set-ntp true")
    if off_s >= _SKEW_WARNING_S:
        return warn(f"{what}; 300 s are refused", "sudo timedatectl set-ntp true")
    return fine(what)


def _region(subject: Subject) -> Outcome:
    session = subject.session
    region = session.region
    if not session.target.bills:
        return fine(f"{region}, by name only: it is this machine")
    if region not in session.regions_of("sagemaker"):
        return warn(
            f"boto3 knows no SageMaker in {region}",
            "Choose another region=, or pip install -U boto3",
        )
    return fine(f"{region}, partition {session.partition}")


def _role_found(subject: Subject) -> Outcome | None:
    if subject.model is not None and subject.model.model_name is not None:
        return None  # SageMaker's own model has a role already
    return fine(subject.session.role())


def _role_trust(subject: Subject) -> Outcome:
    session = subject.session
    arn = session.role()
    name = arn.rpartition("/")[2]
    try:
        with session.translated(f"Looking at the role {name}"):
            role = session.client("iam").get_role(RoleName=name)["Role"]
    except NotFoundError:
        return bad(
            f"there is no role {name} in this account",
            "These commands make one: print(smnb.iam_policy().commands)",
        )
    if role["Arn"] != arn:
        return bad(f"{arn} does not exist", f"Its ARN is {role['Arn']}")
    if not _role.is_trusted(role["AssumeRolePolicyDocument"]):
        return bad(
            f"{name} does not let SageMaker take it on",
            f"aws iam update-assume-role-policy --role-name {name} "
            "--policy-document file://trust.json, with smnb.iam_policy().trust in it",
        )
    return fine(f"{_role.SERVICE} may take on {name}")


def _may_caller(subject: Subject) -> Outcome:
    session = subject.session
    arn = _policy_arn(session)
    if arn is None:
        return unknown("the permissions of a root user cannot be asked for")
    return _simulated(session, arn, _policy(subject).caller, "smnb.iam_policy().caller")


def _may_role(subject: Subject) -> Outcome:
    session = subject.session
    arn = session.role()
    return _simulated(session, arn, _policy(subject).role, "smnb.iam_policy().role")


def _policy(subject: Subject) -> IamPolicy:
    from smnb._iam import iam_policy

    return iam_policy(subject.model, subject.compute, session=subject.session)


def _simulated(
    session: Session, arn: str, policy: Mapping[str, Any], where: str
) -> Outcome:
    """Ask IAM what it would allow; service control policies are not looked at."""
    denied: list[str] = []
    count = 0
    for statement in policy["Statement"]:
        resource = statement["Resource"]
        count += len(statement["Action"])
        with session.translated("Asking what is allowed (iam:SimulatePrincipalPolicy)"):
            answer = session.client("iam").simulate_principal_policy(
                PolicySourceArn=arn,
                ActionNames=statement["Action"],
                ResourceArns=[resource] if isinstance(resource, str) else resource,
                ContextEntries=_context(statement),
            )
        denied += [
            row["EvalActionName"]
            for row in answer["EvaluationResults"]
            if row["EvalDecision"] != "allowed"
        ]
    fix = f"The policy to ask for: {where}"
    if lacking := _ESSENTIAL.intersection(denied):
        return bad(f"may not call {_listed(lacking)}", fix)
    if denied:
        return warn(f"may not call {_listed(denied)}: smnb can do less", fix)
    return fine(f"{count} actions are allowed")


def _listed(actions: Iterable[str]) -> str:
    names = sorted(set(actions))
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _context(statement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say in what situation a conditional statement would be used."""
    conditions = [
        (key, value)
        for operator in statement.get("Condition", {}).values()
        for key, value in operator.items()
    ]
    return [
        {
            "ContextKeyName": key,
            "ContextKeyValues": [value] if isinstance(value, str) else value[:1],
            "ContextKeyType": "string",
        }
        for key, value in conditions
    ]


def _policy_arn(session: Session) -> str | None:
    """Return the ARN that policies hang on: of the role, if one was taken on."""
    arn = session.caller_arn
    if arn.endswith(":root"):
        return None
    found = _ASSUMED.search(arn)
    if not found:
        return arn
    with session.translated("Looking for the role in use"):
        role = session.client("iam").get_role(RoleName=found.group(1))["Role"]
    return str(role["Arn"])


def _bucket_found(subject: Subject) -> Outcome:
    session = subject.session
    name = session.bucket_name()
    try:
        _bucket.find(session, name, create=False)
    except NotFoundError as error:
        if session.target.makes_bucket:
            return fine(f"{name}, made by the first deploy")
        if session.creates_bucket:
            return fine(f"{name}, which deploy makes, private and encrypted")
        return bad(error.what, error.hint)
    except ConfigurationError as error:
        return bad(error.what, error.hint)
    return fine(f"{name}, in {session.region}")


def _key(subject: Subject) -> Outcome | None:
    session = subject.session
    if not session.kms_key:
        return None
    try:
        with session.translated(f"Looking at the key {session.kms_key}"):
            found = session.client("kms").describe_key(KeyId=session.kms_key)
    except NotFoundError:
        return bad(f"there is no key {session.kms_key}", f"Correct {_KEY_IS_GIVEN}.")
    except ConfigurationError as error:
        if not is_denied(error):
            raise
        return unknown(error.what, "The role may still use it: ask its owner.")
    state = found["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        return bad(f"the key is {state}", f"Enable it, or change {_KEY_IS_GIVEN}.")
    return fine(found["KeyMetadata"]["Arn"])


CHECKS: Final = (
    Check("credentials", _credentials, frozenset({"aws"})),
    Check("clock", _clock, _ASKS),
    Check("region", _region),
    Check("role", _role_found, frozenset({"caller"}), is_cheap=True),
    Check("role's trust", _role_trust, _ASKS | {"role"}),
    Check("you may", _may_caller, _ASKS),
    Check("role may", _may_role, _ASKS | {"role"}),
    Check("bucket", _bucket_found, frozenset({"caller"})),
    Check("key", _key, _ASKS),
)
