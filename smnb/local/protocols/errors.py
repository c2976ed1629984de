"""Word an error as the protocol that the client speaks words it."""

from __future__ import annotations

from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson

from smnb.local.errors import ServiceError
from smnb.local.protocols import xml
from smnb.local.request import Response
from smnb.local.signing import Refusal, is_presigned

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_VERSION: Final = "application/x-amz-json-1.1"
_FORM = "application/x-www-form-urlencoded"
_KEYS_HINT = "The local backend's keys: python -m smnb.local env"
_NO_TOKEN = f"Missing Authentication Token. {_KEYS_HINT}"
_BAD_TOKEN = f"The security token included in the request is invalid. {_KEYS_HINT}"
_BAD_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method."
)
_INCOMPLETE = "The Authorization or X-Amz-Date header lacks a required part."
_EXPIRED = "Signature expired: the request is dated more than 15 minutes from now."

_URL = "AuthorizationQueryParametersError"
_URL_INCOMPLETE = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, "
    "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
    "X-Amz-Expires parameters."
)
_URL_LIFETIME = "X-Amz-Expires must be a number of seconds from 0 to 604800 (a week)"
_VERSION_2 = (
    "The local backend takes Signature Version 4 alone, and this URL is signed with "
    'Version 2. In boto3: Config(signature_version="s3v4").'
)


class Protocol(Enum):
    """How a client of AWS talks."""

    JSON = auto()
    QUERY = auto()
    REST_JSON = auto()
    REST_XML = auto()


_JSON_REFUSALS = {
    Refusal.MISSING: ("MissingAuthenticationTokenException", 403, _NO_TOKEN),
    Refusal.INCOMPLETE: ("IncompleteSignatureException", 403, _INCOMPLETE),
    Refusal.UNKNOWN_KEY: ("UnrecognizedClientException", 403, _BAD_TOKEN),
    Refusal.EXPIRED: ("InvalidSignatureException", 403, _EXPIRED),
    Refusal.MISMATCH: ("InvalidSignatureException", 403, _BAD_SIGNATURE),
}
_REFUSALS = {
    Protocol.JSON: _JSON_REFUSALS,
    Protocol.REST_JSON: _JSON_REFUSALS,
    Protocol.QUERY: {
        Refusal.MISSING: ("MissingAuthenticationToken", 403, _NO_TOKEN),
        Refusal.INCOMPLETE: ("IncompleteSignature", 400, _INCOMPLETE),
        Refusal.UNKNOWN_KEY: ("InvalidClientTokenId", 403, _BAD_TOKEN),
        Refusal.EXPIRED: ("SignatureDoesNotMatch", 403, _EXPIRED),
        Refusal.MISMATCH: ("SignatureDoesNotMatch", 403, _BAD_SIGNATURE),
    },
    Protocol.REST_XML: {
        Refusal.MISSING: ("AccessDenied", 403, f"Access Denied. {_KEYS_HINT}"),
        Refusal.INCOMPLETE: ("AuthorizationHeaderMalformed", 400, _INCOMPLETE),
        Refusal.UNKNOWN_KEY: (
            "InvalidAccessKeyId",
            403,
            f"The AWS Access Key Id you provided does not exist in our records. {_KEYS_HINT}",
        ),
        Refusal.EXPIRED: ("RequestTimeTooSkewed", 403, _EXPIRED),
        Refusal.MISMATCH: ("SignatureDoesNotMatch", 403, _BAD_SIGNATURE),
    },
}
_URL_REFUSALS = {
    Refusal.URL_INCOMPLETE: (_URL, 400, _URL_INCOMPLETE),
    Refusal.URL_LIFETIME: (_URL, 400, _URL_LIFETIME),
    Refusal.URL_EXPIRED: ("AccessDenied", 403, "Request has expired"),
    Refusal.URL_NOT_YET: ("AccessDenied", 403, "Request is not valid yet"),
    Refusal.VERSION_2: ("AccessDenied", 403, _VERSION_2),
}


def protocol_of(headers: Mapping[str, str], path: str, query: str) -> Protocol:
    """Tell which protocol a request speaks, whether or not it is signed."""
    if is_presigned(headers, query):
        return Protocol.REST_XML
    # An S3 bucket may be called "endpoints", and an object may be of any type.
    if "/s3/aws4_request" not in headers.get("authorization", ""):
        if "x-amz-target" in headers:
            return Protocol.JSON
        if path.startswith("/endpoints/"):
            return Protocol.REST_JSON
        if headers.get("content-type", "").startswith(_FORM):
            return Protocol.QUERY
    return Protocol.REST_XML


def refusal(protocol: Protocol, reason: Refusal) -> ServiceError:
    """Return the error for a signature that is not accepted."""
    code, status, message = (_REFUSALS[protocol] | _URL_REFUSALS)[reason]
    return ServiceError(code, message, status)


def internal_failure(protocol: Protocol) -> ServiceError:
    """Return the error for a fault of the backend itself."""
    code = "InternalError" if protocol is Protocol.REST_XML else "InternalFailure"
    return ServiceError(code, "The local backend failed; its log says why.", 500)


def render(protocol: Protocol, error: ServiceError, request_id: str) -> Response:
    """Return `error` on the wire; its members are sent beside code and message."""
    if protocol is Protocol.JSON:
        return _json(error)
    if protocol is Protocol.REST_JSON:
        return _rest_json(error)
    fields = {"Code": error.code, "Message": error.message or "", **error.members}
    if protocol is Protocol.QUERY:
        fault = (
            "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
        )
        body = (
            f"<ErrorResponse><Error><Type>{fault}</Type>{_elements(fields)}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    else:
        body = f"<Error>{_elements(fields)}<RequestId>{request_id}</RequestId></Error>"
    return Response(
        error.status, {"content-type": "text/xml"}, f"{xml.DECLARATION}{body}".encode()
    )


def _json(error: ServiceError) -> Response:
    body = {"__type": error.code, "message": error.message, **error.members}
    headers = {"content-type": JSON_VERSION, "x-amzn-errortype": error.code}
    return Response(error.status, headers, orjson.dumps(body))


def _rest_json(error: ServiceError) -> Response:
    # AWS spells it "Message", but throttles with {"message": null}.
    key = "message" if error.message is None else "Message"
    headers = {"content-type": "application/json"}
    if error.code:
        headers["x-amzn-errortype"] = error.code
    body = orjson.dumps({key: error.message, **error.members})
    return Response(error.status, headers, body)


def _elements(fields: Mapping[str, object]) -> str:
    return "".join(
        f"<{name}>{xml.text(str(value))}</{name}>" for name, value in fields.items()
    )
