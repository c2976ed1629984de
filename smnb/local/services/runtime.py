"""The three ways to invoke an endpoint: limits, the way to a container, AWS's errors.

Rule: nothing reaches a model that AWS would have refused, and of the headers only those
that AWS passes on.
"""

from __future__ import annotations

import random
import re
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import orjson
from botocore.loaders import Loader
from botocore.model import ServiceModel

from smnb._limits import LIMITS
from smnb.local.account import ACCOUNT_ID
from smnb.local.container import (
    ModelDiedError,
    ModelTimeoutError,
    StartFailedError,
    StartTimeoutError,
    TooManyRequestsError,
)
from smnb.local.errors import ServiceError
from smnb.local.protocols import eventstream, validation
from smnb.local.request import Request, Response
from smnb.local.services.async_queue import AsyncRequest
from smnb.local.services.log_store import endpoint_group
from smnb.local.services.model_errors import MODEL_TIMED_OUT, model_died, model_error
from smnb.local.services.response_stream import ResponseStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from botocore.model import StructureShape

    from smnb.local.container import ContainerResponse
    from smnb.local.services.async_queue import AsyncQueue
    from smnb.local.services.endpoint_metrics import EndpointMetrics, Invocation
    from smnb.local.services.fleet import Fleet, Hosted, HostedVariant

_PATH: Final = re.compile(r"/endpoints/(?P<name>[^/]+)/(?P<call>[a-z-]+)")
_CUSTOM: Final = "x-amzn-sagemaker-custom-attributes"
_INFERENCE_ID: Final = "x-amzn-sagemaker-inference-id"
_TARGET_MODEL: Final = "x-amzn-sagemaker-target-model"
# Headers that come and what they are called where they go, in both directions.
_PASSED: Final = {
    "content-type": "content-type",
    "accept": "accept",
    _CUSTOM: _CUSTOM,
    _INFERENCE_ID: _INFERENCE_ID,
    _TARGET_MODEL: _TARGET_MODEL,
}
_RETURNED: Final = {
    "content-type": "content-type",
    "content-length": "content-length",
    _CUSTOM: _CUSTOM,
}
_STREAM_PASSED: Final = {
    "content-type": "content-type",
    "x-amzn-sagemaker-accept": "accept",
    _CUSTOM: _CUSTOM,
    _INFERENCE_ID: _INFERENCE_ID,
}
_STREAM_RETURNED: Final = {
    "content-type": "x-amzn-sagemaker-content-type",
    _CUSTOM: _CUSTOM,
}
_TARGET_VARIANT: Final = "x-amzn-sagemaker-target-variant"
_ASYNC_FIELDS: Final = {
    "InputLocation": "input_location",
    "ContentType": "content_type",
    "Accept": "accept",
    "CustomAttributes": "custom_attributes",
    "InferenceId": "inference_id",
    "RequestTTLSeconds": "ttl_s",
    "InvocationTimeoutSeconds": "timeout_s",
    "S3OutputPathExtension": "path_extension",
    "Filename": "filename",
}
_SUCCESS: Final = range(200, 300)
_FAILURES: Final = (
    TooManyRequestsError,
    ModelTimeoutError,
    ModelDiedError,
    StartFailedError,
)
_MAX_MESSAGE: Final = 2048  # characters of Message and OriginalMessage (API model)
_STREAMED_BYTES: Final = 256 * 1024
_MAX_DRAINED_BYTES: Final = 64 * 1024 * 1024


class RuntimeService:
    """Answers the requests under ``/endpoints/``."""

    def __init__(
        self, fleet: Fleet, queue: AsyncQueue, metrics: EndpointMetrics
    ) -> None:
        self._fleet = fleet
        self._queue = queue
        self._metrics = metrics
        self._calls = {
            "invocations": self._invoke,
            "invocations-response-stream": self._stream,
            "async-invocations": self._submit,
        }

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        body = request.chunks()
        try:
            return await self._answer(request, body)
        except ServiceError:
            await _drain(body)
            raise

    async def _answer(self, request: Request, body: AsyncIterator[bytes]) -> Response:
        found = _PATH.fullmatch(request.path)
        call = self._calls.get(found["call"]) if found else None
        if not found or call is None or request.method != "POST":
            raise ServiceError(
                "NotImplemented",
                f"smnb's local backend does not answer {request.method} {request.path}.",
                501,
            )
        return await call(request, unquote(found["name"]), body)

    async def _invoke(
        self, request: Request, name: str, body: AsyncIterator[bytes]
    ) -> Response:
        _params("InvokeEndpoint", name, request.headers)
        invocation = self._begin(request, name)
        with invocation.measured:
            return await invocation.run(body)

    async def _stream(
        self, request: Request, name: str, body: AsyncIterator[bytes]
    ) -> Response:
        _params("InvokeEndpointWithResponseStream", name, request.headers)
        invocation = self._begin(request, name)
        with ExitStack() as under_way:
            under_way.enter_context(invocation.measured)
            response = await invocation.stream(body)
            events = ResponseStream(
                response.body, invocation.worded, under_way.pop_all()
            )
        headers = _renamed(response.headers, _STREAM_RETURNED)
        headers["content-type"] = eventstream.CONTENT_TYPE
        headers["x-amzn-invoked-production-variant"] = invocation.variant.name
        return Response(200, headers, events)

    def _begin(self, request: Request, name: str) -> _Invocation:
        """Choose who answers."""
        hosted = self._fleet.lookup(request.region, name)
        if hosted is None:
            raise _invalid(f"Endpoint {name} of account {ACCOUNT_ID} not found.")
        if hosted.kind == "async":
            raise _invalid(f"Endpoint {name} is asynchronous; use InvokeEndpointAsync.")
        variant = _choose(hosted, name, request.headers.get(_TARGET_VARIANT))
        measured = self._metrics.invocation(request.region, hosted.kind, variant)
        return _Invocation(request, name, hosted, variant, measured)

    async def _submit(
        self, request: Request, name: str, body: AsyncIterator[bytes]
    ) -> Response:
        params = _params("InvokeEndpointAsync", name, request.headers)
        content = await _read(body, LIMITS["async_inline_bytes"].value)
        fields = {field: params.get(member) for member, field in _ASYNC_FIELDS.items()}
        accepted = await self._queue.submit(
            AsyncRequest(request.region, name, body=content or None, **fields)
        )
        headers = {
            "content-type": "application/json",
            "x-amzn-sagemaker-outputlocation": accepted.output_location,
            "x-amzn-sagemaker-failurelocation": accepted.failure_location,
        }
        answer = orjson.dumps({"InferenceId": accepted.inference_id})
        return Response(202, headers, answer)


@dataclass(frozen=True)
class _Invocation:
    """One synchronous request, on its way to a variant's container and back."""

    request: Request
    endpoint_name: str
    hosted: Hosted
    variant: HostedVariant
    measured: Invocation

    async def run(self, body: AsyncIterator[bytes]) -> Response:
        """Return the model's answer, within AWS's limit of size."""
        try:
            response = await self._exchange(body, _PASSED, None)
            return await self._relay(response)
        except _FAILURES as error:
            raise self.worded(error) from None

    async def stream(self, body: AsyncIterator[bytes]) -> ContainerResponse:
        """Return the model's answer, of any size, of which the body is yet to come."""
        # The guide gives streams more time; for serverless it knows of no exception.
        timeout_s = (
            LIMITS["stream_timeout_s"].value if self.hosted.kind == "realtime" else None
        )
        try:
            return await self._exchange(body, _STREAM_PASSED, timeout_s)
        except _FAILURES as error:
            raise self.worded(error) from None

    def worded(self, error: Exception) -> ServiceError:
        """Return what AWS answers when a container fails like this."""
        if isinstance(error, TooManyRequestsError):
            return ServiceError("ThrottlingException", None)
        if isinstance(error, ModelTimeoutError):
            return self._failed(0, MODEL_TIMED_OUT)
        if isinstance(error, StartTimeoutError) and self.hosted.kind == "serverless":
            return ServiceError("ModelNotReadyException", str(error), 429)
        return self._failed(0, model_died(self.endpoint_name, error))

    async def _exchange(
        self,
        body: AsyncIterator[bytes],
        passed: Mapping[str, str],
        timeout_s: float | None,
    ) -> ContainerResponse:
        limit_bytes = LIMITS[f"{self.hosted.kind}_payload_bytes"].value
        size_bytes = int(self.request.headers.get("content-length", -1))
        if size_bytes < 0:
            content = await _read(body, limit_bytes)
            body, size_bytes = _once(content), len(content)
        if size_bytes > limit_bytes:
            raise self._oversize(limit_bytes)
        container = await self.variant.ready()
        self.measured.sent()
        headers = _renamed(self.request.headers, passed)
        response = await container.invoke(
            headers, body, size_bytes, timeout_s=timeout_s
        )
        if response.status not in _SUCCESS:
            text = (await _read(response.body, _MAX_MESSAGE)).decode(errors="replace")
            await response.body.aclose()
            raise self._failed(response.status, text[:_MAX_MESSAGE])
        return response

    def _oversize(self, limit_bytes: int) -> ServiceError:
        if self.hosted.kind == "serverless":
            return _invalid(f"Request {self.request.request_id} has oversize body.")
        # This one comes without an error type, so clients show its status as the code.
        message = f"HTTP content length exceeded {limit_bytes} bytes."
        return ServiceError("", message, 413)

    async def _relay(self, response: ContainerResponse) -> Response:
        """Return the container's response: streamed, if its size is known and large."""
        got = response.headers
        limit_bytes = LIMITS[f"{self.hosted.kind}_response_bytes"].value
        size_bytes = int(got.get("content-length", -1))
        content = None
        if size_bytes < _STREAMED_BYTES:  # or unknown
            content = await _read(response.body, limit_bytes)
            size_bytes = len(content)
        if size_bytes > limit_bytes:
            await response.body.aclose()
            message = f"The response exceeds the maximum of {limit_bytes} bytes."
            raise self._failed(0, message)
        headers = _renamed(got, _RETURNED)
        headers["x-amzn-invoked-production-variant"] = self.variant.name
        return Response(200, headers, response.body if content is None else content)

    def _failed(self, status: int, message: str) -> ServiceError:
        """Return a ModelError; `message` is cut so that AWS's text around it fits."""
        region, name = self.request.region, self.endpoint_name
        frame = len(model_error(region, name, status, ""))
        return ServiceError(
            "ModelError",
            model_error(region, name, status, message[: _MAX_MESSAGE - frame]),
            424,
            OriginalStatusCode=status,
            OriginalMessage=message,
            LogStreamArn=f"arn:aws:logs:{region}:{ACCOUNT_ID}:log-group:{endpoint_group(name)}",
        )


def _renamed(headers: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return those of the headers that go on, by the names they have there."""
    return {names[name]: headers[name] for name in names if name in headers}


def _choose(hosted: Hosted, name: str, target: str | None) -> HostedVariant:
    """Return the variant that is asked for, or one by weight."""
    variants = hosted.variants
    if target is not None:
        for variant in variants:
            if variant.name == target:
                return variant
        raise _invalid(f"Endpoint {name} has no variant {target}.")
    weights = [variant.weight for variant in variants]
    if len(variants) == 1 or not any(weights):
        return variants[0]
    return random.choices(variants, weights)[0]  # noqa: S311 (shares of traffic, no secret)


@cache
def _shape(operation: str) -> StructureShape:
    model = Loader().load_service_model("sagemaker-runtime", "service-2")
    shape = ServiceModel(model).operation_model(operation).input_shape
    assert shape is not None  # noqa: S101 (for the type checker: all of them have one)
    return shape


@cache
def _members(operation: str) -> dict[str, str]:
    """Return the members that are sent as headers, by header."""
    return {
        member.serialization["name"].lower(): name
        for name, member in _shape(operation).members.items()
        if member.serialization.get("location") == "header"
    }


def _params(operation: str, name: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what the headers say, by member; raises ValidationError."""
    members = _members(operation)
    said = {members[header]: headers[header] for header in members if header in headers}
    return _checked(operation, EndpointName=name, **said)


@lru_cache  # one client's requests differ in little else than their bodies
def _checked(operation: str, **params: str) -> dict[str, Any]:
    shape = _shape(operation)
    checked: dict[str, Any] = {**params, "Body": b""}  # whose size is seen as it comes
    for name, value in params.items():
        if shape.members[name].type_name == "integer":
            if not value.isdecimal():
                raise _invalid(f"{name} must be a number, not {value!r}.")
            checked[name] = int(value)
    validation.check(shape, checked, code="ValidationError")
    return checked


async def _read(body: AsyncIterator[bytes], limit_bytes: int) -> bytes:
    """Read to the end, or to the first chunk beyond the limit."""
    content = bytearray()
    async for chunk in body:
        content += chunk
        if len(content) > limit_bytes:
            break
    return bytes(content)


async def _drain(body: AsyncIterator[bytes]) -> None:
    """Take what a client is still sending: it reads the answer after that only."""
    left_bytes = _MAX_DRAINED_BYTES
    async for chunk in body:
        left_bytes -= len(chunk)
        if left_bytes < 0:
            return


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
