"""One-time EventBridge schedules that delete a billing endpoint when its time is over.

They are AWS's own clock: no program of the user's has to run. Made where the session has
a role for them and what runs there bills.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timezone
from typing import TYPE_CHECKING, Any

from smnb import _hosting
from smnb.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

NOT_ENFORCED = (
    "Nothing ends it on time while no session and no Jupyter server runs: "
    "Session(scheduler_role=…) lets AWS do so."
)
_RETRY_FOR_S = 3600  # an endpoint that is being updated cannot be deleted at once


def tag(session: Session, deployment: str) -> dict[str, str]:
    """Return the tag that names an endpoint's schedule; none where there is none."""
    if not session.target.bills or session.scheduler_role is None:
        return {}
    return {_hosting.TAG_SCHEDULE: f"smnb-{deployment}-main"}


def follow(
    session: Session,
    endpoints: Iterable[Described],
    expires: datetime | None,
    progress: Reporter,
) -> None:
    """Let AWS delete the endpoints at that time, or not at all.

    Without a role for it, say in one line that nothing else will.
    """
    if not session.target.bills:
        return
    if expires is not None and session.scheduler_role is None:
        progress.line(NOT_ENFORCED)
        return
    for endpoint in endpoints:
        if expires is None:
            remove(session, endpoint)
        else:
            _put(session, endpoint, expires)


def remove(session: Session, endpoint: Described) -> None:
    """Remove the endpoint's schedule; nothing happens if there is none."""
    if name := endpoint.tags.get(_hosting.TAG_SCHEDULE):
        with suppress(NotFoundError):  # it ran, and removed itself
            delete(session, name)


def delete(session: Session, name: str) -> None:
    """Remove the schedule called `name`."""
    with session.translated(f"Removing the schedule {name}"):
        session.client("scheduler").delete_schedule(Name=name)


def _put(session: Session, endpoint: Described, expires: datetime) -> None:
    """Make the schedule, or move it; the endpoint's tag tells of it first."""
    part = "main" if endpoint.tags[_hosting.TAG_ENDPOINT] == endpoint.name else "async"
    name = f"smnb-{endpoint.tags[_hosting.TAG_DEPLOYMENT]}-{part}"
    if endpoint.tags.get(_hosting.TAG_SCHEDULE) != name:
        _hosting.add_tags(session, endpoint.arn, {_hosting.TAG_SCHEDULE: name})
    scheduler = session.client("scheduler")
    request = _request(session, endpoint.name, name, expires)
    try:
        with session.translated(f"Scheduling the end of {endpoint.name}"):
            scheduler.create_schedule(**request)
    except ServiceError as error:
        if error.code != "ConflictException":
            raise
        with session.translated(f"Moving the end of {endpoint.name}"):
            scheduler.update_schedule(**request)


def _request(
    session: Session, endpoint_name: str, name: str, expires: datetime
) -> dict[str, Any]:
    return {
        "Name": name,
        "Description": f"smnb: delete the SageMaker endpoint {endpoint_name}",
        "ScheduleExpression": f"at({expires.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": f"arn:{session.partition}:scheduler:::aws-sdk:sagemaker:deleteEndpoint",
            "RoleArn": session.scheduler_role,
            "Input": json.dumps({"EndpointName": endpoint_name}),
            "RetryPolicy": {"MaximumEventAgeInSeconds": _RETRY_FOR_S},
        },
    }
