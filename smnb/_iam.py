"""The permissions that the SDK and the models' role need, from `data/iam.json`.

The table has a row for each AWS call that the SDK makes: the features that make it, and
the IAM actions and resources that it takes. Tests hold it against the source and
against the calls that are recorded.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from smnb import _html
from smnb._stop import stoppable
from smnb.errors import SmnbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smnb._compute import Compute
    from smnb._model import ModelSource
    from smnb._session import Session

_ROLE_NAME: Final = "smnb-endpoints"
# Features that a kind of hosting does not have.
_WITHOUT: Final = {
    "serverless": {"async", "autoscaling"},
    "realtime": {"async"},
}
_ECR: Final = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+/([^:@]+)")

Grant = tuple[str, str]  # an action, and the name of a resource in the table


@dataclass(frozen=True)
class IamPolicy:
    """The policies for whoever uses the SDK, and for the role that models run as.

    Parameters
    ----------
    caller
        Policy for your own user or role.
    role
        Policy of the execution role.
    trust
        Who may take on the execution role: SageMaker.
    role_name
        Name that `commands` give to the execution role.
    """

    caller: Mapping[str, Any]
    role: Mapping[str, Any]
    trust: Mapping[str, Any]
    role_name: str = _ROLE_NAME

    @property
    def commands(self) -> str:
        """The two commands that create the execution role."""
        return (
            f"aws iam create-role --role-name {self.role_name} "
            f"--assume-role-policy-document {_argument(self.trust)}\n"
            f"aws iam put-role-policy --role-name {self.role_name} "
            f"--policy-name smnb --policy-document {_argument(self.role)}"
        )

    def __repr__(self) -> str:
        return "\n".join(
            [
                "For you, the caller:",
                json.dumps(self.caller, indent=2),
                "For the execution role:",
                json.dumps(self.role, indent=2),
                "Two commands that create that role:",
                self.commands,
            ]
        )

    def _repr_html_(self) -> str:
        return f"<pre>{_html.safe(repr(self))}</pre>"


@stoppable
def iam_policy(
    model: ModelSource | None = None,
    compute: Compute | None = None,
    *,
    session: Session | None = None,
) -> IamPolicy:
    """Return the least permissions with which deploying and invoking works.

    Parameters
    ----------
    model
        Limits reading to its image and to where its archive lies on S3. Default: any
        image of ECR.
    compute
        Leaves out what this kind of hosting does not call; of a deploy with
        ``overflow=``, give none. Default: all kinds.
    session
        Fills in region, account, bucket, role, key and network; what it does not
        know, and all without one, is ``*``. On AWS it is asked who you are.

    Returns
    -------
    IamPolicy
        With ``caller``, ``role``, ``trust`` and the ``commands`` that make the role.

    Examples
    --------
    >>> policy = iam_policy()
    >>> policy.trust["Statement"][0]["Principal"]
    {'Service': 'sagemaker.amazonaws.com'}
    >>> policy.commands.splitlines()[0][:46]
    'aws iam create-role --role-name smnb-endpoints'
    """
    table = _table()
    places = _places(session) | _model_places(model)
    left_out = set(_WITHOUT.get(compute.kind, ())) if compute is not None else set()
    if "scheduler_role" not in places:
        left_out.add("scheduler")
    caller = [
        grant
        for row in table["calls"].values()
        if set(row["features"]) - left_out
        for grant in row["grants"]
    ]
    role = [g for name in table["role"].keys() - left_out for g in table["role"][name]]
    for name, setting in table["settings"].items():
        if name != "vpc" or (session is not None and session.vpc is not None):
            caller += setting["caller"]
            role += setting["role"]
    return IamPolicy(
        caller=_policy(caller, places), role=_policy(role, places), trust=_trust()
    )


@cache
def _table() -> dict[str, Any]:
    text = files("smnb").joinpath("data/iam.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _places(session: Session | None) -> dict[str, str]:
    """Return what stands in resource patterns, as far as the session knows it."""
    places = {"partition": "aws", "region": "*", "account": "*"}
    if session is not None:
        if session.scheduler_role:
            places["scheduler_role"] = session.scheduler_role
        with suppress(SmnbError):
            places |= {"region": session.region, "partition": session.partition}
        if session.target.bills:  # the local backend's account is nobody's on AWS
            places |= _found(session)
        if session.kms_key:
            places["key"] = _key_arn(session.kms_key, places)
    names = {
        "bucket": "sagemaker-{region}-{account}",
        "role": f"arn:{{partition}}:iam::{{account}}:role/{_ROLE_NAME}",
    }
    return {name: text.format_map(places) for name, text in names.items()} | places


def _found(session: Session) -> dict[str, str]:
    """Return what AWS or the session's settings say; nothing is created."""
    found = {}
    with suppress(SmnbError):
        found["account"] = session.account
    with suppress(SmnbError):
        found["bucket"] = session.bucket_name()
    with suppress(SmnbError):
        found["role"] = session.role()
    return found


def _key_arn(key: str, places: Mapping[str, str]) -> str:
    """Return the ARN of a KMS key; IAM knows none by its alias."""
    if key.startswith("arn:"):
        return key
    name = "*" if key.startswith("alias/") else key
    return "arn:{partition}:kms:{region}:{account}:key/".format_map(places) + name


def _model_places(model: ModelSource | None) -> dict[str, str]:
    """Return where the image lies, and the archive if it is on S3."""
    data = getattr(model, "data", model)
    image = getattr(model, "image", None) or ""
    places = {"repository": "*:*:repository/*"}
    if found := _ECR.match(image):
        account, region, name = found.groups()
        places["repository"] = f"{region}:{account}:repository/{name}"
    on_s3 = isinstance(data, str) and re.match(r"s3://([^/]+)/(.+)", data)
    if on_s3:
        places |= {"model_bucket": on_s3.group(1), "model_key": on_s3.group(2)}
    return places


def _policy(grants: Iterable[Grant], places: Mapping[str, str]) -> dict[str, Any]:
    """Join the grants to one statement for each resource.

    What nobody named (a key, a model on S3) needs no statement.
    """
    table = _table()
    actions: dict[str, set[str]] = defaultdict(set)
    for action, resource in grants:
        fields = re.findall(r"{(\w+)}", table["resources"][resource])
        if places.keys() >= set(fields):
            actions[resource].add(action)
    statements = []
    for resource in sorted(actions):
        statement = {
            "Sid": resource.title().replace("-", ""),
            "Effect": "Allow",
            "Action": sorted(actions[resource]),
            "Resource": table["resources"][resource].format_map(places),
        }
        if resource in table["conditions"]:
            statement["Condition"] = table["conditions"][resource]
        statements.append(statement)
    return {"Version": "2012-10-17", "Statement": statements}


def _trust() -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def _argument(policy: Mapping[str, Any]) -> str:
    return shlex.quote(json.dumps(policy, separators=(",", ":")))
