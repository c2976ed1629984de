"""The gateway, called as an ASGI server calls it."""

import asyncio
import json
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from signed_requests import ACCESS_KEY, SECRET_KEY, sign

from smnb._runtime_file import LOOKS_HEADER
from smnb.local.activity import Activity
from smnb.local.errors import ServiceError
from smnb.local.gateway import Gateway
from smnb.local.request import Response
from smnb.local.signing import Verifier

TARGET = {"X-Amz-Target": "SageMaker.ListEndpoints"}
INVOCATION = "/endpoints/e/invocations"
GONE = {"type": "http.disconnect"}


def call(
    handlers,
    headers,
    path="/",
    method="POST",
    messages=(b"",),
    *,
    stays=False,
    activity=None,
):
    """Send one request; return its status, headers, body and what was left unread."""
    parts = [
        {"type": "http.request", "body": part, "more_body": number < len(messages)}
        for number, part in enumerate(messages, 1)
    ]
    sent = []

    async def receive():
        await asyncio.sleep(0)
        if stays and not parts:
            await asyncio.Event().wait()
        return parts.pop(0) if parts else GONE

    async def send(message):
        sent.append(message)

    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    gateway = Gateway(
        handlers,
        Verifier(ACCESS_KEY, SECRET_KEY),
        lambda: {"instance_id": "me"},
        activity or Activity(lambda: False),
    )
    asyncio.run(gateway(scope, receive, send))
    start, *rest = sent or [{}]
    return SimpleNamespace(
        status=start.get("status"),
        headers={
            key.decode(): value.decode() for key, value in start.get("headers", ())
        },
        body=b"".join(message.get("body", b"") for message in rest),
        unread=parts,
    )


class Recorder:
    """A service that keeps the requests and bodies it is given."""

    def __init__(self, answer=None):
        self.requests = []
        self.chunks = []
        self.answer = answer or Response(200, {}, b"done")

    async def __call__(self, request):
        self.requests.append(request)
        async for chunk in request.chunks():
            self.chunks.append(chunk)
        return self.answer


@pytest.fixture
def service():
    return Recorder()


def test_request_reaches_the_service_of_its_scope(service):
    headers = sign(path="/?a=1&b=%20&c", service="iam")
    answer = call({"iam": service}, headers, path="/?a=1&b=%20&c")

    assert (answer.status, answer.body) == (200, b"done")
    [request] = service.requests
    assert (request.service, request.region) == ("iam", "us-east-1")
    assert request.query == [("a", "1"), ("b", " "), ("c", "")]
    assert answer.headers["x-amzn-requestid"] == request.request_id


@pytest.mark.parametrize(
    ("path", "name"),
    [(INVOCATION, "sagemaker-runtime"), ("/", "sagemaker"), ("/endpoint", "sagemaker")],
)
def test_sagemaker_is_two_services_by_path(path, name, service):
    headers = sign(path=path, service="sagemaker", headers=TARGET)
    call({name: service}, headers, path=path)

    assert len(service.requests) == 1


def test_service_that_is_not_there_is_named():
    answer = call({}, sign(service="ec2", headers=TARGET))

    assert answer.status == 501
    assert "does not answer ec2" in json.loads(answer.body)["message"]


def test_large_body_arrives_in_parts(service):
    headers = sign(path=INVOCATION, body=b"onetwothree", service="sagemaker")
    call(
        {"sagemaker-runtime": service},
        headers,
        path=INVOCATION,
        messages=[b"one", b"two", b"three"],
    )

    assert service.chunks == [b"one", b"two", b"three"]


def test_last_part_of_a_changed_body_is_withheld(service):
    headers = sign(path=INVOCATION, body=b"onetwothree", service="sagemaker")
    answer = call(
        {"sagemaker-runtime": service},
        headers,
        path=INVOCATION,
        messages=[b"one", b"two", b"THREE"],
    )

    assert service.chunks == [b"one", b"two"]
    assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"


def test_small_body_that_was_changed_reaches_no_service(service):
    headers = sign(path=INVOCATION, body=b"one", service="sagemaker")
    answer = call(
        {"sagemaker-runtime": service}, headers, path=INVOCATION, messages=[b"two"]
    )

    assert service.requests == []
    assert answer.status == 403


def test_declared_hash_that_is_not_the_bodys_is_refused(service):
    headers = sign(body=b"one", headers={"X-Amz-Content-SHA256": "0" * 64})
    answer = call({"sts": service}, headers, messages=[b"one"])

    assert (answer.status, service.requests) == (403, [])


def test_unsigned_payload_is_taken_when_it_was_declared(service):
    headers = sign(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    answer = call({"sts": service}, headers, messages=[b"anything"])

    assert (answer.status, service.chunks) == (200, [b"anything"])


def test_s3_reads_a_body_that_it_verifies_itself(service):
    headers = sign("PUT", "/b/k", b"one", service="s3")
    answer = call({"s3": service}, headers, "/b/k", "PUT", messages=[b"o", b"ther"])

    assert (answer.status, service.chunks) == (200, [b"o", b"ther"])


def test_s3_may_answer_before_it_reads(service):
    async def refuse(_request):
        raise ServiceError("EntityTooLarge", "Too large.", 400)

    answer = call({"s3": refuse}, sign("PUT", "/b/k", service="s3"), "/b/k", "PUT")

    assert b"<Code>EntityTooLarge</Code>" in answer.body
    assert len(answer.unread) == 1


@pytest.mark.parametrize("path", ["/", INVOCATION, "/bucket"])
def test_unsigned_request_reaches_no_service(path, service):
    services = dict.fromkeys(("s3", "sagemaker", "sagemaker-runtime"), service)
    answer = call(services, {"host": "127.0.0.1"}, path=path)

    assert (answer.status, service.requests) == (403, [])
    assert answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:80", "localhost", "localhost:4000", "b.localhost:1"],
)
def test_health_answers_on_loopback_without_a_signature(host):
    answer = call({}, {"host": host}, path="/_smnb/health", method="GET")

    assert (answer.status, json.loads(answer.body)) == (200, {"instance_id": "me"})


def test_health_is_no_use_of_the_daemon():
    activity = Mock()
    call({}, {"host": "localhost"}, "/_smnb/health", method="GET", activity=activity)

    activity.request.assert_not_called()


def test_who_only_looks_is_no_use_of_the_daemon():
    activity = Mock()
    headers = {**sign("GET", "/b", service="s3"), LOOKS_HEADER: "1"}
    answering = Recorder(Response(200, {}, b"x"))
    answer = call({"s3": answering}, headers, "/b", "GET", activity=activity)

    assert answer.status == 200
    activity.request.assert_not_called()


def test_request_is_under_way_until_its_answer_is_sent():
    activity = Activity(lambda: False)
    seen = []

    class Body(Download):
        async def __anext__(self):
            seen.append(activity.busy)
            return await super().__anext__()

    headers = sign("GET", "/b", service="s3")
    answering = Recorder(Response(200, {}, Body([b"x"])))
    call({"s3": answering}, headers, "/b", "GET", stays=True, activity=activity)

    assert seen == [True, True]
    assert not activity.busy


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "evil-localhost", "", "::1"]
)
def test_other_host_names_are_turned_away(host):
    answer = call({}, {"host": host}, path="/_smnb/health", method="GET")

    assert answer.status == 421


def test_fault_is_logged_and_answered_as_internal_failure(caplog):
    async def broken(_request):
        raise ZeroDivisionError

    answer = call({"sts": broken}, sign(headers=TARGET))

    assert (answer.status, json.loads(answer.body)["__type"]) == (
        500,
        "InternalFailure",
    )
    assert "ZeroDivisionError" in caplog.text


def test_request_that_the_end_of_the_server_cancels_is_told_so():
    async def cancelled(_request):
        raise asyncio.CancelledError

    answer = call({"sts": cancelled}, sign(headers=TARGET))

    assert (answer.status, json.loads(answer.body)["__type"]) == (
        503,
        "ServiceUnavailable",
    )


def test_client_that_left_gets_no_answer(service):
    headers = sign("PUT", "/b/k", service="s3")
    answer = call({"s3": service}, headers, "/b/k", "PUT", messages=())

    assert answer.status is None


def test_head_sends_the_length_and_no_body():
    service = Recorder(Response(200, {"Content-Length": "7", "ETag": "e"}, b""))
    answer = call({"s3": service}, sign("HEAD", "/b/k", service="s3"), "/b/k", "HEAD")

    assert (answer.headers["content-length"], answer.body) == ("7", b"")


def test_error_to_head_has_no_body():
    answer = call({}, sign("HEAD", "/b/k", service="s3"), "/b/k", "HEAD")

    assert (answer.status, answer.body) == (501, b"")


def test_no_content_has_no_length():
    service = Recorder(Response(204))
    answer = call(
        {"s3": service}, sign("DELETE", "/b/k", service="s3"), "/b/k", "DELETE"
    )

    assert "content-length" not in answer.headers


class Download:
    """A body that notes how far it was read and that it was closed."""

    def __init__(self, chunks):
        self.left = chunks
        self.closed = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.left:
            raise StopAsyncIteration
        return self.left.pop(0)

    async def aclose(self):
        self.closed = True


def test_streamed_answer_arrives_whole():
    body = Download([b"x"] * 1000)
    headers = sign("GET", "/b", service="s3")
    answer = call(
        {"s3": Recorder(Response(200, {}, body))}, headers, "/b", "GET", stays=True
    )

    assert (answer.body, body.closed) == (b"x" * 1000, True)


def test_streamed_answer_ends_early_when_the_client_leaves():
    body = Download([b"x"] * 1000)
    headers = sign("GET", "/b", service="s3")
    call({"s3": Recorder(Response(200, {}, body))}, headers, "/b", "GET")

    assert body.closed
    assert len(body.left) > 900


class Silence(Download):
    """A body whose next chunk does not come."""

    async def __anext__(self):
        await asyncio.Event().wait()


def test_answer_that_is_waited_for_ends_when_the_client_leaves():
    body = Silence([])
    call(
        {"s3": Recorder(Response(200, {}, body))},
        sign("GET", "/b", service="s3"),
        "/b",
        "GET",
    )

    assert body.closed


def test_fault_in_a_streamed_answer_passes_through():
    class Broken(Download):
        async def __anext__(self):
            raise OSError("disk")

    body = Broken([])
    with pytest.raises(OSError, match="disk"):
        call(
            {"s3": Recorder(Response(200, {}, body))},
            sign("GET", "/b", service="s3"),
            "/b",
            "GET",
            stays=True,
        )

    assert body.closed


def test_streamed_answer_is_closed_when_the_server_ends():
    body = Silence([])

    async def answer(_request):
        asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)
        return Response(200, {}, body)

    headers = sign("GET", "/b", service="s3")
    call({"s3": answer}, headers, "/b", "GET", stays=True)

    assert body.closed
