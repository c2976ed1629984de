"""One synchronous request to an endpoint, and the reading of its answer."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb import _retry, _wire, deserializers
from smnb._payload import check_header
from smnb.errors import SmnbError, UnreadableResponseError

if TYPE_CHECKING:
    from smnb._control import Control
    from smnb._payload import Payload
    from smnb._session import Session
    from smnb.deserializers import BaseDeserializer


@dataclass(frozen=True)
class Answer:
    """What came back for one request.

    Parameters
    ----------
    value
        The decoded prediction.
    latency_ms
        From sending the request to having read the whole answer; of its last try.
    """

    value: Any
    content_type: str
    latency_ms: float
    request_id: str


class Received(NamedTuple):
    """What came back for one request, as it came; the time is that of its last try."""

    content: bytes
    content_type: str
    latency_ms: float
    request_id: str


def send(
    session: Session,
    endpoint_name: str,
    payload: Payload,
    control: Control,
    *,
    accept: str | None = None,
    deserializer: BaseDeserializer | None = None,
    patience: _retry.Patience = _retry.PATIENT,
) -> Answer:
    """Send `payload` in one request, again if that is due, and decode the answer.

    Raises
    ------
    ModelFailedError
        If the model raised, timed out or died; it is not asked again.
    ServiceError
        If the service did not take the request within `patience`.
    UnreadableResponseError
        If the answer cannot be decoded; it holds the answer.
    """
    wanted = accept_of(accept, deserializer)
    content, content_type, latency_ms, request_id = exchange(
        session, endpoint_name, payload, control, accept=wanted, patience=patience
    )
    return Answer(
        value=decode(content, content_type, deserializer),
        content_type=content_type,
        latency_ms=latency_ms,
        request_id=request_id,
    )


def exchange(
    session: Session,
    endpoint_name: str,
    payload: Payload,
    control: Control,
    *,
    accept: str | None,
    patience: _retry.Patience,
) -> Received:
    """Do what `send` does, but leave the answer as it came."""
    headers = {"Content-Type": payload.content_type}
    if accept:
        headers["Accept"] = accept

    def attempt() -> tuple[_wire.Response, float]:
        started = time.perf_counter()
        with payload.open() as body:
            # In memory, bytes are hashed and sent without a copy.
            content = payload.source if isinstance(payload.source, bytes) else body
            response = _wire.invoke(
                session, endpoint_name, content, payload.size_bytes, headers
            )
        return response, (time.perf_counter() - started) * 1000

    with session.translated(f"Invoking {endpoint_name}"):
        response, latency_ms = _retry.call(attempt, control, patience)
    return Received(
        response.content, response.content_type, latency_ms, response.request_id
    )


def accept_of(accept: str | None, deserializer: BaseDeserializer | None) -> str | None:
    """Return the content types to ask for: the caller's, or the deserializer's."""
    if accept is not None or deserializer is None:
        return accept
    wanted: Any = deserializer.ACCEPT  # text, where one of the sagemaker SDK's is
    return check_header(wanted if isinstance(wanted, str) else ", ".join(wanted))


def decode(
    content: bytes, content_type: str, deserializer: BaseDeserializer | None
) -> Any:
    """Decode an answer by its content type, or by the caller's deserializer."""
    chosen = deserializer or deserializers.for_content_type(content_type)
    try:
        return chosen.deserialize(io.BytesIO(content), content_type)
    except SmnbError:
        raise
    except Exception as error:
        raise UnreadableResponseError(
            f"The model answered {len(content)} bytes of {content_type or 'no type'}, "
            f"which {type(chosen).__name__} cannot read: {error}",
            hint="They are in this error's .body; choose another deserializer=.",
            body=content,
            content_type=content_type,
        ) from error
