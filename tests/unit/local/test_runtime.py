"""The data plane with containers that do as they are told."""

import asyncio
from types import SimpleNamespace

import pytest
from hosting_fakes import FakeMetricStore
from hypothesis import given
from hypothesis import strategies as st

from smnb._limits import LIMITS
from smnb.local.container import (
    ModelDiedError,
    ModelTimeoutError,
    OutOfMemoryError,
    StartFailedError,
    TooManyRequestsError,
)
from smnb.local.container.response import Body
from smnb.local.errors import ServiceError
from smnb.local.request import Request
from smnb.local.services.async_queue import AsyncAccepted, AsyncRequest
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.runtime import RuntimeService, _choose


class Container:
    """Answers with what it is given; notes what it is sent, if it reads it."""

    def __init__(self, answer=b"made", headers=None, status=200):
        self.answer = answer
        self.headers = headers or {"content-type": "a/b"}
        self.status = status
        self.sent = None
        self.closed = False

    async def ready(self):
        return self

    async def invoke(self, headers, body, size_bytes, *, timeout_s):
        if isinstance(self.answer, Exception):
            raise self.answer
        assert timeout_s is None  # the container's own
        self.sent = headers, b"".join([chunk async for chunk in body]), size_bytes
        return SimpleNamespace(
            status=self.status,
            headers=self.headers,
            body=Body(self.chunks(), self.close),
        )

    async def chunks(self):
        yield self.answer

    def close(self):
        self.closed = True


def request(body=b"", call="invocations", method="POST", **headers):
    """Return a request; a body that is a list comes in these parts, sizes unknown."""
    parts = body if isinstance(body, list) else [body]
    if not isinstance(body, list):
        headers["content-length"] = str(len(body))
    left = list(parts)

    async def receive():
        part = left.pop(0)
        if isinstance(part, Exception):
            raise part
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    path = f"/endpoints/faces/{call}"
    made = Request(method, path, [], headers, "sagemaker", "eu-west-1", "id-1", receive)
    return made, left


def answer(sent, container, kind="realtime", queue=None):
    """Return the runtime's response to a request for an endpoint of one container."""
    variant = SimpleNamespace(
        name="A",
        weight=1.0,
        ready=container.ready,
        running=True,
        spec=SimpleNamespace(endpoint_name="faces", workers=1),
    )
    hosted = SimpleNamespace(kind=kind, status="InService", variants=(variant,))
    fleet = SimpleNamespace(lookup=lambda region, name: hosted)
    metrics = EndpointMetrics(FakeMetricStore())
    return asyncio.run(RuntimeService(fleet, queue, metrics)(sent))


def refusal(sent, container, **options):
    """Return the error that the runtime answers a request with."""
    with pytest.raises(ServiceError) as caught:
        answer(sent, container, **options)
    return caught.value


def test_answer_has_what_aws_gives_back():
    container = Container(
        headers={
            "content-type": "a/b",
            "content-length": "4",
            "x-amzn-sagemaker-custom-attributes": "trace",
            "x-own": "no",
            "server": "no",
        }
    )

    response = answer(request(b"hi")[0], container)

    assert (response.status, response.body) == (200, b"made")
    assert response.headers == {
        "content-type": "a/b",
        "content-length": "4",
        "x-amzn-sagemaker-custom-attributes": "trace",
        "x-amzn-invoked-production-variant": "A",
    }


def test_body_of_unknown_size_is_measured_first():
    container = Container()

    answer(request([b"he", b"llo"])[0], container)

    assert container.sent == ({}, b"hello", 5)


def test_large_response_is_streamed():
    size = LIMITS["realtime_response_bytes"].value
    container = Container(b"x" * size, {"content-length": str(size)})

    response = answer(request()[0], container)

    assert isinstance(response.body, Body)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize("kind", ["realtime", "serverless"])
def test_response_over_the_limit_frees_the_container(kind, declared):
    size = LIMITS[f"{kind}_response_bytes"].value + 1
    headers = {"content-length": str(size)} if declared else {"content-type": "a/b"}
    container = Container(b"x" * size, headers)

    error = refusal(request()[0], container, kind=kind)

    assert (error.code, error.status) == ("ModelError", 424)
    assert error.members["OriginalStatusCode"] == 0
    assert container.closed


@pytest.mark.parametrize("kind", ["realtime", "serverless"])
@pytest.mark.parametrize("known", [True, False], ids=["known size", "unknown size"])
def test_body_over_the_limit_never_reaches_the_container(kind, known):
    body = b"x" * (LIMITS[f"{kind}_payload_bytes"].value + 1)
    container = Container()
    sent, left = request(body if known else [body[:100], body[100:], b"more"])

    error = refusal(sent, container, kind=kind)

    assert (error.code, error.status) == {
        "realtime": ("", 413),
        "serverless": ("ValidationError", 400),
    }[kind]
    assert container.sent is None
    assert left == []  # the client could send it all


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        pytest.param(
            ModelTimeoutError(),
            "ModelError",
            'error (0) from primary with message "Your invocation timed out while waiting'
            " for a response from container primary. Review the latency metrics for each"
            " container in Amazon CloudWatch, resolve the issue, and try again.",
            id="time",
        ),
        pytest.param(
            ModelDiedError("by a signal"),
            "ModelError",
            "could not get a response from the faces endpoint. This can occur when CPU",
            id="death",
        ),
        pytest.param(
            StartFailedError("no handler"),
            "ModelError",
            "could not get a response from the faces endpoint.",
            id="start",
        ),
        pytest.param(
            OutOfMemoryError("too much"),
            "ModelError",
            "insufficient memory",
            id="memory",
        ),
        pytest.param(
            TooManyRequestsError(), "ThrottlingException", None, id="throttle"
        ),
    ],
)
def test_what_a_container_raises_is_told_in_awss_words(raised, code, text):
    error = refusal(request(b"hi")[0], Container(raised))

    assert error.code == code
    assert text in error.message if text else error.message is None


@pytest.mark.parametrize(
    ("status", "side"),
    [
        (400, "client"),
        (499, "client"),
        (500, "server"),
        (599, "server"),
        (302, "server"),
    ],
)
def test_status_other_than_success_is_a_model_error(status, side):
    error = refusal(request()[0], Container(b"why", status=status))

    assert (
        f'Received {side} error ({status}) from primary with message "why"'
        in error.message
    )
    assert error.members["OriginalStatusCode"] == status


def test_error_text_that_is_no_utf_8_is_shown_as_far_as_it_goes():
    error = refusal(request()[0], Container(b"\xff!", status=500))

    assert error.members["OriginalMessage"] == "�!"


def test_signature_that_turns_out_wrong_goes_before_any_other_error():
    forged = ServiceError("InvalidSignatureException", "no", 403)

    error = refusal(request([b"x", forged])[0], Container(ModelDiedError("died")))

    assert error is forged


@pytest.mark.parametrize(
    ("call", "method"), [("models", "POST"), ("invocations", "GET"), ("", "POST")]
)
def test_call_that_is_not_there_is_named(call, method):
    error = refusal(request(b"", call, method)[0], Container())

    assert (error.code, error.status) == ("NotImplemented", 501)
    assert f"{method} /endpoints/faces/{call}" in error.message


class Queue:
    """Takes one request."""

    async def submit(self, request):
        self.taken = request
        return AsyncAccepted("mine", "s3://b/out/1.out", "s3://b/failed/1.out")


def test_asynchronous_request_is_parsed_from_its_headers():
    queue = Queue()
    headers = {
        "x-amzn-sagemaker-inputlocation": "s3://b/in",
        "x-amzn-sagemaker-content-type": "video/mp4",
        "x-amzn-sagemaker-accept": "a/b",
        "x-amzn-sagemaker-custom-attributes": "trace",
        "x-amzn-sagemaker-inference-id": "mine",
        "x-amzn-sagemaker-requestttlseconds": "60",
        "x-amzn-sagemaker-invocationtimeoutseconds": "3600",
        "x-amzn-sagemaker-s3outputpathextension": "day/1",
        "x-amzn-sagemaker-filename": "a.txt",
        "content-type": "application/octet-stream",
    }

    response = answer(
        request(b"", "async-invocations", **headers)[0], Container(), queue=queue
    )

    assert queue.taken == AsyncRequest(
        region="eu-west-1",
        endpoint_name="faces",
        input_location="s3://b/in",
        content_type="video/mp4",
        accept="a/b",
        custom_attributes="trace",
        inference_id="mine",
        ttl_s=60,
        timeout_s=3600,
        path_extension="day/1",
        filename="a.txt",
    )
    assert response.status == 202
    assert response.body == b'{"InferenceId":"mine"}'
    assert response.headers == {
        "content-type": "application/json",
        "x-amzn-sagemaker-outputlocation": "s3://b/out/1.out",
        "x-amzn-sagemaker-failurelocation": "s3://b/failed/1.out",
    }


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param("requestttlseconds", "soon", id="no number"),
        pytest.param("requestttlseconds", "59", id="below"),
        pytest.param("invocationtimeoutseconds", "3601", id="above"),
        pytest.param("filename", "a.b.c", id="pattern"),
        pytest.param("inputlocation", "ftp://b/in", id="scheme"),
    ],
)
def test_asynchronous_request_that_breaks_a_rule_is_refused(header, value):
    queue = Queue()
    headers = {f"x-amzn-sagemaker-{header}": value}

    error = refusal(
        request(b"x", "async-invocations", **headers)[0], Container(), queue=queue
    )

    assert error.code == "ValidationError"
    assert not hasattr(queue, "taken")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_variant_without_weight_gets_no_traffic(weights):
    variants = [SimpleNamespace(name=str(n), weight=w) for n, w in enumerate(weights)]
    hosted = SimpleNamespace(variants=variants)

    chosen = _choose(hosted, "faces", None)

    assert chosen.weight or not any(weights)
