"""Requests that are signed wrongly, or changed on the way."""

import socket
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

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


@pytest.fixture
def sign(backend):
    """Return a function that gives the headers of a POST as botocore signs it."""

    def sign(path, service, body, **headers):
        request = AWSRequest("POST", f"{backend.url}{path}", headers=headers, data=body)
        own = backend.runtime_file
        keys = Credentials(own.access_key, own.secret_key)
        SigV4Auth(keys, service, "us-east-1").add_auth(request)
        return dict(request.headers.items())

    return sign


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


def test_large_body_that_was_changed_on_the_way_is_refused(backend, hosting, sign):
    name = hosting.deploy("echo")
    path = f"/endpoints/{name}/invocations"
    headers = sign(path, "sagemaker", bytes(2_000_000))
    changed = bytes(1_999_999) + b"x"

    with closing(
        HTTPConnection(urlsplit(backend.url).netloc, timeout=30)
    ) as connection:
        connection.request("POST", path, changed, headers)
        answer = connection.getresponse()
        assert answer.status == 403
        assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"
    assert hosting.invoke(name, b"next", "text/plain") == b"next"

    hosting.delete(name)


def test_client_that_waits_for_continue_is_told_to(backend, sign):
    """As every PUT of boto3 does, here seen on the wire."""
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    address = urlsplit(backend.url)
    headers = {
        **sign(
            "/", "sts", body, **{"Content-Type": "application/x-www-form-urlencoded"}
        ),
        "Host": address.netloc,
        "Content-Length": str(len(body)),
        "Expect": "100-continue",
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{lines}\r\n".encode())
        with connection.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
            assert answer.readline() == b"\r\n"
            connection.sendall(body)

            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
