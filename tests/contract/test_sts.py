"""Who the caller is, and which role that is."""

import json
import os
import subprocess
import sys
from pathlib import Path

AWS = Path(sys.executable).with_name("aws")
ROLE = "arn:aws:iam::000000000000:role/smnb-local"


def test_caller_identity_is_an_assumed_role(backend):
    answer = backend.client("sts").get_caller_identity()

    assert answer["Account"] == "000000000000"
    assert answer["Arn"] == (
        "arn:aws:sts::000000000000:assumed-role/smnb-local/smnb-local"
    )
    assert answer["ResponseMetadata"]["RequestId"]


def test_role_of_the_caller_is_found(backend):
    role = backend.client("iam").get_role(RoleName="smnb-local")["Role"]

    assert role["Arn"] == ROLE
    assert role["CreateDate"].year == 2026
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}


def test_awscli_needs_the_endpoint_and_the_keys_alone(backend):
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": backend.url,
        "AWS_ACCESS_KEY_ID": backend.runtime_file.access_key,
        "AWS_SECRET_ACCESS_KEY": backend.runtime_file.secret_key,
    }
    done = subprocess.run(
        [AWS, "sts", "get-caller-identity", "--region", "eu-west-1"],
        env=environment,
        check=True,
        capture_output=True,
    )

    assert json.loads(done.stdout)["Account"] == "000000000000"


def test_operation_that_is_not_there_is_named(backend, refused):
    error = refused(backend.client("iam").list_roles)

    assert error["Code"] == "NotImplemented"
    assert "iam ListRoles" in error["Message"]


def test_constraint_is_refused_in_aws_words(backend, refused):
    error = refused(backend.client("iam").get_role, RoleName="a b")

    assert error["Code"] == "ValidationError"
    assert error["Message"].startswith(
        "1 validation error detected: Value 'a b' at 'roleName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: "
    )
