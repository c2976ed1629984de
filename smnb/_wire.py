"""InvokeEndpoint on boto3's own connections and keys, without its work on every call.

boto3 validates, resolves, serializes and parses each call anew, which takes several times
as long as sending it: with many small requests in flight, that is the limit. What it
knows (endpoint, credentials, proxies, certificates, hooks before sending, errors) is
taken from its client; anything out of the ordinary is left to the client itself.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from smnb import _open_connection, _signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._session import Session

_EVENT = "before-send.sagemaker-runtime.InvokeEndpoint"
_FIRST_ERROR = 300  # HTTP status


class Response(NamedTuple):
    """A successful answer: its body, content type and request id."""

    content: bytes
    content_type: str
    request_id: str


def invoke(
    session: Session,
    endpoint_name: str,
    body: bytes | IO[bytes],
    size_bytes: int,
    headers: Mapping[str, str],
) -> Response:
    """Send one request; botocore's errors are raised as its client raises them.

    Parameters
    ----------
    body, size_bytes
        What is sent: bytes, or a file open for reading; and its length.
    headers
        Content type, and what the answer shall be.
    """
    from botocore.awsrequest import AWSPreparedRequest, HeadersDict
    from botocore.exceptions import EndpointConnectionError

    client = session.client("sagemaker-runtime")
    url = client.meta.endpoint_url
    path = f"/endpoints/{quote(endpoint_name, safe='')}/invocations"
    sent = {
        **headers,
        "Host": url.partition("://")[2],
        "Content-Length": str(size_bytes),
        "User-Agent": client.meta.config.user_agent,
    }
    scope = (client.meta.region_name, "sagemaker")
    sent = _signature.signed(session.credentials(), scope, path, sent, body)
    request = AWSPreparedRequest(
        "POST",
        url + path,
        HeadersDict(sent),  # type: ignore[arg-type]  # what botocore itself gives
        body,
        stream_output=False,
    )
    answer = client.meta.events.emit_until_response(_EVENT, request=request)[1]
    if answer is None:
        try:
            # Its proxies, certificates, time-outs and kept connections.
            http_session = client._endpoint.http_session  # noqa: SLF001
            answer = _open_connection.send(http_session, request, path)
            answer = answer or http_session.send(request)
        except EndpointConnectionError:
            # A local backend that has stopped: the client's hook starts it again.
            names = {"Content-Type": "ContentType", "Accept": "Accept"}
            options = {names[header]: value for header, value in headers.items()}
            return _read(
                client.invoke_endpoint(EndpointName=endpoint_name, Body=body, **options)
            )
    if answer.status_code >= _FIRST_ERROR:
        raise _error(client.meta.service_model, client.exceptions, answer)
    found = answer.headers
    return Response(
        answer.content,
        found.get("content-type", ""),
        found.get("x-amzn-requestid", ""),
    )


def _read(answer: Mapping[str, Any]) -> Response:
    """Read what the client answered."""
    request_id = answer["ResponseMetadata"].get("RequestId", "")
    return Response(answer["Body"].read(), answer.get("ContentType", ""), request_id)


def _error(model: Any, exceptions: Any, answer: Any) -> Exception:
    """Make the exception that the client would have raised."""
    from botocore.awsrequest import HeadersDict
    from botocore.parsers import create_parser

    shape = model.operation_model("InvokeEndpoint").output_shape
    parts = {
        "status_code": answer.status_code,
        "headers": HeadersDict(dict(answer.headers)),
        "body": answer.content,
    }
    parser = create_parser(model.metadata["protocol"])
    parsed = parser.parse(parts, shape)
    code = parsed.get("Error", {}).get("Code")
    if (error_shape := model.shape_for_error_code(code)) is not None:
        parsed.update(parser.parse(parts, error_shape))
    made: Exception = exceptions.from_code(code)(parsed, "InvokeEndpoint")
    return made
