"""Errors as each protocol's client of botocore reads them."""

import pytest
from botocore.parsers import create_parser
from modelled_values import operation

from smnb.local.errors import ServiceError
from smnb.local.protocols import errors
from smnb.local.protocols.errors import Protocol
from smnb.local.signing import Refusal

INVOKE = operation("sagemaker-runtime", "InvokeEndpoint")
PARSER = {
    Protocol.JSON: "json",
    Protocol.QUERY: "query",
    Protocol.REST_JSON: "rest-json",
    Protocol.REST_XML: "rest-xml",
}
S3 = "AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/s3/aws4_request, …"


def read(protocol, error):
    """Return the error as botocore's client reads it."""
    response = errors.render(protocol, error, "id-1")
    answer = {
        "status_code": response.status,
        "headers": response.headers,
        "body": response.body,
    }
    parsed = create_parser(PARSER[protocol]).parse(answer, INVOKE.output_shape)
    return parsed["Error"]


@pytest.mark.parametrize("protocol", Protocol)
def test_render_carries_code_and_message(protocol):
    found = read(protocol, ServiceError("Some<Code", 'Text with <, & and "', 400))

    assert (found["Code"], found["Message"]) == ("Some<Code", 'Text with <, & and "')


def test_render_carries_the_members_of_a_model_error():
    error = ServiceError("ModelError", "It failed.", 424, OriginalStatusCode=500)

    response = errors.render(Protocol.REST_JSON, error, "id-1")

    assert response.status == 424
    assert response.headers["x-amzn-errortype"] == "ModelError"
    assert response.body == b'{"Message":"It failed.","OriginalStatusCode":500}'


def test_render_of_no_message_is_null_as_when_aws_throttles():
    error = ServiceError("ThrottlingException", None, 400)

    assert errors.render(Protocol.REST_JSON, error, "id-1").body == b'{"message":null}'


def test_render_without_a_code_leaves_the_status_as_the_code():
    assert (
        read(Protocol.REST_JSON, ServiceError("", "Too large.", 413))["Code"] == "413"
    )


def test_protocol_of_a_presigned_url_is_that_of_s3():
    headers = {"content-type": "application/x-www-form-urlencoded"}
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"

    assert errors.protocol_of(headers, "/endpoints/k", query) is Protocol.REST_XML


@pytest.mark.parametrize(
    ("headers", "path", "protocol"),
    [
        pytest.param({"x-amz-target": "A.B"}, "/", Protocol.JSON, id="target"),
        pytest.param({}, "/endpoints/e/invocations", Protocol.REST_JSON, id="runtime"),
        pytest.param(
            {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            "/",
            Protocol.QUERY,
            id="form",
        ),
        pytest.param({}, "/bucket/key", Protocol.REST_XML, id="bucket"),
        pytest.param(
            {"authorization": S3},
            "/endpoints/key",
            Protocol.REST_XML,
            id="s3-endpoints",
        ),
        pytest.param(
            {"authorization": S3, "content-type": "application/x-www-form-urlencoded"},
            "/bucket/form",
            Protocol.REST_XML,
            id="s3-form",
        ),
    ],
)
def test_protocol_of_a_request(headers, path, protocol):
    assert errors.protocol_of(headers, path, "") is protocol


@pytest.mark.parametrize(
    ("protocol", "reason", "code"),
    [
        (Protocol.JSON, Refusal.MISSING, "MissingAuthenticationTokenException"),
        (Protocol.REST_JSON, Refusal.UNKNOWN_KEY, "UnrecognizedClientException"),
        (Protocol.REST_JSON, Refusal.MISMATCH, "InvalidSignatureException"),
        (Protocol.QUERY, Refusal.UNKNOWN_KEY, "InvalidClientTokenId"),
        (Protocol.QUERY, Refusal.MISMATCH, "SignatureDoesNotMatch"),
        (Protocol.REST_XML, Refusal.UNKNOWN_KEY, "InvalidAccessKeyId"),
        (Protocol.REST_XML, Refusal.EXPIRED, "RequestTimeTooSkewed"),
    ],
)
def test_refusal_has_the_code_of_the_protocol(protocol, reason, code):
    assert errors.refusal(protocol, reason).code == code


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize("reason", Refusal)
def test_refusal_exists_for_every_reason(protocol, reason):
    assert 400 <= errors.refusal(protocol, reason).status < 500
