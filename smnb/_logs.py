"""What the model's container wrote, from CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from smnb._session import Session


def tail(session: Session, endpoint_name: str, *, lines: int = 20) -> list[str]:
    """Return the last lines of the endpoint's log, oldest first; none if no log.

    Parameters
    ----------
    lines
        How many, up to 10,000 (CloudWatch Logs API).
    """
    group = f"/aws/sagemaker/Endpoints/{endpoint_name}"
    client = session.client("logs")
    try:
        with session.translated(f"Reading the log of {endpoint_name}"):
            streams = client.describe_log_streams(
                logGroupName=group, orderBy="LastEventTime", descending=True, limit=1
            )["logStreams"]
            if not streams:
                return []
            events = client.get_log_events(
                logGroupName=group,
                logStreamName=streams[0]["logStreamName"],
                limit=lines,
                startFromHead=False,
            )["events"]
    except NotFoundError:
        return []
    return [event["message"].rstrip("\n") for event in events]
