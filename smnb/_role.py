"""Find the role that models run as: given, configured, or the notebook's own."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from smnb import _studio
from smnb.errors import ConfigurationError, NotFoundError, ServiceError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._session import Session
    from smnb._studio import Notebook

SERVICE = "sagemaker.amazonaws.com"
SETTING = "smnb_role"
_ARN = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_ASSUMED = re.compile(r":assumed-role/([^/]+)/")
_HINT = (
    "Give one: Session(role=…), SMNB_ROLE, or smnb_role in the AWS profile. If there is "
    "none, these two commands make it: print(smnb.iam_policy().commands)"
)


def find(session: Session, given: str | None) -> str:
    """Return the ARN of the role that SageMaker takes on to run a model.

    It is `given`, the target's own, ``SMNB_ROLE``, ``smnb_role`` of the AWS profile, or
    the role that the notebook itself runs as.

    Raises
    ------
    ConfigurationError
        If there is none, or what is named is no role's ARN.
    """
    if given or session.target.role:
        return _checked(given or str(session.target.role))
    named = os.environ.get("SMNB_ROLE") or session.profile_setting(SETTING)
    if named:
        return _checked(named)
    found = _own(session)
    if found is None:
        raise ConfigurationError(
            "SageMaker needs a role to run the model as, and none was found.",
            hint=_HINT,
        )
    return found


def is_trusted(document: Mapping[str, Any]) -> bool:
    """Say whether a role's trust policy lets SageMaker take it on."""
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        names = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and SERVICE in names:
            return True
    return False


def _checked(arn: str) -> str:
    if not _ARN.fullmatch(arn):
        raise ConfigurationError(
            f"{arn!r} is not the ARN of a role.",
            hint="It looks like arn:aws:iam::123456789012:role/NAME. List yours: "
            "aws iam list-roles --query 'Roles[].Arn'",
        )
    return arn


def _own(session: Session) -> str | None:
    """Return the role of the notebook, or the assumed one if SageMaker may take it."""
    place = _studio.notebook()
    if place is not None:
        if place.role:
            return place.role
        try:
            return _of_notebook(session, place)
        except (ConfigurationError, NotFoundError, ServiceError):
            pass  # asking for it may be denied; who we are is always told
    return _assumed(session)


def _of_notebook(session: Session, place: Notebook) -> str:
    client = session.client("sagemaker")
    with session.translated("Looking for the notebook's own role"):
        if place.instance:
            answer = client.describe_notebook_instance(
                NotebookInstanceName=place.instance
            )
            return str(answer["RoleArn"])
        profile = client.describe_user_profile(
            DomainId=place.domain, UserProfileName=place.user_profile
        )
        if role := profile.get("UserSettings", {}).get("ExecutionRole"):
            return str(role)
        domain = client.describe_domain(DomainId=place.domain)
        return str(domain["DefaultUserSettings"]["ExecutionRole"])


def _assumed(session: Session) -> str | None:
    """Return the role that the caller has taken on, if SageMaker may do so too.

    The ARN of an assumed role lacks the role's path, so IAM is asked for it.
    """
    found = _ASSUMED.search(session.caller_arn)
    if not found:
        return None
    try:
        with session.translated("Looking for the role in use"):
            role = session.client("iam").get_role(RoleName=found.group(1))["Role"]
    except SmnbError:
        return None
    return role["Arn"] if is_trusted(role["AssumeRolePolicyDocument"]) else None
