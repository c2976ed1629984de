"""Who the caller is, and what becomes of a caller that is nobody."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

AWS = Path(sys.executable).with_name("aws")
ROLE = "arn:aws:iam::000000000000:role/smnb-local"
INVOCATION = {"EndpointName": "nobody", "Body": b"x"}


@pytest.fixture
def stranger(backend):
    """Return a function that makes a client with other keys than the backend's."""

    def client(service, **keys):
        own = backend.runtime_file
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=backend.url,
            aws_access_key_id=keys.get("access_key", own.access_key),
            aws_secret_access_key=keys.get("secret_key", own.secret_key),
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    return client


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


@pytest.mark.parametrize(
    ("service", "call", "params", "unknown_key", "wrong_secret"),
    [
        pytest.param(
            "sts",
            "get_caller_identity",
            {},
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            id="query",
        ),
        pytest.param(
            "sagemaker",
            "list_endpoints",
            {},
            "UnrecognizedClientException",
            "InvalidSignatureException",
            id="json",
        ),
        pytest.param(
            "sagemaker-runtime",
            "invoke_endpoint",
            INVOCATION,
            "UnrecognizedClientException",
            "InvalidSignatureException",
            id="rest-json",
        ),
        pytest.param(
            "s3",
            "list_buckets",
            {},
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            id="rest-xml",
        ),
    ],
)
def test_stranger_is_refused_in_the_words_of_the_protocol(
    service, call, params, unknown_key, wrong_secret, stranger
):
    codes = []
    for keys in ({"access_key": "AKIANOBODY"}, {"secret_key": "guess"}):
        with pytest.raises(ClientError) as caught:
            getattr(stranger(service, **keys), call)(**params)
        codes.append(caught.value.response["Error"]["Code"])

    assert codes == [unknown_key, wrong_secret]


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


def test_client_that_waits_for_continue_is_told_to(backend):
    """As every PUT of boto3 does, here seen on the wire."""
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest("POST", f"{backend.url}/", data=body)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    keys = Credentials(backend.runtime_file.access_key, backend.runtime_file.secret_key)
    SigV4Auth(keys, "sts", "us-east-1").add_auth(request)
    address = urlsplit(backend.url)
    sent = {
        **dict(request.headers.items()),
        "Host": address.netloc,
        "Content-Length": str(len(body)),
        "Expect": "100-continue",
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())

    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{lines}\r\n".encode())
        with connection.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
            assert answer.readline() == b"\r\n"
            connection.sendall(body)

            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
