"""InvokeEndpointWithResponseStream with containers that do as they are told."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from botocore.eventstream import EventStreamBuffer
from hosting_fakes import FakeMetricStore

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
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.runtime import RuntimeService


class Container:
    """Sends these pieces; one that is an exception is raised."""

    def __init__(self, *pieces, status=200, refuses=None):
        self.pieces = pieces
        self.status = status
        self.refuses = refuses
        self.closed = False

    async def ready(self):
        return self

    async def invoke(self, headers, body, size_bytes, *, timeout_s):
        if self.refuses:
            raise self.refuses
        content = b"".join([chunk async for chunk in body])
        assert len(content) == size_bytes
        self.sent = headers, content, timeout_s
        return SimpleNamespace(
            status=self.status,
            headers={
                "content-type": "text/plain",
                "transfer-encoding": "chunked",
                "x-amzn-sagemaker-custom-attributes": "trace",
            },
            body=Body(self.chunks(), self.close),
        )

    async def chunks(self):
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def close(self):
        self.closed = True


class Runtime:
    """A runtime with one endpoint of one container."""

    def __init__(self, container, kind="realtime"):
        variant = SimpleNamespace(
            name="A",
            weight=1.0,
            ready=container.ready,
            running=True,
            spec=SimpleNamespace(endpoint_name="faces", workers=1),
        )
        hosted = SimpleNamespace(kind=kind, status="InService", variants=(variant,))
        fleet = SimpleNamespace(lookup=lambda region, name: hosted)
        self.store = FakeMetricStore()
        self.service = RuntimeService(fleet, None, EndpointMetrics(self.store))

    async def respond(self, body=b"hi", **headers):
        """Return the response, of which nothing is read yet."""

        async def receive():
            return {"type": "http.request", "body": body}

        path = "/endpoints/faces/invocations-response-stream"
        headers = {"content-length": str(len(body)), **headers}
        region = "eu-west-1"
        return await self.service(
            Request("POST", path, [], headers, "sagemaker", region, "id-1", receive)
        )

    def read(self, **request):
        """Return the response's headers and its events."""

        async def read():
            response = await self.respond(**request)
            buffer = EventStreamBuffer()
            async for event in response.body:
                buffer.add_data(event)
            return response.headers, list(buffer)

        return asyncio.run(read())

    def refusal(self, **request):
        """Return the error that a request is answered with."""
        with pytest.raises(ServiceError) as caught:
            asyncio.run(self.respond(**request))
        return caught.value


def payloads(events):
    return [event.payload for event in events]


def test_each_piece_that_has_content_is_an_event():
    _, events = Runtime(Container(b"one ", b"", b"two")).read()

    assert payloads(events) == [b"one ", b"two"]


def test_answer_without_content_has_no_event():
    _, events = Runtime(Container(b"")).read()

    assert events == []


def test_headers_are_the_operations_own():
    headers, _ = Runtime(Container()).read()

    assert headers == {
        "content-type": "application/vnd.amazon.eventstream",
        "x-amzn-sagemaker-content-type": "text/plain",
        "x-amzn-sagemaker-custom-attributes": "trace",
        "x-amzn-invoked-production-variant": "A",
    }


def test_model_gets_the_accept_that_is_meant_for_it():
    container = Container()
    headers = {
        "accept": "application/vnd.amazon.eventstream",
        "x-amzn-sagemaker-accept": "text/plain",
        "content-type": "a/b",
    }

    Runtime(container).read(**headers)

    assert container.sent[0] == {"accept": "text/plain", "content-type": "a/b"}


@pytest.mark.parametrize(
    ("kind", "timeout_s"),
    [("realtime", LIMITS["stream_timeout_s"].value), ("serverless", None)],
)
def test_stream_of_an_instance_may_take_longer(kind, timeout_s):
    container = Container()

    Runtime(container, kind).read()

    assert container.sent[2] == timeout_s


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        pytest.param(
            ModelTimeoutError(),
            "ModelInvocationTimeExceeded",
            "Your invocation timed out while waiting for a response from container",
            id="time",
        ),
        pytest.param(
            ModelDiedError("By a signal."),
            "StreamBroken",
            "The response stream was broken. By a signal.",
            id="death",
        ),
        pytest.param(
            OutOfMemoryError("It took too much."),
            "StreamBroken",
            "The response stream was broken. It took too much.",
            id="memory",
        ),
    ],
)
def test_failure_in_the_middle_is_the_last_event(raised, code, text):
    container = Container(b"one ", raised, b"never")

    _, (part, error) = Runtime(container).read()

    told = json.loads(error.payload)
    assert part.payload == b"one "
    assert error.headers[":exception-type"] == "ModelStreamError"
    assert told["ErrorCode"] == code
    assert told["Message"].startswith(text)
    assert container.closed


@pytest.mark.parametrize(
    ("container", "code"),
    [
        pytest.param(Container(refuses=ModelTimeoutError()), "ModelError", id="time"),
        pytest.param(Container(refuses=ModelDiedError("x")), "ModelError", id="death"),
        pytest.param(Container(refuses=StartFailedError("")), "ModelError", id="start"),
        pytest.param(
            Container(refuses=TooManyRequestsError()), "ThrottlingException", id="full"
        ),
        pytest.param(Container(b"why", status=500), "ModelError", id="status"),
    ],
)
def test_failure_before_the_stream_is_an_ordinary_error(container, code):
    assert Runtime(container).refusal().code == code


@pytest.mark.parametrize(
    ("kind", "code"), [("realtime", ""), ("serverless", "ValidationError")]
)
def test_body_over_the_limit_is_refused(kind, code):
    body = b"x" * (LIMITS[f"{kind}_payload_bytes"].value + 1)

    assert Runtime(Container(), kind).refusal(body=body).code == code


def test_asynchronous_endpoint_is_refused():
    error = Runtime(Container(), "async").refusal()

    assert error.code == "ValidationError"


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "not begun"])
def test_stream_that_is_closed_frees_the_container(begun):
    container = Container(b"one ", b"two")

    async def leave():
        response = await Runtime(container).respond()
        if begun:
            await anext(response.body)
        await response.body.aclose()

    asyncio.run(leave())

    assert container.closed


@pytest.mark.parametrize(
    ("pieces", "failed"),
    [
        pytest.param([b"one"], 0, id="whole"),
        pytest.param([b"one", ModelDiedError("")], 1, id="broken"),
    ],
)
def test_stream_is_measured_to_its_end(pieces, failed):
    runtime = Runtime(Container(*pieces))

    runtime.read()

    assert runtime.store.values("Invocations") == [1]
    assert runtime.store.values("Invocation5XXErrors") == [failed]


def test_stream_that_goes_on_is_not_measured_yet():
    runtime = Runtime(Container(b"one ", b"two"))

    async def begin():
        response = await runtime.respond()
        await anext(response.body)
        return runtime.store.values("Invocations")

    assert asyncio.run(begin()) == []


def test_stream_that_is_left_counts_as_answered():
    runtime = Runtime(Container(b"one ", b"two"))

    async def leave():
        response = await runtime.respond()
        await anext(response.body)
        await response.body.aclose()

    asyncio.run(leave())

    assert runtime.store.values("Invocations") == [1]
    assert runtime.store.values("Invocation5XXErrors") == [0]
