"""Send a payload through S3 to an asynchronous endpoint, and fetch its answer."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smnb import _request, _s3, _wait
from smnb._s3 import S3Uri
from smnb._text import bytes_text, seconds_text
from smnb.errors import ModelFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._payload import Payload
    from smnb._request import Answer
    from smnb._session import Session
    from smnb.deserializers import BaseDeserializer

_FIRST_POLL_S = 0.1
_SLOWEST_POLL_S = 5.0


@dataclass(frozen=True)
class Pending:
    """An accepted asynchronous request, and where its answer will lie."""

    endpoint_name: str
    inference_id: str
    input: S3Uri
    output: S3Uri
    failure: S3Uri


def submit(
    session: Session,
    endpoint_name: str,
    payload: Payload,
    place: S3Uri,
    *,
    accept: str | None = None,
    on_progress: Callable[[str], None],
) -> Pending:
    """Upload `payload` below `place`, and name it in an asynchronous request."""
    uri = place / "input" / uuid.uuid4().hex
    sent = 0

    def show(count: int) -> None:
        nonlocal sent
        sent += count
        on_progress(
            f"uploading · {bytes_text(sent)} of {bytes_text(payload.size_bytes)}"
        )

    _s3.upload(session, payload, uri, on_bytes=show)
    options = {"Accept": accept} if accept else {}
    with session.translated(f"Invoking {endpoint_name}"):
        answer = session.client("sagemaker-runtime").invoke_endpoint_async(
            EndpointName=endpoint_name,
            ContentType=payload.content_type,
            InputLocation=str(uri),
            **options,
        )
    return Pending(
        endpoint_name=endpoint_name,
        inference_id=answer["InferenceId"],
        input=uri,
        output=S3Uri.parse(answer["OutputLocation"]),
        failure=S3Uri.parse(answer["FailureLocation"]),
    )


def wait(
    session: Session,
    pending: Pending,
    *,
    deserializer: BaseDeserializer | None = None,
    on_progress: Callable[[str], None],
) -> Answer:
    """Wait for the answer of an accepted request, and decode it.

    Raises
    ------
    ModelFailedError
        If the request failed; the message is what AWS wrote.
    """
    started = time.monotonic()
    poll_s = _FIRST_POLL_S
    while not _s3.exists(session, pending.output):
        if _s3.exists(session, pending.failure):
            _raise_failure(session, pending)
        waited = seconds_text(time.monotonic() - started)
        on_progress(f"{pending.endpoint_name} works on it · {waited}")
        _wait.nap(poll_s)
        poll_s = min(poll_s * 1.5, _SLOWEST_POLL_S)
    content, content_type = _s3.read(session, pending.output)
    return _request.Answer(
        value=_request.decode(content, content_type, deserializer),
        content_type=content_type,
        latency_ms=(time.monotonic() - started) * 1000,
        request_id=pending.inference_id,
    )


def _raise_failure(session: Session, pending: Pending) -> None:
    text = _s3.read(session, pending.failure)[0].decode(errors="replace")
    raise ModelFailedError(
        f"{pending.endpoint_name} failed on the request {pending.inference_id}: {text}",
        hint=f"Its input is kept at {pending.input}; read the log of "
        f"{pending.endpoint_name}.",
        original_message=text,
    )
