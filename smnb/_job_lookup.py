"""Find a job again by its id, after the process that submitted it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _pending, _via_s3
from smnb._invocation import Reply
from smnb._jobs import Job
from smnb._routes import ViaS3
from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb._workers import Workers

if TYPE_CHECKING:
    from smnb._control import Control
    from smnb.deserializers import BaseDeserializer


@stoppable
def job(
    id: str,  # noqa: A002  what the job calls it
    *,
    session: Session | None = None,
    deserializer: BaseDeserializer | None = None,
) -> Job:
    """Return a job that went through S3, whichever process or machine submitted it.

    What is needed for that is kept beside its input on S3, until its endpoint is
    deleted.

    Parameters
    ----------
    id
        The job's ``.id``.
    session
        One that uses the same bucket as the one that submitted it.
    deserializer
        Reads the answer; default by its content type.

    Raises
    ------
    NotFoundError
        If there is none of this id.
    """
    place = default_session(session)
    pending = _pending.find(place, id)

    def work(control: Control) -> Reply:
        answer = _via_s3.wait(place, pending, control, deserializer=deserializer)
        return Reply(
            value=answer.value,
            route=ViaS3(pending.size_bytes, f"found again by its id, {pending.id}"),
            content_type=pending.content_type,
            size_bytes=pending.size_bytes,
            parts=1,
            latency_ms=answer.latency_ms,
            cost_usd=None if place.target.bills else 0.0,
            request_ids=(answer.request_id,),
        )

    label = f"{pending.label} → {pending.endpoint_name}"
    return Job(label, work, Workers(1, "smnb-job"), id_=pending.id)
