"""One AWS service whose operations are plain methods: protocol, model, method.

A method is called ``describe_endpoint(context, params)``, with the operation's
parameters by AWS's member names, and returns its result likewise.
"""

from __future__ import annotations

import gzip
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson
from botocore import xform_name
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel

from smnb.local.account import ACCOUNT_ID
from smnb.local.errors import ServiceError
from smnb.local.protocols import json, query, validation
from smnb.local.protocols.errors import JSON_VERSION
from smnb.local.request import Context, Request, Response

_BODY_LIMIT_BYTES: Final = 8 * 1024 * 1024
_VALIDATION_CODES: Final = {
    "cloudwatch": "ValidationError",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "sts": "ValidationError",
}


class Operations:
    """Answers a service's requests by calling the methods of an object.

    Parameters
    ----------
    api
        botocore's name of the service, for example ``"cloudwatch"``.
    methods
        Has ``async def <operation>(context, params)`` for each operation that it
        knows; any other is answered 501.
    """

    def __init__(self, api: str, methods: object) -> None:
        self._api = api
        self._methods = methods

    @cached_property
    def _model(self) -> ServiceModel:
        return ServiceModel(_loader.load_service_model(self._api, "service-2"))

    async def __call__(self, request: Request) -> Response:
        """Parse, check, call, render."""
        if protocol := request.headers.get("smithy-protocol"):
            raise ServiceError(
                "NotImplemented",
                f"smnb's local backend does not speak {protocol}.",
                501,
            )
        body = await request.read(_BODY_LIMIT_BYTES)
        if request.headers.get("content-encoding") == "gzip":
            body = _unpacked(body)
        target = request.headers.get("x-amz-target")
        form = {} if target else query.read_form(body)
        name = target.rpartition(".")[2] if target else form.get("Action", "")
        operation, method = self._find(name)
        shape = operation.input_shape
        params = json.parse(shape, body) if target else query.parse(shape, form)
        validation.check(
            shape, params, code=_VALIDATION_CODES.get(self._api, "ValidationException")
        )
        context = Context(
            request.region,
            ACCOUNT_ID,
            request.request_id,
            request.headers.get("x-smnb-python"),
        )
        result = await method(context, params)
        if target:
            kind = request.headers.get("content-type", JSON_VERSION)
            content = json.render(operation.output_shape, result)
        else:
            kind = "text/xml"
            content = query.render(operation, result, request.request_id)
        return Response(200, {"content-type": kind}, content)

    def _find(self, name: str) -> tuple[OperationModel, Any]:
        try:
            operation = self._model.operation_model(name)
        except OperationNotFoundError:
            method = None
        else:
            method = getattr(self._methods, xform_name(name), None)
        if method is None:
            raise ServiceError(
                "NotImplemented",
                f"smnb's local backend does not answer {self._api} {name or 'without Action'}.",
                501,
            )
        return operation, method


def _unpacked(body: bytes) -> bytes:
    """Return what a gzip-compressed body holds, if that is no more than is read."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # with gzip's header
    try:
        content = unpacker.decompress(body, _BODY_LIMIT_BYTES)
    except zlib.error as error:
        text = f"The request body is not gzip: {error}"
        raise ServiceError("SerializationException", text) from None
    if not unpacker.eof:
        text = f"The request body ends early or exceeds {_BODY_LIMIT_BYTES} bytes."
        raise ServiceError("SerializationException", text)
    return content


class _ModelFiles(JSONFileLoader):
    """Reads botocore's packed models five times as fast as its own loader."""

    def load_file(self, file_path: str) -> Any:
        packed = Path(f"{file_path}.json.gz")
        if packed.is_file():
            return orjson.loads(gzip.decompress(packed.read_bytes()))
        return super().load_file(file_path)


_loader: Final = Loader(file_loader=_ModelFiles())
