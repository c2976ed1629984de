"""Send a payload through S3 to an asynchronous endpoint, and fetch its answer."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from smnb import _begun_upload, _hosting, _request, _retry, _s3
from smnb._pending import Pending
from smnb._s3 import S3Uri
from smnb._text import bytes_text, seconds_text
from smnb.errors import JobCancelledError, ModelFailedError, NotFoundError

if TYPE_CHECKING:
    from smnb._control import Control
    from smnb._payload import Payload
    from smnb._request import Answer
    from smnb._session import Session
    from smnb.deserializers import BaseDeserializer

_FIRST_POLL_S = 0.1
_SLOWEST_POLL_S = 5.0


def submit(
    session: Session,
    endpoint_name: str,
    payload: Payload,
    place: S3Uri,
    control: Control,
    *,
    accept: str | None = None,
) -> Pending:
    """Upload `payload` below `place`, and name it in an asynchronous request."""
    pending = Pending.begin(control.id, endpoint_name, payload, place)
    inputs, new = place / "input", S3Uri.parse(pending.input)
    try:
        with _begun_upload.key_for(payload, inputs, new) as key:
            pending = replace(pending, input=str(key))
            # Before it is sent: whatever happens to this process, what it began can be
            # found.
            pending.keep(session)
            _upload(session, payload, key, control)
        accepted = _invoke(session, pending, control, accept)
    except BaseException:
        pending.forget(session)
        raise
    accepted.keep(session)
    return accepted


def _upload(session: Session, payload: Payload, place: S3Uri, control: Control) -> None:
    sent = 0
    began = time.monotonic()

    def show(count: int) -> None:
        nonlocal sent
        control.check()
        sent += count
        control.went(sent / max(1, payload.size_bytes))
        control.progress.now(
            f"uploading · {bytes_text(sent)} of {bytes_text(payload.size_bytes)}"
        )

    _s3.upload(session, payload, place, on_bytes=show)
    control.went(None)
    control.upload_s = time.monotonic() - began


def _invoke(
    session: Session, pending: Pending, control: Control, accept: str | None
) -> Pending:
    client = session.client("sagemaker-runtime")
    options = {"Accept": accept} if accept else {}
    with session.translated(f"Invoking {pending.endpoint_name}"):
        answer = _retry.call(
            lambda: client.invoke_endpoint_async(
                EndpointName=pending.endpoint_name,
                ContentType=pending.content_type,
                InputLocation=pending.input,
                InferenceId=pending.id,
                **options,
            ),
            control,
        )
    return replace(
        pending, output=answer["OutputLocation"], failure=answer["FailureLocation"]
    )


def wait(
    session: Session,
    pending: Pending,
    control: Control,
    *,
    deserializer: BaseDeserializer | None = None,
) -> Answer:
    """Do what `received` does, and decode the answer."""
    content, content_type, latency_ms, request_id = received(session, pending, control)
    return _request.Answer(
        value=_request.decode(content, content_type, deserializer),
        content_type=content_type,
        latency_ms=latency_ms,
        request_id=request_id,
    )


def received(session: Session, pending: Pending, control: Control) -> _request.Received:
    """Wait for the answer of a request.

    Raises
    ------
    ModelFailedError
        If the request failed; the message is what AWS wrote.
    JobCancelledError
        If `control` stops it; its input and its record are removed then.
    NotFoundError
        If the endpoint was deleted meanwhile: no answer will come.
    """
    poll_s = _FIRST_POLL_S
    while not _answered(session, pending):
        doing = f"{pending.endpoint_name} works on it"
        if not pending.output:
            doing = "not sent yet by the process that submitted it"
            pending = pending.again(session)
        waited = seconds_text(time.time() - pending.submitted_at)
        control.progress.now(f"{doing} · {waited}")
        try:
            control.pause(poll_s)
        except JobCancelledError:
            raise _given_up(session, pending) from None
        poll_s = min(poll_s * 1.5, _SLOWEST_POLL_S)
        if poll_s == _SLOWEST_POLL_S:
            _require_endpoint(session, pending)
    content, content_type = _s3.read(session, S3Uri.parse(pending.output))
    latency_ms = (time.time() - pending.submitted_at) * 1000
    return _request.Received(content, content_type, latency_ms, pending.id)


def _answered(session: Session, pending: Pending) -> bool:
    """Whether the answer is there; raise if it says that the request failed."""
    if not pending.output:
        return False
    if _s3.exists(session, S3Uri.parse(pending.output)):
        return True
    failure = S3Uri.parse(pending.failure)
    if not _s3.exists(session, failure):
        return False
    text = _s3.read(session, failure)[0].decode(errors="replace")
    raise ModelFailedError(
        f"{pending.endpoint_name} failed on the request {pending.id}: {text}",
        hint=f"Its input is kept at {pending.input}; read the log of "
        f"{pending.endpoint_name}.",
        original_message=text,
    )


def _require_endpoint(session: Session, pending: Pending) -> None:
    """Raise if there is no endpoint any more that could answer."""
    try:
        _hosting.status(session, pending.endpoint_name)
    except NotFoundError as error:
        if not _answered(session, pending):
            raise NotFoundError(
                f"{pending.endpoint_name} was deleted before it answered the request "
                f"{pending.id}: no answer will come.",
                hint=f"Its input is kept at {pending.input}, unless it was deleted with "
                "the endpoint. Deploy again, and send it again.",
            ) from error


def _given_up(session: Session, pending: Pending) -> JobCancelledError:
    """Remove the input, and say what that means: AWS has no call that cancels."""
    pending.forget(session)
    return JobCancelledError(
        f"The job {pending.id} is no longer waited for. AWS cannot take back a request "
        f"that {pending.endpoint_name} has accepted; its input is removed, so that it "
        "fails if it is still queued.",
        hint=f"If it was already being worked on, its answer comes to {pending.output}.",
    )
