"""From a request to a method and back, in whichever protocol was asked."""

import asyncio
import gzip

import orjson
import pytest

from smnb.local.errors import ServiceError
from smnb.local.protocols.operations import Operations
from smnb.local.request import Request

JSON = {"content-type": "application/x-amz-json-1.0"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
TARGET = {"x-amz-target": "GraniteServiceVersion20100801.DeleteAlarms", **JSON}


class Alarms:
    """Methods of CloudWatch that note how they were called."""

    def __init__(self):
        self.context = None
        self.params = None

    async def delete_alarms(self, context, params):
        self.context, self.params = context, params
        return {}

    async def describe_alarms(self, _context, params):
        self.params = params
        return {"NextToken": "next"}


@pytest.fixture
def alarms():
    return Alarms()


def call(methods, headers, body, api="cloudwatch"):
    """Return the response to one request."""

    async def receive():
        return {"type": "http.request", "body": body}

    request = Request(
        "POST", "/", [], headers, "monitoring", "eu-west-1", "id-1", receive
    )
    return asyncio.run(Operations(api, methods)(request))


def test_json_request_reaches_its_method(alarms):
    call(alarms, TARGET, b'{"AlarmNames": ["a"]}')

    assert alarms.params == {"AlarmNames": ["a"]}


def test_query_request_reaches_the_same_method(alarms):
    call(alarms, FORM, b"Action=DeleteAlarms&AlarmNames.member.1=a")

    assert alarms.params == {"AlarmNames": ["a"]}


def test_method_learns_who_calls_and_where(alarms):
    python = "/opt/venv/bin/python"
    call(alarms, {**TARGET, "x-smnb-python": python}, b'{"AlarmNames": []}')

    context = alarms.context
    assert (context.region, context.account_id) == ("eu-west-1", "000000000000")
    assert (context.request_id, context.caller_python) == ("id-1", python)


def test_json_answer_is_in_the_version_that_was_asked(alarms):
    target = {"x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms", **JSON}
    response = call(alarms, target, b"{}")

    assert response.headers["content-type"] == "application/x-amz-json-1.0"
    assert orjson.loads(response.body) == {"NextToken": "next"}


def test_query_answer_is_xml(alarms):
    response = call(alarms, FORM, b"Action=DescribeAlarms")

    assert response.headers["content-type"] == "text/xml"
    assert b"<NextToken>next</NextToken>" in response.body


@pytest.mark.parametrize(
    ("headers", "body", "named"),
    [
        pytest.param(
            {"x-amz-target": "G.PutDashboard"},
            b"{}",
            "cloudwatch PutDashboard",
            id="json",
        ),
        pytest.param(
            FORM, b"Action=PutDashboard", "cloudwatch PutDashboard", id="query"
        ),
        pytest.param(
            {"x-amz-target": "G.Nonsense"}, b"{}", "cloudwatch Nonsense", id="new"
        ),
        pytest.param(FORM, b"a=b", "without Action", id="no-action"),
    ],
)
def test_operation_without_a_method_is_named(headers, body, named, alarms):
    with pytest.raises(ServiceError, match=named) as caught:
        call(alarms, headers, body)

    assert caught.value.status == 501


@pytest.mark.parametrize(
    ("api", "headers", "body", "code"),
    [
        ("sts", FORM, b"Action=AssumeRole", "ValidationError"),
        ("iam", FORM, b"Action=GetRole", "ValidationError"),
        (
            "logs",
            {"x-amz-target": "L.GetLogEvents"},
            b"{}",
            "InvalidParameterException",
        ),
        (
            "sagemaker",
            {"x-amz-target": "S.DescribeModel"},
            b"{}",
            "ValidationException",
        ),
    ],
)
def test_each_service_has_its_own_code_for_bad_input(api, headers, body, code):
    class AnyMethod:
        def __getattr__(self, name):
            return name

    with pytest.raises(ServiceError, match="Member must not be null") as caught:
        call(AnyMethod(), headers, body, api)

    assert caught.value.code == code


def test_protocol_that_is_not_spoken_is_named(alarms):
    headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}

    with pytest.raises(ServiceError, match="rpc-v2-cbor") as caught:
        call(alarms, headers, b"\xa0")

    assert caught.value.status == 501


def test_compressed_request_is_unpacked(alarms):
    packed = gzip.compress(b'{"AlarmNames": ["a"]}')
    call(alarms, {**TARGET, "content-encoding": "gzip"}, packed)

    assert alarms.params == {"AlarmNames": ["a"]}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{}", id="no-gzip"),
        pytest.param(gzip.compress(b"{}")[:-9], id="cut"),
        pytest.param(
            gzip.compress(bytes(8 * 1024 * 1024 + 1)), id="too-large-unpacked"
        ),
    ],
)
def test_compressed_request_that_can_not_be_unpacked_is_refused(alarms, body):
    with pytest.raises(ServiceError) as caught:
        call(alarms, {**TARGET, "content-encoding": "gzip"}, body)

    assert caught.value.code == "SerializationException"
    assert alarms.params is None
