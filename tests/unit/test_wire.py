"""A request without boto3's work on every call fails and answers as boto3's would."""

import io

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from smnb import _wire
from smnb._session import Session

EVENT = "before-send.sagemaker-runtime.InvokeEndpoint"
BODIES = [
    pytest.param(
        424,
        {"x-amzn-ErrorType": "ModelError"},
        b'{"Message": "m", "OriginalStatusCode": 500, "OriginalMessage": "KeyError"}',
        id="model-error",
    ),
    pytest.param(
        400,
        {"x-amzn-ErrorType": "ValidationError"},
        b'{"Message": "Endpoint e of account 000000000000 not found."}',
        id="modelled-error",
    ),
    pytest.param(
        400,
        {"x-amzn-ErrorType": "ThrottlingException"},
        b'{"message": null}',
        id="error-without-a-model",
    ),
    pytest.param(413, {}, b"HTTP content length exceeded", id="no-error-type"),
    pytest.param(503, {}, b"", id="nothing-said"),
]


@pytest.fixture
def session(aws_keys):
    """Give a session whose requests are answered by the test."""
    return Session("aws", region="eu-west-1")


@pytest.fixture
def aws_keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")


def answered(session, status, headers, body, sent=None):
    """Have every request answered so, and kept in `sent`."""

    def answer(request, **_):
        if sent is not None:
            sent.append(request)
        raw = io.BytesIO(body)
        raw.stream = lambda *_: iter([body])
        return AWSResponse(request.url, status, headers, raw)

    session.client("sagemaker-runtime").meta.events.register(EVENT, answer)


@pytest.mark.parametrize(("status", "headers", "body"), BODIES)
def test_errors_are_boto3s(session, status, headers, body):
    answered(session, status, headers, body)
    client = session.client("sagemaker-runtime")

    with pytest.raises(ClientError) as theirs:
        client.invoke_endpoint(EndpointName="e", Body=b"1")
    with pytest.raises(ClientError) as ours:
        _wire.invoke(session, "e", b"1", 1, {})

    assert type(ours.value) is type(theirs.value)
    retried = " (reached max retries: 0)"  # what botocore adds of its own
    assert str(ours.value) == str(theirs.value).replace(retried, "")
    mine, expected = dict(ours.value.response), dict(theirs.value.response)
    for answer in (mine, expected):
        answer["ResponseMetadata"] = answer["ResponseMetadata"]["HTTPStatusCode"]
    assert mine == expected


def test_request_is_what_boto3_sends(session):
    ours, theirs = [], []
    answered(session, 200, {"Content-Type": "text/csv"}, b"1,2", ours)
    headers = {"Content-Type": "application/json", "Accept": "text/csv"}

    answer = _wire.invoke(session, "my-endpoint", b"[1]", 3, headers)

    other = Session("aws", region="eu-west-1")
    answered(other, 200, {}, b"", theirs)
    other.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="my-endpoint",
        ContentType="application/json",
        Accept="text/csv",
        Body=b"[1]",
    )
    assert (answer.content, answer.content_type) == (b"1,2", "text/csv")
    assert (ours[0].method, ours[0].url, ours[0].body) == (
        theirs[0].method,
        theirs[0].url,
        theirs[0].body,
    )
    for name in ("Content-Type", "Accept", "Content-Length", "X-Amz-Security-Token"):
        assert _text(ours[0].headers[name]) == _text(theirs[0].headers[name])


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
