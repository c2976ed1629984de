"""smnb.iam_policy: its policies, and its table held against the SDK's source."""

import ast
import json
import re
import shlex
from functools import cache
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.session import get_session

import smnb
from smnb._iam import _table

SDK = Path(smnb.__file__).parent
# What boto3's own methods send in the end.
COMPOUND = {
    ("s3", "upload_fileobj"): [
        "PutObject",
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
    ],
    ("s3", "upload_file"): ["PutObject"],
    ("s3", "download_fileobj"): ["HeadObject", "GetObject"],
    ("s3", "download_file"): ["HeadObject", "GetObject"],
}
NO_CALL = {"can_paginate", "exceptions", "generate_presigned_url", "meta"}
IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.3.0"
ROLE = "arn:aws:iam::111122223333:role/models"


@cache
def operations(service):
    """Return the names of a service's operations by boto3's method names."""
    model = get_session().get_service_model(service)
    return {xform_name(name): name for name in model.operation_names}


def client_of(node, names):
    """Return the service whose client an expression is, if the code here tells."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "client"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ):
        return node.args[0].value
    return None


def clients_in(function):
    """Return the service of each variable that holds a client."""
    names = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
            for name, value in pairs:
                if isinstance(name, ast.Name) and (found := client_of(value, names)):
                    names[name.id] = found
    return names


def functions_in(tree):
    """Return the functions of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def calls_in(tree):
    """Yield (service, operation, line) of every AWS call in a module."""
    words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    for function in functions_in(tree):
        names = clients_in(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                service = client_of(node.func.value, names)
                if service and node.func.attr not in NO_CALL:
                    for operation in operations_of(node, service, words):
                        yield service, operation, node.lineno


def operations_of(call, service, words):
    """Return the operations that calling a client's method sends.

    A paginator of a name that is not written there may be any named in the module.
    """
    known, method = operations(service), call.func.attr
    if method == "get_paginator":
        name = getattr(call.args[0], "value", None)
        return [known[name]] if name else [known[n] for n in words & known.keys()]
    if method == "get_waiter":
        waiter = boto3.client(service, "us-east-1").get_waiter(call.args[0].value)
        return [waiter._config.operation]
    return COMPOUND.get((service, method)) or [known[method]]


@cache
def source_calls():
    """Return where the SDK's source makes each AWS call."""
    found = {}
    for path in sorted(SDK.rglob("*.py")):
        place = path.relative_to(SDK)
        if place.parts[0] == "local":
            continue
        for service, operation, line in calls_in(ast.parse(path.read_text())):
            found.setdefault(f"{service}.{operation}", []).append(f"{place}:{line}")
    return found


def test_table_has_a_row_for_every_call_in_the_source():
    found = source_calls()
    missing = {call: at for call, at in found.items() if call not in _table()["calls"]}

    assert not missing, "\n".join(
        ["Add these rows to `calls` in smnb/data/iam.json, with their IAM actions:"]
        + [
            f'  "{call}": {{"features": ["…"], "grants": '
            f'[["{call.split(".")[0].removesuffix("-runtime")}:{call.split(".")[1]}", '
            f'"any"]]}},   (called in {", ".join(at)})'
            for call, at in missing.items()
        ]
    )


def test_table_has_no_row_that_the_source_does_not_call():
    superfluous = sorted(set(_table()["calls"]) - set(source_calls()))

    assert not superfluous, f"Remove from smnb/data/iam.json: {superfluous}"


def test_no_client_is_passed_to_another_function():
    """There its calls would be hidden from the scan, and so from the table."""
    passed = []
    for path in SDK.rglob("*.py"):
        if path.relative_to(SDK).parts[0] == "local":
            continue
        for function in functions_in(ast.parse(path.read_text())):
            names = clients_in(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    values = [*node.args, *(k.value for k in node.keywords)]
                    passed += [
                        f"{path.name}:{node.lineno}"
                        for value in values
                        if client_of(value, names)
                    ]

    assert passed == [], "name the client where its methods are called"


def test_table_names_only_what_it_defines():
    table = _table()
    rows = [row["grants"] for row in table["calls"].values()]
    rows += table["role"].values()
    rows += [s[who] for s in table["settings"].values() for who in ("caller", "role")]
    for action, resource in (grant for grants in rows for grant in grants):
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", action)
        assert resource in table["resources"]


def test_table_names_calls_by_their_real_names():
    for call in _table()["calls"]:
        service, operation = call.split(".")

        assert operation in operations(service).values()


def aws(region="us-east-1", **options):
    """Return a session on AWS that knows who it is, so that it need not ask."""
    session = smnb.Session("aws", region=region, **options)
    session._identity = {"Account": "111122223333", "Arn": "arn:aws:iam::1:user/u"}
    return session


def statements(policy):
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def actions(policy):
    return {a for s in policy["Statement"] for a in s["Action"]}


def test_role_is_passed_to_sagemaker_alone():
    policy = smnb.iam_policy(session=aws(role=ROLE))

    assert statements(policy.caller)["Role"] == {
        "Sid": "Role",
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ROLE,
        "Condition": {
            "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
        },
    }


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
    ],
)
def test_resources_are_of_the_partition_region_and_account(region, partition):
    policy = smnb.iam_policy(session=aws(region))

    resources = {s["Resource"] for s in policy.caller["Statement"]} - {"*"}
    assert all(resource.startswith(f"arn:{partition}:") for resource in resources)
    assert f"arn:{partition}:sagemaker:{region}:111122223333:endpoint/*" in resources
    assert f"arn:{partition}:s3:::sagemaker-{region}-111122223333/smnb/*" in resources


def test_nothing_known_asks_nobody(monkeypatch):
    monkeypatch.setattr(smnb.Session, "client", None)
    policy = smnb.iam_policy()

    endpoint = statements(policy.caller)["Endpoint"]
    assert endpoint["Resource"] == "arn:aws:sagemaker:*:*:endpoint/*"


@pytest.mark.parametrize(
    ("compute", "allowed"),
    [
        (smnb.Serverless(), set()),
        (smnb.RealTime("ml.m5.large"), {"autoscaling"}),
        (smnb.Async(), {"autoscaling", "async"}),
        (None, {"autoscaling", "async"}),
    ],
)
def test_compute_leaves_out_what_it_does_not_call(compute, allowed):
    may = actions(smnb.iam_policy(compute=compute).caller)

    assert ("sagemaker:InvokeEndpointAsync" in may) == ("async" in allowed)
    scaling = "application-autoscaling:PutScalingPolicy" in may
    assert scaling == ("autoscaling" in allowed)
    assert "sagemaker:InvokeEndpoint" in may


def test_model_limits_what_the_role_reads():
    model = smnb.Model("s3://models/faces/model.tar.gz", image=IMAGE)
    role = statements(smnb.iam_policy(model).role)

    assert role["ModelObject"]["Resource"] == "arn:aws:s3:::models/faces/model.tar.gz"
    assert role["Repository"]["Resource"] == (
        "arn:aws:ecr:us-west-2:763104351884:repository/pytorch-inference"
    )


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("arn:aws:kms:us-east-1:1:key/k", "arn:aws:kms:us-east-1:1:key/k"),
        ("1234", "arn:aws:kms:us-east-1:111122223333:key/1234"),
        ("alias/models", "arn:aws:kms:us-east-1:111122223333:key/*"),
    ],
)
def test_key_of_the_session_may_be_used(key, resource):
    policy = smnb.iam_policy(session=aws(kms_key=key))

    assert statements(policy.caller)["Key"]["Resource"] == resource
    assert "kms:Decrypt" in statements(policy.role)["Key"]["Action"]


def test_network_of_the_session_may_be_joined_by_the_role():
    session = aws(vpc=smnb.Vpc(("subnet-1",), ("sg-1",)))
    with_network = actions(smnb.iam_policy(session=session).role)

    assert with_network - actions(smnb.iam_policy().role) >= {
        "ec2:CreateNetworkInterface",
        "ec2:DescribeSubnets",
    }


def test_commands_create_the_role_with_its_policies():
    policy = smnb.iam_policy()
    create, put = (shlex.split(line) for line in policy.commands.splitlines())

    assert create[:3] == ["aws", "iam", "create-role"]
    assert json.loads(create[-1]) == policy.trust
    assert put[:3] == ["aws", "iam", "put-role-policy"]
    assert json.loads(put[-1]) == policy.role


def test_policies_fit_into_what_iam_takes():
    """6144 characters for a managed policy, 10240 for a role's own (IAM quotas)."""
    policy = smnb.iam_policy()

    assert len(json.dumps(policy.caller, separators=(",", ":"))) < 6144
    assert len(json.dumps(policy.role, separators=(",", ":"))) < 10240


def test_repr_shows_policies_and_commands():
    policy = smnb.iam_policy()

    assert json.dumps(policy.caller, indent=2) in repr(policy)
    assert policy.commands in repr(policy)
    assert policy._repr_html_().startswith("<pre>For you, the caller:")
